"""A supervisor's run: many lenders, each with columns of its own, in one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cuijie.audit import AuditError
from cuijie.audit.supervising import lender_logs
from cuijie.cli.audit.command import command
from tests.audit.small_logs import read

NIGHT = "cn.time.quiet-hours"
ALIKE = """
  channel: {constant: call}
  direction: {constant: outbound}
  recipient_role: {constant: debtor}
  hours_agreed: {constant: false}
  lender_type: {constant: consumer_finance}
  product: {constant: online_consumer}
"""


def a_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def three_lenders(folder: Path) -> Path:
    """One with registers beside its log, one with a folder of JSONL that names its lender, one file with a mapping of its name."""
    a_file(folder / "甲银行" / "通话.csv", "流水号,拨打时间\n1,2026/3/5 23:05:03\n2,2026/3/5 9:05:03\n")
    a_file(folder / "甲银行" / "mapping.yaml", "columns:\n  contact_id: 流水号\n  occurred_at: 拨打时间" + ALIKE)
    a_file(folder / "甲银行" / "registers" / "refusals.csv", "recipient_id,since\n13800001002,2026-01-01\n")
    a_file(folder / "乙" / "log" / "a.jsonl", '{"id": "a", "at": "2026-03-05T12:30:00+08:00", "of": "b7"}\n')
    a_file(folder / "乙" / "mapping.yaml", "columns:\n  contact_id: id\n  occurred_at: at\n  lender_id: of" + ALIKE)
    a_file(folder / "丙.csv", "no,when\nx,2026-03-05 22:30:00\n")
    a_file(folder / "丙.yaml", "columns:\n  contact_id: no\n  occurred_at: when" + ALIKE)
    return folder


def ran(*words: object) -> Result:
    return CliRunner().invoke(command, ["lenders", *map(str, words)])


def test_lenders_with_columns_of_their_own_are_audited_in_one_run_and_put_side_by_side(tmp_path: Path) -> None:
    logs, out = three_lenders(tmp_path / "logs"), tmp_path / "out"
    told = ran(logs, "-o", out, "--only", NIGHT, "--unmasked", "--json")
    assert told.exit_code == 1, told.output
    answer = json.loads(told.stdout)
    assert [(one["lender"], one["read"], one["findings"]) for one in answer["lenders"]] == [
        ("丙", 1, 1),
        ("乙", 1, 0),
        ("甲银行", 2, 1),
    ]
    assert [row["lender_id"] for row in read(out / "甲银行", "findings")] == [
        "甲银行"
    ]  # the folder's name, as the log has none
    beside = json.loads((out / "lenders.json").read_text("utf-8"))
    assert {one["name"] for one in beside["lenders"]} == {"甲银行", "b7", "丙"}
    assert all((out / name / "report.html").is_file() for name in ("甲银行", "乙", "丙"))


def test_a_lender_whose_log_is_no_good_stops_no_other_and_is_named_on_the_page(tmp_path: Path) -> None:
    logs, out = three_lenders(tmp_path / "logs"), tmp_path / "out"
    a_file(logs / "丁.csv", "a,b\n1,2\n")
    told = ran(logs, "-o", out, "--only", NIGHT)
    assert told.exit_code == 2
    assert "丁：没有审成。日志里没有 occurred_at" in told.output
    assert "甲银行：读到 2 行" in told.output
    assert "丁：没有审成，不在下面" in (out / "lenders.html").read_text("utf-8")


def test_one_mapping_beside_them_serves_all_lenders_that_have_none(tmp_path: Path) -> None:
    a_file(tmp_path / "mapping.yaml", "columns: {occurred_at: when}")
    for name in ("b1", "b2"):
        a_file(tmp_path / f"{name}.csv", "when\n2026-03-05 22:30:00\n")
    assert [(one.name, one.mapping) for one in lender_logs(tmp_path)] == [
        ("b1", tmp_path / "mapping.yaml"),
        ("b2", tmp_path / "mapping.yaml"),
    ]


def test_logs_and_registers_that_cannot_be_told_apart_are_refused(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "registers/refusals.csv"):
        a_file(tmp_path / "b1" / name, "occurred_at\n")
    with pytest.raises(AuditError, match="分不清"):
        lender_logs(tmp_path)


@pytest.mark.parametrize("given", ["nowhere", "empty", "twins"])
def test_a_folder_that_holds_no_lenders_is_said_so(tmp_path: Path, given: str) -> None:
    (tmp_path / "empty").mkdir()
    a_file(tmp_path / "twins" / "b1.csv", "occurred_at\n")
    a_file(tmp_path / "twins" / "b1.jsonl", "{}\n")
    with pytest.raises(AuditError) as refused:
        lender_logs(tmp_path / given)
    assert given in str(refused.value)


def test_results_among_the_logs_are_refused(tmp_path: Path) -> None:
    told = ran(three_lenders(tmp_path), "-o", tmp_path / "out")
    assert told.exception is not None
    assert "结果不能放在" in str(told.exception)
