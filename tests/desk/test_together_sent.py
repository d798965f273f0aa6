"""A complaint of several borrowers that was handed in stands in each one's own case, or is named as left for later."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.clock import SystemClock, shanghai_day
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.records.remedies import Reply, StepDone

from .client import Desk, desk_of
from .conftest import PASSPHRASE
from .test_many_cases import opened

SENT = "/cases/together/sent"
SCAN, OTHER = b"%PDF-1.4 signed by all of them", b"%PDF-1.4 another, signed by all of them"


def today() -> date:
    return shanghai_day(SystemClock().now())


@pytest.fixture(scope="module")
def three(sample_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all: every test hands in to another office."""
    home = tmp_path_factory.mktemp("sent")
    folders = [home / name for name in ("甲的案卷", "乙的案卷", "丙的案卷")]
    for folder in folders:
        shutil.copytree(sample_case, folder)
    with desk_of(folders, home / "home") as running:
        opened(running)
        yield running


def form(desk: Desk, at: str, *slugs: str, **more: str) -> list[tuple[str, str]]:
    lender = desk.get("/cases/together/sent").text.split('name="case" value="1 ')[1].split('"')[0]
    fields = {"rung": at, "done_on": today().isoformat(), "via": "EMS"} | more
    return [*(("case", f"{slug} {lender}") for slug in slugs), *fields.items()]


def group_steps(place: OpenCase, rung: str) -> list[StepDone]:
    """How often *rung* stands there as a step of several."""
    found = place.opened.all(StepDone)
    return [one for one in found if one.document == "group_complaint" and one.step == f"{rung}@loan-1:debtor"]


def test_what_was_written_here_is_frozen_the_same_in_every_case_and_answered_in_each(three: Desk) -> None:
    address = three.post("/cases/together", [("case", "1"), ("case", "2"), ("naming", "masked")]).location
    assert "记进每个人的案卷" in three.get(address).words
    shown = three.get(f"{address}/pdf").body
    fields = form(
        three,
        "regulator_complaint",
        "1",
        "2",
        ours="1",
        made=address.rpartition("/")[2],
        reached_on=today().isoformat(),
    )
    for _ in range(2):  # a button pressed twice
        assert three.post(SENT, fields, [("proof", "面单.png", b"proof")]).location == SENT
    told = three.get(SENT).words
    assert told.count("记下了，文书原样封存") == 2
    for place in three.shelf.places()[:2]:
        (done,) = group_steps(place, "regulator_complaint")
        assert (done.step, done.via, done.channel, done.reached_on) == (
            "regulator_complaint@loan-1:debtor",
            "EMS",
            "nfra_12378",
            today(),
        )
        assert done.paper_sha256 == hashlib.sha256(shown).hexdigest()
        assert done.paper_item is not None
        assert place.opened.open_item(done.paper_item).read() == shown
        assert len(done.proof_items) == 1
        clocks = three.get(f"/c/{place.slug}/next").text
        assert "正在走的期限" in clocks
        assert "向金融监管部门投诉" in clocks
    assert group_steps(three.place("3"), "regulator_complaint") == []
    three.post(f"/c/2/step/{done.step}/reply", {"kind": "refused"})
    assert [one.kind for one in three.place("2").opened.all(Reply)] == ["refused"]
    assert three.place("1").opened.all(Reply) == ()


def test_a_locked_case_is_named_and_left_and_recorded_later_with_the_same_paper(three: Desk) -> None:
    fields = form(three, "nifa_report", "1", "2", "3")
    three.place("2").close()
    assert three.post(SENT, fields, [("paper", "签字.pdf", SCAN)]).location == SENT
    told = three.get(SENT).words
    assert "乙的案卷 ：锁着，没有记" in told
    assert told.count("文书原样封存") == 2
    assert three.get(SENT).words.count("锁着，没有记") == 0  # told once
    with Case.open(three.place("2").folder, PASSPHRASE, clock=SystemClock()) as untouched:
        assert [one for one in untouched.all(StepDone) if one.step.startswith("nifa_report@")] == []
        assert hashlib.sha256(SCAN).hexdigest() not in {one.sha256 for one in untouched.items()}
    opened(three)
    three.post(SENT, form(three, "nifa_report", "2"), [("paper", "签字.pdf", SCAN)])
    shas = {done.paper_sha256 for place in three.shelf.places() for done in group_steps(place, "nifa_report")}
    assert shas == {hashlib.sha256(SCAN).hexdigest()}
    assert all(len(group_steps(place, "nifa_report")) == 1 for place in three.shelf.places())


def test_a_case_that_fails_in_the_middle_has_nothing_and_the_others_have_all(
    three: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields, keep = form(three, "cba_selfreg", "1", "2", "3"), Case.keep

    def full(case: Case, *given: object) -> object:
        if case.folder == three.place("2").folder and len(case.items()) > before:
            raise ShelfError("正在收一个很大的文件，这一步现在记不下来。")  # after the paper, before the record
        return keep(case, *given)  # type: ignore[arg-type]

    before = len(three.place("2").opened.items())
    monkeypatch.setattr(Case, "keep", full)
    three.post(SENT, fields, [("paper", "签字.pdf", OTHER), ("proof", "面单二.png", b"another proof")])
    told = three.get(SENT).words
    assert "乙的案卷 ：没有记，里面什么都没有动" in told
    assert len(three.place("2").opened.items()) == before
    assert [len(group_steps(place, "cba_selfreg")) for place in three.shelf.places()] == [1, 0, 1]


@pytest.mark.parametrize(
    ("more", "files", "said"),
    [
        ({"done_on": "2099-01-01"}, [], "还没有到"),
        ({"done_on": "前天"}, [], "看不懂这个日期"),
        ({"rung": ""}, [], "还没有选交给了哪里"),
        ({"rung": "police_report"}, [], "还没有选交给了哪里"),
        ({"ours": "1", "made": "gone"}, [], "已经收起来了"),
        ({}, [("proof", "空.png", b"")], "空文件"),
    ],
)
def test_what_cannot_be_is_said_and_recorded_in_no_case(
    three: Desk, more: dict[str, str], files: list[tuple[str, str, bytes]], said: str
) -> None:
    answer = three.post(SENT, form(three, "local_complaint", "1", "2", **more), files)
    assert answer.status == 400
    assert said in answer.words
    assert "checked" in answer.text  # the cases stay chosen
    assert [group_steps(place, "local_complaint") for place in three.shelf.places()] == [[], [], []]


def test_a_case_of_another_lender_or_none_is_not_recorded(three: Desk) -> None:
    assert "没有选案卷" in three.post(SENT, {"rung": "hotline_gov", "done_on": ""}).words
    two = [*form(three, "hotline_gov", "1"), ("case", "2 另一家（虚构）")]
    assert "不是同一家" in three.post(SENT, two).words
    other = [("case", "1 另一家（虚构）"), ("rung", "hotline_gov"), ("done_on", "")]
    assert "没有另一家（虚构）的借款" in three.post(SENT, other).words
    assert group_steps(three.place("1"), "hotline_gov") == []
