"""Texts straight into the form in which the case stores them: what many of them have in common is encoded once.

The first text of each *form* (number, box, name and further attributes; with a signature or without) is made an entry
and encoded as any other; then its own parts are cut out, and every further text puts its parts into the gaps.  A form
that does not give back its own first text to the byte is not used.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Final

import msgspec

from cuijie.casefile.record_table import body_of
from cuijie.intake.entries import signature_of
from cuijie.intake.merging import Mark, mark_of
from cuijie.intake.sms_rows import Texts
from cuijie.intake.xml_tags import resolve
from cuijie.records import Entry

__all__ = ["Draft", "Drafts"]

_MOST_FORMS: Final = 20_000  # one a correspondent, mostly; beyond it they are made anew
_OWN: Final = frozenset({"date", "body", "date_sent"})
_ABSENT: Final = frozenset({b"", b"null", b"0", b"-1"})
_GAPS: Final = ("entry_id", "date_sent", "occurred_at", "places", "signature", "text", "time_raw")
_GAP: Final = re.compile(rb"<gap (\w+)>")
_SAMPLE_AT: Final = datetime(1987, 6, 5, 4, 3, 2, tzinfo=UTC)
_MINUTES: Final = tuple(b"T%02d:%02d:" % divmod(minute, 60) for minute in range(1440))
_json = msgspec.json.encode


Draft = tuple[str, bytes, Mark]
"""One text in its stored form: its id, its body, and where in time it lies."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What texts have in common: the pieces of their stored form round the gaps, and of what their id is made."""

    pieces: tuple[bytes, ...]
    before: bytes
    after: bytes
    place: bytes
    key: tuple[str, str, str | None]

    def fill(self, date: bytes, sent: bytes, number: int, sign: str | None, text: str) -> Draft:
        """The draft of one text."""
        ms = int(date)
        said = b"sms\x1f%b%b%b%b" % (date, self.before, text.encode("utf-8", "replace"), self.after)
        entry_id = f"{ms:011x}-{hashlib.blake2b(said, digest_size=10).hexdigest()}"
        minutes, rest = divmod(ms, 60_000)
        day, minute = divmod(minutes, 1440)
        second, milli = divmod(rest, 1000)
        one, two, three, four, five, six, seven, eight = self.pieces
        body = b"".join((
            one, entry_id.encode(), two, sent, three, _day(day), _MINUTES[minute],
            b"%02d.%03d000Z" % (second, milli) if milli else b"%02dZ" % second,
            four, self.place, b"%d" % number, five,
            _json(sign)[1:-1] if sign else b"", six, _json(text)[1:-1], seven, date, eight,
        ))  # fmt: skip
        return entry_id, body, (self.key, ms / 1000, entry_id)


class Drafts:
    """Makes drafts of the rows of one source.

    *needs_care* says of a first entry, *is_known_sign* of a signature, that texts like it must go the careful way:
    the case may know them already, or whose they are.
    """

    def __init__(self, needs_care: Callable[[Entry], bool], is_known_sign: Callable[[str], bool]) -> None:
        self._needs_care = needs_care
        self._is_known_sign = lru_cache(maxsize=4096)(is_known_sign)
        self._forms: dict[object, _Form | None] = {}
        self._names: tuple[str, ...] = ()
        self._date = self._body = self._sent = 0
        self._common: Callable[[tuple[bytes, ...]], object] = itemgetter(0)

    def make(self, texts: Texts, number: int, row: tuple[bytes, ...]) -> Draft | None:
        """The draft of *row*, the *number*-th of its file, or None where it must be read with care."""
        if texts.names != self._names:
            self._learn(texts.names)
        try:
            text = row[self._body].decode()
        except UnicodeDecodeError:
            return None
        if "&" in text:
            text, lost = resolve(text)
            if lost:
                return None
        sign = signature_of(text) if "【" in text else None
        sent = row[self._sent] if self._sent >= 0 else b""
        if sent in _ABSENT:
            sent = b""
        elif not sent.isdigit():
            return None
        key = (self._common(row), sent == b"", sign is None)
        try:
            form = self._forms[key]
        except KeyError:
            form = self._forms[key] = self._form(texts.entry(number, row), sent, number)
        if form is None or text in ("", "null") or (sign is not None and self._is_known_sign(sign)):
            return None
        return form.fill(row[self._date], sent, number, sign, text)

    def _learn(self, names: tuple[str, ...]) -> None:
        self._names, self._forms = names, {}
        self._date, self._body = names.index("date"), names.index("body")
        self._sent = names.index("date_sent") if "date_sent" in names else -1
        self._common = itemgetter(*(place for place, name in enumerate(names) if name not in _OWN))

    def _form(self, first: Entry, sent: bytes, number: int) -> _Form | None:
        """The form of *first*, or None if it must be read with care or cannot be given back to the byte."""
        if len(self._forms) >= _MOST_FORMS:
            self._forms.clear()
        mark = mark_of(first)
        if mark is None or first.text is None or first.time_raw is None or self._needs_care(first):
            return None
        said = (first.owner, first.inbound, first.number, None if first.number else first.counterpart_name)
        form = _Form(
            pieces=_pieces(first),
            before="".join(f"\x1f{'' if part is None else part}" for part in (*said, None)).encode(),
            after=f"\x1f\x1f\x1f\x1f{first.is_proof_of_contact}\x1f".encode(),
            place=(first.places[0].rpartition(":")[0] + ":").encode(),
            key=mark[0],
        )
        if len(form.pieces) != len(_GAPS) + 1:
            return None
        again = form.fill(first.time_raw.encode(), sent, number, first.signature, first.text)
        return form if again == (first.entry_id, body_of(first), mark) else None


def _pieces(first: Entry) -> tuple[bytes, ...]:
    """The stored form of *first* round its gaps; a gap that it has not is between an empty piece and its neighbour."""
    gapped = replace(
        first,
        entry_id="<gap entry_id>",
        occurred_at=_SAMPLE_AT,
        places=("<gap places>",),
        signature="<gap signature>" if first.signature else None,
        text="<gap text>",
        time_raw="<gap time_raw>",
        extra=tuple((name, "<gap date_sent>" if name == "date_sent" else value) for name, value in first.extra),
    )
    body = body_of(gapped).replace(_json(_SAMPLE_AT), b'"<gap occurred_at>"')
    pieces, found, position = [], {gap[1].decode(): gap for gap in _GAP.finditer(body)}, 0
    for name in _GAPS:
        gap = found.get(name)
        pieces.append(body[position : gap.start()] if gap else b"")
        position = gap.end() if gap else position
    return (*pieces, body[position:])


@lru_cache(maxsize=8192)
def _day(number: int) -> bytes:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)).date().isoformat().encode()
