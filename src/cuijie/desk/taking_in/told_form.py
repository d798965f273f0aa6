"""A contact that left no file, told by hand: the form and its way into the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from cuijie.casefile import Case
from cuijie.clock import SHANGHAI
from cuijie.datafiles import Words
from cuijie.desk.forms import YES_NO, Choice, Field, Value
from cuijie.intake.by_hand import HandRecord, add_by_hand
from cuijie.intake.vocabulary import OWN_WORDS
from cuijie.records import Entry
from cuijie.records.case import EntryKind

__all__ = ["TOLD_FIELDS", "is_oneself", "tell_by_hand"]

_KINDS: dict[str, EntryKind] = {
    "call": "call", "sms": "sms", "im": "im", "visit": "visit", "letter": "letter", "public_post": "public_post",
}  # fmt: skip
TOLD_FIELDS: tuple[Field, ...] = (
    Field(
        name="kind",
        kind="choice",
        label=Words("怎样联系的", "How"),
        choices=(
            Choice(value="call", label=Words("电话", "call")),
            Choice(value="sms", label=Words("短信", "SMS")),
            Choice(value="im", label=Words("微信等", "chat")),
            Choice(value="visit", label=Words("上门", "visit")),
            Choice(value="letter", label=Words("信函", "letter")),
            Choice(value="public_post", label=Words("公开张贴、发布", "public post")),
        ),
    ),
    Field(
        name="recipient",
        kind="line",
        label=Words("联系了谁", "Who was contacted"),
        hint=Words(
            "你自己、母亲、同事，或姓名。不填就是你自己。",
            "Yourself, mother, a colleague, or a name. Empty: yourself.",
        ),
    ),
    Field(
        name="occurred_at",
        kind="moment",
        is_past=True,
        label=Words("什么时候（北京时间）", "When (Beijing time)"),
        hint=Words("记不清就空着，别猜。", "Leave it empty rather than guess."),
    ),
    Field(name="number", kind="line", label=Words("对方号码", "Their number")),
    Field(name="connected", kind="yes_no", label=Words("是电话的话，接通了吗", "If a call: answered?"), choices=YES_NO),
    Field(name="collector", kind="line", label=Words("他们怎样称呼自己", "What they called themselves")),
    Field(
        name="said",
        kind="text",
        label=Words("说了什么", "What was said"),
        hint=Words("写大意就行，不用加引号。", "The substance is enough."),
    ),
)


def is_oneself(values: Mapping[str, Value]) -> bool:
    """Whether it was the teller who was contacted: nobody is named."""
    return str(values["recipient"] or "").strip() in OWN_WORDS | {"", "你自己", "我自己"}


def tell_by_hand(case: Case, values: Mapping[str, Value], keeper: str) -> Entry:
    """Keeps what *keeper* (the person id of whose case it is) told of a collector's contact.  Raises IntakeError."""
    at = values["occurred_at"]
    connected = values["connected"]
    return add_by_hand(
        case,
        HandRecord(
            kind=_KINDS.get(str(values["kind"] or ""), "other"),
            when=_when(at),
            recipient=keeper if is_oneself(values) else str(values["recipient"]),
            number=_word(values["number"]),
            said=_word(values["said"]),
            connected=connected if isinstance(connected, bool) else None,
            collector=_word(values["collector"]),
            is_collection=True,
        ),
    )


def _when(at: Value) -> str:
    if isinstance(at, datetime):
        return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
    return at.isoformat() if isinstance(at, date) else ""


def _word(value: Value) -> str | None:
    return str(value) if value else None
