"""Where the contacts of a hand-kept diary begin and end, what is one, and what is no chat."""

from __future__ import annotations

from datetime import datetime

import pytest

from cuijie.clock import SHANGHAI
from cuijie.intake import SetAside
from cuijie.intake.diaries import notes_text
from cuijie.intake.diaries.told import kind_of
from cuijie.records import Entry

from .intake_samples import entries, source_of
from .recognising import known, local

_WRITTEN = datetime(2026, 11, 22, 20, tzinfo=SHANGHAI)  # a Sunday


def _read(text: str) -> list[Entry]:
    return entries(known(text.encode(), notes_text, modified_at=_WRITTEN, taken_in_at=_WRITTEN))


def test_lines_of_time_kind_and_number_are_no_chat() -> None:
    first, second, third = _read(
        "2026/9/30 22:15 电话 19600004545 打给我 2分\n2026/9/30 22:19 电话 19600004545 打给我 没接\n"
        "2026/10/1 06:50 短信 106900001234567 【惠民速贷】今日必须处理\n"
    )
    assert [(one.kind, one.number, one.connected) for one in (first, second, third)] == [
        ("call", "19600004545", True), ("call", "19600004545", False), ("sms", "106900001234567", None),
    ]  # fmt: skip


def test_lines_of_events_among_which_some_look_like_names_are_no_chat() -> None:
    """Whatever is no head must not be the words of the head above it."""
    told = _read(
        "2026年3月11日 10:00 打给我妈\n2026年3月12日 10:00 催收打我爸手机\n2026年3月13日 10:00 17000001188 打给我\n"
        "2026年3月14日 10:00 我打给平台客服4001234567投诉\n2026年3月15日 10:00 打给我老板，没接\n"
    )
    assert [one.kind for one in told] == ["call"] * 5


def test_days_alone_and_clock_times_below_them_are_a_diary_and_no_chat() -> None:
    found = known(
        "2026/11/20 周五\n上午9:12 95001234 机器人电话\n上午10:40 又来一个，我挂了\n上午11点 去医院\n下午2:00 打给我老婆\n"
        "十一月二十一号 晚上八点 打电话给我媳妇\n".encode(), notes_text,
    )  # fmt: skip
    assert [(local(one)[5:16], one.kind) for one in entries(found)] == [
        ("11-20 09:12", "call"), ("11-20 10:40", "call"), ("11-20 14:00", "call"), ("11-21 20:00", "call"),
    ]  # fmt: skip
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 4 行"]


def test_sentences_on_lines_of_their_own_below_a_day_are_contacts_of_their_own() -> None:
    told = _read(
        "2026年11月3日（周二）\n上午9:20 17000001188来电，说今天必须还清。\n我说没钱。\n妈妈的手机接到17000002231，说要去她单位。\n"
        "2026年11月4日\n有人到我公司楼下发传单。\n同事老周收到短信，让他转告。"
    )
    assert [(local(one)[:10], one.kind, one.number, one.owner == "debtor") for one in told] == [
        ("2026-11-03", "call", "17000001188", True), ("2026-11-03", "call", "17000002231", False),
        ("2026-11-04", "visit", None, True), ("2026-11-04", "sms", None, False),
    ]  # fmt: skip


def test_a_day_with_its_clock_time_in_brackets_begins_a_line_and_a_visit_only_announced_is_none() -> None:
    found = known(
        "【2025-03-03 12:30】17000001188 来电，威胁我\n【2025-03-04 08:00】又来电，没接\n[2025-03-05 晚]他说明天上门\n".encode(),
        notes_text,
    )
    assert [local(one) for one in entries(found)] == ["2025-03-03 12:30:00", "2025-03-04 08:00:00"]
    assert any(isinstance(one, SetAside) and one.at == "第 3 行" for one in found)


