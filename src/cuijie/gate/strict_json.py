"""JSON in which every name of an object stands once: of two facts under one name a decoder would keep one unseen."""

from __future__ import annotations

import json
import re

import msgspec

from cuijie.gate.encoding import to_json
from cuijie.rulebook import Words

__all__ = ["NameTwice", "decode", "decode_text", "why_not"]

_LONGEST = 64
_BYTE = re.compile(r"\(byte (\d+)\)")
_decode = msgspec.json.Decoder().decode


class NameTwice(msgspec.ValidationError):
    """One object has two fields of one name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} 在同一个对象里写了两次，不知道该信哪一个")
        self.name = name


def decode(data: bytes) -> object:
    """What *data* says.  Raises msgspec.DecodeError, UnicodeDecodeError, RecursionError; NameTwice."""
    found: object = _decode(data)
    # Without escapes, a field that was dropped shows in the number of colons once it is all written again.
    if b"\\" in data or to_json(found).count(b":") != data.count(b":"):
        json.loads(data, object_pairs_hook=_once)
    return found


def decode_text(text: str) -> object:
    """As ``decode``."""
    return decode(text.encode("utf-8", "surrogatepass"))


def why_not(error: Exception) -> Words:
    """What is said of a text that cannot be read because of *error*; its name stands before the words."""
    said = str(error)
    if isinstance(error, NameTwice):
        return Words(zh=f"{said}。", en="has a field twice; which is meant cannot be known.")
    if isinstance(error, UnicodeDecodeError) or "UTF-8" in said:
        return Words(zh="不是 UTF-8 文字。", en="is not in UTF-8.")
    if "truncated" in said:
        return Words(zh="不是完整的 JSON：是空的，或到一半就断了。", en="is empty or cut off.")
    at = _BYTE.search(said)
    if at is None:
        return Words(zh="不是 JSON。", en="is not JSON.")
    return Words(zh=f"不是 JSON：读到第 {at[1]} 个字节时出错。", en=f"is not JSON; it fails at byte {at[1]}.")


def _once(pairs: list[tuple[str, object]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise NameTwice(name[:_LONGEST])
        names.add(name)
