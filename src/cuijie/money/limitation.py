"""When three years of limitation run, and what starts them anew: a reckoning from what is known, never advice not to pay.

After the time has run the debt still exists; a court looks at limitation only if the debtor raises it.  Demands made
to the phone, address or mailbox on file that we do not know of may have started the time anew at any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args

from cuijie.datafiles import Lines, Words, load_table
from cuijie.money.flows import Flow
from cuijie.money.schedule import months_later
from cuijie.records.money import Act, Interruption

__all__ = ["Act", "Interruption", "Limitation", "LimitationLaw", "Restart", "act_named", "limitation", "limitation_law"]

_ACTS: dict[str, Act] = {
    "催收": "demanded", "催告": "demanded", "要求还款": "demanded", "短信": "demanded", "电话": "demanded", "信函": "demanded",
    "申请延期": "agreed", "申请分期": "agreed", "还款计划": "agreed", "承认": "agreed", "承诺": "agreed", "签催款单": "agreed",
    "还款": "paid", "部分还款": "paid", "起诉": "sued", "仲裁": "sued", "支付令": "sued",
}  # fmt: skip
_FILE = Path(__file__).parent / "data" / "limitation.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """One day from which the three years ran anew, why, and the provision that says so."""

    on: date
    why: Words
    provision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation:
    """The reckoning: from when, started anew when, and the earliest day on which the time is full.

    ``has_run`` is False where they certainly have not run; None where by the acts we know of they would have, which
    proves nothing about the acts we do not know of.  It is never True.
    """

    started_on: date
    started_by: Words
    restarts: tuple[Restart, ...]
    full_on: date | None  # None while a suit is pending or was decided: other rules then speak
    has_run: bool | None
    bases: tuple[str, ...]
    notes: tuple[Words, ...]


def act_named(written: str) -> Act | None:
    """The act for 催收, 申请分期 and so on, or by its id; None if not known."""
    return _ACTS.get(written) or next((one for one in get_args(Act) if one == written), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitationLaw:
    """What our data file holds of limitation."""

    years: int
    bases: tuple[str, ...]  # that it runs so long, and that it starts anew
    starts: dict[str, Words]
    acts: dict[Act, tuple[Words, str]]
    notes: dict[str, Words]


@cache
def limitation_law() -> LimitationLaw:
    """How the time is reckoned.  Raises DataFileError."""
    data = load_table(_FILE)
    acts = data.table("acts")
    return LimitationLaw(
        years=data.number("years"),
        bases=(data.text("provision"), data.text("restart")),
        starts=_by_key(data.table("starts")),
        acts={act: (acts.table(act).words("says"), acts.table(act).text("provision")) for act in get_args(Act)},
        notes=_by_key(data.table("notes")),
    )


def _by_key(table: Lines) -> dict[str, Words]:
    return {key: table.words(key) for key in table}


def limitation(
    due_days: Sequence[date],
    called_due_on: date | None,
    overdue_since: date | None,
    paid: Sequence[Flow],
    acts: Sequence[Interruption],
    on: date,
    *,
    is_sued: bool = False,
) -> Limitation | None:
    """The reckoning as of *on*; None where no due day is known or nothing is due yet.

    *is_sued*: a suit was brought on a day that is not known.
    """
    started = _start(due_days, called_due_on, overdue_since)
    if started is None or started[0] > on:
        return None
    first, by = started
    restarts, late = _restarts(first, paid, acts, on)
    is_sued = is_sued or any(one.act == "sued" and one.on <= on for one in acts)
    law = limitation_law()
    full = None if is_sued else _full(restarts[-1].on if restarts else first)
    return Limitation(
        started_on=first,
        started_by=law.starts[by],
        restarts=restarts,
        full_on=full,
        has_run=False if is_sued or (full is not None and on <= full) else None,
        bases=tuple(dict.fromkeys((*law.bases, *(one.provision for one in restarts)))),
        notes=_notes(is_sued=is_sued, is_full=full is not None and on > full, is_told=len(due_days) == 0, is_late=late),
    )


def _start(due_days: Sequence[date], called: date | None, overdue: date | None) -> tuple[date, str] | None:
    if called is not None:
        return called, "called"
    if due_days:
        return max(due_days), "last_due" if len(set(due_days)) > 1 else "due"
    return (overdue, "overdue") if overdue is not None else None


def _full(last: date) -> date:
    return months_later(last, 12 * limitation_law().years, last.day)


def _restarts(
    first: date, paid: Sequence[Flow], acts: Sequence[Interruption], on: date
) -> tuple[tuple[Restart, ...], bool]:
    """What started the time anew, and whether there was a demand when it was full already, which does not.

    Who pays or promises when it is full gives the defence up (诉讼时效规定第十九条): the time is reckoned from there.
    """
    known = [(flow.on, "paid", "") for flow in paid] + [(one.on, one.act, one.written) for one in acts]
    rows, full, is_late = list[Restart](), _full(first), False
    for day, act, written in sorted(known):
        if not first < day <= on:
            continue
        if act == "demanded" and day > full:
            is_late = True
            continue
        why, provision = limitation_law().acts[_act(act)]
        if written and written not in why.zh:
            why = Words(f"{why.zh}（{written}）", why.en)
        rows.append(Restart(on=day, why=why, provision=provision))
        full = _full(day)
    return tuple(rows), is_late


def _act(written: str) -> Act:
    return next(one for one in get_args(Act) if one == written)


def _notes(*, is_sued: bool, is_full: bool, is_told: bool, is_late: bool) -> tuple[Words, ...]:
    notes = limitation_law().notes
    if_so = {"full": is_full, "sued": is_sued, "late_demand": is_late, "given_up": is_full, "told": is_told}
    return tuple(words for key, words in notes.items() if if_so.get(key, True))
