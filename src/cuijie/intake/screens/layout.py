"""From lines on a picture to what a phone screen says: a title, bubbles by side, times, notices, call rows.

Only the picture's own geometry and colours are used: lines on one plain patch are one bubble; a patch nearer
the right edge, or in a strong colour where both are as near, is the owner's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.patches import on_shared_patches
from cuijie.intake.screens.spoken_times import is_time_line
from cuijie.records.numbers import classify, normalise

__all__ = ["Bubble", "CallRow", "Screen", "Side", "read_screen"]

Side = Literal["other", "own", "notice"]

_STATUS_ROWS: Final = 0.11  # of the width: clock, signal, battery
_STATUS_WORDS: Final = re.compile(r"(?:[\d:：.%\s]|[345]G|HD|KB/s|K/s|WiFi|LTE|上午|下午)+", re.IGNORECASE)
_TITLE_ROWS: Final = 0.27
_GROUP_TITLE: Final = re.compile(r"^(.+?)\s*[(（](\d{1,4})[)）]$")
_INPUT_BAR: Final = re.compile(
    r"^(?:发送|短信|文本信息|iMessage|信息|发消息|按住.?说话|短信/彩信|\+|◎|☺|发送短信|添加到通讯录)$", re.I
)
_IN_LINK: Final = re.compile(r"(?:://|www\.)[!-~]*$", re.IGNORECASE)
_CALL_COUNT: Final = re.compile(r"^(.*?)\s*[(（](\d{1,3})[)）]$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message, or a notice such as a recall, with the time line that stands above it."""

    side: Side
    text: str
    time_words: str | None
    sender: str | None  # the name above it in a group
    box: Box
    score: float  # of its least sure line


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One row of a call list: who, how many calls it stands for, when, and a label the phone gave."""

    who: str
    count: int
    time_words: str
    label: str | None
    box: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a picture of a phone screen shows."""

    title: str | None
    group_name: str | None
    bubbles: tuple[Bubble, ...] = ()
    calls: tuple[CallRow, ...] = ()

    @property
    def is_phone_screen(self) -> bool:
        """True if anything of a conversation or a call list was recognised."""
        return bool(self.bubbles or self.calls)


def read_screen(picture: Picture) -> Screen:
    """The conversation or call list on *picture*; an empty screen for any other picture."""
    lines = [line for line in on_shared_patches(picture) if not _is_status(line, picture)]
    title = _title(lines, picture)
    body = [line for line in lines if title is None or line.box.top > title.box.top or line is not title]
    body = [line for line in body if line is not title and not _is_chrome(line, picture)]
    calls = _calls(body, picture)
    if len(calls) >= 2:
        return Screen(title=title.text if title else None, group_name=None, calls=calls)
    name = title.text.strip() if title else None
    group = _GROUP_TITLE.match(name) if name else None
    return Screen(title=name, group_name=group[1] if group else None, bubbles=_bubbles(body, picture))


def _is_status(line: TextLine, picture: Picture) -> bool:
    if line.box.middle[1] >= picture.width * _STATUS_ROWS or line.box.height >= picture.width * 0.06:
        return False
    if line.bubble is not None:
        return _STATUS_WORDS.fullmatch(line.text.strip()) is not None
    is_alone = not any(
        other.box != line.box and abs(other.box.middle[1] - line.box.middle[1]) < line.box.height
        for other in picture.lines
    )
    return not (is_alone and is_time_line(line.text) and _is_centred(line.box, picture))  # cut off below the title bar


def _is_chrome(line: TextLine, picture: Picture) -> bool:
    text = line.text.strip()
    is_bar = line.box.middle[1] < picture.width * _TITLE_ROWS
    if len(text) <= 1 and line.bubble is None and (is_bar or not text.isalnum()):
        return True  # arrows and dots of the title bar come out as letters
    if line.bubble is None and text in {"<", ">", "返回", "…", "...", "微信"}:
        return True
    return line.box.middle[1] > picture.height - picture.width * 0.16 and _INPUT_BAR.match(text) is not None


def _title(lines: list[TextLine], picture: Picture) -> TextLine | None:
    zone = [
        line
        for line in lines
        if line.bubble is None
        and line.box.middle[1] < picture.width * _TITLE_ROWS
        and len(line.text.strip()) > 1
        and not is_time_line(line.text)
    ]
    near_top = [line for line in zone if line.box.top < picture.width * 0.22]
    return max(near_top, key=lambda line: (line.box.height, line.box.width), default=None)


def _bubbles(lines: list[TextLine], picture: Picture) -> tuple[Bubble, ...]:
    groups: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda one: one.box.top):
        home = next((group for group in reversed(groups[-4:]) if _belongs(line, group[-1])), None)
        if home is None:
            groups.append([line])
        else:
            home.append(line)
    found: list[Bubble] = []
    time_words: str | None = None
    sender: str | None = None
    for group in groups:
        text = _joined(group)
        if group[0].bubble is None:
            if is_time_line(text):
                time_words = text
            elif _is_centred(_around(group), picture):
                found.append(_bubble("notice", group, text, time_words, None))
            elif group[0].box.left < picture.width * 0.35:
                sender = text  # the name above the next bubble of the other side
            continue
        side = _side(group, picture)
        found.append(_bubble(side, group, text, time_words, sender if side == "other" else None))
        sender = None
    return tuple(found) if any(one.side != "notice" for one in found) else ()


