"""The importers, in the order in which they are asked; others can add theirs by the ``cuijie.importers`` entry point.

An entry point names a module with ``KIND``, ``TITLE``, ``sniff(head)`` and ``read(source)``; ``describe(source)``
(metadata kept with the item) and ``wanted(names)`` (which files of a folder it reads) are optional.  Plug-ins are
asked before the built-in importers, so they can also replace one.  One that cannot be loaded is left out and named.
"""

from __future__ import annotations

import sqlite3
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module, metadata
from typing import Protocol, cast

from cuijie.intake.android.sms_rows import Texts
from cuijie.intake.found import Details, Found, IntakeError
from cuijie.intake.source import Head, Source

__all__ = [
    "Importer",
    "describe",
    "findings",
    "importers",
    "is_evidence",
    "recognise",
    "unusable_plugins",
    "wanted",
]

_ENTRY_POINT = "cuijie.importers"

_MISFITS = (
    ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, EOFError, struct.error,
    sqlite3.Error, zlib.error,
)  # fmt: skip
_BUILT_IN = (
    "android.sms_backup",
    "containers.locked_office",
    "documents.outlook_mail",
    "android.adb_query",
    "android.backup",
    "android.vmsg",
    "android.coloros",
    "android.huawei",
    "android.database",
    "iphone.backup",
    "address_books.vcard",
    "android.adb_apps",
    "contact_lists.operator_json",
    "chats.json_export",
    "android.json_backup",
    "contact_lists.json_list",
    "contact_lists.xml_list",
    "iphone.table_export",
    "contact_lists.switchboard",
    "contact_lists.operator_calls",
    "payments.bills",
    "chats.table",
    "contact_lists.visitors",
    "contact_lists.table",
    "address_books.table",
    "screens",
    "chats.page",
    "chats.bubbles",
    "chats.voice_page",
    "iphone.message_export",
    "contact_lists.copied_texts",
    "contact_lists.message_lines",
    "contact_lists.call_lines",
    "chats.text",
    "diaries.notes_text",
    "contact_lists.blocks_text",
    "recordings",
    "recordings.memo_list",
    "recordings.transcript_file",
    "media",
    "documents.letters",
)


class Importer(Protocol):
    """One source format."""

    @property
    def KIND(self) -> str:
        """The stable id of the format, as reports name it."""
        ...

    @property
    def TITLE(self) -> str:
        """The format's Chinese name."""
        ...

    @property
    def sniff(self) -> Callable[[Head], bool]:
        """Whether a head is of this format: by content, the extension at most decides between text formats."""
        ...

    @property
    def read(self) -> Callable[[Source], Iterator[Found]]:
        """Everything the source says; raises IntakeError if nothing of it can be read."""
        ...


@cache
def importers() -> tuple[Importer, ...]:
    """Plug-ins first, then the built-in ones."""
    built_in = [cast(Importer, import_module(f"cuijie.intake.{name}")) for name in _BUILT_IN]
    return (*_plugged()[0], *built_in)


def unusable_plugins() -> tuple[str, ...]:
    """Each plug-in that could not be loaded, or failed to look at a file: whose it is and the error."""
    return tuple(_plugged()[1])


@cache
def _plugged() -> tuple[tuple[Importer, ...], list[str]]:
    loaded: list[Importer] = []
    unusable: list[str] = []
    for point in metadata.entry_points(group=_ENTRY_POINT):
        try:
            importer = cast(Importer, point.load())
            for name in ("KIND", "TITLE", "sniff", "read"):
                getattr(importer, name)
            loaded.append(importer)
        except (Exception, SystemExit) as error:  # anything can go wrong in what others wrote
            maker = point.dist.name if point.dist is not None else "?"
            unusable.append(f"{maker}: {point.name} = {point.value} ({type(error).__name__}: {error})")
    return tuple(loaded), unusable


def recognise(head: Head) -> Importer | None:
    """The first importer that knows the format, or None."""
    return next((importer for importer in importers() if _knows(importer, head)), None)


def _knows(importer: Importer, head: Head) -> bool:
    try:
        return importer.sniff(head)
    except IntakeError:  # too large to look into: another importer, or evidence that stays unread
        return False
    except (Exception, SystemExit) as error:
        plugins, unusable = _plugged()
        if importer not in plugins:
            raise
        if (told := f"{importer.KIND} ({type(error).__name__}: {error})") not in unusable:
            unusable.append(told)
        return False


def describe(importer: Importer, source: Source) -> Details:
    """What the file says of itself, for the item; nothing where the importer has nothing to tell."""
    call = getattr(importer, "describe", None)
    return call(source) if call is not None else Details()


def findings(importer: Importer, source: Source, *, together: bool = False) -> Iterator[Found]:
    """What *importer* reads, where content that does not fit its format is an IntakeError and nothing else.

    Plain texts come one by one, or *together* as the source has them.
    """
    try:
        for found in importer.read(source):
            if isinstance(found, Texts) and not together:
                yield from found.each()
            else:
                yield found
    except _MISFITS as error:
        raise IntakeError(
            f"“{source.name}”看着像{importer.TITLE}，但内容和这种格式对不上（{type(error).__name__}）。",
            remedy="请重新导出一次；若仍不行，请换一种导出方式。",
        ) from error


def is_evidence(importer: Importer) -> bool:
    """True for formats that are evidence in themselves (pictures, letters): no records in them is no failure."""
    return bool(getattr(importer, "IS_EVIDENCE", False))


def wanted(importer: Importer, names: tuple[str, ...]) -> tuple[str, ...]:
    """The files of a folder that the importer reads; all where it does not say."""
    call = getattr(importer, "wanted", None)
    return tuple(call(names)) if call is not None else names
