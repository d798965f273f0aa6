"""The law room's branch of the root error."""

from __future__ import annotations

from cuijie.errors import BadInput

__all__ = ["LawError", "NotInForce", "NotUnderstood", "TextPackError", "UnknownLaw"]


class LawError(BadInput):
    """A question about the law that the library cannot answer as it was put."""

    code = "LW-001"


class UnknownLaw(LawError):
    """An id that is not in the library."""

    code = "LW-002"
    remedy = "用 cuijie law search 加几个词查找；法律库没有收录的规范，本程序不引用。"


class NotInForce(LawError):
    """A provision asked for on a day on which it was not in force."""

    code = "LW-003"


class NotUnderstood(LawError):
    """Words that name no instrument of the library, or no article of it."""

    code = "LW-004"
    remedy = "可以这样写：民法典1032、个保法第十三条第一款第二项、刑法第253条之一、cn.psapl/50；或用 cuijie law search 加几个词。"


class TextPackError(LawError):
    """A law text or a text pack that cannot be used."""

    code = "LW-005"
