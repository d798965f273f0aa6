"""A plain contact log that the user brings: CSV, workbook or HTML table with the contact record's columns.

Chinese titles are understood by synonyms; also harassment-block lists typed by hand (time, number, kind, label).
Every entry is marked *user-converted*: what it proves rests on what it was written from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.contact_columns import COLUMN_NAMES, SERIAL_DAY, entry_of, is_contact_log, when_of
from cuijie.intake.contact_titles import PHRASES
from cuijie.intake.day_order import order_of, plain_date
from cuijie.intake.diaries.asks import asked, written_on
from cuijie.intake.diaries.days import Day, days_of
from cuijie.intake.found import Found, IntakeError, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import (
    Row,
    body,
    encoding_note,
    find_header,
    first_rows,
    is_titled,
    rows,
    rows_ahead,
    unread_notes,
)
from cuijie.intake.times import When, excel_serial
from cuijie.intake.vocabulary import direction_of

__all__ = ["KIND", "TITLE", "imply", "read", "sniff"]

KIND: Final = "contact_table"
TITLE: Final = "自己整理的联系记录表"


def sniff(head: Head) -> bool:
    """True for a table with a time column and columns that say who or what; of calls a time and a number will do."""
    return (
        is_titled(head, COLUMN_NAMES, is_contact_log)
        or is_titled(head, _CALLS, _is_bare)
        or is_titled(head, COLUMN_NAMES, is_contact_log, phrases=PHRASES)
    )


_CALLS: Final = {  # titles that tell of calls by themselves
    "occurred_at": ("来电时间", "来电日期", "通话时间", "拨打时间", "拦截时间", "打来的时间"),
    "from_number": ("来电号码", "来电", "催收电话", "催收号码", "骚扰号码", "拦截号码", "对方号码", "打来的号码"),
}


def _is_bare(fields: set[str]) -> bool:
    return {"occurred_at", "from_number"} <= fields


def read(source: Source) -> Iterator[Found]:
    """One entry for each row below the header; the columns of the contact record that entries lack go to ``extra``."""
    head = source.head()
    needed = is_contact_log
    header = find_header(first_rows(head), COLUMN_NAMES, is_contact_log)
    if header is None and find_header(first_rows(head), _CALLS, _is_bare) is not None:
        header, needed = find_header(first_rows(head), COLUMN_NAMES, _is_bare), _is_bare
    header = header or find_header(first_rows(head), COLUMN_NAMES, is_contact_log, PHRASES)
    if header is None:
        raise IntakeError(
            f"“{source.name}”里找不到列名。", remedy="第一行请写列名，例如：时间、方式、号码、内容、被联系人。"
        )
    yield from encoding_note(head)
    days = _Days(source, needed)
    unread: dict[str, int] = {}
    for titles, row in body(rows(source), COLUMN_NAMES, needed, unread, phrases=PHRASES):
        values = {name: titles.cell(row, name) for name in titles.columns}
        if not any(values.values()) or _is_total(row):
            continue
        when = days.complete(row, values)
        is_list_of_texts = not {"duration_s", "minutes"} & titles.columns.keys()
        imply(values, titles.titles, is_list_of_texts=is_list_of_texts, named=f"{source.name} {row.sheet}")
        is_record = "contact_id" in titles.columns or "recipient_role" in titles.columns
        yield from entry_of(source, row.at, values, is_contact_record=is_record, when=when)
    yield from asked(days.proposed, source)
    yield from unread_notes(unread)
    if days.supplied:
        yield Note(text=f"有 {days.supplied} 行没有写年份；表里其他各行都是 {days.year} 年，已按这一年补上，请核对。")
    if days.repeated:
        yield Note(text=f"有 {days.repeated} 行没有写日期（合并的格），按上面一行的日期补上，请核对。")
    if days.order in ("mdy", "dmy"):
        told = "月/日/年" if days.order == "mdy" else "日/月/年"
        yield Note(text=f"日期是按“{told}”写的（从其他各行看得出），已按它读取，请核对。")


_NO_YEAR: Final = re.compile(r"\d{1,2}\s*(?:月|[-/.])\s*\d{1,2}(?!\d|\s*[-/.月:：])[日号]?")
_CLOCK_ONLY: Final = re.compile(
    r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜|早|晚)?\s*(?:\d{1,2}\s*[:：]\d{2}|[\d一二两三四五六七八九十]{1,3}\s*[点时])"
)
_YEAR: Final = re.compile(r"(?<!\d)(20\d{2})\s*(?:年|[-/.])\s*\d{1,2}")
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "total", "totals"})
_DATED: Final = ("date", "occurred_at")
_COMING: Final = re.compile(
    r"来电|打来|谁打|上门|来访|发件人|发信人|骚扰|被催|接到|催收(?:人的?)?(?:时间|日期|电话|号码|内容)"
)  # titles that say who called whom
_TITLES: Final[dict[str, re.Pattern[str]]] = {
    "call": re.compile(r"来电|通话|拨打|接听|谁接|谁打|打给|拦截时间|拦截号码|骚扰号码|caller"),
    "sms": re.compile(r"短信|简讯|发件人|收件人"),
    "im": re.compile(r"微信|聊天"),
    "visit": re.compile(r"上门|来访"),
}


_NAMES: Final[dict[str, re.Pattern[str]]] = {  # of files and sheets
    "call": re.compile(r"来电|通话|电话"),
    "sms": re.compile(r"短信|彩信|简讯|(?<![a-z])sms(?![a-z])", re.IGNORECASE),
    "im": re.compile(r"微信|聊天|QQ", re.IGNORECASE),
    "visit": re.compile(r"上门|来访"),
    "email": re.compile(r"邮件"),
}


_ENGLISH_TEXT: Final = frozenset({"content", "body", "message", "messagebody"})


def _is_way(values: dict[str, str]) -> bool:
    """True if the kind, or the way where no kind is told, says only which way it went: beside a message it is a text, not a call."""
    told = (values.get("channel") or values.get("direction") or "").strip().lower()
    return told in {"incoming", "outgoing"} and bool(values.get("text"))


def _chat_way(values: dict[str, str]) -> None:
    """A chat app's messages as phone tools list them: sessions and no service, the kind says only the way."""
    if not values.get("direction") and direction_of(values.get("channel", "")) is not None:
        values["direction"], values["channel"] = values["channel"], "im"


