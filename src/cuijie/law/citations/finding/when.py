"""The days a text speaks of: which version of a law its author must mean."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from datetime import date

from cuijie.law.citations.finding.view import View
from cuijie.law.dates import LegalDate
from cuijie.law.numerals import number

__all__ = ["EventDay", "Events", "days_near", "events_in"]

_YEAR = r"(?P<y>(?:19|20)\d{2}|[一二][零九][零一二三四五六七八九]{2})"
_DATE = re.compile(
    rf"(?<![〔0-9])(?<![》法典例定释]（){_YEAR}年(?:(?P<m>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:份)?(?:(?P<d>\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[日号])?)?"
    r"|(?<![0-9])(?P<y2>20\d{2})[-/.](?P<m2>\d{1,2})(?:[-/.](?P<d2>\d{1,2}))?(?![0-9])"
)
# a date that tells of the law itself, not of what happened
_OF_LAW_AFTER = re.compile(
    r"(?:的|年版的?|版的?|新修[正订]的?)?(?:旧|老)?《|那?[个部份]?的?(?:两高|最高法|最高检|最高人民)|底?[之以]?前(?:的)?(?:行为|案件|案子|事情)|(?:[^，。；、\n]{0,8}?)(?:起?施行|实施|生效|修[正订改]|公布|发布|通过|出台|废止|失效|颁布|制定|印发|文本|版|新法|新规|令|(?:起|以?后|之后)[，已]?(?:被|由|废|失|不|改|为|统一|适用|调整)|的(?:批复|答复|司法解释)|第\d+号|国家标准|标准)"
    # 2017年个人信息解释第五条: the law by its year; 2025年11月民警依……第四十二条 tells of an event
    r"|的?[^依按据照违用向被在对我他她由经引，。；、（）《》\n]{0,12}(?:解释|规定|意见|办法|条例|规则|法典?)(?:（[一二三四五]）)?第[0-9零一二三四五六七八九十百千]+条"
)
_OF_LAW_BEFORE = re.compile(
    r"(?:两高|国务院|全国人大|人大常委会|施行|实施|修[正订]|颁布|出台|生效|截至|截止|[〔《GB][^〕》。]{0,30})[于在至：]?$"
)
# 今年3月, 去年11月, 上个月: told of a text whose own day is known
_RELATIVE = re.compile(
    r"(?P<year>今年|本年|去年|前年)(?:(?P<m>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:(?P<d>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?)?"
    r"|(?P<month>上个?月|本月|这个月)"
)
_BYGONE = frozenset({"去年", "前年"})  # over by the day of the check, whenever the text was written
_BESIDE = re.compile(
    r"[^，。；\n]{0,16}?(?:典型案例|指导性?案例|公报案例|统计|数据显示|报告显示|全国(?:法院|公安|检察|消协|共)|同比|共?受理|共?通报)"
)
# 2021年浙江某案例中, 2024年某网贷平台因……: another's case told as an example, by its year alone
_EXAMPLE = re.compile(
    r"[^，。；：\n我本您你]{0,12}?(?:某[^，。；\n]{0,6}案|判例|案例|法院|检察院|警方|公安|某[^，。；\n]{0,10}(?:公司|平台|银行|机构)[^，。；\n]{0,6}[因被])"
)
# 2020年以前借的: what a rule is told for, not when something happened
_BOUND = re.compile(r"(?:底|末)?[之以]前(?:的)?(?:借|贷|签|订|办|成立|发生|欠)")
_YEARS_BACK = {"今年": 0, "本年": 0, "去年": 1, "前年": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDay:
    """A day, month or year in which something happened, and where the text says so.

    ``own``: a case or a figure told beside (2022年典型案例中……), a bound (2020年以前借的), or 去年 in a text without a day: it dates its own sentence and
    no other.
    """

    start: int
    end: int
    day: LegalDate
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """The days near a citation: ``close`` where they stand in its own paragraph."""

    days: tuple[LegalDate, ...]
    close: bool

    def were_before(self, day: date) -> bool:
        """Whether what the text tells of happened before *day*: any of it near the citation, else all."""
        before = [one.first < day for one in self.days]
        return any(before) if self.close else bool(before) and all(before)


def _number(text: str | None) -> int | None:
    return None if text is None else number(text)


def _day(match: re.Match[str]) -> LegalDate | None:
    year, month, day = (_number(match[name]) or _number(match[name + "2"]) for name in "ymd")
    if not year:
        return None
    try:
        if month and day:
            return LegalDate(*[date(year, month, day)] * 2)
        return LegalDate.parse(f"{year:04}-{month:02}" if month else f"{year:04}")
    except ValueError:
        return None


def _relative(match: re.Match[str], written: date) -> LegalDate | None:
    if match["month"]:
        back = match["month"].startswith("上")
        year, month = (written.year - 1, 12) if back and written.month == 1 else (written.year, written.month - back)
        return LegalDate.parse(f"{year:04}-{month:02}")
    year, told, day = written.year - _YEARS_BACK[match["year"]], _number(match["m"]), _number(match["d"])
    try:
        if told and day:
            return LegalDate(*[date(year, told, day)] * 2)
        return LegalDate.parse(f"{year:04}-{told:02}" if told else f"{year:04}")
    except ValueError:
        return None


def events_in(
    view: View, on: date, written: date | None = None, *, bears: LegalDate | None = None
) -> tuple[EventDay, ...]:
    """The days that the text tells events of, in order; dates of laws and a date that stands alone are left out.

    *written* is the day of the text itself, by which 今年 and 上个月 are told; without it 去年 is the year before that of the
    check, *on*.  The day it *bears* is no event, nor is its month.
    """
    found = []
    dated = [(match, _day(match)) for match in _DATE.finditer(view.text)]
    told = (match for match in _RELATIVE.finditer(view.text) if written or match["year"] in _BYGONE)
    dated += [(match, _relative(match, written or on)) for match in told]
    for match, day in sorted(dated, key=lambda one: one[0].start()):
        line = view.text.rfind("\n", 0, match.start()) + 1
        before = view.text[max(line, match.start() - 40) : match.start()]
        after = view.text[match.end() : match.end() + 24].split("\n", 1)[0]
        alone = len(before) <= 6 and not after
        if (
            day
            and not _is_of(day, bears)
            and not alone
            and not _OF_LAW_AFTER.match(after)
            and not _OF_LAW_BEFORE.search(before)
        ):
            beside = _BESIDE.match(after) or _BOUND.match(after) or (_is_year(day) and _EXAMPLE.match(after))
            own = bool(beside) or (match.re is _RELATIVE and written is None)
            found.append(EventDay(start=match.start(), end=match.end(), day=day, own=own))
    return tuple(found)


def _is_year(day: LegalDate) -> bool:
    return (day.first.month, day.first.day, day.last.month, day.last.day) == (1, 1, 12, 31)


def _is_of(day: LegalDate, bears: LegalDate | None) -> bool:
    """Whether it is the day a text bears, or its month (the view joins a day to the hour after it)."""
    return (
        bears is not None and day.first <= bears.first and bears.last <= day.last and (day.last - day.first).days < 31
    )


def days_near(view: View, events: tuple[EventDay, ...], start: int, end: int) -> Events:
    """The days that the citation between *start* and *end* is about: of its sentence, else of its paragraph, else of the text."""
    if not events:
        return Events(days=(), close=False)
    for edges in ("。！？；\n", "\n"):
        first = max((view.text.rfind(sign, 0, start) for sign in edges), default=-1) + 1
        ends = [place for sign in edges if (place := view.text.find(sign, end)) >= 0]
        last = min(ends, default=len(view.text))
        inside = events[bisect_left(events, first, key=lambda e: e.start) :]
        days = tuple(event.day for event in inside if event.end <= last and not (event.own and edges == "\n"))
        if days:
            return Events(days=days, close=True)
    return Events(days=tuple(event.day for event in events if not event.own), close=False)
