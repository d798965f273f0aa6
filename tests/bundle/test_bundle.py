"""A bundle: the same bytes for the same case, readable by other people's tools, harmless everywhere."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from pathlib import Path

import pytest

from cuijie.bundle import export, verify
from cuijie.bundle.errors import BundleError
from cuijie.casefile import Case
from tests.bundle.bags import not_intact, verified
from tests.small_case import SteppingClock, fill, keep, new_case


def test_a_bundle_holds_and_says_that_no_stamp_covers_it(bundle: bytes, tmp_path: Path) -> None:
    report = verified(bundle, tmp_path)
    assert report.holds
    assert {item.state for item in report.items if item.path.startswith("data/")} == {"untimed"}


def test_the_originals_inside_are_the_bytes_that_were_kept(unpacked: Path) -> None:
    assert (unpacked / "data/原件/证据01_短信备份.xml").read_bytes() == b"<smses/>" * 100


def test_two_exports_on_one_day_are_the_same_bytes(tmp_path: Path) -> None:
    def made(name: str) -> bytes:
        with new_case(tmp_path / name / "案卷", SteppingClock()) as case:
            fill(case)
            # random by design, so set alike: the case's own id
            case._keys.keyring = type(case._keys.keyring)(**{**_fields(case._keys.keyring), "case_id": "0" * 16})
            export(case, tmp_path / name / "包.zip")
        return (tmp_path / name / "包.zip").read_bytes()

    assert made("一") == made("二")


def _fields(value: object) -> dict[str, object]:
    from dataclasses import fields

    return {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="did not run: sha256sum is not installed")
@pytest.mark.parametrize(
    "command",
    [
        "sha256sum -c manifest-sha256.txt",
        "sha512sum -c manifest-sha512.txt",
        "sha256sum -c tagmanifest-sha256.txt",
        "sha512sum -c tagmanifest-sha512.txt",
    ],
)
def test_coreutils_agree(unpacked: Path, command: str) -> None:
    assert command in (unpacked / "校验说明.txt").read_text(encoding="utf-8") or "sha512" in command
    subprocess.run(command.split(), cwd=unpacked, check=True, capture_output=True)
    (unpacked / "data/原件/证据01_短信备份.xml").write_bytes(b"<smses/>" * 99)
    failed = subprocess.run(command.split(), cwd=unpacked, check=False, capture_output=True).returncode
    assert (failed != 0) == command.split()[-1].startswith("manifest")


def test_bagit_py_agrees(unpacked: Path) -> None:
    check = [sys.executable, "-W", "ignore", "-m", "bagit", "--validate", str(unpacked)]
    subprocess.run(check, check=True, capture_output=True)
    (unpacked / "data/清单.json").write_bytes(b"{}")
    assert subprocess.run(check, check=False, capture_output=True).returncode != 0


def test_the_unpacked_folder_verifies_too_also_with_decomposed_names(unpacked: Path) -> None:
    assert verify(unpacked).holds
    assert verify(unpacked.parent).holds
    for path in sorted(unpacked.rglob("*"), reverse=True):
        path.rename(path.with_name(unicodedata.normalize("NFD", path.name)))
    assert verify(unpacked).holds


def test_a_repacked_bundle_still_holds_and_says_so(unpacked: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "again"), "zip", unpacked.parent, unpacked.name)
    report = verify(archive)
    assert report.holds
    assert any("重新打包" in note for note in report.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_bundle_packed_again_without_marking_its_names_still_holds(
    unpacked: Path, tmp_path: Path, encoding: str
) -> None:
    """Explorer and Info-ZIP write names without the UTF-8 flag: the reader sees cp437."""
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w") as archive:
        marked = {}
        for number, path in enumerate(sorted(unpacked.rglob("*"))):
            if path.is_file():
                raw = path.relative_to(unpacked.parent).as_posix().encode(encoding)
                stand_in = f"{number:03}".ljust(len(raw), "x")
                marked[stand_in.encode()] = raw
                archive.write(path, stand_in)
    data = plain.getvalue()
    for stand_in_bytes, raw in marked.items():
        data = data.replace(stand_in_bytes, raw)
    report = verified(data, tmp_path)
    assert report.holds, not_intact(report)


def test_an_export_is_in_the_ledger_with_the_bundles_fingerprint(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        keep(case, b"x")
        report = export(case, tmp_path / "包.zip")
        last = case.ledger()[-1]
    assert (last.act, last.detail["bundles"]) == ("exported", list(report.bundle_ids))


def test_finished_papers_go_along(case: Case, tmp_path: Path) -> None:
    paper = tmp_path / "投诉书 v2.pdf"
    paper.write_bytes(b"%PDF-1.7")
    export(case, tmp_path / "包.zip", papers=[paper])
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        assert archive.read("证据包/data/文书/文书01_投诉书_v2.pdf") == b"%PDF-1.7"
    with pytest.raises(BundleError, match="读不出文书"):
        export(case, tmp_path / "包.zip", papers=[tmp_path / "没有.pdf"])


@pytest.mark.parametrize(
    "name", ["../../x", "CON", "😀" * 200, "a\u202etxt.exe", "点..", "换\n行", "", "C:\\x\\y.xml", "%41~.jpg", "~root"]
)
def test_names_inside_a_bundle_are_harmless_everywhere(name: str) -> None:
    from cuijie.bundle.names import safe_name

    safe = safe_name("证据01", name)
    assert safe.startswith("证据01")
    assert not set(safe) & set('\\/:*?"<>|%~\n\r\t')
    assert len(safe.encode()) < 140
    assert not safe.endswith((".", " "))
    assert all(unicodedata.category(one)[0] != "C" for one in safe)


def test_nothing_plain_is_left_in_temporary_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """R14: taking in, reading, exporting and verifying leave nothing behind but the bundle itself."""
    import tempfile

    scratch = tmp_path / "tmp"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with new_case(tmp_path / "案卷") as case:
        fill(case)
        with case.open_item(case.items()[0].item_id) as stream:
            stream.read()
        export(case, tmp_path / "包.zip")
    verify(tmp_path / "包.zip")
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["tmp", "案卷", "包.zip"])
