"""Taking in on the workbench, killed before any file operation or commit, with a disk that refuses: nothing lost, nothing twice."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.casefile.errors import StoreFailed
from cuijie.casefile.waiting import WaitingRoom
from cuijie.clock import SystemClock
from cuijie.desk.case_jobs import offer_begun
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.taking_in import arriving
from cuijie.desk.taking_in.files import TakingIn, basket
from cuijie.records import Entry, Person
from tests.killed_at import killed_anywhere

from .client import CHEAP, Desk, until
from .uploads import WORDS, sms

BATCH = "0123456789abcdef"
FILES, EACH = 2, 3


@contextmanager
def opened(folder: Path) -> Iterator[OpenCase]:
    with CaseShelf([folder], clock=SystemClock(), home=folder.parent / "home", cost=CHEAP) as shelf:
        shelf.on_open = offer_begun
        yield shelf.open("1", WORDS)


def jobs_of(place: OpenCase) -> list[str]:
    assert place.jobs is not None
    return [job.state for job in place.jobs.all()]


def send(place: OpenCase, number: int) -> TakingIn:
    assert place.case is not None
    taking = basket(place, place.case, BATCH, FILES)
    taking.expect()
    data = io.BytesIO(sms(EACH, start=10 * number))
    taking.arrived(arriving.receive(place.case, data, f"{number}.xml", owner="debtor"))
    return taking


def is_taken_in(taking: TakingIn, number: int) -> bool:
    return taking.job.files_done > number and taking.job.state != "running"


def test_taking_in_killed_anywhere_is_taken_up_again_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "记事"
    with Case.create(folder, WORDS, cost=CHEAP) as case:
        case.put(Person(person_id="debtor", role="debtor"))
    with opened(folder) as place, killed_anywhere(folder, monkeypatch) as states:
        arrived = []
        for number in range(FILES):
            taking = send(place, number)
            arrived.append(len(states))
            until(partial(is_taken_in, taking, number))  # one thread at a time changes the folder
        until(lambda: jobs_of(place) == ["done"])
    for number, state in enumerate(states):
        with opened(state) as place:
            assert place.jobs is not None
            for job in place.jobs.all():
                assert job.again is not None
                job.again()
            until(lambda place=place: set(jobs_of(place)) <= {"done"})  # type: ignore[misc]
            assert not [line.text for job in place.jobs.all() for line in job.lines if line.is_wrong]
        with Case.open(state, WORDS) as case:
            assert len(case.all(Entry)) >= EACH * sum(at <= number for at in arrived)
            assert len(case.all(Entry)) == EACH * len(case.items())
            assert check_case(case).problems == ()
        assert not list((state / "waiting").glob("*"))


def refuse_notes(monkeypatch: pytest.MonkeyPatch, which: int) -> None:
    """The *which*-th note is met by a full disk."""
    real, count = WaitingRoom.put, [0]

    def put(room: WaitingRoom, name: str, stream: io.BytesIO) -> int:
        count[0] += name.startswith("begun-")
        if name.startswith("begun-") and count[0] == which:
            raise StoreFailed("磁盘满了。", remedy="请腾出空间。")
        return real(room, name, stream)

    monkeypatch.setattr(WaitingRoom, "put", put)


def test_a_file_that_is_in_and_cannot_be_struck_off_is_met_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = desk.place()
    refuse_notes(monkeypatch, FILES + 1)
    for number in range(FILES):
        send(place, number)
    until(lambda: jobs_of(place) == ["failed"])
    desk.post(f"/c/1/jobs/{BATCH}/again", {"back": "jobs"})
    until(lambda: jobs_of(place) == ["done"])
    assert len(place.opened.all(Entry)) == FILES * EACH
    assert not list((place.folder / "waiting").iterdir())


def test_a_file_that_cannot_be_noted_has_not_arrived(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_notes(monkeypatch, 1)
    headers = {"Content_Type": "application/octet-stream", "X_Batch": BATCH, "X_Total": "1", "X_Name": "a.xml"}
    for expected in (False, True):
        answer = desk.ask("POST", "/c/1/add", sms(EACH), Cookie=desk.cookie, Origin=desk.origin, **headers)
        assert (answer.status == 202) is expected
        assert bool(desk.place().jobs.all()) is expected  # type: ignore[union-attr]
    until(lambda: jobs_of(desk.place()) == ["done"])
    assert len(desk.place().opened.all(Entry)) == EACH
    assert not list((desk.place().folder / "waiting").iterdir())
