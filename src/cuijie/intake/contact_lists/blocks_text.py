"""Records typed as blocks of ``时间：…`` ``号码：…`` ``方式：…`` ``内容：…``, one below the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, is_contact_log
from cuijie.intake.contact_lists.table import imply
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.titles import column_key

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "blocks_text"
TITLE: Final = "自己写的一条条记录"

_FIELDS: Final = {column_key(word): field for field, words in COLUMN_NAMES.items() for word in words} | {
    "from": "from_number",
    "sent": "occurred_at",
}
_OF_A_MAIL: Final = re.compile(
    r"(?:Subject|MIME-Version|Message-ID|Return-Path|Content-Type|主题)\s*[:：]", re.IGNORECASE
)
_WAYS: Final = frozenset({"incoming", "outgoing"})
_CAME: Final = "received"  # beside the time of sending: when it came
_LINE: Final = re.compile(
    r"^\s*(?:[-*•·]|\d{1,3}[.、)])?\s*([^:：\s][^:：]{0,11}|[A-Za-z][A-Za-z ]{0,24})\s*[:：]\s*(?:--+\s+)?(.*)$"
)
_RULE: Final = re.compile(r"(?:\n[=\-_*~—─]{3,})+$")  # stands between blocks
_NUMBER: Final = re.compile(r"\+?[\d\s-]{5,24}")
_SIDES: Final = frozenset({"from_number", "to"})  # the other one of them behind the words begins another text
_WHOLE: Final = frozenset(
    {"occurred_at", "date", "clock", "from_number", "to"}
)  # end with their line: below it stand words
_OF_CALLS: Final = re.compile(r"来电|去电|通话|拨打|接听|主叫")
_FREE: Final = frozenset({"text", "note"})  # only these go on over lines that look like another label
_Block = tuple[int, dict[str, str]]


def _blocks(text: str) -> Iterator[_Block]:
    """(line, fields) of each block: a field met again begins the next; lines without a field go on with the last.

    What stands below a blank line without a field is the words, where no field holds them.
    """
    began, fields, last = 0, dict[str, str](), ""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        found = _LINE.match(line)
        field = _FIELDS.get(column_key(found[1])) if found else None
        if found is None or field is None:
            if last in _WHOLE and found is None and line.strip() and "text" not in fields and "occurred_at" in fields:
                fields["text"], last = line.strip(), "text"
            elif last and line.strip() and (found is None or last in _FREE):
                fields[last] = f"{fields[last]}\n{line.strip()}"
            elif not line.strip():
                last = ""
            elif found is None and "occurred_at" in fields and "text" not in fields:
                fields["text"], last = line.strip(), "text"
            continue
        if field in fields and column_key(found[1]) == _CAME:
            continue
        if field in fields or (field in _SIDES and {"text", *_SIDES} - {field} <= fields.keys()):
            yield began, fields
            fields = {}
        began = began if fields else number
        fields[field], last = found[2].strip(), field
    if fields:
        yield began, fields


def _is_text(fields: dict[str, str]) -> bool:
    """True for From or To with a telephone number and words, as apps that print texts write them."""
    side = fields.get("from_number") or fields.get("to") or ""
    is_bare = not {"channel", "direction", "service", "duration_s"} & fields.keys()
    return is_bare and bool(fields.get("text")) and _NUMBER.fullmatch(side) is not None


def sniff(head: Head) -> bool:
    """True for text with a block at its beginning that has a time and says who or what."""
    if b"\0" in head.data[:64] and not detect(head.data[:512]).startswith("utf-16"):
        return False
    text = decode_text(head.data[:8192]).text.lstrip("\ufeff \r\n\t")
    lines = [line for line in text.splitlines()[:12] if line.strip()]
    if any(map(_OF_A_MAIL.match, lines)):
        return False
    named = sum(1 for line in lines if (found := _LINE.match(line)) and column_key(found[1]) in _FIELDS)
    first = next(_blocks(text), None)
    return named * 2 >= max(len(lines), 5) and first is not None and is_contact_log(set(first[1]))


def read(source: Source) -> Iterator[Found]:
    """One entry for each block."""
    text = decode_text(source.read_all()).text
    labels = {
        found[1] for line in text.splitlines() if (found := _LINE.match(line)) and column_key(found[1]) in _FIELDS
    }
    for number, fields in _blocks(text):
        if set(fields) != {"note"}:
            if "text" in fields:
                fields["text"] = _RULE.sub("", fields["text"])
            if fields.get("text") and fields.get("channel", "").lower() in _WAYS:
                fields["direction"], fields["channel"] = (
                    fields["channel"],
                    "im",
                )  # words that came or went in a messenger
            if _is_text(fields) and not any(map(_OF_CALLS.search, labels)):
                fields["service"], fields["direction"] = "sms", "" if "to" in fields else "接收"
            imply(fields, labels, is_list_of_texts=False)
            yield from entry_of(source, f"第 {number} 行", fields, is_contact_record=False)
    yield Note(text="这是自己写的记录，只能说明你记得什么；通话记录、短信、截图更有力，能补就补。")
