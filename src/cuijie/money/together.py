"""Several loans together: totals, and the order in which they are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cuijie.datafiles import Words
from cuijie.money.household import Rank, placed, placeless
from cuijie.money.loan_facts import LoanFacts
from cuijie.money.owing import Owing

__all__ = ["Together", "name_of", "together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Totals in fen over every loan; ``owed_fen`` counts only the loans that are known, ``unknown`` names the others.

    A loan that is noted as settled counts for nothing that is still to be paid, and is named in ``settled``.  ``order``
    is the numbers (from 0) of the loans of which something is left, or nothing known, as far as their place can be told
    (``household.placed``); ``why`` says for each what put it there, ``placeless`` what the others lack.
    """

    received_fen: int
    paid_fen: int
    owed_fen: int
    overdue_fen: int
    claimed_fen: int | None
    unknown: tuple[str, ...]
    settled: tuple[str, ...]
    order: tuple[int, ...]
    why: tuple[Words, ...]
    placeless: Words | None
    is_owed_known: bool  # of one of the loans that run at least, or none runs


def name_of(facts: LoanFacts, number: int) -> str:
    """What the loan is called where several are shown; *number* from 0."""
    return facts.lender_name or f"第 {number + 1} 笔"


def together(loans: Sequence[LoanFacts], accounts: Sequence[Owing]) -> Together:
    """The totals and the order of *loans*, whose accounts stand in the same places of *accounts*."""
    pairs = list(zip(loans, accounts, strict=True))
    running = [number for number, facts in enumerate(loans) if not facts.is_settled]
    left = [n for n in running if accounts[n].owed_fen != 0]
    ranks = [_rank(name_of(loans[n], n), *pairs[n]) for n in left]
    order = [left[place] for place in placed(ranks)]
    claimed = [sum(item.fen for item in loans[n].claimed) for n in running if loans[n].claimed]
    return Together(
        received_fen=sum(account.received_fen for account in accounts),
        paid_fen=sum(account.paid_fen for account in accounts),
        owed_fen=sum(accounts[n].owed_fen or 0 for n in running),
        overdue_fen=sum(accounts[n].overdue_fen or 0 for n in running),
        claimed_fen=sum(claimed) if claimed else None,
        unknown=tuple(name_of(loans[n], n) for n in running if accounts[n].owed_fen is None),
        settled=tuple(name_of(facts, n) for n, facts in enumerate(loans) if facts.is_settled),
        order=tuple(order),
        why=tuple(_why(*pairs[n]) for n in order),
        placeless=placeless(ranks),
        is_owed_known=not running or any(accounts[n].owed_fen is not None for n in running),
    )


def _rate(account: Owing) -> Decimal | None:
    rates = account.rates
    return next((one for one in (rates.xirr, rates.effective_annual, rates.simple_annual) if one is not None), None)


def _rank(name: str, facts: LoanFacts, account: Owing) -> Rank:
    return Rank(
        name=name,
        is_secured=facts.is_secured is True,
        is_sued=facts.is_sued is True,
        rate=_rate(account),
        owed_fen=account.owed_fen,
    )


def _why(facts: LoanFacts, account: Owing) -> Words:
    if facts.is_secured:
        return Words("有抵押或质押", "secured")
    if facts.is_sued:
        return Words("已经起诉", "a suit is pending")
    if _rate(account) is not None:
        return Words("按利率从高到低", "by the highest rate")
    return Words("其余只有这一笔", "the only other one")
