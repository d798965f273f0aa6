"""Call lists on a phone screen: the list of all numbers, and the page of one number with each of its calls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cuijie.intake.screens.lines import Box, Picture, TextLine
from cuijie.intake.screens.spoken_times import is_time_line
from cuijie.intake.vocabulary import direction_of, duration_of, was_missed
from cuijie.records.numbers import classify, normalise

__all__ = ["CallRow", "calls_of_all", "calls_of_one", "is_message_list"]

_COUNTED: Final = re.compile(r"^(.*?)\s*[(（](\d{1,3})[)）]$")
_LENGTH: Final = re.compile(r"(?:通话|时长|呼[入出])?\s*((?:\d+\s*小时)?\s*(?:\d+\s*分钟?)?\s*(?:\d+\s*秒)?)")
_KIND: Final = re.compile(
    r"(呼入|呼出|来电|去电|已接来电|未接来电|已拨电话|已接|未接|拒接|已拒接|拨出|主叫|被叫|未接听|已取消|拦截|已拦截)"
)
_PREVIEW: Final = 12  # more characters below a name than this are the beginning of a message


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
    rows: list[CallRow] = []
    for line, time in _timed_rows(lines, picture):
        counted = _COUNTED.match(line.text.strip())
        who = counted[1] if counted else line.text.strip()
        if who and _is_caller(who, counted is not None):
            label = next((below.text.strip() for below in _below(line, lines)), None)
            count = int(counted[2]) if counted else 1
            rows.append(CallRow(who=who, count=count, time_words=time.text, label=label, box=line.box))
    return tuple(rows)


def is_message_list(lines: list[TextLine], picture: Picture) -> bool:
    """True for the list of conversations: the beginning of a message stands below each name."""
    rows = [line for line, _ in _timed_rows(lines, picture)]
    previews = sum(any(len(below.text.strip()) > _PREVIEW for below in _below(line, lines)) for line in rows)
    return previews >= 2 and previews * 2 >= len(rows)


def calls_of_one(lines: list[TextLine], title: TextLine | None) -> tuple[CallRow, ...]:
    """The calls on the page of one number: a time each, with its kind and length beside or below it."""
    who = title.text.strip() if title else ""
    if not who or not _is_caller(who, has_count=False):
        return ()
    rows: list[CallRow] = []
    for line in lines:
        if line.bubble is not None or not is_time_line(line.text) or not re.search(r"\d[:：]\d{2}", line.text):
            continue
        around = [
            other.text.strip()
            for other in lines
            if other is not line
            and -0.6 * line.box.height < other.box.middle[1] - line.box.middle[1] < 1.9 * line.box.height
        ]
        kind = next((found[1] for text in around if (found := _KIND.search(text))), None)
        if kind is None:
            continue
        lengths = (_LENGTH.fullmatch(text) for text in around)
        seconds = next((duration_of(found[1]) for found in lengths if found and found[1].strip()), None)
        is_missed = was_missed(kind)
        rows.append(
            CallRow(
                who=who,
                count=1,
                time_words=line.text,
                label=kind,
                box=line.box,
                inbound=direction_of(kind),
                connected=False if is_missed else True if seconds else None,
                duration_s=None if is_missed else seconds,
            )
        )
    return tuple(rows)


def _timed_rows(lines: list[TextLine], picture: Picture) -> list[tuple[TextLine, TextLine]]:
    """Each line on the left with the time that stands at the right of its row."""
    rows = []
    for line in lines:
        if line.box.middle[0] > picture.width * 0.6 or is_time_line(line.text):
            continue
        for other in lines:
            is_same_row = abs(other.box.middle[1] - line.box.middle[1]) < line.box.height * 1.4
            if other.box.middle[0] > picture.width * 0.6 and is_same_row and is_time_line(other.text):
                rows.append((line, other))
                break
    return rows


def _is_caller(who: str, has_count: bool) -> bool:
    number = normalise(who)
    is_number = (
        number is not None and (classify(number) != "unknown" or "*" in number) and any(c.isdigit() for c in who)
    )
    return is_number or has_count


def _below(line: TextLine, lines: list[TextLine]) -> list[TextLine]:
    """What stands right below the name of a row: its place or label, or the beginning of a message."""
    return [
        other
        for other in lines
        if 0 <= other.box.top - line.box.bottom < line.box.height * 0.9
        and abs(other.box.left - line.box.left) < line.box.height * 2
        and not is_time_line(other.text)
    ]
