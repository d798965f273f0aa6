"""Two ways to compute one thing: the Python engine and the SQL engines on the same random records."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Judgements, Registers, Rulebook, load_rulebook
from cuijie.rulebook.book import Engine
from tests.rulebook.strategies import busy_contacts, contacts, loans, registers

_CALM = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def said(judged: Judgements) -> tuple[list[object], list[object]]:
    """What every engine must agree on (``because`` is worked out by the Python engine alone)."""
    return [replace(j, because=()) for j in judged.contacts], list(judged.windows)


def both(
    book: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers, engine: Engine
) -> None:
    python = said(book.judge(given_, loans=owed, registers=held))
    other = said(book.judge(given_, loans=owed, registers=held, engine=engine))
    assert other == python


@pytest.mark.slow
@_CALM
@given(given_=contacts(), owed=loans(), held=registers())
def test_python_and_duckdb_agree_on_any_records(
    book: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers
) -> None:
    both(book, given_, owed, held, "duckdb")


@pytest.mark.slow
@_CALM
@given(given_=busy_contacts())
def test_python_and_duckdb_agree_on_busy_days_with_unknown_keys(
    book: Rulebook, given_: tuple[ContactRecord, ...]
) -> None:
    counting = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "window"))
    both(counting, given_, (), Registers(), "duckdb")
