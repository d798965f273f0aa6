"""What ``cuijie owe`` prints for a person: the account of each loan, then all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.output import headline, say
from cuijie.cli.owe.plan import tell_offers, tell_overdue

if TYPE_CHECKING:
    from cuijie.cli.owe.source import Gathered
    from cuijie.money import Household, LoanFacts, Owing

__all__ = ["tell"]


def tell(gathered: Gathered, accounts: Sequence[Owing]) -> None:
    """Print every loan, then the totals, then what of the bills was not counted."""
    from cuijie.money import LoanFacts, name_of

    for number, (facts, account) in enumerate(zip(gathered.loans, accounts, strict=True)):
        if len(accounts) > 1:
            click.secho(("\n" if number else "") + f"【{name_of(facts, number)}】", bold=True)
        if facts != LoanFacts():  # bills alone, nobody named yet: there is no account to show
            _loan(facts, account, has_plan=len(accounts) == 1)
    if len(accounts) > 1:
        _tell_together(gathered, accounts)
    _tell_bills(gathered)
    if not all(facts.is_settled for facts in gathered.loans):
        say(
            "\n欠的本金要还。“可以争议”的金额由法院或监管认定；协商前请知道：书面申请延期、分期会使诉讼时效重新计算"
            "（诉讼时效规定第十四条）。",
            "\nThe principal is to be paid. What is disputable is for a court or regulator to decide.",
        )


def _tell_together(gathered: Gathered, accounts: Sequence[Owing]) -> None:
    from cuijie.money import affordable_fen, months_to_pay, name_of, others_fen, together, yuan

    total = together(gathered.loans, accounts)
    headline(f"\n合起来（{len(accounts)} 笔）", f"\nTogether ({len(accounts)})")
    say(
        f"  到手 {yuan(total.received_fen)} 元，已还 {yuan(total.paid_fen)} 元",
        f"  {yuan(total.received_fen)}, paid {yuan(total.paid_fen)}",
    )
    if total.is_owed_known:
        say(
            f"  按合同还剩 {yuan(total.owed_fen)} 元，其中已到期 {yuan(total.overdue_fen)} 元",
            f"  left {yuan(total.owed_fen)}, overdue {yuan(total.overdue_fen)}",
        )
    if total.settled:
        say(f"  已结清的不算在内：{'、'.join(total.settled)}", f"  settled: {', '.join(total.settled)}")
    if total.unknown:
        say(f"  还没算进去（缺还款计划）：{'、'.join(total.unknown)}", f"  not known: {', '.join(total.unknown)}")
    household = next((facts.household for facts in gathered.loans if facts.household), None)
    if household is not None:
        others = others_fen(household)
        monthly = max(0, affordable_fen(household) - others)
        months = months_to_pay(total.owed_fen, monthly)
        less = t(f"（其他债每月要付的 {yuan(others)} 元已经减去）", f" ({yuan(others)} for other debts taken off)")
        time = (
            ""
            if months is None or total.unknown or total.owed_fen == 0
            else t(f"，不再加息费约 {months} 个月还清", f", about {months} months")
        )
        less = less if others else ""
        say(f"  每月余力约 {yuan(monthly)} 元，各笔合用{less}{time}", f"  {yuan(monthly)} a month for all{less}{time}")
        _tell_debts_beside(household)
    for place, (number, why) in enumerate(zip(total.order, total.why, strict=True), start=1):
        say(
            f"  先后 {place}：{name_of(gathered.loans[number], number)}（{why.zh}）",
            f"  {place}: {name_of(gathered.loans[number], number)}",
        )
    if total.placeless:
        say(f"  {total.placeless.zh}", f"  {total.placeless.en}")


def _tell_debts_beside(household: Household) -> None:
    """The debts of which no account is made here, and which the same month has to carry."""
    from cuijie.money import yuan

    for debt in household.debts:
        if debt.is_secured or debt.is_sued or debt.monthly_fen:
            continue  # what these need is taken off before
        say(
            f"  还有{debt.name}（余 {yuan(debt.balance_fen)} 元，月供没有写），也要从这里出",
            f"  beside them {debt.name} ({yuan(debt.balance_fen)}, no monthly sum written), out of the same sum",
        )


def _tell_bills(gathered: Gathered) -> None:
    from cuijie.money import LoanFacts, yuan

    if gathered.candidates:
        headline("\n账单里像贷款人的（都还没有算）", "\nWho in the bills looks like a lender (not counted yet)")
        for one in gathered.candidates:
            say(
                f"  {one.name}：收 {yuan(one.received_fen)} 元，付 {yuan(one.paid_fen)} 元，共 {one.count} 笔，"
                f"{one.first_on.isoformat()} 至 {one.last_on.isoformat()}",
                f"  {one.name}: in {yuan(one.received_fen)}, out {yuan(one.paid_fen)}, {one.count} lines",
            )
        say(
            "  是哪一家，请用 --lender 名字 确认；会员费、担保费用 --to 名字=会员费。",
            "  Confirm with --lender NAME, --to NAME=fee.",
        )
    elif all(facts == LoanFacts() for facts in gathered.loans):
        say(
            "账单里没有看到像贷款人的收付。知道名字的，用 --lender 名字。",
            "No lender seen in the bills. Try --lender NAME.",
        )
    if gathered.left_out:
        headline("\n没有算进去的", "\nNot counted")
        for line in gathered.left_out:
            day = line.on.isoformat() if line.on else t("没有日期", "no date")
            click.echo(f"  {day}　{yuan(line.fen)}　{t(*line.why)}（{line.place}）")
    for note in gathered.notes:
        click.echo(f"  · {note}")


def _loan(facts: LoanFacts, account: Owing, *, has_plan: bool) -> None:
    from cuijie.money import costs_beside, yuan

    headline(f"算到 {account.as_of.isoformat()}", f"As of {account.as_of.isoformat()}")
    if facts.received:
        say(f"  实际到手　{yuan(account.received_fen)} 元", f"  received   {yuan(account.received_fen)}")
    else:
        say("  实际到手　还不知道", "  received   not known")
    say(f"  已经还了　{yuan(account.paid_fen)} 元", f"  paid       {yuan(account.paid_fen)}")
    if facts.is_settled:
        say(
            "  你记着已经结清：下面只按合同和有记录的还款算，“还剩”是还没有记录的还款，不是说你还欠；结清证明要留好",
            "  noted as settled: what is left below are payments not on record, not a debt; keep the proof",
        )
    if account.owed_fen is not None:
        early = t(
            "（本金已提前还清，这是以后各期的利息，见下）", " (principal repaid early; interest of later periods)"
        )
        early = early if account.repaid_early_on else ""
        say(f"  按合同还剩 {yuan(account.owed_fen)} 元{early}", f"  left       {yuan(account.owed_fen)}{early}")
    if account.overdue_fen:
        say(f"  其中已到期 {yuan(account.overdue_fen)} 元", f"  overdue    {yuan(account.overdue_fen)}")
    told = account.told_received_fen, account.told_paid_fen
    if any(told):
        say(
            f"  其中只有你说、还没有流水的：到手 {yuan(told[0])} 元，已还 {yuan(told[1])} 元",
            f"  told only  received {yuan(told[0])}, paid {yuan(told[1])}",
        )
    for payee, fen, count in account.costs_by_payee:
        say(
            f"  付过息费　{yuan(fen)} 元（收款方：{payee or '没有写'}{f'，{count} 笔' if count > 1 else ''}）",
            f"  cost paid  {yuan(fen)} to {payee or '?'} ({count})",
        )
    _tell_rates(account)
    if (beside := costs_beside(facts, account)) is not None:
        click.echo(f"  {t(*beside.words)}")
    _tell_lines(account)
    _tell_difference(account)
    tell_overdue(account)
    if (
        has_plan and not facts.is_settled
    ):  # one household carries several loans together, so its plan is told once, with the totals
        _tell_plan(facts, account)
    tell_offers(facts, account)
    if account.missing:
        headline("\n还缺", "\nMissing")
        for line in account.missing:
            click.echo(f"  · {t(*line)}")


def _tell_rates(account: Owing) -> None:
    from cuijie.money import percent

    rates = account.rates
    rows = (
        (t("每期内部收益率", "IRR per period"), rates.period),
        (t(f"名义年化（每期 × {rates.periods_a_year}）", "nominal annual"), rates.nominal_annual),
        (t("实际年化（复利）", "effective annual"), rates.effective_annual),
        (t("按日期的实际年化 XIRR", "XIRR"), rates.xirr),
        (t("单利年化", "simple annual"), rates.simple_annual),
    )
    as_paid = (t("按已经收付的 XIRR（不含没付的）", "XIRR of what was paid so far"), rates.xirr_as_paid)
    known = [(name, rate) for name, rate in (*rows, as_paid) if rate is not None]
    if known or rates.several:
        headline(f"\n年化利率（{rates.day_count}）", f"\nRates ({rates.day_count})")
    for name, rate in known:
        click.echo(f"  {name}　{percent(rate)}")
    if rates.several:
        found = "、".join(percent(rate) for rate in rates.roots)
        click.echo(
            t(
                f"  内部收益率有 {len(rates.roots)} 个解（{found}），哪个都不能单独用，请看单利年化。",
                f"  several roots: {found}",
            )
            if found
            else t(
                "  这组现金流没有内部收益率，请看单利年化，并核对金额。",
                "  These flows have no internal rate of return.",
            )
        )


def _tell_lines(account: Owing) -> None:
    from cuijie.law import LawError, library
    from cuijie.money import percent, yuan

    headline("\n哪条线说得上话", "\nWhich lines speak")
    for result in account.lines:
        if result.applies is False:
            continue
        line = result.line
        title = t(*line.title)
        state = "" if result.applies else t("（还不能确定是否适用）", " (not certain to apply)")
        cap = f"　{percent(result.cap)}" if result.cap is not None else ""
        click.echo(f"  · {title}{cap}{state}")
        try:
            cite = library().cite(line.provision, account.as_of)
        except LawError:
            cite = library().provision(line.provision).instrument.title
        second = "" if line.confidence == "verified" else t("（二手资料，引用前请核对）", " (second hand)")
        click.echo(f"    {cite}{second}")
        if result.over_fen is not None:
            say(f"    可以争议：{yuan(result.over_fen)} 元", f"    disputable: {yuan(result.over_fen)}")
        for step in result.working:
            click.echo(f"      {t(*step)}")
        if line.note:
            click.echo(f"    {t(*line.note)}")


def _tell_difference(account: Owing) -> None:
    from cuijie.money import LETTER, yuan

    if not account.differences:
        return
    headline("\n和对方说的比一比", "\nBeside the collector's figure")
    for one in account.differences:
        recorded = t("没有记录", "no record") if one.recorded_fen is None else yuan(one.recorded_fen)
        gap = "" if not one.gap_fen else t(f"，差 {yuan(one.gap_fen)}", f", gap {yuan(one.gap_fen)}")
        say(
            f"  {one.name.zh}：对方说 {yuan(one.claimed_fen)}，记录是 {recorded}{gap}",
            f"  {one.name.en}: {yuan(one.claimed_fen)} / {recorded}{gap}",
        )
        if one.note:
            click.echo(f"      {t(*one.note)}")
    say(
        "  还款按费用、利息、本金的次序抵（民法典第五百六十一条，另有约定除外）。"
        f"对不上的，请对方给书面账单：cuijie draft 案卷 {LETTER}",
        f"  Payments go to costs, interest, principal (civil code 561). Ask in writing: cuijie draft CASE {LETTER}",
    )


def _tell_plan(facts: LoanFacts, account: Owing) -> None:
    from cuijie.money import affordable_fen, in_order, left_for_fen, months_to_pay, yuan

    if facts.household is None:
        return
    whole, monthly = affordable_fen(facts.household), left_for_fen(facts) or 0
    headline("\n还得起多少", "\nWhat the household can carry")
    say(f"  留足必要生活费和有抵押、已起诉的债以后，每月约 {yuan(whole)} 元", f"  about {yuan(whole)} a month")
    if monthly < whole:
        say(
            f"  减去其他债每月要付的，能用来还这一笔的约 {yuan(monthly)} 元",
            f"  less what other debts need: about {yuan(monthly)} for this loan",
        )
    months = months_to_pay(account.owed_fen, monthly) if account.owed_fen is not None else None
    if months is not None:
        say(f"  不再加息费的话，约 {months} 个月还清", f"  about {months} months without further cost")
        if facts.product == "credit_card" and months <= 60:
            say("  信用卡个性化分期最长 60 期，这个期数在范围内", "  within the 60 instalments of a credit-card plan")
    elif monthly == 0:
        say(
            "  现在没有余力：先申请延期并说明困难，不要承诺还不起的数，不要借新还旧",
            "  Nothing is left: ask for time, promise nothing you cannot keep.",
        )
    ordered, placeless = in_order(facts.household.debts)
    for debt in ordered:
        say(f"  先后：{debt.name}（余 {yuan(debt.balance_fen)} 元）", f"  order: {debt.name}")
    if placeless:
        say(f"  {placeless.zh}", f"  {placeless.en}")
