# ruff: noqa: S608 -- what is queried is written here
"""Logs as real systems export them: titles and totals round the table, workbooks, times only the whole column tells."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cuijie.audit import AuditError
from cuijie.audit.logs.title_lines import lines_before_header
from tests.audit.small_logs import audited, read
from tests.intake.table_samples import far, workbook, workbook_with

ONE, TWO = "occurred_at: t", "occurred_at: {from: [d, t]}"
EVENING = "2026-11-03 21:05:33"


def taken_in(tmp_path: Path, lines: list[str], columns: str, name: str = "log.csv") -> tuple[list[Any], dict[str, Any]]:
    """The moments and durations that an audit reads of such a CSV file, in Beijing, and its quality report."""
    log, mapping, out = tmp_path / name, tmp_path / "mapping.yaml", tmp_path / "out"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping.write_text(f"columns:\n  contact_id: id\n  channel: {{constant: call}}\n  {columns}\n", encoding="utf-8")
    audited(log, out, mapping=mapping, only=("cn.time.quiet-hours",))
    staged = f"read_parquet('{out}/work/stage/*/log.parquet')"
    lasting = "duration_s" if "duration_s" in columns else "NULL"
    beijing = "CAST(make_timestamp(at_us + 28800000000) AS VARCHAR)"
    with duckdb.connect() as database:
        rows = database.sql(f"SELECT COALESCE(problem, {beijing}), {lasting} FROM {staged} ORDER BY src_row").fetchall()
    return rows, json.loads((out / "quality.json").read_text(encoding="utf-8"))


def read_as(quality: dict[str, Any]) -> list[str | None]:
    return [one["read_as"] or one["doubt"] for one in quality["assumed"]]


@pytest.mark.parametrize(
    ("written", "expected", "assumed"),
    [
        (["20261103 210533", "20261103 90533", "20261103T210533", "202611032105"], "bd", []),
        (["46329.878854", "46329", EVENING], "b0b", ["excel-1900"]),
        (["1793711133", "1793711133"], "bb", ["epoch-seconds"]),
        (["1793711133123456"], "b", ["epoch-microseconds"]),
        (["3/11/2026 9:05:33 PM", "13/10/2026 21:05"], "b", ["day-first"]),
        (["11/3/2026 9:05:33 PM", "10/13/2026 21:05"], "b", ["month-first"]),
        (["11/3/2026 21:05", "10/3/2026 21:05"], "xx", ["day-or-month"]),
        (["40000.878", "40001.5"], "xx", ["excel"]),
    ],
)
def test_a_time_is_read_where_the_whole_column_leaves_no_doubt_and_told(
    tmp_path: Path, written: list[str], expected: str, assumed: list[str]
) -> None:
    rows, quality = taken_in(tmp_path, ["id,t", *(f"{n},{said}" for n, said in enumerate(written))], ONE)
    meant = {"b": EVENING, "d": "2026-11-03 09:05:33", "0": "2026-11-03 00:00:00", "x": "bad_time:occurred_at"}
    assert [str(at)[:19] for at, _ in rows][: len(expected)] == [meant[sign][:19] for sign in expected]
    assert read_as(quality) == assumed


@pytest.mark.parametrize(
    ("cells", "clocks", "assumed"),
    [
        (["2026-11-03 00:00:00,21:05:33", "2026/11/3 0:00,1899-12-30 21:05:33"], ["21:05:33", "21:05:33"], []),
        (["2026-11-03,9:05:33 PM", "20261103,下午9:05"], ["21:05:33", "21:05:00"], []),
        (["2026-11-03,0.878854", "20261103,.5"], ["21:05:33", "12:00:00"], []),
        (["20261103,210533", "20261103,533"], ["21:05:33", "00:05:33"], ["clock-hms"]),
        (["2026-11-03,2105", "20261103,5"], ["21:05:00", "00:05:00"], ["clock-hm"]),
        (["46329,21:05:33", "46329,0.878854"], ["21:05:33", "21:05:33"], ["excel-1900"]),
        (["2026-11-03 00:00:00,Z", "2026-11-03 00:00:00,+07:00"], ["08:00:00", "01:00:00"], []),
    ],
)
def test_a_date_and_an_hour_in_two_cells_are_one_moment(
    tmp_path: Path, cells: list[str], clocks: list[str], assumed: list[str]
) -> None:
    rows, quality = taken_in(tmp_path, ["id,d,t", *(f"{n},{said}" for n, said in enumerate(cells))], TWO)
    assert [at for at, _ in rows] == [f"2026-11-03 {clock}" for clock in clocks]
    assert read_as(quality) == assumed


def test_the_mapping_settles_from_which_year_a_spreadsheet_counts(tmp_path: Path) -> None:
    rows, quality = taken_in(tmp_path, ["id,t", "1,44867.878854"], "occurred_at: {from: t, formats: [excel-1904]}")
    assert (rows[0][0], quality["assumed"]) == (EVENING, [])


def test_durations_that_are_all_parts_of_a_day_are_made_seconds_and_told_on_the_page(tmp_path: Path) -> None:
    lines = [
        "id,t,s",
        f"1,{EVENING},0.000925925925925926",
        f"2,{EVENING},0",
        f"3,{EVENING},0.0416666666666667",
        f"4,{EVENING},00:01:20",
    ]
    rows, quality = taken_in(tmp_path, lines, f"{ONE}\n  duration_s: s")
    assert ([lasting for _, lasting in rows], read_as(quality)) == ([80, 0, 3600, 80], ["days"])
    mixed, quality = taken_in(tmp_path, ["id,t,s", f"1,{EVENING},0.4", f"2,{EVENING},120"], f"{ONE}\n  duration_s: s")
    assert ([lasting for _, lasting in mixed], quality["assumed"]) == ([0, 120], [])


def test_lines_above_the_header_and_totals_below_are_no_contacts(tmp_path: Path) -> None:
    lines = [
        "外呼明细（三月）,,",
        "导出时间：2026-03-05,,",
        "",
        "id,t,备注",
        f'1,{EVENING},"他说\n""好"""',
        "合计,,1",
        "共1条,,",
        "9,,",
    ]
    rows, quality = taken_in(tmp_path, lines, ONE + "\n  text: 备注")
    assert [at for at, _ in rows] == [EVENING, "total_row:", "total_row:", "empty_row:"]
    assert (quality["read"], quality["kept"], quality["reasons"]) == (4, 1, {"empty_row": 1, "total_row": 2})


