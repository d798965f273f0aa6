"""What the inner loops of window rules work on: who counts, the terms of the rule, one window, and the tables to fill.

Named tuples, because numba reads these.  Masks of norms hold one bit a norm.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.fused.kernels import Hashes, Longs, Masks, Places

__all__ = ["COLUMNS", "NO_DAY", "OPEN", "Counted", "Ends", "Runs", "Tables", "Terms", "Window"]

NO_DAY = np.iinfo(np.int64).min
OPEN = np.iinfo(np.int64).min  # the weight of a record that stands for several
# The columns of ``Tables.windows``.
COLUMNS = ("group", "end", "breach", "at_least", "at_most", "basis", "may_apply", "alone", "first", "last", "seen")


class Runs(NamedTuple):
    """Groups over those ``Counted``: a *bin* holds those with equal keys, a group is made of bins (see ``groups``)."""

    order: Places  # the rows, bin by bin
    starts: Places  # where in *order* each bin begins
    bins: Places  # group by group
    bin_starts: Places  # where in *bins* each group begins
    own: NDArray[np.bool_]  # per group: somebody has these very keys; its first bin holds these
    sure: NDArray[np.bool_]  # per group: so it is, and all its keys are known


class Counted(NamedTuple):
    """All contacts that count or may count, a column each fact; in the order of time, those without a day first."""

    place: Longs  # in the log
    since: Longs  # between which moments it lies: days, or microseconds for a rule by minutes
    until: Longs
    weight: Longs  # how many it stands for
    least: Longs  # the same at the least
    value: Hashes  # what a rule counts the different ones of; 0: not known; empty for a rule that counts contacts
    timed: NDArray[np.bool_]
    true: Masks  # the norms under which it counts
    may: Masks  # the norms under which it counts or may count
    alone: Hashes  # the value that is looked at by itself; empty for a rule without one


class Terms(NamedTuple):
    """What a window rule says."""

    norms: int  # how many
    limit: int
    over: bool  # a breach names those past the limit alone
    by_alone: bool
    within: int  # how long a window is, in days or microseconds; 0: one window a group
    by_minutes: bool


class Ends(NamedTuple):
    """Of windows that slide, those are judged that end after *after* and not after *to*."""

    after: int
    to: int  # the greatest number there is: what has no day is judged too


class Window(NamedTuple):
    """Who is or may be in one window, by their rows among those ``Counted``, in the order of time."""

    held: Longs
    own: NDArray[np.bool_]  # has the very keys of the group
    sure: NDArray[np.bool_]  # surely belongs
    blurs: NDArray[np.bool_]  # its time is to be asked: it says who is in the window


class Tables(NamedTuple):
    """What is filled: a row a window with its members from ``first`` to ``last``, and how far both are filled."""

    windows: Longs
    members: Longs  # row among those ``Counted``, norms asked, norms whose number is asked, 1 sure + 2 time asked
    filled: Longs  # how many windows, how many members
