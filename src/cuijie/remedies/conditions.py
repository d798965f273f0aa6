"""The conditions a rung may name: each true, false, or not met with the reason why.

``done:RUNG``, ``unanswered:RUNG`` and the like take a rung; ``any:A|B`` holds if one of its parts does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cuijie.clock import shanghai_day
from cuijie.records import Loan
from cuijie.remedies.channels import channels
from cuijie.remedies.material import has_agreed, is_child, reader_of
from cuijie.remedies.situation import Situation

__all__ = ["OWN_QUESTIONS", "holds", "is_condition", "lacking"]

OWN_QUESTIONS: Mapping[str, str] = {
    "credit_wrong": "信用报告里有没有错误、遗漏的记录（真实的逾期不算）？",
    "many_users": "有没有线索说明平台对众多用户都这样处理个人信息？",
    "lender_in_beijing": "被投诉的公司是不是在北京注册的？",
    "offender_known": "是不是已经知道具体是谁做的（姓名、身份）？",
    "branch_decided": "处理决定是不是分支机构（例如分行）作出的？",
    "minor": "被联系的孩子是不是未满18岁？",
    "judgment_final": "判决是不是已经生效，履行期限过了，对方还没有履行？",
}
"""What only the ladder asks, answered with yes or no under ``name@case``."""

_HALF_A_YEAR = 183  # days, about as long as a public security offence is punished
_UNSATISFIED = frozenset({"refused", "partial", "not_ours", "not_competent", "decision", "no_case"})
# whose kind is not known, or who only brings loans about or collects them: whoever lent stands behind them
_LENDS_NOTHING = frozenset({None, "loan_facilitator", "collection_agency"})
_AUTHORITIES = (
    "regulator_complaint", "regulator_report", "third_party_complaint", "local_complaint", "samr_complaint",
    "cac_report", "pboc_complaint", "police_report", "emergency_110",
)  # fmt: skip


def _answer(here: Situation, column: str) -> bool | None:
    """A yes/no the user gave under ``column@…``; None if not answered or not known."""
    owner = here.loan.loan_id if here.loan else "-"
    for answer in here.material.state.answers:
        if answer.question in {f"{column}@{owner}", f"{column}@case"}:
            return answer.value if isinstance(answer.value, bool) else None
    return None


def _is_employer_contacted(here: Situation) -> bool:
    return any(
        contact.recipient_relation in {"colleague", "employer"} or contact.visit_place == "workplace"
        for contact in here.named()
    )


def _still(here: Situation, rung: str) -> bool:
    """Conduct went on after *rung* was done (after it arrived, where that day is known)."""
    done = here.done(rung)
    return done is not None and any(day > (done.reached_on or done.done_on) for day in here.contact_days())


def _unanswered(here: Situation, rung: str) -> bool:
    done = here.done(rung)
    if done is None:
        return False
    told = any(one.kind == "overdue" for one in here.replies_to(rung))
    return told or any(one.is_past(here.on) for one in here.deadlines_after(done))


_PLAIN: Mapping[str, Callable[[Situation], bool]] = {
    "self_harm": lambda here: here.is_despair(),
    "goaded": lambda here: here.is_goaded() and not here.is_despair(),
    "grave": lambda here: here.is_grave(),
    "danger": lambda here: here.is_danger() and not _handled_danger(here),
    "no_danger": lambda here: not here.is_danger() or _handled_danger(here),
    "no_exhibits": lambda here: not here.material.exhibits,
    "has_exhibits": lambda here: bool(here.material.exhibits),
    "no_facts": lambda here: not here.findings,
    # of a loan that no contact of the case is about, no answer tells anything
    "has_questions": lambda here: bool(here.material.questions) and bool(here.contacts or not here.material.contacts),
    "has_facts": lambda here: bool(here.findings),
    # who owes nothing and agreed to nothing need not know what was broken to have the numbers looked into
    "bothered": lambda here: (
        bool(here.findings)
        or (
            reader_of(here.material, here.sender) in {"contacted", "spouse"}
            and not _is_agreed_on(here)
            and any(one.direction == "outbound" for one in here.contacts)
        )
    ),
    "pi_facts": lambda here: here.is_about_personal_info(),
    "child": lambda here: _answer(here, "minor") is not False and _is_child_contacted(here),
    "police_facts": lambda here: bool(here.police_matters()),
    "has_numbers": lambda here: any(contact.from_number for contact in here.named() or here.contacts),
    "unsorted": lambda here: here.is_unsorted,
    "lender_unknown": lambda here: (
        not here.is_unsorted and (not _is_named(here.loan) or here.lender_type in _LENDS_NOTHING)
    ),
    "scam_signs": lambda here: any(one.says_fee_scam is True for one in here.contacts),
    "keeper": lambda here: here.is_keeper,
    "lender_named": lambda here: _is_named(here.loan),
    "addressee": lambda here: _is_addressable(here.loan),
    # an app without a licence never says who stands behind it: its name must do
    "company_known": lambda here: (
        _is_named(here.loan) or (here.lender_type == "unlicensed" and _is_addressable(here.loan))
    ),
    "lender_type": lambda here: here.lender_type is not None,
    # between natural persons the personal information law has no hold (its article 72)
    "institutional": lambda here: here.lender_type != "private_person",
    "unlicensed_lender": lambda here: here.lender_type in {"unlicensed", "p2p_residual"},
    # a private lender who collects himself gets one letter, not two
    "collector_reachable": lambda here: any(
        (collector.agency_name or collector.name)
        and not (here.lender_type == "private_person" and collector.actor in {None, "lender"})
        for collector in here.material.state.collectors
    ),
    "employer_contacted": _is_employer_contacted,
    "undisclosed_fees": lambda here: (
        any(finding.rule == "cn.fees.undisclosed" for finding in here.findings)
        or (here.loan is not None and here.loan.fees_disclosed is False)
    ),
    "owes": lambda here: here.loan is not None and here.loan.debt_settled is not True,
    "not_settled": lambda here: here.loan is None or here.loan.debt_settled is not True,
    "payment_order": lambda here: any(one.kind == "payment_order" for one in here.replies),
    "asked_for_more": lambda here: bool(here.asking()),
    "sent_away": lambda here: any(
        (replies := here.replies_to(rung)) and replies[-1].kind == "not_competent" for rung in _AUTHORITIES
    ),
    "authority_decided": lambda here: any(
        one.kind in {"decision", "refused", "not_competent"} for rung in _AUTHORITIES for one in here.replies_to(rung)
    ),
}


def _is_child_contacted(here: Situation) -> bool:
    """Whether a child of the borrower, of whatever age, was contacted while the police may still punish it."""
    people = here.material.people()
    days = (
        (here.on - shanghai_day(one.occurred_at)).days
        for one in here.contacts
        if one.occurred_at and one.direction != "inbound" and is_child(people.get(one.recipient_id or ""))
    )
    return any(0 <= age <= _HALF_A_YEAR for age in days)


def _is_agreed_on(here: Situation) -> bool:
    """Whether this person was agreed on as a contact and has not asked to be left alone since."""
    refused = any(one.contact_id in here.material.refusing for one in here.contacts)
    person = here.material.people().get(here.sender)
    is_refused = refused or (person is not None and person.refused_at is not None)
    return has_agreed(here.material, here.sender) and not is_refused


def _is_named(loan: Loan | None) -> bool:
    return loan is not None and bool(loan.lender_name and loan.lender_name.strip())


def _is_addressable(loan: Loan | None) -> bool:
    return _is_named(loan) or (loan is not None and bool(loan.platform_name))


def _handled_danger(here: Situation) -> bool:
    """A call to the police, and no new danger on a later day: what follows is the ordinary report."""
    done = here.done("emergency_110")
    return done is not None and not here.is_danger(since=done.done_on)


_OF_RUNG: Mapping[str, Callable[[Situation, str], bool]] = {
    "done": lambda here, rung: here.done(rung) is not None,
    "not_done": lambda here, rung: here.done(rung) is None,
    "unanswered": _unanswered,
    "unsatisfied": lambda here, rung: any(one.kind in _UNSATISFIED for one in here.replies_to(rung)),
    "decided": lambda here, rung: any(one.kind in {"decision", "refused", "partial"} for one in here.replies_to(rung)),
    "still": _still,
    "answered": lambda here, column: _answer(here, column) is True,
}

_REASONS = {
    "has_exhibits": "fact:先把证据收进案卷",
    "has_facts": "fact:还没有可以写进文书的发现",
    "lender_named": "fact:放款机构的全称",
    "addressee": "fact:放款机构的全称",
    "company_known": "fact:放款机构的全称",
}


def is_condition(written: str) -> bool:
    """Whether *written* is a condition a rung may name (``channel_possible`` and ``within:`` are the ladder's own)."""
    if written == "channel_possible" or written in _PLAIN:
        return True
    name, _, rest = written.partition(":")
    if name == "any":
        return all(is_condition(part) for part in rest.split("|"))
    if name == "replied":
        return rest.count(":") == 1
    return bool(rest) and (name == "within" or name in _OF_RUNG)


def holds(written: str, here: Situation, channel: str | None = None) -> bool:
    """Whether the condition *written* holds; *channel* is that of the rung asking."""
    if written == "channel_possible":
        return channel is not None and here.channel_takes(channels()[channel]) is not False
    if plain := _PLAIN.get(written):
        return plain(here)
    name, _, rest = written.partition(":")
    if name == "any":
        return any(holds(part, here, channel) for part in rest.split("|"))
    if name == "replied":
        rung, _, kind = rest.partition(":")
        return any(one.kind == kind for one in here.replies_to(rung))
    return _OF_RUNG[name](here, rest)


def lacking(written: str, here: Situation) -> str:
    """What is missing while *written* does not hold: ``step:…``, ``question:…``, ``wait:…`` or ``fact:…``."""
    if written == "lender_type":
        owner = (here.loan.lender_id or here.loan.loan_id) if here.loan else "case"
        return f"question:lender_type@{owner}"
    if known := _REASONS.get(written):
        return known
    name, _, rest = written.partition(":")
    if name == "answered":
        return f"question:{rest}@case"
    if name == "done":
        return f"step:{here.id_of(rest)}"
    if name == "any":
        waits = [part.partition(":")[2] for part in rest.split("|") if ":" in part]
        missing = next((rung for rung in waits if here.done(rung) is None), None)
        if waits and missing == waits[0]:
            return f"step:{here.id_of(waits[0])}"
        return f"wait:{here.id_of(waits[0])}" if waits else f"fact:{rest}"
    if name == "unanswered":
        return f"wait:{here.id_of(rest)}" if here.done(rest) else f"step:{here.id_of(rest)}"
    return f"fact:{written}"
