"""Learning a fact may decide what was open; it never turns a decided finding round."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.assessment import Assessment
from cuijie.records import COLUMNS
from cuijie.rulebook import load_rulebook
from tests.assessment.cases import BANK_ONLINE, CARD, CONSUMER_FINANCE, MICROLOAN, PRIVATE, assessed, case, contact

BOOK = load_rulebook()
# debtor_reachable is left out: another contact of the day may show it, whatever a row says.
_FIXED = ("time_precision", "lender_type", "product", "debtor_reachable")
_OPEN = [column for column in COLUMNS if (column.type == "bool" or column.values) and column.name not in _FIXED]
_TIMES = (
    "2020-06-01T23:00:00+08:00",
    "2024-06-01T22:00:00+08:00",
    "2025-03-01T07:59:59+08:00",
    "2026-03-02T10:00:00+08:00",
)


def _value(name: str) -> st.SearchStrategy[object]:
    column = next(one for one in _OPEN if one.name == name)
    return st.booleans() if column.type == "bool" else st.sampled_from(column.values)


def _possible(row: dict[str, object]) -> dict[str, object]:
    """The same row as it can happen: who did not answer heard nothing, and only visitors come in."""
    found = dict(row)
    if row["channel"] in ("call", "robot_call") and row["connected"] is False:
        found |= {name: False for name in row if name.startswith("says_")} | {"asks_payment": False}
    if row["channel"] != "visit":
        found |= {"entered": False, "visit_coercive": False}
    if row["channel"] == "public_post":
        found["recipient_role"] = "other"
    if row["channel"] in ("visit", "public_post"):
        found["direction"] = "outbound"
    return found


_full = st.fixed_dictionaries(
    {"occurred_at": st.sampled_from(_TIMES), **{column.name: _value(column.name) for column in _OPEN}}
).map(_possible)
_loans = st.sampled_from([MICROLOAN, CONSUMER_FINANCE, CARD, BANK_ONLINE, PRIVATE])


def _judged(loan: dict[str, object], contacts: list[dict[str, object]]) -> Assessment:
    """Assessed with a loan that says nothing of what the contacts themselves tell."""
    return assessed(case(loan, *contacts, agreed_hours=None, debt_settled=None))


@settings(max_examples=40)
@given(
    loan=_loans,
    rows=st.lists(_full, min_size=1, max_size=5),
    hidden=st.lists(st.sets(st.sampled_from([column.name for column in _OPEN])), min_size=5, max_size=5),
)
def test_filling_in_unknowns_never_flips_a_decided_verdict(
    loan: dict[str, object], rows: list[dict[str, object]], hidden: list[set[str]]
) -> None:
    known = [contact(f"c{i}", **row) for i, row in enumerate(rows)]
    partial = [{**row, **dict.fromkeys(names & row.keys())} for row, names in zip(known, hidden, strict=False)]
    before, after = _judged(loan, partial), _judged(loan, known)
    told = {(f.rule, contact_id) for f in after.findings for contact_id in f.contacts}
    found = {(f.rule, contact_id) for f in before.findings for contact_id in f.contacts}
    assert found <= told
    open_rules = {rule for question in before.questions for rule in question.decides}
    assert {rule for rule, _ in told - found - _joined(before, after)} <= open_rules


def _joined(before: Assessment, after: Assessment) -> set[tuple[str, str]]:
    """Contacts that join a window which was over its limit without them: nothing hung on them, so nothing was asked."""
    windows = [one for one in after.findings if BOOK.rule(one.rule).rule.about == "window"]
    decided = [(one.rule, set(one.contacts)) for one in before.findings]
    return {
        (one.rule, contact_id)
        for one in windows
        for contact_id in one.contacts
        if any(rule == one.rule and contacts <= set(one.contacts) for rule, contacts in decided)
    }


@settings(max_examples=20)
@given(loan=_loans, row=_full)
def test_with_every_fact_known_only_the_law_can_be_asked_about(loan: dict[str, object], row: dict[str, object]) -> None:
    asked = {question.id.partition("@")[0] for question in _judged(loan, [contact("c1", **row)]).questions}
    assert asked & {column.name for column in COLUMNS} == set()
