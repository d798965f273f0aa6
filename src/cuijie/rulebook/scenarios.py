"""Runs the scenarios that rules carry: what was expected, what came out, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cuijie.records import Certainty
from cuijie.rulebook.book import Engine, Rulebook
from cuijie.rulebook.facts import facts_of
from cuijie.rulebook.judgement import Judgements, Verdict
from cuijie.rulebook.linking import CERTAINTIES, LinkedRule
from cuijie.rulebook.predicate import evaluate
from cuijie.rulebook.registers import Entry
from cuijie.rulebook.rule import Scenario

__all__ = ["Difference", "ScenarioResult", "run_scenario", "run_scenarios"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing a scenario states that did not come out: ``key`` is expect, asks, marks, basis or certainty."""

    key: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """The outcome of one scenario; ``why`` says in one line what the rule saw."""

    rule: str
    source: str
    line: int
    name: str
    got: Verdict
    differences: tuple[Difference, ...]
    why: str

    @property
    def passed(self) -> bool:
        """True if everything stated came out."""
        return not self.differences


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    verdict: Verdict
    asks: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    basis: frozenset[str] = frozenset()
    certainty: Certainty | None = None
    why: str = ""


def run_scenarios(book: Rulebook, *, engine: Engine = "python") -> Iterator[ScenarioResult]:
    """Every scenario of every rule, in order."""
    for linked in book.rules:
        alone = book.only(linked.rule.id)
        for scenario in linked.rule.scenarios:
            yield run_scenario(alone, linked, scenario, engine=engine)


def run_scenario(
    book: Rulebook, linked: LinkedRule, scenario: Scenario, *, engine: Engine = "python"
) -> ScenarioResult:
    """One scenario of *linked*, judged by *book* (which holds that rule)."""
    found = _case(book, linked, scenario) if linked.rule.about == "case" else _contacts(book, linked, scenario, engine)
    differences = []
    if found.verdict != scenario.expect:
        differences.append(Difference(key="expect", expected=scenario.expect, got=found.verdict))
    for key, wanted, got in (
        ("asks", scenario.asks, found.asks),
        ("marks", scenario.marks, found.marks),
        ("basis", scenario.basis, found.basis),
    ):
        if wanted is not None and frozenset(wanted) != got:
            differences.append(Difference(key=key, expected=_list(wanted), got=_list(got)))
    if scenario.certainty is not None and scenario.certainty != found.certainty:
        differences.append(Difference(key="certainty", expected=scenario.certainty, got=str(found.certainty)))
    return ScenarioResult(
        rule=linked.rule.id,
        source=linked.rule.source,
        line=scenario.line,
        name=scenario.name,
        got=found.verdict,
        differences=tuple(differences),
        why=found.why,
    )


def _list(names: tuple[str, ...] | frozenset[str]) -> str:
    return f"[{', '.join(sorted(names))}]"


def _case(book: Rulebook, linked: LinkedRule, scenario: Scenario) -> _Found:
    judged = next(j for j in book.judge_case(scenario.case or {}, scenario.law_facts).case if j.rule == linked.rule.id)
    return _Found(
        verdict=judged.verdict,
        asks=frozenset(judged.asks),
        basis=frozenset(judged.basis),
        certainty=judged.certainty if judged.verdict == "breach" else None,
        why=_why("、".join(judged.because), judged.basis),
    )


def _contacts(book: Rulebook, linked: LinkedRule, scenario: Scenario, engine: Engine) -> _Found:
    registers = replace(
        scenario.registers,
        entries=(
            *scenario.registers.entries,
            *(Entry(column=name, value=value) for name, value in scenario.law_facts.items()),
        ),
    )
    loans = [scenario.loan] if scenario.loan else []
    judged = book.judge(scenario.contacts, loans=loans, registers=registers, engine=engine)
    window = linked.rule.about == "window"
    every = [*judged.windows] if window else [*judged.contacts]
    breaches = [j for j in every if j.verdict == "breach"]
    if breaches:
        return _Found(
            verdict="breach",
            marks=frozenset(c for j in judged.windows if j.verdict == "breach" for c in j.contacts)
            if window
            else frozenset(j.contact for j in judged.contacts if j.verdict == "breach"),
            basis=frozenset(norm for j in breaches for norm in j.basis),
            certainty=max((j.certainty for j in breaches), key=CERTAINTIES.index),
            why=_why(_reasons(judged), tuple(norm for j in breaches for norm in j.basis)),
        )
    if every:
        return _Found(verdict="unknown", asks=_asks(judged), why=_why(_reasons(judged), ()))
    rows = facts_of(scenario.contacts, loans=loans, registers=registers, law_facts=book.law_facts)
    names = book.python.names
    speaks = [evaluate(linked.speaks, dict(zip(names, row, strict=True)).__getitem__) for row in rows]
    silent = all(said is False for said in speaks)
    return _Found(verdict="silent" if silent else "clear", why="没有一条 norm 在当时约束它" if silent else "条件不成立")


def _asks(judged: Judgements) -> frozenset[str]:
    asks = {column for j in judged.contacts for column in j.asks}
    return frozenset(asks | {column for w in judged.windows for _, column in w.asks})


def _reasons(judged: Judgements) -> str:
    said = [f"{j.contact}：{'、'.join(j.because)}" for j in judged.contacts]
    said += [
        f"至少 {w.at_least} 次、至多 {'不限' if w.at_most is None else w.at_most} 次，限 {w.limit} 次"
        for w in judged.windows
    ]
    return "；".join(said)


def _why(reasons: str, basis: tuple[str, ...]) -> str:
    said = [f"看到 {reasons}" if reasons else "", f"依据 {'、'.join(dict.fromkeys(basis))}" if basis else ""]
    return "；".join(part for part in said if part)
