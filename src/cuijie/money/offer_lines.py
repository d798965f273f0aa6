"""Offers written down a line each: “分期 2027-01-10 起 24 期 每期 420 合同账户；期间不计收利息”."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from cuijie.money.amounts import MoneyError, fen_of
from cuijie.money.english_lines import in_chinese
from cuijie.money.offers import ACCOUNTS, KINDS, payments_of
from cuijie.money.written_lines import read_day
from cuijie.records.money import Offer, OfferAccount, OfferKind

__all__ = ["OFFER_EXAMPLE", "OFFER_EXAMPLE_EN", "offer_lines", "offers_written"]

OFFER_EXAMPLE = "分期 2027-01-10 24期 每期420 合同账户；期间不计收利息"
OFFER_EXAMPLE_EN = "instalments 2027-01-10 24 times each 420 contract account; no interest meanwhile"
_SUM = r"\s*[:：]?\s*(\d[\d,]*(?:\.\d+)?\s*[万千]?)\s*元?"
_MOST = 600  # instalments
_KINDS: dict[str, OfferKind] = {**KINDS, "结清": "settlement"}


def offer_lines(text: str) -> tuple[str, ...]:
    """The offers of *text*, each checked to be readable.  Raises MoneyError naming the line."""
    lines = tuple(line.strip() for line in text.splitlines() if line.strip())
    offers_written(lines)
    return lines


def offers_written(lines: Iterable[str]) -> tuple[Offer, ...]:
    """The offers of *lines*.  Raises MoneyError."""
    return tuple(_offer(number, line) for number, line in enumerate(lines, start=1))


def _offer(number: int, line: str) -> Offer:
    folded = unicodedata.normalize("NFKC", line)
    terms, *conditions = (part.strip() for part in re.split(r"[;。]", folded))
    terms = in_chinese(terms)
    kind = next((value for word, value in _KINDS.items() if word in terms), None)
    first = read_day(terms)
    each, total = _fen(rf"每[期月]{_SUM}", terms), _fen(rf"(?:一共|总共|共付|共|金额|付清|付){_SUM}(?!\s*期)", terms)
    if kind is None or first is None or not (each or total):
        lacking = "是哪一种" if kind is None else "从哪天付" if first is None else "付多少"
        raise MoneyError(f"第 {number} 行的方案看不出{lacking}：“{line[:40]}”。", remedy=f"写成：{OFFER_EXAMPLE}")
    count = re.search(r"(\d+)\s*期", terms)
    if count and not 1 <= int(count[1][:6]) <= _MOST:
        raise MoneyError(f"第 {number} 行的期数应是 1 到 {_MOST}：“{line[:40]}”。", remedy=f"写成：{OFFER_EXAMPLE}")
    payments = payments_of(
        first, int(count[1]) if count else 1, None, each, _fen(rf"首付{_SUM}", terms) or 0, total, first
    )
    return Offer(
        name=_name(terms, number),
        kind=kind,
        payments=payments,
        conditions=tuple(one for one in conditions if one),
        account=_account(in_chinese(folded)),
    )


def _name(terms: str, number: int) -> str:
    word = next(word for word in _KINDS if word in terms)
    return f"方案 {number}：{word}"


def _fen(pattern: str, terms: str) -> int | None:
    found = re.search(pattern, terms)
    return fen_of(found[1].replace(" ", "")) if found else None


def _account(text: str) -> OfferAccount | None:
    return next((account for word, account in ACCOUNTS.items() if word in text), None)
