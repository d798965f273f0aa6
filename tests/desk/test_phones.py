"""Phones of the same network: a real TLS client, the fingerprint, what a phone may and may not do."""

from __future__ import annotations

import hashlib
import http.client
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from cuijie.casefile import Case
from cuijie.clock import SystemClock
from cuijie.desk import cases
from cuijie.desk.app import make_app
from cuijie.desk.cases import CaseShelf
from cuijie.desk.door.certificate import make_certificate
from cuijie.desk.door.entrance import Entrance
from cuijie.errors import CouldNotFinish

from .client import CHEAP, LONGEST_S, desk_of, until

WORDS = "four plain words"


@dataclass(frozen=True)
class Phone:
    """A browser on a phone that was let in."""

    host: str
    context: ssl.SSLContext | None
    cookie: str

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Origin": f"{'https' if self.context else 'http'}://{self.host}"}
        body = urlencode(fields).encode() if fields is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(connect(self.host, self.context)) as connection:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()


def connect(host: str, context: ssl.SSLContext | None) -> http.client.HTTPConnection:
    if context is None:
        return http.client.HTTPConnection(host, timeout=LONGEST_S)
    return http.client.HTTPSConnection(host, timeout=LONGEST_S, context=context)


def trusting(entrance: Entrance) -> ssl.SSLContext:
    """As a phone whose owner has compared the fingerprint and said yes."""
    assert entrance.certificate is not None
    context = ssl.create_default_context(cadata=entrance.certificate.der)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT if hasattr(ssl, "VERIFY_X509_STRICT") else 0
    return context


def come_in(entrance: Entrance, context: ssl.SSLContext | None) -> Phone:
    link = urlsplit(entrance.invite() or "")
    with closing(connect(link.netloc, context)) as connection:
        connection.request("GET", f"/?{link.query}")
        answer = connection.getresponse()
        assert answer.status == 303
        cookie = answer.headers["Set-Cookie"]
    assert ("Secure" in cookie) == (context is not None)
    return Phone(link.netloc, context, cookie.partition(";")[0])


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[CaseShelf]:
    Case.create(tmp_path / "记事", WORDS, cost=CHEAP).close()
    with CaseShelf([tmp_path / "记事"], clock=SystemClock(), home=tmp_path / "home", cost=CHEAP) as made:
        yield made


@pytest.fixture
def entrance(shelf: CaseShelf) -> Iterator[Entrance]:
    made = Entrance(lambda door: make_app(shelf, door, is_lan=True), shelf.clock, find_address=lambda: "127.0.0.1")
    yield made
    made.close()


def test_what_a_phone_sends_is_encrypted_and_the_certificate_is_the_one_shown(entrance: Entrance) -> None:
    entrance.open()
    certificate = entrance.certificate
    assert certificate is not None
    phone = come_in(entrance, trusting(entrance))
    assert phone.ask("GET", "/")[0] == 200
    host, port = phone.host.split(":")
    pem = ssl.get_server_certificate((host, int(port)))
    shown = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()
    assert certificate.fingerprint.replace(":", "") == shown
    assert shown.startswith(certificate.code.replace(" ", ""))


