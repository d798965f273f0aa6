"""The rules in one fused pass, for records one has in hand: so that every engine can be held against every other.

Audits feed Arrow batches to ``FusedPass`` and never make records of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook.arrow_form import contacts_table
from cuijie.rulebook.columns import CONTACT_COLUMNS, Value
from cuijie.rulebook.facts import SOLE_DEBTOR, SOLE_LENDER
from cuijie.rulebook.fused.arrow import hash_of
from cuijie.rulebook.fused.asked import Asked, norms_in
from cuijie.rulebook.fused.found import FoundWindows, NamedMember
from cuijie.rulebook.fused.one_pass import FusedPass
from cuijie.rulebook.fused.windows import WindowPass
from cuijie.rulebook.judgement import Judgement, Judgements, WindowJudgement
from cuijie.rulebook.linking import CERTAINTIES, LinkedRule, ceiling
from cuijie.rulebook.registers import OWNER_KEYS, Registers
from cuijie.rulebook.windows.spans import end_key

__all__ = ["judge_fused"]

_NO_TIME = datetime.min.replace(tzinfo=UTC)


def judge_fused(
    rules: Sequence[LinkedRule],
    contacts: Sequence[ContactRecord],
    loans: Sequence[Loan],
    registers: Registers,
    *,
    rows_a_batch: int = 1 << 17,
) -> Judgements:
    """Every breach and every unknown among *contacts*."""
    table = contacts_table(contacts)
    order = sorted(range(len(contacts)), key=lambda place: contacts[place].occurred_at or _NO_TIME)
    places = np.array(order, np.int64)
    judging = FusedPass(rules, loans=loans, registers=registers)
    for start in range(0, len(contacts), rows_a_batch):
        own = places[start : start + rows_a_batch]
        (batch,) = table.take(own).combine_chunks().to_batches()
        judging.feed(batch, own)
    judging.close()
    texts = _Texts(contacts, loans, registers)
    return Judgements(
        contacts=tuple(_contact_judgements(judging, contacts)),
        windows=tuple(j for one in judging.window_rules for j in _window_judgements(one, contacts, texts)),
    )


def _contact_judgements(judging: FusedPass, contacts: Sequence[ContactRecord]) -> Iterator[Judgement]:
    by_rule: list[list[tuple[int, int]]] = [[] for _ in judging.contact_rules]
    for found in judging.take():
        by_rule[found.rule] += zip(found.place.tolist(), found.pattern.tolist(), strict=True)
    for one, rows in zip(judging.contact_rules, by_rule, strict=True):
        outcomes, rule = one.outcomes, one.linked.rule
        for place, pattern in sorted(rows):
            said = outcomes[pattern]
            yield Judgement(
                rule=rule.id,
                version=rule.version,
                contact=contacts[place].contact_id,
                verdict=said.verdict,
                basis=said.basis,
                may_apply=said.may_apply,
                missing=said.missing,
                law_missing=said.law_missing,
                certainty=said.certainty,
            )


class _Texts:
    """The texts behind the hashes that windows are grouped by."""

    def __init__(self, contacts: Sequence[ContactRecord], loans: Sequence[Loan], registers: Registers) -> None:
        self._contacts = contacts
        known = {SOLE_DEBTOR, SOLE_LENDER}
        for loan in loans:
            known |= {loan.loan_id, *([loan.lender_id] if loan.lender_id else [])}
        for entry in registers.entries:
            known |= {str(value) for name in OWNER_KEYS if (value := getattr(entry, name)) is not None}
            known.add(str(entry.value))
        known |= {str(value) for value in registers.complete.values()}
        self._known = self._hashed(known)
        self._of_column: dict[str, Mapping[int, str]] = {}

    @staticmethod
    def _hashed(texts: set[str]) -> dict[int, str]:
        listed = sorted(texts)
        return {int(hashed): text for hashed, text in zip(hash_of(listed), listed, strict=True)}

    def key(self, one: WindowPass, column: str, key: int) -> Value:
        """What *key* of a window stands for; None where it is 0."""
        if key == 0:
            return None
        if column in ("day", "month"):
            return one.time_of(column, key)
        if CONTACT_COLUMNS[column].values:
            return one.classes[column].samples[key - 1]
        if column not in self._of_column:
            held = ("lender_id", "agency_id") if column == "institution_id" else (column,)
            said = {getattr(contact, name) for contact in self._contacts for name in held} - {None}
            self._of_column[column] = self._known | self._hashed(said)
        return self._of_column[column][key]


def _window_judgements(one: WindowPass, contacts: Sequence[ContactRecord], texts: _Texts) -> list[WindowJudgement]:
    asked = Asked(one)
    named = [
        (seen, tuple("" if value is None else str(value) for _, value in judged.keys), judged)
        for found in one.found
        for seen, judged in _of_chunk(one, found, contacts, texts, asked)
    ]
    return [judged for _, _, judged in sorted(named, key=lambda n: (n[0], n[1]))]


def _of_chunk(
    one: WindowPass, found: FoundWindows, contacts: Sequence[ContactRecord], texts: _Texts, asked: Asked
) -> Iterator[tuple[int, WindowJudgement]]:
    norms = one.linked.norms
    for row, keys in zip(found.rows(), found.keys.tolist(), strict=True):
        named = [(name, texts.key(one, name, key)) for name, key in zip(one.window.per, keys, strict=True)]
        if one.window.slides:
            named.append(end_key(one.window, row.end))
        basis = tuple(norms[n] for n in norms_in(row.basis))
        members = found.members(row)
        missing, law_missing = ((), ()) if row.breach else _asks(asked, members, contacts)
        certainty = ceiling(basis)
        if row.holds_alone is False:
            certainty = min(certainty, "likely", key=CERTAINTIES.index)
        yield (
            row.seen,
            WindowJudgement(
                rule=one.linked.rule.id,
                version=one.linked.rule.version,
                keys=tuple(named),
                verdict="breach" if row.breach else "unknown",
                at_least=row.at_least,
                at_most=row.at_most,
                limit=one.window.limit,
                contacts=tuple(contacts[member.place].contact_id for member in members),
                basis=tuple(norm.id for norm in basis),
                may_apply=tuple(norms[n].id for n in norms_in(row.may_apply)),
                missing=missing,
                law_missing=law_missing,
                holds_alone=row.holds_alone,
                certainty=certainty,
            ),
        )


_Pairs = tuple[tuple[str, str], ...]


def _asks(asked: Asked, members: Sequence[NamedMember], contacts: Sequence[ContactRecord]) -> tuple[_Pairs, _Pairs]:
    """What to ask of which contact, norm by norm."""
    facts: dict[tuple[str, str], None] = {}
    law: dict[tuple[str, str], None] = {}
    every = 0
    for member in members:
        every |= member.asked
    for norm in norms_in(every):
        for member in members:
            if not member.asked >> norm & 1:
                continue
            contact = contacts[member.place].contact_id
            of_record, of_law = asked.under(norm, member)
            facts |= {(contact, column): None for column in of_record}
            law |= {(contact, name): None for name in of_law}
    return tuple(facts), tuple(law)
