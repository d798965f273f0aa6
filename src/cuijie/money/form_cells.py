"""The cells of a form: Chinese keys to English ones, and text, amounts, days, counts and rates out of them.

Every reader gives None for what is not written and raises DataFileError, naming file, line and key, for what
cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from cuijie.datafiles import DataFileError, Lines
from cuijie.money.amounts import MoneyError, fen_of

__all__ = [
    "amount",
    "amount_needed",
    "claim",
    "count",
    "day",
    "day_needed",
    "one_of",
    "rate_of",
    "rows",
    "text",
    "texts",
    "translated",
]

_Value = TypeVar("_Value")

_KEYS = {
    "贷款人": "lender_name", "贷款人类型": "lender_type", "产品": "product", "合同日": "contract_on", "立案日": "filed_on",
    "算到": "as_of", "本金": "principal", "到手": "received", "还款方式": "method", "期数": "periods", "首期": "first_due_on",
    "每期天数": "every_days", "年利率": "annual_rate", "期利率": "period_rate", "每期还款": "payment", "应还": "due", "已还": "paid",
    "催收方说": "claimed", "家庭": "household", "日期": "on", "金额": "amount", "收款方": "payee",
    "付款方": "payer", "种类": "kind", "来源": "source", "名称": "name", "表内": "disclosed", "收入": "income", "必要支出": "costs",
    "其他债务": "debts", "月供": "monthly", "余额": "balance", "有抵押": "is_secured", "已起诉": "is_sued", "已结清": "is_settled",
    "方案": "offers", "借款": "loans", "账单里的名字": "bill_names", "逾期起": "overdue_since", "提前到期日": "called_due_on",
    "中断": "interruptions", "事由": "act", "首付": "down_payment", "条件": "conditions", "收款账户": "account",
    "每期": "payment", "每月": "payment", "费用": "fees",
}  # fmt: skip


class _Form(Lines):
    """A form with English keys whose errors name the words of the person who wrote it."""

    __slots__ = ("written",)

    def __init__(self, lines: Lines) -> None:
        super().__init__(lines.source, lines.line)
        self.written: dict[str, str] = {}

    def wrong(self, key: str, problem: str) -> DataFileError:
        """The error for *key*, by the name it was written under, else by its Chinese name."""
        name = self.written.get(key) or _TITLES.get(key, key)
        return DataFileError(self.source, self.lines.get(key, self.line), name, problem)


def translated(lines: Lines) -> Lines:
    """The same form with English keys, down to its leaves; a key that nobody knows is refused, not passed over."""
    out = _Form(lines)
    for key, value in lines.items():
        name = _KEYS.get(key, key)
        if name not in _NAMES:
            raise lines.wrong(key, "不认识这一项；可以写：" + "、".join(_KEYS))
        if name in out:
            raise lines.wrong(key, "这一项写了两次（换了个叫法）")
        out[name] = _value(value)
        out.lines[name], out.written[name] = lines.lines[key], key
    return out


_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_FIRST_YEAR, _LAST_YEAR = 1980, 2200
_NAMES = frozenset(_KEYS.values())
_TITLES = {name: title for title, name in reversed(_KEYS.items())}  # the first title of each name


def _value(value: object) -> object:
    if isinstance(value, Lines):
        return translated(value)
    return [_value(one) for one in value] if isinstance(value, list) else value


_ROWS = {
    "debts": "{名称: …, 余额: …, 月供: …}", "claimed": "{名称: …, 金额: …}", "interruptions": "{日期: …, 事由: …}",
    "offers": "{名称: …, 种类: …, 首期: …, 期数: …, 每期: …}",
}  # fmt: skip


def rows(lines: Lines, key: str) -> list[Lines]:
    """The rows of a list; none where the key is not written."""
    value = lines.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, Lines) for row in value):
        raise lines.wrong(key, f"应是一列，每行写 {_ROWS.get(key, '{日期: …, 金额: …}')}")
    return [row for row in value if isinstance(row, Lines)]


def text(lines: Lines, key: str) -> str | None:
    """What is written, as text."""
    value = lines.get(key)
    return None if value is None else str(value)


def amount(lines: Lines, key: str) -> int | None:
    """An amount of yuan in fen, or None."""
    return None if lines.get(key) is None else amount_needed(lines, key)


def amount_needed(lines: Lines, key: str) -> int:
    """An amount of yuan in fen, which must be there; its direction follows from where it stands, so it has no minus."""
    try:
        fen = fen_of(lines.get(key), _TITLES.get(key, "金额"))
    except MoneyError as error:
        raise lines.wrong(key, error.message) from error
    if fen < 0:
        raise lines.wrong(key, f"“{lines.get(key)}”是负数；金额写正数，收还是付看写在哪一项里")
    return fen


def day(lines: Lines, key: str) -> date | None:
    """A day, or None."""
    return None if lines.get(key) is None else day_needed(lines, key)


def day_needed(lines: Lines, key: str) -> date:
    """A day, which must be there."""
    parts = _DAY.fullmatch(str(lines.get(key)).strip())
    try:
        found = date(*(int(part) for part in parts.groups())) if parts else None
    except ValueError:
        found = None
    if found is None:
        told = "没有写" if lines.get(key) is None else f"写的是“{lines.get(key)}”"
        raise lines.wrong(key, f"应是日期，例如 2026-03-01；{told}")
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise lines.wrong(key, f"日期的年份 {found.year} 不对，请核对")
    return found


def count(lines: Lines, key: str, most: int = 1200) -> int | None:
    """A whole number from 1 to *most*, or None."""
    value = lines.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise lines.wrong(key, "应是大于零的整数")
    if value > most:
        raise lines.wrong(key, f"{value} 太大，最多 {most}，请核对")
    return value


def rate_of(lines: Lines, key: str) -> Decimal | None:
    """12%, 0.12 or 千分之三 written as 0.3% per period; a bare number above 1 is refused as unclear."""
    value = text(lines, key)
    if value is None:
        return None
    try:
        rate = Decimal(value.rstrip("%％")) / (100 if value.endswith(("%", "％")) else 1)
    except InvalidOperation as error:
        raise lines.wrong(key, "应是利率，例如 12% 或 0.12") from error
    if not 0 <= rate <= 1 and not value.endswith(("%", "％")):
        raise lines.wrong(key, f"“{value}”是百分之几还是几倍？请带上 %")
    return rate


def one_of(
    lines: Lines, key: str, values: tuple[_Value, ...], words: Mapping[str, _Value] | None = None
) -> _Value | None:
    """One of a closed list, by its id or by one of its Chinese *words*, or None."""
    written = lines.get(key)
    if written is None:
        return None
    for word, value in (words or {}).items():
        if word == written:
            return value
    for value in values:
        if value == written:
            return value
    known = [*(words or {}), *map(str, values)]
    raise lines.wrong(key, f"不认识“{written}”；可以写：" + "、".join(known))


def claim(lines: Lines, key: str) -> bool | None:
    """true or false, also written 是 or 否; None where not written."""
    value = lines.get(key)
    if value is None or isinstance(value, bool):
        return value
    if value in ("是", "否"):
        return value == "是"
    raise lines.wrong(key, "应写 是 或 否")


def texts(lines: Lines, key: str) -> tuple[str, ...]:
    """One text or a list of texts; none where not written."""
    value = lines.get(key)
    if value is None:
        return ()
    if isinstance(value, Lines) or (isinstance(value, list) and any(isinstance(one, Lines | list) for one in value)):
        raise lines.wrong(key, "应是一句话，或一列话")
    return tuple(str(one) for one in value) if isinstance(value, list) else (str(value),)
