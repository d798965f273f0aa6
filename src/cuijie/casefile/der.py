"""Just enough DER to take a time-stamp apart: strict, bounded, no recursion on hostile input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["DerError", "Node", "parse"]

_MAX_LENGTH_BYTES = 4


class DerError(ValueError):
    """Bytes that are not DER, or not of the shape expected."""


@dataclass(frozen=True, slots=True)
class Node:
    """One DER value: its tag byte, the bytes it is made of and where its content begins."""

    tag: int
    raw: bytes
    start: int

    @property
    def content(self) -> bytes:
        """The bytes inside."""
        return self.raw[self.start :]

    def children(self) -> list[Node]:
        """The values inside a constructed value."""
        if not self.tag & 0x20:
            raise DerError("not a constructed value")
        data, at, found = self.content, 0, []
        while at < len(data):
            node, at = _read(data, at)
            found.append(node)
        return found

    def expect(self, tag: int) -> Node:
        """Itself if it has this tag; raises DerError."""
        if self.tag != tag:
            raise DerError(f"expected tag {tag:#x}, found {self.tag:#x}")
        return self

    def integer(self) -> int:
        """The value of an INTEGER."""
        self.expect(0x02)
        if not self.content:
            raise DerError("empty integer")
        return int.from_bytes(self.content, "big", signed=True)

    def oid(self) -> str:
        """The dotted form of an OBJECT IDENTIFIER."""
        self.expect(0x06)
        parts, value = [], 0
        for byte in self.content:
            value = (value << 7) | (byte & 0x7F)
            if not byte & 0x80:
                parts.append(value)
                value = 0
        if not parts:
            raise DerError("empty object identifier")
        first = min(parts[0] // 40, 2)
        return ".".join(map(str, [first, parts[0] - 40 * first, *parts[1:]]))

    def time(self) -> datetime:
        """The instant of a GeneralizedTime (UTC, as RFC 3161 demands)."""
        text = self.expect(0x18).content.decode("ascii", "replace")
        whole, _, fraction = text.removesuffix("Z").partition(".")
        if not text.endswith("Z") or len(whole) != 14 or not (whole + fraction).isdigit():
            raise DerError("not a UTC time")
        try:
            at = datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError as error:
            raise DerError("not a UTC time") from error
        return at + timedelta(microseconds=int(fraction.ljust(6, "0")[:6] or 0))


def _read(data: bytes, at: int) -> tuple[Node, int]:
    if at + 2 > len(data):
        raise DerError("cut off")
    tag, first, start = data[at], data[at + 1], at + 2
    if tag & 0x1F == 0x1F:
        raise DerError("tag in more than one byte")
    length = first
    if first & 0x80:
        size = first & 0x7F
        if not 1 <= size <= _MAX_LENGTH_BYTES or start + size > len(data):
            raise DerError("length not in DER form")
        length, start = int.from_bytes(data[start : start + size], "big"), start + size
    if start + length > len(data):
        raise DerError("cut off")
    return Node(tag, data[at : start + length], start - at), start + length


def parse(data: bytes) -> Node:
    """The one DER value that *data* is; raises DerError."""
    node, end = _read(data, 0)
    if end != len(data):
        raise DerError("more bytes after the end")
    return node
