"""The ask-list in SQL: for each column, a small machine that reads the others and says whether it can matter.

For a column held unknown, the machine walks over the rule's other columns, each as its class number (0 for
NULL, which stands for every class at once).  Its states are the sets of what can be left of the predicate;
it accepts where something undecided can be left.  It is exactly ``asking.missing_columns``, written out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cuijie.rulebook.asking import Residual, fill, is_open, residual_of
from cuijie.rulebook.predicate import Atom, Node, OneOf, Span, atoms_of, columns_of
from cuijie.rulebook.sql.text import predicate_sql

__all__ = ["class_sql", "relevance_sql"]

_Domains = Mapping[str, Sequence[str | bool | int | date]]
_State = frozenset[Residual]


def class_sql(column: str, node: Node, domains: _Domains) -> str:
    """The class number of *column*: 0 for NULL, else the place of its class among the rule's, from 1."""
    tests: list[OneOf | Span] = []
    for atom in atoms_of(node):
        if atom.column == column and atom.test not in tests:
            tests.append(atom.test)
    lines = [f"CASE WHEN {column} IS NULL THEN 0"]
    for number, value in enumerate(domains[column][:-1], start=1):
        said = [(predicate_sql(Atom(column, test)), test.holds(value)) for test in tests]
        lines.append(f"WHEN {' AND '.join(sql if holds else f'NOT ({sql})' for sql, holds in said)} THEN {number}")
    return " ".join([*lines, f"ELSE {len(domains[column])} END"])


def relevance_sql(column: str, node: Node, domains: _Domains, nth: str) -> str:
    """True where the unknown *column* can still decide *node*; reads the class numbers ``k_…`` and looks up with *nth*."""
    states: dict[_State, int] = {_kept({fill(residual_of(node, lambda _: None), column, None)}): 0}
    source = ""
    for other in [name for name in columns_of(node) if name != column]:
        width = len(domains[other]) + 1
        following: dict[_State, int] = {}
        moves: dict[int, int] = {}
        for state, number in states.items():
            by_class = [_kept({fill(part, other, value) for part in state}) for value in domains[other]]
            for place, target in enumerate([_kept(frozenset().union(*by_class)), *by_class]):
                moves[number * width + place] = following.setdefault(target, len(following))
        source, states = _step(source, moves, width, f"k_{other}", nth), following
    accepting = sorted(number for state, number in states.items() if None in state)
    if not source or len(accepting) == len(states):
        return "TRUE" if accepting else "FALSE"
    return f"{source} IN ({', '.join(map(str, accepting))})" if accepting else "FALSE"


def _kept(residuals: set[Residual] | _State) -> _State:
    """Without what can no longer be left undecided; one thing surely undecided is enough."""
    if None in residuals:
        return frozenset({None})
    return frozenset(part for part in residuals if is_open(part)[0])


def _step(source: str, moves: Mapping[int, int], width: int, code: str, nth: str) -> str:
    """One move of the machine: a look-up in a table over state and class (a simple CASE would be unfolded)."""
    targets = list(moves.values())
    if len(set(targets)) == 1:
        return ""  # one state is left: what was read before no longer matters
    if source and all(target == key // width for key, target in moves.items()):
        return source
    index = code if not source else f"{source} * {width} + {code}"
    table = ", ".join(str(moves.get(key, 0)) for key in range(max(moves) + 1))
    return nth.format(table, index)
