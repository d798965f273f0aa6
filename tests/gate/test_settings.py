"""Settings and the key of the pseudonyms: strict, with the place of what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cuijie.datafiles import DataFileError
from cuijie.errors import CuijieError
from cuijie.gate import Settings, load_settings, open_gate
from cuijie.gate.errors import KeyfileError, SettingsError, StoreDamaged, StoreUnreachable
from cuijie.gate.pseudonyms import Pseudonyms, load_or_make_key
from cuijie.gate.retention import load_retention
from tests.gate.asks import KEY, MovingClock, an_ask
from tests.gate.on_a_day import TODAY

_FULL = """
store: gate.db
durable: false
key_file: gate.key
agencies: apart
reservation_s: 60
clock_difference_s: 300
checked_on: "2026-11-21"
older_than_days: 90
advise_only: [cn.frequency.unanswered-attempts]
lenders: {acme: {lender_type: consumer_finance, member_cba: true, number_masked: false}}
complete: {recipient_refused: false, recipient_role: other}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "gate.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_are_read_and_paths_are_beside_the_file(tmp_path: Path) -> None:
    found = load_settings(written(tmp_path, _FULL))
    assert found.store == str(tmp_path / "gate.db")
    assert found.key_file == tmp_path / "gate.key"
    assert found.agencies_apart
    assert found.lenders["acme"]["member_cba"] is True
    gate = open_gate(found, clock=MovingClock(TODAY))
    assert [reason.code for reason in gate.decide(an_ask()).reasons] == ["clock"]
    assert gate.log is not None
    assert gate.log.verify().head.count == 1
    gate.store.close()


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert load_settings(written(tmp_path, "# nothing\n")) == Settings()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "键: 值"),
        ("stor: x", "不认识这个键"),
        ("store: 5", "应是 memory"),
        ("durable: yes", "应是 true 或 false"),
        ("agencies: both", "together、apart"),
        ("reservation_s: 5", "10 到 86400"),
        ("older_than_days: zero", "整数"),
        ("checked_on: yesterday", "应是日期"),
        ("advise_only: R06", "文字的列表"),
        ("lenders: [acme]", "贷款人编号"),
        ("lenders: {acme: {lender_type: shop}}", "只能是 commercial_bank"),
        ("lenders: {acme: {recorded: true}}", "不能预先写定"),
        ("lenders: {acme: {member_cba: maybe}}", "true 或 false"),
        ("lenders: {acme: {lender_typ: consumer_finance}}", "没有这一列"),
        ("complete: {recipient_refused: none}", "true 或 false"),
        ("key_file: ''", "应是文件名"),
        ('retention: "a\\0"', "应是文件名"),
    ],
)
def test_a_wrong_setting_is_refused_in_words(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises((DataFileError, SettingsError)) as caught:
        load_settings(written(tmp_path, text))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(store="/nowhere/at/all/gate.db", key_file=Path("/nowhere/at/all/k")),
        Settings(store="gate.db"),
        Settings(store="ftp://somewhere", key_file=None),
        Settings(advise_only=frozenset({"cn.no.such-rule"})),
        Settings(retention=Path("/nowhere/retention.yaml")),
    ],
)
def test_what_cannot_be_opened_is_said_in_words(settings: Settings) -> None:
    with pytest.raises(CuijieError) as caught:
        open_gate(settings)
    assert caught.value.message


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        (Settings(complete={"recipient_refusd": False}), "complete：不认识 recipient_refusd"),
        (Settings(lenders={"acme": {"member_cbaa": True}}), "lenders.acme：不认识 member_cbaa"),
    ],
)
def test_a_fact_under_a_misspelt_name_does_not_open_a_gate(settings: Settings, place: str) -> None:
    with pytest.raises(SettingsError, match=place):
        open_gate(settings)
    open_gate(Settings(complete={"recipient_refused": False}, lenders={"acme": {"member_cba": True}})).store.close()


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    for content in (b"not sqlite at all" * 100, b"x"):
        path = tmp_path / "g.db"
        path.write_bytes(content)
        with pytest.raises((StoreDamaged, StoreUnreachable)):
            open_gate(Settings(store=str(path), key_file=tmp_path / "k"))
        assert path.read_bytes() == content


def test_another_key_than_before_is_refused(tmp_path: Path) -> None:
    settings = Settings(store=str(tmp_path / "g.db"), key_file=tmp_path / "one")
    open_gate(settings).store.close()
    with pytest.raises(KeyfileError, match="另一把"):
        open_gate(Settings(store=str(tmp_path / "g.db"), key_file=tmp_path / "two"))


def test_a_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "k"
    key = load_or_make_key(path)
    assert load_or_make_key(path) == key
    assert len(key) == 32
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="file modes are a thing of POSIX systems")
def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "k"
    load_or_make_key(path)
    path.chmod(0o644)
    with pytest.raises(KeyfileError, match="别人也能读"):
        load_or_make_key(path)


@pytest.mark.parametrize("content", ["", "cuijie-gate-key-1:00", "hello", "cuijie-gate-key-1:" + "zz" * 32])
def test_a_damaged_key_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "k"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyfileError):
        load_or_make_key(path)
    assert path.read_text() == content


def test_a_folder_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(KeyfileError, match="不是文件"):
        load_or_make_key(tmp_path)


def test_pseudonyms_hang_on_the_key_and_on_what_they_stand_for() -> None:
    one, other = Pseudonyms(KEY), Pseudonyms(bytes(32))
    assert one.of("debtor_id", "d1") == Pseudonyms(KEY).of("debtor_id", "d1")
    assert one.of("debtor_id", "d1") != other.of("debtor_id", "d1")
    assert one.of("debtor_id", "d1") != one.of("loan_id", "d1")
    assert one.of("recipient_id", "138 0000 1002") == one.of("recipient_id", "13800001002")
    assert one.of("recipient_id", "138****1002") != one.of("recipient_id", "139****1002")
    assert one.of("recipient_id", "r-1") != one.of("recipient_id", "r1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("decided: 5", "应写成"),
        ("decided: {keep: 0}", "天数"),
        ("decided: {keep: 99999999999}", "36500"),
        ("other: {keep: 5}", "不认识"),
        ("answers: {keep: 5}", "至少 32 天"),
        ("5", "种类"),
    ],
)
def test_a_wrong_retention_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises((DataFileError, SettingsError)) as caught:
        load_retention(written(tmp_path, text))
    assert says in str(caught.value)
