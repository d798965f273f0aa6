"""The decision log: whatever is done to it is found, and what it says can be judged again."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from cuijie.gate import Gate, ask_from_plain, settlement_from_plain
from cuijie.gate.decision_log.log import DecisionLog, Head
from cuijie.gate.decision_log.replay import replay
from cuijie.gate.errors import ChainError, StoreUnreachable
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.registers.rows import row_from_plain
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_file import SqliteFile
from cuijie.gate.stores.sqlite_store import SqliteStore
from cuijie.rulebook import load_rulebook
from tests.gate.asks import KEY, MORNING, MovingClock, a_gate, book, call, third_party


def a_logged_gate(path: Path, clock: MovingClock | None = None) -> Gate:
    store = SqliteStore(path, durable=False)
    return a_gate(store, clock=clock, log=DecisionLog(store.file, Pseudonyms(KEY)))


def the_log(path: Path) -> DecisionLog:
    return DecisionLog(SqliteFile(path), Pseudonyms(KEY))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of three answers, one settlement and one register entry."""
    gate = a_logged_gate(tmp_path / "g.db")
    decisions = [gate.decide(ask_from_plain(call(contact_id=f"c{n}"))) for n in range(3)]
    gate.settle(settlement_from_plain({"reservation": decisions[0].reservation, "connected": False}))
    gate.registers.enter([row_from_plain({"column": "in_dispute", "value": True, "debtor_id": "d9"}, where="r")])
    gate.store.close()
    return tmp_path / "g.db"


