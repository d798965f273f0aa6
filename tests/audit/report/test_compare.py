"""Two results compared, lenders side by side, and the commands that do it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cuijie.audit import AuditError
from cuijie.audit.report.comparing import compared
from cuijie.audit.report.lenders import beside
from cuijie.audit.report.reading import open_audit
from cuijie.cli.audit.command import command
from cuijie.errors import CuijieError
from tests.audit.report.results import NIGHT, log_of, result
from tests.audit.report.test_page import words

_STRICTER = """\
id: cn.time.late
version: 1
title: {zh: 晚上九点以后, en: After nine}
about: contact
when: hour >= 21
norm:
  policy:
  - {id: cn.house/1, label: {zh: 内部制度第一条, en: House rule 1}, from: 2024-01-01, binds: everyone}
protects: [debtor]
certainty: established
severity: ordinary
evidence: {zh: [记录], en: [The record]}
explain: {zh: 太晚了。, en: Too late.}
tests:
- name: 白天
  on: 2026-03-01
  contact: {channel: call, at: "10:00"}
  expect: clear
"""


def run(*typed: object) -> tuple[int, str]:
    """Exit code and what was printed; an error of ours counts as its own exit code and words."""
    ran = CliRunner().invoke(command, [str(word) for word in typed])
    if isinstance(ran.exception, CuijieError):
        return ran.exception.exit_code, str(ran.exception)
    return ran.exit_code, ran.output


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same log judged twice: ``before`` without a registered fact, ``after`` with the rule's second norm known to bind."""
    folder = tmp_path_factory.mktemp("two")
    log = log_of(folder)
    result(folder, name="before", log=log)
    result(folder, name="after", log=log, only=(NIGHT, "cn.impersonation"))
    later = folder / "later"
    later.mkdir()
    result(folder, name="april", log=log_of(later, nights=2, days=50))
    return folder


def test_the_same_log_and_rules_change_nothing(two: Path) -> None:
    with open_audit(two / "before") as one, open_audit(two / "before") as other:
        found = compared(one, other)
    assert found.logs == "same"
    assert found.is_matched
    assert not found.causes
    assert all((rule.gained, rule.lost, rule.surer, rule.less_sure) == (0, 0, 0, 0) for rule in found.rules)