def test_months_and_days_in_words_date_what_stands_below_them() -> None:
    text = "2025年\n十月\n5日 上午 17000001188打来电话\n六日 晚上八点 又来电\n十一月二日 9:00 又打来电话，说三日内还\n"
    found = entries(
        known(
            text.encode(),
            notes_text,
            modified_at=datetime(2025, 11, 22, 20, tzinfo=SHANGHAI),
            taken_in_at=datetime(2025, 11, 22, 20, tzinfo=SHANGHAI),
        )
    )
    assert [local(one)[:16] for one in found] == ["2025-10-05 00:00", "2025-10-06 20:00", "2025-11-02 09:00"]


_TALK = """谈话笔录
时间：2026年3月20日 14:00
问：什么时候接到电话的？
答：2026年3月12日晚上8点20分，号码是17000001188，说要我还。
问：后来呢？
答：有，3月14日早上7点又打来一次，还是17000001188。还收到短信，3月15日12:05，17100004455发来的。
问：有没有人3月18日上门？
答：没有。
"""


def test_the_answers_of_a_talk_that_was_written_down_tell_contacts_and_its_questions_none() -> None:
    read = entries(known(_TALK.encode(), notes_text, "笔录.txt"))
    assert [(one.kind, local(one)[:16], one.number, one.places) for one in read] == [
        ("call", "2026-03-12 20:20", "17000001188", ("item#第 4 行",)),
        ("call", "2026-03-14 07:00", "17000001188", ("item#第 6 行",)),
        ("sms", "2026-03-15 12:05", "17100004455", ("item#第 6 行",)),
    ]
    assert read[0].inbound is True


def test_a_companys_answers_to_those_who_ask_are_no_talk() -> None:
    text = "问：怎么还款？\n答：2026年3月12日您可以打电话给客服还款。\n问：还有呢？\n答：3月15日会有短信通知。\n"
    assert not notes_text.sniff(source_of(text.encode(), "问答.txt").head())


def test_the_words_of_a_text_that_announce_a_visit_are_no_visit() -> None:
    found = _read(
        "2026年11月18日 收到短信：再不还款将上门走访\n2026年11月19日 发短信“明天上门”\n2026年11月20日 上门，敲门半小时\n"
    )
    assert [one.kind for one in found] == ["sms", "sms", "visit"]


def test_the_same_day_begins_a_line_of_its_own() -> None:
    found = _read("2026年11月9日 上午10:05 170 0000 2311 打来\n同日 15:20 又打，没接\n当日 晚上9点 打来，没人接\n")
    assert [local(one) for one in found] == ["2026-11-09 10:05:00", "2026-11-09 15:20:00", "2026-11-09 21:00:00"]


def test_a_sentence_about_several_days_is_set_aside_and_changes_no_call_before_it() -> None:
    found = known(
        "2026年10月23日 下午2:10 打来电话，接了，态度还行。10月25号起一天打七八个电话，我都没接。10月28日 晚上9点 打来电话，接了\n".encode(),
        notes_text,
    )
    assert [(local(one)[:10], one.connected, one.count) for one in entries(found)] == [
        ("2026-10-23", True, 1),
        ("2026-10-28", True, 1),
    ]
    assert ["不是某一天" in one.why for one in found if isinstance(one, SetAside)] == [True]


def test_a_line_that_begins_with_a_part_of_the_day_is_a_contact_of_its_own() -> None:
    found = _read("2026年11月7日\n昨晚11点 17100004455 打来，没接\n上午打了五六个，都挂了\n傍晚给我哥打了，我哥接的\n")
    assert [(local(one)[:10], one.owner != "debtor") for one in found] == [
        ("2026-11-06", False),
        ("2026-11-07", False),
        ("2026-11-07", True),
    ]


