"""The service as it runs: started, asked by many, told to end, killed, and asked whatever schemathesis thinks of."""

from __future__ import annotations

import json
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from cuijie.gate.http import make_key
from tests.gate.asks import call
from tests.gate.http.served import LONGEST_S, Said, Serving, serving_over, until
from tests.gate.on_a_day import TODAY, cuijie_command
from tests.gate.stores.redis_server import RedisServer

CAP = 3
_RULE = "cn.frequency.connected-calls"


NOON = TODAY.replace(hour=12)


def _call(**columns: Any) -> dict[str, Any]:
    return call(occurred_at=NOON.isoformat(), **columns)


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    found = serving_over(str(tmp_path / "gate.db"), tmp_path)
    yield found
    found.kill()
    found.errors.close()


def test_it_starts_answers_and_ends_in_order_when_told(tmp_path: Path) -> None:
    serving = serving_over(str(tmp_path / "gate.db"), tmp_path)
    assert serving.ask("/v1/decisions", _call()).json["decision"] == "allow"
    assert serving.ask("/readyz").json["status"] == "ready"
    assert serving.end() == 0
    events = [json.loads(line)["event"] for line in serving.log_text().splitlines()]
    assert events[0] == "started"
    assert events[-1] == "stopped"
    serving.errors.close()


def test_a_request_on_its_way_is_answered_before_it_ends(serving: Serving) -> None:
    body = json.dumps(_call()).encode()
    head = (
        b"POST /v1/decisions HTTP/1.1\r\nhost: 127.0.0.1\r\nexpect: 100-continue\r\n"
        b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", serving.port), LONGEST_S) as line:
        line.sendall(head % len(body))
        assert b"100 Continue" in line.recv(65536)  # it is being read
        serving.process.terminate()
        until(lambda: not serving.answers())
        line.sendall(body)
        assert b"200 OK" in line.recv(65536)
    assert serving.process.wait(LONGEST_S) == 0


def test_a_head_that_never_ends_is_refused_before_it_fills_the_memory(serving: Serving) -> None:
    with socket.create_connection(("127.0.0.1", serving.port), LONGEST_S) as line:
        line.sendall(b"POST /v1/decisions HTTP/1.1\r\nhost: 127.0.0.1\r\nx-long: " + b"a" * 100_000)
        assert b"400 Bad Request" in line.recv(65536)
    assert serving.ask("/v1/decisions", _call()).json["decision"] == "allow"


def test_who_sends_a_batch_that_is_too_long_can_read_why_it_is_refused(serving: Serving) -> None:
    said = serving.ask("/v1/decisions/batch", {"asks": ["a" * 5_000_000]})
    assert (said.status, said.json["code"]) == (413, "too_large")


def test_draining_says_not_ready_and_still_answers(tmp_path: Path) -> None:
    serving = serving_over("memory", tmp_path, "--drain", "300")
    serving.process.terminate()
    until(lambda: serving.ask("/readyz").status == 503)
    assert serving.ask("/readyz").json["reasons"] == ["closing"]
    assert serving.ask("/v1/decisions", _call()).json["decision"] == "allow"
    assert serving.end() == 0  # told again, it waits no longer
    serving.errors.close()


def test_it_ends_by_itself_once_it_has_drained(tmp_path: Path) -> None:
    serving = serving_over("memory", tmp_path, "--drain", "0.1")
    assert serving.end() == 0
    serving.errors.close()


def _refused(*arguments: str) -> str:
    command = cuijie_command("gate", "serve", *arguments)
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_S, check=False)
    assert done.returncode in (2, 3)
    assert "Traceback" not in done.stderr
    return done.stderr


def test_without_keys_it_does_not_listen_beyond_this_computer() -> None:
    assert "钥匙" in _refused("--host", "0.0.0.0", "--port", "0")  # noqa: S104 -- refused is what is tested
    assert "钥匙" in _refused("--host", "::", "--port", "0")


def test_a_port_in_use_and_a_bad_certificate_are_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "端口" in _refused("--port", str(taken.getsockname()[1]))
    (tmp_path / "cert.pem").write_text("no certificate")
    assert "证书" in _refused("--port", "0", "--tls-cert", str(tmp_path / "cert.pem"))
    assert "--tls-cert" in _refused("--port", "0", "--tls-key", str(tmp_path / "cert.pem"))


def test_with_a_key_it_answers_who_has_it(tmp_path: Path) -> None:
    secret = make_key(tmp_path / "keys", "dialer")
    serving = serving_over("memory", tmp_path, "--keys", str(tmp_path / "keys"))
    assert serving.ask("/v1/decisions", _call()).status == 401
    assert serving.ask("/v1/decisions", _call(), {"Authorization": f"Bearer {secret}"}).status == 200
    assert serving.end() == 0
    assert secret not in serving.log_text()
    serving.errors.close()


@pytest.mark.slow
def test_of_many_at_once_no_more_than_the_cap_are_allowed(serving: Serving) -> None:
    def one(number: int) -> str:
        return str(
            serving.ask("/v1/decisions", _call(idempotency_key=f"n{number}", recipient_id=f"r{number}")).json[
                "decision"
            ]
        )

    with ThreadPoolExecutor(24) as pool:
        told = list(pool.map(one, range(240)))
    assert told.count("allow") == CAP
    assert told.count("deny") == 240 - CAP


