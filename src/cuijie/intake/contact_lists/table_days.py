"""Which day each row of a contact log means: what all its dates, its title, its sheet and the lines between tell together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.contact_columns import SERIAL_DAY, when_of
from cuijie.intake.diaries.asks import asked, written_on
from cuijie.intake.diaries.days import Day, days_of
from cuijie.intake.found import Note
from cuijie.intake.source import Source
from cuijie.intake.tables.reading import Row, is_workbook
from cuijie.intake.tables.titles import Header
from cuijie.intake.times.day_order import order_of, plain_date
from cuijie.intake.times.rough import is_open_half, rough_clock, roughly
from cuijie.intake.times.told_order import named_order
from cuijie.intake.times.whole_minutes import ENOUGH_TIMES, are_whole_minutes, to_the_minute
from cuijie.intake.times.written import When, excel_serial

__all__ = ["TableDays", "under_months"]

_NO_YEAR: Final = re.compile(r"\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}(?!\d|\s*[-/.月:：])[日号]?")
_CLOCK_ONLY: Final = re.compile(
    r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜|早|晚)?\s*(?:\d{1,2}\s*[:：]\d{2}|[\d一二两三四五六七八九十]{1,3}\s*[点时])"
)
_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})\s*(?:年|[-/.])\s*\d{1,2}")
_YEAR_NAMED: Final = re.compile(r"(?<!\d)(20\d{2})\s*年")
_MONTH_NAMED: Final = re.compile(r"(?<![\d.])(\d{1,2})\s*月(?!\s*\d{1,2}\s*[日号])")
_MONTH: Final = re.compile(r"(?:(?P<year>20\d{2})\s*[年./-]\s*)?(?P<month>\d{1,2})\s*月份?\s*[:：]?")
_DAY_OF_MONTH: Final = re.compile(
    r"(?P<day>\d{1,2})\s*[日号](?P<rest>(?:\s*[(（]?(?:周|星期)[一二三四五六日天][)）]?)?(?:\s*\D{0,3}\d{1,2}\s*[:：点时].{0,6})?)"
)
_DATED: Final = ("date", "occurred_at")
_TIMED: Final = ("clock", "occurred_at", "date")
_HALF_A_YEAR: Final = 6  # months


def _year_named(words: str) -> int | None:
    """The only year that *words* name (2025年)."""
    years = set(_YEAR_NAMED.findall(words))
    return int(years.pop()) if len(years) == 1 else None


def under_months(table: Iterable[Row], title: str) -> Iterator[Row]:
    """The rows, 5日 with the month of the line above it, of the sheet or of the *title*, and its year where that is told."""
    month, year, sheet = _month_named(title), _year_named(title), ""
    for row in table:
        if row.sheet != sheet:
            sheet = row.sheet
            month, year = _month_named(sheet) or _month_named(title), _year_named(sheet) or _year_named(title)
        filled = [cell.strip() for cell in row.cells if cell.strip()]
        if len(filled) == 1 and (headed := _MONTH.fullmatch(filled[0])):
            year = int(headed["year"]) if headed["year"] else _turned(year, month, int(headed["month"]))
            month = int(headed["month"])
            continue
        if month is None or not any(map(_DAY_OF_MONTH.fullmatch, filled)):
            yield row
            continue
        above = f"{year}年{month}月" if year else f"{month}月"
        yield replace(row, cells=tuple(_under(above, cell) for cell in row.cells))


def _under(above: str, cell: str) -> str:
    found = _DAY_OF_MONTH.fullmatch(cell.strip())
    return f"{above}{found['day']}日{found['rest']}" if found else cell


def _month_named(words: str) -> int | None:
    months = set(_MONTH_NAMED.findall(words))
    return int(months.pop()) if len(months) == 1 else None


def _turned(year: int | None, last: int | None, month: int) -> int | None:
    """The year of a month below another one: January below December begins the next, December below January ends the last."""
    if year is None or last is None or abs(month - last) <= _HALF_A_YEAR:
        return year
    return year + 1 if month < last else year - 1


class TableDays:
    """What all dates of a table together tell of each: the only year there is, and the order of day and month.

    Where no row has a year the days are those of a diary: proposals, of the year in the *title* where it names one.  So
    are clock times that are no exact ones.  Seconds that are :00 on every row of a sheet were never told.
    """

    def __init__(self, source: Source, table: Iterable[tuple[Header, Row]], title: str) -> None:
        self._source = source
        told: list[tuple[str, str]] = []
        times: dict[str, list[str]] = {}  # of each sheet
        for titles, row in table:
            cells = {name: titles.cell(row, name) for name in _TIMED if name in titles.columns}
            told += [(row.at, cells[name]) for name in _DATED if cells.get(name)]
            times.setdefault(row.sheet, []).extend(cells.values())
        # in a workbook 21:30 is 21:30:00 however it was typed
        enough = 1 if is_workbook(source.head()) else ENOUGH_TIMES
        self._to_the_minute = {sheet for sheet, cells in times.items() if are_whole_minutes(cells, at_least=enough)}
        written = [cell for _, cell in told]
        years = {year for cell in written if (year := _year_of(cell))}
        self._year = years.pop() if len(years) == 1 else None
        self._order = order_of(written) or named_order(source.name)
        self._supplied = self._repeated = 0
        self._proposed: list[tuple[int, str, Day]] = []
        self._rough: list[tuple[int, str]] = []
        self._above = self._above_at = ""
        short = [] if years else [(at, found[0]) for at, cell in told if (found := _NO_YEAR.match(cell))]
        days = days_of([day for _, day in short], on=written_on(source), year=_year_named(title))
        self._days = dict(zip((at for at, _ in short), days, strict=True))

    def complete(self, row: Row, values: dict[str, str]) -> When | None:
        """Writes the dates of one row as they can be understood; a clock time below a merged cell has the day of it.

        Gives the time where it is only proposed, or told to the minute.
        """
        if values.get("date"):
            self._above, self._above_at = values["date"], row.at
        elif self._above and any(_CLOCK_ONLY.match(values.get(name, "")) for name in ("occurred_at", "clock")):
            values["date"] = self._above
            self._repeated += 1
        for name in _DATED:
            if written := values.get(name):
                values[name] = plain_date(written, self._order)
        field = next((name for name in _DATED if _NO_YEAR.match(values.get(name, ""))), None)
        if field and self._year:
            values[field] = f"{self._year}年{values[field]}"
            self._supplied += 1
        when = self._exact(row, values, self._dated(row, values, field) if field and not self._year else None)
        if row.sheet not in self._to_the_minute or (timed := when or when_of(values)).instant is None:
            return when
        return to_the_minute(timed)

    def _dated(self, row: Row, values: dict[str, str], field: str) -> When | None:
        written, day = values[field], self._days.get(row.at) or self._days.get(self._above_at)
        if day is None or day.on is None:
            return None
        values[field] = _NO_YEAR.sub(day.on.isoformat() + " ", written, count=1)
        self._proposed.append((_line(row), written, day))
        when = when_of(values)
        clock = when.raw if field == "date" and when.precision != "day" else ""
        return replace(when, raw=f"{written} {clock}".strip(), basis="inferred")

    def _exact(self, row: Row, values: dict[str, str], when: When | None) -> When | None:
        """*when*, or what an inexact clock time of the row proposes."""
        written = next((one for name in _TIMED if rough_clock(one := values.get(name, "")) or is_open_half(one)), None)
        if written is None or (timed := when or when_of(values)).instant is None:
            return when
        self._rough.append((_line(row), written))
        return roughly(timed, written)

    def notes(self) -> Iterator[Note]:
        """What was worked out, for the user to confirm."""
        yield from asked(self._proposed, self._source, self._rough)
        if self._supplied:
            yield Note(
                text=f"有 {self._supplied} 行没有写年份；表里其他各行都是 {self._year} 年，已按这一年补上，请核对。"
            )
        if self._repeated:
            yield Note(text=f"有 {self._repeated} 行没有写日期（合并的格），按上面一行的日期补上，请核对。")
        if self._order in ("mdy", "dmy"):
            told = "月/日/年" if self._order == "mdy" else "日/月/年"
            yield Note(text=f"日期是按“{told}”写的（从其他各行看得出），已按它读取，请核对。")


def _line(row: Row) -> int:
    return int(re.findall(r"\d+", row.at)[-1])


def _year_of(written: str) -> str | None:
    """The year in a date, written out or as a workbook's day number."""
    if found := _YEAR.match(written):
        return found[1]
    instant = excel_serial(float(written)).instant if SERIAL_DAY.fullmatch(written) else None
    return None if instant is None else str(shanghai_day(instant).year)
