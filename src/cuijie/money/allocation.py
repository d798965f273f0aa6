"""Payments against what was due, in the order of the law: costs, interest, principal (民法典第五百六十一条).

The article speaks of the costs of realising the claim, of interest and of principal.  Fees and guarantee fees stand
here with interest, as cost of the loan; penalties come last, since the article does not name them.  A contract may
agree on another order; where it does, the collector's statement should say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from cuijie.datafiles import Words
from cuijie.money.flows import Flow
from cuijie.money.loan_facts import ClaimedItem, LoanFacts

__all__ = ["LETTER", "ORDER_BASIS", "Difference", "Item", "differences", "items_named", "left_by_item"]

Item = Literal["costs", "fee", "guarantee", "insurance", "interest", "principal", "penalty"]

ORDER_BASIS = "cn.civil-code.2020/561"
LETTER = "account_statement_request"
"""The document that asks for the debt line by line in writing (a template of the room remedies)."""

_NAMED: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (r"(?:律师|诉讼|保全|仲裁|公证|催收|委外|差旅|上门)[^、和及与+]*?费|律师|委外", ("costs",)),
    # a penalty may name what it is reckoned on; 逾期 before 本金 or 本息 only says that these are late
    (
        r"(?:本金|利息)的?(?=罚息|违约|滞纳)|(?:逾期|违约|滞纳|延期)(?:管理|服务)?(?:费|金(?!额)|利息|罚息)|违约|滞纳|罚息|复利",
        ("penalty",),
    ),
    (r"(?:担保|增信)(?:服务|管理)?(?:费|金)?", ("guarantee",)),
    (r"保险(?:服务)?(?:费|金)?|保费", ("insurance",)),
    (r"本息", ("principal", "interest")),
    (r"息费", ("interest", "fee")),
    (r"(?:服务|会员|手续|管理|审核|咨询)[^、和及与+]*?费|服务|会员|手续|管理|审核|咨询|费", ("fee",)),
    (r"利息|息", ("interest",)),
    (r"本金|(?<![成基])本(?![期月次年日人行笔单])", ("principal",)),
)
_WORDS = re.compile("|".join(f"({pattern})" for pattern, _ in _NAMED))
_TOTAL = Words("合计", "In all")
_UP_TO_TODAY = Words(
    "记录这一栏：全部本金，加上到这一天为止到期的息费",
    "Record: all principal, and the interest and fees due to this day",
)
_BY_THE_CONTRACT = Words(
    "记录这一栏：按合同到最后一期还剩", "Record: what is left by the contract to the last instalment"
)
_UNCLEAR = Words(
    "看不出这一项是本金、利息还是费用，请对方写明",
    "It does not show whether this is principal, interest or a fee: ask",
)
_UNDIVIDED = Words(
    "还款计划没有分开本金和利息，请对方分项写明",
    "The schedule does not divide principal and interest: ask for each item",
)
_REPAID_EARLY = Words(
    "本金已经提前还清，原来的计划不能再当记录：请贷款人写明提前结清的数和结清日期",
    "The principal was repaid early and the schedule no longer tells what is left: ask for the sum and day of settlement",
)
_NOT_PLANNED = Words(
    "合同计划里没有这一项：请对方写明依据、算法和凭证",
    "Not in the contract’s schedule: ask for basis, reckoning and proof",
)
_OF_ONE_KIND = Words(
    "和另一项属于同一类，请对方分开写明，合起来再比",
    "Of the same kind as another item: ask for each, compare them together",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One item of the collector's figure beside the record; ``recorded_fen`` None: the record does not tell.

    ``items`` is what the item's name stands for: several for 本息, none for a name that says none.
    """

    name: Words
    items: tuple[Item, ...]
    claimed_fen: int
    recorded_fen: int | None
    note: Words | None = None

    @property
    def gap_fen(self) -> int | None:
        """Claimed less recorded; None where the record does not tell."""
        return None if self.recorded_fen is None else self.claimed_fen - self.recorded_fen


def items_named(name: str) -> tuple[Item, ...]:
    """What a collector's word for an item stands for; empty for a word that says none (合计, 代偿款)."""
    if "代偿" in name:
        return ()
    found = {item for one in _WORDS.finditer(name) if one.lastindex for item in _NAMED[one.lastindex - 1][1]}
    return tuple(item for item in get_args(Item) if item in found)


