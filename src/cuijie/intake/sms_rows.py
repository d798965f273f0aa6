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

__all__ = ["Form", "Row", "Run", "RunReader", "Texts", "form_of"]

_OWN: Final = frozenset({"date", "body", "date_sent"})  # what each text has for itself
_COMMON: Final = frozenset({"address", "type", "contact_name", "name", "sub_id", "service_center", "status", "subject", "m_type", "sim_slot"})  # fmt: skip
_QUIET: Final = frozenset({"protocol", "toa", "sc_toa", "read", "locked"})  # not wanted, but alike in most: read along
_NEEDED: Final = frozenset({"address", "date", "type", "body"})
_ATTRIBUTE: Final = re.compile(rb"\s([A-Za-z_:][\w:.-]*+)\s*+=\s*+[\"']")
_MOST_BYTES: Final = 17 << 16  # handed on together: one piece of the file and what was left of the one before

Row = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts that follow one another in a file, as bytes that are known to be nothing else.

    *names* tells what stands in each place of a row: the value of an attribute of its own (``date``, ``body``,
    ``date_sent``), or, where the name is empty, attributes as they are written that many texts have in common.
    """

    run: Run
    first: int  # the number of the first in its file
    careful: Callable[[tuple[str, ...], Row, int], Entry]

    @property
    def names(self) -> tuple[str, ...]:
        """What the places of a row mean."""
        return self.run.form.names

    @property
    def count(self) -> int:
        """How many they are."""
        return self.run.count

    def rows(self) -> list[Row]:
        """All of them, each taken apart."""
        return self.run.form.one.findall(self.run.raw)

    def entry(self, number: int, row: Row) -> Entry:
        """The entry of one row, read with care."""
        return self.careful(self.names, row, number)

    def each(self) -> Iterator[Entry]:
        """All of them as entries."""
        for number, row in enumerate(self.rows(), start=self.first):
            yield self.entry(number, row)


@dataclass(frozen=True, slots=True)
class Run:
    """Plain texts one after another: their bytes, how many they are, and the form in which they are written."""

    raw: bytes
    count: int
    form: Form


@dataclass(frozen=True, slots=True)
class Form:
    """How texts are written: their attributes in this order."""

    written: tuple[bytes, ...]
    names: tuple[str, ...]
    one: re.Pattern[bytes]
    many: re.Pattern[bytes]
    strict: re.Pattern[bytes]  # many, none of which has a raw < in a value


class RunReader:
    """Finds runs of texts once ``learn`` has seen how this file writes them."""

    def __init__(self) -> None:
        self._form: Form | None = None

    def learn(self, raw: bytes) -> None:
        """Takes the attributes of one text as the form of those that follow."""
        written = tuple(_ATTRIBUTE.findall(raw))
        known = {name.decode("utf-8", "replace") for name in written}
        self._form = form_of(written) if len(known) == len(written) and known >= _NEEDED else None

    def take(self, buffer: bytes, position: int) -> Run | None:
        """The texts that stand at *position* one after another."""
        if self._form is None:
            return None
        for pattern in (self._form.many, self._form.strict):
            found = pattern.match(buffer, position, position + _MOST_BYTES)
            if found is None or not found[0]:
                return None
            count = found[0].count(b'"') // (2 * len(self._form.written))  # a quote stands in no value
            if found[0].count(b"<") == count:  # else a value runs on into the next tag
                return Run(found[0], count, self._form)
        return None


@lru_cache(maxsize=64)
def form_of(written: tuple[bytes, ...]) -> Form:
    """The form of texts with these attributes in this order."""
    names, one = _pattern(written, rb'[^"]')
    _, strict = _pattern(written, rb'[^"<]')
    many = (re.compile(b"(?:%b)*+" % each.replace(b"(", b"(?:")) for each in (one, strict))
    return Form(written, names, re.compile(one), *many)


def _pattern(written: tuple[bytes, ...], plain: bytes) -> tuple[tuple[str, ...], bytes]:
    """The names of its groups and the pattern for one text of these attributes in this order."""
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
    return tuple(names), rb"\s*+<sms" + b"".join(pieces) + rb"\s*+/>"
