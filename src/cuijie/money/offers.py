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
from functools import cache
from pathlib import Path

from cuijie.datafiles import Words, load_table
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
    "offer_warnings",
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
_FILE = Path(__file__).parent / "data" / "offers.yaml"
_IN_WRITING = {  # what a settlement has to say; the warning where it does not
    "whole_claim": re.compile(
        r"全部消灭|全部结清|债权(?:债务)?(?:全部)?(?:消灭|终止)|不再(?:追|主张|催)|两清|一次性了结|视为结清"
    ),
    "no_sale": re.compile(r"不(?:再|得)?转让"),
    "credit": re.compile(r"征信|结清证明"),
}
_NEW_LOAN = re.compile(r"新(?:的)?(?:贷款|借款|借)|再(?:借|贷)|借新还旧|以贷还贷|贷款来还|其他平台(?:借|贷|下款)|续贷")
_STOPS = re.compile(r"不(?:再|得)?(?:计收|收取|计|收)?(?:利息|息费|违约金|罚息)|停(?:止计)?息|免息|减免")


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWarning:
    """What to settle before saying yes, with the provision behind it where there is one."""

    id: str
    text: Words
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


@cache
def offer_warnings() -> tuple[int, dict[str, OfferWarning]]:
    """The most months of a credit card's instalment plan, and every warning by its id.  Raises DataFileError."""
    data = load_table(_FILE)
    rows = data.table("warnings")
    return data.number("card_months"), {
        key: OfferWarning(
            id=key, text=row.words("says"), provision=row.text("provision") if "provision" in row else None
        )
        for key, row in ((key, rows.table(key)) for key in rows)
    }


def _warnings(offer: Offer, on: date, monthly: int, affordable: int | None, *, is_card: bool) -> list[OfferWarning]:
    said = "；".join(offer.conditions)
    found = ["limitation"]
    if affordable is not None and monthly > affordable:
        found.append("not_affordable")
    if _NEW_LOAN.search(_without_denials(said)):
        found.append("new_loan")
    if offer.account != "contract":
        found.append("personal_account" if offer.account == "personal" else "account")
    if offer.kind == "settlement":
        found += [key for key, pattern in _IN_WRITING.items() if not pattern.search(said)]
        found.append("written_first")
    elif not _STOPS.search(said):
        found.append("interest_meanwhile")
    if offer.kind == "extension" and offer.payments and min(one.due_on for one in offer.payments) > on:
        found.append("extension")
    months, known = offer_warnings()
    if is_card and offer.kind == "instalments":
        found.append("card_within" if _is_within(offer, on, months) else "card_too_long")
    return [known[key] for key in found]


def _without_denials(said: str) -> str:
    return re.sub(
        r"(?:不得|不再|不要|不能|不|无需|禁止|承诺不)[^，。；]{0,4}(?:新|再|续)(?:的)?(?:借|贷)[^，。；]*", "", said
    )


def _is_within(offer: Offer, on: date, months: int) -> bool:
    """Whether the plan ends within *months* of the agreement, which is not made before today."""
    last = max(one.due_on for one in offer.payments)
    return len(offer.payments) <= months and last <= months_later(on, months + 1, on.day)


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
