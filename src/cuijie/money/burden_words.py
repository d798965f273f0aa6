"""The month of a household in plain sentences: what it comes to, and what it means."""

from __future__ import annotations

from cuijie.datafiles import Words
from cuijie.money.amounts import percent, yuan
from cuijie.money.burden import Burden

__all__ = ["burden_lines"]


def burden_lines(found: Burden) -> tuple[Words, ...]:
    """The sentences, in the order in which they are read."""
    return (*_month(found), *_cost(found), _meaning(found))


def _month(found: Burden) -> list[Words]:
    rows = [
        Words(
            f"收入 {yuan(found.income_fen)} 元，必要生活支出 {yuan(found.costs_fen)} 元，已有的债每月要还 {yuan(found.debts_fen)} 元",
            f"income {yuan(found.income_fen)}, necessary costs {yuan(found.costs_fen)}, present debts {yuan(found.debts_fen)} a month",
        )
    ]
    if found.unknown_debts:
        names = "、".join(found.unknown_debts)
        rows.append(Words(f"还不知道每月要还多少：{names}", f"monthly payment not known: {names}"))
    if found.new_fen is not None:
        rows.append(
            Words(
                f"新的这笔最多的一个月要还 {yuan(found.new_fen)} 元",
                f"the new loan takes up to {yuan(found.new_fen)} a month",
            )
        )
    if found.share is not None and found.share_before is not None:
        rows.append(
            Words(
                f"还债占收入：现在 {percent(found.share_before)}，借了以后 {percent(found.share)}",
                f"debt payments over income: now {percent(found.share_before)}, then {percent(found.share)}",
            )
        )
    return rows


def _cost(found: Burden) -> list[Words]:
    rows = list[Words]()
    if found.new_total_fen is not None and found.new_received_fen:
        more = found.new_total_fen - found.new_received_fen
        rows.append(
            Words(
                f"到手 {yuan(found.new_received_fen)} 元，一共要还 {yuan(found.new_total_fen)} 元，多付 {yuan(more)} 元",
                f"received {yuan(found.new_received_fen)}, to pay {yuan(found.new_total_fen)}: {yuan(more)} more",
            )
        )
    if found.yearly is not None:
        rows.append(Words(f"实际年化（复利）{percent(found.yearly)}", f"effective annual rate {percent(found.yearly)}"))
    return rows


def _meaning(found: Burden) -> Words:
    left = found.left[0][1]
    if found.is_carried is None:
        return Words("还缺几个数，说不准：补上每月要还多少再看。", "Some sums are missing: add the monthly payments.")
    if found.is_to_pay_debts:
        return Words(
            "现在的收入已经不够付生活和旧债：借新的来还旧的，债只会变多。先和现在的贷款人谈延期、分期。",
            "Income does not cover life and present debts: new money would pay old debt. Ask present lenders for time first.",
        )
    if left < 0:
        return Words(f"借了以后每月差 {yuan(-left)} 元：还不上。", f"With it, {yuan(-left)} a month would be lacking.")
    return Words(
        f"借了以后每月还剩 {yuan(left)} 元。收入一变就看下面两行；急用的钱、看病的钱不在里面。",
        f"With it, {yuan(left)} a month is left, nothing set aside for emergencies.",
    )
