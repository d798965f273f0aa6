"""The same log gives the same bytes: at once, day by day, after a kill, in one file or many; nothing personal shows."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.audit import AuditError, AuditStopped
from cuijie.audit.engines.duckdb_store import DuckDBStore
from cuijie.audit.logs.log_files import LogFile
from cuijie.audit.staging import texts_of
from cuijie.audit.texts import READ_COLUMNS, reading
from cuijie.records import ContactRecord
from tests.audit.small_logs import audited, read, write_log
from tests.rulebook.builders import at, contact

RESULTS = ("findings.parquet", "questions.parquet", "summary.parquet", "set_aside.parquet", "quality.json")
TEXT = "你再不还钱就把你欠款的事告诉你全家，王小明你这个骗子，打13800001002找我"


def some_contacts(seed: int, number: int, days: int = 4) -> list[ContactRecord]:
    chance = random.Random(seed)  # noqa: S311 -- test data
    return [
        contact(
            f"c{seed}-{n}",
            occurred_at=at(1 + chance.randrange(days), chance.choice([7, 9, 12, 22]), chance.randrange(60)),
            channel=chance.choice(["call", "sms"]),
            connected=chance.choice([True, True, False, None]),
            recipient_role=chance.choice(["debtor", "debtor", "other", None]),
            recipient_id=chance.choice(["13800001002", "17000001188"]),
            debtor_id=chance.choice(["欠款者甲", "欠款者乙"]),
            agency_id=chance.choice([None, "a1"]),
            collector_id="k-王五",
            lender_type="consumer_finance",
            product="online_consumer",
            text=chance.choice([None, TEXT, "您好，请按时还款"]),
            text_kind="verbatim",
        )
        for n in range(number)
    ]


def same(one: Path, other: Path, names: Sequence[str] = RESULTS) -> None:
    assert {name: (one / name).read_bytes() for name in names} == {name: (other / name).read_bytes() for name in names}


def test_the_same_log_gives_the_same_bytes(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 80))
    for name in ("one", "two"):
        audited(log, tmp_path / name, unmasked=False, mask_key=tmp_path / "key")
    same(tmp_path / "one", tmp_path / "two")


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 30), st.booleans())
def test_a_new_day_or_a_changed_one_gives_what_a_full_run_gives(
    tmp_path_factory: pytest.TempPathFactory, seed: int, late: int, elsewhere: bool
) -> None:
    folder = tmp_path_factory.mktemp("days")
    early, more = some_contacts(seed, 50), some_contacts(seed + 1, 12)
    added = [replace(c, occurred_at=c.occurred_at + timedelta(days=late)) for c in more if c.occurred_at]
    write_log(folder / "log" / "1.parquet", early)
    first = audited(folder / "log", folder / "grown")
    write_log(folder / "log" / "2.parquet", added)
    place = folder / "next" if elsewhere else folder / "grown"
    second = audited(folder / "log", place, previous=folder / "grown" if elsewhere else None)
    audited(folder / "log", folder / "full")
    same(place, folder / "full")
    touched = {c.occurred_at.date() for c in added if c.occurred_at}
    assert second.days_judged == len(touched)
    assert first.days_reused == 0


def test_what_a_log_goes_through_in_time_gives_what_a_full_run_gives(tmp_path: Path) -> None:
    """A new day, then at once: a late record of an old day, a register that was added to, the oldest file taken away."""
    log, registers = tmp_path / "log", tmp_path / "registers"
    registers.mkdir()
    refusals = registers / "refusals.csv"
    refusals.write_text("recipient_id,since\n17000001188,2026-02-01\n", encoding="utf-8")
    for month, days in enumerate(([1, 2, 3], [4, 5])):
        for day in days:
            write_log(log / f"{day}.parquet", moved(some_contacts(day, 25, 1), 31 * month + day))
    audited(log, tmp_path / "grown", registers=registers)
    write_log(log / "6.parquet", moved(some_contacts(6, 25, 1), 31 + 6))
    added = audited(log, tmp_path / "grown", registers=registers)
    audited(log, tmp_path / "full", registers=registers)
    same(tmp_path / "grown", tmp_path / "full")
    assert (added.days_judged, added.days_reused) == (1, 5)
    write_log(log / "2.parquet", moved([*some_contacts(2, 25, 1), *some_contacts(7, 3, 1)], 2))
    refusals.write_text("recipient_id,since\n17000001188,2026-02-01\n13800001002,2026-04-08\n", encoding="utf-8")
    (log / "1.parquet").unlink()
    audited(log, tmp_path / "grown", registers=registers)
    audited(log, tmp_path / "fuller", registers=registers)
    same(tmp_path / "grown", tmp_path / "fuller")


def moved(contacts: Sequence[ContactRecord], days: int) -> list[ContactRecord]:
    return [replace(c, occurred_at=c.occurred_at + timedelta(days=days)) for c in contacts if c.occurred_at]


def test_nothing_is_judged_again_where_nothing_changed(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 40))
    first = audited(log, tmp_path / "out")
    again = audited(log, tmp_path / "out")
    assert (first.days_reused, again.days_judged) == (0, 0)
    other = audited(log, tmp_path / "out", only=("cn.time.quiet-hours",))
    assert other.days_reused == 0


def test_days_added_up_already_are_not_added_up_again(tmp_path: Path) -> None:
    (first, later), log = (some_contacts(seed, 60, days) for seed, days in ((1, 3), (2, 4))), tmp_path / "log"
    later = [c for c in later if c.occurred_at and c.occurred_at.day == 4]
    write_log(log / "1.parquet", first)
    audited(log, tmp_path / "grown")
    for table in ("totals", "asked"):  # gone: whoever needed them would count too few
        for path in (tmp_path / "grown" / "work" / "days").glob(f"*/{table}.parquet"):
            path.unlink()
    write_log(log / "2.parquet", later)
    audited(log, tmp_path / "grown")
    audited(log, tmp_path / "full")
    same(tmp_path / "grown", tmp_path / "full")


def test_texts_that_any_earlier_run_read_are_not_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def told(store: DuckDBStore, file: LogFile, *rest: Any, **more: Any) -> Any:
        looked.append(file.path.name)
        return texts_of(store, file, *rest, **more)

    monkeypatch.setattr("cuijie.audit.run.texts_of", told)
    for n in (1, 2, 3):
        write_log(tmp_path / "log" / f"{n}.parquet", some_contacts(n, 12, 1))
        audited(tmp_path / "log", tmp_path / f"out{n}", previous=tmp_path / f"out{n - 1}" if n > 1 else None)
    assert looked == ["1.parquet", "2.parquet", "3.parquet"]
    audited(tmp_path / "log", tmp_path / "full")
    same(tmp_path / "out3", tmp_path / "full")


def test_a_register_entry_of_today_leaves_earlier_days_alone(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 60))
    registers = tmp_path / "registers"
    registers.mkdir()
    refusals = registers / "refusals.csv"
    refusals.write_text("recipient_id,since\n17000001188,2026-02-01\n", encoding="utf-8")
    audited(log, tmp_path / "out", registers=registers)
    refusals.write_text("recipient_id,since\n17000001188,2026-02-01\n13800001002,2026-03-03\n", encoding="utf-8")
    again = audited(log, tmp_path / "out", registers=registers)
    assert again.days_judged == 1  # the entry of the 3rd weighs from the 4th on
    audited(log, tmp_path / "full", registers=registers)
    same(tmp_path / "out", tmp_path / "full")


def test_one_file_or_many_find_the_same(tmp_path: Path) -> None:
    contacts = some_contacts(3, 60)
    audited(write_log(tmp_path / "one.parquet", contacts), tmp_path / "one")
    for number in range(3):
        write_log(tmp_path / "many" / f"{number}.parquet", contacts[number::3])
    audited(str(tmp_path / "many" / "*.parquet"), tmp_path / "split")
    same(tmp_path / "one", tmp_path / "split", ["findings.parquet", "questions.parquet", "summary.parquet"])


def test_a_partitioned_folder_gives_its_columns(tmp_path: Path) -> None:
    contacts = [replace(c, lender_id=None) for c in some_contacts(4, 30)]
    for lender in ("b1", "b2"):
        import pyarrow.parquet as pq

        path = write_log(tmp_path / "log" / f"lender_id={lender}" / "part.parquet", contacts[:10])
        table = pq.read_table(path, partitioning=None).drop_columns(["lender_id", "contact_id"])
        pq.write_table(table, path)
    audited(tmp_path / "log", tmp_path / "out")
    assert {row["lender_id"] for row in read(tmp_path / "out", "findings")} == {"b1", "b2"}


def test_only_the_days_asked_for_are_judged(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 60))
    audited(log, tmp_path / "out", since=at(2).date(), until=at(3).date())
    assert {row["day"].day for row in read(tmp_path / "out", "findings")} <= {2, 3}


SCRIPT = """
import sys
from pathlib import Path
from tests.audit.small_logs import audited
from cuijie.audit.day_files import DayFiles

