"""The inner loops of window rules: at least and at most so many, against the limit; the same as ``windows``.

Masks of norms hold one bit a norm.  Members stand in the order of time, those without a day first.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.fused_kernels import Hashes, Longs, Masks, Places, kernel
from cuijie.rulebook.windows import SEVERAL as _AT_LEAST

__all__ = ["COLUMNS", "NO_DAY", "OPEN", "judge_groups"]

NO_DAY = np.iinfo(np.int64).min
OPEN = np.iinfo(np.int64).min  # the weight of a record that stands for several
SEVERAL: int = _AT_LEAST

# The columns of a judged window in the table of numbers that ``judge_groups`` fills.
COLUMNS = ("group", "end", "breach", "at_least", "at_most", "basis", "may_apply", "alone", "first", "last", "seen")
_ONE = np.uint64(1)


@kernel
def _least(weight: int) -> int:
    return SEVERAL if weight == OPEN else weight


@kernel
def _sum_sets(weight: Longs, kind: NDArray[np.int8], limit: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The sums within *limit* that the members before, and those from a place on, can come to by what is open."""
    total = kind.shape[0]
    before = np.zeros((total + 1, limit + 1), np.bool_)
    after = np.zeros((total + 1, limit + 1), np.bool_)
    before[0, 0] = True
    after[total, 0] = True
    for way in range(2):
        for step in range(total):
            place = step if way == 0 else total - 1 - step
            held = before[step] if way == 0 else after[place + 1]
            grown = before[step + 1] if way == 0 else after[place]
            lowest = 0
            for number in range(limit + 1):
                grown[number] = held[number]
            if kind[place] == 0:  # settled: counted beforehand
                continue
            if weight[place] == OPEN:
                lowest = 0 if kind[place] == 2 else SEVERAL
                reached = False
                for number in range(limit + 1):
                    if number >= lowest and held[number - lowest]:
                        reached = True
                    if reached:
                        grown[number] = True
            else:
                for number in range(weight[place], limit + 1):
                    if held[number - weight[place]]:
                        grown[number] = True
    return before, after


@kernel
def _most_within(before: NDArray[np.bool_], after: NDArray[np.bool_], room: int) -> int:
    """The greatest sum of one of each that is no more than *room*; -1 for none."""
    best = -1
    high = after.shape[0] - 1
    for low in range(before.shape[0]):
        if not before[low]:
            continue
        while high >= 0 and (low + high > room or not after[high]):
            high -= 1
        if high < 0:
            break
        best = max(best, low + high)
    return best


@kernel
def _ask(
    held: Longs, sure: NDArray[np.bool_], weight: Longs, true: Masks, may: Masks, norm: np.uint64, limit: int,
    asked: Masks, counted: Masks,
) -> None:  # fmt: skip
    """Mark whose open facts can carry the count past *limit* under *norm*, and of whom the count itself is asked."""
    bit = _ONE << norm
    total = held.shape[0]
    kind = np.zeros(total, np.int8)  # 0 settled or not counted, 1 may count, 2 counts but for how many
    settled, ones = 0, True
    for place in range(total):
        member = held[place]
        if not may[member] & bit:
            continue
        certain = sure[place] and true[member] & bit != 0
        if certain:
            settled += _least(weight[member])
        if not certain or weight[member] == OPEN:
            kind[place] = 2 if certain else 1
            ones = ones and weight[member] == 1
    if ones:
        for place in range(total):
            if kind[place]:
                asked[place] |= bit
        return
    before, after = _sum_sets(weight[held], kind, limit)
    for place in range(total):
        if not kind[place]:
            continue
        own = weight[held[place]]
        others = settled - (SEVERAL if kind[place] == 2 else 0)
        if others > limit:
            continue
        if own == OPEN:
            asked[place] |= bit
            if others + SEVERAL <= limit:
                counted[place] |= bit
            continue
        best = _most_within(before[place], after[place + 1], limit - others)
        if best >= 0 and others + best + own > limit:
            asked[place] |= bit


@kernel
def _alone(held: Longs, sure: NDArray[np.bool_], weight: Longs, true: Masks, alone: Hashes, bit: np.uint64) -> int:
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
                total += _least(weight[held[other]])
        if not met:
            best = max(best, total)
    return best


