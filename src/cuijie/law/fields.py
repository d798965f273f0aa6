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

    def __init__(self, value: object, source: str, *, line: int = 1) -> None:
        if not isinstance(value, Lines):
            raise DataFileError(source, line, "", "这里应当是“键: 值”的一组")
        self._value = value
        self._read: set[str] = set()

    def wrong(self, key: str, problem: str) -> DataFileError:
        """The error to raise for *key*."""
        return self._value.wrong(key, problem)

    def text(self, key: str) -> str:
        """Text that must be there."""
        value = self.maybe_text(key)
        if value is None:
            raise self.wrong(key, "必须填写（文字）")
        return value

    def maybe_text(self, key: str) -> str | None:
        """Text, None where the key is absent or null."""
        value = self._take(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "应当是文字（像数字的文字请加引号）")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
            raise self.wrong(key, "应当是文字的列表")
        return tuple(value)

    def flag(self, key: str) -> bool:
        """true or false, false where the key is absent."""
        value = self._take(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise self.wrong(key, "应当是 true 或 false")
        return value

    def choice(self, key: str, choices: Iterable[_Word], default: _Word | None = None) -> _Word:
        """One of *choices*; *default* where the key is absent."""
        value = self._take(key)
        allowed = tuple(choices)
        if value is None and default is not None:
            return default
        for word in allowed:
            if value == word:
                return word
        raise self.wrong(key, f"应当是 {'、'.join(allowed)} 之一")

    def date(self, key: str) -> LegalDate | None:
        """A date known to the day, the month or the year; None where absent or null."""
        value = self._take(key)
        if value is None:
            return None
        try:
            return LegalDate.parse(value if isinstance(value, str) else "")
        except ValueError:
            raise self.wrong(key, '应当是加引号的日期，如 "2021-03-01"、"2022-07" 或 "2022"') from None

    def mapping(self, key: str) -> Lines:
        """A nested mapping that must be there."""
        value = self._take(key)
        if not isinstance(value, Lines):
            raise self.wrong(key, "应当是“键: 值”的一组")
        return value

    def entries(self, key: str) -> list[Fields]:
        """A list of nested mappings, empty where the key is absent."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.wrong(key, "应当是列表")
        return [Fields(entry, self._value.source, line=self._value.lines.get(key, self._value.line)) for entry in value]

    def done(self) -> None:
        """Raises for keys that have no meaning here: most often a slip of the pen."""
        for key in self._value:
            if key not in self._read:
                raise self.wrong(key, f"不认识的键；这里可用的键有 {'、'.join(sorted(self._read))}")

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._value.get(key)
