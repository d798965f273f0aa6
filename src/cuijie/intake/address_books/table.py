"""Address books as tables (phones, clouds, mail programs): names and numbers, to know who is called, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from cuijie.intake.address_books.vcard import CARDS_NOTE, full_name
from cuijie.intake.contact_columns import COLUMN_NAMES
from cuijie.intake.found import Card, Found, Note, SetAside
from cuijie.intake.iphone.contacts import person_of_card
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, rows
from cuijie.intake.tables.titles import Header, body, is_titled, needed_header
from cuijie.intake.vocabulary import relation_of

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "address_table"
TITLE: Final = "通讯录（表格）"

_PHONES: Final = (
    "手机", "手机号", "手机号码", "移动电话", "电话", "电话号码", "号码", "联系电话", "住宅电话", "家庭电话", "办公电话", "单位电话", "工作电话",
    "商务电话", "公司电话", "其他电话", "主要电话", "固定电话", "座机", "mobile", "mobilephone", "mobilenumber", "phone", "phonenumber", "tel",
    "telephone", "homephone", "workphone", "businessphone", "otherphone", "primaryphone", "companymainphone", "cellphone",
)  # fmt: skip
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("姓名", "名字", "联系人", "联系人姓名", "显示名称", "显示名", "name", "fullname", "displayname", "fileas"),
    "family": ("姓", "姓氏", "lastname", "familyname", "surname"),
    "given": ("名", "firstname", "givenname"),
    "middle": ("中间名", "middlename", "additionalname"),
    "phone": (*_PHONES, *(f"{word}{number}" for word in _PHONES for number in range(1, 7)),
              *(f"phone{number}-value" for number in range(1, 11))),
    "relation": ("关系", "与我的关系", "称呼", "relation", "relationship"),
    "group": ("分组", "群组", "联系人分组", "类别", "labels", "groupmembership", "categories", "group"),
    "company": ("公司", "单位", "公司名称", "company", "organization", "organizationname", "organization1-name"),
}  # fmt: skip
_EVENTS: Final = {name: COLUMN_NAMES[name] for name in ("occurred_at", "date", "text", "duration_s", "direction")}
_TITLE_ROWS: Final = 5  # titles stand at the top
_SEVERAL: Final = re.compile(r"\s*(?::::|[;；/、|])\s*")


def _is_book(fields: set[str]) -> bool:
    return "phone" in fields and bool(fields & {"name", "family", "given"})


def sniff(head: Head) -> bool:
    """True for a table of names and numbers without any time: a list of calls has one."""
    if head.data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"%PDF", b"<")):
        return False  # a letter names somebody and a number too
    return is_titled(head, _COLUMNS, _is_book, but=_EVENTS, within=_TITLE_ROWS)


def read(source: Source) -> Iterator[Found]:
    """A ``Card`` for each line with a name or a number."""
    head = source.head()
    needed_header(head, _COLUMNS, _is_book, remedy="第一行请写列名：姓名、电话、关系。")
    yield from encoding_note(head)
    for titles, row in body(rows(source), _COLUMNS, _is_book):
        if any(cell.strip() for cell in row.cells):
            yield _card(titles, row)
    yield Note(text=CARDS_NOTE)


def _card(titles: Header, row: Row) -> Found:
    values = {name: titles.cell(row, name) for name in titles.columns}
    name = values.get("name") or full_name(*(values.get(part, "") for part in ("family", "given", "middle")))
    written = [
        number
        for cell in titles.cells(row, "phone")
        for number in _SEVERAL.split(cell)
        if any(map(str.isdigit, number))
    ]
    person = person_of_card(name or values.get("company") or None, written)
    if person is None:
        return SetAside(at=row.at, why="这一行既没有姓名也没有电话号码，认人用不上")
    groups = (one.strip(" *") for one in _SEVERAL.split(values.get("group", "")))
    word = values.get("relation", "") or next((one for one in groups if relation_of(one)), "")
    return Card(person=replace(person, relation=relation_of(word), relation_word=word) if word else person)
