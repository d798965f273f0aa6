"""What a screen says, from lines and patches alone: no recogniser, every case drawn by hand."""

from __future__ import annotations

from dataclasses import replace

from cuijie.intake.screens.layout import Screen, read_screen
from cuijie.intake.screens.lines import Box, Picture, TextLine

WIDTH = 1080


def line(
    text: str, left: int, top: int, right: int, *, patch: tuple[int, int, int, int] | None = None,
    score: float = 0.99, tall: int = 50, colour: tuple[int, int, int] = (255, 255, 255),
) -> TextLine:  # fmt: skip
    bubble = Box(left=patch[0], top=patch[1], right=patch[2], bottom=patch[3]) if patch else None
    box = Box(left=left, top=top, right=right, bottom=top + tall)
    return TextLine(text=text, box=box, score=score, bubble=bubble, colour=colour)


def screen(*lines: TextLine, height: int = 2000) -> Screen:
    return read_screen(Picture(width=WIDTH, height=height, lines=lines))


def words(found: Screen) -> list[tuple[str, str, str | None]]:
    return [(bubble.side, bubble.text, bubble.time_words) for bubble in found.bubbles]


TITLE = line("催收-小张", 430, 120, 650)
LEFT = (170, 400, 850, 560)
SAID = line("今天必须还钱", 194, 430, 600, patch=LEFT)


def test_an_avatar_misread_as_a_digit_is_no_message() -> None:
    avatar = line("0", 19, 410, 154, score=0.55, tall=138, patch=(16, 479, 157, 479), colour=(109, 143, 179))
    assert words(screen(TITLE, avatar, SAID)) == [("other", "今天必须还钱", None)]


def test_the_initial_that_stands_for_a_picture_is_no_message() -> None:
    initial = line("张", 50, 430, 100, patch=(30, 410, 150, 530), colour=(90, 120, 200))
    assert words(screen(TITLE, initial, SAID)) == [("other", "今天必须还钱", None)]


def test_a_short_answer_by_itself_is_a_message() -> None:
    answer = line("0", 64, 700, 90, patch=(40, 680, 120, 780), score=0.97)
    assert words(screen(TITLE, SAID, answer)) == [("other", "今天必须还钱", None), ("other", "0", None)]


def test_a_line_whose_own_patch_was_lost_joins_the_bubble_around_it() -> None:
    second = line("不然明天去你单位", 194, 490, 640)
    found = words(screen(TITLE, line("今天必须还钱", 194, 430, 600, patch=LEFT), second))
    assert found == [("other", "今天必须还钱不然明天去你单位", None)]


def test_two_bubbles_of_the_same_words_stay_two() -> None:
    again = line("今天必须还钱", 194, 630, 600, patch=(170, 600, 850, 760))
    assert len(screen(TITLE, SAID, again).bubbles) == 2


def test_a_page_that_a_photograph_darkens_at_its_sides_is_no_bubble() -> None:
    page = (20, 10, 1056, 1900)
    found = screen(
        line("15:20", 60, 30, 160, patch=page), line("催收-小张", 430, 120, 650, patch=page),
        line("昨天21:03", 460, 300, 620, patch=page), SAID,
    )  # fmt: skip
    assert found.title == "催收-小张"
    assert words(found) == [("other", "今天必须还钱", "昨天21:03")]


def test_a_time_line_at_the_very_top_of_a_cropped_picture_is_no_status_bar() -> None:
    assert words(screen(line("星期一22:41", 434, 43, 645, tall=41), SAID)) == [("other", "今天必须还钱", "星期一22:41")]


def test_the_clock_of_the_status_bar_is_no_time_line() -> None:
    bar = (
        line("中国移动", 20, 20, 180, tall=36),
        line("15:20", 490, 20, 590, tall=36),
        line("87%", 960, 20, 1060, tall=36),
    )
    assert words(screen(*bar, TITLE, SAID)) == [("other", "今天必须还钱", None)]


def test_a_link_broken_over_two_lines_is_one_link() -> None:
    first = line("点 https://pay.exampl", 194, 430, 700, patch=LEFT)
    second = line("e.com/r?id=8", 194, 490, 500, patch=LEFT)
    assert words(screen(TITLE, first, second)) == [("other", "点 https://pay.example.com/r?id=8", None)]


def test_a_number_broken_over_two_lines_is_one_number() -> None:
    first, second = line("打电话1380000", 194, 430, 700, patch=LEFT), line("1002找你妈", 194, 490, 500, patch=LEFT)
    assert words(screen(TITLE, first, second)) == [("other", "打电话13800001002找你妈", None)]


def test_a_notice_read_in_two_pieces_is_one_notice() -> None:
    pieces = line("“催收-小张”", 313, 597, 540, tall=48), line("撤回了一条消息", 560, 599, 783, tall=48)
    found = words(screen(TITLE, SAID, *pieces))
    assert found == [("other", "今天必须还钱", None), ("notice", "“催收-小张”撤回了一条消息", None)]


def test_an_unsure_sign_in_a_bubble_counts_and_the_back_arrow_does_not() -> None:
    sign = line("?", 823, 700, 853, patch=(797, 680, 897, 770), score=0.6, colour=(149, 236, 105))
    arrow = line("V", 40, 130, 70, score=0.6)
    assert words(screen(TITLE, arrow, SAID, sign)) == [("other", "今天必须还钱", None), ("own", "?", None)]


def test_a_bubble_whose_patch_was_torn_is_still_one() -> None:
    first = line(
        "不要半夜打电话，我妈1380000", 236, 884, 886, patch=(218, 910, 890, 960), colour=(149, 236, 105), tall=60
    )
    second = line("1002也接到了", 236, 952, 564, patch=(218, 972, 908, 1032), colour=(151, 236, 103), tall=54)
    assert words(screen(TITLE, first, second)) == [("own", "不要半夜打电话，我妈13800001002也接到了", None)]


def test_the_arrow_back_is_no_part_of_the_title() -> None:
    assert screen(line("‹ 催收-小张 ›", 40, 120, 650), SAID).title == "催收-小张"


_RED, _BLACK = (255, 59, 48), (0, 0, 0)


def _recents(
    *rows: tuple[str, tuple[int, int, int], str], tab: str = "个人收藏"
) -> list[tuple[bool | None, bool | None]]:
    lines = [line(tab, 40, 1900, 160, tall=30), line("通讯录", 400, 1900, 520, tall=30)]
    for number, (who, ink, below) in enumerate(rows):
        top = 400 + 180 * number
        lines += [
            replace(line(who, 150, top, 600), ink=ink),
            line(below, 150, top + 70, 300, tall=40),
            line("昨天", 950, top + 30, 1050, tall=40),
        ]
    return [(call.inbound, call.connected) for call in screen(*lines).calls]


def test_who_stands_in_red_in_a_list_of_calls_called_in_vain() -> None:
    rows = (("170 0000 2101", _RED, "上海"), ("138 0000 2099", _BLACK, "手机"), ("170 0000 2102", _RED, "呼出"))
    assert _recents(*rows) == [(True, False), (None, None), (False, None)]  # words count for more than a colour


def test_of_several_calls_in_red_each_was_missed_on_an_iphone_alone() -> None:
    rows = (("170 0000 2101 (3)", _RED, "上海"), ("138 0000 2099", _BLACK, "手机"))
    assert _recents(*rows) == [(True, False), (None, None)]
    assert _recents(*rows, tab="拨号") == [(None, None), (None, None)]
