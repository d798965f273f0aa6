"""One event, one entry: the same thing met again in another source is merged, both places kept.

Equality needs number, direction, time (within seconds; within a long ring for answered calls of one length, as some
sources begin at the ring and some at the answer; the minute where a source has no seconds) and duration or words;
never the time alone, never a number's ending.  Two equal records of one export stay two.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from typing import Final, Literal

import msgspec

from cuijie.casefile import Case
from cuijie.intake.merging.joined import merged
from cuijie.intake.merging.shelf import EntryShelf, Passed
from cuijie.intake.merging.titled import is_titled, is_titled_twin
from cuijie.records import Entry
from cuijie.records.numbers import is_masked

__all__ = [
    "LIKENESS",
    "SHOWN_WITHIN",
    "EventIndex",
    "Mark",
    "Outcome",
    "is_near",
    "is_undated",
    "join_known",
    "known_event",
    "mark_of",
    "marks_of",
    "place_entry",
    "same_words",
]

Outcome = Literal["kept", "repeat", "merged", "again"]
"""kept: new; repeat: new, but equal to an earlier record of the same file; merged: a further proof of a known
event; again: this very record was taken in before, nothing changed."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)
_CLASSES: Final = {"sms": "text", "mms": "text"}
_CALL_SECONDS: Final = 5
_RINGING_SECONDS: Final = 45  # a phone notes when it began to ring, an operator when it was answered
_ROUNDED: Final = 2  # seconds by which two sources may tell the length of one call differently
_TEXT_SECONDS: Final = 3
_INFERRED_SECONDS: Final = 60
_RECORDING_EARLY: Final = -5  # a recording may begin this much before the call's time, as clocks differ,
_RECORDING_LATE: Final = 60  # and so much after it: it begins when the call is answered
_RECORDING_LONGER: Final = 5
LIKENESS: Final = 0.85
"""How like the words of one message are at least, where one of them was read off a picture."""
_REACH: Final = 130.0
_FEW: Final = 4  # from so many equal records of one file on it is remembered which of them were looked at
SHOWN_WITHIN: Final = "shown_within_s"
"""The ``extra`` of a message read off a screen: how many seconds after the time line above it it may have come at most."""
_CHAT_CALL: Final = re.compile(r"\[(?:语音|视频|音视频)通话\]")
EventKey = tuple[str, str, str | None]
"""Owner, kind and number: what two sources of one event agree in."""


class _Placed(msgspec.Struct):
    """What tells where in time an entry lies, read from its stored form without the rest."""

    owner: str
    kind: str
    number: str | None = None
    occurred_at: datetime | None = None
    time_precision: str | None = None
    is_inferred: bool = False
    counterpart_name: str | None = None
    group_name: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


def is_undated(entry: Entry | _Placed) -> bool:
    """True for a message read off a picture outside a group, of whose time no more than the day is known."""
    is_message = entry.is_inferred and entry.kind in {"sms", "mms", "im"} and entry.group_name is None
    return is_message and (entry.occurred_at is None or entry.time_precision == "day")


def _key(entry: Entry | _Placed) -> EventKey:
    number = entry.number if entry.number and not is_masked(entry.number) else None
    return entry.owner, _CLASSES.get(entry.kind, entry.kind), None if entry.kind == "im" else number


def _seconds(entry: Entry) -> float | None:
    return None if entry.occurred_at is None else (entry.occurred_at - _EPOCH) / _SECOND


Mark = tuple[EventKey, float, str]
"""Where one entry lies: its owner, kind and number; its second; its id."""


def mark_of(entry: Entry) -> Mark | None:
    """The mark of an entry, or None for one without a time."""
    at = _seconds(entry)
    return None if at is None else (_key(entry), at, entry.entry_id)


def marks_of(entry: Entry) -> Iterator[Mark]:
    """Every mark of an entry: of one that may have been at any time of a span, so many that none of it is out of reach."""
    if (mark := mark_of(entry)) is not None:
        yield from ((mark[0], at, mark[2]) for at in _times(mark[1], _span(entry)))


