"""An assessment as plain values for JSON: the agreed keys, and the explanation beside them."""

from __future__ import annotations

from collections.abc import Sequence

from cuijie.assessment.across_lenders import calls_across_lenders
from cuijie.assessment.answers import choices_of
from cuijie.assessment.explaining import Explanation, Incident, explain_all
from cuijie.assessment.result import Assessment
from cuijie.records import ContactRecord, to_plain
from cuijie.rulebook import Words

__all__ = ["SETTLED", "notes_of", "plain_assessment"]

_FEW = 3
_DEBT_REMAINS = Words(
    zh="违法催收不会让债务消失：欠的钱仍然要还，可以一边维权，一边和贷款人商量还款。",
    en="Unlawful collection does not cancel the debt: what is owed is to be paid. You can do both.",
)
SETTLED = Words(
    zh="你记着这笔钱已经结清：结清证明和还款记录要留好；收进来的记录不能替你证明。",
    en="You noted that the debt is settled: keep the proof of it and of what was paid; these records do not prove it for you.",
)
_NOT_YOURS = Words(
    zh="没有还款义务的人，不用替别人还；不要答应代还，也不要因为对方要求就转账。",
    en="Who does not owe need not pay for another; promise nothing and transfer nothing because they ask.",
)
_HOURS_NOTE = Words(
    zh="夜间按 [22:00,08:00) 计算，恰 22:00:00 算在内、恰 8:00:00 不算，这是实现选择；次数按北京时间的自然日计。",
    en="Night is counted as [22:00,08:00): 22:00:00 is inside, 08:00:00 is not; this is our choice. Days are Beijing days.",
)
_LOG_NOTE = Words(
    zh="这里只说收进来的记录能说明的事；没有列出的，不等于没有发生。",
    en="This says only what the records taken in show; what is not listed may still have happened.",
)


def notes_of(assessment: Assessment, *, owes: bool = True) -> tuple[Words, ...]:
    """What is said at the end of every assessment, and what only this one calls for; *owes*: to the borrower."""
    loans = assessment.inputs.loans
    is_settled = bool(loans) and all(loan.debt_settled is True for loan in loans)
    debt = _NOT_YOURS if not owes else SETTLED if is_settled else _DEBT_REMAINS
    others = _other_purpose(assessment.inputs.other_purpose)
    return (debt, _HOURS_NOTE, _LOG_NOTE, *others, *calls_across_lenders(assessment.inputs))


def _other_purpose(messages: Sequence[ContactRecord]) -> tuple[Words, ...]:
    """What is said of messages that were not judged; each can still be said to have collected."""
    if not messages:
        return ()
    ids = "、".join(f"asks_payment@{one.contact_id}" for one in messages[:_FEW])
    more = len(messages) > _FEW
    return (
        Words(
            zh=f"有 {len(messages)} 条消息看来不是为了催收（验证码、广告、收款或放款的通知），没有算进来。其实是来要钱的，请答“是”："
            f"{ids}{' 等' if more else ''}。",
            en=f"{len(messages)} messages seem not sent to collect (codes, adverts, receipts, notices) and are not counted. "
            f"If one did ask for money, answer yes to {ids}{' and so on' if more else ''}.",
        ),
    )


def plain_assessment(assessment: Assessment) -> dict[str, object]:
    """``{"findings": […], "questions": […], "notes": […]}`` in lists, dicts, text and numbers."""
    not_known = assessment.inputs.not_known
    return {
        "findings": [_finding(explanation) for explanation in explain_all(assessment)],
        "questions": [
            {
                "id": question.id,
                "asks": question.asks,
                "contacts": list(question.contacts),
                "decides": list(question.decides),
                "choices": list(choices_of(question.id)),
                "answered": "不知道" if question.id in not_known else None,
            }
            for question in assessment.questions
        ],
        "notes": [words.zh for words in notes_of(assessment)],
    }


def _finding(explanation: Explanation) -> dict[str, object]:
    finding, window, complaint = explanation.part.finding, explanation.part.window, explanation.part.complaint
    return {
        "rule": finding.rule,
        "contacts": list(finding.contacts),
        "claimants": list(finding.claimants),
        "certainty": finding.certainty,
        "basis": to_plain(finding.basis),
        "version": explanation.part.version,
        "number": explanation.number,
        "title": to_plain(explanation.title),
        "severity": explanation.severity,
        "lender_id": explanation.part.lender_id,
        "why": to_plain(explanation.why),
        "incidents": [_incident(incident) for incident in explanation.incidents],
        "window": None
        if window is None
        else {
            "keys": {name: None if value is None else str(value) for name, value in window.keys},
            "at_least": window.at_least,
            "at_most": window.at_most,
            "limit": window.limit,
        },
        "complaint": None
        if complaint is None
        else {"channel": complaint.channel, "due_on": complaint.due_on.isoformat()},
        "law": to_plain(explanation.law),
        "further": to_plain(explanation.further),
        "evidence": {
            "strength": explanation.strength.level,
            "says": to_plain(explanation.strength.says),
            "stronger": to_plain(explanation.stronger),
        },
        "exceptions": to_plain(explanation.exceptions),
        "notes": to_plain(explanation.notes),
    }


def _incident(incident: Incident) -> dict[str, object]:
    return {
        "contact_id": incident.contact.contact_id,
        "at": incident.at or None,
        "certainty": incident.certainty,
        "facts": {fact.column: fact.value for fact in incident.facts},
        "machine_read": [fact.column for fact in incident.facts if fact.is_machine_read],
        "shown_by": {fact.column: fact.shown_by.contact_id for fact in incident.facts if fact.shown_by is not None},
        "strength": incident.strength.level,
    }
