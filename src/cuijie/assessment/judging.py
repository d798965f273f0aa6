"""Findings and questions: what the rulebook's judgements of a case come to.

The contacts are judged twice: with everything known, and without what only a machine has read.  What still
holds the second time rests on confirmed facts; the rest is at most *likely*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache

from cuijie.assessment.answers import of_loan, owner_of
from cuijie.assessment.asking import AskedAbout, loan_owner, questions_of
from cuijie.assessment.certainty_facts import CertaintyFacts, asked_of_together
from cuijie.assessment.citing import CitedLaw, SupportBook
from cuijie.assessment.entry_records import is_group
from cuijie.assessment.inputs import AssessmentInputs, Complaint
from cuijie.assessment.result import Assessment, ContactPart, FindingPart, WindowPart
from cuijie.assessment.told_again import questions_about
from cuijie.clock import shanghai_day
from cuijie.garbage import garbage_left_alone
from cuijie.records import Certainty, Claimant, ContactRecord, Finding, Loan
from cuijie.rulebook import CaseJudgement, Judgements, LinkedRule, Rulebook, WindowJudgement, load_rulebook
from cuijie.rulebook.columns import Value
from cuijie.rulebook.facts import SOLE_LENDER
from cuijie.rulebook.linking import CERTAINTIES

__all__ = ["assess"]

_LOAN_COLUMNS = (
    "lender_type", "lender_id", "product", "contract_on", "overdue_since", "fees_disclosed", "debt_settled",
    "contact_list_consent",
)  # fmt: skip
_LOAN_DATES = ("contract_on", "overdue_since")


def assess(inputs: AssessmentInputs, rulebook: Rulebook | None = None) -> Assessment:
    """Judge a case by *rulebook* (ours if none is given): every finding and every question that would decide one."""
    book = rulebook or _our_rulebook()
    with garbage_left_alone():
        work = _Work(inputs, book)
        parts = tuple(work.findings())
        questions = (*questions_about(inputs.told_again), *questions_of(work.asked(), inputs, book))
    return Assessment(
        findings=tuple(part.finding for part in parts),
        questions=questions,
        parts=parts,
        inputs=inputs,
        rulebook=book,
    )


@cache
def _our_rulebook() -> Rulebook:
    return load_rulebook()


class _Work:
    """One assessment under way."""

    def __init__(self, inputs: AssessmentInputs, book: Rulebook) -> None:
        self._inputs, self._book = inputs, book
        self._contacts = {contact.contact_id: contact for contact in inputs.contacts}
        self._order = {contact.contact_id: place for place, contact in enumerate(inputs.contacts)}
        self._loans = {loan.loan_id: loan for loan in inputs.loans}
        self._rules = {linked.rule.id: linked for linked in book.rules}
        self._support = SupportBook()
        self._all = book.judge(inputs.contacts, loans=inputs.loans, registers=inputs.registers)
        self._sure = self._confirmed()

    def _confirmed(self) -> Judgements:
        """The judgements without those facts that only a machine has read and some breach rests on.

        Only contacts that such a breach names are judged again; no other can change its verdict.
        """
        doubtful = self._doubtful()
        if not doubtful:
            return self._all
        again = set(doubtful)
        for window in self._all.windows:
            if window.verdict == "breach" and not again.isdisjoint(window.contacts):
                again.update(window.contacts)
        reached = {j.contact for j in self._all.contacts if j.verdict == "breach" and "debtor_reachable" in j.because}
        bare = tuple(
            _without(contact, doubtful.get(contact.contact_id, ()), is_reached=contact.contact_id in reached)
            for contact in self._inputs.contacts
            if contact.contact_id in again
        )
        found = self._book.judge(bare, loans=self._inputs.loans, registers=self._inputs.registers)
        sure_contacts = tuple(j for j in self._all.contacts if j.contact not in again)
        sure_windows = tuple(j for j in self._all.windows if again.isdisjoint(j.contacts))
        return replace(found, contacts=(*sure_contacts, *found.contacts), windows=(*sure_windows, *found.windows))

    def _doubtful(self) -> dict[str, set[str]]:
        machine_read = self._inputs.machine_read
        found: dict[str, set[str]] = {}
        rested_on = [(j.rule, j.contact, j.because) for j in self._all.contacts if j.verdict == "breach"]
        rested_on += [
            (j.rule, contact, tuple(self._rules[j.rule].columns))
            for j in self._all.windows
            if j.verdict == "breach"
            for contact in j.contacts
        ]
        for rule, contact, names in rested_on:
            if contact in machine_read:
                columns = self._rules[rule].columns
                asked = {columns[name].asks if name in columns else name for name in names}
                if read := asked & machine_read[contact]:
                    found.setdefault(contact, set()).update(read)
        return found

    def findings(self) -> Iterable[FindingPart]:
        """One finding per contact rule and lender, per window, per case rule; in the order of the rulebook."""
        found = [*self._of_contacts(), *self._of_windows(), *self._of_loans(), *self._of_complaints()]
        order = {linked.rule.id: place for place, linked in enumerate(self._book.rules)}
        return sorted(found, key=lambda part: (order[part.finding.rule], *map(self._place, part.finding.contacts[:1])))

    def _place(self, contact: str) -> int:
        return self._order.get(contact, 0)

    def _of_contacts(self) -> Iterable[FindingPart]:
        sure = {(j.rule, j.contact) for j in self._sure.contacts if j.verdict == "breach"}
        grouped: dict[tuple[str, str | None], list[ContactPart]] = {}
        versions: dict[str, int] = {}
        for judged in self._all.contacts:
            if judged.verdict != "breach":
                continue
            is_sure = (judged.rule, judged.contact) in sure
            unneeded = self._inputs.machine_read.get(judged.contact, frozenset()) if is_sure else frozenset()
            part = ContactPart(
                contact=judged.contact,
                certainty=_no_more_than_read(judged.certainty, is_sure),
                because=tuple(name for name in judged.because if name not in unneeded),
                law=self._law(judged.rule, judged.contact, judged.basis),
            )
            versions[judged.rule] = judged.version
            grouped.setdefault((judged.rule, self._lender(judged.contact)), []).append(part)
        for (rule, lender), parts in grouped.items():
            yield self._finding(rule, versions[rule], lender, parts, _weakest_said(parts))

    def _of_windows(self) -> Iterable[FindingPart]:
        sure = {(j.rule, j.keys) for j in self._sure.windows if j.verdict == "breach"}
        breached = _widest([j for j in self._all.windows if j.verdict == "breach"])
        for judged in breached:
            certainty = _no_more_than_read(judged.certainty, (judged.rule, judged.keys) in sure)
            parts = [
                ContactPart(
                    contact=contact, certainty=certainty, because=(), law=self._law(judged.rule, contact, judged.basis)
                )
                for contact in judged.contacts
            ]
            rule = self._book.rule(judged.rule).rule
            window = WindowPart(
                keys=judged.keys,
                at_least=judged.at_least,
                at_most=judged.at_most,
                limit=judged.limit,
                holds_alone=judged.holds_alone,
                distinct=rule.window.distinct if rule.window is not None else None,
            )
            lender = self._lender(judged.contacts[0])
            yield self._finding(judged.rule, judged.version, lender, parts, certainty, window)

    def _of_loans(self) -> Iterable[FindingPart]:
        for loan in self._inputs.loans:
            for judged in self._loan_judgements(loan).case:
                if judged.verdict == "breach" and self._is_about_loan(judged.rule):
                    linked = self._rules[judged.rule]
                    yield self._case_part(linked, judged, loan, _event_day(linked, loan))

    def _of_complaints(self) -> Iterable[FindingPart]:
        loan = self._inputs.loans[0] if len(self._inputs.loans) == 1 else Loan(loan_id="loan")
        for complaint in self._inputs.complaints:
            for judged in self._loan_judgements(loan, complaint).case:
                linked = self._rules[judged.rule]
                if judged.verdict == "breach" and linked.rule.at == "complaint_due_on":
                    yield replace(self._case_part(linked, judged, loan, complaint.due_on), complaint=complaint)

    def _case_part(self, linked: LinkedRule, judged: CaseJudgement, loan: Loan, on: date | None) -> FindingPart:
        law = self._support.law(linked, judged.basis, on, loan.lender_type, loan.product)
        finding = Finding(
            rule=judged.rule,
            contacts=(),
            claimants=linked.rule.protects,
            certainty=judged.certainty,
            basis=law.basis,
        )
        part = ContactPart(contact="", certainty=judged.certainty, because=judged.because, law=law)
        return FindingPart(finding=finding, version=judged.version, lender_id=loan.lender_id, parts=(part,))

    def _finding(
        self,
        rule: str,
        version: int,
        lender: str | None,
        parts: Sequence[ContactPart],
        certainty: Certainty,
        window: WindowPart | None = None,
    ) -> FindingPart:
        contacts = tuple(part.contact for part in parts)
        finding = Finding(
            rule=rule,
            contacts=contacts,
            claimants=self._claimants(self._rules[rule], contacts),
            certainty=certainty,
            basis=tuple(dict.fromkeys(basis for part in parts for basis in part.law.basis)),
        )
        return FindingPart(finding=finding, version=version, lender_id=lender, parts=tuple(parts), window=window)

    def _claimants(self, linked: LinkedRule, contacts: Iterable[str]) -> tuple[Claimant, ...]:
        """Those the rule protects; a contacted person only where somebody other than the debtor was contacted."""
        records = [self._contacts[contact] for contact in contacts]
        others = any(_is_someone_else(one) or one.recipient_id in self._inputs.by_loan for one in records)
        named = linked.rule.protects
        return tuple(claimant for claimant in named if claimant == "debtor" or others or named == ("recipient",))

    def _lender(self, contact: str) -> str | None:
        record = self._contacts[contact]
        loan = self._loan(record)
        return record.lender_id or (loan.lender_id if loan else None)

    def _loan(self, record: ContactRecord) -> Loan | None:
        if record.loan_id is not None:
            return self._loans.get(record.loan_id)
        return self._inputs.loans[0] if len(self._inputs.loans) == 1 else None

    def _law(self, rule: str, contact: str, norms: tuple[str, ...]) -> CitedLaw:
        record = self._contacts[contact]
        loan = self._loan(record)
        day = shanghai_day(record.occurred_at) if record.occurred_at is not None else None
        lender_type = record.lender_type or (loan.lender_type if loan else None)
        product = record.product or (loan.product if loan else None)
        return self._support.law(self._rules[rule], norms, day, lender_type, product, record.actor)

    def _value_of(self, record: ContactRecord) -> Callable[[str], Value]:
        """What is known of one contact where the reach of the law is in question."""
        loan = self._loan(record)
        lender = record.lender_id or (loan.lender_id if loan else None)
        facts: dict[str, Value] = {
            entry.column: entry.value for entry in self._inputs.registers.entries if entry.lender_id in (lender, None)
        }
        facts["day"] = shanghai_day(record.occurred_at) if record.occurred_at is not None else None

        def value_of(name: str) -> Value:
            found = facts[name] if name in facts else getattr(record, name, None)
            if found is None and name == "lender_id":
                return lender
            if found is None and name == "actor" and record.agency_id is not None:
                return "agency"
            if found is None and name in ("lender_type", "product"):
                return getattr(loan, name, None)
            return "other" if found is None and name == "recipient_role" and record.channel == "public_post" else found

        return value_of

    def _loan_judgements(self, loan: Loan, complaint: Complaint | None = None) -> Judgements:
        case: dict[str, Value] = {column: getattr(loan, column) for column in _LOAN_COLUMNS}
        if complaint is not None:
            case |= {
                "complaint_channel": complaint.channel,
                "complaint_sent_on": complaint.sent_on,
                "complaint_due_on": complaint.due_on,
                "complaint_replied_on": complaint.replied_on,
                "complaint_late": complaint.is_late,
            }
        own = (loan.lender_id or SOLE_LENDER, None)  # as the question names whose it is
        facts = {entry.column: bool(entry.value) for entry in self._inputs.registers.entries if entry.lender_id in own}
        return self._book.judge_case(case, facts)

    def _is_about_loan(self, rule: str) -> bool:
        return self._rules[rule].rule.at in _LOAN_DATES

    def asked(self) -> Iterable[AskedAbout]:
        """Every fact whose absence leaves some rule undecided and that somebody can know.

        What is a person's own (a refusal, a consent, where the number came from) is not asked of a chat group.
        """
        for one in self._all_asked():
            named = self._contacts[one.contact] if one.contact is not None else None
            if named is None or one.owner != named.recipient_id or not is_group(one.owner):
                yield one

    def _whose(self, contact: ContactRecord, column: str) -> tuple[str, str]:
        """What to ask and of whom: what a guarantor is, for each loan; where it is not known which, that first."""
        person, loan_id = contact.recipient_id, contact.loan_id
        if column == "recipient_role" and person is not None and person in self._inputs.by_loan:
            return (column, of_loan(person, loan_id)) if loan_id else ("lender_id", owner_of(contact, "lender_id"))
        return column, owner_of(contact, column)

    def _together(self, window: WindowJudgement) -> Iterable[tuple[str, str]]:
        """What to ask about a limit passed by several institutions only when added up."""
        held = [self._contacts[name] for name in window.contacts]
        return asked_of_together(self._rules[window.rule], window, held, self._value_of)

    def _all_asked(self) -> Iterable[AskedAbout]:
        certainty_facts = CertaintyFacts()
        for judged in self._all.contacts:
            contact = self._contacts[judged.contact]
            columns: Iterable[str] = () if _hangs_on_a_letters_hour(contact, judged.asks) else judged.asks
            if judged.verdict == "breach":
                columns = (
                    ()
                    if not judged.may_apply
                    else certainty_facts.columns(self._rules[judged.rule], judged, self._value_of(contact))
                )
            for column in columns:
                yield AskedAbout(*self._whose(contact, column), judged.rule, judged.contact)
        for window in self._all.windows:
            for named, column in window.asks if window.verdict == "unknown" else self._together(window):
                yield AskedAbout(*self._whose(self._contacts[named], column), window.rule, named)
        for loan in self._inputs.loans:
            for case in self._loan_judgements(loan).case:
                if case.verdict == "unknown" and self._is_about_loan(case.rule):
                    for column in case.asks:
                        yield AskedAbout(column, loan_owner(loan, column), case.rule)


def _without(contact: ContactRecord, columns: Iterable[str], *, is_reached: bool) -> ContactRecord:
    """*contact* without what a machine read; that the debtor was reachable was shown by other contacts and stays."""
    known: dict[str, object] = dict.fromkeys(columns)
    if is_reached and "debtor_reachable" not in known:
        known["debtor_reachable"] = True
    return replace(contact, **known) if known else contact  # type: ignore[arg-type]


def _hangs_on_a_letters_hour(contact: ContactRecord, asks: Iterable[str]) -> bool:
    """Whether something is open only because a letter of a known day has no hour: nobody can tell it."""
    return contact.channel == "letter" and contact.occurred_at is not None and "occurred_at" in asks


def _no_more_than_read(certainty: Certainty, is_confirmed: bool) -> Certainty:
    return certainty if is_confirmed else min(certainty, "likely", key=CERTAINTIES.index)


def _weakest_said(parts: Sequence[ContactPart]) -> Certainty:
    """How certain a finding is that names all of *parts*: as its weakest contact, those left to judge apart."""
    said: list[Certainty] = [part.certainty for part in parts if part.certainty != "to_judge"]
    return min(said, key=CERTAINTIES.index, default="to_judge")


def _widest(windows: Sequence[WindowJudgement]) -> list[WindowJudgement]:
    """Of sliding windows of one rule, those whose contacts no other one holds already."""
    kept: dict[str, list[tuple[frozenset[str], WindowJudgement]]] = {}
    for judged in sorted(windows, key=lambda j: -len(j.contacts)):
        contacts = frozenset(judged.contacts)
        if not any(contacts <= wider for wider, _ in kept.setdefault(judged.rule, [])):
            kept[judged.rule].append((contacts, judged))
    chosen = {id(judged) for of_rule in kept.values() for _, judged in of_rule}
    return [judged for judged in windows if id(judged) in chosen]


def _is_someone_else(record: ContactRecord) -> bool:
    return record.channel == "public_post" or record.recipient_role not in (None, "debtor")


def _event_day(linked: LinkedRule, loan: Loan) -> date | None:
    found = getattr(loan, linked.rule.at) if linked.rule.at else None
    return found if isinstance(found, date) else None
