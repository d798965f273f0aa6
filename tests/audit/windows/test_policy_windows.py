"""Windows of minutes and of different people in the audit: what the Python engine says of the same contacts."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from cuijie.records import ContactRecord
from cuijie.rulebook import WindowJudgement, load_rulebook
from tests.audit.engines.test_parity import window_key
from tests.audit.small_logs import audited, read, write_log
from tests.rulebook.builders import at, contact, toy_rule, write_rule

_DISTINCT = "count(distinct recipient_id) filter (where connected)"
_GAP = "contacts() filter (where connected) > 1"
_RULES = {
    "gap": (_GAP, "{per: [debtor_id, lender_id], within: 1 hour, marks: over}"),
    "gap of the same number": (_GAP, "{per: [recipient_id], within: 20 minutes}"),
    "people a day": (f"{_DISTINCT} > 2", "{per: [debtor_id, lender_id, day]}"),
    "people a month": (f"{_DISTINCT} > 4", "{per: [debtor_id, lender_id, month]}"),
    "people past the fifth": (f"{_DISTINCT} > 4", "{per: [debtor_id, month], marks: over}"),
    "people in days": (f"{_DISTINCT} > 3", "{per: [debtor_id], within: 3 days, marks: over}"),
}


def calls(seed: int, *, gaps: float) -> list[ContactRecord]:
    chance = random.Random(seed)  # noqa: S311 -- test data

    def rare(value: object) -> object:
        return None if chance.random() < gaps else value

    found = [
        contact(
            f"c{n:03d}",
            channel="call",
            occurred_at=at(1 + chance.randrange(8), 8) + timedelta(seconds=chance.randrange(50_000)),
            time_precision=chance.choice(["second"] * 6 + ["minute", "day"]),
            debtor_id=chance.choice(["d1", "d2"]),
            recipient_id=rare(f"1380000{chance.randrange(1000, 1007)}"),
            lender_id=rare("b1"),
            connected=rare(chance.random() < 0.8),
            count=chance.choice([1] * 20 + [None, 2]),
        )
        for n in range(120)
    ]
    return sorted(found, key=lambda c: (c.occurred_at, c.contact_id))  # the audit's own order within a window


def told(judged: WindowJudgement) -> tuple[object, ...]:
    return (window_key(judged.keys), frozenset(judged.contacts), judged.at_least, judged.at_most)


def known_keys(judged: Sequence[WindowJudgement]) -> list[WindowJudgement]:
    return [j for j in judged if None not in dict(j.keys).values()]


def rules_in(folder: Path) -> tuple[str, ...]:
    """All the rules as files in *folder*; their ids."""
    ids = []
    for name, (when, window) in _RULES.items():
        ids.append(f"xx.toy.{name.replace(' ', '-')}")
        text = toy_rule(when, "window", f"window: {window}\n").replace("xx.toy.loud", ids[-1])
        write_rule(folder, text, f"{ids[-1]}.yaml")
    return tuple(ids)


@pytest.mark.parametrize("gaps", [0.0, 0.05])
def test_the_audit_finds_the_windows_that_python_finds(tmp_path: Path, gaps: float) -> None:
    ids = rules_in(tmp_path / "rules")
    contacts = calls(20261122, gaps=gaps)
    log = write_log(tmp_path / "log.parquet", contacts)
    audited(log, tmp_path / "out", rules=(tmp_path / "rules",), only=ids)
    rows = read(tmp_path / "out", "findings")
    book = load_rulebook([tmp_path / "rules"])
    for linked in book.only(*ids).rules:
        exact = not (gaps and linked.rule.window is not None and linked.rule.window.slides)
        judged = known_keys(book.only(linked.rule.id).judge(contacts).windows)
        got = {
            (tuple(sorted(r["window"])), frozenset(r["contacts"]), r["at_least"], *([r["at_most"]] if exact else []))
            for r in rows
            if r["rule"] == linked.rule.id
        }
        assert got == {told(j)[: 4 if exact else 3] for j in judged if j.verdict == "breach"}
        assert got


def test_a_gap_over_midnight_is_found_and_the_reason_said(tmp_path: Path) -> None:
    when, window = _RULES["gap"]
    write_rule(tmp_path / "rules", toy_rule(when, "window", f"window: {window}\n"))
    contacts = [
        contact("c1", channel="call", connected=True, occurred_at=at(1, 23, 40)),
        contact("c2", channel="call", connected=True, occurred_at=at(2, 0, 20)),
        contact("c3", channel="call", connected=None, occurred_at=at(5, 9, 0)),
        contact("c4", channel="call", connected=True, occurred_at=at(5, 9, 30)),
    ]
    log = write_log(tmp_path / "log.parquet", contacts)
    audited(log, tmp_path / "out", rules=(tmp_path / "rules",), only=("xx.toy.loud",))
    (row,) = read(tmp_path / "out", "findings")
    assert row["contacts"] == ["c2"]
    assert "until=2026-03-02T00:20:00+08:00" in row["window"]
    assert row["because"][-1] == "count>1"
    (asked,) = read(tmp_path / "out", "questions")
    assert (asked["column"], asked["contacts"]) == ("connected", 1)


@pytest.mark.parametrize("window", ["{per: [recipient_id, day], marks: all}", "{per: [recipient_id], within: 2 hours}"])
def test_a_masked_number_is_one_person_within_one_debtor_and_that_is_likely_at_most(
    tmp_path: Path, window: str
) -> None:
    write_rule(tmp_path / "rules", toy_rule("contacts() filter (where connected) > 1", "window", f"window: {window}\n"))
    made = {"channel": "call", "connected": True, "time_precision": "second"}
    numbers = {1: "13800001002", 2: "138****1003", 3: "138****1004"}
    contacts = [
        contact(f"{day}-{n}", occurred_at=at(day, 9, n), recipient_id=number, debtor_id=whose[n], **made)
        for day, number in numbers.items()
        for whose in [("d1", "d2") if day == 3 else ("d1", "d1")]
        for n in (0, 1)
    ]
    contacts += [
        contact(f"4-{n}", occurred_at=at(4, 9, n), recipient_id="138****1005", debtor_id=None, **made) for n in (0, 1)
    ]
    log = write_log(tmp_path / "log.parquet", contacts)
    audited(log, tmp_path / "out", rules=(tmp_path / "rules",), only=("xx.toy.loud",))
    rows = read(tmp_path / "out", "findings")
    surest = {
        "1": "established",
        "2": "likely",
    }  # those of day 3 may be two people, of day 4 nobody knows whose they are
    assert {row["contact_id"][0]: row["certainty"] for row in rows} == surest
    assert not any(row["machine_read"] for row in rows)
    notes = json.loads((tmp_path / "out" / "quality.json").read_text("utf-8"))["notes"]
    assert notes["masked_number"] == 6
