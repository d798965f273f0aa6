"""A bundle: the same bytes for the same case, readable by other people's tools, and no change goes unseen."""

from __future__ import annotations

import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.bundle import export, verify
from cuijie.bundle.errors import BundleError, BundleNotWritten, NotABundle, NothingToBundle, TooSmallParts
from cuijie.casefile import Case, ItemFacts
from cuijie.casefile.report import VerifyReport
from cuijie.errors import CuijieError
from tests.small_case import SteppingClock, fill, keep, new_case
from tests.tsa_authority import Authority

_NEEDS_OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="did not run: openssl is not installed")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with new_case(tmp_path_factory.mktemp("case") / "案卷") as case:
        fill(case)
        yield case


@pytest.fixture(scope="module")
def bundle(case: Case, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("bundle") / "证据包.zip"
    export(case, path)
    return path.read_bytes()


@pytest.fixture
def unpacked(bundle: bytes, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "证据包"


def _verify(data: bytes, folder: Path) -> VerifyReport:
    path = folder / "收到的.zip"
    path.write_bytes(data)
    return verify(path)


def _bad(report: VerifyReport) -> dict[str, str]:
    return {item.path: item.state for item in report.items if item.state not in {"intact", "untimed"}}


def test_a_bundle_holds_and_says_that_no_stamp_covers_it(bundle: bytes, tmp_path: Path) -> None:
    report = _verify(bundle, tmp_path)
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
    assert _bad(report) == expected


def test_a_changed_line_of_one_manifest_accuses_the_manifest_not_the_file(unpacked: Path) -> None:
    path = unpacked / "manifest-sha256.txt"
    first = path.read_text(encoding="utf-8")
    path.write_text(("0" if first[0] != "0" else "1") + first[1:], encoding="utf-8")
    assert _bad(verify(unpacked)) == {"manifest-sha256.txt": "altered"}


def test_a_file_with_its_line_dropped_from_every_manifest_is_added(unpacked: Path) -> None:
    for algorithm in ("sha256", "sha512"):
        path = unpacked / f"manifest-{algorithm}.txt"
        kept = [line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if "截图" not in line]
        path.write_text("".join(kept), encoding="utf-8")
    bad = _bad(verify(unpacked))
    assert bad["data/原件/证据02_截图.png"] == "added"
    assert bad["manifest-sha256.txt"] == "altered"


def _reseal(bag: Path) -> None:
    """What a forger with our own tools would do: make every manifest agree with the altered files."""
    for kind, chosen in (("manifest", "data/"), ("tagmanifest", "")):
        for algorithm in ("sha256", "sha512"):
            lines = []
            for path in sorted(bag.rglob("*")):
                name = path.relative_to(bag).as_posix()
                is_ours = name.startswith("data/") if chosen else not name.startswith(("data/", "tagmanifest"))
                if path.is_file() and is_ours:
                    lines.append(f"{hashlib.new(algorithm, path.read_bytes()).hexdigest()}  {name}\n")
            (bag / f"{kind}-{algorithm}.txt").write_text("".join(lines), encoding="utf-8")


def test_an_original_forged_with_all_manifests_still_contradicts_the_ledger(unpacked: Path) -> None:
    (unpacked / "data/原件/证据01_短信备份.xml").write_bytes(b"forged")
    _reseal(unpacked)
    report = verify(unpacked)
    assert not report.holds
    assert any("收进时的 SHA-256" in problem for problem in report.problems)


def test_a_ledger_line_forged_with_all_manifests_breaks_the_chain(unpacked: Path) -> None:
    path = unpacked / "data/留痕账/留痕账.jsonl"
    path.write_bytes(path.read_bytes().replace("本人".encode(), "别人".encode(), 1))
    _reseal(unpacked)
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
        report = _verify(bytes(altered), tmp_path)
        assert not report.holds, position
        assert report.problems or _bad(report), position


def test_a_flipped_bit_in_an_original_names_that_original(bundle: bytes, tmp_path: Path) -> None:
    at = bundle.index(b"\x89PNG") + 3000
    report = _verify(bundle[:at] + b"\x01" + bundle[at + 1 :], tmp_path)
    assert _bad(report) == {"data/原件/证据02_截图.png": "altered"}


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.999])
def test_a_bundle_cut_off_fails(bundle: bytes, tmp_path: Path, part: float) -> None:
    assert not _verify(bundle[: int(len(bundle) * part)], tmp_path).holds


