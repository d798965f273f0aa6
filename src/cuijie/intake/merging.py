"""One event, one entry: the same thing met again in another source is merged, both places kept.

Equality needs number, direction, time (within seconds; within a long ring for answered calls of one length, as some
sources begin at the ring and some at the answer; the minute where a source has no seconds) and duration or words;
never the time alone, never a number's ending.  Two equal records of one export stay two.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from typing import Final, Literal

import msgspec

from cuijie.casefile import Case
from cuijie.intake.shelf import EntryShelf, Passed
from cuijie.intake.titled import is_titled, is_titled_twin
from cuijie.records import Entry, Payment
from cuijie.records.numbers import is_masked

__all__ = [
    "LIKENESS",
    "SHOWN_WITHIN",
    "EventIndex",
    "Mark",
    "Outcome",
    "is_near",
    "join_known",
    "mark_of",
    "marks_of",
    "merged",
    "place_entry",
    "place_payment",
    "same_event",
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
    is_inferred: bool = False
    counterpart_name: str | None = None
    group_name: str | None = None
    extra: tuple[tuple[str, str], ...] = ()


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
        decode = msgspec.json.Decoder(_Placed).decode
        for entry_id, body in case.records.bodies(Entry):
            placed = decode(body)
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

    def note_title(self, entry: Entry) -> None:
        """Remembers the name that a picture shows, where *entry* is a message of one."""
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


def same_event(one: Entry, other: Entry) -> bool:
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
        return _same_words(one, other)
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


def _same_words(one: Entry, other: Entry) -> bool:
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


def merged(first: Entry, other: Entry) -> Entry:
    """*first* with the places of *other* and the facts it lacked; its id, tie and the user's decisions stay."""
    better = other.time_precision == "second" and (first.time_precision != "second" or first.is_inferred)
    timed = other if first.occurred_at is None or (better and not other.is_inferred) else first
    known = dict(first.extra)
    words = other if _has_better_words(first, other) else first
    return replace(
        first,
        kind=other.kind if is_titled(first) and not other.is_inferred else first.kind,
        places=(*first.places, *(place for place in other.places if place not in first.places)),
        occurred_at=timed.occurred_at,
        time_raw=timed.time_raw,
        time_precision=timed.time_precision,
        zone_basis=timed.zone_basis,
        inbound=first.inbound if first.inbound is not None else other.inbound,
        number_raw=first.number_raw if first.number is not None else other.number_raw or first.number_raw,
        number=first.number or other.number,
        number_shown=first.number_shown if first.number_shown is not None else other.number_shown,
        counterpart_name=first.counterpart_name or other.counterpart_name,
        signature=first.signature or other.signature,
        text=words.text,
        text_kind=words.text_kind,
        connected=first.connected if first.connected is not None else other.connected,
        duration_s=_call_length(first, other),
        group_name=first.group_name or other.group_name,
        attachments=tuple(dict.fromkeys((*first.attachments, *other.attachments))),
        is_user_converted=first.is_user_converted and other.is_user_converted,
        is_inferred=first.is_inferred and other.is_inferred,
        extra=(*first.extra, *(pair for pair in other.extra if pair[0] not in known)),
    )


def _call_length(first: Entry, other: Entry) -> int | None:
    """The phone log's length of the call before that of a recording, which may begin late or end early."""
    if other.duration_s is None or (first.duration_s is not None and not (first.is_inferred and not other.is_inferred)):
        return first.duration_s
    return other.duration_s


def _has_better_words(first: Entry, other: Entry) -> bool:
    """True if *other* has the words that *first* lacks, cut short, or read off a picture."""
    if first.text is None or other.text is None:
        return first.text is None
    cut_short = first.text.endswith(("…", "...", "]")) and len(other.text) > len(first.text)
    return (first.is_inferred and not other.is_inferred) or cut_short


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
    for near_id in index.near(entry) if index is not None else ():
        if (known := shelf.get(near_id)) is None:
            continue
        elsewhere = not any(place.startswith(item) for place in known.places)
        if entry.places[0] in known.places or (elsewhere and same_event(known, entry)):
            return join_known(shelf, known, entry)
    placed = entry if number == 1 else replace(entry, entry_id=entry_id)
    shelf.add(placed)
    return ("kept" if number == 1 else "repeat"), placed


def join_known(shelf: EntryShelf, known: Entry, entry: Entry) -> tuple[Outcome, Entry]:
    """One event: *known* with what *entry* adds.  Met before, nothing changes, unless a recording is now transcribed."""
    is_read_now = known.text is None and entry.text is not None and entry.text_kind == "transcript"
    if entry.places[0] in known.places and not is_read_now:
        return "again", known
    joined = merged(known, entry)
    shelf.replace(joined)
    return "merged", joined


def place_payment(case: Case, payment: Payment) -> Outcome:
    """Puts *payment* into the case or merges it with the same line of an overlapping bill."""
    item = payment.places[0].partition("#")[0] + "#"
    base, number = payment.payment_id, 1
    while True:
        payment_id = base if number == 1 else f"{base}.{number}"
        known = case.get(Payment, payment_id)
        if known is None:
            case.put(replace(payment, payment_id=payment_id))
            return "kept" if number == 1 else "repeat"
        if payment.places[0] in known.places:
            return "again"
        if not any(place.startswith(item) for place in known.places):
            case.put(replace(known, places=(*known.places, *payment.places)))
            return "merged"
        number += 1
