"""Moments as tables hold them, in SQL: a date and an hour in two cells, run together, or counted in days from 1900.

What one value alone cannot tell (is 46084.9 counted from 1900 or 1904, is 03/04/2026 March or April) is settled over
the whole column by ``time_shapes`` and given here as *assumed*.
"""

from __future__ import annotations

from collections.abc import Collection

from cuijie.audit.logs.spelling import Spelling

__all__ = [
    "CLOCK_HM",
    "CLOCK_HMS",
    "DATE_AS_MOMENT",
    "DAY_FIRST",
    "EXCEL_1900",
    "EXCEL_1904",
    "EXCEL_ZERO",
    "MONTH_FIRST",
    "NUMBERED",
    "SLASHED",
    "excel_days",
    "moment_text",
]

EXCEL_1900, EXCEL_1904 = "excel-1900", "excel-1904"
DAY_FIRST, MONTH_FIRST = "day-first", "month-first"
CLOCK_HM, CLOCK_HMS = "clock-hm", "clock-hms"
EXCEL_ZERO = {EXCEL_1900: 25_569, EXCEL_1904: 24_107}
"""The number that stands for 1 January 1970."""

_SERIAL = "^[2-7][0-9]{4}([.][0-9]+)?$"
"""A day counted by a spreadsheet, with its hour as a fraction."""
SLASHED = "^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})((?:[ T,].*)?)$"
NUMBERED = "^([0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?)(?:[ T]0{1,2}:00(?::00(?:[.]0+)?)?)? +([0-9]{1,4})$"
"""A date and an hour of at most four digits without signs."""

_DATE = "[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?"
_NO_HOUR = "[ T]0{1,2}:00(?::00(?:[.]0+)?)?"  # how a database writes a date as a moment
_NO_DATE = "(?:1899-12-3[01]|1900-01-0[01]|1904-01-01|1970-01-01)[ T]"  # how a spreadsheet writes an hour as a moment
DATE_AS_MOMENT = f"^({_DATE}){_NO_HOUR}$"
"""A date as a database writes it where it has no hour."""
_TWO_CELLS = f"^({_DATE})(?:{_NO_HOUR})? +(?:{_NO_DATE})?([0-9]{{1,2}}[:：时点].*|[^-+Z0-9].*)$"  # a zone is no hour
_RUN_TOGETHER = f"^([0-9]{{4}})-?([0-9]{{2}})-?([0-9]{{2}})(?:{_NO_HOUR})?[ T]+([0-9]{{1,2}})([0-9]{{2}})([0-9]{{2}})$"
_BARE_DATE = "^([0-9]{4})([0-9]{2})([0-9]{2}) +([^0-9]*[0-9]{1,2}[:：时点].*)$"
_FRACTION = f"^({_DATE}|[0-9]{{8}})(?:{_NO_HOUR})? +(0?[.][0-9]+)$"
_SERIAL_CLOCK = "^([2-7][0-9]{4})(?:[.]0+)? +([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)$"
_SERIAL_FRACTION = "^([2-7][0-9]{4})(?:[.]0+)? +(0?[.][0-9]+)$"


def _part(said: str, pattern: str, place: int) -> str:
    return f"regexp_extract({said}, '{pattern}', {place})"


