"""The calendar file (RFC 5545): every running deadline as an all-day event with a reminder."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from cuijie.remedies.clocks import Deadline
from cuijie.remedies.english import english

__all__ = ["calendar_text"]

_WARN_DAYS = 3


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _fold(line: str) -> str:
    """*line* in pieces of at most 75 octets, cut between characters."""
    pieces: list[bytes] = [b""]
    for character in line:
        data = character.encode()
        limit = 75 if len(pieces) == 1 else 74
        if len(pieces[-1]) + len(data) > limit:
            pieces.append(b"")
        pieces[-1] += data
    return "\r\n ".join(piece.decode() for piece in pieces)


def _words(deadline: Deadline, title: str, *, in_english: bool) -> tuple[str, str]:
    """Summary and description of the event."""
    if in_english:
        words = english()
        who, about = ("Mine" if deadline.is_mine else "Theirs"), ("" if deadline.due_on else " (range, check again)")
        parts = (words.clock(deadline), words.basis(deadline.basis), words.note(deadline))
        return f"{who}: {title}{about}", "; ".join(part for part in parts if part)
    who, about = ("我要做" if deadline.is_mine else "对方应答复"), ("" if deadline.due_on else "（日期待核对）")
    notes = "；".join(part for part in (deadline.what, deadline.basis, deadline.note) if part)
    return f"{who}：{title}{about}", notes


def _event(deadline: Deadline, title: str, stamp: datetime, *, in_english: bool) -> Iterable[str]:
    on = deadline.due_on or deadline.safe_on
    summary, notes = _words(deadline, title, in_english=in_english)
    yield "BEGIN:VEVENT"
    yield f"UID:{_escape(deadline.id)}@cuijie"
    yield f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escape(summary)}"
    yield f"DESCRIPTION:{_escape(notes)}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_escape(title)}"
    yield f"TRIGGER:-P{_WARN_DAYS}D"
    yield "END:VALARM"
    yield "END:VEVENT"


def calendar_text(
    deadlines: Iterable[Deadline], titles: dict[str, str], stamp: datetime, since: date, *, in_english: bool = False
) -> str:
    """The calendar of *deadlines* not past on *since*; *titles* names each by its step id.

    Names no person, number or lender: calendars are synchronised to places we do not know.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cuijie//next//ZH", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    for one in deadlines:
        if not one.is_past(since):
            lines += _event(one, titles.get(one.step, one.what), stamp, in_english=in_english)
    lines.append("END:VCALENDAR")
    return "".join(_fold(line) + "\r\n" for line in lines)
