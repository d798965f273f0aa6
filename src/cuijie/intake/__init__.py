"""One importer per source format, and the way from a file to evidence and entries."""

from cuijie.intake.add import add
from cuijie.intake.found import Attachment, Declared, Details, Found, IntakeError, Note, PasswordNeeded, SetAside
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
    "Head",
    "IntakeError",
    "Note",
    "PasswordNeeded",
    "Progress",
    "ProgressCall",
    "SetAside",
    "Source",
    "add",
    "mark_collector",
    "retie",
]
