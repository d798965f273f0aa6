"""What can be wrong with a rule, said in the words of whoever wrote it."""

from __future__ import annotations

from cuijie.errors import BadInput

__all__ = ["PredicateError", "RulebookError"]


class RulebookError(BadInput):
    """The rulebook cannot be used as asked."""

    code = "RB-001"


class PredicateError(RulebookError):
    """A condition that is not in the rule language: the message says what stands there and what may stand there."""

    code = "RB-101"
