"""Files handed over as streams instead of paths, and slow ones read before their act."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.casefile import Case, KdfCost
from cuijie.intake import screens
from cuijie.intake.add import add, is_address_book
from cuijie.intake.ahead import read_ahead, remembering
from cuijie.intake.gather import Handed
from cuijie.intake.screens.lines import Picture
from cuijie.records import Entry

SMS = (
    '<?xml version="1.0" encoding="UTF-8"?><smses count="1"><sms address="17000002101" date="1793200000000" '
    'type="1" body="请尽快还款" read="1" status="-1" /></smses>'
).encode()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "记事", "four plain words", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as made:
        yield made


def handed(name: str, data: bytes, with_it: dict[str, Handed] | None = None) -> Handed:
    return Handed(name=name, size=len(data), opener=lambda: io.BytesIO(data), with_it=with_it or {})


def test_what_is_handed_over_is_kept_and_read_as_a_file_is(case: Case, tmp_path: Path) -> None:
    (report,) = add(case, [handed("sms-1.xml", SMS)]).files
    assert (report.path, report.kept) == ("sms-1.xml", 1)
    (item,) = case.items()
    assert (item.about.name, item.about.source_path) == ("sms-1.xml", None)
    (tmp_path / "sms-1.xml").write_bytes(SMS)
    (again,) = add(case, [tmp_path / "sms-1.xml"]).files
    assert again.is_known
    assert len(case.all(Entry)) == 1


def test_an_empty_one_is_said_to_be_empty_and_nothing_is_kept(case: Case) -> None:
    (report,) = add(case, [handed("空.xml", b"")]).files
    assert "空文件" in (report.error or "")
    assert case.items() == ()


def test_the_words_that_came_with_a_recording_go_with_it(case: Case) -> None:
    words = handed("13800002002_20260301224100.txt", "再不还就去你单位".encode())
    sound = handed("13800002002_20260301224100.amr", b"#!AMR\n" + bytes(600), {words.name: words})
    (report,) = add(case, [sound]).files
    assert report.error is None
    assert {item.about.name for item in case.items()} >= {words.name, sound.name}
    (entry,) = case.all(Entry)
    assert entry.text is not None
    assert "去你单位" in entry.text


def test_an_address_book_is_told_from_other_files() -> None:
    assert is_address_book(handed("a.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:X\r\nEND:VCARD\r\n"))
    assert not is_address_book(handed("sms.xml", SMS))


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    seen: list[bytes] = []

    def read_picture(data: bytes) -> Picture:
        seen.append(data)
        return Picture(width=10, height=10, lines=(), tool="test")

    monkeypatch.setattr(screens, "read_picture", read_picture)
    return seen


def test_a_picture_read_ahead_is_not_read_again_in_its_act(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, told = _counting(monkeypatch), []
    bag = io.BytesIO()
    with zipfile.ZipFile(bag, "w") as archive:
        archive.writestr("截图/一.png", PNG)
        archive.writestr("说明.xml", SMS)
    for file in (handed("二.png", PNG + b"2"), handed("包.zip", bag.getvalue())):
        with remembering():
            read_ahead(file, lambda *now: told.append(now))
            count = len(seen)
            add(case, [file])
            assert len(seen) == count
    assert len(seen) == 2
    assert "一.png" in {name for _, _, name in told}
    assert "二.png" in {name for _, _, name in told}


def test_nothing_is_remembered_outside(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = _counting(monkeypatch)
    with remembering():
        read_ahead(handed("二.png", PNG), lambda *_: None)
    add(case, [handed("二.png", PNG)])
    assert len(seen) == 2


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\x89PNG\r\n\x1a\n", b"plain words"])
def test_what_is_wrong_with_a_file_is_left_for_its_act_to_say(data: bytes) -> None:
    with remembering():
        read_ahead(handed("x", data), lambda *_: None)
