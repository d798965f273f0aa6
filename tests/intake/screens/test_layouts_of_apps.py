"""Layouts of further apps and phones, from lines and patches alone."""

from __future__ import annotations

import pytest

from .test_layout import TITLE, line, screen, words

WHITE, GREEN, GREY = (255, 255, 255), (149, 236, 105), (222, 222, 222)
OTHER = line("今天必须还钱", 210, 430, 600, patch=(180, 400, 900, 560))
OWN = line("我下个月还", 400, 630, 830, patch=(370, 600, 1050, 760), colour=GREEN)


def test_a_time_below_or_beside_a_bubble_is_its_own() -> None:
    number = line("17000001188", 120, 120, 450)
    day = line("2025年3月3日 星期一", 400, 300, 680)
    below = line("下午9:03 · SIM 1", 190, 570, 480, tall=36)
    beside = line("下午9:05", 210, 720, 360, tall=36)
    found = screen(number, day, OTHER, below, OWN, beside)
    assert [(one.side, one.time_words) for one in found.bubbles] == [
        ("other", "2025年3月3日 星期一 下午9:03 · SIM 1"),
        ("own", "2025年3月3日 星期一 下午9:05"),
    ]


def test_a_name_below_a_picture_is_the_title_and_marks_of_delivery_are_no_words() -> None:
    name = line("17000001188 >", 420, 330, 660, tall=36)
    service, time, sent = (
        line("短信", 500, 360, 580, tall=36),
        line("昨天 21:03", 450, 385, 630, tall=36),
        line("已送达", 950, 770, 1040, tall=36),
    )
    later = [line("今天必须还钱", 210, 450, 600, patch=(48, 430, 900, 580)), OWN]
    found = screen(name, service, time, *later, sent)
    assert found.title == "17000001188"
    assert words(found) == [("other", "今天必须还钱", "昨天 21:03"), ("own", "我下个月还", "昨天 21:03")]


def test_what_stands_right_below_the_title_is_no_sender() -> None:
    place = line("广东深圳", 120, 178, 260, tall=40)
    found = screen(line("17000001188", 120, 120, 450), place, OTHER, OWN)
    assert [one.sender for one in found.bubbles] == [None, None]


def test_bubbles_of_one_colour_are_told_by_the_edge_they_share() -> None:
    dark = (38, 38, 38)
    left = line("您已逾期", 200, 430, 600, patch=(174, 400, 950, 560), colour=dark)
    right = line("下月还", 500, 630, 830, patch=(300, 600, 1038, 760), colour=dark)
    assert [side for side, _, _ in words(screen(TITLE, left, right))] == ["other", "own"]


def test_what_a_bubble_answers_is_kept_beside_it() -> None:
    quote = line("小张：今天必须还钱", 400, 775, 800, patch=(370, 765, 1050, 815), tall=34, colour=GREY)
    found = screen(TITLE, OTHER, OWN, quote)
    assert [(one.text, one.quoted) for one in found.bubbles] == [
        ("今天必须还钱", None), ("我下个月还", "小张：今天必须还钱"),
    ]  # fmt: skip


def test_a_message_of_another_conversation_over_the_top_is_left_out() -> None:
    banner = line("【晴川消费】您的借款已逾期，请尽快还款", 90, 60, 900, patch=(24, 20, 1056, 200))
    assert words(screen(banner, OTHER, OWN)) == [("other", "今天必须还钱", None), ("own", "我下个月还", None)]


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        (') ) ) 12"', "[语音 12 秒]"),
        ("恭喜发财，大吉大利微信红包", "[红包] 恭喜发财，大吉大利"),
        ("¥500.00请收款微信转账", "[转账] ¥500.00请收款"),
        ("12点前还清", "12点前还清"),
    ],
)
def test_voice_bubbles_and_cards_are_named(shown: str, meant: str) -> None:
    said = line(shown, 210, 430, 600, patch=(180, 400, 900, 560))
    assert [text for _, text, _ in words(screen(TITLE, said, OWN))] == [meant, "我下个月还"]


def test_a_notice_of_two_lines_is_one() -> None:
    notice = [
        line("“小陈”与群里其他人都不是朋友", 250, 800, 830, tall=40),
        line("请注意隐私安全", 400, 850, 680, tall=40),
    ]
    assert words(screen(TITLE, OTHER, OWN, *notice))[-1] == (
        "notice",
        "“小陈”与群里其他人都不是朋友请注意隐私安全",
        None,
    )


def test_the_list_of_conversations_is_no_call_list() -> None:
    rows = [
        part
        for top, number in ((300, "17000001188"), (500, "10690000123456"), (700, "95588"))
        for part in (
            line(number, 200, top, 500), line("21:03", 950, top, 1040, tall=36),
            line("【晴川消费】您的借款已逾期12天，应还…", 200, top + 60, 900, tall=40),
        )
    ]  # fmt: skip
    found = screen(line("信息", 60, 150, 200, tall=70), *rows)
    assert found.is_message_list
    assert not found.bubbles
    assert not found.calls


def test_the_page_of_one_number_gives_its_calls_with_kind_and_length() -> None:
    rows = [
        part
        for top, time, kind, length in (
            (500, "3月3日 21:03", "呼入", "1分2秒"), (650, "3月3日 20:11", "未接来电", "响铃12秒"), (800, "3月2日 9:30", "呼出", "32秒"),
        )
        for part in (line(time, 60, top, 300), line(kind, 60, top + 60, 200, tall=40), line(length, 850, top + 20, 1000))
    ]  # fmt: skip
    found = screen(line("170 0000 1188", 400, 200, 700, tall=70), *rows)
    assert [(one.who, one.inbound, one.connected, one.duration_s) for one in found.calls] == [
        ("170 0000 1188", True, True, 62), ("170 0000 1188", True, False, None), ("170 0000 1188", False, True, 32),
    ]  # fmt: skip


def test_the_first_row_below_a_large_heading_is_a_row() -> None:
    rows = [
        part
        for top, number, time in ((250, "170 0000 1188 (3)", "21:03"), (400, "95588", "昨天"))
        for part in (line(number, 60, top, 500), line(time, 950, top, 1040, tall=40))
    ]
    found = screen(line("最近通话", 60, 150, 400, tall=90), *rows)
    assert [(one.who, one.count) for one in found.calls] == [("170 0000 1188", 3), ("95588", 1)]
