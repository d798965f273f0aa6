"""A diary of contacts typed in plain words: one line for each, beginning with its day (``3月5日 09:12 170… 打给我妈``).

A day without a year, 昨天 or 周三 becomes a proposal (``days``); where it stays open the entry has no day.

What a line says beyond its time, number and kind is the writer's own account (*summary*), never the other side's words,
unless it stands in quotation marks after a text or a chat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from cuijie.intake.contact_columns import entry_of
from cuijie.intake.diaries.answers import answers_alone
from cuijie.intake.diaries.asks import asked, written_on
from cuijie.intake.diaries.days import Day, days_of
from cuijie.intake.diaries.told import contacted, is_no_contact, kind_of, parted, times_of, was_answered, way_of
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.rough import CLOCK, is_open_half, rough_clock, roughly
from cuijie.intake.times.spoken_days import days_back
from cuijie.intake.times.written import When, parse_time, spoken_number
from cuijie.records import Entry
from cuijie.records.numbers import classify

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "notes_text"
TITLE: Final = "自己写的催收流水"

_DATE: Final = r"(?:(?:20)?\d{2}\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?"
_WEEKDAY: Final = r"(?:上个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天]"
_SPOKEN: Final = r"大前天|前天|昨天|昨日|今天|今日|刚才|刚刚|昨(?=[晚夜])|今(?=[早晚晨])|前(?=晚)|第二天|次日|翌日|隔天|当天|当日|同一天|同日|当(?=晚)"
_OPEN: Final = r"有一天|有天|某天|某日|前几天|前两天|前些天|前阵子|上个?月|上个?(?:周|星期)|那天|有一次|(?:不记得|记不清|忘了)(?:是)?(?:哪天|哪一天|几号|日期)"
_DAY: Final = (
    rf"{_DATE}(?:[\s，,]*[(（]?{_WEEKDAY}[)）]?)?|(?:{_WEEKDAY}|{_SPOKEN})[\s，,]*[(（]?{_DATE}[)）]?"
    rf"|{_WEEKDAY}|{_SPOKEN}|{_OPEN}"
)
_HALVES: Final = r"凌晨|清晨|早|上午|中午|下午|午后|傍晚|晚|夜|深夜|半夜"
_BULLET: Final = r"^(?:\s*[(（]?[一二三四五六七八九十]{1,3}[、.．)）]\s*|[\s\d.、)）(（\-•·*#]{0,6}?)"
_LINE: Final = re.compile(
    rf"{_BULLET}(?P<day>{_DAY})(?P<rest>[\s，,：:、(（].*|(?={_HALVES}).*|(?<=[日号)）])(?!之?前|以前|[之以]?内|止|起|至|到|-).*|(?<=刚[才刚]).*|(?<=[天日晚早昨今前当次周一二三四五六月期])(?![\d.月/-]).*|$)"
)
_TIMED: Final = re.compile(rf"{_BULLET}(?P<rest>{CLOCK}.*)$")
_HEADING: Final = re.compile(r"[\s#*=\-—]*(20\d{2}\s*年)[\s度：:*=\-—]*")
_AT: Final = re.compile(rf"(?P<clock>{CLOCK})")
_NUMBER: Final = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?(?:1\d{2}[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|9[56]\d{3,6}|10\d{6,18})(?!\d)"
)
_CAME_FROM: Final = re.compile(rf"(?:{CLOCK}[\s，,]*)?{_NUMBER.pattern}\s*(?:又|连续|一直|共)?(?:打|发)")
_LISTED: Final = re.compile(r"主叫|被叫|呼入|呼出|通话")  # words of a list, which has a reader of its own
_QUOTED: Final = re.compile(r"(?<![名叫])[“\"「『](.+)[”\"」』](?!又?[发打加])")
_MIDNIGHT: Final = re.compile(r"半夜\s*(?:12|十二|0|零)\s*[点时:：]")  # of which of two days?
_ANOTHER_DAY: Final = re.compile(r"昨[天晚日]|前[天晚]|上周|前几天|这[几两]天")
_ANNOUNCED: Final = re.compile(
    r"必须|否则|不然|如果|要是|再不|不还|[我就]会|将(?=会|要|打|联)|请(?=你|您|于|在|尽)|要(?:打|来|去|上门)|[点分时]钟?\s*之?前"
)
_WORK: Final = re.compile(r"随访|回访|走访|拜访|跟进|客户|患者|居民|业主|家长|例会|项目")  # a log of one's own work
_DEBT: Final = re.compile(r"催|欠|债|逾期|还[钱款]|贷|借|骂|威胁|恐吓|骚扰|[我咱]")
_TITLES: Final = 3  # lines above the first day
_SPANNED: Final = re.compile(  # of no one day: 10月25号起, 从5日到7日
    rf"{_BULLET}\s*从?(?:20\d{{2}}\s*年\s*)?(?:\d{{1,2}}\s*[月.]\s*)?\d{{1,2}}\s*[日号]\s*(?:起|开始|以后|之后|以来|[至到~～—-]\s*\d)"
)
_WEATHER: Final = 8  # characters behind a day that heads others: 晴, 在家休息
_SPAN: Final = re.compile(r"\d\s*[月日号]|每天|天天")
_YEAR: Final = re.compile(r"(20\d{2})\s*年")
_NO_DAY: Final = "这里说的不是某一天；请一天一行，用日期开头"


@dataclass(slots=True)
class _Told:
    """One event as written: from which line on, how its day is named, and the rest."""

    at: int
    words: str
    rest: str
    is_heading: bool = False  # nothing but a day or a year
    is_span: bool = False  # of several days


def sniff(head: Head) -> bool:
    """True for text of which half of all lines, and two of them or the only one, begin with a day and speak of a contact."""
    if b"\0" in head.data[:64] and not detect(head.data[:512]).startswith("utf-16"):
        return False
    written = decode_text(head.data[:32_768]).text
    is_talk = answers_alone(written) != written
    lines = [line for line in _plain(written).splitlines() if line.strip()]
    told, alone, work, is_dated = 0, 0, 0, False
    first = next((place for place, line in enumerate(lines) if _LINE.match(line)), 0)
    lines = lines[first if first <= _TITLES else 0 :]
    is_below = False  # a line with nothing but a day
    for line in lines:
        day = _LINE.match(line)
        is_dated = is_dated or day is not None
        is_heading = day is not None and not day["rest"].strip()
        alone += is_heading
        is_below = is_heading or (is_below and (day is None or re.search(_DATE, day["day"]) is None))
        found = day or (_TIMED.match(line) if is_dated else None)
        work += _WORK.search(line) is not None
        rest = found["rest"] if found else line if is_below else ""
        told += len(line) < 600 and kind_of(_LISTED.sub("", rest)) is not None
    is_work = work * 2 > len(lines) - alone and not any(map(_DEBT.search, lines))
    if is_talk:
        return told > 0 and any(map(_DEBT.search, lines))
    return not is_work and told * 2 >= len(lines) - alone and (told >= 2 or told == len(lines) == 1)


_BRACKETED: Final = re.compile(rf"^\s*[【\[]((?:{_DAY})(?:\s*(?:{CLOCK}|(?:{_HALVES})上?))?)[】\]]\s*")
_SPELT: Final = re.compile(
    r"^\s*(?:(?P<y>[二2][〇零○O0][一二三四五六七八九〇零\d]{2})\s*年\s*)?"
    r"(?:(?P<m>[一二三四五六七八九十]{1,2})月(?=[一二三四五六七八九十\d]|份?\s*$))?(?:(?P<d>[一二三四五六七八九十]{1,3})[日号](?![内前起后之]))?"
)
_MONTH: Final = re.compile(r"[\s#*=\-—]*((?:20\d{2}\s*年\s*)?\d{1,2}\s*月)(?:份)?[\s：:*=\-—]*")
_YEAR_DIGITS: Final = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_DAY_OF_MONTH: Final = re.compile(r"^\s*(?=\d{1,2}\s*[号日](?![内前起]))")


def _plain(text: str) -> str:
    """*text* line by line with the month above put before 11号, and without what marks a day (【5月11日】, **5月11日**)."""
    lines, month = [], ""
    for line in answers_alone(_unmarked(text.lstrip("\ufeff"))).splitlines():
        line = _SPELT.sub(_in_digits, _BRACKETED.sub(r"\1 ", line), count=1)
        headed = _MONTH.fullmatch(line)
        month = headed[1] if headed else month
        lines.append("" if headed else _DAY_OF_MONTH.sub(month, line) if month else line)
    return "\n".join(lines)


_STRUCK: Final = re.compile(r"^.*~~.+~~.*$", re.MULTILINE)  # the writer took it back
_TABLE_HEAD: Final = re.compile(r"^[ \t]*\|.*\n[ \t]*\|[ \t:|-]+\|[ \t]*$", re.MULTILINE)


def _unmarked(text: str) -> str:
    """*text* without what Markdown adds: signs around words, the head of a table; its rows are lines like others."""
    plain = _TABLE_HEAD.sub("\n", re.sub(r"\*\*|`", "", _STRUCK.sub("", text)))
    return re.sub(
        r"^[ \t]*\|.*\|[ \t]*$", lambda row: row[0].strip(" \t|").replace("|", " "), plain, flags=re.MULTILINE
    )


def _in_digits(day: re.Match[str]) -> str:
    """二〇二六年, 十月 and 六日 at the beginning of a line."""
    year = f"{day['y'].translate(_YEAR_DIGITS)}年" if day["y"] else ""
    month, of_month = (
        f"{spoken_number(day[name])}{word}" if day[name] else "" for name, word in (("m", "月"), ("d", "日"))
    )
    return year + month + of_month or day[0]


def read(source: Source) -> Iterator[Found]:
    """One entry for each line that begins with a day, or with a clock time below one; other lines go on with the one above."""
    written = decode_text(source.read_all()).text
    for number, line in enumerate(written.splitlines(), 1):
        if _STRUCK.match(line):
            yield SetAside(at=f"第 {number} 行", why="这一行划掉了，没有算作联系")
    text = _plain(written)
    told = list(_told(text))
    above = text[: _start_of(text)]
    titled = _YEAR.search(source.name) or _YEAR.search(above)
    for number, line in enumerate(above.splitlines(), 1):
        if kind_of(line) and _SPAN.search(line) and not _SPANNED.match(line):  # 从11月1日到5日每天打
            yield SetAside(at=f"第 {number} 行", why=_NO_DAY)
    days = days_of([one.words for one in told], on=written_on(source), year=int(titled[1]) if titled else None)
    above = ""  # the number of the event before
    for one, day in zip(told, days, strict=True):
        if one.is_span:
            yield SetAside(at=f"第 {one.at} 行", why=_NO_DAY)
        elif not one.is_heading:
            for clause in _clauses(one.rest):
                found = _line(source, f"第 {one.at} 行", replace(one, rest=clause), day, above)
                yield from found
                above = _only_number(clause, found)
    events = [(one, day) for one, day in zip(told, days, strict=True) if kind_of(one.rest) and not one.is_span]
    named = [(one.at, one.words, day) for one, day in events]
    roughly = [(one.at, clock) for one, _ in events if (clock := _roughly(one.rest))]
    yield from asked(named, source, roughly)
    yield Note(text="这是自己写的记录，只能说明你记得什么；通话记录、短信、截图更有力，能补就补。")


def _clauses(told: str) -> Iterator[str]:
    """*told*, parted where it counts several kinds of contact; the number it begins with is that of each."""
    number = _NUMBER.match(told)
    for clause in parted(told):
        yield clause if number is None or _NUMBER.search(clause) else f"{number[0]} {clause}"


def _start_of(text: str) -> int:
    """Where the first line that begins with a day stands: what is above it is the title."""
    place = 0
    for line in text.splitlines(keepends=True):
        if _LINE.match(line.rstrip("\r\n")):
            return place
        place += len(line)
    return 0


def _told(text: str) -> Iterator[_Told]:
    """The events in the order of the text; a heading (a year, a day with nothing told) has no rest."""
    last: _Told | None = None
    heading = ""
    for number, raw in _sentences(text):
        begun = _begun(number, raw, heading, last)
        if begun is None:
            if last is not None and raw.strip() and not re.fullmatch(r"20\d{2}年", last.words):
                last.rest, last.is_heading = f"{last.rest} {raw.strip()}".strip(), False
            continue
        if last is not None:
            last.is_heading = last.is_heading or (
                bool(heading)
                and begun.words.startswith(last.words)
                and not kind_of(last.rest)
                and len(last.rest) <= _WEATHER
            )
            yield last
        if _LINE.match(raw) or begun.is_heading:
            is_day = re.search(_DATE, begun.words) is not None and "的前" not in begun.words
            heading = (
                begun.words
                if is_day and not kind_of(begun.rest)
                else heading
                if begun.words.startswith(heading)
                else ""
            )
        last = begun
    if last is not None:
        yield last


def _begun(number: int, raw: str, heading: str, last: _Told | None) -> _Told | None:
    """The event or heading that a line begins; None for one that goes on with the line above."""
    if year := _HEADING.fullmatch(raw.strip()):
        return _Told(number, re.sub(r"\s", "", year[1]), "", is_heading=True)
    if (spanned := _SPANNED.match(raw)) and kind_of(raw):
        return _Told(number, spanned[0], raw, is_span=True)
    if found := _LINE.match(raw):
        words, rest = found["day"].strip().replace("号", "日"), found["rest"].strip(" ，,：:、").lstrip("。 ")
        return _Told(number, _under(heading, words), rest, is_heading=not rest)
    timed = _TIMED.match(raw)
    if timed is not None and last is not None and not last.words.endswith("年") and (heading or kind_of(timed["rest"])):
        return _Told(number, heading or last.words, timed["rest"])
    # below a line with nothing but a day each sentence on a line of its own that tells of a contact is one
    ends = ("。", "！", "!", "；", ";", "”")
    is_ended = last is not None and (last.rest.endswith(ends) or re.match(rf"\s*(?:{_HALVES})", raw) is not None)
    return _Told(number, heading, raw.strip()) if heading and is_ended and kind_of(raw) else None


def _under(heading: str, words: str) -> str:
    """今天 and 昨天 below a line with nothing but a date count from it."""
    back = days_back(words)
    if not heading or back is None or re.search(_DATE, words):
        return words
    return f"{heading}的前{back}天" if back else heading


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    """(number, line), a line parted where a sentence of it begins with another day or clock time and tells of a contact."""
    for number, line in enumerate(text.splitlines(), 1):
        start = 0
        for stop in re.finditer(r"[。；;！!](?=\s*\S)", line):
            told = line[: stop.end()]
            is_quoted = len(re.findall("[“「『]", told)) > len(re.findall("[”」』]", told))
            if not is_quoted and _LINE.match(line) and _tells_of_another(line[stop.end() :].strip()):
                yield number, line[start : stop.end()]
                start = stop.end()
        yield number, line[start:]


def _tells_of_another(rest: str) -> bool:
    """True if *rest* begins with a day or a clock time of its own, at which somebody called: no term that was set."""
    sentence = re.split(r"[。；;！!]", rest)[0]
    if _SPANNED.match(sentence):
        return kind_of(sentence) is not None
    timed = None if _ANNOUNCED.search(sentence) else _TIMED.match(sentence)
    found = _LINE.match(sentence) or timed
    return found is not None and kind_of(found["rest"]) is not None


_SAME_NUMBER: Final = re.compile(
    r"(?P<before>.*?)(?:同上|(?:同一个?|[还又仍]是(?:刚才|上次|昨天)?的?[这那]个?)(?:电话|手机)?号(?!码?段))"
)
_DOUBTED: Final = re.compile(r"(?:不|像|可能|应该|似乎|大概|也许|估计)(?:就|还)?是?$")


def _only_number(told: str, found: list[Found]) -> str:
    """The number of an event, set aside or not, its own or that of the event before it; empty where it has none or several."""
    numbers = _NUMBER.findall(told)
    kept = next((one.number for one in found if isinstance(one, Entry)), numbers[0] if numbers else None)
    return kept or "" if len(numbers) <= 1 else ""


def _is_same_number(told: str) -> bool:
    """True if *told* says that it was the number of the event before it; 同一号码打了8次 may say that one number called."""
    same = _SAME_NUMBER.match(told)
    if same is None or _DOUBTED.search(same["before"]):
        return False
    return not times_of(told) or re.search("[又再还]", told) is not None


def _line(source: Source, at: str, one: _Told, day: Day, above: str) -> list[Found]:
    """The event as an entry; *above* is the number of the event before it, where that had one and no other."""
    told, kind = one.rest, kind_of(one.rest)
    if is_no_contact(_AT.sub(" ", told, count=1)):
        return [SetAside(at=at, why="写的是这天没有电话、短信，不算一次联系")]
    if kind is None:
        return [SetAside(at=at, why="看不出是电话、短信还是别的；请写上“电话”“短信”“微信”“上门”或“张贴”")]
    row = {"channel": kind, "text": told, "text_kind": "summary"}
    rest = _NUMBER.sub(" ", told)
    clocks = [found["clock"] for found in _AT.finditer(rest)]
    if clocks:
        rest = rest.replace(clocks[0], " ", 1)
    if kind == "call":
        answered, row["duration_s"] = was_answered(rest)
        row["connected"] = {True: "是", False: "否", None: ""}[answered]
    elif (quoted := _QUOTED.search(rest)) and kind in {"sms", "im", "public_post"}:
        row["text"], row["text_kind"] = quoted[1], "verbatim"
    if kind in {"call", "sms", "im"}:
        row["count"] = times_of(rest)
    if len(clocks) > 1 and row.get("count") and rough_clock(told) is None:
        clocks, row["connected"] = [], ""  # 三次，第一次8:15，第二次12:30，只接了第二次: neither holds for all of them
    row["direction"] = way_of(rest) or ("来电" if _CAME_FROM.match(told) or kind == "public_post" else "")
    if who := None if kind == "public_post" else contacted(rest):
        row["recipient"], row["direction"] = who, "来电"
    for number in _NUMBER.finditer(told):
        row.setdefault("recipient_id" if who and _is_of(who, told[: number.start()]) else "from_number", number[0])
    if not _NUMBER.search(told) and _is_same_number(told):
        row["from_number"] = above
    if kind == "sms" and not row["direction"] and classify(row.get("from_number", "")) in {"sms_port", "service"}:
        row["direction"] = "来电"  # nobody writes to such a number
    when = _when(one, day, clocks[0] if clocks else "")
    if when.precision != "day" and (begun := _AT.match(row["text"])) and _roughly(told) is None:
        row["text"] = row["text"][begun.end() :].lstrip(" ，,：:、")  # the entry's time says it
    return entry_of(source, at, row, is_contact_record=False, when=when)


def _is_of(who: str, before: str) -> bool:
    """True for a number that stands right behind the one who was reached (打给我妈 138…): no caller's."""
    return re.search(rf"{re.escape(who)}(?:的?(?:电话|手机号?|座机|号码))?[\s(（:：]*$", before) is not None


def _when(one: _Told, day: Day, clock: str) -> When:
    written = (clock and rough_clock(_NUMBER.sub(" ", one.rest))) or clock
    raw = f"{one.words}{' ' if one.words[-1:] not in '昨今前当' else ''}{written}".strip()
    if day.on is None:
        return When(raw=raw)
    found = parse_time(f"{day.on.isoformat()} {clock}".strip())
    if found.instant is None:
        found = parse_time(day.on.isoformat())
    if day.how != "written" or _roughly(one.rest):
        found = roughly(found, clock)
    return replace(found, raw=raw)


def _roughly(told: str) -> str | None:
    """The clock time of *told* where it is no exact one (8点不到, 晚上11点左右), or an other day than the line's (昨天)."""
    if rough := rough_clock(_NUMBER.sub(" ", told)):
        return rough
    if (clock := _AT.search(_NUMBER.sub(" ", told))) and (is_open_half(clock["clock"]) or _MIDNIGHT.search(told)):
        return clock["clock"].strip()
    return another[0] if contacted(told) and (another := _ANOTHER_DAY.search(told)) else None
