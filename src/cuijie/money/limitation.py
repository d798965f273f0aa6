"""When three years of limitation run, and what starts them anew: a reckoning from what is known, never advice not to pay.

After the time has run the debt still exists; a court looks at limitation only if the debtor raises it.  Demands made
to the phone, address or mailbox on file that we do not know of may have started the time anew at any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from cuijie.money.flows import Flow
from cuijie.money.schedule import months_later
from cuijie.records.money import Act, Interruption

__all__ = ["Act", "Interruption", "Limitation", "Restart", "act_named", "limitation"]

_ACTS: dict[str, Act] = {
    "催收": "demanded", "催告": "demanded", "要求还款": "demanded", "短信": "demanded", "电话": "demanded", "信函": "demanded",
    "申请延期": "agreed", "申请分期": "agreed", "还款计划": "agreed", "承认": "agreed", "承诺": "agreed", "签催款单": "agreed",
    "还款": "paid", "部分还款": "paid", "起诉": "sued", "仲裁": "sued", "支付令": "sued",
}  # fmt: skip
_WHY: dict[Act, tuple[str, str]] = {
    "demanded": ("对方要求还款", "cn.civil-code.2020/195"),
    "agreed": ("请求延期、分期或者答应还", "cn.interp-limitation.2020/14"),
    "paid": ("还了一部分，等于同意履行", "cn.interp-limitation.2020/14"),
    "sued": ("起诉、仲裁或申请支付令", "cn.civil-code.2020/195"),
}
_YEARS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One day from which the three years ran anew, why, and the provision that says so."""

    on: date
    why: str
    provision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """The reckoning: from when, started anew when, and the earliest day on which three years are full.

    ``has_run`` is False where they certainly have not run; None where by the acts we know of they would have, which
    proves nothing about the acts we do not know of.  It is never True.
    """

    started_on: date
    started_by: str
    restarts: tuple[Restart, ...]
    full_on: date | None  # None while a suit is pending or was decided: other rules then speak
    has_run: bool | None
    bases: tuple[str, ...]
    notes: tuple[str, ...]


def act_named(written: str) -> Act | None:
    """The act for 催收, 申请分期 and so on, or by its id; None if not known."""
    return _ACTS.get(written) or next((one for one in get_args(Act) if one == written), None)


def limitation(
    due_days: Sequence[date],
    called_due_on: date | None,
    overdue_since: date | None,
    paid: Sequence[Flow],
    acts: Sequence[Interruption],
    on: date,
) -> Limitation | None:
    """The reckoning as of *on*; None where no due day is known or nothing is due yet."""
    started = _start(due_days, called_due_on, overdue_since)
    if started is None or started[0] > on:
        return None
    first, by = started
    restarts = _restarts(first, paid, acts, on)
    is_sued = any(one.act == "sued" and one.on <= on for one in acts)
    last = restarts[-1].on if restarts else first
    full = None if is_sued else months_later(last, 12 * _YEARS, last.day)
    return Limitation(
        started_on=first,
        started_by=by,
        restarts=restarts,
        full_on=full,
        has_run=False if is_sued or (full is not None and on <= full) else None,
        bases=tuple(
            dict.fromkeys(("cn.civil-code.2020/188", "cn.civil-code.2020/195", *(one.provision for one in restarts)))
        ),
        notes=_notes(is_sued=is_sued, is_full=full is not None and on > full, is_told=len(due_days) == 0),
    )


def _start(due_days: Sequence[date], called: date | None, overdue: date | None) -> tuple[date, str] | None:
    if called is not None:
        return called, "贷款人宣布全部提前到期的那天"
    if due_days:
        name = "最后一期到期日（同一笔债分期还，一般从最后一期起算）" if len(set(due_days)) > 1 else "到期日"
        return max(due_days), name
    return (overdue, "你写的逾期起始日") if overdue is not None else None


def _restarts(first: date, paid: Sequence[Flow], acts: Sequence[Interruption], on: date) -> tuple[Restart, ...]:
    known = [(flow.on, "paid", "") for flow in paid] + [(one.on, one.act, one.written) for one in acts]
    rows = []
    for day, act, written in sorted(known):
        if first < day <= on:
            why, provision = _WHY[_act(act)]
            shown = f"{why}（{written}）" if written and written not in why else why
            rows.append(Restart(on=day, why=shown, provision=provision))
    return tuple(rows)


def _act(written: str) -> Act:
    return next(one for one in get_args(Act) if one == written)


def _notes(*, is_sued: bool, is_full: bool, is_told: bool) -> tuple[str, ...]:
    notes = [
        "对方向你留的电话、地址、邮箱催收过，就从那天重新算三年；信用卡见银行卡规定第三条。这里只算你写出来的。",
        "书面申请延期、分期，或者还一部分，也会重新算（诉讼时效规定第十四条）。",
    ]
    if is_sued:
        notes.insert(0, "已经起诉的，时效问题由法院看；判决后申请执行另有二年期间（民事诉讼法第二百五十条）。")
    if is_full:
        notes.insert(0, "按你写的，三年可能已满。满了不等于债没有了：是否成立由法院看，而且要你自己在诉讼里提出。")
        notes.append("满了以后签催款单、签新协议、答应还，就不能再提时效（诉讼时效规定第十九条）；签字前先问律师。")
    if is_told:
        notes.append("起算日只是你说的，请用合同或账单核对。")
    return tuple(notes)
