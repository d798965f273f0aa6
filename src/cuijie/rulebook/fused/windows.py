"""Window rules in one pass over time: members are kept while a window is open, judged when it can no longer grow.

A day or a month is judged once a later one has begun, days in a row once the last of them is over.  Contacts
without a time may belong to any window; they come first and stay.  Where a key of a rule over days in a row
is known of some contacts only, any later contact may make a group for them, and everything is kept to the end.
How they wait without filling the memory: ``waiting``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.fused.classes import Classes
from cuijie.rulebook.fused.facts import SEVERAL, Facts
from cuijie.rulebook.fused.found import FIRST, LAST, FoundWindows
from cuijie.rulebook.fused.groups import Groups, groups_of, hashes_of, reach
from cuijie.rulebook.fused.kernels import Hashes, Longs, Masks, Places
from cuijie.rulebook.fused.patterns import Patterns
from cuijie.rulebook.fused.waiting import Members, Waiting
from cuijie.rulebook.fused.window_kernels import judge_groups
from cuijie.rulebook.fused.window_shapes import COLUMNS, NO_DAY, Counted, Ends, Tables, Terms
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.moments import DAY_US, DAY_ZERO, EIGHT_HOURS_US, MINUTE_US
from cuijie.rulebook.predicate import all_of, evaluate
from cuijie.rulebook.windows.members import SEVERAL as AT_LEAST
from cuijie.rulebook.windows.members import window_of
from cuijie.rulebook.windows.spans import IN_MINUTE_US, length_of

__all__ = ["WindowPass", "window_columns"]

_AT_ONCE = 1 << 16  # members judged together: few enough that their table of groups stays in cache
_WINDOWS_AT_ONCE = 1 << 14
_COUNTED = 250  # limits below this are counted in one byte a group beforehand
_TIME_KEY = np.uint64(1 << 40)  # added to days and months, so that none is 0
_FOREVER = int(np.iinfo(np.int64).max)


def window_columns(linked: LinkedRule, *, alone: bool = True) -> tuple[str, ...]:
    """The columns a window rule groups by, but for the ready times; none of another rule.

    *alone*: those too whose values it looks at alone, or counts.
    """
    window = linked.rule.window
    if window is None:
        return ()
    names = (*window.per, *(name for name in (window.alone, window.distinct) if name and alone))
    return tuple(name for name in names if name not in ("day", "month"))


class WindowPass:
    """One window rule over batches in the order of time; what it finds gathers in ``found``."""

    def __init__(self, linked: LinkedRule, classes: Mapping[str, Classes], *, hold: bool) -> None:
        self.linked = linked
        self.window = window_of(linked)
        self.classes = classes
        self.patterns = Patterns(linked, classes)
        self.found: deque[FoundWindows] = deque()
        self._hold = hold
        self._within = length_of(self.window)
        self._by_minutes = self.window.within_minutes is not None
        self._days = 2 if self._by_minutes else self._within  # that a window can reach over
        self._nodes = [all_of(linked.breach, norm.applies) for norm in linked.norms]
        self._terms = Terms(
            norms=len(self._nodes),
            limit=self.window.limit,
            over=self.window.marks == "over",
            by_alone=self.window.alone is not None,
            within=self._within,
            by_minutes=self._by_minutes,
        )
        self._true: Masks = np.empty(0, np.uint64)
        self._may: Masks = np.empty(0, np.uint64)
        self._waiting = Waiting()
        self._undated: list[Members] = []
        self._carried = 0  # of those who wait, how many did when windows were last judged
        self._judged_to = NO_DAY  # up to where windows that slide were judged

    def time_of(self, column: str, key: int) -> date | str:
        """The day or the month that a key stands for."""
        number = key - int(_TIME_KEY)
        return DAY_ZERO + timedelta(days=number) if column == "day" else str(np.datetime64(number, "M"))

    def add(self, facts: Facts, rows: Places, places: Longs) -> None:
        """Take in the contacts of a batch that count or may count; *places* are those of all its rows in the log."""
        counted = facts.weight.take(rows) != 0
        rows = rows if counted.all() else rows[counted]
        if not rows.shape[0]:
            return
        members = self._members(facts, rows, places)
        dated = facts.dated.take(rows)
        if not dated.all():
            self._undated.append(members.cut(~dated))
            members = members.cut(dated)
        if not len(members):
            return
        self._waiting.add(members)
        begins = self._begins(int(members.day[-1]))
        ready = not self._hold and len(self._waiting) - self._carried >= max(_AT_ONCE, self._carried)
        if ready and self._waiting.first_day < begins:
            self._judge_before(begins)

    def take(self) -> list[FoundWindows]:
        """What was found since this was last asked."""
        return [self.found.popleft() for _ in range(len(self.found))]

    def close(self) -> None:
        """Judge what is left: no contact comes any more."""
        if self._hold:
            for lot in self._waiting.lots(_FOREVER, whole=bool(self._undated)):
                self._judge(Members.joined([*self._undated, lot]), _FOREVER, everything=True)
        else:
            self._judge_before(_FOREVER)
        if self._undated and not (self._hold and len(self._waiting)):
            self._judge(Members.joined(self._undated), _FOREVER, everything=True)
        self._waiting.let_go(_FOREVER)
        self._undated = []

    def _begins(self, day: int) -> int:
        """The first day of the day, or of the month of a rule by months, that *day* lies in."""
        if "month" not in self.window.per or "day" in self.window.per:
            return day
        return int(np.datetime64(day, "D").astype("datetime64[M]").astype("datetime64[D]").astype(np.int64))

    def _members(self, facts: Facts, rows: Places, places: Longs) -> Members:
        rows_ = rows.astype(np.intp)
        day = facts.day.take(rows_)
        dated = facts.dated.take(rows_)
        every = bool(dated.all())
        if not every:
            day[~dated] = NO_DAY
        keys: Hashes = np.empty((rows.shape[0], len(self.window.per)), np.uint64)
        for number, name in enumerate(self.window.per):
            if name in ("day", "month"):
                said = day if name == "day" else _months(day)
                keys[:, number] = said.view(np.uint64) + _TIME_KEY
                if not every:
                    keys[~dated, number] = 0
            else:
                keys[:, number] = facts.ids[name].take(rows_)
        window, none = self.window, np.empty(0, np.uint64)
        since, until = self._lie(facts, rows_) if self._by_minutes else (np.empty(0, np.int64), np.empty(0, np.int64))
        return Members(
            place=places.take(rows_),
            keys=keys,
            joined_keys=hashes_of(keys),
            day=day,
            weight=facts.weight.take(rows_),
            timed=facts.timed.take(rows_),
            pattern=self.patterns.numbers(facts, rows),
            alone=facts.ids[window.alone][rows_] if window.alone else none,
            value=facts.ids[window.distinct][rows_] if window.distinct else none,
            since=since,
            until=until,
        )

    def _lie(self, facts: Facts, rows: NDArray[np.intp]) -> tuple[Longs, Longs]:
        """Between which moments each lies: see ``windows.spans.placed``."""
        at, timed = facts.at.take(rows), facts.timed.take(rows) & (facts.weight.take(rows) == 1)
        to_minute = facts.to_minute.take(rows)
        start = facts.day.take(rows) * DAY_US - EIGHT_HOURS_US
        since = np.where(timed, np.where(to_minute, at - at % MINUTE_US, at), start)
        until = np.where(timed, np.where(to_minute, since + IN_MINUTE_US, at), start + (DAY_US - 1))
        dated = facts.dated.take(rows)
        return np.where(dated, since, NO_DAY), np.where(dated, until, NO_DAY)

    def _judge_before(self, day: int) -> None:
        """Judge what is complete once *day* has begun, and let go whom later windows do not need."""
        end = day * DAY_US - EIGHT_HOURS_US - 1 if self._by_minutes and day != _FOREVER else day - 1
        for lot in self._waiting.lots(_FOREVER if self._within else day, whole=False):
            self._judge(Members.joined([*self._undated, lot]), end, everything=False)
        self._judged_to = end
        self._waiting.let_go(day if day == _FOREVER else day - (self._days - 1 if self._within else 0))
        self._carried = len(self._waiting)

    def _states(self) -> tuple[Masks, Masks]:
        """For each pattern, the norms under which it counts, and those under which it may."""
        known = self._true.shape[0]
        fresh = []
        for number in range(known, len(self.patterns)):
            answers = [evaluate(node, self.patterns.values(number)) for node in self._nodes]
            fresh.append((
                sum(1 << norm for norm, answer in enumerate(answers) if answer),
                sum(1 << norm for norm, answer in enumerate(answers) if answer is not False),
            ))  # fmt: skip
        if fresh:
            self._true = np.concatenate([self._true, np.array([true for true, _ in fresh], np.uint64)])
            self._may = np.concatenate([self._may, np.array([may for _, may in fresh], np.uint64)])
        return self._true, self._may

    def _judge(self, held: Members, last_end: int, *, everything: bool) -> None:
        held = self._reaching(held)
        if not len(held):
            return
        groups = groups_of(held.keys, held.joined_keys)
        counted = self._counted(held)
        windows: Longs = np.empty((_WINDOWS_AT_ONCE, len(COLUMNS)), np.int64)
        members: Longs = np.empty((max(4096, len(held)), 4), np.int64)
        begin, end = 0, int(NO_DAY)
        while begin < groups.keys.shape[0]:
            tables = Tables(windows, members, np.zeros(2, np.int64))
            begin, end = judge_groups(
                groups.runs, counted, self._terms, Ends(self._judged_to, last_end), begin, end, tables
            )
            count, filled = tables.filled.tolist()
            if count:
                self._keep(held, groups, windows[:count], members[:filled], everything)
            elif begin < groups.keys.shape[0]:  # one window alone has more members than there is room for
                members = np.empty((members.shape[0] * 4, 4), np.int64)

    def _counted(self, held: Members) -> Counted:
        true, may = self._states()
        return Counted(
            place=held.place,
            since=held.since if self._by_minutes else held.day,
            until=held.until if self._by_minutes else held.day,
            weight=held.weight,
            least=self._least(held.weight),
            value=held.value,
            timed=held.timed,
            true=true.take(held.pattern),
            may=may.take(held.pattern),
            alone=held.alone,
        )

    def _least(self, weight: Longs) -> Longs:
        """What each counts at the least: see ``windows.members.least_of``."""
        if self._by_minutes or self.window.distinct is not None:
            return np.ones_like(weight)
        return np.where(weight == SEVERAL, AT_LEAST, weight)

    def _reaching(self, held: Members) -> Members:
        """Those who may be in a group that passes the limit; most are not, and need no table of groups."""
        limit = self.window.limit
        if limit >= _COUNTED or not len(held) or not held.keys.all():
            return held
        counts: NDArray[np.uint8] = np.zeros(1 << (2 * len(held)).bit_length(), np.uint8)
        likely = reach(held.joined_keys, held.weight, SEVERAL, limit, counts)
        return held if likely.all() else held.cut(likely)

    def _keep(self, held: Members, groups: Groups, windows: Longs, members: Longs, everything: bool) -> None:
        group, keys = windows[:, 0], groups.keys
        mine = np.ones(group.shape[0], np.bool_)
        if not everything and not self._within:  # groups of contacts without a time are judged at the end, once
            time = [number for number, name in enumerate(self.window.per) if name in ("day", "month")]
            mine = (keys[group][:, time] != 0).all(axis=1)
            members = members[np.repeat(mine, windows[:, LAST] - windows[:, FIRST])]
        table, by = windows[mine].copy(), groups.shown_by[group[mine]]
        size = table[:, LAST] - table[:, FIRST]
        table[:, LAST] = np.cumsum(size)
        table[:, FIRST] = table[:, LAST] - size
        who = members[:, 0]
        sure = members[:, 3] & 1 != 0
        lacking: Masks = np.zeros(who.shape[0], np.uint64)
        if not sure.all():
            unsure = who[~sure]
            lacking[~sure] = _bits(held.keys[unsure] == 0)
            if self._within and not self._by_minutes:
                lacking[~sure] |= _flag(held.day[unsure] == NO_DAY, held.keys.shape[1])
        if self._by_minutes:
            lacking |= _flag(members[:, 3] & 2 != 0, held.keys.shape[1])
        if self.window.distinct is not None:
            lacking |= _flag(held.value[who] == 0, held.keys.shape[1] + 1)
        self.found.append(
            FoundWindows(
                table=table,
                keys=keys[group[mine]],
                shown_by=np.where(by >= 0, held.place[by], -1),
                place=held.place.take(who),
                pattern=held.pattern.take(who),
                asked=members[:, 1].astype(np.uint64),
                counted=members[:, 2].astype(np.uint64),
                unknown_keys=lacking,
            )
        )


def _flag(where: NDArray[np.bool_], bit: int) -> Masks:
    """The bit of that number, set *where* it says so."""
    return where.astype(np.uint64) << np.uint64(bit)


def _bits(flags: NDArray[np.bool_]) -> Masks:
    """The flags of each row as the bits of one word."""
    found: Masks = np.zeros(flags.shape[0], np.uint64)
    for number in range(flags.shape[1]):
        found |= flags[:, number].astype(np.uint64) << np.uint64(number)
    return found


def _months(day: Longs) -> Longs:
    """The month of each day, both counted from January 1970."""
    if day.shape[0] and day[0] != NO_DAY and day[0] == day[-1]:  # in the order of time: one day, one month
        return np.full(day.shape[0], day[:1].astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)[0])
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
