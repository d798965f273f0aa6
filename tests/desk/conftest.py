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

from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.demo import build_demo
from cuijie.desk.security import Door
from cuijie.desk.server import listen

from .client import CHEAP

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
