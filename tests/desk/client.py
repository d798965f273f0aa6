"""The workbench asked without a browser: the whole application, its door included, in one process."""

from __future__ import annotations

import html
import http.client
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage
from pathlib import Path
from urllib.parse import quote, urlencode

import uvicorn

from cuijie.casefile import KdfCost
from cuijie.clock import SystemClock
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.door.entrance import Entrance
from cuijie.desk.door.security import Door
from cuijie.desk.jobs import Job
from cuijie.desk.server import listen

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
LONGEST_S = 240.0  # for what comes at once on an idle machine: no test may depend on how fast this one is
File = tuple[str, str, bytes]  # field, file name, content


def until(is_so: Callable[[], object], said: Callable[[], object] = lambda: "") -> None:
    """Waits for a state, however long this machine takes; *said* tells what there is instead."""
    deadline = time.monotonic() + LONGEST_S
    while not is_so():
        assert time.monotonic() < deadline, said()
        time.sleep(0.02)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def words(self) -> str:
        """What a reader sees: no tags, no markup."""
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.text)))

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""


@dataclass(frozen=True)
class Desk:
    port: int
    door: Door
    shelf: CaseShelf
    entrance: Entrance | None = None

    def ask(self, method: str = "GET", path: str = "/", body: bytes | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_S)) as connection:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    @property
    def cookie(self) -> str:
        return f"cuijie_key={self.door.key}"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask(path=quote(path, safe="/?=&%:@.~+#"), Cookie=self.cookie, **headers)

    def post(self, path: str, fields: dict[str, str] | Sequence[tuple[str, str]], files: Sequence[File] = ()) -> Answer:
        """A form as a browser sends it, with files if there are any."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        if files:
            body, kind = _multipart(pairs, files)
        else:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        path = quote(path, safe="/?=&%:@.~+#")
        return self.ask("POST", path, body=body, Cookie=self.cookie, Origin=self.origin, Content_Type=kind)

    def settled(self, path: str, fields: dict[str, str], files: Sequence[File] = ()) -> Answer:
        """Posts what begins long work, waits until it is over, and answers the page that is gone back to."""
        answer = self.post(path, fields, files)
        assert answer.status == 303, answer.words
        self.wait_for_jobs()
        return self.get(answer.location.partition("#")[0])

    def wait_for_jobs(self) -> None:
        """Until nothing goes on beside the pages any more."""
        until(lambda: not self._going(), lambda: [(job.title, job.state) for job in self._going()])

    def _going(self) -> list[Job]:
        jobs = [job for place in self.shelf.places() if place.jobs for job in place.jobs.all()]
        return [job for job in jobs if job.state in ("waiting", "running")]

    def place(self, slug: str = "1") -> OpenCase:
        """The case at *slug*, to look at what a page wrote."""
        return next(one for one in self.shelf.places() if one.slug == slug)


def _multipart(pairs: Sequence[tuple[str, str]], files: Sequence[File]) -> tuple[bytes, str]:
    line = uuid.uuid4().hex
    parts = [f'--{line}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in pairs]
    for field, name, content in files:
        head = f'--{line}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content + b"\r\n")
    return b"".join([*parts, f"--{line}--\r\n".encode()]), f"multipart/form-data; boundary={line}"


@contextmanager
def desk_of(folders: Sequence[Path], home: Path, *, phones: bool = False, **settings: bool) -> Iterator[Desk]:
    """A workbench over *folders*, its home folder *home*, for the time of the block; *phones*: with a way in for them."""
    listener = listen(0)
    port = listener.getsockname()[1]
    door = Door(hosts=frozenset({f"127.0.0.1:{port}", f"localhost:{port}"}))
    with CaseShelf(folders, clock=SystemClock(), home=home, cost=CHEAP) as shelf:
        entrance = None
        if phones:
            entrance = Entrance(
                lambda outer: make_app(shelf, outer, is_lan=True), shelf.clock, find_address=lambda: "127.0.0.1"
            )
        app = make_app(shelf, door, entrance=entrance, **settings)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield Desk(port, door, shelf, entrance)
        finally:
            if entrance is not None:
                entrance.close()
            server.should_exit = True
            thread.join(10)
