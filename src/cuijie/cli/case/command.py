"""``cuijie case``: make, look at, lock, share and fill in a case."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cuijie.cli.case.ledger import ledger
from cuijie.cli.case.loan import ask_loan, loan_options, loan_rows, put_loan
from cuijie.cli.case.opening import CASE, opened
from cuijie.cli.case.people import candidates, collector, dismiss, person, tie
from cuijie.cli.case.sharing import key, passphrase, recover, recovery_key, share
from cuijie.cli.language import t
from cuijie.cli.output import as_typed, json_option, passphrase_from, passphrase_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile import Case

__all__ = ["command"]


@click.group(
    help=t("新建、查看、锁定、共享案卷；填写借款、人员和催收方。", "Make, inspect, lock, share and fill in a case.")
)
def command() -> None:
    """The commands on one case."""


@command.command(help=t("新建一个加密的案卷文件夹。", "Make a new encrypted case folder."))
@click.argument("folder", type=CASE)
@loan_options
@click.option(
    "--ask/--no-ask", default=None, help=t("逐项询问借款情况（默认：在终端里、没给选项时询问）", "ask the loan facts")
)
@passphrase_option
@json_option
def new(folder: Path, ask: bool | None, passphrase_file: Path | None, as_json: bool, **facts: Any) -> None:
    """Make a case; take the loan facts as options or ask for them."""
    import sys

    from cuijie.casefile import Case
    from cuijie.records import Loan

    secret = passphrase_from(passphrase_file, confirm=True)
    is_short = len(secret.encode()) < 12
    with Case.create(folder, secret) as case:
        given = any(value is not None for value in facts.values())
        if ask or (ask is None and not given and not as_json and sys.stdin.isatty()):
            with case.batch("loan"):
                case.put(ask_loan(Loan(loan_id="loan-1")))
        elif given:
            with case.batch("loan"):
                put_loan(case, None, facts)
        if as_json:
            print_json({"case": str(folder), "case_id": case.case_id})
            return
    say(f"案卷已建好：{folder}", f"Case made: {folder}")
    if is_short:
        say(
            "这个密码比较短，拿到电脑的人可能试出来。建议换成一句话：cuijie case passphrase",
            "This passphrase is short; a sentence is better: cuijie case passphrase",
            err=True,
        )
    say(
        "请记牢密码，没有别的找回办法。建议现在就打印一份恢复密钥：\n"
        f"  cuijie case recovery-key {as_typed(folder)}\n接着收进材料：\n  cuijie add {as_typed(folder)} 文件…",
        "Remember the passphrase: there is no way to get it back. Print a recovery key:\n"
        f"  cuijie case recovery-key {as_typed(folder)}",
    )


@command.command(help=t("查看案卷：借款、人员、催收方、材料、留痕账、时间戳。", "What is in a case."))
@click.argument("folder", type=CASE)
@passphrase_option
@json_option
def info(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Say what a case holds."""
    with opened(folder, passphrase_file) as case:
        about = _about(case)
        if as_json:
            print_json(about)
        else:
            _tell(case, about)


def _about(case: Case) -> dict[str, Any]:
    from cuijie.records import to_plain
    from cuijie.records.results import CheckResult, newest

    state, entries = case.state(), case.ledger()
    tied = sum(entry.tie is not None and not entry.is_dismissed for entry in state.entries)
    dismissed = sum(entry.is_dismissed for entry in state.entries)
    items = case.items()
    return {
        "case": str(case.folder),
        "case_id": case.case_id,
        "loans": [to_plain(one) for one in state.loans],
        "persons": [to_plain(one) for one in state.persons],
        "collectors": [to_plain(one) for one in state.collectors],
        "entries": {
            "all": len(state.entries),
            "tied": tied,
            "dismissed": dismissed,
            "candidates": len(state.entries) - tied - dismissed,
        },
        "items": {"originals": sum(one.parent_id is None for one in items), "all": len(items), "bytes": sum(one.size_bytes for one in items)},
        "ledger": {"entries": len(entries), "head": entries[-1].hash, "clock_jumps": [one.seq for one in entries if one.clock]},
        "recipients": [{"id": one.recipient_id, "kind": one.kind, "label": one.label} for one in case.sharing.recipients()],
        "results": [
            {
                "result": one.result_id, "kind": one.kind, "subject": one.subject, "made_at": one.made_at.isoformat(),
                "version": one.version, "items": list(one.items), "about": one.about,
            }
            for one in newest(case.all(CheckResult))
        ],
        "troubles": case.troubles,
    }  # fmt: skip


