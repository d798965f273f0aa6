"""Texts in JSON lines: {"id", "text", "recipient", "channel"} in, one labelled row out per readable line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from cuijie.reading.many import KnownShapes, labels_many
from cuijie.reading.reader import recipient_of
from cuijie.reading.result import LabelHit, Recipient

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
    labels: tuple[LabelHit, ...]


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
    recipient: Recipient


def label_rows(lines: Iterable[str]) -> Iterator[LabelledRow | RowProblem]:
    """The rows of a JSON-lines file, labelled, in order; problems come before the rows of their chunk."""
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    known = KnownShapes()
    while chunk := list(islice(numbered, _CHUNK)):
        rows: list[_Row] = []
        for number, line in chunk:
            row, problems = _parsed(number, line)
            yield from problems
            if row is not None:
                rows.append(row)
        said = labels_many([(row.text, row.recipient) for row in rows], known)
        for row, labels in zip(rows, said, strict=True):
            yield LabelledRow(line=row.line, id=row.id, labels=labels)


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
    word, channel = value.get("recipient"), value.get("channel")
    recipient = recipient_of(word) if word is None or isinstance(word, str) else None
    if recipient is None:
        problems.append(_unknown_word("recipient", word, number))
    if channel is not None and (not isinstance(channel, str) or channel not in CHANNELS):
        problems.append(_unknown_word("channel", channel, number))
    return _Row(number, identity, text, recipient or "unknown"), problems


def _unknown_word(key: str, value: object, number: int) -> RowProblem:
    return RowProblem(line=number, problem=f"不认识 {key} 的取值“{str(value)[:20]}”，按不明处理", read=True)
