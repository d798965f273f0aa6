"""Strict YAML: what it takes, what it refuses, and that every refusal names file, line and key."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cuijie
from cuijie.datafiles import DataFileError, Lines, load_rows, load_table, load_yaml, parse_yaml


def test_values_are_those_of_yaml_1_2_so_no_stays_text() -> None:
    assert parse_yaml("a: no\nb: on\nc: true\nd: 012\ne: 2021-01-01\nf: 1.50\ng: ~\nh:\n", "t") == {
        "a": "no", "b": "on", "c": True, "d": "012", "e": "2021-01-01", "f": 1.5, "g": None, "h": None,
    }  # fmt: skip


def test_a_mapping_remembers_the_line_of_each_key() -> None:
    value = parse_yaml("a: 1\nb:\n  c: 2\n", "t")
    assert isinstance(value, Lines)
    assert value.lines == {"a": 1, "b": 2}
    assert str(value.wrong("b", "应为数字")) == "t 第 2 行，键“b”：应为数字"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "写了两次"),
        ("a: 1\nb: [1, 2\n", 3, "YAML 写法有误"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "不认识的类型标记"),
        ("true: 1\n", 1, "键必须是文字"),
        ("a: 1\n---\nb: 2\n", 2, "YAML 写法有误"),
        ("a: 1\nb: !!int abc\n", 2, "abc 不是 int"),
        ("a: !!bool x\n", 1, "x 不是 bool"),
        ("a: " + "9" * 5000, 1, "不是 int"),
        ("a: &a [*a]\n", 1, "引用了自己"),
        ("[" * 5000 + "]" * 5000, 1, "太深"),
    ],
)
def test_what_is_refused_names_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(DataFileError) as refused:
        parse_yaml(text, "r.yaml")
    assert refused.value.line == line
    assert said in str(refused.value)
    assert "r.yaml" in str(refused.value)


def test_a_file_that_is_missing_or_not_utf8_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("名: 值".encode("gbk"))
    for name in ("gbk.yaml", "missing.yaml"):
        with pytest.raises(DataFileError, match=name):
            load_yaml(tmp_path / name)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    with suppress(DataFileError):
        assert not isinstance(parse_yaml(text, "t"), bytes)


def test_texts_are_read_from_a_mapping_and_anything_else_is_refused_with_its_line() -> None:
    value = parse_yaml("a: 甲\nb: [乙, 丙]\nc: 1\nd: [1]\ne: ''\n", "t")
    assert isinstance(value, Lines)
    assert (value.text("a"), value.text("x", "无"), value.texts("b"), value.texts("x")) == (
        "甲",
        "无",
        ("乙", "丙"),
        (),
    )
    for key, line in (("c", 3), ("e", 5)):
        with pytest.raises(DataFileError, match=f"第 {line} 行.*应为文字"):
            value.text(key)
    for key, line in (("a", 1), ("d", 4)):
        with pytest.raises(DataFileError, match=f"第 {line} 行.*应为文字的列表"):
            value.texts(key)


def test_a_whole_file_its_tables_and_days_are_read_or_refused_with_what_they_should_be(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: {b: 1}\nc: [{d: 1}, {d: 2}]\ne: 2026-03-05\nf: [{d: 1}, 2]\n", encoding="utf-8")
    value = load_table(path)
    assert value.table("a") == {"b": 1}
    assert [row["d"] for row in value.tables("c")] == [1, 2]
    assert value.day("e") == date(2026, 3, 5)
    for read, key, line in ((value.table, "c", 2), (value.tables, "a", 1), (value.day, "a", 1)):
        with pytest.raises(DataFileError, match=f"第 {line} 行，键“{key}”：应"):
            read(key)
    with pytest.raises(DataFileError, match="第 4 行，键“f”：第 2 项不对：应"):
        value.tables("f")
    path.write_text("[{a: 1}, {a: 2}]", encoding="utf-8")
    assert [row["a"] for row in load_rows(path)] == [1, 2]
    path.write_text("[{a: 1}, 1]", encoding="utf-8")
    with pytest.raises(DataFileError, match="第 2 项不对"):
        load_rows(path)
    with pytest.raises(DataFileError, match="应是一张表"):
        load_table(path, "应是一张表")


def test_no_sentence_in_two_languages_is_cut_off_by_a_comma_that_stands_unquoted() -> None:
    """In a flow mapping ``{zh: 甲, en: a, b}`` the ``b`` becomes a key without a value."""
    found: list[tuple[str, int]] = []

    def look(value: object) -> None:
        if isinstance(value, Lines):
            at = value.lines.get("en")
            if at is not None:
                found.extend((value.source, at) for key in value if value[key] is None and value.lines[key] == at)
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            look(inner)

    for path in sorted(Path(cuijie.__file__).parent.rglob("*.yaml")):
        look(load_yaml(path))
    assert found == []
