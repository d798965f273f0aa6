"""The later parts of what ``cuijie owe`` prints: overdue stage, limitation, offers side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.output import headline, say
from cuijie.money.plain import offers_of

if TYPE_CHECKING:
    from cuijie.money import LoanFacts, OfferResult, Owing

__all__ = ["tell_offers", "tell_overdue"]

_ROWS_SHOWN = 6


def tell_overdue(account: Owing) -> None:
    """The overdue stage, then from when limitation runs and what started it anew."""
    late, time = account.overdue, account.limitation
    if late is not None:
        headline("\n逾期到哪一步", "\nOverdue")
        told = t("（你说的）", " (told)") if late.is_told else ""
        say(
            f"  从 {late.since.isoformat()} 起{told}，{late.stage}；M 几是行业叫法",
            f"  since {late.since.isoformat()}{told}, {late.days} days",
        )
        click.echo(f"  {t(*late.to_do)}")
    if time is None:
        return
    headline("\n诉讼时效（民法典第一百八十八条、第一百九十五条）", "\nLimitation (civil code 188, 195)")
    say(f"  从 {time.started_on.isoformat()} 起算：{time.started_by.zh}", f"  from {time.started_on.isoformat()}")
    for one in time.restarts[-3:]:
        say(f"  {one.on.isoformat()} 重新算：{one.why.zh}", f"  anew from {one.on.isoformat()}")
    if time.full_on is not None:
        say(
            f"  按现在知道的，最早到 {time.full_on.isoformat()} 满三年",
            f"  three years full at the earliest on {time.full_on.isoformat()}",
        )
    for note in time.notes:
        click.echo(f"    {t(*note)}")


def tell_offers(facts: LoanFacts, account: Owing) -> None:
    """Every offer of the form with its figures, its warnings and its payments."""
    from cuijie.money import yuan

    found = offers_of(facts, account)
    if not found:
        return
    headline("\n几个方案比一比", "\nThe offers")
    if account.owed_fen is not None:
        say(f"  成本都和按合同还剩的 {yuan(account.owed_fen)} 元相比", f"  measured against {yuan(account.owed_fen)}")
    elif facts.claimed:
        say(
            "  还款计划不知道，成本和对方说的数相比；对方的数还没有核实",
            "  measured against the figure claimed, unchecked",
        )
    for one in found:
        _tell_offer(one)


def _tell_offer(one: OfferResult) -> None:
    from cuijie.money import percent, yuan

    carried = {
        True: t("还得起", "affordable"),
        False: t("超过每月余力", "not affordable"),
        None: t("还得起吗：没有写家庭收支", "budget not known"),
    }
    click.secho(f"  {one.offer.name}", bold=True)
    say(
        f"    一共 {yuan(one.total_fen)} 元，最高一个月 {yuan(one.monthly_fen)} 元，{one.ends_on.isoformat()} 付完；{carried[one.is_affordable]}",
        f"    total {yuan(one.total_fen)}, at most {yuan(one.monthly_fen)} a month, ends {one.ends_on.isoformat()}; {carried[one.is_affordable]}",
    )
    if one.effective_annual is not None:
        say(
            f"    实际年化成本 {percent(one.effective_annual)}",
            f"    effective annual cost {percent(one.effective_annual)}",
        )
    if one.more_fen is not None:
        word = t("多付", "more") if one.more_fen > 0 else t("少付", "less")
        say(f"    比现在欠的{word} {yuan(abs(one.more_fen))} 元", f"    {yuan(abs(one.more_fen))} {word}")
    for warning in one.warnings:
        click.echo(f"    ! {t(*warning.text)}")
    rows = one.offer.payments
    for row in rows[:_ROWS_SHOWN]:
        click.echo(f"      {row.due_on.isoformat()}　{yuan(row.fen)}")
    if len(rows) > _ROWS_SHOWN:
        say(f"      …… 共 {len(rows)} 期，全部见 --json", f"      … {len(rows)} in all, see --json")
