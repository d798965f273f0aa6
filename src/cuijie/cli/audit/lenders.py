"""``cuijie audit lenders``: a supervisor's run over the logs of many lenders, whatever their columns are called."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.audit.given import RunAsked, drop_work, run_options, teller, work_is_kept
from cuijie.cli.audit.results import LANG, write_report
from cuijie.cli.language import is_english, t
from cuijie.cli.output import as_typed, json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cuijie.audit.supervising import LenderRun

__all__ = ["lenders"]

_PATH = click.Path(path_type=Path)


@click.command(
    help=t(
        "一次审计多家贷款人的日志，列名可以各不相同：每家一个子文件夹，放日志和自己的 mapping.yaml"
        "（可加 registers/、law.yaml），或每家一个文件和同名的 .yaml。每家一份结果，再并排比较，不相加。",
        "Audit the logs of many lenders in one run, whatever their columns are called: a subfolder each with the log and its"
        " own mapping.yaml (registers/ and law.yaml if there are any), or a file each and a .yaml of its name."
        " A result for each, then all side by side, never added up.",
    )
)
@click.argument("folder", type=_PATH, metavar=t("文件夹", "DIR"))
@click.option("-o", "--out", type=_PATH, required=True, help=t("结果放在哪个文件夹", "folder for the results"))
@run_options
@LANG
@json_option
def lenders(folder: Path, out: Path, run: RunAsked, as_json: bool) -> None:
    """Audit each lender, write its report, and put all side by side."""
    from cuijie.audit.supervising import audit_lenders, lender_logs

    if out.resolve() == folder.resolve() or folder.resolve() in out.resolve().parents:
        raise BadInput(
            t("结果不能放在各家日志的文件夹里。", "The results cannot lie among the lenders' logs."),
            remedy=t("-o 请换一个文件夹。", "Give another folder with -o."),
        )
    common, logs = run.options(out), lender_logs(folder)
    if not as_json:
        names = [one.name for one in logs]
        say(f"{len(logs)} 家：{'、'.join(names)}", f"{len(logs)} lenders: {', '.join(names)}")
    runs = audit_lenders(logs, common, lambda one: teller(f"{one.name}："))
    for made in runs:
        if made.result is not None:
            write_report(made.out, run.mask_key)
    page = _beside(runs, out)
    if run.discard_work:
        for made in runs:
            drop_work(made.out)
    if as_json:
        shown = None if page is None else str(page)
        print_json({"out": str(out), "lenders": [_as_json(made) for made in runs], "page": shown})
    else:
        _print(runs, page)
        if not run.discard_work:
            click.echo(work_is_kept(t("各家文件夹里的 work", "The folder work of each lender")))
    _end(runs)


def _beside(runs: Sequence[LenderRun], out: Path) -> Path | None:
    """The page of all lenders whose logs held anything; None if there are fewer than two."""
    from cuijie.audit.report.compare_page import write_beside
    from cuijie.audit.report.reading import open_audit

    told = [run.out for run in runs if _held(run)]
    if len(told) < 2:
        return None
    with ExitStack() as stack:
        audits = [stack.enter_context(open_audit(folder)) for folder in told]
        write_beside(audits, out, "en" if is_english() else "zh", [_missing(run) for run in runs if not _held(run)])
    return out / "lenders.html"


def _held(run: LenderRun) -> bool:
    """Whether any contact of this lender was judged."""
    return run.result is not None and run.result.is_of_any


def _missing(run: LenderRun) -> tuple[str, str]:
    """Who is not on the page, and why."""
    if run.error is not None:
        return run.lender.name, run.error.message
    if run.result is not None and run.result.kept:
        return run.lender.name, t("这段时间里没有一次联系", "no contact in this time")
    return run.lender.name, t("日志里没有一行能用", "no row of the log could be used")


def _as_json(run: LenderRun) -> dict[str, object]:
    if run.result is None:
        return {"lender": run.lender.name, "out": None, "error": str(run.error)}
    result = run.result
    counts = {"read": result.read, "kept": result.kept, "set_aside": result.set_aside, "findings": result.findings}
    return {"lender": run.lender.name, "out": str(run.out), **counts, "questions": result.questions, "error": None}


def _print(runs: Sequence[LenderRun], page: Path | None) -> None:
    for run in runs:
        if run.result is None:
            say(f"{run.lender.name}：没有审成。{run.error}", f"{run.lender.name}: not audited. {run.error}")
            continue
        result = run.result
        say(
            f"{run.lender.name}：读到 {result.read} 行，{result.kept} 行可用；涉嫌违反 {result.findings} 项，还不清楚的事实 {result.questions} 项。",
            f"{run.lender.name}: {result.read} rows read, {result.kept} kept; {result.findings} suspected breaches, {result.questions} open questions.",
        )
    if page is not None:
        say(f"各家并排：{as_typed(page)}", f"Side by side: {as_typed(page)}")


def _end(runs: Sequence[LenderRun]) -> None:
    """Say by the exit code what came of all: 2 or 3 if some lender could not be audited, 1 if a breach was found."""
    failed = [run.error.exit_code for run in runs if run.error is not None]
    failed += [2 for run in runs if run.error is None and not _held(run)]
    if failed:
        raise click.exceptions.Exit(max(failed))
    if any(run.result is not None and run.result.findings for run in runs):
        raise click.exceptions.Exit(1)
