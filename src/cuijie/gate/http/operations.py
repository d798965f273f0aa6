"""What an operation is: from one table of them requests are routed and the OpenAPI document is written.

So the document cannot say anything that the service does not do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

__all__ = ["JSON", "Answer", "Call", "Handler", "Operation", "Routes"]

JSON = "application/json"
_encode = msgspec.json.Encoder().encode


class Call(msgspec.Struct, kw_only=True):
    """One request, read and checked: the decoded body, the path's parameters, the key's name."""

    body: object = None
    path: Mapping[str, str] = {}
    headers: Mapping[bytes, bytes] = {}
    key: str | None = None
    is_arriving: bool = False  # the body is not here yet
    is_late: bool = False  # its time is over
    decision: str | None = None  # what a handler lets the log say of its answer
    reasons: Sequence[str] = ()
    decided: Sequence[tuple[str, Sequence[str]]] = ()  # the same, of a batch


class Answer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What goes back: ready bytes and their type."""

    status: int
    body: bytes
    type: bytes = JSON.encode()
    headers: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, value: object, status: int = 200) -> Answer:
        """*value* as JSON."""
        return cls(status=status, body=_encode(value))


Handler = Callable[[Call], Awaitable[Answer]]
"""Answers one request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked: where, what it takes, what it answers."""

    id: str
    method: str
    path: str  # parameters as {name}
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

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the path's parameters."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))


class Routes:
    """Finds the operation for a method and a path."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = tuple(operations)
        self._plain: dict[str, dict[str, Operation]] = {}
        self._with_parameters: list[tuple[list[str], dict[str, Operation]]] = []
        for operation in operations:
            if not operation.parameters:
                self._plain.setdefault(operation.path, {})[operation.method] = operation
                continue
            parts = operation.path.split("/")
            found = next((methods for known, methods in self._with_parameters if known == parts), None)
            if found is None:
                self._with_parameters.append((parts, {operation.method: operation}))
            else:
                found[operation.method] = operation

    def methods(self, path: str) -> tuple[Mapping[str, Operation], dict[str, str]]:
        """The operations at *path* by method, and the values of its parameters; no operations: no such address."""
        plain = self._plain.get(path)
        if plain is not None:
            return plain, {}
        asked = path.split("/")
        for parts, methods in self._with_parameters:
            if len(parts) == len(asked) and all(p[:1] == "{" or p == a for p, a in zip(parts, asked, strict=True)):
                return methods, {p[1:-1]: a for p, a in zip(parts, asked, strict=True) if p[:1] == "{"}
        return {}, {}
