"""What is missing, added, altered or forged in a bundle is named; hostile archives are never followed."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from cuijie.bundle import verify
from cuijie.bundle.errors import NotABundle
from cuijie.errors import CuijieError
from tests.bundle.bags import not_intact, reseal, verified


def test_files_of_the_operating_system_are_not_strangers(unpacked: Path) -> None:
    (unpacked / ".DS_Store").write_bytes(b"x")
    assert verify(unpacked).holds


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (lambda bag: (bag / "data/原件/证据01_短信备份.xml").unlink(), {"data/原件/证据01_短信备份.xml": "missing"}),
        (lambda bag: (bag / "data/原件/证据03.txt").write_bytes(b"x"), {"data/原件/证据03.txt": "added"}),
        (lambda bag: (bag / "额外.txt").write_bytes(b"x"), {"额外.txt": "added"}),
        (lambda bag: (bag / "bagit.txt").unlink(), {"bagit.txt": "missing"}),
        (lambda bag: (bag / "校验说明.txt").write_bytes(b"x"), {"校验说明.txt": "altered"}),
        (lambda bag: (bag / "tagmanifest-sha512.txt").unlink(), {"tagmanifest-sha512.txt": "missing"}),
        (lambda bag: (bag / "manifest-sha512.txt").unlink(), {"manifest-sha512.txt": "missing"}),
    ],
)  # fmt: skip
def test_what_is_missing_added_or_altered_is_named(unpacked: Path, act: object, expected: dict[str, str]) -> None:
    act(unpacked)  # type: ignore[operator]
    report = verify(unpacked)
    assert not report.holds
    assert not_intact(report) == expected


def test_a_changed_line_of_one_manifest_accuses_the_manifest_not_the_file(unpacked: Path) -> None:
    path = unpacked / "manifest-sha256.txt"
    first = path.read_text(encoding="utf-8")
    path.write_text(("0" if first[0] != "0" else "1") + first[1:], encoding="utf-8")
    assert not_intact(verify(unpacked)) == {"manifest-sha256.txt": "altered"}


def test_a_file_with_its_line_dropped_from_every_manifest_is_added(unpacked: Path) -> None:
    for algorithm in ("sha256", "sha512"):
        path = unpacked / f"manifest-{algorithm}.txt"
        kept = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if "截图" not in line]
        path.write_text("".join(kept), encoding="utf-8")
    bad = not_intact(verify(unpacked))
    assert bad["data/原件/证据02_截图.png"] == "added"
    assert bad["manifest-sha256.txt"] == "altered"


def test_an_original_forged_with_all_manifests_still_contradicts_the_ledger(unpacked: Path) -> None:
    (unpacked / "data/原件/证据01_短信备份.xml").write_bytes(b"forged")
    reseal(unpacked)
    report = verify(unpacked)
    assert not report.holds
    assert any("收进时的 SHA-256" in problem for problem in report.problems)


def test_a_ledger_line_forged_with_all_manifests_breaks_the_chain(unpacked: Path) -> None:
    path = unpacked / "data/留痕账/留痕账.jsonl"
    path.write_bytes(path.read_bytes().replace("本人".encode(), "别人".encode(), 1))
    reseal(unpacked)
    assert any("留痕账" in problem for problem in verify(unpacked).problems)


def test_an_empty_bag_has_nothing_to_check(tmp_path: Path) -> None:
    (tmp_path / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n", encoding="utf-8")
    report = verify(tmp_path)
    assert not report.holds
    assert any("没有任何材料" in problem for problem in report.problems)


@pytest.mark.parametrize("seed", range(4))
def test_one_flipped_bit_anywhere_in_the_zip_is_found(bundle: bytes, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    ends = [(len(bundle) - back) * 8 + chance.randrange(8) for back in range(1 + seed, 1500, 29)]
    for position in [*(chance.randrange(len(bundle) * 8) for _ in range(60)), *ends]:
        altered = bytearray(bundle)
        altered[position // 8] ^= 1 << (position % 8)
        report = verified(bytes(altered), tmp_path)
        assert not report.holds, position
        assert report.problems or not_intact(report), position


def test_a_flipped_bit_in_an_original_names_that_original(bundle: bytes, tmp_path: Path) -> None:
    at = bundle.index(b"\x89PNG") + 3000
    report = verified(bundle[:at] + b"\x01" + bundle[at + 1 :], tmp_path)
    assert not_intact(report) == {"data/原件/证据02_截图.png": "altered"}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_bundle_cut_off_fails(bundle: bytes, tmp_path: Path, part: float) -> None:
    assert not verified(bundle[: int(len(bundle) * part)], tmp_path).holds


@pytest.mark.parametrize("data", [b"", b"hello", b"\x7fELF" + bytes(100)])
def test_what_is_no_bundle_is_said_to_be_none(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotABundle):
        verified(data, tmp_path)


def test_a_folder_or_zip_of_other_things_is_no_bundle(tmp_path: Path) -> None:
    with pytest.raises(NotABundle):
        verify(tmp_path)
    with pytest.raises(NotABundle):
        verify(tmp_path / "nowhere.zip")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("holiday/photo.txt", "x")
    with pytest.raises(NotABundle):
        verify(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["../evil.txt", "/evil.txt", "证据包/../../evil", "证据包\\..\\evil", "C:/evil"])
def test_hostile_paths_in_a_zip_are_named_and_never_followed(bundle: bytes, tmp_path: Path, name: str) -> None:
    path = tmp_path / "in" / "h.zip"
    path.parent.mkdir()
    path.write_bytes(bundle)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "x")
    report = verify(path)
    assert not report.holds
    assert any(
        "越出文件夹" in problem or "后来加" in problem
        for problem in (*report.problems, *(item.why for item in report.items))
    )
    assert [one for one in tmp_path.rglob("evil*")] == []


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_second_file_of_the_same_name_is_named(bundle: bytes, tmp_path: Path) -> None:
    (tmp_path / "d.zip").write_bytes(bundle)
    with zipfile.ZipFile(tmp_path / "d.zip", "a") as archive:
        archive.writestr("证据包/data/清单.json", "x")
    assert any("同名" in problem for problem in verify(tmp_path / "d.zip").problems)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("包/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        archive.writestr("包/manifest-sha256.txt", f"{'0' * 64}  data/a\n")
        archive.writestr("包/data/a", bytes(50_000_000))
    report = verify(tmp_path / "b.zip")
    assert not report.holds


def test_any_bytes_after_a_zip_start_never_crash(bundle: bytes, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(60):
        data = bytearray(bundle)
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = chance.randrange(len(data))
        mixed = bytes(data[:cut] + data[cut + chance.randrange(5000) :])
        try:
            assert not verified(mixed, tmp_path).holds
        except CuijieError:
            continue
