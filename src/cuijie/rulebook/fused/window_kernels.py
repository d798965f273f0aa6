"""The inner loops of window rules: at least and at most so many, against the limit; the same as ``windows``.

Masks of norms hold one bit a norm.  Members stand in the order of time, those without a day first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.fused.asks_kernels import NO_DAY, OPEN, ask, ask_values, different
from cuijie.rulebook.fused.kernels import Hashes, Longs, Masks, Places
from cuijie.rulebook.fused.span_kernels import ends_in, far_apart, heaviest, held_in, in_time, inside_of, too_few

__all__ = ["COLUMNS", "NO_DAY", "OPEN", "judge_groups"]

# The columns of a judged window in the table of numbers that ``judge_groups`` fills.
COLUMNS = ("group", "end", "breach", "at_least", "at_most", "basis", "may_apply", "alone", "first", "last", "seen")
_ONE = np.uint64(1)


@kernel
def _alone(held: Longs, sure: NDArray[np.bool_], least: Longs, true: Masks, alone: Hashes, bit: np.uint64) -> int:
    """The most that one known value of the ``alone`` column surely counts by itself."""
    best = 0
    for place in range(held.shape[0]):
        value = alone[held[place]]
        if not sure[place] or not true[held[place]] & bit or value == 0:
            continue
        total, met = 0, False
        for other in range(held.shape[0]):
            if sure[other] and true[held[other]] & bit and alone[held[other]] == value:
                if other < place:
                    met = True
                    break
                total += least[held[other]]
        if not met:
            best = max(best, total)
    return best


@kernel
def _mark(
    held: Longs, own: NDArray[np.bool_], sure: NDArray[np.bool_], any_sure: bool, least: Longs, value: Hashes,
    timed: NDArray[np.bool_], true: Masks, deciding: np.uint64, norms: int, limit: int, over: bool, marked: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Which contacts a breach names: all that surely count, or those past the limit in the order of time."""
    total = held.shape[0]
    timely = True
    for place in range(total):
        member = held[place]
        by_itself = not any_sure and own[place] and least[member] > limit
        certain = true[member] & deciding != 0 and (sure[place] or by_itself)
        marked[place] = certain
        timely = timely and (timed[member] or not certain)
    if not over or not timely:
        return
    past = np.zeros(total, np.bool_)
    for norm in range(norms):
        bit = _ONE << np.uint64(norm)
        if not deciding & bit:
            continue
        if value.shape[0]:
            _values_past(held, marked, value, true, bit, limit, past)
            continue
        count = 0
        for place in range(total):
            if marked[place] and true[held[place]] & bit:
                count += least[held[place]]
                past[place] = past[place] or count > limit
    marked[:] = past


@kernel
def _values_past(
    held: Longs, marked: NDArray[np.bool_], value: Hashes, true: Masks, bit: np.uint64, limit: int,
    past: NDArray[np.bool_],
) -> None:  # fmt: skip
    """All contacts of the values that were first met when so many others had been; a value not known may be one of these."""
    counts = np.empty(held.shape[0], np.int64)
    size = 0
    for place in range(held.shape[0]):
        if not marked[place] or not true[held[place]] & bit:
            continue
        if value[held[place]]:
            counts[size] = place
            size += 1
        elif limit == 0:
            past[place] = True
    counts = counts[:size]
    order = np.argsort(value[held[counts]], kind="mergesort")
    met = np.empty(size, np.int64)  # per contact where its value was first met
    begins = 0
    for spot in range(size):
        if spot and value[held[counts[order[spot]]]] != value[held[counts[order[begins]]]]:
            begins = spot
        met[order[spot]] = counts[order[begins]]
    firsts = np.unique(met)
    for spot in range(size):
        if firsts.shape[0] > limit and met[spot] >= firsts[limit]:
            past[counts[spot]] = True


