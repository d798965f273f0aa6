"""What the words of a diary tell of each contact: who was called, who called, how often, and which hours are inexact."""

from __future__ import annotations

from datetime import datetime

import pytest

from cuijie.clock import SHANGHAI
from cuijie.intake import Note, SetAside
from cuijie.intake.diaries import notes_text
from cuijie.intake.diaries.told import contacted, is_event, is_no_contact, times_of, way_of
from cuijie.records import Entry, Person

from .intake_samples import entries
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


def test_who_rings_the_writer_is_told_by_the_one_who_was_rung() -> None:
    (told,) = _read("2026年11月9日凌晨1点，17000002231连着打了我11个电话。")
    assert (told.inbound, told.count) == (True, 11)


def test_who_came_to_work_is_a_visit_whatever_they_called_themselves() -> None:
    told = (
        "2026年8月3日上午9点30分 两个自称示例小贷的人到我单位办公室找我，没人同意就进来了\n"
        "2026年8月5日下午3点 又来一个人到单位大厅，出示了工作证\n"
        "2026年8月6日晚上8点 有人打电话到单位，说要来单位找我\n"
    )
    assert [one.kind for one in _read(told)] == ["visit", "visit", "call"]


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


def test_who_calls_himself_something_hides_not_whom_he_called() -> None:
    (one,) = _read("2026年10月28日 晚上9点，自称律师的人打我爱人手机13900002003，说要冻结工资卡\n")
    assert (one.owner != "debtor", one.number) == (True, None)


def test_the_same_as_above_is_the_number_above_and_nobody_writes_to_a_gateway() -> None:
    first, again, text = _read(
        "2026.11.2 21:45 17000001188 未接\n11.3 8:10 同上 接了 3分钟\n11.3 20:30 短信 1069800012345 您已逾期"
    )
    assert (again.number, again.inbound, again.connected) == (first.number, True, True)
    assert (text.kind, text.inbound) == ("sms", True)
