"""Reports made by others: the iPhone's App Privacy Report (NDJSON) and an Exodus analysis (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from cuijie.prevention.apps.access import AppAccess, Permission, PhoneSourceUnreadable, watched

__all__ = ["read_exodus", "read_privacy_report"]

_IOS = {
    "contacts": "READ_CONTACTS",
    "location": "ACCESS_FINE_LOCATION",
    "camera": "CAMERA",
    "microphone": "RECORD_AUDIO",
    "photos": "READ_MEDIA_IMAGES",
    "mediaLibrary": "READ_MEDIA_IMAGES",
}


def read_privacy_report(text: str, name: str) -> Iterator[AppAccess]:
    """Every app of an App Privacy Report with the times it really read; seven days at most, ends may be missing.

    Raises PhoneSourceUnreadable if no line can be read.
    """
    uses: dict[str, dict[str, set[datetime]]] = {}
    begun: set[tuple[str, str]] = set()
    lines = bad = 0
    for line in text.splitlines():
        if not line.strip():
            continue
        lines += 1
        try:
            row = json.loads(line)
            if not isinstance(row, dict) or row.get("type") != "access":
                continue
            app, permission = str(row["accessor"]["identifier"]), _IOS.get(str(row.get("category")))
            interval = (app, str(row.get("identifier")))
            if permission and not (row.get("kind") == "intervalEnd" and interval in begun):
                begun.add(interval)
                uses.setdefault(app, {}).setdefault(permission, set()).add(_moment(str(row["timeStamp"])))
        except (ValueError, KeyError, TypeError, RecursionError):
            bad += 1
    if lines and bad == lines:
        raise PhoneSourceUnreadable(f"{name} 不是完整的应用隐私报告。", remedy="请在手机的“App 隐私报告”里重新导出。")
    for app, by_permission in uses.items():
        yield AppAccess(
            package=app,
            permissions=tuple(
                Permission(name=one, granted=True, used=True, last_used_at=max(times), uses=tuple(sorted(times)))
                for one, times in by_permission.items()
            ),
        )


def _moment(written: str) -> datetime:
    """The moment with its zone.  Raises ValueError, also where no zone is given: the hour would be a guess."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError(written)
    return at


def read_exodus(text: str, name: str) -> AppAccess:
    """The app of an Exodus report: what it asks for and the trackers in it.  Raises PhoneSourceUnreadable."""
    try:
        value = json.loads(text)
        application, trackers = value["application"], value.get("trackers", [])
        names = watched(str(one) for one in application["permissions"])
        return AppAccess(
            package=str(application["handle"]),
            label=str(application.get("name") or "") or None,
            version=str(application.get("version_name") or "") or None,
            permissions=tuple(Permission(name=one, requested=True) for one in names),
            trackers=tuple(str(one["name"]) for one in trackers),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise PhoneSourceUnreadable(f"{name} 不是 Exodus 的分析报告。") from error
