"""A streaming scanner for the flat XML that phone backup apps write: one tag at a time, bounded memory.

A general parser gives up at the first bad byte and cannot go on; this one sets the broken tag aside and
continues at the next, joins the surrogate pairs that these apps write as two numeric references
(``&#55357;&#56832;``), keeps line breaks inside attributes, and knows no entities but the five of XML:
a file that defines its own is refused before anything is read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from cuijie.intake.encoding import detect
from cuijie.intake.found import IntakeError

__all__ = [
    "Broken",
    "Cut",
    "Run",
    "Runs",
    "Tag",
    "attributes",
    "resolve",
    "scan_runs",
    "scan_tags",
    "spans",
    "value_of",
    "values_at",
]

_TAG_BYTES: Final = 48 * 1024 * 1024  # no tag longer than this is taken in: an attachment of about 36 MB
_CHUNK: Final = 1 << 20

_TAG: Final = re.compile(
    rb"<(/?)([A-Za-z_][\w.-]*+)((?:\s++[A-Za-z_:][\w:.-]*+\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+)\s*+(/?)>"
)
_LENIENT: Final = re.compile(  # a raw < inside a value is wrong XML, but the value is still whole
    rb"<(/?)([A-Za-z_][\w.-]*+)((?:\s++[A-Za-z_:][\w:.-]*+\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'))*+)\s*+(/?)>"
)
_SHORT: Final = 16_384  # above this, values are skipped by searching their closing quote instead of matching them
_OPENING: Final = re.compile(rb"<(/?)([A-Za-z_][\w.-]*+)")
_NEXT: Final = re.compile(rb"\s++([A-Za-z_:][\w:.-]*+)\s*+=\s*+([\"'])")
_CLOSING: Final = re.compile(rb"\s*+(/?)>")
_ATTRIBUTE: Final = re.compile(r"([A-Za-z_:][\w:.-]*+)\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")
_LOOSE: Final = re.compile(  # a value with a bare quotation mark in it ends where the next attribute or the tag's end follows
    rb"<([A-Za-z_][\w.-]*+)((?>\s++[A-Za-z_:][\w:.-]*+=\"[^<]*?\"(?=\s++[A-Za-z_:][\w:.-]*+=\"|\s*+/>))++)\s*+/>(?=\s*+<|\s*+\Z)"
)
_LOOSE_VALUE: Final = re.compile(rb"=\"([^<]*?)\"(?=\s++[A-Za-z_:][\w:.-]*+=\"|\s*+\Z)")
_INNER: Final = re.compile(rb"\s[A-Za-z_:][\w:.-]*+=\"")
_REFERENCE: Final = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Tag:
    """One start, end or empty tag; ``raw`` are its attributes as bytes (UTF-8), see ``attributes`` and ``spans``."""

    name: bytes
    raw: bytes
    is_end: bool
    is_empty: bool
    line: int
    at: int  # the byte of the file at which ``raw`` begins; -1 where the file is in another encoding, or was mended


@dataclass(frozen=True, slots=True)
class Broken:
    """A tag of the wanted names that cannot be read: the line it begins on and why, in Chinese."""

    name: bytes
    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of the bytes inside a tag that had begun: the export was cut off on this line."""

    name: bytes
    line: int


@dataclass(frozen=True, slots=True)
class Run:
    """Elements that follow one another and were read by *runs*, as it gave them."""

    rows: list[tuple[bytes, ...]]


class Runs(Protocol):
    """Reads many plain elements at once, where they are written alike."""

    def take(self, buffer: bytes, position: int) -> tuple[list[tuple[bytes, ...]], int]:
        """The elements that stand at *position* one after another, and where they end."""
        ...


def attributes(raw: bytes) -> tuple[dict[str, str], int]:
    """The attributes in *raw*, decoded, and how many characters could not be (each became U+FFFD)."""
    if len(raw) > _SHORT:  # a tag with an attachment in it
        return values_at(raw, spans(raw))
    text, lost, is_strict = _decode(raw)
    values = {name: double or single for name, double, single in _ATTRIBUTE.findall(text)}
    if "&" in text or not is_strict:
        for name, value in values.items():
            if "&" in value or not is_strict:
                values[name], wrong = resolve(value)
                lost += wrong
    return values, lost


def values_at(raw: bytes, places: Iterable[tuple[str, int, int]]) -> tuple[dict[str, str], int]:
    """The same of those attributes that stand in *places* (``spans``)."""
    values: dict[str, str] = {}
    lost = 0
    for name, start, end in places:
        values[name], wrong = value_of(raw[start:end])
        lost += wrong
    return values, lost


