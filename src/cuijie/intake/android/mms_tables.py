"""Picture messages in Android's own database: ``pdu`` says when and which way, ``addr`` who, ``part`` what.

The pictures themselves are files of the phone (``app_parts``) and lie beside the database, not in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cuijie.intake.android.phone_rows import sms_entry
from cuijie.intake.containers.sqlite_image import Tables
from cuijie.intake.found import Found, Note, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.written import When

__all__ = ["mms_entries"]

_Row = Mapping[str, object]
_FROM: Final = "137"
_OWN: Final = "insert-address-token"  # stands for the phone's own number
_WAITING: Final = "130"  # the network's word that a message lies there; its content was never fetched


def mms_entries(tables: Tables, source: Source) -> Iterator[Found]:
    """Each picture message with its subject and words; one without words is ``[图片]`` or the like."""
    if "pdu" not in tables.names:
        return
    parts = _by(tables.rows("part", ("mid", "seq", "ct", "text", "cl", "name", "fn")), "mid")
    sides = _by(tables.rows("addr", ("msg_id", "address", "type")), "msg_id")
    pictures = waiting = 0
    for number, pdu in enumerate(tables.rows("pdu"), 1):
        key = _text(pdu.get("_id") or pdu["rowid"])
        shown = [word for part in parts[key] if (word := _shown(_text(part.get("ct"))))]
        row = _row(pdu, parts[key], sides[key], shown)
        made = sms_entry(source, f"pdu:{key}", row, is_mms=True)
        if isinstance(made, When):
            yield SetAside(at=f"{source.name} 彩信第 {number} 条", why="没有写时间或时间读不出")
            continue
        pictures += bool(shown)
        waiting += _text(pdu.get("m_type")) == _WAITING
        yield made
    if pictures:
        yield Note(
            text=f"有 {pictures} 条彩信带图片或声音：它们不在数据库里，在手机的 app_parts 文件夹，有的话请一起收；"
            "短信备份应用导出的 XML 里两样都有。"
        )
    if waiting:
        yield Note(text=f"有 {waiting} 条彩信当时没有下载，只有号码和时间，没有内容。")


def _by(rows: Iterable[_Row], column: str) -> defaultdict[str, list[_Row]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        found[_text(row.get(column))].append(row)
    return found


def _row(pdu: _Row, parts: list[_Row], sides: list[_Row], shown: list[str]) -> dict[str, str | None]:
    """The message under the columns that a text has."""
    box = _text(pdu.get("msg_box"))
    is_in = box == "1"
    others = [
        address
        for side in sides
        if (address := _text(side.get("address"))) not in ("", _OWN) and (_text(side.get("type")) == _FROM) == is_in
    ]
    ordered = sorted(parts, key=lambda part: int(_text(part.get("seq")) or 0))
    words = [_text(part.get("text")) for part in ordered if _text(part.get("ct")) == "text/plain"]
    return {
        "date": _text(pdu.get("date")),
        "date_sent": _text(pdu.get("date_sent")),
        "type": box,
        "address": others[0] if len(others) == 1 or (others and is_in) else None,
        "recipients": "、".join(others) if len(others) > 1 and not is_in else None,
        "sub_id": _text(pdu.get("sub_id")),
        "body": "\n".join(filter(None, [_subject(pdu), *words])) or "".join(shown) or None,
    }


def _subject(pdu: _Row) -> str:
    """The subject: Android keeps its bytes as if they were Latin-1."""
    written = _text(pdu.get("sub"))
    try:
        return written.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return written


def _shown(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    return {"image": "[图片]", "video": "[视频]", "audio": "[语音]"}.get(kind, "")


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
