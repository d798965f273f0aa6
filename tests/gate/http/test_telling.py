"""What the service tells about itself: log, metrics, the document; nothing about any person."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import msgspec

from cuijie.gate import ask_from_plain
from cuijie.gate.http.openapi import refusal_codes
from cuijie.gate.http.refusals import KINDS
from cuijie.gate.http.wire import decision_bytes
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.asks import MORNING, MovingClock, a_gate, call
from tests.gate.http.served import Served


def test_neither_log_nor_metrics_hold_anything_of_a_person() -> None:
    served = Served()
    canaries = {
        "debtor_id": "张三丰-canary",
        "recipient_id": "13800001777",
        "loan_id": "loan-canary",
        "text": "金丝雀文字",
    }
    served.ask("/v1/decisions", call(**canaries))
    served.ask("/v1/decisions", call(**{**canaries, "channel": "13800001777"}))
    served.ask("/v1/decisions", call(), headers={"Idempotency-Key": "13800001777"})
    served.ask("/v1/decisions/13800001777", {})
    served.ask("/v1/registers/history", {"recipient_id": "13800001777"})
    served.ask("/v1/replays", {"contact_id": "13800001777"})
    served.ask("/v1/texts/lint", {"text": "金丝雀文字，张三丰-canary"})
    written = served.log_text() + served.ask("/metrics").body.decode()
    assert '"route":"/v1/decisions"' in written
    for canary in ("张三丰", "canary", "13800001777", "金丝雀"):
        assert canary not in written


def test_every_line_of_the_log_is_json_with_a_time_and_an_event() -> None:
    served = Served()
    served.ask("/v1/decisions", call())
    served.ask("/v1/nowhere", {})
    lines = [json.loads(line) for line in served.log_text().splitlines()]
    assert [(line["event"], line["route"], line["status"]) for line in lines] == [
        ("request", "/v1/decisions", 200),
        ("request", "-", 404),
    ]
    assert all(line["at"].endswith("+08:00") or line["at"].endswith("Z") for line in lines)


def test_metrics_count_decisions_and_what_stood_in_the_way() -> None:
    served = Served()
    served.ask("/v1/decisions", call())
    served.ask("/v1/decisions", call(occurred_at=MORNING.replace(hour=23).isoformat(), hours_agreed=False))
    text = served.ask("/metrics").body.decode()
    assert 'cuijie_gate_decisions_total{decision="allow"} 1.0' in text
    assert 'cuijie_gate_decisions_total{decision="deny"} 1.0' in text
    assert 'cuijie_gate_refusals_total{reason="cn.time.quiet-hours"} 1.0' in text


def test_the_document_is_of_the_table_and_every_example_is_accepted() -> None:
    served = Served()
    document = served.ask("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    posted = 0
    for path, methods in document["paths"].items():
        for told in methods.values():
            assert told["responses"].keys() >= {"200"}
            example = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
            if example is not None:
                posted += 1
                assert served.ask(path, example).status in (200, 404), "404: of a reservation that is only an example"
    assert posted == sum("post" in methods for methods in document["paths"].values())


def test_every_code_that_is_documented_is_a_kind_and_the_page_names_all() -> None:
    served = Served()
    page = (Path(__file__).parents[3] / "docs" / "gate-http.md").read_text(encoding="utf-8")
    for operation in served.service.operations:
        assert set(refusal_codes(operation, with_keys=True)) <= KINDS.keys()
        assert f"`{operation.path}`" in page
    for code in KINDS:
        assert f"`{code}`" in page


def test_a_decision_is_encoded_as_it_is() -> None:
    gate = a_gate()
    night = MORNING.replace(hour=23).isoformat()
    for asked in (
        call(),
        call(),
        call(occurred_at=night, hours_agreed=False),
        call(recipient_role=None),
        call(text="今晚到你家"),
    ):
        decision = gate.decide(ask_from_plain(asked))
        assert decision_bytes(decision) == msgspec.json.encode(decision)


def test_what_is_over_is_released_and_what_is_past_its_time_is_dropped_by_itself(tmp_path: Path) -> None:
    clock = MovingClock()
    store = SqliteStore(tmp_path / "gate.db", durable=False)
    served = Served(a_gate(store, clock=clock))
    assert served.ask("/v1/decisions", call()).json["decision"] == "allow"
    clock.forward(hours=1)
    asyncio.run(served.service._sweep())
    assert '"event":"expired"' in served.log_text()
    clock.forward(days=60)
    asyncio.run(served.service._purge())
    assert '"event":"purged"' in served.log_text()
    store.close()
