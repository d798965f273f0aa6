"""From lines on a picture to what a phone screen says: a title, bubbles by side, times, notices, call rows.

Only the picture's own geometry and colours are used: lines on one plain patch are one bubble; a patch nearer
the right edge, or in a strong colour where both are as near, is the owner's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from cuijie.intake.screens.call_rows import CallRow, calls_of_all, calls_of_one, rows_left
from cuijie.intake.screens.furniture import is_centred, is_furniture, is_status, title_of
from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.overviews import is_message_list, is_other_page, without_buttons
from cuijie.intake.screens.page import page_of
from cuijie.intake.screens.patches import on_shared_patches
from cuijie.intake.screens.sides import Side, Sides, around, is_near
from cuijie.intake.screens.spoken_times import day_words, is_time_line, trailing_time

__all__ = ["Bubble", "Screen", "Side", "read_screen"]

_GROUP_TITLE: Final = re.compile(r"^(.+?)\s*[(（](\d{1,4})[)）]$")
_UNNAMED_GROUP: Final = "没拍到名称的群"
_IN_LINK: Final = re.compile(r"(?:://|www\.)[!-~]*$", re.IGNORECASE)
_CARD: Final = re.compile(r"^(.*?)\s*微信(红包|转账)$", re.DOTALL)
_CARD_FOOT: Final = re.compile(r"(?:微信|QQ|支付宝)?(?:红包|转账)")
_CLOSE: Final = 0.6  # of its height: how far a time stands at most below the one bubble it is of
_NOTICE: Final = 30  # characters: a notice of the app is hardly longer, and its lines stand in the middle
_CLOCK: Final = re.compile(r"\d[:：]\d{2}")
_RANK: Final = re.compile(r"^LV\.?\s?\d{1,3}\s*(?=\S)")  # before a name
_TICKS: Final = " √✓✔vV/\\"  # sent, delivered, seen
_ARROWS: Final = " \t←‹<＜〈›>＞〉·•…⋯⋮"  # the way back, the way to the particulars
_VOICE: Final = re.compile(r"[)）(（\s»›>·.。◁▷]*(\d{1,2})\s*[\"″＂'’”“]{1,2}[)）(（\s»›>·.。◁▷]*")
_QUOTED: Final = re.compile(r"^[^：:]{1,20}[：:].")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message, or a notice such as a recall, with the time line that stands above it."""

    side: Side
    text: str
    time_words: str | None
    sender: str | None  # the name above it in a group
    box: Box
    score: float  # of its least sure line
    quoted: str | None = None  # what it answers, as the app shows it below
    is_own_time: bool = False  # the time stands at this bubble, not above it and those that follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a picture of a phone screen shows."""

    title: str | None
    group_name: str | None
    bubbles: tuple[Bubble, ...] = ()
    calls: tuple[CallRow, ...] = ()
    rows_left: int = 0  # of a call list: those that show a name and no number
    is_unclear: bool = False  # a conversation, but not which words are one message
    is_message_list: bool = False  # the list of conversations, which shows only how each begins


def read_screen(picture: Picture) -> Screen:
    """The conversation or call list on *picture*; an empty screen for any other picture."""
    page, (left, top) = page_of(picture)
    screen = _read_page(page)
    return replace(
        screen,
        bubbles=tuple(replace(one, box=one.box.moved(left, top)) for one in screen.bubbles),
        calls=tuple(replace(one, box=one.box.moved(left, top)) for one in screen.calls),
    )


def _read_page(picture: Picture) -> Screen:
    lines = [_off_pill(line, picture) for line in on_shared_patches(picture) if not is_status(line, picture)]
    title = title_of(lines, picture)
    body = [line for line in lines if line is not title and not is_furniture(line, title, picture)]
    name = title.text.strip(_ARROWS) or None if title else None
    if is_message_list(lines, picture):
        return Screen(title=name, group_name=None, is_message_list=True)
    calls = calls_of_all(body, picture)
    if len(calls) >= 2:
        return Screen(title=name, group_name=None, calls=calls, rows_left=rows_left(body, picture, calls))
    calls = calls_of_one(body, title, picture)
    if len(calls) >= 2:
        return Screen(title=name, group_name=None, calls=calls)
    if any(_is_torn(one, picture) or _is_faint(one, picture) for one in _groups(body)):
        return Screen(title=None, group_name=None, is_unclear=True)
    bubbles = _bubbles(body, picture)
    return Screen(title=name, group_name=_group_name(name, bubbles), bubbles=bubbles)


