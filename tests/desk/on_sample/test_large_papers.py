"""Papers of a large case: made beside the pages with what is being done, once for each state of the case."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from cuijie.desk.papers import making
from cuijie.remedies.errors import RemedyError

from ..browser import PHONE, check_page, looking, unlock
from ..client import LONGEST_S, Desk
from ..conftest import Workbench

PAPER = "/c/1/paper/cease_letter_lender?for=debtor"
PDF = "/c/1/papers/cease_letter_lender.pdf?for=debtor"


@pytest.fixture
def go(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Every case counts as large, and no file is made before this is set."""
    let_go, real = threading.Event(), making.draft_bytes

    def waiting(*given: object, **named: object) -> bytes:
        let_go.wait(LONGEST_S)
        return real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "draft_bytes", waiting)
    monkeypatch.setattr(making, "_LARGE", 0)
    monkeypatch.setattr(making, "_BRIEFLY_S", 0.2)
    yield let_go
    let_go.set()


def test_a_paper_of_a_large_case_says_how_far_it_is_and_is_then_there(desk: Desk, go: threading.Event) -> None:
    page = desk.get(PAPER)
    assert page.status == 200
    assert "正在排版 20%" in page.words or "正在写正文和附件" in page.words
    assert desk.get(PDF).location == PAPER  # what is not made yet is shown in the making, not waited for
    assert [job.kind for job in desk.place().jobs.all()] == ["paper"]  # type: ignore[union-attr]
    go.set()
    desk.wait_for_jobs()
    assert "印出来是这样" in desk.get(PAPER).words
    assert desk.get(PDF).body.startswith(b"%PDF")
    assert desk.place().jobs.all() == ()  # type: ignore[union-attr]


def test_a_paper_does_not_wait_for_what_is_being_taken_in(
    desk: Desk, go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuijie.desk.case_jobs.check_case", lambda *given, **named: go.wait(LONGEST_S))
    desk.post("/c/1/evidence/check", {})
    desk.get(PAPER)
    jobs = desk.place().jobs
    assert jobs is not None
    assert {job.kind: job.state for job in jobs.all()} == {"check": "running", "paper": "running"}


def test_a_paper_that_is_stopped_ends_at_its_next_step_and_can_be_asked_for_again(
    desk: Desk, go: threading.Event
) -> None:
    desk.get(PAPER)
    (job,) = desk.place().jobs.all()  # type: ignore[union-attr]
    assert desk.post(f"/c/1/jobs/{job.id}/cancel", {"back": "papers"}).location == "/c/1/papers#jobs"
    go.set()
    desk.wait_for_jobs()
    assert job.state == "cancelled"
    desk.get(PAPER)
    desk.wait_for_jobs()
    assert "印出来是这样" in desk.get(PAPER).words


def test_why_a_paper_of_a_large_case_cannot_be_made_is_said(
    desk: Desk, go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(*given: object, **named: object) -> bytes:
        raise RemedyError("还没有可以写进《告知函》的事实。")

    monkeypatch.setattr(making, "draft_bytes", refusing)
    assert "还没有可以写进《告知函》的事实" in desk.get(PAPER).words


def test_a_paper_taken_home_is_not_made_again_when_it_is_looked_at_or_taken_once_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []

    def noted(what: str) -> None:
        real = getattr(making, what)

        def making_it(*given: object, **named: object) -> object:
            made.append(given[1] if what == "draft_bytes" else what)
            return real(*given, **named)

        monkeypatch.setattr(making, what, making_it)

    noted("draft")
    noted("draft_bytes")
    desk.get(PAPER)
    for kind in ("pdf", "docx", "pdf"):
        assert desk.get(f"/c/1/papers/cease_letter_lender.{kind}?for=debtor").status == 200
        assert desk.get("/c/1/paper/cease_letter_lender/page/1?for=debtor").status == 200
    assert made == ["draft", ".pdf", ".docx"]
    desk.post(PAPER, {"f-deadline_days": "7日"})
    assert "7日" in desk.get(PAPER).words
    assert made[3:] == ["draft", ".pdf"]


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_of_a_paper_in_the_making_goes_on_by_itself(
    chromium: object, workbench: Workbench, go: threading.Event
) -> None:
    with looking(chromium, workbench.address, PHONE) as page:
        unlock(page)
        page.goto(f"{workbench.base}{PAPER}")
        page.get_by_text("正在排版").wait_for()
        check_page(page)
        page.get_by_role("button", name="停下").focus()
        go.set()
        page.get_by_role("heading", name="印出来是这样").wait_for()
        check_page(page)
