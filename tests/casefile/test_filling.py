"""What is known of a lender stays with it when the lender gets an id of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cuijie.casefile.filling import settle_lenders
from cuijie.records import Answer, Collector, Loan
from tests.small_case import new_case

_AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_what_was_answered_before_the_lender_had_a_name_is_kept(tmp_path: Path) -> None:
    before = Loan(loan_id="loan-1", platform_name="虚构快借")
    with new_case(tmp_path / "case") as case:
        case.put(before, Collector(collector_id="k"))
        case.put(Answer(question="lender_type@sole", value="microloan", answered_at=_AT))
        case.put(replace(before, lender_name="虚构小额贷款有限公司", lender_id="lender-1"))
        settle_lenders(case, [before], "sole")
        assert [answer.question for answer in case.all(Answer)] == ["lender_type@lender-1"]
        assert [one.lender_id for one in case.all(Collector)] == ["lender-1"]


def test_each_of_several_loans_has_a_lender_also_where_nobody_knows_who_lent(tmp_path: Path) -> None:
    first, second = Loan(loan_id="loan-1"), Loan(loan_id="loan-2", platform_name="虚构快借")
    with new_case(tmp_path / "case") as case:
        case.put(first, second, Collector(collector_id="k"))
        settle_lenders(case, [first], "sole")
        lenders = {loan.loan_id: loan.lender_id for loan in case.all(Loan)}
        assert None not in lenders.values()
        assert lenders["loan-1"] != lenders["loan-2"]
        assert [one.lender_id for one in case.all(Collector)] == [lenders["loan-1"]]


def test_what_was_answered_before_there_was_a_loan_is_about_the_first(tmp_path: Path) -> None:
    with new_case(tmp_path / "case") as case:
        case.put(Answer(question="product@loan", value="other", answered_at=_AT))
        case.put(Loan(loan_id="loan-1"))
        settle_lenders(case, [], "sole")
        assert [answer.question for answer in case.all(Answer)] == ["product@loan-1"]
