"""Groups of a window rule over hashed keys: the same as ``grouping``, for many records at once.

A key of 0 is not known.  A *bin* holds the members with equal keys; a group is made of its own bin and of
those bins whose keys are partly unknown and agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.columns import Value
from cuijie.rulebook.fused.kernels import Hashes, Longs, Places, mixed
from cuijie.rulebook.fused.window_shapes import Runs
from cuijie.rulebook.windows.grouping import closed

__all__ = ["Groups", "groups_of", "hashes_of", "reach"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Who is in which group, and the keys of each."""

    runs: Runs
    keys: Hashes  # per group
    shown_by: Longs  # per group and key, a member that has it; -1: not known


@kernel
def joined_keys(keys: Hashes, out: Hashes) -> None:
    """One hash for all keys of each row together."""
    for row in range(keys.shape[0]):
        hashed = np.uint64(0x51ED270B)
        for place in range(keys.shape[1]):
            hashed = mixed(hashed ^ keys[row, place]) + np.uint64(0x9E3779B97F4A7C15)
        out[row] = hashed


@kernel
def reach(hashes: Hashes, weight: Longs, several: int, limit: int, counts: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """The rows that may be in a group of more than *limit*: counted by a few bits of the hash, never too low."""
    room = np.uint64(counts.shape[0] - 1)
    for row in range(hashes.shape[0]):
        slot = hashes[row] & room
        one = weight[row]
        total = limit + 1 if one == several else counts[slot] + one
        counts[slot] = min(total, limit + 1)
    out = np.empty(hashes.shape[0], np.bool_)
    for row in range(hashes.shape[0]):
        out[row] = counts[hashes[row] & room] > limit
    return out


@kernel
def _slot_of(hashed: np.uint64, slots: Places, held: Hashes) -> int:
    """The slot of the bin with this hash, or an empty one."""
    room = np.uint64(slots.shape[0] - 1)
    slot = (hashed >> np.uint64(20)) & room
    while slots[slot] >= 0 and held[slots[slot]] != hashed:
        slot = (slot + np.uint64(1)) & room
    return slot  # type: ignore[return-value]  # numba's own whole number


@kernel
def _bin(hashes: Hashes, slots: Places, held: Hashes, bins: Places, shown_by: Longs) -> int:
    """The bin of each row; gives how many there are, with a first member and the hash of each."""
    count = 0
    for row in range(hashes.shape[0]):
        slot = _slot_of(hashes[row], slots, held)
        if slots[slot] < 0:
            slots[slot] = count
            held[count] = hashes[row]
            shown_by[count] = row
            count += 1
        bins[row] = slots[slot]
    return count


@kernel
def _look_up(hashes: Hashes, slots: Places, held: Hashes, out: Places) -> None:
    for row in range(hashes.shape[0]):
        out[row] = slots[_slot_of(hashes[row], slots, held)]


@kernel
def _gathered(bins: Places, count: int) -> tuple[Places, Places]:
    """The rows bin by bin, in their order, and where each bin begins."""
    starts = np.zeros(count + 1, np.int32)
    for one in bins:
        starts[one + 1] += 1
    for place in range(count):
        starts[place + 1] += starts[place]
    filled = starts[:-1].copy()
    order = np.empty(bins.shape[0], np.int32)
    for row in range(bins.shape[0]):
        order[filled[bins[row]]] = row
        filled[bins[row]] += 1
    return order, starts


def hashes_of(keys: Hashes) -> Hashes:
    """One hash for all keys of each row together."""
    out: Hashes = np.empty(keys.shape[0], np.uint64)
    joined_keys(np.ascontiguousarray(keys), out)
    return out


def groups_of(keys: Hashes, hashes: Hashes) -> Groups:
    """The groups of members with these keys (a row a member, a column a key), whose ``hashes_of`` are given too."""
    rows = keys.shape[0]
    slots: Places = np.full(1 << max(4, (2 * rows).bit_length()), -1, np.int32)
    bins: Places = np.empty(rows, np.int32)
    members: Longs = np.empty(rows, np.int64)
    held: Hashes = np.empty(rows, np.uint64)
    count = _bin(hashes, slots, held, bins, members)
    order, starts = _gathered(bins, count)
    own = keys[members[:count]]
    shown_by = np.where(own != 0, members[:count, None], -1)
    known = own != 0
    partly = ~known.all(axis=1)
    if not partly.any():
        alone: Places = np.arange(count + 1, dtype=np.int32)
        every = np.ones(count, np.bool_)
        return Groups(runs=Runs(order, starts, alone[:-1], alone, every, every), keys=own, shown_by=shown_by)
    joined, joined_by = _joined(own[partly], shown_by[partly])
    occurs: Places = np.empty(joined.shape[0], np.int32)
    _look_up(hashes_of(joined), slots, held, occurs)
    joined, joined_by = joined[occurs < 0], joined_by[occurs < 0]
    group_keys, by = np.concatenate([own, joined]), np.concatenate([shown_by, joined_by])
    first = np.concatenate([np.arange(count, dtype=np.int32), np.full(joined.shape[0], -1, np.int32)])
    found = [first, *_partly_agreeing(group_keys, known[partly], slots, held)]
    table = np.stack(found, axis=1)
    there = table >= 0
    nobody = np.zeros(joined.shape[0], np.bool_)
    runs = Runs(
        order=order,
        starts=starts,
        bins=table[there],
        bin_starts=np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32),
        own=np.concatenate([np.ones(count, np.bool_), nobody]),
        sure=np.concatenate([~partly, nobody]),
    )
    return Groups(runs=runs, keys=group_keys, shown_by=by)


def _partly_agreeing(keys: Hashes, masks: NDArray[np.bool_], slots: Places, held: Hashes) -> Iterator[Places]:
    """For each way of partly knowing the keys, the bin that agrees with each group; -1 for none and for its own."""
    for mask in np.unique(masks, axis=0):
        cut = np.where(mask, keys, np.uint64(0))
        out: Places = np.empty(keys.shape[0], np.int32)
        _look_up(hashes_of(cut), slots, held, out)
        reaches = ((keys != 0) | ~mask).all(axis=1) & ((keys != 0) & ~mask).any(axis=1)
        yield np.where(reaches, out, -1).astype(np.int32)


def _joined(partly: Hashes, shown_by: Longs) -> tuple[Hashes, Longs]:
    """The groups that only records of partly known keys form together, beyond those that occur."""
    width = partly.shape[1]
    nothing = np.empty((0, width), np.uint64), np.empty((0, width), np.int64)
    masks = np.unique(partly != 0, axis=0)
    if all((a <= b).all() or (b <= a).all() for a in masks for b in masks):
        return nothing  # each mask within the next: what agrees is one of the two, and occurs already
    shown: dict[tuple[int, Value], int] = {(k, int(key)): int(by) for row, bys in zip(partly, shown_by, strict=True)
             for k, (key, by) in enumerate(zip(row, bys, strict=True)) if key}  # fmt: skip
    given: list[tuple[Value, ...]] = [tuple(key or None for key in row) for row in partly.tolist()]
    there = set(given)
    fresh = [keys for keys in closed(given) if keys not in there]
    if not fresh:
        return nothing
    found = np.array([[key or 0 for key in keys] for keys in fresh], np.uint64)
    by = [[shown.get((k, key), -1) for k, key in enumerate(keys)] for keys in fresh]
    return found, np.array(by, np.int64)
