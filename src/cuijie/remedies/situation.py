"""Where one person stands with one loan on one day: what the ladder's conditions are asked about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import get_args

from cuijie.clock import shanghai_day
from cuijie.records import ContactRecord, Finding, Loan
from cuijie.records.contact import LenderType
from cuijie.records.remedies import Reply, StepDone
from cuijie.remedies.channels import Channel, ClockRule, channels
from cuijie.remedies.clocks import Deadline, deadline_of
from cuijie.remedies.conduct import wording_of
from cuijie.remedies.documents.facts import relevant
from cuijie.remedies.material import DEBTOR, Material, in_loan, is_about
from cuijie.remedies.urgent_words import goads, speaks_as_legal_staff, words_of_despair

__all__ = ["SUPPLY", "Situation", "asking", "is_late", "keeper_of", "situations", "step_id"]

_THREAT_DAYS, _VISIT_DAYS = 7, 2  # our own judgement of "now": a threat of last week, a visit of yesterday
_GOADED_DAYS = 30  # as long as such words are likely to be carried about

SUPPLY = "supply_material"
_KIND_ASKED = frozenset({"lender_type@lender", "lender_type@case"})  # by the assessment and by the ladder
_ANSWERS = frozenset({"refused", "partial", "not_ours", "not_competent", "decision", "no_case", "stopped"})


def _pauses(replies: Iterable[Reply]) -> tuple[tuple[date, date], ...]:
    """Each 中止 with the 恢复 after it."""
    found: list[tuple[date, date]] = []
    since: date | None = None
    for one in replies:
        if one.kind == "paused" and since is None:
            since = one.received_on
        elif one.kind == "resumed" and since is not None:
            found.append((since, one.received_on))
            since = None
    return tuple(found)


def _supplied(done: StepDone, steps: Iterable[StepDone], replies: Iterable[Reply]) -> StepDone | None:
    asked = [one.received_on for one in replies if one.step == done.step and one.kind == "more_material"]
    given = [
        one
        for one in steps
        if one.step.startswith(f"{SUPPLY}@")
        and one.answers in (None, done.step)
        and asked
        and one.done_on >= max(asked)
    ]
    return max(given, key=lambda one: (one.done_on, one.done_id), default=None)


def asking(steps: Sequence[StepDone], replies: Sequence[Reply]) -> tuple[StepDone, ...]:
    """Those of one person's *steps* of one loan whose office asked for more material and has not been given it."""
    last = {one.step: one for one in sorted(steps, key=lambda one: (one.done_on, one.done_id))}
    found = []
    for done in last.values():
        came = sorted(
            (one for one in replies if one.step == done.step and one.received_on >= done.done_on),
            key=lambda one: (one.received_on, one.reply_id),
        )
        if came and came[-1].kind == "more_material" and _supplied(done, steps, replies) is None:
            found.append(done)
    return tuple(found)


