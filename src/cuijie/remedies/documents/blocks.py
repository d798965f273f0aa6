"""The typed blocks a paper is made of: what the two writers, the claims check and the tests read.

A run says where its words come from, so that nothing has to be guessed later: ``text`` was written by the
template's author, ``data`` came from the case or the user, ``quote`` are the collector's own words, ``blank`` is
a missing field, ``law`` names a provision and ``exhibit`` an exhibit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "BLANK",
    "Block",
    "Cell",
    "FieldRow",
    "Fields",
    "Heading",
    "Item",
    "Notice",
    "PageBreak",
    "Paragraph",
    "Run",
    "Table",
    "blocks_runs",
    "plain",
]

BLANK = "（　　　　）"
RunKind = Literal["text", "data", "quote", "blank", "law", "exhibit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of words from one source; ``ref`` is the field, provision id or exhibit it stands for.

    ``gravity`` is that of the contact it tells (``facts.gravity``).
    """

    text: str
    kind: RunKind = "text"
    ref: str | None = None
    bold: bool = False
    gravity: tuple[int, ...] = ()


Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Level 0 is the paper's title, 1 and 2 its sections."""

    level: int
    runs: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph: body (first line indented by two characters), flush, right or centred."""

    runs: Cell
    style: Literal["body", "flush", "right", "center"] = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One numbered point; the number is part of the block, so that both writers agree on it."""

    number: str
    runs: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRow:
    """One row of a form: its label and what is filled in."""

    label: str
    runs: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """A form: consecutive rows of label and value."""

    rows: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a head that is repeated on each page; widths are relative."""

    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A boxed remark to the reader."""

    runs: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """What follows begins on a new page, upright or lying."""

    landscape: bool = False


Block = Heading | Paragraph | Item | Fields | Table | Notice | PageBreak


def blocks_runs(blocks: tuple[Block, ...]) -> tuple[Run, ...]:
    """Every run of *blocks* in reading order."""
    runs: list[Run] = []
    for block in blocks:
        match block:
            case Heading() | Paragraph() | Item() | Notice():
                runs.extend(block.runs)
            case Fields():
                for field in block.rows:
                    runs.append(Run(text=field.label))
                    runs.extend(field.runs)
            case Table():
                for row in (block.head, *block.rows):
                    for cell in row:
                        runs.extend(cell)
            case PageBreak():
                pass
    return tuple(runs)


def plain(runs: Cell) -> str:
    """The words of *runs*, joined."""
    return "".join(run.text for run in runs)
