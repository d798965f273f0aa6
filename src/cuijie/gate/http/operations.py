"""What an operation is: from one table of them requests are routed and the OpenAPI document is written.

So the document cannot say anything that the service does not do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from cuijie.gate.encoding import to_json

__all__ = ["JSON", "Answer", "Call", "Handler", "Operation", "Routes", "routes_of"]

JSON = "application/json"


class Call(msgspec.Struct, kw_only=True):
    """One request, read and checked: the decoded body, the headers, the key's name."""

    headers: Mapping[bytes, bytes]
    body: object = None
    key: str | None = None
    is_arriving: bool = False  # the body is not here yet
    is_late: bool = False  # its time is over
    decided: Sequence[tuple[str, Sequence[str]]] = ()  # each decision given and what stood in its way


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What goes back: ready bytes and their type."""

    status: int
    body: bytes
    type: bytes = JSON.encode()
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, value: object, status: int = 200) -> Answer:
        """*value* as JSON."""
        return cls(status=status, body=to_json(value))


Handler = Callable[[Call], Awaitable[Answer]]
"""Answers one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked: where, what it takes, what it answers."""

    id: str
    method: str
    path: str
    handler: Handler
    zh: str
    en: str
    takes: str | None = None  # the name of the body's schema
    decode: Callable[[bytes], object] | None = None
    most_bytes: int = 64 * 1024
    answers: Mapping[int, type | None] = field(default_factory=dict)  # None: text of the type *media*
    media: str = JSON
    refusals: tuple[str, ...] = ()
    needs_key: bool = True
    takes_idempotency_key: bool = False
    example: object = None


Routes = Mapping[str, Mapping[str, Operation]]
"""The operations of each path by method."""


def routes_of(operations: Sequence[Operation]) -> Routes:
    """Where requests go: ids of people never stand in a path, so a path is one of a few fixed words."""
    found: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        found.setdefault(operation.path, {})[operation.method] = operation
    return found
