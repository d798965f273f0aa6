"""JSON in which every name of an object stands once: of two facts under one name a decoder would keep one unseen."""

from __future__ import annotations

import json

import msgspec

from cuijie.gate.encoding import to_json

__all__ = ["NameTwice", "decode", "decode_text", "why_not"]

_LONGEST = 64
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


def why_not(error: Exception) -> str:
    """What is said of a text that cannot be read because of *error*."""
    return f"{error}。" if isinstance(error, NameTwice) else f"不是完整的 JSON（{error}）。"


def _once(pairs: list[tuple[str, object]]) -> None:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise NameTwice(name[:_LONGEST])
        names.add(name)
