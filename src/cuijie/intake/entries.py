"""Builds entries: one normal form, one content digest, the sender's 【signature】 as a field of its own."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from cuijie.intake.source import Source
from cuijie.intake.times.written import UNKNOWN, When
from cuijie.records import Entry, EntryKind
from cuijie.records.contact import TextKind, VisitPlace
from cuijie.records.numbers import normalise

__all__ = ["content_id", "make_entry", "number_of", "signature_of"]

_SIGNATURE: Final = re.compile(r"^\s*【([^【】]{1,30})】|【([^【】]{1,30})】\s*(?:(?:拒收|退订)[^【】]{0,12})?$")
_NO_NAME: Final = {"", "(unknown)", "(不明)", "(未知)", "不明", "unknown_caller", "null", "unknown", "未知", "未知号码", "none"}  # fmt: skip
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
number_of: Final = lru_cache(maxsize=65_536)(normalise)
"""``records.numbers.normalise``, remembered: a phone meets few numbers, often."""


def signature_of(text: str | None) -> str | None:
    """The sender's signature of an SMS: the 【…】 at its start, or (some gateways) at its end."""
    if not text or "【" not in text:
        return None
    found = _SIGNATURE.search(text)
    return (found[1] or found[2]).strip() or None if found else None


def _clean_name(written: str | None) -> str | None:
    """A contact name, or None where the source writes a word for *not in the contacts*."""
    name = (written or "").strip()
    return None if name.lower() in _NO_NAME else name


def content_id(kind: str, when: When, *parts: object) -> str:
    """The id of a record by its content: time first (so that ids sort by time), then a digest."""
    ms = (when.instant - _EPOCH) // _MILLISECOND if when.instant is not None else 0
    body = "\x1f".join(["" if part is None else str(part) for part in (kind, ms if ms else when.raw, *parts)])
    return f"{max(ms, 0):011x}-{hashlib.blake2b(body.encode('utf-8', 'replace'), digest_size=10).hexdigest()}"


def make_entry(
    source: Source,
    at: str,
    kind: EntryKind,
    *,
    when: When = UNKNOWN,
    inbound: bool | None = None,
    number_raw: str | None = None,
    number_shown: bool | None = None,
    name: str | None = None,
    text: str | None = None,
    text_kind: TextKind | None = None,
    connected: bool | None = None,
    duration_s: int | None = None,
    count: int | None = 1,
    group_name: str | None = None,
    visit_place: VisitPlace | None = None,
    attachments: tuple[str, ...] = (),
    is_proof_of_contact: bool = True,
    is_user_converted: bool = False,
    is_inferred: bool = False,
    extra: tuple[tuple[str, str], ...] = (),
) -> Entry:
    """The entry of what stands *at* a place of *source*; the number is normalised, the signature taken out."""
    number = number_of(number_raw)
    if number is not None:
        number_shown = True
    name = _clean_name(name)
    text = text if text else None
    return Entry(
        entry_id=content_id(
            kind, when, source.owner, inbound, number, None if number else name, text, duration_s, connected,
            group_name, is_proof_of_contact, "|".join(key[:32] for key in attachments),
        ),
        kind=kind,
        owner=source.owner,
        places=(source.place(at),),
        occurred_at=when.instant,
        time_raw=when.raw,
        time_precision=when.precision,
        zone_basis=when.basis,
        inbound=inbound,
        number_raw=number_raw,
        number=number,
        number_shown=number_shown,
        counterpart_name=name,
        signature=signature_of(text) if kind in {"sms", "mms"} else None,
        text=text,
        text_kind=(text_kind or "verbatim") if text else None,
        connected=connected,
        duration_s=duration_s,
        count=count,
        group_name=group_name,
        visit_place=visit_place,
        attachments=attachments,
        is_proof_of_contact=is_proof_of_contact,
        is_user_converted=is_user_converted,
        is_inferred=is_inferred,
        extra=extra,
    )  # fmt: skip
