"""Long work beside the pages: one after another, stopped at safe points, done after all, never lost."""

from __future__ import annotations

import json
import threading
import time

import pytest

from cuijie.casefile import Case
from cuijie.desk.jobs import Job, JobQueue
from cuijie.desk.taking_in import files as taking_in
from cuijie.intake.report import AddReport
from cuijie.records import Answer, Entry, Loan

from .client import LONGEST_S, Desk
from .uploads import WORDS, send, sms, the_job


def test_the_case_is_read_and_answered_while_files_come_in(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    send(desk, "a.xml", sms(2))
    here, go = held_up
    assert here.wait(LONGEST_S)
    assert the_job(desk).state == "running"
    for path in ("timeline", "findings", "next", "papers", "more", "evidence", "jobs"):
        assert desk.get(f"/c/1/{path}").status == 200
    fields = {"loan_id": "loan-1", "lender_name": "远山小额贷款有限公司", "lender_type": "microloan"}
    assert desk.post("/c/1/facts/loan", fields).status == 303
    (loan,) = desk.place().opened.all(Loan)
    assert loan.lender_name == "远山小额贷款有限公司"
    status = json.loads(desk.get("/c/1/status").text)
    assert [job["state"] for job in status["jobs"]] == ["running"]
    go.set()
    desk.wait_for_jobs()
    assert len(desk.place().opened.all(Entry)) == 2
    assert desk.place().opened.all(Answer) == ()


def test_a_job_that_is_stopped_leaves_whole_files_only(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    here, go = held_up
    batch = {"X_Batch": "0123456789abcdef", "X_Total": "2"}
    send(desk, "a.xml", sms(4), **batch)
    send(desk, "b.xml", sms(4, start=100), **batch)
    assert here.wait(LONGEST_S)
    answer = desk.post("/c/1/jobs/0123456789abcdef/cancel", {"back": "more"})
    assert "正在停下" in desk.get("/c/1/more").words
    assert answer.location == "/c/1/more#jobs"
    go.set()
    desk.wait_for_jobs()
    assert the_job(desk).state == "cancelled"
    assert desk.place().opened.all(Entry) == ()
    assert desk.place().opened.items() == ()
    assert list((desk.place().folder / "waiting").iterdir()) == []
    assert "停下了" in desk.get("/c/1/jobs").words


def test_an_act_is_undone_whole_when_it_is_stopped_in_its_middle(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = taking_in.add

    def stopped_inside(case: Case, files: object, **named: object) -> AddReport:
        job = the_job(desk)

        def progress(now: object) -> None:
            job.stop(is_wanted_again=False)
            job.check()

        return real(case, files, **{**named, "progress": progress})  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "add", stopped_inside)
    send(desk, "a.xml", sms(3000))
    desk.wait_for_jobs()
    assert the_job(desk).state == "cancelled"
    assert desk.place().opened.items() == ()
    assert desk.place().opened.all(Entry) == ()


def test_locking_stops_a_job_and_the_next_opening_offers_the_rest(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    here, go = held_up
    batch = {"X_Batch": "0123456789abcdef", "X_Total": "2"}
    send(desk, "a.xml", sms(4), **batch)
    send(desk, "b.xml", sms(4, start=100), **batch)
    assert here.wait(LONGEST_S)
    assert desk.post("/lock", {}).location == "/"
    assert not go.is_set()  # locking did not wait for the job
    assert desk.get("/c/1/more").status == 403
    go.set()
    desk.shelf.open("1", WORDS)
    page = desk.get("/c/1/jobs")
    assert "还有 2 个文件加密存着" in page.words
    assert "上次有 1 件事没有做完" in desk.get("/c/1/timeline").words
    answer = desk.settled("/c/1/jobs/0123456789abcdef/again", {"back": "more"})
    assert answer.status == 200
    assert len(desk.place().opened.all(Entry)) == 8


def test_what_is_offered_again_can_be_thrown_away(desk: Desk, held_up: tuple[threading.Event, threading.Event]) -> None:
    here, go = held_up
    _, said = send(desk, "a.xml", sms(4))
    assert here.wait(LONGEST_S)
    desk.post("/lock", {})
    go.set()
    desk.shelf.open("1", WORDS)
    desk.post(f"/c/1/jobs/{said['job']}/forget", {"back": "jobs"})
    assert list((desk.place().folder / "waiting").iterdir()) == []
    assert "现在没有事在做" in desk.get("/c/1/jobs").words


def test_a_case_left_alone_is_locked_although_a_page_asks_for_progress(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    send(desk, "a.xml", sms(4))
    here, go = held_up
    assert here.wait(LONGEST_S)
    desk.place().touched -= desk.shelf.lock_after_s / 2  # the other half is ours, however slow the machine
    touched = desk.place().touched
    assert desk.get("/c/1/status").status == 200
    assert desk.place().touched == touched
    desk.place().touched -= desk.shelf.lock_after_s / 2 + 10
    desk.shelf.lock_left_alone()
    assert desk.place().case is None
    assert desk.get("/c/1/status").status == 403
    go.set()


def test_a_job_that_is_not_there_is_said(desk: Desk) -> None:
    for path in ("cancel", "again", "forget"):
        assert desk.post(f"/c/1/jobs/nosuch/{path}", {}).status == 403
    assert desk.get("/c/1/jobs/nosuch/file").status == 403


def test_a_file_that_arrives_in_the_last_moment_of_a_job_is_not_forgotten() -> None:
    queue, ran = JobQueue(), []
    job = Job(kind="import", title={"zh": "", "en": ""}, files_total=2)

    def work(one: Job) -> None:
        ran.append(one.files_done)
        one.files_done += 1
        if len(ran) == 1:
            queue.run(one, work)  # asked for while it runs, after it has looked for the last time

    queue.run(job, work)
    assert queue.wait(job, LONGEST_S)
    assert ran == [0, 1]
    assert job.state == "done"


def test_jobs_run_one_after_another_however_they_are_asked_for() -> None:
    queue, at_once, most = JobQueue(), [0], [0]

    def work(one: Job) -> None:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.001)  # others would come in between
        at_once[0] -= 1

    jobs = [Job(kind="check", title={"zh": "", "en": ""}) for _ in range(60)]
    threads = [threading.Thread(target=queue.run, args=(job, work)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(queue.wait(job, LONGEST_S) for job in jobs)
    assert most == [1]
