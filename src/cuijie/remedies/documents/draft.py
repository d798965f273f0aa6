"""A document drafted for one sender on one day: blocks, what is missing, what to read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from cuijie.garbage import garbage_left_alone
from cuijie.records import Finding, Loan
from cuijie.remedies.channels import channels
from cuijie.remedies.conduct import wording_of
from cuijie.remedies.documents.blocks import Block, Run, blocks_runs
from cuijie.remedies.documents.catalogue import NOT_ITS_LENDER, DocumentSpec, document
from cuijie.remedies.documents.claims import Claim, check
from cuijie.remedies.documents.facts import PaperFacts, conducts, gravity, of_loan, relevant, timeline
from cuijie.remedies.documents.fields import Filled, fill
from cuijie.remedies.documents.grounds import LawBook
from cuijie.remedies.documents.incidents import Narrator
from cuijie.remedies.documents.signer import ASK_STANDING, OF_A_MINOR, STANDING
from cuijie.remedies.documents.template import render
from cuijie.remedies.documents.view import names_for
from cuijie.remedies.errors import ClaimRefused, RemedyError
from cuijie.remedies.material import DEBTOR, Material, Reader, in_loan, is_minor, loan_of, reader_of
from cuijie.remedies.situation import keeper_of

__all__ = ["LETTER_TIERS", "Draft", "Missing", "draft", "finished", "is_for_another_lender"]

LETTER_TIERS = frozenset({"civil", "administrative", "regulator", "public_security", "standard", "self_discipline"})
"""The tiers a letter cites: no criminal law, which is for the authorities to apply."""
_POLICE_TIERS = frozenset({"public_security", "civil", "administrative"})
_COURT_TIERS = LETTER_TIERS - {"public_security", "administrative"}
"""What a civil court decides by, or takes for a measure; penalties are for the police and the authorities."""


_LABELS = {"evidence": "没有证据编号的事实", STANDING: "签名的人与这笔借款的关系"}
"""Blanks that stand for no field of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One blank of a draft: the field to give with ``--set``, and its label."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted document.  Nothing in it is sent by anyone but the user, who reads it first."""

    document: str
    title: str
    name: str
    recipient: str
    sender: str
    on: date
    blocks: tuple[Block, ...]
    missing: tuple[Missing, ...]
    claims: tuple[Claim, ...]
    before: tuple[str, ...]
    bring: tuple[str, ...]
    exhibits: tuple[str, ...]  # vault item ids, in the order in which they are first named
    provisions: tuple[str, ...]  # ids cited
    is_landscape: bool = False
    loan_id: str | None = None  # the one it is about; None where it speaks of no lender


def _check_sender(spec: DocumentSpec, material: Material, sender: str) -> None:
    kind = "debtor" if sender == DEBTOR else "contacted"
    if kind not in spec.who:
        whose = "借款人本人" if spec.who == ("debtor",) else "被联系的亲友、同事等第三人"
        raise RemedyError(
            f"《{spec.name}》只能以{whose}的名义写。",
            remedy="用 --for 指定以谁的名义（debtor 或人员编号）。" if kind == "debtor" else "",
        )
    if kind == "contacted" and sender not in material.people():
        others = sorted((id_, one) for id_, one in material.people().items() if id_ != DEBTOR)
        known = "、".join(f"{id_}（{one.relation_word or ''}{one.name or ''}）" for id_, one in others) or "（还没有）"
        raise RemedyError(f"案卷里没有人员 {sender}。", remedy=f"案卷里的人员：{known}")


def _missing(blocks: tuple[Block, ...], spec: DocumentSpec) -> tuple[Missing, ...]:
    found: dict[str, Missing] = {}
    for run in blocks_runs(blocks):
        if run.kind == "blank" and run.ref:
            field = spec.field(run.ref)
            if field is not None and field.is_hand:
                continue
            label = field.label if field else _LABELS.get(run.ref, run.ref)
            found.setdefault(run.ref, Missing(key=run.ref, label=label))
    return tuple(found.values())


def _refs(runs: Sequence[Run], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(run.ref for run in runs if run.kind == kind and run.ref))


@garbage_left_alone()
def draft(
    document_id: str,
    material: Material,
    on: date,
    *,
    law: LawBook,
    sender: str = DEBTOR,
    loan_id: str | None = None,
    fields: Mapping[str, str] | None = None,
) -> Draft:
    """The document *document_id* in the name of *sender* (``debtor`` or a person id), dated *on*.

    *fields* overrides what the case knows.  A fact that is not known is a visible blank and listed in ``missing``;
    findings that are left to judge are not asserted.  Raises RemedyError for an unknown document, field, person or
    loan, and where there is nothing yet to write about; ClaimRefused for a user's sentence that must not leave.
    """
    spec = document(document_id)
    if spec.is_group:
        raise RemedyError(f"《{spec.name}》要有两名以上借款人的案卷。", remedy="用 --also 写上其他人的案卷（可多次）。")
    _check_sender(spec, material, sender)
    given = dict(fields or {})
    _check_fields(spec, given)
    loan = loan_of(material, loan_id)
    only = loan if loan_id is not None or spec.is_of_one_loan else None
    material = in_loan(material, only)
    facts = _facts_for(spec, material, only, sender)
    tiers = _POLICE_TIERS if spec.for_police else _COURT_TIERS if spec.for_court else LETTER_TIERS
    first = "public_security" if spec.for_police else ""
    told = conducts(facts.asserted, facts.incidents, law, tiers=tiers, on=on, first=first)
    narrator = Narrator(
        sender=sender, people=material.people(), naming=spec.naming, quote_limit=spec.quote_limit, me=spec.me
    )
    filled: Filled = fill(spec, material, sender=sender, loan=loan, given=given, on=on)
    names = names_for(
        spec=spec, material=material, loan=loan, only_loan=only, facts=facts, conducts=told, filled=filled,
        narrator=narrator, law=law, on=on,
    )  # fmt: skip
    blocks = render(document_id, names)
    about = loan.loan_id if loan and spec.is_about_a_lender else None
    claims = check(blocks, is_debtor=sender == DEBTOR)
    made = finished(spec, blocks, claims, sender=sender, on=on, reader=reader_of(material, sender), loan_id=about)
    return replace(made, before=(*_first_of_all(spec, material, loan, made), *made.before))


