"""A run broken off while it makes room, takes over from an earlier run, or writes its result."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from cuijie.audit import AuditError
from cuijie.audit import run as audit_run
from cuijie.audit.day_files import DayFiles
from cuijie.audit.report.reading import open_audit
from tests.audit.small_logs import audited, write_log
from tests.audit.test_runs import same, some_contacts


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_day_that_is_being_removed_is_never_taken_for_one_without_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = DayFiles(tmp_path / "days", None)
    days.write("2026-06-01", "before", {"findings": pa.table({"n": [1]})})
    with monkeypatch.context() as killed:
        killed.setattr(shutil, "rmtree", interrupt)
        with pytest.raises(KeyboardInterrupt):
            days.drop("2026-06-01")
    assert not DayFiles(tmp_path / "days", None).has("2026-06-01", "before")


def test_a_run_goes_on_that_was_killed_while_it_took_over_an_earlier_one(tmp_path: Path) -> None:
    log = write_log(tmp_path / "log.parquet", some_contacts(1, 40))
    audited(log, tmp_path / "before")
    (staged,) = (tmp_path / "before/work/stage").iterdir()
    half = tmp_path / "after/work/stage" / f".{staged.name}.part"
    half.mkdir(parents=True)
    os.link(staged / "log.parquet", half / "log.parquet")
    assert audited(log, tmp_path / "after", previous=tmp_path / "before").days_judged == 0
    same(tmp_path / "before", tmp_path / "after")


def test_a_result_that_is_only_partly_written_is_not_opened_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited(write_log(tmp_path / "log.parquet", some_contacts(1, 40)), tmp_path / "out")
    other = write_log(tmp_path / "log.parquet", some_contacts(2, 60))
    with monkeypatch.context() as killed:
        killed.setattr(audit_run, "_write_run", interrupt)
        with pytest.raises(KeyboardInterrupt):
            audited(other, tmp_path / "out")
    with pytest.raises(AuditError, match=r"run\.json"), open_audit(tmp_path / "out"):
        pass
    audited(other, tmp_path / "out")
    with open_audit(tmp_path / "out"):
        pass
