from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from cuijie.records import ContactRecord, Loan
from cuijie.rulebook import Entry, Registers, RulebookError
from cuijie.rulebook.facts import fact_names, facts_of
from tests.rulebook.builders import at, contact


def facts(
    *contacts: ContactRecord, loans: tuple[Loan, ...] = (), registers: Registers | None = None
) -> list[dict[str, object]]:
    names = fact_names(())
    return [dict(zip(names, row, strict=True)) for row in facts_of(contacts, loans=loans, registers=registers)]


def fact(name: str, given: ContactRecord, **more: object) -> object:
    return facts(given, **more)[0][name]  # type: ignore[arg-type]


def test_day_and_time_are_those_of_shanghai_whatever_the_zone_written() -> None:
    (found,) = facts(contact(occurred_at=datetime(2026, 2, 28, 16, 30, tzinfo=UTC)))
    assert (found["day"], found["month"], found["hour"], found["minute_of_day"]) == (date(2026, 3, 1), "2026-03", 0, 30)


@pytest.mark.parametrize(
    ("precision", "hour", "known"),
    [("second", 0, 0), ("minute", 22, 22), ("day", 22, None), (None, 22, 22), (None, 0, None)],
)
def test_no_hour_comes_out_of_a_bare_date(precision: str | None, hour: int, known: int | None) -> None:
    assert fact("hour", contact(occurred_at=at(1, hour), time_precision=precision)) == known
    assert fact("day", contact(occurred_at=at(1, hour), time_precision=precision)) == date(2026, 3, 1)


def test_an_unanswered_call_says_nothing_and_an_answered_one_is_not_guessed_at() -> None:
    silent = facts(contact(channel="call", connected=False))[0]
    assert (silent["says_insult"], silent["asks_payment"], silent["caller_identified"]) == (False, False, None)
    assert facts(contact(channel="call", connected=True))[0]["says_insult"] is None
    assert facts(contact(channel="sms", connected=False))[0]["says_insult"] is None
    assert facts(contact(channel="call", connected=False, says_insult=True))[0]["says_insult"] is True


def test_seconds_of_talk_show_a_call_was_answered_but_none_show_nothing() -> None:
    assert fact("connected", contact(channel="call", duration_s=3)) is True
    assert fact("connected", contact(channel="call", duration_s=0)) is None


@pytest.mark.parametrize(
    ("agreed", "hour", "expected"),
    [
        ("20:00-23:00", 20, True),
        ("20:00-23:00", 23, False),
        ("22:00-07:00", 6, True),
        ("22:00-07:00", 7, False),
        ("22:00-07:00", 23, True),
        ("09:00-10:00，20:00-21:00", 20, True),
        ("none", 22, False),
        (None, 22, None),
    ],
)
def test_agreed_hours_of_the_loan_become_a_fact_of_the_contact(
    agreed: str | None, hour: int, expected: bool | None
) -> None:
    loan = Loan(loan_id="l1", agreed_hours=agreed)
    assert fact("hours_agreed", contact(occurred_at=at(1, hour), loan_id="l1"), loans=(loan,)) is expected


def test_agreed_hours_stay_open_where_the_time_of_day_is_not_known() -> None:
    loan = Loan(loan_id="l1", agreed_hours="20:00-23:00")
    assert fact("hours_agreed", contact(time_precision="day"), loans=(loan,)) is None


@pytest.mark.parametrize("said", ["晚上", "25:00-26:00", "20:00", "20:00-20:00", ""])
def test_agreed_hours_nobody_can_read_are_refused(said: str) -> None:
    with pytest.raises(RulebookError, match="读不懂"):
        facts(contact(), loans=(Loan(loan_id="l1", agreed_hours=said),))


def test_the_record_s_own_word_stands_against_the_loan() -> None:
    loan = Loan(loan_id="l1", lender_type="microloan")
    assert fact("lender_type", contact(lender_type="commercial_bank"), loans=(loan,)) == "commercial_bank"


def test_one_loan_is_the_loan_of_every_contact_that_names_none_two_are_not() -> None:
    one, two = Loan(loan_id="l1", product="credit_card"), Loan(loan_id="l2", product="other")
    bare = contact(debtor_id=None, lender_id=None)
    (found,) = facts(bare, loans=(one,))
    assert (found["loan_id"], found["product"], found["debtor_id"], found["lender_id"]) == (
        "l1",
        "credit_card",
        "debtor",
        "lender",
    )
    assert facts(bare, loans=(one, two))[0]["product"] is None


