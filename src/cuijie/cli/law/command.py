"""``cuijie law``: look up, search and cite the law; check citations; import official texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say

if TYPE_CHECKING:
    from cuijie.law.importing import Imported
    from cuijie.law.library import Library
    from cuijie.law.model import Provision, Tier

__all__ = ["command"]

_TIERS = ("criminal", "public_security", "administrative", "civil", "regulator", "standard", "self_discipline")
_LAWLIKE = re.compile(r"[0-9０-９条款项《》/.]|(?:法|条例|办法|规定|解释)$")
"""Words meant to name a law: they are not searched for as plain words."""
_ON = click.option(
    "--on",
    type=DAY,
    metavar=t("日期", "DATE"),
    help=t("按哪一天的法律（默认今天）", "the law of which day (default: today)"),
)


class _Group(click.Group):
    """Adds ``check``, which reads whole documents, only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "check"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == "check":
            from cuijie.cli.law.check import check

            return check
        return super().get_command(ctx, cmd_name)


@click.group(
    cls=_Group,
    help=t(
        "法律库：查条文、按日期引用、查词、核对文章里的引用、导入官方文本。",
        "Law library: look up, cite by date, search, check citations, import official texts.",
    ),
)
def command() -> None:
    """The commands on the law library."""


@command.command(
    help=t(
        "查一部法或一条：民法典1032、个保法第十三条第一款第二项、刑法第253条之一、cn.psapl/50。",
        "Show a law or an article: 民法典1032, cn.psapl/50, cn.pipl.2021/13.1.2 …",
    )
)
@click.argument("what", nargs=-1, required=True, metavar=t("法律或条文", "WHAT"))
@_ON
@json_option
def show(what: tuple[str, ...], on: date | None, as_json: bool) -> None:
    """Print one page: title, status on the day, level, summary, how well it is known, where it moved, its words.

    Plain words that name no law are searched for instead.
    """
    from cuijie.cli.law.as_json import authority_json, page_json
    from cuijie.cli.law.page import authority_lines, page_lines
    from cuijie.law import NotUnderstood, library
    from cuijie.law.page import law_page
    from cuijie.law.textpack import TextPack

    held, day, asked = library(), on or today(), " ".join(what)
    gone = held.authority(asked)
    if gone is not None:
        if as_json:
            print_json(authority_json(gone))
        else:
            click.echo("\n".join(authority_lines(gone, held)))
        return
    try:
        match = held.resolve(asked, day)
    except NotUnderstood:
        found = () if _LAWLIKE.search(asked) else held.search(asked, on=day)
        if not found:
            raise
        _print_found(found[:10], held, day, as_json=as_json)
        return
    page = law_page(held, match, day, TextPack())
    if as_json:
        print_json(page_json(page, held))
    else:
        click.echo("\n".join(page_lines(page, held)))


def _print_found(found: Sequence[Provision], held: Library, day: date, *, as_json: bool) -> None:
    from cuijie.cli.law.as_json import row_json
    from cuijie.cli.law.page import row_lines

    if as_json:
        print_json({"on": day.isoformat(), "provisions": [row_json(p, held) for p in found]})
        return
    for provision in found:
        click.echo("\n".join(row_lines(provision, held)))
    if not found:
        say("没有找到。换几个说法试试，例如“骚扰 次数”“通讯录 同意”。", "Nothing found; try other words.")


@command.command(help=t("按某一天的法律写出引用：law cite cn.psapl.2025/50 --on 2026-03-01", "Write a citation."))
@click.argument("what", nargs=-1, required=True, metavar=t("编号或条文", "ID"))
@_ON
@click.option("--title-only", is_flag=True, help=t("只写法律名称，不写条号", "the title without the article"))
@json_option
def cite(what: tuple[str, ...], on: date | None, title_only: bool, as_json: bool) -> None:
    """Print how a paper cites the provision on that day; fails where it was not in force."""
    from cuijie.law import library
    from cuijie.law.errors import UnknownLaw

    held, day = library(), on or today()
    match = held.resolve(" ".join(what), day)
    if match.place is not None and match.provision is None:
        raise UnknownLaw(f"法律库没有收录{held.title(match.instrument)}{match.place.label}，不代为引用。")
    law = match.provision or match.instrument
    written = held.cite(law.id, day, article=not title_only)
    unnumbered = match.provision is not None and match.provision.label_zh is None
    if as_json:
        certain = law.in_force_on(day)
        print_json(
            {"id": law.id, "on": day.isoformat(), "citation": written, "in_force": certain, "numbered": not unnumbered}
        )
        return
    click.echo(written)
    if unnumbered:
        say("（条号没有核实，所以只写名称。）", "(The article number is not verified: title only.)", err=True)
    if match.is_whole_article:
        say("（没有单独收录这一款或项，引到整条。）", "(Only the whole article is held.)", err=True)


