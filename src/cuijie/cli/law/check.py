"""``cuijie law check``: every legal citation in a text, and which are wrong or out of date."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import DAY, today
from cuijie.cli.language import t
from cuijie.cli.output import json_option, print_json, say
from cuijie.cli.progress import shown
from cuijie.errors import CuijieError

if TYPE_CHECKING:
    from cuijie.law.citations import Citation

__all__ = ["check"]

_WORDS = {
    "ok": ("对", "right"),
    "no_such_article": ("没有这一条", "no such article"),
    "repealed": ("已废止", "repealed"),
    "superseded": ("已换号或修订", "superseded"),
    "not_in_force": ("没有生效", "not in force"),
    "does_not_say": ("该条没有这个意思", "does not say that"),
    "quote_differs": ("引文与原文不符", "quotation differs"),
    "authority_gone": ("机构已不存在", "authority gone"),
    "not_in_library": ("库内未收录", "not in the library"),
    "text_not_held": ("没有全文，未核对", "text not held"),
}


def _text(name: str) -> str:
    from cuijie.law.citations.finding.documents import read_document, text_of

    if name == "-":
        return text_of(sys.stdin.buffer.read(), t("标准输入", "standard input"))
    return read_document(Path(name))


def _print(name: str, text: str, found: Sequence[Citation], *, everything: bool) -> None:
    count = Counter(citation.outcome for citation in found)
    say(
        f"{name}：引用 {len(found)} 处，对 {count['right']} 处，有问题 {count['wrong']} 处，未能核对 {count['not_confirmed']} 处。",
        f"{name}: {len(found)} citations, {count['right']} right, {count['wrong']} wrong, "
        f"{count['not_confirmed']} not confirmed.",
    )
    ends = [at for at, sign in enumerate(text) if sign == "\n"]
    for citation in found:
        if everything or citation.outcome != "right" or citation.suggest:  # right when written, changed since
            _print_one(citation, bisect_left(ends, citation.span[0]) + 1)


def _print_one(citation: Citation, line: int) -> None:
    words = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])|\s*\n\s*", "", citation.text)
    unsure = citation.verdict == "ok" and not citation.confirmed
    held = t("未能核对", "not confirmed") if unsure else t(*_WORDS[citation.verdict])
    say(f"  第 {line} 行 {words}：{held}", f"  line {line} {words}: {held}")
    if citation.note:
        click.echo(f"      {t(citation.note, citation.note_en)}")
    if citation.suggest:
        click.echo(t("      见 ", "      see ") + "、".join(citation.suggest))


@click.command(
    "check",
    help=t(
        "找出文章、信函里的每一处法律引用，说明哪些错了、过时了。可以核对 txt、md、docx、pdf、html；“-”读标准输入。",
        "Find every legal citation in a text and say which are wrong or out of date (txt, md, docx, pdf, html; - for stdin).",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar=t("文件...", "FILE..."))
@click.option(
    "--on",
    type=DAY,
    metavar=t("日期", "DATE"),
    help=t(
        "按哪一天的法律判断（默认今天；文中署了日期的，按那一天）",
        "judge by the law of this day (default: today, or the day that the text bears)",
    ),
)
@click.option("--all", "everything", is_flag=True, help=t("对的引用也列出来", "list right citations too"))
@click.option("--text", "as_text", is_flag=True, help=t("只打印读到的文字", "only print the text as read"))
@json_option
def check(files: tuple[str, ...], on: date | None, everything: bool, as_text: bool, as_json: bool) -> None:
    """Check FILES; exit 1 where a citation is wrong, 2 where a file cannot be read."""
    from cuijie.law.citations import check_text
    from cuijie.law.textpack import TextPack

    day, texts = on or today(), TextPack()
    results: list[tuple[str, Sequence[Citation]]] = []
    failed: CuijieError | None = None
    for name in files:
        try:
            text = _text(name)
        except CuijieError as error:
            if len(files) == 1:
                raise
            click.echo(str(error), err=True)
            failed = error
            continue
        if as_text:
            click.echo(text)
            continue
        with shown(t("核对", "check")) as progress:
            found = check_text(text, day, texts=texts, by_its_day=on is None, progress=progress)
        results.append((name, found))
        if not as_json:
            _print(name, text, found, everything=everything)
    if as_json and not as_text:
        listed = [{"path": name, "citations": [c.as_json() for c in found]} for name, found in results]
        print_json({"citations": listed[0]["citations"]} if len(files) == 1 else {"files": listed})
    if failed is not None:
        raise click.exceptions.Exit(failed.exit_code)
    if any(citation.is_wrong for _, found in results for citation in found):
        raise click.exceptions.Exit(1)
