"""Numbers of the conduct rules that are no rules of their own, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.rulebook.rule import Words

__all__ = ["Unruled", "unruled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unruled:
    """One number without a rule: what it is about, why there is none, and the rules that come nearest."""

    number: str
    title: Words
    why: Words
    see: tuple[str, ...]

    def page(self, *, english: bool) -> str:
        """The page shown in a rule's place."""
        if english:
            return (
                f"{self.number}  {self.title.en}: no rule of its own\n\n{self.why.en}\n\nSee: {', '.join(self.see)}\n"
            )
        return f"{self.number}  {self.title.zh}：不单独成一条规则\n\n{self.why.zh}\n\n请看：{'、'.join(self.see)}\n"


@cache
def unruled() -> Mapping[str, Unruled]:
    """Every such number.  Raises DataFileError."""
    source = load_table(Path(__file__).parent / "unruled.yaml", "应是编号到说明的映射")
    return {number: _read(number, source.table(number)) for number in source}


def _read(number: str, entry: Lines) -> Unruled:
    return Unruled(number=number, title=entry.words("title"), why=entry.words("why"), see=entry.texts("see"))
