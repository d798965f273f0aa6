"""Chat exports as plain text or a free-form page: a line with time and sender, then the words.

A line with nothing but a day (``————— 2026-03-06 —————``, as chats sent by e-mail have them) dates the lines below
that carry only a clock time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice, pairwise, takewhile
from typing import Final

from cuijie.intake.chats.group_titles import group_among, group_named
from cuijie.intake.chats.messages import SIDES_NOTE, Chat, Message, entries_of, name_of_file
from cuijie.intake.chats.page_lines import page_lines, page_titles
from cuijie.intake.chats.short_days import ShortDays
from cuijie.intake.chats.text_heads import (
    ACCOUNT,
    APP,
    CLOCK,
    DAY,
    header,
    heads,
    is_diary_line,
    is_inline,
    joined,
    plain,
    style_of,
)
from cuijie.intake.diaries.asks import asked, written_on
from cuijie.intake.documents.mail_parts import begins_mail
from cuijie.intake.documents.pdf_text import pdf_lines
from cuijie.intake.documents.saved_page import is_saved_page
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.times.day_order import DayOrder, plain_date
from cuijie.intake.times.told_order import order_of_lines
from cuijie.intake.times.written import parse_time
from cuijie.intake.vocabulary import OWN_WORDS
from cuijie.records.numbers import classify, normalise

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "chat_text"
TITLE: Final = "聊天记录（文本）"

_PDF: Final = b"%PDF"
_LONG_NAME: Final = 9  # characters, on the average of a page
_TITLE_LINES: Final = 30
_ANY_DAY: Final = date(2024, 12, 31)  # for recognition: which year it is does not matter
_LABELS: Final = re.compile(r"^(名字|昵称|发送人|发送者|时间|内容)\s*[:：]\s?(.*)$")
_TEXTED: Final = re.compile(  # a list of texts says from or to which number
    r"(?:(?P<came>收到|来自|接收|[Ff]rom)|(?:发给|发送给|发往|[Tt]o))\s*(?:(?P<name>[^()（）]{1,30}?)\s*[(（])?(?P<number>\+?\d[\d -]{4,23})[)）]?"
)
_RULES: Final = re.compile(
    r"\A(?:\s*[-=_*~—─]{8,}\s*\n)+|(?:\n\s*(?:[-=_*~—─]{8,}|---)\s*)+\Z"
)  # drawn between messages
_RECALLED: Final = re.compile(r"(?:你|\S.{0,20})撤回了一条消息")  # shown between messages, without a time
_OF_THE_APP: Final = re.compile(r"端[到對]端加密|end-to-end encrypted")
_ABOVE: Final = re.compile(r"=*|消息分组\s*[:：].*")  # what stands above 消息对象
_BARE: Final = re.compile(r"[(（]\d{4,12}[)）]$")
_GATEWAYS: Final = frozenset({"service", "sms_port"})
_SYSTEM: Final = {"10000", "1000000"}
_PEER: Final = re.compile(
    r"^(?:消息对象\s*[:：]\s*|\[LINE\]\s*(?:[與与]|Chat history with )|[與与][“\"「]|微信[“\"「])(.+?)[”\"」]?(?:的(?:微信)?聊天[記记][錄录](?:如下)?[:：]?)?$"
)
_GROUP: Final = re.compile(r"^消息分组\s*[:：]\s*(.+)$")


def sniff(head: Head) -> bool:
    """True for text in which at least two lines carry time and sender (or the labelled form does)."""
    if b"\0" in head.data[:64] and not detect(head.data[:512]).startswith("utf-16"):
        return False
    if head.data.startswith(_PDF):
        return head.whole is not None and _is_chat(islice(_pdf(head.whole(), head.name, head.password), 4000), least=3)
    if begins_mail(head.data) and not is_saved_page(head.data):
        return False  # its words are read beside the mail
    text = plain(decode_text(head.data[:32_768]).text)
    start = text.lstrip("\ufeff \r\n\t")[:1]
    if start == "{":
        return False
    if text.lstrip("\ufeff").startswith("消息记录（"):
        return True
    if start == "<" or is_saved_page(head.data):
        return _is_chat_page(head, text)
    lines = joined(ShortDays([line for line in text.splitlines() if line.strip()], _ANY_DAY).lines)
    begun = sum(1 for _ in heads(lines, head.name))
    events = sum(map(is_diary_line, lines))
    days = sum(DAY.match(line.strip()) is not None for line in lines)
    words = len([line for line in lines if line]) - begun - events - days + sum(map(is_inline, lines))
    labels = {found[1] for line in lines if (found := _LABELS.match(line.strip()))}
    return (begun >= 2 and begun > events and words * 2 >= begun) or (
        {"时间", "内容"} <= labels and bool(labels & {"名字", "昵称", "发送人", "发送者"})
    )


def _is_chat_page(head: Head, text: str) -> bool:
    """True for a page that is little else than messages: an article with dated comments below it is none."""
    is_page = is_saved_page(head.data) or re.search(r"<(?:html|body|div|p|span|ul|table)\b", text, re.IGNORECASE)
    if head.whole is None or not is_page:
        return False
    return _is_chat(page_lines(head.whole())[:4000], least=2)


def _is_chat(lines: Iterable[str], *, least: int) -> bool:
    """True for lines that are little else than messages, *least* of them or more."""
    written = [line for line in lines if line.strip()]
    lines = joined(written)
    found = list(heads(lines, ""))
    if len(found) < least or len(found) <= sum(map(is_diary_line, lines)):
        return False
    if found[0] > 12 or len(found) * 6 < len(written) - found[0]:
        return False
    worded = sum(
        is_inline(lines[index]) or bool("".join(lines[index + 1 : end]).strip())
        for index, end in pairwise([*found, len(lines)])
    )
    return worded * 4 >= len(found) and not _are_headlines(lines, found)


def _are_headlines(lines: list[str], found: list[int]) -> bool:
    """True for a list of news: nobody is named twice beside a time, and what is named there is long."""
    style = style_of(lines, "")
    named = [begun[0] for index in found if (begun := header(lines[index].strip(), style, is_dated=True))]
    return len(named) >= 3 and len(set(named)) == len(named) and sum(map(len, named)) > _LONG_NAME * len(named)


def _pdf(data: bytes, name: str, password: str | None) -> Iterator[str]:
    """The lines of a chat's page that was printed as a PDF."""
    return (plain(text) for _, _, text in pdf_lines(data, name, password))


