"""One lender, several systems: each log with its own mapping, counted together as the law counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from cuijie.audit import AuditError, AuditOptions
from cuijie.audit.logs.parts import one_mapping
from tests.audit.small_logs import audited, read

LENDER = "lender_id: {constant: b1}, lender_type: {constant: consumer_finance}, product: {constant: online_consumer}"
DIALLER = (
    "columns: {contact_id: 流水号, occurred_at: 时间, debtor_id: 客户, connected: {constant: true}, actor: {constant: agency},"
    f" channel: {{constant: call}}, recipient_role: {{constant: debtor}}, direction: {{constant: outbound}}, {LENDER}"
)


def write_part(folder: Path, mapping: str, name: str, lines: Sequence[str], encoding: str = "utf-8") -> None:
    folder.mkdir(parents=True)
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    (folder / name).write_text("\n".join(lines) + "\n", encoding=encoding)


def two_diallers(log: Path) -> None:
    """Two answered calls of each of two agencies to one debtor on one day, both counting their calls from 1."""
    first = ["流水号,时间,客户", *(f"{n},2026-03-03 {9 + n}:00:00,d1" for n in (1, 2))]
    second = [json.dumps({"id": str(n), "ts": f"20260303 {13 + n}0000", "cust": "d1", "turns": TURNS}) for n in (1, 2)]
    write_part(log / "恒信", DIALLER + ", agency_id: {constant: a1}}", "calls.csv", first, "gb18030")
    other = DIALLER.replace("流水号", "id").replace("时间", "ts").replace("客户", "cust")
    text = ", text: turns, text_kind: {constant: transcript}"
    write_part(log / "众达", other + ", agency_id: {constant: a2}" + text + "}", "robot.jsonl", second)


TURNS = [{"role": "bot", "text": "您好，请问是李先生吗"}, {"role": "user", "text": "再打来我打断你的腿"}]


def test_calls_of_several_systems_are_counted_together_and_no_id_is_taken_for_another(tmp_path: Path) -> None:
    two_diallers(tmp_path / "log")
    result = audited(tmp_path / "log", tmp_path / "out", only=("cn.frequency.connected-calls",))
    assert (result.read, result.kept) == (4, 4)
    (often,) = read(tmp_path / "out", "findings")
    assert often["contacts"] == ["恒信/1", "恒信/2", "众达/1", "众达/2"]
    assert (often["certainty"], often["holds_alone"], often["agency_id"]) == ("likely", False, None)
    told = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["mapping"]
    assert [Path(path).parent.name for path in told] == ["众达", "恒信"]
    columns = json.loads((tmp_path / "out" / "quality.json").read_text("utf-8"))["columns"]
    assert {tuple(one["from"]) for one in columns if one["column"] == "contact_id"} == {("id", "流水号")}


def test_what_the_debtor_says_in_a_conversation_is_not_the_collectors(tmp_path: Path) -> None:
    two_diallers(tmp_path / "log")
    audited(tmp_path / "log", tmp_path / "out", only=("cn.threat.violence",))
    assert read(tmp_path / "out", "findings") == []
    path = tmp_path / "log" / "众达" / "robot.jsonl"
    path.write_text(path.read_text("utf-8").replace('"user"', '"bot"'), encoding="utf-8")
    audited(tmp_path / "log", tmp_path / "again", only=("cn.threat.violence",))
    assert len(read(tmp_path / "again", "findings")) == 2
    path.write_text(path.read_text("utf-8").replace('"bot"', '"S1"'), encoding="utf-8")  # whoever that is
    audited(tmp_path / "log", tmp_path / "last", only=("cn.threat.violence",))
    assert read(tmp_path / "last", "findings") == []
    assert any(row["column"] == "says_threat_violence" for row in read(tmp_path / "last", "questions"))


def test_an_added_file_of_one_system_gives_what_a_full_run_gives(tmp_path: Path) -> None:
    two_diallers(tmp_path / "log")
    audited(tmp_path / "log", tmp_path / "first")
    more = "流水号,时间,客户\n9,2026-03-04 09:00:00,d1\n"
    (tmp_path / "log" / "恒信" / "more.csv").write_text(more, encoding="utf-8")
    after = audited(tmp_path / "log", tmp_path / "next", previous=tmp_path / "first")
    audited(tmp_path / "log", tmp_path / "full")
    assert (after.days_judged, after.days_reused) == (1, 1)
    for name in ("findings", "questions", "summary", "set_aside"):
        one, other = (tmp_path / out / f"{name}.parquet" for out in ("next", "full"))
        assert one.read_bytes() == other.read_bytes()


def test_an_engine_that_takes_one_mapping_takes_that_of_the_folder_and_refuses_several(tmp_path: Path) -> None:
    two_diallers(tmp_path / "log")
    options = AuditOptions(log=str(tmp_path / "log"), out=tmp_path / "out", engine="sc://nowhere")
    with pytest.raises(AuditError, match="几份"):
        one_mapping(options)
    own = replace(options, log=str(tmp_path / "log" / "恒信"))
    assert one_mapping(own).mapping == tmp_path / "log" / "恒信" / "mapping.yaml"


def test_files_of_different_columns_are_told_where_to_lie(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log" / "a.csv").write_text("occurred_at,channel\n2026-03-03,call\n", encoding="utf-8")
    (tmp_path / "log" / "b.csv").write_text("occurred_at,direction\n2026-03-03,outbound\n", encoding="utf-8")
    with pytest.raises(AuditError, match=r"b\.csv 里没有“channel”") as error:
        audited(tmp_path / "log", tmp_path / "out")
    assert "子文件夹" in error.value.remedy
