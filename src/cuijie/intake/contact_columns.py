"""The columns of a plain contact log: those of the contact record, and what people call them in Chinese."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

from cuijie.clock import shanghai_day
from cuijie.intake.contact_kinds import WORDED, channel_told, is_no_contact, named, sided, why_aside
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Found, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.day_order import why_unread
from cuijie.intake.times.written import When, excel_serial, from_epoch, parse_time
from cuijie.intake.vocabulary import (
    direction_of,
    duration_of,
    relation_and_name,
    relation_of,
    role_of,
    was_missed,
    yes_no,
)
from cuijie.records import COLUMNS, EntryKind, Person
from cuijie.records.contact import TextKind, VisitPlace
from cuijie.records.numbers import normalise

__all__ = ["COLUMN_NAMES", "CONTACT_PREFIX", "SERIAL_DAY", "entry_of", "is_contact_log", "person_id_of", "when_of"]

CONTACT_PREFIX: Final = "contact."
"""Prefix of the ``extra`` keys that keep a contact-record column the entry itself has no field for."""

COLUMN_NAMES: Final[dict[str, tuple[str, ...]]] = {
    **{column.name: (column.name,) for column in COLUMNS},
    "occurred_at": ("occurred_at", "时间", "日期时间", "发生时间", "联系时间", "来电时间", "通话时间", "拨打时间", "拦截时间", "催收时间", "什么时候", "何时",
                    "短信时间", "上门时间", "来访时间", "发送时间", "接收时间", "开始时间", "起始时间", "date_time", "datetime", "time", "timestamp",
                    "date/time", "date&time", "calltime", "messagedate", "received", "receivedat", "receiveddate", "senton", "callstarttime",
                    "calldate(timestamp)", "startts", "startingtimestamp", "starttimestamp", "打来的时间", "来话时间", "去话时间",
                    "消息时间", "消息日期", "信息时间", "信息日期"),
    "date": ("date", "calldate", "日期", "日", "上门日期", "来访日期", "通话日期", "短信日期", "发生日期", "拨打日期", "来电日期", "联系日期", "催收日期",
             "来话日期", "去话日期", "哪天", "哪一天", "几号", "几月几号"),
    "clock": ("clock", "时刻", "钟点", "时间段", "时段", "具体时间", "几点", "几点钟"),
    "channel": ("channel", "方式", "渠道", "联系方式", "催收方式", "类型", "途径", "形式", "怎么联系", "怎么联系的", "联系途径", "沟通方式",
                "type", "calltype", "messagetype", "通话类型", "呼叫类型", "短信类型", "消息类型", "信息类型", "来去电类型", "folder", "文件夹", "信箱"),
    "from_number": ("from_number", "号码", "电话", "电话号码", "来电号码", "对方号码", "催收号码", "主叫号码", "手机号",
                    "发信号码", "发送号码", "发件人", "发信人", "发件号码", "number", "phone", "对方电话", "催收电话", "打来的号码", "哪个号码", "来电",
                    "phone_number", "phonenumber", "callnumber", "contactnumber", "mobilenumber", "callernumber", "address", "senderid", "phoneno.", "phoneno",
                    "name/number", "number/name", "fromnumber", "tel", "caller#", "联系号码", "来电/发信号码",
                    "对端号码", "拦截号码", "骚扰号码", "发送者id", "发件人id"),
    "to": ("to", "收件人", "收件号码", "收信号码", "tonumber", "receiver"),  # beside a column for the sender
    "caller": ("caller", "谁打来的", "谁打的", "谁联系的", "对方", "来电人"),  # who called: a number, or a name beside one
    "name": ("name", "contactname", "contact_name", "cachedname", "sendername", "callername", "contact", "通讯录姓名", "对方姓名", "联系人姓名",
             "联系人名称", "发送者姓名", "发件人姓名", "姓名", "联系人"),
    "service": ("service", "服务"),
    "state": ("status", "状态"),  # beside no kind or way it may tell either
    "raw_type": ("rawtype",),  # Android's number, beside a word that is 未知 for the less common kinds
    "session": ("chatsession", "聊天会话"),
    "direction": ("direction", "calldirection", "方向", "呼叫方向", "呼入呼出", "呼叫类型", "收发", "收/发", "收发类型", "收发方向", "通信方式", "主被叫", "主叫/被叫"),
    "connected": ("connected", "answered", "是否接通", "接通", "接听情况", "是否接听", "通话状态", "接听状态", "接通状态", "接听", "接了吗", "接没接"),
    "duration_s": ("duration_s", "duration", "时长", "通话时长", "通信时长", "通话时长(秒)", "时长(秒)", "通话秒数", "通话时长(分:秒)", "时长(分:秒)",
                   "通话时长(时:分:秒)", "时长(时分秒)", "时长(时:分:秒)", "callduration",
                   "duration(s)", "duration(sec)", "duration(seconds)", "durationinseconds", "durationseconds", "callduration(s)",
                   "calldurationinsec"),
    "minutes": ("时长(分钟)", "通话时长(分钟)", "时长(分)", "通话时长(分)", "通话分钟数", "duration(min)", "duration(mins)", "duration(minutes)",
                "durationinminutes", "callduration(min)", "minutes"),
    "text": ("text", "内容", "短信内容", "通话内容", "原话", "说了什么", "催收内容", "对话内容", "文本", "聊天内容", "content", "说的内容",
             "说的话", "对方说什么", "对方说了什么", "说啥", "说了啥", "说的啥", "讲了什么", "说什么", "具体内容", "经过", "情况", "具体情况", "通话情况", "事由",
             "内容摘要", "催收内容摘要", "通话摘要", "主要内容", "消息内容", "信息内容", "短信正文", "正文", "body", "message", "messagebody"),
    "text_kind": ("text_kind", "文字来源", "内容来源"),
    "count": ("count", "次数", "联系次数", "拨打次数", "来电次数", "通话次数", "电话次数", "通数"),
    "recipient": ("recipient", "被联系人", "被联系人姓名", "联系对象", "接听人", "谁被联系", "被骚扰人", "收信人", "联系谁", "接收人", "谁接的", "谁接的电话",
                  "打给谁", "找了谁", "联系了谁", "打给了谁", "骚扰了谁", "被联系的人", "who", "whowascontacted", "calledperson", "被催收人", "被骚扰者"),
    "recipient_relation": ("recipient_relation", "关系", "与债务人关系", "与借款人关系", "与我的关系", "与债务人的关系", "和我的关系",
                           "和我什么关系", "跟我的关系", "是我什么人"),
    "recipient_role": ("recipient_role", "身份", "被联系人身份"),
    "recipient_id": ("recipient_id", "被联系人号码", "被联系号码", "接听号码", "本机号码"),
    "lender_id": ("lender_id", "贷款人", "贷款机构", "平台", "借款平台", "哪家", "放款机构", "机构", "债权人", "催收公司所属"),
    "agency_id": ("agency_id", "催收公司", "催收机构", "委外公司", "受托催收机构"),
    "collector_id": ("collector_id", "催收员", "催收人员", "工号", "催收人", "对方自称"),
    "visit_place": ("visit_place", "上门地点", "地点"),
    "lender_type": ("lender_type", "机构类型", "贷款人类型", "贷款机构类型", "放款机构类型", "平台类型"),
    "product": ("product", "产品", "贷款产品", "产品类型", "贷款种类"),
    "number_source": ("number_source", "号码来源", "号码哪来的", "怎么得到号码的"),
    "recorded": ("recorded", "是否录音", "有无录音"),
    "caller_identified": ("caller_identified", "是否表明身份", "是否自报身份", "表明身份"),
    "hours_agreed": ("hours_agreed", "agreed_hours", "约定时段", "约定联系时段", "约定联系时间"),
    "recipient_refused": ("recipient_refused", "已明确拒绝", "是否拒绝过", "是否已拒绝", "明确拒绝"),
    "recipient_consent": ("recipient_consent", "被联系人同意", "是否同意联系"),
    "debt_settled": ("debt_settled", "已还清", "是否还清", "是否结清", "已结清"),
    "in_dispute": ("in_dispute", "有争议", "是否有争议"),
    "in_negotiation": ("in_negotiation", "协商中", "是否协商中", "正在协商"),
    "mark": ("标记", "来电标记", "号码标记", "骚扰标记", "标记类型"),
    "reason": ("拦截原因", "拦截类型", "处理方式", "处理"),
    "location": ("归属地", "号码归属地"),
    "note": ("备注", "说明", "note", "remark"),
}  # fmt: skip
_OWN_FIELDS: Final = {
    "occurred_at", "date", "clock", "time_precision", "channel", "from_number", "direction", "connected", "duration_s", "minutes", "to",
    "text", "text_kind", "count", "recipient", "visit_place", "contact_id", "name", "service", "session", "caller", "raw_type",
}  # fmt: skip
_CONTACT_COLUMNS: Final = frozenset(column.name for column in COLUMNS)
_TEXT_KINDS: Final[dict[str, TextKind]] = {
    "verbatim": "verbatim", "原文": "verbatim", "原话": "verbatim", "录音": "transcript", "transcript": "transcript",
    "录音转写": "transcript", "转写": "transcript", "summary": "summary", "回忆": "summary", "大意": "summary",
    "概述": "summary", "转述": "summary",
}  # fmt: skip
_PLACES: Final[dict[str, VisitPlace]] = {
    "home": "home", "家": "home", "家里": "home", "家中": "home", "住处": "home", "住所": "home", "小区": "home",
    "workplace": "workplace", "单位": "workplace", "公司": "workplace", "工作单位": "workplace", "other": "other", "其他": "other",
}  # fmt: skip


def is_contact_log(fields: set[str]) -> bool:
    """True if columns of these fields tell of contacts: a time, and who or what."""
    timed = bool(fields & {"occurred_at", "date"})
    if (
        timed
        and "from_number" in fields
        and fields & {"mark", "reason", "duration_s", "minutes", "direction", "connected", "count"}
    ):
        return True  # what a phone blocked, a list of calls, how often each number called
    return timed and len(
        fields & {"from_number", "caller", "text", "channel", "recipient", "recipient_id", "contact_id", "visit_place"}
    ) >= (1 if "contact_id" in fields else 2)


def person_id_of(word: str) -> str:
    """The id of a person known only by the user's word or number: the same word gives the same id."""
    return "p-" + hashlib.blake2b(word.strip().encode(), digest_size=6).hexdigest()


