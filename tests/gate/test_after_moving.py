"""A gate with rules of its own, asked again why: under its settings, and after its store has moved."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cuijie.cli.gate.command import command
from cuijie.errors import BadInput
from cuijie.gate import Settings, ask_from_plain, load_settings, open_gate
from cuijie.gate.stores.sqlite_store import SqliteStore
from tests.gate.asks import third_party
from tests.rulebook.builders import toy_rule, write_rule


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with settings before and after a move, in whose store one ask is answered."""
    people = toy_rule(
        "count(distinct recipient_id) filter (where recipient_role IN ('agreed_contact', 'other')) > 5",
        "window",
        "window: {per: [debtor_id, lender_id, month]}\n",
    ).replace("xx.toy.loud", "xx.toy.people")
    (tmp_path / "own").mkdir()
    write_rule(tmp_path / "own", people, "people.yaml")
    write_rule(tmp_path / "own", toy_rule("channel = 'visit'"), "visits.yaml")
    for name, store in (("gate", "gate.db"), ("new", "new.db, log: decisions.db")):
        (tmp_path / f"{name}.yaml").write_text(
            f"{{store: {store}, key_file: gate.key, rules: [own]}}", encoding="utf-8"
        )
    gate = open_gate(load_settings(tmp_path / "gate.yaml"))
    decision = gate.decide(ask_from_plain(third_party(contact_id="r1")))
    assert "xx.toy.people" in {limit.rule for limit in decision.limits}
    gate.store.close()
    return tmp_path


def test_own_rules_named_in_the_settings_are_known_to_a_replay_and_the_log_stays_where_it_was(place: Path) -> None:
    told = run("replay", "r1", "--settings", place / "gate.yaml")
    assert (told.exit_code, "结果相同" in told.output) == (0, True), told.output
    (place / "own" / "people.yaml").unlink()
    later = run("replay", "r1", "--settings", place / "gate.yaml")
    assert (later.exit_code, "已用 0 次，最多 5 次" in later.output) == (0, True), "the rule is told though it is gone"

    moved = run("move", place / "gate.db", place / "new.db", "--settings", place / "new.yaml")
    assert (moved.exit_code, f"--log {place / 'gate.db'}" in moved.output) == (0, True), moved.output
    lost = run("replay", "r1", "--settings", place / "new.yaml")
    assert isinstance(lost.exception, BadInput)
    assert "--log" in str(lost.exception)
    found = run("replay", "r1", "--settings", place / "new.yaml", "--log", place / "gate.db")
    assert (found.exit_code, "结果相同" in found.output) == (0, True), found.output


def test_a_move_broken_off_before_the_new_store_has_anything_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    old, new = tmp_path / "old.db", tmp_path / "new.db"
    settings = Settings(store=str(old), key_file=Path(f"{old}.key"))
    gate = open_gate(settings)
    gate.decide(ask_from_plain(third_party(contact_id="r1")))
    gate.store.close()
    with monkeypatch.context() as killed:
        killed.setattr(SqliteStore, "load", interrupt)
        assert run("move", old, new).exit_code != 0
    assert Path(f"{new}.key").read_bytes() == Path(f"{old}.key").read_bytes()  # what it will hold can be read
    assert run("move", old, new).exit_code == 0
    moved = open_gate(Settings(store=str(new), key_file=Path(f"{new}.key")))
    assert list(moved.store.dump())
    moved.store.close()
