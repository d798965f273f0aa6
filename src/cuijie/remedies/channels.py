"""Where one can turn: the channels of ``data/channels.yaml`` (or of the file in ``CUIJIE_CHANNELS``), read strictly."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from cuijie.datafiles import Lines, load_table
from cuijie.remedies.limits import Limit, limit_of, shown_limits

__all__ = ["Channel", "ClockRule", "channels"]

_PATH = Path(__file__).parent / "data" / "channels.yaml"
Confidence = Literal["verified", "secondary"]
Unit = Literal["days", "workdays", "months", "years"]
_UNITS: tuple[Unit, ...] = ("days", "workdays", "months", "years")
_STARTS = {"reached", "accepted", "decision", "no_case", "payment_order", "last_act", "first_act", "perform_by"}
_CHANNEL_KEYS = {
    "name", "phone", "phone_confidence", "who", "lenders", "where", "can", "cannot", "cost", "bring", "refuses",
    "silent", "documents", "confidence", "clocks", "limits", "form",
}  # fmt: skip
_CLOCK_KEYS = {
    "id",
    "what",
    *_UNITS,
    "from",
    "actor",
    "lenders",
    "law",
    "basis",
    "since",
    "until",
    "confidence",
    "extends",
    "roll",
    "late",
}
CAVEAT = "以官方最新公告为准"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """One time limit: how long, from which event, for whom, under which provision, since when."""

    id: str
    what: str
    length: int
    unit: Unit
    start: str  # the event it runs from
    is_mine: bool  # the user must act; otherwise they must
    lenders: tuple[str, ...]  # empty: any
    basis: str
    law: str | None  # provision id, where the library holds it
    since: date
    until: date | None  # the first day on which another text holds
    confidence: Confidence
    extends: tuple[int, ...] = ()  # lawful extensions, total length in the same unit
    is_rolled: bool = True  # the last day moves past a holiday
    late: str | None = None  # what to say once it has passed

    def holds(self, start: date, lender_type: str | None) -> bool:
        """Whether it runs for an event on *start* with this kind of lender (an unknown kind: only if any will do)."""
        in_time = self.since <= start and (self.until is None or start < self.until)
        return in_time and (not self.lenders or lender_type in self.lenders)

    @property
    def shown_length(self) -> str:
        """How long: 15日, 7个工作日, 2个月, 3年; lawful extensions in brackets."""
        words = {"days": "日", "workdays": "个工作日", "months": "个月", "years": "年"}
        longer = "、".join(f"{length}{words[self.unit]}" for length in self.extends)
        return f"{self.length}{words[self.unit]}" + (f"（依法延长的，至{longer}）" if longer else "")

    @property
    def shown_basis(self) -> str:
        """The basis as shown: what was not read in an official text says so."""
        return self.basis if self.confidence == "verified" else f"{self.basis}（{CAVEAT}）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One place to turn to: what it can and cannot do, what to bring, why it may refuse, its clocks."""

    id: str
    name: str
    phone: str | None  # as shown, with its caveat
    who: tuple[str, ...]
    lenders: tuple[str, ...]  # empty: any
    where: str
    can: str
    cannot: str
    cost: str
    bring: tuple[str, ...]
    refuses: tuple[str, ...]
    silent: str
    documents: tuple[str, ...]
    confidence: Confidence
    clocks: tuple[ClockRule, ...]
    limits: tuple[Limit, ...] = ()
    has_form: bool = False  # papers are filled in on a web page

    @property
    def shown_limits(self) -> tuple[str, ...]:
        """What it takes, in words; what is not verified says so."""
        return shown_limits(self.limits, has_form=self.has_form)

    def takes(self, lender_type: str | None) -> bool | None:
        """Whether it takes complaints about this kind of lender; None if the kind is not known and matters."""
        if not self.lenders:
            return True
        return None if lender_type is None else lender_type in self.lenders


def _confidence(lines: Lines, key: str) -> Confidence:
    value = lines.get(key)
    if value == "verified":
        return "verified"
    if value == "secondary":
        return "secondary"
    raise lines.wrong(key, "只能是 verified 或 secondary（没有核实的不写进来）")


def _clock(lines: object, at: Lines) -> ClockRule:
    if not isinstance(lines, Lines) or set(lines) - _CLOCK_KEYS:
        raise at.wrong("clocks", "有不认识的键")
    units = [unit for unit in _UNITS if unit in lines]
    length = lines.get(units[0]) if len(units) == 1 else None
    if not isinstance(length, int) or length <= 0:
        raise lines.wrong("what", "应有 days、workdays、months、years 中的一个，为正整数")
    if (start := lines.text("from")) not in _STARTS:
        raise lines.wrong("from", f"只能是 {'、'.join(sorted(_STARTS))}")
    if (actor := lines.text("actor")) not in {"you", "they"}:
        raise lines.wrong("actor", "只能是 you 或 they")
    extends = lines.get("extends", [])
    if not isinstance(extends, list) or not all(isinstance(one, int) for one in extends):
        raise lines.wrong("extends", "应为整数的列表")
    return ClockRule(
        id=lines.text("id"),
        what=lines.text("what"),
        length=length,
        unit=units[0],
        start=start,
        is_mine=actor == "you",
        lenders=lines.texts("lenders"),
        basis=lines.text("basis"),
        law=lines.text("law") if "law" in lines else None,
        since=lines.day("since"),
        until=lines.day("until") if "until" in lines else None,
        confidence=_confidence(lines, "confidence"),
        extends=tuple(int(one) for one in extends),
        is_rolled=lines.get("roll", "civil") == "civil",
        late=lines.text("late") if "late" in lines else None,
    )


def _channel(id: str, lines: object, at: Lines) -> Channel:
    if not isinstance(lines, Lines) or set(lines) - _CHANNEL_KEYS:
        raise at.wrong(id, "有不认识的键")
    phone = lines.text("phone") if "phone" in lines else None
    if phone and lines.get("phone_confidence") != "verified":
        phone = f"{phone}（{CAVEAT}）"
    clocks, limits = lines.get("clocks", []), lines.get("limits", [])
    if not isinstance(clocks, list) or not isinstance(limits, list):
        raise lines.wrong("clocks" if not isinstance(clocks, list) else "limits", "应为列表")
    return Channel(
        id=id,
        name=lines.text("name"),
        phone=phone,
        who=lines.texts("who"),
        lenders=lines.texts("lenders"),
        where=lines.text("where"),
        can=lines.text("can"),
        cannot=lines.text("cannot"),
        cost=lines.text("cost"),
        bring=lines.texts("bring"),
        refuses=lines.texts("refuses"),
        silent=lines.text("silent"),
        documents=lines.texts("documents"),
        confidence=_confidence(lines, "confidence"),
        clocks=tuple(_clock(one, lines) for one in clocks),
        limits=tuple(limit_of(one, lines) for one in limits),
        has_form=lines.get("form") is True,
    )


@cache
def channels() -> Mapping[str, Channel]:
    """Every channel by id."""
    table = load_table(Path(os.environ.get("CUIJIE_CHANNELS") or _PATH))
    listed = table.table("channels", "应为“渠道编号: 内容”的表")
    return {id: _channel(id, listed[id], listed) for id in listed}
