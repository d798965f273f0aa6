"""One importer per source format, and the way from a file to evidence and entries."""

from cuijie.intake.add import add
from cuijie.intake.by_hand import HandRecord, Statement, add_by_hand, add_statement
from cuijie.intake.choice import Choice, make_choice
from cuijie.intake.found import Attachment, Card, Declared, Details, Found, IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.grouping import Suggestion, suggest
from cuijie.intake.report import AddReport, FileReport, Progress, ProgressCall
from cuijie.intake.source import Head, Source
from cuijie.intake.tying import mark_collector, tie_untied

__all__ = [
    "AddReport",
    "Attachment",
    "Card",
    "Choice",
    "Declared",
    "Details",
    "FileReport",
    "Found",
    "HandRecord",
    "Head",
    "IntakeError",
    "Note",
    "PasswordNeeded",
    "Progress",
    "ProgressCall",
    "SetAside",
    "Source",
    "Statement",
    "Suggestion",
    "add",
    "add_by_hand",
    "add_statement",
    "make_choice",
    "mark_collector",
    "suggest",
    "tie_untied",
]
