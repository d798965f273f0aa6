"""Words of a report with their places: table cells are found by the column they stand under, not by their order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cuijie.pdfs import PdfPage

__all__ = ["Line", "Word", "lines_of_pdf", "lines_of_text"]

_GAP = 0.55  # of the height of a letter: wider parts two cells
_SAME_LINE = 0.5  # of the height: letters whose middles differ less stand on one line


@dataclass(frozen=True, slots=True)
class Word:
    """One run of letters without a gap, and where it begins and ends."""

    text: str
    left: float
    right: float

    @property
    def middle(self) -> float:
        """The middle of the word."""
        return (self.left + self.right) / 2


Line = tuple[Word, ...]


def lines_of_text(text: str) -> Iterator[Line]:
    """The words of each line of plain text; a Chinese letter is as wide as two others."""
    for line in text.splitlines():
        words, at, start, run = [], 0, 0, ""
        for letter in line + " ":
            if letter.isspace():
                if run:
                    words.append(Word(run, float(start), float(at)))
                run = ""
            elif not run:
                start, run = at, letter
            else:
                run += letter
            at += 2 if letter == "\u3000" or unicodedata.east_asian_width(letter) in "WF" else 1
        yield tuple(words)


def lines_of_pdf(pages: Iterable[PdfPage]) -> Iterator[Line]:
    """The words of each line of the pages, from top to bottom."""
    for page in pages:
        yield from _lines(
            (letter, left, right, bottom, top)
            for letter, _, left, bottom, right, top in page.letters()
            if not letter.isspace()
        )


def _lines(letters: Iterable[tuple[str, float, float, float, float]]) -> Iterator[Line]:
    rows: list[tuple[float, float, list[tuple[str, float, float]]]] = []  # middle, height, letters
    for letter, left, right, bottom, top in sorted(letters, key=lambda one: -(one[3] + one[4]) / 2):
        middle, height = (bottom + top) / 2, max(top - bottom, 1.0)
        if rows and abs(rows[-1][0] - middle) <= _SAME_LINE * max(rows[-1][1], height):
            rows[-1][2].append((letter, left, right))
        else:
            rows.append((middle, height, [(letter, left, right)]))
    for _, height, row in rows:
        yield tuple(_words(sorted(row, key=lambda one: one[1]), height))


def _words(row: list[tuple[str, float, float]], height: float) -> Iterator[Word]:
    run, start, end = "", 0.0, 0.0
    for letter, left, right in row:
        if run and left - end > _GAP * height:
            yield Word(run, start, end)
            run = ""
        if not run:
            start = left
        run, end = run + letter, max(right, end if run else right)
    if run:
        yield Word(run, start, end)
