"""Who is answered: keys in a file, and this computer's own names where there is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from cuijie.errors import BadInput
from cuijie.gate.http import KeyFile, make_key
from tests.gate.asks import call
from tests.gate.http.served import Served


def _keyed(tmp_path: Path) -> tuple[Served, str]:
    secret = make_key(tmp_path / "keys", "dialer")
    return Served(keys=KeyFile(tmp_path / "keys")), secret


def test_without_the_key_nobody_is_answered_but_health_and_the_document(tmp_path: Path) -> None:
    served, secret = _keyed(tmp_path)
    for given in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": f"Basic {secret}"},
        {"Authorization": secret},
        {
            "Authorization": "Bearer wrong",
            "authorization": f"Bearer {secret}",
        },  # which of two a proxy looked at nobody knows
    ):
        said = served.ask("/v1/decisions", call(), headers=given)
        assert (said.status, said.json["code"]) == (401, "no_key")
        assert said.headers["www-authenticate"].startswith("Bearer")
    assert served.ask("/metrics").status == 401
    assert [served.ask(path).status for path in ("/healthz", "/readyz", "/openapi.json")] == [200, 200, 200]
    assert served.ask("/v1/decisions", call(), headers={"Authorization": f"bearer {secret}"}).status == 200


def test_keys_change_over_without_a_restart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuijie.gate.http.keys._AGAIN_S", 0)
    served, old = _keyed(tmp_path)
    new = make_key(tmp_path / "keys", "dialer-2")

    def opens(secret: str) -> bool:
        return served.ask("/v1/rulebook", headers={"Authorization": f"Bearer {secret}"}).status == 200

    assert opens(old)
    assert opens(new)
    lines = (tmp_path / "keys").read_text().splitlines(keepends=True)
    (tmp_path / "keys").write_text("".join(line for line in lines if not line.startswith("dialer ")))
    assert not opens(old)
    assert opens(new)
    (tmp_path / "keys").unlink()
    assert not opens(new)  # fails closed


def test_a_key_file_keeps_no_key(tmp_path: Path) -> None:
    secret = make_key(tmp_path / "keys", "dialer")
    assert secret not in (tmp_path / "keys").read_text()
    assert os.stat(tmp_path / "keys").st_mode & 0o777 == 0o600


def test_a_key_may_stand_in_the_file_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text("# keys\n\nops 0123456789abcdef0123456789abcdef\n")
    path.chmod(0o600)
    assert KeyFile(path).holder("0123456789abcdef0123456789abcdef") == "ops"


def _written(text: str, mode: int = 0o600) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        path.chmod(mode)

    return write


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_written("ops 0123456789abcdef0123456789abcdef\n", 0o644), "别人也能读"),
        (_written(""), "没有钥匙"),
        (_written("ops short\n"), "太短"),
        (_written("ops\n"), "读不懂"),
        (_written("a 0123456789abcdef0123456789\na 0123456789abcdef0123456789\n"), "同一个名字"),
        (_written("a sha256:zz\n"), "64 个"),
        (_written("\udcff\udcfe"), "UTF-8"),
        (lambda path: path.mkdir(), "文件夹"),
        (lambda path: None, "找不到"),
    ],
)
def test_a_key_file_that_cannot_be_trusted_is_refused(make: Callable[[Path], None], words: str, tmp_path: Path) -> None:
    make(tmp_path / "keys")
    with pytest.raises(BadInput, match=words):
        KeyFile(tmp_path / "keys")


def test_without_keys_only_this_computers_own_names_are_answered() -> None:
    served = Served()
    said = served.ask("/v1/decisions", call(), headers={"host": "gate.evil.example:8700"})
    assert (said.status, said.json["code"]) == (403, "wrong_host")
    passed_on = served.ask("/v1/rulebook", headers={"host": "127.0.0.1:8700", "x-forwarded-for": "203.0.113.7"})
    assert (passed_on.status, passed_on.json["code"]) == (403, "wrong_host")
    for own in ("localhost:8700", "127.0.0.1", "[::1]:8700"):
        assert served.ask("/v1/rulebook", headers={"host": own}).status == 200
