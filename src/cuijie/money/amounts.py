"""Amounts of money: integer fen inside, yuan as people write them outside."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from cuijie.errors import BadInput

__all__ = ["MoneyError", "fen_of", "percent", "yuan"]


class MoneyError(BadInput):
    """An amount, date or loan that cannot be worked with: says where and what was expected."""

    code = "MY-001"


_UNITS = {"万": Decimal(10_000), "千": Decimal(1_000), "": Decimal(1)}


def fen_of(written: object, where: str = "金额") -> int:
    """The fen of an amount in yuan as written: 5000, "5,000.00", "¥1.2万", "300元".  Raises MoneyError.

    More than two decimals are refused rather than rounded: money is counted, not estimated.
    """
    if isinstance(written, bool) or written is None:
        raise MoneyError(f"{where}：缺少金额。", remedy="请写元为单位的数字，例如 5000.00。")
    text = unicodedata.normalize("NFKC", str(written)).strip().replace(",", "").lstrip("¥￥").strip()
    found = re.fullmatch(r"(-?)(\d+(?:\.\d+)?)\s*([万千]?)\s*元?", text)
    if not found:
        raise MoneyError(f"{where}：看不懂“{written}”。", remedy="请写元为单位的数字，例如 5000.00。")
    try:
        fen = Decimal(found[2]) * _UNITS[found[3]] * 100
    except InvalidOperation as error:
        raise MoneyError(f"{where}：“{written}”不是金额。") from error
    if fen != fen.to_integral_value():
        raise MoneyError(f"{where}：“{written}”多于两位小数。", remedy="金额请写到分。")
    if fen > 10**13:
        raise MoneyError(f"{where}：“{written}”太大，请核对。")
    return -int(fen) if found[1] else int(fen)


def yuan(fen: int) -> str:
    """5,000.00 for 500000 fen."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


_READABLE = Decimal(100)


def percent(rate: Decimal, places: int = 2) -> str:
    """24.00% for 0.24, half to even; what compounds beyond a hundredfold a year is no figure anybody can read."""
    if rate > _READABLE:
        return f"> {_READABLE * 100:,}%"
    quantum = Decimal(1).scaleb(-places)
    return f"{(rate * 100).quantize(quantum, rounding=ROUND_HALF_EVEN)}%"
