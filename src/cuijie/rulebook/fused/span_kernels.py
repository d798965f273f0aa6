"""The inner loops that say who is in a window, and where windows that slide end; the same as ``windows.spans``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.fused.kernels import Longs, Places
from cuijie.rulebook.fused.window_shapes import NO_DAY, OPEN, Counted, Runs, Terms, Window
from cuijie.rulebook.moments import MINUTE_US

__all__ = ["ends_in", "far_apart", "heaviest", "held_in", "in_time", "inside_of", "too_few"]


@kernel
def ends_in(lying: Longs, since: Longs, until: Longs) -> tuple[Longs, Longs]:
    """Where the windows of these members end, in order, and the first moment of each end: see ``windows.spans.ends_of``."""
    last, first = np.empty(lying.shape[0], np.int64), np.empty(lying.shape[0], np.int64)
    in_order = True
    for spot in range(lying.shape[0]):
        first[spot], last[spot] = since[lying[spot]], until[lying[spot]]
        if last[spot] - first[spot] > MINUTE_US:
            last[spot] = first[spot]
        in_order = in_order and (spot == 0 or last[spot] >= last[spot - 1])
    if not in_order:
        order = np.argsort(last, kind="mergesort")
        last, first = last[order], first[order]
    kept = 0
    for spot in range(lying.shape[0]):
        if kept and last[spot] == last[kept - 1]:
            first[kept - 1] = min(first[kept - 1], first[spot])
        else:
            last[kept], first[kept] = last[spot], first[spot]
            kept += 1
    return last[:kept], first[:kept]


@kernel
def in_time(held: Longs, since: Longs) -> Longs:
    """The places among the members of those whose day is known, by the first moment at which each can have been."""
    undated = 0
    while undated < held.shape[0] and since[held[undated]] == NO_DAY:
        undated += 1
    places = np.arange(undated, held.shape[0])
    for spot in range(1, places.shape[0]):
        if since[held[places[spot]]] < since[held[places[spot - 1]]]:
            return places[np.argsort(since[held[undated:]], kind="mergesort")]
    return places


@kernel
def inside_of(
    whole: Window, lying: Longs, begin: int, end: int, counted: Counted, terms: Terms, last: int, first: int
) -> Window:
    """Of the *whole* group those who may be in the window that ends at *last*, at the earliest at *first*.

    *lying* are the places in it of those whose day is known; from *begin* to *end* they may be in the window.
    """
    held, sure, since, until = whole.held, whole.sure, counted.since, counted.until
    undated = held.shape[0] - lying.shape[0]
    inside = np.empty(undated + end - begin, np.int64)
    for spot in range(undated):
        inside[spot] = spot
    size, sorted_ = undated, True
    for spot in range(begin, end):
        if until[held[lying[spot]]] > first - terms.within:
            inside[size] = lying[spot]
            sorted_ = sorted_ and (size == undated or inside[size] > inside[size - 1])
            size += 1
    inside = inside[:size]
    if not sorted_:
        inside.sort()
    certain, blurs = np.zeros(size, np.bool_), np.zeros(size, np.bool_)
    blurred = False
    for spot in range(undated, size):
        one = held[inside[spot]]
        certain[spot] = sure[inside[spot]] and since[one] > last - terms.within and until[one] <= last
        blurred = blurred or (sure[inside[spot]] and not certain[spot] and since[one] == until[one])
    if terms.by_minutes:
        for spot in range(size):
            one = held[inside[spot]]
            has_instant = since[one] == until[one] and spot >= undated
            blurs[spot] = not has_instant and (blurred or not certain[spot])
    return Window(held[inside], whole.own[inside], certain, blurs)


@kernel
def heaviest(order: Places, starts: Places, bins: Places, weight: Longs, limit: int) -> int:
    """The most that the members of these bins can come to; past the limit is enough."""
    total = 0
    for bin_ in bins:
        for spot in range(starts[bin_], starts[bin_ + 1]):
            one = weight[order[spot]]
            total += limit + 1 if one == OPEN else one
    return total


@kernel
def held_in(groups: Runs, bins: Places, has_own: bool) -> tuple[Longs, NDArray[np.bool_]]:
    """The members of these bins in the order of time, and which have the group's own keys (those of the first bin)."""
    order, starts = groups.order, groups.starts
    size = 0
    for bin_ in bins:
        size += starts[bin_ + 1] - starts[bin_]
    held, own = np.empty(size, np.int64), np.zeros(size, np.bool_)
    at = 0
    for number in range(bins.shape[0]):
        for spot in range(starts[bins[number]], starts[bins[number] + 1]):
            held[at] = order[spot]
            own[at] = has_own and number == 0
            at += 1
    if bins.shape[0] > 1:
        sorted_ = np.argsort(held)
        held, own = held[sorted_], own[sorted_]
    return held, own


@kernel
def far_apart(groups: Runs, bin_: int, counted: Counted, terms: Terms) -> bool:
    """Whether no window of this bin, all known exactly, holds more than the limit: so it is with most groups."""
    order, since, until, weight = groups.order, counted.since, counted.until, counted.weight
    begin, end = groups.starts[bin_], groups.starts[bin_ + 1]
    for spot in range(begin, end):
        member = order[spot]
        if weight[member] != 1 or since[member] != until[member] or since[member] == NO_DAY:
            return False
        if spot - begin >= terms.limit and since[member] - since[order[spot - terms.limit]] < terms.within:
            return False
    return True


@kernel
def too_few(held: Longs, weight: Longs, limit: int) -> bool:
    """Whether these are too few to pass the limit whatever their facts."""
    total = 0
    for member in held:
        if weight[member] == OPEN:
            return False
        total += weight[member]
    return total <= limit
