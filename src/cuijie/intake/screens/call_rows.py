"""Call lists on a phone screen: the list of all numbers, and the page of one number with each of its calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from cuijie.intake.screens.call_words import CallWords, call_words, has_card_sign
from cuijie.intake.screens.furniture import is_centred
from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.spoken_times import day_words, is_short_date, is_time_line, leading_time
from cuijie.records.numbers import classify, normalise

__all__ = ["CallRow", "calls_of_all", "calls_of_one", "rows_left"]

_COUNTED: Final = re.compile(r"^(.*?)\s*(?:[(（](\d{1,3})[)）]|[×xX]\s?(\d{1,3}))$")
_CLOCK: Final = re.compile(r"\d[:：]\d{2}")
_IPHONE: Final = re.compile(r"个人收藏|個人收藏|Favou?rites")  # a button of its telephone
_BUTTON: Final = re.compile(r"(?<=\S)\s+[①ⓘiIl1!]$")  # to the particulars, as an iPhone shows it behind the time
_ROW: Final = 3.2  # of a name's height: what stands further below belongs to no row


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """One row of a call list: who, how many calls it stands for, when, and what else the phone says of it."""

    who: str
    count: int
    time_words: str
    label: str | None
    box: Box
    inbound: bool | None = None
    connected: bool | None = None
    duration_s: int | None = None


def calls_of_all(lines: list[TextLine], picture: Picture) -> tuple[CallRow, ...]:
    """The rows of a list of several numbers; one without number and count is not taken (most often family)."""
    rows = [line for line in _rows(lines, picture) if line.box.middle[0] <= picture.width * 0.6]
    callers = sorted((line for line in rows if _caller(line.text) is not None), key=lambda one: one.box.top)
    callers = [line for line in callers if not any(_is_of_hidden(line, other) for other in callers)]
    found = []
    for index, line in enumerate(callers):
        below = callers[index + 1].box.top if index + 1 < len(callers) else picture.height
        row = _row(line, [one for one in lines if one.box.middle[1] < below], lines, picture)
        if row is not None:
            found.append(row)
    return tuple(found)


def rows_left(lines: list[TextLine], picture: Picture, taken: tuple[CallRow, ...]) -> int:
    """How many rows of a list have a time and were not *taken*: they show a name alone."""
    first = min(row.box.top - 3 * row.box.height for row in taken)
    said = [
        (_words(line, picture, are_cards_shown=False).time, _is_right(line.box, picture))
        for line in _rows(lines, picture)
        if line.box.top > first
    ]
    return max(0, sum(bool(time and (is_right or _CLOCK.search(time))) for time, is_right in said) - len(taken))


def _row(line: TextLine, above_next: list[TextLine], lines: list[TextLine], picture: Picture) -> CallRow | None:
    tall = line.box.height
    near = [
        one
        for one in above_next
        if one is not line and line.box.top - 0.4 * tall < one.box.middle[1] < line.box.bottom + _ROW * tall
    ]
    near.sort(key=lambda one: one.box.top)
    are_cards_shown = any(has_card_sign(one.text) for one in lines)
    said = [(one, _words(one, picture, are_cards_shown)) for one in near]
    times = [(one, words.time) for one, words in said if words.time is not None]
    if not times and not any(words.kind for _, words in said):
        return None
    if len(times) > 1:  # the row of a name without number follows
        second = times[1][0].box
        end = second.top - tall * (0.3 if _is_right(second, picture) else 1.8)
        said = [(one, words) for one, words in said if one.box.middle[1] < end]
    who, count = _caller(line.text) or (line.text, 1)
    words = _together([words for _, words in said])
    # in red stands who called in vain: on an iPhone of each of the calls counted, on others of the last one
    was_missed = (
        line.is_red and words.inbound is None and (count == 1 or any(_IPHONE.search(one.text) for one in picture.lines))
    )
    return CallRow(
        who=who,
        count=count,
        time_words=_with_heading(times[0][1] if times else "", line, lines, picture),
        label=_label(line, said),
        box=line.box,
        inbound=True if was_missed else words.inbound,
        connected=False if was_missed and not words.duration_s else words.connected if count == 1 else None,
        duration_s=words.duration_s if count == 1 else None,
    )


def calls_of_one(lines: list[TextLine], title: TextLine | None, picture: Picture) -> tuple[CallRow, ...]:
    """The calls on the page of one number: a time each, with its kind and length beside or below it."""
    names = [line for line in lines if is_centred(line.box, picture) and _caller(line.text) is not None]
    names = [title] if title is not None and _caller(title.text) is not None else names
    if not names:
        return ()
    name = max(names, key=lambda line: line.box.height)
    who, _ = _caller(name.text) or (name.text, 1)
    times = [line for line in _rows(lines, picture) if _CLOCK.search(call_words(line.text).time or "")]
    found = []
    for line in times:
        said = [call_words(line.text)]
        said += [call_words(one.text) for one in lines if one not in times and _nearest(one, times) is line]
        words = _together(said)
        if words.kind is None:
            continue
        time = _with_heading(said[0].time or "", line, lines, picture)
        found.append(
            CallRow(
                who=who,
                count=1,
                time_words=time,
                label=words.kind,
                box=line.box,
                inbound=words.inbound,
                connected=words.connected,
                duration_s=words.duration_s,
            )
        )
    return tuple(found)


def _nearest(line: TextLine, times: list[TextLine]) -> TextLine | None:
    """The time in whose row, or right above or below which, *line* stands."""
    near = min(times, key=lambda one: abs(one.box.middle[1] - line.box.middle[1]))
    return near if abs(near.box.middle[1] - line.box.middle[1]) < 1.9 * near.box.height else None


def _rows(lines: list[TextLine], picture: Picture) -> list[TextLine]:
    """The lines on the page or on a card as large as it: what stands on a bubble was said by somebody."""
    return [
        line
        for line in lines
        if line.bubble is None or line.bubble.width >= picture.width * 0.8 or line.bubble.height >= picture.height * 0.4
    ]


def _words(line: TextLine, picture: Picture, are_cards_shown: bool) -> CallWords:
    """What a line below or beside a number says; the time at the right may have a button read onto it."""
    if not _is_right(line.box, picture):
        return call_words(line.text, are_cards_shown=are_cards_shown)
    text = _BUTTON.sub("", line.text)
    time, rest = leading_time(text)
    return CallWords(time=text.strip() if is_short_date(text) else time if len(rest.strip()) <= 1 else None)


def _together(said: list[CallWords]) -> CallWords:
    """The kind of the first line that gives one; the length may stand on a line of its own."""
    first = next((words for words in said if words.kind is not None), CallWords(time=None))
    seconds = next((words.duration_s for words in said if words.duration_s), None)
    if first.connected is False:
        return first
    if seconds is None and any(words.connected is False for words in said):
        return replace(first, time=None, connected=False)  # 呼出, and 未接通 beside it
    return CallWords(
        time=None,
        kind=first.kind,
        inbound=first.inbound,
        connected=True if seconds else first.connected,
        duration_s=seconds,
    )


def _with_heading(time: str, line: TextLine, lines: list[TextLine], picture: Picture) -> str:
    """*time* with the day that stands alone above the rows it is of: 昨天, 6月11日 星期三."""
    if not time or day_words(time) is not None:
        return time
    days = [
        one
        for one in lines
        if one.box.bottom <= line.box.top
        and one.box.middle[0] < picture.width / 2
        and is_time_line(one.text)
        and not _CLOCK.search(one.text)
    ]
    return f"{max(days, key=lambda one: one.box.top).text} {time}" if days else time


def _label(line: TextLine, said: list[tuple[TextLine, CallWords]]) -> str | None:
    """The phone's own words below a number: its place, how often it was marked; else the kind of the call."""
    below = [
        (one, words)
        for one, words in said
        if one.box.top >= line.box.middle[1] and abs(one.box.left - line.box.left) < line.box.height * 2
    ]
    texts = [one.text.strip() for one, words in below if words.kind is None and words.time is None]
    return next(iter(texts), None) or next((one.text.strip() for one, words in below if words.kind), None)


def _caller(text: str) -> tuple[str, int] | None:
    """The number of a row, or a name with its count, and how many calls the row stands for."""
    counted = _COUNTED.match(text.strip())
    who = counted[1] if counted else text.strip()
    number = normalise(who)
    is_number = number is not None and (classify(number) != "unknown" or "*" in number)
    is_told = number is None or (is_number and any(c.isdigit() for c in who))  # None: 未知号码
    if not who or not (counted or is_told):
        return None
    return who, int(counted[2] or counted[3]) if counted else 1


def _is_of_hidden(line: TextLine, above: TextLine) -> bool:
    """True for 未知 right below 未知号码: what kind of number it is."""
    return normalise(line.text) is None and 0 <= line.box.top - above.box.bottom < line.box.height


def _is_right(box: Box, picture: Picture) -> bool:
    return box.middle[0] > picture.width * 0.6
