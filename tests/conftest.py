"""What every test runs under: no network but loopback, a random host time zone, hypothesis without a database."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "cuijie",
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
settings.load_profile("cuijie")

os.environ.pop("CUIJIE_CALLED", None)  # how ./run was called is read once, at import

if not hasattr(sys.modules["__main__"], "__file__"):  # a test worker: Spark's client would take it for a doctest
    sys.modules["__main__"].__file__ = __file__


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--update-golden`` writes the golden files anew; the difference is then read like code."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew instead of comparing")


_LOOPBACK = ("127.", "::1", "localhost")
_real_connect = socket.socket.connect


def _connect_here_only(self: socket.socket, address: Any) -> None:
    if self.family in {socket.AF_INET, socket.AF_INET6} and not str(address[0]).startswith(_LOOPBACK):
        raise AssertionError(f"a test tried to reach {address[0]}")
    _real_connect(self, address)


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "connect", _connect_here_only)


@pytest.fixture(autouse=True)
def _one_day() -> None:
    """No test begins in the last minute of a day in Shanghai: what is done today stays of today until its end."""
    left = 86_400 - (time.time() + 8 * 3600) % 86_400
    if left < 60:
        time.sleep(left + 0.1)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the person's own data folder or passphrase."""
    monkeypatch.setenv("CUIJIE_DATA_DIR", str(tmp_path_factory.mktemp("data")))
    for name in ("CUIJIE_PASSPHRASE", "CUIJIE_CASES_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_loop_left_running(request: pytest.FixtureRequest) -> Iterator[None]:
    """The browser's driver leaves its event loop marked as running in this thread; only tests that use it may see it."""
    loop = asyncio._get_running_loop()
    if loop is None or "chromium" in request.fixturenames:
        yield
        return
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(loop)


@pytest.fixture(scope="session", autouse=True)
def _some_zone() -> Iterator[None]:
    """Every run lives in another host zone, so that none may matter."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = ("UTC", "Asia/Shanghai", "America/New_York", "Pacific/Kiritimati")[os.getpid() % 4]
    if hasattr(time, "tzset"):
        time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real samples and law texts, named by CUIJIE_SHARED; the test says so when it did not run."""
    folder = os.environ.get("CUIJIE_SHARED")
    if not folder:
        pytest.skip("did not run: CUIJIE_SHARED names no folder of real samples and law texts")
    return Path(folder)
