"""Three-valued predicates: the small tree a rule's condition is read into, and what can be asked of it.

A tree holds ``And``, ``Or``, ``Not`` and ``Atom``; an atom tests one column.  True is a breach, False none,
None a missing fact, joined as SQL joins them (Kleene), so that learning a fact never turns a decided
answer round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from cuijie.rulebook.columns import Value

__all__ = [
    "And",
    "Atom",
    "Bound",
    "Node",
    "Not",
    "OneOf",
    "Or",
    "Span",
    "Truth",
    "all_of",
    "any_of",
    "atoms_of",
    "because",
    "columns_of",
    "evaluate",
    "negation_inward",
    "stepped",
]

Truth = bool | None
Bound = int | date


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value is among these."""

    values: tuple[str | bool | int | date, ...]

    def holds(self, value: str | bool | int | date) -> bool:
        """True if *value*, which is known, is among these."""
        return value in self.values


@dataclass(frozen=True, slots=True)
class Span:
    """The value lies between these, both included; None is no bound on that side."""

    low: Bound | None
    high: Bound | None

    def holds(self, value: str | bool | int | date) -> bool:
        """True if *value*, which is known, lies in the span."""
        if isinstance(value, date):
            return not (
                (isinstance(self.low, date) and value < self.low) or (isinstance(self.high, date) and value > self.high)
            )
        number = int(value)
        return not (
            (isinstance(self.low, int) and number < self.low) or (isinstance(self.high, int) and number > self.high)
        )


@dataclass(frozen=True, slots=True)
class Atom:
    """One column, one test."""

    column: str
    test: OneOf | Span


@dataclass(frozen=True, slots=True)
class Not:
    """The negation: unknown stays unknown."""

    part: Node


@dataclass(frozen=True, slots=True)
class And:
    """All parts; no parts is true."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part; no parts is false."""

    parts: tuple[Node, ...]


Node = Atom | Not | And | Or


def all_of(*parts: Node) -> Node:
    """The conjunction, flattened; one part stays itself."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, And) else (part,)))
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(*parts: Node) -> Node:
    """The disjunction, flattened; one part stays itself."""
    flat = tuple(p for part in parts for p in (part.parts if isinstance(part, Or) else (part,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def atoms_of(node: Node) -> tuple[Atom, ...]:
    """Every atom, left to right, repetitions included."""
    match node:
        case Atom():
            return (node,)
        case Not(part):
            return atoms_of(part)
        case And(parts) | Or(parts):
            return tuple(chain.from_iterable(map(atoms_of, parts)))


def columns_of(node: Node) -> tuple[str, ...]:
    """The columns the predicate reads, each once, in order of first use."""
    return tuple(dict.fromkeys(atom.column for atom in atoms_of(node)))


def evaluate(node: Node, value_of: Callable[[str], Value]) -> Truth:
    """True, False or None (a fact is missing) for the values that *value_of* gives."""
    match node:
        case Atom(column, test):
            value = value_of(column)
            return None if value is None else test.holds(value)
        case Not(part):
            inner = evaluate(part, value_of)
            return None if inner is None else not inner
        case And(parts) | Or(parts):
            decisive = isinstance(node, Or)
            answer: Truth = not decisive
            for part in parts:
                said = evaluate(part, value_of)
                if said is decisive:
                    return decisive
                if said is None:
                    answer = None
            return answer


def stepped(bound: Bound, by: int) -> Bound:
    """The whole number or day *by* steps after *bound*."""
    return bound + timedelta(days=by) if isinstance(bound, date) else bound + by


def negation_inward(node: Node, *, negated: bool = False) -> Node:
    """The same predicate with every negation pushed down to the atoms (spans turn into their complement)."""
    match node:
        case Not(part):
            return negation_inward(part, negated=not negated)
        case And(parts) | Or(parts):
            inner = tuple(negation_inward(part, negated=negated) for part in parts)
            return all_of(*inner) if isinstance(node, And) is not negated else any_of(*inner)
        case Atom(column, Span(low, high)) if negated:
            outside: list[Node] = []
            if low is not None:
                outside.append(Atom(column, Span(None, stepped(low, -1))))
            if high is not None:
                outside.append(Atom(column, Span(stepped(high, 1), None)))
            return any_of(*outside)
        case _:
            return Not(node) if negated else node


def because(node: Node, value_of: Callable[[str], Value]) -> tuple[str, ...]:
    """The columns whose values made the answer what it is: for true the facts that make it true, and so on."""

    def reasons(part: Node, answer: Truth) -> Iterator[str]:
        match part:
            case Atom(column):
                yield column
            case Not(inner):
                yield from reasons(inner, evaluate(inner, value_of))
            case And(parts) | Or(parts):
                for child in parts:
                    said = evaluate(child, value_of)
                    if said is answer:
                        yield from reasons(child, said)

    return tuple(dict.fromkeys(reasons(node, evaluate(node, value_of))))
