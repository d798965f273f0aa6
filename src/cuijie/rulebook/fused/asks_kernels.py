"""The inner loops that say of an open window whom to ask; the same as ``windows.asks``.

Masks of norms hold one bit a norm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.fused.kernels import Hashes, Longs, Masks
from cuijie.rulebook.fused.window_shapes import OPEN, Counted, Window

__all__ = ["ask", "ask_values", "different"]

_ONE = np.uint64(1)


@kernel
def _sum_sets(
    weight: Longs, least: Longs, kind: NDArray[np.int8], limit: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
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
                lowest = 0 if kind[place] == 2 else least[place]
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
def ask(window: Window, counted: Counted, norm: np.uint64, limit: int, asked: Masks, number_asked: Masks) -> None:
    """Mark whose open facts can carry the count past *limit* under *norm*, and of whom it is asked how many they stand for."""
    held, sure, true, may = window.held, window.sure, counted.true, counted.may
    weight, least = counted.weight, counted.least
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
            settled += least[member]
        if not certain or weight[member] == OPEN:
            kind[place] = 2 if certain else 1
            ones = ones and weight[member] == 1
    for place in range(total):
        if may[held[place]] & bit and ((ones and kind[place]) or (window.blurs[place] and not kind[place])):
            asked[place] |= bit
    if ones:
        return
    before, after = _sum_sets(weight[held], least[held], kind, limit)
    for place in range(total):
        if not kind[place]:
            continue
        own = weight[held[place]]
        own_least = least[held[place]]
        others = settled - (own_least if kind[place] == 2 else 0)
        if others > limit:
            continue
        if own == OPEN:
            asked[place] |= bit
            if others + own_least <= limit:
                number_asked[place] |= bit
            continue
        best = _most_within(before[place], after[place + 1], limit - others)
        if best >= 0 and others + best + own > limit:
            asked[place] |= bit


@kernel
def different(values: Hashes, wanted: NDArray[np.bool_]) -> Hashes:
    """The different values among those *wanted* that are known, sorted."""
    held = np.empty(values.shape[0], np.uint64)
    count = 0
    for place in range(values.shape[0]):
        if wanted[place] and values[place]:
            held[count] = values[place]
            count += 1
    sorted_ = np.sort(held[:count])
    kept = 0
    for place in range(count):
        if place == 0 or sorted_[place] != sorted_[place - 1]:
            sorted_[kept] = sorted_[place]
            kept += 1
    return sorted_[:kept]


@kernel
def ask_values(window: Window, counted: Counted, norm: np.uint64, asked: Masks) -> None:
    """Where different values are counted: mark all that may bring one that is not there yet."""
    held, sure, value = window.held, window.sure, counted.value
    bit = _ONE << norm
    total = held.shape[0]
    settled = np.zeros(total, np.bool_)
    for place in range(total):
        settled[place] = sure[place] and counted.true[held[place]] & bit != 0
    there = different(value[held], settled)
    for place in range(total):
        one = value[held[place]]
        if not counted.may[held[place]] & bit:
            continue
        spot = np.searchsorted(there, one)
        if one == 0 or (window.blurs[place] and sure[place]) or spot == there.shape[0] or there[spot] != one:
            asked[place] |= bit
