"""``cuijie add``: take evidence into a case; the format is recognised from the content."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.add.told import Chosen, Told, choice_options, hand_options, is_told, take_told
from cuijie.cli.language import as_called, t
from cuijie.cli.output import json_option, passphrase_from, passphrase_option, print_json, say

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.intake import AddReport, FileReport, Progress

__all__ = ["command"]

_SHOWN_REASONS = 10


@click.command(
    help=t(
        "收进证据：短信和通话备份、手机备份、运营商详单、账单、聊天记录、名片、截图、录音、信函……格式从内容认出。"
        "原件先原样加密存好，再读出其中的记录；同一份收两次不会重复。",
        "Take in evidence: phone exports and backups, operator lists, bills, chats, contacts, pictures, recordings, letters. "
        "The format is recognised from the content; originals are kept first; adding twice changes nothing.",
    )
)
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--of",
    "owner",
    default="debtor",
    help=t(
        "这是谁的手机或材料：本人（默认）、母亲、同事李某……", "whose phone or paper: debtor (default), 母亲, a name …"
    ),
)
@click.option(
    "--collector",
    "collectors",
    multiple=True,
    help=t("这个号码或短信签名是催收方的（可写多次）", "this number or SMS signature is the collector's (repeatable)"),
)
@click.option("--file-password", help=t("压缩包、备份或 PDF 的密码", "password of the archive, backup or PDF"))
@click.option(
    "--folder", "whole_folders", is_flag=True, help=t("把文件夹里的文件全部收进", "take every file of a folder")
)
@choice_options
@hand_options
@json_option
@passphrase_option
def command(
    case: Path,
    files: tuple[Path, ...],
    owner: str,
    collectors: tuple[str, ...],
    file_password: str | None,
    whole_folders: bool,
    chosen: Chosen,
    told: Told,
    as_json: bool,
    passphrase_file: Path | None,
) -> None:
    """Exit 0 if every file was taken in (partly read ones too), 2 if a file could not be used at all."""
    from cuijie.casefile import Case
    from cuijie.intake import add, make_choice, mark_collector, tie_untied

    if is_told(told):
        if files or chosen.is_for_files:
            raise click.UsageError(t("手工记录或陈述请单独收，不要同时给文件。", "tell by hand without files"))
        with Case.open(case, passphrase_from(passphrase_file)) as opened:
            take_told(opened, owner, chosen.numbers, collectors, told, as_json=as_json)
        return
    if not files:
        raise click.UsageError(
            t("请给出要收的文件；没有留下文件的事，用 --by-hand 记下来。", "name files, or tell it with --by-hand")
        )
    choice = make_choice(
        since=chosen.since,
        until=chosen.until,
        numbers=chosen.numbers,
        people=chosen.people,
        only_matching=chosen.only_matching,
    )
    with Case.open(case, passphrase_from(passphrase_file)) as opened:
        if collectors:
            mark_collector(opened, collectors)
        made = _made_for(opened, owner)
        report = add(
            opened,
            files,
            owner=owner,
            progress=_progress_line(),
            password=file_password,
            whole_folders=whole_folders,
            choice=choice,
        )
        if collectors:
            tie_untied(opened)
    _name_unusable_plugins()
    if as_json:
        print_json(report.plain())
    else:
        _show(report)
        if made:
            click.echo(made)
    if report.failed:
        raise click.exceptions.Exit(2)


def _name_unusable_plugins() -> None:
    from cuijie.intake.registry import unusable_plugins

    for plugin in unusable_plugins():
        say(
            f"另装的读取插件用不了，这次没有用它，别的格式照常收：{plugin}。请更新或卸载这个插件。",
            f"this importer plug-in cannot be used and was left out: {plugin}; update or uninstall it",
            err=True,
        )


def _made_for(case: Case, owner: str) -> str:
    """What to tell where *owner* is nobody the case knows, though it knows others; else empty."""
    from cuijie.intake.people import owner_of
    from cuijie.records import Person

    others = [one for one in case.each(Person) if one.person_id != "debtor" and one.role != "debtor"]
    if not others or owner_of(case, owner)[1] is None:
        return ""
    known = "、".join(one.name or one.relation_word or one.person_id for one in others)
    return t(
        f"案卷里原来没有“{owner}”，已当作另一个人记下。是已有的人（{known}）的，收的时候请用 --of 写那个名字。",
        f"“{owner}” was nobody the case knew and is kept as another person; it knows {known}.",
    )


def _progress_line() -> Callable[[Progress], None]:
    """Writes how far a file is to stderr, from the second second on, at most five times a second."""
    started: dict[tuple[str, bool], float] = {}
    last = 0.0

    def tell(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        begun = started.setdefault((progress.path, progress.is_keeping), now)
        if now - begun < 1 or now - last < 0.2 or not progress.total_bytes:
            return
        last = now
        share = min(1.0, progress.done_bytes / progress.total_bytes)
        left = (now - begun) * (1 - share) / share if share > 0.01 else None
        wait = "" if left is None else t(f"，大约还要 {_span(left)}", f", about {_span(left)} left")
        ending = "\r" if sys.stderr.isatty() and share < 1 else "\n"
        what = t("保存原件 ", "keeping the original ") if progress.is_keeping else ""
        click.echo(f"{Path(progress.path).name}：{what}{share:.0%}{wait}   ", err=True, nl=False)
        click.echo(ending, err=True, nl=False)

    return tell


def _span(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return t(f"{whole} 秒", f"{whole} s")
    return t(f"{whole // 60} 分 {whole % 60} 秒", f"{whole // 60} min {whole % 60} s")


def _show(report: AddReport) -> None:
    from cuijie.casefile.items import readable

    for file in report.files:
        click.echo(f"■ {readable(file.path)}")
        click.echo(f"  {as_called(file.understood)}")
        for note in file.notes:
            click.echo(f"  · {as_called(note)}")
        if file.error and file.item_id is None:
            say("  没有收进案卷；你手里的那一份没有动过。", "  Not taken into the case; your own copy is untouched.")
        if file.remedy:
            click.echo(f"  → {as_called(file.remedy)}")
        _show_reasons(file)
    if len(report.files) > 1:
        _show_table(report)


def _show_reasons(file: FileReport) -> None:
    for part in file.set_aside[:_SHOWN_REASONS]:
        say(f"  × {part.at}：{part.why}", f"  x {part.at}: {part.why}")
    if len(file.set_aside) > _SHOWN_REASONS:
        rest = len(file.set_aside) - _SHOWN_REASONS
        say(f"  × 还有 {rest} 条，用 --json 看全部", f"  x {rest} more: see --json")


def _show_table(report: AddReport) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from cuijie.casefile.items import readable

    table = Table(box=box.SIMPLE, title=t("合计", "Total"), title_justify="left")
    for title in (
        t("文件", "file"),
        t("读到", "read"),
        t("收下", "kept"),
        t("合并", "merged"),
        t("略过", "left out"),
        t("没收下", "set aside"),
    ):
        table.add_column(title, justify="left" if not table.columns else "right")
    for file in report.files:
        counts = (file.read, file.kept, file.merged, file.left_out, len(file.set_aside))
        name = readable(Path(file.path).name)
        if file.error is not None:
            table.add_row(name, *("–",) * 5)
        else:
            table.add_row(name, *map(str, counts))
    good = [file for file in report.files if file.error is None]
    table.add_section()
    table.add_row(
        t(f"{len(good)} 个文件", f"{len(good)} files"),
        *(
            str(sum(counts))
            for counts in zip(*[(f.read, f.kept, f.merged, f.left_out, len(f.set_aside)) for f in good], strict=True)
        ),
    )
    Console(width=100, highlight=False).print(table)
