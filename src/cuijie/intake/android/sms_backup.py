"""Android "SMS Backup & Restore" XML: texts, picture messages (RCS too) and calls, streamed.

The declared ``count`` is reported and never relied on; drafts, failed and queued messages are kept but
prove no contact; whatever the phone writes as ``null`` is absent.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from cuijie.intake.android.sms_pictures import Lies, decoded, lies_at
from cuijie.intake.android.sms_rows import RunReader, Texts
from cuijie.intake.android.xml_tags import Broken, Cut, Run, Tag, attributes, scan_runs, spans, value_of, values_at
from cuijie.intake.encoding import detect
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Attachment, Declared, Found, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import encoding_note
from cuijie.intake.times.written import When, from_epoch
from cuijie.records import Entry

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "sms_backup"
TITLE: Final = "安卓短信、彩信或通话备份（XML）"

_ROOTS: Final = frozenset({b"smses", b"calls", b"allsms", b"alllogs"})
_WANTED: Final = _ROOTS | {b"sms", b"mms", b"call", b"log", b"part", b"addr"}
_RCS: Final = "proto:"  # Google's messenger keeps its own data in the place of the subject
_KEPT: Final = ("date_sent", "sub_id", "service_center", "status", "subject", "m_type", "sim_slot")
_OUTBOUND: Final = {"2", "3", "4", "5", "6"}
_SENT_OR_RECEIVED: Final = {"1", "2"}
_CALLS: Final[dict[str, tuple[bool, bool | None]]] = {  # by the number in "type": inbound, connected (None: the duration tells)
    "1": (True, None), "2": (False, None), "3": (True, False), "4": (True, False),
    "5": (True, False), "6": (True, False), "7": (True, True),
}  # fmt: skip
_WORDS: Final = {b"sms": "短信", b"mms": "彩信", b"call": "通话", b"log": "通话"}
_HOLDS_ELEMENTS: Final = re.compile(r"<(?:sms|call)\b[^<>]*(?<!/)>\s*<(?!sms\b|call\b|mms\b)[A-Za-z]")


def sniff(head: Head) -> bool:
    """True for a file whose root element is ``smses`` or ``calls`` (in some apps ``allsms``, ``alllogs``).

    Its records say what they say in attributes; elements in them are another app's list.
    """
    start = head.data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start != b"<" and head.data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return False
    text = head.data.decode(detect(head.data), "replace")
    root = re.search(r"<(?![?!])\s*([\w:.-]+)", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    return root is not None and root[1].encode() in _ROOTS and _HOLDS_ELEMENTS.search(text) is None


def read(source: Source) -> Iterator[Found]:
    """Every sms, mms and call of the file in its order, and what could not be taken in, with line and reason."""
    yield from encoding_note(source.head())
    with source.open() as stream:
        reader = _Reader(source)
        for tag in scan_runs(stream, _WANTED, reader.runs, name=source.name):
            if isinstance(tag, Run):
                yield from reader.texts(tag.rows)
            else:
                yield from reader.take(tag)
        yield from reader.finish()


class _MmsPart(NamedTuple):
    values: dict[str, str]
    line: int
    lies: Lies | None


@dataclass(slots=True)
class _Mms:
    values: dict[str, str]
    number: int
    line: int
    parts: list[_MmsPart] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)


class _Reader:
    """Turns tags into records and keeps count of where in the file it is."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._mms: _Mms | None = None
        self._count = 0
        self._good = 0
        self._lost = 0
        self._half = 0  # 1 if the last record was cut off in its middle
        self._opened = self._closed = False
        self._damaged: dict[tuple[int, int], int] = {}  # characters lost in plain texts
        self.runs = RunReader()

    def take(self, tag: Tag | Broken | Cut) -> Iterator[Found]:
        """What *tag* completes."""
        if isinstance(tag, Cut):
            if tag.name in _WORDS:
                yield self._broken(tag.name, tag.line, "文件在这里断了，这一条不完整")
                self._half = 1
            return
        if isinstance(tag, Broken):
            if tag.name in _WORDS:
                yield self._broken(tag.name, tag.line, tag.why)
            elif self._mms is not None:
                yield self._drop_mms(f"第 {tag.line} 行的附件或号码写法不完整")
            return
        if tag.name in _ROOTS:
            yield from self._root(tag)
        elif tag.name == b"mms":
            yield from self._mms_tag(tag)
        elif tag.name in _WORDS:
            if not tag.is_end:
                yield from self._flat(tag)
        elif self._mms is not None and not tag.is_end:
            if tag.name == b"part":
                self._mms.parts.append(self._part(tag))
            else:
                values, lost = attributes(tag.raw)
                self._lost += lost
                self._mms.addresses.append((values.get("type", ""), values.get("address", "")))

    def _part(self, tag: Tag) -> _MmsPart:
        """A piece of a picture message; what can be found again in the original is not decoded here."""
        places = list(spans(tag.raw))
        lies = None
        if self._source.is_item:
            start, end = next(((start, end) for name, start, end in reversed(places) if name == "data"), (0, 0))
            lies = lies_at(tag.raw, start, end, tag.at)
        values, lost = values_at(tag.raw, [place for place in places if lies is None or place[0] != "data"])
        self._lost += lost
        return _MmsPart(values, tag.line, lies)

    def texts(self, rows: list[tuple[bytes, ...]]) -> Iterator[Found]:
        """Plain texts that stand one after another."""
        if self._mms is not None:
            yield self._drop_mms("这一条彩信没有结尾")
        yield Texts(self.runs.names, rows, self._count + 1, self._plain)
        self._count += len(rows)
        self._good += len(rows)

    def _plain(self, names: tuple[str, ...], row: tuple[bytes, ...], number: int) -> Entry:
        """One of them as an entry; its damaged characters are counted once, however often it is asked for."""
        values: dict[str, str] = {}
        for place, (name, raw) in enumerate(zip(names, row, strict=True)):
            if name:
                values[name], lost = value_of(raw)
            else:
                more, lost = attributes(raw)
                values.update(more)
            if lost:
                self._damaged[number, place] = lost
        return self._sms(values, from_epoch(values["date"]), f"sms:{number}")

    def finish(self) -> Iterator[Found]:
        """The remarks that only the end of the file can tell."""
        if self._mms is not None:
            yield self._drop_mms("文件在这里断了，这一条不完整")
            self._half = 1
        if self._opened and not self._closed:
            whole, good = self._count - self._half, self._good
            kept = f"前面 {good} 条已收好。" if good else ""
            yield Note(text=f"这份备份在第 {whole} 条之后断了。{kept}可以重新导出一次再拖进来，不会重复。")
        if lost := self._lost + sum(self._damaged.values()):
            yield Note(text=f"有 {lost} 个字符在备份里已经损坏（半个表情或错误的字节），用“�”代替，其余文字照原样。")

    def _root(self, tag: Tag) -> Iterator[Found]:
        if tag.is_end:
            self._closed = True
            return
        if self._opened:
            yield Note(text=f"第 {tag.line} 行又出现一个文件头，像是几份备份拼在一起，已一并读取。")
        self._opened, self._closed = True, tag.is_empty
        declared = attributes(tag.raw)[0].get("count", "")
        if declared.isdecimal() and len(declared) < 12:
            yield Declared(count=int(declared))

    def _broken(self, name: bytes, line: int, why: str) -> SetAside:
        self._count += 1
        return SetAside(at=f"第 {line} 行（第 {self._count} 条，{_WORDS[name]}）", why=why)

    def _drop_mms(self, why: str) -> SetAside:
        mms, self._mms = self._mms, None
        line, number = (mms.line, mms.number) if mms else (0, self._count)
        return SetAside(at=f"第 {line} 行（第 {number} 条，彩信）", why=why)

    def _flat(self, tag: Tag) -> Iterator[Found]:
        if self._mms is not None:
            yield self._drop_mms("这一条彩信没有结尾")
        self._count += 1
        if tag.name == b"sms":
            self.runs.learn(tag.raw)
        values, lost = attributes(tag.raw)
        self._lost += lost
        when = from_epoch(_value(values, "date"))
        if when.instant is None:
            yield SetAside(at=f"第 {tag.line} 行（第 {self._count} 条，{_WORDS[tag.name]}）", why=_no_time(when))
            return
        self._good += 1
        make = self._sms if tag.name == b"sms" else self._call
        yield make(values, when, f"{tag.name.decode()}:{self._count}")

    def _sms(self, values: dict[str, str], when: When, at: str) -> Entry:
        box = values.get("type", "")
        return make_entry(
            self._source,
            at,
            "sms",
            when=when,
            inbound=True if box == "1" else False if box in _OUTBOUND else None,
            number_raw=_value(values, "address"),
            name=_value(values, "contact_name") or _value(values, "name"),
            text=_value(values, "body"),
            is_proof_of_contact=box in _SENT_OR_RECEIVED,
            extra=_extra(values, (("box", box),)),
        )

    def _call(self, values: dict[str, str], when: When, at: str) -> Entry:
        kind = values.get("type", "")
        written = values.get("duration", "") or values.get("dur", "")
        duration = int(written) if written.isdecimal() and len(written) < 8 else None
        inbound, connected = _CALLS.get(kind, (None, None))
        if connected is None and inbound is not None and duration is not None:
            # an incoming call of 0 seconds listed as answered: makers differ, so it stays unknown
            connected = True if duration else (None if inbound else False)
        shown = values.get("presentation", "1")
        return make_entry(
            self._source,
            at,
            "call",
            when=when,
            inbound=inbound,
            number_raw=_value(values, "number"),
            number_shown=False if shown in {"2", "3", "4"} else None,
            name=_value(values, "contact_name") or _value(values, "name"),
            connected=connected,
            duration_s=duration,
            extra=tuple(
                (key, value)
                for key, value in (("call_type", kind), ("sim", values.get("subscription_id", "")))
                if value and value != "null"
            ),
        )

    def _mms_tag(self, tag: Tag) -> Iterator[Found]:
        if tag.is_end:
            if self._mms is not None:
                yield from self._finish_mms()
            return
        if self._mms is not None:
            yield self._drop_mms("这一条彩信没有结尾")
        self._count += 1
        values, lost = attributes(tag.raw)
        self._lost += lost
        self._mms = _Mms(values, self._count, tag.line)
        if tag.is_empty:
            yield from self._finish_mms()

    def _finish_mms(self) -> Iterator[Found]:
        mms, self._mms = self._mms, None
        if mms is None:
            return
        at = f"mms:{mms.number}"
        when = from_epoch(_value(mms.values, "date"))
        if when.instant is None:
            yield SetAside(at=f"第 {mms.line} 行（第 {mms.number} 条，彩信）", why=_no_time(when))
            return
        subject = _value(mms.values, "sub")
        texts, attachments, keys = [None if (subject or "").startswith(_RCS) else subject], [], []
        for index, (part, line, lies) in enumerate(mms.parts):
            media = part.get("ct", "").lower()
            if media == "application/smil" or part.get("seq") == "-1":
                continue  # layout, not content
            text = _value(part, "text")
            if text is not None and (media.startswith("text/") or not (lies or "data" in part)):
                texts.append(text)
            elif lies or ("data" in part and part["data"] != "null"):
                found = _attachment(part, lies or part["data"], f"{at}/part:{index + 1}", media)
                if found is None:
                    yield Note(
                        text=f"第 {line} 行：一个附件的内容损坏（不是完整的 base64），文字已收下，附件没有收下。"
                    )
                else:
                    attachments.append(found)
                    keys.append(found.key)
        yield from attachments
        self._good += 1
        yield self._mms_entry(mms, when, at, "\n".join(text for text in texts if text), tuple(keys))

    def _mms_entry(self, mms: _Mms, when: When, at: str, text: str, keys: tuple[str, ...]) -> Entry:
        box = mms.values.get("msg_box", "")
        inbound = True if box == "1" else False if box in {"2", "3", "4"} else None
        senders = [address for kind, address in mms.addresses if kind == "137" and _is_number(address)]
        receivers = [
            address for kind, address in mms.addresses if kind in {"151", "130", "129"} and _is_number(address)
        ]
        listed = [part for part in (_value(mms.values, "address") or "").split("~") if _is_number(part)]
        if inbound is not False:
            number = senders[0] if senders else listed[0] if len(listed) == 1 else None
            others = receivers
        else:
            number = listed[0] if len(listed) == 1 else receivers[0] if len(receivers) == 1 else None
            others = receivers or listed
        more = [("box", box)]
        if len(others) > 1 or (inbound is False and others):
            more.append(("recipients", "、".join(dict.fromkeys(others))))
        if mms.values.get("tr_id", "").startswith("proto:"):
            more.append(("rcs", "1"))
        return make_entry(
            self._source,
            at,
            "mms",
            when=when,
            inbound=inbound,
            number_raw=number if number is not None else _value(mms.values, "address"),
            name=_value(mms.values, "contact_name"),
            text=text,
            attachments=keys,
            is_proof_of_contact=box in _SENT_OR_RECEIVED,
            extra=_extra(mms.values, tuple(more)),
        )


def _value(values: dict[str, str], name: str) -> str | None:
    value = values.get(name)
    return None if value is None or value == "null" or not value else value


def _extra(values: dict[str, str], more: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    kept = [(key, value) for key in _KEPT if (value := values.get(key)) and value not in ("null", "-1", "0")]
    return (*[pair for pair in more if pair[1]], *kept)


def _is_number(address: str) -> bool:
    return bool(address) and address != "null" and address != "insert-address-token"


def _no_time(when: When) -> str:
    return f"时间写的是“{when.raw[:40]}”，读不出" if when.raw else "没有写时间"


def _attachment(part: dict[str, str], written: Lies | str, at: str, media: str) -> Attachment | None:
    name = next((value for key in ("cl", "name", "fn") if (value := _value(part, key))), "附件")
    if not isinstance(written, str):
        return Attachment(key=written.sha256, name=name, media_type=media or None, data=written.part, at=at)
    data = decoded(written)
    if not data:
        return None
    return Attachment(key=hashlib.sha256(data).hexdigest(), name=name, media_type=media or None, data=data, at=at)
