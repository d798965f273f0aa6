"""Counting with gaps: bounds against every way the gaps can be filled."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, WindowJudgement
from cuijie.rulebook.book import Engine
from tests.rulebook.builders import at, contact, toy_book

_WHEN = "contacts() filter (where connected) > 2"
_PER = "window: {per: [debtor_id, lender_id, day]}\n"


def book_of(folder: Path, when: str = _WHEN, extra: str = _PER) -> Rulebook:
    return toy_book(folder, when, "window", extra)


def windows(book: Rulebook, *contacts: ContactRecord) -> dict[object, WindowJudgement]:
    return {judged.keys: judged for judged in book.judge(contacts).windows}


def only(book: Rulebook, *contacts: ContactRecord) -> WindowJudgement:
    (judged,) = book.judge(contacts).windows
    return judged


def calls(number: int, **facts: object) -> list[ContactRecord]:
    return [contact(f"c{n}", **{"connected": True, "occurred_at": at(1, 9, n), **facts}) for n in range(1, number + 1)]


def test_the_limit_itself_is_no_breach_and_one_more_is(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    assert not book.judge(calls(2)).windows
    judged = only(book, *calls(3))
    assert (judged.verdict, judged.at_least, judged.at_most) == ("breach", 3, 3)
    assert judged.contacts == ("c1", "c2", "c3")
    assert judged.basis == ("xx.house/1",)


def test_midnight_in_shanghai_parts_the_days(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    late = [contact(f"c{n}", connected=True, occurred_at=at(1, 23, 59, second=57 + n)) for n in (1, 2)]
    assert not book.judge([*late, contact("c3", connected=True, occurred_at=at(2, 0, 0))]).windows


def test_a_call_of_which_it_is_not_known_whether_it_was_answered_makes_a_question_not_a_breach(tmp_path: Path) -> None:
    judged = only(book_of(tmp_path), *calls(2), contact("c9", connected=None))
    assert (judged.verdict, judged.at_least, judged.at_most) == ("unknown", 2, 3)
    assert judged.missing == (("c9", "connected"),)


def test_a_total_given_by_the_source_counts_as_so_many(tmp_path: Path) -> None:
    assert only(book_of(tmp_path), *calls(1, count=40)).at_least == 40


def test_several_is_at_least_two_without_upper_bound(tmp_path: Path) -> None:
    book = book_of(tmp_path)
    judged = only(book, *calls(1, count=None))
    assert (judged.verdict, judged.at_least, judged.at_most) == ("unknown", 2, None)
    assert judged.missing == (("c1", "count"),)
    assert only(book, contact("c0", connected=True), *calls(1, count=None)).verdict == "breach"


def test_a_record_that_stands_for_nothing_does_not_count(tmp_path: Path) -> None:
    assert not book_of(tmp_path).judge([*calls(2), contact("c9", connected=True, count=0)]).windows


def test_an_unknown_lender_may_be_any_of_those_known_and_is_asked_for(tmp_path: Path) -> None:
    found = windows(book_of(tmp_path), *calls(2), contact("c9", connected=True, lender_id=None))
    ((keys, judged),) = found.items()
    assert dict(keys)["lender_id"] == "b1"  # type: ignore[call-overload]
    assert judged.missing == (("c9", "lender_id"),)


def test_calls_of_no_known_lender_may_all_be_one_lender_s(tmp_path: Path) -> None:
    judged = only(book_of(tmp_path), *calls(3, lender_id=None))
    assert (judged.verdict, judged.at_least, judged.at_most) == ("unknown", 1, 3)
    assert {column for _, column in judged.missing} == {"lender_id"}


def test_one_record_over_the_limit_is_a_breach_whoever_the_lender_is(tmp_path: Path) -> None:
    judged = only(book_of(tmp_path), *calls(1, lender_id=None, count=5))
    assert (judged.verdict, judged.contacts) == ("breach", ("c1",))


def test_records_of_differently_incomplete_keys_can_be_one_group(tmp_path: Path) -> None:
    found = windows(
        book_of(tmp_path),
        *calls(2, lender_id=None),
        contact("c9", connected=True, debtor_id=None),
    )
    joint = [judged for keys, judged in found.items() if None not in dict(keys).values()]  # type: ignore[call-overload]
    assert [judged.at_most for judged in joint] == [3]


@pytest.mark.parametrize("engine", ["python", "fused", "duckdb"])
def test_one_record_over_the_limit_accuses_no_lender_that_only_another_record_names(
    tmp_path: Path, engine: Engine
) -> None:
    five = contact("c1", connected=True, count=5, lender_id=None)
    other = contact("c2", connected=True, debtor_id=None)
    book = book_of(tmp_path)
    judged = {tuple(dict(j.keys).values())[:2]: j for j in book.judge([five, other], engine=engine).windows}
    assert {keys: (j.verdict, j.at_least, j.at_most, j.contacts) for keys, j in judged.items()} == {
        ("d1", None): ("breach", 5, 5, ("c1",)),
        ("d1", "b1"): ("unknown", 0, 6, ("c1",)),
    }


def test_a_date_not_known_may_be_any_day(tmp_path: Path) -> None:
    judged = only(book_of(tmp_path), *calls(2), contact("c9", connected=True, occurred_at=None))
    assert judged.missing == (("c9", "occurred_at"),)


def test_different_lenders_are_never_added_up(tmp_path: Path) -> None:
    assert not book_of(tmp_path).judge([*calls(2), contact("c9", connected=True, lender_id="b2")]).windows


def test_only_what_can_still_decide_is_asked(tmp_path: Path) -> None:
    heavy = contact("heavy", connected=None, count=40)
    light = contact("light", connected=None)
    judged = only(book_of(tmp_path), heavy, light)
    assert judged.missing == (("heavy", "connected"),)


def test_seven_days_are_any_seven_days_running(tmp_path: Path) -> None:
    book = book_of(tmp_path, extra="window: {per: [debtor_id], within: 7 days}\n")
    spread = [contact(f"c{n}", connected=True, occurred_at=at(1) + timedelta(days=3 * n)) for n in range(3)]
    assert [dict(j.keys)["day"] for j in book.judge(spread).windows] == [at(7).date()]
    wider = [contact(f"c{n}", connected=True, occurred_at=at(1) + timedelta(days=7 * n)) for n in range(3)]
    assert not book.judge(wider).windows


def test_marks_over_names_those_past_the_limit_in_the_order_of_time(tmp_path: Path) -> None:
    book = book_of(tmp_path, extra="window: {per: [debtor_id, day], marks: over}\n")
    given_ = [contact("last", connected=True, occurred_at=at(1, 20)), *calls(3)]
    assert only(book, *given_).contacts == ("last", "c3")
    undated = contact("c9", connected=True, time_precision="day")
    assert len(only(book, *given_, undated).contacts) == 5


def test_where_only_the_sum_passes_the_limit_the_finding_is_at_most_likely(tmp_path: Path) -> None:
    extra = "window: {per: [debtor_id, lender_id, day], alone: institution_id}\n"
    book = book_of(tmp_path, extra=extra)
    own, agency = calls(3, actor="lender"), contact("c9", connected=True, actor="agency", agency_id="a1")
    assert only(book, *own, agency).certainty == "established"
    summed = only(book, *own[:2], agency)
    assert (summed.certainty, summed.holds_alone) == ("likely", False)


_GAPS: Mapping[str, st.SearchStrategy[object]] = {
    "connected": st.sampled_from([True, True, False, None]),
    "debtor_id": st.sampled_from(["d1", "d1", None]),
    "lender_id": st.sampled_from(["b1", "b1", "b2", None]),
    "count": st.sampled_from([1, 1, 1, 2, 4]),
}


def filled(contacts: tuple[ContactRecord, ...]) -> list[tuple[ContactRecord, ...]]:
    """Every way to fill the gaps, with a lender and a debtor besides the known ones."""
    every = [
        [
            replace(c, connected=connected, debtor_id=debtor, lender_id=lender)
            for connected in ([True, False] if c.connected is None else [c.connected])
            for debtor in (["d1", "other"] if c.debtor_id is None else [c.debtor_id])
            for lender in (["b1", "b2", "other"] if c.lender_id is None else [c.lender_id])
        ]
        for c in contacts
    ]
    return list(product(*every))


@settings(max_examples=60)
@given(facts=st.lists(st.fixed_dictionaries(dict(_GAPS)), min_size=1, max_size=4))
def test_bounds_hold_in_every_completion_and_are_reached(
    tmp_path_factory: pytest.TempPathFactory, facts: list[dict[str, object]]
) -> None:
    book = book_of(tmp_path_factory.mktemp("rules"))
    contacts = tuple(contact(f"c{n}", **known) for n, known in enumerate(facts))
    verdicts = {bool(book.judge(full).windows) for full in filled(contacts)}
    judged = book.judge(contacts).windows
    if any(j.verdict == "breach" for j in judged):
        assert verdicts == {True}
    if not judged:
        assert verdicts == {False}
    if verdicts == {True, False}:
        assert judged
        assert all(j.verdict == "unknown" for j in judged)
    named = [j for j in judged if None not in dict(j.keys).values()]
    most: dict[object, int] = defaultdict(int)
    for full in filled(contacts):
        counted = {window.keys: window.at_least for window in book.judge(full).windows}
        for keys, number in counted.items():
            most[keys] = max(most[keys], number)
        assert all(counted.get(j.keys, 0) >= j.at_least for j in named if j.verdict == "breach")
    for judged_one in named:
        if judged_one.keys in most:
            assert judged_one.at_most == most[judged_one.keys]
