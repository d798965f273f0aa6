"""Asked for, granted, used; before, after: the line of time says only what its sources show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.prevention.apps.access import AppAccess, Permission
from cuijie.prevention.apps.line import line_of_time
from cuijie.records import ContactRecord
from cuijie.records.contact import RecipientRole

AT = datetime(2026, 10, 15, 9, 30, tzinfo=SHANGHAI)


def app(*uses: datetime, granted: bool | None = True) -> AppAccess:
    used = True if uses else None
    permission = Permission(name="READ_CONTACTS", requested=True, granted=granted, used=used, uses=tuple(uses))
    return AppAccess(package="com.example.jiedai", permissions=(permission,))


def call(person: str, at: datetime, role: RecipientRole | None = "other") -> ContactRecord:
    return ContactRecord(
        contact_id=f"{person}-{at.isoformat()}", direction="outbound", channel="call", occurred_at=at,
        recipient_id=person, recipient_role=role, time_precision="minute",
    )  # fmt: skip


def test_only_the_first_contact_of_each_person_stands_on_the_line() -> None:
    contacts = [call("mother", AT + timedelta(days=n)) for n in (3, 1, 2)] + [call("boss", AT + timedelta(days=2))]
    events = line_of_time([app(AT)], contacts, {"mother": "母亲"}).events
    assert [one.kind for one in events] == ["read", "first_contact", "first_contact"]
    assert events[1].at == AT + timedelta(days=1)
    assert "母亲" in events[1].says.zh


@pytest.mark.parametrize("role", ["debtor", "co_debtor", "heir"])
def test_who_owes_is_nobody_around(role: RecipientRole) -> None:
    assert line_of_time([app(AT)], [call("someone", AT, role)], {}).events[0].kind == "read"
    assert len(line_of_time([app(AT)], [call("someone", AT, role)], {}).events) == 1


def test_granted_without_a_time_says_that_use_does_not_show() -> None:
    line = line_of_time([app()], [call("mother", AT)], {})
    assert "看不出" in line.known.zh
    assert line.sentences == ()


def test_asked_for_alone_says_only_that() -> None:
    assert "申请过什么" in line_of_time([app(granted=None)], [call("mother", AT)], {}).known.zh


def test_reading_after_the_first_call_makes_no_sentence() -> None:
    line = line_of_time([app(AT + timedelta(days=9))], [call("mother", AT)], {})
    assert "以后" in line.known.zh
    assert line.sentences == ()


def test_the_sentence_names_both_moments_with_their_evidence_and_no_cause() -> None:
    contact = call("mother", AT + timedelta(days=1))
    proofs = {"phone": "证据2", contact.contact_id: "证据1第3条"}
    (sentence,) = line_of_time([app(AT)], [contact], {"mother": "母亲"}, proofs).sentences
    assert "2026年10月15日09:30" in sentence
    assert "（证据2）" in sentence
    assert "（证据1第3条）" in sentence
    for claim in ("因此", "导致", "证明", "泄露"):
        assert claim not in sentence


@given(st.lists(st.integers(-500, 500), max_size=8), st.lists(st.integers(-500, 500), max_size=8))
def test_events_are_in_order_and_a_sentence_never_turns_it_round(reads: list[int], calls: list[int]) -> None:
    contacts = [call(f"p{n}", AT + timedelta(hours=hours)) for n, hours in enumerate(calls)]
    line = line_of_time([app(*(AT + timedelta(hours=hours) for hours in sorted(reads)))], contacts, {})
    assert [one.at for one in line.events] == sorted(one.at for one in line.events)
    assert bool(line.sentences) == (bool(reads) and bool(calls) and min(reads) < min(calls))
