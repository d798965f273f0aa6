"""Windows of minutes and windows that count different values: every engine on the same random contacts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.records import ContactRecord
from cuijie.rulebook import Registers, Rulebook, load_rulebook
from tests.rulebook.agreeing import both
from tests.rulebook.builders import contact, toy_rule, write_rule
from tests.rulebook.strategies import START, busy_hours

_DISTINCT = "count(distinct recipient_id) filter (where connected)"
_RULES = {
    "gap": ("contacts() filter (where connected) > 1", "{per: [debtor_id, lender_id], within: 1 hour, marks: over}"),
    "three in a while": ("contacts() filter (where connected) > 2", "{per: [debtor_id], within: 90 minutes}"),
    "whoever called": (
        "contacts() filter (where connected) > 1",
        "{per: [debtor_id], within: 30 minutes, alone: institution_id}",
    ),
    "people a month": (f"{_DISTINCT} > 1", "{per: [debtor_id, lender_id, month], marks: over}"),
    "people a day": (f"{_DISTINCT} >= 3", "{per: [debtor_id, day]}"),
    "anybody": (f"{_DISTINCT} > 0", "{per: [lender_id, day], marks: over}"),
    "people in days": (f"{_DISTINCT} > 1", "{per: [lender_id], within: 2 days, marks: over}"),
    "people in minutes": (f"{_DISTINCT} > 1", "{per: [debtor_id], within: 45 minutes}"),
    "institutions": (
        "count(distinct institution_id) filter (where connected OR says_insult) > 1",
        "{per: [debtor_id, day]}",
    ),
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder = tmp_path_factory.mktemp("windows")
    for number, (when, window) in enumerate(_RULES.values()):
        text = toy_rule(when, "window", f"window: {window}\n").replace("xx.toy.loud", f"xx.toy.rule{number}")
        write_rule(folder, text, f"rule{number}.yaml")
    return load_rulebook([folder], ours=False)


_VARIED = {
    "connected": st.sampled_from([True, True, True, None, False]),
    "count": st.sampled_from([1, 1, 1, 1, 1, None, 2]),
    "debtor_id": st.sampled_from(["d1", "d1", "d1", None]),
    "lender_id": st.sampled_from(["b1", "b1", "b1", "b2", None]),
    "recipient_id": st.sampled_from(["13800001002", "13800001003", "13800001004", None]),
    "actor": st.sampled_from(["lender", "agency", None]),
    "agency_id": st.sampled_from(["a1", None]),
    "says_insult": st.sampled_from([True, False, None]),
    "time_precision": st.sampled_from(["second", "second", "second", "minute", "day", None]),
    "occurred_at": st.one_of(
        st.builds(
            lambda minutes, seconds: START + timedelta(minutes=minutes, seconds=seconds),
            st.sampled_from([0, 1, 29, 30, 31, 44, 45, 59, 60, 61, 89, 90, 91, 119, 120, 180, 1500, 3000]),
            st.sampled_from([0, 0, 0, 1, 30, 59]),
        ),
        st.none(),
    ),
}


def calls(most: int) -> st.SearchStrategy[tuple[ContactRecord, ...]]:
    return st.lists(st.fixed_dictionaries(_VARIED), min_size=1, max_size=most).map(
        lambda found: tuple(contact(f"c{n}", channel="call", **facts) for n, facts in enumerate(found))
    )


@settings(max_examples=30, deadline=None)
@given(given_=calls(10))
def test_the_fused_pass_says_what_python_says(book: Rulebook, given_: tuple[ContactRecord, ...]) -> None:
    both(book, given_, (), Registers(), "fused")


@settings(max_examples=3, deadline=None)
@given(given_=calls(10))
def test_duckdb_says_what_python_says(book: Rulebook, given_: tuple[ContactRecord, ...]) -> None:
    both(book, given_, (), Registers(), "duckdb")


@pytest.mark.slow
def test_weeks_of_calls_come_out_alike(book: Rulebook) -> None:
    log = busy_hours(20261122, 200, gaps=0.01)
    both(book, log, (), Registers(), "fused")
    both(book, log, (), Registers(), "duckdb")
