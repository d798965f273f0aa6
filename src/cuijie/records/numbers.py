"""Telephone numbers as Chinese phones write them: kept as written, compared in one normal form."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

__all__ = ["NumberClass", "classify", "is_masked", "mask", "normalise"]

NumberClass = Literal["mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign", "unknown"]

_NOT_SHOWN = {"", "-1", "-2", "-3", "--", "null", "unknown", "private", "未知号码", "未知", "私人号码", "隐藏号码"}
_VIRTUAL = ("162", "165", "167", "170", "171")
_DROP = re.compile(r"[\s\-\u2010-\u2015()\[\].'\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_CALL_THROUGH = re.compile(r"^(?:17951|17911|17909|12593|10193|11808)(?=(?:0?1[3-9]\d{9}|0\d{9,11})$)")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})\d{7,8}$")


def normalise(written: str | None) -> str | None:
    """The normal form of a number as written, or None where no number is shown.

    Drops blanks, hyphens and brackets, full-width forms, the country code before a Chinese number and
    call-through prefixes; keeps area codes, service codes (95…, 96…, 400…, 106…), a foreign number's
    ``+`` and the stars of a masked one.  Never joins numbers by their endings.
    """
    if written is None:
        return None
    text = _DROP.sub("", unicodedata.normalize("NFKC", written)).removeprefix("tel:")
    if text.lower() in _NOT_SHOWN or written.strip().lower() in _NOT_SHOWN:
        return None
    if re.fullmatch(r"1\d{10}\.0|0?\d{7,12}\.0", unicodedata.normalize("NFKC", written).strip()):
        text = text[:-1]  # a spreadsheet's float: 19900002277.0 (the dot is already dropped)
    for prefix in ("+86", "0086", "86"):
        rest = text.removeprefix(prefix)
        if rest == text:
            continue
        if _MOBILE.match(rest):
            return rest
        if prefix != "86" or _LANDLINE.match("0" + rest) or rest.startswith(("400", "95", "96", "106")):
            if _LANDLINE.match("0" + rest):
                return "0" + rest
            if _LANDLINE.match(rest) or rest.startswith(("400", "800", "95", "96", "1")) or "*" in rest:
                return rest
    text = _CALL_THROUGH.sub("", text)
    return text[1:] if _MOBILE.match(text[1:]) and text[0] == "0" else text  # 0 dialled before a mobile from afar


def is_masked(number: str) -> bool:
    """True for ``138****0001`` and the like: such a number by itself matches nothing."""
    return "*" in number or "＊" in number or "x" in number.lower()


def classify(number: str) -> NumberClass:
    """What kind of number a normal form is, by its shape alone (not who holds it)."""
    if is_masked(number) or not number:
        return "unknown"
    if _MOBILE.match(number):
        return "virtual_mobile" if number.startswith(_VIRTUAL) else "mobile"
    if number.startswith("106") and len(number) >= 8:
        return "sms_port"
    if re.fullmatch(r"(?:400|800)\d{7}", number) or re.fullmatch(r"9[56]\d{3,6}", number):
        return "service"
    if re.fullmatch(r"1(?:1\d|2\d{1,3}|0\d{3})", number):
        return "hotline"
    if _LANDLINE.match(number):
        return "landline"
    return "foreign" if number.startswith(("+", "00")) else "unknown"


def mask(number: str) -> str:
    """*number* with its middle hidden, for what is shared: ``138****1002``, ``0755****1234``."""
    if len(number) <= 4 or classify(number) in {"service", "hotline"}:
        return number
    head = 3 if len(number) >= 9 else 2
    return number[:head] + "*" * max(4, len(number) - head - 4) + number[-4:] if len(number) > head + 4 else "*" * 4
