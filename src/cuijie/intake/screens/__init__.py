"""Screenshots and photographs of phone screens: proposed records that the user confirms or corrects.

What a picture shows is read offline by character recognition and by the layout of the screen; every record from
it is inferred and stays a proposal until a person confirms it.  The picture itself is the evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cuijie.intake import media
from cuijie.intake.documents.letter_words import is_signed_letter, letter_in, paper_in
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Attachment, Details, Found, IntakeError, Note
from cuijie.intake.merging.events import SHOWN_WITHIN
from cuijie.intake.remembered import once
from cuijie.intake.screens.call_rows import CallRow
from cuijie.intake.screens.layout import Bubble, Screen, read_screen
from cuijie.intake.screens.lines import Picture
from cuijie.intake.screens.ocr import read_picture
from cuijie.intake.screens.spoken_times import resolve
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import UNKNOWN, When
from cuijie.records import EntryKind
from cuijie.records.numbers import classify, normalise

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "describe", "read", "sniff"]

KIND: Final = "screenshot"
TITLE: Final = "截图或照片"
IS_EVIDENCE: Final = True

_CHAT_APPS: Final = ("com.tencent.mm", "wechat", "微信", "mmexport", "com.tencent.mobileqq", "qq", "dingtalk", "钉钉")
_SMS_APPS: Final = ("com.android.mms", "messaging", "短信", "messages")
_SHOWN_AT_MOST: Final = timedelta(hours=1)  # phones write a new time line by then at the latest
_NUMBERED: Final = {"mobile", "virtual_mobile", "landline", "service", "sms_port", "hotline", "foreign"}
_CLOCKS_APART: Final = timedelta(minutes=10)
_ON_A_SHEET: Final = 0.95  # of the words: something read at the edge of the table is no matter
_EARLIEST: Final = 2007  # no phone took pictures of its screen before; a clock that was never set says 1970


def sniff(head: Head) -> bool:
    """True for pictures, by their first bytes."""
    kind = media.media_type(head.data) if head.data else None
    return kind is not None and kind.startswith("image/")


def describe(source: Source) -> Details:
    """The picture's size, device and times, as kept with the item."""
    return media.describe(source)


def read(source: Source) -> Iterator[Found]:
    """Proposed records of the screen, the recognised text as a derived item, and what could not be told.

    Raises IntakeError for an empty file; a picture that cannot be read is kept and said to be unread.
    """
    if source.size < 16:
        raise IntakeError(
            f"“{source.name}”几乎是空的（{source.size} 字节），不是完整的图片。", remedy="请从手机里重新传一次。"
        )
    taken_at, how = _taken_at(source)
    try:
        data = source.read_all()
        picture = once("picture", hashlib.sha256(data).digest(), lambda: read_picture(data))
    except IntakeError as error:
        yield Note(text=f"{error.message}{error.remedy}")
        return
    if not picture.lines:
        yield Note(text="图片里没有认出文字。图片作为证据收好。")
        return
    screen = read_screen(picture)
    yield _words_of(source, picture)
    text = "\n".join(line.text for line in picture.lines)
    paper = list(paper_in(source, text)) if _is_sheet(screen, text) else []
    if paper:
        yield from paper
        screen = replace(screen, bubbles=())
    yield from _records(source, screen, taken_at)
    if not paper and not (screen.bubbles or screen.calls or screen.is_message_list) and is_signed_letter(text):
        yield from letter_in(source, text)
        screen = replace(screen, is_unclear=False)
    yield Note(text=_one_line(screen, picture, how))


def _is_sheet(screen: Screen, text: str) -> bool:
    """True for a sheet on a table, no bubbles on a screen: nothing heads or dates it, and one patch holds every word.

    Shadows on it may look like several; then it must be a letter from heading to signature.
    """
    if screen.title is not None or any(bubble.time_words for bubble in screen.bubbles) or not screen.bubbles:
        return False
    if len(screen.bubbles) > 1:
        return is_signed_letter(text)
    on_it, all_of_it = ("".join(words.split()) for words in (screen.bubbles[0].text, text))
    return len(on_it) >= _ON_A_SHEET * len(all_of_it)


