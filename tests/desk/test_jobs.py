"""Long work beside the pages: received encrypted, taken in whole or not at all, stopped, and done after all."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from cuijie.casefile import Case
from cuijie.desk import arriving, taking_in
from cuijie.desk.jobs import Job, JobQueue
from cuijie.intake.report import AddReport
from cuijie.records import Answer, Collector, Entry, Loan, Person

from .client import CHEAP, Desk, desk_of

WORDS = "four plain words"
CANARY = "金丝雀张无名13800001002"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Case.create(tmp_path / "记事", WORDS, cost=CHEAP) as case:
        case.put(
            Person(person_id="debtor", role="debtor"),
            Loan(loan_id="loan-1", lender_id="lender-1", lender_name="远山（虚构）", lender_type="microloan"),
            Collector(collector_id="c-1", lender_id="lender-1", numbers=("17000002101",)),
        )
    with desk_of([tmp_path / "记事"], tmp_path / "home") as running:
        running.shelf.open("1", WORDS)
        yield running


def sms(count: int, words: str = "请尽快还款", start: int = 0) -> bytes:
    rows = "".join(
        f'<sms address="17000002101" date="{1793200000000 + n * 60_000}" type="1" body="{words}{n}" read="1" />'
        for n in range(start, start + count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><smses count="{count}">{rows}</smses>'.encode()


def send(desk: Desk, name: str, data: bytes, **headers: str) -> tuple[int, dict[str, str]]:
    """A file as the page's own script sends it."""
    sent = {"X_Name": quote(name), "X_Owner": "debtor", "Content_Type": "application/octet-stream"} | headers
    answer = desk.ask("POST", "/c/1/add", body=data, Cookie=desk.cookie, Origin=desk.origin, **sent)
    return answer.status, json.loads(answer.text)