def step_id(rung: str, loan: Loan | None, sender: str) -> str:
    """The stable id of one rung for one loan and one person: stop_notice_lender@loan1:debtor."""
    return f"{rung}@{loan.loan_id if loan else '-'}:{sender}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """One person, one loan, one day."""

    material: Material
    loan: Loan | None
    sender: str
    on: date
    contacts: tuple[ContactRecord, ...]  # about this loan, to be told by this person
    findings: tuple[Finding, ...]  # this person may assert
    to_judge: tuple[Finding, ...]  # this person may lay before others, who judge them
    steps: tuple[StepDone, ...]  # of this person and loan, oldest first
    replies: tuple[Reply, ...]

    @property
    def who(self) -> str:
        """debtor or contacted."""
        return "debtor" if self.sender == DEBTOR else "contacted"

    @property
    def is_keeper(self) -> bool:
        """Whether it is this person's own case: they answer its questions and write its notes."""
        return self.sender == DEBTOR or not _is_of_debtor(self.material)

    @property
    def is_unsorted(self) -> bool:
        """Contacts of which nobody knows for which of several loans they are."""
        return self.loan is None and bool(self.material.state.loans)

    def id_of(self, rung: str) -> str:
        """This situation's step of *rung*."""
        return step_id(rung, self.loan, self.sender)

    def named(self) -> tuple[ContactRecord, ...]:
        """The contacts that findings name."""
        ids = {id for finding in self.findings for id in finding.contacts}
        return tuple(contact for contact in self.contacts if contact.contact_id in ids)

    def is_about_personal_info(self) -> bool:
        """Whether a finding is about personal information."""
        return any(wording_of(finding.rule).is_personal_info for finding in self.findings)

    def police_matters(self) -> tuple[Finding, ...]:
        """The findings that may be told to the police, who also judge what is left to judge."""
        return tuple(one for one in (*self.findings, *self.to_judge) if wording_of(one.rule).is_police_matter)

    def done(self, rung: str) -> StepDone | None:
        """The last time *rung* was done, or None."""
        own = [step for step in self.steps if step.step == self.id_of(rung)]
        return own[-1] if own else None

    def replies_to(self, rung: str) -> tuple[Reply, ...]:
        """What came back to *rung* since it was last done, oldest first."""
        done = self.done(rung)
        if done is None:
            return ()
        return tuple(one for one in self.replies if one.step == self.id_of(rung) and one.received_on >= done.done_on)

    def contact_days(self, *, police: bool = False) -> tuple[date, ...]:
        """The days of the contacts that findings name (*police*: those that are police matters), in order."""
        told = self.police_matters() if police else self.findings
        ids = {id for finding in told for id in finding.contacts}
        named = (one for one in self.contacts if one.contact_id in ids)
        return tuple(sorted(shanghai_day(one.occurred_at) for one in named if one.occurred_at))

    def lender_clues(self) -> tuple[str, ...]:
        """What the case's own papers say of who lent and who else has a hand in it: to be checked, never taken over."""
        state, clues = self.material.state, []
        met = {one.collector_id for one in self.contacts}
        known = [one for one in state.collectors if len(state.loans) <= 1 or one.collector_id in met]
        ids = {one.collector_id for one in known}
        paid_in = [one for one in self.material.payments if one.flow == "in" and one.payee]
        lent = [one for one in paid_in if (one.purpose or one.suggested) == "disbursement"]
        for payer in dict.fromkeys(one.payee for one in lent):
            clues.append(f"到账流水的付款方：{payer}")
        tied = {one.signature for one in state.entries if one.tie and one.tie.collector_id in ids and one.signature}
        for signature in sorted(tied):
            clues.append(f"短信署名：{signature}")
        for collector in known:
            if named := collector.agency_name or collector.name:
                clues.append(f"案卷里记的催收方：{named}")
        if self.loan and self.loan.platform_name:
            clues.append(f"平台：{self.loan.platform_name}")
        return tuple(dict.fromkeys(clues))

    def is_danger(self, since: date | None = None) -> bool:
        """A threat to life and limb in the last week, or a visit in the last two days (after *since*, if given)."""
        for contact in self.contacts:
            if contact.occurred_at is None:
                continue
            day = shanghai_day(contact.occurred_at)
            age = self.on - day
            if age < timedelta(0) or (since is not None and day <= since):
                continue
            at_the_door = contact.channel == "visit" or contact.visit_coercive is True or contact.entered is True
            if contact.says_threat_violence is True and age <= timedelta(days=_THREAT_DAYS):
                return True
            if at_the_door and age <= timedelta(days=_VISIT_DAYS):
                return True
        return False

    def is_goaded(self) -> bool:
        """Whether the other side told somebody to die in the last month: words that may stay with whoever got them."""
        return any(contact.direction != "inbound" and goads(contact.text) for contact in self._within(_GOADED_DAYS))

    def is_grave(self) -> bool:
        """Whether in the last week somebody posed as police or court, or made or threatened pictures that shame.

        Who speaks as a lawyer or 法务 may be one; posing as one is not the offence that waits for no complaint.
        """
        return any(
            one.says_obscene or (one.says_impersonate_authority and not speaks_as_legal_staff(one.text))
            for one in self._within(_THREAT_DAYS)
        )

    def _within(self, days: int) -> Iterable[ContactRecord]:
        """The contacts of the last *days* days."""
        for contact in self.contacts:
            age = self.on - shanghai_day(contact.occurred_at) if contact.occurred_at else None
            if age is not None and timedelta(0) <= age <= timedelta(days=days):
                yield contact

    def is_despair(self) -> bool:
        """Words of not wanting to live in what the user wrote: notes, answers, fields, own messages."""
        state = self.material.state
        own = [entry.text for entry in state.entries if entry.owner == self.sender and entry.inbound is False]
        answers: list[str] = []
        if self.is_keeper:
            answers = [answer.value for answer in state.answers if isinstance(answer.value, str)]
            answers += self.material.notes
        fields = [one.value for one in self.material.fields if one.field_id.startswith(f"{self.sender}:")]
        notes = [step.note for step in self.steps] + [reply.note for reply in self.replies]
        return any(words_of_despair(text) for text in (*own, *answers, *fields, *notes))

    def clock_start(self, rule: ClockRule, done: StepDone) -> date | None:
        """The day *rule* runs from after *done*; None while the event has not happened or is not known.

        Without proof of arrival a paper's clock is not started: a date of sending proves no arrival.
        """
        replies = [one for one in self.replies if one.step == done.step and one.received_on >= done.done_on]
        match rule.start:
            case "reached":
                return self._reached(done, replies)
            case "accepted":
                return next((one.received_on for one in replies if one.kind == "accepted"), None)
            case _:
                return None

    def _reached(self, done: StepDone, replies: Iterable[Reply]) -> date | None:
        """The day the paper arrived; what was asked for in addition arrives anew, and until then nobody is late."""
        if not any(one.kind == "more_material" for one in replies):
            return done.reached_on
        supplied = self.supplied(done)
        return supplied.reached_on or supplied.done_on if supplied else None

    def supplied(self, done: StepDone) -> StepDone | None:
        """The material handed in after the other side last asked for more, or None."""
        return _supplied(done, self.steps, self.replies)

    def asking(self) -> tuple[StepDone, ...]:
        """The steps whose office asked for more material and has not been given it."""
        return asking(self.steps, self.replies)

    def deadlines_after(self, done: StepDone) -> tuple[Deadline, ...]:
        """Their clocks that run after *done* and are not answered yet."""
        channel = channels().get(done.channel or "")
        if channel is None:
            return ()
        replies = [one for one in self.replies if one.step == done.step and one.received_on >= done.done_on]
        kinds = [one.kind for one in replies]
        if _ANSWERS & set(kinds) or self.is_paused(done):
            return ()
        found: list[Deadline] = []
        for rule in channel.clocks:
            start = self.clock_start(rule, done)
            if rule.is_mine or start is None or not rule.holds(start, self.lender_type):
                continue
            if rule.id == "accept" and "accepted" in kinds:
                continue
            extensions, pauses = kinds.count("extended"), _pauses(replies)
            found.append(deadline_of(rule, start, step=done.step, extensions=extensions, pauses=pauses))
        return tuple(found)

    def is_paused(self, done: StepDone) -> bool:
        """Whether the other side said that the clock stands still, and not yet that it runs again."""
        turns = [one.kind for one in self.replies if one.step == done.step and one.kind in {"paused", "resumed"}]
        return bool(turns) and turns[-1] == "paused"

    @property
    def lender_type(self) -> str | None:
        """The lender's kind, or None if it is not known; without a loan on record, as the question was answered."""
        if self.loan is not None:
            return self.loan.lender_type
        told = {answer.value for answer in self.material.state.answers if answer.question in _KIND_ASKED}
        return next((one for one in get_args(LenderType) if one in told), None)

    def channel_takes(self, channel: Channel) -> bool | None:
        """Whether *channel* takes a complaint about this lender or the platform; None if that is not known yet."""
        # an app in front of who lends without a licence brings about no loan of an institution
        platform = self.loan is not None and bool(self.loan.platform_name) and self.lender_type != "unlicensed"
        return True if platform and "loan_facilitator" in channel.lenders else channel.takes(self.lender_type)


