"""Screens that hold no conversation although words stand on patches: lists of conversations, notifications, other pages."""

from __future__ import annotations

import re
from statistics import median
from typing import Final

from cuijie.intake.screens.call_words import call_words
from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.sides import around, is_near
from cuijie.intake.screens.spoken_times import is_time_line

__all__ = ["is_message_list", "is_other_page", "without_buttons"]

_PREVIEW: Final = 12  # more characters below a name than this are the beginning of a message
_LABEL: Final = re.compile(r"标记|骚扰电话|响铃")
_LIST_TITLE: Final = re.compile(r"(?:短信|信息|消息|微信|QQ|Messages|Chats)\s*(?:[(（]\d+[+]?[)）])?", re.IGNORECASE)
_AGO: Final = re.compile(r"(?:\d{1,2}\s*(?:秒|分钟|小时|天)前|刚刚|现在)")
_CARD: Final = 0.4  # of the height: what is taller is the page
_ROOM: Final = 0.1  # of the width
_AVATAR: Final = 0.14  # of the width: no picture of who speaks is wider
_WORDS: Final = 5  # fewer characters beside a bubble are a mark (已读)
_BUTTON: Final = 4  # of its words' height: how much wider a button is than its words
_MIDDLE: Final = 0.03  # of the width: how far the room left and right of a patch in the middle may differ


def is_message_list(lines: list[TextLine], picture: Picture) -> bool:
    """True for the list of conversations or notifications, which shows only how each message begins.

    So its heading says, or the beginning of a message stands below each name, or each patch is headed by its time.
    """
    rows = [
        line
        for line in lines
        if line.box.middle[0] <= picture.width * 0.6
        and not _is_time(line.text)
        and any(_is_time(one.text) and _is_right(one.box, picture) and _is_beside(one, line) for one in lines)
    ]
    rows = [line for line in rows if not any(line in _below(other, lines) for other in rows)]
    previews = sum(any(_is_preview(below.text) for below in _below(line, lines)) for line in rows)
    usual = median(line.box.height for line in lines) if lines else 0
    is_headed = any(
        line.box.middle[1] < picture.width * 0.4
        and line.box.height > usual * 1.3
        and _LIST_TITLE.fullmatch(line.text.strip()) is not None
        for line in lines
    )
    is_list = (is_headed and len(rows) >= 2) or (previews >= 2 and previews * 2 >= len(rows))
    return is_list or _are_notifications(rows, lines, picture)


def _are_notifications(rows: list[TextLine], lines: list[TextLine], picture: Picture) -> bool:
    """True if most patches begin with a name and, far right, a time, and go on below: no bubble does."""
    cards = [line.bubble for line in lines if line.bubble is not None and line.bubble.height < picture.height * _CARD]
    cards.sort(key=lambda box: box.top)
    count = sum(index == 0 or box.top >= cards[index - 1].bottom for index, box in enumerate(cards))
    agos = [line for line in lines if line.bubble is not None and _AGO.fullmatch(line.text.strip())]
    headed = [
        line
        for line in rows
        if line.bubble in cards and (_below(line, lines) or any(_is_beside(ago, line) for ago in agos))
    ]
    return bool(headed) and len(headed) * 2 >= count


def without_buttons(groups: list[list[TextLine]], picture: Picture) -> list[list[TextLine]]:
    """*groups* without buttons and labels: what stands on them was said by nobody."""
    return [group for group in groups if not _is_button(group, groups, picture)]


def is_other_page(groups: list[list[TextLine]], picture: Picture) -> bool:
    """True if no time and no picture of a speaker stands anywhere, and all patches are buttons or in the middle."""
    said = [group for group in groups if group[0].bubble is not None]
    rest = [line for group in groups if group[0].bubble is None for line in group]
    if any(is_time_line(line.text) for line in rest) or any(line.avatar for group in said for line in group):
        return False
    if len(said) == 1 and not rest:  # a box over a darkened page; a bubble that was cut out has no room beside it
        box = around(said[0])
        return _is_in_middle(box, picture) and box.left > picture.width * _ROOM
    return len(said) > 1 and all(
        _is_button(group, groups, picture) or (bool(rest) and _is_in_middle(around(group), picture)) for group in said
    )


def _is_button(group: list[TextLine], groups: list[list[TextLine]], picture: Picture) -> bool:
    """True for a patch far wider than its one word, beside one of another colour, or of one line beside words on the page."""
    if group[0].bubble is None:
        return False
    box = around(group)
    if len(group) == 1 and _has_room_for_more(box, group[0].box, picture):
        return True
    is_label = box.height < 2.2 * group[0].box.height
    return any(
        _stands_beside(box, around(other))
        and (
            is_label and any(len(line.text) >= _WORDS and not is_time_line(line.text) for line in other)
            if other[0].bubble is None
            else around(other).width > picture.width * _AVATAR and not is_near(group[0].colour, other[0].colour)
        )
        for other in groups
        if other is not group
    )


def _has_room_for_more(patch: Box, words: Box, picture: Picture) -> bool:
    """True for a word in the middle of a patch in the middle of the page: a bubble is as wide as its words."""
    is_wide = patch.width - words.width > _BUTTON * words.height and patch.height < 4 * words.height
    return is_wide and _is_in_middle(patch, picture) and _is_in_middle(words, picture)


def _is_in_middle(box: Box, picture: Picture) -> bool:
    return abs(box.left - (picture.width - box.right)) <= picture.width * _MIDDLE


def _stands_beside(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    is_apart = other.left >= one.right or one.left >= other.right
    return is_apart and shared > 0.5 * min(one.height, other.height)


def _is_time(text: str) -> bool:
    return is_time_line(text) or _AGO.fullmatch(text.strip()) is not None


def _is_beside(time: TextLine, line: TextLine) -> bool:
    return abs(time.box.middle[1] - line.box.middle[1]) < line.box.height * 1.4


def _is_right(box: Box, picture: Picture) -> bool:
    return box.middle[0] > picture.width * 0.6


def _is_preview(text: str) -> bool:
    return len(text.strip()) > _PREVIEW and _LABEL.search(text) is None and call_words(text).kind is None


def _below(line: TextLine, lines: list[TextLine]) -> list[TextLine]:
    """What stands right below the name of a row: its place or label, or the beginning of a message."""
    return [
        other
        for other in lines
        if -0.2 * line.box.height <= other.box.top - line.box.bottom < line.box.height * 0.9
        and abs(other.box.left - line.box.left) < line.box.height * 2
        and not is_time_line(other.text)
    ]
