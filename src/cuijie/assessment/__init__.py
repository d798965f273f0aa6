"""From a case and the rulebook to findings, questions and the strength of the evidence."""

from __future__ import annotations

from cuijie.assessment.answers import PERSON_FIELDS, AnswerBook, AnswerError, owner_of, parse_answer
from cuijie.assessment.asking import check_question, to_ask
from cuijie.assessment.case_json import CaseJsonError, inputs_from_case_json, unknown_keys
from cuijie.assessment.contacts import contacts_of, inputs_from_state
from cuijie.assessment.inputs import AssessmentInputs, Complaint, ContactEvidence
from cuijie.assessment.judging import assess
from cuijie.assessment.result import Assessment, ContactPart, FindingPart
from cuijie.assessment.text_reader import Reader

__all__ = [
    "PERSON_FIELDS",
    "AnswerBook",
    "AnswerError",
    "Assessment",
    "AssessmentInputs",
    "CaseJsonError",
    "Complaint",
    "ContactEvidence",
    "ContactPart",
    "FindingPart",
    "Reader",
    "assess",
    "check_question",
    "contacts_of",
    "inputs_from_case_json",
    "inputs_from_state",
    "owner_of",
    "parse_answer",
    "to_ask",
    "unknown_keys",
]
