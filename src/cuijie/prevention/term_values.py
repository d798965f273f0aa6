"""Sums, rates, days and counts out of the words of a contract, each with how a person reads it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from cuijie.datafiles import Words

__all__ = ["Value", "capital_fen", "count_value", "day_value", "money_value", "rate_value", "surcharge_value"]

Value = tuple[str, Words]
"""A plain value (fen, 2026-02-18, a fraction a year) and how it reads; empty where it cannot be reckoned with."""

_CAPITALS = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")} | {
    word: number for number, word in enumerate("零一二三四五六七八九")
}
_CAPITALS["两"] = 2
_PLACES = {"拾": 10, "十": 10, "佰": 100, "百": 100, "仟": 1000, "千": 1000}
_PER_YEAR = {"日": 365, "天": 365, "月": 12, "年": 1}


def capital_fen(written: str) -> int | None:
    """The fen of 壹万贰仟元整; None if it is no such number."""
    total = section = digit = 0
    for word in written:
        if word in _CAPITALS:
            digit = _CAPITALS[word]
        elif word in _PLACES:
            section, digit = section + (digit or 1) * _PLACES[word], 0
        elif word in "万萬":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            return None
    return (total + section + digit) * 100 or None


def money_value(found: re.Match[str]) -> Value | None:
    """From the groups ``sum`` and ``unit``, or ``capital``; None for what is no amount of a loan."""
    groups = found.groupdict()
    if groups.get("sum") is None:
        fen = capital_fen(groups.get("capital") or "")
    else:
        exact = Decimal(found["sum"].replace(",", "")) * (10_000 if groups.get("unit") else 1) * 100
        fen = int(exact) if exact == int(exact) else None
    if fen is None or not 0 < fen < 10**12:
        return None
    shown = f"{fen // 100:,}.{fen % 100:02d}"
    return str(fen), Words(zh=f"{shown} 元", en=f"{shown} yuan")


def day_value(found: re.Match[str]) -> Value | None:
    """From the groups ``y``, ``m``, ``d``."""
    try:
        found_day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    if not 1980 <= found_day.year <= 2200:
        return None
    day = found_day.isoformat()
    return day, Words(zh=day, en=day)


def count_value(found: re.Match[str]) -> Value | None:
    """From the group ``count``; years become months."""
    groups = found.groupdict()
    count = int(found["count"]) * (12 if groups.get("years") else 1)
    return (str(count), Words(zh=f"{count} 期", en=str(count))) if 1 <= count <= 480 else None


def rate_value(found: re.Match[str]) -> Value | None:
    """A fraction a year from ``rate`` with ``sign`` (%, ‰) or ``of`` (万分之, 千分之, 百分之), ``per`` 日, 月 or 年."""
    groups = found.groupdict()
    share = {"%": 100, "‰": 1000, "万分之": 10_000, "千分之": 1_000, "百分之": 100}[groups.get("sign") or found["of"]]
    written = groups.get("rate") or groups.get("digits") or ""
    number = Decimal(written) if re.fullmatch(r"\d+(?:\.\d+)?", written) else _han(written)
    if number is None:
        return None
    per = groups.get("per") or "年"
    a_year = number / share * _PER_YEAR[per]
    if not 0 < a_year < 100:
        return None
    shown = f"{(a_year * 100).normalize():f}%"
    if per == "年":
        return f"{a_year.normalize():f}", Words(zh=f"一年 {shown}", en=f"{shown} a year")
    part = f"{(number / share * 100).normalize():f}%"
    name = "每月" if per == "月" else "每日"
    zh = f"{name} {part}，乘 {_PER_YEAR[per]} 合一年 {shown}"
    return f"{a_year.normalize():f}", Words(zh=zh, en=f"{part} a {'month' if per == '月' else 'day'}: {shown} a year")


def _han(written: str) -> Decimal | None:
    fen = capital_fen(written)
    return Decimal(fen) / 100 if fen else None


def surcharge_value(found: re.Match[str]) -> Value:
    """罚息 as a surcharge on the agreed rate: told, not reckoned."""
    return "", Words(zh=f"在约定利率上加收 {found['rate']}%", en=f"{found['rate']}% on top of the agreed rate")
