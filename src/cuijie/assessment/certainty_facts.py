"""What would make a finding more certain: facts that are still open when a rule is broken.

A rule may be broken under one norm that leaves the matter to judgement, while another norm would settle it if
only it were known whom it binds; a limit may be passed by several institutions together only because it is not
known which of them acted.  Such a fact is asked for although the rule already speaks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from cuijie.records import ContactRecord
from cuijie.rulebook import Judgement, LinkedRule, WindowJudgement
from cuijie.rulebook.asking import missing_columns
from cuijie.rulebook.columns import Value
from cuijie.rulebook.compiled import asked_columns
from cuijie.rulebook.linking import CERTAINTIES, LinkedNorm
from cuijie.rulebook.predicate import Atom, atoms_of

__all__ = ["CertaintyFacts", "asked_of_together"]


class CertaintyFacts:
    """Finds the facts that could lift a breach to a higher certainty; rows alike are worked out once."""

    def __init__(self) -> None:
        self._atoms: dict[tuple[str, str], tuple[Atom, ...]] = {}
        self._known: dict[tuple[object, ...], tuple[str, ...]] = {}

    def columns(self, linked: LinkedRule, judged: Judgement, value_of: Callable[[str], Value]) -> Iterator[str]:
        """The columns to ask for, or the law facts where no column is missing."""
        level = CERTAINTIES.index(judged.certainty)
        for norm in linked.norms:
            if norm.id in judged.may_apply and CERTAINTIES.index(norm.certainty) > level:
                missing = self._missing(linked, norm, value_of)
                ordinary = [name for name in missing if name not in linked.law_facts]
                yield from asked_columns(ordinary, linked.columns, value_of) if ordinary else missing

    def _missing(self, linked: LinkedRule, norm: LinkedNorm, value_of: Callable[[str], Value]) -> tuple[str, ...]:
        place = (linked.rule.id, norm.id)
        if place not in self._atoms:
            self._atoms[place] = tuple(dict.fromkeys(atoms_of(norm.applies)))
        values = [(atom, value_of(atom.column)) for atom in self._atoms[place]]
        alike = (*place, *(None if value is None else atom.test.holds(value) for atom, value in values))
        if alike not in self._known:
            self._known[alike] = missing_columns(norm.applies, value_of, linked.domains)
        return self._known[alike]


def asked_of_together(
    linked: LinkedRule,
    judged: WindowJudgement,
    contacts: Iterable[ContactRecord],
    value_of: Callable[[ContactRecord], Callable[[str], Value]],
) -> Iterator[tuple[str, str]]:
    """The (contact, column) pairs that may show one institution alone to pass the limit that *contacts* pass together."""
    window = linked.rule.window
    if judged.holds_alone is not False or window is None or window.alone is None:
        return
    of_one: Counter[Value] = Counter()
    open_: list[tuple[str, str]] = []
    for contact in contacts:
        values = value_of(contact)
        (column,) = asked_columns((window.alone,), linked.columns, values)
        of_one[values(column)] += contact.count or 1
        if values(column) is None:
            open_.append((contact.contact_id, column))
    unknown = of_one.pop(None, 0)
    if max(of_one.values(), default=0) + unknown > judged.limit:
        yield from open_
