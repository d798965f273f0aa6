"""``cuijie owe --budget``: what a household's month looks like before it borrows again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.output import headline, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.cli.owe.source import Gathered
    from cuijie.money import Owing
    from cuijie.money.burden import Burden

__all__ = ["tell_budget"]


def tell_budget(gathered: Gathered, accounts: Sequence[Owing], *, as_json: bool) -> None:
    """The month with and without the one loan of the form.  Raises BadInput without a household."""
    from cuijie.money.burden import burden

    household = next((facts.household for facts in gathered.loans if facts.household), None)
    if household is None or len(gathered.loans) != 1:
        raise BadInput(
            t("要算的是一笔打算借的钱和家里的收支。", "One loan and the household are needed."),
            remedy=t(
                "表单里写 家庭: {收入: …, 必要支出: …, 其他债务: […]}，再写打算借的本金、到手、期数、首期、每期还款。",
                "Write 家庭 and the terms of the loan into the form.",
            ),
        )
    facts, account = gathered.loans[0], accounts[0]
    found = burden(household, facts, account)
    if as_json:
        print_json(_plain(found))
    else:
        _tell(found)


def _plain(found: Burden) -> dict[str, object]:
    return {
        "income_fen": found.income_fen,
        "costs_fen": found.costs_fen,
        "debts_fen": found.debts_fen,
        "unknown_debts": list(found.unknown_debts),
        "new_monthly_fen": found.new_fen,
        "new_total_fen": found.new_total_fen,
        "new_received_fen": found.new_received_fen,
        "effective_annual": None if found.yearly is None else str(found.yearly.normalize()),
        "debt_share_of_income": None if found.share is None else str(found.share),
        "debt_share_before": None if found.share_before is None else str(found.share_before),
        "left": [{"income_falls_by": str(shock), "left_fen": fen} for shock, fen in found.left],
        "is_carried": found.is_carried,
    }


def _tell(found: Burden) -> None:
    from cuijie.money import percent, yuan
    from cuijie.money.burden_words import burden_lines

    headline("借之前，先看一个月", "One month, before borrowing")
    for words in burden_lines(found):
        click.echo(f"  {t(*words)}")
    for shock, fen in found.left[1:]:
        say(
            f"  收入少了 {percent(shock, 0)} 的话，每月{'还剩' if fen >= 0 else '差'} {yuan(abs(fen))} 元",
            f"  income down {percent(shock, 0)}: {yuan(fen)} left a month",
        )
