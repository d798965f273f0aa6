"""A settlement told wrongly is corrected beside the first: logged with reason and name, counted as well, never less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cuijie.cli.gate.command import command
from cuijie.gate import Gate, Settled, correction_from_plain, load_settings, open_gate
from cuijie.gate.decision_log.log import DecisionLog
from cuijie.gate.errors import AskError, KeyReused, NothingToCorrect, ReservationUnknown
from cuijie.gate.pseudonyms import Pseudonyms
from cuijie.gate.stores.contract import GateStore
from cuijie.gate.stores.sqlite_file import SqliteFile
from tests.gate.asks import KEY, a_gate, book, call, third_party
from tests.gate.deciding import ATTEMPTS, CONNECTED, decide, settle, used, verdict

_BANK = {"lender_type": "commercial_bank"}


@pytest.fixture
def gate(store: GateStore, tmp_path: Path) -> Gate:
    return a_gate(store, log=DecisionLog(SqliteFile(tmp_path / "log.db"), Pseudonyms(KEY)))


def correct(gate: Gate, reservation: str | None, **told: Any) -> Settled:
    plain = {"reservation": reservation, "reason": "录音显示已接通", "by": "质检 07", **told}
    return gate.correct(correction_from_plain(plain))


def counted(gate: Gate) -> tuple[int, int]:
    """Answered calls, unanswered attempts."""
    asked = decide(gate, call(**_BANK, occurred_at="2026-03-02T23:30:00+08:00", hours_agreed=False))
    return used(asked, CONNECTED)[0], used(asked, ATTEMPTS)[0]


def test_what_a_correction_says_counts_as_well_and_only_once(gate: Gate) -> None:
    allowed = decide(gate, call(**_BANK))
    settle(gate, allowed, connected=False)
    assert counted(gate) == (0, 1)
    with pytest.raises(KeyReused, match="gate correct"):
        settle(gate, allowed, connected=True)
    assert correct(gate, allowed.reservation, connected=True).state == "corrected"
    assert counted(gate) == (1, 1), "nothing that was counted is taken back"
    assert correct(gate, allowed.reservation, connected=True).state == "repeated"
    assert correct(gate, allowed.reservation, connected=True, duration_s=70).state == "corrected"
    assert counted(gate) == (1, 1)
    assert correct(gate, allowed.reservation, made=False).state == "corrected"
    assert counted(gate) == (1, 1), "nobody corrects a limit away"
    with pytest.raises(ReservationUnknown):
        correct(gate, f"{allowed.reservation}~1", connected=True)


def test_a_contact_told_as_never_made_counts_once_it_is_corrected(gate: Gate) -> None:
    allowed = decide(gate, call(**_BANK))
    settle(gate, allowed, made=False)
    assert counted(gate) == (0, 0)
    correct(gate, allowed.reservation, connected=True)
    assert counted(gate) == (1, 0)


def test_a_correction_stands_in_the_chain_with_its_reason_and_who_made_it(gate: Gate) -> None:
    allowed = decide(gate, call(contact_id="c1"))
    settle(gate, allowed, connected=True, recorded=True, caller_identified=True)
    told = correct(gate, allowed.reservation, connected=True, says_insult=True)
    assert "cn.insult" in {rule.id for rule in told.rules}
    assert gate.log is not None
    kinds = [entry.kind for entry in gate.log.entries(ref="c1")]
    assert (kinds[0], kinds.count("settled"), kinds[-1]) == ("decided", 1, "corrected")
    body = json.loads([entry for entry in gate.log.entries(ref="c1")][-1].body or b"")
    assert (body["correction"]["reason"], body["correction"]["by"]) == ("录音显示已接通", "质检 07")
    assert gate.log.verify().faults == ()


def test_a_refusal_that_was_forgotten_holds_from_its_correction_on(gate: Gate) -> None:
    allowed = decide(gate, third_party())
    settle(gate, allowed, connected=True)
    correct(gate, allowed.reservation, connected=True, recipient_refused=True)
    assert verdict(decide(gate, third_party()), "cn.third-party.after-refusal") == "breach"


def test_what_was_never_settled_or_cannot_be_explained_is_not_corrected(gate: Gate) -> None:
    allowed = decide(gate, call())
    with pytest.raises(NothingToCorrect, match="还没有结算"):
        correct(gate, allowed.reservation, connected=True)
    with pytest.raises(ReservationUnknown):
        correct(gate, "nothing", connected=True)
    unlogged = a_gate()
    allowed = decide(unlogged, call())
    settle(unlogged, allowed, connected=False)
    with pytest.raises(NothingToCorrect, match="日志"):
        correct(unlogged, allowed.reservation, connected=True)


def test_the_command_corrects_and_a_replay_tells_why_and_by_whom(tmp_path: Path) -> None:
    settings = tmp_path / "gate.yaml"
    settings.write_text("{store: gate.db, key_file: gate.key, older_than_days: null}", encoding="utf-8")
    gate = open_gate(load_settings(settings), rulebook=book())
    allowed = decide(gate, call(contact_id="c1"))
    settle(gate, allowed, connected=False)
    gate.store.close()
    told = {"reservation": allowed.reservation, "connected": True, "reason": "录音显示已接通", "by": "质检 07"}

    def run(*words: str) -> str:
        done = CliRunner().invoke(command, [*words, "--settings", str(settings)], input=json.dumps(told))
        assert done.exit_code == 0, done.output
        return done.output

    assert "已更正" in run("correct", "-")
    assert "更正结算：录音显示已接通（质检 07）" in run("replay", "c1")


@pytest.mark.parametrize("told", [{"reason": " "}, {"by": None}, {"reason": 5}, {"by": "长" * 101}, {"conected": True}])
def test_without_a_reason_and_a_name_nothing_is_corrected(told: dict[str, object]) -> None:
    with pytest.raises(AskError):
        correction_from_plain({"reservation": "r", "reason": "错了", "by": "甲", **told})
