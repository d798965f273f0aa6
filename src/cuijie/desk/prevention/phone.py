"""The apps of a phone as their page shows them: what each may open, what it really opened, and when people were called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cuijie.casefile.results import keep_file
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.ladder.steps import material
from cuijie.prevention.apps.access import GRAVE, AppAccess, Permission, merged
from cuijie.prevention.apps.guide import looks_like_loan_app, phone_guide
from cuijie.prevention.apps.line import PhoneLine
from cuijie.prevention.apps.reading import read_phone_file
from cuijie.prevention.case_line import case_line
from cuijie.prevention.keeping import keep_phone
from cuijie.prevention.results import KeptPhone, kept_of
from cuijie.records.results import CheckResult
from cuijie.remedies.from_case import exhibits_of_case

__all__ = ["AccessRow", "AppCard", "PhonePage", "keep", "kept_page", "look"]

_STATES = {
    "used": Words("读过", "used"),
    "granted": Words("允许了，有没有读过看不出", "granted; whether used does not show"),
    "refused": Words("申请过，没有允许", "asked for, refused"),
    "requested": Words("申请过，有没有允许看不出", "asked for; whether granted does not show"),
}
_RANK = tuple(_STATES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One thing an app may open, the furthest it is known to have gone."""

    why: Words
    state: Words
    degree: str
    times: tuple[datetime, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCard:
    """One app."""

    name: str
    package: str
    facts: tuple[Words, ...]
    grave: tuple[AccessRow, ...]
    other: tuple[AccessRow, ...]
    trackers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePage:
    """Everything the page of one phone shows; ``line`` only with a case."""

    result_id: str
    loan_apps: tuple[AppCard, ...]
    others: tuple[AppCard, ...]
    line: PhoneLine | None
    revoke: tuple[tuple[str, Words], ...]
    after: Words


def read_all(paths: Iterable[Path]) -> tuple[AppAccess, ...]:
    """The apps of all files together.  Raises PhoneSourceUnreadable."""
    return merged(app for path in paths for app in read_phone_file(path))


def look(paths: Sequence[Path]) -> PhonePage:
    """The apps of the files, not kept.  Raises BadInput."""
    return _page("", read_all(paths), None)


def keep(place: OpenCase, paths: Sequence[Path]) -> CheckResult:
    """The apps kept with their files, put beside the contacts of the case.  Raises BadInput."""
    apps = read_all(paths)
    items = [keep_file(place.opened, path) for path in paths]
    return keep_phone(place.opened, items, apps, place.view().contacts)


def kept_page(place: OpenCase, result: CheckResult) -> PhonePage:
    """A phone that the case keeps, beside the contacts as they stand now."""
    apps = kept_of(result, KeptPhone).apps
    view = place.view()
    exhibits = material(place).exhibits
    if not set(result.items) <= {one.exhibit_id for one in exhibits}:  # just taken in, not gathered again yet
        exhibits = exhibits_of_case(place.opened)
    line = case_line(apps, result.items, view.state, view.contacts, exhibits)
    return _page(result.result_id, apps, line)


def _page(result_id: str, apps: Sequence[AppAccess], line: PhoneLine | None) -> PhonePage:
    guide = phone_guide()
    loan = [app for app in apps if looks_like_loan_app(app) or len(apps) == 1]
    return PhonePage(
        result_id=result_id,
        loan_apps=tuple(map(_card, loan)),
        others=tuple(card for app in apps if app not in loan and (card := _card(app)).grave),
        line=line,
        revoke=tuple(guide.revoke.items()),
        after=guide.after,
    )


def _card(app: AppAccess) -> AppCard:
    rows: dict[str, list[Permission]] = {}
    for permission in app.permissions:
        rows.setdefault(permission.opens, []).append(permission)
    made = {opens: _row(opens, found) for opens, found in rows.items()}
    return AppCard(
        name=app.label or app.package,
        package=app.package,
        facts=tuple(_facts(app)),
        grave=tuple(made[opens] for opens in GRAVE if opens in made),
        other=tuple(row for opens, row in made.items() if opens not in GRAVE),
        trackers=app.trackers,
    )


def _row(opens: str, permissions: Sequence[Permission]) -> AccessRow:
    """Permissions that open the same thing as one row: what is furthest known counts."""
    state = min((one.state for one in permissions), key=_RANK.index)
    why = phone_guide().accesses.get(opens)
    return AccessRow(
        why=why if why else Words(opens, opens),
        state=_STATES[state],
        degree=state,
        times=tuple(sorted({at for one in permissions for at in one.uses})),
    )


def _facts(app: AppAccess) -> Iterable[Words]:
    if app.version:
        yield Words(f"版本 {app.version}", f"version {app.version}")
    if app.installed_at:
        yield Words(f"安装于 {app.installed_at}（手机自己的时间）", f"installed {app.installed_at} (phone's own time)")
    if app.installer == "":
        yield Words("不是从应用商店装的", "not from an app store")
