"""The words of a Word 97–2003 document (``.doc``), which is also WPS's own ``.wps``, and of Word 6 and 95.

The text lies in pieces, of which a table in another stream says where each stands and whether it has one byte or
two a character (MS-DOC 2.4.1).  Before Word 97 it lies in one piece, in the encoding of its time.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final

from cuijie.intake.containers.compound_file import CompoundFile, names_in
from cuijie.intake.encoding import decode_text
from cuijie.intake.found import IntakeError
from cuijie.intake.source import Head

__all__ = ["hindrance", "is_word_file", "word_text"]

_STREAM: Final = "WordDocument"
_WORD_97: Final = 0x00C1
_WORD_6: Final = 0x0065
_IN_PIECES: Final = 0x0004  # a document of before Word 97 that was saved in haste
_BEGINS_AT: Final = 0x0018  # fcMin, fcMac
_OLD_LENGTH_AT: Final = 0x0034  # ccpText
_OLD_HEAD: Final = 0x0100  # no text begins in the first bytes
_ENCRYPTED: Final = 0x0100
_SECOND_TABLE: Final = 0x0200
_PIECES_AT: Final = 0x01A2  # fcClx, lcbClx
_LENGTH_AT: Final = 0x004C  # ccpText
_ONE_BYTE: Final = 0x40000000
_FIELD: Final = re.compile(r"\x13[^\x13\x14\x15]*\x14?|\x15")  # what a link or a page number is made from
_ROW_END: Final = re.compile(r"\x07{2,}")  # a cell's end, then the row's
_MARKS: Final = {
    **dict.fromkeys(map(chr, range(32)), None),
    "\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x07": "\t", "\t": "\t", "\n": "\n", "\x1e": "-",
}  # fmt: skip


def is_word_file(head: Head) -> bool:
    """True for a compound file that holds a Word document."""
    return names_in(head.data, _STREAM) or (head.whole is not None and names_in(head.whole(), _STREAM))


def hindrance(data: bytes, name: str) -> str | None:
    """What stands in the way of reading the document, and what to do; None where nothing does.  Raises IntakeError."""
    main = CompoundFile(data, name).read(_STREAM)
    version, flags = (struct.unpack_from("<H", main.ljust(12, b"\0"), at)[0] for at in (2, 10))
    if version < _WORD_97 and not flags & _ENCRYPTED and not _old_text(main):
        return "这是很旧的 Word 格式（6.0/95），文字没有读：请用 WPS 或 Word 另存为 docx 或 PDF 再收。"
    if flags & _ENCRYPTED:
        return (
            "这份旧版 Word 文档（.doc）有密码，这种旧的加密打不开：请用 WPS 或 Word 去掉密码，另存为 docx 或 PDF 再收。"
        )
    return None


def word_text(data: bytes, name: str) -> str:
    """The main text: paragraphs as lines, cells parted by tabs.  Raises IntakeError for a damaged file."""
    parts = CompoundFile(data, name)
    main = parts.read(_STREAM)
    if struct.unpack_from("<H", main.ljust(12, b"\0"), 2)[0] < _WORD_97:
        return _plain(_old_text(main))
    try:
        table = parts.read("1Table" if struct.unpack_from("<H", main, 10)[0] & _SECOND_TABLE else "0Table")
        start, size = struct.unpack_from("<II", main, _PIECES_AT)
        length = struct.unpack_from("<I", main, _LENGTH_AT)[0]
        text = "".join(_pieces(main, table[start : start + size]))[:length]
    except struct.error as error:
        raise IntakeError(
            f"“{name}”损坏或没有下载完整，读不出文字。", remedy="请重新下载，或另存为 PDF 再收。"
        ) from error
    return _plain(text)


def _plain(text: str) -> str:
    """The words without what links are made from, paragraphs and rows as lines."""
    text = _FIELD.sub("", _ROW_END.sub("\n", text))
    return re.sub(r"\n{3,}", "\n\n", text.translate(str.maketrans(_MARKS)))


def _old_text(main: bytes) -> str:
    """The text of a document of Word 6 or 95; empty where it does not lie in one piece."""
    if len(main) < _OLD_HEAD:
        return ""
    version, flags = struct.unpack_from("<H", main, 2)[0], struct.unpack_from("<H", main, 10)[0]
    begin, end = struct.unpack_from("<II", main, _BEGINS_AT)
    length = struct.unpack_from("<I", main, _OLD_LENGTH_AT)[0]
    if version < _WORD_6 or flags & _IN_PIECES or not _OLD_HEAD <= begin < end <= len(main):
        return ""
    return decode_text(main[begin : min(end, begin + length)]).text.strip("\0")


def _pieces(main: bytes, table: bytes) -> Iterator[str]:
    at = 0
    while table[at : at + 1] == b"\x01":  # formatting that stands before the table of pieces
        at += 3 + struct.unpack_from("<H", table, at + 1)[0]
    count = (struct.unpack_from("<I", table, at + 1)[0] - 4) // 12
    places = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    for number in range(count):
        where = struct.unpack_from("<I", table, at + 5 + 4 * (count + 1) + 8 * number + 2)[0]
        length = places[number + 1] - places[number]
        if not 0 <= length <= len(main):
            raise struct.error("piece")
        if where & _ONE_BYTE:
            begin = (where & ~_ONE_BYTE) // 2
            yield main[begin : begin + length].decode("cp1252", "replace")
        else:
            yield main[where : where + 2 * length].decode("utf-16-le", "replace")