def _words_of(source: Source, picture: Picture) -> Attachment:
    text = "\n".join(line.text for line in picture.lines).encode()
    return Attachment(
        key=hashlib.sha256(text).hexdigest(),
        name=f"{source.name}.文字.txt",
        media_type="text/plain; charset=utf-8",
        data=text,
        at=source.place("ocr"),
        kind="ocr_text",
        tool=picture.tool,
    )


def _taken_at(source: Source) -> tuple[datetime | None, str]:
    """When the picture was taken and how that is told: by EXIF and the file name, if both can be and they agree.

    A clock may be wrong and a name given by hand: what lies after the taking in, or what the other contradicts, is not
    used.  File times prove nothing.  An app's name of a saved picture tells when it was saved: not before it was taken.
    """
    details = media.describe(source)
    shot, written = details.created_at, dict(details.extra).get("name_time")
    named = None if written is None else datetime.fromisoformat(written)
    is_saved = source.name.startswith(("mmexport", "微信图片"))
    known = [at for at in (shot, named) if at is not None]
    if any(at.year < _EARLIEST for at in known):
        return None, "拍摄信息或文件名里的时间早得不可能，没有用来推算时间"
    if source.taken_in_at is not None and any(at > source.taken_in_at + _CLOCKS_APART for at in known):
        return None, "拍摄信息或文件名里的时间比收进来的时候还晚，没有用来推算时间"
    if shot is not None and named is not None:
        is_early = named < shot - _CLOCKS_APART
        if is_early or (named > shot + _CLOCKS_APART and not is_saved):
            return None, "拍摄信息和文件名里的时间不一样，没有用来推算时间"
    if shot is not None:
        return shot, "按拍摄信息推算时间"
    if named is not None:
        return named, "按文件名里的保存时间推算时间" if is_saved else "按文件名推算时间"
    return None, "不知道截图时间，“昨天”“星期三”这类时间没有推算"


def _records(source: Source, screen: Screen, taken_at: datetime | None) -> Iterator[Found]:
    number_raw, name = _counterpart(screen)
    kind = _kind(source, screen, number_raw)
    order = 0
    times = [resolve(bubble.time_words, taken_at) if bubble.time_words else UNKNOWN for bubble in screen.bubbles]
    for bubble, when in zip(screen.bubbles, times, strict=True):
        order += 1
        within = None if bubble.is_own_time else _shown_within(when, times[order:], taken_at)
        yield _message(source, screen, bubble, kind, when, number_raw, name, order, within)
    for row in screen.calls:
        order += 1
        yield _call(source, row, resolve(row.time_words, taken_at), order)


def _shown_within(when: When, later: list[When], taken_at: datetime | None) -> int | None:
    """How many seconds after the time line above it a message may have come: up to the next line, the picture, an hour."""
    if when.instant is None or when.precision == "day":
        return None
    ends = [one.instant for one in later if one.instant is not None and one.instant > when.instant]
    ends += [taken_at + timedelta(minutes=1)] if taken_at is not None and taken_at > when.instant else []
    return int(min((min(ends, default=when.instant + _SHOWN_AT_MOST) - when.instant), _SHOWN_AT_MOST).total_seconds())


