"""What was noted by hand and what a record shows at about that time: one contact or two, which is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cuijie.assessment import AnswerError, Assessment, assess, check_question, inputs_from_state, parse_answer
from cuijie.assessment.timeline import timeline_of
from cuijie.reading import read
from cuijie.records import Answer, CaseState, Collector, Entry, Loan, Person, Tie

AT = datetime(2026, 6, 3, 2, 20, tzinfo=UTC)
LOAN = Loan(loan_id="loan-1", lender_type="consumer_finance", product="online_consumer")
COLLEAGUE = Person(person_id="p1", role="other", relation="colleague", relation_word="同事")
COLLECTOR = Collector(collector_id="k1", actor="agency", agency_name="示例催收")


def entry(entry_id: str, at: datetime = AT, **changes: object) -> Entry:
    usual = Entry(
        entry_id=entry_id,
        kind="call",
        owner="p1",
        places=("log#1",),
        occurred_at=at,
        time_precision="second",
        inbound=True,
        number="17000001188",
        number_shown=True,
        connected=True,
        tie=Tie(collector_id="k1", basis="number"),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def noted(entry_id: str = "told", at: datetime = AT, **changes: object) -> Entry:
    usual = entry(
        entry_id,
        at,
        places=("note#1",),
        time_precision="minute",
        text="说同事欠钱不还",
        text_kind="summary",
        is_user_converted=True,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def assessed(*entries: Entry, answer: bool | None = None) -> Assessment:
    said = () if answer is None else (Answer(question="same_contact@told", value=answer, answered_at=AT),)
    state = CaseState(loans=(LOAN,), persons=(COLLEAGUE,), collectors=(COLLECTOR,), entries=entries, answers=said)
    return assess(inputs_from_state(state, read))


def counted(assessment: Assessment) -> list[str]:
    return [contact.contact_id for contact in assessment.inputs.contacts]


def asked(assessment: Assessment) -> list[str]:
    return [one.id for one in assessment.questions if one.id.startswith("same_contact@")]


RECORDED = entry("log", AT + timedelta(seconds=31))


@pytest.mark.parametrize(
    "told",
    [
        noted(),
        noted(number=None, number_shown=None),
        noted(at=AT + timedelta(minutes=9)),
        noted(at=AT - timedelta(minutes=25), zone_basis="inferred"),
        noted(connected=None, inbound=None),
    ],
    ids=["same minute", "no number told", "a rounded time", "roughly told", "nothing more told"],
)
def test_what_may_be_one_contact_counts_once_and_is_asked_about(told: Entry) -> None:
    found = assessed(RECORDED, told)
    assert (counted(found), asked(found)) == (["log"], ["same_contact@told"])


@pytest.mark.parametrize(
    "told",
    [
        noted(number="17000002299"),
        noted(owner="debtor"),
        noted(kind="sms", connected=None),
        noted(connected=False),
        noted(inbound=False),
        noted(at=AT + timedelta(minutes=40)),
        noted(places=("log#7",)),
    ],
    ids=["another number", "another phone", "a text", "not answered", "the other way", "later", "one file tells both"],
)
def test_what_differs_in_anything_known_is_another_contact_and_nothing_is_asked(told: Entry) -> None:
    found = assessed(RECORDED, told)
    assert (sorted(counted(found)), asked(found)) == (["log", "told"], [])


def test_the_answer_joins_the_words_and_the_evidence_or_keeps_both() -> None:
    same, other = assessed(RECORDED, noted(), answer=True), assessed(RECORDED, noted(), answer=False)
    (contact,) = same.inputs.contacts
    assert (contact.text, contact.text_kind) == ("说同事欠钱不还", "summary")
    assert same.inputs.evidence["log"].places == ("log#1", "note#1")
    assert sorted(counted(other)) == ["log", "told"]
    assert asked(same) == asked(other) == []
    check_question("same_contact@told", other)  # may be answered again
    with pytest.raises(AnswerError):
        check_question("same_contact@log", other)


def test_two_notes_of_one_file_are_not_both_held_against_one_call() -> None:
    found = assessed(RECORDED, noted(), noted("told-2", AT + timedelta(minutes=5)))
    assert sorted(counted(found)) == ["log", "told-2"]


def test_two_notes_of_one_contact_are_asked_about_and_so_is_a_note_of_a_call_in_a_list_made_by_hand() -> None:
    statement = noted("told", AT + timedelta(minutes=2), places=("statement#1",))
    assert counted(assessed(noted("diary"), statement)) == ["diary"]
    listed = noted("list", AT, places=("list#1",), time_precision="second", duration_s=60, text=None, text_kind=None)
    found = assessed(listed, noted())
    assert (counted(found), asked(found)) == (["list"], ["same_contact@told"])


def test_the_verbatim_words_of_another_text_are_another_contact() -> None:
    text = entry("log", kind="sms", connected=None, text="请于今日还款", text_kind="verbatim")
    told = noted(kind="sms", connected=None, text="你再不还我就找你领导", text_kind="verbatim")
    assert sorted(counted(assessed(text, told))) == ["log", "told"]
    assert counted(assessed(text, replace(told, text="请于今日还款！"))) == ["log"]


@pytest.mark.parametrize(("said", "beyond"), [(7, 5), (2, None), (None, None)])
def test_a_total_of_a_day_counts_beyond_the_calls_on_record_that_day(said: int | None, beyond: int | None) -> None:
    day = noted(at=AT - timedelta(hours=10, minutes=20), time_precision="day", count=said, connected=None)
    found = assessed(RECORDED, entry("log-2", AT + timedelta(hours=3)), day)
    counts = {contact.contact_id: contact.count for contact in found.inputs.contacts}
    assert counts == {"log": 1, "log-2": 1} | ({"told": beyond} if beyond else {})
    assert asked(found) == ["same_contact@told"]
    kept = assessed(RECORDED, day, answer=False)
    assert {contact.contact_id: contact.count for contact in kept.inputs.contacts} == {"told": said, "log": 1}


def test_a_note_of_a_day_alone_may_be_any_contact_of_that_day_but_those_its_file_tells_by_the_minute() -> None:
    other = entry("log-2", AT + timedelta(hours=3))
    day = noted("told", AT - timedelta(hours=10), time_precision="day")
    found = assessed(RECORDED, other, day)
    assert "2 次之一" in found.questions[0].asks
    told = assessed(RECORDED, other, day, noted("told-2"))
    assert [one.contacts for one in told.questions if one.id in asked(told)] == [("log",), ("log-2",)]


def test_calls_of_a_list_whose_clock_is_off_by_an_hour_are_asked_about_once() -> None:
    shown = [entry(f"log-{n}", AT + timedelta(hours=n), duration_s=60 + 7 * n) for n in range(2)]
    told = [
        noted(
            f"{'told' if not n else 'told-2'}",
            AT + timedelta(hours=n + 1, seconds=-8),
            time_precision="second",
            duration_s=60 + 7 * n,
            text=None,
            text_kind=None,
        )
        for n in range(2)
    ]
    found = assessed(*shown, *told)
    assert (counted(found), asked(found)) == (["log-0", "log-1"], ["same_contact@told"])
    assert "晚 1 小时" in found.questions[0].asks
    assert len(counted(assessed(*shown, *told, answer=False))) == 4
    assert len(counted(assessed(shown[0], told[0]))) == 2  # one pair alone is chance


def test_the_timeline_shows_both_and_says_which_may_be_a_note_of_the_other() -> None:
    rows = timeline_of(CaseState(persons=(COLLEAGUE,), collectors=(COLLECTOR,), entries=(RECORDED, noted())))
    assert [(row.record.contact_id, row.perhaps) for row in rows] == [("told", ("log",)), ("log", ())]


def test_the_answer_is_yes_or_no() -> None:
    assert parse_answer("same_contact@told", "是") is True
