"""The pictures of a phone's XML backup: base64 in the attribute ``data`` of a ``part``, megabytes long.

What is written plainly is hashed where it stands and named by its place; it is in the vault already, with the backup.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import Final, NamedTuple

import pybase64

from cuijie.casefile.parts import Part

__all__ = ["Lies", "decoded", "lies_at"]

_STEP: Final = 64 * 1024  # characters decoded at once: what stays in the processor's cache is read twice as fast


class Lies(NamedTuple):
    """Where a picture lies in its backup, and the SHA-256 of its bytes."""

    part: Part
    sha256: str


def lies_at(raw: bytes, start: int, end: int, at: int) -> Lies | None:
    """Where a picture lies whose base64 stands from *start* to *end* in the attributes *raw* of a tag, which begin at byte *at*.

    None if it must be decoded whole: only base64 as it should be (padded, nothing else in it) can be found again by its place.
    """
    if at < 0 or start == end or (end - start) % 4:
        return None
    digest, size, written = hashlib.sha256(), 0, memoryview(raw)
    try:
        for first in range(start, end, _STEP):
            if size % 3:  # what was padded has an end there
                return None
            plain = pybase64.b64decode(written[first : min(first + _STEP, end)], validate=True)
            digest.update(plain)
            size += len(plain)
    except binascii.Error:
        return None
    return Lies(Part(start=at + start, size_bytes=size), digest.hexdigest())


def decoded(written: str) -> bytes | None:
    """The bytes of base64, as the standard library reads it, or None where it is none."""
    try:
        return pybase64.b64decode(written, validate=True)
    except ValueError:  # line breaks in it, or worse
        try:
            return base64.b64decode(written, validate=False)
        except (binascii.Error, ValueError):
            return None
