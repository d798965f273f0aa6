"""``cuijie contract``: clauses that reach for the contact list, and other terms to look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.keep_option import case_option, say_kept
from cuijie.cli.language import t
from cuijie.cli.output import headline, json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.prevention.contract import ClauseHit
    from cuijie.prevention.loan_terms import FoundTerm
    from cuijie.records.results import CheckResult

__all__ = ["command"]


@click.command(
    help=t(
        "查借款合同、授权书里的条款：读取通讯录、联系亲友、给催收机构、不可撤销授权、债权转让、管辖、费用、违约金、自动扣款……"
        "逐条引出原文和页码，说明它能和不能作为什么理由、签之前该问什么。可以读 pdf、docx、txt、html 和图片。",
        "Clauses in a loan contract or consent, quoted with page, law, what they can and cannot justify, what to ask.",
    )
)
@click.argument("file", type=click.Path(path_type=Path))
@case_option
@click.option("--loan", "loan_id", help=t("案卷里的哪一笔借款（只有一笔时不用写）", "which loan of the case"))
@click.option(
    "--confirm",
    "confirmed",
    multiple=True,
    type=int,
    help=t("确认“合同写了什么”里的第几项属实，写进案卷（可写多次）", "confirm the numbered term of the contract"),
)
@json_option
def command(
    file: Path,
    case_folder: Path | None,
    loan_id: str | None,
    confirmed: tuple[int, ...],
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Read one contract; exit 1 if it holds a clause of a known kind."""
    from cuijie.prevention.contract import find_clauses
    from cuijie.prevention.loan_terms import find_terms
    from cuijie.prevention.pages import pages_of

    pages = pages_of(file)
    hits, terms = find_clauses(pages), find_terms(pages)
    chosen = _chosen(terms, confirmed)
    if chosen and case_folder is None:
        raise BadInput(t("--confirm 要和 --case 一起用。", "--confirm needs --case."))
    kept = None
    if case_folder is not None:
        kept = _keep(case_folder, passphrase_file, file, loan_id, hits, terms, chosen)
    if as_json:
        print_json(
            {"clauses": [_plain(hit) for hit in hits], "terms": [_plain_term(one) for one in terms]}
            | ({"kept": kept.result_id} if kept else {})
        )
    else:
        _tell(hits)
        tell_terms(terms)
        tell_signing()
        if kept and case_folder:
            say_kept(case_folder, kept)
    if hits:
        raise click.exceptions.Exit(1)


def _chosen(terms: list[FoundTerm], numbers: tuple[int, ...]) -> list[FoundTerm]:
    if wrong := [number for number in numbers if not 1 <= number <= len(terms)]:
        raise BadInput(t(f"没有第 {wrong[0]} 项，一共 {len(terms)} 项。", f"there is no term {wrong[0]}"))
    return [terms[number - 1] for number in numbers]


def _keep(
    folder: Path, passphrase_file: Path | None, file: Path, loan_id: str | None, hits: list[ClauseHit],
    terms: list[FoundTerm], chosen: list[FoundTerm],
) -> CheckResult:  # fmt: skip
    from cuijie.casefile.results import keep_file
    from cuijie.cli.case.opening import opened
    from cuijie.prevention.confirming import confirm_terms
    from cuijie.prevention.keeping import keep_contract
    from cuijie.records import Loan

    with opened(folder, passphrase_file, writable=True) as case, case.batch("contract_read"):
        loans = [one.loan_id for one in case.all(Loan)]
        if chosen and loan_id is None and len(loans) > 1:
            raise BadInput(
                t("案卷里有几笔借款，不知道说的是哪一笔。", "More than one loan."),
                remedy=t(f"请加 --loan：{'、'.join(loans)}", "Use --loan."),
            )
        item = keep_file(case, file)
        if chosen:
            confirm_terms(case, loan_id or (loans[0] if loans else "loan-1"), chosen, item_id=item.item_id)
        return keep_contract(case, item, hits, terms)


def _plain(hit: ClauseHit) -> dict[str, object]:
    return {
        "kind": hit.kind.id,
        "page": hit.page,
        "span": list(hit.span),
        "quote": hit.quote,
        "certainty": "certain" if hit.certain else "possible",
        "provisions": list(hit.kind.provisions),
        "title": hit.kind.title.zh,
        "can": hit.kind.can.zh,
        "cannot": hit.kind.cannot.zh,
        "ask": hit.kind.ask.zh,
        "plain": hit.kind.plain.zh,
    }


def _plain_term(found: FoundTerm) -> dict[str, object]:
    return {
        "term": found.term,
        "value": found.value or None,
        "says": found.shown.zh,
        "page": found.page,
        "span": list(found.span),
        "quote": found.quote,
    }


def tell_terms(terms: list[FoundTerm]) -> None:
    """Print what the contract says of the loan, numbered, to be confirmed."""
    from cuijie.prevention.loan_terms import TERM_TITLES

    if not terms:
        return
    headline("\n合同写了什么（机器读的，请对照原文）", "\nWhat the contract says of the loan (check it)")
    for number, one in enumerate(terms, start=1):
        title, page = TERM_TITLES[one.term], t(f"，第 {one.page} 页", f", page {one.page}") if one.page else ""
        click.echo(
            f"  {number}. {t(title.zh, title.en)}：{t(one.shown.zh, one.shown.en)}{page}“{' '.join(one.quote.split())}”"
        )
    say(
        "  属实的，用 --case 案卷 --confirm 序号 写进案卷；没有确认的不算。",
        "  Confirm with --case CASE --confirm N; nothing counts unconfirmed.",
    )


def _tell(hits: list[ClauseHit]) -> None:
    from cuijie.cli.dates import today
    from cuijie.law import LawError, library

    for kind in dict.fromkeys(hit.kind for hit in hits):
        click.secho(f"● {t(kind.title.zh, kind.title.en)}", bold=True)
        click.echo(f"  {t(kind.plain.zh, kind.plain.en)}")
        for hit in (one for one in hits if one.kind is kind):
            page = t(f"第 {hit.page} 页", f"page {hit.page}") if hit.page else ""
            maybe = "" if hit.certain else t("（可能，请对照原文看）", " (possibly: look at the original)")
            click.echo(f"  {page}“{' '.join(hit.quote.split())}”{maybe}")
        say(f"  能作为理由的：{kind.can.zh}", f"  it can justify: {kind.can.en}")
        say(f"  不能作为理由的：{kind.cannot.zh}", f"  it cannot justify: {kind.cannot.en}")
        say(f"  该问什么：{kind.ask.zh}", f"  ask: {kind.ask.en}")
        for provision in kind.provisions:
            try:
                click.echo(f"    {library().cite(provision, today())}")
            except LawError:
                continue
        click.echo("")
    if not hits:
        say("没有找到这几类条款；签之前仍请通读一遍。", "No clause of these kinds; still read it through.")
        return
    say("条款是否有效，最后由法院认定。", "Whether a term is valid is for a court to decide.")


def tell_signing() -> None:
    """Print the checklist before signing and the message to the emergency contact."""
    from cuijie.prevention.signing import signing_guide

    guide = signing_guide()
    headline("\n还没签的话，先看一遍", "\nIf it is not signed yet")
    for one in guide.checks:
        click.echo(f"  □ {t(one.zh, one.en)}")
    say("  发给要填的联系人：", "  To the person you want to name:")
    click.echo(f"    {t(guide.message.zh, guide.message.en)}")
