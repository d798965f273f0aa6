"""The rulebook as SQL: the facts layer and one statement per rule, for reading and for running elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from cuijie.records import Loan
from cuijie.rulebook.linking import LinkedRule, law_facts_of
from cuijie.rulebook.registers import Registers
from cuijie.rulebook.sql.dialects import DIALECTS, DialectName
from cuijie.rulebook.sql.facts import facts_sql
from cuijie.rulebook.sql.rules import contact_rule_sql
from cuijie.rulebook.sql.windows import window_rule_sql

_NOTE = (
    "-- missing: for a column that is NULL, the look-ups read the others class by class; 1 at the end: it can decide\n"
)

__all__ = ["facts_statement", "rule_query", "rule_statement"]


def facts_statement(
    rules: Sequence[LinkedRule],
    dialect: DialectName,
    *,
    loans: Sequence[Loan] = (),
    registers: Registers | None = None,
) -> str:
    """The statement that makes ``facts``, what *rules* are asked over, out of ``contacts`` (the record's columns)."""
    spelled = DIALECTS[dialect]
    return spelled.kept("facts", facts_sql(spelled, loans=loans, registers=registers, law_facts=law_facts_of(rules)))


@lru_cache(maxsize=256)  # the look-ups of missing columns take longer to write than to run
def rule_query(linked: LinkedRule, dialect: DialectName) -> str:
    """The query of one contact or window rule over ``facts``; raises TypeError for a case rule, which has no table."""
    if linked.rule.about == "case":
        raise TypeError(f"{linked.rule.id} is about the case, not about contacts")
    if linked.rule.about == "window":
        return window_rule_sql(linked, DIALECTS[dialect])
    return contact_rule_sql(linked, DIALECTS[dialect])


def rule_statement(linked: LinkedRule, dialect: DialectName) -> str:
    """The query with a heading that says which rule it is."""
    rule = linked.rule
    heading = " ".join(part for part in (rule.number, rule.id, f"v{rule.version}", rule.title.zh) if part)
    note = "" if rule.about == "window" else _NOTE
    return f"-- {' '.join(heading.split())}\n{note}{rule_query(linked, dialect)};"