def _group_name(title: str | None, bubbles: tuple[Bubble, ...]) -> str | None:
    """The group the conversation is of: its title tells, or the names above all that others say.

    A conversation of two bears no such names, or that of its title.
    """
    if title is not None and (counted := _GROUP_TITLE.match(title)) is not None:
        return counted[1]
    names = [bubble.sender for bubble in bubbles if bubble.side == "other"]
    is_group = None not in names and len(names) > 1 and set(names) != {title}
    return (title or _UNNAMED_GROUP) if is_group else None


def _is_torn(group: list[TextLine], picture: Picture) -> bool:
    """True for a patch that runs on over a time line in the middle: in bad light a bubble and the page are one colour."""
    is_bubble = len(group) > 1 and group[0].bubble is not None
    inside = _time_inside(group)
    return is_bubble and any(
        is_time_line(line.text) and is_centred(line.box, picture) for line in group if line is not inside
    )


def _off_pill(line: TextLine, picture: Picture) -> TextLine:
    """A day on a small patch of its own in the middle stands on the page: it heads what follows."""
    patch = line.bubble
    is_pill = patch is not None and is_centred(patch, picture) and patch.height < 2.5 * line.box.height
    return replace(line, bubble=None) if is_pill and is_time_line(line.text) else line


def _time_inside(group: list[TextLine]) -> TextLine | None:
    """The time at the lower right end of a bubble, as WhatsApp and Telegram write it, perhaps with ticks."""
    last = max(group, key=lambda line: line.box.right)
    others = [line for line in group if line is not last]
    is_lowest = all(line.box.middle[1] <= last.box.bottom for line in others)
    is_small = last.box.height < 0.9 * max((line.box.height for line in others), default=0)
    is_time = _CLOCK.search(last.text) is not None and is_time_line(last.text.rstrip(_TICKS))
    is_at_end = last.box.left > around(group).middle[0]
    return last if group[0].bubble is not None and is_lowest and is_small and is_time and is_at_end else None


def _is_faint(group: list[TextLine], picture: Picture) -> bool:
    """True for the words of a bubble that cannot be told from the page: lines in the middle that begin at one edge."""
    if group[0].bubble is not None or len(group) < 2 or not is_centred(around(group), picture):
        return False
    tall = group[0].box.height
    is_flush = max(line.box.left for line in group) - min(line.box.left for line in group) < 0.5 * tall
    middles = [line.box.middle[0] for line in group]
    return is_flush and max(middles) - min(middles) > tall and len(_joined(group)) > _NOTICE


def _bubbles(lines: list[TextLine], picture: Picture) -> tuple[Bubble, ...]:
    groups = _groups(lines)
    if is_other_page(groups, picture):
        return ()
    groups = without_buttons(groups, picture)
    said = [group for group in groups if group[0].bubble is not None]
    groups = [_on_its_own(group) if _is_flush(group, said, picture) else group for group in groups]
    said = [group for group in groups if group[0].bubble is not None]
    sides = Sides(said, picture)
    own_times = _own_times(groups, picture)
    found: list[Bubble] = []
    time_words: str | None = None
    sender: str | None = None
    named_time: str | None = None
    last: list[TextLine] | None = None
    for index, group in enumerate(groups):
        inside = _time_inside(group)
        if inside is not None:
            group = [line for line in group if line is not inside]
        text = _joined(group)
        if group[0].bubble is None:
            if index in own_times.values():
                continue
            if is_time_line(text):
                if is_centred(around(group), picture) or not _is_in_column(group, groups):
                    time_words = text
            elif is_centred(around(group), picture):
                found.append(_bubble("notice", group, text, time_words, None))
            elif group[0].box.left < picture.width * 0.35 and _is_right_above(group, groups[index + 1 : index + 3]):
                sender, named_time = trailing_time(_RANK.sub("", text))  # who says the next bubble
            continue
        if last is not None and _is_quote(group, last, text):
            found[-1] = replace(found[-1], quoted=text)
            continue
        side = sides.of(group)
        mine = _joined(groups[own_times[index]]) if index in own_times else named_time if side == "other" else None
        mine = inside.text.rstrip(_TICKS) if inside is not None else mine
        bubble = _bubble(side, group, text, _with_day(mine, time_words), sender if side == "other" else None)
        found.append(replace(bubble, is_own_time=mine is not None))
        sender, named_time, last = None, None, group
    return tuple(found) if any(one.side != "notice" for one in found) else ()


