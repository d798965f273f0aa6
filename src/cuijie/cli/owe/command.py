"""``cuijie owe``: what is really owed, which line on interest speaks, and what a household can carry."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.cli.owe.source import Gathered
    from cuijie.money import FlowKind, Owing
    from cuijie.records.results import CheckResult

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
  催收方说: [{名称: 本金, 金额: 9000}, {名称: 违约金, 金额: 3000}]   # 或一个总数
  账单里的名字: [某某消费金融]     # 和账单一起给时，账单里怎么称呼贷款人
  方案: [{种类: 分期, 首期: 2027-01-10, 期数: 24, 每期: 420, 收款账户: 合同账户, 条件: 期间不计收利息}]
  # 几笔借款写成 借款: [{…}, {…}]
  家庭: {收入: 6000, 必要支出: 4200}
"""


@click.command(
    help=t(
        "算清实际欠多少：到手、已还、还剩、几种年化利率，哪条上限适用，和催收方说的差在哪里，每月还得起多少，几个方案怎么比。"
        "欠的钱要还；超过上限的部分是“可以争议”的金额，由法院或监管认定。\n\n"
        "可以给表单、支付宝/微信/银行的账单（CSV、xls、zip）、案卷文件夹，也可以一起给。账单里谁是贷款人由你用 --lender 确认，"
        "没有确认的不算。\n\n表单是一个 YAML 文件，例如：" + _EXAMPLE,
        "What is really owed: received, paid, left, the rates by their names, which cap speaks, the difference to "
        "the collector's figure, offers compared, and what the household can carry. Takes a small YAML form, bills "
        "(Alipay, WeChat Pay, bank), a case folder, or several of them.",
    )
)
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|CASE...")
@click.option("--on", type=DAY, help=t("算到哪一天（默认今天）", "as of this day"))
@click.option(
    "--lender",
    "lenders",
    multiple=True,
    help=t("账单里这个名字就是贷款人（可写多次）", "the lender's name in the bills"),
)
@click.option(
    "--to",
    "payees",
    multiple=True,
    metavar="NAME=KIND",
    help=t("付给这个名字的是什么，如 某平台=会员费", "what was paid to a name"),
)
@click.option("--loan", "loan_id", help=t("案卷里的哪一笔借款，如 loan-1", "which loan of the case"))
@click.option("--file-password", help=t("账单压缩包的密码", "password of a zipped bill"))
@click.option(
    "--keep/--no-keep",
    "is_kept",
    default=True,
    help=t("给了案卷时，把确认过的名字和结果记进案卷（默认记）", "with a case: keep names and result in it (default)"),
)
@click.option(
    "--budget",
    "as_budget",
    is_flag=True,
    help=t(
        "借之前先算：表单里的这笔借款加上去以后，家里每个月还剩多少",
        "before borrowing: what the month looks like with the loan of the form",
    ),
)
@passphrase_option
@json_option
def command(
    sources: tuple[Path, ...],
    on: date | None,
    lenders: tuple[str, ...],
    payees: tuple[str, ...],
    loan_id: str | None,
    file_password: str | None,
    is_kept: bool,
    as_budget: bool,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Gather the loans from the sources and print the account."""
    from cuijie.cli.owe.as_json import plain
    from cuijie.cli.owe.budget import tell_budget
    from cuijie.cli.owe.page import tell
    from cuijie.cli.owe.source import Naming, gather
    from cuijie.money import owing

    if any(not name.strip() for name in lenders):
        raise BadInput(t("--lender 后面要写名字。", "--lender needs a name."))
    if on is not None and not 1980 <= on.year <= 2200:
        raise BadInput(t(f"--on 的年份 {on.year} 不对。", f"--on: year {on.year} is out of range."))
    naming = Naming(
        lenders=lenders,
        payees=tuple(map(_payee, payees)),
        loan_id=loan_id,
        file_password=file_password,
    )
    folders = [path for path in sources if path.is_dir()]
    if len(folders) > 1:
        raise BadInput(t("一次只能算一个案卷。", "One case at a time."))
    with contextlib.ExitStack() as stack:
        writable = is_kept and not as_budget
        case = _case(stack, folders[0], passphrase_file, writable=writable) if folders else None
        gathered = gather(sources, naming, case)
        accounts = [owing(facts, on or today()) for facts in gathered.loans]
        kept = _keep(case, gathered, accounts) if case is not None and case.is_writable else []
    if as_budget:
        tell_budget(gathered, accounts, as_json=as_json)
    elif as_json:
        print_json(plain(gathered, accounts, kept))
    else:
        tell(gathered, accounts)
        for one in kept:
            say(f"已记进案卷：{one.result_id}（{one.about}）", f"Kept in the case: {one.result_id}")


def _case(stack: contextlib.ExitStack, folder: Path, passphrase_file: Path | None, *, writable: bool) -> Case:
    """The case to reckon with; while the workbench has it open it is only read, and this is said."""
    from cuijie.casefile.errors import CaseLocked
    from cuijie.cli.case.opening import opened

    if writable:
        try:
            return stack.enter_context(opened(folder, passphrase_file, writable=True))
        except CaseLocked:
            say(
                "案卷正被另一个程序用着：这次只算，没有记进案卷。",
                "The case is in use: nothing is kept this time.",
                err=True,
            )
    return stack.enter_context(opened(folder, passphrase_file))


def _keep(case: Case, gathered: Gathered, accounts: Sequence[Owing]) -> list[CheckResult]:
    """The accounts of the case's own loans, as results of the case; a loan of which nothing is known has none."""
    from cuijie.money import LoanFacts
    from cuijie.money.keeping import keep_account

    rows = zip(gathered.loan_ids, gathered.loans, accounts, strict=True)
    return [
        keep_account(case, loan_id, facts, account)
        for loan_id, facts, account in rows
        if loan_id is not None and facts != LoanFacts()
    ]


def _payee(written: str) -> tuple[str, FlowKind]:
    from cuijie.money import kind_named

    name, equals, kind_word = written.rpartition("=")
    kind = kind_named(kind_word.strip())
    if not equals or not name.strip() or kind is None:
        raise BadInput(
            t(f"--to 看不懂“{written}”。", f"--to {written!r} is not NAME=KIND."),
            remedy=t(
                "写成 名字=种类，种类可以是 会员费、服务费、担保费、保险费、违约金、利息、本金、还款。",
                "fee, guarantee, …",
            ),
        )
    return name.strip(), kind
