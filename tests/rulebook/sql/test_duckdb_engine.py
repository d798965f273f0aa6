"""The DuckDB engine on toy rules: quick checks of what the slow comparison does at length."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Registers, Rulebook, RulebookError
from tests.rulebook.agreeing import both
from tests.rulebook.builders import at, contact, toy_book
from tests.rulebook.strategies import busy_contacts, contacts, loans, registers


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    when = (
        "(institution_id = 'b1' OR recipient_role = 'other') AND (NOT hours_agreed OR says_insult) AND NOT debt_settled"
    )
    return toy_book(tmp_path_factory.mktemp("acting"), when)


@settings(max_examples=8)
@given(given_=contacts(most=5), owed=loans(), held=registers())
def test_facts_loans_and_registers_come_out_alike(
    acting: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers
) -> None:
    both(acting, given_, owed, held, "duckdb")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return toy_book(
        tmp_path_factory.mktemp("week"),
        "contacts() filter (where connected) > 2",
        "window",
        "window: {per: [debtor_id, lender_id], within: 7 days, marks: over, alone: institution_id}\n",
    )


@settings(max_examples=8)
@given(given_=busy_contacts())
def test_seven_days_running_with_unknown_keys_come_out_alike(week: Rulebook, given_: tuple[ContactRecord, ...]) -> None:
    spread = tuple(
        c
        if c.occurred_at is None
        else ContactRecord(**{**_facts(c), "occurred_at": c.occurred_at + timedelta(days=2 * n)})
        for n, c in enumerate(given_)
    )
    both(week, spread, (), Registers(), "duckdb")


def _facts(given_: ContactRecord) -> dict[str, object]:
    return {name: getattr(given_, name) for name in ContactRecord.__dataclass_fields__}


@pytest.mark.parametrize("actor", ["lender", "assignee", "agency", "platform", None])
def test_an_unknown_institution_is_asked_for_by_who_acted(acting: Rulebook, actor: str | None) -> None:
    given_ = (contact(actor=actor, lender_id=None, says_insult=True, recipient_role="debtor", debt_settled=False),)
    (judged,) = acting.judge(given_).contacts
    expected = {"lender": "lender_id", "assignee": "lender_id", "agency": "agency_id", "platform": "agency_id"}
    assert judged.missing == (expected.get(actor or "", "actor"),)
    both(acting, given_, (), Registers(), "duckdb")


def test_odd_ids_pass_through_as_they_are(acting: Rulebook) -> None:
    odd = contact("c'\\$1\n,", recipient_role="other", says_insult=True, debt_settled=False, occurred_at=at(2))
    both(acting, (odd,), (Loan(loan_id="l'\\${x}", agreed_hours="none"),), Registers(), "duckdb")
    (judged,) = acting.judge((odd,), engine="duckdb").contacts
    assert judged.contact == "c'\\$1\n,"


def test_no_contacts_no_judgements(acting: Rulebook) -> None:
    assert acting.judge((), engine="duckdb").contacts == ()


def test_an_instant_without_a_zone_is_refused_by_every_engine(acting: Rulebook) -> None:
    for engine in ("python", "duckdb"):
        with pytest.raises(RulebookError, match="时区"):
            acting.judge((contact(occurred_at=datetime(2026, 3, 1, 22)),), engine=engine)  # type: ignore[arg-type]  # noqa: DTZ001
