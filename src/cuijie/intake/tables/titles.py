"""Which column of a table holds which field: told by the words of its titles, never by where they stand.

The header is searched for by content, because preambles vary; titles are matched by synonyms, or by what they ask.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from cuijie.intake.found import IntakeError, Note
from cuijie.intake.source import Head
from cuijie.intake.tables.reading import FIRST_ROWS, Row, first_rows, is_table
from cuijie.intake.vocabulary import simplified

__all__ = [
    "Header",
    "Phrases",
    "body",
    "column_key",
    "find_header",
    "is_titled",
    "needed_header",
    "unread_notes",
]

_LONGEST_QUESTION: Final = 50  # characters
_VALUE: Final = re.compile(r"\d{5}|\d[-/.年]\d|\d:\d\d")  # no title holds a number, a day or a clock time
_AROUND: Final = " \t\r\n'\u3000\xa0\ufeff"  # stands around the words of a cell
_IN_YUAN: Final = re.compile(r"\((?:单位)?(?:人民币)?元?(?:cny|rmb|¥|￥)?\)$")
_LATIN: Final = re.compile(r"^[a-z.&/ ]{3,}(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[a-z.&/ ]{3,}$")
_OF_A_FORM: Final = re.compile(  # around a question: its number, what kind it is, how it ends
    r"^(?:q?\d{1,2}[.、,)．])+|\((?!单位|[秒分次条个元天人])[^()]{1,12}\)|(?:(?<=[码电话机期间])(?:是|为)(?:多少|什么))?[?？。]*$"
)

Phrases = Sequence[tuple[str, re.Pattern[str]]]
"""(field, what the whole of a title is that asks for it), for titles that are no plain words; the first counts."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The fields by their titles."""

    words: Mapping[str, str]
    phrases: Phrases = ()

    def field_of(self, title: str) -> str | None:
        """The field of a title as compared."""
        asked = (field for field, phrase in self.phrases if phrase.fullmatch(title))
        return self.words.get(title) or next(asked, None)


@dataclass(frozen=True, slots=True)
class Header:
    """A header found in a table: the row's index and which column holds which field."""

    index: int
    columns: Mapping[str, int]
    titles: tuple[str, ...] = ()  # of those columns, as compared (``column_key``)
    is_whole: bool = True  # it has every column that is needed
    others: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # further columns of a field, by preference
    width: int = 0  # cells of its row

    def cell(self, row: Row, name: str) -> str:
        """The cell of field *name* in *row*, without blanks; empty where there is none.

        Of several columns for one field the first that says something counts.
        """
        cells = self.cells(row, name)
        return next((cell for cell in cells if cell.strip("-—/")), cells[0] if cells else "")

    def cells(self, row: Row, name: str) -> list[str]:
        """The cells of every column of field *name*, without blanks, the preferred one first."""
        places = (self.columns.get(name, len(row.cells)), *self.others.get(name, ()))
        return [row.cells[place].strip(_AROUND) for place in places if place < len(row.cells)]


_OF_CHINA: Final = re.compile(r"\((?:asia/shanghai|(?:utc|gmt)\+0?8(?:00)?|北京时间|东八区|中国时间)\)$")


def column_key(written: str) -> str:
    """A column title as compared: no blanks, half-width brackets, lower case; ``call_type`` is ``Call Type``.

    That a time is China's need not be said; another zone (``Time (UTC)``) stays in the title, which then is no known one.
    """
    plain = re.sub(r"[\s\ufeff*:：]|(?<=[A-Za-z])_(?=[A-Za-z])", "", written)
    return _OF_CHINA.sub("", simplified(plain.replace("（", "(").replace("）", ")").lower()))


def find_header(
    table: Iterable[Row],
    names: Mapping[str, Sequence[str]],
    needed: Callable[[set[str]], bool],
    phrases: Phrases = (),
) -> Header | None:
    """The first row whose titles are synonyms in *names*, or *phrases*, of the fields that *needed* asks for.

    Where several columns are titled for one field, the synonym named first is preferred.
    """
    wanted = _Wanted(_titles(names), phrases)
    above: Header | None = None
    for index, row in enumerate(table):
        header = _header(index, row, above, wanted, needed)
        if above is not None and above.is_whole and (header is None or not header.is_whole):
            return above
        if index >= FIRST_ROWS:
            return None
        above = header
    return above if above is not None and above.is_whole else None


def needed_header(
    head: Head, names: Mapping[str, Sequence[str]], needed: Callable[[set[str]], bool], *, remedy: str
) -> Header:
    """The header in the first rows.  Raises IntakeError, with that *remedy*, where there is none."""
    header = find_header(first_rows(head), names, needed)
    if header is None:
        raise IntakeError(f"“{head.name}”里找不到列名。", remedy=remedy)
    return header


def _header(
    index: int, row: Row, above: Header | None, wanted: _Wanted, needed: Callable[[set[str]], bool]
) -> Header | None:
    """The titles in *row*, with those of the row above it where a title stands over two rows; None if it has none."""
    columns, others = _columns(row, wanted)
    is_second = above is not None and above.is_whole
    if not columns or (is_second and not _goes_on(row, columns)):
        return None
    titles = {name: column_key(row.cells[position]) for name, position in columns.items()}
    is_next = above is not None and above.index == index - 1 and not any(map(_VALUE.search, row.cells))
    if above is not None and is_next:
        stands_over, taken = is_second or not needed(set(columns)), set(columns.values())
        for (name, position), title in zip(above.columns.items(), above.titles, strict=True):
            is_merged = row.cells[position : position + 1] == ("",)
            if name not in columns and position not in taken and (stands_over or is_merged):
                columns[name], titles[name] = position, title
    return Header(
        index, columns, tuple(titles.values()), is_whole=needed(set(columns)), others=others, width=len(row.cells)
    )


