"""The same rows from DuckDB, from Sail and from Apache Spark itself."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cuijie.audit import AuditError, AuditStopped
from cuijie.records import ContactRecord
from tests.audit.logs import audited, read, write_log
from tests.rulebook.builders import at, contact
from tests.rulebook.strategies import many_contacts

ONLY = (
    "cn.time.quiet-hours",
    "cn.third-party.debt-disclosed",
    "cn.third-party.after-refusal",
    "cn.frequency.connected-calls",
    "cn.harassment.repeated-abuse",
)
RESULTS = ("findings", "open", "questions", "summary")
pytestmark = pytest.mark.filterwarnings("ignore")  # pyspark and grpc warn of their own


def a_log() -> list[ContactRecord]:
    """Gaps of every kind, a busy day, texts, an id met twice."""
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
    return [*gaps, *busy, busy[0], replace(busy[1], channel="sms")]


def agree(folder: Path, remote: str) -> None:
    log = write_log(folder / "log.parquet", a_log())
    registers = folder / "registers"
    registers.mkdir()
    (registers / "refusals.csv").write_text(
        "recipient_id,since\n13800001002,2025-02-28 10:00:00\n17000001188,2024-05-14 08:00:00\n", encoding="utf-8"
    )
    (registers / "loans.csv").write_text("loan_id,agreed_hours\nl1,20:00-23:00\nl2,none\n", encoding="utf-8")
    common = {"registers": registers, "only": ONLY, "open_rows": True}
    here = audited(log, folder / "duckdb", **common)
    there = audited(log, folder / "spark", engine=remote, **common)
    assert (there.read, there.kept, there.set_aside) == (here.read, here.kept, here.set_aside) == (159, 157, 2)
    assert here.findings > 20
    for name in RESULTS:
        assert read(folder / "spark", name) == read(folder / "duckdb", name), name
    one, other = (json.loads((folder / place / "quality.json").read_text("utf-8")) for place in ("spark", "duckdb"))
    by_row = ("files", "samples")  # a server numbers no rows
    assert {key: one[key] for key in one if key not in by_row} == {
        key: other[key] for key in other if key not in by_row
    }


@pytest.fixture(scope="module")
def sail() -> Iterator[str]:
    """A real Spark Connect server on this machine."""
    server_of = pytest.importorskip("pysail.spark", reason="did not run: pysail is not installed")
    pytest.importorskip("pyspark", reason="did not run: the spark extra is not installed")
    main = sys.modules["__main__"]
    if not hasattr(main, "__file__"):  # a test worker: the client would take itself to be in a doctest
        main.__file__ = __file__
    server = server_of.SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_sail_gives_the_same_rows_as_duckdb(sail: str, tmp_path: Path) -> None:
    agree(tmp_path, sail)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_apache_spark_gives_the_same_rows_as_duckdb(tmp_path: Path) -> None:
    remote = os.environ.get("CUIJIE_SPARK_REMOTE")
    if not remote:
        pytest.skip("did not run: CUIJIE_SPARK_REMOTE names no Spark Connect server of Apache Spark (sc://host:port)")
    agree(tmp_path, remote)


def test_an_engine_nobody_knows_is_refused(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", a_log())
    with pytest.raises(AuditError, match="oracle"):
        audited(log, tmp_path / "out", engine="oracle")


def test_a_server_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="did not run: the spark extra is not installed")
    log = write_log(tmp_path / "log.parquet", a_log())
    with pytest.raises(AuditStopped, match="sc://127"):
        audited(log, tmp_path / "out", engine="sc://127.0.0.1:1")
