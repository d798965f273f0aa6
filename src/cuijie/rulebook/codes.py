"""Records as small tuples of class numbers: all that any rule can tell apart about them.

The tests of all rules cut each column's values into a few classes (0 is unknown).  Two records with the
same tuple get the same answer from every rule, so answers are kept by tuple, and a rule compiled to plain
comparisons of small numbers is fast even when met for the first time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cuijie.rulebook.asking import representatives
from cuijie.rulebook.columns import FactColumn, Value
from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span, atoms_of

__all__ = ["ClassTable", "code_tables", "false_source", "true_source"]

_KEPT = 20_000  # values remembered per column; days and minutes stay below it


class ClassTable(dict[Value, int]):
    """Class number by value, worked out when a value is first met; None is class 0."""

    def __init__(self, tests: Sequence[OneOf | Span]) -> None:
        super().__init__({None: 0})
        self.tests = tuple(tests)
        self._classes: dict[tuple[bool, ...], int] = {}

    def number(self, answers: tuple[bool, ...]) -> int:
        """The number of the class whose values answer the tests like this."""
        return self._classes.setdefault(answers, len(self._classes) + 1)

    def __missing__(self, value: str | bool | int | date) -> int:
        number = self.number(tuple(test.holds(value) for test in self.tests))
        if len(self) < _KEPT:
            self[value] = number
        return number

    def classes(self, test: OneOf | Span, wanted: bool) -> tuple[int, ...]:
        """The numbers of the classes (of those known so far) whose values answer *test* with *wanted*."""
        place = self.tests.index(test)
        return tuple(sorted(n for answers, n in self._classes.items() if answers[place] is wanted))


def code_tables(nodes: Sequence[Node], columns: Mapping[str, FactColumn]) -> dict[str, ClassTable]:
    """One table per column of *nodes*, every class known beforehand: the classes of all the nodes' tests together."""
    tests: dict[str, dict[OneOf | Span, None]] = {}
    for node in nodes:
        for atom in atoms_of(node):
            tests.setdefault(atom.column, {})[atom.test] = None
    tables = {name: ClassTable(tuple(of_column)) for name, of_column in tests.items()}
    for name, values in representatives(nodes, columns).items():
        for value in values:
            tables[name].number(tuple(test.holds(value) for test in tests[name]))
    return tables


def true_source(node: Node, tables: Mapping[str, ClassTable], place: Mapping[str, int]) -> str:
    """A Python expression over ``c`` (the tuple of class numbers) that holds exactly where *node* is true."""
    return _source(node, tables, place, wanted=True)


def false_source(node: Node, tables: Mapping[str, ClassTable], place: Mapping[str, int]) -> str:
    """A Python expression over ``c`` that holds exactly where *node* is false."""
    return _source(node, tables, place, wanted=False)


def _source(node: Node, tables: Mapping[str, ClassTable], place: Mapping[str, int], wanted: bool) -> str:
    match node:
        case Atom(column, test):
            classes = tables[column].classes(test, wanted)
            here = f"c[{place[column]}]"
            if len(classes) <= 1:
                return f"{here}=={classes[0]}" if classes else "False"
            return f"{here} in {{{','.join(map(str, classes))}}}"
        case Not(part):
            return _source(part, tables, place, not wanted)
        case And(parts) | Or(parts):
            every = isinstance(node, And) is wanted
            if not parts:
                return "True" if every else "False"
            return f"({(' and ' if every else ' or ').join(_source(p, tables, place, wanted) for p in parts)})"