def _check_fields(spec: DocumentSpec, given: Mapping[str, str]) -> None:
    if unknown := sorted(key for key in given if spec.field(key) is None):
        allowed = (
            "；".join(f"{field.key}（{field.label}）" for field in spec.fields.values()) or "（这份文书没有可填项）"
        )
        raise RemedyError(f"《{spec.name}》没有这些可填项：{'、'.join(unknown)}。", remedy=f"可填项：{allowed}")


def _facts_for(spec: DocumentSpec, material: Material, loan: Loan | None, sender: str) -> PaperFacts:
    """What *spec* may tell for *sender*; raises RemedyError where it needs facts and there are none."""
    contacts, findings = of_loan(material, loan, with_unsorted=not spec.is_about_a_lender)
    claimed, left = (relevant(findings, contacts, sender, to_judge=is_left) for is_left in (False, True))
    asserted = _asserted(spec, claimed)
    to_judge = tuple(one for one in left if wording_of(one.rule).is_police_matter)
    in_time = partial(
        timeline, contacts=contacts, entries=material.state.entries, exhibits=material.exhibits,
        is_of_debtor=keeper_of(material) == DEBTOR, weights=gravity((*claimed, *left)),
    )  # fmt: skip
    also: list[str] = []
    if spec.is_of_all_received:
        owes_nothing = reader_of(material, sender) in {"contacted", "spouse"}
        to_weigh = {id for finding in to_judge for id in finding.contacts}
        mine = [one.contact_id for one in contacts if one.recipient_id == sender and one.direction == "outbound"]
        also = [id for id in mine if owes_nothing or id in to_weigh]
    incidents = in_time(asserted, also=also)
    if spec.facts == "needed" and not incidents:
        raise RemedyError(
            f"还没有可以写进《{spec.name}》的事实。",
            remedy="先用 cuijie assess 看看有哪些发现；“需要人判断”的发现和还缺事实的，不会写进文书。",
        )
    told = {one.contact.contact_id for one in incidents}
    return PaperFacts(
        asserted=asserted,
        incidents=incidents,
        weighed=tuple(one for one in in_time(to_judge) if one.contact.contact_id not in told),
        recorded=in_time((), also=[one.contact_id for one in contacts if one.direction == "outbound"]),
    )


def _asserted(spec: DocumentSpec, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Of the sender's findings those that are the paper's business; a police paper without any tells them all."""
    if spec.for_personal_info:
        findings = tuple(one for one in findings if wording_of(one.rule).is_personal_info)
    if spec.for_police:
        findings = tuple(one for one in findings if wording_of(one.rule).is_police_matter) or findings
    return findings


def _first_of_all(spec: DocumentSpec, material: Material, loan: Loan | None, made: Draft) -> tuple[str, ...]:
    """What is read before all else: that its office does not take this lender's cases, what is special about the signer."""
    return (
        *((NOT_ITS_LENDER,) if is_for_another_lender(spec, loan) else ()),
        *((OF_A_MINOR,) if is_minor(material, made.sender) else ()),
        *((ASK_STANDING,) if any(one.key == STANDING for one in made.missing) else ()),
    )


def is_for_another_lender(spec: DocumentSpec, loan: Loan | None) -> bool:
    """Whether the paper's office is known not to take complaints about the lender of *loan*, nor about its platform."""
    if spec.office is None:
        return False
    office = channels()[spec.office]
    via_platform = loan is not None and bool(loan.platform_name) and "loan_facilitator" in office.lenders
    return loan is not None and not via_platform and office.takes(loan.lender_type) is False


def finished(
    spec: DocumentSpec, blocks: tuple[Block, ...], claims: tuple[Claim, ...], *, sender: str, on: date,
    reader: Reader = "debtor", loan_id: str | None = None,
) -> Draft:  # fmt: skip
    """The draft of rendered *blocks*; raises ClaimRefused if a sentence in it must not leave the house."""
    if refused := [claim for claim in claims if claim.is_refused]:
        raise ClaimRefused(
            "这些话不能写进文书：" + "；".join(f"“{claim.words}”（{claim.why.zh}）" for claim in refused),
            remedy="请改写：" + "；".join(claim.instead.zh for claim in refused),
        )
    runs = blocks_runs(blocks)
    return Draft(
        document=spec.id,
        title=spec.title,
        name=spec.name,
        recipient=spec.recipient,
        sender=sender,
        on=on,
        blocks=blocks,
        missing=_missing(blocks, spec),
        claims=claims,
        before=spec.before(reader),
        bring=spec.bring(reader),
        exhibits=_refs(runs, "exhibit"),
        provisions=_refs(runs, "law"),
        is_landscape=spec.is_landscape,
        loan_id=loan_id,
    )