@kernel
def _bounds(
    held: Longs, own: NDArray[np.bool_], sure: NDArray[np.bool_], any_sure: bool, weight: Longs, least_of: Longs,
    value: Hashes, true: Masks, may: Masks, norms: int,
) -> tuple[Longs, Longs]:  # fmt: skip
    """Per norm at least and at most so many (-1: no bound); see ``windows`` where nobody surely belongs."""
    least, most = np.zeros(norms, np.int64), np.zeros(norms, np.int64)
    for norm in range(norms):
        bit = _ONE << np.uint64(norm)
        for place in range(held.shape[0]):
            member = held[place]
            if true[member] & bit:
                if sure[place]:
                    least[norm] += least_of[member]
                elif own[place] and not any_sure:
                    least[norm] = max(least[norm], least_of[member])
            if may[member] & bit and most[norm] >= 0 and (not value.shape[0] or value[member] == 0):
                most[norm] = -1 if weight[member] == OPEN else most[norm] + weight[member]
        if value.shape[0]:
            _bound_values(held, sure, any_sure, value, true, may, norm, least, most)
    return least, most


@kernel
def _bound_values(
    held: Longs, sure: NDArray[np.bool_], any_sure: bool, value: Hashes, true: Masks, may: Masks, norm: int,
    least: Longs, most: Longs,
) -> None:  # fmt: skip
    """The same of different values; *most* holds those that are not known already."""
    bit = _ONE << np.uint64(norm)
    surely, perhaps = np.zeros(held.shape[0], np.bool_), np.zeros(held.shape[0], np.bool_)
    for place in range(held.shape[0]):
        surely[place] = sure[place] and true[held[place]] & bit != 0
        perhaps[place] = may[held[place]] & bit != 0
    values = value[held]
    if any_sure:
        least[norm] = max(different(values, surely).shape[0], 1 if surely.any() else 0)
    if most[norm] >= 0:
        most[norm] += different(values, perhaps).shape[0]


@kernel
def _write_members(
    held: Longs, sure: NDArray[np.bool_], blurs: NDArray[np.bool_], asked: Masks, counted: Masks, members: Longs,
    filled: int,
) -> int:  # fmt: skip
    """Write those who are named (last whether they surely belong, and 2 where the time is asked); gives how far the table is filled."""
    for place in range(held.shape[0]):
        if asked[place]:
            members[filled, 0] = held[place]
            members[filled, 1] = np.int64(asked[place])
            members[filled, 2] = np.int64(counted[place])
            members[filled, 3] = np.int64(sure[place]) + 2 * np.int64(blurs[place])
            filled += 1
    return filled


@kernel
def _judge(
    group: int, end: int, held: Longs, own: NDArray[np.bool_], sure: NDArray[np.bool_], blurs: NDArray[np.bool_],
    place_of: Longs, weight: Longs, least_of: Longs, value: Hashes, timed: NDArray[np.bool_], true: Masks, may: Masks,
    alone: Hashes, norms: int, limit: int, over: bool, by_alone: bool,
    windows: Longs, count: int, members: Longs, filled: int,
) -> tuple[int, int]:  # fmt: skip
    """Judge one window; gives how many windows and members there are now (-1: no room left)."""
    any_sure = bool(sure.any())
    least, most = _bounds(held, own, sure, any_sure, weight, least_of, value, true, may, norms)
    basis, open_norms = np.uint64(0), np.uint64(0)
    for norm in range(norms):
        if least[norm] > limit:
            basis |= _ONE << np.uint64(norm)
        elif most[norm] < 0 or most[norm] > limit:
            open_norms |= _ONE << np.uint64(norm)
    if not basis | open_norms:
        return count, filled
    if count == windows.shape[0] or filled + held.shape[0] > members.shape[0]:
        return -1, filled
    deciding = basis if basis else open_norms
    at_least, at_most, holds_alone = 0, 0, -1
    for norm in range(norms):
        if deciding & (_ONE << np.uint64(norm)):
            at_least = max(at_least, least[norm])
            at_most = -1 if at_most < 0 or most[norm] < 0 else max(at_most, most[norm])
    asked, counted = np.zeros(held.shape[0], np.uint64), np.zeros(held.shape[0], np.uint64)
    if basis:
        marked = np.zeros(held.shape[0], np.bool_)
        _mark(held, own, sure, any_sure, least_of, value, timed, true, deciding, norms, limit, over, marked)
        for place in range(held.shape[0]):
            asked[place] = deciding if marked[place] else np.uint64(0)
        if by_alone:
            holds_alone = 0
            for norm in range(norms):
                bit = _ONE << np.uint64(norm)
                if deciding & bit and _alone(held, sure, least_of, true, alone, bit) > limit:
                    holds_alone = 1
    else:
        for norm in range(norms):
            if deciding & (_ONE << np.uint64(norm)):
                if value.shape[0]:
                    ask_values(held, sure, blurs, value, true, may, np.uint64(norm), asked)
                else:
                    ask(held, sure, blurs, weight, least_of, true, may, np.uint64(norm), limit, asked, counted)
    first = filled
    filled = _write_members(held, sure, blurs, asked, counted, members, filled)
    row = windows[count]
    row[0], row[1], row[2], row[3], row[4] = group, end, np.int64(basis != 0), at_least, at_most
    row[5], row[6], row[7], row[8], row[9] = np.int64(basis), np.int64(open_norms), holds_alone, first, filled
    row[10] = place_of[held[0]]
    for member in held:
        row[10] = min(row[10], place_of[member])
    return count + 1, filled


