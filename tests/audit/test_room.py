"""How much disk a run will take is told before it begins; where it can never be enough the run does not begin."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from cuijie.audit import AuditOptions, AuditStopped, audit
from tests.audit.small_logs import audited, write_log
from tests.rulebook.builders import contact


class _Disk(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log.parquet", [contact("c1"), contact("c2")])


def test_the_disk_that_is_needed_and_free_is_told_first(log: Path, tmp_path: Path) -> None:
    said: list[tuple[str, int, int]] = []
    options = AuditOptions(log=str(log), out=tmp_path / "out", unmasked=True)
    audit(options, lambda stage, done, total: said.append((stage, done, total)))
    stage, needed, free = said[0]
    assert stage == "room"
    assert 0 < 4 * log.stat().st_size < needed < free
    taken = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert taken < needed


def test_a_disk_that_can_never_hold_the_run_stops_it_before_anything_is_read(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Disk(10**9, 10**9, 10**6))
    with pytest.raises(AuditStopped, match="磁盘不够"):
        audited(log, tmp_path / "out")
    assert not (tmp_path / "out" / "work" / "stage").exists()
