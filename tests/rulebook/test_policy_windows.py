"""A least gap between contacts and a cap on different people: bounds against every way the gaps can be filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.datafiles import DataFileError
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, RulebookError, WindowJudgement, load_rulebook
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.condition_words import condition_lines
from cuijie.rulebook.errors import PredicateError
from cuijie.rulebook.loading.parsing import parse_threshold
from cuijie.rulebook.sql.statements import rule_statement
from tests.rulebook.builders import at, contact, toy_book, toy_rule, write_rule

_GAP = "contacts() filter (where connected) > 1"
_HOUR = "window: {per: [debtor_id], within: 1 hour, marks: over}\n"
_PEOPLE = "count(distinct recipient_id) filter (where connected) > 2"
_MONTH = "window: {per: [debtor_id, month], marks: over}\n"


@pytest.fixture(scope="module")
def gap(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return toy_book(tmp_path_factory.mktemp("gap"), _GAP, "window", _HOUR)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    return toy_book(tmp_path_factory.mktemp("people"), _PEOPLE, "window", _MONTH)


def call(name: str, minute: int = 0, second: int = 0, **facts: object) -> ContactRecord:
    moment = at(1, 10) + timedelta(minutes=minute, seconds=second)
    return contact(name, **{"connected": True, "occurred_at": moment, **facts})


def person(name: str, number: int | None, **facts: object) -> ContactRecord:
    return call(name, recipient_id=None if number is None else f"1380000100{number}", **facts)


def only(book: Rulebook, *contacts: ContactRecord) -> WindowJudgement:
    (judged,) = book.judge(contacts).windows
    return judged


def test_exactly_the_gap_is_lawful_and_a_second_less_is_not(gap: Rulebook) -> None:
    assert not gap.judge([call("a"), call("b", 60)]).windows
    judged = only(gap, call("a"), call("b", 59, 59))
    assert (judged.verdict, judged.contacts) == ("breach", ("b",))
    assert judged.keys == (("debtor_id", "d1"), ("until", "2026-03-01T10:59:59+08:00"))


def test_three_in_a_row_are_two_gaps(gap: Rulebook) -> None:
    judged = gap.judge([call("a"), call("b", 40), call("c", 80)]).windows
    assert [j.contacts for j in judged] == [("b",), ("c",)]


def test_midnight_does_not_break_a_gap(gap: Rulebook) -> None:
    assert only(gap, call("a", 13 * 60 + 40), call("b", 14 * 60 + 20)).verdict == "breach"


def test_known_to_the_minute_only_what_is_surely_too_close_is_a_breach(gap: Rulebook) -> None:
    first = call("a", 0, time_precision="minute")
    assert only(gap, first, call("b", 59)).verdict == "breach"
    judged = only(gap, first, call("b", 60, 30))
    assert (judged.verdict, judged.missing) == ("unknown", (("a", "occurred_at"),))
    assert not gap.judge([first, call("b", 61)]).windows


def test_where_the_later_time_is_blurred_it_is_the_one_asked(gap: Rulebook) -> None:
    judged = only(gap, call("a", 0, 30), call("b", 60, time_precision="minute"))
    assert (judged.verdict, judged.missing) == ("unknown", (("b", "occurred_at"),))


def test_a_bare_date_may_be_any_time_of_its_day_and_of_no_other(gap: Rulebook) -> None:
    bare = call("b", time_precision="day")
    judged = only(gap, call("a", 120), bare)
    assert (judged.verdict, judged.missing) == ("unknown", (("b", "occurred_at"),))
    assert not gap.judge([call("a", 60 * 40), bare]).windows


def test_a_total_is_no_two_contacts_in_the_same_hour(gap: Rulebook) -> None:
    judged = only(gap, call("a", count=3))
    assert (judged.verdict, judged.at_most, judged.missing) == ("unknown", 3, (("a", "occurred_at"),))


def test_six_contacts_of_two_people_are_two_people(people: Rulebook) -> None:
    assert not people.judge([person(f"c{n}", n % 2) for n in range(6)]).windows
    judged = only(people, *[person(f"c{n}", n % 3, minute=n) for n in range(6)])
    assert (judged.verdict, judged.at_least, judged.contacts) == ("breach", 3, ("c2", "c5"))


def test_who_is_not_known_may_be_somebody_new_or_not(people: Rulebook) -> None:
    known = [person("a", 1), person("b", 2)]
    judged = only(people, *known, person("c", None), person("d", 2, connected=None))
    assert (judged.verdict, judged.at_least, judged.at_most) == ("unknown", 2, 3)
    assert judged.missing == (("c", "recipient_id"),)  # d is counted already, answered or not
    assert only(people, *known, person("c", None, count=None)).at_most is None


def test_the_rule_is_told_in_words(gap: Rulebook, people: Rulebook) -> None:
    assert next(condition_lines(gap.rules[0], False)) == "同一借款人、任意 1 小时之内，下列联系合计超过 1 次："
    assert "less than 1 hour apart, more than 1 contacts" in next(condition_lines(gap.rules[0], True))
    assert "下列联系涉及的不同的被联系的号码超过 2 个" in next(condition_lines(people.rules[0], False))
    assert "more than 2 different values of “number contacted”" in next(condition_lines(people.rules[0], True))


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_the_statement_says_where_a_window_ends(gap: Rulebook, dialect: str) -> None:
    assert "until_us" in rule_statement(gap.rules[0], dialect)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("when", "window", "complaint"),
    [
        (_GAP, "{per: [debtor_id], within: 24 hours}", r"toy\.yaml 第 14 行.*within.*1 hour（1 到 23 小时）"),
        (_GAP, "{per: [debtor_id], within: 0 minutes}", "within.*30 minutes"),
        (_GAP, "{per: [debtor_id, day], within: 1 hour}", "per 里就不能"),
        (_PEOPLE, "{per: [recipient_id, day]}", "按 recipient_id 分了组"),
        (_PEOPLE, "{per: [debtor_id, day], alone: agency_id}", "alone.*count"),
    ],
)
def test_windows_that_mean_nothing_are_refused_with_file_line_and_key(
    tmp_path: Path, when: str, window: str, complaint: str
) -> None:
    write_rule(tmp_path, toy_rule(when, "window", f"window: {window}\n"))
    with pytest.raises((DataFileError, RulebookError), match=complaint):
        load_rulebook([tmp_path], ours=False)


@pytest.mark.parametrize(
    ("counted", "complaint"),
    [
        ("count(distinct channel)", "不能数 channel"),
        ("count(distinct day)", "不能数 day"),
        ("count(distinct recipent_id)", "是不是 recipient_id"),
        ("count(distinct recipient_id, day)", "count\\(distinct recipient_id\\) filter"),
        ("count(recipient_id)", "count\\(distinct recipient_id\\) filter"),
    ],
)
def test_only_ids_can_be_told_apart(counted: str, complaint: str) -> None:
    with pytest.raises(PredicateError, match=complaint):
        parse_threshold(f"{counted} filter (where connected) > 2", CONTACT_COLUMNS)


def verdicts_of(book: Rulebook, completions: Sequence[tuple[ContactRecord, ...]]) -> set[bool]:
    return {bool(book.judge(full).windows) for full in completions}


def check(
    book: Rulebook, contacts: tuple[ContactRecord, ...], completions: Sequence[tuple[ContactRecord, ...]]
) -> None:
    """A breach is one however the gaps are filled, and what is told of as nothing is none."""
    judged, verdicts = book.judge(contacts).windows, verdicts_of(book, completions)
    if any(j.verdict == "breach" for j in judged):
        assert verdicts == {True}
    if not judged:
        assert verdicts == {False}
    for one in judged:
        assert one.verdict == "breach" or one.asks


_PERSON = st.fixed_dictionaries(
    {
        "connected": st.sampled_from([True, True, False, None]),
        "debtor_id": st.sampled_from(["d1", "d1", None]),
        "recipient_id": st.sampled_from(["13800001001", "13800001002", "13800001003", None]),
    }
)


@settings(max_examples=40, deadline=None)
@given(facts=st.lists(_PERSON, min_size=1, max_size=4))
def test_different_people_are_bounded_in_every_completion(people: Rulebook, facts: list[dict[str, object]]) -> None:
    contacts = tuple(contact(f"c{n}", **known) for n, known in enumerate(facts))
    every = [
        [
            replace(c, connected=connected, debtor_id=debtor, recipient_id=number)
            for connected in ([True, False] if c.connected is None else [c.connected])
            for debtor in (["d1", "other"] if c.debtor_id is None else [c.debtor_id])
            for number in (["13800001001", f"1380000110{place}"] if c.recipient_id is None else [c.recipient_id])
        ]
        for place, c in enumerate(contacts)
    ]
    check(people, contacts, list(product(*every)))


_TIMED = st.fixed_dictionaries(
    {
        "connected": st.sampled_from([True, True, True, None]),
        "minute": st.sampled_from([0, 1, 30, 59, 60, 61, 119, 120]),
        "second": st.sampled_from([0, 30, 59]),
        "time_precision": st.sampled_from(["second", "second", "minute", "day"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(facts=st.lists(_TIMED, min_size=1, max_size=3))
def test_gaps_are_bounded_in_every_completion(gap: Rulebook, facts: list[dict[str, object]]) -> None:
    contacts = tuple(call(f"c{n}", **known) for n, known in enumerate(facts))  # type: ignore[arg-type]
    there = [c.occurred_at for c in contacts if c.occurred_at is not None]

    def times(c: ContactRecord) -> list[datetime]:
        assert c.occurred_at is not None
        if c.time_precision == "second":
            return [c.occurred_at]
        if c.time_precision == "minute":
            return [c.occurred_at.replace(second=second) for second in (0, 29, 59)]
        return [*there, c.occurred_at.replace(hour=23, minute=0, second=0)]

    every = [
        [
            replace(c, connected=connected, occurred_at=moment, time_precision="second")
            for connected in ([True, False] if c.connected is None else [c.connected])
            for moment in times(c)
        ]
        for c in contacts
    ]
    check(gap, contacts, list(product(*every)))