@kernel
def _judge_plain(
    group: int, end: int, held: Longs, low: int, high: int, place_of: Longs, weight: Longs, timed: NDArray[np.bool_],
    true: Masks, may: Masks, norms: int, limit: int, over: bool, running: Longs,
    windows: Longs, count: int, members: Longs, filled: int,
) -> tuple[int, int]:  # fmt: skip
    """As ``_judge``, where every contact from *low* to *high* surely belongs; -2 if something about them is open after all.

    Most windows are such: nothing is set up for them, so they take a fraction of the time.
    """
    timely, first_place = True, place_of[held[low]]
    for norm in range(norms):
        running[norm] = 0
    for spot in range(low, high):
        member = held[spot]
        if weight[member] != 1 or true[member] != may[member]:
            return -2, filled
        for norm in range(norms):
            running[norm] += np.int64((true[member] >> np.uint64(norm)) & _ONE)
        first_place = min(first_place, place_of[member])
        timely = timely and timed[member]
    if not timely and over:
        return -2, filled
    basis, most = np.uint64(0), 0
    for norm in range(norms):
        if running[norm] > limit:
            basis |= _ONE << np.uint64(norm)
            most = max(most, running[norm])
        running[norm] = 0
    if not basis:
        return count, filled
    if count == windows.shape[0] or filled + high - low > members.shape[0]:
        return -1, filled
    first = filled
    for spot in range(low, high):
        member = held[spot]
        named = true[member] & basis != 0
        if over:
            named = False
            for norm in range(norms):
                if (true[member] & basis) >> np.uint64(norm) & _ONE:
                    running[norm] += 1
                    named = named or running[norm] > limit
        if named:
            members[filled, 0], members[filled, 1] = member, np.int64(basis)
            members[filled, 2], members[filled, 3] = 0, 1
            filled += 1
    row = windows[count]
    row[0], row[1], row[2], row[3], row[4] = group, end, 1, most, most
    row[5], row[6], row[7], row[8], row[9], row[10] = np.int64(basis), 0, -1, first, filled, first_place
    return count + 1, filled


@kernel
def _judge_sliding(
    group: int, held: Longs, own: NDArray[np.bool_], sure: NDArray[np.bool_], is_sure: bool, since: Longs, until: Longs,
    place_of: Longs, weight: Longs, least_of: Longs, value: Hashes,
    timed: NDArray[np.bool_], true: Masks, may: Masks, alone: Hashes,
    norms: int, limit: int, over: bool, by_alone: bool, within: int, by_minutes: bool, last_before: int, last_end: int,
    done_to: int, running: Longs, windows: Longs, count: int, members: Longs, filled: int,
) -> tuple[bool, int, int, int]:  # fmt: skip
    """The windows of one group that slide, those that end after *done_to*; whether the tables are full, and where to go on."""
    lying = in_time(held, since)
    undated = held.shape[0] - lying.shape[0]
    lasts, firsts = ends_in(held[lying], since, until)
    longest, earlier = 0, 0
    for place in lying:
        longest = max(longest, until[held[place]] - since[held[place]])
    for spot in range(lasts.shape[0]):
        earlier = max(earlier, lasts[spot] - firsts[spot])
    low = high = 0
    for spot in range(lasts.shape[0]):
        last, first = lasts[spot], firsts[spot]
        while since[held[lying[low]]] + longest <= last - earlier - within:
            low += 1
        while high < lying.shape[0] and since[held[lying[high]]] <= last:
            high += 1
        if last <= last_before or last > last_end or last <= done_to:
            continue
        if is_sure and longest == 0 and not undated:  # exactly known, so they lie in the order of time
            done, filled = _judge_plain(
                group, last, held, low, high, place_of, weight, timed, true, may,
                norms, limit, over, running, windows, count, members, filled,
            )  # fmt: skip
            if done == -1:
                return True, last - 1, count, filled
            if done >= 0:
                count = done
                continue
        if high - low <= limit and not undated and too_few(held[lying[low:high]], weight, limit):
            continue
        inside, certain, blurs = inside_of(lying, low, high, held, sure, since, until, last, first, within, by_minutes)
        if too_few(held[inside], weight, limit):
            continue
        done, filled = _judge(
            group, last, held[inside], own[inside], certain, blurs, place_of, weight, least_of, value, timed, true, may, alone,
            norms, limit, over, by_alone, windows, count, members, filled,
        )  # fmt: skip
        if done < 0:
            return True, last - 1, count, filled
        count = done
    if undated and last_end == np.iinfo(np.int64).max and not too_few(held[:undated], weight, limit):
        blurs = np.full(undated, by_minutes)
        done, filled = _judge(
            group, NO_DAY, held[:undated], own[:undated], np.zeros(undated, np.bool_), blurs, place_of, weight,
            least_of, value, timed, true, may, alone, norms, limit, over, by_alone, windows, count, members, filled,
        )  # fmt: skip
        if done < 0:
            return True, np.iinfo(np.int64).max, count, filled
        count = done
    return False, NO_DAY, count, filled


