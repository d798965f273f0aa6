"""One importer per source format, and the way from a file to evidence and entries."""

from cuijie.intake.add import add
from cuijie.intake.by_hand import HandRecord, Statement, add_by_hand, add_statement
from cuijie.intake.found import Attachment, Declared, Details, Found, IntakeError, Note, PasswordNeeded, SetAside
from cuijie.intake.grouping import Suggestion, suggest
from cuijie.intake.report import AddReport, FileReport, Progress, ProgressCall
from cuijie.intake.source import Head, Source
from cuijie.intake.tying import mark_collector, retie

__all__ = [
    "AddReport",
    "Attachment",
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
    "mark_collector",
    "retie",
    "suggest",
]
