"""Reading what is to be checked: formats, encodings, and files that cannot be read; and the command itself."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from cuijie.cli.law.check import check
from cuijie.errors import CuijieError
from cuijie.law.citations import check_text
from cuijie.law.citations.finding.documents import DocumentUnreadable, read_document, text_of

WORDS = "根据《个人信息保护法》第四十七条，请删除我的信息。本函于2026年3月1日发出。"
WRONG = "根据《侵权责任法》第六条，请赔偿我的损失。"


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    """The command as the program runs it: errors of ours end it with their own exit code."""
    return CliRunner().invoke(check, list(arguments), input=stdin, standalone_mode=False)


def exit_code(result: Result) -> int:
    if isinstance(result.exception, CuijieError):
        return result.exception.exit_code
    return int(result.return_value or result.exit_code or getattr(result.exception, "exit_code", 0) or 0)


def written_docx(path: Path) -> Path:
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in ("根据《个人信息", "保护法》第四十", "七条，请删除我的信息。"):
        paragraph.add_run(piece)
    document.add_table(rows=1, cols=1).cell(0, 0).text = WRONG
    document.save(str(path))
    return path


def written_pdf(path: Path, words: str) -> Path:
    import typst

    source = path.with_suffix(".typ")
    source.write_text(f'#set text(lang: "zh")\n{words}', encoding="utf-8")
    path.write_bytes(typst.compile(str(source)))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_is_read_in_the_encodings_people_have(encoding: str) -> None:
    assert text_of(WORDS.encode(encoding), "信.txt") == WORDS


def test_big5_is_told_from_gb() -> None:
    words = "根據民法典第一千零三十二條，自然人享有隱私權，任何人不得侵害，這是法律的規定，我們要求你們在三日內回覆。"
    assert text_of(words.encode("big5"), "信.txt") == words


def test_line_ends_of_other_systems_become_one() -> None:
    assert text_of("甲方第一行\r\n乙方第二行\r第三行".encode(), "信.txt") == "甲方第一行\n乙方第二行\n第三行"


def test_utf8_cut_in_the_middle_of_a_character_is_still_read() -> None:
    assert text_of(WORDS.encode()[:-1], "信.txt") == WORDS[:-1]


def test_a_web_page_gives_its_words_and_not_its_scripts() -> None:
    page = (
        "<!DOCTYPE html><html><head><meta charset='gbk'><title>标题</title><style>p{}</style></head><body>"
        f"<script>var a = '《合同法》第一条';</script><p>{WORDS[:9]}<b>{WORDS[9:]}</b></p><ul><li>一</li><li>二</li></ul>"
        "<!-- 《合同法》第二条 --></body></html>"
    )
    text = text_of(page.encode("gbk"), "页面")
    assert WORDS in text
    assert "合同法" not in text
    assert "一\n" in text


ROWS = (("事由", "依据"), ("泄露通知", "个人信息保护法第五十四条"), ("私人生活安宁", "《民法典》第一千零三十二条"))


def table_as_html() -> bytes:
    rows = "".join(f"<tr>\n<td><p>{a}</p></td>\n<td>{b}</td></tr>" for a, b in ROWS)
    return f"<html><body><table><tbody>{rows}</tbody></table><p>完</p></body></html>".encode()


def table_as_docx() -> bytes:
    document, data = docx.Document(), io.BytesIO()
    table = document.add_table(rows=len(ROWS), cols=2)
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    document.add_paragraph("完")
    document.save(data)
    return data.getvalue()


@pytest.mark.parametrize(("name", "data"), [("表.html", table_as_html()), ("表.docx", table_as_docx())])
def test_the_cells_of_a_row_stay_together_so_that_a_label_is_held_against_its_citation(name: str, data: bytes) -> None:
    text = text_of(data, name)
    assert "| 泄露通知 | 个人信息保护法第五十四条 |" in text
    assert text.rstrip().endswith("完")
    assert [c.verdict for c in check_text(text, date(2026, 11, 22))] == ["does_not_say", "ok"]


def test_a_table_that_only_lays_out_a_page_is_read_cell_by_cell() -> None:
    column = "根据《个人信息保护法》第四十七条，请删除我的信息。" * 20
    text = text_of(f"<table><tr><td>目录</td><td><p>{column}</p><p>{WRONG}</p></td></tr></table>".encode(), "页.html")
    assert "|" not in text
    assert text.endswith(WRONG)


def test_word_files_are_read_across_runs_and_in_tables(tmp_path: Path) -> None:
    text = read_document(written_docx(tmp_path / "函.docx"))
    assert "根据《个人信息保护法》第四十七条" in text
    assert WRONG in text


def test_pdf_files_are_read(tmp_path: Path) -> None:
    path = written_pdf(tmp_path / "函.pdf", "See GB/T 45251-2025 and PIPL.")
    assert "GB/T 45251-2025" in read_document(path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "是空的"),
        (b"   \n\t", "是空的"),
        (b"\xef\xbb\xbf", "是空的"),
        (b"%PDF-1.4 broken", "PDF"),
        (b"PK\x03\x04broken", "DOCX"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old word", ".docx"),
        (b"{\\rtf1 words}", "RTF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x02", "不是文本"),
        (b"<html><body><script>x</script></body></html>", "没有文字"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(DocumentUnreadable, match=says) as refused:
        text_of(data, "材料")
    assert "材料" in refused.value.message
    assert refused.value.remedy


def test_a_zip_that_is_no_word_file_and_one_that_unpacks_too_large_are_refused(tmp_path: Path) -> None:
    for name, size in (("readme.txt", 10), ("word/document.xml", 70 * 1024 * 1024)):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, b" " * size)
        with pytest.raises(DocumentUnreadable):
            text_of(stream.getvalue(), "材料.docx")


def test_entities_in_a_word_file_are_not_followed() -> None:
    body = (
        '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>甲&x;乙</w:t></w:r></w:p></w:body></w:document>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", body)
    assert text_of(stream.getvalue(), "材料.docx") in {"甲乙", "甲"}


def test_a_file_that_is_not_there_and_a_folder_are_named(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "没有.txt", "找不到"), (tmp_path, "文件夹")):
        with pytest.raises(DocumentUnreadable, match=says):
            read_document(path)


def test_the_command_ends_with_0_where_all_is_right_and_1_where_something_is_wrong(tmp_path: Path) -> None:
    right, wrong = tmp_path / "对.txt", tmp_path / "错.txt"
    right.write_text(WORDS + "《保险法》第十六条。", encoding="utf-8")
    wrong.write_text(WRONG, encoding="utf-8")
    assert exit_code(run(str(right))) == 0
    result = run(str(wrong))
    assert exit_code(result) == 1
    assert "已废止" in result.output


def test_json_of_one_file_and_of_several(tmp_path: Path) -> None:
    paths = [tmp_path / "甲.txt", tmp_path / "乙.txt"]
    for path in paths:
        path.write_text(WRONG, encoding="utf-8")
    one = json.loads(run("--json", str(paths[0])).output)
    assert [c["verdict"] for c in one["citations"]] == ["repealed"]
    several = json.loads(run("--json", *map(str, paths)).output)
    assert [entry["path"] for entry in several["files"]] == [str(path) for path in paths]


def test_standard_input_a_day_and_the_text_as_read(tmp_path: Path) -> None:
    assert exit_code(run("-", "--on", "2020-06-01", stdin=WRONG.encode())) == 0
    assert exit_code(run("-", "--on", "2026-06-01", stdin=WRONG.encode("gb18030"))) == 1
    assert run("--text", str(written_docx(tmp_path / "函.docx"))).output.startswith("根据《个人信息保护法》")


def test_one_unreadable_file_among_several_is_reported_and_the_others_are_checked(tmp_path: Path) -> None:
    good = tmp_path / "对.txt"
    good.write_text(WORDS, encoding="utf-8")
    result = run(str(tmp_path / "没有.txt"), str(good))
    assert exit_code(result) == 2
    assert "引用 1 处" in result.output
    assert exit_code(run(str(tmp_path / "没有.txt"))) == 2


def test_every_wrong_citation_of_twenty_pages_is_found(tmp_path: Path) -> None:
    page = (
        WORDS
        + WRONG
        + "民法典第一千零三十二条规定自然人享有隐私权，第一千零三十三条列举了侵害方式。\n"
        + "叙述事实。" * 60
    ) * 3
    path = tmp_path / "长文.txt"
    path.write_text(page * 20, encoding="utf-8")
    result = run(str(path))
    assert exit_code(result) == 1
    assert f"有问题 {3 * 20} 处" in result.output


def test_under_english_the_report_and_its_notes_are_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuijie.cli.language.LANGUAGE", "en")
    output = run(
        "-", "--on", "2026-11-22", stdin="《民法典》第六百七十七条规定的借款利息不得预先在本金中扣除。".encode()
    ).output
    assert "1 citations, 0 right, 1 wrong, 0 not confirmed." in output
    assert "Article 677 is about" in output