def test_a_phone_that_does_not_trust_the_certificate_is_warned(entrance: Entrance) -> None:
    entrance.open()
    link = urlsplit(entrance.invite() or "")
    with (
        closing(connect(link.netloc, ssl.create_default_context())) as connection,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        connection.request("GET", "/")


def test_plain_words_are_not_understood_where_encryption_was_promised(entrance: Entrance) -> None:
    entrance.open()
    link = urlsplit(entrance.invite() or "")
    with closing(connect(link.netloc, None)) as connection:
        connection.request("GET", f"/?{link.query}")
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            connection.getresponse()


def test_a_link_opens_once_and_of_unused_ones_only_the_newest_few(entrance: Entrance) -> None:
    entrance.open(encrypted=False)
    links = [urlsplit(entrance.invite() or "") for _ in range(5)]

    def status(at: int) -> int:
        with closing(connect(links[at].netloc, None)) as connection:
            connection.request("GET", f"/?{links[at].query}")
            return connection.getresponse().status

    assert [status(0), status(4), status(4), status(3)] == [403, 303, 403, 303]
    assert len({parse_qs(link.query)["key"][0] for link in links}) == 5


def test_a_case_open_on_the_computer_still_asks_the_phone_for_its_passphrase(
    entrance: Entrance, shelf: CaseShelf
) -> None:
    shelf.open("1", WORDS)
    entrance.open(encrypted=False)
    phone = come_in(entrance, None)
    status, text = phone.ask("GET", "/c/1/timeline")
    assert status == 403
    assert "要先输入" in text
    assert 'type="password"' in phone.ask("GET", "/")[1]
    assert phone.ask("POST", "/open", {"slug": "1", "passphrase": "wrong words"})[0] == 403
    assert phone.ask("GET", "/c/1/more")[0] == 403
    assert phone.ask("POST", "/open", {"slug": "1", "passphrase": WORDS})[0] == 303
    assert phone.ask("GET", "/c/1/more")[0] == 200
    next(iter(shelf.places())).close()
    shelf.open("1", WORDS)  # opened anew on the computer: the phone is asked anew
    assert phone.ask("GET", "/c/1/more")[0] == 403


def test_a_phone_cannot_try_passphrases_of_an_open_case_without_end(
    entrance: Entrance, shelf: CaseShelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "_TRIES_WINDOW_S", LONGEST_S)  # however long six of them take here
    shelf.open("1", WORDS)
    entrance.open(encrypted=False)
    phone = come_in(entrance, None)
    for guess in range(6):
        _, text = phone.ask("POST", "/open", {"slug": "1", "passphrase": f"guess {guess}"})
    assert "试得太多" in text


def test_a_phone_may_neither_open_nor_close_the_way_in(entrance: Entrance) -> None:
    entrance.open(encrypted=False)
    phone = come_in(entrance, None)
    assert phone.ask("GET", "/phone")[0] == 403
    assert phone.ask("POST", "/phone/close", {})[0] == 403
    assert entrance.is_open


def test_closing_puts_out_whoever_is_in_and_opening_again_is_another_key(entrance: Entrance) -> None:
    entrance.open(encrypted=False)
    phone = come_in(entrance, None)
    entrance.close()
    assert entrance.invite() is None
    with pytest.raises(OSError, match=r".*"):
        phone.ask("GET", "/")
    entrance.open(encrypted=False)
    again = come_in(entrance, None)
    assert again.cookie != phone.cookie


def test_without_a_network_the_way_in_says_what_to_do(shelf: CaseShelf) -> None:
    entrance = Entrance(lambda door: make_app(shelf, door), shelf.clock, find_address=lambda: None)
    with pytest.raises(CouldNotFinish, match="局域网"):
        entrance.open()


def test_every_start_has_a_certificate_of_its_own_and_leaves_no_key_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    one, other = (make_certificate("127.0.0.1", SystemClock()) for _ in range(2))
    one.context()
    assert one.fingerprint != other.fingerprint
    assert list(tmp_path.iterdir()) == []


def test_the_page_on_the_computer_opens_shows_and_closes_the_way_in(tmp_path: Path) -> None:
    with desk_of([], tmp_path / "home", phones=True) as desk:
        assert "打开手机入口" in desk.get("/phone").words
        assert desk.post("/phone/open", {}).location == "/phone"
        page = desk.get("/phone")
        assert desk.entrance is not None
        certificate = desk.entrance.certificate
        assert certificate is not None
        assert certificate.code in page.words
        assert certificate.fingerprint in page.words
        assert "<svg" in page.text
        desk.post("/phone/close", {})
        assert not desk.entrance.is_open
        desk.post("/phone/open", {"plain": "1"})
        assert "不加密" in desk.get("/phone").words
    until(lambda: all(thread.name != "phones" for thread in threading.enumerate()))
