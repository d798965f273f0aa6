"""Asks that come in together are answered together, and each stands or falls by itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.gate.asks import a_gate, call
from tests.gate.http.served import Served
from tests.gate.stores.every import kinds, opened


def _at_once(served: Served, bodies: Sequence[object]) -> list[tuple[int, Any]]:
    """The answers to requests that are all on their way before the first is answered."""

    async def one(body: object) -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        told: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": data, "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
        scope = {"type": "http", "method": "POST", "path": "/v1/decisions", "headers": headers}
        await served.service.app(scope, receive, send)
        return told[0]["status"], json.loads(told[1]["body"])

    async def every() -> list[tuple[int, Any]]:
        return await asyncio.gather(*[one(body) for body in bodies])

    return asyncio.run(every())


@pytest.mark.parametrize("kind", kinds())
def test_a_cap_holds_among_asks_of_one_commit(tmp_path: Path, kind: str) -> None:
    answers = _at_once(Served(a_gate(opened(kind, tmp_path))), [call(asks_payment=True) for _ in range(9)])
    assert [told["decision"] for _, told in answers] == ["allow"] * 3 + ["deny"] * 6


@pytest.mark.parametrize("kind", kinds())
def test_a_wrong_ask_and_a_reused_key_spoil_only_themselves(tmp_path: Path, kind: str) -> None:
    first = call(asks_payment=True)
    bodies = [first, b'{"debtor_id":', {**first, "debtor_id": "d9"}, b'{"a":1,"a":2}', first, call(debtor_id="d2")]
    answers = _at_once(Served(a_gate(opened(kind, tmp_path))), bodies)
    assert [status for status, _ in answers] == [200, 400, 409, 422, 200, 200]
    assert answers[4] == answers[0]


def test_one_ask_on_which_we_fail_fails_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gate = a_gate(opened("sqlite", tmp_path))
    claim_many = gate.store.claim_many

    def breaks(asked: Any) -> Any:
        if gate._pseudonyms.of("debtor_id", "bad") in [claim.home for claim in asked]:
            raise RuntimeError("ours")
        return claim_many(asked)

    monkeypatch.setattr(gate.store, "claim_many", breaks)
    answers = _at_once(Served(gate), [call(debtor_id="d1"), call(debtor_id="bad"), call(debtor_id="d2")])
    assert [(status, told.get("decision", told.get("code"))) for status, told in answers] == [
        (200, "allow"),
        (500, "fault"),
        (200, "allow"),
    ]
    assert _at_once(Served(gate), [call(debtor_id="d3")])[0][0] == 200


def test_a_store_that_is_away_denies_everybody_who_asked(tmp_path: Path) -> None:
    gate = a_gate(opened("sqlite", tmp_path))
    (tmp_path / "gate.db").unlink()
    answers = _at_once(Served(gate), [call(), call(debtor_id="d2")])
    assert [(s, told["decision"], told["reasons"][0]["code"]) for s, told in answers] == [
        (200, "deny", "store_unreachable")
    ] * 2
