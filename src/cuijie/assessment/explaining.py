"""A finding explained: what happened, why it breaks the rule, the law of that day, and how well it is proved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cuijie.assessment.result import Assessment, ContactPart, FindingPart
from cuijie.assessment.strength import Strength, strength_of, summed_up
from cuijie.assessment.value_words import value_words
from cuijie.assessment.worked_out import WorkedOut
from cuijie.clock import SHANGHAI
from cuijie.law import LawError
from cuijie.records import COLUMNS, BasisRole, Certainty, ContactRecord, Tier
from cuijie.rulebook import LinkedRule, Words
from cuijie.rulebook.column_words import column_words
from cuijie.rulebook.rule import Severity, WordList

__all__ = ["Explanation", "FactLine", "Incident", "LawLine", "MoreLine", "explain", "explain_all", "local_time"]

_TITLES = {column.name: column.title_zh for column in COLUMNS}
_TOGETHER = (
    "现有记录里，贷款人或某一家受托机构自己都还没有超过限额，要合在一起才超过，所以最多说“很可能”。",
    "On these records no institution passes the limit by itself, only all together; hence no more than likely.",
)
_WHO_CALLED = (
    "有几次不知道是贷款人自己还是哪家机构打的，现有记录只说明合在一起超过限额，所以最多说“很可能”；答了是谁打的，可能会更确定。",
    "For some contacts it is not known who made them, and the records show the limit passed only by all together; hence no "
    "more than likely. Saying who made them may make it more certain.",
)
_READY = {"minute_of_day": "occurred_at", "hour": "occurred_at", "day": "occurred_at", "month": "occurred_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FactLine:
    """One fact that made the rule true, in words; ``is_machine_read`` until a person confirms it."""

    column: str
    value: str | bool | int  # as in the record or as worked out; the time as in Asia/Shanghai
    is_machine_read: bool
    shown_by: ContactRecord | None = None  # the earlier contact that showed it, where it was none of this one's own

    @property
    def title(self) -> str:
        """The column's Chinese name."""
        return _TITLES[self.column]

    @property
    def name(self) -> Words:
        """The column's name in words."""
        return Words(zh=self.title, en=column_words(self.column)[1])

    @property
    def words(self) -> Words:
        """The value in words, with the contact that showed it."""
        said = value_words(self.column, self.value)
        if self.shown_by is None:
            return said
        at = local_time(self.shown_by)
        return Words(zh=f"{said.zh}（{at} 接听或联系过）", en=f"{said.en} (they answered or wrote at {at})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One contact as a finding tells it."""

    contact: ContactRecord
    at: str  # Asia/Shanghai, as precise as it is known; empty if it is not
    certainty: Certainty
    facts: tuple[FactLine, ...]
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class LawLine:
    """One provision of a finding: how it is cited, what it says, and for which contacts it was in force."""

    id: str
    tier: Tier
    role: BasisRole
    cite: str
    says: Words
    note: Words | None
    contacts: tuple[str, ...]
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreLine:
    """A graver consequence that these facts do not reach, and what would have to be shown."""

    id: str
    tier: Tier
    cite: str
    needs: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that is told of one finding."""

    part: FindingPart
    number: str | None
    title: Words
    severity: Severity
    why: Words
    incidents: tuple[Incident, ...]
    law: tuple[LawLine, ...]
    further: tuple[MoreLine, ...]
    strength: Strength
    stronger: WordList
    exceptions: WordList
    notes: WordList


def explain_all(assessment: Assessment) -> tuple[Explanation, ...]:
    """The explanation of every finding, in their order."""
    contacts = {contact.contact_id: contact for contact in assessment.inputs.contacts}
    return tuple(explain(assessment, part, contacts) for part in assessment.parts)


def explain(assessment: Assessment, part: FindingPart, contacts: dict[str, ContactRecord]) -> Explanation:
    """The explanation of one finding; *contacts* are the assessment's by id."""
    linked = assessment.rulebook.rule(part.finding.rule)
    told = [(one, contacts[one.contact]) for one in part.parts if one.contact in contacts]
    worked_out = WorkedOut(assessment.inputs, [record for _, record in told])
    incidents = tuple(_incident(assessment, linked, one, record, worked_out) for one, record in told)
    return Explanation(
        part=part,
        number=linked.rule.number,
        title=linked.rule.title,
        severity=linked.rule.severity,
        why=linked.rule.explain,
        incidents=incidents,
        law=tuple(_law(assessment, linked, part)),
        further=tuple(_further(assessment, linked, part)),
        strength=summed_up(incident.strength for incident in incidents),
        stronger=linked.rule.evidence,
        exceptions=linked.rule.exceptions,
        notes=_notes(linked, part, incidents),
    )


def _notes(linked: LinkedRule, part: FindingPart, incidents: Iterable[Incident]) -> WordList:
    """The rule's notes; before them, why a limit passed only by adding institutions up is no more than likely."""
    notes = linked.rule.notes
    if part.window is None or part.window.holds_alone is not False:
        return notes
    is_open = any(one.contact.actor is None and one.contact.agency_id is None for one in incidents)
    zh, en = _WHO_CALLED if is_open else _TOGETHER
    return WordList(zh=(zh, *notes.zh), en=(en, *notes.en))


def _incident(
    assessment: Assessment, linked: LinkedRule, part: ContactPart, record: ContactRecord, worked_out: WorkedOut
) -> Incident:
    read = assessment.inputs.machine_read.get(record.contact_id, frozenset())
    columns = part.because or tuple(name for name in linked.columns if name in _TITLES and name != "direction")
    return Incident(
        contact=record,
        at=local_time(record),
        certainty=part.certainty,
        facts=tuple(_facts(columns, record, read, worked_out if part.because else None)),
        strength=strength_of(assessment.inputs.evidence.get(record.contact_id)),
    )


def _facts(
    columns: Iterable[str], record: ContactRecord, read: frozenset[str], worked_out: WorkedOut | None
) -> Iterable[FactLine]:
    for column in dict.fromkeys(_READY.get(name, name) for name in columns):
        if column in ("direction", "lender_type", "product") or column not in _TITLES:
            continue
        value = getattr(record, column)
        if column == "occurred_at":
            value = local_time(record)
        by = None
        if value is None and worked_out is not None:
            value, by = worked_out.of(record, column)
        if value is not None:
            yield FactLine(column=column, value=value, is_machine_read=column in read, shown_by=by)


def local_time(record: ContactRecord) -> str:
    """When the contact was, in Asia/Shanghai and as precisely as it is known; empty if it is not."""
    if record.occurred_at is None:
        return ""
    local = record.occurred_at.astimezone(SHANGHAI)
    if record.time_precision == "day":
        return f"{local:%Y-%m-%d}"
    return f"{local:%Y-%m-%d %H:%M}" if record.time_precision == "minute" else f"{local:%Y-%m-%d %H:%M:%S}"


def _law(assessment: Assessment, linked: LinkedRule, part: FindingPart) -> Iterable[LawLine]:
    notes = {norm.id: norm.norm.note for norm in linked.norms} | {one.id: one.note for one in linked.rule.support}
    labels = {norm.id: norm.norm.label for norm in linked.norms}
    for basis in part.finding.basis:
        events = [one for one in part.parts if basis in one.law.basis]
        days = [one.law.on for one in events if one.law.on is not None]
        label = labels.get(basis.id)
        if label is not None and not assessment.rulebook.law.holds(basis.id):
            cite, says, confidence = label.zh, label, "secondary"
        else:
            provision = assessment.rulebook.law.provision(basis.id)
            confidence = provision.confidence
            says = Words(zh=provision.paraphrase_zh, en=provision.paraphrase_en)
            try:
                cite = assessment.rulebook.law.cite(basis.id, days[0]) if days else provision.instrument.title
            except LawError:  # a date known only to the month: cited without claiming the day
                cite = provision.instrument.title
        yield LawLine(
            id=basis.id,
            tier=basis.tier,
            role=basis.role,
            cite=cite,
            says=says,
            note=notes.get(basis.id),
            contacts=tuple(one.contact for one in events),
            confidence=confidence,
        )


def _further(assessment: Assessment, linked: LinkedRule, part: FindingPart) -> Iterable[MoreLine]:
    days = [one.law.on for one in part.parts if one.law.on is not None]
    law = assessment.rulebook.law
    for more in linked.rule.further:
        on = next((day for day in days if law.in_force(more.id, day)), None)
        if on is not None:
            yield MoreLine(id=more.id, tier=more.tier, cite=law.cite(more.id, on), needs=more.needs)
