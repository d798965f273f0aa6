"""Texts straight into the form in which the case stores them: what many of them have in common is encoded once.

The first text of each *form* (number, box, name, further attributes, signature) is made an entry and encoded as any
other; then its own parts are cut out, and every further text only brings its parts for the gaps.  A form that does not
give back its own first text to the byte is not used.  Where a form is known that differs in the number alone, its *kin*,
only what depends on the number is made anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from typing import Final, NamedTuple

import msgspec

from cuijie.casefile.database.pack_table import filled
from cuijie.casefile.database.record_table import body_of, encoded, said_of
from cuijie.intake.android.sms_rows import Texts
from cuijie.intake.android.xml_tags import resolve
from cuijie.intake.entries import number_of, signature_of
from cuijie.intake.merging.events import EventKey, Mark, is_near, mark_of
from cuijie.records import Entry

__all__ = ["Draft", "Drafts", "Row", "with_place"]

_MOST_FORMS: Final = 20_000  # one a correspondent, mostly; beyond it they are made anew
_ABSENT: Final = frozenset({b"", b"null", b"0", b"-1"})
_AMPERSAND: Final = ord("&")
_ADDRESS: Final = re.compile(rb'\saddress="([^"&]+)"')
_ELEVEN_DIGITS: Final = 1 << 44  # above any time: what comes after its own digit has eleven
_PLACES: Final = re.compile(rb'"places":\[("[^\]]*")\]')  # a quote inside a text is escaped: it cannot be meant
_SAMPLE_AT: Final = datetime(1987, 6, 5, 4, 3, 2, tzinfo=UTC)
_SECONDS: Final = tuple(b"%02d:%02d" % divmod(second, 60) for second in range(3600))
_MILLIS: Final = (b"Z\x1f", *(b".%03d000Z\x1f" % milli for milli in range(1, 1000)))
_json = msgspec.json.Encoder().encode
_DIGEST: Final = blake2b(digest_size=10)  # copied for each: cheaper than a new one
_Near = Sequence[tuple[float, str]]

Row = tuple[bytes, ...]


Draft = tuple[str, bytes, bytes, EventKey, float, bool]
"""One text: its id, its form and values (``pack_table``), where it lies (key and second), whether a known event
is near."""


class _Form(NamedTuple):  # a tuple is taken apart in one step, once for each text
    """What texts have in common: their stored form with gaps, and of what their id is made."""

    gapped: bytes
    before: bytes
    after: bytes
    place: bytes
    who: bytes  # the number as values
    sign: bytes  # the signature as a value, or nothing
    key: EventKey
    near: _Near  # when the events of that number are which the case knows
    sent: bytes  # what stands after the time of sending, where it has a gap for one


def _draft(form: _Form, date: bytes, sent: bytes, number: int, text: str, words: bytes) -> Draft:
    """The draft of one text; *words* are its bytes."""
    gapped, before, after, place, who, sign, key, near, after_sent = form
    ms = int(date)
    digest = _DIGEST.copy()
    digest.update(b"".join((b"sms\x1f", date, before, words, after)))
    hour, rest = divmod(ms, 3_600_000)
    second, milli = divmod(rest, 1000)
    values = b"".join((
        sent, after_sent, who, _hour(hour), _SECONDS[second], _MILLIS[milli], place, b"%d\x1f" % number, sign,
        _json(text), b"\x1f", date,
    ))  # fmt: skip
    at = ms / 1000
    entry_id = f"{hex(ms | _ELEVEN_DIGITS)[3:]}-{digest.hexdigest()}"
    return entry_id, gapped, values, key, at, is_near(near, at) if near else False


class Drafts:
    """Makes drafts of the rows of one source.

    *needs_care* says of a first entry, *is_known_sign* of a signature, that texts like it must go the careful way:
    they may be a collector's, or another person's.  *near* tells when the known events of a number are.
    """

    def __init__(
        self,
        needs_care: Callable[[Entry], bool],
        is_known_sign: Callable[[str], bool],
        near: Callable[[Mark], _Near] = lambda _: (),
    ) -> None:
        self._needs_care, self._is_known_sign, self._near = needs_care, is_known_sign, near
        self._forms: dict[object, _Form | None] = {}
        self._signs: dict[str, str] = {}
        self._kin: dict[object, tuple[_Form, Entry]] = {}  # by all but the number; with its first text
        self._shapes: dict[bytes, bytes] = {}  # most forms differ in what they hold, not in their gaps
        self._names: tuple[str, ...] = ()
        self._date = self._body = self._sent = 0
        self._common: Callable[[Row], object] = itemgetter(0)

    def of(self, texts: Texts) -> Iterator[tuple[int, Row, Draft | None]]:
        """Each row of *texts* with its number and its draft, or None where it must be read with care."""
        if texts.names != self._names:
            self._learn(texts.names)
        forms, common, body, date, place = self._forms, self._common, self._body, self._date, self._sent
        for number, row in enumerate(texts.rows, start=texts.first):
            raw = row[body]
            sent = row[place] if place >= 0 else b""
            if sent in _ABSENT:
                sent = b""
            words = raw
            try:
                text, lost = raw.decode(), 0
                if _AMPERSAND in raw:
                    text = text.replace("&#10;", "\n")  # by far the most frequent
                    if "&" in text:
                        text, lost = resolve(raw.decode())
                    words = text.encode("utf-8", "replace")
            except UnicodeDecodeError:
                lost = 1
            if lost or text in ("", "null") or (sent and not sent.isdigit()):
                yield number, row, None
                continue
            sign = self._sign(text) if "【" in text else None
            key = (common(row), sent == b"", sign)
            try:
                form = forms[key]
            except KeyError:
                form = self._new(texts, row, sent, sign, number)
                if len(forms) >= _MOST_FORMS:
                    forms.clear()
                    self._kin.clear()
                    self._signs.clear()
                    self._shapes.clear()
                forms[key] = form
            yield number, row, None if form is None else _draft(form, row[date], sent, number, text, words)

    def _sign(self, text: str) -> str | None:
        """The signature of a text; one at the start is the same in all texts that start so."""
        head = text[: text.find("】") + 1]
        known = self._signs.get(head)
        if known is None:
            known = signature_of(text)
            if known is not None and text[0] == "【" and head.count("【") == 1 and signature_of(head) == known:
                self._signs[head] = known
        return known

    def _learn(self, names: tuple[str, ...]) -> None:
        self._names, self._forms, self._kin = names, {}, {}
        self._date, self._body = names.index("date"), names.index("body")
        self._sent = names.index("date_sent") if "date_sent" in names else -1
        self._common = itemgetter(*(place for place, name in enumerate(names) if not name))

    def _new(self, texts: Texts, row: Row, sent: bytes, sign: str | None, number: int) -> _Form | None:
        """The form of a text that is the first of it, from its kin's where there is one."""
        written = b"".join(raw for name, raw in zip(texts.names, row, strict=True) if not name)
        address = None if _AMPERSAND in written else _ADDRESS.search(written)
        if address is None or not address[1].isascii():
            return self._form(texts.entry(number, row), sent, number)
        rest = (written[: address.start(1)], written[address.end(1) :], sent == b"", sign)
        raw = address[1].decode()
        known, as_dialled = self._kin.get(rest), number_of(raw)
        if known is not None and as_dialled is not None:
            return self._of_kin(*known, as_dialled, raw)
        first = texts.entry(number, row)
        form = self._form(first, sent, number)
        is_whole = "\ufffd" not in f"{first.counterpart_name}{first.extra}"  # what is lost is counted for each form
        if form is not None and first.number is not None and is_whole:
            self._kin[rest] = form, first
        return form

    def _of_kin(self, kin: _Form, first: Entry, number: str, raw: str) -> _Form | None:
        """The form of texts of another number, or None if they must be read with care."""
        like = replace(first, number=number, number_raw=raw)
        mark = mark_of(like)
        if mark is None or self._needs_care(like):
            return None
        return kin._replace(before=_before(like), who=_who(like), key=mark[0], near=self._near(mark))

    def _form(self, first: Entry, sent: bytes, number: int) -> _Form | None:
        """The form of *first*, or None if it must be read with care or cannot be given back to the byte."""
        mark = mark_of(first)
        if mark is None or first.text is None or first.time_raw is None or self._needs_care(first):
            return None
        if first.signature is not None and self._is_known_sign(first.signature):
            return None
        form = _Form(
            gapped=self._shapes.setdefault(gapped := _gapped(first), gapped),
            before=_before(first),
            after=f"\x1f\x1f\x1f\x1f{first.is_proof_of_contact}\x1f".encode(),
            place=(first.places[0].rpartition(":")[0] + ":").encode(),
            who=_who(first),
            sign=b"" if first.signature is None else _json(first.signature)[1:-1] + b"\x1f",
            key=mark[0],
            near=self._near(mark),
            sent=b"\x1f" if sent else b"",
        )
        entry_id, gapped, values, key, at, _ = _draft(
            form, first.time_raw.encode(), sent, number, first.text, first.text.encode("utf-8", "replace")
        )
        try:
            whole = filled(entry_id, (gapped, values))
        except TypeError:  # a name that looks like a gap
            return None
        return form if (entry_id, whole, (key, at, entry_id)) == (first.entry_id, body_of(first), mark) else None


