"""``cuijie rules``: list, read, test and export the rulebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import is_english, t
from cuijie.cli.output import json_option, print_json, rules_option, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.rulebook import LinkedRule, Rulebook
    from cuijie.rulebook.scenarios import ScenarioResult

__all__ = ["command"]


@click.group(help=t("规则书：列出、查看、测试、导出 SQL。", "The rulebook: list, show, test, sql."))
def command() -> None:
    """The commands on the rulebook."""


def _book(folders: tuple[Path, ...]) -> Rulebook:
    from cuijie.rulebook import load_rulebook

    return load_rulebook(folders)


@command.command(name="list", help=t("列出全部规则。", "List every rule."))
@rules_option
@json_option
def list_rules(folders: tuple[Path, ...], as_json: bool) -> None:
    """Every rule on a line: number, id, title, what it is about, how certain it can be."""
    from cuijie.rulebook.page_words import CERTAINTY
    from cuijie.rulebook.unruled import unruled

    book = _book(folders)
    if as_json:
        print_json({"rules": [_summary(linked) for linked in book.rules]})
        return
    for linked in book.rules:
        rule = linked.rule
        title, certainty = t(rule.title.zh, rule.title.en), CERTAINTY[rule.certainty][is_english()]
        click.echo(f"{rule.number or '–':<4} {rule.id:<40} {title}{t('（', ' (')}{certainty}{t('）', ')')}")
    say(f"共 {len(book.rules)} 条。用 cuijie rules show 编号 看全文。", f"{len(book.rules)} rules.")
    numbers = t("、", ", ").join(unruled())
    say(f"{numbers} 不单独成条，rules show 会说明为什么。", f"{numbers}: no rules of their own; rules show says why.")


def _summary(linked: LinkedRule) -> dict[str, object]:
    from cuijie.records import to_plain

    rule = linked.rule
    return {
        "id": rule.id,
        "version": rule.version,
        "number": rule.number,
        "title": to_plain(rule.title),
        "about": rule.about,
        "when": rule.when_text,
        "certainty": rule.certainty,
        "severity": rule.severity,
        "protects": list(rule.protects),
        "norms": [
            {
                "id": norm.id,
                "tier": norm.norm.tier,
                "in_force": str(norm.since) if norm.since else None,
                "repealed": str(norm.until) if norm.until else None,
                "binds": list(norm.binds),
                "certainty": norm.certainty,
            }
            for norm in linked.norms
        ],
        "support": [{"id": cited.id, "tier": cited.tier} for cited in rule.support],
        "source": Path(rule.source).name,
    }


@command.command(
    help=t("把一条规则排成一页：条件、法律、日期、例子。", "One rule as a page: conditions, law, dates, examples.")
)
@click.argument("rule_id", metavar=t("规则", "RULE"))
@rules_option
@json_option
def show(rule_id: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """One rule, by id or number."""
    from cuijie.records import to_plain
    from cuijie.rulebook.page import rule_page
    from cuijie.rulebook.unruled import unruled

    book = _book(folders)
    if (bare := unruled().get(rule_id.upper())) is not None:
        if as_json:
            print_json(to_plain(bare))
        else:
            click.echo(bare.page(english=is_english()), nl=False)
        return
    numbered = [linked for linked in book.rules if linked.rule.number == rule_id.upper()]
    wanted = numbered if len(numbered) > 1 else [book.rule(rule_id)]
    pages = [rule_page(book, linked, english=is_english()) for linked in wanted]
    if as_json:
        every = [_summary(linked) | _told(book, linked) for linked in wanted]
        print_json(every[0] if len(every) == 1 else {"rules": every})
        return
    click.echo(("\n" + "─" * 60 + "\n").join(pages), nl=False)


def _told(book: Rulebook, linked: LinkedRule) -> dict[str, object]:
    from cuijie.records import to_plain
    from cuijie.rulebook.page import askable_columns

    rule = linked.rule
    return {
        "explain": to_plain(rule.explain),
        "exceptions": to_plain(rule.exceptions),
        "evidence": to_plain(rule.evidence),
        "notes": to_plain(rule.notes),
        "questions": [{"column": name, "asks": book.ask(name, rule.id).zh} for name in askable_columns(linked)],
        "further": [{"id": f.id, "tier": f.tier, "needs": to_plain(f.needs)} for f in rule.further],
        "tests": [{"name": scenario.name, "expect": scenario.expect} for scenario in rule.scenarios],
    }


@command.command(
    help=t("跑规则自带的情景；有一个不符就以 1 结束。", "Run the rules' own scenarios; exit 1 if one fails.")
)
@click.argument("rule_ids", nargs=-1, metavar=t("[规则]…", "[RULE]..."))
@rules_option
@click.option(
    "--engine",
    type=click.Choice(["python", "duckdb", "spark", "fused"]),
    default="python",
    help=t("用哪种后端", "which backend"),
)
@json_option
def test(rule_ids: tuple[str, ...], folders: tuple[Path, ...], engine: str, as_json: bool) -> None:
    """Every scenario of every rule (or of those named), those of the user's folders included."""
    from cuijie.rulebook.scenarios import run_scenarios

    book = _book(folders)
    if rule_ids:
        book = book.only(*(book.rule(rule_id).rule.id for rule_id in rule_ids))
    results = list(run_scenarios(book, engine=engine))  # type: ignore[arg-type]
    failed = [result for result in results if not result.passed]
    if as_json:
        print_json(
            {
                "rules": len(book.rules),
                "scenarios": len(results),
                "failed": len(failed),
                "results": [_result(result) for result in results],
            }
        )
    else:
        for result in failed:
            _print_failure(result)
        say(
            f"{len(book.rules)} 条规则，{len(results)} 个情景，{len(failed)} 个不符。",
            f"{len(book.rules)} rules, {len(results)} scenarios, {len(failed)} failed.",
        )
    if failed:
        raise click.exceptions.Exit(1)


