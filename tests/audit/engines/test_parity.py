"""The audit says of each contact and each window what the Python engine says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, load_rulebook
from tests.audit.small_logs import audited, read, write_log
from tests.rulebook.builders import at, contact, toy_rule, write_rule
from tests.rulebook.strategies import busy_contacts, many_contacts


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return load_rulebook()


def without_text(contacts: Sequence[ContactRecord]) -> list[ContactRecord]:
    """The Python engine reads no texts, so there are none."""
    return [replace(contact, text=None) for contact in contacts]


def window_key(keys: Sequence[tuple[str, object]]) -> tuple[str, ...]:
    return tuple(sorted(f"{name}={value}" for name, value in keys if value is not None))


def same_contacts(book: Rulebook, contacts: Sequence[ContactRecord], out: Path) -> None:
    judged = book.judge(contacts).contacts
    expected = {(j.rule, j.contact): (j.basis, j.may_apply, j.certainty) for j in judged if j.verdict == "breach"}
    got = {
        (row["rule"], row["contact_id"]): (tuple(row["basis"]), tuple(row["may_apply"]), row["certainty"])
        for row in read(out, "findings")
        if row["kind"] == "contact"
    }
    assert got == expected
    unknown = {(j.rule, j.contact): (j.missing, j.law_missing) for j in judged if j.verdict == "unknown"}
    assert {
        (row["rule"], row["contact_id"]): (tuple(row["missing"]), tuple(row["law_missing"]))
        for row in read(out, "open")
    } == unknown


def same_windows(book: Rulebook, contacts: Sequence[ContactRecord], out: Path) -> None:
    """Of windows whose keys are all known; the audit asks no questions about the others."""
    got = {
        (row["rule"], tuple(sorted(row["window"]))): shown(row)
        for row in read(out, "findings")
        if row["kind"] == "window"
    }
    judged = [j for j in book.judge(contacts).windows if j.verdict == "breach" and None not in dict(j.keys).values()]
    expected = {
        (j.rule, window_key(j.keys)): {
            "contacts": set(j.contacts),
            "at_least": j.at_least,
            "at_most": j.at_most,
            "basis": j.basis,
            "may_apply": set(j.may_apply),
            "certainty": j.certainty,
            "holds_alone": j.holds_alone,
        }
        for j in judged
    }
    assert {key: row for key, row in got.items() if key in expected} == expected
    known = {key for key in got if len(key[1]) == 3}
    assert known == set(expected)


def shown(row: dict[str, Any]) -> dict[str, Any]:
    names = ("at_least", "at_most", "certainty", "holds_alone")
    return {name: row[name] for name in names} | {
        "contacts": set(row["contacts"]),
        "basis": tuple(row["basis"]),
        "may_apply": set(row["may_apply"]),
    }


@pytest.mark.slow
def test_contact_rules_agree_with_python_on_thousands_of_contacts_with_gaps(book: Rulebook, tmp_path: Path) -> None:
    contacts = without_text(many_contacts(20261122, 2000))
    audited(write_log(tmp_path / "log.parquet", contacts), tmp_path / "out", open_rows=True)
    same_contacts(book, contacts, tmp_path / "out")


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(contacts=busy_contacts())
def test_window_rules_agree_with_python_on_busy_days(
    book: Rulebook, tmp_path_factory: pytest.TempPathFactory, contacts: tuple[ContactRecord, ...]
) -> None:
    folder = tmp_path_factory.mktemp("busy")
    dated = [contact for contact in contacts if contact.occurred_at is not None]
    if dated:
        audited(write_log(folder / "log.parquet", dated), folder / "out", open_rows=True)
        same_contacts(book, dated, folder / "out")
        same_windows(book, dated, folder / "out")


def test_records_over_the_limit_that_lack_different_keys_agree_with_python(book: Rulebook, tmp_path: Path) -> None:
    def call(name: str, **facts: object) -> ContactRecord:
        known = {"channel": "call", "direction": "outbound", "recipient_role": "debtor", "connected": True}
        return contact(name, product="online_consumer", lender_type="microloan", **known | facts)

    contacts = [
        call("five", count=5, lender_id=None, recipient_id="13800001002"),
        call("five to nobody known", count=5, debtor_id=None, lender_id="b2", recipient_id=None),
        call("another day", count=2, occurred_at=at(2, 9)),
    ]
    audited(write_log(tmp_path / "log.parquet", contacts), tmp_path / "out", open_rows=True)
    same_windows(book, contacts, tmp_path / "out")
    accused = {row["lender_id"] for row in read(tmp_path / "out", "findings") if "five" in row["contacts"]}
    assert accused == {None}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_rule_within_so_many_days_agrees_with_python(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- test data
    when = "contacts() filter (where channel = 'call' AND connected) > 4"
    own = toy_rule(when, "window", "window: {per: [debtor_id, lender_id], within: 7 days, marks: over}\n")
    write_rule(tmp_path / "rules", own)
    contacts = [
        contact(
            f"c{n}",
            occurred_at=at(1 + chance.randrange(28), chance.randrange(24), chance.randrange(60)),
            debtor_id=chance.choice(["d1", "d2"]),
            channel="call",
            connected=chance.choice([True, True, True, False]),
            count=chance.choice([1, 1, 1, 2]),
        )
        for n in range(40)
    ]
    contacts.sort(key=lambda c: (c.occurred_at, c.contact_id))  # the audit's own order within a window
    log = write_log(tmp_path / "log.parquet", contacts)
    audited(log, tmp_path / "out", rules=(tmp_path / "rules",), only=("xx.toy.loud",))
    got = {
        (tuple(sorted(r["window"])), tuple(r["contacts"]), r["at_least"]) for r in read(tmp_path / "out", "findings")
    }
    judged = load_rulebook([tmp_path / "rules"]).only("xx.toy.loud").judge(contacts).windows
    expected = {(window_key(j.keys), j.contacts, j.at_least) for j in judged if j.verdict == "breach"}
    assert got == expected
    assert expected
