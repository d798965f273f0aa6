"""The names a template can use: facts and functions, nothing that reaches outside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from cuijie.clock import SHANGHAI, shanghai_day
from cuijie.records import Loan
from cuijie.records.remedies import Exhibit, Reply, StepDone
from cuijie.remedies.documents.blocks import Cell, Run
from cuijie.remedies.documents.catalogue import DocumentSpec
from cuijie.remedies.documents.facts import Conduct, PaperFacts, loan_names, sums, tally, times
from cuijie.remedies.documents.fields import Filled
from cuijie.remedies.documents.grounds import LawBook, cite, cite_any, cites
from cuijie.remedies.documents.incidents import Incident, Narrator
from cuijie.remedies.documents.linkage import checked_by, firms, links, signatures
from cuijie.remedies.documents.refused import refusals, refusing
from cuijie.remedies.documents.signer import signer_names
from cuijie.remedies.documents.telling import (
    breach_words,
    day_by_day,
    first_rows,
    gravest,
    kinds_of,
    left_over,
    ranges,
    told_once,
)
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.rungs import rungs
from cuijie.remedies.situation import is_late
from cuijie.remedies.wording import day, numeral, plain_text

__all__ = ["names_for"]

_REPLIES = {
    "refused": "对方拒绝",
    "more_material": "对方要求补充材料",
    "extended": "对方告知延长办理期限",
    "paused": "对方告知中止办理",
    "resumed": "对方告知恢复办理",
    "overdue": "已超过期限，没有收到答复",
    "partial": "对方作出部分答复",
    "not_ours": "对方答复称不是其委托的人员",
    "not_competent": "对方答复称不属于其职责",
    "accepted": "对方受理",
    "no_receipt": "没有取得受案回执",
    "no_case": "收到不予立案通知",
    "decision": "对方作出处理决定",
    "stopped": "对方答复已停止",
}
_NEW_PSAPL = date(2026, 1, 1)
_COUNTED_PLACE = re.compile(r"第(\d+)([条行页])")
_CALLS, _TEXTS = frozenset({"call", "robot_call"}), frozenset({"sms", "im", "email"})
_ACCOUNT = "本人陈述"  # how what somebody wrote down themselves was obtained
_MOST_WEIGHED = 10  # lines of what is left to judge
_MOST_TOLD, _MOST_EACH = 5, 3  # incidents written out for a single kind of conduct, for each of several


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """The functions behind the names; each template sees only the bound methods below."""

    material: Material
    only_loan: Loan | None  # the one loan that the paper tells of; None for all
    narrator: Narrator
    law: LawBook
    on: date
    incidents: tuple[Incident, ...]
    recorded: tuple[Incident, ...]  # every contact about the loan, judged or not
    refused: tuple[Incident, ...]  # the contacted persons' own words to stop
    steps: tuple[StepDone, ...]

    def cite(self, id: str) -> Run:
        return cite(self.law, id, self.on)

    def cites(self, *ids: str) -> Cell:
        return cites(self.law, ids, self.on)

    def cite_any(self, *ids: str) -> Run:
        return cite_any(self.law, ids, self.on)

    def names(self, told: Sequence[Incident], *, of_letters: bool) -> tuple[str, ...]:
        """The names under which somebody wrote without a number, or under which the letters were signed."""
        unnumbered = (one for one in told if not one.contact.from_number)
        named = (one.account for one in unnumbered if one.account and (one.contact.channel == "letter") is of_letters)
        return tuple(dict.fromkeys(map(plain_text, named)))

    def exhibit(self, exhibit: Exhibit) -> Run:
        return Run(text=f"证据{exhibit.number}", kind="exhibit", ref=exhibit.exhibit_id)

    def exhibits(self) -> tuple[Exhibit, ...]:
        """The debtor's papers rest on the whole case; a contacted person's only on their own evidence.

        What shows nothing but the contacts of another loan stays out: it is no business of this paper's reader.
        """
        foreign = self._of_other_loans()
        known = tuple(one for one in self.material.exhibits if one.exhibit_id not in foreign)
        if self.narrator.sender == DEBTOR:
            return known
        used = {place.exhibit.exhibit_id for one in (*self.incidents, *self.refused) for place in one.places}
        return tuple(one for one in known if one.owner == self.narrator.sender or one.exhibit_id in used)

    def _of_other_loans(self) -> set[str]:
        loans = {contact.contact_id: contact.loan_id for contact in self.material.contacts}
        here: set[str] = set()
        elsewhere: set[str] = set()
        for entry in self.material.state.entries:
            about = loans.get(entry.entry_id)
            is_other = self.only_loan is not None and about not in {None, self.only_loan.loan_id}
            if entry.entry_id in loans:
                items = {*entry.item_ids, *entry.attachments}
                (elsewhere if is_other else here).update(items)
        return elsewhere - here

    def told(self, conducts: Sequence[Conduct], most: int = 0) -> tuple[Incident, ...]:
        return told_once(conducts, most or (_MOST_TOLD if len(conducts) == 1 else _MOST_EACH))

    def kinds(self, incident: Incident, conducts: Sequence[Conduct]) -> str:
        return "；".join(kinds_of(incident, conducts)) if len(conducts) > 1 else ""

    def rows(self, conduct: Conduct) -> str:
        return ranges(one.number for one in conduct.incidents)

    def times(self, conduct: Conduct) -> str:
        return times(conduct.incidents)

    def by_day(self) -> tuple[tuple[str, str], ...]:
        return sums(self.incidents, lambda one: self._day(one.contact.occurred_at))

    def by_number(self) -> tuple[tuple[str, str], ...]:
        return sums(self.incidents, self.narrator.origin)

    def by_person(self) -> tuple[tuple[str, str], ...]:
        return sums(self.incidents, lambda one: self.narrator.recipient(one.contact))

    def _day(self, at: datetime | None) -> str:
        return day(shanghai_day(at)) if at else "时间不详"

    def proves(self, exhibit: Exhibit, conducts: Sequence[Conduct]) -> str:
        """What an exhibit is offered for: the conduct its incidents show, the step whose paper or receipt it is.

        One that shows neither is offered for the contacts in it, of which nothing more is said.
        """
        titles = [
            conduct.title
            for conduct in conducts
            if any(place.exhibit == exhibit for one in conduct.incidents for place in one.places)
        ]
        titles += ["已经明确拒绝"] if _within(exhibit, self.refused) else []
        sent = [f"{day(step.done_on)}{self.what_was_done(step)}" for step in self.steps if self.shows(exhibit, step)]
        return "；".join(dict.fromkeys((*titles, *sent))) or self._contacts_in(exhibit)

    def _contacts_in(self, exhibit: Exhibit) -> str:
        """When, how and how often somebody was contacted, as *exhibit* shows; empty if it shows no contact."""
        own = self._inside(exhibit)
        days = [shanghai_day(one.contact.occurred_at) for one in own if one.contact.occurred_at]
        if not days:
            return ""
        first, last = min(days), max(days)
        ways = "、".join(f"{way}{count}" for way, count in sums(own, lambda one: self.narrator.channel(one.contact)))
        return f"{day(first)}{f'至{day(last)}' if last > first else ''}的联系：{ways}"

    def _inside(self, exhibit: Exhibit) -> tuple[Incident, ...]:
        """What the paper relies on in *exhibit*: its own incidents, else every contact recorded there."""
        return _within(exhibit, self.incidents) or _within(exhibit, self.recorded)

    def shows(self, exhibit: Exhibit, step: StepDone) -> bool:
        return exhibit.exhibit_id in {step.paper_item, *step.proof_items}

    def rows_in(self, exhibit: Exhibit) -> str:
        """Which places inside an exhibit the paper relies on."""
        own = (*self._inside(exhibit), *_within(exhibit, self.refused))
        inside = {place.inside() for one in own for place in one.places if place.exhibit == exhibit}
        counted: dict[str, set[int]] = {}
        for written in inside:
            if found := _COUNTED_PLACE.fullmatch(written):
                counted.setdefault(found.group(2), set()).add(int(found.group(1)))
        drawn = [f"第{ranges(numbers)}{unit}" for unit, numbers in sorted(counted.items())]
        return "、".join((*drawn, *sorted(one for one in inside if one and not _COUNTED_PLACE.fullmatch(one))))

    def owner(self, exhibit: Exhibit) -> str:
        is_borrowers = any(one.is_borrowers_note for one in _within(exhibit, (*self.incidents, *self.recorded)))
        owner = DEBTOR if is_borrowers else exhibit.owner  # a note of a call to somebody else is by who wrote it
        person = self.material.people().get(owner or "")
        if owner == self.narrator.sender:
            return "本人"
        if owner == DEBTOR:
            return "借款人"
        if person is None:
            return "来源待说明"
        name = (person.name or "") if self.narrator.naming == "full" else ""
        return f"{person.relation_word or ''}{name}" or "第三人"

    def sha(self, exhibit: Exhibit) -> str:
        """The fingerprint on two lines, so that it can be read against another."""
        return f"{exhibit.sha256[:32]}\n{exhibit.sha256[32:]}"

    def kind_of(self, exhibit: Exhibit) -> str:
        """What lies in the vault is electronic data (民诉法解释第116条: recordings on electronic media too), but for accounts."""
        if exhibit.obtained == _ACCOUNT:
            return "书面陈述"
        main, _, rest = (exhibit.media_type or "").partition("/")
        word = {"audio": "录音", "video": "录像", "image": "图片"}.get(main) or ("文档" if rest == "pdf" else "")
        return f"电子数据（{word}）" if word else "电子数据"

    def format_of(self, exhibit: Exhibit) -> str:
        suffix = PurePosixPath(exhibit.name).suffix.removeprefix(".").upper()
        return f"{suffix} 文件" if suffix.isascii() and suffix.isalnum() else exhibit.media_type or "未识别"

    def taken_in(self, exhibit: Exhibit) -> str:
        local = exhibit.taken_in_at.astimezone(SHANGHAI)
        return f"{day(local.date())}{local:%H:%M:%S}（北京时间）"

    def what_was_done(self, step: StepDone) -> str:
        return rungs()[step.step.partition("@")[0]].told or ""

    def received(self, channels: frozenset[str]) -> tuple[Incident, ...]:
        """What the sender got on their own number, by calls or by texts; told so that a carrier can look it up."""
        return tuple(one for one in self._got(channels) if not _lacks(one))

    def unlisted(self) -> tuple[tuple[str, str], ...]:
        """What the sender got that no carrier can look up: what it lacks, and how often."""
        return sums((one for one in self._got(_CALLS | _TEXTS) if _lacks(one)), _lacks)

    def _got(self, channels: frozenset[str]) -> tuple[Incident, ...]:
        return tuple(
            one
            for one in self.incidents
            if one.contact.recipient_id == self.narrator.sender and one.contact.channel in channels
        )

    def original(self, incident: Incident) -> Cell:
        """The words as received, line by line, never shortened; only a text kept word for word is an original."""
        contact = incident.contact
        if contact.text and contact.text_kind == "verbatim":
            return (Run(text=contact.text, kind="quote"),)
        return self.narrator.words(incident) or (Run(text="未记录内容"),)

    def proofs(self, step: StepDone) -> Cell:
        """The exhibits that show a step was taken: the paper as sent and the proof of delivery."""
        return tuple(self.exhibit(one) for one in self.material.exhibits if self.shows(one, step))

    def replies_of(self, step: StepDone) -> tuple[Reply, ...]:
        own = (one for one in self.material.replies if one.step == step.step and one.received_on >= step.done_on)
        return tuple(sorted(own, key=lambda one: (one.received_on, one.reply_id)))

    def is_late(self, step: StepDone) -> bool:
        return is_late(self.material, step, self.on)

    def after(self, step: StepDone) -> tuple[str, str] | None:
        """How often, and when last, there was such a contact after the lender or collector had got that notice."""
        notices = [one for one in self.steps if one.channel in _TO_THE_LENDER or one.step.startswith("stop_notice")]
        same_day = [one for one in notices if one.reached_on == step.reached_on]
        if step.reached_on is None or step not in same_day[:1]:
            return None
        dated = [(shanghai_day(one.contact.occurred_at), one) for one in self.incidents if one.contact.occurred_at]
        later = [(day, one) for day, one in dated if day > step.reached_on]
        return (times(one for _, one in later), day(later[-1][0])) if later else None

    def reply_word(self, reply: Reply) -> str:
        return _REPLIES.get(reply.kind, "收到答复")


def _lacks(one: Incident) -> str:
    """What a carrier would need to look a contact up and does not have; empty if it has both."""
    if not one.contact.from_number:
        return "没有显示或者没有记下号码"
    return "" if one.contact.occurred_at else "时间不详"


def _within(exhibit: Exhibit, every: Sequence[Incident]) -> tuple[Incident, ...]:
    return tuple(one for one in every if any(place.exhibit == exhibit for place in one.places))


def _steps(material: Material, loan: Loan | None, sender: str) -> tuple[StepDone, ...]:
    """What this person did about this loan that a paper may tell of, oldest first."""
    suffix = f"@{loan.loan_id if loan else '-'}:{sender}"
    own = (
        step
        for step in material.steps
        if step.step.endswith(suffix) and (rung := rungs().get(step.step.partition("@")[0])) is not None and rung.told
    )
    return tuple(sorted(own, key=lambda step: (step.done_on, step.done_id)))


_TO_THE_LENDER = frozenset({"institution_complaint", "institution_review", "pi_request"})


def names_for(
    *,
    spec: DocumentSpec,
    material: Material,
    loan: Loan | None,
    only_loan: Loan | None,
    facts: PaperFacts,
    conducts: tuple[Conduct, ...],
    filled: Filled,
    narrator: Narrator,
    law: LawBook,
    on: date,
) -> Mapping[str, object]:
    """Everything template *spec* may name, for one draft."""
    sender, incidents = narrator.sender, facts.incidents
    told = (*incidents, *facts.weighed)
    counted, all_told = (tally(every, dict(material.people())) for every in (incidents, told))
    weighed, weighed_left = day_by_day(facts.weighed, narrator, _MOST_WEIGHED)
    steps = _steps(material, loan, sender)
    own = _Names(
        material=material, only_loan=only_loan, narrator=narrator, law=law, on=on,
        incidents=incidents, recorded=facts.recorded, refused=refusing(material, conducts), steps=steps,
    )  # fmt: skip
    has_originals = any(one.obtained != _ACCOUNT for one in own.exhibits())
    names = {
        "spec": spec,
        "today": day(on),
        "conducts": conducts,
        "breach": breach_words(conducts),
        "pi_conducts": tuple(one for one in conducts if one.wording.is_personal_info),
        "tells_personal_info": sender != DEBTOR or any(one.wording.is_personal_info for one in conducts),
        "incidents": incidents,
        "tally": counted,
        "exhibits": own.exhibits(),
        "custody": material.custody,
        "steps": steps,
        "lender_steps": tuple(one for one in steps if one.channel in _TO_THE_LENDER),
        "has_originals": has_originals,
        "learnt": "从本人、家人、朋友的手机记录中得到" if has_originals else "从被联系的人处得知",
        "has_borrowers_notes": sender != DEBTOR and any(one.is_borrowers_note for one in incidents),
        "me": narrator.me,
        "received_calls": own.received(_CALLS),
        "received_texts": own.received(_TEXTS),
        "unlisted": own.unlisted(),
        "links": links(material, narrator, loan, incidents),
        "refusals": refusals(material, narrator, conducts),
        "signatures": signatures(material, sender, incidents),
        "checked_by": checked_by(material, narrator),
        "agencies": firms(material, "agency", incidents),
        "assignees": firms(material, "assignee", incidents),
        "on_or_after_2026": on >= _NEW_PSAPL,
        "acts_from_2026": on >= _NEW_PSAPL and (all_told.last is None or all_told.last >= _NEW_PSAPL),
        "callers": all_told.numbers,
        "accounts": own.names(told, of_letters=False),
        "signers": own.names(told, of_letters=True),
        "weighed": weighed,
        "weighed_left": weighed_left,
        "examples": gravest(incidents, _MOST_TOLD, lambda one: one.gravity),
    }
    signer = signer_names(material, sender, narrator.me, conducts)
    return {**names, **loan_names(loan), **signer, **_functions(own, narrator, filled)}


def _functions(own: _Names, narrator: Narrator, filled: Filled) -> Mapping[str, object]:
    """The functions a template may call."""
    return {
        "field": filled.run,
        "lines": filled.lines,
        "has": filled.has,
        "value": filled.value,
        "narrate": narrator.sentence,
        "when": narrator.when,
        "who": narrator.recipient,
        "origin": narrator.origin,
        "way": narrator.channel,
        "content": narrator.content,
        "evidence": narrator.evidence,
        "numeral": numeral,
        "day": day,
        "cite": own.cite,
        "cites": own.cites,
        "cite_any": own.cite_any,
        "exhibit": own.exhibit,
        "told": own.told,
        "kinds": own.kinds,
        "rows": own.rows,
        "first_rows": first_rows,
        "left_over": left_over,
        "times": own.times,
        "by_day": own.by_day,
        "by_number": own.by_number,
        "by_person": own.by_person,
        "proves": own.proves,
        "rows_in": own.rows_in,
        "owner": own.owner,
        "taken_in": own.taken_in,
        "kind_of": own.kind_of,
        "format_of": own.format_of,
        "sha": own.sha,
        "original": own.original,
        "proofs": own.proofs,
        "replies_of": own.replies_of,
        "is_late": own.is_late,
        "after": own.after,
        "reply_word": own.reply_word,
        "what_was_done": own.what_was_done,
    }
