"""Lists without titles, pages of Google Voice, and chats as further apps save them."""

from __future__ import annotations

import pytest

from cuijie.intake import SetAside
from cuijie.intake.chats import text as chat_text
from cuijie.intake.chats import voice_page
from cuijie.intake.contact_lists import call_lines, operator_calls
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.documents import letters as documents

from .intake_samples import entries, source_of, table
from .recognising import known, local


@pytest.mark.parametrize(
    "text",
    [
        # as the phone suites of Xiaomi and Nokia save texts
        'sms,deliver,"17000001188","","","2025.03.03 21:03","","【晴川】请还款"\nsms,submit,"","17000001188","","2025.03.03 21:05","","下月还，请勿打扰"\n',
        'sms;deliver;"17000001188";"";"";"2025.03.03 21:03";"";"【晴川】请还款"\nsms;submit;"";"17000001188";"";"2025.03.03 21:05";"";"下月还，请勿打扰"\n',
        '"sms","READ,RECEIVED","17000001188","","","2025.03.03 21:03","","【晴川】请还款"\n"sms","SENT","","17000001188","","2025.03.03 21:05","","下月还，请勿打扰"\n',
        "sms,deliver,\t+8617000001188,王经理,,2025. 3. 3 21:03,430,【晴川】请还款\nsms,submit,,\t17000001188,,2025. 3. 3 21:05,9,下月还，请勿打扰\n",
    ],
)
def test_texts_of_phone_suites_have_no_titles(text: str) -> None:
    text = text.replace(",下月还，请勿打扰\n", ',"下月还，请勿打扰"\n')
    first, second = entries(known(text.encode(), call_lines))
    assert (local(first), first.number, first.inbound, first.text, first.kind) == (
        "2025-03-03 21:03:00", "17000001188", True, "【晴川】请还款", "sms",
    )  # fmt: skip
    assert (second.inbound, second.number, second.text) == (False, "17000001188", "下月还，请勿打扰")


def test_a_call_list_typed_off_a_screen_is_read_line_by_line() -> None:
    text = (
        "我的通话记录\n17000001188  来电  2025-03-03 12:30:05  1分2秒\n17000001188 未接来电 2025/3/3 下午1:30\n"
        "2025年3月3日 14:30 去电 13800001002 时长：12秒\n17000001189 2025-03-03 15:30\n"
    )
    found = known(text.encode(), call_lines)
    answered, missed, made = entries(found)
    assert (answered.connected, answered.duration_s, answered.inbound) == (True, 62, True)
    assert (missed.connected, missed.inbound, local(missed)) == (False, True, "2025-03-03 13:30:00")
    assert (made.number, made.inbound, made.duration_s) == ("13800001002", False, 12)
    assert [one.why for one in found if isinstance(one, SetAside)] == ["看不出是电话还是短信"]


VOICE = (
    '<?xml version="1.0" ?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>'
    '<div class="hChatLog hfeed"><div class="message"><abbr class="dt" title="2025-03-03T08:03:11.451-05:00">Mar 3</abbr>:'
    '<cite class="sender vcard"><a class="tel" href="tel:+8617000001188"><span class="fn">王经理</span></a></cite>:'
    '<q>什么时候还钱？</q></div><div class="message"><abbr class="dt" title="2025-03-03T08:14:11-05:00">Mar 3</abbr>:'
    '<cite class="sender vcard"><a class="tel" href="tel:+16465550176"><abbr class="fn" title="">Me</abbr></a></cite>:'
    "<q>下个月<br>一定</q></div></div></body></html>"
)
VOICE_CALL = (
    '<html><body><div class="haudio"><span class="fn">{0} call</span><div class="contributor vcard">{0} call '
    '<a class="tel" href="tel:+8617000001188"><span class="fn"></span></a></div>'
    '<abbr class="published" title="2025-03-03T08:26:41.000-05:00">Mar 3</abbr>{1}'
    '<div class="tags">Labels: <a rel="tag" href="http://www.google.com/voice#{0}">x</a></div></div></body></html>'
)


