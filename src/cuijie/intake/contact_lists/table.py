"""A plain contact log that the user brings: CSV, workbook or HTML table with the contact record's columns.

Chinese titles are understood by synonyms; also harassment-block lists typed by hand (time, number, kind, label).
Every entry is marked *user-converted*: what it proves rests on what it was written from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from cuijie.intake.contact_columns import COLUMN_NAMES, entry_of, is_contact_log
from cuijie.intake.contact_lists.table_days import TableDays, under_months
from cuijie.intake.contact_titles import PHRASES
from cuijie.intake.diaries.told import was_answered, way_of
from cuijie.intake.found import Found, IntakeError, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, first_rows, rows, rows_ahead
from cuijie.intake.tables.titles import Header, body, find_header, is_titled, unread_notes
from cuijie.intake.vocabulary import OWN_WORDS, channel_of, direction_of
from cuijie.records import Entry

__all__ = ["KIND", "TITLE", "imply", "read", "sniff"]

KIND: Final = "contact_table"
TITLE: Final = "自己整理的联系记录表"


def sniff(head: Head) -> bool:
    """True for a table with a time column and columns that say who or what; of calls a time and a number, or how many, will do."""
    if (day := _DAY_HEADING.search(head.data)) and b"\n|" in head.data[day.end() :]:
        return False  # tables in a diary
    return (
        is_titled(head, COLUMN_NAMES, is_contact_log)
        or (is_titled(head, COLUMN_NAMES, _is_bare) and _bare_header(head) is not None)
        or is_titled(head, COLUMN_NAMES, is_contact_log, phrases=PHRASES)
    )


_DAY_HEADING: Final = re.compile(rb"^#{1,6} [^\d\n]{0,6}\d{1,4}[-./\xe5\xe6]", re.MULTILINE)
_OF_CALLS: Final = re.compile(r"来电|通话|拨打|打来|催收(?:电话|号码)|骚扰(?:电话|号码)|拦截|电话次数|对方号码")
_LOG: Final = re.compile(r"催收|被催|骚扰|来电|爆通讯录")  # in a title, or the file's name


def _is_bare(fields: set[str]) -> bool:
    return bool(fields & {"occurred_at", "date"}) and bool(fields & {"from_number", "count"})


def _bare_header(head: Head) -> Header | None:
    """The header of a list of nothing but calls, which its titles, the line above them or the file's name tell."""
    header = find_header(first_rows(head), COLUMN_NAMES, _is_bare)
    if header is None or not (
        any(map(_OF_CALLS.search, header.titles)) or _LOG.search(f"{head.name} {_title(head, header)}")
    ):
        return None
    return header


def _title(head: Head, header: Header) -> str:
    """What stands above the titles."""
    return " ".join(cell for row in first_rows(head)[: header.index] for cell in row.cells if cell.strip())


def read(source: Source) -> Iterator[Found]:
    """One entry for each row below the header; the columns of the contact record that entries lack go to ``extra``."""
    head = source.head()
    needed = is_contact_log
    header = find_header(first_rows(head), COLUMN_NAMES, is_contact_log)
    if header is None and (header := _bare_header(head)) is not None:
        needed = _is_bare
    header = header or find_header(first_rows(head), COLUMN_NAMES, is_contact_log, PHRASES)
    if header is None:
        raise IntakeError(
            f"“{source.name}”里找不到列名。", remedy="第一行请写列名，例如：时间、方式、号码、内容、被联系人。"
        )
    yield from encoding_note(head)
    title = _title(head, header)
    ahead = body(under_months(rows_ahead(source), title), COLUMN_NAMES, needed, phrases=PHRASES)
    days, numbers = TableDays(source, ahead, f"{source.name} {title}"), _Merged()
    unread: dict[str, int] = {}
    for titles, row in body(under_months(rows(source), title), COLUMN_NAMES, needed, unread, phrases=PHRASES):
        values = {name: titles.cell(row, name) for name in titles.columns}
        if not any(values.values()) or _is_total(row):
            continue
        is_filled = numbers.fill(titles, row, values)
        is_list_of_texts = not {"duration_s", "minutes"} & titles.columns.keys()
        is_record = "contact_id" in titles.columns or "recipient_role" in titles.columns
        for one, told in _each(row, values):
            when = days.complete(one, told)
            imply(told, titles.titles, is_list_of_texts=is_list_of_texts, named=f"{source.name} {row.sheet} {title}")
            _of_mine(told)
            for found in entry_of(source, one.at, told, is_contact_record=is_record, when=when):
                yield replace(found, is_inferred=True) if is_filled and isinstance(found, Entry) else found
    yield from days.notes()
    if numbers.filled:
        yield Note(
            text=f"有 {numbers.filled} 行没有写号码（合并的格），按上面一行的号码补上，请核对、确认。", is_asked=True
        )
    yield from unread_notes(unread)


