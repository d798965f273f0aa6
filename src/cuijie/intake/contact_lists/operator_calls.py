"""Operators' call and text lists (移动, 联通, 电信): xls, xlsx, csv, HTML named .xls, text PDF; told by their columns.

The list is complete where the phone's own log was deleted, but it has no unanswered calls.  Years are often missing
and taken from the queried months; fee lines and totals are no calls.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.contact_columns import COLUMN_NAMES
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, IntakeError, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, first_rows, rows
from cuijie.intake.tables.titles import Header, Phrases, body, find_header, is_titled, unread_notes
from cuijie.intake.times.whole_minutes import are_whole_minutes, to_the_minute
from cuijie.intake.times.written import When, excel_serial, parse_time
from cuijie.intake.vocabulary import direction_of, duration_of, was_missed, yes_no
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "NO_MISSED", "TITLE", "ListReader", "read", "sniff", "window_of"]

KIND: Final = "operator_list"
TITLE: Final = "运营商详单"

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "start": ("起始时间", "通话起始时间", "开始时间", "通话时间", "呼叫时间", "通话开始时间", "发生时间", "calltime", "起始时刻", "通话开始时刻",
              "通话开始日期时间", "通话日期时间", "起始日期时间", "呼叫起始时间", "主叫时间", "发送时间", "收发时间",
              "通话开始/短信发送时间", "呼叫开始时间", "截获时间", "通话发生时间", "呼叫日期时间", "开始通话时间", "通话起始", "起止时间"),
    "clock": ("时间", "时刻", "具体时间"),  # beside a day
    "day": ("起始日期", "通话日期", "通话开始日期", "日期", "calldate", "通话起始日期", "呼叫日期", "起始日"),
    "direction": ("通信方式", "呼叫类型", "主被叫", "主叫/被叫", "主/被叫", "呼叫方式", "收发类型", "通话方式", "主被叫标识", "主被叫类型", "主叫被叫",
                  "呼叫类别", "呼叫方向", "通话类别", "传送方式", "收发方式", "收/发", "收发", "收发标识", "传送方向", "短信方向", "短信类型", "收发方向", "话单方向",
                  "短信类别", "事件类型名称", "类型"),
    "number": ("对方号码", "对方电话", "主叫/被叫号码", "对方电话号码", "对端号码", "通话号码", "对方手机号", "对方手机号码", "对方用户号码", "通话对方号码",
               "对方主叫/被叫号码", "对方号码/业务", "对方手机", "对方", "通信对端", "对端电话", "对方终端号码", "收发对方号码"),
    "caller": ("主叫号码", "主叫", "主叫方", "主叫方号码", "主叫用户号码", "主叫电话号码", "发送号码", "发送方号码"),
    "called": ("被叫号码", "被叫", "被叫方", "被叫方号码", "被叫用户号码", "被叫电话号码", "接收号码", "接收方号码"),
    "duration": ("通信时长", "通话时长", "通话时长(秒)", "时长", "时长(秒)", "通话秒数", "通信时长(秒)", "通话时间长度", "通话时长(分:秒)",
                 "通话时长(时:分:秒)", "通话时长(s)", "拨打秒数", "计费时长", "时长(时分秒)"),
    "billed": ("计费时长(分钟)", "计费时长(分)", "计费分钟数", "通话时长(分钟)", "通话时长(分)", "时长(分钟)", "时长(分)", "通信时长(分钟)"),
    "place": ("通信地点", "本机通话地", "通话地点", "通话位置", "通话地", "漫游地", "本端号码通联位置", "本机通话地点", "通话所在地", "己方通话地", "漫游城市"),
    "other_place": ("对方归属地", "对端号码归属地", "对方号码归属地", "归属地"),
    "kind": ("通信类型", "通话类型", "业务类型", "信息类型", "长途类型", "通联类型", "漫游类型"),
    "state": ("通话状态", "接通状态", "是否接通", "接续状态", "状态"),
    "name": ("业务名称",),
    "fee": ("实收通信费(元)", "通信费", "通话费", "小计", "费用(元)", "费用", "通信费(元)", "实收费", "通话费用", "费用小计", "小计(元)", "通话费(元)",
            "资费", "通话资费"),
}  # fmt: skip
_PHRASES: Final[Phrases] = tuple((name, re.compile(phrase)) for name, phrase in (
    ("start", r"(?:通话|通信|呼叫|使用|业务)?(?:起始|开始|发生)(?:日期)?[/及和与、]?时[间刻]|日期[/及和与、]?时[间刻]"),
    ("direction", r"主叫?[/、]?被叫?(?:标[识志]|类型|方式)?|(?:呼叫|通话|通信)(?:方向|标[识志])"),
    ("number", r"(?:对[方端]|通[话信]对[方端]|对方用户|通[话信])(?:的)?(?:手机|电话|用户|客户|终端|联系)?(?:号码?|电话)"),
    ("duration", r"(?:通话|通信|使用|呼叫)(?:时长|时间长度|秒数|量)(?:\((?:秒|s|时分秒|时:分:秒)\))?"),
    ("place", r"(?:本机|本端|己方|我方)?(?:通话|通信|呼叫|使用|漫游)(?:所在)?(?:地[点区市]?|位置|城市)"),
    ("fee", r"(?:实收|应收)?(?:通[信话]|费用|总|金)(?:费|额|合计|小计|金额)?(?:\(元\))?"),
))  # fmt: skip
"""What a title is made of, where it is none of the words above."""
_SHORT_WAYS: Final = {"被": True, "收": True, "主": False, "发": False}
_INCOMING: Final = ("被叫", "呼入", "来电", "接收", "接受", "接听")
_OUTGOING: Final = ("主叫", "呼出", "去电", "发送", "拨打")
_OF_CALLS: Final = ("主叫", "被叫", "呼入", "呼出", "接听", "拨打")  # no text has such a way
_FORWARDED: Final = ("呼转", "呼叫转移", "转移")
_NOTHING: Final = {"", "--", "-", "—", "——", "/", "合计", "小计", "总计", "套餐"}
_SHORT_DAY: Final = re.compile(r"(\d{1,2})[-/.月]\d{1,2}日?")
_DAY_ALONE: Final = re.compile(
    r"(?:日期\s*[:：]\s*)?20\d{2}\s*[-/.年]?\s*\d{1,2}\s*[-/.月]?\s*\d{1,2}\s*日?\s*(?:[(（]?(?:星期|周)[一二三四五六日天][)）]?)?"
)
_COMPACT_CLOCK: Final = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
_WHOLE_LINE: Final = re.compile(r"^(?=.*\d{1,2}:\d{2})(?=.*\d{7})")
_PDF_NUMBER: Final = re.compile(r"(?!--+$)\+?[\d*-]{3,20}")
_HIDDEN: Final = (
    "未知号码", "隐藏号码", "保密号码", "私人号码", "匿名号码", "未知", "隐藏", "保密", "匿名", "无号码", "未显示", "号码未知",
)  # fmt: skip
_MONTH: Final = re.compile(
    r"(?<!\d)(20\d{2})(?:\s*[-年/.]\s*(\d{1,2})(?!\d)(?:\s*[-月/.]\s*(\d{1,2})(?!\d))?|(\d{2})(\d{2})?(?!\d))"
)
_PDF_LINE: Final = re.compile(
    r"^(?:\d{1,5}\s+)?(?P<when>(?:\d{4}[-/.])?\d{1,2}[-/.]\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}:\d{2}:\d{2})\s+(?P<rest>.+)$"
)


def _is_list(fields: set[str]) -> bool:
    timed = bool(fields & {"start", "day"}) or fields >= {"clock", "fee"}
    has_sides = {"caller", "called"} <= fields  # of a list of texts: neither way nor length
    return (
        timed
        and ("number" in fields or has_sides)
        and (has_sides or bool(fields & {"direction", "duration", "billed"}))
        and bool(fields & {"place", "kind", "fee", "duration", "billed", "other_place"})
    )


NO_MISSED: Final = Note(text="运营商详单里没有未接来电；未接的要看手机自己的通话记录。")
# an operator knows no words, no person called and no lender: a list with such columns was typed by hand
_BY_HAND: Final = {name: COLUMN_NAMES[name] for name in ("text", "recipient", "recipient_relation", "lender_id")} | {
    # of a call centre: 呼出 is its own
    "agent": ("坐席", "坐席工号", "坐席编号", "坐席姓名", "座席", "座席工号", "客服工号", "工单号", "工单编号"),
}  # fmt: skip


def sniff(head: Head) -> bool:
    """True for a table with start, other number and direction or duration, as operators title them."""
    return is_titled(head, _COLUMNS, _is_list, but=_BY_HAND, phrases=_PHRASES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """The queried months: where a year that is not written comes from."""

    first: date | None
    last: date | None

    def year_of(self, month: int) -> int | None:
        """The year of a month inside the window; None if the window does not settle it."""
        if self.first is None:
            return None
        last = self.last or self.first
        years = {
            year
            for year in range(self.first.year, last.year + 1)
            if (self.first.year, self.first.month) <= (year, month) <= (last.year, last.month)
        }
        return years.pop() if len(years) == 1 else None


def read(source: Source) -> Iterator[Found]:
    """Each call or text of the list."""
    head = source.head()
    table = first_rows(head)
    header = find_header(table, _COLUMNS, _is_list, _PHRASES)
    is_pdf = head.data.startswith(b"%PDF")
    listed: Iterable[Row] = list(rows(source)) if is_pdf else rows(source)
    if header is None:
        if not is_pdf:
            raise IntakeError(f"“{source.name}”里找不到列名。", remedy="请重新下载详单，不要删掉表头。")
        # a locked PDF shows its header only now
        header = find_header(listed, _COLUMNS, _is_list, _PHRASES)
        if header is None:
            raise IntakeError(
                f"PDF“{source.name}”里没有文字表格，可能是扫描件。",
                remedy="请在运营商网站下载 Excel 版，或截图后收截图。",
            )
    yield from encoding_note(head)
    window = window_of(" ".join([source.name, *(" ".join(row.cells) for row in table[: header.index])]))
    reader = ListReader(source, header, window, _own_number(listed if is_pdf else table, header))
    reader.is_to_the_minute = are_whole_minutes(header.cell(row, name) for row in table for name in ("start", "clock"))
    for row in table[: header.index]:
        if len(filled := [cell for cell in row.cells if cell.strip()]) == 1:
            reader.note_day(filled[0])  # the first day may stand above the titles
    unread: dict[str, int] = {}
    for titles, row in body(listed, _COLUMNS, _is_list, unread, phrases=_PHRASES):
        reader.header = titles
        reader.window = window_of(row.sheet) if _MONTH.search(row.sheet) else window  # a sheet for each month
        yield from reader.take(row, is_pdf=is_pdf)
    yield from unread_notes(unread)
    if reader.inferred_year:
        yield Note(text="详单里的时间没有写年份，已按查询的月份补上。")
    if reader.fees:
        yield Note(text=f"另有 {reader.fees} 行是套餐、合计等费用，不是通话，没有算进来。")
    if reader.has_minutes:
        yield Note(text="时长是按分钟计费的（不足一分钟按一分钟），不是通话的秒数：只记为接通，通话秒数空着。")
    if not reader.has_missed:  # an app's list of that form may have some
        yield NO_MISSED


def window_of(text: str) -> _Window:
    """The months that *text* says were asked for."""
    days: list[date] = []
    asked = re.search(r"(?:查询|详单|账期|时段|时间|月份|周期|期间).{0,120}", text, re.DOTALL)
    for found in _MONTH.finditer(asked[0] if asked and _MONTH.search(asked[0]) else text):
        try:
            days.append(date(int(found[1]), int(found[2] or found[4]), int(found[3] or found[5] or 1)))
        except ValueError:
            continue
    near = days[:2]
    return _Window(first=min(near, default=None), last=max(near, default=None))


def _own_number(table: Iterable[Row], header: Header) -> str | None:
    """The number whose list it is, where there is a column for each side: the one that every line has.

    A landline, service or virtual operator's number that only ever calls may be a company's, and the log its own.
    """
    if not {"caller", "called"} <= header.columns.keys():
        return None
    pairs = [tuple(normalise(header.cell(row, name)) or "" for name in ("caller", "called")) for row in table]
    both = [pair for pair in pairs if len(set(pair)) == 2 and all(map(_has_digits, pair))]
    shared = set(both[0]).intersection(*both) if len(both) > 1 else set()
    own = shared.pop() if len(shared) == 1 else None
    is_only_calling = own is not None and all(called != own for _, called in both)
    return None if own is None or (is_only_calling and classify(own) != "mobile") else own


def _has_digits(written: str) -> bool:
    return any(map(str.isdigit, written))


def _inbound(way: str) -> bool | None:
    """True for 被叫, False for 主叫; a forwarded call is neither."""
    if any(word in way for word in _FORWARDED):
        return None
    if way in _SHORT_WAYS:
        return _SHORT_WAYS[way]
    if any(word in way for word in _INCOMING):
        return True
    return False if any(word in way for word in _OUTGOING) else direction_of(way)


def _connected(way: str, duration: int | None, state: str) -> bool | None:
    return True if duration else False if was_missed(way) or was_missed(state) else yes_no(state)


class ListReader:
    """Rows to calls; remembers the day of a day row, and what was put in."""

    def __init__(self, source: Source, header: Header, window: _Window, own: str | None) -> None:
        self._source, self.header, self.window, self._own = source, header, window, own
        self._day: date | None = None
        self.inferred_year = self.has_missed = self.has_minutes = self.is_to_the_minute = False
        self.fees = 0

    def note_day(self, written: str) -> None:
        """Remembers the day of a row that holds nothing else (2025-03-01, 03-01): the calls below it are of that day."""
        short = _SHORT_DAY.fullmatch(written.strip())
        if short is None and not _DAY_ALONE.fullmatch(written.strip()):
            return
        when = parse_time(written, year=self.window.year_of(int(short[1])) if short else None)
        # a day whose year is not told leaves no day at all: the one before it would be wrong
        self._day = None if when.instant is None else shanghai_day(when.instant)
        self.inferred_year = self.inferred_year or (short is not None and self._day is not None)

    def take(self, row: Row, *, is_pdf: bool = False) -> Iterator[Found]:
        """The call or text of *row*, or why it is none; nothing for a day, a title or a fee."""
        if is_pdf:
            values = self._pdf_values(row)
            if values is None:
                return
        else:
            filled = [cell for cell in row.cells if cell.strip()]
            if len(filled) == 1:
                if _WHOLE_LINE.search(filled[0]):
                    yield SetAside(at=row.at, why="这一行的格数和列名对不上（可能有空格子），没法分开")
                self.note_day(filled[0])
                return
            values = self._values(row)
        if not values.get("number") and _has_digits(values.get("caller", "")) and _has_digits(values.get("called", "")):
            yield SetAside(at=row.at, why="主叫、被叫两个号码都写着，看不出哪个是本机，也没有写主叫还是被叫")
            return
        if not re.search(r"[\d*]", values.get("number", "")) and not self._is_hidden(values):
            if any(
                value not in _NOTHING for name, value in values.items() if name != "number"
            ) and "起始" not in values.get("start", ""):
                self._count_fee(values)
            return
        yield self._call(row, values)

    def _values(self, row: Row) -> dict[str, str]:
        """The cells of a line; of a column for each side, the other side and the way."""
        values = {name: self.header.cell(row, name) for name in self.header.columns}
        if not values.get("direction") and _inbound(values.get("kind", "")) is not None:
            values["direction"] = values["kind"]  # 国内被叫
        if "number" in values or not {"caller", "called"} <= values.keys():
            return values
        way = _inbound(values.get("direction", ""))
        if way is None and self._own is not None:
            way = normalise(values["called"]) == self._own
            values["direction"] = values.get("direction") or ("被叫" if way else "主叫")
        return {**values, "number": "" if way is None else values["caller" if way else "called"]}

    def _is_hidden(self, values: dict[str, str]) -> bool:
        """True for a call whose other number is not told: a way, a time and a place or length, and no digits."""
        told = any(word in values.get("direction", "") for word in (*_INCOMING, *_OUTGOING))
        return (
            told
            and (values.get("number", "") in _NOTHING or values["number"] in _HIDDEN)
            and bool(self._when(values).instant)
        )

    def _count_fee(self, values: dict[str, str]) -> None:
        if any(character.isdigit() for value in values.values() for character in value):
            self.fees += 1

    def _pdf_values(self, row: Row) -> dict[str, str] | None:
        """The cells of a PDF's row under their titles, else those of its text line, told by their shape."""
        told = self._values(row) if len(row.cells) > max(self.header.columns.values()) else {}
        if re.search(r"[\d*]{3}", told.get("number", "")) and self._when(told).instant is not None:
            return told
        line = " ".join(row.cells)
        found = _PDF_LINE.match(line)
        if found is None:
            if len(row.cells) == 1:
                self.note_day(line)
            return None
        values = {"start": found["when"]}
        for part in found["rest"].split():
            if "direction" not in values and any(word in part for word in (*_INCOMING, *_OUTGOING, *_FORWARDED)):
                values["direction"] = part
            elif "number" not in values and (part in _HIDDEN or _PDF_NUMBER.fullmatch(part)):
                values["number"] = part
            elif "duration" not in values and "number" in values and duration_of(part) is not None:
                values["duration"] = part
            elif "place" not in values and re.fullmatch(r"[\u4e00-\u9fff]{2,12}", part):
                values["place"] = part
            elif "kind" not in values and re.fullmatch(r"[\u4e00-\u9fffA-Za-z/]{2,12}", part):
                values["kind"] = part
        return values

    def _call(self, row: Row, values: dict[str, str]) -> Found:
        when = self._when(values)
        if when.instant is None:
            return SetAside(
                at=row.at, why=f"时间写的是“{when.raw[:40]}”，" + self._why(when.raw) if when.raw else "没有写时间"
            )
        way = values.get("direction", "")
        self.has_missed = self.has_missed or was_missed(way) or was_missed(values.get("state", ""))
        number = values.get("number", "")
        if re.fullmatch(r"\d\.\d+[eE]\+?\d+", number):
            return SetAside(at=row.at, why="号码被表格软件改成了科学计数法，后几位已经丢失")
        duration, billed = duration_of(values.get("duration", "")), values.get("billed", "").strip("0. ")
        self.has_minutes = self.has_minutes or bool(billed)
        is_text = (
            not ({"duration", "billed"} & self.header.columns.keys() or self._has_way_of_calls(row))
            or "短信" in values.get("kind", "")
            or "彩信" in values.get("kind", "")
            or any(word in way for word in ("发送", "接收", "接受", "短信", "彩信"))
        )
        kept = [
            ("way", way),
            ("place", values.get("place")),
            ("call_kind", values.get("kind")),
            ("other_place", values.get("other_place")),
            ("billed_minutes", values.get("billed")),
        ]
        return make_entry(
            self._source,
            row.at,
            "sms" if is_text else "call",
            when=to_the_minute(when) if self.is_to_the_minute else when,
            inbound=_inbound(way),
            number_raw=number or None,
            number_shown=None if normalise(number) else False,
            connected=None if is_text else bool(billed) or _connected(way, duration, values.get("state", "")),
            duration_s=None if is_text else duration,
            extra=tuple((name, value) for name, value in kept if value and value not in _NOTHING),
        )

    def _has_way_of_calls(self, row: Row) -> bool:
        way = self.header.cell(row, "direction")
        titled = any("通话" in title and "短信" not in title for title in self.header.titles)
        return titled or way in ("主", "被") or any(word in way for word in _OF_CALLS)

    @staticmethod
    def _why(raw: str) -> str:
        return "没有年份，也看不出查询的是哪个月" if re.match(r"\d{1,2}[-/.月]\d{1,2}", raw) else "读不出"

    def _when(self, values: dict[str, str]) -> When:
        start, day = values.get("start") or values.get("clock", ""), values.get("day", "")
        if day:
            start = _COMPACT_CLOCK.sub(r"\1:\2:\3", start)
            start = (
                f"{day} {start}" if start and not re.match(r"(?:19|20)\d{2}(?:[-/.年]|\d{4})", start) else start or day
            )
        if re.fullmatch(r"\d{5}(?:\.\d+)?", start):
            return excel_serial(float(start))
        short = re.match(r"(\d{1,2})[-/.月](\d{1,2})(?!\d*[-/.]\d)", start)
        year = self.window.year_of(int(short[1])) if short else None
        when = parse_time(start, day=self._day, year=year)
        if short and when.instant is not None:
            self.inferred_year = True
            if year is None:
                return When(raw=start)
        return when
