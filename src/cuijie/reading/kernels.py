"""The inner loops of reading many texts, compiled by numba: runs of characters weighed, words found, groups weighed.

They give what ``features``, ``first_look``, ``needed`` and ``concepts`` give with arrays, and a test holds them to it.  A text
is a stretch of codes; all stretches lie in one array.  Compiled code is kept on disk beside the module or in the
user's cache folder; where neither can be written it is compiled in each run.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cuijie.kernel import kernel

__all__ = ["find_possible", "look_sums", "weigh_groups", "weigh_runs"]

_Codes = npt.NDArray[np.uint32]
_Longs = npt.NDArray[np.int64]
_Bytes = npt.NDArray[np.int8]
_Words = npt.NDArray[np.uint64]
_Places = npt.NDArray[np.int32]
_Floats = npt.NDArray[np.float32]

_MULTIPLIER = 0x9E3779B1
_WORD = 0xFFFFFFFF
_LONGEST_RUN = 4
_STEP = 0x9E3779B97F4A7C15


@kernel
def _squash(codes: _Codes, start: int, end: int, classes: _Codes, into: _Longs) -> int:
    """Write a text's classes between two marks, repeats of marks, digits and masks left out; how many they are."""
    mark, digit, mask = ord("|"), ord("0"), ord("*")
    into[0], count = mark, 1
    for at in range(start, end + 1):
        code = int(codes[at]) if at < end else mark
        if code < len(classes):
            code = int(classes[code])
        if code != into[count - 1] or code not in (mark, digit, mask):
            into[count] = code
            count += 1
    return count


@kernel
def _run_key(codes: _Longs, at: int, length: int) -> int:
    """The key of the run of *length* classes that starts here."""
    key = (int(codes[at]) * _MULTIPLIER + length) & _WORD
    for step in range(1, length):
        key = ((key ^ (key >> 15)) * _MULTIPLIER + int(codes[at + step])) & _WORD
    return key ^ (key >> 13)


@kernel
def look_sums(
    codes: _Codes, starts: _Longs, ends: _Longs, classes: _Codes, weights: _Bytes
) -> tuple[npt.NDArray[np.float64], _Longs]:
    """For each text: the sum of its runs' weights, and the number of runs."""
    sums, counts = np.zeros(len(starts), dtype=np.float64), np.zeros(len(starts), dtype=np.int64)
    squashed = np.zeros(np.max(ends - starts) + 2, dtype=np.int64)
    for text in range(len(starts)):
        size = _squash(codes, starts[text], ends[text], classes, squashed)
        total = 0
        for at in range(size):
            for length in range(1, min(_LONGEST_RUN, size - at) + 1):
                total += weights[_run_key(squashed, at, length) & (len(weights) - 1)]
                counts[text] += 1
        sums[text] = total
    return sums, counts


@kernel
def _add_up(rows: _Longs, count: int, weights: _Words, total: _Longs) -> None:
    """Add the first *count* of some rows of weights to *total*.

    A word holds eight weights, a byte each, 128 too many so that none is below zero.  Every other byte of them is added
    up in four lanes of sixteen bits, which 257 rows cannot fill.
    """
    lanes, byte = np.uint64(0x00FF00FF00FF00FF), np.uint64(8)
    for word in range(weights.shape[1]):
        for first in range(0, count, 256):
            even, odd = np.uint64(0), np.uint64(0)
            for at in range(first, min(first + 256, count)):
                eight = weights[np.uint64(rows[at]), word]
                even += eight & lanes
                odd += (eight >> byte) & lanes
            for lane in range(4):
                shift, place = np.uint64(16 * lane), 8 * word + 2 * lane
                total[place] += np.int64((even >> shift) & np.uint64(0xFFFF))
                total[place + 1] += np.int64((odd >> shift) & np.uint64(0xFFFF))
    total -= 128 * count


@kernel
def weigh_runs(
    codes: _Codes, starts: _Longs, ends: _Longs, classes: _Codes, slots: _Words, weights: _Words
) -> tuple[_Floats, _Longs]:
    """For each text: the sum of the weights of its runs for every output, and the number of runs.

    *slots*: a key and, in the lower half, its row of *weights*, in the first free slot from where its product points.
    All slots of a text are fetched before the first is looked at, so that the memory is not waited for one by one.
    """
    outputs, shift = 8 * weights.shape[1], np.uint64(32 - int(np.log2(len(slots))))
    low, half, last = np.uint64(_WORD), np.uint64(32), np.uint64(len(slots) - 1)
    sums, counts = np.zeros((len(starts), outputs), dtype=np.float32), np.zeros(len(starts), dtype=np.int64)
    room = np.max(ends - starts) + 2
    squashed, rows = np.zeros(room, dtype=np.int64), np.zeros(_LONGEST_RUN * room, dtype=np.int64)
    keys, met = np.zeros(_LONGEST_RUN * room, dtype=np.uint64), np.zeros(_LONGEST_RUN * room, dtype=np.uint64)
    total = np.zeros(outputs, dtype=np.int64)
    for text in range(len(starts)):
        size, count, known = _squash(codes, starts[text], ends[text], classes, squashed), 0, 0
        for at in range(size):
            for length in range(1, min(_LONGEST_RUN, size - at) + 1):
                keys[count] = _run_key(squashed, at, length)
                count += 1
        for at in range(count):
            met[at] = slots[((keys[at] * np.uint64(_MULTIPLIER)) & low) >> shift]
        for at in range(count):
            one = met[at]
            if one != 0 and one >> half != keys[at]:
                slot = ((keys[at] * np.uint64(_MULTIPLIER)) & low) >> shift
                while one != 0 and one >> half != keys[at]:
                    slot = (slot + np.uint64(1)) & last
                    one = slots[slot]
            rows[known] = np.int64(one & low)
            known += one != 0
        total[:] = 0
        _add_up(rows, known, weights, total)
        sums[text], counts[text] = total, count
    return sums, counts


