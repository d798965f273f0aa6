"""Verifying a case: each way to tamper with it is found, named, and told apart from the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.casefile.errors import CaseDamaged, CaseError
from cuijie.casefile.report import VerifyReport
from cuijie.records import Person
from tests.small_case import fill, keep, new_case, open_case


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with new_case(tmp_path / "案卷") as case:
        fill(case)
    return tmp_path / "案卷"


def _check(folder: Path) -> VerifyReport:
    with open_case(folder, writable=False) as case:
        return check_case(case)


def _holds(folder: Path) -> bool:
    try:
        return _check(folder).holds
    except CaseError:
        return False


def _blob(folder: Path, number: int = 0) -> Path:
    with open_case(folder, writable=False) as case:
        return case.blob_path(case.items()[number].item_id)


def _states(report: VerifyReport) -> list[str]:
    return [item.state for item in report.items]


def test_an_untouched_case_holds_and_says_what_no_stamp_covers(folder: Path) -> None:
    report = _check(folder)
    assert report.holds
    assert _states(report) == ["untimed", "untimed"]
    assert any("没有外部时间戳" in note for note in report.notes)


def test_a_case_without_items_has_nothing_to_check_and_fails(tmp_path: Path) -> None:
    with new_case(tmp_path / "空") as case:
        assert not check_case(case).holds


@pytest.mark.parametrize("where", [0, 50, 150, -1, -20, "middle"])
def test_a_flipped_bit_in_an_original_is_found_and_named(folder: Path, where: int | str) -> None:
    path = _blob(folder, 1)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 if isinstance(where, str) else where] ^= 0x01
    path.write_bytes(bytes(data))
    report = _check(folder)
    assert not report.holds
    assert _states(report) == ["untimed", "altered"]
    assert "截图.png" in report.items[1].path


def test_a_missing_original_is_missing_and_a_stranger_is_added(folder: Path) -> None:
    _blob(folder).unlink()
    (folder / "vault" / "ab").mkdir(exist_ok=True)
    (folder / "vault" / "ab" / "塞进来的.txt").write_bytes(b"x")
    report = _check(folder)
    assert _states(report) == ["missing", "untimed", "added"]
    assert report.items[2].path == "vault/ab/塞进来的.txt"


def test_what_waits_of_an_act_cut_off_accuses_nobody_and_is_told(folder: Path) -> None:
    for name in ("ab" * 32 + ".age", "0123456789abcdef.part"):
        (folder / "incoming" / name).write_bytes(b"half")
    (folder / "incoming" / "塞进来的.txt").write_bytes(b"x")
    report = _check(folder)
    assert _states(report) == ["untimed", "untimed", "added"]
    assert any("incoming 里有 2 个" in note for note in report.notes)


def test_two_originals_swapped_are_both_altered(folder: Path) -> None:
    one, two = _blob(folder, 0), _blob(folder, 1)
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert _states(_check(folder)) == ["altered", "altered"]


def test_an_original_of_another_case_is_refused(folder: Path, tmp_path: Path) -> None:
    with new_case(tmp_path / "other") as other:
        fill(other)
    shutil.copy(_blob(tmp_path / "other"), _blob(folder))
    assert _states(_check(folder))[0] == "altered"
    with open_case(folder, writable=False) as case, pytest.raises(CaseDamaged):
        case.open_item(case.items()[0].item_id)


def _behind_its_back(folder: Path, sql: str, *values: object) -> None:
    with open_case(folder) as case:
        case._store.run(sql, values)


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("update record set body = cast(replace(body, '母亲', '父亲') as blob) where kind = 'Person'", "绕过程序"),
        ("delete from record where kind = 'Entry'", "绕过程序"),
        ("insert into record select 'Person', 'ghost', body, digest from record where kind = 'Person'", "绕过程序"),
        ("update ledger set body = cast(replace(body, 'kept', 'lost') as blob) where seq = 2", "哈希接不上"),
        ("delete from item where item_id in (select item_id from item limit 1)", "清单被删改"),
    ],
)
def test_rows_changed_behind_the_programs_back_are_noticed(folder: Path, sql: str, words: str) -> None:
    _behind_its_back(folder, sql)
    report = _check(folder)
    assert not report.holds
    assert words in "".join(report.problems)


def test_an_items_facts_changed_behind_the_programs_back_are_noticed(folder: Path) -> None:
    _behind_its_back(folder, "update item set about = cast(replace(about, '截图', '合同') as blob)")
    assert "altered" in _states(_check(folder))


@pytest.mark.parametrize("part", [0.0, 0.1, 0.3, 0.5, 0.8, 0.99])
def test_a_flipped_bit_anywhere_in_the_database_is_refused_or_found(folder: Path, part: float) -> None:
    path = folder / "case.db"
    data = bytearray(path.read_bytes())
    data[int(len(data) * part)] ^= 0x10
    path.write_bytes(bytes(data))
    assert not _holds(folder)


@pytest.mark.parametrize("pages", [0, 1, 2, 3, 5])
def test_a_database_cut_off_at_a_page_is_refused_or_found(folder: Path, pages: int) -> None:
    path = folder / "case.db"
    path.write_bytes(path.read_bytes()[: 4096 * pages])
    assert not _holds(folder)


def test_the_database_of_another_case_is_refused(folder: Path, tmp_path: Path) -> None:
    new_case(tmp_path / "other").close()
    shutil.copy(tmp_path / "other" / "case.db", folder / "case.db")
    with pytest.raises(CaseDamaged):
        _check(folder)


def test_what_was_discarded_is_no_loss(folder: Path) -> None:
    with open_case(folder) as case:
        case.discard(case.items()[1].item_id, "误收")
    assert _check(folder).holds


def test_an_accepted_loss_stays_visible(folder: Path) -> None:
    from tests.small_case import PASSPHRASE, SteppingClock

    (folder / "anchor.json").unlink()
    Case.open(folder, PASSPHRASE, clock=SteppingClock(), accept_loss=True).close()
    report = _check(folder)
    assert report.holds
    assert any("缺失" in note for note in report.notes)


def test_progress_is_told_in_bytes(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    with open_case(folder, writable=False) as case:
        check_case(case, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


def test_a_clock_jump_is_told(tmp_path: Path) -> None:
    from datetime import timedelta

    from tests.small_case import SteppingClock

    clock = SteppingClock()
    with new_case(tmp_path / "c", clock) as case:
        clock.instant -= timedelta(days=1)
        keep(case, b"x")
        case.put(Person(person_id="p"))
        report = check_case(case)
    assert report.holds
    assert any("时钟跳动" in note for note in report.notes)


def test_a_flipped_bit_in_every_block_of_every_file_is_refused_or_found(folder: Path) -> None:
    """R13: each file of the case, each 4 KiB of it, one bit at a time; nothing altered is ever called whole."""
    from tests.small_case import keep

    with open_case(folder) as case:
        keep(case, bytes(range(256)) * 800, "长.bin")
    unnoticed = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "case.lock"):
        whole = path.read_bytes()
        for start in range(0, len(whole), 4096):
            altered = bytearray(whole)
            altered[start + min(4096, len(whole) - start) // 2] ^= 0x04
            path.write_bytes(bytes(altered))
            if _holds(folder):
                unnoticed.append((path.name, start))
        path.write_bytes(whole)
    assert unnoticed == []
    assert _holds(folder)


def test_every_file_cut_off_at_a_block_is_refused_or_found(folder: Path) -> None:
    unnoticed = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "case.lock"):
        whole = path.read_bytes()
        for end in {0, 1, len(whole) // 2, len(whole) - 1, *range(4096, len(whole), 4096)}:
            path.write_bytes(whole[:end])
            if _holds(folder):
                unnoticed.append((path.name, end))
        path.write_bytes(whole)
    assert unnoticed == []


def test_every_file_taken_away_is_refused_or_found(folder: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "case.lock"):
        whole = path.read_bytes()
        path.unlink()
        assert not _holds(folder), path.name
        path.write_bytes(whole)