write, left = DayFiles.write, [int(sys.argv[3])]
def slow(self, *args):
    write(self, *args)
    left[0] -= 1
    if left[0] == 0:
        print("now", flush=True)
        import time
        time.sleep(60)
DayFiles.write = slow
audited(sys.argv[1], Path(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("days_done", [1, 3])
def test_a_killed_audit_goes_on_where_it_stopped(tmp_path: Path, days_done: int) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 80))
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(log), str(tmp_path / "killed"), str(days_done)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"now"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    result = audited(log, tmp_path / "killed")
    assert (result.days_judged, result.days_reused) == (4 - days_done, days_done)
    audited(log, tmp_path / "whole")
    same(tmp_path / "killed", tmp_path / "whole")


@pytest.mark.slow
def test_killed_at_any_moment_the_result_is_the_same(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 80))
    audited(log, tmp_path / "whole")
    chance = random.Random(4)  # noqa: S311 -- test data
    script = "import sys; from pathlib import Path; from tests.audit.small_logs import audited; audited(sys.argv[1], Path(sys.argv[2]))"
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(log), str(tmp_path / "killed")], cwd=Path(__file__).parents[2]
        )
        time.sleep(chance.uniform(0.5, 4.0))
        child.send_signal(signal.SIGKILL)
        child.wait()
    audited(log, tmp_path / "killed")
    same(tmp_path / "killed", tmp_path / "whole")


