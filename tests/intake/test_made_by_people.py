"""Tables, diaries and exports as people and apps make them: odd dates, other languages, titles that tell the kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cuijie.casefile import Case, KdfCost
from cuijie.intake import IntakeError, SetAside, add
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import table as chat_table
from cuijie.intake.contact_lists import blocks_text
from cuijie.intake.contact_lists import json_list as contact_json
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.diaries import notes_text
from cuijie.intake.documents import letters as documents
from cuijie.intake.payments import bills
from cuijie.intake.registry import findings, recognise
from cuijie.intake.times.day_order import order_of, plain_date
from cuijie.intake.vocabulary import channel_of, direction_of, was_missed, yes_no
from cuijie.records import Entry, Payment, Person

from . import intake_samples as samples
from .intake_samples import entries, source_of, table
from .recognising import known, local


def _row(header: list[str], *lines: list[str]) -> bytes:
    return table([header, *lines])


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("25/3/4 晚上9点半", "2025-03-04 21:30:00"),
        ("25年3月4日 21:30", "2025-03-04 21:30:00"),
        ("2025年3月4日 上午9点一刻", "2025-03-04 09:15:00"),
        ("2025年3月4日 晚9点", "2025-03-04 21:00:00"),
        ("2025年3月4日 下午三点二十分", "2025-03-04 15:20:00"),
        ("4 Mar 2025 9:03:11 PM", "2025-03-04 21:03:11"),
        ("March 6, 2025 21:03", "2025-03-06 21:03:00"),
        ("12/25/2025 9:05 PM", "2025-12-25 21:05:00"),
        ("25/12/2025 21:05", "2025-12-25 21:05:00"),
        ("45720.875", "2025-03-04 21:00:00"),
    ],
)
def test_dates_as_people_write_them(written: str, understood: str) -> None:
    (entry,) = entries(known(_row(["时间", "方式", "号码"], [written, "来电", "17000001188"]), contact_table))
    assert local(entry) == understood


@pytest.mark.parametrize(
    ("written", "why"), [("03/04/2025 21:05", "分不清"), ("昨天 21:03", "从哪一天算起"), ("下个月", "读不出")]
)
def test_a_date_that_cannot_be_known_is_not_guessed(written: str, why: str) -> None:
    (aside,) = known(_row(["时间", "方式", "号码"], [written, "来电", "17000001188"]), contact_table)
    assert isinstance(aside, SetAside)
    assert why in aside.why


def test_the_other_dates_of_a_column_tell_the_order() -> None:
    lines = [[f"{day} 21:05", "来电", "17000001188"] for day in ("03/04/2025", "03/25/2025")]
    found = entries(known(_row(["时间", "方式", "号码"], *lines), contact_table))
    assert [local(entry)[:10] for entry in found] == ["2025-03-04", "2025-03-25"]
    assert order_of(["03/04/2025", "04/03/2025"]) is None
    assert plain_date("3/4/25", "dmy") == "2025-04-03"


def test_titles_tell_the_kind_and_who_called_whom() -> None:
    data = _row(
        ["日期", "时间", "来电号码", "接听人", "通话内容"],
        ["2025-3-4", "21:30", "170-0000-1188", "同事小王", "说我是老赖"],
    )
    person, entry = [one for one in known(data, contact_table) if isinstance(one, Person) or one in entries([one])]
    assert isinstance(person, Person)
    assert (person.name, person.relation, person.relation_word) == ("小王", "colleague", "同事")
    assert (entry.kind, entry.inbound, entry.number) == ("call", True, "17000001188")  # type: ignore[union-attr]


def test_titles_in_traditional_characters_and_in_english() -> None:
    old = _row(["日期時間", "類型", "電話號碼", "通話時長"], ["2025/03/04 21:03:11", "來電", "17000001188", "1分2秒"])
    (entry,) = entries(known(old, contact_table))
    assert (entry.inbound, entry.duration_s) == (True, 62)
    phone = _row(
        ["Chat Session", "Message Date", "Service", "Type", "Sender ID", "Text"],
        ["+8617000001188", "2025-03-04 21:03:11", "SMS", "Incoming", "+8617000001188", samples.THREAT],
        ["+8617000001188", "2025-03-04 21:04:00", "SMS", "Outgoing", "", "下周"],
    )
    assert [(one.kind, one.inbound, one.number) for one in entries(known(phone, contact_table))] == [
        ("sms", True, "17000001188"),
        ("sms", False, "17000001188"),
    ]


def test_kinds_in_traditional_characters_mean_what_the_simplified_ones_do() -> None:
    written = ["未接來電", "撥出", "已拒絕", "已攔截", "簡訊", "無人接聽"]
    kinds = ["call", "call", "call", "call", "sms", None]
    assert [channel_of(word)[0] for word in written] == kinds
    assert [direction_of(word) for word in written] == [True, False, True, True, None, None]
    assert [was_missed(word) for word in written] == [True, False, True, True, False, False]
    assert yes_no("無人接聽") is False


@pytest.mark.parametrize("mark", ["|", ";", "\t"])
def test_other_separators_and_a_markdown_table(mark: str) -> None:
    lines = ["时间|方式|号码|内容", "2025-03-04 21:03|电话|17000001188|还钱"]
    plain = "\n".join(lines).replace("|", mark).encode()
    framed = "\n".join(f"| {line} |" for line in (lines[0], "---|---|---|---", lines[1])).encode()
    for data in (plain, framed):
        (entry,) = entries(known(data, contact_table))
        assert (entry.kind, entry.number, entry.text) == ("call", "17000001188", "还钱")


def test_a_name_in_the_column_of_numbers_is_a_name() -> None:
    (entry,) = entries(
        known(_row(["时间", "方式", "号码", "内容"], ["2025-03-04 21:03", "WeChat", "小张", "还钱"]), contact_table)
    )
    assert (entry.kind, entry.number, entry.counterpart_name) == ("im", None, "小张")


def test_android_numbers_for_kinds_in_json() -> None:
    data = b'[{"address":"17000001188","body":"x","date":"1741093391000","type":"1"},{"number":"17000001188","date":"1741093391000","type":"3","duration":"0"}]'
    text, call = entries(known(data, contact_json))
    assert (text.kind, text.inbound) == ("sms", True)
    assert (call.kind, call.inbound, call.connected) == ("call", True, False)


def test_a_diary_whose_days_touch_the_words() -> None:
    data = "2025年3月4日晚上9点多 17000001188打电话来骂我妈\n3月5日早上7点10分又打给我同事王丽\n3月6号 下午 来了两个人到我家敲门\n".encode()
    call, second, visit = entries(known(data, notes_text))
    assert (call.inbound, call.number, local(second), visit.kind) == (
        True,
        "17000001188",
        "2025-03-05 07:10:00",
        "visit",
    )


def test_a_diary_tells_of_the_calls_that_others_got() -> None:
    told = (
        "2026年10月21日 上午10点，妈打电话给我哭，说有个170开头的男的打给她，让她替我还",
        "10月22日 下午3点，人事王姐找我谈话，说公司前台接到平台的电话，说我是老赖",
        "10月23日 晚上8点，催收打电话给我，说要打给她们",
    )
    found = entries(known("\n".join(told).encode(), notes_text))
    assert [one.inbound for one in found[:2]] == [True, True]
    assert [one.owner == "debtor" for one in found] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2025-03-04 21:03:11,甲,17000001188,42\n2025-03-05 21:03:11,乙,17000001188,10\n", "没有列名"),
        (
            '{"accessor":{"identifier":"a"},"category":"contacts","timeStamp":"2025-03-05T09:00:01.123+08:00"}\n',
            "隐私报告",
        ),
        ("17000001188 2025年3月3日 21:30 2分5秒\n17000001188 2025年3月4日 8:00\n", "复制到表格里"),
        ("小张(3月4日 21:03): 再不还钱就去你单位\n我(3月4日 21:04): 下周\n", "没有写年份"),
        ("【某某贷】您已逾期，请今日还款\n2025-03-04 21:03\n\n【某某贷】最后通知\n2025-03-05 8:03\n", "复制出来的短信"),
        ("17000001188\n2025年3月4日 星期二 21:03\n再不还群发\n2025年3月5日 星期三 07:20\n开门\n", "复制出来的短信"),
        (
            "2025-03-04 21:03\n您已逾期\n\n2025-03-05 8:03\n还款\n",
            "复制出来的短信",
        ),
        ("[03-04 21:03] 小张: 再不还钱就去你单位\n[03-04 21:04] 我: 下周\n", "没有写年份"),
        (
            "package: name='com.example.loan' versionCode='1'\nuses-permission: name='android.permission.READ_CONTACTS'\n",
            "phone read",
        ),
    ],
)
def test_what_cannot_be_read_as_records_says_how_to_mend_it(text: str, advice: str) -> None:
    assert any(advice in str(note) for note in known(text.encode(), documents, "记录.txt"))


def test_a_bill_in_english() -> None:
    header = [
        "Transaction Time",
        "Transaction Type",
        "Counterparty",
        "Income/Expense",
        "Amount (CNY)",
        "Status",
        "Transaction ID",
    ]
    (paid,) = known(
        _row(header, ["2025-03-03 12:01:02", "Payment", "Qingchuan", "Expense", "¥200.00", "Success", "42"]), bills
    )
    assert isinstance(paid, Payment)
    assert (paid.amount_fen, paid.flow, paid.is_completed) == (20_000, "out", True)


def test_visits_calls_counted_in_words_and_several_numbers_in_one_cell() -> None:
    seen = _row(["上门日期", "上门时间", "地点", "说了什么"], ["2025-03-04", "19:30", "家里", "让我还钱"])
    (visit,) = entries(known(seen, contact_table))
    assert (visit.kind, visit.inbound, visit.visit_place, local(visit)) == (
        "visit",
        True,
        "home",
        "2025-03-04 19:30:00",
    )
    told = _row(["时间", "方式", "号码"], ["2025-03-06 15:00", "电话×3", "17000001188、17100002233"])
    (calls,) = entries(known(told, contact_table))
    assert (calls.kind, calls.count, calls.number) == ("call", 3, None)
    assert ("numbers", "17000001188、17100002233") in calls.extra


def test_a_list_of_texts_as_a_page_is_no_chat_and_no_list_of_calls() -> None:
    page = samples.html_table(
        [
            ["Type", "Date", "Name/Number", "Sender", "Content"],
            ["Incoming", "2025-03-04 21:03:11", "17000001188", "17000001188", "还钱"],
        ]
    )
    (entry,) = entries(known(page, contact_table))
    assert (entry.kind, entry.inbound, entry.number, entry.text) == ("sms", True, "17000001188", "还钱")


def test_a_table_typed_with_chinese_commas_and_records_under_any_name_in_json() -> None:
    typed = "时间，方式，号码，内容\n2025-03-04 21:03，电话，17000001188，还钱\n"
    wrapped = '{"记录":[{"时间":"2025-03-04 21:03","号码":"17000001188","方式":"电话","内容":"还钱"}]}'
    for data, importer in ((typed, contact_table), (wrapped, contact_json)):
        (entry,) = entries(known(data.encode(), importer))
        assert (entry.number, entry.text, local(entry)) == ("17000001188", "还钱", "2025-03-04 21:03:00")


def test_the_same_words_by_text_and_by_chat_are_two_contacts_and_the_text_in_two_sources_is_one(tmp_path: Path) -> None:
    phone, log = tmp_path / "sms.xml", tmp_path / "log.csv"
    phone.write_bytes(
        samples.xml("smses", [samples.sms_row("17000001188", samples.THREAT, samples.ms("2025-03-04 21:03:11"))])
    )
    by_text = ["2025-03-04 21:03", "短信", "+86 170 0000 1188", samples.THREAT]
    log.write_bytes(
        _row(["时间", "方式", "号码", "内容"], by_text, ["2025-03-04 21:03", "微信", "小张", samples.THREAT])
    )
    with Case.create(tmp_path / "案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as case:
        add(case, [phone, log])
        assert sorted((entry.kind, len(entry.places)) for entry in case.all(Entry)) == [("im", 1), ("sms", 2)]


def test_records_typed_as_blocks_of_named_lines() -> None:
    text = "时间：2025年3月4日 21:03\n号码：17000001188\n方式：电话\n内容：骂人\n还说要上门\n\n时间：3月某天\n号码：10690000123\n方式：短信\n内容：还钱\n"
    found = known(text.encode(), blocks_text, "记录.txt")
    (entry,) = entries(found)
    assert (entry.kind, entry.number, entry.text, local(entry)) == (
        "call",
        "17000001188",
        "骂人\n还说要上门",
        "2025-03-04 21:03:00",
    )
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 7 行"]


def test_who_called_beside_a_number_is_a_name_and_a_day_number_tells_the_year() -> None:
    rows = [["日期", "时间", "谁打的", "号码", "说了什么"], ["45719", "0.895833", "晴川", "17000001188", "要上门"],
            ["3月5日", "晚上9点", "晴川", "17000001188", "骂人"], ["3月6日", "晚上9点", "17000001199", "", "骂人"]]  # fmt: skip
    first, second, third = entries(known(table(rows), contact_table))
    assert [(local(one), one.number, one.counterpart_name) for one in (first, second, third)] == [
        ("2025-03-03 21:30:00", "17000001188", "晴川"),
        ("2025-03-05 21:00:00", "17000001188", "晴川"),
        ("2025-03-06 21:00:00", "17000001199", None),
    ]


def test_a_list_of_what_the_phone_blocked() -> None:
    rows = [
        ["拦截时间", "号码", "标记", "归属地", "处理"],
        ["2025-03-03 12:30", "17000001188", "被326人标记为骚扰", "北京", "已拦截"],
    ]
    (entry,) = entries(known(table(rows), contact_table))
    assert (entry.kind, entry.inbound, entry.connected, entry.number) == ("call", True, False, "17000001188")


def test_in_a_chat_with_a_column_or_a_word_for_oneself_the_other_side_is_the_other() -> None:
    rows = [
        ["时间", "发送人", "消息内容", "是否本人发送"],
        ["2025-03-03 12:30:05", "小张", "还钱", "否"],
        ["2025-03-03 12:31:05", "晓东", "下周", "是"],
    ]
    listed = [
        {"time": "2025-03-03 12:30:05", "sender": "小张", "content": "还钱"},
        {"time": "2025-03-03 12:31:05", "sender": "我", "content": "下周"},
    ]
    for found in (known(table(rows), chat_table), known(json.dumps(listed).encode(), chat_json)):
        assert [one.inbound for one in entries(found)] == [True, False]


@pytest.mark.parametrize(("name", "kind"), [("催收短信.csv", "sms"), ("电话骚扰.csv", "call"), ("记录.csv", None)])
def test_the_name_of_a_file_tells_the_kind_where_no_title_does(name: str, kind: str | None) -> None:
    cut = "时间,号码,内容\n2025-03-04 21:03,17000001188,还钱\n2025-03-05 21:03,170"
    reading = findings(contact_table, source_of(cut.encode(), name))
    found = next(reading)
    assert (found.kind if isinstance(found, Entry) else None) == kind
    with pytest.raises(IntakeError, match="中间断了"):
        next(reading)


def test_a_clock_time_below_a_merged_date_has_that_day() -> None:
    lines = [
        ["2026年11月3日", "晚上10点", "17000001188", "骂我"],
        ["", "22:40", "17000001189", "骂我"],
        ["11月4日", "7:30", "17000001188", "骂我"],
        ["", "", "17000001188", "骂我"],
    ]
    found = known(_row(["日期", "时间", "谁打的", "说了什么"], *lines), contact_table)
    assert [local(one) for one in entries(found)] == [
        "2026-11-03 22:00:00",
        "2026-11-03 22:40:00",
        "2026-11-04 07:30:00",
    ]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 5 行"]
    assert any("1 行没有写日期" in str(one) for one in found)


def test_words_below_the_time_of_a_block_are_its_words_and_no_part_of_the_time() -> None:
    data = "短信\n发件人：1065502012345678\n时间：2025年3月3日 09:00\n【小舟】您已逾期\n\n发件人：17000002101\n时间：2025年3月3日 22:10\n你等着\n"
    first, second = entries(known(data.encode(), blocks_text))
    assert [(one.kind, one.number, one.text, local(one)[11:16]) for one in (first, second)] == [
        ("sms", "1065502012345678", "【小舟】您已逾期", "09:00"), ("sms", "17000002101", "你等着", "22:10"),
    ]  # fmt: skip


def test_blocks_whose_labels_speak_of_calls_hold_calls() -> None:
    data = "来电：17000002101\n时间：2025-03-03 12:30\n内容：说要起诉\n---\n来电：02100002001\n时间：2025-03-04 21:30\n内容：骂人\n"
    found = entries(known(data.encode(), blocks_text))
    assert [(one.kind, one.inbound, one.text_kind) for one in found] == [("call", True, "summary")] * 2


def test_a_list_of_clock_times_and_numbers_below_days_is_no_chat() -> None:
    data = "2025年3月3日\n12:30 17000002101\n14:05 17000002101\n20:15 02100002001\n2025年3月4日\n08:01 17000002101\n"
    assert recognise(source_of(data.encode(), "a.txt").head()) is documents