@kernel
def judge_groups(
    order: Places, starts: Places, bins: Places, bin_starts: Places, has_own: NDArray[np.bool_], own_sure: NDArray[np.bool_],
    place_of: Longs, since: Longs, until: Longs, weight: Longs, least_of: Longs, value: Hashes,
    timed: NDArray[np.bool_], true: Masks, may: Masks, alone: Hashes,
    norms: int, limit: int, over: bool, by_alone: bool, within: int, by_minutes: bool, last_before: int, last_end: int,
    begin: int, begin_end: int, windows: Longs, members: Longs,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Judge the groups from *begin* on until the tables are full; gives where to go on, and how far they are filled.

    *within* 0: one window a group.  Else a window of that length up to each end after *last_before* and not
    after *last_end* (days, or microseconds *by_minutes*), and one of what has no day where *last_end* is the greatest
    number there is.
    """
    count, filled = 0, 0
    running = np.zeros(norms, np.int64)
    is_plain = not by_alone and not value.shape[0]
    for group in range(begin, own_sure.shape[0]):
        its_bins = bins[bin_starts[group] : bin_starts[group + 1]]
        if heaviest(order, starts, its_bins, weight, limit) <= limit:
            continue
        is_alone = own_sure[group] and its_bins.shape[0] == 1
        if (
            within
            and is_alone
            and far_apart(order, starts[its_bins[0]], starts[its_bins[0] + 1], since, until, weight, limit, within)
        ):
            continue
        held, own = held_in(order, starts, its_bins, has_own[group])
        sure = own if own_sure[group] else np.zeros(held.shape[0], np.bool_)
        is_sure = is_plain and is_alone
        if within == 0 and is_sure:
            done, filled = _judge_plain(
                group, NO_DAY, held, 0, held.shape[0], place_of, weight, timed, true, may,
                norms, limit, over, running, windows, count, members, filled,
            )  # fmt: skip
            if done == -1:
                return group, NO_DAY, count, filled
            if done >= 0:
                count = done
                continue
        if within == 0:
            nobody = np.zeros(held.shape[0], np.bool_)
            done, filled = _judge(
                group, NO_DAY, held, own, sure, nobody, place_of, weight, least_of, value, timed, true, may, alone,
                norms, limit, over, by_alone, windows, count, members, filled,
            )  # fmt: skip
            if done < 0:
                return group, NO_DAY, count, filled
            count = done
            continue
        is_full, on_from, count, filled = _judge_sliding(
            group, held, own, sure, is_sure, since, until, place_of, weight, least_of, value, timed, true, may, alone,
            norms, limit, over, by_alone, within, by_minutes, last_before, last_end,
            begin_end if group == begin else NO_DAY, running, windows, count, members, filled,
        )  # fmt: skip
        if is_full:
            return group, on_from, count, filled
    return own_sure.shape[0], NO_DAY, count, filled