def spans(raw: bytes) -> Iterator[tuple[str, int, int]]:
    """The names in *raw* and where their values stand in it: megabytes are found by their quote, not matched."""
    position = 0
    while (found := _NEXT.match(raw, position)) is not None:
        end = raw.find(found[2], found.end())
        if end < 0:
            return
        yield found[1].decode("utf-8", "replace"), found.end(), end
        position = end + 1


def value_of(raw: bytes) -> tuple[str, int]:
    """One attribute's value, decoded, and how many of its characters were lost."""
    value, lost, is_strict = _decode(raw)
    if "&" in value or not is_strict:
        value, more = resolve(value)
        lost += more
    return value, lost


def _match(buffer: bytes, began: int) -> tuple[int, bytes, tuple[int, int], bool, bool] | None:
    """(end, name, where its attributes are, is an end tag, is empty) of the whole tag at *began*, or None."""
    if buffer.find(b">", began, began + _SHORT) >= 0:
        found = _TAG.match(buffer, began)
        return None if found is None else (found.end(), found[2], found.span(3), bool(found[1]), bool(found[4]))
    opening = _OPENING.match(buffer, began)
    if opening is None:
        return None
    position = opening.end()
    while (found := _NEXT.match(buffer, position)) is not None:
        end = buffer.find(found[2], found.end())
        if end < 0 or buffer.find(b"<", found.end(), end) >= 0:
            return None
        position = end + 1
    closing = _CLOSING.match(buffer, position)
    if closing is None:
        return None
    return closing.end(), opening[2], (opening.end(), position), bool(opening[1]), bool(closing[1])


def _decode(raw: bytes) -> tuple[str, int, bool]:
    """The text of *raw*, how many characters were lost, and whether it is strict UTF-8 (else halves may stay apart)."""
    try:
        return raw.decode("utf-8"), 0, True
    except UnicodeDecodeError:
        try:  # emoji written as two three-byte halves (CESU-8)
            return raw.decode("utf-8", "surrogatepass"), 0, False
        except UnicodeDecodeError:
            text = raw.decode("utf-8", "replace")
            return text, text.count("\ufffd"), True


