"""What the rules do not add up but a person may want to know: calls of several lenders on one day."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from cuijie.assessment.inputs import AssessmentInputs
from cuijie.clock import shanghai_day
from cuijie.records import ContactRecord
from cuijie.rulebook import Words

__all__ = ["calls_across_lenders"]

_A_LENDERS_LIMIT = 3  # GB/T 45251-2025 on one lender with its agencies; lenders are never added up for a finding


def calls_across_lenders(inputs: AssessmentInputs) -> tuple[Words, ...]:
    """One remark for each day on which several lenders together, but none alone, spoke to the debtor more than thrice."""
    by_day: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for contact in inputs.contacts:
        if not _is_answered_call_to_debtor(contact) or contact.occurred_at is None or contact.lender_id is None:
            continue
        by_day[shanghai_day(contact.occurred_at)][contact.lender_id] += contact.count or 1
    return tuple(
        _remark(day, of_lender)
        for day, of_lender in sorted(by_day.items())
        if sum(of_lender.values()) > _A_LENDERS_LIMIT >= max(of_lender.values())
    )


def _is_answered_call_to_debtor(contact: ContactRecord) -> bool:
    is_answered = contact.channel in ("call", "robot_call") and contact.connected is True
    return is_answered and contact.direction == "outbound" and contact.recipient_role == "debtor"


def _remark(day: date, of_lender: dict[str, int]) -> Words:
    total, lenders = sum(of_lender.values()), len(of_lender)
    return Words(
        zh=f"{day} 这天，{lenders} 家贷款机构合计接通 {total} 次。不同机构的次数不合并计算，这里只作说明。",
        en=f"On {day} {lenders} lenders together were answered {total} times. Lenders are not added up; this is a remark.",
    )