def the_job(desk: Desk) -> Job:
    jobs = desk.place().jobs
    assert jobs is not None
    return jobs.all()[0]


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Taking in stops before each act until it is let go: (it has come so far, let it go)."""
    here, go = threading.Event(), threading.Event()
    real = taking_in.read_ahead

    def waiting(*given: object, **named: object) -> None:
        here.set()
        go.wait(30)
        real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "read_ahead", waiting)
    yield here, go
    go.set()


def test_several_files_are_received_and_taken_in_as_one_job_with_a_line_each(desk: Desk) -> None:
    batch = {"X_Batch": "0123456789abcdef", "X_Total": "3"}
    for number, data in enumerate((sms(5), sms(5, start=100), b"\0\1\2 nothing known")):
        assert send(desk, f"f{number}.xml", data, **batch) == (202, {"job": "0123456789abcdef"})
    desk.wait_for_jobs()
    job = the_job(desk)
    assert (job.state, job.files_done, job.files_total, job.entries) == ("done", 3, 3, 10)
    assert [line.is_wrong for line in job.lines] == [False, False, False]
    assert "收下 5 条" in desk.get("/c/1/more").words
    assert len(desk.place().opened.all(Entry)) == 10
    assert list((desk.place().folder / "waiting").iterdir()) == []


def test_the_name_and_time_of_a_file_are_kept_as_its_owner_has_them(desk: Desk) -> None:
    send(desk, "../../短信 一.xml", sms(1), X_Modified="1760000000000")
    desk.wait_for_jobs()
    (item,) = desk.place().opened.items()
    assert item.about.name == "短信 一.xml"
    assert item.about.modified_at is not None
    assert item.about.modified_at.timestamp() == 1_760_000_000


def test_a_form_without_scripts_brings_several_files_at_once(desk: Desk) -> None:
    files = [("file", "a.xml", sms(3)), ("file", "b.xml", sms(2, start=50)), ("file", "", b"")]
    answer = desk.settled("/c/1/add", {"owner": "debtor", "password": ""}, files)
    assert answer.words.count("收下") >= 2
    assert len(desk.place().opened.all(Entry)) == 5
    assert desk.post("/c/1/add", {"owner": "debtor"}, [("file", "", b"")]).status == 403


def test_nothing_of_an_upload_is_plain_on_the_disk_at_any_time(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held_up: tuple[threading.Event, threading.Event]
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    here, go = held_up
    send(desk, f"{CANARY}.xml", sms(3000, CANARY))
    files = [("file", f"{CANARY}-2.xml", sms(3000, CANARY, start=5000))]
    thread = threading.Thread(target=desk.post, args=("/c/1/add", {"owner": CANARY}, files))
    thread.start()
    assert here.wait(20)
    thread.join(20)
    assert [path.name for path in (desk.place().folder / "waiting").iterdir()]
    assert_no_canary(tmp_path)
    go.set()
    desk.wait_for_jobs()
    assert_no_canary(tmp_path)
    assert list(scratch.iterdir()) == []


def assert_no_canary(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert CANARY not in path.name
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path


def test_the_case_is_read_and_answered_while_files_come_in(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    send(desk, "a.xml", sms(2))
    here, go = held_up
    assert here.wait(20)
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
    assert here.wait(20)
    answer = desk.post("/c/1/jobs/0123456789abcdef/cancel", {"back": "more"})
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
    assert here.wait(20)
    began = time.monotonic()
    assert desk.post("/lock", {}).location == "/"
    assert time.monotonic() - began < 5
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
    assert here.wait(20)
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
    assert here.wait(20)
    desk.place().touched -= desk.shelf.lock_after_s - 2
    touched = desk.place().touched
    assert desk.get("/c/1/status").status == 200
    assert desk.place().touched == touched
    desk.place().touched -= 10
    desk.shelf.lock_left_alone()
    assert desk.place().case is None
    assert desk.get("/c/1/status").status == 403
    go.set()


def test_one_bad_file_does_not_keep_the_others_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = taking_in.add

    def failing(case: Case, files: list[object], **named: object) -> AddReport:
        if getattr(files[0], "name", "") == "b.xml":
            raise ZeroDivisionError(CANARY)
        return real(case, files, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "add", failing)
    files = [("file", f"{name}.xml", sms(2, start=10 * n)) for n, name in enumerate("abc")]
    files.append(("file", "empty.xml", b""))
    page = desk.settled("/c/1/add", {"owner": "debtor"}, files)
    assert "b.xml：程序内部出错（ZeroDivisionError）" in page.words
    assert "空文件" in page.words
    assert CANARY not in page.text
    assert len(desk.place().opened.all(Entry)) == 4
    assert the_job(desk).state == "done"


def test_an_address_book_is_taken_in_after_everything_else(desk: Desk) -> None:
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:催收小张\r\nTEL:17000002101\r\nEND:VCARD\r\n".encode()
    desk.settled("/c/1/add", {"owner": "debtor"}, [("file", "a.vcf", card), ("file", "b.xml", sms(2))])
    assert [line.text["zh"].partition("：")[0] for line in the_job(desk).lines] == ["b.xml", "a.vcf"]


def test_a_zip_with_its_password_is_read(desk: Desk) -> None:
    bag = io.BytesIO()
    with zipfile.ZipFile(bag, "w") as archive:
        archive.writestr("短信/sms.xml", sms(3))
    answer = desk.settled("/c/1/add", {"owner": "debtor", "password": "x"}, [("file", "b.zip", bag.getvalue())])
    assert "里面有 1 个文件" in answer.words
    assert len(desk.place().opened.all(Entry)) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Batch": "../../../../etc"}, {"X_Batch": "A" * 20}, {"X_Total": "0"}, {"X_Total": "many"},
        {"X_Total": "99999999"}, {"X_Batch": "x"},
    ],
)  # fmt: skip
def test_an_upload_that_makes_no_sense_is_refused_and_leaves_nothing(desk: Desk, headers: dict[str, str]) -> None:
    status, said = send(desk, "a.xml", sms(1), **headers)
    assert status == 400
    assert "上传" in said["error"]
    assert not (desk.place().folder / "waiting").exists() or not list((desk.place().folder / "waiting").iterdir())


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data", "multipart/form-data; boundary=x", "application/json", "text/plain; boundary=----x"],
)
def test_a_body_that_is_no_form_is_refused(desk: Desk, kind: str) -> None:
    answer = desk.ask(
        "POST", "/c/1/add", body=b"--y\r\nnonsense", Cookie=desk.cookie, Origin=desk.origin, Content_Type=kind
    )
    assert answer.status == 403
    assert desk.place().opened.items() == ()


def test_an_upload_cut_off_leaves_nothing_behind(desk: Desk) -> None:
    import socket

    head = (
        f"POST /c/1/add HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nCookie: {desk.cookie}\r\nOrigin: {desk.origin}\r\n"
        "Content-Type: application/octet-stream\r\nX-Name: a.xml\r\nContent-Length: 5000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", desk.port)) as connection:
        connection.sendall(head.encode() + sms(100))
        time.sleep(0.3)
    deadline = time.monotonic() + 10
    waiting = desk.place().folder / "waiting"
    while waiting.exists() and list(waiting.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not list(waiting.iterdir())
    jobs = desk.place().jobs
    assert jobs is not None
    assert jobs.all() == ()


def test_only_uploads_may_be_long(desk: Desk) -> None:
    for path, status in (("/c/1/add", 413), ("/c/1/answer", 413)):
        length = str((5 << 30) if path.endswith("add") else (200 << 20))
        answer = desk.ask("POST", path, Cookie=desk.cookie, Origin=desk.origin, Content_Length=length)
        assert answer.status == status
    answer = desk.ask("POST", "/c/1/answer", Cookie=desk.cookie, Origin=desk.origin, Transfer_Encoding="chunked")
    assert answer.status == 411


def test_files_announced_that_never_come_are_given_up_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    send(desk, "a.xml", sms(2), X_Batch="0123456789abcdef", X_Total="3")
    deadline = time.monotonic() + 20
    while the_job(desk).files_done < 1 and time.monotonic() < deadline:
        time.sleep(0.02)
    monkeypatch.setattr(taking_in, "_QUIET_S", 0.0)
    words = desk.get("/c/1/jobs").words
    assert "还有 2 个文件没有传到" in words
    assert the_job(desk).state == "done"
    assert len(desk.place().opened.all(Entry)) == 2


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
    assert queue.wait(job, 10)
    assert ran == [0, 1]
    assert job.state == "done"


def test_jobs_run_one_after_another_however_they_are_asked_for() -> None:
    queue, at_once, most = JobQueue(), [0], [0]

    def work(one: Job) -> None:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.001)
        at_once[0] -= 1

    jobs = [Job(kind="check", title={"zh": "", "en": ""}) for _ in range(60)]
    threads = [threading.Thread(target=queue.run, args=(job, work)) for job in jobs]
    for thread in threads:
        thread.start()
        time.sleep(0.0005)
    for thread in threads:
        thread.join()
    assert all(queue.wait(job, 10) for job in jobs)
    assert most == [1]


def test_what_still_arrives_after_a_stop_is_thrown_away(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    here, go = held_up
    batch = {"X_Batch": "0123456789abcdef", "X_Total": "3"}
    send(desk, "a.xml", sms(2), **batch)
    assert here.wait(20)
    taking = the_job(desk).source
    assert isinstance(taking, taking_in.TakingIn)
    taking.expect()
    desk.post("/c/1/jobs/0123456789abcdef/cancel", {})
    go.set()
    desk.wait_for_jobs()
    taking.arrived(arriving.receive(desk.place().opened, io.BytesIO(sms(2)), "b.xml", owner="debtor"))
    assert list((desk.place().folder / "waiting").iterdir()) == []
    assert the_job(desk).state == "cancelled"
    assert desk.place().opened.all(Entry) == ()
