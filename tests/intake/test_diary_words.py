"""What the words of a diary tell of each contact: who was called, who called, how often, and which hours are inexact."""

from __future__ import annotations

from datetime import datetime

import pytest

from cuijie.clock import SHANGHAI
from cuijie.intake import Note, SetAside
from cuijie.intake.diaries import notes_text
from cuijie.intake.diaries.told import contacted, is_event, is_no_contact, kind_of, times_of, way_of
from cuijie.records import Entry, Person

from .intake_samples import entries, source_of
from .recognising import known, local

_WRITTEN = datetime(2026, 11, 22, 20, tzinfo=SHANGHAI)  # a Sunday


def _read(text: str) -> list[Entry]:
    return entries(known(text.encode(), notes_text, modified_at=_WRITTEN, taken_in_at=_WRITTEN))


@pytest.mark.parametrize(
    ("told", "who"),
    [
        ("打了2次 都是打给我丈母娘", "我丈母娘"),
        ("打我弟电话说我死了", "我弟"),
        ("打给我妈两次，打给我爸一次", "我妈"),
        ("一名自称“张主任”的男子致电我母亲，称我涉嫌诈骗", "我母亲"),
        ("催收去了我爸妈家，我妈血压都高了", "我爸妈"),
        ("领导叫我去办公室，说接到催收电话了", "领导"),
        ("没动静，但是我朋友小陈说有人加他微信问我在哪", "我朋友小陈"),
        ("室友陈敏说有个 给她打电话，说我欠钱不还", "室友陈敏"),
        ("催收说有人给他打电话", None),
        ("又打我老公，没接", "我老公"),
        ("打到我婆婆家座机", "我婆婆"),
        ("打给我儿子的班主任", "我儿子的班主任"),
        ("打给我前同事李姐", "我前同事李姐"),
        ("打给我小学同学", "我小学同学"),
        ("爸爸来电话说有人找他要钱", "爸爸"),
        ("打给我和我老婆", None),
        ("公司前台接了三个电话，找我的", "公司前台"),
        ("妈妈的手机接到 ，说要去她单位", "妈妈"),
        ("又打了我老婆的电话", "我老婆"),
        ("打了我爸三个电话", "我爸"),
        ("我接了电话", None),
        ("又给我妈打电话", "我妈"),
        ("拨打我母亲电话3次", "我母亲"),
        ("没短信，打了两个电话给我哥", "我哥"),
        ("张某（自称平台工作人员）加我父亲微信", "我父亲"),
        ("又拉我父亲进群", "我父亲"),
        ("真的给我通讯录里的人打电话了", "我通讯录里的人"),
        ("他们又打给七婶，说我儿子是老赖", "七婶"),
        ("打了23个，其中给我爸打了4个", None),
        ("打我电话骂了十分钟", None),
        ("妈妈说有人打她电话，说我再不还就去她家", "妈妈"),
        ("同事小陈也说下午接到电话，问我在不在", "同事小陈"),
        ("他说我妈收到短信了", "我妈"),
        ("同事小陈说有人打到公司找我", "公司"),
        ("他们给我公司HR发了邮件", "我公司HR"),
        ("中午我爸来电话，说有人打到他那要钱", "我爸"),
        ("中午我爸来电话，问我吃饭没有", None),
        ("律师函寄到公司", "公司"),
        ("快递寄到我家", None),
        ("在公司群里发我的名字", "公司"),
        ("他说要在公司群里发我的照片", None),
        ("妈妈说我接到电话了", None),
        ("同事问我怎么接到那么多电话", None),
        ("他说要打给我妈", None),
        ("他在电话里说“已经给你妈打过电话了”", None),
    ],
)
def test_who_was_contacted(told: str, who: str | None) -> None:
    assert contacted(told) == who


