"""Papers as files: DOCX, PDF, Markdown and plain text, with their fonts, the same every time."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from cuijie.remedies.documents.blocks import blocks_runs, plain
from cuijie.remedies.documents.cover import cover
from cuijie.remedies.documents.md_writer import md_text
from cuijie.remedies.documents.writers import draft_bytes, write_draft
from cuijie.remedies.errors import FontMissing, GlyphMissing, NotWritten, RemedyError
from tests.remedies.papers import drafted
from tests.remedies.plans import loan_with
from tests.remedies.sample import sample


def test_the_cover_lists_blanks_and_is_left_out_when_asked() -> None:
    made = drafted("cease_letter_lender")
    assert "唯一指定的联系方式" in "".join(plain(one.runs) for one in cover(made) if hasattr(one, "runs"))
    assert "起草说明" in md_text(made)
    assert "起草说明" not in md_text(made, with_cover=False)


def test_docx_has_east_asian_fonts_on_every_run_and_no_foreign_traces() -> None:
    made = drafted("institution_complaint_letter")
    with zipfile.ZipFile(io.BytesIO(draft_bytes(made, ".docx"))) as package:
        document = package.read("word/document.xml").decode()
        core = package.read("docProps/core.xml").decode()
    runs = re.findall(r"<w:r>.*?</w:r>", document, re.DOTALL)
    assert runs
    assert all("w:eastAsia=" in run for run in runs)
    assert {"宋体", "仿宋", "黑体"} <= set(re.findall(r'w:eastAsia="([^"]+)"', document))
    assert 'w:firstLineChars="200"' in document
    assert "python-docx" not in core


def test_docx_elements_stand_in_the_order_word_wants() -> None:
    with zipfile.ZipFile(io.BytesIO(draft_bytes(drafted("institution_complaint_letter"), ".docx"))) as package:
        document = package.read("word/document.xml").decode()
    boxed = [one for one in re.findall(r"<w:pPr>.*?</w:pPr>", document, re.DOTALL) if "<w:pBdr>" in one]
    tables = re.findall(r"<w:tblPr>.*?</w:tblPr>", document, re.DOTALL)
    sections = re.findall(r"<w:sectPr.*?</w:sectPr>", document, re.DOTALL)
    assert boxed
    assert all(one.index("<w:pBdr>") < one.index("<w:spacing") for one in boxed)
    assert len(tables) == 2
    assert all(one.index("<w:tblBorders>") < one.index("<w:tblLayout") for one in tables)
    numbered = [one for one in sections if "<w:pgNumType" in one]
    assert len(numbered) == 1  # the paper begins at page 1 after its cover
    assert all(one.index("<w:pgMar") < one.index("<w:pgNumType") < one.index("<w:cols") for one in numbered)


def test_docx_is_the_same_every_time() -> None:
    made = drafted("cease_letter_lender")
    assert draft_bytes(made, ".docx") == draft_bytes(made, ".docx")


def test_docx_opens_again_with_all_its_words() -> None:
    import docx

    made = drafted("cease_letter_lender")
    document = docx.Document(io.BytesIO(draft_bytes(made, ".docx")))
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    assert "停止侵害告知函" in text
    assert len(document.tables) == 1
    assert document.tables[0].rows[0].cells[0].text == "序号"


def _pdf_text(data: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.fixture
def _needs_fonts() -> None:
    from cuijie.remedies.documents.fonts import find_fonts

    try:
        find_fonts()
    except FontMissing:
        pytest.skip("这台电脑上没有中文字体（set-up 会放好）")


@pytest.mark.usefixtures("_needs_fonts")
def test_pdf_holds_the_same_words_with_its_fonts_inside() -> None:
    made = drafted("institution_complaint_letter")
    data = draft_bytes(made, ".pdf")
    text = re.sub(r"\s", "", _pdf_text(data))
    assert "消费投诉书" in text
    assert "疑似以人身伤害相威胁" in text
    assert b"/FontFile" in data
    assert len(data) < 1_000_000  # fonts are subset: the whole font is ten times that
    assert data == draft_bytes(made, ".pdf")


@pytest.mark.usefixtures("_needs_fonts")
def test_a_message_of_typst_markup_is_printed_as_it_is() -> None:
    made = drafted("cease_letter_lender", sample(text="#panic() $x$ *a* <b> [c] \\u{41}"))
    assert "#panic()$x$*a*<b>[c]\\u{41}" in re.sub(r"\s", "", _pdf_text(draft_bytes(made, ".pdf")))


@pytest.mark.usefixtures("_needs_fonts")
def test_a_character_no_font_has_is_an_error_that_names_it() -> None:
    with pytest.raises(GlyphMissing, match=r"U\+10FFFD|U\+E123"):
        draft_bytes(drafted("cease_letter_lender", sender_name="张\ue123"), ".pdf")


@pytest.mark.usefixtures("_needs_fonts")
def test_a_pictograph_in_a_message_is_named_not_boxed() -> None:
    text = _pdf_text(draft_bytes(drafted("cease_letter_lender", sample(text="还钱😡")), ".pdf"))
    assert "表情符号U+1F621" in re.sub(r"\s", "", text)


def test_a_font_folder_that_is_not_there_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUIJIE_FONT_DIR", str(tmp_path / "没有"))
    with pytest.raises(FontMissing, match="CUIJIE_FONT_DIR"):
        draft_bytes(drafted("call_script"), ".pdf")


@pytest.mark.parametrize("name", ["信.rtf", "信"])
def test_an_unknown_suffix_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(RemedyError, match="不认识的文件格式"):
        write_draft(drafted("call_script"), tmp_path / name)


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.md").mkdir()
    with pytest.raises(RemedyError, match="是文件夹"):
        write_draft(drafted("call_script"), tmp_path / "x.md")
    with pytest.raises(RemedyError, match="不存在"):
        write_draft(drafted("call_script"), tmp_path / "没有" / "x.md")


def test_a_place_that_cannot_be_written_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    name = "长" * 300 + ".md"  # longer than any file system allows
    with pytest.raises(NotWritten, match="写不进"):
        write_draft(drafted("call_script"), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_plain_text_for_web_forms_holds_every_word_and_no_markup() -> None:
    made = drafted("nifa_report")
    text = draft_bytes(made, ".txt").decode()
    assert "被举报公司：星河消费金融有限公司（虚构）" in text
    assert "起草说明" not in text
    assert "|" not in text
    for run in blocks_runs(made.blocks):
        assert all(line in text for line in run.text.split("\n"))


def test_markdown_escapes_the_words_of_a_message() -> None:
    made = drafted("cease_letter_lender", sample(text="【星河消金】*a* | <b> # c"))
    assert r"\*a\* \| \<b\> \# c" in md_text(made)


def test_a_sum_at_the_start_of_a_text_keeps_its_figure_in_markdown() -> None:
    text = md_text(drafted("account_statement_request", loan_with(sample(), claimed_fen=1_800_000)))
    assert "18000\\.00元" in text
    assert "\\1" not in text


@pytest.mark.usefixtures("_needs_fonts")
def test_a_long_number_of_a_contract_goes_on_in_the_next_line_and_a_telephone_number_does_not() -> None:
    lines = "\n".join(f"{'同' * n}（XH-20260301-00012）1069000012345" for n in range(18, 40))
    words = _pdf_text(draft_bytes(drafted("cease_letter_lender", more_demands=lines), ".pdf", with_cover=False))
    assert re.search("20260301-\u200b?\r?\n00012", words)
    assert words.count("1069000012345") >= 22
