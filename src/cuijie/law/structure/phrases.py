"""What an article says must, may or must not be done: 不得撤销, 可以并处, 应当予以更正.

The structure files hold the manner and 12-bit hashes of the first pairs of characters of what is to be done, so that a
statement that turns a ban into a liberty can be told on any machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cuijie.law.structure.slots import marks_of, packed_marks, unpacked_marks
from cuijie.law.structure.terms import actor_in

__all__ = ["Manner", "Phrase", "phrases_in", "unpacked_phrase"]

Manner = Literal["must", "may", "ban", "free"]
_MANNERS: dict[str, Manner] = {"m": "must", "y": "may", "b": "ban"}
_SIGNS = {manner: sign for sign, manner in _MANNERS.items()}
_ACTORS = {"p": "people", "f": "firms", "s": "state", "-": ""}
_MODAL = re.compile(
    r"(?P<ban>不得|不准|严禁|(?<!的)禁止|不可以?(?!抗)|不能|无权|不允许|不再|不予)|(?P<must>应当|必须|一律|有义务)|(?P<may>可以|有权|允许|能够)"
)
# people's words for what need not be done: 可以不说明理由, 无须告知
_FREE = re.compile(r"(?:可以?不(?:用|必|再)?|无[须需]|毋须|不必|不需要?|不用|用不着)(?!可|得)")
_CLAUSE = re.compile(r"[，。；：、（）]")
_FIRST = 7  # characters of what is to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """What must, may or must not be done, by the marks of its first characters, and who (people, firms, state; "" is not told).

    ``written`` is empty where read from a file.
    """

    manner: Manner
    marks: frozenset[int]
    who: str = ""
    written: str = ""

    @property
    def packed(self) -> str:
        """As the structure files hold it."""
        return _SIGNS[self.manner] + (self.who[:1] or "-") + packed_marks(self.marks)

    def covered(self, marks: frozenset[int]) -> float:
        """The share of it that is among *marks*."""
        return len(self.marks & marks) / len(self.marks)


def unpacked_phrase(packed: str) -> Phrase:
    """The phrase of a string of a structure file; raises ValueError or KeyError."""
    return Phrase(manner=_MANNERS[packed[0]], who=_ACTORS[packed[1]], marks=unpacked_marks(packed[2:]))


def phrases_in(text: str, length: int = _FIRST, *, said: bool = False) -> Iterator[Phrase]:
    """What *text* (of a law, or *said* by people) says must, may or must not be done, each by its first *length* characters.

    "free", of what need not be done, is only read in what people say.
    """
    for none in _FREE.finditer(text) if said else ():
        rest = _CLAUSE.split(text[none.end() : none.end() + length], maxsplit=1)[0]
        if marks := marks_of(rest):
            yield Phrase(manner="free", marks=marks, written=none[0] + rest)
    for modal in _MODAL.finditer(text):
        rest = _CLAUSE.split(text[modal.end() : modal.end() + length], maxsplit=1)[0]
        manner: Manner = "ban" if modal["ban"] else "must" if modal["must"] else "may"
        if marks := marks_of(rest):
            who = actor_in(_CLAUSE.split(text[: modal.start()])[-1], said=said)
            yield Phrase(manner=manner, marks=marks, who=who, written=modal[0] + rest)