@pytest.mark.parametrize(
    ("told", "way"),
    [
        ("我主动打电话给平台，客服答应了", "去电"),
        ("我给他回拨过去，没人接", "去电"),
        ("主叫 通话2分1秒", "去电"),
        ("我向12378打电话投诉", "去电"),
        ("17000001188 接了，骂人", "来电"),
        ("17000001188 响一声", "来电"),
        ("我给律师打电话，问他要委托书", "去电"),
        ("他们换号又打", "来电"),
        ("微信加我，我没通过", "来电"),
        ("平台让我打客服电话", ""),
        ("电话里我说：你们不要再打给我妈了", ""),
    ],
)
def test_which_way_is_told_by_the_writer_and_not_by_what_was_said(told: str, way: str) -> None:
    assert way_of(told) == way


@pytest.mark.parametrize(
    ("told", "count"),
    [
        ("一共打了11个电话", "11"),
        ("打了3个，都没接", "3"),
        ("一天打了7个都没接到", "7"),
        ("两次电话", "2"),
        ("打了十几个电话", "多次"),
        ("一直在打电话", "多次"),
        ("第3次打来，说还有5个月利息", ""),
        ("打来电话，来了两个人", ""),
    ],
)
def test_how_often(told: str, count: str) -> None:
    assert times_of(told) == count


def test_a_count_in_words_alone_leaves_the_number_open() -> None:
    assert [one.count for one in _read("11月21日 打了11个电话\n11月22日 打了好几次电话\n")] == [11, None]


def test_a_day_without_a_call_is_no_contact() -> None:
    found = known("2026年11月15日 没有电话\n2026年11月16日 打来电话\n".encode(), notes_text)
    assert [local(one)[:10] for one in entries(found)] == ["2026-11-16"]
    assert "不算一次联系" in next(one.why for one in found if isinstance(one, SetAside))


@pytest.mark.parametrize(
    ("told", "is_none"),
    [
        ("白天没有再打来。", True),
        ("去买菜，血压高，没有电话。", True),
        ("他们没打来，发了短信骂我", False),
        ("上午没来电，下午三点找我妈要钱", False),
        ("我没有再打电话给他", False),
    ],
)
def test_a_day_told_of_without_a_call_is_no_contact_unless_something_else_came(told: str, is_none: bool) -> None:
    assert is_no_contact(told) is is_none


def test_a_year_in_words_dates_its_line() -> None:
    found = known(
        "二〇二五年十一月六日 晚上十点半，座机响，一个女的说我欠“来金快”一万二，不还就上门\n十一月七日 又打来电话\n".encode(),
        notes_text,
    )
    assert next(one.kind for one in entries(found)) == "call"
    assert next(local(one) for one in entries(found)) == "2025-11-06 22:30:00"


def test_clock_times_in_one_line_are_calls_of_their_own_but_terms_are_none() -> None:
    found = _read(
        "2026年11月7日，周六。早上6:58，同一座机，没接。7:02，又打，没接。7:30，接了，骂我。\n"
        "2026年11月8日 早上9点打来电话。下午3点前必须还，否则打电话给你妈。\n"
    )
    assert [(local(one)[:16], one.connected) for one in found] == [
        ("2026-11-07 06:58", False), ("2026-11-07 07:02", False), ("2026-11-07 07:30", True), ("2026-11-08 09:00", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        "早上8点不到打来电话", "晚上10点左右打来电话", "大概晚上10点打来电话", "早上6点半到晚上11点打了5次电话",
        "半夜12点半打来电话", "下午3点多打给我妈", "我妈说昨天有人打给她",
    ],
)  # fmt: skip
def test_an_inexact_hour_is_a_proposal_and_asked(told: str) -> None:
    found = known(f"2026年11月7日 {told}\n2026年11月8日 晚上10点 打来电话\n".encode(), notes_text)
    roughly, exact = entries(found)
    assert (roughly.is_inferred, exact.is_inferred) == (True, False)
    (asked,) = [one.text for one in found if isinstance(one, Note) and one.is_asked]
    assert "第 1 行" in asked


