"""Taking in: received encrypted, several files as one job, what makes no sense refused, nothing plain left behind."""

from __future__ import annotations

import io
import threading
import zipfile
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.casefile.waiting import WaitingRoom
from cuijie.desk.case_jobs import offer_begun
from cuijie.desk.taking_in import arriving
from cuijie.desk.taking_in import files as taking_in
from cuijie.desk.taking_in.arriving import Arrived, Begun
from cuijie.intake.report import AddReport
from cuijie.records import Entry

from .client import LONGEST_S, Desk, until
from .uploads import send, sms, the_job

CANARY = "金丝雀张无名13800001002"


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


def test_what_of_a_file_was_not_taken_in_is_named_with_the_reason(desk: Desk) -> None:
    days = (
        "3月4日 下午3点，17000002101打给我，催还款。",
        "3月5日 早上7点40，同一个号码打给我妈。",
        "3月6日 白天没有电话。",
    )
    assert send(desk, "记事.txt", "\n".join(("2026年", *days)).encode()) == (202, {"job": the_job(desk).id})
    desk.wait_for_jobs()
    (line,) = the_job(desk).lines
    assert "没能收下的是：第 4 行：写的是这天没有电话" in line.text.zh
    assert "Not taken in: 第 4 行：写的是这天没有电话" in line.text.en


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


def test_a_form_that_overtakes_its_own_script_is_one_taking_in_and_nothing_of_it_is_missed(desk: Desk) -> None:
    batch = desk.get("/c/1/more").text.split('name="batch" value="')[1].split('"')[0]
    files = [("file", f"{one}.xml", sms(3, start=10 * number)) for number, one in enumerate("abc")]
    send(desk, "a.xml", sms(3), X_Batch=batch, X_Total="3")  # the other two never come: the page has gone
    page = desk.settled("/c/1/add", {"batch": batch, "owner": "debtor"}, files)
    job = the_job(desk)
    assert (job.id, job.state, job.files_done, job.files_total) == (batch, "done", 4, 4)
    assert [line.is_wrong for line in job.lines] == [False] * 4
    assert "没有传到" not in page.words
    assert len(desk.place().opened.all(Entry)) == 9


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
    assert here.wait(LONGEST_S)
    thread.join(LONGEST_S)
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
    assert [line.text.zh.partition("：")[0] for line in the_job(desk).lines] == ["b.xml", "a.vcf"]


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

    jobs, waiting = desk.place().jobs, desk.place().folder / "waiting"
    assert jobs is not None
    head = (
        f"POST /c/1/add HTTP/1.1\r\nHost: 127.0.0.1:{desk.port}\r\nCookie: {desk.cookie}\r\nOrigin: {desk.origin}\r\n"
        "Content-Type: application/octet-stream\r\nX-Name: a.xml\r\nContent-Length: 5000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", desk.port)) as connection:
        connection.sendall(head.encode() + sms(100))
        until(lambda: jobs.all() and list(waiting.glob("*")))  # it has begun to arrive
    until(lambda: jobs.all() == () and not list(waiting.glob("*")), lambda: [*waiting.glob("*")])


def test_only_uploads_may_be_long(desk: Desk) -> None:
    for path, status in (("/c/1/add", 413), ("/c/1/answer", 413)):
        length = str((5 << 30) if path.endswith("add") else (200 << 20))
        answer = desk.ask("POST", path, Cookie=desk.cookie, Origin=desk.origin, Content_Length=length)
        assert answer.status == status
    answer = desk.ask("POST", "/c/1/answer", Cookie=desk.cookie, Origin=desk.origin, Transfer_Encoding="chunked")
    assert answer.status == 411


def test_files_announced_that_never_come_are_given_up_and_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    send(desk, "a.xml", sms(2), X_Batch="0123456789abcdef", X_Total="3")
    until(lambda: (the_job(desk).files_done, the_job(desk).state) == (1, "waiting"))
    monkeypatch.setattr(taking_in, "_QUIET_S", 0.0)
    words = desk.get("/c/1/jobs").words
    assert "还有 2 个文件没有传到" in words
    assert the_job(desk).state == "done"
    assert len(desk.place().opened.all(Entry)) == 2


def test_what_still_arrives_after_a_stop_is_thrown_away(
    desk: Desk, held_up: tuple[threading.Event, threading.Event]
) -> None:
    here, go = held_up
    batch = {"X_Batch": "0123456789abcdef", "X_Total": "3"}
    send(desk, "a.xml", sms(2), **batch)
    assert here.wait(LONGEST_S)
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


def test_a_file_added_while_the_last_was_on_its_way_goes_on_in_the_same_taking_in(desk: Desk) -> None:
    batch = {"X_Batch": "0123456789abcdef"}
    send(desk, "a.xml", sms(2), X_Total="1", **batch)
    desk.wait_for_jobs()
    send(desk, "b.xml", sms(2, start=2), X_Total="2", **batch)
    desk.wait_for_jobs()
    jobs = desk.place().jobs
    assert jobs is not None
    (job,) = jobs.all()
    assert (job.state, job.files_done, job.files_total, len(job.lines)) == ("done", 2, 2, 2)
    assert len(desk.place().opened.all(Entry)) == 4


def test_a_file_that_waited_and_is_gone_is_said_and_the_others_are_taken_in(desk: Desk) -> None:
    place = desk.place()
    case = place.opened
    waiting = [arriving.receive(case, io.BytesIO(sms(2, start=10 * n)), f"{n}.xml", owner="debtor") for n in range(3)]
    arriving.note(case, Begun(id="0123456789abcdef", kind="import", files=tuple(waiting)))
    case.waiting.remove(waiting[1].stored)
    offer_begun(place)
    desk.post("/c/1/jobs/0123456789abcdef/again", {"back": "jobs"})
    desk.wait_for_jobs()
    job = the_job(desk)
    assert job.state == "done"
    assert [line.text.zh for line in job.lines if line.is_wrong] == ["1.xml：等着收的文件不见了。请重新传一次。"]
    assert len(case.all(Entry)) == 4
    assert list((place.folder / "waiting").iterdir()) == []


def test_a_file_taken_in_is_let_go_only_when_nothing_names_it_any_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = desk.place().opened
    real = WaitingRoom.remove
    named: list[list[bytes]] = []

    def remove(room: WaitingRoom, name: str) -> None:
        if name.startswith("file-"):
            notes = [case.waiting.open(note).read() for note in room.names() if note.startswith("begun-")]
            named.append([note for note in notes if name.encode() in note])
        real(room, name)

    monkeypatch.setattr(WaitingRoom, "remove", remove)
    send(desk, "a.xml", sms(2))
    desk.wait_for_jobs()
    assert named == [[]]


def test_a_picture_is_more_work_than_a_recording_of_many_times_its_size() -> None:
    def work(name: str, size: int) -> int:
        return Arrived(stored="file-1", name=name, size_bytes=size, owner="debtor").work

    assert work("Screenshot_20261103.jpg", 80_000) > 10 * work("通话录音.wav", 1_000_000)
    assert work("sms.xml", 4_000) == 4_000
