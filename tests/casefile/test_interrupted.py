"""Acts broken off where it hurts most: after the commit, between two files, with a disk that refuses."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from cuijie.casefile import Case, vault
from cuijie.casefile.checking import check_case
from cuijie.casefile.database.store import Store
from cuijie.casefile.errors import StoreFailed
from cuijie.casefile.keys import new_identity
from cuijie.casefile.sealing import PIECE
from cuijie.casefile.vault import Vault
from cuijie.records import Person
from tests.killed_at import killed_anywhere
from tests.small_case import CHEAP, PASSPHRASE, fill, keep, new_case, open_case

AUTHORITY = "https://tsa.example/stamp"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with new_case(tmp_path / "案卷") as case:
        fill(case)
    return tmp_path / "案卷"


def after(monkeypatch: pytest.MonkeyPatch, how: str, statement: str, do: Callable[[], object]) -> None:
    """Does something once the store was asked *how* (run, insert) for *statement*, before whoever asked goes on."""
    real = getattr(Store, how)

    def asked(store: Store, sql: str, *values: object) -> None:
        real(store, sql, *values)
        if sql.startswith(statement):
            monkeypatch.setattr(Store, how, real)
            do()

    monkeypatch.setattr(Store, how, asked)


def interrupt() -> None:
    raise KeyboardInterrupt


def refuse(*_: object, **__: object) -> None:
    raise OSError(5, "Input/output error")


def assert_sound(folder: Path) -> None:
    with open_case(folder) as case:
        report = check_case(case)
        assert report.problems == ()
        assert {one.state for one in report.items} <= {"untimed"}
        assert list((folder / "incoming").iterdir()) == []
        assert [path.name for path in folder.iterdir() if path.name.endswith(".part")] == []


def test_who_is_interrupted_while_the_commit_waits_for_the_disk_keeps_the_originals(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    after(monkeypatch, "run", "commit", interrupt)
    with open_case(folder) as case, pytest.raises(KeyboardInterrupt):
        keep(case, b"committed" * 100, "新.txt")
    assert_sound(folder)
    with open_case(folder) as case:
        assert "新.txt" in [item.about.name for item in case.items()]


def test_who_is_interrupted_before_the_commit_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    after(monkeypatch, "insert", "item", interrupt)
    with open_case(folder) as case:
        with pytest.raises(KeyboardInterrupt):
            keep(case, b"not committed" * 100, "新.txt")
        assert list((folder / "incoming").iterdir()) == []
        assert "新.txt" not in [item.about.name for item in case.items()]
    assert_sound(folder)


def test_a_new_copy_of_a_lost_original_that_was_not_committed_is_not_taken_for_the_old_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_case(folder) as case:
        item = case.items()[0]
        content = case.open_item(item.item_id).read()
        damaged = bytes(200)
        case.blob_path(item.item_id).write_bytes(damaged)
        monkeypatch.setattr(Vault, "drop_waiting", lambda *_, **__: None)  # as if killed there
        after(monkeypatch, "run", "update item set header", interrupt)
        with pytest.raises(KeyboardInterrupt):
            keep(case, content)
    monkeypatch.undo()
    with open_case(folder) as case:
        assert list((folder / "incoming").iterdir()) == []
        assert case.blob_path(item.item_id).read_bytes() == damaged
        keep(case, content)
        assert case.open_item(item.item_id).read() == content
    assert_sound(folder)


@pytest.mark.parametrize("size", [100, 3 << 20])
def test_a_disk_that_fills_while_an_original_is_written_undoes_the_whole_act(
    folder: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    def full(file: BinaryIO, *_: object) -> None:
        file.write(b"age-encryption.org/v1")
        raise OSError(28, "No space left on device")

    with open_case(folder) as case:
        before = case.items(), case.ledger_length()
        with monkeypatch.context() as disk:
            disk.setattr(vault, "write_sealed", full)
            with pytest.raises(StoreFailed, match="原件库"):
                keep(case, bytes(size), "新.txt")
        assert (case.items(), case.ledger_length()) == before
        assert list((folder / "incoming").iterdir()) == []
        assert keep(case, bytes(size), "新.txt").is_new
    assert_sound(folder)


def test_what_is_still_on_its_way_to_the_disk_can_be_read_and_is_known(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, may_go_on = vault.write_sealed, threading.Event()

    def slowly(*given: Any) -> None:
        may_go_on.wait(240)
        real(*given)

    monkeypatch.setattr(vault, "write_sealed", slowly)
    with open_case(folder) as case, case.batch("taken_in"):
        item = keep(case, b"on its way")
        threading.Timer(0.05, may_go_on.set).start()
        assert case.open_item(item.item_id).read() == b"on its way"
        assert not keep(case, b"on its way").is_new
    assert_sound(folder)


def test_a_long_original_is_read_while_the_disk_takes_it_in_and_the_commit_waits_for_the_disk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, may_go_on, there = vault._sync, threading.Event(), list[Path]()

    def slowly(path: Path) -> None:
        may_go_on.wait(240)
        real(path)
        there.append(path)

    monkeypatch.setattr(vault, "_sync", slowly)
    content = bytes(2 * PIECE)
    with open_case(folder) as case:
        with case.batch("taken_in"):
            with case.open_item(keep(case, content).item_id) as stream:
                assert stream.read() == content
            assert there == []
            may_go_on.set()
        assert len(there) == 1
    assert_sound(folder)


def test_what_was_cut_off_while_keys_or_anchor_were_written_is_swept_away(folder: Path) -> None:
    for name in (".keys.json.0a1b2c3d.part", ".anchor.json.0a1b2c3d.part"):
        (folder / name).write_bytes(b"{")
    assert_sound(folder)


def test_a_stamp_is_asked_for_and_waits_or_neither(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_case(folder) as case:
        length = case.ledger_length()
        after(monkeypatch, "run", "insert into stamp", interrupt)
        with pytest.raises(KeyboardInterrupt):
            case.stamps.ask_for([(AUTHORITY, None)])
        assert (case.ledger_length(), case.stamps.waiting()) == (length, ())
        case.stamps.ask_for([(AUTHORITY, None)])
        assert (case.ledger_length(), len(case.stamps.waiting())) == (length + 1, 1)


def test_what_was_discarded_and_cannot_be_deleted_now_is_deleted_with_the_next_or_at_the_next_opening(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_case(folder) as case:
        first, second = (item.item_id for item in case.items())
        with monkeypatch.context() as disk:
            disk.setattr(os, "unlink", refuse)
            case.discard(first, "不该收")
            assert len(case.stray_files()) == 1
            case.discard(second, "不该收")
            assert len(case.stray_files()) == 2
    with open_case(folder) as case:
        assert case.stray_files() == []
        last = keep(case, b"last")
        with monkeypatch.context() as disk:
            disk.setattr(os, "unlink", refuse)
            case.discard(last.item_id, "不该收")
        case.discard(keep(case, b"the very last").item_id, "不该收")
        assert case.stray_files() == []


def test_a_discard_inside_an_act_that_is_undone_takes_no_original_away(folder: Path) -> None:
    with open_case(folder) as case:
        item = case.items()[0]
        with contextlib.suppress(KeyboardInterrupt), case.batch("tidied"):
            case.discard(item.item_id, "不该收")
            interrupt()
        assert case.open_item(item.item_id).read()
    assert_sound(folder)


def test_a_key_file_that_cannot_be_written_is_said_and_the_case_opens_as_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_case(folder) as case:
        keys = case.sharing.recovery_key()
        with monkeypatch.context() as disk:
            disk.setattr(os, "replace", refuse)
            with pytest.raises(StoreFailed, match=r"keys\.json"):
                case.sharing.change_passphrase("另一句 密码", cost=CHEAP)
            with pytest.raises(StoreFailed, match=r"keys\.json"):
                case.sharing.recovery_key()
        assert "recovery" in [one.kind for one in case.sharing.recipients()]
    for secret in (PASSPHRASE, keys):
        Case.open(folder, secret).close()
    assert_sound(folder)


def test_a_change_of_keys_that_failed_halfway_is_finished_before_the_next_and_readers_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFailed("磁盘满。")

    with open_case(folder) as case:
        gone = [case.sharing.add(new_identity()[1], name).recipient_id for name in ("王律师", "李律师")]
        with monkeypatch.context() as disk:
            disk.setattr(Store, "rekey", full)
            for recipient in gone:  # the second begins with what the first left, and must not forget the key in use
                with pytest.raises(StoreFailed):
                    case.sharing.remove(recipient)
                case.beside().close()
    with open_case(folder, writable=False) as case:
        assert case.all(Person)
    with open_case(folder) as case:
        case.sharing.remove(gone[1])
        case.beside().close()
    assert_sound(folder)


def test_an_original_is_read_while_the_writer_moves_it_to_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_case(folder) as case:
        item = keep(case, b"moving" * 1000, "新.txt")
        place = case.blob_path(item.item_id)
        waiting = folder / "incoming" / place.name
        place.rename(waiting)
        real, moved = Path.open, []

        def move_first(path: Path, *given: object) -> object:
            if path == waiting and not moved:
                moved.append(waiting.rename(place))
            return real(path, *given)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", move_first)
        assert case.open_item(item.item_id).read() == b"moving" * 1000
        assert moved


def test_a_check_beside_a_writer_accuses_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Case.ledger_bodies
    with open_case(folder) as writer, open_case(folder, writable=False) as reader:

        def bodies_and_more(case: Case) -> list[bytes]:
            bodies = real(case)
            with writer.batch("add"):
                writer.put(Person(person_id=f"p{len(bodies)}"))
                keep(writer, b"come meanwhile", "后来的.txt")
            (folder / "incoming" / "0a1b2c3d.part").write_bytes(b"of the next act")
            return bodies

        monkeypatch.setattr(Case, "ledger_bodies", bodies_and_more)
        report = check_case(reader)
        assert (report.holds, report.problems) == (True, ())
        assert len(report.items) == len(writer.items()) - 1


def test_an_act_killed_anywhere_is_in_the_case_whole_or_not_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_case(folder) as case:
        before = len(case.items())
        with killed_anywhere(folder, monkeypatch) as states:
            with case.batch("add"):
                case.put(Person(person_id="new"))
                keep(case, bytes(PIECE + 1), "长.txt")
                keep(case, b"two" * 1000, "二.txt")
            case.discard(keep(case, b"three" * 1000, "三.txt").item_id, "不该收")
    seen = set()
    for state in states:
        assert_sound(state)
        with open_case(state) as case:
            assert len(case.items()) - before == (2 if case.get(Person, "new") else 0) + any(
                item.about.name == "三.txt" for item in case.items()
            )
            assert case.stray_files() == []
            seen.add(len(case.items()) - before)
    assert seen == {0, 2, 3}