@dataclass(slots=True)
class _Open:
    at: str
    who: str
    time: str
    lines: list[str] = field(default_factory=list)
    is_quoted: bool = False  # its words stand in quotation marks that are not theirs


def read(source: Source) -> Iterator[Found]:
    """Each message of the text."""
    data = source.read_all()
    if data.startswith(_PDF):
        printed = ShortDays(list(_pdf(data, source.name, source.password)), written_on(source))
        yield from _conversation(source, printed.lines, 0, printed, end="\n")
        yield from asked(printed.named, source)
        return
    decoded = decode_text(data)
    if decoded.encoding not in ("utf-8", "utf-8-sig"):
        yield Note(text=f"文字编码是 {decoded.encoding_name}，已按它读取。")
    is_page = decoded.text.lstrip("\ufeff \r\n\t").startswith("<") or is_saved_page(decoded.text[:8192].encode())
    lines = page_lines(data) if is_page else plain(decoded.text.lstrip("\ufeff")).splitlines()
    titles = page_titles(decoded.text) if is_page else []
    short = ShortDays(lines, written_on(source))
    parts = list(_parts(short.lines))
    for first, part in parts:
        is_last = first == parts[-1][0] and not is_page
        end = decoded.text[-1:] if is_last else "\n"
        yield from _conversation(source, part, first, short, end=end, titles=titles if len(parts) == 1 else ())
    yield from asked(short.named, source)


