"""What one app may do with a phone's contacts, messages and calls: asked for, granted, used — three different things."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from cuijie.errors import BadInput

__all__ = ["GRAVE", "AppAccess", "Permission", "PhoneSourceUnreadable", "merged", "watched", "watched_name"]

_WATCHED: dict[str, str] = {
    "READ_CONTACTS": "contacts",
    "WRITE_CONTACTS": "contacts",
    "GET_ACCOUNTS": "contacts",
    "READ_CALL_LOG": "call_log",
    "WRITE_CALL_LOG": "call_log",
    "PROCESS_OUTGOING_CALLS": "call_log",
    "READ_SMS": "sms",
    "RECEIVE_SMS": "sms",
    "RECEIVE_MMS": "sms",
    "QUERY_ALL_PACKAGES": "installed_apps",
    "GET_INSTALLED_APPS": "installed_apps",
    "BIND_ACCESSIBILITY_SERVICE": "accessibility",
    "BIND_NOTIFICATION_LISTENER_SERVICE": "notifications",
    "ACCESS_NOTIFICATIONS": "notifications",
    "READ_PHONE_STATE": "phone_state",
    "READ_PHONE_NUMBERS": "phone_state",
    "ACCESS_FINE_LOCATION": "location",
    "ACCESS_COARSE_LOCATION": "location",
    "RECORD_AUDIO": "microphone",
    "CAMERA": "camera",
    "READ_EXTERNAL_STORAGE": "files",
    "READ_MEDIA_IMAGES": "files",
    "SYSTEM_ALERT_WINDOW": "overlay",
}
"""Permission (last part of its name) → what it opens, the words of the guide."""
GRAVE = ("contacts", "call_log", "sms", "accessibility", "notifications", "installed_apps")
"""What is shown first of that: by it an app learns whom its user knows and what they say to each other."""


class PhoneSourceUnreadable(BadInput):
    """A phone file of which nothing can be read: which, why, what to do."""

    code = "PV-010"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permission; ``None`` is not known from this source, never no."""

    name: str
    requested: bool | None = None
    granted: bool | None = None
    used: bool | None = None
    last_used_at: datetime | None = None
    uses: tuple[datetime, ...] = ()  # every use the source dates, oldest first

    @property
    def opens(self) -> str:
        """What it opens: contacts, call_log, sms …"""
        return _WATCHED.get(self.name, "other")

    @property
    def state(self) -> Literal["used", "granted", "refused", "requested"]:
        """The furthest that is known of it."""
        if self.used:
            return "used"
        if self.granted:
            return "granted"
        return "refused" if self.granted is False else "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class AppAccess:
    """One app as a source tells of it."""

    package: str
    label: str | None = None
    version: str | None = None
    installed_at: str | None = None  # as written, the phone's local time
    updated_at: str | None = None
    installer: str | None = None  # None: not known; "" is sideloaded
    target_sdk: int | None = None
    permissions: tuple[Permission, ...] = ()
    trackers: tuple[str, ...] = ()
    user: str | None = None  # second space or cloned app


def watched_name(written: str) -> str | None:
    """The watched permission in a name as sources write it, or None."""
    name = written.strip().rsplit(".", 1)[-1].upper()
    return name if name in _WATCHED else None


def watched(names: Iterable[str]) -> tuple[str, ...]:
    """The watched permissions among *names*, each once, in their order."""
    found = (watched_name(name) for name in names)
    return tuple(dict.fromkeys(name for name in found if name is not None))


def _either(one: bool | None, other: bool | None) -> bool | None:
    return True if True in (one, other) else False if False in (one, other) else None


def _joined(one: Permission, other: Permission) -> Permission:
    uses = tuple(sorted({*one.uses, *other.uses}))
    last = max((at for at in (one.last_used_at, other.last_used_at) if at), default=None)
    return Permission(
        name=one.name,
        requested=_either(one.requested, other.requested),
        granted=_either(one.granted, other.granted),
        used=_either(one.used, other.used),
        last_used_at=last,
        uses=uses,
    )


def merged(apps: Iterable[AppAccess]) -> tuple[AppAccess, ...]:
    """The apps of several sources, one entry each; what any source shows stands."""
    by_package: dict[str, AppAccess] = {}
    for app in apps:
        known = by_package.get(app.package)
        if known is None:
            by_package[app.package] = app
            continue
        permissions = {permission.name: permission for permission in known.permissions}
        for permission in app.permissions:
            before = permissions.get(permission.name)
            permissions[permission.name] = _joined(before, permission) if before else permission
        by_package[app.package] = replace(
            known,
            label=known.label or app.label,
            version=known.version or app.version,
            installed_at=known.installed_at or app.installed_at,
            updated_at=known.updated_at or app.updated_at,
            installer=known.installer if known.installer is not None else app.installer,
            target_sdk=known.target_sdk or app.target_sdk,
            permissions=tuple(permissions.values()),
            trackers=tuple(dict.fromkeys((*known.trackers, *app.trackers))),
        )
    return tuple(sorted(by_package.values(), key=lambda app: app.package))
