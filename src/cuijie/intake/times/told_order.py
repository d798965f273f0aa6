"""In which order a file writes day and month where no date of it is certain: the user's word, or the order of its lines.

``11/3/26`` is March or November.  An export has its lines in the order of time, none later than the file itself: where
only one reading of all dates fits that, it is meant.  Else the user says so in the file's name; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, get_args

from cuijie.clock import shanghai_day
from cuijie.intake.found import Note
from cuijie.intake.times.day_order import DayOrder, is_open, order_of, plain_date
from cuijie.intake.times.written import parse_time

__all__ = ["named_order", "order_of_lines", "without_order"]

_SAID: Final[dict[str, DayOrder]] = {"日在前": "dmy", "月在前": "mdy", "年在前": "ymd"}
_FIRST: Final = {order: word.removesuffix("在前") for word, order in _SAID.items()}
_MARK: Final = re.compile(rf"[\s_-]*[(（【\[]?({'|'.join(_SAID)})[)）】\]]?")
_CLOCKS: Final = timedelta(days=1)  # how far the clocks of two devices may be apart


def named_order(name: str) -> DayOrder | None:
    """The order that the user wrote into the file's name (聊天-日在前.txt)."""
    found = _MARK.search(name)
    return _SAID[found[1]] if found else None


def without_order(name: str) -> str:
    """*name* without the user's word for the order."""
    return _MARK.sub("", name)


def order_of_lines(times: Sequence[str], *, name: str, until: date | None) -> tuple[DayOrder | None, tuple[Note, ...]]:
    """The order of *times*, lines of one export, of which none is later than *until*; what to confirm where lines told it."""
    order = order_of(times) or named_order(name)
    if order is not None or not any(map(is_open, times)):
        return order, ()
    fitting = [
        one for one in get_args(DayOrder) if _fits([parse_time(plain_date(time, one)).instant for time in times], until)
    ]
    if len(fitting) != 1:
        return None, ()
    shown = f"“{times[0]}”读作 {plain_date(times[0], fitting[0]).partition(' ')[0].strip(',')}"
    text = f"日期按{_FIRST[fitting[0]]}在前读（{shown}）：只有这样读，各条才前后有序、也不晚于文件本身。请核对；读反了，请在文件名里写明“日在前”或“月在前”再收。"
    return fitting[0], (Note(text=text, is_asked=True),)


def _fits(read: list[datetime | None], until: date | None) -> bool:
    """True for times that all exist, run one way and end in time."""
    instants = [one for one in read if one is not None]
    if len(instants) < len(read) or (until is not None and shanghai_day(max(instants) - _CLOCKS) > until):
        return False
    pairs = list(pairwise(instants))
    return all(one <= other for one, other in pairs) or all(one >= other for one, other in pairs)
