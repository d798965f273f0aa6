"""Tables of several parts: each sheet and each second table has its own header; address cards."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.intake import SetAside, add
from cuijie.intake.address_books import vcard
from cuijie.intake.chats import table as chat_table
from cuijie.intake.contact_lists import operator_calls
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.found import Card

from . import intake_samples as samples
from .adding import one, put
from .intake_samples import entries, table
from .recognising import known, local
from .table_samples import zipped
from .test_chats import WORDS


@pytest.mark.parametrize(
    ("text", "name", "numbers"),
    [
        (
            "VERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9E=97;=E8=88=\r\n=9F;;;\r\nTEL;CELL:138 0000 1002",
            "林舟",
            ("13800001002",),
        ),
        (
            "VERSION:2.1\r\nFN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=C1=D6=D6=DB\r\nTEL;CELL:13800001002",
            "林舟",
            ("13800001002",),
        ),
        (
            "VERSION:3.0\r\nFN:林\r\n 舟\r\nitem1.TEL;type=pref:+86 138-0000-1002\r\nitem1.X-ABLabel:催收\r\nTEL:0755-00008888",
            "林舟",
            ("13800001002", "075500008888"),
        ),
        (
            "VERSION:4.0\r\nFN:Lin Zhou\r\nTEL;VALUE=uri;TYPE=cell:tel:+86-138-0000-1002;ext=1",
            "Lin Zhou",
            ("13800001002",),
        ),
        ("VERSION:3.0\r\nN:Doe;John;;;\r\nTEL:123456", "John Doe", ("123456",)),
    ],
)
def test_cards_of_every_version(text: str, name: str, numbers: tuple[str, ...]) -> None:
    (person,) = [
        one.person for one in known(f"BEGIN:VCARD\r\n{text}\r\nEND:VCARD\r\n".encode(), vcard) if isinstance(one, Card)
    ]
    assert (person.name, person.numbers) == (name, numbers)


def test_every_sheet_has_its_own_header_and_other_sheets_are_left_alone() -> None:
    chat = [
        samples.CHAT_HEADER,
        *([f"8{n}", "文本", who, at, text, "", "", ""] for n, (at, who, text, _) in enumerate(WORDS)),
    ]
    people = [["wxid", "昵称", "备注"], ["wxid_a", "AAA", "小周"], ["wxid_b", "林舟", ""]]
    found = known(samples.workbook({"聊天记录": chat, "成员信息": people}), chat_table, "小周.xlsx")
    assert [one.text for one in entries(found)] == [text for _, _, text, _ in WORDS]
    assert not [one for one in found if isinstance(one, SetAside)]


def test_a_second_table_in_one_file_has_its_own_columns() -> None:
    rows = [["查询月份：2025-03"], samples.OPERATOR_HEADER, ["2025-03-03 12:30:05", "深圳", "被叫", "17000001188", "2分5秒", "国内", "0"],
            ["短信详单"], ["起始时间", "通信地点", "对方号码", "通信方式", "信息类型", "业务名称", "通信费"],
            ["2025-03-03 09:15:02", "深圳", "106900000001001", "接收", "短信", "", "0"]]  # fmt: skip
    assert [(one.kind, one.number) for one in entries(known(table(rows), operator_calls))] == [
        ("call", "17000001188"),
        ("sms", "106900000001001"),
    ]


TWO_LINES = [
    ["通话详单（2025年3月）"],
    ["序号", "通话时间", "", "对方", "", "通话时长", "类型"],
    ["", "起始日期", "起始时间", "对方号码", "归属地", "", "主/被叫"],
    ["1", "2025-03-03", "12:30:05", "17000001188", "北京", "2分5秒", "被叫"],
    ["2", "2025-03-03", "13:30:05", "13800001002", "广东", "0分35秒", "主叫"],
]
SPANNED = (
    "<table><tr><td colspan=6>通话详单</td></tr><tr><th rowspan=2>序号</th><th colspan='2'>通话时间</th><th rowspan=2>通话时长</th>"
    "<th colspan=2>对方</th></tr><tr><th>起始日期</th><th>起始时间</th><th>对方号码</th><th>归属地</th></tr>"
    "<tr><td>1</td><td>2025-03-03</td><td>12:30:05</td><td>2分5秒</td><td>17000001188</td><td>北京</td></tr>"
    "<tr><td>2</td><td rowspan=9999999999>2025-03-03</td><td>13:30:05</td><td>35秒</td><td>13800001002</td><td>广东</td></tr>"
    "<tr><td colspan=3>合计</td><td>160秒</td></tr></table>"
)


def test_a_sheet_that_is_damaged_or_unknown_is_named_and_the_others_are_read(case: Case, tmp_path: Path) -> None:
    line = ["2025-03-03 12:30:05", "深圳", "被叫", "17000001188", "2分5秒", "国内", "0"]
    sheets = {
        "语音": [samples.OPERATOR_HEADER, line],
        "上网": [["起始时间", "流量"], ["2025-03-03", "2048"]],
        "短信": [line],
    }
    whole = samples.workbook(sheets)
    with zipfile.ZipFile(io.BytesIO(whole)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts["xl/worksheets/sheet3.xml"] = parts["xl/worksheets/sheet3.xml"][:-40]
    for data, said in ((whole, "表“上网”里的列名认不出"), (zipped(parts), "表“短信”损坏")):
        report = one(add(case, [put(tmp_path, f"{len(data)}.xlsx", data)]))
        assert (report.kind, report.read) == ("operator_list", 1)
        assert any(said in note for note in report.notes)


@pytest.mark.parametrize("text", ["时间,方式,内容,号码\r\n{at},短信,甲\n乙,{n}\r\n{at},短信,丙,{n}\n{at},短信,丁,{n}\r\n",
                                  "时间,方式,号码,内容\r\n{at},短信,{n},甲\n乙\r\n{at},短信,{n},丙\n{at},短信,{n},丁\r\n"])  # fmt: skip
def test_a_bare_line_feed_in_a_file_of_cr_lf_parts_rows_or_the_words_of_a_cell(text: str) -> None:
    found = known(text.format(at="2025-03-03 12:30:05", n="17000001188").encode(), contact_table)
    assert [(one.text, one.number) for one in entries(found)] == [
        ("甲\n乙", "17000001188"), ("丙", "17000001188"), ("丁", "17000001188"),
    ]  # fmt: skip


@pytest.mark.parametrize("layout", ["workbook", "csv", "page"])
def test_titles_over_two_lines_and_merged_cells_are_read_together(layout: str) -> None:
    made = {"workbook": samples.workbook({"a": TWO_LINES}), "csv": table(TWO_LINES), "page": SPANNED.encode()}
    first, second = entries(known(made[layout], operator_calls))
    assert [(local(one), one.number, one.duration_s) for one in (first, second)] == [
        ("2025-03-03 12:30:05", "17000001188", 125),
        ("2025-03-03 13:30:05", "13800001002", 35),
    ]
    assert (first.inbound, second.inbound) == ((None, None) if layout == "page" else (True, False))


def test_a_row_of_words_below_the_titles_is_a_row() -> None:
    rows = [["时间", "方式", "号码", "内容", "备注"], ["昨天", "电话", "未知", "骂人", "说明"]]
    assert [one.at for one in known(table(rows), contact_table) if isinstance(one, SetAside)] == ["第 2 行"]


@pytest.mark.parametrize("codec", ["big5", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "hz"])
def test_a_table_is_read_in_the_encoding_it_is_in(codec: str) -> None:
    titles = "起始時間,對方號碼,通信方式,通話地點" if codec == "big5" else "起始时间,对方号码,通信方式,通话地点"
    data = f"{titles}\n2025-03-03 08:03:42,17000001188,被叫,北京\n".encode(codec)
    (entry,) = entries(known(data, operator_calls))
    assert (local(entry), entry.number, entry.inbound) == ("2025-03-03 08:03:42", "17000001188", True)
