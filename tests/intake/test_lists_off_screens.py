"""What is typed or copied off a screen, and what phones, note apps and mails show in their own way."""

from __future__ import annotations

import json
from email.message import EmailMessage

import pytest

from cuijie.intake import Attachment, SetAside
from cuijie.intake.android import adb_query, sms_backup
from cuijie.intake.chats import json_export as chat_json
from cuijie.intake.chats import table as chat_table
from cuijie.intake.chats import text as chat_text
from cuijie.intake.contact_lists import call_lines, operator_calls
from cuijie.intake.contact_lists import json_list as contact_json
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.diaries import notes_text
from cuijie.intake.documents import letters as documents
from cuijie.intake.documents.own_lists import own_list
from cuijie.intake.registry import recognise

from .intake_samples import entries, ms, source_of, table
from .recognising import known, local

NUMBER, OTHER = "17000001188", "17000001199"
AT, THEN = "2026-09-28 20:47:13", "再不还就去你单位"
T = ms(AT)


def _calls(text: str) -> list[tuple[object, ...]]:
    found = entries(known(text.encode(), call_lines))
    return [(one.kind, one.number, one.inbound, one.connected, one.duration_s) for one in found]


def test_the_page_of_one_number_gives_that_number_to_each_of_its_calls() -> None:
    page = "170 0000 1188\n江苏南京 移动\n\n2026年9月28日 20:47\n呼入 41秒\n2026年9月29日 08:05\n未接 响铃8声\n2026年10月2日 22:31\n呼出 未接通\n"
    assert _calls(page) == [
        ("call", NUMBER, True, True, 41),
        ("call", NUMBER, True, False, None),
        ("call", NUMBER, False, False, None),
    ]


def test_a_number_above_the_line_of_its_call_is_never_that_of_the_call_before() -> None:
    screen = f"{NUMBER}\n2026/9/28 20:47 来电 41秒 卡1\n{OTHER} 妈妈\n2026/9/29 08:05 未接来电 响铃6秒 卡2\n"
    assert [call[1:4] for call in _calls(screen)] == [(NUMBER, True, True), (OTHER, True, False)]


def test_a_call_in_three_lines_begins_with_its_time() -> None:
    screen = f"移动 详单查询\n2026-09-28 20:47:13\n被叫 {NUMBER}\n41秒 江苏南京 国内\n2026-09-29 08:05:40\n主叫 {OTHER}\n5分5秒 江苏南京 国内\n"
    assert [call[1:] for call in _calls(screen)] == [(NUMBER, True, True, 41), (OTHER, False, True, 305)]


def test_a_way_beside_one_number_is_no_second_side_of_a_text() -> None:
    text = f"{AT}\tin\t10690001188\t\t{THEN}\n2026-09-29 08:05:40\tout\t{NUMBER}\t王经理\t月底发工资就还\n"
    found = entries(known(text.encode(), call_lines))
    assert [(one.kind, one.inbound, one.number) for one in found] == [
        ("sms", True, "10690001188"),
        ("sms", False, NUMBER),
    ]


def test_of_two_times_in_a_row_below_unknown_titles_none_is_taken() -> None:
    form = f"提交人,提交时间,第一题（必填）,方式,催的号码\n甲,2026-10-06 10:00:00,{AT},电话,{NUMBER}\n乙,2026-10-06 11:00:00,{AT},短信,{OTHER}\n"
    assert recognise(source_of(form.encode()).head()) is documents


@pytest.mark.parametrize(
    ("written", "inbound", "connected"),
    [
        ("去电未接", False, False),
        ("来电拒接", True, False),
        ("来电已接", True, True),
        ("去电未接通", False, False),
        ("来电已拒接", True, False),
    ],
)
def test_way_and_state_in_one_word_are_both_read(written: str, inbound: bool, connected: bool) -> None:
    found = entries(
        known(table([["时间", "号码", "通话类型"], [AT, NUMBER, written], [AT, OTHER, "来电"]]), contact_table)
    )
    assert (found[0].inbound, found[0].connected) == (inbound, connected)