def test_a_diary_in_markdown_with_a_table_in_it_and_one_that_numbers_its_days() -> None:
    marked = _read(
        "# 记录\n\n## 2026-11-02（周一）\n\n- **21:45** 电话 `17000001188`，没接\n\n## 2026-11-05（周四）\n\n"
        "| 时间 | 方式 | 号码 | 情况 |\n|---|:--|---|---|\n| 07:40 | 电话 | 16700003344 | 没接 |\n| 19:05 | 微信 | 老周 | 骂我 |\n"
    )
    assert [(local(one), one.kind, one.number) for one in marked] == [
        ("2026-11-02 21:45:00", "call", "17000001188"),
        ("2026-11-05 07:40:00", "call", "16700003344"),
        ("2026-11-05 19:05:00", "im", None),
    ]
    text = "一、2026年10月28日上午9点，17000001188打我手机\n（二）11月1日晚上8点，微信上“老周”发来我的照片\n三、11月10日以后没有接到电话"
    found = known(text.encode(), notes_text, modified_at=_WRITTEN, taken_in_at=_WRITTEN)
    assert [(local(one), one.kind, "老周”发来" in (one.text or "")) for one in entries(found)] == [
        ("2026-10-28 09:00:00", "call", False),
        ("2026-11-01 20:00:00", "im", True),
    ]
    assert len([one for one in found if isinstance(one, SetAside)]) == 1


def test_a_line_struck_out_is_told_and_dates_nothing_above_it() -> None:
    text = (
        "1. 2026/3/1 20:11 17000001188 来电\n2. 3/4 下午 上门，两个人\n3. ~~3/5 08:00 来电~~ 记错了\n4. 3/6 9:00 来电"
    )
    found = known(text.encode(), notes_text, modified_at=_WRITTEN, taken_in_at=_WRITTEN)
    assert [local(one) for one in entries(found)] == [
        "2026-03-01 20:11:00",
        "2026-03-04 00:00:00",
        "2026-03-06 09:00:00",
    ]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 3 行"]


def test_clock_times_with_what_was_received_are_a_diary_and_no_chat() -> None:
    text = "2026年3月3日 星期二\n06:55 收到短信“我在你小区门口”\n07:20 下楼看没有人\n22:41 17000001188 来电没接\n"
    sms, call = _read(text)
    assert (sms.kind, local(sms), call.kind, local(call)) == (
        "sms",
        "2026-03-03 06:55:00",
        "call",
        "2026-03-03 22:41:00",
    )


@pytest.mark.parametrize(
    "told",
    [
        "发现楼道墙上和我家门上贴了纸，写着“小舟欠8600元”", "小区公告栏贴了我的照片", "楼下电线杆贴着我的身份证，留了电话",
        "把我的照片贴在小区大门口", "村口拉了横幅说我是老赖", "门上被喷了红漆“欠债还钱”", "单位门口张贴我欠款的大字报",
    ],
)  # fmt: skip
def test_what_was_put_up_for_others_to_see_is_a_public_post(told: str) -> None:
    assert kind_of(told) == "public_post"


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("小区公告栏贴了停水通知", None), ("我在门上贴春联", None), ("打电话说要在我门上贴告示", "call"),
        ("短信：再不还就去你小区贴告示", "sms"), ("上门，在门上贴了催收函", "visit"),
    ],
)  # fmt: skip
def test_a_notice_of_no_debt_or_only_announced_is_no_post(told: str, kind: str | None) -> None:
    assert kind_of(told) == kind


def test_a_diary_of_two_lines_that_begins_with_a_post_is_read_and_the_post_has_its_words() -> None:
    post, call = _read(
        "2026年9月15日 早上7:40 楼道墙上贴了纸，写着“小舟欠汇通8600元”\n2026年9月16日 10:20 17000001188打电话催我还钱\n"
    )
    assert (post.kind, post.inbound, post.text, post.text_kind) == ("public_post", True, "小舟欠汇通8600元", "verbatim")
    assert (local(call)[:16], call.text) == ("2026-09-16 10:20", "17000001188打电话催我还钱")


def test_a_line_of_no_known_kind_is_told_to_name_one_a_post_too() -> None:
    found = known("2026年3月5日 电话催我还钱\n2026年3月6日 又打电话骂我\n2026年3月7日 去买菜\n".encode(), notes_text)
    assert ["张贴" in one.why for one in found if isinstance(one, SetAside)] == [True]
