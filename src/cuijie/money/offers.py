"""Offers side by side: extension, instalments, one-off settlement; what each costs and what must be in writing first.

The cost of an offer is measured against what is owed today, as if that sum were lent today: the effective annual
rate at which the offer's payments are worth it.  An offer below that sum has no cost; it is said by how much.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cuijie.money.rates import xirr
from cuijie.money.schedule import due_days, months_later
from cuijie.records.money import Instalment, Offer, OfferAccount, OfferKind

__all__ = [
    "ACCOUNTS",
    "KINDS",
    "Offer",
    "OfferAccount",
    "OfferKind",
    "OfferResult",
    "OfferWarning",
    "compare",
    "payments_of",
    "weigh",
]

KINDS: dict[str, OfferKind] = {
    "展期": "extension",
    "延期": "extension",
    "分期": "instalments",
    "一次性结清": "settlement",
}
ACCOUNTS: dict[str, OfferAccount] = {
    "合同账户": "contract", "对公账户": "company", "公司账户": "company", "个人账户": "personal", "个人": "personal",
}  # fmt: skip
_CARD_MONTHS = 60
_ALL_ENDS = re.compile(
    r"全部消灭|全部结清|债权(?:债务)?(?:全部)?(?:消灭|终止)|不再(?:追|主张|催)|两清|一次性了结|视为结清"
)
_NO_SALE = re.compile(r"不(?:再|得)?转让")
_CREDIT = re.compile(r"征信|结清证明")
_NEW_LOAN = re.compile(r"新(?:的)?(?:贷款|借款|借)|再(?:借|贷)|借新还旧|以贷还贷|贷款来还|其他平台(?:借|贷|下款)|续贷")
_STOPS = re.compile(r"不(?:再|得)?(?:计收|收取|计|收)?(?:利息|息费|违约金|罚息)|停(?:止计)?息|免息|减免")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWarning:
    """What to settle before saying yes, with the provision behind it where there is one."""

    id: str
    text: str
    provision: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferResult:
    """One offer weighed; ``is_affordable`` None where the household is not known.

    ``monthly_fen`` is the most that falls due in one calendar month.  ``more_fen`` is what is paid beyond the sum
    owed today (negative: less).
    """

    offer: Offer
    total_fen: int
    monthly_fen: int
    ends_on: date
    effective_annual: Decimal | None
    more_fen: int | None
    is_affordable: bool | None
    warnings: tuple[OfferWarning, ...]


def compare(
    offers: Sequence[Offer], owed_fen: int | None, on: date, affordable: int | None, *, is_card: bool = False
) -> tuple[OfferResult, ...]:
    """Every offer weighed: those that can be carried first, then those of which it is not known, by what they cost."""
    weighed = [weigh(offer, owed_fen, on, affordable, is_card=is_card) for offer in offers]
    order = {True: 0, None: 1, False: 2}
    return tuple(sorted(weighed, key=lambda one: (order[one.is_affordable], one.total_fen, one.ends_on)))


def weigh(
    offer: Offer, owed_fen: int | None, on: date, affordable: int | None, *, is_card: bool = False
) -> OfferResult:
    """One offer against what is owed on *on* and what the household can carry a month (both fen, None unknown)."""
    payments = [(one.due_on, one.fen) for one in offer.payments]
    if offer.fee_fen:
        payments.append((offer.fee_on or min(day for day, _ in payments), offer.fee_fen))
    total = sum(fen for _, fen in payments)
    by_month: dict[tuple[int, int], int] = {}
    for day, fen in payments:
        by_month[day.year, day.month] = by_month.get((day.year, day.month), 0) + fen
    monthly = max(by_month.values())
    cost = None
    if owed_fen is not None and total > owed_fen > 0:
        cost = xirr([(on, owed_fen), *((day, -fen) for day, fen in payments)]).only
    return OfferResult(
        offer=offer,
        total_fen=total,
        monthly_fen=monthly,
        ends_on=max(day for day, _ in payments),
        effective_annual=cost,
        more_fen=None if owed_fen is None else total - owed_fen,
        is_affordable=None if affordable is None else monthly <= affordable,
        warnings=tuple(_warnings(offer, on, monthly, affordable, is_card=is_card)),
    )


def _warnings(offer: Offer, on: date, monthly: int, affordable: int | None, *, is_card: bool) -> list[OfferWarning]:
    said = "；".join(offer.conditions)
    found = [
        OfferWarning(
            id="limitation",
            text="接受或提出方案等于承认欠款，诉讼时效重新算。",
            provision="cn.interp-limitation.2020/14",
        )
    ]
    if affordable is not None and monthly > affordable:
        found.append(OfferWarning(id="not_affordable", text="最高一个月要付的超过每月余力：不要答应还不起的数。"))
    if _NEW_LOAN.search(_without_denials(said)):
        found.append(OfferWarning(id="new_loan", text="要靠新借款来还：不要借新还旧，也不要为协商另借。"))
    if offer.account == "personal":
        found.append(OfferWarning(id="personal_account", text="收款的是个人账户：不要付，只付进合同约定的账户。"))
    elif offer.account != "contract":
        found.append(OfferWarning(id="account", text="付款前确认：只付进合同约定的账户，先向贷款人官方电话核对。"))
    if offer.kind == "settlement":
        found += _settlement(said)
    elif not _STOPS.search(said):
        found.append(OfferWarning(id="interest_meanwhile", text="没有写期间是否继续计收利息、违约金：请对方写明。"))
    if offer.kind == "extension" and offer.payments and min(one.due_on for one in offer.payments) > on:
        found.append(
            OfferWarning(
                id="extension", text="展期要在到期前申请，贷款人同意才算，要书面。", provision="cn.civil-code.2020/678"
            )
        )
    if is_card and offer.kind == "instalments":
        found.append(_card(offer, on))
    return found


def _settlement(said: str) -> list[OfferWarning]:
    wanted = (
        (_ALL_ENDS, "whole_claim", "要写明：付清这一笔，全部债权消灭（本金、利息、违约金、费用都在内）。"),
        (_NO_SALE, "no_sale", "要写明：剩下的不再转让给别人。"),
        (_CREDIT, "credit", "要写明：出具结清证明，征信按结清报送。"),
    )
    missing = [OfferWarning(id=key, text=words) for pattern, key, words in wanted if not pattern.search(said)]
    return [*missing, OfferWarning(id="written_first", text="先拿到贷款人盖章的书面协议，再付款。")]


def _without_denials(said: str) -> str:
    return re.sub(
        r"(?:不得|不再|不要|不能|不|无需|禁止|承诺不)[^，。；]{0,4}(?:新|再|续)(?:的)?(?:借|贷)[^，。；]*", "", said
    )


def _card(offer: Offer, on: date) -> OfferWarning:
    last = max(one.due_on for one in offer.payments)
    # five years from the agreement, which is not made before today
    if len(offer.payments) <= _CARD_MONTHS and last <= months_later(on, _CARD_MONTHS + 1, on.day):
        text = "在信用卡个性化分期最长五年（60 期）以内；银行可以同意，不是必须。"
        return OfferWarning(id="card_within", text=text, provision="cn.creditcard-measures.2011/70")
    text = "超过信用卡个性化分期最长五年（60 期）：银行不能这样办，请改短期数。"
    return OfferWarning(id="card_too_long", text=text, provision="cn.creditcard-measures.2011/70")


def payments_of(
    first: date,
    count: int,
    every_days: int | None,
    payment_fen: int | None,
    down_fen: int,
    total_fen: int | None,
    on: date,
) -> tuple[Instalment, ...]:
    """The payments of an offer: *down_fen* today, then *count* even ones of *payment_fen*, or of *total_fen* divided."""
    rows = [Instalment(due_on=on, principal_fen=down_fen, interest_fen=0)] if down_fen else []
    days = list(due_days(first, count, every_days))
    if payment_fen is not None:
        rows += [Instalment(due_on=day, principal_fen=payment_fen, interest_fen=0) for day in days]
    elif total_fen is not None:
        each, rest = divmod(max(0, total_fen - down_fen), count)
        rows += [
            Instalment(due_on=day, principal_fen=each + (rest if number == count - 1 else 0), interest_fen=0)
            for number, day in enumerate(days)
        ]
    return tuple(rows)