@command.command(help=t("用几个词查法律库：law search 半夜打电话", "Search the library by plain words."))
@click.argument("words", nargs=-1, required=True, metavar=t("词", "WORDS"))
@_ON
@click.option("--tier", type=click.Choice(_TIERS), help=t("只要这一层级", "only this tier"))
@click.option("--limit", type=click.IntRange(1, 30), default=10, show_default=True, help=t("最多几条", "at most"))
@json_option
def search(words: tuple[str, ...], on: date | None, tier: Tier | None, limit: int, as_json: bool) -> None:
    """Print the provisions that speak of the words, those in force on the day, the best first."""
    from cuijie.law import library

    held, day = library(), on or today()
    found = [p for p in held.search(words, on=day) if tier is None or p.tier == tier][:limit]
    _print_found(found, held, day, as_json=as_json)


@command.command("list", help=t("列出法律库收录的规范。", "List the instruments of the library."))
@_ON
@click.option("--tier", type=click.Choice(_TIERS), help=t("只要这一层级", "only this tier"))
@json_option
def list_(on: date | None, tier: Tier | None, as_json: bool) -> None:
    """Print every instrument with its id, its status on the day and the number of provisions held."""
    from cuijie.cli.law.as_json import instrument_json
    from cuijie.cli.law.page import instrument_line
    from cuijie.law import library
    from cuijie.law.textpack import TextPack

    held, day, texts = library(), on or today(), TextPack().ids()
    chosen = [i for i in held.instruments if tier is None or i.tier == tier]
    if as_json:
        rows = [instrument_json(i) | {"in_force_on": i.in_force_on(day), "has_text": i.id in texts} for i in chosen]
        print_json({"on": day.isoformat(), "instruments": rows})
        return
    for instrument in chosen:
        click.echo(instrument_line(instrument, held, day, has_text=instrument.id in texts))


@command.command(
    "import",
    help=t(
        "导入你手上的官方文本（.md、.txt、.docx，文件夹也行）；之后 law show 就能显示条文原文。",
        "Import official texts you have (.md, .txt, .docx); law show then prints the article itself.",
    ),
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar=t("文件或文件夹", "PATH"))
@click.option(
    "--as", "given", metavar=t("编号", "ID"), help=t("指明是哪一部，如 cn.pipl.2021", "which instrument it is")
)
@json_option
def import_(paths: tuple[Path, ...], given: str | None, as_json: bool) -> None:
    """Recognise each text, split it, keep it in the user's own data folder; say what was not recognised and why."""
    from cuijie.law import library
    from cuijie.law.importing import import_texts, texts_in
    from cuijie.law.textpack import TextPack

    pack = TextPack()
    results = import_texts(texts_in(paths), library(), pack, given=given)
    if as_json:
        print_json({"folder": str(pack.folder), "files": [_imported_json(result) for result in results]})
    else:
        _print_imported(results, pack.folder)
    if not any(result.state in {"imported", "unchanged"} for result in results):
        raise click.exceptions.Exit(2)


def _imported_json(result: Imported) -> dict[str, object]:
    return {
        "path": str(result.path),
        "state": result.state,
        "instrument": result.instrument,
        "title": result.title,
        "articles": result.articles,
        "notes": list(result.notes),
    }


def _print_imported(results: tuple[Imported, ...], folder: Path) -> None:
    words = {
        "imported": t("已导入", "imported"),
        "unchanged": t("早已导入", "already here"),
        "not_recognised": t("没有认出", "not recognised"),
        "unreadable": t("读不出", "unreadable"),
    }
    for result in results:
        known = f"《{result.title}》 {result.instrument or ''} " if result.title else ""
        count = t(f"{result.articles} 条", f"{result.articles} articles") if result.articles else ""
        click.echo(f"{words[result.state]}  {result.path.name}  {known}{count}".rstrip())
        for note in result.notes:
            click.echo("\n".join(f"        {line}" for line in note.splitlines()))
    kept = sum(result.state in {"imported", "unchanged"} for result in results)
    say(
        f"共 {len(results)} 个文件，{kept} 个可用，{len(results) - kept} 个没有导入。文本存放在 {folder}",
        f"{len(results)} files, {kept} usable, {len(results) - kept} not imported. Texts are kept in {folder}",
    )
