"""What is no conversation although words stand on patches; what the top of a screen is not taken for."""

from __future__ import annotations

from .test_layout import line, screen, words

WHITE, GREEN, RED = (250, 250, 250), (43, 187, 118), (238, 51, 51)


def test_the_count_of_unread_beside_the_way_back_is_not_who_wrote() -> None:
    said = line("今天必须还钱", 80, 580, 500, patch=(50, 560, 700, 660))
    found = screen(line("< 12", 27, 191, 139, tall=68), line("+86 170 0000 1188>", 390, 317, 690, tall=39), said)
    assert found.title == "+86 170 0000 1188"
    assert words(found) == [("other", "今天必须还钱", None)]


def test_notifications_are_no_messages_of_two_sides() -> None:
    cards = [
        part
        for top, name, time, below in (
            (900, "17000001188", "3分钟前", "你今天不还，我就去你单位等"), (1100, "未接来电", "昨天23:12", "02100003312"),
        )
        for part in (
            line(name, 68, top, 388, patch=(31, top - 30, 940, top + 130)),
            line(time, 930, top, 1040, patch=(382, top - 30, 1060, top + 130)),
            line(below, 66, top + 60, 640, patch=(31, top - 30, 940, top + 130)),
        )
    ]  # fmt: skip
    for shown in (cards, cards[:3]):
        found = screen(line("3月4日 星期三", 389, 318, 700, tall=60), *shown)
        assert found.is_message_list
        assert not found.bubbles


def test_cards_and_buttons_of_a_loan_app_and_of_a_ringing_phone_were_said_by_nobody() -> None:
    card = line("已逾期21天", 85, 298, 355, patch=(44, 252, 1036, 574), colour=WHITE)
    pay = line("立即还款", 440, 969, 640, patch=(46, 937, 1032, 1060), colour=(254, 106, 0))
    assert words(screen(line("我的借款", 34, 135, 293), card, line("第3期 应还1576.67", 38, 664, 417), pay)) == []
    mark = line("被132人标记为骚扰电话", 321, 621, 759, patch=(291, 613, 788, 674), colour=RED)
    no = line("拒接", 221, 1790, 319, patch=(175, 1760, 360, 1884), colour=RED)
    yes = line("接听", 761, 1790, 857, patch=(718, 1760, 903, 1884), colour=GREEN)
    assert (
        words(screen(line("170 0000 2233", 245, 407, 837, tall=90), line("上海 来电", 377, 518, 704), mark, no, yes))
        == []
    )


def test_labels_beside_the_rows_of_a_plan_and_a_box_over_a_dark_page_were_said_by_nobody() -> None:
    rows = [
        part
        for top, label in ((300, "已还清"), (420, "已逾期"))
        for part in (
            line("第1期 2026-02-11", 40, top, 420),
            line(label, 880, top, 1010, patch=(850, top - 5, 1040, top + 55), colour=RED),
        )
    ]
    assert words(screen(line("还款计划", 40, 120, 300), *rows)) == []
    done = line("完成", 490, 1290, 590, patch=(266, 1260, 814, 1380), colour=GREEN)
    assert words(screen(line("向 催收-阿龙 转账", 380, 620, 700), done)) == []
    box = line("您的借款已逾期，请尽快处理", 290, 1160, 790, patch=(170, 1040, 910, 1400))
    assert words(screen(box)) == []


def test_a_line_that_was_read_in_two_pieces_is_one_message() -> None:
    pieces = [
        line("今晚12点前", 499, 787, 775, patch=(481, 762, 800, 870)),
        line("公司临时调整，", 199, 788, 524, patch=(172, 762, 533, 870)),
    ]
    found = screen(line("法务部-陈律", 345, 122, 610), line("昨天22:10", 454, 663, 624), *pieces)
    assert words(found) == [("other", "公司临时调整，今晚12点前", "昨天22:10")]


def test_a_notification_of_which_only_the_head_was_read_is_no_message() -> None:
    head = line("短信·17000002233", 65, 171, 392, patch=(28, 139, 942, 306))
    assert screen(head, line("刚刚", 936, 171, 1016, patch=(386, 139, 1050, 306))).is_message_list


def test_the_kind_of_a_call_may_stand_behind_the_place() -> None:
    rows = [
        part
        for top, below in ((283, "中国上海 · 未接来电"), (453, "浙江杭州 · 已拦截"))
        for part in (
            line("+86 170 0000 1188", 150, top, 500), line(below, 150, top + 60, 505, tall=42), line("8:55", 950, top + 20, 1040),
        )
    ]  # fmt: skip
    found = screen(line("通话", 43, 126, 206, tall=92), *rows)
    assert [(one.inbound, one.connected) for one in found.calls] == [(True, False), (True, False)]


