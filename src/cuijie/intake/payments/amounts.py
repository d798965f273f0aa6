"""How bills write money: a sign, two columns, a word for the way, a currency; exact fen or nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from cuijie.intake.tables.reading import Row
from cuijie.intake.tables.titles import Header
from cuijie.intake.vocabulary import money_of
from cuijie.records import PaymentFlow

__all__ = ["Amount", "amount_of", "flow_of", "foreign_of", "rejoined"]

_CURRENCY: Final = r"[A-Z]{3}|人民币元?|美元|港[币元]|欧元|日元|英镑|澳元|澳门元|加元|新加坡元|韩元|泰铢"
_YUAN: Final = frozenset(
    {"", "CNY", "RMB", "CNH", "人民币", "人民币元", "元", "156", "001", "01", "本位币", "本币", "¥", "￥"}
)
_WRITTEN: Final = re.compile(
    rf"(?:(?P<before>{_CURRENCY})\s*/?\s*)?(?P<number>[-+]?[¥￥]?\s*[-+]?[\d,.]+元?)(?:\s*/?\s*(?P<after>{_CURRENCY}))?\s*(?P<mark>CR|DR)?\s*(?:[(（](?P<word>[^()（）]*).*)?"
)
_IN_BRACKETS: Final = re.compile(r"^\(([\d,.]+)\)$")  # a bookkeeper's minus
_THOUSANDS: Final = re.compile(r"[-+]?[¥￥]?\d{1,3}")
_REST: Final = re.compile(r"\d{3}(?:\.\d{1,2})?")
_OUT: Final = frozenset({"支出", "支", "借", "借方", "付", "出", "d", "dr", "转出", "已支出", "付款", "支取", "取出", "expense", "expenses", "out", "debit"})  # fmt: skip
_IN: Final = frozenset({"收入", "收", "贷", "贷方", "入", "c", "cr", "转入", "已收入", "收款", "存入", "income", "in", "credit"})  # fmt: skip
_NEUTRAL: Final = frozenset({"/", "不计收支", "中性交易", "其他", "其它", "资金转移", "neutral"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """One line's money: *fen* without its sign (None: unreadable), which way it went, a currency that is not yuan."""

    fen: int | None = None
    flow: PaymentFlow | None = None
    is_by_sign: bool = False  # nothing but the sign told the way
    is_signed: bool = False  # it has a sign
    foreign: str | None = None


def foreign_of(word: str) -> str | None:
    """The currency named by *word* where it is not the yuan; None for the yuan and where nothing is named."""
    plain = word.strip(" -—/\t")
    return None if plain.upper() in _YUAN else plain


def amount_of(cells: Mapping[str, str], *, has_out: bool) -> Amount:
    """The amount in *cells*: one column with a sign or beside a column for the way, or one column for each way.

    *has_out* says that the bill has a column for money that went out: else a lone 入账金额 is the amount itself.
    """
    one = cells.get("amount", "") if has_out or not cells.get("paid_in") else cells["paid_in"]
    foreign = foreign_of(cells.get("currency", ""))
    if not one and (repaid := money_of(cells.get("repaid", ""))) is not None:
        return Amount(fen=abs(repaid), flow="out", foreign=foreign)
    if one.strip("-—/ "):
        return _signed(one, cells, foreign)
    came, went = (money_of(_IN_BRACKETS.sub(r"-\1", _plain(cells.get(name, "")))) for name in ("paid_in", "paid_out"))
    if came:
        return Amount(fen=abs(came), flow="in" if came > 0 else "out", foreign=foreign)
    if went:
        return Amount(fen=abs(went), flow="out" if went > 0 else "in", foreign=foreign)
    return Amount(fen=0 if came == 0 or went == 0 else None, foreign=foreign)


def rejoined(row: Row, header: Header) -> Row | None:
    """*row* with ``1,200.00`` put together where its comma was taken for a cell's end; None if that stays unclear."""
    cells = [cell.strip() for cell in row.cells]
    surplus = len("".join(cell[:1] or " " for cell in cells).rstrip()) - header.width
    parted = [
        place
        for place, (left, right) in enumerate(pairwise(cells))
        if _THOUSANDS.fullmatch(left) and _REST.fullmatch(right)
    ]
    if surplus <= 0 or not parted:
        return row
    if len(parted) != surplus:
        return None
    for place in reversed(parted):
        cells[place : place + 2] = [cells[place] + cells[place + 1]]
    return replace(row, cells=tuple(cells))


def _signed(written: str, cells: Mapping[str, str], foreign: str | None) -> Amount:
    written = _IN_BRACKETS.sub(r"-\1", _plain(written))
    found = _WRITTEN.fullmatch(written)
    fen = money_of(found["number"]) if found else money_of(re.sub(r"[(（].*$", "", written))
    if fen is None:
        return Amount()
    if found and (named := found["before"] or found["after"]):
        foreign = foreign_of(named)
    said = (found["word"], found["mark"]) if found else ()
    told = next((word for word in (cells.get("flow"), cells.get("fund"), *said) if word), "")
    flow = flow_of(told)
    # a bank's own sign tells; a wallet's line without a way says neither
    by_sign = flow is None and not {"flow", "fund", "status"} & cells.keys()
    if by_sign:
        flow = "out" if fen < 0 else "in"
    return Amount(fen=abs(fen), flow=flow, is_by_sign=by_sign, is_signed=written[:1] in "+-", foreign=foreign)


def _plain(written: str) -> str:
    return unicodedata.normalize("NFKC", written).replace("\u2212", "-").strip()


def flow_of(word: str) -> PaymentFlow | None:
    """Which way, by the bill's word (also 借 Dr, 支出(元))."""
    key = (re.split(r"[\s(（]", word.strip().lower()) or [""])[0]
    return "out" if key in _OUT else "in" if key in _IN else "neutral" if key in _NEUTRAL else None
