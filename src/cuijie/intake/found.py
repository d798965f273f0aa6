"""What an importer says about a source: records, what it set aside and why, and remarks for the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cuijie.casefile.parts import Part
from cuijie.errors import BadInput
from cuijie.intake.android.sms_rows import Texts
from cuijie.records import Entry, Payment, Person

__all__ = [
    "UNLOCK",
    "Attachment",
    "Card",
    "Declared",
    "Details",
    "Found",
    "IntakeError",
    "Note",
    "PasswordNeeded",
    "SetAside",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One record that was met and could not be taken in: where it stands and why, in Chinese."""

    at: str
    why: str


class IntakeError(BadInput):
    """A source of which nothing can be read: which one, why, and what to do."""

    code = "IN-001"
    set_aside: tuple[SetAside, ...] = ()  # the records that were met and could not be read


UNLOCK: Final = "请把密码一起给出，再收一次（网页上填在“文件有密码”里，命令行用 --file-password）"
"""What to do with a locked file, without its full stop: where the password is found follows."""


class PasswordNeeded(IntakeError):
    """A source that is locked and whose password was not given or does not fit."""

    code = "IN-002"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark for the report: an encoding met, a repaired character, an export that was cut off.

    One that the user must answer (*is_asked*: a day worked out, or missing) stands in the one line on the file.
    """

    text: str
    is_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """How many records the source itself says it holds: compared with what was found, never relied on."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the source (a picture of an MMS), or made from it (the text read off a picture): a derived item.

    It comes before the entry whose ``attachments`` name ``key``.
    """

    key: str  # SHA-256 of the bytes, lower-case hex
    name: str
    media_type: str | None
    data: bytes | Part  # or where it lies in the source, which then is an item (``Source.is_item``)
    at: str
    kind: str = "attachment"
    tool: str = "cuijie"  # what made it, with its version
    is_file: bool = False  # a file of its own that came enclosed: it is read as one


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Someone in an address book: taken in only if the case has met the number or the user names the person."""

    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a file says of itself before anything is read from it: kept with the item, never trusted blindly."""

    media_type: str | None = None
    device: str | None = None
    created_at: datetime | None = None
    extra: tuple[tuple[str, str], ...] = ()


Found = Entry | Payment | Person | Card | SetAside | Note | Declared | Attachment | Texts
"""Whatever an importer may yield."""