@kernel
def _child(node: int, code: int, edges: _Longs, nodes: _Places) -> int:
    """The node of a trie that a code leads to; 0 if there is none."""
    wanted = (node << 21) | code
    slot = np.int64((np.uint64(wanted) * np.uint64(_STEP)) >> np.uint64(40)) & (len(edges) - 1)
    while edges[slot] != -1:
        if edges[slot] == wanted:
            return int(nodes[slot])
        slot = (slot + 1) & (len(edges) - 1)
    return 0


@kernel
def find_possible(
    codes: _Codes, starts: _Longs, ends: _Longs,
    first: _Places, edges: _Longs, nodes: _Places, begins: _Longs, owners: _Longs,
    alternative_of: _Longs, sets_of: _Longs, number_of: _Longs, met: npt.NDArray[np.bool_],
) -> None:  # fmt: skip
    """Mark in *met*, a row a text and a column an expression, which of them each text could match.

    The *owners* of a word are sets of words; an expression is possible if of one of its alternatives no set is missing.
    """
    is_held, held = np.zeros(len(alternative_of), dtype=np.bool_), np.zeros(len(alternative_of), dtype=np.int64)
    missing = sets_of.copy()
    for text in range(len(starts)):
        count = 0
        for at in range(starts[text], ends[text]):
            node, following = (int(first[codes[at]]) if codes[at] < len(first) else 0), at + 1
            while node != 0:
                for place in range(begins[node], begins[node + 1]):
                    one = owners[place]
                    if not is_held[one]:
                        is_held[one], held[count] = True, one
                        count += 1
                        missing[alternative_of[one]] -= 1
                        if missing[alternative_of[one]] == 0:
                            met[text, number_of[alternative_of[one]]] = True
                if following == ends[text]:
                    break
                node, following = _child(node, int(codes[following]), edges, nodes), following + 1
        for at in range(count):
            is_held[held[at]] = False
            missing[alternative_of[held[at]]] += 1


@kernel
def _find_groups(
    codes: _Codes, start: int, end: int,
    first: _Places, edges: _Longs, nodes: _Places, begins: _Longs, owners: _Longs, found: _Longs,
) -> int:  # fmt: skip
    """Write where each word of a text begins and ends, and its group, in this order, into *found*; how many they are."""
    count = 0
    for at in range(start, end):
        node, following = (int(first[codes[at]]) if codes[at] < len(first) else 0), at + 1
        while node != 0:
            for place in range(begins[node], begins[node + 1]):
                found[count, 0], found[count, 1], found[count, 2] = at, following, owners[place]
                count += 1
            if following == end:
                break
            node, following = _child(node, int(codes[following]), edges, nodes), following + 1
    return count


@kernel
def weigh_groups(
    codes: _Codes, starts: _Longs, ends: _Longs,
    first: _Places, edges: _Longs, nodes: _Places, begins: _Longs, owners: _Longs,
    deepest: int, near: int, groups: int, numbers: _Longs, rows: _Longs, weights: _Words, distinct: bool,
) -> tuple[_Floats, _Longs]:  # fmt: skip
    """For each text: the sum of the weights of its groups and their pairs for every output, and how many they are.

    *numbers* holds the number of the key of each group, of each ordered pair and of each pair anywhere, *rows* the row
    of weights of each number.  *distinct*: each key once, pairs anywhere too; else repeats included, pairs near only.
    """
    outputs, ordered, anywhere = 8 * weights.shape[1], groups, groups + groups * groups
    sums, counts = np.zeros((len(starts), outputs), dtype=np.float32), np.zeros(len(starts), dtype=np.int64)
    found = np.zeros((np.max(ends - starts) * deepest + 1, 3), dtype=np.int64)
    is_met, met = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.int64)
    chosen, total = np.zeros(len(rows), dtype=np.int64), np.zeros(outputs, dtype=np.int64)
    present, is_present = np.zeros(groups, dtype=np.int64), np.zeros(groups, dtype=np.bool_)

    for text in range(len(starts)):
        words = _find_groups(codes, starts[text], ends[text], first, edges, nodes, begins, owners, found)
        total[:] = 0
        count, different = 0, 0
        for one in range(words):
            group, finish = found[one, 2], found[one, 1]
            if not is_present[group]:
                is_present[group], present[different] = True, group
                different += 1
            other = one
            while other < words and found[other, 0] <= finish + near:
                is_pair = found[other, 0] >= finish and found[other, 2] != group
                if other == one or is_pair:
                    number = numbers[ordered + group * groups + found[other, 2]] if is_pair else numbers[group]
                    if not distinct or not is_met[number]:
                        is_met[number], met[count], chosen[count] = True, number, rows[number]
                        count += 1
                    if count == len(rows):  # only with repeats: each key once fits
                        _add_up(chosen, count, weights, total)
                        counts[text] += count
                        count = 0
                other += 1
        for one in range(different):
            is_present[present[one]] = False
            for other in range(different):
                if distinct and present[one] < present[other]:
                    number = numbers[anywhere + present[one] * groups + present[other]]
                    if not is_met[number]:
                        is_met[number], met[count], chosen[count] = True, number, rows[number]
                        count += 1
        for at in range(count):
            is_met[met[at]] = False
        _add_up(chosen, count, weights, total)
        sums[text] = total
        counts[text] += count
    return sums, counts
