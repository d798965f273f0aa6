"""The door of the workbench, tried by each attack it is there for, over a real socket."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path

import pytest
import uvicorn

from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.security import Door
from cuijie.desk.server import listen


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Running:
    port: int
    door: Door

    def ask(self, method: str = "GET", path: str = "/", body: bytes | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    @property
    def cookie(self) -> str:
        return f"cuijie_key={self.door.key}"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running(folders: list[Path]) -> Iterator[Running]:
    listener = listen(0)
    port = listener.getsockname()[1]
    door = Door(hosts=frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}))
    with CaseShelf(folders, clock=SystemClock(), home=Path("/nonexistent")) as shelf:
        server = uvicorn.Server(uvicorn.Config(make_app(shelf, door), log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Running(port, door)
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture(scope="module")
def desk() -> Iterator[Running]:
    with running([]) as started:
        yield started


def test_a_page_needs_the_key_of_this_run(desk: Running) -> None:
    assert desk.ask().status == 403
    assert desk.ask(Cookie="cuijie_key=guess").status == 403
    assert desk.ask(Cookie=desk.cookie).status == 200


def test_the_key_in_the_address_becomes_a_strict_cookie_and_leaves_the_address(desk: Running) -> None:
    answer = desk.ask(path=f"/check?key={desk.door.key}")
    assert answer.status == 303
    assert answer.headers["Location"] == "/check"
    cookie = answer.headers["Set-Cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert desk.ask(path="/?key=wrong").status == 403


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_refused_even_with_the_key(desk: Running, host: str) -> None:
    assert desk.ask(Host=host, Cookie=desk.cookie).status in {400, 421}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "SAME", "Sec_Fetch_Site": "cross-site"},
        {"Origin": "SAME", "Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_change_from_another_origin_is_refused(desk: Running, headers: dict[str, str]) -> None:
    sent = {name: desk.origin if value == "SAME" else value for name, value in headers.items()}
    assert desk.ask("POST", "/lock", Cookie=desk.cookie, **sent).status == 403
    assert desk.ask("POST", "/lock", Cookie=desk.cookie, Origin=desk.origin).status == 303


def test_every_answer_forbids_outside_requests_framing_and_caching(desk: Running) -> None:
    for path in ("/", "/static/desk.css", "/nosuch"):
        headers = desk.ask(path=path, Cookie=desk.cookie).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/vendor/..%2f..%2fapp.py", "/vendor/x.js"],
)
def test_no_path_leads_out_of_the_static_folder(desk: Running, path: str) -> None:
    answer = desk.ask(path=path, Cookie=desk.cookie)
    assert answer.status == 404
    assert b"import" not in answer.body


def test_a_body_over_the_limit_is_refused_before_it_is_read(desk: Running) -> None:
    answer = desk.ask("POST", "/open", Cookie=desk.cookie, Origin=desk.origin, Content_Length=str(3 << 30))
    assert answer.status == 413


def test_the_language_switch_goes_back_only_to_our_own_paths(desk: Running) -> None:
    for back in ("//evil.example", "https://evil.example", "/\\evil.example"):
        answer = desk.ask(path=f"/language?to=en&back={back}", Cookie=desk.cookie)
        assert answer.headers["Location"] == "/"


def test_a_locked_or_unknown_case_shows_nothing(desk: Running) -> None:
    answer = desk.ask(path="/c/7/timeline", Cookie=desk.cookie)
    assert answer.status == 403
    assert "没有这个案卷" in answer.body.decode()


def test_the_key_of_one_run_does_not_open_another(desk: Running) -> None:
    with running([]) as other:
        assert other.ask(Cookie=desk.cookie).status == 403
