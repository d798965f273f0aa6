"""The iPhone's call history (``CallHistory.storedata``): phone calls, FaceTime, and calls of chat apps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cuijie.intake.containers.sqlite_image import Rows
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.written import from_apple

__all__ = ["read_calls"]

_COLUMNS: Final = (
    "ZDATE", "ZDURATION", "ZADDRESS", "ZORIGINATED", "ZANSWERED", "ZCALLTYPE", "ZSERVICE_PROVIDER", "ZNAME",
    "ZLOCATION", "ZDISCONNECTED_CAUSE", "ZFILTERED_OUT_REASON", "ZJUNKCONFIDENCE", "ZISO_COUNTRY_CODE",
)  # fmt: skip
_PHONE: Final = {"com.apple.Telephony", ""}
_KEPT: Final = {
    "ZLOCATION": "location",
    "ZFILTERED_OUT_REASON": "filtered_out",
    "ZJUNKCONFIDENCE": "junk",
    "ZSERVICE_PROVIDER": "service",
}


def read_calls(source: Source, tables: Rows) -> Iterator[Found]:
    """Every row of the call history; missed = incoming and not answered, outgoing counts as answered by its seconds."""
    for row in tables.rows("ZCALLRECORD", _COLUMNS, order="ZDATE"):
        number = row["rowid"]
        date = row.get("ZDATE")
        when = from_apple(date if isinstance(date, int | float) else None)
        if when.instant is None:
            yield SetAside(at=f"通话第 {number} 条", why=f"时间写的是“{date}”，读不出" if date else "没有写时间")
            continue
        provider = str(row.get("ZSERVICE_PROVIDER") or "")
        raw = row.get("ZADDRESS")
        address = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw) if raw is not None else None
        seconds = row.get("ZDURATION")
        duration = round(seconds) if isinstance(seconds, int | float) and 0 <= seconds < 10**7 else None
        inbound = row.get("ZORIGINATED") != 1
        is_phone = provider in _PHONE
        has_number = bool(address) and is_phone and "@" not in (address or "")
        yield make_entry(
            source,
            f"call:{number}",
            "call" if is_phone or provider.startswith("com.apple.") else "im",
            when=when,
            inbound=inbound,
            number_raw=address if has_number else None,
            number_shown=False if is_phone and not address else None,
            name=str(row.get("ZNAME") or "") or (address if not has_number else None),
            connected=(row.get("ZANSWERED") == 1 or bool(duration))
            if inbound
            else None
            if duration is None
            else duration > 0,
            duration_s=duration,
            extra=tuple((_KEPT[name], str(row[name])) for name in _KEPT if row.get(name) not in (None, "", 0)),
        )
