"""The fused pass against the Python engine and DuckDB on the same records: findings and questions both."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Entry, Registers, Rulebook, RulebookError, load_rulebook
from cuijie.rulebook.fused.engine import judge_fused
from tests.rulebook.agreeing import both, said
from tests.rulebook.builders import at, contact, toy_book, toy_rule, write_rule
from tests.rulebook.strategies import busy_contacts, contacts, loans, many_contacts, registers


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


@pytest.fixture(scope="module")
def counting(book: Rulebook) -> Rulebook:
    return book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "window"))


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(given_=contacts(), owed=loans(), held=registers())
def test_python_and_the_fused_pass_agree_on_any_records(
    book: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers
) -> None:
    both(book, given_, owed, held, "fused")


@settings(max_examples=150, deadline=None)
@given(given_=busy_contacts())
def test_busy_days_with_unknown_keys_come_out_alike(counting: Rulebook, given_: tuple[ContactRecord, ...]) -> None:
    both(counting, given_, (), Registers(), "fused")


def test_thousands_of_records_with_gaps_come_out_alike(book: Rulebook) -> None:
    single = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "contact"))
    both(single, many_contacts(20261122, 2000), (), Registers(), "fused")


_WINDOWS = {
    "week": "window: {per: [debtor_id, lender_id], within: 7 days, marks: over, alone: institution_id}\n",
    "day": "window: {per: [debtor_id, lender_id, recipient_id, day], marks: over, alone: agency_id}\n",
    "month": "window: {per: [institution_id, month, channel], marks: all, alone: actor}\n",
    "two days": "window: {per: [institution_id, recipient_role], within: 2 days, marks: all}\n",
    "day and month": "window: {per: [debtor_id, day, month], marks: over}\n",
}


@pytest.fixture(scope="module", params=sorted(_WINDOWS))
def windowed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    when = "contacts() filter (where connected OR says_insult) > 2"
    return toy_book(tmp_path_factory.mktemp("window"), when, "window", _WINDOWS[request.param])


def _spread(given_: tuple[ContactRecord, ...], hours: int) -> tuple[ContactRecord, ...]:
    return tuple(
        c if c.occurred_at is None else replace(c, occurred_at=c.occurred_at + timedelta(hours=hours * n))
        for n, c in enumerate(given_)
    )


@settings(max_examples=60, deadline=None)
@given(given_=busy_contacts(most=14))
def test_every_kind_of_window_comes_out_alike(windowed: Rulebook, given_: tuple[ContactRecord, ...]) -> None:
    both(windowed, _spread(given_, 0), (), Registers(), "fused")
    both(windowed, _spread(given_, 31), (), Registers(), "fused")


@settings(max_examples=60, deadline=None)
@given(given_=contacts(most=6), owed=loans(), held=registers())
def test_facts_loans_and_registers_come_out_alike(
    acting: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers
) -> None:
    both(acting, given_, owed, held, "fused")


@pytest.fixture(scope="module")
def acting(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """A user's folder: a limit of their own for one lender, on days and hours and numbers, and who acted."""
    folder = tmp_path_factory.mktemp("acting")
    own = toy_rule(
        "(institution_id = 'b1' OR recipient_role = 'other' OR collector_id <> 'x') AND NOT hours_agreed "
        "AND NOT debt_settled AND (hour >= 12 OR duration_s BETWEEN 1 AND 59 OR month = '2025-02' OR count > 1)"
    )
    write_rule(folder, own)
    reach = toy_rule("debtor_reachable AND day >= '2024-05-15' AND lender_id IN ('b1', 'zz')")
    write_rule(folder, reach.replace("xx.toy.loud", "xx.toy.reach"), "reach.yaml")
    return load_rulebook([folder], ours=False)


