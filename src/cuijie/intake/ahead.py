"""Reading slow files before their act: pictures and recordings take seconds each, and an act keeps writers waiting.

Inside ``remembering()`` what was recognised once is remembered by the content's fingerprint, so that the act that
follows finds it ready.  It is kept in memory only, and forgotten at the end.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from cuijie.intake.containers.archives import is_archive, open_bag
from cuijie.intake.documents import letters as documents
from cuijie.intake.found import Attachment, IntakeError
from cuijie.intake.gather import Given, Handed, look_at, near
from cuijie.intake.registry import Importer, findings, recognise
from cuijie.intake.remembered import REMEMBERED
from cuijie.intake.source import HEAD_BYTES, MEMORY_BYTES, Head, Opener, Source

__all__ = ["Told", "read_ahead", "remembering"]

Told = Callable[[int, int, str], None]
"""Called before each slow file with how many are done, how many there are, and its name; may raise to stop."""
_SLOW = frozenset({"screenshot", "recording"})


@contextmanager
def remembering() -> Iterator[None]:
    """Remembers what is recognised inside, and forgets it at the end."""
    token = REMEMBERED.set({})
    try:
        yield
    finally:
        REMEMBERED.reset(token)


def read_ahead(file: Path | Handed, told: Told, *, password: str | None = None) -> None:
    """Recognises what is slow in *file* (or in the archive that it is); what is wrong with it is said by the act itself."""
    try:
        given = look_at(file)
        if given.is_folder:
            return
        with given.open() as stream:
            data = stream.read(HEAD_BYTES)
            bag = is_archive(data, stream)
        if bag:
            _members(given, told, password)
        else:
            head = Head(name=given.path.name, data=data, size=given.size)
            if documents.is_mail(head):
                _enclosed(given, head.name, told)
                return
            # words that came with a recording stand in for those a machine would hear
            if (importer := _slow(head)) is not None and not list(near(given, words=True)):
                told(0, 1, head.name)
                _read(importer, head, given.open)
    except IntakeError:
        return


def _members(given: Given, told: Told, password: str | None) -> None:
    with given.open() as stream, open_bag(stream, given.path.name, password) as bag:
        wanted = [one for one in bag.members() if one.refused is None and 0 < one.size <= MEMORY_BYTES]
        for number, member in enumerate(wanted):
            name = member.path.rpartition("/")[2]
            told(number, len(wanted), name)
            with bag.open(member) as opened:
                head = Head(name=name, data=opened.read(HEAD_BYTES), size=member.size)
                if (importer := _slow(head)) is not None:
                    _read(importer, head, partial(io.BytesIO, head.data + opened.read()))


def _enclosed(given: Given, name: str, told: Told) -> None:
    """What is enclosed with a mail, one by one: a mailbox may hold gigabytes."""
    mail = Source(name=name, item_id="", owner="debtor", opener=given.open, size=given.size)
    number = 0
    for file in documents.read(mail):
        if not isinstance(file, Attachment) or not file.is_file or not isinstance(file.data, bytes):
            continue
        told(number, number + 1, file.name)
        number += 1
        head = Head(name=file.name, data=file.data[:HEAD_BYTES], size=len(file.data))
        if (importer := _slow(head)) is not None:
            _read(importer, head, partial(io.BytesIO, file.data))


def _slow(head: Head) -> Importer | None:
    importer = recognise(head)
    return importer if importer is not None and importer.KIND in _SLOW else None


def _read(importer: Importer, head: Head, opener: Opener) -> None:
    source = Source(name=head.name, item_id="", owner="debtor", opener=opener, size=head.size)
    for _ in findings(importer, source):
        pass  # only what is remembered on the way counts
