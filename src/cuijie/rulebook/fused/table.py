"""A growing table that numbers 64-bit keys in the order in which they are first met."""

from __future__ import annotations

import numpy as np

from cuijie.rulebook.fused.kernels import Hashes, Places, find, intern

__all__ = ["Interner"]


class Interner:
    """Numbers equal keys alike; ``keys`` are the different ones by number, and may be read while others are taken in."""

    def __init__(self, size: int = 1024) -> None:
        self._slots: Places = np.full(size, -1, np.int32)
        self._held: Hashes = np.zeros(size // 2 + 1, np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def keys(self) -> Hashes:
        """The different keys, by number."""
        return self._held[: self._count]

    def numbers(self, keys: Hashes) -> Places:
        """The number of each of *keys*, new ones taken in."""
        out: Places = np.empty(keys.shape[0], np.int32)
        done, self._count = intern(keys, 0, self._slots, self._held, self._count, out)
        while done < keys.shape[0]:
            self._grow()
            done, self._count = intern(keys, done, self._slots, self._held, self._count, out)
        return out

    def found(self, keys: Hashes) -> Places:
        """The number of each of *keys*; -1 for those not met before and for 0."""
        out: Places = np.empty(keys.shape[0], np.int32)
        find(keys, self._slots, self._held, out)
        return out

    def _grow(self) -> None:
        size = self._slots.shape[0] * 4
        slots: Places = np.full(size, -1, np.int32)
        held: Hashes = np.zeros(size // 2 + 1, np.uint64)
        intern(self.keys, 0, slots, held, 0, np.empty(self._count, np.int32))
        self._slots, self._held = slots, held