def test_the_day_of_a_call_answered_earlier_shows_the_debtor_can_be_reached(acting: Rulebook) -> None:
    calls = tuple(
        contact(
            f"c{n}", occurred_at=at(1 + n // 40, 9 + n % 12, n % 60), debtor_id=f"d{n % 7}", channel="call",
            recipient_role="debtor" if n % 3 else "other", connected=n % 5 == 0 or None, lender_id="b1",
        )
        for n in range(160)
    )  # fmt: skip
    both(acting, calls, (), Registers(), "fused")


def test_an_entry_holds_from_after_its_beginning_to_before_its_end(acting: Rulebook) -> None:
    calls = tuple(contact(f"c{h}", occurred_at=at(2, h), channel="letter", says_insult=True) for h in range(24))
    held = Registers(
        entries=(
            Entry(column="hours_agreed", value=True, lender_id="b1", since=at(2, 3), until=at(2, 9)),
            Entry(column="hours_agreed", value=False, lender_id="b1", since=at(2, 6)),
            Entry(column="debt_settled", value=True, debtor_id="d1", since=at(2, 20)),
        ),
        complete={"hours_agreed": False, "debt_settled": False},
    )
    both(acting, calls, (), held, "fused")


def test_a_register_cannot_tell_the_time(acting: Rulebook) -> None:
    held = Registers(entries=(Entry(column="month", value="2026-01"),))
    with pytest.raises(RulebookError, match="month"):
        acting.judge((contact(),), registers=held, engine="fused")


def test_a_negative_count_is_refused(acting: Rulebook) -> None:
    with pytest.raises(RulebookError, match="负数"):
        acting.judge((contact(count=-1),), engine="fused")


def test_no_contacts_no_judgements(acting: Rulebook) -> None:
    assert acting.judge((), engine="fused").contacts == ()


@pytest.mark.parametrize("rows", [1, 7, 64, 65])
def test_how_the_log_is_cut_into_batches_changes_nothing(book: Rulebook, rows: int) -> None:
    given_ = many_contacts(7, 130)
    whole = judge_fused(book.rules, given_, (), Registers())
    assert judge_fused(book.rules, given_, (), Registers(), rows_a_batch=rows) == whole


def _many_days(seed: int, number: int) -> tuple[ContactRecord, ...]:
    """Calls of a lender's months: groups of a few contacts, a key or a time missing now and then."""
    chance = random.Random(seed)  # noqa: S311 -- test data

    def rare(value: object) -> object:
        return None if chance.random() < 0.0005 else value

    def one(place: int) -> ContactRecord:
        debtor = chance.randrange(number // 40 + 1)
        return contact(
            f"c{place}",
            occurred_at=rare(at(1, 8) + timedelta(minutes=chance.randrange(60 * 24 * 30))),
            debtor_id=rare(f"d{debtor}"),
            lender_id=rare(f"b{debtor % 7}"),
            recipient_id=rare(f"1380000{debtor:06d}"),
            lender_type=chance.choice(["microloan", "consumer_finance", "commercial_bank"]),
            product=chance.choice(["online_consumer", "credit_card"]),
            actor=chance.choice(["lender", "agency"]),
            agency_id=chance.choice(["a1", "a2"]),
            channel=chance.choice(["call", "call", "robot_call", "sms"]),
            recipient_role=chance.choice(["debtor", "debtor", "other", None]),
            connected=chance.choice([True, True, False, None]),
            count=chance.choice([1] * 30 + [None, 2]),
            time_precision=chance.choice(["second"] * 9 + ["day"]),
            says_insult=chance.choice([False] * 8 + [True, None]),
        )

    return tuple(one(place) for place in range(number))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_months_of_calls_come_out_alike(counting: Rulebook) -> None:
    log = _many_days(20261122, 4000)
    both(counting, log, (), Registers(), "fused")


@pytest.mark.slow
@pytest.mark.skipif("CUIJIE_DIFFERENTIAL" not in os.environ, reason="takes long: CUIJIE_DIFFERENTIAL=100000")
@pytest.mark.timeout(7200)
def test_the_engines_agree_on_many_random_events(book: Rulebook, counting: Rulebook) -> None:
    number = int(os.environ["CUIJIE_DIFFERENTIAL"])
    single = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "contact"))
    for rules, log in ((single, many_contacts(20261122, number)), (counting, _many_days(20261123, number))):
        python = said(rules.judge(log))
        assert said(rules.judge(log, engine="fused")) == python
        assert said(rules.judge(log, engine="duckdb")) == python


def test_without_numba_the_user_is_told_what_to_do(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    compiled = ("cuijie.kernel", "cuijie.rulebook.fused")
    for name in [name for name in sys.modules if name.startswith(compiled)]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(RulebookError, match="numba"):
        book.judge((), engine="fused")
