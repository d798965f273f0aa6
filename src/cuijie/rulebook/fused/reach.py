"""What earlier contacts of the day show: was the debtor reached by this lender before this contact?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.kernel import kernel
from cuijie.rulebook.fused.kernels import Hashes, Longs, mixed
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US

__all__ = ["Reached"]


@kernel
def _later(
    debtor: Hashes,
    lender: Hashes,
    at: Longs,
    timed: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    begin: int,
    state: Longs,
    pairs: Hashes,
    first: Longs,
    out: NDArray[np.bool_],
) -> int:
    """Rows from *begin* on, in the order of time; stops where the table is half full.

    *state* holds how many pairs are in the table, and of which day; with a new day it begins anew.
    """
    room = np.uint64(pairs.shape[0] - 1)
    for row in range(begin, debtor.shape[0]):
        if not timed[row] or debtor[row] == 0 or lender[row] == 0:
            continue
        day = (at[row] + EIGHT_HOURS_US) // DAY_US
        if day != state[1]:
            state[0], state[1] = 0, day
            pairs[:] = 0
        if 2 * state[0] >= pairs.shape[0]:
            return row
        pair = mixed(debtor[row] ^ (lender[row] * np.uint64(0x9E3779B97F4A7C15))) | np.uint64(1)
        slot = (pair >> np.uint64(8)) & room
        while pairs[slot] != 0 and pairs[slot] != pair:
            slot = (slot + np.uint64(1)) & room
        if pairs[slot] != 0:
            out[row] = first[slot] < at[row]
        elif reached[row]:
            pairs[slot], first[slot] = pair, at[row]
            state[0] += 1
    return len(debtor)


class Reached:
    """Remembers, for the day in hand, when each debtor was first reached by each lender."""

    def __init__(self, size: int = 1 << 12) -> None:
        self._state: Longs = np.array([0, np.iinfo(np.int64).min], np.int64)
        self._pairs: Hashes = np.zeros(size, np.uint64)
        self._first: Longs = np.zeros(size, np.int64)

    def later(
        self, debtor: Hashes, lender: Hashes, at: Longs, timed: NDArray[np.bool_], reached: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """The rows before which, on the same day, the debtor was reached by that lender."""
        out: NDArray[np.bool_] = np.zeros(at.shape[0], np.bool_)
        done = 0
        while done < at.shape[0]:
            done = _later(debtor, lender, at, timed, reached, done, self._state, self._pairs, self._first, out)
            if done < at.shape[0]:
                self._grow()
        return out

    def _grow(self) -> None:
        held = self._pairs != 0
        pairs, first = self._pairs[held], self._first[held]
        self._pairs = np.zeros(self._pairs.shape[0] * 4, np.uint64)
        self._first = np.zeros(self._pairs.shape[0], np.int64)
        _put_back(pairs, first, self._pairs, self._first)


@kernel
def _put_back(held: Hashes, since: Longs, pairs: Hashes, first: Longs) -> None:
    room = np.uint64(pairs.shape[0] - 1)
    for place in range(held.shape[0]):
        slot = (held[place] >> np.uint64(8)) & room
        while pairs[slot] != 0:
            slot = (slot + np.uint64(1)) & room
        pairs[slot], first[slot] = held[place], since[place]