def _message(
    source: Source,
    screen: Screen,
    bubble: Bubble,
    kind: EntryKind,
    when: When,
    number_raw: str | None,
    name: str | None,
    order: int,
    within: int | None,
) -> Found:
    at = f"{order}@{bubble.box.left},{bubble.box.top},{bubble.box.right},{bubble.box.bottom}"
    is_notice = bubble.side == "notice"
    return make_entry(
        source,
        at,
        "other" if is_notice else kind,
        when=_in_order(when, order),
        inbound=None if is_notice else bubble.side == "other",
        number_raw=number_raw,
        name=bubble.sender or name,
        text=bubble.text,
        text_kind="summary" if is_notice else "verbatim",
        group_name=screen.group_name,
        is_inferred=True,
        extra=(
            ("read_by", "ocr"),
            ("score", f"{bubble.score:.2f}"),
            *([("time_words", bubble.time_words)] if bubble.time_words else []),
            *([("quoted", bubble.quoted)] if bubble.quoted else []),
            *([(SHOWN_WITHIN, str(within))] if within else []),
        ),
    )


def _in_order(when: When, order: int) -> When:
    """Messages under one time line keep their order: each is a millisecond after the one above it."""
    if when.instant is None:
        return When(raw=f"{when.raw or ''}#{order}")
    return When(
        instant=when.instant + timedelta(milliseconds=order),
        raw=when.raw,
        precision=when.precision,
        basis=when.basis,
    )


def _call(source: Source, row: CallRow, when: When, order: int) -> Found:
    number = normalise(row.who)
    is_number = number is None or classify(number) in _NUMBERED  # 未知号码 is a number that is not told
    at = f"{order}@{row.box.left},{row.box.top},{row.box.right},{row.box.bottom}"
    label = (("label", row.label),) if row.label else ()
    return make_entry(
        source,
        at,
        "call",
        when=when,
        number_raw=row.who if is_number else None,
        name=None if is_number else row.who,
        count=row.count,
        inbound=row.inbound,
        connected=row.connected,
        duration_s=row.duration_s,
        is_inferred=True,
        extra=(("read_by", "ocr"), ("time_words", row.time_words), *label),
    )


def _counterpart(screen: Screen) -> tuple[str | None, str | None]:
    title = screen.title
    if title is None or screen.group_name is not None:
        return None, None
    number = normalise(title)
    if number is not None and classify(number) in _NUMBERED:
        return title, None
    return None, title


def _kind(source: Source, screen: Screen, number_raw: str | None) -> EntryKind:
    name = source.name.lower()
    if any(app in name for app in _SMS_APPS) or number_raw is not None:
        return "sms"
    if any(bubble.time_words and "短信" in bubble.time_words for bubble in screen.bubbles):
        return "sms"
    if any(app in name for app in _CHAT_APPS) or screen.group_name is not None:
        return "im"
    # a sender's 【signature】 stands on gateway SMS; anything else with a remark name is most often a chat
    return "sms" if any(bubble.text.startswith("【") for bubble in screen.bubbles) else "im"


def _one_line(screen: Screen, picture: Picture, how: str) -> str:
    size = f"{picture.width}×{picture.height}"
    if screen.calls:
        left = f"，另有 {screen.rows_left} 行只有名字没有号码，没有收（需要的话请手工记）" if screen.rows_left else ""
        what = f"通话记录截图，认出 {len(screen.calls)} 行{left}"
    elif screen.bubbles:
        said = [bubble for bubble in screen.bubbles if bubble.side != "notice"]
        own = sum(bubble.side == "own" for bubble in said)
        whom = f"与“{screen.title}”的" if screen.title else ""
        what = f"{whom}聊天或短信截图，认出对方 {len(said) - own} 条、自己 {own} 条"
    elif screen.is_unclear:
        what = "聊天或短信的图片，文字认出来了，但分不清哪些字是一条、是谁说的，没有逐条读：请在手机上直接截图再传"
    elif screen.is_message_list:
        what = (
            "短信、聊天的列表或通知的截图，只看得到每条的开头，没有逐条读：请点进每个对话（未接来电请到通话记录）再截图"
        )
    else:
        what = f"图片，认出 {len(picture.lines)} 行文字，没有看出聊天或通话的版式"
    return f"{what}（{size}，{how}）。都是机器认的，请对照图片确认。"
