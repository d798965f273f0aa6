"""``cuijie gate`` as people call it."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cuijie.cli.gate.serve import serve
from cuijie.errors import CouldNotFinish
from cuijie.gate import Settings, ask_from_plain, open_gate
from cuijie.gate.opening import with_store
from tests.gate.asks import MovingClock, call, third_party
from tests.gate.on_a_day import TODAY, cuijie_command


def cuijie(*arguments: str | Path, given: str = "", lang: str = "zh") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        cuijie_command("--lang", lang, "gate", *map(str, arguments)),
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=240,
    )


def lines(*values: dict[str, Any]) -> str:
    return "\n".join(json.dumps(value, ensure_ascii=False) for value in values)


def test_one_lawful_ask_is_answered_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "ask.json"
    path.write_text(json.dumps(call()), encoding="utf-8")
    told = cuijie("check", path)
    assert (told.returncode, told.stderr) == (0, "")
    for words in ("可以联系", "联系时要做到", "全程录音", "放行编号", "最多 3 次"):
        assert words in told.stdout


def test_a_denial_says_why_under_which_article_and_from_when_on() -> None:
    told = cuijie("check", "-", given=lines(call(occurred_at="2026-11-23T23:00:00+08:00", hours_agreed=False)))
    assert told.returncode == 1
    for words in ("不可以联系", "夜间催收", "GB/T 45251-2025", "2026-11-24 08:00:00"):
        assert words in told.stdout


def test_an_open_question_is_asked() -> None:
    told = cuijie("check", "-", given=lines(call(number_masked=None)))
    assert told.returncode == 1
    assert "还不能判断" in told.stdout
    assert "number_masked" in told.stdout


def test_json_has_the_stable_keys() -> None:
    told = cuijie("check", "-", "--json", given=lines(call()))
    assert {"decision", "rules", "needs", "duties", "limits", "retry_at", "reservation"} <= json.loads(
        told.stdout
    ).keys()


def test_many_asks_are_counted_together_and_answered_line_by_line() -> None:
    told = cuijie("check", "-", "--json", given=lines(*(call() for _ in range(4))))
    assert [json.loads(line)["decision"] for line in told.stdout.splitlines()] == ["allow", "allow", "allow", "deny"]
    assert told.returncode == 1


@pytest.mark.parametrize("given", ["", "{", '{"channel": "phone"}', "[]", '{"x": 1}'])
def test_bad_input_is_said_in_one_sentence(given: str) -> None:
    told = cuijie("check", "-", given=given)
    assert told.returncode == 2
    assert told.stderr.strip()
    assert "Traceback" not in told.stderr
    assert told.stdout == ""


def test_a_folder_a_missing_file_and_another_encoding_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "gbk.json").write_bytes('{"text": "你好"}'.encode("gbk"))
    for name, says in ((".", "是文件夹"), ("nothing.json", "读不出"), ("gbk.json", "不是 UTF-8")):
        told = cuijie("check", tmp_path / name)
        assert told.returncode == 2
        assert says in told.stderr


@pytest.mark.slow
def test_from_the_first_ask_to_the_replay(tmp_path: Path) -> None:
    store = tmp_path / "g.db"
    refused = tmp_path / "stop.csv"
    refused.write_text(
        "column,value,since,recipient_id,lender_id\nrecipient_refused,true,2026-03-01,13800001003,acme\n",
        encoding="utf-8",
    )
    first = cuijie("check", "-", "--json", "--store", store, given=lines(call(contact_id="c1", idempotency_key="k1")))
    reservation = json.loads(first.stdout)["reservation"]
    settled = cuijie("settle", "-", "--store", store, given=lines({"reservation": reservation, "connected": True}))
    assert (settled.returncode, "已结算" in settled.stdout) == (0, True)
    again = cuijie("settle", "-", "--store", store, given=lines({"reservation": reservation, "connected": False}))
    assert again.returncode == 2
    added = cuijie("register", "add", refused, "--store", store)
    assert "登记了 1 条" in added.stdout
    denied = cuijie("check", "-", "--store", store, given=lines(third_party(contact_id="c2")))
    assert (denied.returncode, "以登记为准" in denied.stdout) == (1, True)
    shown = cuijie("register", "show", "--store", store, "--recipient-id", "138 0000 1003")
    assert "recipient_refused" in shown.stdout
    assert "recipient_refused = True  lender_id=acme  起：2026-03-01 00:00:00" in shown.stdout
    told = cuijie("replay", "c1", "--store", store)
    assert (told.returncode, "结果相同" in told.stdout, "结算" in told.stdout) == (0, True, True)
    head = cuijie("log", "head", "--store", store).stdout.strip()
    sound = cuijie("log", "verify", "--store", store, "--expect", head)
    assert (sound.returncode, "完好" in sound.stdout) == (0, True)
    wrong = cuijie("log", "verify", "--store", store, "--expect", f"1:{'0' * 64}")
    assert wrong.returncode == 1
    moved = cuijie("move", store, tmp_path / "new.db")
    assert moved.returncode == 0
    still = cuijie("check", "-", "--json", "--store", tmp_path / "new.db", given=lines(call()))
    assert [limit["used"] for limit in json.loads(still.stdout)["limits"]] == [1, 0, 1], (
        "one answered call, carried over"
    )
    assert cuijie("log", "purge", "--store", store).returncode == 0


def test_a_clock_long_after_the_last_answer_purges_only_if_a_person_says_it_is_right(tmp_path: Path) -> None:
    store = tmp_path / "gate.db"
    gate = open_gate(with_store(Settings(), store), clock=MovingClock(TODAY - timedelta(days=60)))
    gate.decide(ask_from_plain(call()))
    gate.store.close()
    refused = cuijie("log", "purge", "--store", store)
    assert (refused.returncode, "2026-09-24 10:00:00" in refused.stderr, "--yes" in refused.stderr) == (2, True, True)
    purged = cuijie("log", "purge", "--store", store, "--yes", "--json")
    assert (purged.returncode, json.loads(purged.stdout)["store_items_dropped"] > 0) == (0, True), purged.stderr


def test_only_a_package_that_is_not_installed_is_called_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cuijie.gate.http.serving", None)
    assert isinstance(CliRunner().invoke(serve, []).exception, ModuleNotFoundError), "ours: a fault of the program"
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    missing = CliRunner().invoke(serve, []).exception
    assert isinstance(missing, CouldNotFinish)
    assert "cuijie[gate]" in missing.remedy


def test_english_is_spoken_too() -> None:
    told = cuijie("check", "-", given=lines(call()), lang="en")
    assert "Allowed" in told.stdout
    assert not any("\u4e00" <= character <= "\u9fff" for character in told.stdout), told.stdout
