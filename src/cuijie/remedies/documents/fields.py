"""Where the fields of a document get their values: the user's word, what the user said before, the case, a default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from cuijie.records import Loan, Person
from cuijie.records.names import bare_name
from cuijie.records.results import newest
from cuijie.remedies.documents.blocks import BLANK, Run
from cuijie.remedies.documents.catalogue import DocumentSpec
from cuijie.remedies.documents.linkage import who_collects
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.material import DEBTOR, Material, debtor_of
from cuijie.remedies.wording import amount, day

__all__ = ["Filled", "fill", "kept_under"]

_PRODUCTS = {"credit_card": "信用卡", "online_consumer": "网络消费信贷", "other": None}


def _own_name(person: Person | None) -> str | None:
    """The name to sign with; what only the borrower calls somebody (同事周师傅) is no name for their own paper."""
    name = person.name if person else None
    return None if name and bare_name(name) != name else name


def _debts(loan: Loan | None) -> str | None:
    """What the case knows of the sums, one on a line, each with whose word it is."""
    lines = []
    if loan and loan.principal_fen:
        lines.append(f"合同本金：{amount(loan.principal_fen)}（以合同和到账记录为准）")
    if loan and loan.claimed_fen:
        lines.append(f"对方目前主张的数额：{amount(loan.claimed_fen)}（本人未确认）")
    return "\n".join(lines) or None


_SOURCES: Mapping[str, Callable[[Person | None, Loan | None, date], str | None]] = {
    "sender.name": lambda person, loan, on: _own_name(person),
    "sender.phone": lambda person, loan, on: person.numbers[0] if person and person.numbers else None,
    "sender.phones": lambda person, loan, on: "、".join(person.numbers) if person and person.numbers else None,
    "sender.relation": lambda person, loan, on: person.relation_word if person else None,
    "loan.lender_name": lambda person, loan, on: loan.lender_name if loan else None,
    "loan.addressee": lambda person, loan, on: (loan.lender_name or loan.platform_name) if loan else None,
    "loan.platform_name": lambda person, loan, on: loan.platform_name if loan else None,
    "loan.contract_no": lambda person, loan, on: loan.contract_no if loan else None,
    "loan.contract_on": lambda person, loan, on: day(loan.contract_on) if loan and loan.contract_on else None,
    "loan.overdue_since": lambda person, loan, on: day(loan.overdue_since) if loan and loan.overdue_since else None,
    "loan.principal": lambda person, loan, on: amount(loan.principal_fen) if loan and loan.principal_fen else None,
    "loan.claimed": lambda person, loan, on: amount(loan.claimed_fen) if loan and loan.claimed_fen else None,
    "loan.debts": lambda person, loan, on: _debts(loan),
    "loan.product": lambda person, loan, on: _PRODUCTS.get(loan.product or "") if loan else None,
    "today": lambda person, loan, on: day(on),
}
"""The facts of a case a field may take its value from."""


_COLLECTOR = "collector.name"  # who contacted the sender: told by the contacts, not by a record alone


_COMMON = frozenset({"address", "id_no", "phone", "reply_channel", "gender_birth", "occupation"})
"""Fields that mean the same in every document: filled in once, kept for all of a sender's papers."""


class Filled:
    """The values of one document's fields; a missing one becomes a visible blank."""

    def __init__(self, spec: DocumentSpec, values: Mapping[str, str]) -> None:
        self._spec, self._values = spec, values

    def has(self, key: str) -> bool:
        """Whether *key* has a value."""
        self._known(key)
        return key in self._values

    def value(self, key: str) -> str:
        """The value of *key*, or empty."""
        self._known(key)
        return self._values.get(key, "")

    def run(self, key: str) -> Run:
        """The value of *key* as words of the user, or the blank that stands for it."""
        self._known(key)
        if key in self._values:
            return Run(text=self._values[key], kind="data", ref=key)
        return Run(text=BLANK, kind="blank", ref=key)

    def lines(self, key: str) -> tuple[Run, ...]:
        """The value of *key* line by line; one blank if there is none."""
        if not self.has(key):
            return (self.run(key),)
        kept = (line.strip() for line in self._values[key].splitlines())
        return tuple(Run(text=line, kind="data", ref=key) for line in kept if line)

    def _known(self, key: str) -> None:
        if self._spec.field(key) is None:
            raise RemedyError(f"模板 {self._spec.id}.md 用了没有声明的可填项 {key}。")


def _field_id(sender: str, key: str, document: str | None = None, loan_id: str | None = None) -> str:
    """Under which id a filled-in field is kept: for one document (about one loan), or for all of this sender's."""
    about = f"@{loan_id}" if loan_id else ""
    return f"{sender}:{document}{about}.{key}" if document else f"{sender}:{key}"


def kept_under(document_id: str, sender: str, key: str, loan_id: str | None) -> str:
    """The id for what is filled in as *key*: common fields are kept once, what is about a loan for that loan alone."""
    return _field_id(sender, key) if key in _COMMON else _field_id(sender, key, document_id, loan_id)


def _saved(spec: DocumentSpec, material: Material, sender: str, loan: Loan | None) -> dict[str, str]:
    """What *sender* filled in before: for this document about this loan, else for this document, else for any."""
    common = _field_id(sender, "")
    values = {one.field_id: one.value for one in material.fields}
    found = {id.removeprefix(common): value for id, value in values.items() if id.startswith(common) and "." not in id}
    for own in (_field_id(sender, "", spec.id), _field_id(sender, "", spec.id, loan.loan_id if loan else None)):
        found.update({id.removeprefix(own): value for id, value in values.items() if id.startswith(own)})
    return found


def _proposed(spec: DocumentSpec, material: Material, loan: Loan | None) -> dict[str, str]:
    """What checks of money and prevention offer to the borrower's own paper: line by line, each line once."""
    found: dict[str, list[str]] = {}
    for one in newest(material.results):
        if one.kind == "owe" and (loan is None or one.subject != loan.loan_id):
            continue
        for proposal in one.proposals:
            if proposal.document == spec.id:
                lines = found.setdefault(proposal.key, [])
                lines += [line for line in proposal.value.splitlines() if line not in lines]
    return {key: "\n".join(lines) for key, lines in found.items()}


def fill(
    spec: DocumentSpec, material: Material, *, sender: str, loan: Loan | None, given: Mapping[str, str], on: date
) -> Filled:
    """The values of *spec*'s fields: *given*, else saved by the user for this sender, else from the case, else default.

    What a kept check proposes stands before the bare facts of the case.
    """
    person = debtor_of(material) if sender == DEBTOR else material.people().get(sender)
    saved = _saved(spec, material, sender, loan)
    proposed = _proposed(spec, material, loan) if sender == DEBTOR else {}
    values: dict[str, str] = {}
    for key in dict.fromkeys((*spec.fields, *saved, *given)):
        field = spec.field(key)
        if field is None:
            continue  # saved for another document, or unknown: the caller has said so
        source = _SOURCES.get(field.source) if field.source else None
        if field.source and source is None and field.source != _COLLECTOR:
            raise RemedyError(f"模板 {spec.id}.md 的可填项 {key} 写了不认识的来源 {field.source}。")
        known = source(person, loan, on) if source else None
        if field.source == _COLLECTOR:
            known = who_collects(material, sender, loan)
        for value in (given.get(key), saved.get(key), proposed.get(key), known, field.default):
            if value is not None and value.strip():
                values[key] = value.strip()
                break
    return Filled(spec, values)
