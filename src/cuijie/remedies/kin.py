"""What a spouse or an heir reads who is told that the debt is theirs too: one sentence of the law, with its source."""

from __future__ import annotations

from datetime import date

from cuijie.law import library
from cuijie.remedies.material import Reader

__all__ = ["owing_of"]

_PROVISIONS: dict[Reader, str] = {
    "spouse": "cn.civil-code.2020/1064",  # which debts of a spouse are joint
    "heir": "cn.civil-code.2020/1161",  # how far heirs answer for the debts of the dead
}


def owing_of(reader: Reader, on: date) -> tuple[str, str] | None:
    """How far the law of *on* makes *reader* owe for the borrower, in Chinese and English; None for everybody else."""
    id = _PROVISIONS.get(reader)
    if id is None or library().in_force(id, on) is not True:
        return None
    provision, cite = library().provision(id), library().cite(id, on)
    return f"{provision.paraphrase_zh.rstrip('。')}（{cite}）。", f"{provision.paraphrase_en.rstrip('.')} ({cite})."
