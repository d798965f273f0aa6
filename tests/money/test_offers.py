"""Offers: their figures against worked examples, and what must be in writing before yes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cuijie.datafiles import DataFileError
from cuijie.law import library
from cuijie.money import (
    ClaimedItem,
    Household,
    LoanFacts,
    Offer,
    OfferResult,
    OtherDebt,
    affordable_fen,
    compare,
    left_for_fen,
    owing,
    read_form,
)
from cuijie.money.keeping import proposals_of
from cuijie.money.offers import payments_of
from cuijie.money.plain import offers_of

ON = date(2026, 11, 21)
GOOD = ("付清后全部债权消灭", "剩余部分不再转让", "征信按结清报送")


def offers(tmp_path: Path, rows: str) -> tuple[Offer, ...]:
    path = tmp_path / "方案.yaml"
    path.write_text("方案:\n" + rows, encoding="utf-8")
    return read_form(path).offers


def weighed(
    tmp_path: Path, row: str, owed: int | None = 1_000_000, affordable: int | None = 100_000, *, is_card: bool = False
) -> OfferResult:
    (one,) = compare(offers(tmp_path, f"- {{{row}}}\n"), owed, ON, affordable, is_card=is_card)
    return one


def ids(one: OfferResult) -> set[str]:
    return {warning.id for warning in one.warnings}


def test_the_cost_of_instalments_is_the_rate_at_which_they_are_worth_what_is_owed(tmp_path: Path) -> None:
    one = weighed(tmp_path, "种类: 分期, 首期: 2026-12-21, 期数: 12, 每期: 945.60")
    assert one.effective_annual is not None
    assert abs(float(one.effective_annual) - 0.2683) < 0.003  # dated months, not even ones
    assert (one.total_fen, one.monthly_fen, one.ends_on) == (1_134_720, 94_560, date(2027, 11, 21))
    assert (one.more_fen, one.is_affordable) == (134_720, True)


def test_an_offer_below_the_debt_has_no_cost_and_is_said_by_how_much(tmp_path: Path) -> None:
    one = weighed(tmp_path, "种类: 一次性结清, 首期: 2026-12-01, 金额: 6000")
    assert (one.effective_annual, one.more_fen) == (None, -400_000)


def test_an_offer_of_one_payment_may_name_its_day_as_the_day(tmp_path: Path) -> None:
    assert weighed(tmp_path, "种类: 一次性结清, 日期: 2026-12-01, 金额: 6000").ends_on == date(2026, 12, 1)


def test_what_is_unknown_stays_unknown(tmp_path: Path) -> None:
    one = weighed(tmp_path, "种类: 分期, 首期: 2026-12-21, 期数: 2, 每期: 10", None, None)
    assert (one.effective_annual, one.more_fen, one.is_affordable) == (None, None, None)


@pytest.mark.parametrize("missing", range(3))
def test_a_settlement_must_end_the_whole_claim_in_writing(tmp_path: Path, missing: int) -> None:
    names = ("whole_claim", "no_sale", "credit")
    said = [words for number, words in enumerate(GOOD) if number != missing]
    one = weighed(
        tmp_path, f"种类: 一次性结清, 首期: 2026-12-01, 金额: 6000, 收款账户: 合同账户, 条件: {said}".replace("'", "")
    )
    assert names[missing] in ids(one)
    assert not (set(names) - {names[missing]}) & ids(one)


@pytest.mark.parametrize(
    ("row", "id"),
    [
        ("种类: 分期, 首期: 2026-12-01, 期数: 2, 每期: 10, 收款账户: 个人账户", "personal_account"),
        ("种类: 分期, 首期: 2026-12-01, 期数: 2, 每期: 10", "account"),
        ("种类: 分期, 首期: 2026-12-01, 期数: 2, 每期: 10, 条件: 先去其他平台借新还旧", "new_loan"),
        ("种类: 分期, 首期: 2026-12-01, 期数: 2, 每期: 5000", "not_affordable"),
        ("种类: 展期, 首期: 2027-01-01, 金额: 10000", "extension"),
        ("种类: 展期, 首期: 2027-01-01, 金额: 10000", "limitation"),
    ],
)
def test_what_is_dangerous_about_an_offer_is_said(tmp_path: Path, row: str, id: str) -> None:
    assert id in ids(weighed(tmp_path, row))


def test_a_promise_to_take_no_new_loan_is_not_taken_for_one(tmp_path: Path) -> None:
    row = "种类: 分期, 首期: 2026-12-01, 期数: 2, 每期: 10, 条件: 还清前不得再借新的贷款"
    assert "new_loan" not in ids(weighed(tmp_path, row))


@pytest.mark.parametrize(("count", "id"), [(60, "card_within"), (61, "card_too_long")])
def test_a_credit_card_plan_ends_at_sixty_instalments(tmp_path: Path, count: int, id: str) -> None:
    row = f"种类: 分期, 首期: 2026-12-21, 期数: {count}, 每期: 200"
    assert id in ids(weighed(tmp_path, row, is_card=True))
    assert id not in ids(weighed(tmp_path, row))


def test_what_can_be_carried_comes_first(tmp_path: Path) -> None:
    rows = "- {名称: 贵, 种类: 一次性结清, 首期: 2026-12-01, 金额: 6000}\n- {名称: 慢, 种类: 分期, 首期: 2026-12-01, 期数: 24, 每期: 500}\n"
    assert [one.offer.name for one in compare(offers(tmp_path, rows), 1_000_000, ON, 100_000)] == ["慢", "贵"]


def test_a_total_is_divided_to_the_fen() -> None:
    rows = payments_of(ON, 3, None, None, 100, 1_000, ON)
    assert [row.fen for row in rows] == [100, 300, 300, 300]
    assert sum(row.fen for row in payments_of(ON, 7, None, None, 0, 1_000, ON)) == 1_000


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("种类: 送钱, 首期: 2026-12-01, 金额: 1", "分期"),
        ("种类: 分期, 首期: 2026-12-01, 期数: 3", "每期"),
        ("种类: 分期, 首期: 2026-12-01, 期数: 3, 每期: 0", "没有要付的钱"),
        ("种类: 分期, 首期: 2026-12-01, 每期: 9, 收款账户: 随便", "合同账户"),
    ],
)
def test_an_offer_that_cannot_be_read_is_refused_with_what_to_write(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(DataFileError, match=said):
        offers(tmp_path, f"- {{{row}}}\n")


def test_every_provision_named_is_in_the_library(tmp_path: Path) -> None:
    rows = "- {种类: 展期, 首期: 2027-01-01, 金额: 1}\n- {种类: 分期, 首期: 2027-01-01, 期数: 2, 每期: 9}\n"
    found = [w.provision for one in compare(offers(tmp_path, rows), 1, ON, 1, is_card=True) for w in one.warnings]
    assert all(library().holds(provision) for provision in found if provision)


def test_what_other_debts_need_a_month_is_not_promised_to_this_one() -> None:
    car = OtherDebt(name="车贷", balance_fen=4_200_000, monthly_fen=90_000)
    home = Household(income_fen=900_000, costs_fen=690_000, debts=(car,))
    twice = Offer(
        name="分期", kind="instalments", payments=payments_of(date(2026, 12, 1), 5, None, 200_000, 0, None, ON)
    )
    facts = LoanFacts(household=home, offers=(twice,), claimed=(ClaimedItem(name="合计", fen=1_000_000),))
    assert (affordable_fen(home), left_for_fen(facts)) == (210_000, 120_000)
    assert offers_of(facts, owing(facts, ON))[0].is_affordable is False
    table = next(one.value for one in proposals_of(facts, owing(facts, ON)) if one.key == "income_expense")
    assert "归还本笔借款：约1,200.00元" in table
