"""Rows that cannot be judged are isolated, counted and listed; counts in = kept + set aside."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cuijie.audit import AuditError
from cuijie.audit.logs import headers as headers_room
from cuijie.audit.logs import mapping as mapping_room
from cuijie.datafiles import DataFileError
from tests.audit.small_logs import audited, read

HEADER = "流水号,客户号,渠道,呼叫时间,结束时间,是否接通,通话时长,被叫,关系,委托方,内容\n"
MAPPING = """\
zone: Asia/Shanghai
columns:
  contact_id: 流水号
  debtor_id: 客户号
  channel: {from: 渠道, values: {电话: call, 短信: sms}}
  occurred_at: 呼叫时间
  ended_at: 结束时间
  connected: {from: 是否接通, values: {是: true, 否: false}}
  duration_s: 通话时长
  recipient_id: 被叫
  recipient_relation: 关系
  recipient_role: {from: 关系, values: {本人: debtor, 同事: other}}
  lender_id: 委托方
  lender_type: {constant: consumer_finance}
  product: {constant: online_consumer}
  direction: {constant: outbound}
  text: 内容
"""
ROWS = [
    "c1,d1,电话,2026-03-01 22:30:00,2026-03-01 22:31:00,是,60,13800001002,本人,b1,",
    "c2,d1,电话,2026/3/1 9:05,,否,0,13800001002,本人,b1,",
    "c2,d1,电话,2026/3/1 9:05,,否,0,13800001002,本人,b1,",
    "c2,d1,电话,2026/3/1 9:06,,否,0,13800001002,本人,b1,",
    "c3,d1,电话,2026-03-01 10:00:00,2026-03-01 09:00:00,是,60,13800001002,本人,b1,",
    "c4,d1,电话,昨天下午,,是,60,13800001002,本人,b1,",
    "c5,d1,电话,2026-03-01 10:00:00,,是,-3,13800001002,本人,b1,",
    "c6,d1,电话,2036-03-01 10:00:00,,是,60,13800001002,本人,b1,",
    "c7,d1,电话,1970-01-01 10:00:00,,是,60,13800001002,本人,b1,",
    ",d1,电话,2026-03-01 10:00:00,,是,60,13800001002,本人,b1,",
    "c8,d1,电报,2026-03-01 11:00:00,,未知,NULL,17000001188,同事,b1,",
    "c9,d1,短信,2026-03-02,,,,17000001188,同事,b1,你再不还钱我就告诉你全家你是老赖",
    "c10,d1,电话,2026-03-01 12:00:00,,是,abc,13800001002,本人,b1,",
    "c11,d1,电话,2026-03-01 12:00:00,,是,60,13800001002,本人,b1,,多,出,几列",
]


def chinese_log(folder: Path, encoding: str = "utf-8") -> tuple[Path, Path]:
    log, mapping = folder / "通话.csv", folder / "mapping.yaml"
    log.write_bytes((HEADER + "\n".join(ROWS) + "\n").encode(encoding))
    mapping.write_text(MAPPING, encoding="utf-8")
    return log, mapping


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_every_row_of_a_chinese_log_is_kept_or_set_aside_with_its_reason(tmp_path: Path, encoding: str) -> None:
    log, mapping = chinese_log(tmp_path, encoding)
    result = audited(log, tmp_path / "out", mapping=mapping)
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    assert quality["read"] == result.read == len(ROWS)
    assert quality["read"] == quality["kept"] + quality["set_aside"]
    assert quality["reasons"] == {
        "bad_number": 1,
        "bad_time": 1,
        "broken_row": 1,
        "duplicate_id": 1,
        "end_before_start": 1,
        "future_time": 1,
        "impossible_time": 1,
        "missing_id": 1,
        "negative_duration": 1,
        "repeated_row": 1,
    }
    aside = read(tmp_path / "out", "set_aside")
    assert len(aside) == quality["set_aside"]
    assert {row["reason"]: row["column"] for row in aside}["bad_time"] == "occurred_at"


def test_odd_codes_are_unknown_and_counted(tmp_path: Path) -> None:
    log, mapping = chinese_log(tmp_path)
    audited(log, tmp_path / "out", mapping=mapping)
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    by_name = {column["column"]: column for column in quality["columns"]}
    assert by_name["channel"]["unknown_values"] == {"电报": 1}
    assert by_name["connected"]["unknown_values"] == {}  # 未知 is how this log writes an unknown
    assert quality["notes"]["no_time_of_day"] == 1


def test_a_call_at_night_and_a_message_are_found(tmp_path: Path) -> None:
    log, mapping = chinese_log(tmp_path)
    audited(log, tmp_path / "out", mapping=mapping, registers=None)
    found = {(row["rule"], row["contact_id"]) for row in read(tmp_path / "out", "findings")}
    assert ("cn.third-party.debt-disclosed", "c9") in found
    assert not any(rule == "cn.time.quiet-hours" for rule, _ in found)  # hours may have been agreed
    questions = {row["id"]: row for row in read(tmp_path / "out", "questions")}
    assert "cn.time.quiet-hours" in questions["hours_agreed@b1"]["decides"]
    assert not any("对方" in row["asks"] or "你" in row["asks"] for row in questions.values()), "a lender is asked"


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("columns:\n  contact_id: 没有这一列\n  occurred_at: 呼叫时间\n", 2, "没有这一列"),
        ("columns:\n  occurred_at: 呼叫时间\n  channel: {from: 渠道, values: {电话: telephone}}\n", 3, "telephone"),
        ("columns:\n  occurred_at: 呼叫时间\n  colour: 渠道\n", 3, "colour"),
        ("zone: Mars/Base\ncolumns: {occurred_at: 呼叫时间}\n", 1, "Mars/Base"),
        ("columns:\n  contact_id: 流水号\n", 2, "occurred_at"),
        ("columns: [1, 2]\n", 1, "columns"),
        ("columns:\n  occurred_at: {from: {呼叫: 时间}}\n", 2, "from"),
        ("columns:\n  occurred_at: {from: 呼叫时间, formats: [excel-1940]}\n", 2, "excel-1940"),
        ("columns:\n  occurred_at: {from: 呼叫时间, joined_by: [[a]]}\n", 2, "joined_by"),
        ("unknown: {空: 无}\ncolumns: {occurred_at: 呼叫时间}\n", 1, "unknown"),
        ("speakers: {甲: collector, 乙: 客户}\ncolumns: {occurred_at: 呼叫时间}\n", 1, "乙"),
        ("time_formats: ['%Y-%Q']\ncolumns: {occurred_at: 呼叫时间}\n", 1, "%Y-%Q"),
    ],
)
def test_a_wrong_mapping_names_file_line_and_word(tmp_path: Path, text: str, line: int, word: str) -> None:
    log, mapping = chinese_log(tmp_path)
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=word) as raised:
        audited(log, tmp_path / "out", mapping=mapping)
    assert "mapping.yaml" in raised.value.message
    assert f"第 {line} 行" in raised.value.message


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x01\x02\x80\x81", b"PAR1 and then nothing of the kind"])
def test_a_log_that_cannot_be_read_says_which(tmp_path: Path, content: bytes) -> None:
    log = tmp_path / "log.parquet"
    log.write_bytes(content)
    with pytest.raises(AuditError, match=r"log\.parquet"):
        audited(log, tmp_path / "out")


def test_a_log_with_other_names_says_how_to_map_them(tmp_path: Path) -> None:
    log, _ = chinese_log(tmp_path)
    with pytest.raises(AuditError, match="occurred_at") as raised:
        audited(log, tmp_path / "out")
    assert "--suggest-mapping" in raised.value.remedy


def test_lines_that_are_no_json_are_set_aside(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    rows = [
        '{"contact_id": "c1", "occurred_at": "2026-03-01T22:30:00+08:00", "channel": "call", "connected": true}',
        '{"contact_id": "c2", "occurred_at": "2026-03-01T14:30:00Z", "duration_s": 3',
        "",
        '{"contact_id": "c3", "occurred_at": "2026-03-01T14:30:00Z", "lender_id": "b1", "text": "您好"}',
    ]
    log.write_text("\n".join(rows), encoding="utf-8")
    result = audited(log, tmp_path / "out")
    assert (result.read, result.kept, result.set_aside) == (3, 2, 1)
    assert read(tmp_path / "out", "set_aside")[0]["reason"] == "broken_row"


def test_rows_without_ids_are_counted_once(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    row = "2026-03-01 09:00:00,call,13800001002,b1\n"
    log.write_text("occurred_at,channel,recipient_id,lender_id\n" + row + row, encoding="utf-8")
    result = audited(log, tmp_path / "out")
    assert (result.read, result.kept) == (2, 1)
    assert read(tmp_path / "out", "set_aside")[0]["reason"] == "repeated_row"


def test_a_number_of_forty_digits_is_set_aside_and_stops_nothing(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    rows = [f"c{n},2026-03-01 10:00:00,{count}" for n, count in enumerate(["1", "9" * 40, "1e400", "999999999999:00"])]
    log.write_text("contact_id,occurred_at,count\n" + "\n".join(rows) + "\n", encoding="utf-8")
    result = audited(log, tmp_path / "out")
    assert (result.kept, result.set_aside) == (1, 3)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("contact_id,内容\n".encode("gb18030") + "1,您好，请按时还款\n".encode(), "第 2 行"),
        (b"contact_id,occurred_at,occurred_at\n1,2026-03-01,2026-03-02\n", "两列都叫“occurred_at”"),
    ],
    ids=["two encodings", "twin columns"],
)
def test_a_file_that_means_two_things_is_refused_with_the_place(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "log.csv").write_bytes(content)
    with pytest.raises(AuditError, match=said):
        audited(tmp_path / "log.csv", tmp_path / "out")


def test_columns_nobody_knows_anything_of_are_joined_by_nothing(tmp_path: Path) -> None:
    """A log whose keys are all unknown; DuckDB 2.0 cannot plan such joins if it knows that."""
    log = tmp_path / "log.csv"
    log.write_text(
        "contact_id,occurred_at,debtor_id,lender_id,channel\nc1,2026-03-01 10:00:00,,,call\nc2,2026-03-01 11:00:00,,,call\n",
        encoding="utf-8",
    )
    assert audited(log, tmp_path / "out").kept == 2


def test_a_count_that_is_not_whole_is_set_aside_and_never_rounded(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    rows = [("c1", "3.7"), ("c2", "3.0"), ("c3", ""), ("c4", "inf"), ("c5", "1:30"), ("c6", "2")]
    said = "".join(f"{name},d1,2026-03-01 10:00:0{n},{count}\n" for n, (name, count) in enumerate(rows))
    log.write_text(f"contact_id,debtor_id,occurred_at,count\n{said}", encoding="utf-8")
    audited(log, tmp_path / "out")
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    assert (quality["kept"], quality["reasons"]) == (3, {"bad_number": 3})
    assert {row["contact_id"] for row in read(tmp_path / "out", "set_aside")} == {"c1", "c4", "c5"}


def test_an_instant_without_end_is_no_time_and_the_report_says_so(tmp_path: Path) -> None:
    endless = pa.array([2**63 - 1, -(2**63) + 1, 1_772_330_400_000_000, None], pa.int64()).cast(
        pa.timestamp("us", tz="UTC")
    )
    pq.write_table(pa.table({"contact_id": ["c1", "c2", "c3", "c4"], "occurred_at": endless}), tmp_path / "log.parquet")
    audited(tmp_path / "log.parquet", tmp_path / "out")
    quality = json.loads((tmp_path / "out" / "quality.json").read_text(encoding="utf-8"))
    told = next(column for column in quality["columns"] if column["column"] == "occurred_at")
    assert (quality["kept"], told["known"], told["unknown_values"]) == (4, 1, {"infinity": 2})
    assert quality["days"]["undated"] == 3


def test_rows_that_the_mapping_leaves_out_are_set_aside_with_the_column_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text(
        "leave_out: {state: [REJECTED, ''], deleted: true}\n"
        "columns: {contact_id: id, occurred_at: at, channel: {constant: sms}}\n",
        encoding="utf-8",
    )
    rows = [("c1", "DELIVERED", False), ("c2", "rejected", False), ("c3", "DELIVERED", True), ("c4", None, False)]
    log = tmp_path / "log.jsonl"
    log.write_text(
        "\n".join(
            json.dumps({"id": name, "at": "2026-03-05 09:00:00", "state": state, "deleted": gone})
            for name, state, gone in rows
        ),
        encoding="utf-8",
    )
    result = audited(log, tmp_path / "out", mapping=tmp_path / "mapping.yaml", only=("cn.time.quiet-hours",))
    assert (result.read, result.kept) == (4, 1)
    aside = {(row["contact_id"], row["reason"], row["column"]) for row in read(tmp_path / "out", "set_aside")}
    assert aside == {("c2", "left_out", "state"), ("c3", "left_out", "deleted"), ("c4", "left_out", "state")}


@pytest.mark.parametrize(
    ("said", "word"),
    [("{stat: [x]}", "stat"), ("{state: []}", "state"), ("[state]", "映射"), ("{state: {a: b}}", "state")],
)
def test_what_is_left_out_must_be_a_column_of_the_log_with_words(tmp_path: Path, said: str, word: str) -> None:
    log = tmp_path / "log.csv"
    log.write_text("at,state\n2026-03-05 09:00:00,x\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(f"leave_out: {said}\ncolumns: {{occurred_at: at}}\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=word):
        audited(log, tmp_path / "out", mapping=tmp_path / "mapping.yaml")


@pytest.mark.parametrize(
    ("file", "damaged"),
    [
        *(("words", said) for said in ("", "[]", "headers: {}\nvalues: [bool]\n", "headers: {channel: {a: b}}\nvalues: {}\n")),
        *(("header_shapes", said) for said in ("", "parts: []\nshapes: {}\n", "parts: {}\nshapes: {}\ninverted: []\ndate: [x]\n")),
    ],
)  # fmt: skip
def test_words_and_shapes_of_ours_that_are_damaged_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, damaged: str
) -> None:
    (tmp_path / f"{file}.yaml").write_text(damaged, encoding="utf-8")
    room, read = {"words": (mapping_room, mapping_room.words), "header_shapes": (headers_room, headers_room._shapes)}[
        file
    ]
    monkeypatch.setattr(room, "__file__", str(tmp_path / "room.py"))
    with pytest.raises(DataFileError, match=rf"{file}\.yaml"):
        read.__wrapped__()
