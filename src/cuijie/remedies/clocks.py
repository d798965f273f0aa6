"""Time limits counted as the law counts them.

The day of the event is not counted (民法典第201条、民诉法第85条); months and years end on the corresponding day, or on
the month's last (民法典第202条); a last day that is a holiday moves to the day after (民法典第203条、民诉法第85条).
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from cuijie.remedies.channels import ClockRule
from cuijie.remedies.wording import day
from cuijie.remedies.workdays import next_workday, workdays_after

__all__ = ["Deadline", "deadline_of", "months_after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One clock that runs: for whom, until when, under what.

    ``due_on`` is None where it cannot be told (holidays of a year not known yet); ``safe_on`` is the day to act by
    or to look again in any case.
    """

    id: str  # step id + clock id
    step: str
    what: str
    is_mine: bool
    started_on: date
    due_on: date | None
    safe_on: date
    basis: str
    note: str | None = None
    late: str | None = None  # what to say once it has passed

    def is_past(self, on: date) -> bool:
        """Whether the limit has passed on *on*; one that cannot be told has not."""
        return self.due_on is not None and on > self.due_on


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


def deadline_of(rule: ClockRule, start: date, *, step: str, extensions: int = 0, paused_days: int = 0) -> Deadline:
    """The deadline of *rule* running from *start* (the day of the event, itself not counted).

    *extensions* counts the lawful extensions the other side announced (no more than the rule allows),
    *paused_days* the days on which the clock stood still.  Where the last day falls into a year whose
    holidays are not known, it is left unmoved: the user then is not late, and ``note`` says so.
    """
    length = rule.extends[min(extensions, len(rule.extends)) - 1] if extensions and rule.extends else rule.length
    pause = timedelta(days=paused_days)
    note: str | None = None
    if rule.unit == "workdays":
        span = workdays_after(start + pause, length)
        due, safe = span.on, span.about
        if due is None:
            note = f"{span.about.year}年的放假安排还没有公布或收录，最后一天说不准，大约在{day(span.about)}前后"
    else:
        end = _raw_end(rule, length, start) + pause
        rolled = next_workday(end) if rule.is_rolled else None
        if rolled is None:
            due = safe = end
        elif rolled.on is None:
            due = safe = end
            note = f"{end.year}年的放假安排还没有公布或收录；如果当天是休假日，会顺延到休假后的第一天，请按当天准备"
        else:
            due, safe = rolled.on, end if rule.is_mine else rolled.on
            if due != end:
                note = f"{day(end)}是休假日，顺延到{day(due)}"
    return Deadline(
        id=f"{step}/{rule.id}",
        step=step,
        what=rule.what,
        is_mine=rule.is_mine,
        started_on=start,
        due_on=due,
        safe_on=safe,
        basis=rule.shown_basis,
        note=note,
        late=rule.late,
    )