def test_a_page_of_google_voice_gives_texts_in_their_own_zone() -> None:
    first, second = entries(known(VOICE.encode(), voice_page, "王经理 - Text - 2025.html"))
    assert (local(first), first.number, first.counterpart_name, first.inbound, first.zone_basis) == (
        "2025-03-03 21:03:11", "17000001188", "王经理", True, "stated",
    )  # fmt: skip
    assert (second.inbound, second.number, second.text) == (False, "17000001188", "下个月\n一定")


@pytest.mark.parametrize(
    ("label", "lasted", "expected"),
    [
        ("received", '<abbr class="duration" title="PT1M2S">(00:01:02)</abbr>', (True, True, 62)),
        ("placed", '<abbr class="duration" title="PT12S">(00:00:12)</abbr>', (False, True, 12)),
        ("missed", "", (True, False, None)),
        ("voicemail", '<abbr class="duration" title="PT9S">(00:00:09)</abbr>', (True, False, None)),
    ],
)
def test_a_page_of_google_voice_gives_one_call(
    label: str, lasted: str, expected: tuple[bool, bool, int | None]
) -> None:
    (call,) = entries(known(VOICE_CALL.format(label, lasted).encode(), voice_page))
    assert (call.inbound, call.connected, call.duration_s) == expected


def test_a_chat_saved_by_line_names_its_other_side_and_its_calls() -> None:
    text = (
        "[LINE] 與王經理的聊天記錄\n儲存日期：2025/03/05 10:00\n\n2025/03/03（一）\n21:03\t王經理\t你什麼時候還錢？\n"
        "21:05\t小陳\t下個月\n21:06\t王經理\t☎ 通話時間 1:02\n2025/03/04（二）\n09:03\t王經理\t☎ 未接來電\n"
    )
    said, answer, call, missed = entries(known(text.encode(), chat_text))
    assert (local(said), said.inbound, answer.inbound) == ("2025-03-03 21:03:00", True, False)
    assert (call.connected, call.duration_s, missed.connected) == (True, 62, False)
    assert local(missed) == "2025-03-04 09:03:00"


def test_a_sender_above_the_time_and_a_file_named_after_the_other_side() -> None:
    text = "王经理\n2025年3月3日 21:03\n什么时候还钱？\n小陈\n2025年3月3日 21:05\n下个月\n"
    said, answer = entries(known(text.encode(), chat_text, "与王经理的聊天.txt"))
    assert (said.inbound, said.text, answer.inbound, answer.counterpart_name) == (True, "什么时候还钱？", False, "小陈")
    assert answer.places[0].endswith("#第 4 行")


def test_a_copied_chat_without_times_says_what_to_do() -> None:
    (note,) = known("王经理:\n什么时候还钱？\n\n小陈:\n下个月\n".encode(), documents)
    assert "没有时间" in note.text  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "inbound"),
    [("语音信箱", True), ("已拦截", True), ("拒绝接听", True), ("已取消", False), ("Voicemail", True)],
)
def test_calls_that_nobody_answered_have_no_length_whatever_the_log_counts(kind: str, inbound: bool) -> None:
    rows = [["号码", "类型", "时间", "时长"], ["17000001188", kind, "2025-03-03 12:30:05", "10"]]
    (call,) = entries(known(table(rows), contact_table))
    assert (call.kind, call.inbound, call.connected, call.duration_s) == ("call", inbound, False, None)


@pytest.mark.parametrize("kind", ["草稿", "发送失败", "Draft"])
def test_a_text_that_never_left_is_no_contact(kind: str) -> None:
    rows = [["电话号码", "类型", "时间", "内容"], ["17000001188", kind, "2025-03-03 12:30:05", "你好"]]
    (aside,) = known(table(rows), contact_table)
    assert isinstance(aside, SetAside)
    assert "没有发出去" in aside.why


def test_a_text_list_of_an_operator_by_its_way_of_sending() -> None:
    rows = [
        ["业务类型", "发送时间", "传送方式", "对方号码"],
        ["国内短信", "2025-03-03 21:03:11", "接收", "10690000123456"],
    ]
    (text,) = entries(known(table(rows), operator_calls))
    assert (text.kind, text.inbound, local(text)) == ("sms", True, "2025-03-03 21:03:11")


