"""The facts of one ask in a few hundred bytes, without words and without a person's own ids.

They are what a settlement counts by, and what a replay judges again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter

import msgspec

from cuijie.gate.encoding import to_msgpack
from cuijie.gate.errors import StoreDamaged
from cuijie.gate.judging.text_reading import ReadColumns
from cuijie.gate.pseudonyms import PERSON_IDS
from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook.columns import Value

__all__ = ["Facts", "facts_bytes", "facts_contact", "read_facts"]

_APART = {"contact_id", "occurred_at", "text", *PERSON_IDS}
_PLAIN = tuple(column.name for column in COLUMNS if column.name not in _APART)
_plain = attrgetter(*_PLAIN)
_Law = tuple[tuple[str, bool], ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """A contact as it was judged: ``plain`` in the order of the record's columns, ids as pseudonyms."""

    contact_id: str
    occurred_at: datetime
    plain: tuple[str | int | bool | None, ...]
    ids: Mapping[str, str]
    law: _Law = ()
    words: ReadColumns = ReadColumns()


def facts_bytes(
    contact: ContactRecord, ids: Mapping[str, str], law: tuple[tuple[str, Value], ...], words: ReadColumns
) -> bytes:
    """*contact*, which carries its time, as it was judged."""
    in_order_of_facts = (contact.contact_id, contact.occurred_at, _plain(contact), ids, law, words)
    return to_msgpack(in_order_of_facts)


_decode = msgspec.msgpack.Decoder(Facts).decode


def read_facts(data: bytes) -> Facts:
    """The facts in *data*.  Raises StoreDamaged."""
    try:
        facts = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StoreDamaged("存储里的一条事实读不懂。", remedy="请用写它的那个版本，或从备份取回。") from error
    if len(facts.plain) != len(_PLAIN):
        raise StoreDamaged("存储里的一条事实是别的版本写的。", remedy="请用写它的那个版本。")
    return facts


def facts_contact(facts: Facts) -> ContactRecord:
    """The contact in *facts*; the ids of persons are pseudonyms."""
    persons = {name: facts.ids.get(name) for name in PERSON_IDS}
    columns = dict(zip(_PLAIN, facts.plain, strict=True)) | persons
    return msgspec.convert({**columns, "contact_id": facts.contact_id, "occurred_at": facts.occurred_at}, ContactRecord)
