"""Tables in a PDF by where their words stand: an empty cell stays empty, a cell of two lines stays one.

A line of at least four words without a digit is taken for the titles; the words of the lines below go to the title
they stand under.  Lines that are no row of their own belong to the nearest row above or below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cuijie.intake.pdf_text import open_pdf

if TYPE_CHECKING:
    import pypdfium2

__all__ = ["pdf_rows"]

_PAGES: Final = 2000
_GAP: Final = 0.55  # of the height of a letter: wider parts two cells
_SAME_LINE: Final = 0.5  # of it: letters whose middles differ less stand on one line
_NEAR: Final = 1.6  # of it: a line of a cell is no farther from its row
_TITLES: Final = 4
_LINES_OF_A_CELL: Final = 4
_DATE: Final = re.compile(r"20\d{2}\s*[-/.年]?\s*\d{1,2}\s*[-/.月]?\s*\d{1,2}")


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    left: float
    right: float


@dataclass(slots=True)
class _Line:
    number: int
    middle: float
    height: float
    words: list[_Word]
    more: list[_Line] = field(default_factory=list)  # lines of its cells, from above and below

    @property
    def is_row(self) -> bool:
        """True if it holds a date with something beside it, or enough to be a row by itself."""
        return len(self.words) >= _TITLES or (
            len(self.words) >= 2 and any(_DATE.search(one.text) for one in self.words)
        )


_Letter = tuple[
    str, float, float, float, float
]  # with left, right, bottom, top; a blank that the file itself has is one
_APART: Final = "\uffff"  # stands where the file goes on elsewhere: between two cells, or two lines


def pdf_rows(data: bytes, name: str, password: str | None) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(page, line, cells) of each row.  Raises PasswordNeeded, or IntakeError for a damaged file."""
    titles: list[_Word] = []
    with open_pdf(data, name, password) as document:
        for page in range(min(len(document), _PAGES)):
            for line in _gathered(_lines(_letters(document, page))):
                if len(line.words) >= _TITLES and not any(c.isdigit() for one in line.words for c in one.text):
                    titles = _merged(line)
                    cells = tuple(one.text for one in titles)
                else:
                    cells = _under(titles, line) if titles and line.is_row else tuple(one.text for one in line.words)
                if any(cells):
                    yield page + 1, line.number, cells


def _letters(document: pypdfium2.PdfDocument, number: int) -> list[_Letter]:
    import pypdfium2

    try:
        page = document[number].get_textpage()
        text = page.get_text_range()
        found: list[_Letter] = []
        for place in range(min(page.count_chars(), len(text))):
            letter = text[place]
            if pypdfium2.raw.FPDFText_IsGenerated(page, place) == 1 or letter in "\r\n":
                if found:  # just behind the letter before it
                    _, _, right, bottom, top = found[-1]
                    found.append((_APART, right, right, bottom, top))
            elif letter != "\ufffe":
                left, bottom, right, top = page.get_charbox(place, loose=True)
                found.append((letter, left, right, bottom, top))
    except pypdfium2.PdfiumError:
        return []
    return found


def _lines(letters: list[_Letter]) -> list[_Line]:
    """The lines from top to bottom."""
    rows: list[tuple[float, float, list[_Letter]]] = []
    for one in sorted(letters, key=lambda letter: -(letter[3] + letter[4]) / 2):
        middle, height = (one[3] + one[4]) / 2, max(one[4] - one[3], 1.0)
        if rows and abs(rows[-1][0] - middle) <= _SAME_LINE * max(rows[-1][1], height):
            last = rows[-1]
            if height > last[1]:  # a dash or a point is no measure of its line
                rows[-1] = (middle, height, last[2])
            last[2].append(one)
        else:
            rows.append((middle, height, [one]))
    return [
        _Line(number, middle, height, list(_words(sorted(row, key=lambda letter: letter[1]), height)))
        for number, (middle, height, row) in enumerate(rows, 1)
    ]


def _words(row: list[_Letter], height: float) -> Iterator[_Word]:
    run, start, end, is_blank = "", 0.0, 0.0, False
    for letter, left, right, _, _ in row:
        if letter.isspace():
            is_blank = True
            continue
        if run and (letter == _APART or left - end > _GAP * height):
            yield _Word(run, start, end)
            run = ""
        if letter == _APART:
            continue
        if not run:
            start = left
        elif is_blank:
            run += " "
        run, end, is_blank = run + letter, max(right, end if run else right), False
    if run:
        yield _Word(run, start, end)


def _gathered(lines: list[_Line]) -> Iterator[_Line]:
    """The rows with the other lines of their cells; lines near no row stand alone."""
    owners = {line.number: line for line in lines if line.is_row}
    for _ in range(_LINES_OF_A_CELL):
        near = {}
        for line in lines:
            if line.number not in owners and (beside := _beside(line, lines, owners)) is not None:
                near[line.number] = owners[beside.number]
        for number, owner in near.items():
            owners[number] = owner
            owner.more.append(lines[number - 1])
    yield from (line for line in lines if owners.get(line.number, line) is line)


def _beside(line: _Line, lines: list[_Line], owners: dict[int, _Line]) -> _Line | None:
    """The nearer of the lines just above and below that belong to a row."""
    neighbours = [lines[at] for at in (line.number - 2, line.number) if 0 <= at < len(lines)]
    close = [
        one
        for one in neighbours
        if one.number in owners and abs(one.middle - line.middle) <= _NEAR * max(one.height, line.height)
    ]
    return min(close, key=lambda one: abs(one.middle - line.middle), default=None)


def _merged(line: _Line) -> list[_Word]:
    """The titles, each with what stands above or below it."""
    line.more = [one for one in line.more if all(len(word.text) <= 6 and "：" not in word.text for word in one.words)]
    cells = _under(line.words, line)
    return [_Word(cell, one.left, one.right) for cell, one in zip(cells, line.words, strict=True)]


def _under(titles: list[_Word], line: _Line) -> tuple[str, ...]:
    """The words of a row, each in the column of the title it stands under."""
    cells = [""] * len(titles)
    for one in sorted([line, *line.more], key=lambda part: -part.middle):
        for word in one.words:
            place = max(range(len(titles)), key=lambda number: _overlap(titles[number], word))
            before = cells[place]
            is_split = before[-1:].isdigit() and word.text[:1].isdigit()
            cells[place] = f"{before} {word.text}" if is_split else before + word.text
    return tuple(cells)


def _overlap(title: _Word, word: _Word) -> float:
    """How far the two stand above each other; negative is the distance between them."""
    return min(title.right, word.right) - max(title.left, word.left)
