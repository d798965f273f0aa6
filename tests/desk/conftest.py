"""A running workbench on the sample case, and a real Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from cuijie.casefile import Case
from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.demo import build_demo
from cuijie.desk.door.security import Door
from cuijie.desk.server import listen
from cuijie.desk.taking_in import files as taking_in
from cuijie.records import Collector, Loan, Person

from .client import CHEAP, LONGEST_S, Desk, desk_of
from .uploads import WORDS

PASSPHRASE = "cuijie-demo"
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class Workbench:
    port: int
    door: Door
    shelf: CaseShelf

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"{self.base}/?key={self.door.key}"


@contextmanager
def serving(folders: list[Path], home: Path) -> Iterator[Workbench]:
    listener = listen(0)
    port = listener.getsockname()[1]
    door = Door(hosts=frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}))
    with CaseShelf(folders, clock=SystemClock(), home=home, cost=CHEAP) as shelf:
        server = uvicorn.Server(uvicorn.Config(make_app(shelf, door), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Workbench(port, door, shelf)
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="session")
def sample_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sample case, made once; tests that change it work on a copy."""
    folder = tmp_path_factory.mktemp("sample") / "样例案卷"
    build_demo(folder, PASSPHRASE, cost=CHEAP)
    return folder


@pytest.fixture
def workbench(sample_case: Path, tmp_path: Path) -> Iterator[Workbench]:
    folder = tmp_path / "样例案卷"
    shutil.copytree(sample_case, folder)
    with serving([folder], tmp_path / "home") as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CUIJIE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("did not run: no Chromium (set CUIJIE_CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An open case with a borrower, a loan, a collector, and nothing taken in."""
    with Case.create(tmp_path / "记事", WORDS, cost=CHEAP) as case:
        case.put(
            Person(person_id="debtor", role="debtor"),
            Loan(loan_id="loan-1", lender_id="lender-1", lender_name="远山（虚构）", lender_type="microloan"),
            Collector(collector_id="c-1", lender_id="lender-1", numbers=("17000002101",)),
        )
    with desk_of([tmp_path / "记事"], tmp_path / "home") as running:
        running.shelf.open("1", WORDS)
        yield running


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Taking in stops before each act until it is let go: (it has come so far, let it go)."""
    here, go = threading.Event(), threading.Event()
    real = taking_in.read_ahead

    def waiting(*given: object, **named: object) -> None:
        here.set()
        go.wait(LONGEST_S)
        real(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(taking_in, "read_ahead", waiting)
    yield here, go
    go.set()