def test_a_missed_call_is_one_where_the_column_is_titled_for_the_way_too() -> None:
    rows = [["时间", "号码", "呼叫类型", "时长"], [AT, NUMBER, "未接", ""]]
    assert [one.connected for one in entries(known(table(rows), contact_table))] == [False]


def test_a_span_of_the_day_that_is_a_clock_time_is_the_time() -> None:
    rows = [["日期", "时间段", "方式", "对方号码"], ["2026-09-28", "20:47:13", "电话", NUMBER]]
    assert [local(one) for one in entries(known(table(rows), contact_table))] == [AT]


def test_an_operators_texts_are_told_by_their_kind_column() -> None:
    rows = [["发送时间", "短信类别", "对端号码", "资费"], ["20260928204713", "接收", "10690001188", "0"]]
    assert [(one.kind, one.inbound) for one in entries(known(table(rows), operator_calls))] == [("sms", True)]


def test_texts_among_samsungs_calls_are_set_aside() -> None:
    rows = "".join(
        f"Row: {row} _id={row}, number={NUMBER}, date={T}, duration=0, type=1, logtype={kind}\n"
        for row, kind in enumerate((100, 300))
    )
    found = known(rows.encode(), adb_query)
    assert (len(entries(found)), [one.why for one in found if isinstance(one, SetAside)]) == (
        1, ["三星把短信也记在通话记录里：这一行是短信，不是通话"],
    )  # fmt: skip


def test_what_a_command_window_says_first_is_passed_over() -> None:
    window = "Microsoft Windows [版本 10.0.19045]\n(c) Microsoft Corporation。保留所有权利。\n\nC:\\adb>adb shell content query\n"
    window += f"Row: 0 address={NUMBER}, date={T}, body={THEN}, type=1\n"
    assert [one.text for one in entries(known(window.encode(), adb_query))] == [THEN]


def test_a_messengers_own_data_is_no_subject() -> None:
    mms = f'<smses count="1"><mms date="{T}" msg_box="1" address="{NUMBER}" sub="proto:CkoSSGFiYw==" m_type="132"><parts><part seq="0" ct="text/plain" '
    mms += f'text="{THEN}"/></parts></mms></smses>'
    assert [one.text for one in entries(known(mms.encode(), sms_backup))] == [THEN]


def test_a_note_saved_as_a_page_is_read_line_by_line() -> None:
    page = f"<html><head><title>催收记录</title></head><body><div>2026-09-28 20:47 {NUMBER} 打来电话，骂人</div>"
    page += "<div>2026-10-02 22:31 又打来一次，没接<br></div></body></html>"
    (note,) = [one for one in known(page.encode(), documents, "n.html") if isinstance(one, Attachment)]
    assert isinstance(note.data, bytes)
    assert [one.connected for one in entries(known(note.data, notes_text))] == [None, False]
    linked = page.replace("<body>", '<body><a href="x">首页</a>')  # a page of the web
    assert not [one for one in known(linked.encode(), documents, "n.html") if isinstance(one, Attachment)]


def test_a_chat_sent_as_a_mail_is_read_beside_the_mail() -> None:
    mail = EmailMessage()
    mail["From"] = mail["To"] = "me@example.com"
    mail["Subject"], mail["Date"] = "“王经理”和“小陈”的微信聊天记录", "Tue, 06 Oct 2026 12:10:00 +0800"
    mail.set_content(
        f"Dear:\n\n微信聊天记录如下，请查收。\n\n—————  2026-09-28  —————\n\n王经理  20:47\n\n{THEN}\n\n小陈  20:50\n\n月底还\n",
        cte="base64",
    )
    found = known(mail.as_bytes(), documents)
    (chat,) = [one for one in found if isinstance(one, Attachment)]
    assert isinstance(chat.data, bytes)
    assert [one.kind for one in entries(found)] == ["email"]
    first = entries(known(chat.data, chat_text))[0]
    assert (first.counterpart_name, local(first)) == ("王经理", "2026-09-28 20:47:00")


