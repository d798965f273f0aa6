"""The one root of every error that Cuijie raises on purpose.

Each room has one branch below it.  An error says what happened and what the reader can do next, in
Chinese; both are shown to the user as they stand, so neither may hold a name, a number or a message
text that is not the user's own input.
"""

from __future__ import annotations

from typing import ClassVar

__all__ = ["BadInput", "CouldNotFinish", "CuijieError"]


class CuijieError(Exception):
    """Something Cuijie cannot do, said in the user's words.

    ``code`` is stable (two letters of the room, a number), ``exit_code`` is the command's: 2 for wrong
    use or bad input, 3 for work that could not be finished.
    """

    code: ClassVar[str] = "CJ-000"
    exit_code: ClassVar[int] = 2
    remedy: str = ""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if remedy is not None:
            self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n{self.remedy}" if self.remedy else self.message


class BadInput(CuijieError):
    """What was given cannot be used as it is: the case is left as it was."""

    code = "CJ-002"


class CouldNotFinish(CuijieError):
    """The request was sound but the machine could not finish it (disk full, no permission, no answer)."""

    code = "CJ-003"
    exit_code = 3
