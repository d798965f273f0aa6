"""Who speaks in chats that name the speakers."""

from __future__ import annotations

import pytest

from cuijie.reading import read
from cuijie.reading.turns import turns


def said_by(text: str) -> list[tuple[str, str]]:
    return [(turn.side, text[turn.start : turn.end].strip()) for turn in turns(text)]


def test_whoever_else_begins_a_line_of_a_chat_speaks_for_the_other_side() -> None:
    said = said_by("[14:02] 阿峰:在不\n[14:03] 我:在上班\n[14:05] 阿峰(语音转文字):晚上我轮着打给你全家")
    assert [side for side, _ in said] == ["collector", "person", "collector"]
    assert said[1][1].startswith("在上班")
    assert said[2][1] == "晚上我轮着打给你全家"


@pytest.mark.parametrize(
    "text",
    [
        "我:你好\n时间:明天\n地址:幸福路3号",
        "我:你们再骚扰我就投诉\n金额:三千不对",
        "老婆:今天又有人骂我\n我:我来处理\n表姐:都录下来",
        "我:看这个\nhttps://example.org/a",
    ],
)
def test_fields_relatives_and_links_are_no_other_side(text: str) -> None:
    assert {side for side, _ in said_by(text)} == {"person"}


def test_names_begin_turns_only_where_the_owners_lines_are_marked() -> None:
    assert said_by("王某:借款三千元\n李某:借款五千元") == [("unmarked", "王某:借款三千元\n李某:借款五千元")]


def test_what_a_named_speaker_says_is_judged_and_the_owners_answer_is_not() -> None:
    reading = read("我：再宽限两天\n小刘：那我就给你妈打电话，让全村都知道\n我：你再骂我，我弄死你", recipient="debtor")
    assert "threat_contacts" in reading.names
    assert "threat_violence" not in reading.names


def test_a_short_name_behind_the_office_belongs_to_the_mark() -> None:
    said = said_by("客服小吴:您好,账单今天到期 债务人老周:没钱 客服小吴:那给您办分期")
    assert [side for side, _ in said] == ["collector", "person", "collector"]
    assert said[2][1] == "那给您办分期"


def test_a_numbered_speaker_who_answers_a_collector_is_not_heard_as_one() -> None:
    text = "说话人1:喂哪位\n说话人2:您好我是江南银行的,您这期账单没有还\n说话人1:再打我打断你的腿"
    assert [side for side, _ in said_by(text)] == ["person", "collector", "person"]
    assert read(text, recipient="debtor").names == ()


@pytest.mark.parametrize("stamped", ["speaker {} 00:03\n", "[00:03] 发言人{}:", "讲话人 {}:"])
def test_what_the_numbered_collector_says_is_judged(stamped: str) -> None:
    text = f"{stamped.format(1)}再不还就告诉你爸妈\n{stamped.format(2)}我没钱,你再打我弄死你"
    assert read(text, recipient="debtor").names == ("threat_contacts",)


@pytest.mark.parametrize(
    "text",
    [
        "说话人1:打断你的腿信不信\n说话人2:你刚才说再不还就打断我的腿",
        "说话人1:再不还打断你的腿\n说话人2:再不还打断我的腿是吧",
        "甲:打断你的腿\n乙:喂",
    ],
)
def test_numbered_speakers_are_all_heard_where_it_stays_unclear_who_collects(text: str) -> None:
    assert {side for side, _ in said_by(text)} == {"unmarked"}
    assert "threat_violence" in read(text, recipient="debtor").names


def test_names_on_lines_of_their_own_with_a_time_begin_turns_where_one_is_the_owners() -> None:
    text = "我 2026-03-02 10:01:22\n再宽限两天\n小刘 2026-03-02 10:02:05\n那我找你领导\n10:03 老婆\n别理他"
    assert [side for side, _ in said_by(text)] == ["person", "collector", "person"]
    assert said_by("小刘 2026-03-02 10:02:05\n那我找你领导\n小王 2026-03-02 10:03:00\n好")[0][0] == "unmarked"
