"""``cuijie audit`` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cuijie.audit import AuditError
from cuijie.cli.audit.command import command
from cuijie.errors import BadInput
from tests.audit.small_logs import audited, write_log
from tests.audit.test_quality import chinese_log
from tests.rulebook.builders import at, contact


def night_call(folder: Path, **facts: object) -> Path:
    facts = {
        "hours_agreed": False,
        "channel": "call",
        "recipient_role": "debtor",
        "lender_type": "consumer_finance",
        "product": "online_consumer",
    } | facts
    return write_log(folder / "log.parquet", [contact("c1", occurred_at=at(1, 23), **facts)])


def test_a_breach_is_exit_1_and_json_has_the_counts(tmp_path: Path) -> None:
    log = night_call(tmp_path)
    ran = CliRunner().invoke(
        command, [str(log), "-o", str(tmp_path / "out"), "--only", "cn.time.quiet-hours", "--json"]
    )
    assert ran.exit_code == 1
    told = json.loads(ran.stdout)
    assert (told["read"], told["kept"], told["findings"]) == (1, 1, 1)


def test_what_is_kept_for_the_next_run_is_told_and_can_be_discarded(tmp_path: Path) -> None:
    out = tmp_path / "out"
    usual = [str(night_call(tmp_path)), "-o", str(out), "--only", "cn.time.quiet-hours"]
    assert "交出结果前请删去" in CliRunner().invoke(command, usual).stdout
    assert (out / "work" / "days").exists()
    assert "交出结果前" not in CliRunner().invoke(command, [*usual, "--discard-work"]).stdout
    assert not (out / "work").exists()
    assert (out / "report.html").exists()
    assert (out / "run.json").exists()


def test_nothing_found_is_exit_0_and_says_where_the_result_is(tmp_path: Path) -> None:
    log = night_call(tmp_path, hours_agreed=True)
    ran = CliRunner().invoke(command, [str(log), "-o", str(tmp_path / "out"), "--only", "cn.time.quiet-hours"])
    assert ran.exit_code == 0
    assert "违反 0 项" in ran.stdout
    assert str(tmp_path / "out") in ran.stdout


def test_a_suggested_mapping_can_be_used_as_it_is(tmp_path: Path) -> None:
    log, _ = chinese_log(tmp_path)
    ran = CliRunner().invoke(command, [str(log), "--suggest-mapping"])
    assert ran.exit_code == 0
    for line in (
        'occurred_at: "呼叫时间"',
        'recipient_id: "被叫"',
        'duration_s: "通话时长"',
        "direction: {constant: outbound}",
    ):
        assert line in ran.stdout
    assert '"电报": null   # 不认识' in ran.stdout
    mapping = tmp_path / "suggested.yaml"
    mapping.write_text(ran.stdout, encoding="utf-8")
    used = CliRunner().invoke(command, [str(log), "-o", str(tmp_path / "out"), "--mapping", str(mapping), "--json"])
    assert used.exit_code == 0, used.output  # whose lender it is still has to be written in
    assert json.loads(used.stdout)["kept"] == 4


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["log.parquet"],
        ["nowhere.csv", "-o", "out"],
        ["log.parquet", "-o", "out", "--since", "昨天"],
        ["log.parquet", "-o", "out", "--tz", "Mars"],
        ["log.parquet", "-o", "out", "--memory", "plenty"],
        ["log.parquet", "-o", "out", "--only", "no.such.rule"],
        ["log.parquet", "-o", "log.parquet"],
        ["log.parquet", "-o", "out", "--registers", "nowhere"],
        ["--table", "db.contacts", "-o", "out"],
        ["log.parquet", "-o", "out", "--unmasked", "--mask-key", "log.parquet"],
    ],
)
def test_wrong_use_says_what_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    night_call(tmp_path)
    ran = CliRunner().invoke(command, arguments)
    assert 2 in (ran.exit_code, getattr(ran.exception, "exit_code", 0)), ran.exception


def test_a_log_of_which_no_row_can_be_used_is_not_taken_for_a_lawful_one(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("contact_id,occurred_at,channel\n", encoding="utf-8")
    ran = CliRunner().invoke(command, [str(tmp_path / "log.csv"), "-o", str(tmp_path / "out")])
    assert isinstance(ran.exception, BadInput)
    assert "什么也没有审到" in str(ran.exception)


def test_a_time_of_which_the_log_holds_nothing_is_not_taken_for_a_lawful_one(tmp_path: Path) -> None:
    log = night_call(tmp_path)
    ran = CliRunner().invoke(command, [str(log), "-o", str(tmp_path / "out"), "--since", "2027-01-01"])
    assert isinstance(ran.exception, BadInput)
    assert "这段时间里，日志没有一次联系" in str(ran.exception)


def test_a_rule_about_the_loan_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AuditError, match="联系日志里判不了"):
        audited(night_call(tmp_path), tmp_path / "out", only=("cn.complaint.unanswered",))


def test_the_run_names_the_rules_it_could_not_judge(tmp_path: Path) -> None:
    only = ("cn.time.quiet-hours", "cn.complaint.unanswered")
    audited(night_call(tmp_path), tmp_path / "out", only=only)
    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["rulebook"]
    assert [[rule["id"] for rule in told[key]] for key in ("rules", "not_judged")] == [[only[0]], [only[1]]]