def test_hours_in_words_keep_their_minutes() -> None:
    first, second = _read("2026年11月7日早上六点四十 打给我公司老板\n2026年11月8日凌晨零点十分 打来电话\n")
    assert [local(one)[:16] for one in (first, second)] == ["2026-11-07 06:40", "2026-11-08 00:10"]


def test_an_event_whose_kind_is_not_told_is_set_aside_and_no_heading() -> None:
    found = known(
        "从11月1日到11月5日，每天打20多个电话\n2026年11月9日 他们把我的事告诉了所有的人\n2026年11月9日 邮箱收到催收邮件\n2026年11月9日 打来电话\n".encode(),
        notes_text,
    )
    assert [one.kind for one in entries(found)] == ["email", "call"]
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 1 行", "第 2 行"]


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


@pytest.mark.parametrize(
    ("told", "caller", "reached"),
    [
        ("17000001188 打给我妈", "17000001188", ()),
        ("打给我妈13800001002", None, ("13800001002",)),
        ("17000001188打我妈手机（13800001002），说我欠钱", "17000001188", ("13800001002",)),
        ("我妈接到17000001188的电话", "17000001188", ()),
        ("我打给客服4001234567", "4001234567", None),
    ],
)
def test_the_number_behind_who_was_reached_is_no_callers(
    told: str, caller: str | None, reached: tuple[str, ...] | None
) -> None:
    found = known(f"2026年3月11日 10:00 {told}\n".encode(), notes_text)
    people = [one.numbers for one in found if isinstance(one, Person)]
    assert ([one.number for one in entries(found)], people) == ([caller], [] if reached is None else [reached])


def test_two_kinds_counted_in_one_line_are_two_entries() -> None:
    found = _read("2026年11月17日：12次电话，3条短信\n2026年11月18日：打了2个电话，说不还就上门\n")
    assert [(one.kind, one.count) for one in found] == [("call", 12), ("sms", 3), ("call", 2)]


def test_what_did_not_come_is_not_the_kind_of_what_came() -> None:
    found = _read(
        "2026年11月7日 没打电话，发了3条短信\n2026年11月8日 没有短信，打了两个电话给我哥\n2026年11月9日 没有接电话\n"
    )
    assert [(one.kind, one.count) for one in found] == [("sms", 3), ("call", 2), ("call", 1)]


def test_days_alone_and_clock_times_below_them_are_a_diary_and_no_chat() -> None:
    found = known(
        "2026/11/20 周五\n上午9:12 95001234 机器人电话\n上午10:40 又来一个，我挂了\n上午11点 去医院\n下午2:00 打给我老婆\n"
        "十一月二十一号 晚上八点 打电话给我媳妇\n".encode(), notes_text,
    )  # fmt: skip
    assert [(local(one)[5:16], one.kind) for one in entries(found)] == [
        ("11-20 09:12", "call"), ("11-20 10:40", "call"), ("11-20 14:00", "call"), ("11-21 20:00", "call"),
    ]  # fmt: skip
    assert [one.at for one in found if isinstance(one, SetAside)] == ["第 4 行"]


def test_the_name_of_a_group_in_quotation_marks_is_no_message() -> None:
    (entry,) = _read("2026.11.13 16:45 又拉我父亲进微信群，群名“林舟还钱”\n")
    assert (entry.kind, entry.text_kind) == ("im", "summary")


@pytest.mark.parametrize("name", ["打了鸡血", "加我微信送福利", "来电显示", "短信小李"])
def test_odd_names_of_senders_are_names(name: str) -> None:
    assert not is_event(name)


def test_bold_days_and_just_now_are_days() -> None:
    bold, now = _read("- **2026-11-10 20:45** 电话，17000001188\n刚才00:03又打，我接了\n")
    assert (local(bold)[:16], bold.text) == ("2026-11-10 20:45", "电话，17000001188")
    assert local(now)[:16] == "2026-11-22 00:03"


