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
    # to translate takes longer than all that is looked for, and ids of the log's own are mostly digits
    bare = f"CASE WHEN {_found(said, '^[0-9]+$')} IS NULL THEN translate({said}, '{_WIDE}{_SIGNS}', '{_PLAIN}') ELSE {said} END"
    return (
        f"CASE WHEN length({said}) NOT BETWEEN 10 AND 30 THEN {said} ELSE COALESCE({_found(said, '^1[3-9][0-9]{9}$')},"
        f" translate({_found(bare, _MASKED)}, '{_MASKS}', '{'*' * len(_MASKS)}'), {_found(bare, _MOBILE, 1)},"
        f" '0' || {_found(bare, _LANDLINE, 1)}, {_found(bare, _SERVICE, 1)}, '1' || substr({_found(said, _POWERS)}, 3, 10),"
        f" {said}) END"
    )


def _found(text: str, form: str, group: int = 0) -> str:
    """What *form* finds in *text*, or its *group*; NULL where it finds nothing."""
    return f"NULLIF(regexp_extract({text}, '{form}', {group}), '')"


def is_masked(column: str) -> str:
    """A condition: the number in *column*, in its normal form, may be any of several (138****1002)."""
    return f"{column} LIKE '%*%'"
