"""Writing down what was done and what came back: checked against the ladder, never against the clock of a wish."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from cuijie.records.remedies import Reply, ReplyKind, StepDone
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.rungs import rungs
from cuijie.remedies.situation import SUPPLY, asking

__all__ = ["DoneFacts", "asked_of", "full_step", "record_done", "record_reply", "reply_kind"]

_REPLY_WORDS: dict[str, ReplyKind] = {
    "拒绝": "refused",
    "要求补材料": "more_material",
    "补材料": "more_material",
    "延期": "extended",
    "中止": "paused",
    "恢复": "resumed",
    "超期": "overdue",
    "部分答复": "partial",
    "说不是我们的人": "not_ours",
    "不是我们的人": "not_ours",
    "不归他们管": "not_competent",
    "不归我们管": "not_competent",
    "不受理": "not_competent",
    "受理": "accepted",
    "立案": "accepted",
    "没有回执": "no_receipt",
    "不予立案": "no_case",
    "处理决定": "decision",
    "支付令": "payment_order",
    "已停止": "stopped",
}
"""The Chinese words a reply may be named by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneFacts:
    """What the user says of a step that was done; None is not said."""

    done_on: date | None = None
    paper_item: str | None = None
    paper_sha256: str | None = None
    proof_items: tuple[str, ...] = ()
    reached_on: date | None = None
    ticket_no: str | None = None
    via: str | None = None
    note: str | None = None
    answers: str | None = None  # of material handed in later: the step whose office asked for it
    document: str | None = None  # another paper than the step's own: that of several borrowers


def reply_kind(written: str) -> ReplyKind:
    """The kind of reply *written* names, in Chinese or by its id.  Raises RemedyError listing the words."""
    if known := _REPLY_WORDS.get(written.strip()):
        return known
    for kind in _REPLY_WORDS.values():
        if kind == written.strip():
            return kind
    raise RemedyError(f"不认识的答复种类“{written}”。", remedy="可以写：" + "、".join(_REPLY_WORDS))


def full_step(material: Material, written: str) -> str:
    """The full id (rung@loan:person) of the step *written*; rung alone means the debtor and the only loan."""
    rung, at, rest = written.partition("@")
    if rung not in rungs():
        raise RemedyError(f"没有“{rung}”这一步。", remedy="步骤编号见 cuijie next 案卷（例如 complaint_lender）。")
    loans = [loan.loan_id for loan in material.state.loans]
    if not at:
        if len(loans) > 1:
            raise RemedyError(
                "案卷里有多笔借款，请写完整的步骤编号。",
                remedy="例如：" + "、".join(f"{rung}@{id}:{DEBTOR}" for id in loans),
            )
        return f"{rung}@{loans[0] if loans else '-'}:{DEBTOR}"
    loan, _, sender = rest.partition(":")
    known = [*loans, "-"] if len(loans) != 1 else loans  # "-": of no loan that is known
    if loan not in known or (sender != DEBTOR and sender not in material.people()):
        raise RemedyError(f"案卷里没有“{written}”这一步。", remedy="步骤编号见 cuijie next 案卷。")
    who = "debtor" if sender == DEBTOR else "contacted"
    if who not in rungs()[rung].who:
        raise RemedyError(f"“{rungs()[rung].title}”这一步不是由这个人来做的。")
    return written


def asked_of(material: Material, step: str) -> tuple[str, ...]:
    """The steps of the same loan and person whose office asked for more material and has not been given it."""
    suffix = step[step.index("@") :]
    steps = [one for one in material.steps if one.step.endswith(suffix)]
    return tuple(one.step for one in asking(steps, material.replies))


def _answers(material: Material, step: str, said: str | None) -> str | None:
    """For which of those that asked the material is: as *said*, or the only one."""
    if not step.startswith(f"{SUPPLY}@"):
        return None
    asked = asked_of(material, step)
    known = {one.step for one in material.steps}
    if said is None and len(asked) > 1:
        raise RemedyError("有几处要求补材料，还不知道这次补给哪一处。", remedy="请写明是哪一步的：" + "、".join(asked))
    if said is not None and said not in known:
        raise RemedyError(f"案卷里没有“{said}”这一步。", remedy="步骤编号见 cuijie next 案卷。")
    return said or (asked[0] if asked else None)