def _result(result: ScenarioResult) -> dict[str, object]:
    return {
        "rule": result.rule,
        "file": result.source,
        "line": result.line,
        "name": result.name,
        "passed": result.passed,
        "got": result.got,
        "differences": [{"key": d.key, "expected": d.expected, "got": d.got} for d in result.differences],
        "why": result.why,
    }


def _print_failure(result: ScenarioResult) -> None:
    say(f"{result.source} 第 {result.line} 行", f"{result.source} line {result.line}")
    click.echo(f"  {result.rule}：{result.name}")
    for difference in result.differences:
        say(
            f"  {difference.key} 应为 {difference.expected}，得到 {difference.got}",
            f"  {difference.key}: expected {difference.expected}, got {difference.got}",
        )
    if result.why:
        click.echo(f"  {result.why}")


@command.command(help=t("打印规则的 SQL（先是 facts，再是每条规则）。", "Print the rules as SQL (facts first)."))
@click.argument("rule_ids", nargs=-1, metavar=t("[规则]…", "[RULE]..."))
@click.option("--dialect", type=click.Choice(["duckdb", "spark"]), default="duckdb", help=t("方言", "dialect"))
@rules_option
@json_option
def sql(rule_ids: tuple[str, ...], dialect: str, folders: tuple[Path, ...], as_json: bool) -> None:
    """The statements that make ``facts`` from a table ``contacts`` and judge it by each rule."""
    from cuijie.rulebook.sql.statements import facts_statement, rule_statement

    book = _book(folders)
    if rule_ids:
        book = book.only(*(book.rule(rule_id).rule.id for rule_id in rule_ids))
    tabled = [linked for linked in book.rules if linked.rule.about != "case"]
    if rule_ids and len(tabled) < len(book.rules):
        raise BadInput(
            t("这条规则说的是借款或投诉本身，不在联系记录里判，没有 SQL。", "A case rule has no table and no SQL."),
            remedy=t("用 cuijie rules show 看它的条件。", "See `cuijie rules show`."),
        )
    facts = facts_statement(book.rules, dialect)  # type: ignore[arg-type]
    statements = {linked.rule.id: rule_statement(linked, dialect) for linked in tabled}  # type: ignore[arg-type]
    if as_json:
        print_json({"dialect": dialect, "facts": facts, "rules": statements})
        return
    click.echo(f"{facts};\n")
    for statement in statements.values():
        click.echo(statement + "\n")
