"""What a loan says of one moment: whether the hour was agreed on, whether the debt was already paid."""

from __future__ import annotations

import re
from datetime import datetime

from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.errors import BadInput
from cuijie.records import Loan
from cuijie.records.contact import TimePrecision

__all__ = ["NO_AGREEMENT", "check_agreed_hours", "hours_agreed", "settled_at"]

NO_AGREEMENT = "none"
_RANGE = re.compile(r"^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$")


def _minutes(agreed: str, where: str) -> tuple[int, int]:
    match = _RANGE.match(agreed.replace("：", ":").replace("－", "-").replace("–", "-").replace(" ", ""))
    if match is None:
        raise BadInput(
            f"{where}：约定时段“{agreed}”看不懂。",
            remedy='请写成 "20:00-23:00"；没有约定过写 "none"；不知道写 null。',
        )
    start_hour, start_minute, end_hour, end_minute = (int(part) for part in match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start > 1440 or end > 1440:
        raise BadInput(f"{where}：约定时段“{agreed}”超出了一天。", remedy="一天最晚写 24:00。")
    return start, end


def check_agreed_hours(agreed: str | None, *, where: str = "loan.agreed_hours") -> None:
    """Raise BadInput if *agreed* is neither a range of hours, ``none`` nor unknown."""
    if agreed is not None and agreed != NO_AGREEMENT:
        _minutes(agreed, where)


def hours_agreed(
    agreed: str | None,
    occurred_at: datetime | None,
    precision: TimePrecision | None,
    *,
    where: str = "loan.agreed_hours",
) -> bool | None:
    """True if *occurred_at* lies in the agreed hours ``HH:MM-HH:MM`` of Asia/Shanghai (start in, end out).

    False where nothing was agreed or the time lies outside; None while the agreement or the hour is not known.
    A range may run over midnight.
    """
    if agreed is None:
        return None
    if agreed == NO_AGREEMENT:
        return False
    start, end = _minutes(agreed, where)
    if occurred_at is None or precision == "day":
        return None
    local = occurred_at.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    return start <= minute < end if start <= end else minute >= start or minute < end


def settled_at(loan: Loan, instant: datetime | None) -> bool | None:
    """Whether the debt was paid when a contact was made; unknown on the day of payment itself."""
    if loan.debt_settled is not True or loan.settled_on is None:
        return loan.debt_settled
    if instant is None:
        return None
    day = shanghai_day(instant)
    return None if day == loan.settled_on else day > loan.settled_on