def entry_of(
    source: Source, at: str, row: Mapping[str, str], *, is_contact_record: bool, when: When | None = None
) -> list[Found]:
    """The entry (and the person it names) that *row*, keyed by our column names, tells of.

    *is_contact_record* says that ``direction`` has the contact record's sense (outbound = for the lender).
    *when* is the time where it was worked out already; without an instant the entry is kept with its day unknown.
    """
    is_given, when = when is not None, when or when_of(row)
    if when.instant is None and not is_given:
        return [SetAside(at=at, why=why_unread(when.raw))]
    if _SCIENTIFIC.fullmatch(row.get("from_number", "").strip()):
        return [SetAside(at=at, why="号码被表格软件改成了科学计数法，后几位已经丢失；请把这一列改成文本，再导出一次")]
    if _names_recipient(row):
        row = {**row, "recipient": row["name"], "name": ""}
    row = named(sided(row))
    kind, by_machine = channel_told(row)
    if kind is None or is_no_contact(row):
        return [SetAside(at=at, why=why_aside(row))]
    found: list[Found] = []
    person = _person(row)
    owner = source.owner
    if person is not None:
        found.append(person)
        owner = person.person_id
    connected, duration = _reached(row, kind)
    inbound = _inbound(row, is_contact_record=is_contact_record)
    if connected is None and duration == 0 and inbound is False:
        connected = False  # a call made that lasted no second; of one that came makers differ in what they write
    counted = _COUNTED.sub(r"\1", row.get("count", "").strip())
    text = row.get("text", "").strip()
    several = row.get("from_number", "") if _SEVERAL.search(row.get("from_number", "")) else ""
    number, name = _other_side(row)
    entry = make_entry(
        _owned(source, owner),
        at,
        kind,
        when=when,
        inbound=inbound,
        number_raw=None if several else number,  # which of them it was is not told
        name=name,
        text=text,
        text_kind=_TEXT_KINDS.get(row.get("text_kind", "").strip().lower()) or _text_kind(kind),
        connected=connected,
        duration_s=duration,
        count=int(counted) if counted.isdecimal() and 0 < int(counted[:6]) < 100_000 else 1 if not counted else None,
        visit_place=_PLACES.get(row.get("visit_place", "").strip().lower()) if kind == "visit" else None,
        is_user_converted=True,
        is_inferred=when.basis == "inferred",
        extra=(*_extra(row, by_machine=by_machine), *((("numbers", several),) if several else ())),
    )
    return [*found, entry]


