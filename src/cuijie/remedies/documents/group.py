"""One complaint of several borrowers against one lender: their cases side by side, with a table of what recurs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cuijie.clock import shanghai_day
from cuijie.records import Loan
from cuijie.records.names import bare_name
from cuijie.records.numbers import mask
from cuijie.remedies.documents.blocks import BLANK, Cell, Run
from cuijie.remedies.documents.catalogue import document
from cuijie.remedies.documents.claims import check
from cuijie.remedies.documents.draft import LETTER_TIERS, Draft, finished
from cuijie.remedies.documents.facts import Conduct, conducts, of_loan, relevant, timeline, times
from cuijie.remedies.documents.fields import fill
from cuijie.remedies.documents.grounds import LawBook
from cuijie.remedies.documents.incidents import Incident, Naming, Narrator, is_to_other
from cuijie.remedies.documents.telling import kinds_of
from cuijie.remedies.documents.template import render
from cuijie.remedies.errors import RemedyError
from cuijie.remedies.material import DEBTOR, Material, debtor_of, loan_of
from cuijie.remedies.rungs import rungs
from cuijie.remedies.wording import day, numeral

__all__ = ["GROUP", "group_draft", "joint_step", "joint_steps"]

GROUP = "group_complaint"
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Member:
    """One borrower of the group, as the list names them."""

    label: str
    name: str | Run
    contract_no: str | Run
    times: str
    exhibits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pattern:
    """One conduct that several borrowers met with."""

    title: str
    members: int
    people: int
    times: str
    first: str
    last: str
    examples: tuple[Cell, ...]
    grounds: Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """One number that called or wrote to several borrowers' circles."""

    number: str
    members: str


@dataclass(frozen=True, slots=True)
class _Case:
    label: str
    material: Material
    loan: Loan
    conducts: tuple[Conduct, ...]
    incidents: tuple[Incident, ...]


def _masked(name: str) -> str:
    return name[0] + "某" * (len(name) - 1) if len(name) > 1 else name


def _days(incidents: Sequence[Incident]) -> tuple[str, str]:
    days = sorted(shanghai_day(one.contact.occurred_at) for one in incidents if one.contact.occurred_at)
    return (day(days[0]), day(days[-1])) if days else ("不详", "不详")


def _cases(materials: Sequence[Material], lender: str, law: LawBook, on: date) -> tuple[_Case, ...]:
    found = []
    for number, material in enumerate(materials, 1):
        loan = next(one for one in material.state.loans if _lender(one) == lender)
        contacts, findings = of_loan(material, loan, with_unsorted=False)
        asserted = relevant(findings, contacts, DEBTOR)
        incidents = timeline(asserted, contacts, material.state.entries, material.exhibits)
        told = conducts(asserted, incidents, law, tiers=LETTER_TIERS, on=on)
        found.append(_Case(f"借款人{numeral(number)}", material, loan, told, incidents))
    return tuple(found)


def joint_steps() -> tuple[str, ...]:
    """The rungs that several borrowers may take together, in the order of the ladder."""
    return tuple(one.id for one in rungs().values() if one.is_joint)


def joint_step(material: Material, rung: str, lender: str) -> str:
    """The full id of that rung for the borrower of *material* and the loan from *lender*, as a group takes it.

    Raises RemedyError for a rung that only one alone can take, and for a case without such a loan.
    """
    if rung not in joint_steps():
        can = "、".join(f"{one}（{rungs()[one].title}）" for one in joint_steps())
        raise RemedyError("这一步只能每个人自己做，不能几个人一起。", remedy=f"可以一起的：{can}")
    loan = next((one for one in material.state.loans if _lender(one) == lender), None)
    if loan is None or not lender:
        raise RemedyError(f"这个案卷里没有{lender or '写明放款机构'}的借款。", remedy="先填写放款机构的全称。")
    return f"{rung}@{loan.loan_id}:{DEBTOR}"


def _lender(loan: Loan) -> str:
    return (loan.lender_name or "").strip()


def _one_lender(materials: Sequence[Material]) -> str:
    """The lender that all the cases name; of several, the one most contacts of the first case are about."""
    named = [[name for loan in one.state.loans if (name := _lender(loan))] for one in materials]
    if not all(named):
        raise RemedyError("有案卷还没有写明放款机构的全称，不能合并。", remedy="先用 cuijie case set 填写放款机构。")
    common = [name for name in named[0] if all(name in names for names in named)]
    if not common:
        every = sorted({name for names in named for name in names})
        raise RemedyError(
            f"这些案卷的放款机构不是同一家：{'、'.join(every)}。", remedy="集体投诉只能针对同一家放款机构。"
        )
    first = loan_of(materials[0], None)
    return _lender(first) if first and _lender(first) in common else common[0]


def _of_others(text: str, words: Sequence[str]) -> str:
    """*text*, told by one borrower of themselves, as a paper of several tells it."""
    for word in words:
        text = text.replace(f"本人{word}", f"其{word}")
    return text.replace("本人", "该借款人")


