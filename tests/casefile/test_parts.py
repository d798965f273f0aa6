"""What lies whole in an original is not kept a second time, and everything promised of items holds for it all the same."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.casefile import Case, Item, ItemFacts
from cuijie.casefile.checking import check_case
from cuijie.casefile.errors import CaseDamaged, ItemMissing
from cuijie.casefile.parts import Part, open_part
from tests.small_case import keep, new_case, open_case

PICTURE = bytes(range(256)) * 700 + b"!"  # over several chunks of the vault, and no multiple of three
FACTS = ItemFacts(name="a.jpg", kind="attachment", tool="cuijie", media_type="image/jpeg")
BEFORE = b'<part data="'


def backup(*pictures: bytes) -> bytes:
    return b"".join(BEFORE + base64.b64encode(one) + b'" />' for one in pictures)


def place_of(picture: bytes, data: bytes) -> Part:
    return Part(start=data.index(base64.b64encode(picture)), size_bytes=len(picture))


def derive(case: Case, parent: Item, picture: bytes, data: bytes) -> Item:
    sha256 = hashlib.sha256(picture).hexdigest()
    (item,) = case.derive_parts(parent.item_id, [(place_of(picture, data), FACTS, sha256)])
    return item


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case with one backup and the two pictures in it."""
    data = backup(PICTURE, b"small")
    with new_case(tmp_path / "案卷") as case:
        parent = keep(case, data)
        derive(case, parent, PICTURE, data)
        derive(case, parent, b"small", data)
    return tmp_path / "案卷"


def states(folder: Path) -> list[str]:
    with open_case(folder, writable=False) as case:
        return [one.state for one in check_case(case).items]


def test_a_part_is_an_item_like_any_other_and_takes_no_file(folder: Path) -> None:
    with open_case(folder, writable=False) as case:
        parent, picture, _ = case.items()
        assert (picture.parent_id, picture.size_bytes) == (parent.item_id, len(PICTURE))
        assert picture.sha256 == hashlib.sha256(PICTURE).hexdigest()
        assert case.blob_path(picture.item_id) == case.blob_path(parent.item_id)
        with case.open_item(picture.item_id) as stream:
            assert stream.read() == PICTURE
            assert stream.seek(-3, io.SEEK_END) == len(PICTURE) - 3
            assert stream.read() == PICTURE[-3:]
            assert (stream.seek(100_001), stream.read(5)) == (100_001, PICTURE[100_001:100_006])
        with case.beside() as second, second.open_item(picture.item_id) as stream:
            assert stream.read(9) == PICTURE[:9]
        assert check_case(case).holds
    assert len(list((folder / "vault").rglob("*.age"))) == 1


def test_it_has_the_id_and_the_ledger_entry_it_would_have_with_a_file_of_its_own(folder: Path, tmp_path: Path) -> None:
    with new_case(tmp_path / "另一个") as case:
        parent = keep(case, backup(PICTURE, b"small"))
        whole = [case.derive(parent.item_id, io.BytesIO(one), FACTS) for one in (PICTURE, b"small")]
        written = [one.detail for one in case.ledger() if one.act == "derived"]
    with open_case(folder, writable=False) as case:
        assert [item.item_id for item in case.items()[1:]] == [item.item_id for item in whole]
        assert [one.detail for one in case.ledger() if one.act == "derived"] == written


@given(data=st.binary(min_size=1, max_size=60), start=st.integers(0, 70), size=st.integers(-1, 70))
def test_any_stretch_of_any_part_is_the_stretch_of_its_bytes(data: bytes, start: int, size: int) -> None:
    with open_part(io.BytesIO(backup(data)), Part(start=len(BEFORE), size_bytes=len(data)), "x") as stream:
        stream.seek(start)
        assert stream.read(size) == data[start:][: None if size < 0 else size]


def test_the_same_part_again_is_the_same_item(folder: Path) -> None:
    data = backup(PICTURE, b"small")
    with open_case(folder) as case:
        length = case.ledger_length()
        assert not derive(case, case.items()[0], PICTURE, data).is_new
        assert case.ledger_length() == length
        with pytest.raises(ItemMissing):
            case.derive_parts("0" * 32, [(place_of(PICTURE, data), FACTS, "0" * 64)])


@pytest.mark.parametrize(
    "change", ["update part set start = start + 4", "update part set size = size - 3", "delete from part"]
)
def test_a_place_changed_behind_the_programs_back_is_found(folder: Path, change: str) -> None:
    with open_case(folder) as case:
        case._store.run(change)
    assert states(folder) == ["untimed", "altered", "altered"]


def test_a_place_outside_its_original_opens_nothing(folder: Path) -> None:
    with open_case(folder) as case:
        case._store.run("update part set start = start + 10_000_000")
        with case.open_item(case.items()[1].item_id) as stream, pytest.raises(CaseDamaged, match="位置不对"):
            stream.read()