def _reached(row: Mapping[str, str], kind: EntryKind) -> tuple[bool | None, int | None]:
    """Whether the call was answered, and for how many seconds they talked."""
    duration = duration_of(row.get("duration_s", "")) if row.get("duration_s") else _of_minutes(row.get("minutes", ""))
    connected = yes_no(row.get("connected", ""))
    if connected is None and not any(map(str.isdigit, row.get("duration_s", ""))):
        connected = yes_no(row.get("duration_s", ""))  # 未接 where a length would stand
    if connected is None and kind == "call" and any(was_missed(row.get(name, "")) for name in ("channel", "direction")):
        return False, None if duration else duration  # how long it rang, or how long the message left is
    if connected is None and kind == "call" and yes_no(row.get("text", "")) is False:
        return False, duration  # 没接, where the words would stand
    if connected is None and kind == "call" and not duration and row.get("reason", "").strip():
        return False, duration  # blocked by the phone
    return (True if connected is None and duration else connected), duration


def _names_recipient(row: Mapping[str, str]) -> bool:
    """True if the name is who was contacted: beside a relation, or a relation itself (母亲) where no number is told."""
    if not row.get("name") or row.get("recipient"):
        return False
    return bool(row.get("recipient_relation")) or (
        not row.get("from_number") and relation_and_name(row["name"])[0] is not None
    )


