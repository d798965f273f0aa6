"""The JSON of ``cuijie owe``: one loan's account at the top, several under ``loans`` with their totals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cuijie.cli.owe.source import Gathered
    from cuijie.money import Owing
    from cuijie.records.results import CheckResult

__all__ = ["plain"]


def plain(gathered: Gathered, accounts: Sequence[Owing], kept: Sequence[CheckResult] = ()) -> dict[str, object]:
    """Everything ``owe`` found, as plain values, and under which ids the case keeps it."""
    from cuijie.money.plain import plain_account, plain_together

    rest: dict[str, object] = {
        "candidates": [
            {
                "name": one.name,
                "received_fen": one.received_fen,
                "paid_fen": one.paid_fen,
                "count": one.count,
                "first_on": one.first_on.isoformat(),
                "last_on": one.last_on.isoformat(),
            }
            for one in gathered.candidates
        ],
        "left_out": [
            {"place": one.place, "on": one.on.isoformat() if one.on else None, "fen": one.fen, "why": one.why.zh}
            for one in gathered.left_out
        ],
        "notes": list(gathered.notes),
    }
    if kept:
        rest["kept"] = [one.result_id for one in kept]
    each = [plain_account(facts, account) for facts, account in zip(gathered.loans, accounts, strict=True)]
    if len(each) == 1:
        return each[0] | rest
    return {"loans": each, "together": plain_together(gathered.loans, accounts)} | rest
