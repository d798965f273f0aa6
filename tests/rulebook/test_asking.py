"""Ask-lists against brute force, and the logic they stand on."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from cuijie.rulebook.asking import missing_columns, representatives
from cuijie.rulebook.columns import CONTACT_COLUMNS, Value
from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span, columns_of, evaluate, negation_inward
from cuijie.rulebook.sql.asking import class_sql, relevance_sql
from cuijie.rulebook.sql.dialects import DIALECTS
from cuijie.rulebook.sql.text import literal, predicate_sql

_ATOMS = st.sampled_from(
    [
        Atom("connected", OneOf((True,))),
        Atom("recorded", OneOf((True,))),
        Atom("hour", Span(22, None)),
        Atom("hour", Span(None, 7)),
        Atom("hour", Span(9, 12)),
        Atom("actor", OneOf(("agency",))),
        Atom("actor", OneOf(("lender", "agency"))),
        Atom("lender_id", OneOf(("b1",))),
        Atom("lender_id", OneOf(("b2", "b3"))),
    ]
)
_NODES: st.SearchStrategy[Node] = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=9,
)
_FACTS = st.fixed_dictionaries(
    {
        "connected": st.sampled_from([None, True, False]),
        "recorded": st.sampled_from([None, True, False]),
        "hour": st.sampled_from([None, 0, 7, 8, 9, 12, 13, 21, 22, 23]),
        "actor": st.sampled_from([None, "lender", "agency", "platform"]),
        "lender_id": st.sampled_from([None, "b1", "b2", "b9"]),
    }
)


def completions(facts: Mapping[str, Value], columns: tuple[str, ...], node: Node) -> list[dict[str, Value]]:
    domains = representatives([node], CONTACT_COLUMNS)
    choices = [domains[c] if facts[c] is None else (facts[c],) for c in columns]
    return [{**facts, **dict(zip(columns, values, strict=True))} for values in product(*choices)]


@given(node=_NODES, facts=_FACTS)
def test_every_fact_asked_can_settle_the_answer_and_no_fact_left_out_can(
    node: Node, facts: Mapping[str, Value]
) -> None:
    read = columns_of(node)
    asked = missing_columns(node, facts.__getitem__, representatives([node], CONTACT_COLUMNS))
    for column in (c for c in read if facts[c] is None):
        others = tuple(c for c in read if c != column)
        left_open = any(evaluate(node, full.__getitem__) is None for full in completions(facts, others, node))
        assert (column in asked) is left_open
    if evaluate(node, facts.__getitem__) is None:
        ends = {evaluate(node, full.__getitem__) for full in completions(facts, read, node)}
        assert asked or len(ends) == 1, "nothing is asked only where no fact could make a difference"
        for full in completions(facts, asked, node) if asked else ():
            assert evaluate(node, full.__getitem__) is not None, "what is asked is enough"
    else:
        assert not asked


@given(node=_NODES, facts=_FACTS)
def test_learning_a_fact_never_turns_a_decided_answer_round(node: Node, facts: Mapping[str, Value]) -> None:
    said = evaluate(node, facts.__getitem__)
    if said is not None:
        for full in completions(facts, columns_of(node), node):
            assert evaluate(node, full.__getitem__) is said


@given(node=_NODES, facts=_FACTS)
def test_a_rule_and_its_rewriting_with_negations_moved_agree_on_every_partial_record(
    node: Node, facts: Mapping[str, Value]
) -> None:
    said = evaluate(node, facts.__getitem__)
    assert evaluate(negation_inward(node), facts.__getitem__) is said
    assert evaluate(negation_inward(Not(node)), facts.__getitem__) is (None if said is None else not said)


def test_sql_says_the_same_and_asks_for_the_same() -> None:
    connection = duckdb.connect(":memory:")

    @given(node=_NODES, facts=_FACTS)
    def agree(node: Node, facts: Mapping[str, Value]) -> None:
        read, domains = columns_of(node), representatives([node], CONTACT_COLUMNS)
        types = {"connected": "BOOLEAN", "recorded": "BOOLEAN", "hour": "INTEGER"}
        values = ", ".join(f"CAST({literal(facts[c])} AS {types.get(c, 'VARCHAR')}) AS {c}" for c in read)
        codes = ", ".join(f"{class_sql(c, node, domains)} AS k_{c}" for c in read)
        matters = [f"{c} IS NULL AND {relevance_sql(c, node, domains, DIALECTS['duckdb'].nth)}" for c in read]
        query = f"SELECT {predicate_sql(node)}, {', '.join(matters)} FROM (SELECT *, {codes} FROM (SELECT {values}))"  # noqa: S608
        said, *asked = connection.execute(query).fetchone() or ()
        assert said is evaluate(node, facts.__getitem__)
        named = tuple(c for c, wanted in zip(read, asked, strict=True) if wanted)
        assert named == missing_columns(node, facts.__getitem__, domains)

    with connection:
        agree()
