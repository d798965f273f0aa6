"""Telephone numbers as Chinese phones write them: kept as written, compared in one normal form."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

__all__ = ["NumberClass", "classify", "is_masked", "mask", "normalise"]

NumberClass = Literal["mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign", "unknown"]

_NOT_SHOWN = {
    "", "-1", "-2", "-3", "--", "null", "none", "n/a", "unknown", "private", "anonymous", "restricted", "withheld", "payphone",
    "无", "无号码", "未知号码", "未知", "私人号码", "隐藏号码", "号码未显示", "未显示号码", "公用电话",
    "私密号码", "无主叫号码", "未知来电", "nocallerid", "unknowncaller", "privatenumber",
}  # fmt: skip
_VIRTUAL = ("162", "165", "167", "170", "171")
_DROP = re.compile(r"[\s\-\u2010-\u2015()\[\].'\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_CALL_THROUGH = re.compile(r"^(?:17951|17911|17909|12593|10193|11808|12520|12583[123])(?=(?:0?1[3-9]\d{9}|0\d{9,11})$)")
_FLOAT = re.compile(r"(?:1\d{10}|0?\d{7,12})\.0")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_EXTENSION = re.compile(r"(?:[;,转].*|(?:\s*ext\.?\s*\d{1,6})+)$", re.IGNORECASE)
_BRANCH = re.compile(r"^(\(?0\d{2,3}\)?[- ]?\d{7,8}|[48]00-?\d{3}-?\d{4})-\d{1,5}$")  # 0755-12345678-802: a branch line
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^0(?:10|2\d|[3-9]\d{2})\d{7,8}$")
_SHORT_CODE = re.compile(r"^(?:400\d{7}|800\d{7}|9[56]\d{3,14}|1\d{2,4}|106\d{5,17})$")
_BEIJING = re.compile(r"^(?:\+|00)86[\s\-(]+10[\s\-)]+\d{4}[\s\-]?\d{4}$|^(?:\+|00)86\s?106[0-46-8]\d{6}$")


def normalise(written: str | None) -> str | None:
    """The normal form of a number as written, or None where no number is shown (or a mail address is).

    Drops blanks, hyphens, brackets and extensions, full-width forms, the country code before a Chinese number
    and call-through prefixes; writes ``+`` for the ``00`` before another country's code; keeps area codes,
    service codes (95…, 96…, 400…, 106…) and the stars of a masked number.  A number that a spreadsheet has
    rounded (``1.7E10``) is lost and shows none.  Never joins numbers by their endings.
    """
    if written is None:
        return None
    plain = unicodedata.normalize("NFKC", written).strip().removeprefix("tel:")
    if "@" in plain or plain.lower() in _NOT_SHOWN or _ROUNDED.fullmatch(plain):
        return None
    if _FLOAT.fullmatch(plain):  # a spreadsheet's float: 19900002277.0
        plain = plain[:-2]
    plain = _BRANCH.sub(r"\1", plain)
    if _BEIJING.fullmatch(plain):  # as phones write 010-66112233; run together, 106 5… and 106 9… are gateways
        return "0" + _DROP.sub("", plain)[-10:]
    text = _DROP.sub("", _EXTENSION.sub("", plain) or plain)
    if text.lower() in _NOT_SHOWN:
        return None
    text = _CALL_THROUGH.sub("", _without_country(text))
    if text.startswith("0") and _MOBILE.match(text[1:]):
        return text[1:]  # 0 dialled before a mobile from afar
    return "+" + text[2:] if text.startswith("00") and text.isdecimal() and len(text) >= 9 else text


def _without_country(text: str) -> str:
    """*text* without China's country code, where what follows is a whole Chinese number."""
    for prefix in ("+86", "0086"):
        rest = text.removeprefix(prefix)
        if rest != text and rest:
            if _LANDLINE.match("0" + rest) and not _SHORT_CODE.match(rest):
                return "0" + rest
            whole = (_MOBILE, _LANDLINE, _SHORT_CODE, _CALL_THROUGH)
            return rest if "*" in rest or any(form.match(rest) for form in whole) else text
    rest = text.removeprefix("86")
    if rest == text or len(rest) < 10:
        return text  # a bare 86 may also begin a local number
    if _MOBILE.match(rest) or _SHORT_CODE.match(rest):
        return rest
    return "0" + rest if _LANDLINE.match("0" + rest) else text


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
    if re.fullmatch(r"(?:400|800)\d{7}", number) or re.fullmatch(r"9[56]\d{3,14}", number):
        return "service"
    if re.fullmatch(r"1(?:1\d|2\d{1,3}|0\d{3})", number):
        return "hotline"
    if _LANDLINE.match(number):
        return "landline"
    return "foreign" if number.startswith(("+", "00")) else "unknown"


def mask(number: str) -> str:
    """*number* with its middle hidden, for what is shared: ``138****1002``, ``0755****1234``; hotlines stay whole."""
    if len(number) <= 4 or classify(number) in {"service", "hotline"}:
        return number
    if len(number) < 9:
        return "*" * 4 + number[-2:]
    head = 4 if classify(number) == "landline" and not number.startswith(("010", "02")) else 3
    return number[:head] + "****" + number[-4:]
