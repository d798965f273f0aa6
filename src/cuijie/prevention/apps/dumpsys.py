"""``dumpsys package`` and ``dumpsys appops`` text from Android, and ``aapt dump badging``.

Requested is not granted, and granted is not used: each comes from its own part of the text.  Times of
``appops`` carry no zone; they are the phone's own and called local.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from cuijie.clock import SHANGHAI
from cuijie.prevention.apps.access import AppAccess, Permission, watched, watched_name

__all__ = ["read_appops", "read_badging", "read_packages"]

_PACKAGE = re.compile(r"^\s*Package \[([\w.]+)\]\s*\(", re.MULTILINE)
_HIDDEN = re.compile(r"^Hidden system packages:.*?(?=^[A-Z][^\n:]*:[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_NEXT_PART = re.compile(r"^(?!Package |User )[A-Z][^\n:]*:[ \t]*$", re.MULTILINE)  # Shared users:, Queries:, …
_GRANT = re.compile(r"^\s*([\w.]+): granted=(true|false)", re.MULTILINE)
_USER = re.compile(r"^\s*User (\d+):", re.MULTILINE)
_RUNTIME_SDK = 23  # below it everything is granted at installation


def read_packages(text: str) -> Iterator[AppAccess]:
    """Every package section of ``dumpsys package``; the hidden system copies are passed over."""
    body = _HIDDEN.sub("", text)
    starts = list(_PACKAGE.finditer(body))
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(body)
        after = _NEXT_PART.search(body, start.end(), end)
        yield _package(start[1], body[start.end() : after.start() if after else end])


def _field(section: str, name: str) -> str | None:
    found = re.search(rf"\b{name}=([^\n]*?)(?:\s+\w+=|\s*$)", section, re.MULTILINE)
    return found[1].strip() if found else None


def _package(name: str, section: str) -> AppAccess:
    asked = watched(_listed(section, "requested permissions:"))
    target = _field(section, "targetSdk")
    sdk = int(target) if target and target.isdecimal() else None
    granted: dict[str, bool] = {}
    first_user = _first_user(section)
    for written, state in _GRANT.findall(first_user):
        watched_one = watched_name(written)
        if watched_one:
            granted[watched_one] = granted.get(watched_one, False) or state == "true"
    names = dict.fromkeys([*asked, *granted])
    installer = _field(section, "installerPackageName")
    return AppAccess(
        package=name,
        version=_field(section, "versionName"),
        installed_at=_field(section, "firstInstallTime"),
        updated_at=_field(section, "lastUpdateTime"),
        installer="" if installer == "null" else installer,
        target_sdk=sdk,
        permissions=tuple(
            Permission(
                name=one,
                requested=True if one in asked else None,
                granted=granted.get(one, True if sdk is not None and sdk < _RUNTIME_SDK else None),
            )
            for one in names
        ),
    )


def _first_user(section: str) -> str:
    """The section without the grants of second spaces and cloned apps: only the main user's count."""
    users = list(_USER.finditer(section))
    if len(users) < 2:
        return section
    main = next((user for user in users if user[1] == "0"), users[0])
    after = next((user.start() for user in users if user.start() > main.start()), len(section))
    return section[: users[0].start()] + section[main.start() : after]


def _listed(section: str, heading: str) -> list[str]:
    at = section.find(heading)
    if at < 0:
        return []
    lines = section[at + len(heading) :].split("\n")[1:]
    names = []
    for line in lines:
        found = re.match(r"^\s+([\w.]+)(?::.*)?$", line)
        if not found or "." not in found[1]:
            break
        names.append(found[1])
    return names


_OPS_PACKAGE = re.compile(r"^\s+Package ([\w.]+):\s*$")
_OP = re.compile(r"^\s+([A-Z_]+) \((\w+)(?: / switch [^)]*)?\):?\s*(.*)$")
_ACCESS = re.compile(r"Access:\s*\[([^\]]*)\]\s*(\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d+)?)")
_AGO = re.compile(r"\btime=\+?((?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?)\s*ago")


def read_appops(text: str, taken_at: datetime | None = None) -> Iterator[AppAccess]:
    """Every app with watched operations in ``dumpsys appops``: allowed or not, and when last used.

    *taken_at* is when the text was made: older phones write only how long ago.
    """
    package: str | None = None
    found: dict[str, dict[str, Permission]] = {}
    operation: str | None = None
    for line in text.splitlines():
        if heading := _OPS_PACKAGE.match(line):
            package, operation = heading[1], None
        elif package and (op := _OP.match(line)):
            operation = watched_name(op[1])
            if operation:
                at = _ago(op[3], taken_at)
                _note(found, package, operation, op[2], at)
        elif package and operation and (access := _ACCESS.search(line)):
            _note(found, package, operation, None, _local(access[2]))
    for name, permissions in found.items():
        yield AppAccess(package=name, permissions=tuple(permissions.values()))


def _note(
    found: dict[str, dict[str, Permission]], package: str, name: str, mode: str | None, at: datetime | None
) -> None:
    before = found.setdefault(package, {}).get(name) or Permission(name=name)
    granted = before.granted
    if mode in {"allow", "foreground"}:
        granted = True
    elif mode in {"ignore", "deny", "errored"}:
        granted = False
    uses = tuple(sorted({*before.uses, *([at] if at else [])}))
    found[package][name] = Permission(
        name=name,
        granted=granted,
        used=True if uses else before.used,
        last_used_at=uses[-1] if uses else None,
        uses=uses,
    )


def _local(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=SHANGHAI)
    except ValueError:
        return None


def _ago(rest: str, taken_at: datetime | None) -> datetime | None:
    found = _AGO.search(rest)
    if found is None or taken_at is None or not found[1]:
        return None
    units = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds", "ms": "milliseconds"}
    spans = {units[unit]: int(number) for number, unit in re.findall(r"(\d+)(ms|d|h|m|s)", found[1])}
    return taken_at - timedelta(**spans)


def read_badging(text: str) -> Iterator[AppAccess]:
    """The one app of ``aapt dump badging``: what it asks for, nothing of what was granted."""
    package = re.search(r"^package: name='([\w.]+)'.*?(?:versionName='([^']*)')?", text, re.MULTILINE)
    if package is None:
        return
    label = re.search(r"^application-label(?:-zh[\w-]*)?:'([^']*)'", text, re.MULTILINE)
    target = re.search(r"^targetSdkVersion:'(\d+)'", text, re.MULTILINE)
    version = re.search(r"versionName='([^']*)'", text)
    names = re.findall(r"^uses-permission(?:-sdk-\d+)?: name='([\w.]+)'", text, re.MULTILINE)
    yield AppAccess(
        package=package[1],
        label=label[1] if label else None,
        version=version[1] if version else None,
        target_sdk=int(target[1]) if target else None,
        permissions=tuple(Permission(name=name, requested=True) for name in watched(names)),
    )