@pytest.mark.parametrize(
    ("head", "before"),
    [
        ("id,t\n1,2\n", 0),
        ("标题\nid,t\n1,2\n", 1),
        ("sep=;\nid;t\n1;2\n", 1),
        ('"一\n二",,\nid,t,u\n1,2,3\n', 2),
        ("", 0),
        ("一个", 0),
    ],
)
def test_where_the_header_stands(tmp_path: Path, head: str, before: int) -> None:
    path = tmp_path / "log.csv"
    path.write_text(head, encoding="utf-8")
    assert lines_before_header(path) == before


def test_a_workbook_is_read_sheet_by_sheet_whatever_its_name(tmp_path: Path) -> None:
    header: list[object] = ["id", "t"]
    sheets = {
        "一月": [["明细表"], header, ["c1", 46329.878854]],
        "二月": [header, ["c2", EVENING], ["合计", ""]],
        "空": [],
    }
    (tmp_path / "log.csv").write_bytes(workbook(sheets))
    (tmp_path / "m.yaml").write_text("columns: {contact_id: id, occurred_at: t}\n", encoding="utf-8")
    result = audited(tmp_path / "log.csv", tmp_path / "out", mapping=tmp_path / "m.yaml")
    assert (result.read, result.kept) == (3, 2)
    assert [row["reason"] for row in read(tmp_path / "out", "set_aside")] == ["total_row"]


def test_a_workbook_that_lost_digits_or_holds_different_tables_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text("columns: {occurred_at: t}\n", encoding="utf-8")
    for data, why in (
        (workbook({"一": [["id", "t"], [1234567890123456.0, EVENING]]}), "十五位"),
        (workbook({"一": [["id", "t"], ["1", EVENING]], "二": [["编号", "时间"], ["1", EVENING]]}), "表头不一样"),
        (workbook({"一": []}), "没有一张有内容的表"),
        (workbook_with(far(1_048_576)), "没有读出：打开它要的内存"),
    ):
        (tmp_path / "log.xlsx").write_bytes(data)
        with pytest.raises(AuditError, match=why):
            audited(tmp_path / "log.xlsx", tmp_path / "out", mapping=tmp_path / "m.yaml")


