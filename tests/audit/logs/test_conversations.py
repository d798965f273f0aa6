"""Who spoke decides what a threat means, in whatever file a conversation stands."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cuijie.audit.logs.dialogues import Unheard, spoken
from cuijie.audit.report.page import write_html
from cuijie.audit.report.reading import open_audit
from cuijie.audit.report.sampling import draw
from cuijie.audit.report.words import NOTES
from tests.audit.small_logs import audited, read

THREAT = "再打电话我就打断你的腿，弄死你"
TALKS = {
    "debtor": [{"role": "bot", "text": "您好，这里是安信小贷"}, {"role": "user", "text": THREAT}],
    "collector": [{"role": "bot", "text": THREAT}, {"role": "user", "text": "知道了"}],
    "nobody": [{"role": "甲", "text": THREAT}, {"role": "乙", "text": "知道了"}],
    "silent": [{"role": "bot", "text": THREAT}, {"role": "user", "text": None}],
    "none": [],
}
FACTS = {"channel": "call", "direction": "outbound", "lender_type": "microloan", "text_kind": "transcript"}


def as_file(path: Path) -> Path:
    """One log in the form that *path* ends in; what is no CSV holds the conversations as lists."""
    rows = [{"contact_id": id_, "occurred_at": "2026-03-05T10:00:00", **FACTS, "text": t} for id_, t in TALKS.items()]
    told = [{**row, "text": json.dumps(row["text"], ensure_ascii=False)} for row in rows]
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            lines = csv.DictWriter(file, told[0])
            lines.writeheader()
            lines.writerows(told)
    return path


@pytest.mark.parametrize("form", ["parquet", "jsonl", "csv"])
def test_what_the_debtor_says_is_not_held_against_the_collector(tmp_path: Path, form: str) -> None:
    audited(as_file(tmp_path / f"log.{form}"), tmp_path / "out", only=("cn.threat.violence",), open_rows=True)
    assert [row["contact_id"] for row in read(tmp_path / "out", "findings")] == ["collector", "silent"]
    assert {row["contact_id"] for row in read(tmp_path / "out", "open")} - {"none"} == {"nobody"}
    with open_audit(tmp_path / "out") as made:  # a log that does not say who was called
        assert len(draw(made, 3, 1).rows) == 3


def test_a_conversation_is_one_template_whatever_file_holds_it(tmp_path: Path) -> None:
    found = []
    for form in ("parquet", "jsonl"):
        audited(as_file(tmp_path / f"log.{form}"), tmp_path / form, only=("cn.threat.violence",))
        found.append(read(tmp_path / form, "findings"))
    assert found[0] == found[1]
    assert found[0][0]["template"]


@pytest.mark.parametrize("text", ["[图片]", "[1, 2]", "[", "【安信小贷】您好", ""])
def test_a_text_that_begins_with_a_bracket_is_a_text(text: str) -> None:
    assert spoken(text, {}) == text


@pytest.mark.parametrize("form", ["parquet", "jsonl", "csv"])
def test_a_conversation_whose_speakers_nobody_knows_is_told_of_and_heard_once_the_mapping_names_them(
    tmp_path: Path, form: str
) -> None:
    log, only = as_file(tmp_path / f"log.{form}"), ("cn.threat.violence",)
    audited(log, tmp_path / "out", only=only)
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    assert quality["notes"] == {"unknown_speaker": 1}
    assert {c["column"]: c["unknown_values"] for c in quality["columns"]}["text"] == {"甲": 1, "乙": 1}
    page = write_html(tmp_path / "out").read_text(encoding="utf-8")
    assert NOTES["unknown_speaker"][0] in page
    assert "乙 (1)" in page

    columns = "".join(f"  {name}: {name}\n" for name in ("contact_id", "occurred_at", "text", *FACTS))
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(f"speakers: {{甲: collector, 乙: contacted}}\ncolumns:\n{columns}", encoding="utf-8")
    audited(log, tmp_path / "out", only=only, mapping=mapping)  # what was read without the names is read anew
    assert [row["contact_id"] for row in read(tmp_path / "out", "findings")] == ["collector", "nobody", "silent"]
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    assert quality["notes"] == {}


def test_a_masked_result_names_speakers_by_their_part_and_nobody_by_name(tmp_path: Path) -> None:
    talks = [("SPK_0", "欧阳小明"), ("催收员2", "张伟"), ("左声道", "Zhang Wei"), ("bot", "13800000000"), ("bot", "")]
    rows = [
        {"contact_id": str(n), "occurred_at": "2026-03-05T10:00:00", **FACTS, "text": [{"role": w, "text": "您好"} for w in who]}
        for n, who in enumerate(talks)
    ]  # fmt: skip
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    audited(log, tmp_path / "out", only=("cn.threat.violence",), unmasked=False, mask_key=tmp_path / "audit.key")
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    named = {c["column"]: c["unknown_values"] for c in quality["columns"]}["text"]
    assert set(named) == {
        "SPK_0", "催收员2", "左声道", "（可能是人名，不列出）", "（含长数字，不列出）", "（没有写是谁）"
    }  # fmt: skip
    assert named["（可能是人名，不列出）"] == 3


@pytest.mark.parametrize(
    ("turns", "speakers"),
    [
        ([{"role": "bot", "text": "您好"}, {"role": "PERSON_B", "text": "好"}], ("PERSON_B",)),
        ([{"role": "bot", "text": "您好"}, {"text": "好"}], ("",)),
        ([{"cue": "bot", "line": "您好"}], ("",)),
    ],
    ids=["one of two", "not said", "keys nobody knows"],
)
def test_speakers_that_are_not_known_are_named(turns: list[dict[str, str]], speakers: tuple[str, ...]) -> None:
    assert spoken(json.dumps(turns), {}) == Unheard(speakers)
