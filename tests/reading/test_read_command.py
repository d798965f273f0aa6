"""`cuijie read` as a person or a script uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cuijie.cli.read import command
from cuijie.errors import BadInput

THREAT = "今晚不还，打断你的腿"


def run(*arguments: str, text: str | bytes = "") -> Result:
    return CliRunner().invoke(command, list(arguments), input=text)


def test_a_text_is_shown_with_its_passages_labels_and_rules() -> None:
    result = run("-", "--recipient", "debtor", text=THREAT)
    assert result.exit_code == 0
    assert "⟦打断你的腿⟧①" in result.output
    assert "cn.threat.violence" in result.output
    assert "以人身伤害相威胁" in result.output


def test_standard_input_is_read_when_no_file_is_named() -> None:
    assert "cn.threat.violence" in run(text=THREAT).output


def test_json_has_the_stable_keys_and_spans_of_the_original() -> None:
    value = json.loads(run("--json", "--recipient", "debtor", text="爆.通.讯.录\n").output)
    assert value["labels"][0]["label"] == "threat_contacts"
    assert value["labels"][0]["spans"] == [[0, 7]]
    assert value["labels"][0]["rule"] == "cn.threat.contacts"
    assert value["facts"]["debtor_speaks"] is None


def test_a_lawful_text_says_that_nothing_was_read_and_promises_nothing() -> None:
    result = run(text="您的账单已出，请按时还款。")
    assert result.exit_code == 0
    assert "不等于一切合法" in result.output


def test_lint_names_what_to_change_and_why_and_ends_with_one() -> None:
    result = run("--lint", text="逾期7天即构成诈骗，请转到我微信")
    assert result.exit_code == 1
    assert "构成诈骗" in result.output
    assert "为什么" in result.output
    assert "可以这样" in result.output


def test_lint_of_a_clean_text_ends_with_zero() -> None:
    result = run("--lint", text="您的账单已逾期3天，请登录APP还款，有困难请致电客服协商。")
    assert result.exit_code == 0
    assert "没有发现要改的表述" in result.output


def test_jsonl_gives_one_row_a_line_with_exactly_the_promised_keys(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"id": "a", "text": THREAT, "recipient": "debtor", "channel": "sms"}), encoding="utf-8")
    row = json.loads(run(str(path), "--jsonl").output)
    assert row == {"id": "a", "labels": [{"label": "threat_violence", "spans": [[5, 10]], "certainty": "likely"}]}


def test_a_line_separator_inside_a_text_does_not_break_the_row() -> None:
    line = json.dumps({"id": "a", "text": "您好\u2028您好\x85"}, ensure_ascii=False)
    assert json.loads(run("--jsonl", text=line).stdout) == {"id": "a", "labels": []}


def test_bad_lines_are_reported_with_their_numbers_and_the_rest_is_read() -> None:
    result = run("--jsonl", text='{"id": "1", "text": "您好"}\nnonsense\n')
    assert result.exit_code == 0
    assert "第 2 行" in result.stderr
    assert json.loads(result.stdout) == {"id": "1", "labels": []}


def test_nothing_readable_is_bad_input() -> None:
    assert isinstance(run("--jsonl", text="nonsense\n").exception, BadInput)
    assert isinstance(run(text="  \n").exception, BadInput)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_texts_saved_in_chinese_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(THREAT.encode(encoding))
    assert "cn.threat.violence" in run(str(path)).output


def test_a_picture_is_refused_with_a_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\xff\xff\xfe")
    error = run(str(path)).exception
    assert isinstance(error, BadInput)
    assert "cuijie add" in error.remedy


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert "找不到" in str(run(str(tmp_path / "none.txt")).exception)
    assert "文件夹" in str(run(str(tmp_path)).exception)


def test_an_unknown_recipient_is_wrong_use() -> None:
    assert run("--recipient", "boss", text="您好").exit_code == 2


def test_the_debtors_own_words_are_shown_as_such() -> None:
    assert "债务人或其亲友自己的话" in run(text="我已经录音，你们再打我就报警").output