class _Dialer(threading.Thread):
    """Asks, dials what is allowed, settles some of it, and asks again with the same key when nobody answers."""

    def __init__(self, seed: int, where: dict[str, Serving]) -> None:
        super().__init__(daemon=True)
        self.dice = random.Random(seed)  # noqa: S311 -- a test's dice
        self.where, self.seed = where, seed
        self.dialled: list[tuple[str, str]] = []
        self.is_over = False

    def run(self) -> None:
        number = 0
        while not self.is_over:
            number += 1
            debtor = f"d{self.dice.randrange(4)}"
            key = f"{self.seed}-{number}"
            said = self._until_answered(
                "/v1/decisions", _call(debtor_id=debtor, idempotency_key=key, recipient_id=f"{key}r")
            )
            if said is None or said.json["decision"] != "allow":
                continue
            self.dialled.append((debtor, key))
            if self.dice.random() < 0.5:
                self._until_answered("/v1/settlements", {"reservation": said.json["reservation"], "connected": True})

    def _until_answered(self, path: str, body: dict[str, Any]) -> Said | None:
        while not self.is_over:
            try:
                return self.where["now"].ask(path, body)
            except OSError:
                time.sleep(0.05)
            except Exception:  # an answer cut off in the middle
                time.sleep(0.05)
        return None


@pytest.mark.slow
def test_a_gate_killed_again_and_again_never_lets_a_cap_be_passed(tmp_path: Path) -> None:
    store = str(tmp_path / "gate.db")
    where = {"now": serving_over(store, tmp_path)}
    dialers = [_Dialer(seed, where) for seed in range(4)]
    for dialer in dialers:
        dialer.start()
    dice = random.Random(5)  # noqa: S311 -- a test's dice
    for _ in range(5):
        time.sleep(0.2 + dice.random())
        where["now"].kill()
        where["now"].errors.close()
        where["now"] = serving_over(store, tmp_path)
    until(lambda: len([one for dialer in dialers for one in dialer.dialled]) >= 4 * CAP)
    time.sleep(0.5)  # in which a fault would let more through
    for dialer in dialers:
        dialer.is_over = True
    for dialer in dialers:
        dialer.join(LONGEST_S)
    dialled = Counter(debtor for dialer in dialers for debtor, _ in dialer.dialled)
    assert dialled == dict.fromkeys(("d0", "d1", "d2", "d3"), CAP)
    where["now"].kill()
    where["now"].errors.close()
    with sqlite3.connect(store) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    file.close()


@pytest.mark.slow
def test_a_redis_that_goes_and_comes_back_denies_in_between(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always")
    key = tmp_path / "settings.yaml"
    key.write_text(
        f"store: {server.url}?wait_s=5\nkey_file: gate.key\nclock_jump_s: null\n"
    )  # its own clock is another
    serving = Serving("--settings", str(key), folder=tmp_path)
    assert serving.ask("/v1/decisions", _call()).json["decision"] == "allow"
    server.stop()
    away = serving.ask("/v1/decisions", _call()).json
    assert (away["decision"], [reason["code"] for reason in away["reasons"]]) == ("deny", ["store_unreachable"])
    assert serving.ask("/readyz").status == 503
    server.start()
    limits = serving.ask("/v1/decisions", _call()).json["limits"]
    assert {limit["rule"]: limit["used"] for limit in limits}[_RULE] == 1
    assert serving.end() == 0
    serving.errors.close()
    server.stop()


def _kind(schema: dict[str, Any]) -> str:
    return "enum" if "enum" in schema else json.dumps({k: v for k, v in schema.items() if k != "title"})


def _one_of_each(shape: dict[str, Any], *kept: str) -> dict[str, Any]:
    """The object *shape* with the *kept* of its properties and those required, and one of every other kind."""
    properties = shape["properties"]
    first: dict[str, str] = {}
    for name in (*kept, *shape.get("required", ()), *properties):
        first.setdefault(_kind(properties[name]), name)
    names = {*kept, *shape.get("required", ()), *first.values()}
    return {**shape, "properties": {name: schema for name, schema in properties.items() if name in names}}


def _said_once(document: dict[str, Any]) -> dict[str, Any]:
    """The document without its repetitions.

    The ask without an envelope still has every column, and the settlement every word; wherever the same are taken again
    there is one of each kind.  Of register columns with the same kind of value and the same keys there is one.
    """
    schemas = document["components"]["schemas"]
    schemas["Contact"] = _one_of_each(schemas["Contact"])
    schemas["AskBatch"]["properties"]["asks"]["items"] = {
        "anyOf": [_one_of_each(schemas["AskFlat"], "idempotency_key"), schemas["AskNested"]]
    }
    contacts = schemas["Contacts"]["properties"]["contacts"]
    contacts["items"] = _one_of_each(contacts["items"])
    schemas["Correction"] = _one_of_each(schemas["Correction"])
    rows = {(_kind(row["properties"]["value"]), str(row["anyOf"])): row for row in schemas["RegisterRow"]["oneOf"]}
    schemas["RegisterRow"]["oneOf"] = [
        _one_of_each(row, *(key for one in row["anyOf"] for key in one["required"])) for row in rows.values()
    ]
    return document


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_schemathesis_finds_no_fault(tmp_path: Path) -> None:
    secret = make_key(tmp_path / "keys", "schemathesis")
    serving = serving_over(str(tmp_path / "gate.db"), tmp_path, "--keys", str(tmp_path / "keys"), "--timeout", "60")
    document = tmp_path / "openapi.json"
    read = json.loads(serving.ask("/openapi.json").body)
    document.write_text(json.dumps(_said_once(read)), "utf-8")
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", serving.url,
        "--header", f"Authorization: Bearer {secret}",
        "--checks", "all", "--mode", "all", "--max-examples", "8", "--seed", "1", "--suppress-health-check", "all",
        "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=800, check=False)
    told = serving.log_text()
    serving.kill()
    serving.errors.close()
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Traceback" not in told
    assert '"event":"fault"' not in told