def test_what_a_changed_result_gains_and_loses_is_named(two: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(two / "before", changed)
    table = pq.read_table(changed / "findings.parquet")
    pq.write_table(table.slice(2), changed / "findings.parquet")
    dropped = set(table.slice(0, 2)["finding_id"].to_pylist())
    for folders, gained, lost in (((two / "before", changed), 0, 2), ((changed, two / "before"), 2, 0)):
        with open_audit(folders[0]) as before, open_audit(folders[1]) as after:
            found = compared(before, after)
        (rule,) = found.rules
        assert (rule.gained, rule.lost) == (gained, lost)
        assert {one.finding_id for one in (rule.newly or rule.no_longer)} == dropped


def test_different_logs_are_compared_by_rates_alone(two: Path) -> None:
    with open_audit(two / "before") as before, open_audit(two / "april") as after:
        found = compared(before, after)
    assert found.logs == "different"
    (rule,) = found.rules
    assert rule.named == (7, 3)
    assert (found.before.contacts, found.after.contacts) == (48, 64)
    assert rule.gained is None
    _, told = run("compare", two / "before", two / "april")
    assert "14.6% → 4.7% " in told  # 7 of 48, 3 of 64


def test_a_table_of_a_cluster_has_no_digest_and_is_not_called_the_same_log(two: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        shutil.copytree(two / "before", tmp_path / name)
        told = json.loads((tmp_path / name / "run.json").read_text("utf-8"))
        table = {"path": "db.contacts", "bytes": None, "sha256": None}
        (tmp_path / name / "run.json").write_text(json.dumps(told | {"inputs": [table]}), encoding="utf-8")
    with open_audit(tmp_path / "one") as before, open_audit(tmp_path / "other") as after:
        found = compared(before, after)
    assert (found.logs, found.is_matched) == ("named", True)
    with open_audit(tmp_path / "one") as before, open_audit(two / "before") as after:
        assert compared(before, after).logs == "different"


def test_ids_masked_by_different_keys_are_not_matched(two: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(two / "before", other)
    told = json.loads((other / "run.json").read_text("utf-8"))
    (other / "run.json").write_text(json.dumps(told | {"mask_key": "0" * 16}), encoding="utf-8")
    with open_audit(two / "before") as before, open_audit(other) as after:
        found = compared(before, after)
    assert not found.is_matched
    assert "mask" in found.causes


def test_the_command_writes_a_page_the_figures_and_every_change(two: Path, tmp_path: Path) -> None:
    code, told = run("compare", two / "before", two / "after", "-o", tmp_path / "out")
    assert code == 0
    assert "同一份日志" in told
    assert json.loads((tmp_path / "out/compare.json").read_text("utf-8"))["causes"] == ["rulebook"]
    assert pq.read_table(tmp_path / "out/changes.parquet").num_rows == 0
    page = (tmp_path / "out/compare.html").read_text("utf-8")
    assert "规则书不同" in page
    assert "<script" not in page


def test_lenders_keep_their_own_denominators(two: Path) -> None:
    with open_audit(two / "before") as audit:
        found = beside([audit])
    assert [(one.name, one.contacts, one.named) for one in found.lenders] == [("b1", 37, 6), ("b2", 11, 1)]
    (row,) = (rule for rule in found.rules if rule.rule == NIGHT)
    assert [(rate.named, rate.contacts) for rate in row.rates] == [(6, 37), (1, 11)]


def test_no_number_of_the_lenders_page_is_a_sum_of_lenders(two: Path, tmp_path: Path) -> None:
    code, _ = run("compare", two / "before", "--lenders", "-o", tmp_path / "out")
    assert code == 0
    page = words((tmp_path / "out/lenders.html").read_text("utf-8"))
    assert "6 / 37" in page
    assert "1 / 11" in page
    assert not re.search(r"\b48\b|\b7 /", page)


def test_runs_by_other_rules_are_told_apart(two: Path) -> None:
    with open_audit(two / "before") as one, open_audit(two / "after") as other:
        found = beside([one, other])
    assert not found.is_same_rulebook
    assert {side.name for side in found.lenders} == {"b1（before）", "b2（before）", "b1（after）", "b2（after）"}


def test_one_lender_alone_cannot_be_compared(tmp_path: Path) -> None:
    out = result(tmp_path)
    table = pq.read_table(out / "summary.parquet").to_pylist()
    kept = [row for row in table if row["lender_id"] == "b1"]
    pq.write_table(pq.read_table(out / "summary.parquet").slice(0, 0).from_pylist(kept), out / "summary.parquet")
    with open_audit(out) as audit, pytest.raises(AuditError, match="只有一家"):
        beside([audit])


def test_a_new_rule_of_ones_own_shows_its_effect_on_old_data(two: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "late.yaml").write_text(_STRICTER, encoding="utf-8")
    result(two, name="stricter", log=two / "log.parquet", rules=(rules,), only=(NIGHT, "cn.time.late"))
    with open_audit(two / "before") as before, open_audit(two / "stricter") as after:
        found = compared(before, after)
    new = next(rule for rule in found.rules if rule.rule == "cn.time.late")
    assert new.versions == (None, 1)
    assert (new.gained, new.lost) == (8, 0)
    assert new.title.zh == "晚上九点以后"


@pytest.mark.parametrize(
    "typed",
    [
        ("compare",),
        ("compare", "one"),
        ("compare", "one", "two", "three"),
        ("compare", "nowhere", "nowhere"),
        ("sample", "nowhere"),
        ("sample", "nowhere", "-n", "0"),
        ("agree", "nowhere", "sheet.csv"),
        ("report", "nowhere"),
    ],
)
def test_wrong_use_is_exit_2(typed: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*typed)[0] == 2


def test_a_run_ends_with_its_report_and_a_sample_can_be_judged(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("ab" * 32, encoding="ascii")
    out = tmp_path / "out"
    code, told = run(log_of(tmp_path), "-o", out, "--only", NIGHT, "--mask-key", key)
    assert code == 1
    assert "report.html" in told
    assert (out / "report.html").is_file()
    code, told = run("sample", out, "-n", "10", "--mask-key", key, "--json")
    assert code == 0
    assert json.loads(told)["rows"] == 10
    again = run("sample", out, "-n", "10", "--mask-key", key)
    assert again[0] == 2
    assert "没有覆盖" in again[1]
    sheet = out / "sample.csv"
    text = sheet.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").splitlines()
    filled = [text[0], *(line[: -len(",,")] + "违反,," if line.endswith(",,,") else line for line in text[1:])]
    sheet.write_text("\n".join(line.replace(",违反,,", ",违反,,") for line in filled), encoding="utf-8")
    code, told = run("agree", out, sheet)
    assert code == 0, told
    assert "人工看了" in told
    assert (out / "agreement.json").is_file()


def test_a_log_that_bears_the_name_of_a_command_can_still_be_audited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text("ab" * 32, encoding="ascii")
    log_of(tmp_path).rename(tmp_path / "compare")
    code, told = run("./compare", "-o", "out", "--only", NIGHT, "--mask-key", "key")
    assert code == 1
    assert "读到 48 行" in told


@pytest.mark.parametrize("word", ["report", "compare", "sample", "agree"])
def test_each_command_has_its_help(word: str) -> None:
    code, told = run(word, "--help")
    assert code == 0
    assert word in told


def test_two_months_of_one_log_are_compared_by_their_rates(tmp_path: Path) -> None:
    log = log_of(tmp_path)
    early = result(tmp_path, name="early", log=log, until=date(2026, 3, 10))
    late = result(tmp_path, name="late", log=log, since=date(2026, 3, 11))
    both = result(tmp_path, name="both", log=log)
    with open_audit(early) as first, open_audit(late) as second, open_audit(both) as whole:
        assert compared(first, second).logs == compared(second, first).logs == "different"
        assert compared(first, whole).logs == "overlapping"
