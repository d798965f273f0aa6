"""Telephone numbers in SQL: one number, however the log, the dialler and the registers write it, is one recipient.

The same forms as ``records.numbers.normalise``, of those that are whole Chinese numbers; what is none is left as it is,
so that two ids are never made one by taking signs out of them.  A masked number is written with ``*``.
"""

from __future__ import annotations

__all__ = ["NUMBERS", "is_masked", "number_sql"]

NUMBERS = frozenset({"recipient_id", "from_number"})
"""The columns that hold telephone numbers, if not ids of the log's own."""

_WIDE, _PLAIN = "０１２３４５６７８９＋", "0123456789+"
_SIGNS = " \u00a0-‐‑–—－()（）"  # taken out: translate drops what has no counterpart
_CHINA = "(?:[+]86|0086|86)"
_THROUGH = "(?:17951|17911|17909|12593|10193|11808|12520|12583[123])"
_MOBILE = f"^(?:tel:)?{_CHINA}?{_THROUGH}?0?(1[3-9][0-9]{{9}})(?:[.]0)?$"
_POWERS = "^1[.][3-9][0-9]{9}[eE][+]?10$"  # every digit is there: 1.38E+10 is no number any more
_LANDLINE = f"^(?:tel:)?(?:{_CHINA}0?|0)((?:10|2[0-9]|[3-9][0-9]{{2}})[0-9]{{7,8}})$"
_MASKED, _MASKS = "^[0-9]*[*＊•●xX]{3,}[0-9]*$", "＊•●xX"
_SERVICE = "^(?:tel:)?(?:[+]86|0086)?([48]00[0-9]{7}|9[56][0-9]{3,14}|106[0-9]{5,17})$"


def number_sql(said: str) -> str:
    """The text *said* in its normal form if it is a Chinese number; NULL stays NULL."""
    bare = f"translate({said}, '{_WIDE}{_SIGNS}', '{_PLAIN}')"
    mobile, landline, service = (f"regexp_extract({bare}, '{form}', 1)" for form in (_MOBILE, _LANDLINE, _SERVICE))
    powers = f"regexp_extract({said}, '{_POWERS}', 0)"
    masked = f"regexp_extract({bare}, '{_MASKED}', 0)"
    # most are plain mobiles, or ids too short or too long for a number: nothing to look for
    return (
        f"CASE WHEN length({said}) NOT BETWEEN 10 AND 30 OR (length({said}) = 11 AND substr({said}, 1, 2) BETWEEN '13' AND '19'"
        f" AND translate({said}, '0123456789', '') = '') THEN {said}"
        f" WHEN {masked} <> '' THEN translate({masked}, '{_MASKS}', '{'*' * len(_MASKS)}')"
        f" WHEN {mobile} <> '' THEN {mobile} WHEN {landline} <> '' THEN concat('0', {landline})"
        f" WHEN {service} <> '' THEN {service} WHEN {powers} <> '' THEN concat('1', substr({powers}, 3, 10)) ELSE {said} END"
    )


def is_masked(column: str) -> str:
    """A condition: the number in *column*, in its normal form, may be any of several (138****1002)."""
    return f"{column} LIKE '%*%'"