def test_rules_between_messages_are_nobodys_words_and_the_number_beside_the_name_counts() -> None:
    rule = "-" * 40
    text = f"{rule}\n{AT} from 王经理 (+86 170 0000 1188)\n{rule}\n{THEN}\n\n{rule}\n2026-09-29 08:05:40 to 王经理 (+86 170 0000 1188)\n{rule}\n月底还\n\n"
    found = entries(known(text.encode(), chat_text))
    assert [(one.number, one.inbound, one.text) for one in found] == [(NUMBER, True, THEN), (NUMBER, False, "月底还")]


def test_a_group_is_one_by_its_name_where_two_write() -> None:
    rows = [
        ["会话名称", "发送人", "消息内容", "发送时间"],
        ["贷后沟通群", "王经理", THEN, AT],
        ["贷后沟通群", "小陈", "好", AT],
    ]
    assert {one.group_name for one in entries(known(table(rows), chat_table))} == {"贷后沟通群"}


def test_a_message_taken_back_in_an_archive_is_no_contact() -> None:
    said = {
        "msgid": "1",
        "action": "send",
        "from": "w",
        "tolist": ["c"],
        "msgtime": T,
        "msgtype": "text",
        "text": {"content": THEN},
    }
    taken = {**said, "msgid": "2", "action": "recall", "msgtype": "revoke", "revoke": {"pre_msgid": "1"}}
    lines = "\n".join(json.dumps(one, ensure_ascii=False) for one in (said, taken))
    assert [one.is_proof_of_contact for one in entries(known(lines.encode(), chat_json))] == [True, False]


def test_a_log_of_ones_own_work_is_no_diary_of_being_dunned() -> None:
    work = "2026-09-28 上午电话随访患者12人，均恢复良好。\n2026-09-29 电话随访患者8人，其中2人未接。\n2026-09-30 上门走访社区居民5户。\n"
    assert recognise(source_of(work.encode()).head()) is documents
    dunned = work.replace("电话随访患者", "催收打电话给我的客户")
    assert recognise(source_of(dunned.encode()).head()) is notes_text


def test_a_heading_marks_a_day_of_a_diary() -> None:
    diary = f"# 被催日记\n\n## 2026-09-28 周一\n- 20:47 {NUMBER} 来电，41秒，说要去单位\n\n## 2026-09-29 周二\n- 上午8点05分 妈妈接到电话\n"
    assert [local(one)[:16] for one in entries(known(diary.encode(), notes_text))] == [
        "2026-09-28 20:47",
        "2026-09-29 08:05",
    ]


def test_a_day_under_one_title_and_the_clock_under_another_are_one_time() -> None:
    rows = [
        ["时间", "时段", "催收方式", "来电/发信号码", "催收内容摘要"],
        ["2026-09-28", "20:47", "电话", NUMBER, THEN],
    ]
    (call,) = entries(known(table(rows), contact_table))
    assert (local(call), call.number, call.text) == ("2026-09-28 20:47:00", NUMBER, THEN)


def test_a_diary_in_a_table_without_titles_has_its_days_in_one_cell_and_the_calls_in_the_next() -> None:
    days = (("2026年9月28日 20:47", f"{NUMBER} 打来电话，说要去单位"), ("2026年9月29日 8:05", "给我妈打电话，没接"))
    page = "<html><body><table>" + "".join(f"<tr><td>{day}</td><td>{told}</td></tr>" for day, told in days) + "</table></body></html>"  # fmt: skip
    diary = own_list("日记.docx", "\n".join(cell for row in days for cell in row), page)
    assert diary is not None
    assert isinstance(diary.data, bytes)
    assert [local(one)[:16] for one in entries(known(diary.data, notes_text))] == [
        "2026-09-28 20:47",
        "2026-09-29 08:05",
    ]


@pytest.mark.parametrize("kind", ["报修", "讨论"])
def test_a_work_order_or_minutes_as_json_are_kept_as_a_document(kind: str) -> None:
    order = json.dumps([{"时间": AT, "类型": kind, "内容": "宽带故障"}], ensure_ascii=False).encode()
    assert recognise(source_of(order).head()) is documents
    called = json.dumps([{"时间": AT, "类型": "电话", "内容": THEN}], ensure_ascii=False).encode()
    assert len(entries(known(called, contact_json))) == 1
