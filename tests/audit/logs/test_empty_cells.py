"""An empty cell that a mapping gives a meaning has it, whatever the log's form; without one it is not known."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cuijie.datafiles import DataFileError
from tests.audit.small_logs import audited

MAPPING = """\
columns:
  contact_id: 编号
  occurred_at: 时间
  agency_id: {from: 委外公司, values: {丙公司: a3}}
  actor: {from: 委外公司, values: {'': lender}, others: agency}
  collector_id: {from: 工号, values: {'': none-named, 总台: null}}
  count: {from: 次数, values: {'': 1, 多次: null}}
  recorded: {from: 录音, values: {'': false, 有: true}}
  connected: 接通
"""
ROWS: list[dict[str, str | None]] = [
    {"编号": "c1", "时间": "2026/3/5 9:05:03", "委外公司": "", "工号": "", "次数": "", "录音": "", "接通": ""},
    {"编号": "c2", "时间": "2026/3/5 9:06:03", "委外公司": None, "工号": None, "次数": None, "录音": None, "接通": None},
    {"编号": "c3", "时间": "2026/3/5 9:07:03", "委外公司": "丙公司", "工号": "总台", "次数": "多次", "录音": "有", "接通": "是"},
    {"编号": "c4", "时间": "2026/3/5 9:08:03", "委外公司": "未知", "工号": "w7", "次数": "2", "录音": "-", "接通": "否"},
]  # fmt: skip
KNOWN = {"agency_id": 1, "actor": 3, "collector_id": 3, "count": 3, "recorded": 3, "connected": 2}


def written(folder: Path, form: str) -> Path:
    """The same rows as a file of this form; CSV knows no difference between an empty cell and none."""
    log = folder / f"log.{form}"
    if form == "csv":
        lines = [",".join(ROWS[0]), *(",".join(value or "" for value in row.values()) for row in ROWS)]
        log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif form == "jsonl":
        log.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), log)
    return log


def known(out: Path) -> Mapping[str, int]:
    """How many contacts each column is known of, as the quality report tells."""
    told = json.loads((out / "quality.json").read_text("utf-8"))
    assert (told["kept"], told["set_aside"]) == (4, 0)
    return {column["column"]: column["known"] for column in told["columns"] if column["column"] in KNOWN}


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_an_empty_cell_means_what_the_mapping_says_in_every_form(tmp_path: Path, form: str) -> None:
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    log = written(tmp_path, form)
    only = ("cn.time.quiet-hours",)
    audited(log, tmp_path / "out", mapping=tmp_path / "mapping.yaml", only=only)
    assert known(tmp_path / "out") == KNOWN


def test_values_of_a_time_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(
        "columns:\n  occurred_at: {from: 时间, values: {昨天: '2026-03-04'}}\n", encoding="utf-8"
    )
    with pytest.raises(DataFileError, match="formats"):
        audited(written(tmp_path, "csv"), tmp_path / "out", mapping=tmp_path / "mapping.yaml")
