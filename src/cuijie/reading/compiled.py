"""When the compiled inner loops pay, and the tables they read: texts as codes, words as a trie, weights by hashed keys.

Numba is optional (``cuijie[audit]``), and takes half a second to load (the first time on a machine some ten seconds, to
compile).  So the loops are used from that number of texts on; what is read is the same with them and without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Stretches", "Trie", "expect", "kernels", "rows_in", "slots_of", "stretches_of", "trie_of", "words_of"]

_PAYS = 30_000  # texts
_Longs = npt.NDArray[np.int64]
_Codes = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int32]
_CODE_BITS = np.uint64(21)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SPREAD_KEYS = 0x9E3779B1
_expected = 0


def expect(texts: int) -> None:
    """So many texts more are to be read together."""
    global _expected
    _expected += texts


def kernels() -> ModuleType | None:
    """The module ``kernels`` if so many texts are read that it pays; None if not, or without numba."""
    return _loaded() if _expected >= _PAYS else None


@cache
def _loaded() -> ModuleType | None:
    try:
        from cuijie.reading import kernels as compiled
    except ImportError:
        return None
    return compiled


class Stretches(NamedTuple):
    """Texts in one array of codes: where each starts and ends."""

    codes: _Codes
    starts: _Longs
    ends: _Longs


def stretches_of(texts: Sequence[str]) -> Stretches:
    """The codes of some texts."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    return Stretches(codes, np.concatenate([[0], ends[:-1]]), ends)


class Trie(NamedTuple):
    """Words by their characters: the node of a first one, then edges (node and code → node) in a table of slots.

    ``begins`` of a node and of the next say where in ``owners`` stand those of the word that ends there; ``deepest`` is
    how many owners can be met from one place on.
    """

    first: _Places
    edges: _Longs
    nodes: _Places
    begins: _Longs
    owners: _Longs
    deepest: int


def trie_of(words: Mapping[str, Sequence[int]]) -> Trie:
    """The trie of *words* and the numbers of those they belong to."""
    children: dict[tuple[int, int], int] = {}
    owners: dict[int, Sequence[int]] = {}
    for word, numbers in words.items():
        node = 0
        for char in word:
            node = children.setdefault((node, ord(char)), len(children) + 1)
        owners[node] = sorted(numbers)
    roots = {code: node for (parent, code), node in children.items() if parent == 0}
    first = np.zeros(max(roots, default=0) + 1, dtype=np.int32)
    first[list(roots)] = list(roots.values())
    inner = [(parent << int(_CODE_BITS) | code, node) for (parent, code), node in children.items() if parent]
    keys, nodes = np.array(inner, dtype=np.int64).reshape(-1, 2).T
    counts = [len(owners.get(node, ())) for node in range(len(children) + 1)]
    met = counts.copy()
    for (parent, _), node in children.items():  # a parent before its children
        met[node] += met[parent]
    edges, table = _slots(keys, nodes, (keys.astype(np.uint64) * _SPREAD >> np.uint64(40)).astype(np.int64), empty=-1)
    return Trie(
        first, edges, table, np.cumsum([0, *counts]),
        np.array([number for node in sorted(owners) for number in owners[node]], dtype=np.int64),
        max(met),
    )  # fmt: skip


def slots_of(keys: _Codes) -> npt.NDArray[np.uint64]:
    """A table of slots for *keys*: a key in the upper half, its place counted from one in the lower.

    Keys of runs that begin alike differ in their lower bits alone; a product spreads them.
    """
    home = (keys * np.uint32(_SPREAD_KEYS)) >> np.uint32(32 - _bits(len(keys)))
    held, places = _slots(keys, np.arange(1, len(keys) + 1), home.astype(np.int64), empty=0)
    return held.astype(np.uint64) << np.uint64(32) | places.astype(np.uint64)


def rows_in(slots: npt.NDArray[np.uint64], keys: _Codes) -> _Longs:
    """The place of each key in a table of ``slots_of``, counted from one; zero if it is not there."""
    place = (keys * np.uint32(_SPREAD_KEYS)) >> np.uint32(33 - len(slots).bit_length())
    met = slots[place]
    rows: _Longs = met.astype(np.uint32).astype(np.int64)
    astray = np.flatnonzero(((met >> np.uint64(32)) != keys) & (met != 0))
    while len(astray):
        place[astray] = (place[astray] + np.uint32(1)) & np.uint32(len(slots) - 1)
        met = slots[place[astray]]
        rows[astray] = met.astype(np.uint32)
        astray = astray[((met >> np.uint64(32)) != keys[astray]) & (met != 0)]
    rows[(slots[place] >> np.uint64(32)) != keys] = 0
    return rows


def words_of(weights: npt.NDArray[np.int8]) -> npt.NDArray[np.uint64]:
    """Rows of weights as words of eight bytes, each weight 128 too many."""
    wide = np.full((len(weights), -(-weights.shape[1] // 8) * 8), 128, dtype=np.uint8)
    wide[:, : weights.shape[1]] += weights.view(np.uint8)
    return wide.view(np.uint64)


def _bits(keys: int) -> int:
    """Slots for *keys*, as a power of two: at least half of them stay free."""
    return max(4, (2 * keys).bit_length())


def _slots(
    keys: npt.NDArray[np.integer], values: npt.NDArray[np.integer], home: _Longs, *, empty: int
) -> tuple[_Longs, _Places]:
    """Keys and values in slots, each in the first that is free from its *home* on."""
    size = 1 << _bits(len(keys))
    held, placed = np.full(size, empty, dtype=np.int64), np.zeros(size, dtype=np.int32)
    is_free = np.ones(size, dtype=np.bool_)
    waiting, at = np.arange(len(keys)), home & (size - 1)
    while len(waiting):
        _, chosen = np.unique(at, return_index=True)
        chosen = chosen[is_free[at[chosen]]]
        slots = at[chosen]
        held[slots], placed[slots], is_free[slots] = keys[waiting[chosen]], values[waiting[chosen]], False
        left = np.ones(len(waiting), dtype=np.bool_)
        left[chosen] = False
        waiting, at = waiting[left], (at[left] + 1) & (size - 1)
    return held, placed
