"""Two ways to compute one thing: the Python engine and the SQL engines on the same random records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Entry, Registers, Rulebook, RulebookError, load_rulebook
from tests.rulebook.agreeing import both
from tests.rulebook.builders import toy_book
from tests.rulebook.strategies import busy_contacts, busy_days, busy_hours, contacts, loans, many_contacts, registers
from tests.spark_servers import SERVERS, running


def instant(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, tzinfo=SHANGHAI)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


@pytest.mark.slow
@settings(max_examples=4, deadline=None)
@given(given_=contacts(), owed=loans(), held=registers())
def test_python_and_duckdb_agree_on_any_records(
    book: Rulebook, given_: tuple[ContactRecord, ...], owed: tuple[Loan, ...], held: Registers
) -> None:
    both(book, given_, owed, held, "duckdb")


@pytest.mark.slow
def test_python_and_duckdb_agree_on_thousands_of_records_with_gaps(book: Rulebook) -> None:
    single = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "contact"))
    both(single, many_contacts(20261121, 2000), (), Registers(), "duckdb")


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(given_=busy_contacts())
def test_python_and_duckdb_agree_on_busy_days_with_unknown_keys(
    book: Rulebook, given_: tuple[ContactRecord, ...]
) -> None:
    counting = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "window"))
    both(counting, given_, (), Registers(), "duckdb")


@pytest.fixture(scope="module", params=SERVERS)
def spark(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A real Spark Connect server on this machine, for the engine that ``SPARK_REMOTE`` names."""
    for remote in running(request.param, tmp_path_factory.mktemp("server")):
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("SPARK_REMOTE", remote)
            yield
        from pyspark.sql import SparkSession

        session = SparkSession.getActiveSession()
        if session is not None:
            session.stop()  # or it would look for the stopped server when the process ends


REGISTERS = Registers(
    entries=(
        Entry(column="recipient_role", value="agreed_contact", recipient_id="13800001002", since=instant(2024, 5, 15)),
        Entry(column="recipient_refused", value=True, recipient_id="17000001188", until=instant(2026, 1, 30)),
        Entry(column="consent_withdrawn", value=True, debtor_id="d1", since=instant(2025, 2, 28)),
        Entry(column="consent_withdrawn", value=False, debtor_id="d1", since=instant(2025, 12, 31)),
        Entry(column="hours_agreed", value=True, loan_id="l1", until=instant(2025, 12, 31)),
        Entry(column="member_cba", value=True, lender_id="b1"),
        Entry(column="agency_id", value="a'\\$2", lender_id="b2"),
    ),
    complete={"recipient_refused": False},
)
LOANS = (
    Loan(loan_id="l1", lender_id="b1", lender_type="microloan", product="online_consumer", agreed_hours="20:00-23:00"),
    Loan(loan_id="l2", lender_id=None, lender_type=None, product="credit_card", settled_on=date(2025, 2, 28)),
)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("ignore")  # pyspark and grpc warn of their own
def test_spark_agrees_on_every_rule_about_a_contact_with_loans_and_registers(book: Rulebook, spark: None) -> None:
    single = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "contact"))
    given_ = many_contacts(20261122, 150)
    judged = single.judge(given_, loans=LOANS, registers=REGISTERS)
    assert {j.rule for j in judged.contacts} == {linked.rule.id for linked in single.rules}  # each has something to say
    both(single, given_, LOANS, REGISTERS, "spark")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("ignore")  # pyspark and grpc warn of their own
def test_spark_agrees_on_every_rule_that_counts(book: Rulebook, spark: None) -> None:
    counting = book.only(*(linked.rule.id for linked in book.rules if linked.rule.about == "window"))
    given_ = busy_days(20261122, 60)
    judged = counting.judge(given_, loans=LOANS[:1], registers=REGISTERS)
    assert {w.rule for w in judged.windows} == {linked.rule.id for linked in counting.rules}
    both(counting, given_, LOANS[:1], REGISTERS, "spark")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.filterwarnings("ignore")  # pyspark and grpc warn of their own
@pytest.mark.parametrize(
    ("when", "window"),
    [
        ("contacts() filter (where connected) > 1", "{per: [debtor_id, lender_id], within: 1 hour, marks: over}"),
        ("count(distinct recipient_id) filter (where connected) > 2", "{per: [debtor_id, month]}"),
    ],
)
def test_spark_agrees_on_gaps_and_different_people(tmp_path: Path, spark: None, when: str, window: str) -> None:
    own = toy_book(tmp_path, when, "window", f"window: {window}\n")
    given_ = busy_hours(20261122, 50, days=1, gaps=0.05)
    judged = own.judge(given_)
    assert "breach" in {w.verdict for w in judged.windows}
    both(own, given_, (), Registers(), "spark")


def test_spark_without_a_server_says_what_to_set(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark", reason="the spark extra is not installed")
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    with pytest.raises(RulebookError, match="哪台 Spark"):
        book.judge((), engine="spark")
