"""What a caller is told of a debt that is disputed, in hardship or under negotiation, and of a debtor's own refusal: it decides nothing.

The words are in ``notes.yaml``, each with the provision it rests on, or saying that it rests on none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.gate.decision import Note
from cuijie.law import Library
from cuijie.records import Basis, ContactRecord
from cuijie.rulebook import Words
from cuijie.rulebook.binding import Bindings, binding, load_bindings
from cuijie.rulebook.columns import Value
from cuijie.rulebook.predicate import Node, evaluate

__all__ = ["NOTED", "Notes", "told_of"]

NOTED: tuple[str, ...] = ("in_dispute", "hardship_known", "in_negotiation", "recipient_refused")
"""The columns of which something is told where they are true."""
_noted = attrgetter(*NOTED)
_OPEN = ("lender_type", "product")
"""What one sentence leaves to the reader where it is not known: its own words say whom it concerns."""


def told_of(contact: ContactRecord) -> tuple[str, ...]:
    """The columns of *contact* of which something is told; anybody's refusal but the debtor's is for the rules to judge."""
    values = _noted(contact)
    if True not in values:
        return ()
    said = [name for name, value in zip(NOTED, values, strict=True) if value]
    return tuple(said if contact.recipient_role == "debtor" else [name for name in said if name != "recipient_refused"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sentence:
    """One sentence on one column; *binds* tells whom its provision binds."""

    column: str
    words: Words
    basis: Basis | None
    binds: Node | None


class Notes:
    """The sentences, joined to one law library and to the bindings of our rulebook and of *folders*.

    Raises DataFileError, LawError.
    """

    def __init__(self, law: Library, folders: Sequence[Path] = ()) -> None:
        self._law = law
        source = load_table(Path(__file__).parent / "notes.yaml", "应是 列: [句子…]")
        source.refuse_others(NOTED)
        bindings = load_bindings(tuple(folders))
        self._sentences = tuple(
            self._read(source, column, one, bindings) for column in NOTED for one in _listed(source, column)
        )

    def _read(self, source: Lines, column: str, one: object, bindings: dict[str, Bindings]) -> _Sentence:
        if not isinstance(one, Lines):
            raise source.wrong(column, "每句写成 {zh, en, basis}")
        one.refuse_others(("zh", "en", "basis"))
        words = Words(zh=one.text("zh"), en=one.text("en"))
        if "basis" not in one:
            return _Sentence(column=column, words=words, basis=None, binds=None)
        provision = self._law.provision(one.text("basis"))
        of_country = bindings[provision.instrument.id.partition(".")[0]]
        return _Sentence(
            column=column,
            words=words,
            basis=Basis(id=provision.id, tier=provision.tier, role="norm"),
            binds=binding(provision.applies_to, provision.instrument.id, of_country),
        )

    def of(self, said: Sequence[str], day: date, fact: Callable[[str], Value]) -> tuple[Note, ...]:
        """What is told on *day* where the columns *said* are true; *fact* gives whatever else is known."""
        return tuple([
            Note(column=s.column, says=s.words.zh, says_en=s.words.en, basis=() if s.basis is None else (s.basis,))
            for s in self._sentences
            if s.column in said and self._concerns(s, day, fact)
        ])  # fmt: skip

    def _concerns(self, sentence: _Sentence, day: date, fact: Callable[[str], Value]) -> bool:
        if sentence.basis is None or sentence.binds is None:
            return True
        if self._law.in_force(sentence.basis.id, day) is not True:
            return False
        binds = evaluate(sentence.binds, fact)
        return bool(binds) or (binds is None and any(fact(name) is None for name in _OPEN))


def _listed(source: Lines, column: str) -> list[object]:
    found = source.get(column)
    if not isinstance(found, list) or not found:
        raise source.wrong(column, "应是句子的列表")
    return found