def left_by_item(facts: LoanFacts, on: date) -> dict[Item, int] | None:
    """What is left of each item on *on*: all principal, and interest and fees that fell due; fen.

    None where the schedule does not say what is interest and what is principal.
    """
    if not facts.due or not any(one.interest_fen for one in facts.due):
        return None
    left: dict[Item, int] = dict.fromkeys(get_args(Item), 0)
    left["principal"] = sum(one.principal_fen for one in facts.due)
    # a row per day: what falls due is there before that day's payment is set against it
    rows: list[tuple[date, int, Item | None, int]] = [
        (one.due_on, 0, "interest", one.interest_fen) for one in facts.due
    ]
    rows += [(flow.on, 0, _item_of(flow), flow.fen) for flow in facts.fees_due]
    rows += [(flow.on, 1, _own(flow), flow.fen) for flow in facts.paid]
    spare: dict[Item | None, int] = {}  # paid before it fell due
    for day, is_payment, item, fen in sorted(rows, key=lambda row: row[:2]):
        if day > on:
            break
        if is_payment:
            spare[item] = _set_against(left, item, spare.get(item, 0) + fen)
        elif item is not None:
            left[item] += fen
            spare = {own: _set_against(left, own, rest) for own, rest in spare.items()}
    return left


def _item_of(flow: Flow) -> Item:
    return next((item for item in get_args(Item) if item == flow.kind), "fee")


def _own(flow: Flow) -> Item | None:
    """What a payment was said to be for; None for one that was not divided."""
    return None if flow.kind in ("repayment", "disbursement") else _item_of(flow)


def _set_against(left: dict[Item, int], own: Item | None, fen: int) -> int:
    """What of *fen* meets nothing that is left; a payment made for one item meets only that."""
    order: tuple[Item, ...] = ("costs", "fee", "guarantee", "insurance", "interest", "principal", "penalty")
    for item in order if own is None else (own,):
        met = min(left[item], fen)
        left[item] -= met
        fen -= met
    return fen


def differences(
    facts: LoanFacts, on: date, owed_fen: int | None, *, is_repaid_early: bool = False
) -> tuple[Difference, ...]:
    """The collector's items beside the record, then the total; empty where nothing is claimed."""
    if not facts.claimed:
        return ()
    left = None if is_repaid_early else left_by_item(facts, on)
    named = [(one, items_named(one.name)) for one in facts.claimed]
    rows = [_beside(one, items, named, left) for one, items in named if len(named) > 1 or items]
    whole = sum(left.values()) if left is not None and len(rows) else owed_fen
    note = _UP_TO_TODAY if left is not None and rows else _BY_THE_CONTRACT
    if is_repaid_early:  # what is left by the contract is not owed as it stands
        whole, note = None, _REPAID_EARLY
        rows = [replace(one, note=None) for one in rows]
    name = _called(facts.claimed[0]) if not rows else _TOTAL
    claimed = sum(one.fen for one in facts.claimed)
    return (*rows, Difference(name=name, items=(), claimed_fen=claimed, recorded_fen=whole, note=note))


def _beside(
    one: ClaimedItem,
    items: tuple[Item, ...],
    named: Sequence[tuple[ClaimedItem, tuple[Item, ...]]],
    left: dict[Item, int] | None,
) -> Difference:
    recorded = None if left is None or not items else sum(left[item] for item in items)
    note = None
    if not items:
        note = _UNCLEAR
    elif left is None:
        note = _UNDIVIDED
    elif set(items) <= {"costs", "penalty"} and recorded == 0:
        note = _NOT_PLANNED
    elif sum(bool({*items} & {*other}) for _, other in named) > 1:
        recorded, note = None, _OF_ONE_KIND
    return Difference(name=_called(one), items=items, claimed_fen=one.fen, recorded_fen=recorded, note=note)


def _called(one: ClaimedItem) -> Words:
    """What the collector calls it, in their own word; only the total that we write ourselves is put into English."""
    return _TOTAL if one.name == _TOTAL.zh else Words(one.name, one.name)