def moment_text(say: Spelling, text: str, assumed: Collection[str], *, of_two_cells: bool) -> str:
    """*text* as a date, a blank and an hour with its signs, where it is written otherwise; else as it is."""

    def parts(pattern: str, *pieces: int | str) -> str:
        said = ", ".join(_part(text, pattern, p) if isinstance(p, int) else f"'{p}'" for p in pieces)
        return f" WHEN {say.matches.format(text, pattern)} THEN concat({said})"

    cases = ""
    if of_two_cells:
        cases += parts(_TWO_CELLS, 1, " ", 2)
    if CLOCK_HM in assumed or CLOCK_HMS in assumed:
        width = 4 if CLOCK_HM in assumed else 6
        clock = f"lpad({_part(text, NUMBERED, 2)}, {width}, '0')"
        signed = ", ':', ".join(f"substr({clock}, {place}, 2)" for place in range(1, width, 2))
        date = _iso(_part(text, NUMBERED, 1))
        cases += f" WHEN {say.matches.format(text, NUMBERED)} THEN concat({date}, ' ', {signed})"
    cases += parts(_RUN_TOGETHER, 1, "-", 2, "-", 3, " ", 4, ":", 5, ":", 6) + parts(
        _BARE_DATE, 1, "-", 2, "-", 3, " ", 4
    )
    if DAY_FIRST in assumed:
        cases += parts(SLASHED, 3, "-", 2, "-", 1, 4)
    elif MONTH_FIRST in assumed:
        cases += parts(SLASHED, 3, "-", 1, "-", 2, 4)
    if of_two_cells or {DAY_FIRST, MONTH_FIRST} & {*assumed}:
        return f"CASE{cases} ELSE {text} END"
    # most moments are neither: one look at a sign is cheaper than two patterns
    return f"CASE WHEN substr({text}, 9, 1) NOT IN (' ', 'T') THEN {text} ELSE CASE{cases} ELSE {text} END END"


def excel_days(say: Spelling, said: str, assumed: Collection[str], *, of_two_cells: bool) -> list[str]:
    """Expressions for timestamps without zone out of numbers of a spreadsheet; NULL where *said* is no such number."""
    found = []
    zero = next((EXCEL_ZERO[name] for name in assumed if name in EXCEL_ZERO), None)
    if zero is not None:
        found.append(f"CASE WHEN {say.matches.format(said, _SERIAL)} THEN {_since_1970(said, zero)} END")
    if not of_two_cells:
        return found
    date, part = _part(said, _FRACTION, 1), _part(said, _FRACTION, 2)
    midnight = say.naive.format(f"concat({_iso(date)}, ' 00:00:00')")
    found.append(
        f"CASE WHEN {say.matches.format(said, _FRACTION)} THEN {midnight} + {_seconds(part)} * INTERVAL '1' SECOND END"
    )
    if zero is not None:
        whole, clock = _part(said, _SERIAL_CLOCK, 1), _part(said, _SERIAL_CLOCK, 2)
        found.append(
            f"CASE WHEN {say.matches.format(said, _SERIAL_CLOCK)} THEN {say.naive.format(f'''concat('1970-01-01 ', {clock})''')}"
            f" + (try_cast({whole} AS BIGINT) - {zero}) * INTERVAL '1' DAY END"
        )
        both = f"(try_cast({_part(said, _SERIAL_FRACTION, 1)} AS DOUBLE) + try_cast({_part(said, _SERIAL_FRACTION, 2)} AS DOUBLE))"
        found.append(f"CASE WHEN {say.matches.format(said, _SERIAL_FRACTION)} THEN {_since_1970(both, zero)} END")
    return found


def _iso(date: str) -> str:
    """A date in digits, or with other signs, with hyphens."""
    signs = f"replace(replace(replace(replace(replace({date}, '年', '-'), '月', '-'), '日', ''), '/', '-'), '.', '-')"
    digits = ", '-', ".join(f"substr({date}, {at}, {size})" for at, size in ((1, 4), (5, 2), (7, 2)))
    return f"CASE WHEN length(replace({signs}, '-', '')) = length({date}) THEN concat({digits}) ELSE {signs} END"


def _seconds(days: str) -> str:
    """Days as whole seconds: a fraction of a day is a moment to the second, and no more."""
    return f"CAST(round(try_cast({days} AS DOUBLE) * 86400) AS BIGINT)"


def _since_1970(days: str, zero: int) -> str:
    return (
        f"TIMESTAMP '1970-01-01 00:00:00' + CAST(round((try_cast({days} AS DOUBLE) - {zero}) * 86400) AS BIGINT)"
        " * INTERVAL '1' SECOND"
    )
