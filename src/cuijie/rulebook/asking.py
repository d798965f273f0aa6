"""Which missing facts to ask for: exactly those that can still decide, and no others.

A missing column belongs on the list if there is a way to fill in all the other missing columns after which
the predicate is still unknown without it.  Then learning it can change the answer; and a column left out
can never be the one that is missing.  Found by restriction: the column is held unknown, the others are
tried class by class, and a branch ends as soon as it is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from cuijie.rulebook.columns import FactColumn, Value
from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span, Truth, atoms_of, columns_of

__all__ = ["Residual", "fill", "is_open", "missing_columns", "representatives", "residual_of"]

_OTHER = "\x00"  # a text that no rule names
_DAY = timedelta(days=1)


def representatives(
    nodes: Iterable[Node], columns: Mapping[str, FactColumn]
) -> dict[str, tuple[str | bool | int | date, ...]]:
    """For each column of *nodes*, one value for each way its tests can come out together."""
    tests: dict[str, list[OneOf | Span]] = {}
    for node in nodes:
        for atom in atoms_of(node):
            if atom.test not in tests.setdefault(atom.column, []):
                tests[atom.column].append(atom.test)
    found = {}
    for name, of_column in tests.items():
        classes: dict[tuple[bool, ...], str | bool | int | date] = {}
        for value in _candidates(columns[name], of_column):
            classes.setdefault(tuple(test.holds(value) for test in of_column), value)
        found[name] = tuple(classes.values())
    return found


def _candidates(column: FactColumn, tests: Sequence[OneOf | Span]) -> list[str | bool | int | date]:
    if column.kind == "bool":
        return [True, False]
    if column.kind == "string":
        if column.values:
            return list(column.values)
        named = {str(value) for test in tests if isinstance(test, OneOf) for value in test.values}
        return [*sorted(named), _OTHER]
    edges: set[int | date] = set()
    for test in tests:
        bounds = test.values if isinstance(test, OneOf) else (test.low, test.high)
        for bound in bounds:
            if isinstance(bound, date):
                edges |= {bound - _DAY, bound, bound + _DAY}
            elif isinstance(bound, int):
                edges |= {bound - 1, bound, bound + 1}
    lowest, highest = column.lowest, column.highest
    if column.kind == "int":
        edges |= {0} if highest is None else {0, highest}
        edges = {
            e for e in edges if not isinstance(e, date) and e >= (lowest or 0) and (highest is None or e <= highest)
        }
    return sorted(edges)


# A predicate with some columns filled in: a truth value, an atom with its sign, or parts under "and"/"or".
_Leaf = tuple[str, Atom, bool]
_Branch = tuple[str, frozenset["Residual"]]
Residual = Truth | _Leaf | _Branch


def _join(kind: str, parts: Iterable[Residual]) -> Residual:
    decisive, neutral = kind == "or", kind == "and"
    kept: set[Residual] = set()
    for part in parts:
        if part is decisive:
            return decisive
        if part is not neutral:
            kept.add(part)
    if len(kept) <= 1:
        return kept.pop() if kept else neutral
    return (kind, frozenset(kept))


def residual_of(node: Node, filled: Callable[[str], Value], negated: bool = False) -> Residual:
    """What is left of *node* once the known columns are filled in."""
    match node:
        case Atom(column, test):
            value = filled(column)
            return ("atom", node, negated) if value is None else test.holds(value) is not negated
        case Not(part):
            return residual_of(part, filled, not negated)
        case And(parts) | Or(parts):
            kind = "and" if isinstance(node, And) is not negated else "or"
            return _join(kind, (residual_of(part, filled, negated) for part in parts))


def fill(residual: Residual, column: str, value: Value) -> Residual:
    """What is left of *residual* once *column* has *value*; None: once it is taken to stay unknown."""
    if residual is None or isinstance(residual, bool):
        return residual
    if len(residual) == 3:
        _, atom, negated = residual
        if atom.column != column:
            return residual
        return None if value is None else atom.test.holds(value) is not negated
    return _join(residual[0], (fill(part, column, value) for part in residual[1]))


def is_open(residual: Residual) -> tuple[bool, str | None]:
    """Whether an unknown is in it, and the first column still free (by name, so that the search is stable)."""
    if residual is None:
        return True, None
    if isinstance(residual, bool):
        return False, None
    if len(residual) == 3:
        return False, residual[1].column
    inner = [is_open(part) for part in residual[1]]
    return any(has for has, _ in inner), min((column for _, column in inner if column), default=None)


def missing_columns(
    node: Node,
    filled: Callable[[str], Value],
    domains: Mapping[str, Sequence[str | bool | int | date]],
) -> tuple[str, ...]:
    """The missing columns of an unknown *node* that can decide it, in the order in which the predicate reads them.

    None for a node that is unknown and yet the same however they are filled in (a rule that contradicts itself).
    """
    left = residual_of(node, filled)
    return tuple(
        column
        for column in columns_of(node)
        if filled(column) is None and _may_stay_unknown(fill(left, column, None), domains, {})
    )


def _may_stay_unknown(
    residual: Residual,
    domains: Mapping[str, Sequence[str | bool | int | date]],
    seen: dict[Residual, bool],
) -> bool:
    if residual is None or isinstance(residual, bool):
        return residual is None
    if residual not in seen:
        has_unknown, column = is_open(residual)
        seen[residual] = has_unknown and (
            column is None
            or any(_may_stay_unknown(fill(residual, column, value), domains, seen) for value in domains[column])
        )
    return seen[residual]
