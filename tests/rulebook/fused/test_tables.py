"""What the fused pass found as Arrow tables says the same as the judgements of the Python engine."""

from __future__ import annotations

import pytest

from cuijie.rulebook import Judgements, Rulebook, load_rulebook
from cuijie.rulebook.arrow_form import contacts_table
from cuijie.rulebook.fused.one_pass import FusedPass
from cuijie.rulebook.fused.tables import contact_table, named_table, window_table
from tests.rulebook.builders import at, contact
from tests.rulebook.strategies import many_contacts


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def _judged(book: Rulebook) -> tuple[FusedPass, Judgements, list[str]]:
    calls = [
        contact(
            f"k{n}", occurred_at=at(1, 9 + n), channel="call", connected=n != 2 or None, recipient_role="debtor",
            recipient_id="13800001002", lender_type="microloan", product="online_consumer",
            says_insult=True if n < 4 else None, actor="lender" if n % 2 else None,
        )
        for n in range(6)
    ]  # fmt: skip
    log = sorted((*calls, *many_contacts(3, 120)), key=lambda c: (c.occurred_at is not None, c.occurred_at or at(1)))
    judging = FusedPass(book.rules)
    judging.feed(contacts_table(log).to_batches()[0])
    judging.close()
    return judging, book.judge(log), [c.contact_id for c in log]


def test_contacts_are_told_with_their_reasons(book: Rulebook) -> None:
    judging, judged, ids = _judged(book)
    rows = contact_table(judging, judging.take()).to_pylist()
    told = {
        (r["rule"], ids[r["row"]], r["verdict"], r["certainty"], r["basis"], r["may_apply"], r["missing"], r["law_missing"])
        for r in rows
    }  # fmt: skip
    assert len(told) == len(rows)
    assert told == {
        (j.rule, j.contact, j.verdict, j.certainty, ",".join(j.basis), ",".join(j.may_apply), ",".join(j.missing),
         ",".join(j.law_missing))
        for j in judged.contacts
    }  # fmt: skip


def test_windows_are_told_with_their_bounds_and_the_contacts_they_name(book: Rulebook) -> None:
    judging, judged, ids = _judged(book)
    windows = [r for one in judging.window_rules for r in window_table(one).to_pylist()]
    assert {r["verdict"] for r in windows} == {"breach", "unknown"}
    told = sorted(
        (r["rule"], r["verdict"], r["at_least"], str(r["at_most"]), r["limit"], str(r["holds_alone"]), r["certainty"],
         r["basis"], r["may_apply"], sum(place is not None for place in r["key_rows"]))
        for r in windows
    )  # fmt: skip
    assert told == sorted(
        (w.rule, w.verdict, w.at_least, str(w.at_most), w.limit, str(w.holds_alone), w.certainty, ",".join(w.basis),
         ",".join(w.may_apply), sum(value is not None for _, value in w.keys))
        for w in judged.windows
    )  # fmt: skip
    named = [r for one in judging.window_rules for r in named_table(one).to_pylist()]
    asked = {(r["rule"], ids[r["row"]], column) for r in named for column in r["missing"].split(",") if column}
    assert asked == {(w.rule, contact, column) for w in judged.windows for contact, column in w.missing}
    assert {(r["rule"], ids[r["row"]]) for r in named} == {(w.rule, c) for w in judged.windows for c in w.contacts}


def test_nothing_found_is_an_empty_table(book: Rulebook) -> None:
    judging = FusedPass(book.rules)
    judging.close()
    assert contact_table(judging, judging.take()).num_rows == 0
    assert all(window_table(one).num_rows == 0 and named_table(one).num_rows == 0 for one in judging.window_rules)