def _collector_name(one: dict[str, Any]) -> str:
    """What a collector is called, or who stands for it: a signature, a number."""
    return str(
        one["name"] or one["agency_name"] or next(iter((*one["signatures"], *one["numbers"])), one["collector_id"])
    )


def _tell(case: Case, about: dict[str, Any]) -> None:
    from cuijie.records import Loan

    for loan in case.each(Loan):
        say(f"借款 {loan.loan_id}", f"Loan {loan.loan_id}")
        for title, value in loan_rows(loan):
            click.echo(f"  {title}：{value}")
    if not about["loans"]:
        say("借款情况还没有填：cuijie case set", "No loan facts yet: cuijie case set")
    entries, items, ledger = about["entries"], about["items"], about["ledger"]
    click.echo(
        t("人员：", "Persons: ")
        + ("、".join(one["name"] or one["relation_word"] or one["person_id"] for one in about["persons"]) or "—")
    )
    click.echo(t("催收方：", "Collectors: ") + ("、".join(_collector_name(one) for one in about["collectors"]) or "—"))
    say(
        f"记录：共 {entries['all']} 条；确认属于催收 {entries['tied']} 条，待确认 {entries['candidates']} 条，标为私人 {entries['dismissed']} 条",
        f"Entries: {entries['all']}; tied {entries['tied']}, candidates {entries['candidates']}, private {entries['dismissed']}",
    )
    say(
        f"材料：原件 {items['originals']} 件，连派生件共 {items['all']} 件",
        f"Items: {items['originals']} originals, {items['all']} in all",
    )
    for one in about["results"]:
        say(f"查过的：{one['about']}（{one['result']}）", f"Checked: {one['about']} ({one['result']})")
    say(f"留痕账：{ledger['entries']} 条", f"Ledger: {ledger['entries']} entries")
    if ledger["clock_jumps"]:
        say(f"  本机时钟有跳动，见第 {ledger['clock_jumps']} 条", f"  clock jumps at {ledger['clock_jumps']}")
    click.echo(t("能打开的人：", "Recipients: ") + "、".join(one["label"] for one in about["recipients"]))


@command.command("set", help=t("填写或改正借款情况。", "Enter or correct the loan facts."))
@click.argument("folder", type=CASE)
@click.option(
    "--loan", "loan_id", help=t("第几笔借款（默认唯一的一笔；新编号即新增一笔）", "which loan; a new id adds one")
)
@loan_options
@click.option(
    "--forget", multiple=True, help=t("把这一项改回不知道（字段名）", "make a fact unknown again (field name)")
)
@passphrase_option
@json_option
def set_facts(
    folder: Path,
    loan_id: str | None,
    forget: tuple[str, ...],
    passphrase_file: Path | None,
    as_json: bool,
    **facts: Any,
) -> None:
    """Write loan facts into the case."""
    from cuijie.intake import tie_untied
    from cuijie.records import to_plain

    if not forget and all(value is None for value in facts.values()):
        raise BadInput(
            t("没有给出要填的内容。", "Nothing to set."),
            remedy=t("例如：--overdue-since 2026-03-05", "For example: --overdue-since 2026-03-05"),
        )
    with opened(folder, passphrase_file, writable=True) as case:
        with case.batch("loan"):
            loan = put_loan(case, loan_id, facts, forget)
            moved = tie_untied(case)  # a signature that names the lender ties as soon as the lender is known
        if as_json:
            print_json(to_plain(loan))
            return
        for title, value in loan_rows(loan):
            click.echo(f"{title}：{value}")
        if moved:
            say(f"有 {moved} 条记录的署名就是这家贷款人，已归到它名下。", f"{moved} entries tied to this lender.")