@pytest.mark.parametrize(("fault", "expected"), [("lost", "missing"), ("damaged", "altered")])
def test_an_original_that_is_gone_takes_its_parts_along_and_they_come_back_with_it(
    folder: Path, fault: str, expected: str
) -> None:
    data = backup(PICTURE, b"small")
    with open_case(folder) as case:
        path = case.blob_path(case.items()[0].item_id)
    path.unlink() if fault == "lost" else path.write_bytes(path.read_bytes()[:-100])
    assert states(folder) == [expected] * 3
    with open_case(folder) as case:
        keep(case, data)
    assert states(folder) == ["untimed"] * 3


def test_discarding_an_original_takes_its_parts_along_and_discarding_a_part_leaves_the_original(folder: Path) -> None:
    with open_case(folder) as case:
        parent, picture, small = case.items()
        assert case.discard(small.item_id, "私人") == (small.item_id,)
        assert case.open_item(picture.item_id).read() == PICTURE
        assert case.open_item(parent.item_id).read() == backup(PICTURE, b"small")
        assert check_case(case).holds
        assert case.discard(parent.item_id, "私人") == (parent.item_id, picture.item_id)
        assert case.stray_files() == []
        assert case._store.row("select count(*) from part") == (0,)
    assert not list((folder / "vault").rglob("*.age"))


def test_an_item_with_a_file_of_its_own_stays_and_a_lost_file_is_healed(tmp_path: Path) -> None:
    data = backup(PICTURE)
    with new_case(tmp_path / "案卷") as case:
        parent = keep(case, data)
        item = case.derive(parent.item_id, io.BytesIO(PICTURE), FACTS)
        length = case.ledger_length()
        assert not derive(case, parent, PICTURE, data).is_new
        assert case.ledger_length() == length
        case.blob_path(item.item_id).unlink()
        derive(case, parent, PICTURE, data)
        assert case.open_item(item.item_id).read() == PICTURE
        assert [one.act for one in case.ledger()[length:]] == ["restored"]
        assert check_case(case).holds
        assert case.stray_files() == []


def test_a_part_given_as_bytes_gets_a_file_of_its_own_and_leaves_nothing_over(folder: Path) -> None:
    with open_case(folder) as case:
        parent, picture, _ = case.items()
        assert not case.derive(parent.item_id, io.BytesIO(PICTURE), FACTS).is_new
        assert case.blob_path(picture.item_id) != case.blob_path(parent.item_id)
        assert case.open_item(picture.item_id).read() == PICTURE
        assert check_case(case).holds
        assert case.stray_files() == []


def test_the_same_picture_kept_as_a_file_is_another_item(folder: Path) -> None:
    with open_case(folder) as case:
        kept = keep(case, PICTURE)
        assert case.open_item(kept.item_id).read() == PICTURE
        case.discard(kept.item_id, "重复")
        assert case.open_item(case.items()[1].item_id).read() == PICTURE
        assert case.stray_files() == []


def test_an_act_that_fails_takes_its_parts_back(tmp_path: Path) -> None:
    data = backup(PICTURE)
    with new_case(tmp_path / "案卷") as case:
        parent = keep(case, data)
        with pytest.raises(ItemMissing), case.batch("add"):
            case.item(derive(case, parent, PICTURE, data).item_id[::-1])
        assert case.items() == (case.item(parent.item_id),)
        assert case._store.row("select count(*) from part") == (0,)


def test_a_case_of_the_version_before_reads_as_it_is_and_is_brought_up_when_written(tmp_path: Path) -> None:
    data, folder = backup(PICTURE), tmp_path / "案卷"
    with new_case(folder) as case:
        parent = keep(case, data)
        own = case.derive(parent.item_id, io.BytesIO(b"text"), FACTS)
    with open_case(folder) as case:
        case._store.run("drop table part; pragma user_version = 2")
    shutil.copytree(folder, tmp_path / "旧")
    with open_case(folder, writable=False) as case:
        assert case.open_item(own.item_id).read() == b"text"
        assert check_case(case).holds
        assert case._store.row("pragma user_version") == (2,)
    with open_case(folder) as case:
        derive(case, parent, PICTURE, data)
        assert case.open_item(own.item_id).read() == b"text"
    assert states(folder) == ["untimed"] * 3


@settings(max_examples=25)
@given(st.binary(max_size=40), st.integers(-5, 60), st.integers(-5, 60))
def test_a_place_that_is_none_is_damage_and_never_other_bytes_at_length(data: bytes, start: int, size: int) -> None:
    part = Part(start=max(0, start), size_bytes=max(0, size))
    with open_part(io.BytesIO(data), part, "x") as stream, contextlib.suppress(CaseDamaged):
        assert len(stream.read()) == part.size_bytes