def _of_minutes(written: str) -> int | None:
    """Seconds of a length in minutes (``2``, ``1.5``)."""
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)(?:分钟?|min)?", written.strip())
    return round(Decimal(found[1]) * 60) if found else duration_of(written)


def _other_side(row: Mapping[str, str]) -> tuple[str | None, str | None]:
    """(number, name) of the other side, a name where the number should be as the name."""
    caller = row.get("caller") or None
    number, name = row.get("from_number") or row.get("session") or None, row.get("name") or None
    number, name = (caller, name) if number is None else (number, name or caller)
    if number and (account := _ACCOUNT.fullmatch(number)):
        number = "+" + account[1]
    if number and (both := _NAMED_NUMBER.fullmatch(number)):
        number, name = both[2], name or both[1].strip()
    if number and (beside := _LABELLED.fullmatch(number)) and (label := beside["before"] or beside["behind"]):
        number, name = beside["number"], name or label
    if number and normalise(number) and not any(map(str.isdigit, number)):
        number, name = None, name or number
    if name and normalise(name) == normalise(number):
        name = None  # tools write the number again where the phone knows no name
    return number, name


_NAMED_NUMBER: Final = re.compile(r"([^\d+()（）<>]{1,20}?)\s*[(（<](\+?\d[\d\s-]{5,20})[)）>]")  # 王丽 (+86 138 …)
_LABEL: Final = r"(?:\d{1,4}(?=[\u4e00-\u9fff]))?[\u4e00-\u9fff][^\d*+xX【】\[\]()（）:：]{0,11}?"
_LABELLED: Final = re.compile(  # 【骚扰电话】170 0000 1188, 17000001188（疑似催收）, 老王 17000001188
    rf"(?:[【\[(（]?(?P<before>{_LABEL})[】\])）]?[\s:：]*)?(?P<number>\+?\d[\d\s-]{{3,20}}\d)\s*(?:[(（【\[]?(?P<behind>{_LABEL})[)）】\]]?)?"
)
_ACCOUNT: Final = re.compile(r"(\d{8,15})@(?:s\.whatsapp\.net|c\.us)")
_COUNTED: Final = re.compile(r"^(\d+)\s*[次个通条遍](?:电话|来电|短信)?$")
_SCIENTIFIC: Final = re.compile(r"\d\.\d+[eE]\+?\d+")
_SEVERAL: Final = re.compile(r"\d{7,}\s*[、,，/;；和]\s*\+?\d{7,}")
SERIAL_DAY: Final = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
"""A workbook's day number, with the clock as its fraction."""
_FRACTION: Final = re.compile(r"0?\.\d+")
_COMPACT_CLOCK: Final = re.compile(r"^(\d{2})(\d{2})(\d{2})$")