class _Merged:
    """A number that stands once, left of the times, for the rows below it too."""

    def __init__(self) -> None:
        self.filled = 0
        self._above = self._sheet = ""

    def fill(self, titles: Header, row: Row, values: dict[str, str]) -> bool:
        """Writes the number of the row above into *values* where it stands for this one; True if it did."""
        times = [titles.columns[name] for name in ("date", "occurred_at", "clock") if name in titles.columns]
        if row.sheet != self._sheet or values.get("from_number"):
            self._above, self._sheet = values.get("from_number", ""), row.sheet
            return False
        if not self._above or titles.columns.get("from_number", times[0]) >= min(times):
            return False
        values["from_number"] = self._above
        self.filled += 1
        return True


_CLOCK: Final = r"\d{1,2}[:：]\d{2}"
_CLOCKS: Final = re.compile(rf"(?:[^\d:：].*?|.*\s)?{_CLOCK}(?:\s*[、，,/;；和及]\s*{_CLOCK})+")
_TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "total", "totals"})
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
        if channel_of(values.get("from_number", ""))[0] in {"im", "sms", "visit"}:
            values["channel"] = values.pop("from_number")  # 微信, where the number would stand
        else:
            titled, told = _only_kind(_TITLES, titles), _told(values)
            titled = told or titled if titled in {"", "call"} else titled  # 打给谁, of a text or a visit too
            values["channel"] = titled or _only_kind(_NAMES, (named,))
    if _ENGLISH_TEXT & set(titles) and is_list_of_texts and _is_way(values):
        values["service"] = "sms"
    if values.get("channel") == "call" and not values.get("connected") and was_answered(_account(values))[0] is False:
        values["connected"] = "否"
    if not values.get("direction") and not values.get("to") and direction_of(values.get("channel", "")) is None:
        is_told = any(_COMING.search(title) for title in titles) or values.get("recipient", "").strip()
        values["direction"] = "来电" if is_told else way_of(_account(values))


_BEGUN: Final[dict[str, re.Pattern[str]]] = {  # how people begin to tell of a contact
    "call": re.compile(
        r"(?:又|再次|再)?(?:来电(?!显示)|打来|打电话|打给|打到|打我|接到\S{0,4}电话|[未没]接|响一声|电话(?:里|中|催|骚扰|威胁|辱骂|恐吓|说))"
    ),
    "sms": re.compile(r"(?:又|再次|再)?(?:发来?|收到)?了?(?:一?条)?短信(?!验证)"),
    "im": re.compile(r"(?:又|再次|再)?(?:微信|QQ)(?:上|里|发|说|催|骂|威胁|加我)"),
    "visit": re.compile(r"(?:又|再次|再|有人|\S个人)?上门(?:催|骚扰|辱骂|[，,。]|$)"),
}


def _account(values: Mapping[str, str]) -> str:
    """What the user tells in their own words; the other side's words speak to a reader."""
    words = values.get("text") or values.get("note") or ""
    return "" if re.search(r"[您你【]", words) else words


def _told(values: Mapping[str, str]) -> str:
    """The kind of contact that the user's own words begin with."""
    words = _account(values)
    return next((kind for kind, begun in _BEGUN.items() if begun.match(words)), "")


def _only_kind(patterns: Mapping[str, re.Pattern[str]], words: Iterable[str]) -> str:
    """The one kind of contact that *words* speak of; empty where they speak of none or several."""
    kinds = [kind for kind, pattern in patterns.items() if any(map(pattern.search, words))]
    return kinds[0] if len(kinds) == 1 else ""


def _each(row: Row, values: dict[str, str]) -> Iterator[tuple[Row, dict[str, str]]]:
    """The row, once for each clock time where a cell lists several (8:02、8:15、8:40) and no column counts them otherwise."""
    name = next((name for name in ("clock", "occurred_at") if _CLOCKS.fullmatch(values.get(name, ""))), None)
    clocks = re.findall(_CLOCK, values[name]) if name else []
    if name is None or values.get("count", "") not in {"", str(len(clocks))}:
        yield row, values
        return
    before = values[name][: values[name].index(clocks[0])]
    for number, clock in enumerate(clocks, 1):
        yield replace(row, at=f"{row.at}（第 {number} 个时间）"), {**values, name: before + clock, "count": ""}


def _of_mine(values: dict[str, str]) -> None:
    """Who called is the user: whom they called is the other side, and nobody was contacted."""
    if values.get("caller", "") in OWN_WORDS and (called := values.get("recipient", "")) not in {"", *OWN_WORDS}:
        values.update(caller="", recipient="", from_number=called, direction="去电")


def _is_total(row: Row) -> bool:
    return next((cell.strip() for cell in row.cells if cell.strip()), "").rstrip("：:").lower() in _TOTALS
