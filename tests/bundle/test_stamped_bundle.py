"""Time-stamps in a bundle: what they cover, who trusts whom, and those that come later."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.bundle import export, verify
from cuijie.bundle.errors import BundleError
from cuijie.casefile import Case
from tests.bundle.bags import reseal
from tests.small_case import fill, new_case
from tests.tsa_authority import Authority

_NEEDS_OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="did not run: openssl is not installed")


@pytest.fixture
def stamped(tmp_path: Path) -> Iterator[tuple[Case, Authority]]:
    authority = Authority.make(tmp_path / "pki")
    from cuijie.clock import SystemClock

    with new_case(tmp_path / "案卷", SystemClock()) as case, authority.serving() as served:
        fill(case)
        case.stamps.ask_for([(served.url, authority.root.pem)])
        case.stamps.send()
        yield case, authority


@_NEEDS_OPENSSL
def test_a_stamp_over_the_ledger_times_the_originals_and_openssl_agrees(
    stamped: tuple[Case, Authority], tmp_path: Path
) -> None:
    case, _ = stamped
    export(case, tmp_path / "包.zip")
    report = verify(tmp_path / "包.zip")
    assert report.holds
    timed = {item.path for item in report.items if item.state == "intact" and item.path.startswith("data/")}
    assert timed == {"data/原件/证据01_短信备份.xml", "data/原件/证据02_截图.png"}
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        archive.extractall(tmp_path)
    guide = (tmp_path / "证据包/校验说明.txt").read_text(encoding="utf-8")
    (command,) = [line.split("（")[0].split() for line in guide.splitlines() if line.startswith("openssl")]
    done = subprocess.run(command, cwd=tmp_path / "证据包", capture_output=True, check=True)
    assert b"Verification: OK" in done.stdout


@_NEEDS_OPENSSL
def test_a_reader_with_other_roots_does_not_take_the_ones_inside(
    stamped: tuple[Case, Authority], tmp_path: Path
) -> None:
    case, authority = stamped
    export(case, tmp_path / "包.zip")
    other = Authority.make(tmp_path / "别家")
    assert verify(tmp_path / "包.zip", trusted=authority.root.pem).holds
    assert not verify(tmp_path / "包.zip", trusted=other.root.pem).holds


@_NEEDS_OPENSSL
def test_a_stamp_over_the_manifest_times_everything(stamped: tuple[Case, Authority], tmp_path: Path) -> None:
    case, _ = stamped

    def ask(bundle_id: str, manifest: bytes) -> list[object]:
        case.stamps.ask_for(case.stamps.authorities(), subject=f"bundle:{bundle_id}", data=manifest)
        return list(case.stamps.send())

    export(case, tmp_path / "包.zip", stamp=ask)  # type: ignore[arg-type]
    report = verify(tmp_path / "包.zip")
    assert report.holds
    assert {item.state for item in report.items} == {"intact"}
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        archive.extractall(tmp_path)
    guide = (tmp_path / "证据包/校验说明.txt").read_text(encoding="utf-8")
    commands = [line.split("（")[0].split() for line in guide.splitlines() if line.startswith("openssl")]
    assert len(commands) == 2
    for command in commands:
        subprocess.run(command, cwd=tmp_path / "证据包", capture_output=True, check=True)


@_NEEDS_OPENSSL
def test_a_token_of_another_statement_fails(stamped: tuple[Case, Authority], tmp_path: Path) -> None:
    case, _ = stamped
    export(case, tmp_path / "包.zip")
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        archive.extractall(tmp_path)
    statement = tmp_path / "证据包/data/时间戳/账首-1.json"
    statement.write_bytes(statement.read_bytes().replace(b'"count":', b'"count":1'))
    reseal(tmp_path / "证据包")
    report = verify(tmp_path / "证据包")
    assert not report.holds
    assert "摘要不符" in report.stamps[0].why


@_NEEDS_OPENSSL
def test_a_stamp_that_comes_later_is_attached_to_the_bundle_that_was_written(tmp_path: Path) -> None:
    from cuijie.bundle.attach import attach
    from cuijie.clock import SystemClock

    authority, path = Authority.make(tmp_path / "pki"), tmp_path / "包.zip"
    with new_case(tmp_path / "案卷", SystemClock()) as case, authority.serving() as served:
        fill(case)

        def queue(bundle_id: str, manifest: bytes) -> list[object]:
            case.stamps.ask_for([(served.url, authority.root.pem)], subject=f"bundle:{bundle_id}", data=manifest)
            return []

        export(case, path, stamp=queue)  # type: ignore[arg-type]
        with pytest.raises(BundleError, match="还没有拿到"):
            attach(case, path)
        case.stamps.send()
        assert attach(case, path) == 1
        assert attach(case, path) == 1  # again changes nothing
    report = verify(path)
    assert report.holds, report
    assert {item.state for item in report.items} == {"intact"}


@_NEEDS_OPENSSL
def test_a_single_original_is_timed_by_its_proof_without_the_rest_of_the_ledger(
    stamped: tuple[Case, Authority], tmp_path: Path
) -> None:
    case, _ = stamped
    export(case, tmp_path / "包.zip", profile="complaint", only=["证据2"])
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        archive.extractall(tmp_path)
    bag = tmp_path / "证据包"
    assert len((bag / "data/留痕账/留痕账.jsonl").read_bytes().splitlines()) == 1
    states = {item.path: item.state for item in verify(bag).items}
    assert states["data/原件/证据02.png"] == "intact"
    proof = bag / "data/时间戳/证明-1.json"
    proof.write_text(proof.read_text(encoding="utf-8").replace('"path": [', '"path": ["00",'), encoding="utf-8")
    reseal(bag)
    assert {item.path: item.state for item in verify(bag).items}["data/原件/证据02.png"] == "untimed"