def resolve(value: str) -> tuple[str, int]:
    """*value* with its references resolved and halves joined, and how many characters were lost in it."""
    text = value.replace("&#10;", "\n")  # by far the most frequent
    if "&" in text:
        text = _REFERENCE.sub(_character, text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text, max(0, text.count("\ufffd") - value.count("\ufffd"))


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    point = int(found[1]) if found[1] else int(found[2], 16)
    if point > 0x10FFFF or (point < 32 and point not in (9, 10, 13)):
        return "\ufffd"
    return chr(point)


class _Utf8Stream:
    """The bytes of a stream as UTF-8, whatever encoding they are in."""

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def read(self, size: int) -> bytes:
        while True:
            data = self._stream.read(size)
            text = self._decoder.decode(data, final=not data)
            if text or not data:
                return text.encode("utf-8", "replace")


def scan_tags(stream: BinaryIO, wanted: frozenset[bytes], *, name: str) -> Iterator[Tag | Broken | Cut]:
    """The *wanted* tags of *stream* in order; *name* is the file's, for the error.

    Raises IntakeError for a file that defines entities (billion laughs, files read from elsewhere).
    """
    for one in scan_runs(stream, wanted, None, name=name):
        if not isinstance(one, Run):
            yield one


def scan_runs(
    stream: BinaryIO, wanted: frozenset[bytes], runs: Runs | None, *, name: str
) -> Iterator[Tag | Broken | Cut | Run]:
    """The same, where *runs* is asked first for what it can read many at once."""
    head = stream.read(_CHUNK)
    encoding = detect(head)
    refuse_entities(head[:65_536].decode(encoding, "replace"), name)
    source: BinaryIO | _Utf8Stream = stream
    if encoding not in {"utf-8", "utf-8-sig"}:
        stream.seek(0)
        source = _Utf8Stream(stream, encoding)
        head = source.read(_CHUNK)
    yield from _scan(source, head, wanted, runs)


def refuse_entities(prolog: str, name: str) -> None:
    """Raises IntakeError if the beginning of an XML file declares entities or an outside document type."""
    start = prolog.find("<!DOCTYPE")
    if "<!ENTITY" in prolog or (start >= 0 and re.match(r"[^>]*(?:\[|\bSYSTEM\b|\bPUBLIC\b)", prolog[start:])):
        raise IntakeError(
            f"“{name}”里带有自定义实体的声明（DOCTYPE／ENTITY），真正的手机备份不会有。为了安全没有读它。",
            remedy="请在手机上重新导出一份，不要用别人转来的文件。",
        )


def _scan(
    source: BinaryIO | _Utf8Stream, buffer: bytes, wanted: frozenset[bytes], runs: Runs | None
) -> Iterator[Tag | Broken | Cut | Run]:
    opening = re.compile(rb"<(/?)(" + b"|".join(sorted(wanted, reverse=True)) + rb")(?=[\s/>])|<!--")
    position, line, counted = 0, 1, 0
    before = 0  # bytes of the file that are no longer in the buffer
    is_file, at_end = not isinstance(source, _Utf8Stream), False
    while True:
        if runs is not None:
            rows, position = runs.take(buffer, position)
            if rows:
                yield Run(rows)
                continue
        start = opening.search(buffer, position)
        if not at_end and (start is None or len(buffer) - start.start() < 64):
            keep = start.start() if start else max(position, len(buffer) - 64)
            line += _lines(buffer, counted, keep)
            more = source.read(_CHUNK)
            at_end = not more
            buffer, position, counted = buffer[keep:] + more, 0, 0
            before += keep
            continue
        if start is None:
            return
        began = start.start()
        line += _lines(buffer, counted, began)
        counted = began
        if start[0] == b"<!--":
            buffer, ended, at_end = _after(source, buffer, began, b"-->", at_end)
            position = ended if ended >= 0 else len(buffer)
            continue
        found = _match(buffer, began)
        while found is None and not at_end and len(buffer) - began <= _TAG_BYTES and _is_open(buffer, began):
            more = source.read(max(_CHUNK, len(buffer) - began))
            at_end = not more
            buffer = buffer[began:] + more
            before, began, counted = before + began, 0, 0
            found = _match(buffer, 0)
        lenient = _LENIENT.match(buffer, began) if found is None else None
        if found is not None:
            position, name, (first, last), is_end, is_empty = found
            yield Tag(name, buffer[first:last], is_end, is_empty, line, before + first if is_file else -1)
        elif lenient is not None:
            yield Tag(lenient[2], lenient[3], bool(lenient[1]), bool(lenient[4]), line, -1)
            position = lenient.end()
        elif at_end and _is_open(buffer, began):
            yield Cut(start[2], line)
            return
        elif (mended := _mended(buffer, began)) is not None:
            position, raw = mended
            yield Tag(start[2], raw, False, True, line, -1)
        else:
            why = (
                "这一条太大，没有收进" if len(buffer) - began > _TAG_BYTES else "这一条的写法不完整（引号或尖括号缺了）"
            )
            yield Broken(start[2], line, why)
            position = began + 1


def _lines(buffer: bytes, start: int, end: int) -> int:
    """The line ends between the two: searched while they are far apart, which is much faster, else counted."""
    lines = 0
    while (found := buffer.find(b"\n", start, end)) >= 0:
        if found - start <= _SHORT:
            return lines + buffer.count(b"\n", found, end)
        lines, start = lines + 1, found + 1
    return lines


def _mended(buffer: bytes, began: int) -> tuple[int, bytes] | None:
    """(end, attributes) of a short empty tag whose values hold bare quotation marks; None if it is broken otherwise."""
    found = _LOOSE.match(buffer, began, began + _SHORT)
    if found is None or any(_INNER.search(value) for value in _LOOSE_VALUE.findall(found[2])):
        return None  # a value that runs on into the next attribute is a quotation mark too few, not one too many
    return found.end(), _LOOSE_VALUE.sub(lambda value: b'="' + value[1].replace(b'"', b"&quot;") + b'"', found[2])


def _after(
    source: BinaryIO | _Utf8Stream, buffer: bytes, began: int, mark: bytes, at_end: bool
) -> tuple[bytes, int, bool]:
    """Where *mark* ends in the (possibly longer) buffer, or -1 if the bytes end first."""
    while (found := buffer.find(mark, began)) < 0 and not at_end and len(buffer) - began < _TAG_BYTES:
        more = source.read(_CHUNK)
        at_end = not more
        buffer += more
    return buffer, found + len(mark) if found >= 0 else -1, at_end


def _is_open(buffer: bytes, began: int) -> bool:
    """True if the tag that begins at *began* may still be completed by more bytes."""
    opening = _OPENING.match(buffer, began)
    position = opening.end() if opening is not None else began
    while (found := _NEXT.match(buffer, position)) is not None:
        end = buffer.find(found[2], found.end())
        if end < 0:
            return buffer.find(b"<", found.end()) < 0
        if buffer.find(b"<", found.end(), end) >= 0:
            return False
        position = end + 1
    return _UNFINISHED.fullmatch(buffer, position) is not None


_UNFINISHED: Final = re.compile(rb"[<\w.-]{0,80}+/?|\s++(?:[A-Za-z_:][\w:.-]*+\s*+(?:=\s*+)?)?/?")
