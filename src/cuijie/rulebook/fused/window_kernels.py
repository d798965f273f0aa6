"""The inner loops of window rules: at least and at most so many, against the limit; the same as ``windows``.

Masks of norms hold one bit a norm.  What a loop reads of a tuple is looked up before it: numba counts the holders of an
array at each look.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.fused.asks_kernels import ask, ask_values, different
from cuijie.rulebook.fused.kernels import Longs, Masks
from cuijie.rulebook.fused.span_kernels import ends_in, far_apart, heaviest, held_in, in_time, inside_of, too_few
from cuijie.rulebook.fused.window_shapes import NO_DAY, OPEN, Counted, Ends, Runs, Tables, Terms, Window

__all__ = ["judge_groups"]

_ONE = np.uint64(1)
_FOREVER = np.iinfo(np.int64).max


@kernel
def _alone(window: Window, counted: Counted, bit: np.uint64) -> int:
    """The most that one known value of the ``alone`` column surely counts by itself."""
    held, sure, alone = window.held, window.sure, counted.alone
    best = 0
    for place in range(held.shape[0]):
        value = alone[held[place]]
        if not sure[place] or not counted.true[held[place]] & bit or value == 0:
            continue
        total, met = 0, False
        for other in range(held.shape[0]):
            if sure[other] and counted.true[held[other]] & bit and alone[held[other]] == value:
                if other < place:
                    met = True
                    break
                total += counted.least[held[other]]
        if not met:
            best = max(best, total)
    return best


@kernel
def _marked(window: Window, counted: Counted, terms: Terms, deciding: np.uint64) -> NDArray[np.bool_]:
    """Which contacts a breach names: all that surely count, or those past the limit in the order of time."""
    held, own, sure = window.held, window.own, window.sure
    least, true, timed = counted.least, counted.true, counted.timed
    any_sure = bool(sure.any())
    marked = np.zeros(held.shape[0], np.bool_)
    timely = True
    for place in range(held.shape[0]):
        member = held[place]
        by_itself = not any_sure and own[place] and least[member] > terms.limit
        certain = true[member] & deciding != 0 and (sure[place] or by_itself)
        marked[place] = certain
        timely = timely and (timed[member] or not certain)
    if not terms.over or not timely:
        return marked
    past = np.zeros(held.shape[0], np.bool_)
    for norm in range(terms.norms):
        bit = _ONE << np.uint64(norm)
        if not deciding & bit:
            continue
        if counted.value.shape[0]:
            _values_past(held, marked, counted, bit, terms.limit, past)
            continue
        count = 0
        for place in range(held.shape[0]):
            if marked[place] and true[held[place]] & bit:
                count += least[held[place]]
                past[place] = past[place] or count > terms.limit
    return past


@kernel
def _values_past(
    held: Longs, marked: NDArray[np.bool_], counted: Counted, bit: np.uint64, limit: int, past: NDArray[np.bool_]
) -> None:
    """All contacts of the values that were first met when so many others had been; a value not known may be one of these."""
    value = counted.value
    counts = np.empty(held.shape[0], np.int64)
    size = 0
    for place in range(held.shape[0]):
        if not marked[place] or not counted.true[held[place]] & bit:
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
def _bounds(window: Window, counted: Counted, norms: int) -> tuple[Longs, Longs]:
    """Per norm at least and at most so many (-1: no bound); see ``windows`` where nobody surely belongs."""
    held, own, sure = window.held, window.own, window.sure
    weight, least_of, value, true, may = counted.weight, counted.least, counted.value, counted.true, counted.may
    any_sure, by_value = bool(sure.any()), value.shape[0] > 0
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
            if may[member] & bit and most[norm] >= 0 and (not by_value or value[member] == 0):
                most[norm] = -1 if weight[member] == OPEN else most[norm] + weight[member]
        if by_value:
            _bound_values(held, sure, any_sure, counted, norm, least, most)
    return least, most


@kernel
def _bound_values(
    held: Longs, sure: NDArray[np.bool_], any_sure: bool, counted: Counted, norm: int, least: Longs, most: Longs
) -> None:
    """The same of different values; *most* holds those that are not known already."""
    bit = _ONE << np.uint64(norm)
    surely, perhaps = np.zeros(held.shape[0], np.bool_), np.zeros(held.shape[0], np.bool_)
    for place in range(held.shape[0]):
        surely[place] = sure[place] and counted.true[held[place]] & bit != 0
        perhaps[place] = counted.may[held[place]] & bit != 0
    values = counted.value[held]
    if any_sure:
        least[norm] = max(different(values, surely).shape[0], 1 if surely.any() else 0)
    if most[norm] >= 0:
        most[norm] += different(values, perhaps).shape[0]


@kernel
def _write_members(window: Window, asked: Masks, number_asked: Masks, tables: Tables) -> None:
    """Write those who are named."""
    members, filled = tables.members, tables.filled[1]
    for place in range(window.held.shape[0]):
        if asked[place]:
            members[filled, 0] = window.held[place]
            members[filled, 1] = np.int64(asked[place])
            members[filled, 2] = np.int64(number_asked[place])
            members[filled, 3] = np.int64(window.sure[place]) + 2 * np.int64(window.blurs[place])
            filled += 1
    tables.filled[1] = filled


@kernel
def _has_room(tables: Tables, members: int) -> bool:
    """Whether one more window with so many members still finds room."""
    return bool(tables.filled[0] < tables.windows.shape[0] and tables.filled[1] + members <= tables.members.shape[0])


@kernel
def _judge(group: int, end: int, window: Window, counted: Counted, terms: Terms, tables: Tables) -> bool:
    """Judge one window; false where the tables have no room for it."""
    held, norms = window.held, terms.norms
    least, most = _bounds(window, counted, norms)
    basis, open_norms = np.uint64(0), np.uint64(0)
    for norm in range(norms):
        if least[norm] > terms.limit:
            basis |= _ONE << np.uint64(norm)
        elif most[norm] < 0 or most[norm] > terms.limit:
            open_norms |= _ONE << np.uint64(norm)
    if not basis | open_norms:
        return True
    if not _has_room(tables, held.shape[0]):
        return False
    deciding = basis if basis else open_norms
    at_least, at_most, holds_alone = 0, 0, -1
    for norm in range(norms):
        if deciding & (_ONE << np.uint64(norm)):
            at_least = max(at_least, least[norm])
            at_most = -1 if at_most < 0 or most[norm] < 0 else max(at_most, most[norm])
    first = tables.filled[1]
    asked, number_asked = np.zeros(held.shape[0], np.uint64), np.zeros(held.shape[0], np.uint64)
    if basis:
        asked[_marked(window, counted, terms, deciding)] = deciding
        if terms.by_alone:
            holds_alone = _holds_alone(window, counted, terms, deciding)
    else:
        _ask(window, counted, terms, deciding, asked, number_asked)
    _write_members(window, asked, number_asked, tables)
    row = tables.windows[tables.filled[0]]
    row[0], row[1], row[2], row[3], row[4] = group, end, np.int64(basis != 0), at_least, at_most
    row[5], row[6], row[7], row[8], row[9] = np.int64(basis), np.int64(open_norms), holds_alone, first, tables.filled[1]
    row[10] = counted.place[held].min()
    tables.filled[0] += 1
    return True


@kernel
def _holds_alone(window: Window, counted: Counted, terms: Terms, deciding: np.uint64) -> int:
    """1 where one value by itself passes the limit under a norm that decides, else 0."""
    for norm in range(terms.norms):
        bit = _ONE << np.uint64(norm)
        if deciding & bit and _alone(window, counted, bit) > terms.limit:
            return 1
    return 0


@kernel
def _ask(
    window: Window, counted: Counted, terms: Terms, deciding: np.uint64, asked: Masks, number_asked: Masks
) -> None:
    """Mark whom to ask where nothing is decided."""
    for norm in range(terms.norms):
        if deciding & (_ONE << np.uint64(norm)):
            if counted.value.shape[0]:
                ask_values(window, counted, np.uint64(norm), asked)
            else:
                ask(window, counted, np.uint64(norm), terms.limit, asked, number_asked)


@kernel
def _judge_plain(
    group: int, end: int, held: Longs, counted: Counted, terms: Terms, running: Longs, tables: Tables
) -> int:
    """As ``_judge`` (1: judged, 0: no room), where every one of *held* surely belongs; -1 if something is open after all.

    Most windows are such: nothing is set up for them, so they take a fraction of the time.  *running* holds a number a norm.
    """
    limit, norms = terms.limit, terms.norms
    place_of, weight, true, may, timed = counted.place, counted.weight, counted.true, counted.may, counted.timed
    timely, first_place = True, place_of[held[0]]
    for norm in range(norms):
        running[norm] = 0
    for member in held:
        if weight[member] != 1 or true[member] != may[member]:
            return -1
        for norm in range(norms):
            running[norm] += np.int64((true[member] >> np.uint64(norm)) & _ONE)
        first_place = min(first_place, place_of[member])
        timely = timely and timed[member]
    if not timely and terms.over:
        return -1
    basis, most = np.uint64(0), 0
    for norm in range(norms):
        if running[norm] > limit:
            basis |= _ONE << np.uint64(norm)
            most = max(most, running[norm])
        running[norm] = 0
    if not basis:
        return 1
    if not _has_room(tables, held.shape[0]):
        return 0
    members, first = tables.members, tables.filled[1]
    last = first
    for member in held:
        named = true[member] & basis != 0
        if terms.over:
            named = False
            for norm in range(norms):
                if (true[member] & basis) >> np.uint64(norm) & _ONE:
                    running[norm] += 1
                    named = named or running[norm] > limit
        if named:
            members[last, 0], members[last, 1] = member, np.int64(basis)
            members[last, 2], members[last, 3] = 0, 1
            last += 1
    row = tables.windows[tables.filled[0]]
    row[0], row[1], row[2], row[3], row[4] = group, end, 1, most, most
    row[5], row[6], row[7], row[8], row[9], row[10] = np.int64(basis), 0, -1, first, last, first_place
    tables.filled[0] += 1
    tables.filled[1] = last
    return 1


@kernel
def _judge_sliding(
    group: int, whole: Window, is_plain: bool, counted: Counted, terms: Terms, ends: Ends, running: Longs,
    tables: Tables,
) -> tuple[bool, int]:  # fmt: skip
    """The windows of one group (*whole*: all its members) that slide; whether they found room, else after which end to go on."""
    held, since, until, weight = whole.held, counted.since, counted.until, counted.weight
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
        while since[held[lying[low]]] + longest <= last - earlier - terms.within:
            low += 1
        while high < lying.shape[0] and since[held[lying[high]]] <= last:
            high += 1
        if last <= ends.after or last > ends.to:
            continue
        if is_plain and longest == 0 and not undated:  # exactly known, so they lie in the order of time
            done = _judge_plain(group, last, held[low:high], counted, terms, running, tables)
            if done == 0:
                return False, last - 1
            if done == 1:
                continue
        if high - low <= terms.limit and not undated and too_few(held[lying[low:high]], weight, terms.limit):
            continue
        window = inside_of(whole, lying, low, high, counted, terms, last, first)
        if too_few(window.held, weight, terms.limit):
            continue
        if not _judge(group, last, window, counted, terms, tables):
            return False, last - 1
    if undated and ends.to == _FOREVER and not too_few(held[:undated], weight, terms.limit):
        nobody = np.zeros(undated, np.bool_)
        window = Window(held[:undated], whole.own[:undated], nobody, np.full(undated, terms.by_minutes))
        if not _judge(group, NO_DAY, window, counted, terms, tables):
            return False, _FOREVER
    return True, NO_DAY


@kernel
def judge_groups(
    groups: Runs, counted: Counted, terms: Terms, ends: Ends, begin: int, begin_after: int, tables: Tables
) -> tuple[int, int]:
    """Judge the groups from *begin* on (its windows that end after *begin_after*) until the tables are full.

    Gives where to go on: a group, and after which of its ends.
    """
    running = np.zeros(terms.norms, np.int64)
    by_contacts = not terms.by_alone and not counted.value.shape[0]
    order, starts, all_bins, bin_starts = groups.order, groups.starts, groups.bins, groups.bin_starts
    sure, weight = groups.sure, counted.weight
    for group in range(begin, sure.shape[0]):
        bins = all_bins[bin_starts[group] : bin_starts[group + 1]]
        if heaviest(order, starts, bins, weight, terms.limit) <= terms.limit:
            continue
        is_alone = sure[group] and bins.shape[0] == 1
        if terms.within and is_alone and far_apart(groups, bins[0], counted, terms):
            continue
        held, own = held_in(groups, bins, groups.own[group])
        nobody = np.zeros(held.shape[0], np.bool_)
        whole = Window(held, own, own if sure[group] else nobody, nobody)
        is_plain = by_contacts and is_alone
        if terms.within:
            after = max(ends.after, begin_after) if group == begin else ends.after
            has_room, go_on = _judge_sliding(
                group, whole, is_plain, counted, terms, Ends(after, ends.to), running, tables
            )
            if not has_room:
                return group, go_on
            continue
        done = _judge_plain(group, NO_DAY, held, counted, terms, running, tables) if is_plain else -1
        if done == 0 or (done < 0 and not _judge(group, NO_DAY, whole, counted, terms, tables)):
            return group, NO_DAY
    return sure.shape[0], NO_DAY
