"""The workbench killed in the middle of its work, and started again: nothing lost, nothing twice."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.records import Entry, Person

from .client import CHEAP, LONGEST_S, until
from .uploads import WORDS, sms

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
        with closing(http.client.HTTPConnection(self.host, timeout=LONGEST_S)) as connection:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            self.text = answer.read().decode()
            return answer.status, answer.headers

    def post(self, path: str, fields: dict[str, str]) -> int:
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, urlencode(fields).encode(), Content_Type=kind)[0]

    def page(self, path: str) -> str:
        self.ask("GET", path)
        return self.text

    def is_quiet(self) -> bool:
        """Whether nothing goes on beside the pages any more."""
        self.ask("GET", "/c/1/status")
        return '"running"' not in self.text and '"waiting"' not in self.text

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(LONGEST_S)


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
        process.wait(LONGEST_S)
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
        until(lambda: entries_in(folder) >= after * EACH)
        desk.kill()
    so_far = entries_in(folder)
    assert so_far % EACH == 0
    with running(folder, tmp_path / "home") as desk:
        # the last file may be in and not yet struck off the list: then it is offered, and met again
        is_offered = so_far < FILES * EACH or bool(list((folder / "waiting").glob("begun-*")))
        if is_offered:
            until(lambda: "接着做" in desk.page("/c/1/jobs"), lambda: desk.text)  # a large case takes a moment to open
            assert desk.post("/c/1/jobs/0123456789abcdef/again", {"back": "jobs"}) == 303
        until(desk.is_quiet, lambda: desk.text)
        assert not is_offered or [job["state"] for job in json.loads(desk.text)["jobs"]] == ["done"], desk.text
        said = desk.page("/c/1/jobs")  # a job is done, too, where it says of a file that it was not taken in
        desk.kill()
    with Case.open(folder, WORDS) as case:
        assert len(case.all(Entry)) == FILES * EACH, said
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
        until(desk.is_quiet, lambda: desk.text)
    waiting = folder / "waiting"
    for _ in range(20):  # until the kill comes in the middle
        killed_while_bundling(folder, tmp_path / "home")
        if list(waiting.glob("begun-*")):
            break
    with running(folder, tmp_path / "home") as desk:
        assert not list(waiting.glob("making-*"))
        assert "导出证据包" in desk.page("/c/1/jobs")
        assert "接着做" in desk.text


def killed_while_bundling(folder: Path, home: Path) -> None:
    with running(folder, home) as desk:
        asking = threading.Thread(target=lambda: _quietly(desk), daemon=True)
        asking.start()
        until(lambda: list((folder / "waiting").glob("making-*/*")) or list((folder / "waiting").glob("bundle-*")))
        desk.kill()
        asking.join(LONGEST_S)


def _quietly(desk: Running) -> None:
    try:
        desk.post("/c/1/evidence/bundle", {"profile": "full"})
    except (OSError, http.client.HTTPException):
        return  # killed meanwhile, as meant
