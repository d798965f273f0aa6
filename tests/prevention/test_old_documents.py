"""Contracts as old programs save them: Word 97–2003 and Rich Text."""

from __future__ import annotations

from pathlib import Path

import pytest

from cuijie.errors import BadInput
from cuijie.prevention.pages import pages_of
from tests.intake.office_samples import compound, word_file

_CLAUSE = "乙方逾期的，甲方有权联系乙方通讯录中的任何人。"


def test_a_word_document_and_rich_text_give_their_words(tmp_path: Path) -> None:
    word, rich = tmp_path / "合同.doc", tmp_path / "合同.rtf"
    word.write_bytes(word_file((f"借款合同\r{_CLAUSE}\r", False)))
    letters = "".join(f"\\u{ord(letter) if ord(letter) < 0x8000 else ord(letter) - 0x10000}?" for letter in _CLAUSE)
    rich.write_bytes(f"{{\\rtf1\\ansi\\ansicpg936 {letters}\\par}}".encode())
    assert [page.text for page in pages_of(word)] == [f"借款合同\n{_CLAUSE}\n"]
    assert [page.text for page in pages_of(rich)] == [_CLAUSE]


@pytest.mark.parametrize(
    ("data", "words"),
    [(word_file(("x", False), flags=0x0300), "有密码"), (word_file((_CLAUSE, False))[:2500], "旧版 Word")],
)
def test_a_locked_or_cut_off_word_document_says_what_to_do(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "合同.doc"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=words):
        pages_of(path)


def test_another_old_office_file_is_not_taken_for_a_word_document(tmp_path: Path) -> None:
    path = tmp_path / "表.xls"
    path.write_bytes(compound({"Workbook": bytes(600)}))
    with pytest.raises(BadInput, match=r"表\.xls") as raised:
        pages_of(path)
    assert "6.0/95" not in str(raised.value)
