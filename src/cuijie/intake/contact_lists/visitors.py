"""Registers of a reception or a gate: who called, who came, whom they asked for.

A courier is no contact; what one left may be (律师函寄到公司).  A number in the column for papers is no telephone number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, person_id_of
from cuijie.intake.contact_lists.table_days import TableDays, under_months
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import encoding_note, first_rows, rows, rows_ahead
from cuijie.intake.tables.titles import body, is_titled, needed_header, unread_notes
from cuijie.intake.vocabulary import channel_of
from cuijie.records import EntryKind, Person
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "TITLE", "of_a_place", "read", "sniff"]

KIND: Final = "visitor_register"
TITLE: Final = "来访来电登记表"
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "occurred_at": (*COLUMN_NAMES["occurred_at"], "登记时间", "到访时间", "进入时间", "来访/来电时间", "来电/来访时间"),
    "date": (*COLUMN_NAMES["date"], "登记日期", "到访日期"),
    "clock": ("时刻", "时间段"),
    "both": ("来电/来访", "来访/来电", "来电来访", "来访来电", "来电或来访", "来访或来电", "来电、来访", "来访、来电"),
    "channel": ("类别", "类型", "方式", "登记类型", "登记类别", "事项类别"),
    "from_number": ("号码", "电话", "电话号码", "联系电话", "来电号码", "手机号", "手机", "联系方式"),
    "paper": ("号码/证件", "号码或证件", "电话/证件", "联系电话/证件号", "电话/证件号", "证件/号码", "证件或号码", "号码/证件号", "电话或证件",
              "证件", "证件号", "证件号码", "身份证号", "身份证号码", "有效证件", "证件名称及号码"),
    "visitor": ("来访人", "来访者", "来访人员", "来访人姓名", "访客", "访客姓名", "来人", "来人姓名", "来电人", "来电/来访人", "来访/来电人", "姓名"),
    "unit": ("单位", "来访单位", "来人单位", "所属单位", "单位/姓名", "来访单位/姓名", "单位名称"),
    "asked_for": ("找谁", "被访人", "受访人", "被访者", "接待人", "拜访人", "被访人员", "访问对象", "拜访对象", "找何人"),
    "text": ("事由", "来访事由", "内容", "来意", "目的", "事项", "来访目的", "来访/来电事由"),
    "note": ("备注", "说明", "处理情况"),
}  # fmt: skip
_PLACE: Final = "登记的单位"
_CAME: Final = ("来访", "到访", "访客", "访问", "拜访")
_COURIER: Final = re.compile(
    r"快递|快运|速递|速运|外卖|送餐|送水|送货|顺丰|中通|圆通|申通|韵达|极兔|EMS|邮政|京东|美团|饿了么", re.IGNORECASE
)
_LETTER: Final = re.compile(r"律师函|催收函|催告函|信函|函件|挂号信|告知书|通知书|法院|传票")
_DEMANDS: Final = re.compile(
    r"催收|催款|催债|讨债|要债|欠款|欠债|欠钱|还款|还钱"
)  # who says he is a courier may be none


def _is_register(fields: set[str]) -> bool:
    """True for titles that speak of calls and visits alike, or of visitors, whom they ask for and their papers."""
    timed = bool(fields & {"occurred_at", "date"})
    of_visitors = {"visitor", "asked_for"} <= fields and bool(fields & {"paper", "text", "note"})
    return timed and ("both" in fields or of_visitors) and bool(fields & {"visitor", "unit", "text", "note", "paper"})


def sniff(head: Head) -> bool:
    """True for a table with the titles of a register of calls and visitors."""
    return is_titled(head, _COLUMNS, _is_register)


def read(source: Source) -> Iterator[Found]:
    """Each call, visit and letter of the register, to whom it belongs."""
    head = source.head()
    table = first_rows(head)
    header = needed_header(head, _COLUMNS, _is_register, remedy="第一行请写列名，例如：日期,时间,来电/来访,号码,事由。")
    yield from encoding_note(head)
    source, told = of_a_place(source)
    yield from told
    title = " ".join(cell for row in table[: header.index] for cell in row.cells if cell.strip())
    ahead = body(under_months(rows_ahead(source), title), _COLUMNS, _is_register)
    days = TableDays(source, ahead, f"{source.name} {title}")
    unread: dict[str, int] = {}
    for titles, row in body(under_months(rows(source), title), _COLUMNS, _is_register, unread):
        values = {name: titles.cell(row, name) for name in titles.columns}
        if not any(values.values()):
            continue
        when = days.complete(row, values)
        kind, why = _kind(values)
        if kind is None:
            yield SetAside(at=row.at, why=why)
            continue
        yield from entry_of(source, row.at, _told(values, kind), is_contact_record=False, when=when)
    yield from days.notes()
    yield from unread_notes(unread)


def of_a_place(source: Source) -> tuple[Source, tuple[Found, ...]]:
    """*source* as what an office or a gate recorded, with whose it is, and the question: nobody's telephone, nor the debtor's."""
    if source.owner != "debtor":
        return source, ()
    place = Person(person_id=person_id_of(_PLACE), name=_PLACE)
    asked = Note(
        text=f"这是单位或门卫的记录，不是谁的手机：记作打到、来到“{_PLACE}”的联系。它是借款人的什么，请写明（网页在“被联系的人”里；"
        f"命令行：cuijie case person 案卷 {_PLACE} --relation 单位），或者收的时候用 --of 写是谁的。",
        is_asked=True,
    )
    return replace(source, owner=place.person_id), (place, asked)


def _kind(values: Mapping[str, str]) -> tuple[EntryKind | None, str]:
    """What a row tells of, or why it is no contact."""
    written = values.get("both") or values.get("channel") or ""
    told = " ".join(values.get(name, "") for name in ("both", "channel", "unit", "visitor", "text", "note"))
    if any(word in written for word in _CAME) or not written:
        kind: EntryKind | None = "visit"
    else:
        kind = channel_of(written)[0]
    if kind != "call" and _COURIER.search(told) and not _DEMANDS.search(told):
        return ("letter" if _LETTER.search(told) else None), "写的是快递、送货，不算一次联系"
    if kind is None and _LETTER.search(told):
        kind = "letter"
    return kind, f"类别写的是“{written[:20]}”，不知道是来电、来访还是别的"


def _told(values: Mapping[str, str], kind: EntryKind) -> dict[str, str]:
    """The row as a contact log has it; who was asked for was not the one who was reached."""
    number = next((one for name in ("from_number", "paper") if _is_phone(one := values.get(name, ""))), "")
    named = [values.get(name, "") for name in ("unit", "visitor")]
    words = [values.get(name, "") for name in ("text", "note")]
    way = values.get("both") or values.get("channel") or ""
    return {
        **{name: values[name] for name in ("occurred_at", "date", "clock") if values.get(name)},
        "channel": kind,
        "direction": "去电" if kind == "call" and "去电" in way else "来电",
        "from_number": number,
        "name": " ".join(filter(None, named)),
        "text": "；".join(dict.fromkeys(filter(None, words))),
        "text_kind": "summary",
        "asked_for": values.get("asked_for", ""),
    }


def _is_phone(written: str) -> bool:
    """True for a telephone number, and not the number of an identity card."""
    digits = re.sub(r"[\s-]", "", written)
    if not re.fullmatch(r"\+?[\d*]{5,17}", digits) or (len(digits) == 15 and not digits.startswith(("0", "1"))):
        return False
    return classify(normalise(digits) or "") != "unknown" or "*" in digits
