"""``cuijie audit report | compare | sample | agree``: what is made of the results of audits."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import is_english, t
from cuijie.cli.output import as_typed, json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cuijie.audit.report.reading import AuditFolder
    from cuijie.audit.report.words import Language

__all__ = ["LANG", "agree", "compare", "report", "sample", "write_report"]

_FOLDER = click.Path(path_type=Path)
_UNMASKED = click.option(
    "--unmasked",
    is_flag=True,
    help=t(
        "写原来的编号（审计时也要用了 --unmasked）", "show ids as they are (the audit must have been --unmasked too)"
    ),
)
_MASK_KEY = click.option("--mask-key", type=_FOLDER, help=t("假名的密钥文件", "key file of the pseudonyms"))


LANG = click.option(  # of every command that writes a report
    "--lang",
    type=click.Choice(["zh", "en"]),
    expose_value=False,  # read before click is: see cli.language
    help=t("报告用哪种语言", "language of the report"),
)


def _language() -> Language:
    return "en" if is_english() else "zh"


def write_report(folder: Path, mask_key: Path | None = None) -> Path:
    """Write the page of a run that has just ended; gives its path."""
    from cuijie.audit.report import write_html

    return write_html(folder, _language(), mask_key=mask_key)


@click.command(
    help=t(
        "（重新）写审计报告：report.html 和 report.pdf。", "Write the report of a result: report.html and report.pdf."
    )
)
@click.argument("folder", type=_FOLDER, metavar=t("结果文件夹", "DIR"))
@click.option("--html-only", is_flag=True, help=t("只写网页", "the page only"))
@_UNMASKED
@_MASK_KEY
@LANG
@json_option
def report(folder: Path, html_only: bool, unmasked: bool, mask_key: Path | None, as_json: bool) -> None:
    """The page, and the paper for the board."""
    from cuijie.audit.report import write_html, write_pdf

    paths = [write_html(folder, _language(), unmasked=unmasked, mask_key=mask_key)]
    if not html_only:
        paths.append(write_pdf(folder, _language(), unmasked=unmasked, mask_key=mask_key))
    if as_json:
        print_json({"files": [str(path) for path in paths]})
        return
    for path in paths:
        say(f"已写 {as_typed(path)}", f"Written {as_typed(path)}")


@click.command(
    help=t(
        "比较两次审计（走势，或改规则对旧数据的影响）；--lenders：多家贷款人并排，不相加。",
        "Compare two results (trend, or the effect of changed rules on old data); --lenders: lenders side by side, never added up.",
    )
)
@click.argument("folders", nargs=-1, type=_FOLDER, metavar=t("结果文件夹…", "DIR..."))
@click.option("--lenders", is_flag=True, help=t("把各家贷款人并排", "lenders side by side"))
@click.option("-o", "--out", type=_FOLDER, help=t("网页和 JSON 写到哪个文件夹", "folder for the page and the JSON"))
@LANG
@json_option
def compare(folders: tuple[Path, ...], lenders: bool, out: Path | None, as_json: bool) -> None:
    """Gains and losses per rule, or rates per lender."""
    from cuijie.audit.report.reading import open_audit

    if (not lenders and len(folders) != 2) or not folders:
        raise BadInput(
            t("比较要两个结果文件夹：较早的在前。", "Give two result folders, the earlier first."),
            remedy=t(
                "例如：cuijie audit compare 三月 四月 -o 比较；多家并排加 --lenders。",
                "For example: cuijie audit compare march april -o out; several lenders: --lenders.",
            ),
        )
    with ExitStack() as stack:
        audits = [stack.enter_context(open_audit(folder)) for folder in folders]
        (_beside if lenders else _compared)(audits, out, as_json)
    if out is not None and not as_json:
        page = out / ("lenders.html" if lenders else "compare.html")
        say(f"已写 {as_typed(page)}", f"Written {as_typed(page)}")


def _compared(audits: Sequence[AuditFolder], out: Path | None, as_json: bool) -> None:
    from cuijie.audit.report.compare_page import comparison_lines, write_comparison
    from cuijie.audit.report.words import percent

    found = write_comparison(audits[0], audits[1], out, _language())
    if as_json:
        print_json(asdict(found))
        return
    for line in comparison_lines(found, _language()):
        click.echo(line)
    sides = (found.before, found.after)
    for rule in found.rules:
        if not any(rule.findings):  # what is undecided stands on the page
            continue
        if rule.gained is None:
            old, new = (percent(named, side.contacts) for named, side in zip(rule.named, sides, strict=True))
        else:
            old, new = map(str, rule.findings)
            new = f"{new:<8}  +{rule.gained} −{rule.lost}"
        click.echo(f"  {old:>8} → {new:<8}  {t(rule.title.zh, rule.title.en)}")


def _beside(audits: Sequence[AuditFolder], out: Path | None, as_json: bool) -> None:
    from cuijie.audit.report.compare_page import write_beside
    from cuijie.audit.report.words import percent

    found = write_beside(list(audits), out, _language())
    if as_json:
        print_json(asdict(found))
        return
    for row in found.rules:
        click.echo(t(row.title.zh, row.title.en))
        for rate in row.rates:
            share = percent(rate.named, rate.contacts) if rate.ran else t("没有审", "not judged")
            click.echo(f"  {share:>7}  {rate.named}/{rate.contacts}  {rate.lender}")


@click.command(
    help=t("抽一份样给人复核（按规则和把握分层，另抽没有发现的）。", "Draw a stratified sample for people to judge.")
)
@click.argument("folder", type=_FOLDER, metavar=t("结果文件夹", "DIR"))
@click.option("-n", "number", default=200, type=click.IntRange(1, 100_000), help=t("多少条", "how many rows"))
@click.option(
    "--seed", default=1, type=int, help=t("随机种子：同一个数抽出同一份", "the same seed draws the same rows")
)
@click.option(
    "-o",
    "--out",
    type=_FOLDER,
    help=t("写到哪个 CSV（默认：结果文件夹/sample.csv）", "the CSV to write (default: DIR/sample.csv)"),
)
@_UNMASKED
@_MASK_KEY
@json_option
def sample(
    folder: Path, number: int, seed: int, out: Path | None, unmasked: bool, mask_key: Path | None, as_json: bool
) -> None:
    """The sheet to fill in."""
    from cuijie.audit.report.cells import table_bytes
    from cuijie.audit.report.reading import open_audit
    from cuijie.audit.report.sampling import HEAD, draw
    from cuijie.audit.report.writing import write_whole

    with open_audit(folder, unmasked=unmasked, mask_key=mask_key) as audit:
        drawn = draw(audit, number, seed, mask_key=mask_key)
    path = out or folder / "sample.csv"
    if path.exists():
        raise BadInput(
            t(
                f"{path} 已经有了，没有覆盖：里面可能有人填过。",
                f"{path} exists and may hold judgements; not overwritten.",
            ),
            remedy=t("换一个 -o 文件名，或先移走它。", "Give another -o, or move it away."),
        )
    rows = [[row.values.get(name, "") for name in HEAD] for row in drawn.rows]
    write_whole(path, table_bytes(list(HEAD.values()), rows))
    if as_json:
        counts: dict[str, int] = {}
        for row in drawn.rows:
            name = "/".join(part or "" for part in row.stratum) if row.stratum[0] else "clear"
            counts[name] = counts.get(name, 0) + 1
        print_json({"file": str(path), "rows": len(rows), "strata": counts, "lacking": list(drawn.lacking)})
        return
    say(f"抽了 {len(rows)} 条，写在 {as_typed(path)}", f"{len(rows)} rows drawn: {as_typed(path)}")
    for lack in drawn.lacking:
        say(*_LACKING[lack])
    say(
        "填好“人工判断”一列（违反、不违反、不清楚）后：cuijie audit agree 结果文件夹 这份表",
        "Fill in the judgement column (违反 / yes, 不违反 / no, 不清楚 / unclear), then: cuijie audit agree DIR SHEET",
    )


_LACKING = {
    "no_stage": (
        "结果文件夹里没有 work/（删掉了，或是在 Spark 上跑的）：抽不到“没有发现”的联系，也写不出日志里的行号。",
        "work/ is not in the result (deleted, or run on Spark): no contacts with nothing found, no row numbers.",
    ),
    "other_key": (
        "假名的密钥不是审计时的那一把：抽不到“没有发现”的联系，也写不出日志里的行号。用 --mask-key 给出原来的密钥。",
        "The key of the pseudonyms is not that of the run: give it with --mask-key to have row numbers and contacts with nothing found.",
    ),
}


@click.command(
    help=t(
        "读回复核过的表，算出程序和人的一致程度，记进结果并重写报告。",
        "Read a judged sample back, record the agreement and rewrite the report.",
    )
)
@click.argument("folder", type=_FOLDER, metavar=t("结果文件夹", "DIR"))
@click.argument("sheet", type=_FOLDER, metavar=t("复核表", "SHEET"))
@LANG
@json_option
def agree(folder: Path, sheet: Path, as_json: bool) -> None:
    """Precision per rule with its interval, and Cohen's kappa."""
    from cuijie.audit.report.agreeing import keep_agreement
    from cuijie.audit.report.reading import open_audit
    from cuijie.audit.report.reviewing import reviewed
    from cuijie.audit.report.saying import agreement_lines
    from cuijie.audit.report.words import percent

    with open_audit(folder) as audit:
        found = reviewed(audit, sheet)
    keep_agreement(folder, found)
    page = write_report(folder)
    if as_json:
        print_json(asdict(found))
        return
    for line in agreement_lines(found, _language()):
        click.echo(line)
    for row in found.rules:
        interval = f"{percent(row.low, 1)}–{percent(row.high, 1)}"
        click.echo(
            f"  {row.confirmed}/{row.judged}  {interval}  {row.rule}{f' {row.certainty}' if row.certainty else ''}"
        )
    say(f"已记在 {as_typed(folder / 'agreement.json')}，报告 {as_typed(page)}", f"Recorded; report {as_typed(page)}")
