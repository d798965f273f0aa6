"""``cuijie owe``: what is really owed, which line on interest speaks, and what a household can carry."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json

if TYPE_CHECKING:
    from decimal import Decimal

    from cuijie.money import LoanFacts, Owing
    from cuijie.money.owing import LineResult

__all__ = ["command"]

_EXAMPLE = """
\b
  贷款人类型: consumer_finance     # 看合同或到账的付款方；不知道就不写
  合同日: 2026-02-18
  本金: 10000.00                   # 合同上写的
  到手: [{日期: 2026-02-18, 金额: 9400.00}]
  期数: 12
  首期: 2026-03-18
  每期还款: 925.00                 # 或写 还款方式: 等额本息 和 年利率: 24%
  已还: [{日期: 2026-03-18, 金额: 925.00}, {日期: 2026-03-18, 金额: 50, 种类: 会员费, 收款方: 某平台}]
  催收方说: 12000.00
  家庭: {收入: 6000, 必要支出: 4200}
"""


@click.command(
    help=t(
        "算清实际欠多少：到手、已还、还剩、几种年化利率，哪条上限适用，和催收方说的差在哪里，每月还得起多少。"
        "欠的钱要还；超过上限的部分是“可以争议”的金额，由法院或监管认定。\n\n表单是一个 YAML 文件，例如：" + _EXAMPLE,
        "What is really owed: received, paid, left, the rates by their names, which cap speaks, the difference to "
        "the collector's figure, and what the household can carry. The form is a small YAML file.",
    )
)
@click.argument("form", type=click.Path(path_type=Path))
@click.option("--on", type=DAY, help=t("算到哪一天（默认今天）", "as of this day"))
@json_option
def command(form: Path, on: date | None, as_json: bool) -> None:
    """Read the form and print the account."""
    from cuijie.money import owing, read_form

    facts = read_form(form)
    account = owing(facts, on or today())
    if as_json:
        print_json(_plain(facts, account))
    else:
        _tell(facts, account)


def _rate(rate: Decimal | None) -> str | None:
    return None if rate is None else str(rate.normalize())


def _plain(facts: LoanFacts, account: Owing) -> dict[str, object]:
    rates = account.rates
    return {
        "as_of": account.as_of.isoformat(),
        "received_fen": account.received_fen,
        "principal_fen": account.principal_fen,
        "paid_fen": account.paid_fen,
        "owed_fen": account.owed_fen,
        "overdue_fen": account.overdue_fen,
        "costs_paid": [{"kind": kind, "payee": payee, "fen": fen} for kind, payee, fen in account.costs_paid],
        "rates": {
            "period_irr": _rate(rates.period),
            "periods_a_year": rates.periods_a_year,
            "nominal_annual": _rate(rates.nominal_annual),
            "effective_annual": _rate(rates.effective_annual),
            "xirr": _rate(rates.xirr),
            "simple_annual": _rate(rates.simple_annual),
            "no_single_root": rates.several,
            "day_count": rates.day_count,
        },
        "lines": [_plain_line(result) for result in account.lines],
        "differences": [
            {"name": one.name, "claimed_fen": one.claimed_fen, "recorded_fen": one.recorded_fen}
            for one in account.differences
        ],
        "missing": list(account.missing),
        "plan": _plain_plan(facts, account),
    }


def _plain_line(result: LineResult) -> dict[str, object]:
    return {
        "id": result.line.id,
        "provision": result.line.provision,
        "also": list(result.line.also),
        "confidence": result.line.confidence,
        "applies": result.applies,
        "cap_annual": _rate(result.cap),
        "over_fen": result.over_fen,
        "title": result.line.title_zh,
        "working": list(result.working),
    }


def _plain_plan(facts: LoanFacts, account: Owing) -> dict[str, object] | None:
    from cuijie.money import affordable_fen, in_order, months_to_pay

    if facts.household is None:
        return None
    monthly = affordable_fen(facts.household)
    return {
        "affordable_fen": monthly,
        "months": months_to_pay(account.owed_fen, monthly) if account.owed_fen is not None else None,
        "order": [debt.name for debt in in_order(facts.household.debts)],
    }


def _tell(facts: LoanFacts, account: Owing) -> None:
    from cuijie.money import yuan

    click.secho(t(f"算到 {account.as_of.isoformat()}", f"As of {account.as_of.isoformat()}"), bold=True)
    click.echo(t(f"  实际到手　{yuan(account.received_fen)} 元", f"  received   {yuan(account.received_fen)}"))
    click.echo(t(f"  已经还了　{yuan(account.paid_fen)} 元", f"  paid       {yuan(account.paid_fen)}"))
    if account.owed_fen is not None:
        click.echo(t(f"  按合同还剩 {yuan(account.owed_fen)} 元", f"  left       {yuan(account.owed_fen)}"))
    if account.overdue_fen:
        click.echo(t(f"  其中已到期 {yuan(account.overdue_fen)} 元", f"  overdue    {yuan(account.overdue_fen)}"))
    for _, payee, fen in account.costs_paid:
        click.echo(
            t(
                f"  付过息费　{yuan(fen)} 元（收款方：{payee or '没有写'}）",
                f"  cost paid  {yuan(fen)} to {payee or '?'}",
            )
        )
    _tell_rates(account)
    _tell_lines(account)
    _tell_difference(account)
    _tell_plan(facts, account)
    if account.missing:
        click.secho(t("\n还缺", "\nMissing"), bold=True)
        for line in account.missing:
            click.echo(f"  · {line}")
    click.echo(
        t(
            "\n欠的本金要还。“可以争议”的金额由法院或监管认定；协商前请知道：书面申请延期、分期会使诉讼时效重新计算"
            "（诉讼时效规定第十四条）。",
            "\nThe principal is to be paid. What is disputable is for a court or regulator to decide.",
        )
    )


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
    known = [(name, rate) for name, rate in rows if rate is not None]
    if known or rates.several:
        click.secho(t(f"\n年化利率（{rates.day_count}）", f"\nRates ({rates.day_count})"), bold=True)
    for name, rate in known:
        click.echo(f"  {name}　{percent(rate)}")
    if rates.several:
        click.echo(
            t(
                "  这组现金流没有唯一的内部收益率，请看单利年化。",
                "  These flows have no single internal rate of return.",
            )
        )


def _tell_lines(account: Owing) -> None:
    from cuijie.law import LawError, library
    from cuijie.money import percent, yuan

    click.secho(t("\n哪条线说得上话", "\nWhich lines speak"), bold=True)
    for result in account.lines:
        if result.applies is False:
            continue
        line = result.line
        title = t(line.title_zh, line.title_en)
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
            click.echo(t(f"    可以争议：{yuan(result.over_fen)} 元", f"    disputable: {yuan(result.over_fen)}"))
        for step in result.working:
            click.echo(f"      {step}")
        if line.note_zh:
            click.echo(f"    {t(line.note_zh, line.note_en)}")


def _tell_difference(account: Owing) -> None:
    from cuijie.money import yuan

    if not account.differences:
        return
    click.secho(t("\n和对方说的比一比", "\nBeside the collector's figure"), bold=True)
    for one in account.differences:
        recorded = t("没有记录", "no record") if one.recorded_fen is None else yuan(one.recorded_fen)
        click.echo(
            t(
                f"  {one.name}：对方说 {yuan(one.claimed_fen)}，记录是 {recorded}",
                f"  {one.name}: {yuan(one.claimed_fen)} / {recorded}",
            )
        )
    click.echo(
        t("  对不上的，请对方给书面账单：cuijie draft 案卷 repayment_negotiation", "  Ask for a written statement.")
    )


def _tell_plan(facts: LoanFacts, account: Owing) -> None:
    from cuijie.money import affordable_fen, in_order, months_to_pay, yuan

    if facts.household is None:
        return
    monthly = affordable_fen(facts.household)
    click.secho(t("\n还得起多少", "\nWhat the household can carry"), bold=True)
    click.echo(
        t(f"  留足必要生活费和有抵押、已起诉的债以后，每月约 {yuan(monthly)} 元", f"  about {yuan(monthly)} a month")
    )
    months = months_to_pay(account.owed_fen, monthly) if account.owed_fen is not None else None
    if months is not None:
        click.echo(t(f"  不再加息费的话，约 {months} 个月还清", f"  about {months} months without further cost"))
        if facts.product == "credit_card" and months <= 60:
            click.echo(
                t("  信用卡个性化分期最长 60 期，这个期数在范围内", "  within the 60 instalments of a credit-card plan")
            )
    elif monthly == 0:
        click.echo(
            t(
                "  现在没有余力：先申请延期并说明困难，不要承诺还不起的数，不要借新还旧",
                "  Nothing is left: ask for time, promise nothing you cannot keep.",
            )
        )
    for debt in in_order(facts.household.debts):
        click.echo(t(f"  先后：{debt.name}（余 {yuan(debt.balance_fen)} 元）", f"  order: {debt.name}"))
