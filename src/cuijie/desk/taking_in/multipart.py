"""A posted form with files, read part by part as it arrives: no part is held whole, none touches the disk in plain."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import python_multipart
from python_multipart.multipart import parse_options_header

from cuijie.desk.errors import ShelfError

__all__ = ["Part", "parts_of"]

_FIELD_BYTES = 1 << 20
_HEADER_BYTES = 16 << 10


class Part:
    """One field or file of the form, readable once, in its turn."""

    def __init__(self, feed: _Feed, name: str, filename: str | None) -> None:
        self.name, self.filename = name, filename
        self._feed, self._left, self._is_over = feed, b"", False

    def read(self, size: int = -1, /) -> bytes:
        """Up to *size* bytes (all of them without a size); empty at the end."""
        pieces: list[bytes] = []
        wanted = size if size >= 0 else 1 << 62
        while wanted > 0 and (self._left or not self._is_over):
            if not self._left:
                kind, data = self._feed.next()
                self._left, self._is_over = data, kind == "end"
                continue
            piece, self._left = self._left[:wanted], self._left[wanted:]
            pieces.append(piece)
            wanted -= len(piece)
        return b"".join(pieces)

    def text(self) -> str:
        """The value of a field; raises ShelfError for one that is far too long."""
        data = self.read(_FIELD_BYTES + 1)
        if len(data) > _FIELD_BYTES:
            raise ShelfError("表单里有一项太长。", remedy="请回到上一页再试。")
        return data.decode("utf-8", "replace")

    def skip(self) -> None:
        """Reads over what is left of it."""
        while self.read(1 << 20):
            pass


class _Feed:
    """Turns the body's chunks into events, asking for the next chunk only when one is needed."""

    def __init__(self, boundary: bytes, chunk: Callable[[], bytes]) -> None:
        self._chunk, self._events = chunk, deque[tuple[str, bytes]]()
        self._header_bytes = 0

        def data(kind: str) -> Callable[[bytes, int, int], None]:
            def take(piece: bytes, start: int, end: int) -> None:
                self._events.append((kind, bytes(piece[start:end])))

            return take

        def mark(kind: str) -> Callable[[], None]:
            return lambda: self._events.append((kind, b""))

        self._parser = python_multipart.MultipartParser(
            boundary,
            {
                "on_header_field": data("name"),
                "on_header_value": data("value"),
                "on_header_end": mark("header"),
                "on_headers_finished": mark("headers"),
                "on_part_data": data("data"),
                "on_part_end": mark("end"),
                "on_end": mark("over"),
            },
        )

    def next(self) -> tuple[str, bytes]:
        """The next event; ("over", …) at the end of the form.  Raises ShelfError for what is no form."""
        while not self._events:
            chunk = self._chunk()
            if not chunk:
                raise ShelfError("没有传完就断了，这个文件没有收。", remedy="请再传一次；前面收好的不会重复。")
            try:
                self._parser.write(chunk)
            except python_multipart.exceptions.MultipartParseError as error:
                raise ShelfError("看不懂传来的表单。", remedy="请回到上一页再试。") from error
        return self._events.popleft()


def parts_of(content_type: str, chunk: Callable[[], bytes]) -> Iterator[Part]:
    """The parts of a multipart form whose body *chunk* gives piece by piece (empty at its end).

    A part that was not read to its end is skipped when the next is asked for.  Raises ShelfError.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise ShelfError("看不懂传来的表单。", remedy="请回到上一页再试。")
    feed = _Feed(options[b"boundary"], chunk)
    while (headers := _headers(feed)) is not None:
        _, said = parse_options_header(headers.get(b"content-disposition", b""))
        filename = said.get(b"filename")
        part = Part(feed, _words(said.get(b"name", b"")), None if filename is None else _words(filename))
        yield part
        part.skip()


def _words(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _headers(feed: _Feed) -> dict[bytes, bytes] | None:
    found: dict[bytes, bytes] = {}
    name = value = b""
    while True:
        kind, data = feed.next()
        if kind == "over":
            return None
        if kind == "name":
            name += data
        elif kind == "value":
            value += data
        elif kind == "header":
            found[name.lower()] = value
            name = value = b""
        elif kind == "headers":
            return found
        if len(name) + len(value) + sum(map(len, found)) > _HEADER_BYTES:
            raise ShelfError("看不懂传来的表单。", remedy="请回到上一页再试。")
