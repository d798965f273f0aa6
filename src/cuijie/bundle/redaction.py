"""Masking third parties in what is handed to an office: names and numbers that are not the collectors'."""

from __future__ import annotations

import re
from typing import Literal

from cuijie.records import CaseState, Person
from cuijie.records.names import bare_name
from cuijie.records.numbers import mask, normalise

__all__ = ["PROFILES", "Mask", "Profile", "third_persons"]

Profile = Literal["full", "complaint"]
PROFILES: dict[Profile, str] = {
    "full": "完整（给法院、公安、律师）：原件原样放入，不遮盖",
    "complaint": "投诉（给机构、平台）：不放整份手机备份，改放遮盖了第三人姓名和号码的摘录",
}
_NUMBERISH = re.compile(r"(?<![\d*])(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d){8}(?!\d)|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_LONG_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){14,18}(?!\d)")


def third_persons(state: CaseState, keeper: str) -> list[Person]:
    """Everyone of a case but its borrower and who keeps it."""
    return [one for one in state.persons if one.person_id not in {"debtor", keeper} and one.role != "debtor"]


def _hidden(name: str) -> str:
    return name[0] + "某" * (len(name) - 1) if len(name) > 1 else "某"


class Mask:
    """Masks words of one case: everyone's name and number but the collectors', the debtor's and the *keeper*'s own.

    Who keeps the case claims in their own name, be it the borrower or somebody contacted.
    """

    def __init__(self, state: CaseState, keeper: str = "debtor") -> None:
        self.keeper = keeper
        self._shown = {number for one in state.collectors for number in one.numbers}
        self._shown |= {one.number for one in state.entries if one.number and one.tie and not one.is_dismissed}
        third = third_persons(state, keeper)
        for one in state.persons:
            if one not in third:
                self._shown |= set(one.numbers)
        names = {bare_name(one.name) for one in third if one.name}
        self._names = sorted((name for name in names if len(name) > 1), key=len, reverse=True)

    def number(self, number: str | None) -> str | None:
        """A number as it may be shown."""
        return number if number is None or number in self._shown else mask(number)

    def words(self, text: str | None) -> str | None:
        """*text* with third parties' names and numbers, identity and card numbers masked."""
        if text is None:
            return None
        text = self._unnamed(text)
        text = _IDENTITY.sub(lambda found: found[0][:3] + "*" * 11 + found[0][-4:], text)
        text = _NUMBERISH.sub(self._masked, text)
        return _LONG_CARD.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)

    def people(self, text: str) -> str:
        """*text* of a finished paper with third parties' names and numbers masked; its writer's own papers stay."""
        return _NUMBERISH.sub(self._masked, self._unnamed(text))

    def _unnamed(self, text: str) -> str:
        for name in self._names:
            text = text.replace(name, _hidden(name))
        return text

    def _masked(self, found: re.Match[str]) -> str:
        number = normalise(found[0]) or found[0]
        return found[0] if number in self._shown else mask(number)