def test_words_of_a_call_list_in_a_diary_tell_kind_and_way() -> None:
    first, second, *_ = _read(
        "2026.11.2 14：05 被叫 17000002233 56秒\n2026.11.2 14：30 主叫 17000002233\n2026.11.3 来电\n2026.11.4 来电\n"
    )
    assert [(one.kind, one.inbound, one.duration_s) for one in (first, second)] == [
        ("call", True, 56),
        ("call", False, None),
    ]


def test_sentences_on_lines_of_their_own_below_a_day_are_contacts_of_their_own() -> None:
    told = _read(
        "2026年11月3日（周二）\n上午9:20 17000001188来电，说今天必须还清。\n我说没钱。\n妈妈的手机接到17000002231，说要去她单位。\n"
        "2026年11月4日\n有人到我公司楼下发传单。\n同事老周收到短信，让他转告。"
    )
    assert [(local(one)[:10], one.kind, one.number, one.owner == "debtor") for one in told] == [
        ("2026-11-03", "call", "17000001188", True), ("2026-11-03", "call", "17000002231", False),
        ("2026-11-04", "visit", None, True), ("2026-11-04", "sms", None, False),
    ]  # fmt: skip


def test_who_rings_the_writer_is_told_by_the_one_who_was_rung() -> None:
    (told,) = _read("2026年11月9日凌晨1点，17000002231连着打了我11个电话。")
    assert (told.inbound, told.count) == (True, 11)


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


def test_who_came_to_work_is_a_visit_whatever_they_called_themselves() -> None:
    told = (
        "2026年8月3日上午9点30分 两个自称示例小贷的人到我单位办公室找我，没人同意就进来了\n"
        "2026年8月5日下午3点 又来一个人到单位大厅，出示了工作证\n"
        "2026年8月6日晚上8点 有人打电话到单位，说要来单位找我\n"
    )
    assert [one.kind for one in _read(told)] == ["visit", "visit", "call"]


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


@pytest.mark.parametrize(
    ("written", "raw"),
    [
        ("早上7点40左右", "早上7点40左右"),
        ("约22:15", "约22:15"),
        ("大约晚上8、9点", "大约晚上8、9点"),
        ("7:40", "7:40"),
    ],
)
def test_a_rough_time_keeps_the_words_that_say_so(written: str, raw: str) -> None:
    (one,) = _read(f"2026年11月4日 {written} 打来电话\n")
    assert one.time_raw == f"2026年11月4日 {raw}"


def test_of_two_hours_only_the_day_is_known() -> None:
    (one,) = _read("2026年11月4日 晚上8、9点 打来电话\n")
    assert (one.time_precision, local(one)[:10]) == ("day", "2026-11-04")


def test_calls_counted_at_several_times_have_no_one_time_and_no_one_answer() -> None:
    (one,) = _read("2026年9月28日：打来三次，第一次08:15，第二次12:30，第三次21:45，只接了第二次\n")
    assert (one.count, one.connected, one.time_precision) == (3, None, "day")


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


def test_who_calls_himself_something_hides_not_whom_he_called() -> None:
    (one,) = _read("2026年10月28日 晚上9点，自称律师的人打我爱人手机13900002003，说要冻结工资卡\n")
    assert (one.owner != "debtor", one.number) == (True, None)


def test_the_same_as_above_is_the_number_above_and_nobody_writes_to_a_gateway() -> None:
    first, again, text = _read(
        "2026.11.2 21:45 17000001188 未接\n11.3 8:10 同上 接了 3分钟\n11.3 20:30 短信 1069800012345 您已逾期"
    )
    assert (again.number, again.inbound, again.connected) == (first.number, True, True)
    assert (text.kind, text.inbound) == ("sms", True)


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
