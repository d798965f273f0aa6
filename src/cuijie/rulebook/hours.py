"""Agreed hours of a loan: ``20:00-23:00``, several of them, across midnight, or ``none``."""

from __future__ import annotations

import re

from cuijie.rulebook.errors import RulebookError

__all__ = ["DAY_MINUTES", "Hours", "agreed_at", "parse_hours"]

DAY_MINUTES = 1440
Hours = tuple[tuple[int, int], ...]  # spans of minutes of the day, start included, end not, none across midnight

_NONE = frozenset({"none", "无", "没有", "没有约定"})
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–—~～至到]\s*(\d{1,2}):([0-5]\d)")


def parse_hours(said: str | None) -> Hours | None:
    """The agreed spans in *said*; empty for ``none`` (无), None for not known.  Raises RulebookError."""
    if said is None:
        return None
    if said.strip().lower() in _NONE:
        return ()
    found: list[tuple[int, int]] = []
    for part in re.split(r"[,，、;；]", said.replace("：", ":")):
        match = _SPAN.fullmatch(part.strip())
        start, end = (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
        if start == end or max(start, end) > DAY_MINUTES:
            raise RulebookError(
                f"约定的联系时段“{said}”读不懂。",
                remedy='请写成 "20:00-23:00"（可写几段，用逗号隔开；可以跨零点），没有约定写 none，不知道留空。',
            )
        found += [(start, end)] if start < end else [(start, DAY_MINUTES), (0, end)]
    return tuple(sorted(span for span in found if span[0] < span[1]))


def agreed_at(hours: Hours, minute: int | None) -> bool | None:
    """Whether *minute* of the day was agreed; None where the time of day is not known and it matters."""
    if not hours:
        return False
    if minute is None:
        return None
    return any(start <= minute < end for start, end in hours)
