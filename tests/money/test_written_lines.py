"""Sums as people write them down: read strictly, written back alike."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.money import MoneyError
from cuijie.money.offer_lines import OFFER_EXAMPLE, OFFER_EXAMPLE_EN, offer_lines, offers_written
from cuijie.money.written_lines import act_lines, claim_lines, debt_lines, flow_lines, flows_written, read_rate
from cuijie.records.money import Flow, FlowKind


@pytest.mark.parametrize(
    ("line", "fen", "kind", "payee"),
    [
        ("2026-03-18 925", 92_500, "repayment", None),
        ("2026年3月18日，925.00元", 92_500, "repayment", None),
        ("2026.3.18 ¥1,025.5 罚息", 102_550, "penalty", None),
        ("2026/03/18 50 会员费 某平台", 5_000, "fee", "某平台"),
        ("２０２６-０３-１８　１.２万　担保费　青禾融资担保", 1_200_000, "guarantee", "青禾融资担保"),
    ],
)
def test_a_payment_is_read(line: str, fen: int, kind: str, payee: str | None) -> None:
    (flow,) = flow_lines(line, "repayment")
    assert (flow.on, flow.fen, flow.kind, flow.payee) == (date(2026, 3, 18), fen, kind, payee)


def test_what_arrived_is_no_repayment_whatever_word_stands_beside_it() -> None:
    assert [one.kind for one in flow_lines("2026-02-18 9400 服务费", "disbursement")] == ["disbursement"]


@pytest.mark.parametrize("line", ["925", "2026-03-18", "2026-13-18 925", "昨天 925", "2026-03-18 -925"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises(MoneyError, match="第 2 行"):
        flow_lines(f"2026-03-18 925\n{line}", "repayment")


KINDS: tuple[FlowKind, ...] = ("repayment", "fee", "guarantee", "insurance", "penalty", "principal", "interest")
FLOWS = st.builds(
    Flow,
    on=st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    fen=st.integers(1, 10**9),
    kind=st.sampled_from(KINDS),
    payee=st.sampled_from([None, "某平台", "青禾融资担保"]),
)


@given(st.lists(FLOWS, max_size=6))
def test_what_is_written_back_reads_the_same(flows: list[Flow]) -> None:
    assert sorted(flow_lines(flows_written(flows), "repayment"), key=repr) == sorted(flows, key=repr)


def test_a_claim_is_one_sum_or_its_items() -> None:
    assert [(one.name, one.fen) for one in claim_lines("12000")] == [("合计", 1_200_000)]
    assert [(one.name, one.fen) for one in claim_lines("本金：9000元\n违约金 3千")] == [
        ("本金", 900_000),
        ("违约金", 300_000),
    ]


def test_debts_with_what_is_known_of_them() -> None:
    home, card, sued = debt_lines(
        "房贷 余额 30万 月供 2800 年利率 4.2% 有抵押\n信用卡 8000，没有抵押\n某网贷 1.2万 每月 900 已起诉"
    )
    assert (home.balance_fen, home.monthly_fen, home.annual_rate, home.is_secured) == (
        30_000_000,
        280_000,
        Decimal("0.042"),
        True,
    )
    assert (card.balance_fen, card.monthly_fen, card.is_secured) == (800_000, None, False)
    assert (sued.balance_fen, sued.monthly_fen, sued.is_sued) == (1_200_000, 90_000, True)


def test_offers_with_their_conditions_and_account() -> None:
    lines = offer_lines(
        "分期 2027-01-10 24期 每期420 合同账户；期间不计收利息\n一次性结清 2026-12-20 付7000；对公账户\n"
    )
    plan, settled = offers_written(lines)
    assert (len(plan.payments), sum(one.fen for one in plan.payments), plan.account) == (24, 1_008_000, "contract")
    assert plan.conditions == ("期间不计收利息",)
    assert (settled.kind, settled.payments[0].fen, settled.account) == ("settlement", 700_000, "company")


@pytest.mark.parametrize(
    "line", ["分期 24期 每期420", "2027-01-10 24期 每期420", "分期 2027-01-10 24期", "展期 2027-01-10 共0元"]
)
def test_an_offer_that_lacks_something_says_what(line: str) -> None:
    with pytest.raises(MoneyError, match="第 1 行的方案看不出"):
        offer_lines(line)


def test_acts_and_rates() -> None:
    assert [(one.on, one.act) for one in act_lines("2025-08-01 催收\n2025-09-01 申请分期")] == [
        (date(2025, 8, 1), "demanded"),
        (date(2025, 9, 1), "agreed"),
    ]
    assert [read_rate(one) for one in ("24%", "24", "0.24", "二十四")] == [Decimal("0.24")] * 3 + [None]


@pytest.mark.parametrize("count", ["0", "601", "99999999999999"])
def test_an_offer_of_no_or_endless_instalments_is_refused(count: str) -> None:
    with pytest.raises(MoneyError, match="期数应是"):
        offer_lines(f"分期 2027-01-10 {count}期 每期420")


def test_lines_written_in_english_mean_the_same() -> None:
    assert debt_lines(
        "mortgage balance 300000 monthly 2800 rate 4.2% secured\nCredit card balance 9000 not secured"
    ) == debt_lines("房贷 余额 300000 月供 2800 年利率 4.2% 有抵押\n信用卡 余额 9000 无抵押")
    assert claim_lines("principal 9000\npenalty 3000") == claim_lines("本金 9000\n违约金 3000")
    english = "2025-08-01 demanded\n2025-09-01 asked for instalments\n2025-09-03 part payment\n2025-10-01 sued"
    assert act_lines(english) == act_lines("2025-08-01 催收\n2025-09-01 申请分期\n2025-09-03 部分还款\n2025-10-01 起诉")
    (ours,), (theirs,) = offers_written([OFFER_EXAMPLE_EN]), offers_written([OFFER_EXAMPLE])
    assert (ours.name, ours.kind, ours.payments, ours.account) == (theirs.name, theirs.kind, theirs.payments, theirs.account)  # fmt: skip