@pytest.mark.parametrize(("day", "settled"), [(1, False), (2, None), (3, True)])
def test_a_settled_debt_is_settled_after_its_day(day: int, settled: bool | None) -> None:
    loan = Loan(loan_id="l1", debt_settled=True, settled_on=date(2026, 3, 2))
    assert fact("debt_settled", contact(occurred_at=at(day), loan_id="l1"), loans=(loan,)) is settled


def test_the_debtor_is_reachable_after_answering_that_day_and_silence_shows_nothing() -> None:
    answered = contact("a", channel="call", connected=True, recipient_role="debtor", occurred_at=at(1, 9))
    before = contact("b", recipient_role="other", occurred_at=at(1, 8))
    after = contact("c", recipient_role="other", occurred_at=at(1, 10))
    next_day = contact("d", recipient_role="other", occurred_at=at(2, 10))
    other_lender = contact("e", recipient_role="other", occurred_at=at(1, 10), lender_id="b2")
    found = facts(before, answered, after, next_day, other_lender)
    assert [f["debtor_reachable"] for f in found] == [None, None, True, None, None]
    missed = contact("a", channel="call", connected=False, recipient_role="debtor", occurred_at=at(1, 9))
    assert [f["debtor_reachable"] for f in facts(missed, after)] == [None, None]
    wrote = contact("a", channel="sms", direction="inbound", recipient_role="debtor", occurred_at=at(1, 9))
    assert facts(wrote, after)[1]["debtor_reachable"] is True


def _refused(**more: object) -> Registers:
    return Registers(entries=(Entry(column="recipient_refused", value=True, recipient_id="r1", since=at(2)),), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (contact(recipient_id="r1", occurred_at=at(3)), True),
        (contact(recipient_id="r1", occurred_at=at(2)), None),
        (contact(recipient_id="r1", occurred_at=at(1)), None),
        (contact(recipient_id="r2", occurred_at=at(3)), None),
        (contact(recipient_id=None, occurred_at=at(3)), None),
        (contact(recipient_id="r1", occurred_at=None), None),
        (contact(recipient_id="r1", occurred_at=at(2, 0), time_precision="day"), None),
        (contact(recipient_id="r1", occurred_at=at(3), recipient_refused=False), False),
    ],
)
def test_a_register_holds_after_its_moment_and_its_silence_is_not_a_no(
    given: ContactRecord, expected: bool | None
) -> None:
    assert fact("recipient_refused", given, registers=_refused()) is expected


def test_a_register_declared_complete_says_no_where_it_is_silent() -> None:
    complete = _refused(complete={"recipient_refused": False})
    assert fact("recipient_refused", contact(recipient_id="r2"), registers=complete) is False
    assert fact("recipient_refused", contact(recipient_id="r1", occurred_at=at(1)), registers=complete) is False
    assert fact("recipient_refused", contact(recipient_id=None), registers=complete) is None
    assert fact("recipient_refused", contact(recipient_id="r1", occurred_at=None), registers=complete) is None


def test_the_newest_entry_speaks_and_a_contradiction_leaves_it_open() -> None:
    def entry(value: bool, since: datetime) -> Entry:
        return Entry(column="consent_withdrawn", value=value, debtor_id="d1", since=since)

    old, new = entry(True, at(1) - timedelta(days=9)), entry(False, at(1) - timedelta(days=1))
    assert fact("consent_withdrawn", contact(), registers=Registers(entries=(old, new))) is False
    torn = Registers(entries=(old, entry(False, old.since or at(1))))
    assert fact("consent_withdrawn", contact(), registers=torn) is None


def test_a_register_entry_must_say_something_at_a_known_zone() -> None:
    with pytest.raises(RulebookError, match="没有值"):
        Entry(column="recipient_refused", value=None)
    with pytest.raises(RulebookError, match="时区"):
        Entry(column="recipient_refused", value=True, since=datetime(2026, 3, 1))  # noqa: DTZ001


def test_an_instant_without_a_zone_has_no_day_and_is_refused() -> None:
    with pytest.raises(RulebookError, match="时区"):
        facts(contact(occurred_at=datetime(2026, 3, 1, 22)))  # noqa: DTZ001
