"""What the service answers to whom: shapes, codes, and every way to be refused."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.errors import StoreUnreachable
from cuijie.gate.http.refusals import KINDS
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_file import SqliteFile
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.asks import KEY, MORNING, MovingClock, a_gate, call
from tests.gate.full_disk import full_disk
from tests.gate.http.served import Served


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


@pytest.mark.parametrize(
    ("path", "body", "at", "en"),
    [
        ("/v1/decisions", {"channel": "fax"}, "channel", "channel must be one of call, robot_call"),
        ("/v1/decisions", {"debtr_id": "d"}, "debtr_id", "misspelt"),
        ("/v1/decisions", {"debtor_id": 7}, "debtor_id", "must be text"),
        ("/v1/decisions", {"occurred_at": "2026-03-02T10:00:00"}, "occurred_at", "+08:00"),
        ("/v1/decisions", b'{"count": 1e400}', None, "too large to be read"),
        ("/v1/decisions", b'{"text": "\xff"}', None, "not in UTF-8"),
        ("/v1/decisions", b'{"text": }', None, "fails at byte 9"),
        ("/v1/decisions", b" " * 70_000, None, "at most 64 KiB"),
        ("/v1/decisions/batch", {"asks": [call(), {"channel": "fax"}]}, "asks[1].channel", "one of call"),
        ("/v1/settlements", {"reservation": "r", "connected": "yes"}, "connected", "true, false or null"),
        ("/v1/settlements", {"connected": True}, "reservation", "is missing"),
        ("/v1/registers", {"entries": [{"column": "in_dispute", "value": "x", "debtor_id": "d"}]}, "entries[0].value", "true or false"),
        ("/v1/registers", {"entries": [{"column": "weather", "value": True, "debtor_id": "d"}]}, "entries[0].column", "recipient_refused"),
        ("/v1/texts/lint", {"text": "x", "channel": "fax"}, "channel", "must be one of"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_field_and_says_in_english_too_what_it_may_be(
    path: str, body: Any, at: str | None, en: str
) -> None:
    told = Served().ask(path, body).json
    assert told.get("at") == at
    assert en in told["en"]
    assert told["zh"] not in {kind.zh for kind in KINDS.values()}


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/v1/decisions", b'{"debtor_id": ', "到一半就断了"),
        ("/v1/registers", {"entries": []}, "条数应 >= 1"),
        ("/v1/replays", {"contact_id": ""}, "字数应 >= 1"),
        ("/v1/registers", {"entries": [{"column": "agreed_hours", "value": "8-23", "debtor_id": "d"}]}, "20:00-23:00"),
        ("/v1/registers/end", {"id": "0" * 32, "debtor_id": "d"}, "要和原来的一条一样"),
        ("/v1/replays", {"contact_id": "never"}, "cuijie gate replay --log"),
    ],
)
def test_a_refusal_says_what_would_be_right(path: str, body: Any, words: str, tmp_path: Path) -> None:
    gate = a_gate(log=DecisionLog(SqliteFile(tmp_path / "log.db"), Pseudonyms(KEY)))
    assert words in Served(gate).ask(path, body).json["zh"]


def test_a_wrong_method_names_the_right_ones() -> None:
    said = Served().ask("/v1/decisions", method="DELETE")
    assert (said.status, said.headers["allow"], said.json["code"]) == (405, "POST", "wrong_method")


def test_a_load_balancer_may_ask_with_head() -> None:
    served = Served()
    said = served.ask("/readyz", method="HEAD")
    assert (said.status, said.body, said.headers["content-length"]) == (200, b"", str(len(served.ask("/readyz").body)))
    assert said.headers["cache-control"] == "no-store"
    assert served.ask("/v1/decisions", method="HEAD").headers["allow"] == "POST"
    assert served.ask("/readyz", method="PUT").headers["allow"] == "GET, HEAD"


def test_a_key_given_twice_is_refused() -> None:
    said = Served().ask("/v1/decisions", call(), headers={"Idempotency-Key": "one", "idempotency-key": "two"})
    assert (said.status, said.json["code"], said.json["at"]) == (422, "wrong_field", "Idempotency-Key")


def test_a_body_that_does_not_arrive_is_not_waited_for() -> None:
    said = Served(seconds=0.2).ask("/v1/decisions", b"{", pieces=[b'{"debtor_id":'], stalls=True)
    assert (said.status, said.json["code"], said.headers["connection"]) == (408, "too_slow", "close")


def test_a_body_in_pieces_is_put_together_and_a_long_one_is_cut_off() -> None:
    data = json.dumps(call()).encode()
    served = Served()
    assert served.ask("/v1/decisions", b"", pieces=[data[:20], data[20:21], data[21:]]).json["decision"] == "allow"
    assert served.ask("/v1/decisions", b"", pieces=[b" " * 50_000, b" " * 50_000]).status == 413
    assert served.ask("/v1/decisions", b"", pieces=[b" " * 50_000] * 6, stalls=True).status == 413, "not read for ever"


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


def test_what_was_heard_at_a_settlement_can_be_ended_like_any_entry() -> None:
    served = Served(a_gate(clock=(clock := MovingClock())))
    reservation = served.ask("/v1/decisions", call(contact_id="通话 7")).json["reservation"]
    told = {"reservation": reservation, "connected": False, "in_dispute": True}
    assert served.ask("/v1/settlements", told).json["notes"]
    whose = {"debtor_id": "d1", "lender_id": "acme"}
    (entry,) = served.ask("/v1/registers/history", whose).json["entries"]
    clock.forward(minutes=5)
    assert served.ask("/v1/registers/end", {"id": entry["id"], **whose}).status == 200
    assert served.ask("/v1/decisions", call(occurred_at=clock.now().isoformat())).json["notes"] == []


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

    def claim_many(self, claims: Any) -> Any:
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


def test_a_log_without_room_of_its_own_is_not_ready(tmp_path: Path) -> None:
    log = DecisionLog(SqliteFile(tmp_path / "log.db"), Pseudonyms(KEY))
    served = Served(a_gate(log=log))
    assert served.ask("/readyz").status == 200
    with full_disk():
        ready = served.ask("/readyz")
    assert (ready.status, ready.json["reasons"]) == (503, ["store_unreachable"])


def test_an_old_rulebook_is_not_ready_and_says_how_old() -> None:
    served = Served(a_gate(clock=MovingClock(MORNING + timedelta(days=400))))
    assert served.ask("/readyz").json["reasons"] == ["rulebook_stale"]
    assert served.ask("/v1/rulebook").json["stale_days"] == 400


def test_a_fault_of_ours_is_a_500_that_tells_nothing_but_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served()

    def breaks(ask: Any) -> None:
        raise RuntimeError("13800001002 at /secret/path")

    for way in ("decide", "decide_many"):
        monkeypatch.setattr(served.service.gate, way, breaks)
    said = served.ask("/v1/decisions", call())
    assert (said.status, said.json["code"]) == (500, "fault")
    for text in (said.body.decode(), served.log_text()):
        assert "13800001002" not in text
        assert "secret" not in text
    assert '"RuntimeError"' in served.log_text()
