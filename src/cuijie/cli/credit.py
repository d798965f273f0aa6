"""``cuijie credit``: a personal credit report read, and what in it is wrong or out of date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import today
from cuijie.cli.keep_option import case_option, say_kept
from cuijie.cli.language import t
from cuijie.cli.output import headline, json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.prevention.credit.flags import Flag
    from cuijie.prevention.credit.report import Account, CreditReport
    from cuijie.records.results import CheckResult

__all__ = ["command"]


@click.command(
    help=t(
        "读人民银行个人信用报告（PDF），列出账户、逾期、查询，指出超过五年的、已结清还有余额的、不认识的机构、没有授权的查询。"
        "只留机构、日期和金额，不留证件号码。",
        "Read a personal credit report (PDF): accounts, overdue months, inquiries, and what to check. No identity number is kept.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--known",
    multiple=True,
    help=t("你借过钱的机构（可多次），用来找出不认识的", "lenders you borrowed from (repeatable)"),
)
@click.option("--file-password", help=t("PDF 的密码", "password of the PDF"))
@case_option
@click.option(
    "--dispute",
    "disputed",
    multiple=True,
    type=int,
    help=t(
        "“值得核对”里第几项确实有错，写进异议申请书（可写多次，要有 --case）", "the numbered item is wrong: dispute it"
    ),
)
@json_option
def command(
    file: Path,
    known: tuple[str, ...],
    file_password: str | None,
    case_folder: Path | None,
    disputed: tuple[int, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Read one report; exit 1 if something deserves a second look."""
    from cuijie.prevention.credit.flags import flags_of
    from cuijie.prevention.credit.reading import read_credit_file

    report = read_credit_file(file, file_password)
    if disputed and case_folder is None:
        raise BadInput(t("--dispute 要和 --case 一起用。", "--dispute needs --case."))
    kept = None
    if case_folder is None:
        flags = flags_of(report, known_lenders=known, today=today())
    else:
        flags, kept = _keep(case_folder, passphrase_file, file, report, known, disputed)
    if as_json:
        print_json(_plain(report, flags) | ({"kept": kept.result_id} if kept else {}))
    else:
        _tell(report, flags)
        if kept and case_folder:
            say_kept(case_folder, kept)
    if flags:
        raise click.exceptions.Exit(1)


def _keep(
    folder: Path, passphrase_file: Path | None, file: Path, report: CreditReport, known: tuple[str, ...],
    disputed: tuple[int, ...],
) -> tuple[tuple[Flag, ...], CheckResult]:  # fmt: skip
    """The flags with the lenders that the case knows, and the result as it is kept."""
    from cuijie.casefile.results import keep_file
    from cuijie.cli.case.opening import opened
    from cuijie.prevention.credit.flags import flags_of
    from cuijie.prevention.keeping import keep_credit

    with opened(folder, passphrase_file, writable=True) as case, case.batch("credit_read"):
        flags = flags_of(report, known_lenders=known, today=today())
        if wrong := [number for number in disputed if not 1 <= number <= len(flags)]:
            raise BadInput(t(f"没有第 {wrong[0]} 项，一共 {len(flags)} 项。", f"there is no item {wrong[0]}"))
        item = keep_file(case, file)
        return flags, keep_credit(case, item, report, flags, [number - 1 for number in disputed])


def _account(account: Account) -> dict[str, object]:
    return {
        "number": account.number,
        "section": account.section,
        "kind": account.kind,
        "lender": account.lender,
        "opened_on": account.opened_on.isoformat() if account.opened_on else None,
        "due_on": account.due_on.isoformat() if account.due_on else None,
        "as_of": account.as_of,
        "amount_yuan": account.amount_yuan,
        "balance_yuan": account.balance_yuan,
        "overdue_yuan": account.overdue_yuan,
        "overdue_months": account.overdue_months,
        "over_90_days_months": account.over_90_days_months,
        "closed": account.closed,
        "months": [{"month": month.month, "state": month.state} for month in account.grid],
    }


def _plain(report: CreditReport, flags: tuple[Flag, ...]) -> dict[str, object]:
    return {
        "report": report.number,
        "made_on": report.made_on.isoformat() if report.made_on else None,
        "accounts": [_account(account) for account in report.accounts],
        "inquiries": [
            {"on": one.on.isoformat(), "by": one.by, "reason": one.reason, "own": one.is_own}
            for one in report.inquiries
        ],
        "flags": [
            {"kind": one.kind, "where": one.where, "says": one.says, "do": one.do, "provision": one.provision}
            for one in flags
        ],
        "unread": list(report.unread),
    }


def _tell(report: CreditReport, flags: tuple[Flag, ...]) -> None:
    made = report.made_on.isoformat() if report.made_on else t("日期不详", "undated")
    headline(f"信用报告（{made}）", f"Credit report ({made})")
    for one in report.accounts:
        late = (
            t(f"近五年逾期 {one.overdue_months} 个月", f"overdue {one.overdue_months} months")
            if one.overdue_months
            else ""
        )
        rows = [
            one.lender or "",
            f"{one.balance_yuan:,}" if one.balance_yuan is not None else "",
            t(f"逾期 {one.overdue_yuan:,} 元", f"overdue {one.overdue_yuan:,}") if one.overdue_yuan else "",
            late,
            t(f"{one.closed} 结清", f"closed {one.closed}") if one.closed else "",
        ]
        click.echo(f"  {one.section}{one.number}　" + "　".join(row for row in rows if row))
    looks = [one for one in report.inquiries if not one.is_own]
    say(f"  机构查询 {len(looks)} 次", f"  {len(looks)} inquiries")
    for one_look in looks:
        click.echo(f"    {one_look.on.isoformat()}　{one_look.by}　{one_look.reason}")
    if flags:
        headline("\n值得核对", "\nTo check")
    for number, flag in enumerate(flags, start=1):
        say(
            f"  {number}. {flag.where}：{flag.says}\n    {flag.do}",
            f"  {number}. {flag.where}: {flag.says_en}\n    {flag.do_en}",
        )
    if flags:
        say(
            "\n异议申请：cuijie draft 案卷 credit_dispute -o 异议申请.docx",
            "\nDispute letter: cuijie draft CASE credit_dispute",
        )
    for item in report.unread:
        say(f"  没有读懂的一项：{item}", f"  not understood: {item}")
