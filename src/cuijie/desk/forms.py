"""Short forms: their fields as data, what was written read strictly, what cannot be read said beside its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from starlette.datastructures import FormData

from cuijie.clock import SHANGHAI
from cuijie.datafiles import Words
from cuijie.records.numbers import normalise

__all__ = ["Choice", "Field", "Kind", "Value", "as_written", "form_values", "instant_of", "read_form", "shown"]

Kind = Literal["line", "text", "choice", "yes_no", "day", "moment", "yuan", "numbers", "lines"]
Value = str | bool | int | date | datetime | tuple[str, ...] | None
"""What one field comes to; None, or an empty tuple, where nothing was written: not known."""

_MAX_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a closed list with its words, and a plain word of what it means."""

    value: str
    label: Words
    hint: Words | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field; ``choice`` and ``yes_no`` always offer *not known* too; ``is_past``: a day or moment that has been.

    A ``moment`` has a day and, where it is remembered, a time: without one it comes to a day.
    """

    name: str
    kind: Kind
    label: Words
    hint: Words | None = None
    choices: tuple[Choice, ...] = ()
    is_past: bool = False


YES_NO = (Choice(value="yes", label=Words("是", "yes")), Choice(value="no", label=Words("否", "no")))


def shown(value: Value) -> str:
    """*value* as its field shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
        case date():
            return value.isoformat()
        case tuple():
            return "\n".join(value)
        case _:
            return str(value)


def form_values(fields: Sequence[Field], record: object) -> dict[str, str]:
    """What the fields of the same names in *record* hold, as the form shows them; money in yuan."""
    found = {}
    for field in fields:
        value = getattr(record, field.name)
        is_money = field.kind == "yuan" and isinstance(value, int)
        found[field.name] = f"{Decimal(value) / 100:.2f}" if is_money else shown(value)
    return found


def read_form(
    fields: Sequence[Field], form: FormData | Mapping[str, str], now: datetime | None = None
) -> tuple[dict[str, Value], dict[str, Words]]:
    """What was written, by field; and by field what cannot be read, or (with *now*) cannot have been yet.

    An empty field is not known.
    """
    values: dict[str, Value] = {}
    troubles: dict[str, Words] = {}
    for field in fields:
        written = as_written(field, form)
        try:
            values[field.name] = value = _read(field, written)
            if field.is_past and now is not None:
                _check_past(value, now)
        except _Unreadable as error:
            troubles[field.name] = error.why
    return values, troubles


def as_written(field: Field, form: FormData | Mapping[str, str]) -> str:
    """What was written in *field*; of a moment its day and its time together, as one box would show them."""
    written = str(form.get(field.name, "") or "").strip()
    clock = str(form.get(f"{field.name}_time", "") or "").strip() if field.kind == "moment" else ""
    return f"{written}T{clock}" if clock else written


def instant_of(value: date) -> datetime:
    """A moment as it was written; a bare day is its midnight in Asia/Shanghai."""
    return value if isinstance(value, datetime) else datetime(value.year, value.month, value.day, tzinfo=SHANGHAI)


class _Unreadable(Exception):
    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.why = Words(zh, en)


def _read(field: Field, written: str) -> Value:
    if len(written) > _MAX_CHARACTERS:
        raise _Unreadable("写得太长了，请分开写。", "Too long.")
    match field.kind:
        case "numbers":
            return _numbers(written)
        case "lines":
            return tuple(dict.fromkeys(line.strip() for line in written.splitlines() if line.strip()))
        case _ if not written:
            return None
        case "yes_no":
            return _of(("yes", "no"), written) == "yes"
        case "choice":
            return _of([choice.value for choice in field.choices], written)
        case "day":
            return _day(written)
        case "moment":
            return _moment(written)
        case "yuan":
            return _fen(written)
        case _:
            return written


def _of(known: Sequence[str], written: str) -> str:
    if written not in known:
        raise _Unreadable("请从列出的里面选一个。", "Choose one of those listed.")
    return written


def _day(written: str) -> date:
    plain = written.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return date(year, month, day)
    except ValueError as error:
        raise _Unreadable("看不懂这个日期，请写成 2026-03-05。", "Write the day as 2026-03-05.") from error


_EARLIEST = date(1980, 1, 1)  # of a loan that anybody collects


def _check_past(value: Value, now: datetime) -> None:
    if not isinstance(value, date):
        return
    day = value.astimezone(SHANGHAI).date() if isinstance(value, datetime) else value
    if day > now.astimezone(SHANGHAI).date():
        raise _Unreadable("这一天在将来，看看年份对不对。", "That day has not come yet: look at the year.")
    if day < _EARLIEST:
        raise _Unreadable("这一天太早了，看看年份对不对。", "That is too long ago: look at the year.")


def _moment(written: str) -> date:
    day, _, clock = written.replace(" ", "T").partition("T")
    if not day:
        raise _Unreadable("请也写上是哪一天；记不得哪一天，就两格都空着。", "Add the day, or leave both empty.")
    if not clock:
        return _day(day)
    try:
        found = datetime.fromisoformat(f"{_day(day).isoformat()}T{clock}")
    except ValueError as error:
        raise _Unreadable("看不懂这个时间，请写成 2026-10-21 22:41。", "Write the time as 2026-10-21 22:41.") from error
    return found if found.tzinfo else found.replace(tzinfo=SHANGHAI)


_MOST_FEN = 10**15  # ten thousand billion yuan: more is a slip of the hand


def _fen(written: str) -> int:
    try:
        fen = Decimal(written.replace(",", "").replace("，", "").removesuffix("元").strip().lstrip("¥￥")) * 100
    except InvalidOperation:
        fen = Decimal(-1)
    if not fen.is_finite() or not 0 <= fen <= _MOST_FEN or fen != int(fen):
        raise _Unreadable("看不懂这个金额，请写成 5000 或 5000.00。", "Write the sum as 5000 or 5000.00.")
    return int(fen)


def _numbers(written: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in written.replace("，", "\n").replace("、", "\n").replace(",", "\n").replace("；", "\n").splitlines():
        if not part.strip():
            continue
        number = normalise(part)
        if not number or not any(character.isdigit() for character in number):
            raise _Unreadable(f"“{part.strip()}”看不出是号码。", f"{part.strip()!r} is not a number.")
        found.append(number)
    return tuple(dict.fromkeys(found))
