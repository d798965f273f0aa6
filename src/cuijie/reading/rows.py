"""Texts in JSON lines: {"id", "text", "recipient", "channel"} in, one labelled row out per readable line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from cuijie.reading.reader import read_many, recipient_of
from cuijie.reading.result import Reading

__all__ = ["CHANNELS", "LabelledRow", "RowProblem", "label_rows"]

CHANNELS = frozenset({
    "sms", "wechat", "call transcript", "call", "robot_call", "im", "email", "letter", "visit", "public_post", "unknown",
})  # fmt: skip
"""Words for the channel: of the label guide and of the contact record."""

_CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRow:
    """A row that was read; ``id`` is given back as it came."""

    line: int
    id: str | int | None
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with a line.  ``read`` is True if the row was still read, with the odd value as unknown."""

    line: int
    problem: str
    read: bool


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    id: str | int | None
    text: str
    recipient: str
    channel: str | None


def label_rows(lines: Iterable[str]) -> Iterator[LabelledRow | RowProblem]:
    """The rows of a JSON-lines file, labelled, in order; problems come before the rows of their chunk."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while chunk := list(islice(numbered, _CHUNK)):
        rows: list[_Row] = []
        for number, line in chunk:
            row, problems = _parsed(number, line)
            yield from problems
            if row is not None:
                rows.append(row)
        readings = read_many((row.text, row.recipient, row.channel) for row in rows)
        for row, reading in zip(rows, readings, strict=True):
            yield LabelledRow(line=row.line, id=row.id, reading=reading)


def _parsed(number: int, line: str) -> tuple[_Row | None, list[RowProblem]]:
    def bad(problem: str) -> tuple[None, list[RowProblem]]:
        return None, [RowProblem(line=number, problem=problem, read=False)]

    try:
        value: object = json.loads(line.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return bad("不是一个完整的 JSON 对象")
    if not isinstance(value, dict):
        return bad('这一行要是 JSON 对象，如 {"id": "1", "text": "……"}')
    text, identity = value.get("text"), value.get("id")
    if not isinstance(text, str):
        return bad("缺少文字 text")
    if identity is not None and not isinstance(identity, str | int):
        return bad("id 要是文字或整数")
    problems: list[RowProblem] = []
    recipient = _known(value.get("recipient"), recipient_of, "recipient", number, problems) or "unknown"
    channel = _known(value.get("channel"), _channel_of, "channel", number, problems)
    return _Row(number, identity, text, recipient, channel), problems


def _channel_of(word: str | None) -> str | None:
    return word if word in CHANNELS else None


def _known(value: object, lookup: object, key: str, number: int, problems: list[RowProblem]) -> str | None:
    """The value if it is one of the known words; otherwise None, with a problem noted unless it was left out."""
    if value is None:
        return None
    if isinstance(value, str) and callable(lookup):
        found = lookup(value)
        if isinstance(found, str):
            return found
    shown = str(value)[:20]
    problems.append(RowProblem(line=number, problem=f"不认识 {key} 的取值“{shown}”，按不明处理", read=True))
    return None
