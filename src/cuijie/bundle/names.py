"""File names inside a bundle: readable, and harmless on every system that may unpack it."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["safe_name"]

_LONGEST_BYTES = 80
_FORBIDDEN = re.compile(r'[\\/:*?"<>|%~\s]+')


def safe_name(label: str, name: str, *, tail: str = "") -> str:
    """``证据07_短信备份.xml``: the exhibit's *label*, what can be kept of the original name, its extension.

    Folders, control and direction characters, characters that some system forbids, leading and trailing
    dots are dropped; the number in front keeps reserved names (CON) and names that differ in case apart.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    plain = "".join(c for c in plain if unicodedata.category(c)[0] not in "C" or unicodedata.category(c) == "Co")
    plain = _FORBIDDEN.sub("_", plain)
    stem, dot, extension = plain.rpartition(".")
    if not dot or not re.fullmatch(r"[A-Za-z0-9]{1,8}", extension):
        stem, extension = plain, ""
    stem = _cut(stem.strip("._ "), _LONGEST_BYTES)
    body = label + (f"_{stem}" if stem else "") + tail
    return f"{body}.{extension}" if extension else body


def _cut(text: str, limit: int) -> str:
    return text.encode()[:limit].decode(errors="ignore")