def _groups(lines: list[TextLine]) -> list[list[TextLine]]:
    groups: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda one: one.box.top):
        home = next((group for group in reversed(groups[-4:]) if _belongs(line, group[-1])), None)
        if home is None:
            groups.append([line])
        else:
            home.append(line)
    return groups


def _own_times(groups: list[list[TextLine]], picture: Picture) -> dict[int, int]:
    """Which bubble has a time of its own below or beside it: the index of its group to that of the time's.

    Where few bubbles have one below, only what stands close: a time line above what it dates keeps its distance.
    """
    found: dict[int, int] = {}
    loose: dict[int, int] = {}
    bubbles = [index for index, group in enumerate(groups) if group[0].bubble is not None]
    for index, group in enumerate(groups):
        if group[0].bubble is not None or not is_time_line(_joined(group)):
            continue
        time = around(group)
        free = [(one, around(groups[one])) for one in bubbles if one not in found and one not in loose]
        home = next((one for one, box in free if _is_beside_bubble(time, box)), None)
        if home is None and not is_centred(time, picture):
            home = next((one for one, box in free if _is_below_bubble(time, box)), None)
        if home is not None:
            is_close = time.top - around(groups[home]).bottom < _CLOSE * time.height
            (found if is_close else loose)[home] = index
    return found | (loose if (len(found) + len(loose)) * 2 >= len(bubbles) else {})


def _is_below_bubble(time: Box, bubble: Box) -> bool:
    gap = time.top - bubble.bottom
    edge = min(abs(time.left - bubble.left), abs(time.right - bubble.right))
    return -0.3 * time.height < gap < 1.2 * time.height and edge < 2 * time.height


def _is_beside_bubble(time: Box, bubble: Box) -> bool:
    """True for a time at the lower end of a bubble, left or right of it."""
    beside = max(time.left - bubble.right, bubble.left - time.right)
    return bubble.top < time.middle[1] <= bubble.bottom + time.height / 2 and 0 <= beside < 2 * time.height


def _is_in_column(group: list[TextLine], groups: list[list[TextLine]]) -> bool:
    """True for a date among the lines of a card: it stands under or over one of them at the same edge."""
    box = around(group)
    return any(
        other is not group
        and other[0].bubble is None
        and abs(around(other).left - box.left) < box.height
        and max(around(other).top - box.bottom, box.top - around(other).bottom) < 1.5 * box.height
        for other in groups
    )


def _is_flush(group: list[TextLine], said: list[list[TextLine]], picture: Picture) -> bool:
    """True for words on a bubble as pale as the page: they begin where those of two others do, a notice stands in the middle."""
    box = around(group)
    if group[0].bubble is not None or not is_centred(box, picture) or is_time_line(_joined(group)):
        return False
    begins = [min(line.box.left for line in one) for one in said]
    is_off = picture.width / 2 - box.middle[0] > box.height / 2
    return is_off and sum(abs(left - box.left) < box.height * 0.2 for left in begins) > 1


def _on_its_own(group: list[TextLine]) -> list[TextLine]:
    return [replace(line, bubble=around(group)) for line in group]


def _is_right_above(group: list[TextLine], following: list[list[TextLine]]) -> bool:
    """True for a line with a bubble close below it."""
    box = around(group)
    return any(
        other[0].bubble is not None and -0.5 * box.height < around(other).top - box.bottom < 1.2 * box.height
        for other in following
    )


