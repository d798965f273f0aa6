"""What a paper may state: the findings that are certain enough, their contacts, exhibits and law, for one sender."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from cuijie.clock import shanghai_day
from cuijie.records import Certainty, ContactRecord, Entry, Finding, Loan, Person
from cuijie.records.remedies import Exhibit
from cuijie.remedies.conduct import Wording, weight_of, wording_of
from cuijie.remedies.documents.blocks import Cell
from cuijie.remedies.documents.grounds import LawBook, bases
from cuijie.remedies.documents.incidents import Incident, is_to_other
from cuijie.remedies.exhibits import places_of
from cuijie.remedies.material import DEBTOR, Material, is_about
from cuijie.remedies.wording import day

__all__ = [
    "Conduct",
    "PaperFacts",
    "Tally",
    "conducts",
    "gravity",
    "loan_names",
    "of_loan",
    "relevant",
    "sums",
    "tally",
    "timeline",
    "times",
]


# What somebody who is not the original lender says of their claim, as the paper may repeat it without admitting it.
_CLAIMS_THROUGH = {"debt_assignee": "称已受让债权", "guarantee": "称已代为清偿或者提供担保"}
_NOBODY = frozenset({"对方", "他", "她", "TA", "ta", "未知", "匿名"})  # words in a name's place that name no account


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """What a paper may state, each contact in order of time with its exhibits."""

    asserted: tuple[Finding, ...]
    incidents: tuple[Incident, ...]  # that the asserted findings name, for some papers also what was received besides
    weighed: tuple[Incident, ...]  # left to judge, told without a word on what it is
    recorded: tuple[Incident, ...]  # every contact about the loan, judged or not


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """One kind of conduct as a paper tells it: established, or only likely (then it says 疑似)."""

    wording: Wording
    certainty: Certainty
    incidents: tuple[Incident, ...]
    grounds: Cell

    @property
    def title(self) -> str:
        """The conduct's name, with 疑似 where it is only likely."""
        title = self.wording.title
        return title if self.certainty == "established" or title.startswith("疑似") else f"疑似{title}"

    @property
    def rule(self) -> str:
        """The rule's id."""
        return self.wording.rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums over a timeline; ``times`` counts what the sources count, ``is_least`` if some source says only 多次."""

    times: int
    is_least: bool
    to_others: int
    people: int
    numbers: tuple[str, ...]
    first: date | None
    last: date | None


def of_loan(
    material: Material, loan: Loan | None, *, with_unsorted: bool
) -> tuple[tuple[ContactRecord, ...], tuple[Finding, ...]]:
    """The contacts about *loan*, and the findings that name them (no loan: all of them).

    *with_unsorted*: also those of which nobody knows for which of several loans they are; a paper that holds them
    against a lender must not have them.
    """
    if loan is None:
        return material.contacts, material.findings
    contacts = tuple(
        one for one in material.contacts if is_about(one, loan, material) or (with_unsorted and one.loan_id is None)
    )
    ids = {one.contact_id for one in contacts}
    kept = [
        replace(finding, contacts=own)
        for finding in material.findings
        if (own := tuple(id for id in finding.contacts if id in ids))
    ]
    return contacts, tuple(kept)


def relevant(
    findings: Iterable[Finding], contacts: Iterable[ContactRecord], sender: str, *, to_judge: bool = False
) -> tuple[Finding, ...]:
    """The findings *sender* may assert in their own name: claimable by them and not left to judge.

    A contacted person speaks only of what was done to them.  *to_judge*: instead those that are left to judge, of which
    a paper tells the contacts at most.
    """
    mine = {contact.contact_id for contact in contacts if contact.recipient_id == sender}
    kept: list[Finding] = []
    for finding in findings:
        if (finding.certainty == "to_judge") is not to_judge:
            continue
        if sender == "debtor":
            if "debtor" in finding.claimants:
                kept.append(finding)
        elif "recipient" in finding.claimants and (own := tuple(id for id in finding.contacts if id in mine)):
            kept.append(
                Finding(
                    rule=finding.rule,
                    contacts=own,
                    claimants=finding.claimants,
                    certainty=finding.certainty,
                    basis=finding.basis,
                )
            )
    return tuple(kept)


def gravity(findings: Iterable[Finding]) -> Mapping[str, tuple[int, ...]]:
    """How grave each contact is, by its id: what the broken rules weigh in the rulebook, the heaviest first."""
    weights: dict[str, list[int]] = {}
    for finding in findings:
        for id in finding.contacts:
            weights.setdefault(id, []).append(weight_of(finding.rule))
    return {id: tuple(sorted(own, reverse=True)) for id, own in weights.items()}


def timeline(
    findings: Iterable[Finding],
    contacts: Iterable[ContactRecord],
    entries: Iterable[Entry],
    exhibits: Sequence[Exhibit],
    also: Iterable[str] = (),
    *,
    is_of_debtor: bool = True,
    weights: Mapping[str, tuple[int, ...]] = MappingProxyType({}),
) -> tuple[Incident, ...]:
    """Every contact that the findings name, or that is in *also*, in order of time, with its exhibits.

    *is_of_debtor*: the borrower keeps the case, so what is noted in it is their account unless somebody else told it;
    *weights*: how grave each contact is (``gravity``).
    """
    named = {*also, *(id for finding in findings for id in finding.contacts)}
    by_entry = {entry.entry_id: entry for entry in entries}
    chosen = sorted(
        (contact for contact in contacts if contact.contact_id in named),
        key=lambda contact: (
            contact.occurred_at is None,
            contact.occurred_at.timestamp() if contact.occurred_at else 0,
            contact.contact_id,
        ),
    )
    incidents = (
        _incident(number, contact, by_entry.get(contact.contact_id), exhibits, is_of_debtor=is_of_debtor)
        for number, contact in enumerate(chosen, 1)
    )
    return tuple(replace(one, gravity=weights.get(one.contact.contact_id, (0,))) for one in incidents)


def _incident(
    number: int, contact: ContactRecord, entry: Entry | None, exhibits: Sequence[Exhibit], *, is_of_debtor: bool
) -> Incident:
    if entry is None:
        return Incident(number=number, contact=contact)
    places = places_of(entry, exhibits)
    told_by = dict(entry.extra).get("told_by")
    noted_by = told_by or next((place.exhibit.owner for place in places), None)
    return Incident(
        number=number,
        contact=contact,
        places=places,
        account=None if (entry.counterpart_name or "").strip() in _NOBODY else entry.counterpart_name,
        is_borrowers_note=entry.text_kind == "summary" and noted_by == DEBTOR and is_of_debtor,
        is_told=told_by is not None,
        is_number_unnoted=told_by is not None or (entry.is_user_converted and entry.number_shown is not False),
    )


def conducts(
    findings: Iterable[Finding],
    incidents: Sequence[Incident],
    law: LawBook,
    *,
    tiers: frozenset[str],
    on: date,
    first: str = "",
) -> tuple[Conduct, ...]:
    """The findings grouped by rule and certainty, each with its incidents in order and the law of those days.

    *first* is the tier whose supporting law stands before other support (``grounds.bases``).
    """
    by_contact = {incident.contact.contact_id: incident for incident in incidents}
    groups: dict[tuple[str, Certainty], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.certainty), []).append(finding)
    told: list[Conduct] = []
    for (rule, certainty), members in groups.items():
        ids = {id for finding in members for id in finding.contacts}
        own = tuple(sorted((by_contact[id] for id in ids if id in by_contact), key=lambda one: one.number))
        days = sorted({shanghai_day(one.contact.occurred_at) for one in own if one.contact.occurred_at}) or [on]
        basis = dict.fromkeys(one for finding in members for one in finding.basis)
        told.append(
            Conduct(
                wording=wording_of(rule),
                certainty=certainty,
                incidents=own,
                grounds=bases(law, basis, days, tiers=tiers, first=first),
            )
        )
    return tuple(told)


def sums(incidents: Iterable[Incident], label: Callable[[Incident], str]) -> tuple[tuple[str, str], ...]:
    """How many contacts fall under each label, in the order in which the labels come up."""
    groups: dict[str, list[Incident]] = {}
    for one in incidents:
        groups.setdefault(label(one), []).append(one)
    return tuple((name, times(own)) for name, own in groups.items())


def times(incidents: Iterable[Incident]) -> str:
    """The number of contacts in words: 3次, 至少5次 where some source says only 多次."""
    counts = [one.contact.count for one in incidents]
    return f"{'至少' if None in counts else ''}{sum(count or 1 for count in counts)}次"


def tally(incidents: Sequence[Incident], people: dict[str, Person]) -> Tally:
    """The sums a paper may state about *incidents*."""
    contacts = [incident.contact for incident in incidents]
    days = sorted(shanghai_day(contact.occurred_at) for contact in contacts if contact.occurred_at)
    others = [contact for contact in contacts if is_to_other(contact)]
    return Tally(
        times=sum(contact.count or 1 for contact in contacts),
        is_least=any(contact.count is None for contact in contacts),
        to_others=sum(contact.count or 1 for contact in others),
        people=len({contact.recipient_id for contact in others if contact.recipient_id in people}),
        numbers=tuple(sorted({contact.from_number for contact in contacts if contact.from_number})),
        first=days[0] if days else None,
        last=days[-1] if days else None,
    )


def loan_names(loan: Loan | None) -> Mapping[str, object]:
    """The names under which a template finds the loan and whoever claims it."""
    lender_type = (loan.lender_type if loan else None) or ""
    return {
        "loan": loan,
        "lender_type": lender_type,
        "claims_through": _CLAIMS_THROUGH.get(lender_type, ""),
        "to_platform": loan is not None and not loan.lender_name and bool(loan.platform_name),
        "is_private": lender_type == "private_person",
        "is_settled": loan is not None and loan.debt_settled is True,
        "settled": f"该笔借款已{f'于{day(loan.settled_on)}' if loan and loan.settled_on else '经'}结清",
    }