def imply(values: dict[str, str], titles: Iterable[str], *, is_list_of_texts: bool, named: str = "") -> None:
    """Puts in what the titles, else the name of file and sheet, say of every row: the kind of contact, who called whom."""
    titles = tuple(titles)
    if values.get("session") and "service" not in values:
        _chat_way(values)
    if not any(values.get(name) for name in ("channel", "duration_s", "minutes", "connected", "service")):
        values["channel"] = _only_kind(_TITLES, titles) or _only_kind(_NAMES, (named,))
    if _ENGLISH_TEXT & set(titles) and is_list_of_texts and _is_way(values):
        values["service"] = "sms"
    if not values.get("direction") and not values.get("to") and direction_of(values.get("channel", "")) is None:
        is_told = any(_COMING.search(title) for title in titles) or values.get("recipient", "").strip()
        values["direction"] = "来电" if is_told else ""


def _only_kind(patterns: Mapping[str, re.Pattern[str]], words: Iterable[str]) -> str:
    """The one kind of contact that *words* speak of; empty where they speak of none or several."""
    kinds = [kind for kind, pattern in patterns.items() if any(map(pattern.search, words))]
    return kinds[0] if len(kinds) == 1 else ""


class _Days:
    """What all dates of a table together tell of each: the only year there is, and the order of day and month.

    Where no row has a year the days are those of a diary: proposals.
    """

    def __init__(self, source: Source, needed: Callable[[set[str]], bool]) -> None:
        table = body(rows_ahead(source), COLUMN_NAMES, needed, phrases=PHRASES)
        told = [(row.at, cell) for titles, row in table for name in _DATED if (cell := titles.cell(row, name))]
        written = [cell for _, cell in told]
        years = {year for cell in written if (year := _year_of(cell))}
        self.year = years.pop() if len(years) == 1 else None
        self.order = order_of(written)
        self.supplied = self.repeated = 0
        self.proposed: list[tuple[int, str, Day]] = []
        self._above = self._above_at = ""
        short = [] if years else [(at, found[0]) for at, cell in told if (found := _NO_YEAR.match(cell))]
        self._days = dict(
            zip((at for at, _ in short), days_of([day for _, day in short], on=written_on(source)), strict=True)
        )

    def complete(self, row: Row, values: dict[str, str]) -> When | None:
        """Writes the dates of one row as they can be understood; a clock time below a merged cell has the day of it.

        Gives the time where its year is only proposed.
        """
        if values.get("date"):
            self._above, self._above_at = values["date"], row.at
        elif self._above and any(_CLOCK_ONLY.match(values.get(name, "")) for name in ("occurred_at", "clock")):
            values["date"] = self._above
            self.repeated += 1
        for name in _DATED:
            if written := values.get(name):
                values[name] = plain_date(written, self.order)
        field = next((name for name in _DATED if _NO_YEAR.match(values.get(name, ""))), None)
        if field and self.year:
            values[field] = f"{self.year}年{values[field]}"
            self.supplied += 1
        return self._proposed(row, values, field) if field and not self.year else None

    def _proposed(self, row: Row, values: dict[str, str], field: str) -> When | None:
        written, day = values[field], self._days.get(row.at) or self._days.get(self._above_at)
        if day is None or day.on is None:
            return None
        values[field] = _NO_YEAR.sub(day.on.isoformat() + " ", written, count=1)
        self.proposed.append((int(re.findall(r"\d+", row.at)[-1]), written, day))
        when = when_of(values)
        clock = when.raw if field == "date" and when.precision != "day" else ""
        return replace(when, raw=f"{written} {clock}".strip(), basis="inferred")


def _year_of(written: str) -> str | None:
    """The year in a date, written out or as a workbook's day number."""
    if found := _YEAR.match(written):
        return found[1]
    instant = excel_serial(float(written)).instant if SERIAL_DAY.fullmatch(written) else None
    return None if instant is None else str(shanghai_day(instant).year)


def _is_total(row: Row) -> bool:
    return next((cell.strip() for cell in row.cells if cell.strip()), "").rstrip("：:").lower() in _TOTALS
