"""All rules compiled together: a record's facts in, its judgements out.

Each contact becomes a tuple of class numbers (see ``codes``).  One generated function runs every contact
rule over the tuple and says which are breached or unknown; only for those the reasons are worked out, once
per distinct tuple of the rule's own columns, and kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import getitem, itemgetter
from typing import TypeVar

from cuijie.rulebook.asking import missing_columns
from cuijie.rulebook.codes import code_tables, false_source, true_source
from cuijie.rulebook.columns import CONTACT_COLUMNS, FactColumn, Value
from cuijie.rulebook.judgement import Outcome
from cuijie.rulebook.linking import LinkedRule, ceiling
from cuijie.rulebook.predicate import Atom, Node, OneOf, Truth, because, evaluate

__all__ = ["WHO_ACTED", "Compiled", "asked_columns", "compile_nodes", "outcome_of"]

Codes = tuple[int, ...]
_T = TypeVar("_T")
_KEPT = 200_000
WHO_ACTED = (Atom("actor", OneOf(("lender", "assignee"))), Atom("actor", OneOf(("agency", "platform"))))
"""What must be told apart of ``actor`` where a rule names ``institution_id``: see ``_asked``."""


def asked_columns(
    names: Sequence[str], columns: Mapping[str, FactColumn], value_of: Callable[[str], Value]
) -> tuple[str, ...]:
    """The record's columns that questions for *names* are put for (day → occurred_at), each once."""
    return tuple(dict.fromkeys(_asked(name, columns, value_of) for name in names))


def _asked(name: str, columns: Mapping[str, FactColumn], value_of: Callable[[str], Value]) -> str:
    if name != "institution_id":
        known = columns.get(name) or CONTACT_COLUMNS.get(name)  # a window's key need not stand in the predicate
        return known.asks if known else name
    actor = value_of("actor")
    return "actor" if actor is None else "lender_id" if actor in ("lender", "assignee") else "agency_id"


def outcome_of(rule: LinkedRule, value_of: Callable[[str], Value]) -> Outcome:
    """What *rule* says of the facts that *value_of* gives, with its reasons."""
    breach = evaluate(rule.breach, value_of)
    applies = [evaluate(norm.applies, value_of) for norm in rule.norms]
    speaks: Truth = True if True in applies else None if None in applies else False
    if speaks is False:
        return Outcome(verdict="silent")
    if breach is False:
        return Outcome(verdict="clear", because=because(rule.breach, value_of))
    basis = tuple(norm for norm, answer in zip(rule.norms, applies, strict=True) if answer)
    may = tuple(norm.id for norm, answer in zip(rule.norms, applies, strict=True) if answer is None)
    decided = breach and speaks
    missing = () if decided else missing_columns(rule.verdict, value_of, rule.domains)
    return Outcome(
        verdict="breach" if decided else "unknown",
        basis=tuple(norm.id for norm in basis),
        may_apply=may,
        missing=asked_columns([name for name in missing if name not in rule.law_facts], rule.columns, value_of),
        law_missing=tuple(name for name in missing if name in rule.law_facts),
        because=because(rule.breach, value_of),
        certainty=ceiling(basis),
    )


class Compiled:
    """The contact rules of one rulebook, over rows whose places are *names*."""

    def __init__(self, rules: Sequence[LinkedRule], names: Sequence[str]) -> None:
        self.rules = tuple(rules)
        used = sorted({column for rule in rules for column in rule.columns}, key=names.index)
        tables = code_tables([rule.verdict for rule in rules] + _who_acted(rules), _columns(rules))
        place = {name: position for position, name in enumerate(used)}
        self._tables = [tables[name] for name in used]
        self._used = used
        self._pick = _picker([names.index(name) for name in used])
        self._run = _function([false_source(rule.verdict, tables, place) for rule in rules])
        self._own = [_picker([place[name] for name in rule.columns]) for rule in rules]
        self._outcomes: list[dict[Codes, Outcome]] = [{} for _ in rules]
        self._answers: dict[Codes, tuple[tuple[int, Outcome], ...]] = {}

    def judge(self, row: Sequence[Value]) -> tuple[tuple[int, Outcome], ...]:
        """Every rule that is breached or unknown for *row*, as (place of the rule, outcome)."""
        values = self._pick(row)
        codes: Codes = tuple(map(getitem, self._tables, values))
        answer = self._answers.get(codes)
        if answer is None:
            answer = tuple((place, self._outcome(place, codes, values)) for place in self._run(codes))
            if len(self._answers) < _KEPT:
                self._answers[codes] = answer
        return answer

    def _outcome(self, place: int, codes: Codes, values: tuple[Value, ...]) -> Outcome:
        own, kept = self._own[place](codes), self._outcomes[place]
        found = kept.get(own)
        if found is None:
            found = outcome_of(self.rules[place], dict(zip(self._used, values, strict=True)).__getitem__)
            if len(kept) < _KEPT:
                kept[own] = found
        return found


def compile_nodes(
    nodes: Sequence[Node], rules: Sequence[LinkedRule], names: Sequence[str]
) -> Callable[[Sequence[Value]], tuple[Truth, ...]]:
    """A function from a row to the answers of *nodes*, in the columns of *rules*."""
    tables = code_tables(nodes, _columns(rules))
    used = sorted(tables, key=names.index)
    place = {name: position for position, name in enumerate(used)}
    pick = _picker([names.index(name) for name in used])
    ordered = [tables[name] for name in used]
    parts = ",".join(
        f"False if {false_source(node, tables, place)} else True if {true_source(node, tables, place)} else None"
        for node in nodes
    )
    run: Callable[[Codes], tuple[Truth, ...]] = eval(f"lambda c: ({parts},)", {"__builtins__": {}})  # noqa: S307 -- built from class numbers only
    kept: dict[Codes, tuple[Truth, ...]] = {}

    def answers(row: Sequence[Value]) -> tuple[Truth, ...]:
        codes: Codes = tuple(map(getitem, ordered, pick(row)))
        found = kept.get(codes)
        if found is None:
            found = run(codes)
            if len(kept) < _KEPT:
                kept[codes] = found
        return found

    return answers


def _who_acted(rules: Sequence[LinkedRule]) -> list[Node]:
    return list(WHO_ACTED) if any("institution_id" in rule.columns for rule in rules) else []


def _columns(rules: Sequence[LinkedRule]) -> dict[str, FactColumn]:
    return {name: column for rule in rules for name, column in rule.columns.items()}


def _picker(places: Sequence[int]) -> Callable[[Sequence[_T]], tuple[_T, ...]]:
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: tuple(row[place] for place in places)


def _function(false_sources: Sequence[str]) -> Callable[[Codes], list[int]]:
    """A function that lists the places of the rules that are not false; built from class numbers only."""
    lines = ["def run(c):", "    found = []"]
    for place, is_false in enumerate(false_sources):
        lines.append(f"    if not {is_false}: found.append({place})")
    lines.append("    return found")
    space: dict[str, Callable[[Codes], list[int]]] = {}
    exec(compile("\n".join(lines), "<rules>", "exec"), space)  # noqa: S102 -- built from class numbers only
    return space["run"]
