"""What earlier contacts of the day show: was the debtor reached by this lender before this contact?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.fused_kernels import Hashes, Longs, kernel, mixed

__all__ = ["Reached"]

_DAY_US, _EIGHT_HOURS = 86_400_000_000, 28_800_000_000


@kernel
def _later(
    debtor: Hashes,
    lender: Hashes,
    at: Longs,
    timed: NDArray[np.bool_],
    reached: NDArray[np.bool_],
    begin: int,
    state: Longs,
    used_on: Longs,
    debtors: Hashes,
    lenders: Hashes,
    first: Longs,
    out: NDArray[np.bool_],
) -> int:
    """Rows from *begin* on, in the order of time; stops where the table is half full of today's debtors.

    *state* holds how many are in the table today; an entry of another day counts as empty.
    """
    room = np.uint64(used_on.shape[0] - 1)
    for row in range(begin, debtor.shape[0]):
        if not timed[row] or debtor[row] == 0 or lender[row] == 0:
            continue
        day = (at[row] + _EIGHT_HOURS) // _DAY_US
        if day != state[1]:
            state[0], state[1] = 0, day
        if 2 * state[0] >= used_on.shape[0]:
            return row
        slot = mixed(debtor[row] ^ (lender[row] * np.uint64(0x9E3779B97F4A7C15))) & room
        while used_on[slot] == day and (debtors[slot] != debtor[row] or lenders[slot] != lender[row]):
            slot = (slot + np.uint64(1)) & room
        if used_on[slot] == day:
            out[row] = first[slot] < at[row]
        elif reached[row]:
            used_on[slot], debtors[slot], lenders[slot], first[slot] = day, debtor[row], lender[row], at[row]
            state[0] += 1
    return len(debtor)


class Reached:
    """Remembers, for the day in hand, when each debtor was first reached by each lender."""

    def __init__(self, size: int = 1 << 12) -> None:
        self._state: Longs = np.array([0, np.iinfo(np.int64).min], np.int64)
        self._make(size)

    def _make(self, size: int) -> None:
        self._used_on: Longs = np.full(size, np.iinfo(np.int64).min, np.int64)
        self._debtors: Hashes = np.zeros(size, np.uint64)
        self._lenders: Hashes = np.zeros(size, np.uint64)
        self._first: Longs = np.zeros(size, np.int64)

    def later(
        self, debtor: Hashes, lender: Hashes, at: Longs, timed: NDArray[np.bool_], reached: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """The rows before which, on the same day, the debtor was reached by that lender."""
        out: NDArray[np.bool_] = np.zeros(at.shape[0], np.bool_)
        done = 0
        while done < at.shape[0]:
            done = _later(
                debtor, lender, at, timed, reached, done,
                self._state, self._used_on, self._debtors, self._lenders, self._first, out,
            )  # fmt: skip
            if done < at.shape[0]:
                self._grow()
        return out

    def _grow(self) -> None:
        today = self._used_on == self._state[1]
        held = (self._debtors[today], self._lenders[today], self._first[today])
        self._make(self._used_on.shape[0] * 4)
        self._state[0] = 0
        debtors, lenders, first = held
        every = np.ones(first.shape[0], np.bool_)
        _later(
            debtors, lenders, first, every, every, 0,
            self._state, self._used_on, self._debtors, self._lenders, self._first, np.zeros_like(every),
        )  # fmt: skip
