"""What waits to be taken in: encrypted, whole or not there, readable beside a writer."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from cuijie.casefile import Case, CaseError, KdfCost
from cuijie.casefile.errors import NotWritable
from cuijie.casefile.keys import new_identity
from cuijie.records import Person

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
WORDS = "four plain words"
CANARY = "张无名的手机13800001002".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "记事"


@pytest.fixture
def case(folder: Path) -> Case:
    return Case.create(folder, WORDS, cost=CHEAP)


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_what_waits_is_there_after_a_restart_and_never_plain(case: Case, folder: Path) -> None:
    data = CANARY * 20_000
    assert case.waiting.put("a-1", io.BytesIO(data)) == len(data)
    assert CANARY not in on_disk(folder)
    case.close()
    with Case.open(folder, WORDS) as again:
        assert again.waiting.names() == ("a-1",)
        with again.waiting.open("a-1") as stream:
            stream.seek(len(data) - 5)
            assert stream.read() == data[-5:]
        again.waiting.remove("a-1")
        assert again.waiting.names() == ()
        with pytest.raises(CaseError, match="不见了"):
            again.waiting.open("a-1")


def test_a_stream_that_breaks_leaves_what_was_there(case: Case, folder: Path) -> None:
    class Breaking:
        def read(self, size: int = -1) -> bytes:
            raise ConnectionError("gone")

    case.waiting.put("a", io.BytesIO(b"before"))
    with pytest.raises(ConnectionError):
        case.waiting.put("a", Breaking())
    assert case.waiting.open("a").read() == b"before"
    assert list((folder / "waiting").glob("*.part")) == []
    case.close()


def test_what_was_cut_off_while_arriving_is_swept_at_the_next_opening(case: Case, folder: Path) -> None:
    case.waiting.put("a", io.BytesIO(b"x"))
    (folder / "waiting" / ".b.part").write_bytes(b"half")
    case.close()
    with Case.open(folder, WORDS) as again:
        assert again.waiting.names() == ("a",)
    assert not (folder / "waiting" / ".b.part").exists()


def test_what_waited_before_a_recipient_was_removed_is_still_read(case: Case) -> None:
    case.waiting.put("a", io.BytesIO(b"before"))
    _, public = new_identity()
    case.sharing.remove(case.sharing.add(public, "王律师").recipient_id)
    assert case.waiting.open("a").read() == b"before"
    case.waiting.put("a", io.BytesIO(b"after"))
    assert case.waiting.open("a").read() == b"after"
    assert case.waiting.names() == ("a",)
    case.close()


@pytest.mark.parametrize("name", ["../a", "", "A", "a/b", "a" * 61])
def test_a_name_is_never_a_path(case: Case, name: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        case.waiting.put(name, io.BytesIO(b"x"))
    case.close()


def test_a_reader_beside_the_writer_sees_the_last_whole_act_and_writes_nothing(case: Case) -> None:
    case.put(Person(person_id="debtor", name="甲"))
    beside = case.beside()
    with case.batch("change"):
        case.put(Person(person_id="debtor", name="乙"))
        seen = beside.get(Person, "debtor")
        assert seen is not None
        assert seen.name == "甲"
    changed = beside.get(Person, "debtor")
    assert changed is not None
    assert changed.name == "乙"
    with pytest.raises(NotWritable):
        beside.put(Person(person_id="x"))
    with pytest.raises(NotWritable):
        beside.waiting.put("a", io.BytesIO(b"x"))
    beside.close()
    case.put(Person(person_id="debtor", name="丙"))  # closing the reader lets go of nothing of the writer's
    case.close()
