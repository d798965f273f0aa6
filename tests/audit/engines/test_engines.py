# ruff: noqa: S608 -- what is queried is written here
"""The same rows from DuckDB, from Sail and from Apache Spark itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cuijie.audit import AuditError, AuditOptions, AuditStopped, spark_days
from cuijie.audit.engines import spark_store
from cuijie.audit.engines.duckdb_store import open_duckdb
from cuijie.audit.engines.judging import DayTables, Judging
from cuijie.audit.engines.seam import Store
from cuijie.audit.engines.spark_store import open_spark
from cuijie.audit.logs.mapping import ColumnSource, LogMapping, words
from cuijie.audit.logs.mapping_sql import Expressions
from cuijie.audit.logs.numbers_sql import number_sql
from cuijie.audit.spark_log import name_raw, separator
from cuijie.records import COLUMNS, ContactRecord
from cuijie.rulebook.moments import EPOCH
from tests.audit.engines.written_times import CELLS, OWN, SHAPED, WORDED, WRITTEN
from tests.audit.logs.test_conversations import FACTS, THREAT, as_file
from tests.audit.logs.test_empty_cells import KNOWN, MAPPING, written
from tests.audit.logs.test_written_forms import IN_POWERS, LASTING, MASKED, NO_NUMBERS, ONE_MOBILE, OTHERS, durations
from tests.audit.small_logs import audited, read, write_log
from tests.rulebook.builders import at, contact
from tests.rulebook.strategies import many_contacts
from tests.spark_servers import SERVERS, running

ONLY = (
    "cn.time.quiet-hours",
    "cn.third-party.debt-disclosed",
    "cn.third-party.after-refusal",
    "cn.frequency.connected-calls",
    "cn.harassment.repeated-abuse",
    "cn.harassment.repeated-contacts",
)
RESULTS = ("findings", "open", "questions", "summary")
pytestmark = pytest.mark.filterwarnings("ignore")  # pyspark and grpc warn of their own


def a_log() -> list[ContactRecord]:
    """Gaps of every kind, a busy day, one of masked numbers, texts, an id met twice."""
    gaps = [
        replace(c, text=None if n % 3 else "你欠债还钱，再不还就告诉你全家", text_kind=None)
        for n, c in enumerate(many_contacts(11, 150))
    ]
    busy = [
        contact(
            f"busy-{n}",
            occurred_at=None if n == 6 else at(1, 9 + n),
            channel="call",
            connected=True,
            recipient_role="debtor",
            recipient_id="13800001002",
            lender_type="microloan",
            product="online_consumer",
            lender_id=None if n == 5 else "b1",
        )
        for n in range(7)
    ]
    masked = [
        replace(
            busy[0], contact_id=f"masked-{n}", debtor_id=f"d{n % 12}", recipient_id="138xxxx1002", recipient_role=None
        )
        for n in (*range(0, 120, 12), 1, 2)
    ]
    return [*gaps, *masked, *busy, busy[0], replace(busy[1], channel="sms")]


def agree(folder: Path, remote: str) -> None:
    log = write_log(folder / "log.parquet", a_log())
    registers = folder / "registers"
    registers.mkdir()
    (registers / "refusals.csv").write_text(
        "recipient_id,since\n13800001002,2025-02-28 10:00:00\n17000001188,2024-05-14 08:00:00\n", encoding="utf-8"
    )
    (registers / "agreed_contacts.csv").write_text("debtor_id,recipient_id\nd0,138****1002\n", encoding="utf-8")
    (registers / "registers.yaml").write_text("complete: {recipient_role: other}\n", encoding="utf-8")
    (registers / "loans.csv").write_text("loan_id,agreed_hours\nl1,20:00-23:00\nl2,none\n", encoding="utf-8")
    common = {"registers": registers, "only": ONLY, "open_rows": True}
    here = audited(log, folder / "duckdb", **common)
    there = audited(log, folder / "spark", engine=remote, **common)
    assert (there.read, there.kept, there.set_aside) == (here.read, here.kept, here.set_aside) == (171, 169, 2)
    assert here.findings > 10
    assert any("recipient_id=138****1002@d0" in row["window"] for row in read(folder / "duckdb", "findings"))
    for name in RESULTS:
        assert read(folder / "spark", name) == read(folder / "duckdb", name), name
    one, other = (told(folder / place) for place in ("spark", "duckdb"))
    assert one == other
    aside = [row | {"row": None} for row in read(folder / "duckdb", "set_aside")]
    assert sorted(read(folder / "spark", "set_aside"), key=str) == sorted(aside, key=str)


def told(out: Path) -> dict[str, Any]:
    """The quality report without the numbers of rows, which a server does not give."""
    quality: dict[str, Any] = json.loads((out / "quality.json").read_text("utf-8"))
    for samples in quality["samples"].values():
        for sample in samples:
            sample["row"] = None
    return quality


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Spark Connect server on this machine: Sail, and Apache Spark where there is one."""
    yield from running(request.param, tmp_path_factory.mktemp("server"))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_spark_gives_the_same_rows_as_duckdb(server: str, tmp_path: Path) -> None:
    agree(tmp_path, server)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_on_spark_a_run_goes_on_where_it_was_broken_off_and_a_new_day_is_judged_alone(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days that were judged are not judged again, whoever judged them; the result is that of one run over all."""
    only = {"only": ("cn.time.quiet-hours", "cn.frequency.connected-calls")}
    days = [replace(c, occurred_at=at(1 + n % 4, 8 + n % 15)) for n, c in enumerate(a_log()[-9:] * 3)]
    log = [replace(c, contact_id=f"d{n}") for n, c in enumerate(days)]
    write_log(tmp_path / "log.parquet", log)
    monkeypatch.setattr(spark_days, "_ROWS_AT_ONCE", 15)
    calls = []

    def breaks_off(judging: Judging) -> DayTables:
        calls.append(judging)
        if len(calls) == 2:
            raise OSError("pulled out")
        return judged(judging)

    judged = Judging.judge
    with monkeypatch.context() as patch:
        patch.setattr(Judging, "judge", breaks_off)
        with pytest.raises(AuditStopped, match="读写出错"):
            audited(tmp_path / "log.parquet", tmp_path / "spark", engine=server, **only)
    result = audited(tmp_path / "log.parquet", tmp_path / "spark", engine=server, **only)
    assert (result.days_judged, result.days_reused) == (2, 2)
    write_log(tmp_path / "more.parquet", [*log, replace(log[0], contact_id="new", occurred_at=at(9, 23))])
    there = {"engine": server, "previous": tmp_path / "spark"}
    result = audited(tmp_path / "more.parquet", tmp_path / "more", **there, **only)
    assert (result.days_judged, result.days_reused) == (1, 4)
    assert result.findings
    for name, out in (("log.parquet", "spark"), ("more.parquet", "more")):
        audited(tmp_path / name, tmp_path / "here", **only)
        for told_ in ("findings", "questions", "summary"):
            assert read(tmp_path / out, told_) == read(tmp_path / "here", told_), (name, told_)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_conversations_and_objects_within_are_read_alike(server: str, tmp_path: Path, form: str) -> None:
    """With whole findings, templates and counts: engines see objects each in their own way."""
    log = as_file(tmp_path / f"log.{form}")
    for engine, out in (("duckdb", tmp_path / "duckdb"), (server, tmp_path / "spark")):
        audited(log, out, engine=engine, only=("cn.threat.violence",), open_rows=True)
    for name in RESULTS:
        assert read(tmp_path / "spark", name) == read(tmp_path / "duckdb", name), name
    assert told(tmp_path / "duckdb")["notes"] == {"unknown_speaker": 1}
    for part in ("columns", "notes"):
        assert told(tmp_path / "spark")[part] == told(tmp_path / "duckdb")[part], part


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_column_of_texts_and_conversations_is_read_alike(server: str, tmp_path: Path) -> None:
    log = as_file(tmp_path / "log.jsonl")
    plain = {"contact_id": "plain", "occurred_at": "2026-03-05T10:00:00", **FACTS, "text": THREAT}
    log.write_text(f"{log.read_text('utf-8')}\n{json.dumps(plain, ensure_ascii=False)}", encoding="utf-8")
    found = []
    for engine, out in (("duckdb", tmp_path / "duckdb"), (server, tmp_path / "spark")):
        audited(log, out, engine=engine, only=("cn.threat.violence",), open_rows=True)
        found.append([[row | {"template": None} for row in read(out, name)] for name in ("findings", "open")])
    assert found[0] == found[1]
    assert [row["contact_id"] for row in found[0][0]] == ["collector", "plain", "silent"]


def test_what_lies_beside_a_log_in_its_folder_is_not_taken_for_a_part_of_it(server: str, tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("contact_id,occurred_at\nc1,2026-03-05 09:05:03\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text("columns:\n  contact_id: contact_id\n", encoding="utf-8")
    with open_spark(server) as there:
        assert name_raw(there, AuditOptions(log=str(tmp_path), out=tmp_path)) == {
            "contact_id": "text",
            "occurred_at": "text",
        }
        assert there.rows("SELECT contact_id FROM raw_log").to_pylist() == [{"contact_id": "c1"}]
        write_log(tmp_path / "more.parquet", [contact("c2")])
        with pytest.raises(AuditError, match="几种格式"):
            name_raw(there, AuditOptions(log=str(tmp_path), out=tmp_path))


def times_read(
    store: Store, written: Sequence[str], formats: tuple[str, ...] = (), assumed: tuple[str, ...] = ()
) -> dict[str, tuple[str | None, str | None]]:
    """What *store* makes of times as they are written (in two cells where a stroke stands): the moment in Shanghai, and how fine it is."""
    names = ("t", "u") if "|" in written[0] else ("t",)
    source = ColumnSource(column="occurred_at", names=names, formats=formats, assumed=assumed)
    say = Expressions(LogMapping(columns={}, unknown=words().unknown), store.dialect, {"t": "text", "u": "text"})
    fields = f"t, u, {say.instant(source)} AS us, {say.precision(source)} AS fine"
    cells = [text.partition("|") for text in written]
    rows = " UNION ALL ".join(f"SELECT '{text}' AS t, '{beside}' AS u" for text, _, beside in cells)
    table = store.rows(f"SELECT {fields} FROM (SELECT *{say.said_columns()} FROM ({rows}) AS raw) AS told").to_pylist()
    return {"|".join(filter(None, (row["t"], row["u"]))): (_in_shanghai(row["us"]), row["fine"]) for row in table}


def _in_shanghai(micros: int | None) -> str | None:
    return None if micros is None else f"{EPOCH + timedelta(hours=8, microseconds=micros):%m-%d %H:%M:%S}"


def numbers_read(store: Store) -> list[dict[str, Any]]:
    """What *store* makes of telephone numbers and durations as they are written."""
    say, columns = durations("seconds", store.dialect), {column.name: column for column in COLUMNS}
    rows = " UNION ALL ".join(
        f"SELECT '{text}' AS t" for text in (*ONE_MOBILE, *OTHERS, *IN_POWERS, *NO_NUMBERS, *MASKED, *LASTING)
    )
    fields = f"{number_sql('t')} AS number, {say.value(columns['duration_s'])} AS lasted"
    told = f"SELECT t, {fields} FROM (SELECT *{say.said_columns()} FROM ({rows}) AS raw) AS told ORDER BY t"
    found: list[dict[str, Any]] = store.rows(told).to_pylist()
    return found


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_time_is_read_alike_however_it_is_written(server: str, tmp_path: Path) -> None:
    with open_duckdb("1GB", tmp_path / "spill") as here, open_spark(server) as there:
        read_here = times_read(here, WRITTEN)
        assert times_read(there, WRITTEN) == read_here
        for own, written in OWN.items():
            found = times_read(here, written, (own,))
            assert times_read(there, written, (own,)) == found
            assert found[written[0]] == ("03-05 09:05:03" if "T" in own else "03-05 09:05:00", None)
        for of_column in (SHAPED, CELLS):
            for assumed, forms in of_column.items():
                shaped = times_read(here, forms, assumed=assumed)
                assert times_read(there, forms, assumed=assumed) == shaped
                assert None not in {moment for moment, _ in shaped.values()}
        assert numbers_read(there) == numbers_read(here)
    moments = {said: moment for said, (moment, _) in read_here.items()}
    assert moments["2026/3/5 9:05:03"] == moments["2026-03-05 01:05:03+00"] == "03-05 09:05:03"
    assert (moments["2026-03-05 9:05:03 PM"], moments["2026/3/5 12:05:03 AM"]) == ("03-05 21:05:03", "03-05 00:05:03")
    assert {said: moments[said] for said in WORDED} == WORDED
    assert read_here["2026-03-05 24:00:00"] == ("03-06 00:00:00", "minute")  # midnight is written, not left out
    assert {said for said, moment in moments.items() if moment is None} == set(WRITTEN[WRITTEN.index("2026-03") :])


def test_twenty_four_minutes_past_are_no_end_of_a_day(tmp_path: Path) -> None:
    written = (
        "2026-03-05 14:24:00",
        "2026/3/5 下午2:24",
        "2026年3月5日 14时24:00",
        "2026-03-05 24:24:00",
        "2026-03-05T24:00",
    )
    with open_duckdb("1GB", tmp_path / "spill") as store:
        read = times_read(store, written)
    assert read["2026-03-05 14:24:00"] == ("03-05 14:24:00", None)  # known to the second
    assert read["2026/3/5 下午2:24"] == ("03-05 14:24:00", None)
    assert read["2026-03-05 24:24:00"][0] is None  # nobody knows which night
    assert read["2026-03-05T24:00"] == ("03-06 00:00:00", "minute")


def test_a_field_that_spark_cannot_read_is_refused() -> None:
    source = ColumnSource(column="occurred_at", names=("t",), formats=("%j %Y",))
    say = Expressions(LogMapping(columns={}, unknown=words().unknown), "spark", {"t": "text"})
    with pytest.raises(AuditError, match="%j"):
        say.instant(source)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_log_as_spreadsheets_write_it_is_told_in_full(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_store, "_PIECE_BYTES", 500)  # what is sent goes in several pieces
    (tmp_path / "mapping.yaml").write_text(MAPPING + "leave_out: {录音: [作废]}\n", encoding="utf-8")
    log = written(tmp_path, "csv")
    more = "c5,昨天,,,,,\n,2026/3/5 9:05:03,,,,,\nc6,2026/3/5 9:05:03,,,, 作废 ,\n"
    log.write_text(log.read_text("utf-8") + more, encoding="utf-8")
    common = {"mapping": tmp_path / "mapping.yaml", "only": ("cn.time.quiet-hours",)}
    audited(log, tmp_path / "duckdb", **common)
    audited(log, tmp_path / "spark", engine=server, **common)
    assert told(tmp_path / "spark") == told(tmp_path / "duckdb")
    quality = told(tmp_path / "spark")
    assert quality["reasons"] == {"bad_time": 1, "left_out": 1, "missing_id": 1}
    assert quality["samples"]["bad_time"] == [
        {"file": str(log), "row": None, "contact_id": "c5", "column": "occurred_at"}
    ]
    assert {column["column"]: column["known"] for column in quality["columns"] if column["column"] in KNOWN} == KNOWN


@pytest.mark.slow
def test_a_path_where_the_server_finds_nothing_is_named(server: str, tmp_path: Path) -> None:
    with pytest.raises(AuditError, match=r"nothing\.csv"):
        audited(tmp_path / "nothing.csv", tmp_path / "out", engine=server)
    with pytest.raises(AuditError, match=r"没有 risk\.nothing"):
        audited(tmp_path, tmp_path / "out", engine=server, table="risk.nothing")


@pytest.mark.slow
def test_guards_of_cells_are_taken_off_alike(server: str, tmp_path: Path) -> None:
    guarded = (
        "c1",
        "\td2\t",
        "'13800001002",
        '="2026-03-05 22:30:03"',
        "'call",
        '"=""outbound"""',
        "\u00a0microloan\t",
    )
    log = tmp_path / "log.csv"
    header = "contact_id,debtor_id,recipient_id,occurred_at,channel,direction,lender_type,product,hours_agreed,text"
    log.write_text(f"{header}\n{','.join(guarded)},online_consumer,'否,他说'好'\n", encoding="utf-8")
    for engine, out in (("duckdb", tmp_path / "duckdb"), (server, tmp_path / "spark")):
        audited(log, out, engine=engine, only=("cn.time.quiet-hours",))
    assert read(tmp_path / "spark", "findings") == read(tmp_path / "duckdb", "findings")
    assert [(row["debtor_id"], row["hour"]) for row in read(tmp_path / "spark", "findings")] == [("d2", 22)]


@pytest.mark.slow
def test_a_query_that_fails_ends_the_run_in_words_and_its_session(server: str) -> None:
    with pytest.raises(AuditStopped, match="没有做完"), open_spark(server) as there:
        there.rows("SELECT lacking FROM (SELECT 1 AS one) AS t")
    assert there.session.is_stopped


@pytest.mark.parametrize(
    ("written", "why"),
    [("编号,t".encode("gb18030"), "UTF-8"), ("三月外呼明细\n编号,t,渠道\n1,2,电话\n".encode(), "表头")],
)
def test_a_file_that_a_server_would_misread_is_refused(tmp_path: Path, written: bytes, why: str) -> None:
    (tmp_path / "log.csv").write_bytes(written)
    with pytest.raises(AuditError, match=why):
        separator(tmp_path / "log.csv")


def test_an_engine_nobody_knows_is_refused(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", a_log())
    with pytest.raises(AuditError, match="oracle"):
        audited(log, tmp_path / "out", engine="oracle")


def test_a_server_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="did not run: the spark extra is not installed")
    log = write_log(tmp_path / "log.parquet", a_log())
    with pytest.raises(AuditStopped, match="sc://127"):
        audited(log, tmp_path / "out", engine="sc://127.0.0.1:1")