def _goes_on(row: Row, columns: Mapping[str, int]) -> bool:
    """True if *row*, below a header, is its second line: half of it or more titles, and nothing that a record would hold."""
    filled = [cell for cell in row.cells if cell.strip()]
    return 1 < len(columns) >= len(filled) / 2 and not any(re.search(r"\d", cell) for cell in filled)


def _titles(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {column_key(word): field for field, words in names.items() for word in words}


def _columns(row: Row, wanted: _Wanted) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """The column of each field, and those that stand in for it; a phrase counts where no plain word names its field."""
    found: dict[str, dict[str, int]] = {}
    for position, cell in enumerate(row.cells):
        if (title := _title(cell, wanted.words)) is not None:
            found.setdefault(wanted.words[title], {}).setdefault(title, position)
    ranks = {title: rank for rank, title in enumerate(wanted.words)}
    places = {name: [by[title] for title in sorted(by, key=ranks.__getitem__)] for name, by in found.items()}
    columns = {name: first for name, (first, *_) in places.items()}
    others = {name: tuple(more) for name, (_, *more) in places.items() if more}
    if wanted.phrases:
        columns |= _asked(row, wanted, columns)
    return columns, others


_TIMES: Final = frozenset({"occurred_at", "date"})


def _asked(row: Row, wanted: _Wanted, known: Mapping[str, int]) -> dict[str, int]:
    """The columns whose titles are phrases, of the fields that *known* lacks; a second time beside one would be another's."""
    found: dict[str, int] = {}
    told = {*known, *(_TIMES if _TIMES & known.keys() else ()), *({"clock"} if "occurred_at" in known else ())}
    for position, cell in enumerate(row.cells):
        if position in known.values() or len(cell) >= _LONGEST_QUESTION or _VALUE.search(cell):
            continue
        field = wanted.field_of(_question(cell))
        if field is not None and field not in told:
            found.setdefault(field, position)
    return found


def _question(cell: str) -> str:
    """A title as compared, without the number of a form's question, what kind it is and how it ends."""
    return _OF_A_FORM.sub("", column_key(cell))


def _title(cell: str, words: Mapping[str, str]) -> str | None:
    """The title that *cell* is; of one in two languages (``Trans Date 交易日期``) its Chinese part, without 人民币 or 元."""
    if len(cell) >= 60 or (key := column_key(cell)) in words:
        return key if len(cell) < 40 else None
    if ":" in cell or "：" in cell:
        return None  # 币种:RMB is a word with its value
    bare = _IN_YUAN.sub("", key)
    return next((plain for plain in (bare, _LATIN.sub("", bare)) if plain != key and plain in words), None)


def body(
    table: Iterable[Row],
    names: Mapping[str, Sequence[str]],
    needed: Callable[[set[str]], bool],
    unread: dict[str, int] | None = None,
    *,
    phrases: Phrases = (),
) -> Iterator[tuple[Header, Row]]:
    """Each row below a header, with that header; every sheet, and a second table in the same sheet, has its own.

    *unread* gets the number of rows of each sheet in which no header was found.
    """
    wanted = _Wanted(_titles(names), phrases)
    header: Header | None = None  # the last whole one
    above: Header | None = None  # what titles the row before had
    sheet = ""
    for index, row in enumerate(table):
        if row.sheet != sheet:
            header, above, sheet = None, None, row.sheet
        if header is None or above is not None or _may_be_header(row, header, wanted.words):
            above = _header(index, row, above, wanted, needed)
            if above is not None and above.is_whole:
                header = above
                if unread is not None:
                    unread.pop(sheet, None)
                continue
        else:
            above = None
        if header is not None:
            yield header, row
        elif unread is not None and sum(map(bool, row.cells)) > 1:
            unread[sheet] = unread.get(sheet, 0) + 1


def unread_notes(unread: Mapping[str, int]) -> Iterator[Note]:
    """Says which sheets of a workbook were passed over, as ``body`` counted them."""
    for sheet, count in unread.items():
        yield Note(
            text=f"表“{sheet}”里的列名认不出，{count} 行没有读；里面有通话或短信的，请给它写上列名（时间,方式,号码,内容），再收一次。"
        )


def _may_be_header(row: Row, header: Header, words: Mapping[str, str]) -> bool:
    """A row with a title where the last header had one: nearly no row of data has."""
    return any(
        position < len(row.cells) and _title(row.cells[position], words) is not None
        for position in list(header.columns.values())[:2]
    )


def is_titled(
    head: Head,
    names: Mapping[str, Sequence[str]],
    needed: Callable[[set[str]], bool],
    *,
    but: Mapping[str, Sequence[str]] = MappingProxyType({}),
    within: int = FIRST_ROWS,
    phrases: Phrases = (),
) -> bool:
    """True for a table with such a header (``find_header``) in its first rows, and no title in it that *but* names."""
    if not is_table(head):
        return False
    table = first_rows(head)[:within]
    header = find_header(table, names, needed, phrases)
    return header is not None and find_header(table[header.index : header.index + 1], but, bool) is None
