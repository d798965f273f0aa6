"""The ladder: what to do now, by when, with which paper; and every clock that runs.

A step is open only if every precondition holds on that day; a step whose precondition fails is shown with what it
waits for, and one that does not apply is not shown at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cuijie.records.remedies import Reply, StepDone
from cuijie.remedies.channels import Channel, ClockRule, channels
from cuijie.remedies.clocks import Deadline, deadline_of
from cuijie.remedies.conditions import holds, lacking
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.rungs import Rung, rungs
from cuijie.remedies.situation import SUPPLY, Situation, situations

__all__ = ["Step", "deadlines", "ladder"]

_STILL_WAITING = frozenset({"accepted", "extended", "paused", "resumed"})
_OF_NO_LENDER = frozenset({"urgent", "evidence", "police", "number"})  # what can be done without knowing who lent
_SOON_DAYS = 30  # an own limit within these days moves its step to the front


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do (or to wait for), for one person and one loan."""

    id: str  # rung@loan:person, stable
    rung: str
    track: str
    sender: str
    loan_id: str | None
    title: str
    why: str
    channel: str | None
    document: str | None
    due_on: date | None  # by when the user must act; None: no fixed day
    due_note: str | None = None
    blocked_by: tuple[str, ...] = ()  # empty: can be done now
    bring: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()  # fields of the paper this step fills: (key, value)

    @property
    def is_open(self) -> bool:
        """Whether it can be done now."""
        return not self.blocked_by

    @property
    def is_pressing(self) -> bool:
        """Whether it is urgent and waits for no more than the user's answer: the question is asked where it would stand."""
        waits = self.track == "urgent" and not self.is_open
        return waits and all(one.startswith("question:") for one in self.blocked_by)

    @property
    def about(self) -> Channel | None:
        """The channel's facts: what it can and cannot do, cost, refusals, what if nobody answers."""
        return channels().get(self.channel or "")


def _starting_reply(rung: Rung, rule: ClockRule, here: Situation) -> Reply | None:
    """The reply that starts the user's own clock *rule*."""
    kinds = {
        "decision": {"decision", "refused", "partial", "not_competent"},
        "no_case": {"no_case"},
        "payment_order": {"payment_order"},
        "accepted": {"accepted"},
        "perform_by": {"decision"},
    }.get(rule.start, set())
    ids = {here.id_of(name) for name in rung.from_reply}
    return next(
        (one for one in here.replies if one.kind in kinds and (one.step in ids or "any" in rung.from_reply)), None
    )


def _own_deadlines(rung: Rung, here: Situation) -> tuple[Deadline, ...]:
    """The user's clocks of *rung*: from a reply, or from the first or last act of the other side."""
    if rung.clock is None or rung.channel is None:
        return ()
    if here.channel_takes(channels()[rung.channel]) is False:
        return ()  # its times do not bind this kind of lender
    days = here.contact_days(police=rung.channel == "police_110")
    found: list[Deadline] = []
    for rule in channels()[rung.channel].clocks:
        if rule.id != rung.clock or not rule.is_mine:
            continue
        match rule.start:
            case "last_act":
                start = days[-1] if days else None
            case "first_act":
                start = days[0] if days else None
            case _:
                reply = _starting_reply(rung, rule, here)
                start = (reply.perform_by if rule.start == "perform_by" else reply.received_on) if reply else None
        if start is not None and rule.holds(start, here.lender_type):
            found.append(deadline_of(rule, start, step=here.id_of(rung.id)))
    return tuple(found)


def _is_within(rung: Rung, here: Situation) -> bool:
    own = _own_deadlines(rung, here)
    return bool(own) and not any(one.is_past(here.on) for one in own)


def _holds(condition: str, rung: Rung, here: Situation) -> bool:
    if condition.startswith("within:"):
        return _is_within(rung, here)
    return holds(condition, here, rung.channel)


def _lacking(condition: str, here: Situation) -> str:
    return "late:期限已过" if condition.startswith("within:") else lacking(condition, here)


def _note(deadline: Deadline, on: date) -> str | None:
    if deadline.is_past(on):
        return deadline.late or "这个期限已经过了，可能不被受理；有正当理由的，可以说明理由提出"
    return deadline.note


def _shown_due(deadline: Deadline, on: date) -> date:
    """By when to act: the day itself, or of a range the earliest as long as it lies ahead."""
    return deadline.due_on or (deadline.earliest_on if on <= deadline.earliest_on else deadline.latest_on)


def _clues(rung: Rung, here: Situation) -> str:
    if rung.id == SUPPLY:
        asked = "、".join(f"“{rungs()[one.step.partition('@')[0]].title}”" for one in here.asking())
        return f"要求补的是：{asked}；补给哪一个，就记在哪一个名下。"
    clues = here.lender_clues() if rung.id in {"find_lender", "find_lender_contacted"} else ()
    return f"案卷里已有的线索（请与合同核对，不能当作结论）：{'；'.join(clues)}。" if clues else ""


