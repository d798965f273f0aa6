"""How papers write dates, times, amounts and numbers: 2026年3月1日, ￥5000.00（人民币伍仟元整）."""

from __future__ import annotations

from datetime import date, datetime

from cuijie.clock import SHANGHAI
from cuijie.records.contact import TimePrecision

__all__ = ["amount", "capital_amount", "day", "moment", "numeral", "plain_text"]

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_NUMERALS = "零一二三四五六七八九"
_LARGEST = 10**14  # fen: 9999亿 and some; no loan is larger


def _group(number: int) -> str:
    """Four digits in capital form without leading 零; inner runs of zeros are one 零."""
    text, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if zero and text else "") + _DIGITS[digit] + _PLACES[place]
            zero = False
        else:
            zero = True
    return text


def _whole(number: int) -> str:
    groups = [number // 10000**place % 10000 for place in range(len(_GROUPS))]
    text, gap = "", False
    for place in range(len(_GROUPS) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + _GROUPS[place]
        gap = False
    return text


def capital_amount(fen: int) -> str:
    """*fen* in capital Chinese: 人民币壹仟零伍元整, 人民币叁角, 人民币壹元零伍分.

    After 元 alone 整 is written, after 角 or 分 it is not (支付结算办法附一的写法). Raises ValueError from 万亿 on.
    """
    if abs(fen) >= _LARGEST:
        raise ValueError("金额超出大写写法的范围")
    sign, rest = ("负" if fen < 0 else ""), abs(fen)
    yuan, jiao, cents = rest // 100, rest // 10 % 10, rest % 10
    text = _whole(yuan) + "元" if yuan else ""
    if jiao:
        text += _DIGITS[jiao] + "角"
    elif yuan and cents:
        text += "零"
    if cents:
        text += _DIGITS[cents] + "分"
    if not text:
        text = "零元"
    return f"人民币{sign}{text}{'整' if text.endswith('元') else ''}"


def amount(fen: int) -> str:
    """*fen* as papers write money: digits and capitals, 5000.00元（人民币伍仟元整）."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}元（{capital_amount(fen)}）"


def day(on: date) -> str:
    """*on* as 2026年3月1日."""
    return f"{on.year}年{on.month}月{on.day}日"


def moment(at: datetime, precision: TimePrecision | None) -> str:
    """*at* in Beijing time, no finer than it is known: 2026年3月1日22时05分."""
    local = at.astimezone(SHANGHAI)
    if precision == "day":
        return f"{day(local.date())}（时刻不详）"
    return f"{day(local.date())}{local.hour}时{local.minute:02d}分"


def numeral(number: int) -> str:
    """1 to 99 in Chinese: 一, 十二, 二十."""
    if not 0 <= number < 100:
        raise ValueError("只写到九十九")
    tens, ones = divmod(number, 10)
    if not tens:
        return _NUMERALS[ones]
    return ("" if tens == 1 else _NUMERALS[tens]) + "十" + (_NUMERALS[ones] if ones else "")


_INVISIBLE = {*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFC, 0xFFFE, 0xFFFF}
_STRIP: dict[int, int | None] = {
    code: None for code in (*_INVISIBLE, *range(0x00, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000))
}
_STRIP.update({0x09: 0x20, 0x0A: 0x0A, 0x2028: 0x0A, 0x2029: 0x0A, 0x85: 0x0A})


def plain_text(text: str) -> str:
    """*text* without what cannot be printed or could re-order a line: control, invisible and direction characters.

    Line ends become ``\\n``; a tab becomes a blank. The original stays in the evidence; this is what a paper quotes.
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_STRIP).strip("\n")