def _check_days(done_on: date, reached_on: date | None, today: date) -> None:
    for day, what in ((done_on, "做的日期"), (reached_on, "对方收到的日期")):
        if day is not None and day > today:
            raise RemedyError(f"{what} {day.isoformat()} 还没有到。", remedy="请写实际发生的日期。")
    if reached_on is not None and reached_on < done_on:
        raise RemedyError(f"对方收到的日期 {reached_on.isoformat()} 早于寄出的日期 {done_on.isoformat()}。")


def record_done(material: Material, written: str, facts: DoneFacts, today: date) -> StepDone:
    """The record of a step done, new or the last one completed by *facts*.

    A paper that was sent is never replaced: another paper for the same step is a new sending.
    """
    step = full_step(material, written)
    rung = rungs()[step.partition("@")[0]]
    before = sorted((one for one in material.steps if one.step == step), key=lambda one: (one.done_on, one.done_id))
    answers = _answers(material, step, facts.answers)
    own = [one for one in before if answers in (None, one.answers) and facts.document in (None, one.document)]
    last = own[-1] if own else None
    again = last is not None and (
        (facts.done_on is not None and facts.done_on != last.done_on)
        or (facts.paper_sha256 is not None and last.paper_sha256 not in {None, facts.paper_sha256})
    )
    if last is not None and not again:
        record = replace(
            last,
            paper_item=last.paper_item or facts.paper_item,
            paper_sha256=last.paper_sha256 or facts.paper_sha256,
            proof_items=tuple(dict.fromkeys((*last.proof_items, *facts.proof_items))),
            reached_on=facts.reached_on or last.reached_on,
            ticket_no=facts.ticket_no or last.ticket_no,
            via=facts.via or last.via,
            note=facts.note or last.note,
        )
    else:
        sender = step.rpartition(":")[2]
        record = StepDone(
            done_id=f"{step}#{len(before) + 1:02d}",
            step=step,
            done_on=facts.done_on or today,
            channel=rung.channel,
            document=facts.document or rung.documents.get("debtor" if sender == DEBTOR else "contacted"),
            paper_item=facts.paper_item,
            paper_sha256=facts.paper_sha256,
            proof_items=facts.proof_items,
            reached_on=facts.reached_on,
            ticket_no=facts.ticket_no,
            via=facts.via,
            note=facts.note,
            answers=answers,
        )
    _check_days(record.done_on, record.reached_on, today)
    return record


def record_reply(
    material: Material,
    written: str,
    kind: ReplyKind,
    *,
    received_on: date | None,
    today: date,
    document_no: str | None = None,
    note: str | None = None,
    items: tuple[str, ...] = (),
    perform_by: date | None = None,
) -> Reply:
    """The record of a reply to a step that was done (a payment order needs none); the same said twice is one record."""
    step = full_step(material, written)
    done = [one for one in material.steps if one.step == step]
    on = received_on or today
    if on > today:
        raise RemedyError(f"收到的日期 {on.isoformat()} 还没有到。", remedy="请写实际发生的日期。")
    if kind != "payment_order":
        if not done:
            raise RemedyError(
                f"还没有记下“{rungs()[step.partition('@')[0]].title}”这一步。",
                remedy=f"先用 cuijie next done 案卷 {step} 记下，再记答复。",
            )
        if on < min(one.done_on for one in done):
            raise RemedyError(f"收到答复的日期 {on.isoformat()} 早于这一步做的日期。")
    if perform_by is not None and kind != "decision":
        raise RemedyError("只有判决、处理决定才写履行期限。", remedy="请选“处理决定”，或者把履行期限空着。")
    before = [one for one in material.replies if one.step == step]
    record = Reply(
        reply_id=f"{step}#{len(before) + 1:02d}",
        step=step,
        kind=kind,
        received_on=on,
        document_no=document_no,
        note=note,
        items=items,
        perform_by=perform_by,
    )
    return next((one for one in before if replace(record, reply_id=one.reply_id) == one), record)
