"""``cuijie audit``: a log of contacts held against the whole rulebook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.audit.given import RunAsked, drop_work, facts_of, run_options, teller, work_is_kept
from cuijie.cli.audit.group import AuditCommand
from cuijie.cli.audit.results import LANG, write_report
from cuijie.cli.language import t
from cuijie.cli.output import as_typed, json_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.audit import AuditResult

__all__ = ["command"]

_PATH = click.Path(path_type=Path)


@click.command(
    cls=AuditCommand,
    help=t(
        "用整本规则书审计联系日志（Parquet、CSV、JSONL，一个文件、通配符或文件夹）。发现违反时以 1 结束。",
        "Hold a log of contacts (Parquet, CSV, JSONL; a file, a glob or a folder) against the whole rulebook. Exit 1 if a breach is found.",
    ),
)
@click.argument("log", required=False, metavar=t("日志", "LOG"))
@click.option("-o", "--out", type=_PATH, help=t("结果放在哪个文件夹", "folder for the result"))
@click.option(
    "--table", help=t("Spark 上的表，如 db.contacts（代替日志文件）", "a table on Spark, such as db.contacts")
)
@click.option("--mapping", type=_PATH, help=t("映射文件：列名、取值、时区", "mapping file: names, codes, zone"))
@click.option(
    "--suggest-mapping",
    is_flag=True,
    help=t("按表头写出一份映射文件供核对，不审计", "print a mapping proposed from the header"),
)
@click.option(
    "--registers",
    type=_PATH,
    help=t(
        "登记的文件夹：约定联系人、拒绝、同意、结清……", "folder of registers: agreed contacts, refusals, consents …"
    ),
)
@click.option(
    "--law-facts",
    type=_PATH,
    help=t("法律事实的 YAML：member_nifa: true ……", "YAML of facts of law: member_nifa: true …"),
)
@click.option(
    "--previous",
    type=_PATH,
    help=t("上一次审计的文件夹：没变的日子不重算", "an earlier result: days that did not change are taken over"),
)
@click.option(
    "--open-rows",
    is_flag=True,
    help=t("另写 open.parquet：逐条列出不能判断的", "also write open.parquet: every contact that cannot be decided"),
)
@run_options
@LANG
@json_option
def command(
    log: str | None,
    out: Path | None,
    table: str | None,
    mapping: Path | None,
    suggest_mapping: bool,
    registers: Path | None,
    law_facts: Path | None,
    previous: Path | None,
    open_rows: bool,
    run: RunAsked,
    as_json: bool,
) -> None:
    """Audit the log and say what came of it."""
    from cuijie.audit import audit

    if log is None and table is None:
        raise BadInput(
            t("没有说审计哪份日志。", "No log was named."),
            remedy=t("例如：cuijie audit 通话.csv -o 结果文件夹", "For example: cuijie audit calls.csv -o result"),
        )
    if suggest_mapping:
        _suggest(log)
        return
    if out is None:
        raise BadInput(
            t("没有说结果放在哪里。", "No folder for the result."), remedy=t("加上 -o 文件夹。", "Add -o FOLDER.")
        )
    options = replace(
        run.options(out),
        log=log,
        table=table,
        mapping=mapping,
        registers=registers,
        law_facts=facts_of(law_facts),
        previous=previous,
        open_rows=open_rows,
    )
    result = audit(options, teller())
    _tell(result, run, as_json)
    _end(result)


def _end(result: AuditResult) -> None:
    """Exit code 1 for findings; an audit that judged nothing is an error of its input."""
    if result.findings:
        raise click.exceptions.Exit(1)
    if not result.kept:
        raise BadInput(
            t(
                "日志里没有一行能用：什么也没有审到，不等于没有违反。",
                "No row of the log could be used: nothing was judged, which is not to say that nothing was wrong.",
            ),
            remedy=t(
                "请看结果文件夹里的 quality.json，核对映射文件。",
                "See quality.json in the result, and check the mapping file.",
            ),
        )
    if not result.is_of_any:
        raise BadInput(
            t(
                "--since、--until 说的这段时间里，日志没有一次联系：什么也没有审到，不等于没有违反。",
                "The log holds no contact in the time of --since and --until: nothing was judged, which is not to say that nothing was wrong.",
            ),
            remedy=t(
                "日志从哪天到哪天，见结果文件夹里 quality.json 的 days。",
                "From which day to which the log reaches stands under days in quality.json of the result.",
            ),
        )


def _suggest(log: str | None) -> None:
    from cuijie.audit.suggesting import suggest_mapping

    if log is None:
        raise BadInput(t("没有说看哪份日志的表头。", "No log was named."))
    click.echo(suggest_mapping(log), nl=False)


def _tell(result: AuditResult, run: RunAsked, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(result))
    else:
        _print(result)
    report = write_report(result.out, run.mask_key)
    if run.discard_work:
        drop_work(result.out)
    if not as_json:
        say(f"报告：{as_typed(report)}", f"Report: {as_typed(report)}")
        if not run.discard_work:
            click.echo(work_is_kept(as_typed(result.out / "work")))


def _as_json(result: AuditResult) -> dict[str, object]:
    return {
        "out": str(result.out),
        "read": result.read,
        "kept": result.kept,
        "set_aside": result.set_aside,
        "findings": result.findings,
        "questions": result.questions,
        "days": {"judged": result.days_judged, "reused": result.days_reused},
    }


def _print(result: AuditResult) -> None:
    say(
        f"读到 {result.read} 行：{result.kept} 行可用，{result.set_aside} 行不能用（原因见 quality.json、set_aside.parquet）。",
        f"{result.read} rows read: {result.kept} kept, {result.set_aside} set aside (see quality.json, set_aside.parquet).",
    )
    say(
        f"涉嫌违反 {result.findings} 项（findings.parquet）；还不清楚的事实 {result.questions} 项（questions.parquet）。",
        f"{result.findings} suspected breaches (findings.parquet); {result.questions} open questions (questions.parquet).",
    )
    if result.days_reused:
        say(
            f"{result.days_judged} 天重新判断，{result.days_reused} 天没有变化、沿用原结果。",
            f"{result.days_judged} days judged anew, {result.days_reused} unchanged.",
        )
    say(f"结果在 {as_typed(result.out)}", f"Result: {as_typed(result.out)}")
