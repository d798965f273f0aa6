"""What the service answers to whom: shapes, codes, keys, headers, and nothing about any person in its log."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cuijie.errors import BadInput
from cuijie.gate import ask_from_plain
from cuijie.gate.errors import StoreUnreachable
from cuijie.gate.http import KeyFile, make_key
from cuijie.gate.http.openapi import refusal_codes
from cuijie.gate.http.refusals import KINDS
from cuijie.gate.http.wire import decision_bytes
from cuijie.gate.log import DecisionLog
from cuijie.gate.memory_store import MemoryStore
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.sqlite_store import SqliteStore
from tests.gate.asks import KEY, MORNING, MovingClock, a_gate, call
from tests.gate.served import Served


def test_a_lawful_call_is_allowed_and_settled() -> None:
    served = Served()
    said = served.ask("/v1/decisions", call())
    assert (said.status, said.json["decision"]) == (200, "allow")
    assert {"decision", "rules", "needs", "duties", "limits", "retry_at", "reservation"} <= said.json.keys()
    settled = served.ask(
        "/v1/settlements", {"reservation": said.json["reservation"], "connected": True, "duration_s": 30}
    )
    assert (settled.status, settled.json["state"]) == (200, "settled")


def test_a_denial_is_an_answer_and_not_an_error() -> None:
    said = Served().ask("/v1/decisions", call(occurred_at=MORNING.replace(hour=23).isoformat(), hours_agreed=False))
    assert (said.status, said.json["decision"]) == (200, "deny")
    assert said.json["retry_at"] is not None


def test_an_ask_may_stand_in_an_envelope_or_flat() -> None:
    served, asked = Served(), call()
    key = asked.pop("idempotency_key")
    flat = served.ask("/v1/decisions", {**asked, "idempotency_key": key})
    nested = served.ask("/v1/decisions", {"contact": asked, "idempotency_key": key})
    assert flat.json["reservation"] == nested.json["reservation"] is not None


def test_a_repetition_by_header_or_by_field_gets_the_same_answer() -> None:
    served, asked = Served(), call()
    key = asked.pop("idempotency_key")
    first = served.ask("/v1/decisions", asked, headers={"Idempotency-Key": key})
    again = served.ask("/v1/decisions", {**asked, "idempotency_key": key})
    assert first.json == again.json


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (call(idempotency_key="one"), {"Idempotency-Key": "other"}),
        ({"entries": [{"column": "in_dispute", "value": True, "debtor_id": "d", "since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}]}, {}),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_a_conflict(body: Any, headers: dict[str, str]) -> None:
    path = "/v1/registers" if "entries" in body else "/v1/decisions"
    said = Served().ask(path, body, headers=headers)
    assert (said.status, said.json["code"]) == (409, "conflict")


def test_a_key_used_for_another_contact_is_a_conflict_and_in_a_batch_spoils_only_itself() -> None:
    served, asked = Served(), call()
    other = {**asked, "recipient_id": "13800001009"}
    assert served.ask("/v1/decisions", asked).status == 200
    said = served.ask("/v1/decisions", other)
    assert (said.status, said.json["code"]) == (409, "conflict")
    batch = served.ask("/v1/decisions/batch", {"asks": [call(debtor_id="d2"), other]})
    assert [list(item) for item in batch.json["answers"]] == [["decision"], ["code", "zh", "en"]]


def test_a_batch_is_answered_in_order() -> None:
    asked = [call(debtor_id=f"d{n}", contact_id=f"c{n}") for n in range(20)]
    said = Served().ask("/v1/decisions/batch", {"asks": asked})
    assert [item["decision"]["contact_id"] for item in said.json["answers"]] == [f"c{n}" for n in range(20)]


def test_one_number_in_two_forms_is_one_number_and_a_whole_float_is_a_whole_number() -> None:
    assert Served().ask("/v1/decisions", call(count=1.0)).json["decision"] == "allow"
    assert Served().ask("/v1/decisions", call(count=1.5)).status == 422


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        ("/v1/decisions", b"{", {}, 400, "not_json"),
        ("/v1/decisions", b"", {}, 400, "not_json"),
        ("/v1/decisions", b'{"text":"\xff"}', {}, 400, "not_json"),
        ("/v1/decisions", b"[" * 60_000, {}, 400, "not_json"),
        ("/v1/decisions", b"[]", {}, 422, "wrong_field"),
        ("/v1/decisions", {"chanel": "call"}, {}, 422, "wrong_field"),
        ("/v1/decisions", {"channel": "telegram"}, {}, 422, "wrong_field"),
        ("/v1/decisions", {"occurred_at": "2026-03-02T10:00:00"}, {}, 422, "wrong_field"),
        ("/v1/decisions", {"occurred_at": "9999-12-31T23:59:59-23:59"}, {}, 422, "wrong_field"),
        ("/v1/decisions", {"idempotency_key": "两 个"}, {}, 422, "wrong_field"),
        ("/v1/decisions", call(), {"content-type": "text/plain"}, 415, "not_json_type"),
        ("/v1/decisions", call(), {"content-type": "application/json; charset=gbk"}, 415, "not_json_type"),
        ("/v1/decisions", b" " * 70_000, {}, 413, "too_large"),
        ("/v1/decisions", call(), {"content-length": "99999999"}, 413, "too_large"),
        ("/v1/decisions/batch", {"asks": []}, {}, 422, "wrong_field"),
        ("/v1/settlements", {"reservation": "never"}, {}, 404, "not_known"),
        ("/v1/settlements", {"reservation": "x", "made": "yes"}, {}, 422, "wrong_field"),
        ("/v1/reservations/begin", {"reservation": "never"}, {}, 404, "not_known"),
        ("/v1/registers", {"entries": [{"column": "weather", "value": True, "debtor_id": "d"}]}, {}, 422, "wrong_field"),
        ("/v1/registers", {"entries": [{"column": "in_dispute", "value": 1, "debtor_id": "d"}]}, {}, 422, "wrong_field"),
        ("/v1/registers", {"entries": [{"column": "in_dispute", "value": True}]}, {}, 422, "wrong_field"),
        ("/v1/registers/end", {"id": "0" * 32, "debtor_id": "d"}, {}, 404, "not_known"),
        ("/v1/registers/history", {}, {}, 422, "wrong_field"),
        ("/v1/replays", {"contact_id": "never"}, {}, 404, "not_known"),
        ("/v1/texts/lint", {"text": ""}, {}, 422, "wrong_field"),
        ("/v1/nowhere", {}, {}, 404, "no_such_route"),
    ],
)  # fmt: skip
def test_each_way_to_be_wrong_has_its_status_and_code(
    path: str, body: Any, headers: dict[str, str], status: int, code: str
) -> None:
    said = Served().ask(path, body, headers=headers)
    assert (said.status, said.json["code"]) == (status, code)
    assert said.json["zh"]
    assert said.json["en"]
    assert said.json["request_id"]


def test_a_wrong_method_names_the_right_ones() -> None:
    said = Served().ask("/v1/decisions", method="DELETE")
    assert (said.status, said.headers["allow"], said.json["code"]) == (405, "POST", "wrong_method")


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    said = Served(seconds=0.2).ask("/v1/decisions", b"{", pieces=[b'{"debtor_id":'], stalls=True)
    assert (said.status, said.json["code"], said.headers["connection"]) == (408, "too_slow", "close")


def test_a_body_in_pieces_is_put_together_and_a_long_one_is_cut_off() -> None:
    data = json.dumps(call()).encode()
    served = Served()
    assert served.ask("/v1/decisions", b"", pieces=[data[:20], data[20:21], data[21:]]).json["decision"] == "allow"
    assert served.ask("/v1/decisions", b"", pieces=[b" " * 50_000, b" " * 50_000]).status == 413


def test_registers_are_entered_told_and_ended() -> None:
    served = Served(a_gate(clock=(clock := MovingClock())))
    entry = {"column": "recipient_refused", "value": True, "recipient_id": "13800001002", "lender_id": "acme"}
    made = served.ask("/v1/registers", {"entries": [entry]}).json["entries"][0]
    assert "13800001002" not in json.dumps(made)
    history = served.ask("/v1/registers/history", {"recipient_id": "138 0000 1002"}).json["entries"]
    assert [one["id"] for one in history] == [made["id"]]
    clock.forward(days=1)
    assert (
        served.ask("/v1/registers/end", {"id": made["id"], "recipient_id": "13800001002", "lender_id": "acme"}).status
        == 200
    )
    both = served.ask("/v1/registers/history", {"recipient_id": "13800001002"}).json["entries"]
    assert [one["ends"] for one in both] == [None, made["id"]]


def test_a_refusal_that_is_registered_denies_the_next_call() -> None:
    served = Served()
    asked = call(
        recipient_role="agreed_contact", debtor_reachable=False, recipient_consent=True, consent_withdrawn=False
    )
    entry = {"column": "recipient_refused", "value": True, "recipient_id": asked["recipient_id"], "lender_id": "acme"}
    assert served.ask("/v1/registers", {"entries": [entry]}).status == 200
    said = served.ask("/v1/decisions", asked).json
    assert said["decision"] == "deny"
    assert "cn.third-party.after-refusal" in [rule["id"] for rule in said["rules"] if rule["verdict"] == "breach"]


def test_contacts_made_without_the_gate_are_counted_once() -> None:
    served = Served()
    made = [{**call(connected=True, duration_s=60), "contact_id": f"m{n}"} for n in range(3)]
    for one in made:
        del one["idempotency_key"]
    assert served.ask("/v1/contacts", {"contacts": made}).json == {"counted": 3, "left": []}
    served.ask("/v1/contacts", {"contacts": made})
    limits = served.ask("/v1/decisions", call()).json["limits"]
    assert {limit["rule"]: limit["used"] for limit in limits}["cn.frequency.connected-calls"] == 3


def test_a_decision_is_told_again_from_the_log(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "gate.db", durable=False)
    served = Served(a_gate(store, log=DecisionLog(store.file, Pseudonyms(KEY))))
    said = served.ask("/v1/decisions", call(contact_id="c-1")).json
    told = served.ask("/v1/replays", {"contact_id": "c-1"}).json["replays"]
    assert [(one["decision"]["decision"], one["agrees"]) for one in told] == [("allow", True)]
    assert told[0]["decision"]["reservation"] == said["reservation"]
    store.close()


def test_a_text_is_linted_with_places_and_reasons() -> None:
    text = "再不还钱就打电话给你单位和亲戚朋友，让所有人都知道你是老赖"
    said = Served().ask("/v1/texts/lint", {"text": text, "recipient": "debtor", "channel": "sms"})
    assert said.json["changes"]
    for change in said.json["changes"]:
        assert all(0 <= start < end <= len(text) for start, end in change["spans"])
        assert change["why"]
        assert change["instead"]


class _Away(MemoryStore):
    """A store that has gone away after the start."""

    def claim(self, claim: Any) -> Any:
        raise StoreUnreachable("计数的存储没有答复。")

    def reservation(self, id_: str) -> Any:
        raise StoreUnreachable("计数的存储没有答复。")

    def ping(self) -> None:
        raise StoreUnreachable("计数的存储没有答复。")


def test_a_store_that_is_away_denies_refuses_settlements_and_is_not_ready() -> None:
    served = Served(a_gate(_Away()))
    said = served.ask("/v1/decisions", call())
    assert (said.status, said.json["decision"]) == (200, "deny")
    assert [reason["code"] for reason in said.json["reasons"]] == ["store_unreachable"]
    settled = served.ask("/v1/settlements", {"reservation": "x"})
    assert (settled.status, settled.json["code"], settled.headers["retry-after"]) == (503, "unreachable", "1")
    ready = served.ask("/readyz")
    assert (ready.status, ready.json["reasons"]) == (503, ["store_unreachable"])
    assert served.ask("/healthz").status == 200


def test_an_old_rulebook_is_not_ready_and_says_how_old() -> None:
    served = Served(a_gate(clock=MovingClock(MORNING + timedelta(days=400))))
    assert served.ask("/readyz").json["reasons"] == ["rulebook_stale"]
    assert served.ask("/v1/rulebook").json["stale_days"] == 400


def test_a_fault_of_ours_is_a_500_that_tells_nothing_but_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served()

    def breaks(ask: Any) -> None:
        raise RuntimeError("13800001002 at /secret/path")

    monkeypatch.setattr(served.service.gate, "decide", breaks)
    said = served.ask("/v1/decisions", call())
    assert (said.status, said.json["code"]) == (500, "fault")
    for text in (said.body.decode(), served.log_text()):
        assert "13800001002" not in text
        assert "secret" not in text
    assert '"RuntimeError"' in served.log_text()


# --- keys ---------------------------------------------------------------------------------------------------------


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
    for own in ("localhost:8700", "127.0.0.1", "[::1]:8700"):
        assert served.ask("/v1/rulebook", headers={"host": own}).status == 200


# --- what is told about itself ---------------------------------------------------------------------------------------


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
                assert served.ask(path, example).status == 200
    assert posted


def test_every_code_that_is_documented_is_a_kind_and_the_page_names_all() -> None:
    served = Served()
    page = (Path(__file__).parents[2] / "docs" / "gate-http.md").read_text(encoding="utf-8")
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
