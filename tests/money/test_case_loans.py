"""The money of a case: terms to a schedule, names asked once, demands of the record, and what goes to the papers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from tests.small_case import new_case

from cuijie.clock import SHANGHAI
from cuijie.money import LoanFacts, owing
from cuijie.money.case_loans import acts_of_case, facts_of, money_of_case, with_bills
from cuijie.money.keeping import confirm_names, keep_account, proposals_of
from cuijie.records import Answer, ContactRecord, Loan, Payment
from cuijie.records.money import ClaimedItem, Flow, Household, LoanTerms
from cuijie.records.remedies import StepDone
from cuijie.records.results import CheckResult

ON = date(2026, 11, 22)
LOAN = Loan(
    loan_id="loan-1", lender_name="远山消费金融有限公司", principal_fen=1_000_000, overdue_since=date(2026, 6, 18)
)


def pay(name: str, fen: int, day: int, flow: str = "out", **more: object) -> Payment:
    plain = Payment(
        payment_id=f"{name}{day}", owner="debtor", places=(f"bill#{day}",), amount_fen=fen, payee=name,
        occurred_at=datetime(2026, 3, day, 12, tzinfo=SHANGHAI), is_completed=True, flow="in" if flow == "in" else "out",
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def test_confirmed_terms_make_the_schedule() -> None:
    terms = LoanTerms(loan_id="loan-1", method="equal_payment", periods=12, first_due_on=date(2026, 3, 18), annual_rate=Decimal("0.18"))  # fmt: skip
    facts = facts_of(LOAN, terms)
    assert (len(facts.due), sum(one.principal_fen for one in facts.due)) == (12, 1_000_000)
    even = facts_of(LOAN, replace(terms, method=None, payment_fen=92_500))
    assert {one.fen for one in even.due} == {92_500}
    assert facts_of(LOAN, replace(terms, periods=None)).due == ()
    # 18 % would be 916.80 a month: the contract's own 925 is what falls due, a few fen of rounding are not another sum
    assert {one.fen for one in facts_of(LOAN, replace(terms, payment_fen=92_500)).due} == {92_500}
    assert facts_of(LOAN, replace(terms, payment_fen=91_650)).due == facts.due


def test_a_name_is_confirmed_once_and_counts_for_bills_that_come_later(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        case.put(
            LOAN, pay("远山消费金融", 940_000, 1, "in"), pay("远山消费金融", 92_500, 18), pay("某会员中心", 5_000, 19)
        )
        assert confirm_names(case, "loan-1", ["远山消费金融"], {"某会员中心": "fee"}) == 3
        assert {one.purpose for one in case.all(Payment)} == {"disbursement", "repayment"}
        assert {one.loan_id for one in case.all(Payment)} == {"loan-1"}
        length = case.ledger_length()
        assert confirm_names(case, "loan-1", ["远山消费金融"], {"某会员中心": "fee"}) == 0
        assert case.ledger_length() == length
        case.put(pay("远山消费金融", 92_500, 28))
        money = money_of_case(case)
        terms = money.terms_of("loan-1")
        facts, left = with_bills(facts_of(LOAN, terms), terms, money.payments)
    assert [one.fen for one in facts.received] == [940_000]
    assert sorted((one.kind, one.fen) for one in facts.paid) == [
        ("fee", 5_000),
        ("repayment", 92_500),
        ("repayment", 92_500),
    ]
    assert left == ()


def contact(day: int, **more: object) -> ContactRecord:
    plain = ContactRecord(
        contact_id=str(day), channel="sms", direction="outbound", recipient_role="debtor", asks_payment=True,
        occurred_at=datetime(2026, 8, day, 10, tzinfo=SHANGHAI),
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]


def test_demands_to_the_debtor_and_a_request_that_was_sent_restart_limitation() -> None:
    step = StepDone(
        done_id="1", step="negotiation@loan-1:debtor", done_on=date(2026, 9, 1), document="repayment_negotiation"
    )
    acts = acts_of_case([contact(3), contact(9)], [step], "loan-1")
    assert [(one.on, one.act) for one in acts] == [(date(2026, 8, 9), "demanded"), (date(2026, 9, 1), "agreed")]
    account = owing(replace(facts_of(LOAN, LoanTerms(loan_id="loan-1")), interruptions=acts), ON)
    assert account.limitation is not None
    assert account.limitation.full_on == date(2029, 9, 1)
    assert [one.act for one in acts_of_case([contact(3)], [step], "loan-2")] == ["demanded"]  # asked of another lender


def test_what_a_loan_leaves_open_is_as_the_user_answered_it(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        said = case.clock.now()
        case.put(
            replace(LOAN, lender_id="lender-1"),
            Answer(question="lender_type@lender-1", value="consumer_finance", answered_at=said),
            Answer(question="overdue_since@loan-1", value="2026-01-01", answered_at=said),
        )
        (loan,) = money_of_case(case).loans
    assert (loan.lender_type, loan.overdue_since) == ("consumer_finance", LOAN.overdue_since)


@pytest.mark.parametrize(
    "more",
    [
        {"recipient_role": "other"},
        {"connected": False},
        {"asks_payment": None},
        {"direction": "inbound"},
        {"loan_id": "loan-2"},
    ],
)
def test_what_is_no_demand_to_the_debtor_restarts_nothing(more: dict[str, object]) -> None:
    assert acts_of_case([contact(3, **more)], [], "loan-1") == ()


def test_an_account_is_kept_with_its_working_and_offered_to_the_papers(tmp_path: Path) -> None:
    facts = LoanFacts(
        lender_name="远山消费金融有限公司", principal_fen=1_000_000, household=Household(income_fen=600_000, costs_fen=420_000),
        received=(Flow(on=date(2026, 2, 18), fen=940_000, kind="disbursement", source="statement"),),
        claimed=(ClaimedItem(name="违约金", fen=300_000), ClaimedItem(name="本金", fen=900_000)),
    )  # fmt: skip
    with new_case(tmp_path / "案卷") as case:
        kept = keep_account(case, "loan-1", facts, owing(facts, ON))
        assert keep_account(case, "loan-1", facts, owing(facts, ON)) == kept
        assert len(case.all(CheckResult)) == 1
    assert json.loads(kept.content)["received_fen"] == 940_000
    values = {(one.document, one.key): one.value for one in kept.proposals}
    assert "实际到手：9,400.00元，合同写的本金是10,000.00元" in values["account_statement_request", "own_record"]
    assert "600.00元" in values["account_statement_request", "gaps"]
    assert "1,800.00元" in values["repayment_negotiation", "income_expense"]


def test_nothing_known_proposes_nothing() -> None:
    assert proposals_of(LoanFacts(), owing(LoanFacts(), ON)) == ()


def test_without_a_payment_on_record_the_users_word_tells_since_when_it_is_overdue() -> None:
    terms = LoanTerms(loan_id="loan-1", periods=12, first_due_on=date(2026, 3, 18), payment_fen=92_500)
    late = owing(facts_of(LOAN, terms), ON).overdue
    assert late is not None
    assert (late.since, late.is_told) == (date(2026, 6, 18), True)
