"""Time limits counted as the law counts them.

The day of the event is not counted (民法典第201条、民诉法第85条); months and years end on the corresponding day, or on
the month's last (民法典第202条); a last day that is a holiday moves to the day after (民法典第203条、民诉法第85条).
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cuijie.remedies.channels import ClockRule
from cuijie.remedies.wording import day
from cuijie.remedies.workdays import Span, next_workday, workdays_after

__all__ = ["Deadline", "deadline_of", "months_after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One clock that runs: for whom, until when, under what.

    ``due_on`` is None where the last day cannot be told (holidays of a year not published yet): it then lies between
    ``earliest_on`` and ``latest_on``.  ``safe_on`` is the day by which to act, or from which to look again.
    """

    id: str  # step id + clock id
    step: str
    what: str
    is_mine: bool
    started_on: date
    earliest_on: date
    latest_on: date
    safe_on: date
    basis: str
    note: str | None = None
    late: str | None = None  # what to say once it has passed

    @property
    def due_on(self) -> date | None:
        """The last day, if there is only one it can be."""
        return self.earliest_on if self.earliest_on == self.latest_on else None

    def is_past(self, on: date) -> bool:
        """Whether the limit has surely passed on *on*: neither side is called late while it may still be in time."""
        return on > self.latest_on


def months_after(start: date, months: int) -> date:
    """The day that corresponds to *start* so many months on, or that month's last day."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _raw_end(rule: ClockRule, length: int, start: date) -> date:
    match rule.unit:
        case "months":
            return months_after(start, length)
        case "years":
            return months_after(start, 12 * length)
        case _:
            return start + timedelta(days=length)


def _range_note(span: Span, *, is_mine: bool) -> str:
    first, last = day(span.earliest), day(span.latest)
    told = f"{span.latest.year}年的放假安排还没有公布或收录，最后一天最早是{first}，最迟是{last}"
    if is_mine:
        return f"{told}；请在{first}以前办好，放假安排公布后再核对"
    return f"{told}；过了{last}还没有答复才算超期，放假安排公布后再核对"


def deadline_of(
    rule: ClockRule, start: date, *, step: str, extensions: int = 0, pauses: Sequence[tuple[date, date]] = ()
) -> Deadline:
    """The deadline of *rule* running from *start* (the day of the event, itself not counted).

    *extensions* counts the lawful extensions the other side announced (no more than the rule allows); during
    *pauses* (first day, day of resuming) the clock stands still.  Where the last day falls near a holiday of a year
    whose holidays are not known, the deadline is a range, and ``note`` says so.
    """
    length = rule.extends[min(extensions, len(rule.extends)) - 1] if extensions and rule.extends else rule.length
    note: str | None = None
    if rule.unit == "workdays":
        span = workdays_after(start, length, pauses)
        end = span.earliest
    else:
        end = _raw_end(rule, length, start) + sum((last - first for first, last in pauses), timedelta())
        span = next_workday(end) if rule.is_rolled else Span(earliest=end, latest=end)
        if span.on is not None and span.on != end:
            note = f"{day(end)}是休假日，顺延到{day(span.on)}"
    if span.on is None:
        note = _range_note(span, is_mine=rule.is_mine)
    return Deadline(
        id=f"{step}/{rule.id}",
        step=step,
        what=rule.what,
        is_mine=rule.is_mine,
        started_on=start,
        earliest_on=span.earliest,
        latest_on=span.latest,
        safe_on=min(end, span.earliest) if rule.is_mine else span.latest,
        basis=rule.shown_basis,
        note=note,
        late=rule.late,
    )
