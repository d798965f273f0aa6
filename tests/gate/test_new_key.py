"""The key of the pseudonyms is changed: a new store is told again what counts; the old one stays for its log."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuijie.gate import Gate, ask_from_plain, load_settings, open_gate
from cuijie.gate.asking.asks import settlement_from_plain
from cuijie.gate.decision_log.replay import replay
from cuijie.gate.errors import ChainError, KeyfileError
from cuijie.gate.registers.rows import row_from_plain
from tests.gate.asks import MovingClock, an_ask, call, third_party

_STOP = {"column": "recipient_refused", "value": True, "recipient_id": "13800001003", "lender_id": "acme"}


def a_gate(folder: Path, store: str, key: str) -> Gate:
    path = folder / f"{store}-{key}.yaml"
    path.write_text(f"{{store: {store}.db, key_file: {key}.key}}", encoding="utf-8")
    return open_gate(load_settings(path), clock=MovingClock())


def answers(gate: Gate) -> list[str]:
    """To one call more to the debtor, and to one to the person who asked to be left alone."""
    return [gate.decide(ask_from_plain(asked)).decision for asked in (call(), third_party())]


def test_under_a_new_key_a_new_store_is_told_again_what_counts_and_the_old_log_stays(tmp_path: Path) -> None:
    old = a_gate(tmp_path, "old", "old")
    made = [an_ask(contact_id=f"c{n}", connected=True).contact for n in range(3)]
    for contact in made:
        reserved = old.decide(ask_from_plain(call(contact_id=contact.contact_id, idempotency_key=contact.contact_id)))
        old.settle(settlement_from_plain({"reservation": reserved.reservation, "connected": True, "duration_s": 60}))
    old.registers.enter([row_from_plain(_STOP, where="stop")])
    assert answers(old) == ["deny", "deny"]
    with pytest.raises(KeyfileError):
        a_gate(tmp_path, "old", "new")

    new = a_gate(tmp_path, "new", "new")
    assert answers(new) == ["allow", "allow"], "it knows nothing of what was counted under the other key"
    new.store.close()
    (tmp_path / "new.db").unlink()
    new = a_gate(tmp_path, "new", "new")
    new.registers.enter([row_from_plain(_STOP, where="stop")])
    assert new.count(made) == ()
    assert answers(new) == ["deny", "deny"]

    assert old.log is not None
    assert new.log is not None
    assert old.log.verify().faults == ()
    assert [again.agrees for again in replay(old.log, "c1")] == [True]
    with pytest.raises(ChainError):
        list(replay(new.log, "c1"))
    assert new.log.verify().faults == ()
