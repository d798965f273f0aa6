"""Papers of a large case, and several at once: made beside the pages, once for each state of the case."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Iterator
from zipfile import ZipFile

import pytest

from cuijie.desk.ladder.steps import ladder_of, material
from cuijie.desk.papers import making
from cuijie.desk.papers.listing import paper_rows
from cuijie.desk.papers.several import paper_groups
from cuijie.records.remedies import PaperField
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.errors import FontMissing, RemedyError

from ..browser import PHONE, check_page, looking, unlock
from ..client import LONGEST_S, Desk, until
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
    assert "正在做 Word 文件 20%" in page.words or "正在写正文和附件" in page.words
    assert desk.get(PDF).location == PAPER  # what is not made yet is shown in the making, not waited for
    assert [job.kind for job in desk.place().jobs.all()] == ["paper"]  # type: ignore[union-attr]
    go.set()
    desk.wait_for_jobs()
    assert "印出来是这样" in desk.get(PAPER).words
    assert desk.get(PDF).body.startswith(b"%PDF")
    assert desk.place().jobs.all() == ()  # type: ignore[union-attr]


def test_without_a_chinese_font_a_large_case_has_its_papers_as_word_files(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = making.draft_bytes

    def without_font(made: Draft, suffix: str, **named: bool) -> bytes:
        if suffix == ".pdf":
            raise FontMissing("没有找到中文字体。")
        return real(made, suffix, **named)

    monkeypatch.setattr(making, "draft_bytes", without_font)
    monkeypatch.setattr(making, "_LARGE", 0)
    page = desk.get(PAPER)
    assert "没有找到中文字体" in page.words
    (word,) = re.findall('href="([^"]+docx[^"]+)"', page.text)
    assert desk.get(word.replace("&amp;", "&")).body.startswith(b"PK")
    page = desk.settled("/c/1/papers/several", [("paper", "evidence_catalog?for=debtor")])
    assert "只有 Word 文件：没有找到中文字体" in page.words
    (job,) = (one for one in desk.place().jobs.all() if one.result)  # type: ignore[union-attr]
    with ZipFile(io.BytesIO(desk.get(f"/c/1/jobs/{job.id}/file").body)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["docx"]


def test_a_paper_does_not_wait_for_what_is_being_taken_in(
    desk: Desk, go: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuijie.desk.case_jobs.check_case", lambda *given, **named: go.wait(LONGEST_S))
    desk.post("/c/1/evidence/check", {})
    desk.get(PAPER)
    jobs = desk.place().jobs
    assert jobs is not None
    until(lambda: {job.kind: job.state for job in jobs.all()} == {"check": "running", "paper": "running"})


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
    desk.get(PAPER)
    desk.wait_for_jobs()
    assert "还没有可以写进《告知函》的事实" in desk.get("/c/1/jobs").words


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


def test_several_papers_are_fetched_as_one_archive(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = ["cease_letter_lender?for=debtor", "evidence_catalog?for=debtor", "third_party_complaint?for=mother"]
    page = desk.settled("/c/1/papers/several", [("paper", one) for one in chosen])
    assert "做好了 3 份" in page.words
    assert re.search("《停止侵害告知函（致贷款人）》还有 [1-9] 处空白要你填", page.words)
    (job,) = desk.place().jobs.all()  # type: ignore[union-attr]
    assert f'href="/c/1/jobs/{job.id}/file"' in page.text
    with ZipFile(io.BytesIO(desk.get(f"/c/1/jobs/{job.id}/file").body)) as archive:
        names = archive.namelist()
        assert archive.read(names[0]).startswith(b"%PDF")
    assert [name[:2] for name in names] == ["01", "01", "02", "02", "03", "03"]
    assert [name.rpartition(".")[2] for name in names] == ["pdf", "docx"] * 3
    assert "母亲" in names[-1]
    drafted = [one.detail["document"] for one in desk.place().opened.ledger() if one.act == "drafted"]
    assert drafted == ["cease_letter_lender", "evidence_catalog", "third_party_complaint"]


def test_of_several_papers_the_one_that_cannot_be_written_is_named_and_the_others_come(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = making.draft_bytes

    def refusing(made: Draft, *given: object, **named: object) -> bytes:
        if made.document == "evidence_catalog":
            raise RemedyError("字体不全。")
        return real(made, *given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "draft_bytes", refusing)
    chosen = ["evidence_catalog?for=debtor", "cease_letter_lender?for=debtor"]
    page = desk.settled("/c/1/papers/several", [("paper", one) for one in chosen])
    assert "《证据目录》没有做：字体不全" in page.words
    assert "做好了 1 份" in page.words


def test_papers_made_at_once_are_grouped_and_those_of_open_steps_are_ticked(desk: Desk) -> None:
    place = desk.place()
    groups = paper_groups(place, place.opened.clock)
    listed = [(row.id, row.query) for group in groups for row in group.rows]
    assert sorted(listed) == sorted((row.id, row.query) for row in paper_rows(place) if row.trouble is None)
    steps = [one for one in ladder_of(place, place.opened.clock) if one.sender == "debtor" and one.is_open]
    (ticked,) = (group for group in groups if group.is_chosen)
    assert {row.id for row in ticked.rows} == {one.document for one in steps if one.document}
    page = desk.get("/c/1/papers").text
    assert len(re.findall('name="paper" value="[^"]+" checked', page)) == len(ticked.rows)
    assert page.count('name="paper"') == len(listed)


def test_no_paper_chosen_is_said(desk: Desk) -> None:
    answer = desk.post("/c/1/papers/several", {})
    assert answer.status == 403
    assert "还没有选文书" in answer.words


@pytest.mark.slow
@pytest.mark.browser
def test_the_page_of_a_paper_in_the_making_goes_on_by_itself(
    chromium: object, workbench: Workbench, go: threading.Event
) -> None:
    with looking(chromium, workbench.address, PHONE) as page:
        unlock(page)
        page.goto(f"{workbench.base}{PAPER}")
        page.get_by_text("正在做 Word 文件").wait_for()
        check_page(page)
        page.get_by_role("button", name="停下").focus()
        go.set()
        page.get_by_role("heading", name="印出来是这样").wait_for()
        check_page(page)


class _LetsOneIn:
    """A writer's guard: once nobody holds it, somebody who waited writes, before who let go of it does anything more."""

    def __init__(self, waiting: Callable[[], object]) -> None:
        self._lock, self._held, self._waiting = threading.RLock(), 0, [waiting]

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        taken = self._lock.acquire(blocking, timeout)
        self._held += taken
        return taken

    def release(self) -> None:
        self._held -= 1
        is_free = not self._held
        self._lock.release()
        if is_free and self._waiting:  # once
            other = threading.Thread(target=self._waiting.pop())
            other.start()
            other.join()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def test_what_is_written_while_the_case_is_gathered_is_in_the_next_paper(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = desk.place()
    told = PaperField(field_id="debtor:address", value="海州市东路 8 号")

    def tell() -> None:
        with place.writing() as case:
            case.put(told)

    assert place.standing is not None
    material(place)
    until(lambda: not place.standing.is_working)  # nobody but this test gathers
    place.worked.material.known = None
    monkeypatch.setattr(place, "guard", _LetsOneIn(tell))
    material(place)
    assert told in place.opened.all(PaperField)
    assert told in material(place).fields