@pytest.mark.parametrize("data", [b"", b"hello", b"\x7fELF" + bytes(100)])
def test_what_is_no_bundle_is_said_to_be_none(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(NotABundle):
        _verify(data, tmp_path)


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
    report = _verify(data, tmp_path)
    assert report.holds, _bad(report)


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
    _reseal(tmp_path / "证据包")
    report = verify(tmp_path / "证据包")
    assert not report.holds
    assert "摘要不符" in report.stamps[0].why


# -- profiles, choice, size ----------------------------------------------------------------------------


def _texts(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if not name.endswith(".pdf")
        )


def test_the_complaint_profile_shows_no_third_partys_name_or_number(case: Case, tmp_path: Path) -> None:
    report = export(case, tmp_path / "投诉.zip", profile="complaint")
    text = _texts(tmp_path / "投诉.zip")
    for secret in ("赵小样", "13800001002", "13800001003", "短信备份", "<smses/>"):
        assert secret not in text
    assert "17000001188" in text  # the collector's own number is the point
    assert "138****1003" in text
    assert [left.name for left in report.left_out] == ["截图.png"]
    assert verify(tmp_path / "投诉.zip").holds


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="did not run: pdftotext is not installed")
def test_the_papers_of_the_complaint_profile_are_masked_too(case: Case, tmp_path: Path) -> None:
    export(case, tmp_path / "投诉.zip", profile="complaint")
    with zipfile.ZipFile(tmp_path / "投诉.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".pdf"):
                (tmp_path / "one.pdf").write_bytes(archive.read(name))
                text = subprocess.run(["pdftotext", str(tmp_path / "one.pdf"), "-"], capture_output=True, check=True)
                words = text.stdout.decode().replace("\n", "")
                assert not {one for one in ("赵小样", "13800001002", "13800001003") if one in words}


def test_the_profile_is_recorded_in_the_bundle(case: Case, tmp_path: Path) -> None:
    for profile in ("full", "complaint"):
        export(case, tmp_path / "包.zip", profile=profile)  # type: ignore[arg-type]
        with zipfile.ZipFile(tmp_path / "包.zip") as archive:
            assert f"Cuijie-Profile: {profile}" in archive.read("证据包/bag-info.txt").decode()
            assert json.loads(archive.read("证据包/data/清单.json"))["profile"] == profile


def test_an_item_chosen_by_name_goes_in_as_it_is_even_into_a_complaint(case: Case, tmp_path: Path) -> None:
    report = export(case, tmp_path / "包.zip", profile="complaint", only=["证据2"])
    assert [one.path for one in report.items] == ["原件/证据02.png"]
    assert verify(tmp_path / "包.zip").holds


def test_items_are_chosen_and_left_out_by_number_or_id(case: Case, tmp_path: Path) -> None:
    first, second = case.items()
    for only, without in ((["1"], []), ([first.item_id], []), ([], [second.item_id[:12]])):
        report = export(case, tmp_path / "包.zip", only=only, without=without)
        assert [one.item.item_id for one in report.items] == [first.item_id]
    for wrong in ({"only": ["证据9"]}, {"without": ["没有"]}, {"without": ["1", "2"]}):
        with pytest.raises(NothingToBundle):
            export(case, tmp_path / "包.zip", **wrong)  # type: ignore[arg-type]


def test_derived_texts_go_with_their_original(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        parent = keep(case, b"picture", "一.png")
        case.derive(
            parent.item_id, io.BytesIO(b"words"), ItemFacts(name="一.txt", kind="ocr_text", tool="t", tool_version="1")
        )
        report = export(case, tmp_path / "包.zip")
    assert [one.path for one in report.items] == ["原件/证据01_一.png", "派生/证据01_一_ocr_text.txt"]
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        rows = json.loads(archive.read("证据包/data/清单.json"))["items"]
    assert (rows[1]["parent"], rows[1]["tool"], rows[1]["tool_version"]) == (parent.item_id, "t", "1")


def test_a_bundle_is_split_below_the_limit_and_every_part_holds(tmp_path: Path) -> None:
    content = random.Random(1).randbytes(3_000_000)  # noqa: S311
    with new_case(tmp_path / "案卷") as case:
        keep(case, content, "长录音.m4a")
        for number in range(3):
            keep(case, random.Random(number + 5).randbytes(400_000), f"{number}.jpg")  # noqa: S311
        report = export(case, tmp_path / "包.zip", max_bytes=1_200_000)
    assert len(report.files) > 2
    joined = b""
    for path in report.files:
        assert path.stat().st_size <= 1_200_000
        assert verify(path).holds
        with zipfile.ZipFile(path) as archive:
            info = archive.read(next(name for name in archive.namelist() if name.endswith("bag-info.txt"))).decode()
            assert f"of {len(report.files)}" in info
            joined += b"".join(archive.read(name) for name in sorted(archive.namelist()) if "长录音" in name)
    assert joined == content
    told = []
    for path in report.files:
        with zipfile.ZipFile(path) as archive:
            guide = next(archive.read(name).decode() for name in archive.namelist() if name.endswith("校验说明.txt"))
            told.append(("cat 文件名" in guide, any("长录音" in name for name in archive.namelist())))
    assert (True, True) in told
    assert all(says == has for says, has in told)


def test_a_limit_below_what_the_papers_need_is_refused(case: Case, tmp_path: Path) -> None:
    with pytest.raises(TooSmallParts):
        export(case, tmp_path / "包.zip", max_bytes=50_000)
    assert list(tmp_path.iterdir()) == []


def test_a_case_without_items_makes_no_bundle(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case, pytest.raises(NothingToBundle):
        export(case, tmp_path / "包.zip")


def test_a_place_that_cannot_be_written_is_said_and_nothing_is_left(case: Case, tmp_path: Path) -> None:
    with pytest.raises(BundleError):
        export(case, tmp_path)
    with pytest.raises(BundleError):
        export(case, tmp_path / "nowhere" / "包.zip")


def test_a_disk_that_fills_up_leaves_no_half_bundle(case: Case, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("did not run: no /dev/full here")
    import resource
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises(BundleNotWritten):
            export(case, tmp_path / "包.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(tmp_path.iterdir()) == []


def test_an_export_is_in_the_ledger_with_the_bundles_fingerprint(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        keep(case, b"x")
        report = export(case, tmp_path / "包.zip")
        last = case.ledger()[-1]
    assert (last.act, last.detail["bundles"]) == ("exported", list(report.bundle_ids))


def test_any_bytes_after_a_zip_start_never_crash(bundle: bytes, tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    for _ in range(60):
        data = bytearray(bundle)
        for _ in range(chance.randrange(1, 40)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        cut = chance.randrange(len(data))
        mixed = bytes(data[:cut] + data[cut + chance.randrange(5000) :])
        try:
            assert not _verify(mixed, tmp_path).holds
        except CuijieError:
            continue


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
    _reseal(bag)
    assert {item.path: item.state for item in verify(bag).items}["data/原件/证据02.png"] == "untimed"


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
