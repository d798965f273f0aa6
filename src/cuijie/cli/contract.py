"""``cuijie contract``: clauses that reach for the contact list, and other terms to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json

if TYPE_CHECKING:
    from cuijie.prevention.contract import ClauseHit, Page

__all__ = ["command"]

_PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"BM")


def _pages(path: Path) -> list[Page]:
    from cuijie.prevention.pages import pages_of

    try:
        with path.open("rb") as stream:
            head = stream.read(12)
    except OSError:
        return pages_of(path)  # says what is wrong with it
    if not head.startswith(_PICTURES) and head[4:8] != b"ftyp":
        return pages_of(path)
    from cuijie.intake.screens.ocr import read_picture
    from cuijie.prevention.contract import Page

    picture = read_picture(path.read_bytes())
    return [Page(number=None, text="\n".join(line.text for line in picture.lines))]


@click.command(
    help=t(
        "查借款合同、授权书里的条款：读取通讯录、联系亲友、给催收机构、不可撤销授权、债权转让、管辖、费用、违约金、自动扣款……"
        "逐条引出原文和页码，说明它能和不能作为什么理由、签之前该问什么。可以读 pdf、docx、txt、html 和图片。",
        "Clauses in a loan contract or consent, quoted with page, law, what they can and cannot justify, what to ask.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
def command(file: Path, as_json: bool) -> None:
    """Read one contract; exit 1 if it holds a clause of a known kind."""
    from cuijie.prevention.contract import find_clauses

    hits = find_clauses(_pages(file))
    if as_json:
        print_json({"clauses": [_plain(hit) for hit in hits]})
    else:
        _tell(hits)
    if hits:
        raise click.exceptions.Exit(1)


def _plain(hit: ClauseHit) -> dict[str, object]:
    return {
        "kind": hit.kind.id,
        "page": hit.page,
        "span": list(hit.span),
        "quote": hit.quote,
        "provisions": list(hit.kind.provisions),
        "title": hit.kind.title.zh,
        "can": hit.kind.can.zh,
        "cannot": hit.kind.cannot.zh,
        "ask": hit.kind.ask.zh,
        "plain": hit.kind.plain.zh,
    }


def _tell(hits: list[ClauseHit]) -> None:
    from cuijie.cli.dates import today
    from cuijie.law import LawError, library

    for kind in dict.fromkeys(hit.kind for hit in hits):
        click.secho(f"● {t(kind.title.zh, kind.title.en)}", bold=True)
        click.echo(f"  {t(kind.plain.zh, kind.plain.en)}")
        for hit in (one for one in hits if one.kind is kind):
            page = t(f"第 {hit.page} 页", f"page {hit.page}") if hit.page else ""
            click.echo(f"  {page}“{' '.join(hit.quote.split())}”")
        click.echo(t(f"  能作为理由的：{kind.can.zh}", f"  it can justify: {kind.can.en}"))
        click.echo(t(f"  不能作为理由的：{kind.cannot.zh}", f"  it cannot justify: {kind.cannot.en}"))
        click.echo(t(f"  该问什么：{kind.ask.zh}", f"  ask: {kind.ask.en}"))
        for provision in kind.provisions:
            try:
                click.echo(f"    {library().cite(provision, today())}")
            except LawError:
                continue
        click.echo("")
    if not hits:
        click.echo(t("没有找到这几类条款；签之前仍请通读一遍。", "No clause of these kinds; still read it through."))
        return
    click.echo(
        t(
            "签之前：只填必要信息；不勾通讯录授权；紧急联系人先问过本人；留好合同和明示表。条款是否有效，最后由法院认定。",
            "Before signing: only what is needed; no access to contacts; ask the emergency contact first; keep the papers.",
        )
    )
