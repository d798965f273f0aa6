# ruff: noqa: S608 -- what is queried is written here
"""One number, one duration, however it is written: in the log, in the registers, by the dialler."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cuijie.audit import AuditError
from cuijie.audit.engines.duckdb_store import open_duckdb
from cuijie.audit.logs.mapping import ColumnSource, LogMapping, words
from cuijie.audit.logs.mapping_sql import Expressions
from cuijie.audit.logs.numbers_sql import number_sql
from cuijie.records import COLUMNS
from cuijie.records.numbers import normalise
from cuijie.rulebook.sql.dialects import DialectName
from tests.audit.small_logs import audited, read

ONE_MOBILE = (
    *("13800001002", "+8613800001002", "86-138 0000 1002", "0086 13800001002", "８６１３８００００１００２"),
    *("013800001002", "13800001002.0", "17951 13800001002", "138-0000-1002", "tel:+8613800001002"),
)
OTHERS = {
    **{"010-12345678": "01012345678", "+86 10 12345678": "01012345678", "(0755)1234567": "07551234567"},
    **{"400-123-4567": "4001234567", "95588": "95588", "+85212345678": "+85212345678", "86123456789": "86123456789"},
}
IN_POWERS = ("1.3800001002E10", "1.3800001002e+10")  # as engines write a floating number
MASKED = ("138****1002", "138xxxx1002", "138＊＊＊＊1002", "138 •••• 1002", "138-●●●●-1002")
NO_NUMBERS = ("1.38E+10", "2.3800001002E10", "p-1", "2026-00012-3", "1-23-45678901", "138****1002", "0" * 40)
LASTING = {
    **{"1分20秒": 80, "1分钟20秒": 80, "80秒": 80, "2分": 120, "1小时1分5秒": 3665, "1m20s": 80, "80s": 80},
    **{"80": 80, "00:01:20": 80, "1:20": 80, "80.4": 80, "0秒": 0, "-3": -3, "很久": None, "秒": None, "20秒1分": None},
}


def durations(unit: str, dialect: DialectName = "duckdb") -> Expressions:
    source = ColumnSource(column="duration_s", names=("t",), unit=unit)
    return Expressions(LogMapping(columns={"duration_s": source}, unknown=words().unknown), dialect, {"t": "text"})


def test_a_number_is_one_number_however_it_is_written_and_an_id_is_left_as_it_is(tmp_path: Path) -> None:
    with open_duckdb("1GB", tmp_path) as store:

        def read_as(said: str) -> str:
            return str(
                store.rows(f"SELECT {number_sql('t')} AS n FROM (SELECT '{said}' AS t) AS q").to_pylist()[0]["n"]
            )

        assert {read_as(said) for said in ONE_MOBILE} == {normalise(said) for said in ONE_MOBILE} == {"13800001002"}
        assert {said: read_as(said) for said in OTHERS} == OTHERS == {said: normalise(said) for said in OTHERS}
        assert {read_as(said) for said in IN_POWERS} == {"13800001002"}
        assert {read_as(said) for said in MASKED} == {"138****1002"}
        assert [read_as(said) for said in NO_NUMBERS] == list(NO_NUMBERS)


@pytest.mark.parametrize("unit", ["seconds", "minutes"])
def test_a_duration_with_its_units_is_read_whatever_unit_bare_numbers_have(tmp_path: Path, unit: str) -> None:
    column = next(column for column in COLUMNS if column.name == "duration_s")
    say = durations(unit)
    field = say.value(column)
    with open_duckdb("1GB", tmp_path) as store:
        rows = " UNION ALL ".join(f"SELECT '{said}' AS t" for said in LASTING)
        told = store.rows(f"SELECT t, {field} AS s FROM (SELECT *{say.said_columns()} FROM ({rows}) AS raw) AS told")
    found = {row["t"]: row["s"] for row in told.to_pylist()}
    with_units = {said for said in LASTING if said[-1] in "秒分s"}
    assert {said: found[said] for said in with_units} == {said: LASTING[said] for said in with_units}
    assert found["80"] == (80 if unit == "seconds" else 4800)
    if unit == "seconds":
        assert found == LASTING


def test_registers_and_windows_know_a_number_however_the_log_writes_it(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    agreed = "客户号,联系电话\nd1,138-0000-1002\n"
    (tmp_path / "registers" / "agreed_contacts.csv").write_text(agreed, encoding="utf-8")
    refusals = "联系电话,登记时间\n+8613800001002,2026/3/1 下午1:00\n"
    (tmp_path / "registers" / "refusals.csv").write_text(refusals, encoding="utf-8")
    (tmp_path / "registers" / "registers.yaml").write_text("complete: {recipient_role: other}\n", encoding="utf-8")
    head = "contact_id,debtor_id,lender_id,lender_type,product,channel,direction,occurred_at,duration_s,recipient_id\n"
    rows = [
        f"c{n},d1,b1,microloan,online_consumer,call,outbound,2026/3/1 {'上午' if hour < 12 else '下午'}{hour}:05,1分{n}秒,{number}\n"
        for n, (hour, number) in enumerate(zip(range(9, 19), ONE_MOBILE, strict=True), 1)
    ]
    log = tmp_path / "log.csv"
    log.write_text(head + "".join(rows), encoding="utf-8")
    audited(log, tmp_path / "out", registers=tmp_path / "registers")
    assert json.loads((tmp_path / "out" / "quality.json").read_text("utf-8"))["set_aside"] == 0
    findings = read(tmp_path / "out", "findings")
    assert [row["contact_id"] for row in findings if row["rule"] == "cn.third-party.after-refusal"] == [
        f"c{n}" for n in (10, 5, 6, 7, 8, 9)
    ]
    assert not [row for row in findings if row["rule"] == "cn.third-party.not-agreed"]
    often = next(row for row in findings if row["rule"] == "cn.harassment.repeated-contacts")  # ten in a day
    assert (often["at_least"], "recipient_id=13800001002" in often["window"]) == (10, True)


@pytest.mark.parametrize("kind", [pa.float64(), pa.decimal128(21, 2), pa.int64()])
def test_numbers_and_ids_that_a_table_holds_with_decimals_are_what_they_were(tmp_path: Path, kind: pa.DataType) -> None:
    rows = 12
    called, debtor = [13800001002] * (rows - 1) + [None], [1002] * rows
    columns = {
        "contact_id": pa.array(range(rows), pa.int64()),
        "occurred_at": pa.array([datetime(2026, 3, 5, 1, n, tzinfo=UTC) for n in range(rows)]),
        "recipient_id": pa.array(called, pa.int64()).cast(kind),
        "from_number": pa.array([95588] * rows, pa.int64()).cast(kind),
        "debtor_id": pa.array(debtor, pa.int64()).cast(kind),
        "connected": pa.array([1] * rows, pa.int64()).cast(kind),
        "duration_s": pa.array([80.5 if pa.types.is_floating(kind) else 80] * rows).cast(kind),
    }
    same = {
        "lender_id": "b1",
        "lender_type": "microloan",
        "product": "online_consumer",
        "channel": "call",
        "direction": "outbound",
    }
    table = pa.table(columns | {name: [value] * rows for name, value in same.items()})
    if pa.types.is_floating(kind):  # as some tools write what is not known
        place = table.schema.get_field_index("recipient_id")
        table = table.set_column(place, "recipient_id", pc.fill_null(table["recipient_id"], float("nan")))
    pq.write_table(table, tmp_path / "log.parquet")
    audited(tmp_path / "log.parquet", tmp_path / "out", only=("cn.harassment.repeated-contacts",))
    (often,) = read(tmp_path / "out", "findings")
    assert (often["at_least"], often["debtor_id"]) == (rows - 1, "1002")
    assert "recipient_id=13800001002" in often["window"]
    columns_told = json.loads((tmp_path / "out" / "quality.json").read_text("utf-8"))["columns"]
    assert {told["column"]: told["known"] for told in columns_told}["connected"] == rows
    assert {told["column"]: told["missing"] for told in columns_told}["recipient_id"] == 1


def test_a_workbook_is_told_how_to_become_a_log(tmp_path: Path) -> None:
    (tmp_path / "通话.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(AuditError, match="另存为"):
        audited(tmp_path / "通话.xlsx", tmp_path / "out")
