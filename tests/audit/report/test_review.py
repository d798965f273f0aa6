"""Samples for people, and what they say of them: strata, guarded cells, precision with its interval, kappa."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.audit import AuditError
from cuijie.audit.report import write_html
from cuijie.audit.report.agreeing import agreement_of, kappa, keep_agreement, wilson
from cuijie.audit.report.cells import guarded, read_table, table_bytes, unguarded
from cuijie.audit.report.reading import open_audit
from cuijie.audit.report.reviewing import reviewed
from cuijie.audit.report.sampling import CLEAR, HEAD, Sample, draw, shares, strata
from tests.audit.report.results import NIGHT, result
from tests.audit.report.test_page import words

LIKELY = (NIGHT, "established")


def drawn(folder: Path, number: int = 20, seed: int = 1) -> Sample:
    with open_audit(folder / "out") as audit:
        return draw(audit, number, seed, mask_key=folder / "audit.key")


def sheet(sample: Sample, path: Path, judge: Callable[[dict[str, object]], str]) -> Path:
    rows = [[row.values.get(name, "") for name in HEAD] for row in sample.rows]
    place = list(HEAD).index("review")
    for row, one in zip(rows, sample.rows, strict=True):
        row[place] = judge(dict(one.values))
    path.write_bytes(table_bytes(list(HEAD.values()), rows))
    return path


def by_audit(values: dict[str, object]) -> str:
    return "违反" if values["audit"] == "违反" else "不违反"


@given(
    st.dictionaries(
        st.tuples(st.text(max_size=3), st.sampled_from(["likely", "to_judge"])), st.integers(1, 500), max_size=9
    ),
    st.integers(0, 5000),
    st.integers(1, 600),
)
def test_no_stratum_gives_more_than_it_holds_and_all_give_what_is_wanted(
    found: dict[tuple[str, str], int], clear: int, wanted: int
) -> None:
    sizes = {**found, CLEAR: clear}
    given_ = shares(sizes, wanted)
    assert all(0 <= given_[stratum] <= size for stratum, size in sizes.items())
    assert sum(given_.values()) == min(wanted, sum(sizes.values()))


def test_the_strata_are_the_whole_log(made: Path) -> None:
    with open_audit(made / "out") as audit:
        sizes = strata(audit)
    assert sizes[CLEAR] == 41
    assert sum(sizes.values()) == 48


def test_the_same_seed_draws_the_same_rows_and_another_draws_others(made: Path) -> None:
    assert drawn(made) == drawn(made)
    assert drawn(made, seed=2).rows != drawn(made).rows


def test_rows_name_their_place_in_the_log_and_clear_rows_have_no_finding(made: Path) -> None:
    sample = drawn(made, 48)
    assert len(sample.rows) == 48
    assert not sample.lacking
    assert len({row.values["contact_id"] for row in sample.rows}) == 48
    assert sorted(int(str(row.values["row"])) for row in sample.rows) == list(range(1, 49))
    found = [row for row in sample.rows if row.stratum != CLEAR]
    assert len(found) == 7
    assert all(row.values["time"] == "" or str(row.values["time"]).startswith("23:") for row in found)
    assert all(str(row.values["file"]).endswith("log.parquet") for row in sample.rows)


def test_without_the_right_key_clear_rows_cannot_be_drawn_and_that_is_said(made: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    other.write_text("cd" * 32, encoding="ascii")
    with open_audit(made / "out") as audit:
        sample = draw(audit, 20, 1, mask_key=other)
    assert sample.lacking == ("other_key",)
    assert all(row.stratum != CLEAR for row in sample.rows)


@pytest.mark.parametrize("cell", ["=1+1", "+86", "-1", "@x", "\t=1", "＝1", "=cmd|'/c calc'!A1"])
def test_no_cell_starts_as_a_formula(cell: str) -> None:
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "＝"))
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["12345678901234567890", "1234e15", "00000000000000000E12"])
def test_an_id_of_digits_is_not_rounded_by_a_spreadsheet(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell
    assert guarded("1234") == "1234"


def _cell(value: str) -> str:
    if value.isdigit() and len(value) < 6:
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def xlsx(rows: list[list[str]], path: Path) -> Path:
    """The least that is an xlsx: one sheet, short numbers as numbers, all else as text."""
    cells = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    main, office = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet"'
        ' Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def test_a_judged_xlsx_is_read(made: Path, tmp_path: Path) -> None:
    path = sheet(drawn(made), tmp_path / "sheet.csv", by_audit)
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
    with open_audit(made / "out") as audit:
        found = reviewed(audit, xlsx(rows, tmp_path / "sheet.xlsx"))
    assert (found.judged, found.found_confirmed) == (20, 7)


@given(st.text())
def test_guarding_is_undone_by_reading(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell or cell.startswith("'")


def test_hostile_names_in_a_clear_result_are_guarded_in_the_sheet(tmp_path: Path) -> None:
    out = result(tmp_path, unmasked=True)
    with open_audit(out, unmasked=True) as audit:
        sample = draw(audit, 10, 1)
    table = table_bytes(list(HEAD.values()), [[row.values.get(name, "") for name in HEAD] for row in sample.rows])
    cells = [cell for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))) for cell in row]
    assert any("cmd|" in cell for cell in cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_full_agreement_is_kappa_one_and_is_told_in_the_report(masked: Callable[[], Path], tmp_path: Path) -> None:
    out = masked()
    path = sheet(drawn(out.parent), tmp_path / "sheet.csv", by_audit)
    with open_audit(out) as audit:
        found = reviewed(audit, path)
    assert (found.found_judged, found.found_confirmed, found.clear_missed) == (7, 7, 0)
    assert found.kappa == found.kappa_log == 1.0
    keep_agreement(out, found)
    assert agreement_of(out) == found
    page = words(write_html(out).read_text("utf-8"))
    assert "人工看了 7 项发现，7 项（100%）确认违反" in page
    assert "人工复核" in page


def test_unclear_and_empty_rows_are_not_counted(made: Path, tmp_path: Path) -> None:
    answers = iter(["不清楚", "", "违反", "否", *["不违反"] * 40])
    path = sheet(drawn(made), tmp_path / "sheet.csv", lambda _: next(answers))
    with open_audit(made / "out") as audit:
        found = reviewed(audit, path)
    assert found.unclear == 1
    assert found.judged == 18


def test_a_sheet_saved_by_a_chinese_spreadsheet_is_read(made: Path, tmp_path: Path) -> None:
    path = sheet(drawn(made), tmp_path / "sheet.csv", by_audit)
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))
    with open_audit(made / "out") as audit:
        assert reviewed(audit, path).judged == 20


def test_an_older_review_is_told_as_such(masked: Callable[[], Path], tmp_path: Path) -> None:
    out = masked()
    with open_audit(out) as audit:
        found = reviewed(audit, sheet(drawn(out.parent), tmp_path / "sheet.csv", by_audit))
    keep_agreement(out, found)
    run = out / "run.json"
    run.write_text(run.read_text("utf-8").replace(found.findings_sha256, "0" * 64), encoding="utf-8")
    assert "之后又审计过" in words(write_html(out).read_text("utf-8"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "空的"),
        (b"\xff\xfe\x81", "编码认不出来"),
        (b"PK\x03\x04 broken", "打不开"),
        ("序号,备注\n1,x\n".encode(), "这一列"),
        ("发现编号,联系编号,人工判断\nnosuch,c1,违反\n".encode(), "第 2 行"),
        ("发现编号,联系编号,人工判断\n,c1,也许吧\n".encode(), "看不懂"),
        ("发现编号,联系编号,人工判断\n,c1,否\n,c1,否\n".encode(), "同一条"),
        ("发现编号,联系编号,人工判断\n,c1,\n".encode(), "没有一行"),
        ('发现编号,联系编号,人工判断\n,"c1,否\n'.encode(), "CSV"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_told_why(made: Path, tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with open_audit(made / "out") as audit, pytest.raises(AuditError, match=told) as caught:
        reviewed(audit, path)
    assert caught.value.remedy


def test_a_sheet_that_is_not_there_or_a_folder_is_told(made: Path, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(AuditError):
            read_table(path)


def test_wilson_is_the_published_interval() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert wilson(0, 0) == (0.0, 1.0)


@given(st.integers(1, 10_000), st.data())
def test_wilson_holds_the_share_and_stays_inside(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1


def test_kappa_of_the_textbook() -> None:
    pairs = [(True, True, 20.0), (True, False, 5.0), (False, True, 10.0), (False, False, 15.0)]
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([(True, True, 1.0)]) is None
    assert kappa([]) is None


def test_whoever_judges_reads_words_not_our_codes(made: Path) -> None:
    rows = [row.values for row in drawn(made).rows]
    degrees = {"已能认定", "很可能", "需要人判断"}
    assert {row["certainty"] for row in rows if row["audit"] == "违反"} <= degrees
    assert "call" not in {row["channel"] for row in rows}
    assert "debtor" not in {row["recipient_role"] for row in rows}
    assert not [row for row in rows if "=" in str(row.get("because", ""))]
