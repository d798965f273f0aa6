"""Workbooks are read in a process of their own: whatever a hostile one does to it is told in words."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cuijie.workbooks import Cell, UnreadWorkbook, cell_text, workbook_rows

from .intake.office_samples import old_workbook
from .intake.table_samples import far, workbook, workbook_with

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="did not run: only Linux limits a process's memory")
OLD = old_workbook([["号码", "秒"], ["17000001188", 35.0]])


def read(data: bytes) -> list[tuple[str, int, list[Cell]]]:
    return [
        (part.sheet, number, row)
        for part in workbook_rows(data, "详单")
        for number, row in zip(part.numbers, part.rows, strict=True)
    ]


def with_bytes(data: bytes, at: int, put: bytes) -> bytes:
    return data[:at] + put + data[at + len(put) :]


def looped(data: bytes) -> bytes:
    """A compound file whose directory goes on in its own first sector, for ever."""
    directory, table = (int.from_bytes(data[at : at + 4], "little") for at in (0x30, 0x4C))
    return with_bytes(data, 512 * (table + 1) + 4 * directory, directory.to_bytes(4, "little"))


@pytest.mark.parametrize("data", [OLD, workbook({"a": [["号码", "秒"], ["17000001188", 35]]})], ids=["xls", "xlsx"])
def test_the_rows_of_old_and_new_workbooks_come_alike(data: bytes) -> None:
    assert read(data) == [("a", 1, ["号码", "秒"]), ("a", 2, ["17000001188", 35.0])]


def test_rows_keep_their_numbers_and_empty_rows_and_first_columns_are_left_out() -> None:
    rows = '<row r="2"><c r="B2"><v>1</v></c><c r="C2"/></row><row r="4"><c r="C4"><v>2</v></c></row>'
    assert read(workbook_with(rows, number=2))[2:] == [("乙", 2, [1.0, ""]), ("乙", 4, ["", 2.0])]


@pytest.mark.parametrize(
    ("written", "text"), [("NaN", "nan"), ("1e999", "inf"), ("12", "12"), ("0.5", "0.5"), ("1e16", "1e+16")]
)
def test_a_number_comes_as_text_also_where_it_is_none(written: str, text: str) -> None:
    cells = workbook_with(f'<row r="3"><c r="A3"><v>{written}</v></c></row>')
    assert [cell_text(cell) for cell in read(cells)[2][2][:1]] == [text]


@ON_LINUX
@pytest.mark.parametrize(
    "data",
    [looped(OLD), with_bytes(OLD, OLD.index(b"\x00\x02\x0e\x00") + 11, b"\x7f"), workbook_with(far(1_048_576))],
    ids=["a chain of sectors without end", "a sheet that says it is large", "a cell at the other end of the sheet"],
)
def test_a_workbook_that_asks_for_all_memory_ends_its_process_alone(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuijie.workbooks._MEMORY_BYTES", 512 << 20)
    with pytest.raises(UnreadWorkbook, match=r"“详单”没有读出：.*超过了限度") as refused:
        read(data)
    assert "另存为 xlsx" in refused.value.remedy


def test_the_sheets_before_the_one_that_breaks_the_limits_are_read() -> None:
    near = '<row r="1"><c r="A1"><v>1</v></c></row>'
    rows = workbook_rows(workbook_with(near + far(1_048_576), number=2), "详单")
    assert next(rows).rows[1] == ["17000001188", 35.0]
    with pytest.raises(UnreadWorkbook, match="只读到表“甲”，后面的没有读出"):
        next(rows)


def test_a_workbook_that_takes_too_long_ends_its_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    data = workbook({"a": [["17000001188", "催收", 35]] * 20_000})
    assert len(read(data)) == 20_000
    monkeypatch.setattr("cuijie.workbooks._SECONDS", 0.005)
    with pytest.raises(UnreadWorkbook, match="超过了限度"):
        read(data)


def test_a_panic_of_the_compiled_reader_is_a_damaged_file() -> None:
    with pytest.raises(UnreadWorkbook, match="打不开"):
        read(with_bytes(OLD, OLD.index(b"\x09\x08\x10\0") + 2, b"\1"))


@pytest.mark.parametrize("row", [1, 1_048_576])
def test_a_note_in_the_last_column_is_read_and_leaves_the_others_where_they_are(row: int) -> None:
    data = workbook_with(far(row), before=f'<dimension ref="A1:XFD{row}"/>')
    found = {number: cells for sheet, number, cells in read(data) if sheet == "甲"}
    assert (found[row][-1], found[2][:2]) == ("备注", ["17000001188", 35.0])


def test_a_file_beside_the_users_is_no_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("python_calamine.py", "json.py"):
        (tmp_path / name).write_text("raise SystemExit(0)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert len(read(OLD)) == 2
