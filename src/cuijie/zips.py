"""The names of files in a zip, as they were meant by whoever packed it."""

from __future__ import annotations

import zipfile

__all__ = ["member_name"]


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's path, also where its encoding is not marked: UTF-8, else GBK as old Chinese Windows wrote it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename
