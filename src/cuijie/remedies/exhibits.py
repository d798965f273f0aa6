"""Exhibits: one number for each piece of evidence, the same in every paper and in the bundle.

A number is given once, in the order in which the evidence was taken in, and never given again: evidence that is
added later gets the next number, evidence that is no longer used leaves a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cuijie.records import Entry
from cuijie.records.remedies import Exhibit

__all__ = ["KeptFacts", "KeptItem", "Place", "inside", "number_exhibits", "places_of"]


class KeptFacts(Protocol):
    """What remedies need to know of where a kept item comes from (``casefile.ItemFacts``)."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102
    @property
    def media_type(self) -> str | None: ...  # noqa: D102
    @property
    def owner(self) -> str | None: ...  # noqa: D102
    @property
    def device(self) -> str | None: ...  # noqa: D102
    @property
    def obtained(self) -> str | None: ...  # noqa: D102


class KeptItem(Protocol):
    """What remedies need to know of a kept item (``casefile.Item``)."""

    @property
    def item_id(self) -> str: ...  # noqa: D102
    @property
    def sha256(self) -> str: ...  # noqa: D102
    @property
    def size_bytes(self) -> int: ...  # noqa: D102
    @property
    def kept_at(self) -> datetime: ...  # noqa: D102
    @property
    def parent_id(self) -> str | None: ...  # noqa: D102
    @property
    def about(self) -> KeptFacts: ...  # noqa: D102


_WRITTEN = re.compile(r"第 ?(\d+) ?([行条页])")
_WHOLE = re.compile(r"[a-z_]+")  # a letter, a recording: one record, which is all of it
_COUNTED = re.compile(r"([a-z_]+:)?(\d+)(?:@[\d,]+)?")  # in a picture also the box its words fill
_IN_A_MAIL = re.compile(r"mail(?::(\d+))?((?:/(?:quoted|mail|attachment):\d+)+)")
_PARTS_OF_A_MAIL = {"quoted": "里引用的第{}封邮件", "mail": "里转来的第{}封邮件", "attachment": "的附件{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one fact stands: an exhibit and, inside it, a line, row or message."""

    exhibit: Exhibit
    locator: str

    def label(self) -> str:
        """证据1, or 证据1第12条 where the place inside counts records (``sms:12``)."""
        return f"证据{self.exhibit.number}{self.inside()}"

    def inside(self) -> str:
        """The place inside the exhibit in words: 第12条, 第7行; empty for the whole of it."""
        return _told(self.locator)


def _told(locator: str) -> str:
    if not locator or _WHOLE.fullmatch(locator):
        return ""
    if found := _COUNTED.fullmatch(locator):
        return f"第{found.group(2)}{'行' if found.group(1) in {'row:', 'line:'} else '条'}"
    if found := _WRITTEN.fullmatch(locator):
        return f"第{found.group(1)}{found.group(2)}"
    if found := _IN_A_MAIL.fullmatch(locator):
        parts = (part.split(":") for part in found.group(2).strip("/").split("/"))
        first = f"的第{found.group(1)}封邮件" if found.group(1) else ""  # of a mailbox
        return first + "".join(_PARTS_OF_A_MAIL[kind].format(number) for kind, number in parts)
    return f"（{locator}）"


def inside(entry: Entry, item_id: str) -> str:
    """Where *entry* stands in the kept item *item_id*, as papers say it: 第12条; empty for the whole of it."""
    places = (_split(place) for place in entry.places)
    return "、".join(dict.fromkeys(_told(locator) for item, locator in places if item == item_id and locator))


def _split(place: str) -> tuple[str, str]:
    item, _, locator = place.partition("#")
    return item, locator


def number_exhibits(
    items: Iterable[KeptItem],
    entries: Iterable[Entry],
    known: Iterable[Exhibit] = (),
) -> tuple[Exhibit, ...]:
    """Every exhibit of the case under its number: those in *known* keep theirs, new ones follow.

    An item is an exhibit if an entry tied to a collector stands in it or hangs on it, or if no entry at all was
    read from it (a contract, a screenshot, a receipt that was brought on purpose).  A phone export in which nothing
    is tied yet is private life and stays out.
    """
    tied: set[str] = set()
    read: set[str] = set()
    for entry in entries:
        own = {_split(place)[0] for place in entry.places} | set(entry.attachments)
        read |= own
        if entry.tie is not None and not entry.is_dismissed:
            tied |= own
    numbered = {exhibit.exhibit_id: exhibit for exhibit in known}
    after = max((exhibit.number for exhibit in numbered.values()), default=0) + 1
    for item in sorted(items, key=lambda item: (item.kept_at, item.item_id)):
        is_brought = item.item_id in tied or (item.item_id not in read and item.parent_id is None)
        if item.item_id in numbered or not is_brought:
            continue
        numbered[item.item_id] = Exhibit(
            exhibit_id=item.item_id,
            number=after,
            name=item.about.name,
            sha256=item.sha256,
            size_bytes=item.size_bytes,
            taken_in_at=item.kept_at,
            media_type=item.about.media_type,
            owner=item.about.owner,
            device=item.about.device,
            obtained=item.about.obtained,
        )
        after += 1
    return tuple(sorted(numbered.values(), key=lambda exhibit: exhibit.number))


def places_of(entry: Entry, exhibits: Iterable[Exhibit]) -> tuple[Place, ...]:
    """Where *entry* stands, by exhibit number; its attachments follow."""
    by_id = {exhibit.exhibit_id: exhibit for exhibit in exhibits}
    found: dict[tuple[int, str], Place] = {}
    for item, locator in (*map(_split, entry.places), *((item, "") for item in entry.attachments)):
        if exhibit := by_id.get(item):
            found.setdefault((exhibit.number, locator), Place(exhibit=exhibit, locator=locator))
    return tuple(found[key] for key in sorted(found))
