"""How one entry is told in a bundle's papers and excerpts."""

from __future__ import annotations

from cuijie.bundle.redaction import Mask
from cuijie.clock import SHANGHAI
from cuijie.records import Entry

__all__ = ["number_of", "what_of", "when_of", "words_of"]

_KINDS = {
    "call": "电话", "sms": "短信", "mms": "彩信", "im": "即时消息", "email": "邮件", "letter": "信函",
    "visit": "上门", "public_post": "公开发布", "payment": "付款", "other": "其他",
}  # fmt: skip
_FORMS = {"day": "%Y-%m-%d", "minute": "%Y-%m-%d %H:%M"}


def when_of(entry: Entry) -> str:
    """The time in Asia/Shanghai, no finer than it is known; the material's own words where it could not be read."""
    if entry.occurred_at is None:
        return f"不详（材料上写：{entry.time_raw}）" if entry.time_raw else "不详"
    form = _FORMS.get(entry.time_precision or "", "%Y-%m-%d %H:%M:%S")
    return entry.occurred_at.astimezone(SHANGHAI).strftime(form)


def what_of(entry: Entry) -> str:
    """来电话，通话 30 秒; 发出短信; 上门: from the side of the one whose phone or paper it is."""
    if entry.group_name and entry.kind == "im":
        return "群聊里的消息"
    is_sent = entry.inbound is not None and entry.kind not in {"visit", "public_post"}
    way = "" if not is_sent else "收到" if entry.inbound else "打出" if entry.kind == "call" else "发出"
    length = f"，通话 {entry.duration_s} 秒" if entry.duration_s else ""
    unanswered = "，未接通" if entry.connected is False else ""
    return f"{way}{_KINDS[entry.kind]}{length}{unanswered}"


def number_of(entry: Entry, mask: Mask | None) -> str:
    """The other side's number as it may be shown; of a chat, in which there are none, the account or the group."""
    if entry.number:
        return (mask.number(entry.number) if mask else entry.number) or "未显示号码"
    return _account_of(entry, mask) or "未显示号码"


def _account_of(entry: Entry, mask: Mask | None) -> str:
    if entry.kind != "im":
        return ""
    place = ("群聊" if mask else f"群聊“{entry.group_name}”") if entry.group_name else ""
    name = (mask.words(entry.counterpart_name) if mask else entry.counterpart_name) or ""
    return "，".join(part for part in (place, f"账号“{name}”" if name else "") if part)


def words_of(entry: Entry, mask: Mask | None) -> str:
    """The text as it may be shown; empty where there is none."""
    return (mask.words(entry.text) if mask else entry.text) or ""
