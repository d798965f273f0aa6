"""The second opinion, against a real HTTP server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cuijie.errors import BadInput, CouldNotFinish
from cuijie.reading import read
from cuijie.reading.second_opinion import Endpoint, second_opinion

READING = read("再不还打断你的腿", recipient="debtor")


@contextmanager
def model_answering(status: int, body: bytes) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A model server that gives the same answer to everything, and what it was asked."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            asked.append({"path": self.path, **json.loads(self.rfile.read(length))})
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(content: str) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


def test_what_both_and_what_only_one_sees_is_told_apart() -> None:
    said = '好的：```json\n{"labels": ["threat_violence", "insult", "nonsense"]}\n```'
    with model_answering(200, answer(said)) as (base, asked):
        opinion = second_opinion(READING, Endpoint(base=base, model="tiny"))
    assert opinion.agreed == ("threat_violence",)
    assert opinion.only_model == ("insult",)
    assert opinion.only_reader == ()
    assert asked[0]["path"] == "/v1/chat/completions"
    assert asked[0]["model"] == "tiny"


def test_the_readers_own_labels_stand_whatever_the_model_says() -> None:
    with model_answering(200, answer('{"labels": []}')) as (base, _):
        opinion = second_opinion(READING, Endpoint(base=base))
    assert opinion.only_reader == ("threat_violence",)
    assert READING.names == ("threat_violence",)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"x"),
        (200, b"<html>"),
        (200, answer("no idea")),
        (200, answer('{"labels": "insult"}')),
        (200, b'{"choices": []}'),
    ],
)
def test_an_odd_answer_is_an_error_and_no_opinion(status: int, body: bytes) -> None:
    with model_answering(status, body) as (base, _), pytest.raises(CouldNotFinish):
        second_opinion(READING, Endpoint(base=base))


def test_no_model_listening_is_an_error_that_says_reading_goes_on_without_it() -> None:
    with model_answering(200, answer("{}")) as (base, _):
        pass
    with pytest.raises(CouldNotFinish, match="照常阅读"):
        second_opinion(READING, Endpoint(base=base, timeout_s=2))


@pytest.mark.parametrize(
    "base",
    ["http://example.com/v1", "http://192.168.1.5:8080/v1", "http://127.0.0.1.example.com", "ftp://127.0.0.1", "x"],
)
def test_a_text_never_leaves_this_computer_unasked(base: str) -> None:
    with pytest.raises(BadInput):
        second_opinion(READING, Endpoint(base=base))
