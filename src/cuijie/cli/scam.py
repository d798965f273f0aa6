"""``cuijie scam``: is this offer of help a trap?"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.keep_option import case_option, say_kept
from cuijie.cli.language import t
from cuijie.cli.next.words import help_first
from cuijie.cli.output import json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.prevention.scam import ScamCheck
    from cuijie.records.results import CheckResult

__all__ = ["command"]


def _text(file: Path) -> str:
    if str(file) == "-":
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace")
    else:
        from cuijie.law.citations.finding.documents import read_document

        text = read_document(file)
    if not text.strip():
        raise BadInput(t("没有可读的文字。", "There is no text to read."))
    return text


@click.command(
    help=t(
        "看看这份“帮你处理债务”的说法是不是圈套：指出可疑的话在哪里、为什么，以及可靠的帮助应该是什么样。“-”读标准输入。",
        "Is this offer of help a trap: where, why, and what a safe offer would contain. “-” reads stdin.",
    )
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@case_option
@json_option
def command(file: Path, case_folder: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Read one offer; exit 1 if it shows a sign."""
    from cuijie.prevention.scam import check_offer, scam_guide

    text, guide = _text(file), scam_guide()
    found = check_offer(text)
    hits = found.hits
    kept = _keep(case_folder, passphrase_file, file, text, found) if case_folder else None
    if as_json:
        signs = [
            {
                "kind": hit.sign.id,
                "span": list(hit.span),
                "quote": text[hit.span[0] : hit.span[1]],
                "title": hit.sign.title.zh,
                "why": hit.sign.why.zh,
                "provisions": list(hit.sign.provisions),
                "certainty": "certain" if hit.certain else "possible",
            }
            for hit in hits
        ]
        told: dict[str, object] = {"signs": signs, "basis": guide.basis.zh, "safe": list(guide.safe_zh)}
        print_json(told | ({"kept": kept.result_id} if kept else {}))
    else:
        help_first((text,))
        for hit in hits:
            maybe = "" if hit.certain else t("可能：", "possibly: ")
            click.secho(f"● {maybe}{t(hit.sign.title.zh, hit.sign.title.en)}", bold=True)
            click.echo(f"  “{text[hit.span[0] : hit.span[1]]}”")
            click.echo(f"  {t(hit.sign.why.zh, hit.sign.why.en)}")
        if not all(hit.certain for hit in hits):
            say(
                "\n写“可能”的是机器读出来的，没有逐字对上，请自己再看一遍那几句话。",
                "\n“Possibly” was read by a machine, not matched word by word: look at those words yourself.",
            )
        if hits:
            say(f"\n命中任何一条就请停下。依据：{guide.basis.zh}", f"\nAny of these: stop. {guide.basis.en}")
        else:
            say("没有看出常见的圈套；这不等于它可靠。", "No common sign of a trap; that does not make it safe.")
        say("\n可靠的帮助是这样的：", "\nA safe offer:")
        for zh, en in zip(guide.safe_zh, guide.safe_en, strict=True):
            click.echo(f"  · {t(zh, en)}")
        if kept and case_folder:
            say_kept(case_folder, kept)
    if hits:
        raise click.exceptions.Exit(1)


def _keep(folder: Path, passphrase_file: Path | None, file: Path, text: str, found: ScamCheck) -> CheckResult:
    from cuijie.casefile.results import keep_file, keep_text
    from cuijie.cli.case.opening import opened
    from cuijie.prevention.keeping import keep_scam

    with opened(folder, passphrase_file, writable=True) as case:
        item = keep_text(case, text, "对方的话.txt") if str(file) == "-" else keep_file(case, file)
        return keep_scam(case, item, text, found)
