"""The workbench killed in the middle of its work, and started again: nothing lost, nothing twice."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.records import Entry, Person

from .client import CHEAP
from .test_jobs import WORDS, sms

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="did not run: kill -9 is POSIX")]

FILES, EACH = 30, 200


class Running:
    """A workbench in a process of its own, asked over its socket."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        parts = urlsplit(address)
        self.process, self.host = process, parts.netloc
        status, headers = self.ask("GET", f"/?{parts.query}", cookie="")
        assert status == 303
        self.cookie = (headers["Set-Cookie"] or "").partition(";")[0]

    def ask(
        self, method: str, path: str, body: bytes | None = None, cookie: str | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent |= {"Cookie": self.cookie if cookie is None else cookie, "Origin": f"http://{self.host}"}
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            self.text = answer.read().decode()
            return answer.status, answer.headers

    def post(self, path: str, fields: dict[str, str]) -> int:
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(fields).encode(), Content_Type=kind)[0]

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(20)


@contextmanager
def running(folder: Path, home: Path) -> Iterator[Running]:
    command = [sys.executable, "-u", "-m", "cuijie", "desk", str(folder), "--no-browser"]
    environment = {**os.environ, "CUIJIE_CASES_DIR": str(home), "PYTHONIOENCODING": "utf-8", "CUIJIE_LANG": "zh"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        line = next((line for line in process.stdout if "http://127.0.0.1" in line), "")
        desk = Running(process, line[line.index("http://") :].split()[0])
        assert desk.post("/open", {"slug": "1", "passphrase": WORDS}) == 303
        yield desk
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(20)
        if process.stdout is not None:
            process.stdout.close()


def entries_in(folder: Path) -> int:
    with Case.open(folder, WORDS, writable=False) as case:
        return len(case.all(Entry))


@pytest.mark.parametrize("after", [0, 3, 12], ids=["at once", "after three files", "after twelve"])
def test_files_received_before_a_kill_are_taken_in_after_it_each_once(tmp_path: Path, after: int) -> None:
    folder = tmp_path / "记事"
    with Case.create(folder, WORDS, cost=CHEAP) as case:
        case.put(Person(person_id="debtor", role="debtor"))
    batch = {"X_Batch": "0123456789abcdef", "X_Total": str(FILES), "Content_Type": "application/octet-stream"}
    with running(folder, tmp_path / "home") as desk:
        for number in range(FILES):
            data = sms(EACH, start=number * EACH)
            assert desk.ask("POST", "/c/1/add", data, X_Name=f"f{number}.xml", **batch)[0] == 202
        deadline = time.monotonic() + 240
        while entries_in(folder) < after * EACH and time.monotonic() < deadline:
            time.sleep(0.01)
        desk.kill()
    so_far = entries_in(folder)
    assert so_far % EACH == 0
    with running(folder, tmp_path / "home") as desk:
        desk.ask("GET", "/c/1/jobs")
        if so_far < FILES * EACH:
            assert "接着做" in desk.text
            assert desk.post("/c/1/jobs/0123456789abcdef/again", {"back": "jobs"}) == 303
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            desk.ask("GET", "/c/1/status")
            if '"running"' not in desk.text and '"waiting"' not in desk.text:
                break
            time.sleep(0.1)
        assert so_far == FILES * EACH or [job["state"] for job in json.loads(desk.text)["jobs"]] == ["done"], desk.text
        desk.kill()
    with Case.open(folder, WORDS) as case:
        assert len(case.all(Entry)) == FILES * EACH
        assert len(case.items()) == FILES
        assert check_case(case).holds
    assert not list((folder / "waiting").iterdir())


def test_a_bundle_cut_short_leaves_nothing_plain_and_is_offered_again(tmp_path: Path) -> None:
    folder = tmp_path / "记事"
    with Case.create(folder, WORDS, cost=CHEAP) as case:
        case.put(Person(person_id="debtor", role="debtor"))
    with running(folder, tmp_path / "home") as desk:
        headers = {"Content_Type": "application/octet-stream", "X_Name": "big.bin"}
        assert desk.ask("POST", "/c/1/add", os.urandom(40 << 20), **headers)[0] == 202
        deadline = time.monotonic() + 240
        while '"state":"done"' not in desk.text and time.monotonic() < deadline:
            desk.ask("GET", "/c/1/status")
        making = folder / "waiting"
        threading.Thread(target=lambda: _quietly(desk), daemon=True).start()
        while not list(making.glob("making-*/*")) and time.monotonic() < deadline:
            time.sleep(0.002)
        desk.kill()
    with running(folder, tmp_path / "home") as desk:
        assert not list(making.glob("making-*"))
        desk.ask("GET", "/c/1/jobs")
        assert "导出证据包" in desk.text
        assert "接着做" in desk.text


def _quietly(desk: Running) -> None:
    try:
        desk.post("/c/1/evidence/bundle", {"profile": "full"})
    except (OSError, http.client.HTTPException):
        return  # killed meanwhile, as meant
