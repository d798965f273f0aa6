"""Texts and calls that a phone app keeps as mails in a mailbox: each mail says in its headers what it was."""

from __future__ import annotations

from email.message import Message
from email.utils import getaddresses
from typing import Final

from cuijie.intake.android.phone_rows import call_entry, sms_entry
from cuijie.intake.documents.mail_parts import header
from cuijie.intake.found import Found, SetAside
from cuijie.intake.source import Source
from cuijie.intake.times.written import When

__all__ = ["is_synced", "synced"]

_MARK: Final = "X-smssync-"
_BOXES: Final = {"130": "1", "132": "1", "128": "2", "135": "2"}  # picture messages are told by what the network sent


def is_synced(message: Message) -> bool:
    """True for a mail that stands for a text, a picture message or a call."""
    return header(message, f"{_MARK}datatype").upper() in ("SMS", "MMS", "CALLLOG")


def synced(source: Source, message: Message, at: str, body: str, keys: tuple[str, ...] = ()) -> Found:
    """The text or the call that the mail stands for; *keys* are its pictures."""
    kind = header(message, f"{_MARK}datatype").upper()
    said = header(message, f"{_MARK}type")
    box = _BOXES.get(said, said)
    address = header(message, f"{_MARK}address")
    side = header(message, "From" if box == "1" else "To")
    names = [name for name, mail in getaddresses([side]) if name and name != address and "@" in mail]
    row = {
        "date": header(message, f"{_MARK}date"), "type": box, "name": names[0] if names else None,
        "address": address, "number": address, "body": body or None, "duration": header(message, f"{_MARK}duration"),
    }  # fmt: skip
    is_call = kind == "CALLLOG"
    made = (
        call_entry(source, at, row) if is_call else sms_entry(source, at, row, is_mms=kind == "MMS", attachments=keys)
    )
    if isinstance(made, When):
        return SetAside(at=at, why=f"时间写的是“{(made.raw or '')[:40]}”，读不出")
    return made
