"""Two entries that are one event, made one: nothing that either tells is lost, the more exact time and words are kept."""

from __future__ import annotations

from dataclasses import replace

from cuijie.intake.merging.titled import is_titled
from cuijie.records import Entry

__all__ = ["merged"]


def merged(first: Entry, other: Entry) -> Entry:
    """*first* with the places of *other* and the facts it lacked; its id, tie and the user's decisions stay."""
    timed = other if _tells_time_better(first, other) else first
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


def _tells_time_better(first: Entry, other: Entry) -> bool:
    if first.occurred_at is None or other.is_inferred or other.occurred_at is None:
        return first.occurred_at is None
    if first.time_precision == "day":
        return other.time_precision != "day"
    return other.time_precision == "second" and (first.time_precision != "second" or first.is_inferred)


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
