"""Texts and calls as XML whose records hold their values in elements (``<sms><address>…</address><body>…</body></sms>``), or in attributes.

Simple backup apps and old phones write so.  Elements and attributes have the names that columns of a contact log have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

from lxml import etree

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, is_contact_log
from cuijie.intake.contact_lists.table import imply
from cuijie.intake.encoding import detect, open_text
from cuijie.intake.found import Found, IntakeError, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import encoding_note
from cuijie.intake.tables.titles import column_key

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "contact_xml"
TITLE: Final = "短信或通话清单（XML）"

_FIELDS: Final = {column_key(word): field for field, words in COLUMN_NAMES.items() for word in words} | {
    "localtimestamp": "occurred_at", "sender": "from_number", "isincoming": "direction", "delivery": "direction",
    "recepients": "to", "recipients": "to",
}  # fmt: skip
_WAYS: Final = {"true": "接收", "false": "发送"}  # of isIncoming
_SINCE_1601: Final = 116_444_736_000_000_000  # of 1970, in tenths of a microsecond
_PIECE: Final = 1 << 16  # characters
_Record = tuple[str, dict[str, str], list[str]]  # place, fields, names of its elements


def sniff(head: Head) -> bool:
    """True for XML with a record at its beginning that has a time and says who or what."""
    return not head.names and head.data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<" and bool(_records_of(head))


def _records_of(head: Head) -> set[object]:
    """What the elements are called that are records; nothing for a web page."""
    text = head.data.decode(detect(head.data), "replace")
    if re.search(r"<(?:!doctype html|html|div|table)\b", text[:4096], re.IGNORECASE):
        return set()
    try:
        return {element.tag for element in _elements([text], recover=True) if _is_record(element)}
    except etree.XMLSyntaxError:
        return set()


def _elements(text: Iterable[str], *, recover: bool = False) -> Iterator[etree._Element]:
    """Each element as it ends; what encoding the text names counts for nothing, as it is decoded already."""
    parser = etree.XMLPullParser(("end",), recover=recover, resolve_entities=False, no_network=True, huge_tree=False)
    for number, piece in enumerate(text):
        parser.feed(re.sub(r"^\s*<\?xml.*?\?>", "", piece.lstrip("\ufeff")) if not number else piece)
        yield from (one for _, one in parser.read_events() if isinstance(one, etree._Element))
    if not recover:
        parser.close()


def _is_record(element: etree._Element) -> bool:
    fields = _fields(element)
    sides = fields.get("from_number", "") + fields.get("to", "")
    return is_contact_log(set(fields)) and any(map(str.isdigit, sides))  # names alone are those of a chat


def _fields(element: etree._Element) -> dict[str, str]:
    """The values of an element's attributes and own elements, by field; a list in one of them as its parts."""
    found = {field: str(value) for name, value in element.items() if (field := _FIELDS.get(column_key(str(name))))}
    for part in element:
        field = _FIELDS.get(column_key(str(part.tag).rpartition("}")[2])) if isinstance(part.tag, str) else None
        if field is not None:
            said = [str(one).strip() for one in part.itertext()] if len(part) else [str(part.text or "")]
            found[field] = "、".join(filter(None, said))
    return found


def read(source: Source) -> Iterator[Found]:
    """One entry for each record."""
    number = 0
    yield from encoding_note(source.head())
    try:
        for at, row, names in _records(source):
            number += 1
            if not row.get("text") and not row.get("from_number") and not row.get("to"):
                yield SetAside(at=at, why="既没有号码也没有内容")
                continue
            written = row.get("occurred_at", "")
            if len(written) == 18 and written.isdecimal():
                row["occurred_at"] = str((int(written) - _SINCE_1601) // 10_000)
            row["direction"] = _WAYS.get(row.get("direction", ""), row.get("direction", ""))
            if "text" in row and not row.get("channel"):
                row["service"] = "sms"
            imply(row, map(column_key, names), is_list_of_texts=not {"duration_s", "minutes"} & row.keys())
            yield from entry_of(source, at, row, is_contact_record=False)
    except etree.XMLSyntaxError as error:
        if not number:
            raise IntakeError(f"“{source.name}”不是完整的 XML，读不出。", remedy="请重新导出一次再收。") from error
        yield SetAside(
            at=f"第 {error.lineno} 行", why="文件在这里断了或写坏了，后面的没有读；请重新导出一次再收，不会重复"
        )


def _records(source: Source) -> Iterator[_Record]:
    """Every element that has a record's name, also if something is missing in it."""
    head = source.head()
    names = _records_of(head)
    with source.open() as stream:
        text, _ = open_text(stream, head.data)
        for element in _elements(iter(partial(text.read, _PIECE), "")):
            if element.tag in names or _is_record(element):
                names.add(element.tag)
                parts = [str(name).rpartition("}")[2] for name in (*element.keys(), *(part.tag for part in element))]
                yield f"第 {element.sourceline} 行", _fields(element), parts
                element.clear()
                while (before := element.getprevious()) is not None and (above := element.getparent()) is not None:
                    above.remove(before)
