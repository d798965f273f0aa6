"""The process beside: packs stretches of plain texts until its input ends, and so ends with who started it.

    python -P -m cuijie.intake.packer

It knows nothing of the case: no key, no folder, no collector.  What it is given and answers passes through pipes.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import BinaryIO

from cuijie.casefile.pack_table import Stored, packed
from cuijie.intake.drafts import Drafts
from cuijie.intake.packing import Job, Made, Setup, Trait, read_message, trait_of, write_message
from cuijie.intake.sms_backup import entries_of
from cuijie.intake.sms_rows import Row, Run, Texts, form_of
from cuijie.intake.source import Source
from cuijie.records import Entry

__all__ = ["Packer", "serve"]


class Packer:
    """Packs the stretches of one source."""

    def __init__(self, setup: Setup) -> None:
        source = Source(name=setup.name, item_id=setup.item_id, owner=setup.owner, opener=_no_bytes)
        self._read = entries_of(source)
        self._careful: set[Trait] = set()
        self._firsts: list[Entry] = []
        self._drafts = Drafts(self._is_careful, lambda _: False)

    def _is_careful(self, first: Entry) -> bool:
        self._firsts.append(first)
        return trait_of(first) in self._careful

    def make(self, job: Job) -> Made:
        """That stretch, packed."""
        if job.careful:
            self._careful.update(job.careful)
            self._drafts.forget()
        texts = Texts(Run(job.raw, job.count, form_of(job.written)), job.first, self._read)
        records: dict[str, Stored] = {}
        rest: list[tuple[int, Row]] = []
        unclear: set[str] = set()
        self._firsts = []
        for number, row, draft in self._drafts.of(texts):
            if draft is None:
                rest.append((number, row))
                unclear.add(texts.entry(number, row).entry_id)
            elif draft[0] in records:
                rest.append((number, row))
            else:
                records[draft[0]] = draft[1:3]
        packs, left = packed(Entry.__name__, records.items())
        return Made("".join(records).encode(), packs, left, rest, self._firsts, unclear.isdisjoint(records))


def serve(given: BinaryIO, answers: BinaryIO) -> None:
    """Answers jobs until there are no more; the next is worked on while an answer is fetched."""
    setup = read_message(given, Setup)
    if setup is None:
        return
    packer = Packer(setup)
    write_message(answers, setup)  # ready
    with ThreadPoolExecutor(1) as writing:
        while (job := read_message(given, Job)) is not None:
            writing.submit(write_message, answers, packer.make(job))


def _no_bytes() -> BinaryIO:
    raise EOFError


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