def _parts(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The conversations of a file that holds many, each below who its other side is; with the number of lines above."""
    starts = [index for index, line in enumerate(lines) if line.startswith(("消息对象:", "消息对象："))]
    for place, index in enumerate(starts):
        while index and _ABOVE.fullmatch(lines[index - 1].strip()):
            index -= 1
        starts[place] = index
    if len(starts) < 2:
        yield 0, lines
        return
    for start, end in pairwise([*starts, len(lines)]):
        yield start, lines[start:end]


def _conversation(
    source: Source, lines: list[str], above: int, short: ShortDays, *, end: str, titles: Iterable[str] = ()
) -> Iterator[Found]:
    """Each message of one conversation; *above* lines of the file stand before it, *end* is its last character.

    *titles* are what a page is titled besides its lines.
    """
    peer = next((_BARE.sub("", found[1].strip()) for line in lines[:30] if (found := _PEER.match(line.strip()))), None)
    group = next((found[1].strip() for line in lines[:30] if (found := _GROUP.match(line.strip()))), None)
    opened = list(_opened(joined(lines), above, source.name))
    if end not in "\r\n" and _begins_next(opened, lines):
        yield SetAside(
            at=f"第 {above + len(lines)} 行", why="文件在这条消息的时间中间断了；请重新导出一次再收，不会重复"
        )
        opened[-1].lines.pop()
    if opened and (end == "\ufffd" or (end not in "\r\n" and not any(opened[-1].lines))):
        yield SetAside(
            at=opened.pop().at, why="文件在这条消息中间断了，这条不完整，没有收；请重新导出一次再收，不会重复"
        )
    order, notes = order_of_lines([one.time for one in opened], name=source.name, until=written_on(source))
    yield from notes
    read = [_message(one, order) for one in opened]
    messages = [replace(one, when=short.told(one.when)) for one in read]
    others = {one.sender for one in messages if one.kind != "system" and one.is_own is not True}
    if others and all(classify(normalise(one) or "") in _GATEWAYS for one in others):  # no chat app has such numbers
        messages = [replace(one, is_text=True) for one in messages]
    is_group = (
        len(others - {None}) > 2 if peer else len(others - {None}) > 1 + (not any(one.is_own for one in messages))
    )
    writers = {one for one in others if one}
    titled = group_among([*titles, *_above_first(lines, source.name)], writers)
    if titled is None and peer is None:
        titled = group_named(name_of_file(source.name), writers)
    if titled is not None or (group and "群" in group):
        is_group = True
    name = titled or peer or name_of_file(source.name)
    named: set[str | None] = {one for one in others if one and one in source.name}
    # an iPhone's notices have the chat's name
    speaks_for = {one.sender for one in messages if _OF_THE_APP.search(one.text or "")}
    known_peer = peer or _only(others - {None}) or _only(named) or _only(speaks_for & (others - {None}))
    # where the file calls its maker 我, everybody else is the other side
    own = OWN_WORDS if any(one.is_own for one in messages) else frozenset()
    chat = Chat(name=name, is_group=is_group, peer=None if is_group else known_peer, own=own)
    if not is_group and known_peer is None and len(others - {None}) == 2 and not any(one.is_own for one in messages):
        yield Note(text=SIDES_NOTE)
    yield from entries_of(source, messages, chat)


def _above_first(lines: list[str], name: str) -> Iterator[str]:
    """The lines above the first message, where a title may stand."""
    first = next(heads(joined(lines), name), _TITLE_LINES)
    return takewhile(lambda line: not _LABELS.match(line.strip()), lines[: min(first, _TITLE_LINES)])


def _begins_next(opened: list[_Open], lines: list[str]) -> bool:
    """True if the last line is the beginning of a time as the messages of the file have it."""
    if len(opened) < 2 or len(opened[-1].lines) < 2:
        return False
    form, begun = (re.sub(r"\d+", "0", one.strip("[(【 ")) for one in (opened[0].time, lines[-1]))
    return re.search(r"0\W", begun) is not None and form.startswith(begun)


def _only(names: set[str | None]) -> str | None:
    return next(iter(names)) if len(names) == 1 else None


def _opened(lines: list[str], above: int, name: str) -> Iterator[_Open]:
    current: _Open | None = None
    labelled: dict[str, str] = {}
    day, style = "", style_of(lines, name)
    for number, raw in enumerate(lines, above + 1):
        line = raw.rstrip("\r\n")
        found = _LABELS.match(line.strip())
        if found and (found[1] != "内容" or "时间" in labelled):
            key = {"昵称": "名字", "发送人": "名字", "发送者": "名字"}.get(found[1], found[1])
            if key == "名字":
                labelled = {}
                if current is not None:
                    yield current
                    current = None
            labelled[key] = found[2]
            if key == "内容":
                current = _Open(f"第 {number} 行", labelled.get("名字", ""), labelled.get("时间", ""), [found[2]])
            continue
        if dated := DAY.match(line.strip()):
            day = dated["day"]
            continue
        is_headed = current is not None and current.time != "" and not current.lines
        is_recalled = _RECALLED.fullmatch(line) is not None and not is_headed
        begun = (APP, "", line) if is_recalled else header(line.strip(), style, is_dated=bool(day))
        if begun is not None:
            if current is not None:
                yield current
            time = f"{day} {begun[1]}" if re.fullmatch(CLOCK, begun[1]) else begun[1]
            current = _Open(f"第 {number} 行", begun[0], time, [begun[2]] if begun[2] is not None else [])
            current.is_quoted = "\t" in line and (begun[2] or "").startswith('"')
        elif current is not None:
            current.lines.append(line)
    if current is not None:
        yield current


def _message(one: _Open, order: DayOrder | None) -> Message:
    account = ACCOUNT.match(one.who)
    name = account["name"] if account else one.who
    number = (account["number"] or account["mail"]) if account else None
    name = re.sub(r"^【[^】]{1,12}】", "", name) or name
    text = _RULES.sub("", "\n".join(one.lines)).strip("\n")
    if all(line.startswith(">") for line in text.split("\n") if line):  # Markdown's mark of somebody's words
        text = re.sub(r"^> ?", "", text, flags=re.MULTILINE)
    if one.is_quoted and len(text) > 1 and text.endswith('"'):
        text = text[1:-1].replace('""', '"')
    is_system = number in _SYSTEM or name in {APP, "系统"} or _OF_THE_APP.search(text) is not None
    when = parse_time(plain_date(one.time, order), by_program=True)
    if texted := _TEXTED.fullmatch(one.who):
        number, is_sent = texted["number"], texted["came"] is None
        sender, receiver = (None, number) if is_sent else (number, None)
        return Message(at=one.at, when=when, sender=sender, receiver=receiver, text=text, is_own=is_sent, is_text=True)
    is_own = True if name.lower() in OWN_WORDS else None
    return Message(
        at=one.at,
        when=when,
        sender=None if is_own else name or number,
        text=text or None,
        is_own=is_own,
        kind="system" if is_system else "call" if text.startswith("☎") else "text",
        account=number,
    )