def test_the_words_of_a_bubble_that_cannot_be_told_from_the_page_are_no_notice() -> None:
    said = line("呵呵", 221, 1033, 296, patch=(200, 1010, 330, 1100))
    faint = [
        line("你好，这里是恒信商务咨询，受托处理你在优享花的欠款", 224, 418, 880),
        line("共计9460元，请回电", 224, 475, 560),
    ]
    found = screen(line("17000002233", 265, 138, 501), line("昨天21:17", 480, 300, 600), *faint, said)
    assert found.is_unclear
    assert not found.bubbles


def test_the_first_row_below_the_heading_of_a_call_list_keeps_its_count_and_time() -> None:
    rows = [
        part
        for top, number, below in (
            (283, "170 0000 2233 (5)", "昨天23:06 上海|移动"), (453, "0571-0000 8899", "昨天21:40 杭州"),
        )
        for part in (line(number, 50, top, 429), line(below, 50, top + 60, 405, tall=46))
    ]  # fmt: skip
    found = screen(line("通话", 43, 126, 206, tall=92), *rows)
    assert [(one.who, one.count, one.time_words) for one in found.calls] == [
        ("170 0000 2233", 5, "昨天23:06"), ("0571-0000 8899", 1, "昨天21:40"),
    ]  # fmt: skip


def test_a_call_out_that_nobody_answered_is_a_call_out() -> None:
    rows = [
        part
        for top, kind, time, length in ((564, "呼入电话", "23:06", "2分41秒"), (895, "呼出电话", "22:50", "未接通"))
        for part in (
            line(kind, 48, top, 248),
            line(time, 48, top + 64, 150, tall=42),
            line(length, 888, top + 30, 1030),
        )
    ]
    found = screen(line("170 0000 2233", 51, 161, 528, tall=70), line("3月3日", 48, 446, 361), *rows)
    assert [(one.time_words, one.inbound, one.connected, one.duration_s) for one in found.calls] == [
        ("3月3日 23:06", True, True, 161), ("3月3日 22:50", False, False, None),
    ]  # fmt: skip


def test_a_hidden_number_is_a_row_of_its_own_and_a_button_behind_the_time_is_none() -> None:
    rows = [
        part
        for top, who, below, time in (
            (400, "+86 170 0000 1188 (3)", "China", "8:58 AM ①"), (590, "Mom", "mobile", "Yesterday i"),
            (780, "Unknown", "unknown", "Monday i"), (970, "+86 162 0000 7788", "China", "11/25/26 1"),
        )
        for part in (line(who, 46, top, 454), line(below, 46, top + 60, 180, tall=42), line(time, 830, top + 30, 1029))
    ]  # fmt: skip
    found = screen(line("Recents", 51, 160, 403, tall=90), *rows)
    assert [(one.who, one.count, one.time_words) for one in found.calls] == [
        ("+86 170 0000 1188", 3, "8:58 AM"), ("Unknown", 1, "星期一"), ("+86 162 0000 7788", 1, "11/25/26"),
    ]  # fmt: skip
    assert found.rows_left == 1


def test_words_on_a_bubble_as_pale_as_the_page_that_begin_where_others_do_are_a_message() -> None:
    said = [line("今天必须还钱", 214, top, 620, patch=(180, top - 30, 650, top + 80)) for top in (400, 600)]
    name, pale = line("LV12二舅", 185, 775, 330, tall=40), line("今天继续，没还就天天发", 214, 850, 705)
    notice = line("你已添加了对方，现在可以开始聊天了", 214, 1050, 866)
    found = screen(line("催收-小张", 430, 120, 650), *said, name, pale, notice)
    assert [(one.side, one.sender) for one in found.bubbles] == [
        ("other", None), ("other", None), ("other", "二舅"), ("notice", None),
    ]  # fmt: skip


def test_the_page_of_one_number_in_english() -> None:
    rows = [
        part
        for top, time, kind in ((600, "9:58 AM", "Missed call"), (700, "8:01 AM", "Incoming call, 1 min 3 sec"), (800, "7:30 AM", "Outgoing call, 12 sec"))
        for part in (line(time, 60, top, 230), line(kind, 640, top, 1020))
    ]  # fmt: skip
    found = screen(line("+86 170 0000 1188", 250, 220, 830, tall=80), line("Today", 60, 500, 160, tall=40), *rows)
    assert [(one.time_words, one.inbound, one.connected, one.duration_s) for one in found.calls] == [
        ("Today 9:58 AM", True, False, None), ("Today 8:01 AM", True, True, 63), ("Today 7:30 AM", False, True, 12),
    ]  # fmt: skip