def change(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_untouched_log_is_sound(path: Path) -> None:
    report = the_log(path).verify()
    assert (report.head.count, report.purged, report.faults) == (5, 0, ())


@pytest.mark.parametrize(
    ("statements", "why"),
    [
        (["UPDATE log_entry SET body = replace(CAST(body AS TEXT), 'allow', 'deny!') WHERE seq = 2"], "内容与它的哈希不符"),
        (["UPDATE log_entry SET at = at + 1 WHERE seq = 2"], "哈希接不上"),
        (["UPDATE log_entry SET kind = 'settled' WHERE seq = 1"], "哈希接不上"),
        (["UPDATE log_entry SET ref = 'other' WHERE seq = 1"], "哈希接不上"),
        (["DELETE FROM log_entry WHERE seq = 2"], "有条目被删除或插入"),
        (["DELETE FROM log_entry WHERE seq = 5"], "末尾被删"),
        (["DELETE FROM log_entry"], "末尾被删"),
        (["UPDATE log_entry SET body = NULL WHERE seq = 3"], "没有清除的记录"),
        (["DELETE FROM log_entry WHERE seq = 5", "UPDATE log_head SET count = 4, hash = (SELECT hash FROM log_entry WHERE seq = 4)"], "日志头的校验码不对"),
        (["DELETE FROM log_head"], "日志头不见了"),
        (["INSERT INTO log_entry SELECT 6, at, kind, ref, digest, hash, body FROM log_entry WHERE seq = 5"], "哈希接不上"),
        (["UPDATE log_entry SET seq = 100 WHERE seq = 2", "UPDATE log_entry SET seq = 2 WHERE seq = 3", "UPDATE log_entry SET seq = 3 WHERE seq = 100"], "哈希接不上"),
    ],
)  # fmt: skip
def test_every_way_to_touch_the_log_is_found_with_its_reason(path: Path, statements: list[str], why: str) -> None:
    change(path, *statements)
    faults = the_log(path).verify().faults
    assert any(why in fault.why for fault in faults), faults


def test_an_old_copy_put_back_is_found_by_a_head_kept_elsewhere(path: Path) -> None:
    old = path.read_bytes()
    gate = a_logged_gate(path)
    gate.decide(ask_from_plain(call()))
    assert gate.log is not None
    head = gate.log.head
    gate.store.close()
    path.write_bytes(old)
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    assert not the_log(path).verify().faults, "by itself an old copy is sound"
    assert the_log(path).verify(head).faults


def test_a_head_kept_elsewhere_is_found_again_in_a_log_that_went_on(path: Path) -> None:
    head = the_log(path).head
    a_logged_gate(path).decide(ask_from_plain(call()))
    assert not the_log(path).verify(head).faults
    assert the_log(path).verify(Head(count=head.count, hash="0" * 64)).faults


def test_with_another_key_the_head_is_not_vouched_for(path: Path) -> None:
    other = DecisionLog(SqliteFile(path), Pseudonyms(bytes(32)))
    assert any("校验码" in fault.why for fault in other.verify().faults)


def test_purging_empties_bodies_and_keeps_the_chain(path: Path) -> None:
    clock = MovingClock(MORNING + timedelta(days=2000))
    gate = a_logged_gate(path, clock)
    gate.decide(ask_from_plain(call(contact_id="fresh")))
    emptied, dropped = gate.purge()
    assert emptied == 5
    assert dropped > 0
    assert gate.log is not None
    report = gate.log.verify()
    assert (report.purged, report.faults) == (5, ())
    with pytest.raises(ChainError, match="已按保存期限清除"):
        list(replay(gate.log, "c0"))
    assert next(replay(gate.log, "fresh")).agrees
    assert gate.purge()[0] == 0


def test_of_a_contact_asked_about_twice_what_is_kept_is_replayed_though_the_rest_is_purged(path: Path) -> None:
    clock = MovingClock(MORNING + timedelta(days=2000))
    gate = a_logged_gate(path, clock)
    gate.decide(ask_from_plain(call(contact_id="c0")))
    gate.purge()
    assert gate.log is not None
    (kept,) = replay(gate.log, "c0")
    assert kept.seq == 6
    assert "另有 1 条答复" in kept.note


def test_purging_goes_in_steps_that_leave_a_sound_log_and_store(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuijie.gate.decision_log.log._LOOKED_AT_TOGETHER", 2)
    monkeypatch.setattr("cuijie.gate.stores.sqlite_store._FORGOTTEN_TOGETHER", 1)
    gate = a_logged_gate(path, MovingClock(MORNING + timedelta(days=2000)))
    assert gate.log is not None
    emptied, dropped = [], []
    for bodies, items in gate.purging():
        emptied.append(bodies)
        dropped.append(items)
        report = the_log(path).verify()
        assert (report.purged, report.faults) == (sum(emptied), ())
    assert sum(emptied) == 5
    assert max(emptied) == 2
    assert max(dropped) == 1
    assert [entry.kind for entry in gate.log.entries() if entry.kind == "purged"] == ["purged"]
    assert sum(gate.store.forget(MORNING + timedelta(days=2000))) == 0


def test_what_was_written_after_a_time_when_the_clock_was_ahead_leaves_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuijie.gate.decision_log.log._LOOKED_AT_TOGETHER", 2)
    log = the_log(tmp_path / "g.db")
    ahead = MORNING + timedelta(days=1000)
    with log.file.changing():
        for number, at in enumerate([ahead] * 5 + [MORNING] * 5):
            log.append("decision", f"c{number}", b"{}", at)
    for cut, gone in ((MORNING + timedelta(days=1), 5), (ahead + timedelta(days=1), 5)):
        assert sum(log.purge({"decision": cut}, cut)) == gone
    assert (log.verify().purged, log.verify().faults) == (10, ())


def test_a_log_is_verified_while_another_process_writes(path: Path) -> None:
    log = the_log(path)
    with SqliteFile(path).changing():
        assert log.verify().faults == ()


def test_no_number_name_or_word_of_a_person_is_in_the_file(tmp_path: Path) -> None:
    gate = a_logged_gate(tmp_path / "g.db")
    secrets = {
        "debtor_id": "debtor-canary", "recipient_id": "13800007777", "from_number": "02155550000", "loan_id": "loan-canary",
        "collector_id": "collector-canary", "text": "【某某消费金融】尊敬的金丝雀，请今日还款。", "channel": "sms",
    }  # fmt: skip
    gate.registers.enter(
        [row_from_plain({"column": "in_dispute", "value": True, "debtor_id": "debtor-canary"}, where="r")]
    )
    decision = gate.decide(ask_from_plain(call(**secrets)))
    gate.settle(settlement_from_plain({"reservation": decision.reservation}))
    gate.store.close()
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for canary in ("canary", "13800007777", "02155550000", "金丝雀"):
        assert canary.encode() not in written


def test_a_decision_is_judged_again_the_same(path: Path) -> None:
    (found,) = replay(the_log(path), "c0")
    assert found.agrees is True
    assert found.decision.decision == "allow"
    assert [kind for _, kind, _ in found.later] == ["settled"]
    assert found.facts["lender_id"] == "acme"
    assert found.facts["debtor_id"] != "d1"


def test_a_replay_names_the_register_entries_it_rested_on(tmp_path: Path) -> None:
    gate = a_logged_gate(tmp_path / "g.db")
    row = {"column": "recipient_refused", "value": True, "recipient_id": "13800001003"}
    (entry,) = gate.registers.enter([row_from_plain(row, where="r")])
    gate.decide(ask_from_plain(third_party(contact_id="c")))
    assert gate.log is not None
    (found,) = replay(gate.log, "c")
    assert [held.id for held in found.registers] == [entry.id]
    assert found.decision.decision == "deny"
    assert found.agrees


def test_register_entries_are_found_without_reading_every_answer_in_logs_begun_earlier_too(tmp_path: Path) -> None:
    gate = a_logged_gate(tmp_path / "g.db")
    gate.registers.enter([row_from_plain({"column": "in_dispute", "value": True, "debtor_id": "d1"}, where="r")])
    gate.store.close()
    with sqlite3.connect(tmp_path / "g.db") as connection:
        connection.execute("DROP INDEX log_registered")
    connection.close()
    log = the_log(tmp_path / "g.db")
    assert len(list(log.registered())) == 1
    plan = log.file.connection.execute("EXPLAIN QUERY PLAN SELECT body FROM log_entry WHERE kind = 'register'")
    assert "log_registered" in plan.fetchone()[-1]
    assert not log.verify().faults


def test_a_replay_uses_the_lenders_rules_of_that_day_though_they_have_changed(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "nine.yaml").write_text(_NO_CALLS_AT.format(hour=10), encoding="utf-8")
    store = SqliteStore(tmp_path / "g.db")
    gate = a_gate(store, log=DecisionLog(store.file, Pseudonyms(KEY)), rulebook=load_rulebook([rules]))
    assert gate.decide(ask_from_plain(call(contact_id="c"))).decision == "deny"
    (rules / "nine.yaml").write_text(_NO_CALLS_AT.format(hour=12), encoding="utf-8")
    assert gate.log is not None
    (found,) = replay(gate.log, "c")
    assert (found.decision.decision, found.agrees) == ("deny", True)
    (told,) = replay(gate.log, "c", load_rulebook([rules]))
    assert (told.decision.decision, told.agrees) == ("deny", None)
    assert "不同" in told.note


def test_a_contact_never_asked_about_cannot_be_replayed(path: Path) -> None:
    with pytest.raises(ChainError, match="没有联系"):
        list(replay(the_log(path), "nobody"))


def _full_disk(*_: object) -> int:
    raise StoreUnreachable("磁盘满了")


def test_in_one_file_what_cannot_be_logged_is_denied_and_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "g.db")
    log = DecisionLog(store.file, Pseudonyms(KEY))
    gate = a_gate(store, log=log)
    with monkeypatch.context() as away:
        away.setattr(log, "append", _full_disk)
        assert gate.decide(ask_from_plain(call())).decision == "deny"
    decision = gate.decide(ask_from_plain(call()))
    assert decision.decision == "allow"
    assert all(limit.used == 0 for limit in decision.limits)


@pytest.mark.parametrize("fails", [StoreUnreachable("磁盘满了"), KeyboardInterrupt()])
def test_an_answer_that_missed_a_log_apart_counts_and_is_logged_before_a_repetition_allows(
    fails: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = DecisionLog(SqliteFile(tmp_path / "log.db"), Pseudonyms(KEY))
    gate = a_gate(MemoryStore(), log=log)
    first = ask_from_plain(call(idempotency_key="first", contact_id="first"))

    def missed(*_: object) -> int:
        raise fails

    with monkeypatch.context() as away, suppress(KeyboardInterrupt):
        away.setattr(log, "append", missed)
        assert gate.decide(first).decision == "deny"
    again = [gate.decide(first) for _ in range(2)]
    assert again[0] == again[1]
    others = [gate.decide(ask_from_plain(call())).decision for _ in range(3)]
    assert [again[0].decision, *others] == ["allow", "allow", "allow", "deny"]
    told = settlement_from_plain({"reservation": again[0].reservation, "connected": True})
    assert gate.settle(told).state == "settled"
    assert [found.agrees for found in replay(log, "first")] == [True]


def test_a_settlement_that_could_not_be_logged_is_when_it_is_told_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = DecisionLog(SqliteFile(tmp_path / "log.db"), Pseudonyms(KEY))
    gate = a_gate(MemoryStore(), log=log)
    allowed = gate.decide(ask_from_plain(call(contact_id="c0")))
    told = settlement_from_plain({"reservation": allowed.reservation, "connected": True})
    with monkeypatch.context() as away:
        away.setattr(log, "append", _full_disk)
        with pytest.raises(StoreUnreachable):
            gate.settle(told)
    for _ in range(2):
        assert gate.settle(told).state == "repeated"
        assert [entry.kind for entry in log.entries(ref="c0")] == ["decided", "register", "settled"]


def test_many_logs_writing_to_one_file_make_one_chain(tmp_path: Path) -> None:
    gates = [a_logged_gate(tmp_path / "g.db") for _ in range(3)]
    for number in range(12):
        gates[number % 3].decide(ask_from_plain(call(debtor_id=f"d{number}", recipient_id=f"r{number}")))
    report = the_log(tmp_path / "g.db").verify()
    assert (report.head.count, report.faults) == (12, ())


def test_the_same_rulebook_has_the_same_digest() -> None:
    assert a_gate().rulebook_digest == a_gate(rulebook=load_rulebook()).rulebook_digest
    assert a_gate().rulebook_digest != a_gate(rulebook=book().only("R06")).rulebook_digest


_NO_CALLS_AT = """
id: acme.policy.no-calls-late
version: 1
title: {{zh: 本公司这个钟点之后不打电话, en: No calls from this hour on}}
about: contact
when: channel = 'call' AND hour >= {hour}
norm:
  policy:
  - id: acme.collection-manual.2026/4.4
    label: {{zh: 本公司催收管理办法第 4.4 条, en: "Collection manual, 4.4"}}
    from: 2026-01-01
    binds: everyone
protects: [debtor]
certainty: established
severity: ordinary
evidence: {{zh: [通话记录], en: [Call log]}}
explain: {{zh: 这个钟点之后不打电话。, en: No calls from this hour on.}}
tests:
- name: 晚上
  on: 2026-03-01T21:00:00
  contact: {{channel: call}}
  expect: breach
"""
