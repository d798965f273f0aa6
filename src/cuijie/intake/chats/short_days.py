"""Chats copied out of an app that writes no year for the running one: 王经理 3-4 21:03:11, 3月4日 21:03, 昨天 21:03.

The days are worked out as those of a diary are, and proposed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from cuijie.intake.diaries.days import Day, days_of
from cuijie.intake.times.written import When
from cuijie.intake.vocabulary import OWN_WORDS

__all__ = ["ShortDays"]

_DAY: Final = r"(?:\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{1,2}[-/]\d{1,2}|今天|昨天|前天|(?:星期|周)[一二三四五六日天])"
_CLOCK: Final = r"(?:(?:凌晨|早上|上午|中午|下午|晚上)\s*)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
_COLON: Final = frozenset(":：")
_FULL: Final = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
_WHO: Final = r"(?P<who>(?:(?!\d{1,4}[-/.年月])[^\s:：，。！？；][^:：，。！？；]{0,30}\s)?)"
_HEAD: Final = re.compile(rf"{_WHO}(?:(?P<day>{_DAY})|(?P<full>{_FULL}))\s+(?P<clock>{_CLOCK})")
_DATED: Final = re.compile(rf"{_FULL}\s+{_CLOCK}")


class ShortDays:
    """*lines* where each day at the end of a line, below or behind a name, has its year.

    Beside times with a year (of an earlier one) only a line is such a one that begins with a name met more than once, or with 我.
    """

    def __init__(self, lines: Sequence[str], on: date | None) -> None:
        self.lines = list(lines)
        self.named: list[tuple[int, str, Day]] = []
        self._written: dict[str, str] = {}  # by the time as it is put in
        heads = _heads(self.lines)
        if len(heads) < 2:
            return
        days = days_of([found["day"] or found["full"] for found in heads.values()], on=on)
        for (place, found), day in zip(heads.items(), days, strict=True):
            if found["full"]:
                continue
            self.named.append((place + 1, found["day"], day))
            if day.on is not None:
                self.lines[place] = f"{found['who']}{day.on} {found['clock']}"
                self._written[f"{day.on} {found['clock']}"] = f"{found['day']} {found['clock']}"

    def told(self, when: When) -> When:
        """*when* as worked out, with the words that were written, where its day was."""
        written = self._written.get(when.raw or "")
        return when if written is None else replace(when, raw=written, basis="inferred")


def _heads(lines: list[str]) -> dict[int, re.Match[str]]:
    """The lines that head a message, by their place."""
    timed = ((place, line) for place, raw in enumerate(lines) if (line := raw.strip())[-3:-2] in _COLON)
    heads = {place: found for place, line in timed if (found := _HEAD.fullmatch(line))}
    met = Counter(found["who"].strip() for found in heads.values())
    full = {found["who"].strip() for found in heads.values() if found["full"]}
    known = full | OWN_WORDS | {name for name, count in met.items() if count > 1}
    if full or any(_DATED.match(line.lstrip("[(【 ")) for line in lines):
        return {place: found for place, found in heads.items() if found["who"].strip() in known - {""}}
    numbered = any(found["day"][0].isdigit() for found in heads.values())
    return {
        place: found
        for place, found in heads.items()
        # 明天 周三 21:00 is what somebody said where the other days are numbers
        if found["who"].strip() in known | {""} or not numbered or found["day"][0].isdigit()
    }
