"""What an assessment comes to: findings and questions, each finding with everything it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.assessment.citing import CitedLaw
from cuijie.assessment.inputs import AssessmentInputs, Complaint
from cuijie.records import Certainty, Finding, Question
from cuijie.rulebook import Rulebook
from cuijie.rulebook.columns import Value

__all__ = ["Assessment", "ContactPart", "FindingPart", "WindowPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPart:
    """One contact's part in a finding: the facts that made the rule true, and the law in force that day."""

    contact: str
    certainty: Certainty
    because: tuple[str, ...]  # columns of the record
    law: CitedLaw


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowPart:
    """The count a window finding rests on; ``at_most`` None is no upper bound.

    ``distinct``: not contacts were counted but the different values of this column.
    """

    keys: tuple[tuple[str, Value], ...]
    at_least: int
    at_most: int | None
    limit: int
    holds_alone: bool | None
    distinct: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPart:
    """A finding with everything it rests on, for explaining it."""

    finding: Finding
    version: int  # of the rule that was used
    lender_id: str | None
    parts: tuple[ContactPart, ...]
    window: WindowPart | None = None
    complaint: Complaint | None = None  # what a finding about a complaint is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What was unlawful and what is not known, with what it was worked out from."""

    findings: tuple[Finding, ...]
    questions: tuple[Question, ...]
    parts: tuple[FindingPart, ...]  # one for each finding, in the same order
    inputs: AssessmentInputs
    rulebook: Rulebook
