"""A log's text as the database reads it: in UTF-8, its lines ended alike; whether cells may be in quotes, or are guarded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.whole_files import whole_file

__all__ = ["AROUND", "GUARDED", "in_utf8", "is_guarded", "quoted_late", "with_lines_alike"]

_NO_ACCIDENT = 9  # bytes
_BLOCK = 1 << 20
_LOOKED_AT = 2_000  # lines; by how many more DuckDB tells whether cells are in quotes hangs on their length
_OPENED = re.compile(rb'(?:^|[,;|\t\r\n])(")')
_CELL = re.compile(rb'"(?:[^"]|"")*"(?:[,;|\t\r\n]|$)')
_LONGEST = 1 << 16  # of a cell that is looked at
AROUND, GUARDED = r"^[ \t\n\f\r\x{a0}]+|[ \t\n\f\r\x{a0}]+$", """^(?:="([^"]*)"|'([^']*))$"""
"""What stands around a cell and its guard, without which a spreadsheet would make a number of it: ="…", '…."""
_GUARDS: Mapping[bytes, tuple[bytes, ...]] = {
    b"\t": (b",\t", b"\t,", b"\n\t", b'"\t', b'\t"'),
    b"=": (b'="',),
    b"'": (b",'", b"\n'"),
}
"""By the sign that each has in it: one sign is looked for many times as fast as two."""


def in_utf8(path: Path, copy: Path) -> Path:
    """*path* itself if it is UTF-8, else *copy*, made in UTF-8.  Raises AuditError for several encodings in one."""
    if _decodes(path, "utf-8-sig"):
        return path
    for encoding in ("gb18030", "utf-16"):
        if _decodes(path, encoding):
            if encoding == "gb18030" and (line := _first_utf8_line(path)):
                raise _mixed(path, line)
            copy.parent.mkdir(parents=True, exist_ok=True)
            with path.open(encoding=encoding, newline="") as source, copy.open("w", encoding="utf-8", newline="") as to:
                while block := source.read(_BLOCK):
                    to.write(block)
            return copy
    raise _mixed(path, max(_first_bad_line(path, encoding) for encoding in ("utf-8", "gb18030")))


def _mixed(path: Path, line: int) -> AuditError:
    return AuditError(
        f"{path} 的文字编码认不出：到第 {line} 行，编码和前面的不一样。",
        remedy="多半是编码不同的几份文件拼在了一起。请分开，或全部另存为 UTF-8 再来。",
    )


def _first_utf8_line(path: Path) -> int | None:
    """The first line of a file in GBK that is in UTF-8: three characters and more are no accident."""
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            try:
                if len(line) - len(line.decode("utf-8").encode("ascii", "ignore")) >= _NO_ACCIDENT:
                    return number
            except UnicodeDecodeError:
                continue
    return None


def _first_bad_line(path: Path, encoding: str) -> int:
    """The first line (from 1) that is not in *encoding* or holds a zero."""
    number = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                if "\x00" in line.decode(encoding):
                    return number
            except UnicodeDecodeError:
                return number
    return number


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while block := file.read(_BLOCK):
                if "\x00" in block:
                    return False
    except (UnicodeError, OSError):
        return False
    return True


def with_lines_alike(path: Path, copy: Path) -> Path:
    """*path* itself if its rows end alike, else *copy*: two exports put together may end rows in two ways."""
    if not _ends_differ(path):
        return path
    copy.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as source, whole_file(copy) as to:
        for line in source:
            to.write(line[:-2] + b"\n" if line.endswith(b"\r\n") else line)
    return copy


def _ends_differ(path: Path) -> bool:
    feeds, both, last = 0, 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            feeds += block.count(b"\n")
            both += block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))
            last = block[-1:]
        if both in {0, feeds}:
            return False
        file.seek(0)
        met, is_open = set(), False  # what is in quotes may hold ends of its own: a spreadsheet writes them so
        for line in file:
            is_open ^= bool(line.count(b'"') % 2)
            if not is_open:
                met.add(line.endswith(b"\r\n"))
            if len(met) == 2:
                return True
    return False


def quoted_late(path: Path) -> bool:
    """Whether the first cell in quotes of a CSV file comes too late for DuckDB, which then takes quotes for signs."""
    with path.open("rb") as file:
        if _OPENED.search(b"".join(islice(file, _LOOKED_AT))):
            return False
        held = b"\n"
        while block := file.read(_BLOCK):
            if found := _OPENED.search(held + block):
                cell = (held + block)[found.start(1) :] + file.read(_LONGEST)
                return _CELL.match(cell) is not None
            held = block[-1:]
    return False


def is_guarded(path: Path) -> bool:
    """Whether some cell of a CSV file may hold what keeps a spreadsheet from making a number of it: a tab, ="…", '…."""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if any(sign in block and any(guard in block for guard in guards) for sign, guards in _GUARDS.items()):
                return True
    return False
