"""看审计报告: a chosen folder's report in a frame that can run nothing, on this computer only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import Desk, desk_of

_REPORT = "<!doctype html><title>报告</title><style>p{color:red}</style><script>alert(1)</script><p>48 次联系</p>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_of([], tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.html").write_text(_REPORT, encoding="utf-8")
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    return tmp_path


def frame_of(text: str) -> str:
    found = re.search(r'<iframe class="report" sandbox src="([^"]+)"', text)
    assert found is not None
    return found.group(1)


def test_the_chosen_report_is_framed_without_any_right(desk: Desk, folder: Path) -> None:
    assert "看审计报告" in desk.get("/audit").words
    place = frame_of(desk.post("/audit", {"folder": str(folder)}).text)
    assert str(folder) not in place
    answer = desk.get(place)
    assert answer.status == 200
    assert "48 次联系" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "allow-" not in policy


def test_the_path_of_the_report_itself_opens_it_too(desk: Desk, folder: Path) -> None:
    frame_of(desk.post("/audit", {"folder": f'"{folder / "report.html"}"'}).text)


@pytest.mark.parametrize("name", ["run.json", "..%2Freport.html", "nosuch.html", "report.html%00", "work"])
def test_no_other_file_of_the_folder_is_given(desk: Desk, folder: Path, name: str) -> None:
    place = frame_of(desk.post("/audit", {"folder": str(folder)}).text)
    assert desk.get(f"{place.rsplit('/', 1)[0]}/{name}").status == 404


def test_a_folder_nobody_chose_is_not_there(desk: Desk) -> None:
    assert desk.get("/audit/AAAAAAAAAAAAAAAA/report.html").status == 404


@pytest.mark.parametrize("written", ["", "   ", "relative/folder", "/nowhere/at/all", "~nobody-here/x", "/etc\x00"])
def test_a_folder_without_a_report_is_told_kindly(desk: Desk, written: str) -> None:
    answer = desk.post("/audit", {"folder": written})
    assert answer.status == 400
    assert "iframe" not in answer.text
    assert "文件夹" in answer.words


def test_a_report_that_went_away_or_is_no_text_is_told(desk: Desk, folder: Path) -> None:
    place = frame_of(desk.post("/audit", {"folder": str(folder)}).text)
    (folder / "report.html").write_bytes(b"\xff\xfe\xff")
    assert "不是催界写的报告" in desk.get(place).words
    (folder / "report.html").unlink()
    assert "读不出报告" in desk.get(place).words


def test_another_device_of_the_network_may_not_look(tmp_path: Path, folder: Path) -> None:
    with desk_of([], tmp_path / "home", is_lan=True) as running:
        assert running.get("/audit").status == 403
        assert running.post("/audit", {"folder": str(folder)}).status == 403
        assert "/audit" not in running.get("/").text