def _times(at: float, span: float) -> Iterator[float]:
    yield from (at + step * _REACH for step in range(int(span // _REACH) + 1))


def _span(entry: Entry | _Placed) -> float:
    """How many seconds after its time an entry may have been: of what a screen shows below a time line that holds for several."""
    if not entry.is_inferred:
        return 0.0
    return next((float(value) for name, value in entry.extra if name == SHOWN_WITHIN), 0.0)


class EventIndex:
    """Where in time the entries of a case lie, by owner, kind and number: to find what a new one may equal."""

    def __init__(self, case: Case) -> None:
        self._times: dict[EventKey, list[tuple[float, str]]] = {}
        self._titles: set[tuple[str, str | None]] = set()  # owners and names that pictures show instead of a number
        self._undated: dict[tuple[str, str | None], list[str]] = {}  # by owner and number, else name
        self._by_name: dict[tuple[str, str | None], list[EventKey]] = {}
        self._names_of = 0  # of how many numbers the names are known
        decode = msgspec.json.Decoder(_Placed).decode
        for entry_id, body in case.records.bodies(Entry):
            placed = decode(body)
            self._note_undated(placed, entry_id)
            if placed.occurred_at is not None:
                first = (placed.occurred_at - _EPOCH) / _SECOND
                times = self._times.setdefault(_key(placed), [])
                times.extend((at, entry_id) for at in _times(first, _span(placed)))
                if is_titled(placed):
                    self._titles.add((placed.owner, placed.counterpart_name))
        for times in self._times.values():
            times.sort()

    def note(self, mark: Mark) -> None:
        """Adds an entry that is now in the case."""
        key, at, entry_id = mark
        insort(self._times.setdefault(key, []), (at, entry_id))

    def _note_undated(self, entry: Entry | _Placed, entry_id: str) -> None:
        if is_undated(entry):
            self._undated.setdefault((entry.owner, entry.number or entry.counterpart_name), []).append(entry_id)

    def undated(self, entry: Entry) -> list[str]:
        """The ids of messages that pictures show without their time, with the number or the contact of the text *entry*."""
        if not self._undated or entry.kind not in _CLASSES or entry.is_inferred:
            return []
        names = (entry.number, entry.counterpart_name)
        return [one for name in names if name for one in self._undated.get((entry.owner, name), ())]

    def texts_with(self, entry: Entry, shelf: EntryShelf) -> Iterator[str]:
        """The ids of texts with the number of *entry*, or for one that a picture titles with a name, with a number of that name."""
        if entry.number is not None and not is_masked(entry.number):
            yield from (one for _, one in self._times.get((entry.owner, "text", entry.number), ()))
        elif is_titled(entry):
            for key in self._keys_named(entry.owner, entry.counterpart_name, shelf):
                yield from (one for _, one in self._times[key])

    def _keys_named(self, owner: str, name: str | None, shelf: EntryShelf) -> Sequence[EventKey]:
        """Under which numbers the texts of one owner lie that name that contact; a phone has one name for a number."""
        if self._names_of != len(self._times):
            self._by_name, self._names_of = defaultdict(list), len(self._times)
            firsts = [(key, times[0][1]) for key, times in self._times.items() if key[1] == "text" and key[2]]
            for key, entry_id in firsts:
                if (first := shelf.get(entry_id)) is not None:
                    self._by_name[key[0], first.counterpart_name].append(key)
        return self._by_name.get((owner, name), ())

    def note_picture(self, entry: Entry) -> None:
        """Remembers what a picture shows by a name alone, or without its time, where *entry* is a message of one."""
        self._note_undated(entry, entry.entry_id)
        if is_titled(entry):
            self._titles.add((entry.owner, entry.counterpart_name))

    def is_in_picture(self, entry: Entry) -> bool:
        """True if a picture shows messages with the contact of *entry* under the name alone."""
        return (entry.owner, entry.counterpart_name) in self._titles

    def times(self, mark: Mark) -> Sequence[tuple[float, str]]:
        """When the known events of that owner, kind and number are, with their ids."""
        return self._times.get(mark[0], ())

    def near(self, entry: Entry) -> list[str]:
        """The ids of entries that may be the same event, nearest in time first."""
        at = _seconds(entry)
        if at is None or not self._times:
            return []
        found = []
        last = at + _span(entry)
        for times in self._lists(entry):
            start = bisect_left(times, (at - _REACH, ""))
            for other, entry_id in times[start:]:
                if other > last + _REACH:
                    break
                found.append((abs(other - at), entry_id))
        return list(dict.fromkeys(entry_id for _, entry_id in sorted(found)))

    def _lists(self, entry: Entry) -> Iterator[list[tuple[float, str]]]:
        """The times to look in: of the same number, and for calls known by contact name also beyond it."""
        owner, kind, number = key = _key(entry)
        if key in self._times:
            yield self._times[key]
        if is_titled(entry):
            yield from (times for other, times in self._times.items() if other[:2] == (owner, "text") and other != key)
        elif kind == "text" and number is not None and self.is_in_picture(entry):
            nameless = ((owner, "im", None), (owner, "text", None))
            yield from (self._times[one] for one in nameless if one in self._times)
        if kind != "call" or entry.counterpart_name is None:
            return
        if number is not None:
            yield from (self._times[nameless] for nameless in ((owner, kind, None),) if nameless in self._times)
        elif _is_recording(entry):
            yield from (times for other, times in self._times.items() if other[:2] == (owner, kind) and other != key)


def is_near(times: Sequence[tuple[float, str]], at: float) -> bool:
    """True if any of *times* (in order) is so near to *at* that it may be the same event."""
    start = bisect_left(times, (at - _REACH, ""))
    return start < len(times) and times[start][0] <= at + _REACH


def _same_event(one: Entry, other: Entry) -> bool:
    """True if two entries of the same owner, kind and number can only be one event seen by two sources."""
    if (
        _key(one) != _key(other) and not _is_named_recording(one, other) and not is_titled_twin(one, other)
    ) or one.is_proof_of_contact != other.is_proof_of_contact:
        return False
    if None not in (one.inbound, other.inbound) and one.inbound != other.inbound:
        return False
    if not _same_time(one, other):
        return False
    if one.kind == "call":
        return _fits_recording(one, other) and _same_call(one, other)
    if one.kind == "im" and None not in (one.number, other.number) and one.number != other.number:
        return False
    if one.kind in {"sms", "mms", "im"}:
        return same_words(one, other)
    return one.text == other.text and one.text is not None


def _same_time(one: Entry, other: Entry) -> bool:
    first, second = _seconds(one), _seconds(other)
    if first is None or second is None or "day" in (one.time_precision, other.time_precision):
        return False
    if _is_recording(one) != _is_recording(other):
        call, sound = (one, other) if _is_recording(other) else (other, one)
        return _starts_within(call, sound)
    if "minute" in (one.time_precision, other.time_precision):
        return (
            first // 60 == second // 60 or _is_shown_later(one, first, second) or _is_shown_later(other, second, first)
        )
    limit = _CALL_SECONDS if one.kind == "call" else _TEXT_SECONDS
    if one.kind == "call" and (one.is_inferred or other.is_inferred):
        limit = _CALL_SECONDS if _is_recording(one) else _INFERRED_SECONDS
    elif _is_same_length(one, other):
        limit = _RINGING_SECONDS
    return abs(first - second) <= limit


def _is_same_length(one: Entry, other: Entry) -> bool:
    """True for two calls that were answered and lasted as long as each other, but for the rounding of a second."""
    if one.kind != "call" or not one.duration_s or not other.duration_s:
        return False
    return abs(one.duration_s - other.duration_s) <= _ROUNDED


def _is_shown_later(shown: Entry, line: float, other: float) -> bool:
    """True if *other* is a time that may stand below the time line at *line* on a screen."""
    return line // 60 * 60 <= other <= line + _span(shown)


def _is_recording(entry: Entry) -> bool:
    """True for what a recording proposes, as long as no phone log has joined it."""
    return entry.is_inferred and any(name == "recording" for name, _ in entry.extra)


def _is_named_recording(one: Entry, other: Entry) -> bool:
    """True if one is a recording known only by a contact name, and the other a call with that very contact."""
    if one.kind != "call" or one.owner != other.owner or other.kind != "call":
        return False
    if one.counterpart_name is None or one.counterpart_name != other.counterpart_name:
        return False
    return any(_is_recording(entry) and entry.number is None for entry in (one, other))


def _starts_within(call: Entry, sound: Entry) -> bool:
    """True if a recording begins about when a call does, as exactly as both sources tell the time."""
    later = (_seconds(sound) or 0) - (_seconds(call) or 0)
    loose_call, loose_sound = (60 if one.time_precision == "minute" else 0 for one in (call, sound))
    return _RECORDING_EARLY - loose_sound <= later <= _RECORDING_LATE + loose_call


def _fits_recording(one: Entry, other: Entry) -> bool:
    """True unless a recording is longer than the call, or two recordings are of different length."""
    if one.duration_s is None or other.duration_s is None:
        return True
    if _is_recording(one) and _is_recording(other):
        return abs(one.duration_s - other.duration_s) <= 2
    if _is_recording(one) or _is_recording(other):
        call, sound = (one, other) if _is_recording(other) else (other, one)
        return (sound.duration_s or 0) <= (call.duration_s or 0) + _RECORDING_LONGER
    return True


def _same_call(one: Entry, other: Entry) -> bool:
    if None not in (one.connected, other.connected) and one.connected != other.connected:
        return False
    if one.duration_s is not None and other.duration_s is not None:
        recorded = one.is_inferred or other.is_inferred
        return recorded or abs(one.duration_s - other.duration_s) <= _ROUNDED
    return one.number is not None or one.number_shown is other.number_shown is False


def same_words(one: Entry, other: Entry) -> bool:
    """True if two messages say the same, as well as a source that cuts them short or a picture tells their words."""
    if one.text is None or other.text is None:
        alike = one.text is other.text and set(one.attachments) == set(other.attachments)
        return one.number is not None and (alike or one.kind != "im")
    first, second = "".join(one.text.split()), "".join(other.text.split())
    if first == second:
        return one.group_name == other.group_name or None in (one.group_name, other.group_name)
    for short, long in ((first, second), (second, first)):
        if re.fullmatch(r"\[[^\]]{1,8}\]", short) and (
            long.startswith(short) or (short == "[通话]" and _CHAT_CALL.match(long))
        ):
            return True  # one export says only that it was a picture, a transfer or a call
        if short.endswith(("…", "...")) and len(short) > 8 and long.startswith(short.rstrip("….")):
            return True
    if one.is_inferred or other.is_inferred:
        return SequenceMatcher(None, first[:500], second[:500], autojunk=False).ratio() >= LIKENESS
    return False


def place_entry(shelf: EntryShelf, entry: Entry, index: EventIndex | None) -> tuple[Outcome, Entry]:
    """Puts *entry* on the shelf or merges it; what was done and the entry as it now stands."""
    item, base = entry.places[0].partition("#")[0] + "#", entry.entry_id
    passed = shelf.passed.get((item, base)) or Passed()
    number = passed.places.get(entry.places[0], passed.number)
    entry_id = base if number == 1 else f"{base}.{number}"
    while (known := shelf.get(entry_id)) is not None:
        passed.places |= dict.fromkeys(known.places, number)
        if number == _FEW:
            shelf.passed[item, base] = passed
        passed.number = number = number + 1
        if entry.places[0] in known.places or not any(place.startswith(item) for place in known.places):
            return join_known(shelf, known, entry)
        entry_id = f"{base}.{number}"
    if index is not None and (known := known_event(shelf, entry, index)) is not None:
        return join_known(shelf, known, entry)
    placed = entry if number == 1 else replace(entry, entry_id=entry_id)
    shelf.add(placed)
    return ("kept" if number == 1 else "repeat"), placed


def known_event(shelf: EntryShelf, entry: Entry, index: EventIndex) -> Entry | None:
    """The event of another source that *entry* can only be, or its own record taken in before."""
    item = entry.places[0].partition("#")[0] + "#"
    for near_id in index.near(entry):
        if (known := shelf.get(near_id)) is None:
            continue
        elsewhere = not any(place.startswith(item) for place in known.places)
        if entry.places[0] in known.places or (elsewhere and _same_event(known, entry)):
            return known
    return None


def join_known(shelf: EntryShelf, known: Entry, entry: Entry) -> tuple[Outcome, Entry]:
    """One event: *known* with what *entry* adds.  Met before, nothing changes, unless a recording is now transcribed."""
    is_read_now = known.text is None and entry.text is not None and entry.text_kind == "transcript"
    if entry.places[0] in known.places and not is_read_now:
        return "again", known
    joined = merged(known, entry)
    shelf.replace(joined)
    return "merged", joined