def _before(first: Entry) -> bytes:
    """What stands between time and words in that of which the id is made."""
    said = (first.owner, first.inbound, first.number, None if first.number else first.counterpart_name, None)
    return "".join(f"\x1f{'' if part is None else part}" for part in said).encode()


def _who(first: Entry) -> bytes:
    return b"".join(_json(one)[1:-1] + b"\x1f" for one in (first.number, first.number_raw) if one is not None)


def with_place(known: bytes, draft: bytes, item_id: str) -> bytes | None:
    """The stored form *known* with the place of *draft*, the same event met again in the item *item_id*.

    *known* itself if it has that place already; None where they differ in more than their places, or where *known*
    has another place in that item: then they must be merged with care, or they are two events.
    """
    here, there = _PLACES.search(known), _PLACES.search(draft)
    if here is None or there is None or b"\\" in here[1] + there[1]:
        return None
    places, place = here[1].split(b","), there[1]
    if place in places:
        return known
    start = f'"{item_id}#'.encode()
    if any(one.startswith(start) for one in places):
        return None
    if known[: here.start()] != draft[: there.start()] or known[here.end() :] != draft[there.end() :]:
        return None
    return known[: here.end() - 1] + b"," + place + known[here.end() - 1 :]


def _gapped(first: Entry) -> bytes:
    """The stored form of *first* with ``%b`` for what is its own: id, sent, number, instant, place, signature, text, date."""
    own: dict[str, object] = dict.fromkeys(
        ("entry_id", "text", "time_raw", "number", "number_raw", "signature"), "<gap>"
    )
    own |= {"occurred_at": _SAMPLE_AT, "places": ("<gap>",)}
    said = {name: own.get(name, value) for name, value in said_of(first).items()}
    said["extra"] = tuple((name, "<gap>" if name == "date_sent" else value) for name, value in first.extra)
    body = encoded(said).replace(b"%", b"%%").replace(_json(_SAMPLE_AT), b'"%b"')
    return body.replace(b'"text":"<gap>"', b'"text":%b').replace(b"<gap>", b"%b")


@lru_cache(maxsize=8192)
def _hour(number: int) -> bytes:
    """The beginning of every instant in that hour since 1970."""
    day, hour = divmod(number, 24)
    return b"%bT%02d:" % (_day(day), hour)


@lru_cache(maxsize=8192)
def _day(number: int) -> bytes:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=number)).date().isoformat().encode()