@kernel
def _mark(
    held: Longs, sure: NDArray[np.bool_], any_sure: bool, weight: Longs, timed: NDArray[np.bool_], true: Masks,
    deciding: np.uint64, norms: int, limit: int, over: bool, marked: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Which contacts a breach names: all that surely count, or those past the limit in the order of time."""
    total = held.shape[0]
    timely = True
    for place in range(total):
        member = held[place]
        certain = true[member] & deciding != 0 and (sure[place] or not any_sure)
        if certain and not any_sure and _least(weight[member]) <= limit:
            certain = False
        marked[place] = certain
        timely = timely and (timed[member] or not certain)
    if not over or not timely:
        return
    past = np.zeros(total, np.bool_)
    for norm in range(norms):
        bit = _ONE << np.uint64(norm)
        if not deciding & bit:
            continue
        count = 0
        for place in range(total):
            if marked[place] and true[held[place]] & bit:
                count += _least(weight[held[place]])
                past[place] = past[place] or count > limit
    marked[:] = past


@kernel
def _bounds(
    held: Longs, sure: NDArray[np.bool_], any_sure: bool, weight: Longs, true: Masks, may: Masks, norms: int
) -> tuple[Longs, Longs]:
    """Per norm at least and at most so many (-1: no bound); in a group nobody names, each contact counts with itself."""
    least, most = np.zeros(norms, np.int64), np.zeros(norms, np.int64)
    for norm in range(norms):
        bit = _ONE << np.uint64(norm)
        for place in range(held.shape[0]):
            member = held[place]
            if true[member] & bit:
                if sure[place]:
                    least[norm] += _least(weight[member])
                elif not any_sure:
                    least[norm] = max(least[norm], _least(weight[member]))
            if may[member] & bit and most[norm] >= 0:
                most[norm] = -1 if weight[member] == OPEN else most[norm] + weight[member]
    return least, most


@kernel
def _too_few(held: Longs, weight: Longs, limit: int) -> bool:
    """Whether these are too few to pass the limit whatever their facts."""
    total = 0
    for member in held:
        if weight[member] == OPEN:
            return False
        total += weight[member]
    return total <= limit


@kernel
def _write_members(
    held: Longs, sure: NDArray[np.bool_], asked: Masks, counted: Masks, members: Longs, filled: int
) -> int:
    """Write those who are named; gives how far the table is filled."""
    for place in range(held.shape[0]):
        if asked[place]:
            members[filled, 0] = held[place]
            members[filled, 1] = np.int64(asked[place])
            members[filled, 2] = np.int64(counted[place])
            members[filled, 3] = np.int64(sure[place])
            filled += 1
    return filled


@kernel
def _judge(
    group: int, end: int, held: Longs, sure: NDArray[np.bool_],
    place_of: Longs, weight: Longs, timed: NDArray[np.bool_], true: Masks, may: Masks, alone: Hashes,
    norms: int, limit: int, over: bool, by_alone: bool,
    windows: Longs, count: int, members: Longs, filled: int,
) -> tuple[int, int]:  # fmt: skip
    """Judge one window; gives how many windows and members there are now (-1: no room left)."""
    if _too_few(held, weight, limit):
        return count, filled
    any_sure = bool(sure.any())
    least, most = _bounds(held, sure, any_sure, weight, true, may, norms)
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
        _mark(held, sure, any_sure, weight, timed, true, deciding, norms, limit, over, marked)
        for place in range(held.shape[0]):
            asked[place] = deciding if marked[place] else np.uint64(0)
        if by_alone:
            holds_alone = 0
            for norm in range(norms):
                bit = _ONE << np.uint64(norm)
                if deciding & bit and _alone(held, sure, weight, true, alone, bit) > limit:
                    holds_alone = 1
    else:
        for norm in range(norms):
            if deciding & (_ONE << np.uint64(norm)):
                _ask(held, sure, weight, true, may, np.uint64(norm), limit, asked, counted)
    first = filled
    filled = _write_members(held, sure, asked, counted, members, filled)
    row = windows[count]
    row[0], row[1], row[2], row[3], row[4] = group, end, np.int64(basis != 0), at_least, at_most
    row[5], row[6], row[7], row[8], row[9] = np.int64(basis), np.int64(open_norms), holds_alone, first, filled
    row[10] = place_of[held[0]]
    for member in held:
        row[10] = min(row[10], place_of[member])
    return count + 1, filled


@kernel
def _heaviest(order: Places, starts: Places, bins: Places, weight: Longs, limit: int) -> int:
    """The most that the members of these bins can come to; past the limit is enough."""
    heaviest = 0
    for bin_ in bins:
        for spot in range(starts[bin_], starts[bin_ + 1]):
            one = weight[order[spot]]
            heaviest += limit + 1 if one == OPEN else one
    return heaviest


@kernel
def _held_in(order: Places, starts: Places, bins: Places, own_sure: bool) -> tuple[Longs, NDArray[np.bool_]]:
    """The members of these bins in the order of time, and which of them surely belong (those of the first bin)."""
    size = 0
    for bin_ in bins:
        size += starts[bin_ + 1] - starts[bin_]
    held, sure = np.empty(size, np.int64), np.zeros(size, np.bool_)
    at = 0
    for number in range(bins.shape[0]):
        for spot in range(starts[bins[number]], starts[bins[number] + 1]):
            held[at] = order[spot]
            sure[at] = own_sure and number == 0
            at += 1
    if bins.shape[0] > 1:
        sorted_ = np.argsort(held)
        held, sure = held[sorted_], sure[sorted_]
    return held, sure


@kernel
def judge_groups(
    order: Places, starts: Places, bins: Places, bin_starts: Places, own_sure: NDArray[np.bool_],
    place_of: Longs, day: Longs, weight: Longs, timed: NDArray[np.bool_], true: Masks, may: Masks, alone: Hashes,
    norms: int, limit: int, over: bool, by_alone: bool, within: int, last_before: int, last_day: int,
    begin: int, begin_end: int, windows: Longs, members: Longs,
) -> tuple[int, int, int, int]:  # fmt: skip
    """Judge the groups from *begin* on until the tables are full; gives where to go on, and how far they are filled.

    *within* 0: one window a group.  Else a window of so many days up to each day after *last_before* and not
    after *last_day* on which something happened, and one of what has no day where *last_day* is the greatest
    number there is.
    """
    count, filled = 0, 0
    everything = last_day == np.iinfo(np.int64).max
    for group in range(begin, own_sure.shape[0]):
        own = bins[bin_starts[group] : bin_starts[group + 1]]
        if _heaviest(order, starts, own, weight, limit) <= limit:
            continue
        held, sure = _held_in(order, starts, own, own_sure[group])
        if within == 0:
            done, filled = _judge(
                group, NO_DAY, held, sure, place_of, weight, timed, true, may, alone,
                norms, limit, over, by_alone, windows, count, members, filled,
            )  # fmt: skip
            if done < 0:
                return group, NO_DAY, count, filled
            count = done
            continue
        undated = 0
        while undated < held.shape[0] and day[held[undated]] == NO_DAY:
            sure[undated] = False
            undated += 1
        low = high = undated
        while high < held.shape[0]:
            end = day[held[high]]
            while high < held.shape[0] and day[held[high]] == end:
                high += 1
            while day[held[low]] <= end - within:
                low += 1
            if end <= last_before or end > last_day or (group == begin and end <= begin_end):
                continue
            inside, certain = held[low:high], sure[low:high]
            if undated:
                inside = np.concatenate((held[:undated], inside))
                certain = np.concatenate((sure[:undated], certain))
            done, filled = _judge(
                group, end, inside, certain, place_of, weight, timed, true, may, alone,
                norms, limit, over, by_alone, windows, count, members, filled,
            )  # fmt: skip
            if done < 0:
                return group, end - 1, count, filled
            count = done
        if undated and everything:
            done, filled = _judge(
                group, NO_DAY, held[:undated], sure[:undated], place_of, weight, timed, true, may, alone,
                norms, limit, over, by_alone, windows, count, members, filled,
            )  # fmt: skip
            if done < 0:
                return group, np.iinfo(np.int64).max, count, filled
            count = done
    return own_sure.shape[0], NO_DAY, count, filled
