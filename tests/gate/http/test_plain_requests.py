"""Ordinary requests read in one step: what is read so, uvicorn's own reader reads alike."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cuijie.gate.http.plain_requests import plain_request
from tests.gate.http.served import LONGEST_S, Serving, serving_over

_BODY = b'{"text": "..."}'
_PLAIN = (
    b"POST /v1/texts/lint HTTP/1.1\r\nHost: 127.0.0.1:8700\r\nContent-Type: application/json\r\n"
    b"Connection: keep-alive\r\nContent-Length: 15\r\n\r\n" + _BODY
)
_PIECES = [
    b"POST", b"GET", b" ", b"  ", b"/v1/texts/lint", b"/%41", b"/a?b", b"http://x/", b"HTTP/1.1", b"HTTP/1.0", b"\r\n", b"\n", b"\r",
    b"Host: a", b"host:a", b"Host: ", b"Content-Length: 15", b"Content-Length: 15, 15", b"Content-Length: +15", b"Content-Length: 0",
    b"content-length: 015", b"Transfer-Encoding: chunked", b"Transfer-Encoding : chunked", b"Expect: 100-continue", b"Connection: close",
    b"Connection: Upgrade", b"Upgrade: h2c", b"X: a b", b"X: a  b", b"X: a ", b"X:\ta", b" folded", b"X\x00: a", b"X: \xe9", b"X-A: \x7f", _BODY, b"",
]  # fmt: skip


@st.composite
def _nearly_plain(draw: st.DrawFn) -> bytes:
    """The ordinary request with some of its lines or marks exchanged, left out or put in."""
    parts = [part for line in _PLAIN.split(b"\r\n") for part in (line, b"\r\n")][:-1]
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(parts)))
        parts[at : at + draw(st.integers(0, 1))] = draw(st.lists(st.sampled_from(_PIECES), max_size=3))
    return b"".join(parts)


@given(_nearly_plain())
@example(_PLAIN)
def test_what_is_read_in_one_step_is_read_alike_by_the_other_reader(data: bytes) -> None:
    found = plain_request(data)
    if found is None:
        return
    other = h11.Connection(h11.SERVER)
    other.receive_data(data)
    head = other.next_event()
    assert isinstance(head, h11.Request)
    assert (head.method, head.target, head.http_version) == (b"POST", found.path.encode(), b"1.1")
    assert list(head.headers) == found.headers
    body = b""
    while isinstance(event := other.next_event(), h11.Data):
        body += event.data
    assert isinstance(event, h11.EndOfMessage)
    assert body == found.body
    assert other.trailing_data[0] == b""
    assert other.their_state is h11.DONE  # the connection is kept


def test_the_ordinary_request_is_read_in_one_step() -> None:
    found = plain_request(_PLAIN)
    assert found is not None
    assert (found.path, found.body) == ("/v1/texts/lint", _BODY)


@pytest.mark.parametrize(
    ("instead_of", "written"),
    [
        (b"\r\n\r\n", b"\r\nContent-Length: 15\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"),
        (b"Connection: keep-alive", b"Connection: close"),
        (b"Content-Length: 15", b"Content-Length: 14"),
        (b"Content-Length: 15", b"Content-Length: 16"),
        (b"Host: 127.0.0.1:8700\r\n", b""),
        (b"\r\nHost", b"\nHost"),
        (b"POST", b"GET"),
        (b"HTTP/1.1", b"HTTP/1.0"),
    ],
)
def test_whatever_is_unusual_is_for_the_other_reader(instead_of: bytes, written: bytes) -> None:
    assert plain_request(_PLAIN.replace(instead_of, written)) is None


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder: Path = tmp_path_factory.mktemp("serving")
    found = serving_over("memory", folder)
    yield found
    found.kill()
    found.errors.close()


def _answers(serving: Serving, *sent: bytes, of: int) -> list[bytes]:
    """The status lines of the next *of* answers on one connection, and b"" if it is closed before."""
    found: list[bytes] = []
    with socket.create_connection(("127.0.0.1", serving.port), LONGEST_S) as line, line.makefile("rb") as told:
        for piece in sent:
            line.sendall(piece)
        while len(found) < of:
            found.append(told.readline().rstrip())
            if not found[-1]:
                break
            headers = {}
            while (header := told.readline().rstrip().lower()) and b":" in header:
                name, _, value = header.partition(b": ")
                headers[name] = value
            told.read(int(headers[b"content-length"]))
    return found


_OK = b"HTTP/1.1 200 OK"
_GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_both_readers_take_turns_on_one_connection_and_answer_in_order(serving: Serving) -> None:
    lint = _PLAIN.replace(b"Content-Length: 15", b"Content-Length: 14").replace(_BODY, b'{"text":"abc"}')
    assert plain_request(lint) is not None
    refused = b"HTTP/1.1 415 Unsupported Media Type"
    other = lint.replace(b"application/json", b"text/plain")
    assert _answers(serving, lint, _GET, lint, other, lint + _GET + other, of=7) == [
        _OK, _OK, _OK, refused, _OK, _OK, refused,
    ]  # fmt: skip


def test_a_request_that_comes_in_pieces_is_answered(serving: Serving) -> None:
    at = _PLAIN.index(_BODY)
    assert _answers(serving, _PLAIN[:40], _PLAIN[40:at], _PLAIN[at:], _PLAIN, of=2) == [_OK, _OK]
