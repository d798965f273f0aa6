"""Who writes that they cannot go on is answered first, wherever the words stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

_Run = Callable[..., Result]


def test_words_of_despair_in_a_note_are_answered_first(run: _Run, case: Path) -> None:
    run("next", "done", case, "call_script", "--note", "撑不下去了，不想活了")
    told = run("next", case).output
    assert told.lstrip().startswith("● 先顾好自己")
    assert told.index("先顾好自己") < told.index("现在可以做")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_words_of_despair_in_a_statement_or_a_diary_are_heard(
    run: _Run, case: Path, tmp_path: Path, encoding: str
) -> None:
    diary = tmp_path / "日记.txt"
    diary.write_bytes("我真的撑不住了，不想活了。".encode(encoding))
    told = ("--statement",) if encoding == "utf-8" else ()
    assert run("add", str(case), *told, str(diary)).exit_code == 0
    assert "先顾好自己" in run("next", str(case)).output


def test_words_of_despair_in_a_diary_that_was_read_as_contacts_are_heard(run: _Run, case: Path, tmp_path: Path) -> None:
    diary = tmp_path / "流水.txt"
    diary.write_text("2026年1月3日 上午10点 打电话来骂我\n1月4日 又打来。我真的快撑不住了\n", encoding="utf-8")
    assert run("add", str(case), str(diary)).exit_code == 0
    assert "先顾好自己" in run("next", str(case)).output


def test_words_of_despair_are_answered_at_once_where_they_are_written(run: _Run, case: Path, tmp_path: Path) -> None:
    noted = run("next", "done", case, "call_script", "--note", "真的不想活了").output
    assert noted.startswith("先顾好自己")
    filled = run(
        "draft", case, "hardship_statement", "-o", tmp_path / "a.md", "--set", "events=失业，活不下去了"
    ).output
    assert filled.startswith("先顾好自己")
