"""It fails closed: a store that is away, deleted, exchanged or full allows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from cuijie.gate import Decision, Gate
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.errors import StoreDamaged, StoreUnreachable
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.stores.contract import Claim, Claimed
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.sqlite_file import SqliteFile
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.asks import KEY, a_gate, an_ask, call
from tests.gate.deciding import decide
from tests.gate.full_disk import full_disk


class _Away(MemoryStore):
    """A store that goes away when it is asked to reserve."""

    def claim_many(self, claims: Sequence[Claim]) -> list[Claimed]:
        raise StoreUnreachable("没有答复")


def test_a_store_that_is_away_denies_with_the_reason_and_every_rule() -> None:
    decision = decide(a_gate(_Away()), call())
    assert decision.decision == "deny"
    assert [reason.code for reason in decision.reasons] == ["store_unreachable"]
    assert decision.rules
    assert decision.reservation is None
    assert [d.decision for d in a_gate(_Away()).decide_many([an_ask(), an_ask()]) if isinstance(d, Decision)] == [
        "deny"
    ] * 2


def test_answers_that_cannot_be_written_down_are_denied_however_many_came_together(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    gate = a_gate(MemoryStore(), log=DecisionLog(SqliteFile(path, durable=False), Pseudonyms(KEY)))
    path.rename(tmp_path / "away.db")
    told = [one for one in gate.decide_many([an_ask(), an_ask(), an_ask()]) if isinstance(one, Decision)]
    assert [[reason.code for reason in one.reasons] for one in told] == [["store_unreachable"]] * 3


def test_a_closed_file_denies(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "g.db")
    gate = a_gate(store)
    store.close()
    assert [reason.code for reason in decide(gate, call()).reasons] == ["store_unreachable"]


def test_a_file_deleted_or_exchanged_while_running_denies_until_it_is_back(tmp_path: Path) -> None:
    path, away = tmp_path / "g.db", tmp_path / "away.db"
    gate = a_gate(SqliteStore(path, durable=False))
    assert gate.decide(an_ask()).decision == "allow"
    path.rename(away)
    decision = gate.decide(an_ask())
    assert decision.decision == "deny"
    assert [reason.code for reason in decision.reasons] == ["store_unreachable"]
    assert "删除、移走或换掉" in decision.reasons[0].says
    path.write_bytes(away.read_bytes())  # a copy is another file: what is written to one is not in the other
    assert gate.decide(an_ask()).decision == "deny"
    with pytest.raises(StoreUnreachable):
        gate.store.ping()
    away.replace(path)
    assert gate.decide(an_ask()).decision == "allow"


def test_a_gate_started_while_its_file_is_away_makes_no_new_one_beside_what_the_old_one_left(tmp_path: Path) -> None:
    path, away = tmp_path / "g.db", tmp_path / "away.db"
    running = a_gate(SqliteStore(path, durable=False))
    first = running.decide(an_ask())
    path.rename(away)
    with pytest.raises(StoreUnreachable, match="预写日志"):
        SqliteStore(path)
    away.replace(path)
    limits = a_gate(SqliteStore(path)).decide(an_ask()).limits
    assert [limit.used for limit in limits] == [limit.used + 1 for limit in first.limits], "nothing was forgotten"


def test_a_gate_does_not_start_over_an_empty_store_beside_a_log_that_holds_answers(tmp_path: Path) -> None:
    def gate_over(name: str) -> Gate:
        return a_gate(
            SqliteStore(tmp_path / name),
            log=DecisionLog(SqliteFile(tmp_path / "log.db", durable=False), Pseudonyms(KEY)),
        )

    for _ in range(2):  # started, and started again over the same store
        gate = gate_over("g.db")
        assert decide(gate, call()).decision == "allow"
        gate.store.close()
    with pytest.raises(StoreDamaged, match="日志里已有答复"):
        gate_over("instead.db")


def test_a_disk_or_a_quota_without_room_for_the_next_commits_is_not_ready(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "g.db", durable=False)
    store.ping()
    with full_disk(), pytest.raises(StoreUnreachable, match="写不进"):
        store.ping()