def _owned(source: Source, owner: str) -> Source:
    return source if owner == source.owner else replace(source, owner=owner)


def when_of(row: Mapping[str, str]) -> When:
    """The time that the columns of *row* tell together."""
    written = row.get("occurred_at", "").strip()
    day = row.get("date", "").strip()
    if not written and row.get("clock", "").strip():
        written = row["clock"].strip()
    elif not day and row.get("clock", "").strip() and parse_time(written).precision == "day":
        day, written = written, row["clock"].strip()
    if epoch := next((part for part in (day, written) if part.isdecimal() and len(part) in (10, 13)), ""):
        return from_epoch(epoch)
    if _FRACTION.fullmatch(written):  # a workbook's clock time
        minutes = round(float(written) * 1440)
        written = f"{minutes // 60}:{minutes % 60:02d}"
    if day:
        written = _COMPACT_CLOCK.sub(r"\1:\2:\3", written)
        dated = excel_serial(float(day)) if SERIAL_DAY.fullmatch(day) else parse_time(day)
        if not written or dated.instant is None:
            return dated
        timed = parse_time(written, day=shanghai_day(dated.instant))
        # 不记得, 上午: the day is known all the same
        return timed if timed.instant is not None else replace(dated, raw=f"{day} {written}")
    return excel_serial(float(written)) if SERIAL_DAY.fullmatch(written) else parse_time(written)


def _text_kind(kind: EntryKind) -> TextKind:
    """What a person writes of a call or a visit is not the words themselves, unless they say so."""
    return "summary" if kind in {"call", "visit"} else "verbatim"


def _inbound(row: Mapping[str, str], *, is_contact_record: bool) -> bool | None:
    written = row.get("direction", "").strip().lower()
    written = WORDED.get(written, written)
    if not written and ("reason" in row or "mark" in row):
        return True  # a list of what the phone blocked or marked holds what came in
    if written in {"outbound", "inbound"}:
        return (written == "outbound") == is_contact_record
    told = direction_of(written)
    return direction_of(row.get("channel", "")) if told is None else told


def _person(row: Mapping[str, str]) -> Person | None:
    word = row.get("recipient", "").strip()
    relation_word = row.get("recipient_relation", "").strip()
    role = role_of(row.get("recipient_role", "")) or role_of(word)
    if role == "debtor" or role_of(relation_word) == "debtor":
        return None
    number = normalise(row.get("recipient_id")) if any(c.isdigit() for c in row.get("recipient_id", "")) else None
    key = word or number or row.get("recipient_id", "").strip() or relation_word or (role or "")
    if not key:
        return None
    kin, name = relation_and_name(word)
    return Person(
        person_id=person_id_of(key),
        name=name if name and not any(c.isdigit() for c in name) else None,
        role=role,
        relation=relation_of(relation_word) or (relation_of(kin) or relation_of(kin[-2:]) if kin else None),
        relation_word=relation_word or kin,
        numbers=(number,) if number else (),
    )


def _extra(row: Mapping[str, str], *, by_machine: bool) -> tuple[tuple[str, str], ...]:
    kept = [
        (CONTACT_PREFIX + name if name in _CONTACT_COLUMNS else name, value.strip())
        for name, value in row.items()
        if name not in _OWN_FIELDS and value.strip()
    ]
    if by_machine:
        kept.append((CONTACT_PREFIX + "channel", "robot_call"))
    return tuple(kept)
