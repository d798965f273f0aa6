"""A diary of contacts typed in plain words: one line for each, beginning with its day (``3月5日 09:12 170… 打给我妈``).

What a line says beyond its time, number and kind is the writer's own account (*summary*), never the other side's words,
unless it stands in quotation marks after a text or a chat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.contact_columns import entry_of
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times import parse_time
from cuijie.intake.vocabulary import relation_of

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "notes_text"
TITLE: Final = "自己写的催收流水"

_DAY: Final = r"(?:(?:20)?\d{2}\s*[年./-]\s*)?\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?"
_CLOCK: Final = (
    r"(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|深夜|早|晚|夜)?\s*"
    r"(?:\d{1,2}\s*[:：]\s*\d{2}(?:[:：]\d{2})?|(?:\d{1,2}|[一二两三四五六七八九十]{1,3})\s*[点时](?:\s*(?:半|[一三]刻|\d{1,2}\s*分?))?)"
)
_LINE: Final = re.compile(
    rf"^[\s\d.、)）(（\-•·*]{{0,6}}?(?P<day>{_DAY})(?P<rest>[\s，,：:、(（].*|(?<=[日号])(?:凌晨|清晨|早|上午|中午|下午|傍晚|晚|夜|深夜|\d).*|$)"
)
_AT: Final = re.compile(rf"(?P<clock>{_CLOCK})")
_NUMBER: Final = re.compile(
    r"(?<![\d.])(?:\+?86[- ]?)?(?:1\d{2}[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8}|400-?\d{3}-?\d{4}|9[56]\d{3,6}|10\d{6,18})(?!\d)"
)
_KINDS: Final = (
    (
        "visit",
        re.compile(
            r"上门|登门|敲门|堵门|来(?:我|到)?家|来了\S{0,3}人|到我(?:家|单位|公司)|到(?:我)?(?:家|单位|公司)(?:来|找)"
        ),
    ),
    ("sms", re.compile(r"短信|彩信")),
    ("im", re.compile(r"微信|QQ|私信|钉钉|抖音")),
    ("letter", re.compile(r"律师函|催收函|信函|快递")),
    ("call", re.compile(r"电话|来电|打来|打给|打到|打了|打我|拨打|接到|接通|没接|未接|挂断|机器人")),
)
_INBOUND: Final = re.compile(
    r"打来|打电话来|电话来|来电|敲门|堵门|来了|到我(?:家|单位|公司)|打给(?!他|她|对方)|打到|收到|发来|接到|未接|没接|上门|登门|骚扰|给我(?:打|发)|被"
)
_OUTBOUND: Final = re.compile(r"我(?:打|拨|回拨|给(?:他|她|对方)|发给|打给(?:他|她|对方|客服|平台))|回拨")
_CALLED: Final = re.compile(
    r"^(?P<before>[^说称讲要会将再胁]*?)(?:打电话给|发短信给|发微信给|打给|打到|发给|联系了|骚扰了?)"
    r"(?P<who>(?:我的?)?[\u4e00-\u9fff]{1,6}?)(?=[，,。；;：:\s（(、了说打发的电接没未]|手机|$)"
)
_WHO: Final = r"(?:^|[，,。；;：:\s说有])(?P<who>(?:我的?)?[\u4e00-\u9fff]{1,6}?)"
_RECEIVED: Final = re.compile(
    _WHO + r"(?:今天|刚才|刚刚|昨天|那边|也|又|都|就|还)*(?:接到|收到)[^，,。；;]{0,16}?(?:电话|短信|微信|消息|信|来电)"
)
_TOLD_ME: Final = re.compile(  # 妈打电话给我，说有人打给她
    _WHO + r"(?:哭着|刚才|今天)*(?:打?电?话?(?:给|跟|和|找|问)我|打(?:电话|来)|告诉我|问我)[^。；;]*?"
    r"(?:打电?话?(?:给|到)|电话给|联系(?:了|过)?|骚扰(?:了|过)?|找(?:到|上)?|加)了?[她他]"
)
_MISSED: Final = re.compile(r"没接|未接|拒接|没有接|挂了没接")
_ANSWERED: Final = re.compile(r"接通|接了|通话|说了?|聊了")
_LASTED: Final = re.compile(r"(?:\d{1,3}\s*小时)?\s*(?:\d{1,3}\s*分(?:钟)?)\s*(?:\d{1,2}\s*秒)?|\d{1,4}\s*秒")
_QUOTED: Final = re.compile(r"[“\"「『](.+)[”\"」』]")
_YEAR: Final = re.compile(r"(20\d{2})\s*年")


def sniff(head: Head) -> bool:
    """True for text of which at least two lines, and half of all, begin with a day and speak of a contact."""
    if b"\0" in head.data[:64] and not detect(head.data[:512]).startswith("utf-16"):
        return False
    lines = [line for line in decode_text(head.data[:32_768]).text.lstrip("\ufeff").splitlines() if line.strip()]
    told = sum(1 for line in lines if _tells(line))
    return told >= 2 and told * 2 >= len(lines)


def _tells(line: str) -> bool:
    found = _LINE.match(line)
    return found is not None and len(line) < 600 and any(kind.search(found["rest"]) for _, kind in _KINDS)


def read(source: Source) -> Iterator[Found]:
    """One entry for each line that begins with a day; lines below it belong to it."""
    text = decode_text(source.read_all()).text.lstrip("\ufeff")
    titled = _YEAR.search(source.name) or _YEAR.search(text)
    year = int(titled[1]) if titled else None
    day: date | None = None
    supplied = 0
    for number, line in _joined(text):
        found = _LINE.match(line)
        if found is None:
            continue
        written = re.sub(r"号$", "日", found["day"].strip())
        is_bare = not re.match(r"(?:20)?\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]", written)
        if re.match(r"\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]", written):
            written = "20" + written
        dated = parse_time(written, year=day.year if day else year)
        at = f"第 {number} 行"
        if dated.instant is None:
            yield SetAside(at=at, why=f"“{found['day'].strip()}”没有写年份，读不出是哪一年；请补上年份再收")
            continue
        supplied += is_bare
        day = shanghai_day(dated.instant)
        yield from _line(source, at, day, found["rest"].strip(" ，,：:、"))
    if supplied:
        yield Note(text=f"有 {supplied} 行没有写年份，按前一行（或文件里写的）年份补上，请核对。")
    yield Note(text="这是自己写的记录，只能说明你记得什么；通话记录、短信、截图更有力，能补就补。")


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """(number, line) with the lines that do not begin with a day put to the one above."""
    began, parts = 0, list[str]()
    for number, raw in enumerate(text.splitlines(), 1):
        if _LINE.match(raw) or not parts:
            if parts:
                yield began, " ".join(parts)
            began, parts = number, [raw.strip()]
        elif raw.strip():
            parts.append(raw.strip())
    if parts:
        yield began, " ".join(parts)


def _line(source: Source, at: str, day: date, told: str) -> list[Found]:
    kind = next((name for name, words in _KINDS if words.search(told)), None)
    if kind is None:
        return [SetAside(at=at, why="看不出是电话、短信还是别的；请写上“电话”“短信”“微信”或“上门”")]
    row = {"date": day.isoformat(), "channel": kind, "text": told, "text_kind": "summary"}
    rest = told
    if number := _NUMBER.search(told):
        row["from_number"] = number[0]
        rest = rest.replace(number[0], " ", 1)
    if clock := _AT.search(rest):
        row["occurred_at"] = clock["clock"]
        rest = rest.replace(clock["clock"], " ", 1)
    if kind == "call":
        if _MISSED.search(rest):
            row["connected"] = "否"
        elif lasted := _LASTED.search(rest):
            row["connected"], row["duration_s"] = "是", re.sub(r"\s", "", lasted[0])
        elif _ANSWERED.search(rest):
            row["connected"] = "是"
    elif (quoted := _QUOTED.search(rest)) and kind in {"sms", "im"}:
        row["text"], row["text_kind"] = quoted[1], "verbatim"
    if _OUTBOUND.search(rest):
        row["direction"] = "去电"
    elif _INBOUND.search(rest):
        row["direction"] = "来电"
    if who := _contacted(rest):
        row["recipient"], row["direction"] = who, "来电"
    return entry_of(source, at, row, is_contact_record=False)


def _contacted(told: str) -> str | None:
    """Who was contacted where it was not the writer: in words that stand for a person (我妈, 公司前台)."""
    for called in (_CALLED.search(told), _TOLD_ME.search(told), _RECEIVED.search(told)):
        who = called["who"].lstrip("说是有") if called else "我"
        if who not in {"我", "本人"} and (relation_of(who) or relation_of(who[:2]) or relation_of(who[:3])):
            return who
    return None