def _bubble(side: Side, group: list[TextLine], text: str, time_words: str | None, sender: str | None) -> Bubble:
    score = min(line.score for line in group)
    return Bubble(side=side, text=text, time_words=time_words, sender=sender, box=_around(group), score=score)


def _around(group: list[TextLine]) -> Box:
    boxes = [line.bubble or line.box for line in group]
    return Box(
        left=min(b.left for b in boxes), top=min(b.top for b in boxes),
        right=max(b.right for b in boxes), bottom=max(b.bottom for b in boxes),
    )  # fmt: skip


def _belongs(line: TextLine, last: TextLine) -> bool:
    if (line.bubble is None) != (last.bubble is None):
        return False
    if line.bubble is not None and last.bubble is not None:
        return line.bubble.overlap(last.bubble) > 0.7 or _goes_on(line, last)
    if _is_beside(line, last):
        return True
    gap = line.box.top - last.box.bottom
    is_same_column = abs(line.box.left - last.box.left) < last.box.height
    return (
        is_same_column and gap < last.box.height * 0.8 and not is_time_line(last.text) and not is_time_line(line.text)
    )


def _is_beside(line: TextLine, last: TextLine) -> bool:
    """True for two pieces of one line: a notice or a time whose words were read apart."""
    gap = max(line.box.left, last.box.left) - min(line.box.right, last.box.right)
    is_same_row = abs(line.box.middle[1] - last.box.middle[1]) < last.box.height * 0.4
    return is_same_row and -last.box.height * 0.3 < gap < last.box.height * 1.5


def _goes_on(line: TextLine, last: TextLine) -> bool:
    """True for a line right under another on the same colour: between two bubbles there is more room than that."""
    gap = line.box.top - last.box.bottom
    is_same_colour = all(abs(one - other) <= 12 for one, other in zip(line.colour, last.colour, strict=True))
    is_under = -0.2 * last.box.height < gap < 0.5 * last.box.height
    return is_same_colour and is_under and abs(line.box.left - last.box.left) < last.box.height * 0.6


def _joined(group: list[TextLine]) -> str:
    """The lines of one bubble as one text: Latin words keep a blank, a number broken over two lines is whole again."""
    ordered = [line for row in _rows(group) for line in sorted(row, key=lambda one: one.box.left)]
    text = ordered[0].text.strip()
    for line in ordered[1:]:
        part = line.text.strip()
        is_latin = text[-1:].isascii() and text[-1:].isalpha() and part[:1].isascii() and part[:1].isalpha()
        is_latin = is_latin and not _IN_LINK.search(text)
        text += (" " if is_latin else "") + part
    return text


def _rows(group: list[TextLine]) -> list[list[TextLine]]:
    """Lines that stand beside each other belong to one row."""
    rows: list[list[TextLine]] = []
    for line in sorted(group, key=lambda one: one.box.top):
        if rows and line.box.middle[1] < rows[-1][0].box.bottom - rows[-1][0].box.height * 0.2:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _is_centred(box: Box, picture: Picture) -> bool:
    return abs(box.middle[0] - picture.width / 2) < picture.width * 0.08


def _side(group: list[TextLine], picture: Picture) -> Side:
    patch = group[0].bubble or group[0].box
    before, after = patch.left, picture.width - patch.right
    if abs(before - after) > picture.width * 0.03:
        return "other" if before < after else "own"
    red, green, blue = group[0].colour
    return "own" if max(red, green, blue) - min(red, green, blue) > 40 else "other"


def _calls(lines: list[TextLine], picture: Picture) -> tuple[CallRow, ...]:
    rows: list[CallRow] = []
    for line in lines:
        if line.box.middle[0] > picture.width * 0.6 or is_time_line(line.text):
            continue
        times = [
            other
            for other in lines
            if other.box.middle[0] > picture.width * 0.6
            and abs(other.box.middle[1] - line.box.middle[1]) < line.box.height * 1.4
            and is_time_line(other.text)
        ]
        counted = _CALL_COUNT.match(line.text.strip())
        who = counted[1] if counted else line.text.strip()
        if not times or not who or not _is_caller(who, counted is not None):
            continue
        label = next((o.text.strip() for o in lines if _is_label_of(o, line)), None)
        rows.append(
            CallRow(
                who=who, count=int(counted[2]) if counted else 1, time_words=times[0].text, label=label, box=line.box
            )
        )
    return tuple(rows)


def _is_caller(who: str, has_count: bool) -> bool:
    number = normalise(who)
    is_number = (
        number is not None and (classify(number) != "unknown" or "*" in number) and any(c.isdigit() for c in who)
    )
    return is_number or has_count


def _is_label_of(other: TextLine, line: TextLine) -> bool:
    gap = other.box.top - line.box.bottom
    is_below = 0 <= gap < line.box.height * 0.9 and abs(other.box.left - line.box.left) < line.box.height * 2
    return is_below and re.search(r"骚扰|标记|推销|催收|诈骗|[省市]|移动|联通|电信|响铃|未接", other.text) is not None
