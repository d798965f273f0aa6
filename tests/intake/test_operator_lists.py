"""Operators' call and text lists: columns by their titles, values as they are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuijie.intake import Note, SetAside
from cuijie.intake.contact_lists import operator_calls
from cuijie.intake.tables import pdf_table
from cuijie.intake.tables.reading import rows

from . import intake_samples as samples
from .intake_samples import entries, table
from .recognising import known, local

UNICOM = [
    "序号",
    "业务类型",
    "calldate",
    "calltime",
    "通话时长",
    "呼叫类型",
    "对方号码",
    "本机通话地",
    "通话类型",
    "小计",
]
TELECOM = ["序号", "呼叫类型", "对方号码", "起始时间", "通话时长(秒)", "通话地点", "通话类型", "费用(元)"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_operator_list_is_read_in_any_encoding(encoding: str) -> None:
    rows = [
        ["查询月份：2025-03"],
        samples.OPERATOR_HEADER,
        ["2025-03-03 12:30:05", "深圳", "被叫", "\t17000001188", "2分5秒", "国内", "0"],
    ]
    (entry,) = entries(known(table(rows, encoding), operator_calls))
    assert (entry.number, entry.inbound, entry.connected, entry.duration_s) == ("17000001188", True, True, 125)
    assert (local(entry), entry.zone_basis) == ("2025-03-03 12:30:05", "local_assumed")


@pytest.mark.parametrize(
    ("query", "written", "understood"),
    [
        ("查询月份：2025年09月", "09-18 14:07:37", "2025-09-18 14:07:37"),
        ("查询月份：202509", "09-18 14:07:37", "2025-09-18 14:07:37"),
        ("查询时段：2024-12-20 至 2025-01-19", "12-31 23:59:59", "2024-12-31 23:59:59"),
        ("查询时段：2024-12-20 至 2025-01-19", "01-02 08:00:00", "2025-01-02 08:00:00"),
        ("查询周期：2025-03-01至2025-03-31", "2025/3/3 8:03", "2025-03-03 08:03:00"),
        ("详单 2025年9月1日-2025年9月30日", "09-18 14:07:37", "2025-09-18 14:07:37"),
    ],
)
def test_a_missing_year_comes_from_the_queried_months(query: str, written: str, understood: str) -> None:
    rows = [[query], samples.OPERATOR_HEADER, [written, "深圳", "主叫", "13800001002", "62秒", "国内", "0"]]
    (entry,) = entries(known(table(rows), operator_calls))
    assert local(entry) == understood


def test_a_year_that_nothing_tells_is_not_guessed() -> None:
    rows = [["通话详单"], samples.OPERATOR_HEADER, ["09-18 14:07:37", "深圳", "主叫", "13800001002", "62", "国内", "0"]]
    (aside,) = [one for one in known(table(rows), operator_calls) if isinstance(one, SetAside)]
    assert "没有年份" in aside.why


def test_day_rows_fee_rows_and_forwarded_calls() -> None:
    rows = [
        ["通话详单 13800001001"], samples.OPERATOR_HEADER, ["2025-03-03"],
        ["08:03:42", "深圳", "被叫", "075500001234", "1'02\"", "国内", "0"], ["12:00:00", "深圳", "呼转", "13800001004", "00:00:09", "国内", "0"],
        ["2025-03-04"], ["08:25:30", "深圳", "VoLTE主叫", "13800001002", "5分18秒", "国内", "0"],
        ["23:59:59", "--", "--", "--", "--", "--", "1.00"], ["合计", "", "", "", "389", "", "1.00"],
    ]  # fmt: skip
    found = known(samples.html_table(rows), operator_calls, "详单.xls")
    assert [(local(one), one.inbound, one.duration_s) for one in entries(found)] == [
        ("2025-03-03 08:03:42", True, 62), ("2025-03-03 12:00:00", None, 9), ("2025-03-04 08:25:30", False, 318),
    ]  # fmt: skip
    assert any("2 行" in one.text for one in found if isinstance(one, Note))


def test_date_and_time_in_two_columns_and_spoilt_numbers() -> None:
    rows = [
        UNICOM,
        ["1", "语音", "2025-03-03", "08:03:42", "1分2秒", "被叫", "19900002277.0", "深圳", "国内", "0"],
        ["2", "语音", "20250303", "080400", "62", "被叫", "1.7E10", "深圳", "国内", "0"],
        ["3", "语音", "2025-03-03", "09:00:00", "9", "被叫", "138****0001", "深圳", "国内", "0"],
    ]
    found = known(table(rows), operator_calls)
    assert [(one.number, one.number_raw) for one in entries(found)] == [
        ("19900002277", "19900002277.0"),
        ("138****0001", "138****0001"),
    ]
    assert ["科学计数法" in one.why for one in found if isinstance(one, SetAside)] == [True]


@pytest.mark.parametrize("hidden", ["未知号码", "未知", "无号码"])
def test_a_call_whose_number_is_not_told_is_a_call_and_a_total_is_none(hidden: str) -> None:
    rows = [TELECOM, ["1", "被叫", hidden, "2025-03-03 12:40:05", "12", "深圳", "国内", "0"],
            ["2", "被叫", "--", "2025-03-03 13:40:05", "0", "深圳", "国内", "0"], ["", "被叫", "", "合计", "12", "", "", "0"]]  # fmt: skip
    found = known(table(rows), operator_calls)
    first, second = entries(found)
    assert [(one.number, one.number_shown, one.inbound, one.duration_s) for one in (first, second)] == [
        (None, False, True, 12), (None, False, True, 0),
    ]  # fmt: skip
    assert any("1 行是套餐" in one.text for one in found if isinstance(one, Note))


def test_a_list_of_texts_has_no_words_and_no_duration() -> None:
    rows = [["起始时间", "通信地点", "对方号码", "通信方式", "信息类型", "业务名称", "套餐", "通信费"],
            ["2025-03-03 09:15:02", "深圳", "106900000001001", "接收", "短信", "", "", "0"],
            ["2025-03-03 09:16:02", "深圳", "17000001188", "发送", "短信", "", "", "0.1"]]  # fmt: skip
    assert [(one.kind, one.inbound, one.text) for one in entries(known(table(rows), operator_calls))] == [
        ("sms", True, None),
        ("sms", False, None),
    ]


def test_a_list_without_lengths_whose_ways_are_those_of_calls_holds_calls() -> None:
    rows = [["开始时间", "结束时间", "对方号码", "呼叫类型", "通话地"],
            ["2026-02-05 23:59:30", "2026-02-06 00:01:30", "17000001188", "被叫", "上海"]]  # fmt: skip
    (entry,) = entries(known(table(rows), operator_calls))
    assert (entry.kind, entry.inbound) == ("call", True)


def test_the_columns_may_stand_in_any_order() -> None:
    rows = [TELECOM, ["1", "被叫", "075500001234", "2025/03/03 08:03:42", "62", "深圳", "国内", "0"]]
    (entry,) = entries(known(table(rows), operator_calls))
    assert (entry.number, entry.duration_s, dict(entry.extra)["place"]) == ("075500001234", 62, "深圳")


@pytest.mark.parametrize("way", [True, False])
def test_a_column_for_each_side_gives_the_other_side(way: bool) -> None:
    rows = [["主叫号码", "被叫号码", "通话开始时间", "通话时长", *(["呼叫类型"] if way else [])],
            ["13800001001", "075500001234", "2025-03-03 12:30:05", "62", *(["主叫"] if way else [])],
            ["17000001188", "13800001001", "2025-03-03 13:30:05", "15", *(["被叫"] if way else [])]]  # fmt: skip
    found = entries(known(table(rows), operator_calls))
    assert [(one.number, one.inbound) for one in found] == [("075500001234", False), ("17000001188", True)]


@pytest.mark.parametrize("sides", [["对方号码", "类型"], ["主叫", "被叫"]])
def test_a_day_and_a_time_in_columns_of_those_plain_names_are_one_time(sides: list[str]) -> None:
    rows = [["日期", "时间", *sides, "时长"],
            ["2025-03-03", "12:30:05", *(["17000001188", "来电"] if "类型" in sides else ["17000001188", "13800001001"]), "62"],
            ["2025-03-04", "8:03", *(["13800001002", "去电"] if "类型" in sides else ["13800001001", "13800001002"]), "9"]]  # fmt: skip
    found = entries(known(table(rows), operator_calls))
    assert [(local(one), one.number, one.inbound) for one in found] == [
        ("2025-03-03 12:30:05", "17000001188", True),
        ("2025-03-04 08:03:00", "13800001002", False),
    ]


def test_a_list_of_texts_with_a_column_for_each_side_needs_neither_way_nor_length() -> None:
    rows = [["序号", "发送号码", "接收号码", "发送时间", "费用"],
            ["1", "106900000001001", "13800001001", "2025-03-03 12:30:05", "0"],
            ["2", "13800001001", "17000001188", "2025-03-03 13:30:05", "0.1"]]  # fmt: skip
    found = entries(known(table(rows), operator_calls))
    assert [(one.kind, one.number, one.inbound) for one in found] == [
        ("sms", "106900000001001", True),
        ("sms", "17000001188", False),
    ]


def test_a_sheet_for_each_month_tells_the_year() -> None:
    line = ["深圳", "被叫", "17000001188", "62", "国内", "0"]
    sheets = {
        "202502": [samples.OPERATOR_HEADER, ["02-03 08:03:42", *line]],
        "2025年3月": [samples.OPERATOR_HEADER, ["03-03 08:03:42", *line]],
    }
    found = entries(known(samples.workbook(sheets), operator_calls, "详单.xlsx"))
    assert [local(one) for one in found] == ["2025-02-03 08:03:42", "2025-03-03 08:03:42"]


@pytest.mark.parametrize(
    "calls", [[("13800001001", "17000001188")], [("01000001234", "13800001001"), ("01000001234", "13800001002")]]
)
def test_two_numbers_and_nothing_that_tells_whose_list_it_is(calls: list[tuple[str, str]]) -> None:
    rows = [["主叫号码", "被叫号码", "开始时间", "时长"], *([*call, "2025-03-03 12:30:05", "62"] for call in calls)]
    found = known(table(rows), operator_calls)
    assert entries(found) == []
    assert ["哪个是本机" in one.why for one in found if isinstance(one, SetAside)] == [True] * len(calls)


def test_the_sample_lists_of_every_operator_agree(shared: Path) -> None:
    folder = shared / "formats/operator_cdr/synthetic"
    read = {
        path.suffix + str(n): entries(known(path.read_bytes(), operator_calls, path.name))
        for n, path in enumerate(sorted(folder.iterdir()))
    }
    facts = [[(local(one), one.number, one.inbound, one.duration_s) for one in found] for found in read.values()]
    assert len(facts) == 5
    assert all(one == facts[0] for one in facts)
    assert len(facts[0]) == 6


def test_a_day_without_its_year_dates_the_calls_below_it_and_never_those_of_another_day() -> None:
    text = (
        "以下是您2025年03月01日至2025年03月31日的语音详单\n03-01\n起始时间,通信地点,通信方式,对方号码,通信时长\n"
        "12:30:05,广州,被叫,17000001188,1分02秒\n03-02\n08:00:01,深圳,被叫,17000001188,5分\n"
    )
    found = known(text.encode("gbk"), operator_calls, "详单.csv")
    assert [local(one) for one in entries(found)] == ["2025-03-01 12:30:05", "2025-03-02 08:00:01"]
    unknown = known(text.replace("2025年03月01日至2025年03月31日的", "").encode("gbk"), operator_calls, "详单.csv")
    assert not entries(unknown)
    assert sum(isinstance(one, SetAside) for one in unknown) == 2


def test_columns_that_only_blanks_part_are_read_and_a_shifted_row_is_set_aside() -> None:
    text = (
        "查询号码：13800001001    2025年3月\n起始时间             通信地点   通信方式   对方号码       通信时长\n"
        "2025-03-03 12:30:05  北京       被叫       17000001188    1分2秒\n"
        "2025-03-03 14:30:05             主叫       13800001002    12秒\n"
        "2025-03-03 15:30:05  北京       主叫       13800001002    12秒\n"
    )
    found = known(text.encode(), operator_calls, "详单.txt")
    assert [(one.number, one.duration_s) for one in entries(found)] == [("17000001188", 62), ("13800001002", 12)]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 4 行"]


def test_a_state_column_tells_the_calls_that_nobody_answered() -> None:
    rows = [
        ["对方号码", "呼叫方向", "通话开始时间", "通话时长", "通话状态"],
        ["17000001188", "呼入", "2025/3/3 13:30", "0", "未接通"],
    ]
    (call,) = entries(known(table(rows), operator_calls))
    assert call.connected is False


def test_a_list_that_says_the_way_under_its_kind_and_writes_clocks_without_colons() -> None:
    text = "类型,对方号码,开始时间,通话时长,通话时长2,通话地点,费用\n主叫,17000001188,2025-01-02 09:23:55,00:05:32,5分32秒,北京,0.00\n"
    (call,) = entries(known(text.encode(), operator_calls))
    assert (call.inbound, call.duration_s, dict(call.extra)["place"]) == (False, 332, "北京")
    text = "对方号码,通话日期,通话时间,通话类型,通话时长（秒）\n17000001188,20250102,214951,国内被叫,62\n"
    (call,) = entries(known(text.encode(), operator_calls))
    assert (local(call), call.inbound) == ("2025-01-02 21:49:51", True)
    text = "己方号码,对端号码,通话日期,通话时间,呼叫类型*,通话时长（s）,己方通话地*\n1,17000001188,2025-01-02,214951,被叫,62,杭州\n"
    (call,) = entries(known(text.encode(), operator_calls))
    assert (local(call), call.inbound, call.duration_s) == ("2025-01-02 21:49:51", True, 62)


def test_an_apps_list_of_that_kind_keeps_what_nobody_answered() -> None:
    text = "类型,对方号码,开始时间,通话时长\n未接来电,17000001188,2025-01-02 09:23:55,0\n来电,17000001188,2025-01-02 10:23:55,5\n"
    found = known(text.encode(), operator_calls)
    missed, answered = entries(found)
    assert not [one for one in found if isinstance(one, Note)]
    assert (missed.inbound, missed.connected, answered.connected) == (True, False, True)


@pytest.mark.parametrize(
    ("titles", "line"),
    [
        ("序号,通信起始日期/时间,通信地,通信方式,对端号码,使用量,实收费(元)", "1,{at},杭州,被叫,17000001188,1分2秒,0"),
        ("序号,主/被叫,通话号码,发生日期及时间,通话量,通话所在地,金额(元)", "1,被,17000001188,{at},62,杭州,0"),
        ("通话号码,开始时间,通话城市,类型,总费用", "17000001188,{at},杭州,被,0"),
    ],
)
def test_titles_of_the_usual_words_in_another_order_are_those_of_a_list_of_calls(titles: str, line: str) -> None:
    (call,) = entries(known(f"{titles}\n{line.format(at='2025-03-03 12:30:05')}\n".encode(), operator_calls))
    assert (call.kind, call.inbound, call.number) == ("call", True, "17000001188")
    assert call.duration_s in (62, None)
    assert local(call) == "2025-03-03 12:30:05"


def test_a_list_of_texts_may_tell_its_ways_by_one_sign_and_its_time_as_time() -> None:
    data = "序号,收/发,对方号码,时间,类型,金额(元)\n1,收,10690000112233,2025-03-03 12:30:05,点对点,0\n2,发,17000001188,2025-03-03 12:31:05,点对点,0\n"
    assert [(one.kind, one.inbound) for one in entries(known(data.encode(), operator_calls))] == [
        ("sms", True),
        ("sms", False),
    ]


@pytest.mark.parametrize(("last", "precision"), [("00", "minute"), ("09", "second")])
def test_a_list_whose_times_all_end_in_00_is_to_the_minute_its_lengths_are_not(last: str, precision: str) -> None:
    times = [*(f"2025-03-03 12:3{n}:00" for n in range(3)), f"2025-03-03 12:33:{last}"]
    rows = [samples.OPERATOR_HEADER, *([at, "深圳", "被叫", "17000001188", "00:01:00", "国内", "0"] for at in times)]
    calls = entries(known(table(rows), operator_calls))
    assert [(one.time_precision, one.duration_s) for one in calls] == [(precision, 60)] * 4


def test_the_foot_of_a_page_that_ran_into_the_last_number_of_a_pdf_is_no_part_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = [
        ("起始时间", "通信方式", "对方号码", "通信时长"),
        ("2025-03-04 09:00:00", "被叫", "17000005520", "30秒"),
        ("2025-03-04 10:00:00", "被叫", "17000005521第1页/", "60秒"),
    ]
    cells = [(1, number, line) for number, line in enumerate(lines, 1)]
    monkeypatch.setattr(pdf_table, "pdf_rows", lambda *_: iter(cells))
    found = [tuple(row.cells) for row in rows(samples.source_of(b"%PDF-1.4", "详单.pdf"))]
    assert found == [*lines[:2], ("2025-03-04 10:00:00", "被叫", "17000005521", "60秒")]
