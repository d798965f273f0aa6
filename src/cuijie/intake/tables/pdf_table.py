"""Tables in a PDF by where their words stand: an empty cell stays empty, a cell of several lines stays one.

The titles are a line of at least four words without a digit, with the lines above and below it whose words stand
over the same places (titles in two languages).  What a row is tells the column that says one thing a row, an amount or
a day: the lines between two of these are parted where the gap is widest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cuijie.intake.documents.pdf_text import pages_of, plain_letters
from cuijie.pdfs import PdfPage

__all__ = ["pdf_rows"]

_GAP: Final = 0.55  # of the height of a letter: wider parts two cells
_SAME_LINE: Final = 0.5  # of it: letters whose middles differ less stand on one line
_NEAR: Final = 1.6  # of it: a line of a cell is no farther from the next
_TITLES: Final = 4
_ALIKE: Final = 0.9  # of the widest gap: gaps as wide as that are as wide
_DATE: Final = re.compile(r"20\d{2}\s*[-/.年]?\s*\d{1,2}\s*[-/.月]?\s*\d{1,2}")
_ATOMS: Final = (  # what a row says once, the surest first
    re.compile(r"[-+−]?[¥￥]?[\d,]*\d\.\d{2}(?!\d)"),
    re.compile(r"20\d{2}[-/.年]?\d{1,2}[-/.月]?\d{1,2}"),
    re.compile(r"\d{1,2}:\d{2}(?::\d{2})?"),
)
_CLOCK_NEXT: Final = re.compile(r"\d{1,2}:\d{2}")


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

    @property
    def is_title(self) -> bool:
        """True if it may be the titles of a table: several words, none with a digit."""
        return len(self.words) >= _TITLES and not any(c.isdigit() for one in self.words for c in one.text)


_Letter = tuple[
    str, float, float, float, float
]  # with left, right, bottom, top; a blank that the file itself has is one
_APART: Final = "\uffff"  # stands where the file goes on elsewhere: between two cells, or two lines


def pdf_rows(data: bytes, name: str, password: str | None) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """(page, line, cells) of each row.  Raises PasswordNeeded, or IntakeError for a damaged file."""
    titles: list[_Word] = []
    for page in pages_of(data, name, password, what="loose"):
        lines = _lines(_letters(page))
        begin = 0
        for first, last, found in [*_headers(lines), (len(lines), len(lines), [])]:
            for number, cells in _records(lines[begin:first], titles):
                yield page.number, number, cells
            if found:
                titles, begin = found, last
                yield page.number, lines[first].number, tuple(one.text for one in titles)


def _letters(page: PdfPage) -> list[_Letter]:
    found: list[_Letter] = []
    for written, is_made, left, bottom, right, top in page.letters():
        letter = plain_letters(written)
        if is_made or letter in "\r\n":
            if found:  # just behind the letter before it
                _, _, end, low, high = found[-1]
                found.append((_APART, end, end, low, high))
        elif letter != "\ufffe":
            found.append((letter, left, right, bottom, top))
    if sum(one[0] == _APART for one in found) * 2 > len(found):
        return [one for one in found if one[0] != _APART]  # written letter by letter: going on elsewhere says nothing
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
    run, start, end, is_blank, is_apart = "", 0.0, 0.0, False, False
    for letter, left, right, _, _ in row:
        if letter == _APART:
            is_apart = True
            continue
        if letter.isspace():
            is_blank = True
            continue
        if run and (is_apart or left - end > _GAP * height):
            yield _Word(run, start, end)
            run = ""
        if not run:
            start = left
        elif is_blank:
            run += " "
        run, end, is_blank, is_apart = run + letter, max(right, end if run else right), False, False
    if run:
        yield _Word(run, start, end)


def _headers(lines: list[_Line]) -> Iterator[tuple[int, int, list[_Word]]]:
    """(first line, line behind the last, titles) of each header of the page."""
    done = 0
    for index, line in enumerate(lines):
        if index < done or not line.is_title:
            continue
        first, last, titles = index, index + 1, list(line.words)
        while first > done and (more := _absorbed(titles, lines[first - 1], lines[first], above=True)):
            first, titles = first - 1, more
        while last < len(lines) and (more := _absorbed(titles, lines[last], lines[last - 1], above=False)):
            last, titles = last + 1, more
        done = last
        yield first, last, sorted(titles, key=lambda one: one.left)


def _absorbed(titles: list[_Word], line: _Line, beside: _Line, *, above: bool) -> list[_Word] | None:
    """The titles with those parts that stand on the next line; None if that line is no part of them."""
    if abs(line.middle - beside.middle) > _NEAR * max(line.height, beside.height):
        return None
    found = list(titles)
    for word in line.words:
        over = [place for place, one in enumerate(found) if _overlap(one, word) > 0]
        if len(over) > 1 or re.search(r"[\d：:]", word.text):
            return None
        if over:
            one = found[over[0]]
            parts = (word.text, one.text) if above else (one.text, word.text)
            joined = " ".join(parts) if parts[0][-1:].isascii() or parts[1][:1].isascii() else "".join(parts)
            found[over[0]] = _Word(joined, min(one.left, word.left), max(one.right, word.right))
        else:
            found.append(word)
    return found


def _records(lines: list[_Line], titles: list[_Word]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """(line, cells) of what stands below *titles*; before there are any, each line by itself."""
    anchors = _anchors(lines, titles) if titles else []
    owner: dict[int, int] = {}
    for place, anchor in enumerate(anchors):
        begin = _begin(lines, anchors, place)
        following = anchors[place + 1] if place + 1 < len(anchors) else None
        end = _begin(lines, anchors, place + 1) if following is not None else _end(lines, titles, anchor)
        owner.update(dict.fromkeys(range(begin, end), anchor))
    for index, line in enumerate(lines):
        anchor_of = owner.get(index)
        if anchor_of is None:
            yield line.number, tuple(one.text for one in line.words)
        elif anchor_of == index:
            yield line.number, _under(titles, [one for at, one in enumerate(lines) if owner.get(at) == index])


def _anchors(lines: list[_Line], titles: list[_Word]) -> list[int]:
    """The lines that hold what each row says once: the kind of cell that fills most lines of one column."""
    places: dict[tuple[int, int], list[int]] = {}
    for index, line in enumerate(lines):
        seen: set[tuple[int, int]] = set()
        for word in line.words:
            kind = next((kind for kind, atom in enumerate(_ATOMS) if atom.match(word.text)), None)
            if kind is not None:
                seen.add((_column(titles, word), kind))
        for key in seen:
            places.setdefault(key, []).append(index)
    most = max(places, key=lambda key: (len(places[key]), -key[1]), default=None)
    if most is not None:
        return places[most]
    return [index for index, line in enumerate(lines) if len(line.words) >= _TITLES]


def _begin(lines: list[_Line], anchors: Sequence[int], place: int) -> int:
    """The first line of the row at *place*: behind the widest gap between it and the row before it."""
    anchor = anchors[place]
    if place == 0:
        first = anchor
        while first and _is_near(lines[first - 1], lines[first]) and not lines[first - 1].is_title:
            first -= 1
        return first
    gaps = {at: lines[at - 1].middle - lines[at].middle for at in range(anchors[place - 1] + 1, anchor + 1)}
    widest = max(gaps.values())
    alike = [at for at, gap in gaps.items() if gap >= _ALIKE * widest]
    if _begin(lines, anchors, 0) == anchors[0]:
        return alike[-1]  # cells begin at the top: what follows belongs to the row above
    return min(alike, key=lambda at: abs(at - (anchors[place - 1] + anchor + 1) / 2))


def _end(lines: list[_Line], titles: list[_Word], anchor: int) -> int:
    """Behind the last line of the last row: the foot of the page is no part of it."""
    end = anchor + 1
    while end < len(lines) and _is_near(lines[end - 1], lines[end]) and _fits(titles, lines[end]):
        end += 1
    return end


def _is_near(upper: _Line, lower: _Line) -> bool:
    return upper.middle - lower.middle <= _NEAR * max(upper.height, lower.height)


def _fits(titles: list[_Word], line: _Line) -> bool:
    """True if each word of the line stands below one title at most: a sentence runs below several."""
    return all(sum(_overlap(title, word) > 0 for title in titles) <= 1 and "：" not in word.text for word in line.words)


def _under(titles: list[_Word], lines: list[_Line]) -> tuple[str, ...]:
    """The words of a row, each in the column of the title it stands under."""
    cells = [""] * len(titles)
    for line in lines:
        filled: set[int] = set()
        for word in line.words:
            place = _column(titles, word)
            before = cells[place]
            is_apart = place in filled or (
                _DATE.search(before) is not None and _CLOCK_NEXT.match(word.text) is not None
            )
            cells[place] = f"{before} {word.text}" if before and is_apart else before + word.text
            filled.add(place)
    return tuple(cells)


def _column(titles: list[_Word], word: _Word) -> int:
    return max(range(len(titles)), key=lambda place: _overlap(titles[place], word))


def _overlap(title: _Word, word: _Word) -> float:
    """How far the two stand above each other; negative is the distance between them."""
    return min(title.right, word.right) - max(title.left, word.left)