def test_nothing_personal_is_in_what_is_handed_over(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 60))
    audited(log, tmp_path / "out", unmasked=False, mask_key=tmp_path / "key")
    for path in (p for p in (tmp_path / "out").iterdir() if p.is_file()):
        shown = path.read_bytes()
        if path.suffix == ".parquet":
            shown = json.dumps(read(tmp_path / "out", path.stem), ensure_ascii=False, default=str).encode()
        for canary in ("13800001002", "17000001188", "王小明", "王五", "c1-1", "告诉你全家", "欠款者"):
            assert canary.encode() not in shown, (path.name, canary)
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["masked"] is True
    assert (tmp_path / "out" / "work").stat().st_mode & 0o077 == 0


def test_unmasked_is_recorded(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 20))
    audited(log, tmp_path / "out")
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["masked"] is False
    assert run["counts"]["read"] == run["counts"]["kept"] + run["counts"]["set_aside"] == 20
    assert set(run["outputs"]) == {*RESULTS}


def test_two_audits_do_not_share_a_folder(tmp_path: Path) -> None:
    import fcntl

    log = write_log(tmp_path / "log.parquet", some_contacts(1, 5))
    (tmp_path / "out" / "work").mkdir(parents=True)
    with (tmp_path / "out" / "work" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(AuditError, match="另一个审计"):
            audited(log, tmp_path / "out")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="did not run: no /dev/full on this system")
def test_a_full_disk_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cuijie.audit import day_files

    def full(*_: object, **__: object) -> None:
        Path("/dev/full").write_text("x" * 100_000, encoding="ascii")

    log = write_log(tmp_path / "log.parquet", some_contacts(1, 5))
    monkeypatch.setattr(day_files.pq, "write_table", full)
    with pytest.raises(AuditStopped, match="磁盘满了") as raised:
        audited(log, tmp_path / "out")
    assert "继续" in raised.value.remedy
    monkeypatch.undo()
    assert audited(log, tmp_path / "out").read == 5


@pytest.mark.parametrize(
    ("text", "named"), [("您的还款500元已收到，感谢您的配合。", None), ("您的账单已逾期，请尽快还款。", False)]
)
def test_a_receipt_without_a_name_is_no_collecting_without_a_name(text: str, named: bool | None) -> None:
    assert dict(zip(READ_COLUMNS, reading(text, "debtor|written||"), strict=True))["caller_identified"] is named
