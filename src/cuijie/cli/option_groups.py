"""Options that say one thing together reach their command as one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = ["grouped"]

_Command = Callable[..., None]
_Option = Callable[[_Command], _Command]


def grouped(name: str, made: type[DataclassInstance], *options: _Option) -> _Option:
    """Adds *options*, shown in their order; what they say arrives as *name*, one *made* with a field for each."""
    given = [field.name for field in fields(made)]

    def add(function: _Command) -> _Command:
        @wraps(function)
        def called(*args: Any, **values: Any) -> None:
            held = made(**{field: values.pop(field) for field in given})
            function(*args, **{name: held}, **values)

        command: _Command = called
        for option in reversed(options):
            command = option(command)
        return command

    return add