def _step(rung: Rung, here: Situation) -> Step | None:
    if here.is_unsorted and rung.track not in _OF_NO_LENDER:
        return None
    if here.who not in rung.who or not all(_holds(condition, rung, here) for condition in rung.when):
        return None
    channel = channels().get(rung.channel or "")
    if channel is not None and here.who not in channel.who:
        return None
    missing = tuple(dict.fromkeys(_lacking(c, here) for c in rung.needs if not _holds(c, rung, here)))
    if channel is not None and here.channel_takes(channel) is not True and "channel_possible" not in rung.when:
        channel = None  # the paper can be sent all the same, but not as this channel's business
    elif channel is not None and here.channel_takes(channel) is None and not missing:
        missing = (lacking("lender_type", here),)
    own = _own_deadlines(rung, here)
    document = rung.documents.get(here.who)
    spec = documents().get(document or "")
    return Step(
        id=here.id_of(rung.id),
        rung=rung.id,
        track=rung.track,
        sender=here.sender,
        loan_id=here.loan.loan_id if here.loan else None,
        title=rung.title,
        why=rung.why + _clues(rung, here),
        channel=channel.id if channel else None,
        document=document if spec is not None and here.who in spec.who else None,
        due_on=_shown_due(own[0], here.on) if own else None,
        due_note=_note(own[0], here.on) if own else None,
        blocked_by=missing,
        bring=rung.bring or (channel.bring if channel else ()),
        settings=tuple(rung.settings.items()),
    )


_PAUSED = "对方告知中止办理，期限停止计算；收到恢复办理的通知后，用 cuijie next reply 记下“恢复”。"


def _waiting(done: StepDone, here: Situation) -> Step | None:
    """The open wait after a step: until when the other side must answer."""
    rung = rungs().get(done.step.split("@")[0])
    running = here.deadlines_after(done)
    if rung is None or here.done(rung.id) is not done:
        return None
    if running and any(one.is_past(here.on) for one in running):
        return None  # overdue: the next rung is open now
    replies = here.replies_to(rung.id)
    if any(one.kind == "overdue" for one in replies):
        return None
    if replies and replies[-1].kind not in _STILL_WAITING and here.supplied(done) is None:
        return None
    channel = channels().get(done.channel or "")
    counts = channel is not None and any(
        rule.start == "reached" and not rule.is_mine and rule.holds(done.done_on, here.lender_type)
        for rule in channel.clocks
    )
    arrival = counts and done.reached_on is None
    paused = here.is_paused(done)
    if not running and not arrival and not paused:
        return None
    nearest = min(running, key=lambda one: one.safe_on) if running else None
    why = (
        _PAUSED
        if paused
        else (
            f"{nearest.what}：等对方答复。{nearest.basis}"
            if nearest
            else "已经寄出，还没有记下对方收到的日期；收到之后才开始计算期限。查到签收后用 cuijie next done 补记。"
        )
    )
    return Step(
        id=done.step,
        rung=rung.id,
        track=rung.track,
        sender=here.sender,
        loan_id=here.loan.loan_id if here.loan else None,
        title=f"等待：{rung.title}",
        why=why,
        channel=done.channel,
        document=None,
        due_on=(nearest.due_on or nearest.safe_on) if nearest else None,
        due_note=nearest.note if nearest else None,
        blocked_by=(f"wait:{done.step}",),
    )


_HOMEWORK = frozenset({"sort_contacts", "answer_questions"})  # waits where there is something to act on
_OF_THE_PERSON = frozenset({"help_first", "not_your_fault"})  # said once, however many loans there are
_URGENT: Mapping[str, int] = {
    "help_first": 0, "not_your_fault": 0, "emergency_110": 1, "police_at_once": 1, "child_contacted": 1, "suspected_scam": 2,
}  # fmt: skip


def ladder(material: Material, on: date) -> tuple[Step, ...]:
    """Every step for every person and loan on *on*: urgent first, then what can be done now, then what waits.

    Of what can be done now, the authority comes first as soon as the lender's time to answer has run out; what is
    still to be sorted or answered comes last for whom there is something to act on, of whichever loan.

    Where somebody writes of not wanting to live, that step comes before everything and nothing else is urged.
    """
    steps: list[Step] = []
    can_act = set[str]()
    for here in situations(material, on):
        can_act |= {here.sender} if here.findings else set()
        steps += [step for rung in rungs().values() if (step := _step(rung, here)) is not None]
        steps += [step for done in here.steps if (step := _waiting(done, here)) is not None]
    order = {id: number for number, id in enumerate(rungs())}
    taken = {done.step for done in material.steps}

    def place(step: Step) -> tuple[int, int, int, int, str]:
        soon = step.is_open and step.due_on is not None and 0 <= (step.due_on - on).days <= _SOON_DAYS
        waits_for = re.findall(r"unanswered:(\w+)", " ".join(rungs()[step.rung].needs))
        waited = any(step.id.replace(step.rung, rung, 1) in taken for rung in waits_for)
        is_ripe = step.is_open and step.track == "regulator" and waited
        urgent = _URGENT.get(step.rung, 2 if soon else 3 if is_ripe else 4)
        later = len(order) if step.rung in _HOMEWORK and step.sender in can_act else 0
        return urgent, 0 if step.is_open else 1, 0 if step.sender == DEBTOR else 1, later + order[step.rung], step.id

    ordered = sorted(steps, key=place)
    own = {(step.rung, step.sender): step.id for step in reversed(ordered) if step.rung in _OF_THE_PERSON}
    return tuple(step for step in ordered if own.get((step.rung, step.sender), step.id) == step.id)


def deadlines(material: Material, on: date) -> tuple[Deadline, ...]:
    """Every clock that runs for the case on *on*, the user's and the other side's, past ones too until they are met."""
    found: dict[str, Deadline] = {}
    for here in situations(material, on):
        for done in here.steps:
            found.update({one.id: one for one in here.deadlines_after(done)})
        for rung in rungs().values():
            if here.who in rung.who and here.done(rung.id) is None:
                found.update({one.id: one for one in _own_deadlines(rung, here)})
    return tuple(sorted(found.values(), key=lambda one: (one.safe_on, one.id)))