@command.command(help=t("列出收进的材料（原件和派生件）。", "List the items in the vault."))
@click.argument("folder", type=CASE)
@passphrase_option
@json_option
def items(folder: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """List vault items with their fingerprints."""
    from cuijie.records import to_plain

    with opened(folder, passphrase_file) as case:
        found = case.items()
        if as_json:
            print_json({"items": [to_plain(one) for one in found]})
            return
        for one in found:
            made = t(f"，由 {one.parent_id} 派生", f", from {one.parent_id}") if one.parent_id else ""
            click.echo(f"{one.item_id}  {one.about.name}（{one.size_bytes} {t('字节', 'bytes')}{made}）")
            click.echo(f"    SHA-256 {one.sha256}")
        if not found:
            say("还没有材料。", "No items yet.")


@command.command(help=t("把一件材料的原始内容取出来。", "Take one item out, byte for byte."))
@click.argument("folder", type=CASE)
@click.argument("item_id")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help=t("写到哪个文件", "where to"))
@passphrase_option
def extract(folder: Path, item_id: str, output: Path, passphrase_file: Path | None) -> None:
    """Write an item's bytes to a file that does not exist yet."""
    import shutil

    with opened(folder, passphrase_file, writable=True) as case:
        with case.open_item(item_id) as source:
            try:
                with output.open("xb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
            except FileExistsError as error:
                raise BadInput(t(f"{output} 已经存在，没有覆盖。", f"{output} exists.")) from error
            except BaseException:
                output.unlink(missing_ok=True)
                raise
        case.log("taken_out", {"item": item_id})
    say(f"已写到 {output}。这是没有加密的原件，用完请妥善保管。", f"Written to {output} (not encrypted).")


@command.command(
    help=t("移除误收的材料；移除本身会留痕。", "Remove an item taken in by mistake; the ledger keeps the act.")
)
@click.argument("folder", type=CASE)
@click.argument("item_id")
@click.option("--reason", required=True, help=t("原因", "why"))
@passphrase_option
def discard(folder: Path, item_id: str, reason: str, passphrase_file: Path | None) -> None:
    """Remove one item and what was derived from it."""
    with opened(folder, passphrase_file, writable=True) as case:
        gone = case.discard(item_id, reason)
    say(f"已移除 {len(gone)} 件材料。", f"{len(gone)} items removed.")


@command.command(
    help=t("锁好案卷：没有程序开着它，没有留下明文。--stop 关掉正在用它的催界。", "Make sure the case is locked.")
)
@click.argument("folder", type=CASE)
@click.option("--stop", is_flag=True, help=t("请正在使用它的催界程序退出", "ask the program that has it open to stop"))
@json_option
def lock(folder: Path, stop: bool, as_json: bool) -> None:
    """Say whether anything has the case open, and close it on request; needs no passphrase."""
    from cuijie.casefile.keys import KeyFile
    from cuijie.casefile.lock import holder_of

    KeyFile.read(folder)
    holder = holder_of(folder)
    if holder is not None and stop and holder.pid > 0:
        os.kill(holder.pid, signal.SIGTERM)
        holder = _wait_for_end(folder)
    if as_json:
        print_json(
            {
                "locked": holder is None,
                "held_by": None if holder is None else {"pid": holder.pid, "program": holder.program},
            }
        )
    elif holder is None:
        say("已锁好：没有程序开着它，打开要密码。", "Locked: nothing has it open.")
    else:
        say(
            f"还没有锁：{holder.program}（进程号 {holder.pid}）正开着它。请关掉那个窗口，或加 --stop。",
            f"Not locked: {holder.program} (pid {holder.pid}) has it open. Close it or use --stop.",
        )
    if holder is not None:
        raise click.exceptions.Exit(1)


def _wait_for_end(folder: Path) -> Any:
    import time

    from cuijie.casefile.lock import holder_of

    for _ in range(50):
        if (holder := holder_of(folder)) is None:
            return None
        time.sleep(0.1)
    return holder


@command.command(
    help=t(
        "案卷有缺失又无法恢复时，把缺失记进账里再继续。",
        "Go on with a case that lost part of its ledger; the loss is written down.",
    )
)
@click.argument("folder", type=CASE)
@passphrase_option
def mend(folder: Path, passphrase_file: Path | None) -> None:
    """Write the loss into the ledger and re-anchor."""
    from cuijie.casefile import Case

    with Case.open(folder, passphrase_from(passphrase_file), accept_loss=True) as case:
        last = case.ledger()[-1]
    if last.act == "loss_accepted":
        say("缺失已记进留痕账，可以继续使用。缺的部分今后核验时会一直显示。", "The loss is in the ledger.")
    else:
        say("没有发现缺失，不用修。", "Nothing is missing.")


for part in (candidates, collector, dismiss, key, ledger, passphrase, person, recover, recovery_key, share, tie):
    command.add_command(part)
