"""Plain ``<sms …/>`` elements by the thousand: the order of their attributes is learned once, then matched whole.

A phone writes every text with the same attributes in the same order.  A run of such elements is read by one pattern
that takes only what is wanted, as bytes; whatever is written in another way ends the run and is read with care.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cuijie.records import Entry

__all__ = ["RunReader", "Texts"]

_OWN: Final = frozenset({"date", "body", "date_sent"})  # what each text has for itself
_COMMON: Final = frozenset({"address", "type", "contact_name", "name", "sub_id", "service_center", "status", "subject", "m_type", "sim_slot"})  # fmt: skip
_QUIET: Final = frozenset({"protocol", "toa", "sc_toa", "read", "locked"})  # not wanted, but alike in most: read along
_NEEDED: Final = frozenset({"address", "date", "type", "body"})
_ATTRIBUTE: Final = re.compile(rb"\s([A-Za-z_:][\w:.-]*+)\s*+=\s*+[\"']")
_MOST: Final = 2_000  # rows handed on together: the memory they take


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that follow one another in a file, as bytes.

    *names* tells what stands in each place of a row: the value of an attribute of its own (``date``, ``body``,
    ``date_sent``), or, where the name is empty, attributes as they are written that many texts have in common.
    """

    names: tuple[str, ...]
    rows: list[tuple[bytes, ...]]
    first: int  # the number of the first in its file
    careful: Callable[[tuple[str, ...], tuple[bytes, ...], int], Entry]

    def entry(self, number: int, row: tuple[bytes, ...]) -> Entry:
        """The entry of one row, read with care."""
        return self.careful(self.names, row, number)

    def each(self) -> Iterator[Entry]:
        """All of them as entries."""
        for number, row in enumerate(self.rows, start=self.first):
            yield self.entry(number, row)


class RunReader:
    """Reads runs of texts once ``learn`` has seen how this file writes them."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self._loose: re.Pattern[bytes] | None = None
        self._strict: re.Pattern[bytes] | None = None

    def learn(self, raw: bytes) -> None:
        """Takes the attributes of one text as the form of those that follow."""
        written = tuple(_ATTRIBUTE.findall(raw))
        known = {name.decode("utf-8", "replace") for name in written}
        self._loose = self._strict = None
        if len(known) == len(written) and known >= _NEEDED:
            self.names, self._loose = _pattern(written, rb'[^"]')
            self._strict = _pattern(written, rb'[^"<]')[1]

    def take(self, buffer: bytes, position: int) -> tuple[list[tuple[bytes, ...]], int]:
        """The texts that stand at *position* one after another, and where they end."""
        if self._loose is None or self._strict is None:
            return [], position
        rows, end = _run(self._loose, buffer, position)
        if buffer.count(b"<", position, end) != len(rows):  # a value that runs on into the next tag
            return _run(self._strict, buffer, position)
        return rows, end


def _run(pattern: re.Pattern[bytes], buffer: bytes, position: int) -> tuple[list[tuple[bytes, ...]], int]:
    rows: list[tuple[bytes, ...]] = []
    match = pattern.match
    while (found := match(buffer, position)) is not None and len(rows) < _MOST:
        rows.append(found.groups())
        position = found.end()
    return rows, position


@lru_cache(maxsize=64)
def _pattern(written: tuple[bytes, ...], plain: bytes) -> tuple[tuple[str, ...], re.Pattern[bytes]]:
    """The names of its groups and the pattern for texts of these attributes in this order."""
    names: list[str] = []
    pieces: list[bytes] = []
    together: list[bytes] = []
    is_wanted = False

    def close() -> None:
        nonlocal is_wanted
        if is_wanted:
            names.append("")
        pieces.append((b"(%b)" if is_wanted else b"%b") % b"".join(together))
        together.clear()
        is_wanted = False

    for raw in written:
        name = raw.decode("utf-8", "replace")
        value = rb"[123]\d{12}" if name == "date" else plain + b"*+"
        start = rb"\s++" + re.escape(raw) + b'="'
        if name in _COMMON or name in _QUIET:
            together.append(start + value + b'"')
            is_wanted = is_wanted or name in _COMMON
            continue
        close()
        if name in _OWN:
            names.append(name)
            value = b"(%b)" % value
        pieces.append(start + value + b'"')
    close()
    return tuple(names), re.compile(rb"\s*+<sms" + b"".join(pieces) + rb"\s*+/>")
