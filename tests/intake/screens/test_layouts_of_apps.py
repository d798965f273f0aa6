"""Layouts of further apps and phones, from lines and patches alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.intake.screens.layout import Screen, read_screen
from cuijie.intake.screens.lines import Picture

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


def test_a_time_beside_a_short_bubble_stands_in_the_middle_and_is_still_its_own() -> None:
    number, day = line("17000001188", 120, 120, 450), line("2025年3月3日 星期一", 400, 300, 680)
    beside = line("下午9:05", 480, 720, 600, tall=36)
    short = line("还", 700, 630, 1000, patch=(620, 600, 1050, 760), colour=GREEN)
    found = screen(number, day, short, beside, line("后来", 210, 930, 600, patch=(180, 900, 900, 1060)))
    assert [one.time_words for one in found.bubbles] == ["2025年3月3日 星期一 下午9:05", "2025年3月3日 星期一"]


def test_a_bubbles_own_clock_takes_the_day_from_a_time_line_above() -> None:
    above, own = line("昨天 08:40", 440, 300, 640, tall=36), line("08:41 · 短信", 800, 770, 1040, tall=36)
    found = screen(TITLE, above, OWN, own)
    assert found.bubbles[0].time_words == "昨天 08:41 · 短信"


def test_a_small_time_at_the_lower_end_of_a_bubble_is_its_own_and_no_word() -> None:
    day = line("今天", 500, 260, 580, patch=(480, 250, 600, 312))
    both, mine, term = (33, 400, 873, 544), (623, 600, 1045, 690), (33, 760, 500, 904)
    theirs = [
        line("今日唔還就搵你屋企人，听见没有", 54, 420, 774, patch=both),
        line("下午8:15", 724, 498, 855, tall=40, patch=both),
    ]
    own = [
        line("聽日先得", 640, 620, 830, patch=mine, colour=GREEN),
        line("下午8:20√√", 849, 640, 1023, tall=40, patch=mine, colour=GREEN),
    ]
    until = [line("最迟今天下午", 54, 780, 400, patch=term), line("18:00", 54, 840, 200, patch=term)]
    found = screen(TITLE, day, *theirs, *own, *until)
    assert words(found) == [
        ("other", "今日唔還就搵你屋企人，听见没有", "今天 下午8:15"), ("own", "聽日先得", "今天 下午8:20"), ("other", "最迟今天下午18:00", "今天"),
    ]  # fmt: skip


def test_a_date_on_a_card_dates_nothing() -> None:
    card = [
        line(text, 70, top, 500) for text, top in (("还款提醒通知", 850), ("5月1日", 915), ("应还金额：5216.30元", 985))
    ]
    later = line("今天必须还钱", 210, 1230, 600, patch=(180, 1200, 900, 1360))
    found = screen(TITLE, line("昨天 09:00", 440, 300, 640, tall=36), OTHER, OWN, *card, later)
    assert {one.time_words for one in found.bubbles} == {"昨天 09:00"}


def test_the_input_bar_moves_no_side() -> None:
    bar = line("发送消息", 173, 1900, 365, patch=(139, 1870, 910, 1990), colour=(239, 239, 239))
    assert [side for side, _, _ in words(screen(TITLE, OTHER, OWN, bar))] == ["other", "own"]


def test_one_odd_patch_moves_no_side() -> None:
    odd = line("查看详情", 60, 1200, 300, patch=(20, 1180, 700, 1300), colour=GREY)
    more = line("听见没有", 210, 830, 500, patch=(180, 800, 700, 960))
    mine = line("听见了", 700, 1030, 1000, patch=(640, 1000, 1050, 1160), colour=GREEN)
    assert [side for side, _, _ in words(screen(TITLE, OTHER, OWN, more, mine, odd))][:4] == ["other", "own"] * 2


def test_a_card_as_wide_as_both_sides_is_told_by_the_avatar() -> None:
    orange = (243, 155, 59)
    sent = replace(line("恭喜发财微信红包", 300, 830, 800, patch=(180, 800, 1050, 960), colour=orange), avatar="left")
    assert [side for side, _, _ in words(screen(TITLE, OTHER, OWN, sent))] == ["other", "own", "other"]


def test_badges_and_the_name_on_a_pill_are_no_bubbles() -> None:
    unread = line("3", 117, 140, 153, patch=(103, 138, 167, 182), colour=(0, 122, 255), tall=44)
    name = line("17000001188", 428, 300, 778, patch=(396, 288, 807, 350), tall=40)
    rank = line("群主", 183, 560, 261, patch=(180, 562, 262, 598), colour=(245, 166, 36), tall=45)
    said = line("今天必须还钱", 210, 630, 600, patch=(180, 600, 900, 760))
    found = screen(unread, name, rank, line("班长", 265, 560, 350), said)
    assert found.title == "17000001188"
    assert words(found) == [("other", "今天必须还钱", None)]
    assert found.bubbles[0].sender == "班长"


def test_a_round_bubble_whose_patch_came_out_low_is_no_badge() -> None:
    short = line("说话", 74, 687, 195, patch=(48, 688, 219, 758), tall=73)
    assert words(screen(line("17000001188", 120, 120, 450), short)) == [("other", "说话", None)]


def test_a_name_with_a_time_behind_it_heads_one_message() -> None:
    head = line("周燕 16:22", 180, 355, 400, tall=36)
    found = screen(TITLE, line("6月9日 周一", 440, 290, 640, tall=36), head, OTHER, OWN)
    assert [(one.sender, one.time_words) for one in found.bubbles] == [
        ("周燕", "6月9日 周一 16:22"),
        (None, "6月9日 周一"),
    ]


def test_a_patch_that_runs_on_over_a_time_line_gives_no_messages() -> None:
    torn = (180, 400, 716, 900)
    lines = [
        line("那就等着", 210, 430, 500, patch=torn),
        line("19:46", 490, 620, 590, patch=torn),
        line("你单位我会去", 210, 800, 600, patch=torn),
    ]
    found = screen(TITLE, *lines)
    assert found.is_unclear
    assert not found.bubbles


def test_a_name_that_a_crop_brought_to_the_top_is_a_sender_and_no_title() -> None:
    above = line("前面说的", 210, 20, 500, patch=(180, 0, 700, 90))
    name = line("讨债的", 186, 150, 300, tall=40)
    found = screen(above, name, line("今天必须还钱", 210, 230, 600, patch=(180, 200, 900, 360)), OWN)
    assert found.title is None
    assert [(one.text, one.sender) for one in found.bubbles] == [
        ("前面说的", None), ("今天必须还钱", "讨债的"), ("我下个月还", None),
    ]  # fmt: skip


def test_a_watermark_hides_no_time_line() -> None:
    mark = line("恒信 何静 0422", 585, 260, 1059, tall=259)
    found = screen(TITLE, mark, line("昨天 21:03", 450, 320, 630, tall=40), OTHER, OWN)
    assert [time for _, _, time in words(found)] == ["昨天 21:03"] * 2


def test_two_pieces_of_one_line_are_one_message() -> None:
    first = line("妈你别理他，", 400, 430, 690, patch=(370, 400, 720, 560), colour=GREEN)
    second = line("我来处理", 700, 432, 930, patch=(650, 400, 1050, 560), colour=GREEN)
    assert words(screen(TITLE, first, second)) == [("own", "妈你别理他，我来处理", None)]


def test_a_photograph_with_the_table_around_the_phone_is_cut_to_the_page() -> None:
    page, grey = (130, 100, 1210, 2300), (240, 240, 240)
    said = [
        line("今天必须还钱", 340, 630, 730, patch=(310, 600, 1030, 760)),
        line("我下个月还", 530, 830, 960, patch=(500, 800, 1100, 960), colour=GREEN),
    ]
    lines = (
        line("催收-小张", 560, 220, 780, patch=page, colour=grey),
        line("昨天 21:03", 570, 400, 770, patch=page, colour=grey),
        *said,
    )
    found = read_screen(Picture(width=1340, height=2500, lines=lines))
    assert found.title == "催收-小张"
    assert words(found) == [("other", "今天必须还钱", "昨天 21:03"), ("own", "我下个月还", "昨天 21:03")]
    assert found.bubbles[0].box.left == 310


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


def test_a_list_of_short_texts_under_the_heading_of_the_messages_app_is_no_call_list() -> None:
    rows = [
        part
        for top, number, text in ((300, "17000001188", "在吗"), (500, "13800001002", "好的"))
        for part in (line(number, 200, top, 500), line("21:03", 950, top, 1040), line(text, 200, top + 60, 300))
    ]
    found = screen(line("信息", 60, 150, 200, tall=100), *rows)
    assert found.is_message_list
    assert not found.calls


def test_the_kind_of_a_call_may_stand_above_its_time() -> None:
    rows = [
        part
        for top, kind, time, length in (
            (500, "呼入", "3月3日 21:03", "1分2秒"),
            (690, "未接来电", "3月3日 20:11", "响铃8声"),
        )
        for part in (line(kind, 60, top, 200), line(time, 60, top + 72, 400, tall=44), line(length, 850, top, 1000))
    ]
    found = screen(line("170 0000 1188", 60, 200, 500, tall=70), *rows)
    assert [(one.time_words, one.inbound, one.connected, one.duration_s) for one in found.calls] == [
        ("3月3日 21:03", True, True, 62), ("3月3日 20:11", True, False, None),
    ]  # fmt: skip


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


def calls(*rows: tuple[str, str, str | None]) -> Screen:
    lines = [line("全部通话", 50, 150, 330, tall=80)]
    for row, (who, below, time) in enumerate(rows):
        top = 350 + row * 180
        lines += [line(who, 50, top, 480, tall=55), line(below, 50, top + 70, 520, tall=46)]
        lines += [line(time, 900, top + 30, 1040, tall=46)] if time else []
    return screen(*lines)


def test_a_time_in_the_words_below_a_number_is_read_with_kind_and_length() -> None:
    found = calls(
        ("17000001188", "昨天 21:03 呼入 35秒 · 卡1", None), ("老王", "昨天 20:00 呼出 3秒", None),
        ("02100002001 ×3", "3月3日 15:22 未接 响铃5声", None),
    )  # fmt: skip
    assert [(one.who, one.count, one.time_words, one.inbound, one.connected, one.duration_s) for one in found.calls] == [
        ("17000001188", 1, "昨天 21:03", True, True, 35), ("02100002001", 3, "3月3日 15:22", True, None, None),
    ]  # fmt: skip
    assert found.rows_left == 1


def test_the_sign_of_a_card_is_no_digit_of_a_time() -> None:
    found = calls(
        ("17000001188", "109:12未接", None), ("02100002001", "23月3日15:22呼出", None), ("95588", "18:40呼入", None),
    )  # fmt: skip
    assert [one.time_words for one in found.calls] == ["09:12", "3月3日15:22", ""]


def test_a_day_above_rows_is_theirs() -> None:
    found = screen(
        line("昨天", 50, 280, 140, tall=46),
        line("17000001188", 50, 350, 480), line("未接来电·SIM1", 50, 420, 400, tall=46), line("21:40", 900, 380, 1000),
        line("6月11日星期三", 50, 560, 350, tall=46),
        line("95588", 50, 650, 250), line("去电·SIM1", 50, 720, 300, tall=46), line("08:03", 900, 680, 1000),
    )  # fmt: skip
    assert [(one.time_words, one.inbound, one.connected) for one in found.calls] == [
        ("昨天 21:40", True, False), ("6月11日星期三 08:03", False, None),
    ]  # fmt: skip


def test_a_long_label_of_a_call_is_no_beginning_of_a_message() -> None:
    found = calls(
        ("17000001188", "广东广州 被126人标记为骚扰电话", "21:03"), ("02100002001", "上海 被12人标记为贷款催收", "昨天"),
    )  # fmt: skip
    assert [(one.who, one.label) for one in found.calls] == [
        ("17000001188", "广东广州 被126人标记为骚扰电话"), ("02100002001", "上海 被12人标记为贷款催收"),
    ]  # fmt: skip