def _example(case: _Case, incident: Incident, title: str, naming: Naming, limit: int) -> Cell:
    people = case.material.people()
    narrator = Narrator(sender=DEBTOR, people=people, naming=naming, quote_limit=limit)
    words = [person.relation_word for person in people.values() if person.relation_word]
    told: list[Run] = [Run(text=f"（{case.label}）")]
    for run in narrator.sentence(incident):
        text = _of_others(run.text, words) if run.kind == "data" else run.text
        if run.kind == "quote" and naming == "masked":  # the template says so beside the quotations
            for name in (bare_name(person.name) for person in people.values() if person.name):
                text = text.replace(name, _masked(name))
            for number in (number for person in people.values() for number in person.numbers):
                text = text.replace(number, mask(number))
        told.append(Run(text=text, kind=run.kind, ref=run.ref))
    if others := [kind for kind in kinds_of(incident, case.conducts) if kind != title]:
        told.append(Run(text=f"，同时涉及：{'；'.join(others)}"))
    return tuple(told)


def _examples(members: Sequence[tuple[_Case, Conduct]], told: set[tuple[str, int]]) -> list[tuple[_Case, Incident]]:
    """For some members the first contact that is not told yet; *told* learns what is."""
    found: list[tuple[_Case, Incident]] = []
    for case, conduct in members:
        fresh = next((one for one in conduct.incidents if (case.label, one.number) not in told), None)
        if fresh is not None and len(found) < _EXAMPLES:
            told.add((case.label, fresh.number))
            found.append((case, fresh))
    return found


def _pattern(
    title: str, members: Sequence[tuple[_Case, Conduct]], naming: Naming, limit: int, told: set[tuple[str, int]]
) -> _Pattern:
    incidents = [one for _, conduct in members for one in conduct.incidents]
    first, last = _days(incidents)
    people = {
        (case.label, one.contact.recipient_id)
        for case, conduct in members
        for one in conduct.incidents
        if is_to_other(one.contact)
    }
    grounds = max((conduct.grounds for _, conduct in members), key=len)
    return _Pattern(
        title=title,
        members=len({case.label for case, _ in members}),
        people=len(people),
        times=times(incidents),
        first=first,
        last=last,
        examples=tuple(_example(case, one, title, naming, limit) for case, one in _examples(members, told)),
        grounds=grounds,
    )


def _shared(cases: Sequence[_Case]) -> tuple[_Shared, ...]:
    users: dict[str, list[str]] = {}
    for case in cases:
        for number in sorted({one.contact.from_number for one in case.incidents if one.contact.from_number}):
            users.setdefault(number, []).append(case.label)
    return tuple(_Shared(number=number, members="、".join(who)) for number, who in users.items() if len(who) > 1)


def _member(case: _Case, naming: Naming) -> _Member:
    person = debtor_of(case.material)
    name = person.name if person and person.name else None
    shown: str | Run = Run(text=BLANK, kind="blank", ref=f"name_{case.label}") if name is None else name
    return _Member(
        label=case.label,
        name=_masked(shown) if isinstance(shown, str) and naming == "masked" else shown,
        contract_no=case.loan.contract_no or Run(text=BLANK, kind="blank"),  # filled in by hand, where there is one
        times=times(case.incidents),
        exhibits=len(case.material.exhibits),
    )


def group_draft(
    materials: Sequence[Material],
    on: date,
    *,
    law: LawBook,
    fields: Mapping[str, str] | None = None,
    naming: Naming = "masked",
) -> Draft:
    """The complaint of the borrowers of *materials* together, names masked unless *naming* is full.

    Raises RemedyError if there are fewer than two, if their lenders differ, or if one has nothing to tell yet.
    """
    spec = document(GROUP)
    if len(materials) < 2:
        raise RemedyError("集体投诉书要有两名以上的借款人。", remedy="用 --also 写上其他人的案卷（可多次）。")
    cases = _cases(materials, _one_lender(materials), law, on)
    if empty := [case.label for case in cases if not case.incidents]:
        raise RemedyError(
            f"{'、'.join(empty)}的案卷里还没有可以写进文书的事实。", remedy="先用 cuijie assess 看看还缺什么。"
        )
    groups: dict[str, list[tuple[_Case, Conduct]]] = {}
    for case in cases:
        for conduct in case.conducts:
            groups.setdefault(conduct.title, []).append((case, conduct))
    ranked = sorted(groups.items(), key=lambda item: (-len({case.label for case, _ in item[1]}), item[0]))
    given = dict(fields or {})
    filled = fill(spec, materials[0], sender=DEBTOR, loan=cases[0].loan, given=given, on=on)
    told: set[tuple[str, int]] = set()  # a contact that falls under two patterns is told under the first
    names = {
        "members": tuple(_member(case, naming) for case in cases),
        "patterns": tuple(_pattern(title, members, naming, spec.quote_limit, told) for title, members in ranked),
        "shared_numbers": _shared(cases),
        "demands": tuple(
            dict.fromkeys(one.wording.demand.replace("本人", "借款人") for case in cases for one in case.conducts)
        ),
        "field": filled.run,
        "lines": filled.lines,
        "has": filled.has,
        "is_masked": naming == "masked",
        "numeral": numeral,
    }
    blocks = render(GROUP, names)
    return finished(spec, blocks, check(blocks), sender=DEBTOR, on=on)
