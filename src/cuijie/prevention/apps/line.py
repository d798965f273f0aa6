"""One line of time: when apps read the contact list, and when people around the borrower were first contacted.

Asked for is not granted, granted is not used, and used before a call is not yet the cause of the call: each line says
which of these is known.  Phones keep only recent uses, so the earliest on record need not be the first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cuijie.clock import SHANGHAI
from cuijie.datafiles import Words
from cuijie.prevention.apps.access import AppAccess
from cuijie.records import ContactRecord

__all__ = ["LineEvent", "LineKind", "PhoneLine", "line_of_time"]

LineKind = Literal["read", "first_contact"]
_OPENS = {"contacts": Words(zh="通讯录", en="contacts"), "call_log": Words(zh="通话记录", en="call log")}
_NOT_AROUND = frozenset({"debtor", "co_debtor", "heir"})
_HOW = {"call": "电话", "robot_call": "语音电话", "sms": "短信", "im": "微信等", "email": "邮件", "visit": "上门"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEvent:
    """One point: an app read contacts or the call log, or somebody other than the borrower was contacted first."""

    at: datetime
    kind: LineKind
    says: Words
    package: str | None = None
    contact_id: str | None = None
    precision: str | None = None  # "day" where only the day of a contact is known


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneLine:
    """The points in order, and what can and cannot be said of them; sentences are fit for a paper."""

    events: tuple[LineEvent, ...]
    known: Words
    sentences: tuple[str, ...]


def line_of_time(
    apps: Iterable[AppAccess],
    contacts: Sequence[ContactRecord],
    names: Mapping[str, str],
    proofs: Mapping[str, str] | None = None,
) -> PhoneLine:
    """The line of *apps* and *contacts*; *names* by person id, *proofs* (证据3) by contact id and ``"phone"``."""
    shown = list(apps)
    reads = sorted((event for app in shown for event in _reads(app)), key=lambda event: event.at)
    firsts = _first_contacts(contacts, names)
    return PhoneLine(
        events=tuple(sorted([*reads, *firsts], key=lambda event: event.at)),
        known=_known(shown, reads, firsts),
        sentences=tuple(_sentences(reads, firsts, proofs or {})),
    )


def _reads(app: AppAccess) -> Iterable[LineEvent]:
    name = app.label or app.package
    for permission in app.permissions:
        opens = _OPENS.get(permission.opens)
        if opens is None:
            continue
        for at in permission.uses:
            says = Words(zh=f"{name} 使用了{opens.zh}权限", en=f"{name} used its {opens.en} permission")
            yield LineEvent(at=at, kind="read", says=says, package=app.package)


def _first_contacts(contacts: Sequence[ContactRecord], names: Mapping[str, str]) -> list[LineEvent]:
    seen: set[str] = set()
    events = []
    dated = [(one.occurred_at, one) for one in contacts if one.occurred_at and one.direction == "outbound"]
    for at, contact in sorted(dated, key=lambda pair: (pair[0], pair[1].contact_id)):
        person = contact.recipient_id
        if person is None or person in seen or person == "debtor" or contact.recipient_role in _NOT_AROUND:
            continue
        seen.add(person)
        name, how = names.get(person) or "一位亲友", _HOW.get(contact.channel or "", "联系")
        says = Words(
            zh=f"第一次联系到{name}（{how}）", en=f"first contact with {names.get(person) or 'a person around you'}"
        )
        events.append(
            LineEvent(
                at=at, kind="first_contact", says=says, contact_id=contact.contact_id,
                precision=contact.time_precision,
            )
        )  # fmt: skip
    return events


def _known(apps: Sequence[AppAccess], reads: Sequence[LineEvent], firsts: Sequence[LineEvent]) -> Words:
    """Which of asked for, granted, used is known, and how it stands to the first contact."""
    if not reads:
        granted = any(one.granted and one.opens in _OPENS for app in apps for one in app.permissions)
        if granted:
            return Words(
                zh="知道的：允许了。有没有真的读过、什么时候读的，这些材料看不出；所以不能和第一次联系亲友排先后。",
                en="Known: granted. Whether and when it was used does not show, so nothing can be said of before and after.",
            )
        return Words(
            zh="这些材料里没有读取通讯录的时间，只能看出申请过什么。",
            en="There is no time of reading in these files, only what was asked for.",
        )
    if not firsts:
        return Words(
            zh="知道的：读过，时间在下面。案卷里还没有联系亲友的记录，收进以后这里会排成一条线。",
            en="Known: used, at the times below. The case holds no contact with others yet.",
        )
    before = [one for one in reads if one.at < firsts[0].at]
    if before:
        return Words(
            zh="知道的：读过通讯录，之后第一次联系到亲友。先后是事实；他们的号码是不是从这里来的，还要对方说明来源。",
            en="Known: contacts were used, and later the first person was contacted. The order is a fact; where the number came from is for them to say.",
        )
    return Words(
        zh="有记录的读取都在第一次联系亲友以后。手机只留最近的记录，之前读没读过，看不出。",
        en="Every reading on record is later than the first contact. Phones keep only recent uses: earlier ones do not show.",
    )


def _sentences(reads: Sequence[LineEvent], firsts: Sequence[LineEvent], proofs: Mapping[str, str]) -> Iterable[str]:
    """One sentence that puts the last reading before the first contact beside it, with its evidence."""
    if not reads or not firsts:
        return
    first = min(firsts, key=lambda one: one.at)
    before = [one for one in reads if one.at < first.at]
    if not before:
        return
    read = before[0]
    yield (
        f"手机系统记录显示，{_moment(read)}，{read.says.zh}{_proof(proofs, 'phone')}；"
        f"此后 {_moment(first)}，{first.says.zh}{_proof(proofs, first.contact_id or '')}。"
        "请说明该联系人号码的来源"
    )


def _moment(event: LineEvent) -> str:
    local = event.at.astimezone(SHANGHAI)
    day = f"{local.year}年{local.month}月{local.day}日"
    return day if event.precision == "day" else f"{day}{local:%H:%M}"


def _proof(proofs: Mapping[str, str], key: str) -> str:
    return f"（{proofs[key]}）" if proofs.get(key) else ""
