"""What goes into a bundle: profiles and masking, items chosen, parts below a limit, places that cannot be written."""

from __future__ import annotations

import io
import json
import random
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest

from cuijie.bundle import export, verify
from cuijie.bundle.errors import BundleError, BundleNotWritten, NothingToBundle, TooSmallParts
from cuijie.bundle.naming import names_in
from cuijie.bundle.redaction import Profile
from cuijie.casefile import Case, ItemFacts
from cuijie.law import library
from cuijie.records import Entry, Person
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.writers import draft_bytes
from cuijie.remedies.from_case import material_of_case
from tests.small_case import fill, keep, new_case

_BORROWER = Person(person_id="debtor", name="林样样", role="debtor")  # else the mother keeps the case as her own


@pytest.fixture(scope="module")
def borrowers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """The same case with a borrower in it, who keeps it."""
    with new_case(tmp_path_factory.mktemp("case") / "案卷") as case:
        fill(case)
        case.put(_BORROWER)
        yield case


# -- profiles, choice, size ----------------------------------------------------------------------------


def _texts(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return "".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if not name.endswith(".pdf")
        )


@pytest.mark.parametrize("profile", ["full", "complaint"])
def test_what_holds_nothing_but_what_was_called_private_goes_in_only_when_named(
    profile: Profile, tmp_path: Path
) -> None:
    with new_case(tmp_path / "案卷") as case:
        fill(case)
        chat = keep(case, b"\x89PNG\r\n\x1a\n" + bytes(900), "和妈妈的聊天.png", media_type="image/png")
        said = Entry(entry_id="entry-9", kind="im", owner="person-1", places=(f"{chat.item_id}#1",), is_dismissed=True)
        case.put(_BORROWER, said)
        report = export(case, tmp_path / "一.zip", profile=profile)
        assert "和妈妈的聊天.png" in {one.name for one in report.left_out}
        named = export(case, tmp_path / "二.zip", profile=profile, also=[chat.item_id])
        assert chat.item_id in {one.item.item_id for one in named.items}
        case.put(replace(said, is_dismissed=False))
        assert chat.item_id in {one.item.item_id for one in export(case, tmp_path / "三.zip").items}


def test_the_complaint_profile_shows_no_third_partys_name_or_number(borrowers: Case, tmp_path: Path) -> None:
    report = export(borrowers, tmp_path / "投诉.zip", profile="complaint")
    text = _texts(tmp_path / "投诉.zip")
    for secret in ("赵小样", "13800001002", "13800001003", "短信备份", "<smses/>"):
        assert secret not in text
    assert "17000001188" in text  # the collector's own number is the point
    assert "138****1003" in text
    assert [left.name for left in report.left_out] == ["截图.png"]
    assert verify(tmp_path / "投诉.zip").holds


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="did not run: pdftotext is not installed")
def test_the_papers_of_the_complaint_profile_are_masked_too(borrowers: Case, tmp_path: Path) -> None:
    export(borrowers, tmp_path / "投诉.zip", profile="complaint")
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
    assert {one.label for one in report.items} == {"证据1"}  # as the papers call it
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


def test_an_excerpt_and_the_timeline_name_the_places_that_the_papers_name(tmp_path: Path) -> None:
    """Private messages lie between: what is left stands under its own number, not under a new one."""
    with new_case(tmp_path / "案卷") as case:
        export_item = fill(case)
        state = case.state()
        (first,) = state.entries
        group = replace(
            first, entry_id="entry-2", kind="im", number=None, group_name="业主群", counterpart_name="催收小样",
            places=(f"{export_item.item_id}#im:7",), text="他欠钱不还",
        )  # fmt: skip
        visit = replace(first, entry_id="entry-3", kind="visit", places=(f"{export_item.item_id}#9",), text="堵在门口")
        case.put(group, visit)
        export(case, tmp_path / "包.zip", profile="complaint")
    with zipfile.ZipFile(tmp_path / "包.zip") as archive:
        name = next(one for one in archive.namelist() if "摘录/" in one)
        lines = archive.read(name).decode().splitlines()
    assert [line.split("  ")[0] for line in lines if line.startswith("第")] == ["第1条", "第7条", "第9条"]
    assert [line.split("  ")[2] for line in lines if line.startswith("第")] == ["收到短信", "群聊里的消息", "上门"]
    assert not any("业主群" in line for line in lines)


def test_in_a_masked_bundle_papers_are_masked_or_stay_out(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        fill(case)
        (mother,) = case.state().persons
        case.put(replace(mother, role="other"), _BORROWER)
        made = draft("police_report", material_of_case(case), date(2026, 6, 2), law=library())
        papers = []
        for suffix in (".pdf", ".docx", ".txt"):
            written = draft_bytes(made, suffix, with_cover=False)
            assert set(names_in(written, case.state())) == {"赵小样", "13800001002"}
            papers.append(tmp_path / f"报案材料{suffix}")
            papers[-1].write_bytes(written)
        report = export(case, tmp_path / "包.zip", profile="complaint", papers=papers)
        assert report.masked_papers == ("文书02_报案材料.docx", "文书03_报案材料.txt")
        assert [(one.name, set(one.people)) for one in report.papers_out] == [
            ("文书01_报案材料.pdf", {"赵小样", "13800001002"})
        ]
        with zipfile.ZipFile(tmp_path / "包.zip") as archive:
            inside = {name.rpartition("/")[2]: archive.read(name) for name in archive.namelist() if "/文书/" in name}
        assert set(inside) == set(report.masked_papers)
        assert all(names_in(one, case.state()) == () for one in inside.values())
        assert "赵某某" in inside["文书03_报案材料.txt"].decode()
        assert "赵某某" in "".join(p.text for p in docx.Document(io.BytesIO(inside["文书02_报案材料.docx"])).paragraphs)
        whole = export(case, tmp_path / "全.zip", papers=papers)
        assert (whole.masked_papers, whole.papers_out) == ((), ())
        for broken in (b"PK\x03\x04 and no more", b"%PDF-1.7 and no more", b""):
            assert names_in(broken, case.state()) == ()
            papers[0].write_bytes(broken)
            assert export(case, tmp_path / "包.zip", profile="complaint", papers=papers[:1]).papers_out == ()


def test_who_keeps_a_case_alone_is_not_masked_in_it(case: Case, tmp_path: Path) -> None:
    export(case, tmp_path / "投诉.zip", profile="complaint")
    text = _texts(tmp_path / "投诉.zip")
    assert "赵小样" in text
    assert "13800001003" not in text