def _with_day(own: str | None, above: str | None) -> str | None:
    """A bubble's own clock time with the day of the time line above; without one of its own that line."""
    if own is None:
        return above
    day = day_words(above) if above is not None and day_words(own) is None else None
    return own if day is None else f"{day} {own}"


def _is_quote(group: list[TextLine], last: list[TextLine], text: str) -> bool:
    """True for a smaller patch of another colour right below a bubble that gives who said what: what it answers."""
    patch, above = around(group), around(last)
    is_under = 0 <= patch.top - above.bottom < last[0].box.height
    is_smaller = group[0].box.height < last[0].box.height * 0.92
    shares_edge = min(abs(patch.left - above.left), abs(patch.right - above.right)) < last[0].box.height * 0.5
    is_other_colour = not is_near(group[0].colour, last[0].colour)
    return is_under and is_smaller and is_other_colour and shares_edge and _QUOTED.match(text) is not None


def _bubble(side: Side, group: list[TextLine], text: str, time_words: str | None, sender: str | None) -> Bubble:
    score = min(line.score for line in group)
    if voice := _VOICE.fullmatch(text):
        text = f"[语音 {voice[1]} 秒]"
    elif card := _CARD.match(text):
        text = f"[{card[2]}] {card[1]}"
    return Bubble(side=side, text=text, time_words=time_words, sender=sender, box=around(group), score=score)


def _belongs(line: TextLine, last: TextLine) -> bool:
    if (line.bubble is None) != (last.bubble is None):
        return False
    if line.bubble is not None and last.bubble is not None:
        is_one_patch = line.bubble.overlap(last.bubble) > 0.7
        return is_one_patch or _goes_on(line, last) or _is_piece(line, last) or _is_foot(line, last)
    if _is_beside(line, last):
        return True
    gap = line.box.top - last.box.bottom
    is_centred_under = abs(line.box.middle[0] - last.box.middle[0]) < last.box.height * 0.3  # a notice of several lines
    is_same_column = abs(line.box.left - last.box.left) < last.box.height or is_centred_under
    return (
        is_same_column and gap < last.box.height * 0.8 and not is_time_line(last.text) and not is_time_line(line.text)
    )


def _is_beside(line: TextLine, last: TextLine) -> bool:
    """True for two pieces of one line: a notice or a time whose words were read apart."""
    gap = max(line.box.left, last.box.left) - min(line.box.right, last.box.right)
    is_same_row = abs(line.box.middle[1] - last.box.middle[1]) < last.box.height * 0.4
    return is_same_row and -last.box.height * 0.6 < gap < last.box.height * 1.5


def _is_foot(line: TextLine, last: TextLine) -> bool:
    """True for the name of a card below the rule that ends it."""
    if line.bubble is None or last.bubble is None or _CARD_FOOT.fullmatch(line.text.strip()) is None:
        return False
    gap = line.bubble.top - last.bubble.bottom
    return is_near(line.colour, last.colour) and 0 <= gap < 0.4 * line.box.height


def _is_piece(line: TextLine, last: TextLine) -> bool:
    """True for two pieces of one line of a bubble whose patches meet."""
    if line.bubble is None or last.bubble is None:
        return False
    meet = min(line.bubble.right, last.bubble.right) - max(line.bubble.left, last.bubble.left)
    return meet > 0 and _is_beside(line, last) and is_near(line.colour, last.colour)


def _goes_on(line: TextLine, last: TextLine) -> bool:
    """True for a line right under another on the same colour: between two bubbles there is more room than that."""
    gap = line.box.top - last.box.bottom
    is_under = -0.2 * last.box.height < gap < (0.25 if _is_apart(line, last) else 0.5) * last.box.height
    return is_near(line.colour, last.colour) and is_under and abs(line.box.left - last.box.left) < last.box.height * 0.6


def _is_apart(line: TextLine, last: TextLine) -> bool:
    """True for lines on two patches of which one ends below its words where the other begins."""
    if line.bubble is None or last.bubble is None:
        return False
    return last.bubble.bottom >= last.box.bottom and line.bubble.top > last.bubble.bottom - 0.3 * last.box.height


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
