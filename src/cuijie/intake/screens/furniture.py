"""What stands on a phone screen beside what was said: status bar, title, banners, marks of delivery, the input bar."""

from __future__ import annotations

import re
from typing import Final

from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.spoken_times import is_time_line

__all__ = ["is_centred", "is_furniture", "is_status", "title_of"]

_STATUS_ROWS: Final = 0.11  # of the width: clock, signal, battery
_STATUS_WORDS: Final = re.compile(r"(?:[\d:：.%\s]|[345]G|HD|KB/s|K/s|WiFi|LTE|上午|下午)+", re.IGNORECASE)
_TITLE_ROWS: Final = 0.27
_NAME_ROWS: Final = 0.4  # where a name stands below a picture, as on an iPhone
_PILL: Final = 0.5  # of the width
_BACK: Final = re.compile(
    r"[←‹<＜〈]?\s*[(（]?\d{1,3}\+?[)）]?|[←‹<＜〈]\s*\S{1,4}"
)  # the way back, how many are unread
_HEADING: Final = re.compile(r"(?:(?:所有|全部|最近)?通话(?:记录)?|电话|拨号|未接来电)")
_MARKS: Final = re.compile(
    r"(?:[(（]?(?:已读|未读|全部已读|\d+人(?:已|未)读|已送达|送达|已发送|发送中|发送失败)[)）]?|短信|短信/彩信|彩信|iMessage|iMessage信息|信息|RCS)"
)
_INPUT_BAR: Final = re.compile(
    r"(?:\+|◎|☺|添加到通讯录|按住.?说话|(?:请?输入|编辑|发送|发|文本|短信|彩信|信息|消息|iMessage|RCS|5G|[/\s·])+)(?:…|[.·]{1,3})?",
    re.IGNORECASE,
)


def is_status(line: TextLine, picture: Picture) -> bool:
    """True for the clock and the signs at the very top; not for a time line that a crop left there."""
    if line.box.middle[1] >= picture.width * _STATUS_ROWS or line.box.height >= picture.width * 0.06:
        return False
    if line.bubble is not None:
        return _STATUS_WORDS.fullmatch(line.text.strip()) is not None
    is_alone = not any(
        other.box != line.box and abs(other.box.middle[1] - line.box.middle[1]) < line.box.height
        for other in picture.lines
    )
    return not (is_alone and is_time_line(line.text) and is_centred(line.box, picture))  # cut off below the title bar


def title_of(lines: list[TextLine], picture: Picture) -> TextLine | None:
    """The line that names whom the screen is about, or None."""
    zone = [
        line
        for line in lines
        if line.bubble is None
        and line.box.middle[1] < picture.width * _NAME_ROWS
        and len(line.text.strip()) > 1
        and not is_time_line(line.text)
        and not _MARKS.fullmatch(line.text.strip())
        and not _BACK.fullmatch(line.text.strip())
        and not _heads_a_bubble(line, lines)
    ]
    near_top = [line for line in zone if line.box.top < picture.width * 0.22]
    if near_top:
        return max(near_top, key=lambda line: (line.box.height, line.box.width))
    first = min((line.box.top for line in lines if line.bubble is not None or is_time_line(line.text)), default=0)
    below_a_picture = [line for line in zone if line.box.bottom <= first and is_centred(line.box, picture)]
    return min(below_a_picture, key=lambda line: line.box.top, default=None) or _on_pill(lines, picture)


def _heads_a_bubble(line: TextLine, lines: list[TextLine]) -> bool:
    """True for the name of who speaks, which a crop may bring to the top: it stands right above a bubble, at its edge."""
    return any(
        other.bubble is not None
        and -0.5 * line.box.height < other.bubble.top - line.box.bottom < 0.8 * line.box.height
        and abs(other.bubble.left - line.box.left) < line.box.height
        for other in lines
    )


def _on_pill(lines: list[TextLine], picture: Picture) -> TextLine | None:
    """The name on a patch of its own in the middle of the bar; a bubble stands at one side."""
    return next(
        (
            line
            for line in lines
            if line.bubble is not None
            and line.box.middle[1] < picture.width * _NAME_ROWS
            and is_centred(line.bubble, picture)
            and line.bubble.width < picture.width * _PILL
            and line.bubble.height < line.box.height * 2.5
            and line.box.top <= min(other.box.top for other in lines if len(other.text.strip()) > 1)
        ),
        None,
    )


def is_furniture(line: TextLine, title: TextLine | None, picture: Picture) -> bool:
    """True for arrows, marks of delivery, what stands below the title, and the input bar."""
    text = line.text.strip()
    is_bar = line.box.middle[1] < picture.width * _TITLE_ROWS
    is_bottom = line.box.middle[1] > picture.height - picture.width * 0.16
    if len(text) <= 1 and line.bubble is None and (is_bar or not text.isalnum()):
        return True  # arrows and dots of the title bar come out as letters
    if line.bubble is None and (text in {"<", ">", "返回", "…", "...", "微信"} or _MARKS.fullmatch(text)):
        return True
    is_small = line.bubble is None or line.bubble.width < picture.width * 0.3
    if title is not None and line.box.middle[1] < title.box.bottom and is_small:
        return True  # the way back, how many are unread, buttons
    if title is not None and _is_below_title(line, title) and not _is_row(line, picture):
        return True
    return is_bottom and (len(text) <= 1 or _INPUT_BAR.fullmatch(text) is not None or _is_menu(line, picture))


def _is_menu(line: TextLine, picture: Picture) -> bool:
    """True for one of several words in a row at the bottom: tabs, or what an official account offers."""
    return line.bubble is None and any(
        other.bubble is None
        and abs(other.box.middle[1] - line.box.middle[1]) < line.box.height * 0.5
        and max(other.box.left - line.box.right, line.box.left - other.box.right) > line.box.height
        for other in picture.lines
    )


def _is_below_title(line: TextLine, title: TextLine) -> bool:
    """A place, a state or a number right below the name, no larger than it; below a heading stands the first row."""
    if _HEADING.fullmatch(title.text.strip()):
        return False
    gap = line.box.top - title.box.bottom
    is_under = -0.2 * title.box.height <= gap < 0.9 * title.box.height
    is_smaller = line.box.height < title.box.height * 1.15
    overlaps = line.box.left < title.box.right and line.box.right > title.box.left
    return line.bubble is None and is_under and is_smaller and overlaps and not is_time_line(line.text)


def _is_row(line: TextLine, picture: Picture) -> bool:
    """True for a line with a time in its row: the first row of a list."""
    return any(
        is_time_line(other.text) and abs(other.box.middle[1] - line.box.middle[1]) < line.box.height * 1.4
        for other in picture.lines
        if other.box.left > line.box.right
    )


def is_centred(box: Box, picture: Picture) -> bool:
    """True for a box in the middle across."""
    return abs(box.middle[0] - picture.width / 2) < picture.width * 0.08
