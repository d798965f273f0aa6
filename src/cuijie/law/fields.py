"""Reads single fields of the library's YAML files; what is not as expected raises an error with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from cuijie.datafiles import DataFileError, Lines
from cuijie.law.dates import LegalDate

__all__ = ["Fields"]

_Word = TypeVar("_Word", bound=str)


class Fields:
    """One mapping of a data file, read field by field; ``done`` refuses the keys that nobody read."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._read: set[str] = set()

    def wrong(self, key: str, problem: str) -> DataFileError:
        """The error to raise for *key*."""
        return self._lines.wrong(key, problem)

    def text(self, key: str) -> str:
        """Text that must be there."""
        return self._with(key).text(key)

    def maybe_text(self, key: str) -> str | None:
        """Text, None where the key is absent or null."""
        return self._with(key).maybe_text(key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        return self._with(key).texts(key)

    def flag(self, key: str) -> bool:
        """true or false, false where the key is absent."""
        return self._with(key).flag(key)

    def choice(self, key: str, choices: Iterable[_Word], default: _Word | None = None) -> _Word:
        """One of *choices*; *default* where the key is absent."""
        value = self._with(key).get(key)
        allowed = tuple(choices)
        if value is None and default is not None:
            return default
        for word in allowed:
            if value == word:
                return word
        raise self.wrong(key, f"应当是 {'、'.join(allowed)} 之一")

    def date(self, key: str) -> LegalDate | None:
        """A date known to the day, the month or the year; None where absent or null."""
        value = self._with(key).get(key)
        if value is None:
            return None
        try:
            return LegalDate.parse(value if isinstance(value, str) else "")
        except ValueError:
            raise self.wrong(key, '应当是加引号的日期，如 "2021-03-01"、"2022-07" 或 "2022"') from None

    def mapping(self, key: str) -> Lines:
        """A nested mapping that must be there."""
        return self._with(key).table(key)

    def entries(self, key: str) -> list[Fields]:
        """A list of nested mappings, empty where the key is absent."""
        return [Fields(entry) for entry in self._with(key).tables(key)] if key in self._lines else []

    def done(self) -> None:
        """Raises for keys that have no meaning here: most often a slip of the pen."""
        self._lines.refuse_others(sorted(self._read))

    def _with(self, key: str) -> Lines:
        self._read.add(key)
        return self._lines