_BORROWERS_FACTS = (
    "contract_no", "contract_on", "overdue_since", "principal_fen", "claimed_fen", "debt_settled", "agreed_hours",
    "contact_list_consent", "fees_disclosed",
)  # fmt: skip


def _is_of_debtor(material: Material) -> bool:
    """False where those who were contacted keep the case alone: nothing in it comes from or went to a borrower.

    Who has an heir is dead: the heir and the others act for themselves.
    """
    state = material.state
    if any(person.role == "heir" for person in state.persons) and any(True for _ in _people(material)):
        return False
    known = any(getattr(loan, fact) is not None for loan in state.loans for fact in _BORROWERS_FACTS)
    is_there = known or any(person.person_id == DEBTOR or person.role == "debtor" for person in state.persons)
    is_there = is_there or any(entry.owner == DEBTOR for entry in state.entries)
    is_there = is_there or any(step.step.endswith(f":{DEBTOR}") for step in material.steps)
    return is_there or not any(True for _ in _people(material))


def keeper_of(material: Material) -> str:
    """Whose case it is: the borrower's, or of somebody contacted who keeps it alone."""
    if _is_of_debtor(material):
        return DEBTOR
    times = Counter(contact.recipient_id for contact in material.contacts)
    return max(_people(material), key=lambda person: times[person])  # others are only told of in it


