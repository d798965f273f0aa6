"""The picture of a large case: made beside the pages, never mixed up, and said to be old while it is."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.assessment import Assessment, AssessmentInputs, assess
from cuijie.casefile import Case
from cuijie.desk import standing as room
from cuijie.records import Answer, Collector, Loan, Person

from .client import CHEAP, LONGEST_S, Desk, desk_of, until
from .uploads import WORDS, sms


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every case is large, and an assessment takes until it is let go."""
    go = threading.Event()

    def waiting(inputs: AssessmentInputs) -> Assessment:
        go.wait(LONGEST_S)
        return assess(inputs)

    monkeypatch.setattr(room, "_SMALL", -1)
    monkeypatch.setattr(room, "_MOMENT_S", 0.05)
    monkeypatch.setattr(room, "assess", waiting)
    yield go
    go.set()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    from cuijie.intake.add import add

    (tmp_path / "a.xml").write_bytes(sms(3))
    with Case.create(tmp_path / "记事", WORDS, cost=CHEAP) as case:
        case.put(
            Person(person_id="debtor", role="debtor"),
            Loan(loan_id="loan-1", lender_id="lender-1", lender_name="远山（虚构）", lender_type="microloan"),
            Collector(collector_id="c-1", lender_id="lender-1", numbers=("17000002101",)),
        )
        add(case, [tmp_path / "a.xml"])
    with desk_of([tmp_path / "记事"], tmp_path / "home") as running:
        yield running


def until_current(desk: Desk) -> dict[str, object]:
    status: dict[str, object] = {}

    def is_current() -> bool:
        status.update(json.loads(desk.get("/c/1/status").text))
        return not status["updating"]

    until(is_current)
    return status


def test_the_records_of_a_large_case_are_shown_at_once_and_its_findings_when_they_are_ready(
    desk: Desk, slow: threading.Event
) -> None:
    desk.shelf.open("1", WORDS)
    page = desk.get("/c/1/timeline")
    standing = desk.place().standing
    assert standing is not None
    until(lambda: standing.progress.stage == 2)
    assert page.text.count('<article class="contact') == 3
    assert "记录已经可以看了" in page.words
    assert "… 正在核对" in page.words
    assert "</svg>正在核对</li>" in page.text
    assert "还没看出违规" not in page.words
    findings = desk.get("/c/1/findings")
    assert "正在核对" in findings.words
    assert 'http-equiv="refresh"' in findings.text
    assert json.loads(desk.get("/c/1/status").text)["first"]["words"] in findings.words
    slow.set()
    assert until_current(desk)["first"] == {"words": "", "percent": 100}
    assert "… 正在核对" not in desk.get("/c/1/timeline").words
    assert "正在核对" not in desk.get("/c/1/findings").words


def test_an_answer_is_kept_at_once_and_its_effect_said_when_it_is_known(desk: Desk, slow: threading.Event) -> None:
    slow.set()
    desk.shelf.open("1", WORDS)
    desk.get("/c/1/timeline")
    until_current(desk)
    question = next(
        one.id for one in desk.place().view().assessment.questions if one.id.startswith("agency_id@") or "@" in one.id
    )
    assert question in desk.get("/c/1/questions").text
    slow.clear()
    desk.post("/c/1/answer", {"question": question, "value": "不知道", "back": "questions"})
    assert [one.question for one in desk.place().opened.all(Answer)] == [question]
    page = desk.get("/c/1/questions")
    assert "正在按它重新核对" in page.words
    assert "正在更新" in page.words
    assert f'name="question" value="{question}"' not in page.text.split("答过")[0]
    slow.set()
    assert "发现没有变化" in str(until_current(desk)["told"])
    again = desk.get("/c/1/questions")
    assert "发现没有变化" in again.words
    assert "正在更新" not in again.words


def test_what_changed_during_an_assessment_is_assessed_after_it(desk: Desk, slow: threading.Event) -> None:
    slow.set()
    desk.shelf.open("1", WORDS)
    desk.get("/c/1/timeline")
    until_current(desk)
    slow.clear()
    for name in ("远山一", "远山二", "远山三"):
        fields = {"loan_id": "loan-1", "lender_name": name, "lender_type": "consumer_finance"}
        assert desk.post("/c/1/facts/loan", fields).status == 303
        assert name in desk.get("/c/1/facts/loan").text
    slow.set()
    until_current(desk)
    view = desk.place().view()
    assert view.is_current
    assert view.assessment.inputs.loans[0].lender_name == "远山三"


def test_an_act_that_changes_no_record_needs_no_new_assessment(desk: Desk, slow: threading.Event) -> None:
    slow.set()
    desk.shelf.open("1", WORDS)
    desk.get("/c/1/timeline")
    until_current(desk)
    before = desk.place().view().judged
    desk.place().opened.log("exported")
    assert desk.place().view().judged is before
    assert desk.place().view().is_current


def test_an_assessment_that_fails_is_said_and_another_change_tries_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(inputs: AssessmentInputs) -> Assessment:
        raise ZeroDivisionError

    monkeypatch.setattr(room, "assess", failing)
    desk.shelf.open("1", WORDS)
    assert "ZeroDivisionError" in desk.get("/c/1/timeline").words
    monkeypatch.setattr(room, "assess", assess)
    desk.place().opened.put(Person(person_id="mother"))
    assert desk.get("/c/1/timeline").status == 200


def test_the_picture_is_of_what_is_committed_and_never_of_an_act_under_way(desk: Desk) -> None:
    desk.shelf.open("1", WORDS)
    place = desk.place()
    before = place.view().state
    with contextlib.suppress(ZeroDivisionError), place.writing() as case, case.batch("told"):
        with case.batch("inside"):
            case.put(Person(person_id="mother"))
        assert place.view().state is before
        raise ZeroDivisionError
    place.opened.put(Person(person_id="father"))
    assert {one.person_id for one in place.view().state.persons} == {"debtor", "father"}


def test_locking_during_an_assessment_forgets_it(desk: Desk, slow: threading.Event) -> None:
    desk.shelf.open("1", WORDS)
    desk.get("/c/1/timeline")
    place = desk.place()
    old = place.standing
    assert old is not None
    place.close()
    slow.set()
    assert old.current() is None
    assert desk.get("/c/1/timeline").status == 403


def test_of_many_cases_opened_together_few_are_assessed_at_once_and_one_that_a_page_waits_for_does_not_queue(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = threading.BoundedSemaphore(2)
    monkeypatch.setattr(room, "_TURNS", turns)
    place = desk.shelf.open("1", WORDS)
    many = [room.Standing() for _ in range(4)]
    with turns, turns, place.reading():  # two others are being assessed
        for one in many:
            assert not one.is_ready(place.opened, at_once=True)
        assert many[-1].is_ready(place.opened)
        assert [one.current() is None for one in many] == [True, True, True, False]
        assert all(one.is_working for one in many[:-1])
    until(lambda: all(one.current() is not None for one in many))
    with turns, turns:  # both are given back
        pass
