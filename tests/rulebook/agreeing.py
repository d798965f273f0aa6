"""Holds one engine against another on the same records."""

from __future__ import annotations

from dataclasses import replace

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Judgements, Registers, Rulebook
from cuijie.rulebook.book import Engine

__all__ = ["both", "said"]


def said(judged: Judgements) -> tuple[list[object], list[object]]:
    """What every engine must agree on (``because`` is worked out by the Python engine alone)."""
    return [replace(j, because=()) for j in judged.contacts], list(judged.windows)


def both(
    book: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers, engine: Engine
) -> None:
    """Holds *engine* against the Python engine."""
    python = said(book.judge(given_, loans=owed, registers=held))
    other = said(book.judge(given_, loans=owed, registers=held, engine=engine))
    assert other == python