def _people(material: Material) -> Iterable[str]:
    """Contacted persons who were in fact contacted, in a stable order."""
    reached = {contact.recipient_id for contact in material.contacts}
    for person in sorted(material.state.persons, key=lambda one: one.person_id):
        if person.person_id != DEBTOR and person.role != "debtor" and person.person_id in reached:
            yield person.person_id


def _situation(material: Material, loan: Loan | None, sender: str, on: date) -> Situation:
    contacts = tuple(
        one
        for one in material.contacts
        if is_about(one, loan, material) and (sender == DEBTOR or one.recipient_id == sender)
    )
    ids = {one.contact_id for one in contacts}
    findings, to_judge = (
        tuple(
            replace(finding, contacts=own)
            for finding in relevant(material.findings, material.contacts, sender, to_judge=left)
            if (own := tuple(id for id in finding.contacts if id in ids))
        )
        for left in (False, True)
    )
    suffix = f"@{loan.loan_id if loan else '-'}:{sender}"
    return Situation(
        material=in_loan(material, loan),
        loan=loan,
        sender=sender,
        on=on,
        contacts=contacts,
        findings=findings,
        to_judge=to_judge,
        steps=tuple(
            sorted((s for s in material.steps if s.step.endswith(suffix)), key=lambda s: (s.done_on, s.done_id))
        ),
        replies=tuple(
            sorted((r for r in material.replies if r.step.endswith(suffix)), key=lambda r: (r.received_on, r.reply_id))
        ),
    )


def situations(material: Material, on: date) -> tuple[Situation, ...]:
    """One situation for each loan and person: the debtor first, then each contacted person.

    Of several loans, contacts that nobody could sort to one have a situation of their own.  Where somebody who was
    contacted keeps the case alone, nothing is proposed to a borrower who is not there.
    """
    loans: tuple[Loan | None, ...] = material.state.loans
    if len(loans) != 1:
        loans = (*loans, None)
    senders = (*([DEBTOR] if _is_of_debtor(material) else []), *_people(material))
    found = [_situation(material, loan, sender, on) for loan in loans for sender in senders]
    return tuple(one for one in found if one.contacts or (one.sender == DEBTOR and not one.is_unsorted))


def is_late(material: Material, done: StepDone, on: date) -> bool:
    """Whether the other side has let its time to answer *done* pass by *on*; False while no clock runs."""
    here = next((one for one in situations(material, on) if done in one.steps), None)
    return here is not None and any(one.is_past(on) for one in here.deadlines_after(done))
