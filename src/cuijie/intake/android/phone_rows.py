"""What Android's own call and message tables mean: the same columns in adb output, vendor databases and backups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cuijie.intake.entries import make_entry
from cuijie.intake.source import Source
from cuijie.intake.times.written import When, from_epoch
from cuijie.records import Entry

__all__ = ["call_entry", "sms_entry"]

_CALLS: Final[dict[str, tuple[bool, bool | None]]] = {  # by the number in "type": inbound, connected (None: the duration tells)
    "1": (True, None), "2": (False, None), "3": (True, False), "4": (True, False),
    "5": (True, False), "6": (True, False), "7": (True, True),
}  # fmt: skip
_OUTBOUND: Final = {"2", "3", "4", "5", "6"}
_PROOF: Final = {"1", "2"}


def _call_state(kind: str, duration_s: int | None) -> tuple[bool | None, bool | None]:
    """(inbound, connected) of a call of Android type *kind*; unknown types stay unknown.

    An incoming call of 0 seconds listed as answered is left open: makers differ in what they write there.
    """
    inbound, connected = _CALLS.get(kind, (None, None))
    if connected is None and inbound is not None and duration_s is not None:
        connected = True if duration_s else None if inbound else False
    return inbound, connected


def _clean(value: str | None) -> str | None:
    return None if value is None or value in ("", "NULL", "null") else value


def call_entry(source: Source, at: str, row: Mapping[str, str | None], extra: tuple[str, ...] = ()) -> Entry | When:
    """The call in *row* (Android's column names); the When that could not be read if it has no time.

    *extra* names further columns kept raw, such as a vendor's spam mark.
    """
    when = from_epoch(_clean(row.get("date")))
    if when.instant is None:
        return when
    written = (_clean(row.get("duration")) or "").partition(".")[0]
    duration = int(written) if written.isdecimal() and len(written) < 8 else None
    kind = _clean(row.get("type")) or ""
    if (block := _clean(row.get("block_reason"))) not in (None, "0"):
        kind = "6"
    inbound, connected = _call_state(kind, duration)
    shown = row.get("presentation") or "1"
    kept = [("call_type", kind), ("block_reason", block if block != "0" else None)]
    kept += [
        ("sim", _clean(row.get("subscription_id")) or _clean(row.get("simid"))),
        ("ring_s", _clean(row.get("ring_time")) or _clean(row.get("ring_times"))),
    ]
    kept += [(name, _clean(row.get(name))) for name in extra]
    return make_entry(
        source,
        at,
        "call",
        when=when,
        inbound=inbound,
        number_raw=_clean(row.get("number")),
        number_shown=False if shown in {"2", "3", "4"} or _clean(row.get("number")) in {"-1", "-2", "-3"} else None,
        name=_clean(row.get("name")),
        connected=connected,
        duration_s=duration,
        extra=tuple((name, value) for name, value in kept if value),
    )


def sms_entry(
    source: Source, at: str, row: Mapping[str, str | None], *, is_mms: bool = False, attachments: tuple[str, ...] = ()
) -> Entry | When:
    """The message in *row* (Android's column names); the When that could not be read if it has no time."""
    when = from_epoch(_clean(row.get("date")))
    if when.instant is None:
        return when
    box = _clean(row.get("type")) or _clean(row.get("msg_box")) or ""
    kept = [("box", box), ("sub_id", _clean(row.get("sub_id"))), ("service_center", _clean(row.get("service_center")))]
    kept += [
        ("date_sent", _clean(row.get("date_sent"))),
        ("block_type", _clean(row.get("block_type"))),
        ("recipients", row.get("recipients")),
    ]
    return make_entry(
        source,
        at,
        "mms" if is_mms else "sms",
        when=when,
        inbound=True if box == "1" else False if box in _OUTBOUND else None,
        number_raw=_clean(row.get("address")),
        name=_clean(row.get("name")),
        text=row.get("body") if row.get("body") not in (None, "NULL") else None,
        attachments=attachments,
        is_proof_of_contact=box in _PROOF,
        extra=tuple((name, value) for name, value in kept if value and value not in ("0", "-1")),
    )
