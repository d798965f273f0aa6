"""What ties calls and messages to the lender: signatures, numbers, whom their words name, the user's own check."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cuijie.records import Collector, Entry, Loan
from cuijie.records.contact import Actor
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.documents.facts import relevant
from cuijie.remedies.documents.incidents import Incident, Narrator
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.situation import keeper_of
from cuijie.remedies.wording import plain_text

__all__ = ["checked_by", "firms", "links", "signatures", "who_collects"]

_MOST_TOLD = 5
_MOST_NUMBERS = 3
_COMPANY_TAIL = re.compile(r"(?:股份|集团)?有限(?:责任)?公司.*$")
_REGION = re.compile(r"^[\u4e00-\u9fff]{2,3}(?:省|市)")
_KINDS = {"消费金融": "消金", "小额贷款": "小贷"}  # what a firm does, and how messages shorten it
_FIRM = re.compile(r"(?:公司|事务所|律所|银行|集团|信用卡中心)$")
_Link = tuple[tuple[str, str], Cell]  # what tells two links apart, and the link


def links(material: Material, narrator: Narrator, loan: Loan | None, incidents: Sequence[Incident]) -> tuple[Cell, ...]:
    """What ties *incidents* to the lender, each with its exhibit; every kind of sign once for each sender."""
    entries = {entry.entry_id: entry for entry in material.state.entries}
    collectors = {one.collector_id: one for one in material.state.collectors}
    whose_word = checked_by(material, narrator)
    told: dict[tuple[str, str], Cell] = {}
    for one in incidents:
        entry = entries.get(one.contact.contact_id)
        if entry is None or entry.tie is None:
            continue
        collector = collectors.get(entry.tie.collector_id)
        telling = _Telling(entry=entry, collector=collector, loan=loan, checked_by=whose_word)
        proof = (Run(text="（"), *narrator.evidence(one), Run(text="）"))
        for key, words in telling.signs():
            told.setdefault(key, (*words, *proof))
    return tuple(told.values())[:_MOST_TOLD]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Telling:
    """What one tied entry says of whom it is for."""

    entry: Entry
    collector: Collector | None
    loan: Loan | None
    checked_by: str

    def signs(self) -> Iterator[_Link]:
        entry = self.entry
        if entry.signature:  # it stands in the message, whoever said that the message is theirs
            yield ("signature", entry.signature), _told(f"短信署名为【{entry.signature.strip('【】')}】")
        elif named := self._named():
            yield ("named", f"{entry.number}{named}"), _told(f"{entry.number or '对方'}的消息写明“{named}”")
        elif called := self._called_themselves():
            yield ("called", called), _told(f"对方自称“{called}”，由{self.checked_by}记下")
        if entry.signature or not entry.number or entry.tie is None:
            return
        whose = f"，据{self.checked_by}核对系{self._agency}使用" if self._agency else ""
        if entry.tie.basis == "number":
            yield (
                ("number", entry.number),
                _told(f"{entry.number}与经{self.checked_by}核对确认的催收号码一致{whose}"),
            )
        else:
            yield (
                ("user", entry.number),
                _told(f"{entry.number}来电（来信）人系催收该借款，由{self.checked_by}核对通话、短信内容后确认{whose}"),
            )

    def _called_themselves(self) -> str | None:
        """What the caller said of themselves, as somebody noted it by hand."""
        is_told = any(name == "told_by" for name, _ in self.entry.extra)
        return plain_text(self.entry.counterpart_name) if is_told and self.entry.counterpart_name else None

    @property
    def _agency(self) -> str:
        return plain_text(self.collector.agency_name or "") if self.collector else ""

    def _named(self) -> str | None:
        """The lender, its platform or the collector's known signature, where the message itself names it."""
        text = self.entry.text if self.entry.text_kind == "verbatim" else None
        known = [one.strip("【】") for one in self.collector.signatures] if self.collector else []
        if self.loan is not None:
            known += _short_forms(self.loan.lender_name or "")
            known += [one for one in (self.loan.platform_name,) if one]
        return next((plain_text(one) for one in known if text and len(one) > 1 and one in text), None)


def _short_forms(name: str) -> list[str]:
    """A lender's name and how messages write it: 川北银行 of 川北银行股份有限公司信用卡中心, 青石小贷 of 临江市青石小额贷款有限公司."""
    core = _COMPANY_TAIL.sub("", name)
    forms = [name, core]
    for kind, short in _KINDS.items():
        brand, found, _ = _REGION.sub("", core).partition(kind)
        if found and len(brand) > 1:
            forms += [brand + kind, brand + short]
    return forms


def _told(words: str) -> Cell:
    return (Run(text=words, kind="data"),)


def checked_by(material: Material, narrator: Narrator) -> str:
    """Who checked whose number it is, as this paper calls them: its sender, else whose case it is."""
    if narrator.sender == keeper_of(material):
        return narrator.me
    keeper = material.people().get(keeper_of(material))
    if keeper is None or keeper.person_id == DEBTOR:
        return "借款人"
    return plain_text(f"借款人的{keeper.relation_word}" if keeper.relation_word else keeper.name or "案卷保存人")


def signatures(material: Material, sender: str, incidents: Iterable[Incident]) -> str:
    """The signatures of those *incidents* are from, in what *sender* has (the debtor: in the whole case)."""
    told = {one.contact.collector_id for one in incidents}
    mine = (one for one in material.state.entries if sender in {DEBTOR, one.owner})
    found = {one.signature.strip("【】") for one in mine if one.tie and one.tie.collector_id in told and one.signature}
    return "、".join(sorted(found))


def firms(material: Material, actor: Actor, incidents: Iterable[Incident]) -> str:
    """The names of the agencies (or of those a debt was assigned to, by *actor*) that *incidents* are from."""
    told = {one.contact.collector_id for one in incidents}
    found = {
        plain_text(firm)
        for one in material.state.collectors
        if one.collector_id in told and one.actor == actor and (firm := _firm_of(one))
    }
    return "、".join(sorted(found))


def _firm_of(collector: Collector) -> str | None:
    """The firm's name: told as such, or what the collector calls itself where that is one (鼎立资产管理有限公司)."""
    is_firm = bool(collector.name and _FIRM.search(collector.name))
    return collector.agency_name or (collector.name if is_firm else None)


def who_collects(material: Material, sender: str, loan: Loan | None) -> str | None:
    """Who contacted *sender* for *loan*, where it was one collector alone: its name, else from which numbers that was done."""
    named = {id for finding in relevant(material.findings, material.contacts, sender) for id in finding.contacts}
    met = [
        one
        for one in material.contacts
        if one.direction == "outbound"
        and (not named or one.contact_id in named)
        and one.collector_id
        and (sender == DEBTOR or one.recipient_id == sender)
        and (loan is None or one.loan_id in {None, loan.loan_id})
    ]
    collectors = {one.collector_id for one in met}
    known = [one for one in material.state.collectors if one.collector_id in collectors]
    if len(known) != 1:
        return None
    (collector,) = known
    if collector.actor == "lender" and loan is not None and loan.lender_name:
        return loan.lender_name
    used = dict.fromkeys(one.from_number for one in met if one.from_number)
    numbers = [one for one in collector.numbers if one in used] or list(used)
    if (firm := _firm_of(collector)) or not numbers:
        return firm
    return f"使用{'、'.join(numbers[:_MOST_NUMBERS])}{'等号码' if len(numbers) > _MOST_NUMBERS else ''}的催收人员"
