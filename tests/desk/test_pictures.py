"""The pictures on the timeline: who was contacted and since when, lanes by person, answered calls a day."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest

from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts.timeline import (
    DEGREES,
    TimelineFilter,
    collecting,
    contacted_people,
    findings_by_contact,
    points,
    rows,
    sign_of,
)
from cuijie.desk.pictures import Pictures, pictures

from .conftest import PASSPHRASE, Workbench


@pytest.fixture
def opened(workbench: Workbench) -> Workbench:
    workbench.shelf.open("1", PASSPHRASE)
    return workbench


def _drawn(workbench: Workbench) -> tuple[OpenCase, Pictures]:
    (place,) = workbench.shelf.places()
    return place, pictures(place.view())


def test_everyone_contacted_is_drawn_once_with_all_their_contacts(opened: Workbench) -> None:
    place, drawn = _drawn(opened)
    told = {person: number for person, _, number in contacted_people(place.view())}
    assert {one.person_id: one.contacts for one in drawn.people} == {one: told[one] for one in told if one != "debtor"}
    assert drawn.debtor_contacts == told["debtor"]
    assert [one.since for one in drawn.people] == sorted(one.since for one in drawn.people)
    assert all(drawn.days[one.from_step] == one.since for one in drawn.people)


def test_no_two_people_cover_each_other(opened: Workbench) -> None:
    _, drawn = _drawn(opened)
    for index, one in enumerate(drawn.people):
        assert math.hypot(one.x, one.y) > 26 + one.radius
        for other in drawn.people[:index]:
            assert math.hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius


def test_lanes_hold_every_contact_and_days_without_a_call_are_shown_as_such(opened: Workbench) -> None:
    place, drawn = _drawn(opened)
    told = {person: number for person, _, number in contacted_people(place.view())}
    assert {lane.person_id: sum(count for _, count, _ in lane.marks) for lane in drawn.lanes} == told
    assert all(0 <= at <= 1 for lane in drawn.lanes for at, _, _ in lane.marks)
    days = [day for day, _ in drawn.daily]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
    assert drawn.cap == 3


def test_a_contact_with_an_open_question_has_a_sign_and_a_word_of_its_own(opened: Workbench) -> None:
    view = _drawn(opened)[0].view()
    asked = {id for question in view.assessment.questions for id in question.contacts}
    signs = {entry.entry_id: sign_of(view, entry) for entry in collecting(view)}
    found = findings_by_contact(view)
    assert {id for id, sign in signs.items() if sign in DEGREES} == signs.keys() & found.keys()
    assert {id for id, sign in signs.items() if sign == "unknown"} == (signs.keys() & asked) - found.keys()
    drawn = points(view, "1")["points"]
    assert isinstance(drawn, dict)
    assert set(drawn) == set(signs.values()) >= {"unknown"}
    shown, _ = rows(view, TimelineFilter(), start=0, count=len(signs) * 2)
    assert {row.entry_id for row in shown if row.is_open} == {id for id, sign in signs.items() if sign == "unknown"}