def test_rows_that_end_in_two_ways_and_quotes_that_come_late_are_read(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    (tmp_path / "m.yaml").write_text("columns: {contact_id: id, occurred_at: t, text: w}\n", encoding="utf-8")
    plain = [f"c{n},{EVENING},z" for n in range(30_000)]
    late = [f'd{n},{EVENING},"他说 ""好"",\n再说"' for n in range(3)]
    log.write_bytes(("id,t,w\n" + "\n".join(plain) + "\n" + "\r\n".join([*late, ""])).encode())
    result = audited(log, tmp_path / "out", mapping=tmp_path / "m.yaml", only=("cn.time.quiet-hours",))
    assert (result.read, result.kept) == (30_003, 30_003)


@pytest.mark.parametrize("guarded", ["\t{}", "{}\t", '="{}"', '"=""{}"""', "'{}", "\u00a0{}\t"])
def test_what_keeps_a_spreadsheet_from_making_a_number_of_a_cell_is_no_part_of_it(tmp_path: Path, guarded: str) -> None:
    header = "contact_id,debtor_id,recipient_id,occurred_at,channel,direction,lender_type,text"
    row = ("c1", "d1", "13800001002", EVENING, "call", "outbound", "microloan")
    log, registers = tmp_path / "log.csv", tmp_path / "registers"
    log.write_text(f"{header}\n{','.join(map(guarded.format, row))},他说'好'\n", encoding="utf-8")
    registers.mkdir()
    (registers / "agreed_contacts.csv").write_text("debtor_id,recipient_id\nd1,13800001002\n", encoding="utf-8")
    (registers / "registers.yaml").write_text("complete: {recipient_role: other}\n", encoding="utf-8")
    audited(log, tmp_path / "out", registers=registers, open_rows=True)
    assert read(tmp_path / "out", "findings") == []
    assert {(one["contact_id"], one["recipient_role"]) for one in read(tmp_path / "out", "open")} == {
        ("c1", "agreed_contact")
    }


def test_what_stands_in_an_object_within_is_a_column_of_its_own(tmp_path: Path) -> None:
    lines = [
        {"id": "a", "call": {"at": EVENING, "by": {"no": "1"}}, "of": {"said": [{"role": "user", "text": "我要告诉你全家"}]}},
        {"id": "b", "call": None, "call.at": EVENING},
    ]  # fmt: skip
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    (tmp_path / "m.yaml").write_text(
        "columns: {contact_id: id, occurred_at: call.at, from_number: call.by.no, text: of.said}\n", encoding="utf-8"
    )
    audited(tmp_path / "log.jsonl", tmp_path / "out", mapping=tmp_path / "m.yaml", only=("cn.threat.contacts",))
    with duckdb.connect() as database:
        staged = f"read_parquet('{tmp_path}/out/work/stage/*/log.parquet')"
        rows = database.sql(f"SELECT contact_id, at_us, from_number FROM {staged} ORDER BY contact_id").fetchall()
    assert [(row[0], row[2]) for row in rows] == [("a", "1"), ("b", None)]
    assert rows[0][1] == rows[1][1]
    assert read(tmp_path / "out", "findings") == []


def test_so_does_what_a_parquet_file_holds_within_a_column(tmp_path: Path) -> None:
    call = {"at": datetime(2026, 11, 3, 21, 5, 33), "lasting": Decimal("61.00"), "by": {"no": 13800001002.0}}  # noqa: DTZ001 -- a log without zones
    log = tmp_path / "log.parquet"
    pq.write_table(pa.Table.from_pylist([{"id": "a", "call": call}, {"id": "b", "call": None}]), log)
    columns = "occurred_at: call.at, duration_s: call.lasting, from_number: call.by.no"
    (tmp_path / "m.yaml").write_text(f"columns: {{contact_id: id, {columns}}}\n", encoding="utf-8")
    audited(log, tmp_path / "out", mapping=tmp_path / "m.yaml", only=("cn.time.quiet-hours",))
    with duckdb.connect() as database:
        staged = f"read_parquet('{tmp_path}/out/work/stage/*/log.parquet')"
        rows = database.sql(f"SELECT contact_id, duration_s, from_number, at_us IS NULL FROM {staged}").fetchall()
    assert sorted(rows) == [("a", 61, "13800001002", False), ("b", None, None, True)]
