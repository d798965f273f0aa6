"""What holds for every rule we ship, on records with gaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook import Entry, Registers, Rulebook, load_rulebook
from cuijie.rulebook.facts import fact_names, facts_of
from cuijie.rulebook.scenarios import run_scenarios
from tests.rulebook.builders import toy_rule, write_rule
from tests.rulebook.strategies import contacts

_BOOLS = {c.name for c in COLUMNS if c.type == "bool"}
_CLOSED = {c.name: c.values for c in COLUMNS if c.values}
_RULES = sorted(file.name.removesuffix(".yaml") for file in (files("cuijie.rulebook") / "rules").iterdir())


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def filled(given_: ContactRecord, columns: set[str], draw: st.DataObject) -> ContactRecord:
    """*given_* with these unknown columns known; times of day where only a day was known."""
    facts: dict[str, object] = {}
    for name in sorted(columns):
        if name in _BOOLS:
            facts[name] = draw.draw(st.booleans(), name)
        elif name in _CLOSED and name != "time_precision":
            facts[name] = draw.draw(st.sampled_from(_CLOSED[name]), name)
        elif name == "occurred_at":
            at = given_.occurred_at
            day = date(2026, 3, 1) if at is None else at.astimezone(SHANGHAI).date()
            hour = draw.draw(st.integers(0, 23), "hour")
            facts |= {
                "occurred_at": datetime(day.year, day.month, day.day, hour, 30, tzinfo=SHANGHAI),
                "time_precision": "second",
            }
        elif name in {"count", "duration_s"}:
            facts[name] = draw.draw(st.integers(0, 5), name)
        else:
            facts[name] = "someone"
    return replace(given_, **facts)  # type: ignore[arg-type]


def test_a_question_answered_by_yes_or_no_offers_no_two_things_to_say_yes_to(book: Rulebook) -> None:
    asked = {(name, words.zh) for linked in book.rules for name, words in linked.rule.ask.items() if name in _BOOLS}
    assert asked
    assert [one for one in asked if "还是" in one[1]] == []


@settings(max_examples=60)
@given(given_=contacts(most=1), draw=st.data())
def test_learning_facts_never_turns_a_breach_into_none_nor_none_into_a_breach(
    book: Rulebook, given_: tuple[ContactRecord, ...], draw: st.DataObject
) -> None:
    (one,) = given_
    known = dict(zip(fact_names(()), facts_of(given_)[0], strict=True))  # what follows from the record is known too
    open_ = {c.name for c in COLUMNS if known.get(c.name) is None and c.name not in {"text", "time_precision"}}
    if one.occurred_at is not None:
        open_.discard("occurred_at")
    learnt = set(draw.draw(st.lists(st.sampled_from(sorted(open_)), unique=True))) if open_ else set()
    before = {j.rule: j.verdict for j in book.judge(given_).contacts}
    after = {j.rule: j.verdict for j in book.judge([filled(one, learnt, draw)]).contacts}
    for linked in book.rules:
        if linked.rule.about != "contact":
            continue
        was, is_ = before.get(linked.rule.id, "clear"), after.get(linked.rule.id, "clear")
        assert was == "unknown" or was == is_, linked.rule.id


@settings(max_examples=40)
@given(given_=contacts(most=1), draw=st.data())
def test_answering_all_that_is_asked_settles_every_rule(
    book: Rulebook, given_: tuple[ContactRecord, ...], draw: st.DataObject
) -> None:
    for judged in book.judge(given_).contacts:
        if judged.verdict != "unknown":
            continue
        assert judged.asks, judged.rule
        full = filled(given_[0], set(judged.missing), draw)
        told = Registers(entries=tuple(Entry(column=n, value=draw.draw(st.booleans(), n)) for n in judged.law_missing))
        again = book.only(judged.rule).judge([full], registers=told).contacts
        assert [j.verdict for j in again] in ([], ["breach"]), judged.rule


def test_every_scenario_of_every_rule_holds(book: Rulebook) -> None:
    failed = [(r.rule, r.name, r.differences) for r in run_scenarios(book) if not r.passed]
    assert not failed


@pytest.mark.slow
@pytest.mark.parametrize("rule", _RULES)
def test_every_scenario_holds_in_duckdb_too(book: Rulebook, rule: str) -> None:
    results = list(run_scenarios(book.only(rule), engine="duckdb"))
    assert results
    assert not [(r.name, r.differences) for r in results if not r.passed]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("expect: clear", "expect: breach"), "expect"),
        (("expect: clear", "expect: clear\n  marks: [c1]"), "marks"),
        (("expect: clear", "expect: clear\n  basis: [xx.house/1]"), "basis"),
        (("expect: clear", "expect: clear\n  certainty: likely"), "certainty"),
        (("connected: false", "connected: null"), "expect"),
    ],
)
def test_a_scenario_that_does_not_hold_says_which_part(tmp_path: Path, change: tuple[str, str], key: str) -> None:
    write_rule(tmp_path, toy_rule("connected").replace(*change))
    (result,) = run_scenarios(load_rulebook([tmp_path], ours=False))
    assert not result.passed
    assert key in {difference.key for difference in result.differences}


def test_every_provision_stands_under_the_tier_that_the_library_gives_it(book: Rulebook) -> None:
    cited = [
        (linked.rule.id, named.id, named.tier)
        for linked in book.rules
        for named in (*linked.rule.norms, *linked.rule.support, *linked.rule.further)
    ]
    assert cited
    assert [one for one in cited if book.law.provision(one[1]).tier != one[2]] == []
