"""What passes between a program that takes in a big export and the process that packs stretches of it beside.

It goes through pipes, in memory only: no text touches the disk outside the case.
"""

from __future__ import annotations

from typing import BinaryIO, Final, TypeVar

import msgspec

from cuijie.casefile.pack_table import Body, Packed
from cuijie.records import Entry

__all__ = ["BROKEN", "ID_LENGTH", "Job", "Made", "Setup", "read_message", "trait_of", "write_message"]

ID_LENGTH: Final = 32  # of an entry's id: time, hyphen, digest
BROKEN: Final = (OSError, ValueError, EOFError, msgspec.MsgspecError)
"""What reading a message raises where the other side has gone, or says something else."""
_LENGTH: Final = 4
_MOST: Final = 1 << 26  # bytes of a message; a stretch is a megabyte
_encode = msgspec.msgpack.Encoder().encode
_Message = TypeVar("_Message")

Trait = tuple[str | None, str | None]
"""The number and the signature of a text: what decides whether it must be read with care."""


class Setup(msgspec.Struct, frozen=True):
    """Sent first: the source that texts are of."""

    name: str
    item_id: str
    owner: str


class Job(msgspec.Struct, frozen=True):
    """One stretch: plain texts as they are written (``sms_rows.Run``), and which of them to leave unpacked."""

    raw: bytes
    count: int
    written: tuple[bytes, ...]  # their attributes, in order
    first: int
    careful: list[Trait]  # those that came up since the job before


class Made(msgspec.Struct, frozen=True):
    """A stretch packed."""

    ids: bytes  # of what is packed or left, one after another
    packs: list[Packed]
    left: list[Body]  # too few for a pack
    rest: list[tuple[int, tuple[bytes, ...]]]  # number and row of what must be read with care
    firsts: list[Entry]  # the first text of each form that came up
    is_clear: bool  # False where the order of *rest* and the others matters


def trait_of(entry: Entry) -> Trait:
    """What texts have in common that need care together."""
    return entry.number, entry.signature


def write_message(stream: BinaryIO, message: msgspec.Struct) -> None:
    """Writes one message and its length before it."""
    data = _encode(message)
    stream.write(len(data).to_bytes(_LENGTH, "big") + data)
    stream.flush()


def read_message(stream: BinaryIO, kind: type[_Message]) -> _Message | None:
    """The next message, or None at the end; raises what is in ``BROKEN`` for what is none."""
    head = stream.read(_LENGTH)
    if not head:
        return None
    if (size := int.from_bytes(head, "big")) > _MOST:
        raise ValueError("no message")
    data = stream.read(size)
    if len(head) < _LENGTH or len(data) < size:
        raise EOFError
    return msgspec.msgpack.decode(data, type=kind)
