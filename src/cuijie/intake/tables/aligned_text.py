"""Columns that nothing but blanks part, as pages copied to a text have them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

__all__ = ["is_aligned", "parted"]

_GAPS: Final = re.compile(r" {2,}|\u3000+")
_WORD: Final = re.compile(
    r"20\d{2}[-/.]\d{1,2}[-/.]\d{1,2} \d{1,2}:\d{2}(?::\d{2})?|\S+"
)  # a day and its clock time are one


def is_aligned(lines: Sequence[str]) -> bool:
    """True for columns that only blanks part: two or more between any two cells."""
    return sum(len(_GAPS.findall(line.strip())) >= 2 for line in lines[:30]) >= 2


def parted(head: list[str], rest: Iterator[str]) -> Iterator[str]:
    """Lines of columns that only blanks part; one with another number of cells stays whole: an empty cell would shift it.

    Two blanks or more part them, or any blank where that leaves as many of the lines with one, and a greater, number of cells.
    """
    split, usual = max((_usual(head, part) for part in (_by_gaps, _by_blanks)), key=lambda way: (way[2], way[1]))[:2]
    for line in chain(head, rest):
        cells = split(line)
        yield ("\t" if len(cells) == usual else " ").join(cells) + "\n"


def _usual(head: Sequence[str], split: Callable[[str], list[str]]) -> tuple[Callable[[str], list[str]], int, int]:
    """*split* with the number of cells that most lines then have, and how many have it."""
    counts = [len(cells) for line in head if len(cells := split(line)) > 2]
    usual = max(sorted(set(counts)), key=counts.count, default=0)
    return split, usual, counts.count(usual)


def _by_gaps(line: str) -> list[str]:
    return _GAPS.split(line.strip())


def _by_blanks(line: str) -> list[str]:
    return _WORD.findall(line)
