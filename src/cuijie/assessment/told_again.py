"""What somebody noted from memory and a record shows at about that time: one contact or two, which only they can say.

Until they say, what they noted is shown and counts only beyond what is recorded, so that a count holds either way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from cuijie.assessment.answers import SAME_CONTACT
from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.records import ContactRecord, Entry, Question

__all__ = ["Noted", "ToldAgain", "joined", "questions_about", "told_again"]

_ROUNDED: Final = timedelta(minutes=10)  # people tell a time in fives and tens of minutes
_ROUGHLY: Final = timedelta(minutes=30)  # 九点多, 大约十点
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_RINGING: Final = timedelta(seconds=45)  # one list begins at the ring, one at the answer
_SAME_LENGTH: Final = 2  # seconds by which two lists may tell the length of one call differently
_FARTHEST: Final = 16  # hours between the clock of a traveller and Beijing
_ENOUGH: Final = 2  # calls of one list, all off by the same hours
_ALIKE: Final = 0.5
_KINDS: Final = {"mms": "sms", "robot_call": "call"}


class Noted(NamedTuple):
    """One contact of the case: what is known of it, and the entry it comes from."""

    record: ContactRecord
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldAgain:
    """Contacts somebody noted (several only of one list whose clock is off) and those on record that they may be."""

    told: tuple[ContactRecord, ...]
    shown: tuple[ContactRecord, ...]
    places: tuple[tuple[str, ...], ...]  # of each one noted
    hours: int = 0  # by which the clock of the list is ahead of the record's
    is_same: bool | None = None  # as somebody answered

    @property
    def question(self) -> str:
        """The id under which it is asked whether they are the same."""
        return f"{SAME_CONTACT}@{self.told[0].contact_id}"

    @property
    def beyond(self) -> int:
        """How many contacts were noted beyond those on record."""
        counts = [one.count for one in self.told]
        return 0 if None in counts else max(0, sum(one or 0 for one in counts) - len(self.shown))

    def notes(self) -> Iterator[tuple[str, tuple[ContactRecord, tuple[str, ...]]]]:
        """For each contact on record what was noted of it; nothing where it is one of several, nobody knows which."""
        if len(self.told) == len(self.shown):
            yield from zip(
                (one.contact_id for one in self.shown), zip(self.told, self.places, strict=True), strict=True
            )
        elif _is_total(self.told[0]):
            yield from ((one.contact_id, (self.told[0], self.places[0])) for one in self.shown)

    def left(self) -> ContactRecord | None:
        """What was noted as it counts beyond the record; None where that is nothing."""
        return replace(self.told[0], count=self.beyond) if self.beyond else None


def told_again(contacts: Sequence[Noted], is_same: Callable[[str], bool | None]) -> tuple[ToldAgain, ...]:
    """What was noted by hand and may be one with what a phone, an operator or a picture shows, in the order of time.

    *is_same* tells what was answered of a contact by its id.
    """
    timed = [one for one in contacts if one.record.occurred_at is not None]
    noted = [one for one in timed if one.entry.is_user_converted]
    if not noted:
        return ()
    exported = _Shown(one for one in timed if not one.entry.is_user_converted)
    found = list(_off_by_hours(noted, exported))
    paired = {record.contact_id for group in found for record in group.told}
    remembered = [one for one in noted if one.record.time_precision != "second"]
    paired |= {one.record.contact_id for one in remembered}
    shown = _Shown(one for one in timed if one.record.contact_id not in paired)
    taken: set[tuple[str, str]] = set()  # an item tells of one contact once
    for one in sorted(remembered, key=_is_of_a_day):  # what tells the minute is the better told
        near = _perhaps(one, shown, taken)
        taken |= {(item, other.entry.entry_id) for item in one.entry.item_ids for other in near}
        if near:
            found.append(_group([one], near))
        else:
            shown.add(one)  # for what another note tells
    return tuple(replace(group, is_same=is_same(group.told[0].contact_id)) for group in found)


def _perhaps(told: Noted, shown: _Shown, taken: Container[tuple[str, str]]) -> Sequence[Noted]:
    """The contact that *told* may be, or all of them for a total or a day; none the same file tells of already."""
    items = set(told.entry.item_ids)
    others = [
        other
        for other in shown.near(told)
        if not items & set(other.entry.item_ids)
        and not any((item, other.entry.entry_id) in taken for item in items)
        and _may_be(told, other)
    ]
    nearest = sorted(others, key=lambda other: _apart(told, other))
    return nearest if _is_total(told.record) or _is_of_a_day(told) else nearest[:1]


def _is_of_a_day(one: Noted) -> bool:
    return one.record.time_precision == "day"


def joined(entries: Iterable[Entry], groups: Iterable[ToldAgain]) -> Iterator[Entry]:
    """*entries* with the note in its record where somebody said that they are one: its places, and its words if it has none."""
    same = [group for group in groups if group.is_same]
    told = {one.contact_id: group for group in same for one in group.told}
    noted = {shown: note for group in same for shown, note in group.notes()}
    for entry in entries:
        if (group := told.get(entry.entry_id)) is not None:
            left = group.left()
            if left is not None and left.contact_id == entry.entry_id:
                yield replace(entry, count=left.count)
        elif (note := noted.get(entry.entry_id)) is not None:
            yield _with_note(entry, *note)
        else:
            yield entry


def _with_note(entry: Entry, record: ContactRecord, places: tuple[str, ...]) -> Entry:
    entry = replace(entry, places=(*entry.places, *places))
    is_of_it_alone = record.count == 1 and entry.text is None
    return replace(entry, text=record.text, text_kind=record.text_kind) if is_of_it_alone else entry


class _Shown:
    """What records show, by recipient and channel, in the order of time."""

    def __init__(self, shown: Iterable[Noted]) -> None:
        self._of: dict[tuple[str | None, str | None], list[Noted]] = defaultdict(list)
        for one in sorted(shown, key=_at):
            self._of[_kind(one)].append(one)

    def add(self, one: Noted) -> None:
        """Adds what was noted and is shown nowhere else."""
        insort(self._of[_kind(one)], one, key=_at)

    def near(self, told: Noted) -> Sequence[Noted]:
        """What was shown within a day of *told*: no clock and no memory of a day is farther off."""
        of_kind = self._of.get(_kind(told), [])
        start = bisect_left(of_kind, _at(told) - _DAY, key=_at)
        return of_kind[start : bisect_right(of_kind, _at(told) + _DAY, key=_at)]


def _at(one: Noted) -> datetime:
    if one.record.occurred_at is None:
        raise ValueError("only what has a time is compared")
    return one.record.occurred_at


def _group(told: Iterable[Noted], shown: Iterable[Noted], hours: int = 0) -> ToldAgain:
    noted = tuple(told)
    return ToldAgain(
        told=tuple(one.record for one in noted),
        shown=tuple(one.record for one in shown),
        places=tuple(one.entry.places for one in noted),
        hours=hours,
    )


def _kind(one: Noted) -> tuple[str | None, str | None]:
    return one.record.recipient_id, _KINDS.get(one.record.channel or "", one.record.channel)


def _is_total(record: ContactRecord) -> bool:
    return record.count != 1


def _apart(one: Noted, other: Noted) -> timedelta:
    return abs(_at(one) - _at(other))


def _may_be(told: Noted, shown: Noted) -> bool:
    """True if nothing in which the two differ tells them apart, and their times are as near as memory is."""
    one, other = told.record, shown.record
    if not _agree(one, other) or not _is_about_then(told, shown):
        return False
    if one.text_kind != "verbatim" or not one.text or not other.text:
        return True
    return SequenceMatcher(None, one.text[:300], other.text[:300], autojunk=False).ratio() >= _ALIKE


def _agree(one: ContactRecord, other: ContactRecord) -> bool:
    pairs = ((one.direction, other.direction), (one.connected, other.connected), (one.lender_id, other.lender_id))
    is_apart = any(None not in pair and pair[0] != pair[1] for pair in pairs)
    return not is_apart and one.from_number in (None, other.from_number)


def _is_about_then(told: Noted, shown: Noted) -> bool:
    one, other = told.record, shown.record
    if "day" in (one.time_precision, other.time_precision):
        return shanghai_day(_at(told)) == shanghai_day(_at(shown))
    return _apart(told, shown) <= (_ROUGHLY if told.entry.zone_basis == "inferred" else _ROUNDED)


def _off_by_hours(told: Iterable[Noted], shown: _Shown) -> Iterator[ToldAgain]:
    """Answered calls of one list that another source has at the same minutes of another hour, each as long."""
    pairs: dict[tuple[str, int], list[tuple[Noted, Noted]]] = defaultdict(list)
    for one in told:
        for other in shown.near(one):
            if (hours := _hours_off(one, other)) and not set(one.entry.item_ids) & set(other.entry.item_ids):
                pairs[one.entry.places[0].partition("#")[0], hours].append((one, other))
    for (_, hours), found in pairs.items():
        if len({one.entry.entry_id for one, _ in found}) >= _ENOUGH:
            told_once = {one.entry.entry_id: one for one, _ in found}
            shown_once = {other.entry.entry_id: other for _, other in found}
            yield _group(told_once.values(), shown_once.values(), hours)


def _hours_off(one: Noted, other: Noted) -> int:
    """By how many whole hours one call stands in two lists; 0 where it is no such pair."""
    first, second = one.record, other.record
    if not first.duration_s or not second.duration_s:
        return 0
    if first.from_number != second.from_number or abs(first.duration_s - second.duration_s) > _SAME_LENGTH:
        return 0
    apart = _at(one) - _at(other)
    hours = round(apart / _HOUR)
    is_whole = abs(apart - hours * _HOUR) <= _RINGING and first.time_precision == second.time_precision == "second"
    return hours if is_whole and abs(hours) <= _FARTHEST and _agree(first, second) else 0


def questions_about(groups: Iterable[ToldAgain]) -> Iterator[Question]:
    """Asks of each that nobody told whether it is one contact or two."""
    for group in groups:
        if group.is_same is None:
            shown = tuple(one.contact_id for one in group.shown)
            yield Question(id=group.question, asks=_words(group), contacts=shown, decides=())


def _words(group: ToldAgain) -> str:
    noted, shown = group.told[0], "、".join(_clock(one) for one in group.shown[:3])
    many = " 等" if len(group.shown) > 3 else ""
    if group.hours:
        way = "早" if group.hours < 0 else "晚"
        return (
            f"自己整理的记录里有 {len(group.told)} 次通话，和另一份记录里的同样长，只是整整{way} {abs(group.hours)} 小时"
            f"（如 {_clock(noted)}）：是手机时区不同的同一批通话吗？"
        )
    if _is_total(noted):
        total = f"{noted.count} 次" if noted.count else "几次"
        return f"你记的 {_clock(noted)} 那{total}，是不是包括了记录里当时的 {len(group.shown)} 次（{shown}{many}）？"
    if len(group.shown) > 1:
        return f"你记的 {_clock(noted)} 那一次，是记录里这一天的 {len(group.shown)} 次之一吗（{shown}{many}）？"
    return f"你记的 {_clock(noted)} 那一次，和记录里 {shown} 的是同一次吗？"


def _clock(record: ContactRecord) -> str:
    forms = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}
    at = record.occurred_at
    return at.astimezone(SHANGHAI).strftime(forms.get(record.time_precision or "", "%Y-%m-%d %H:%M:%S")) if at else ""
