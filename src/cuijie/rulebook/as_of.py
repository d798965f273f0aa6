"""The as-of join: which register entry held at the moment of a contact."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cuijie.records import ContactRecord
from cuijie.rulebook.columns import Value
from cuijie.rulebook.moments import possible_span
from cuijie.rulebook.registers import Entry, Registers

__all__ = ["fill_from_registers"]

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_Row = list[Value]
_Index = dict[tuple[str, ...], dict[tuple[Value, ...], list[Entry]]]


def fill_from_registers(
    contacts: Sequence[ContactRecord], rows: Sequence[_Row], places: Mapping[str, int], registers: Registers
) -> None:
    """Fill what the records leave open, column by column, from the entries in force when each contact happened."""
    by_column: dict[str, _Index] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for entry in registers.entries:
        keys = entry.keys
        by_column[entry.column][tuple(n for n, _ in keys)][tuple(v for _, v in keys)].append(entry)
    for column in dict.fromkeys((*by_column, *registers.complete)):
        if column not in places:
            continue
        index, place = by_column[column], places[column]
        absent = registers.complete.get(column)
        for contact, row in zip(contacts, rows, strict=True):
            if row[place] is None:
                row[place] = _value_at(contact, row, places, index, absent)


def _value_at(contact: ContactRecord, row: _Row, places: Mapping[str, int], index: _Index, absent: Value) -> Value:
    span = possible_span(contact)
    first, last = span if span is not None else (_FIRST, _LAST)
    sure: list[Entry] = []
    perhaps: list[Entry] = []
    keys_known = True
    for names, by_key in index.items():
        key = tuple(row[places[name]] for name in names)
        if None in key:
            keys_known = False
            continue
        for entry in by_key.get(key, ()):
            since, until = entry.since or _FIRST, entry.until or _LAST
            if (entry.since is None or since < first) and (entry.until is None or last < until):
                sure.append(entry)
            elif since < last and first < until:
                perhaps.append(entry)
    if perhaps:
        values = {entry.value for entry in (*sure, *perhaps)}
        return values.pop() if sure and len(values) == 1 else None
    if sure:
        newest = max(entry.since or _FIRST for entry in sure)
        values = {entry.value for entry in sure if (entry.since or _FIRST) == newest}
        return values.pop() if len(values) == 1 else None
    return absent if keys_known else None