def test_a_day_in_a_line_of_its_own_dates_the_calls_below_it_and_a_place_is_no_name() -> None:
    text = "王小舟 3月通话\n2025-03-04\n21:03:11 被叫 17000001188 1分2秒 浙江杭州\n2025年3月5日 星期三\n上午9:08 未接来电 13800001002\n"
    first, second = entries(known(text.encode(), call_lines))
    assert (local(first), first.inbound, first.duration_s) == ("2025-03-04 21:03:11", True, 62)
    assert (first.counterpart_name, dict(first.extra)) == (None, {"location": "浙江杭州"})
    assert (local(second), second.connected) == ("2025-03-05 09:08:00", False)


def test_a_number_above_its_time_and_way_is_one_call() -> None:
    text = "17000001188\n来电 2025-03-04 21:03 1分2秒\n13800001002\n未接 2025-03-04 22:03\n"
    first, second = entries(known(text.encode(), call_lines))
    assert (first.number, local(first), first.duration_s) == ("17000001188", "2025-03-04 21:03:00", 62)
    assert (second.number, second.connected, second.places[0]) == ("13800001002", False, "item#第 3 行")


@pytest.mark.parametrize("label", ["（上海）", "(骚扰电话)", " 上海"])
def test_a_number_with_a_label_behind_it_is_a_number_and_its_calls_are_not_the_one_aboves(label: str) -> None:
    text = (
        f"通话记录\n17000001188\n呼入 2025年3月3日 12:30 1分5秒\n02100002001{label}\n呼入 2025年3月4日 09:00 响铃8声\n"
    )
    first, second = entries(known(text.encode(), call_lines))
    assert [one.number for one in (first, second)] == ["17000001188", "02100002001"]


def test_the_only_number_is_that_of_no_call_below_a_line_that_may_name_another() -> None:
    text = "17000001188\n呼入 2025年3月3日 12:30 1分5秒\n号码见截图021000*2001\n呼入 2025年3月4日 09:00 8秒\n"
    read = entries(list(call_lines.read(source_of(text.encode(), "a.txt"))))
    assert [one.number for one in read] == ["17000001188", None]


_HEADED = [
    "【未接来电】\n1. 17000001188\n   2026-03-05 20:41\n2. 02100002001\n   2026-03-05 21:10\n【已拨电话】\n1. 13900002233\n   2026-03-03 08:30\n",
    "未接电话 (2)\n17000001188  2026/03/05 20:41\n催收 02100002001  2026/03/05 21:10\n已拨电话 (1)\n13900002233  2026/03/03 08:30\n",
    "== 未接 ==\n号码：17000001188\n时间：2026年3月5日 20:41\n号码：02100002001\n时间：2026年3月5日 21:10\n"
    "== 已拨 ==\n号码：13900002233\n时间：2026年3月3日 8:30\n",
    "[Missed calls]\n1) 17000001188  2026-03-05 20:41\n2) 02100002001  2026-03-05 21:10\n[Dialled calls]\n1) 13900002233  2026-03-03 08:30\n",
]  # fmt: skip


@pytest.mark.parametrize("text", _HEADED)
def test_a_phones_list_in_headed_parts_is_read_with_the_kind_of_each_part(text: str) -> None:
    read = entries(known(text.encode(), call_lines, "通话.txt"))
    assert [(one.number, one.inbound, one.connected, local(one)[:16]) for one in read] == [
        ("17000001188", True, False, "2026-03-05 20:41"),
        ("02100002001", True, False, "2026-03-05 21:10"),
        ("13900002233", False, None, "2026-03-03 08:30"),
    ]


def test_a_length_and_a_name_on_lines_of_their_own_are_of_their_call() -> None:
    text = (
        "已接来电\n老王\n17000001188\n2026-03-05 20:41\n通话时长：1分20秒\n小李\n021 0000 2001  2026-03-05 21:10  65s\n"
        "已拨电话\n小赵\n13900002233\n2026-03-03 08:30\n"
    )
    read = entries(known(text.encode(), call_lines, "通话.txt"))
    assert [(one.counterpart_name, one.number, one.duration_s) for one in read] == [
        ("老王", "17000001188", 80), ("小李", "02100002001", 65), ("小赵", "13900002233", None),
    ]  # fmt: skip
