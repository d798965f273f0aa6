"""Importing texts whose lines were broken at the edge of a page, or whose articles stand in a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from cuijie.law import library
from cuijie.law.importing import import_texts
from cuijie.law.structure import structure
from cuijie.law.textpack import TextPack

LAW = "cn.interp-picking-quarrels.2013"
"""A law of known shape; the words below are ours, only the counts of paragraphs and items are its own."""
WIDTH = 24


def lines() -> Iterator[str]:
    """A text with the shape of LAW: its title, a chapterless preface, then every paragraph on a line of its own."""
    shape = structure(LAW)
    assert shape is not None
    yield library().instrument(LAW).title
    yield "（二〇一三年七月十五日通过）"
    for key, article in shape.articles.items():
        for place, items in enumerate(article.items):
            opening = f"第{key}条 " if place == 0 else ""
            yield f"{opening}这一段话写得很长，逗号之后还有话要说，一直写到纸边也没有写完，只好换行再写{'：' if items else '。'}"
            yield from (f"（{'一二三四五六七八九十'[n]}）这是其中的一项，也写到了下一行才写完；" for n in range(items))


def wrapped(line: str, first: str = "") -> str:
    line = first + line
    return "\n".join(line[at : at + WIDTH] for at in range(0, len(line), WIDTH))


def taken(path: Path) -> tuple[str, str | None, list[str]]:
    pack = TextPack()
    (result,) = import_texts([path], library(), pack)
    kept = pack.readable(LAW)
    articles = [] if kept is None else [paragraph.text for a in kept.law.articles for paragraph in a.paragraphs]
    return result.state, result.instrument, articles


@pytest.fixture
def whole(tmp_path: Path) -> list[str]:
    path = tmp_path / "原样.md"
    path.write_text("\n\n".join(lines()), encoding="utf-8")
    state, instrument, articles = taken(path)
    assert (state, instrument) == ("imported", LAW)
    return articles


def test_lines_broken_between_blank_lines_are_put_together(tmp_path: Path, whole: list[str]) -> None:
    path = tmp_path / "断行.md"
    title, *rest = lines()
    path.write_text("\n\n".join([title, *map(wrapped, rest)]), encoding="utf-8")
    assert taken(path) == ("unchanged", LAW, whole)


def test_an_indent_begins_a_paragraph_and_page_numbers_are_no_text(tmp_path: Path, whole: list[str]) -> None:
    title, *rest = lines()
    pages = [title, *(wrapped(line, "\u3000\u3000") for line in rest)]
    pages.insert(3, "— 1 —")
    path = tmp_path / "复制.txt"
    path.write_text("\n".join(pages), encoding="utf-8")
    assert taken(path) == ("unchanged", LAW, whole)


def test_without_either_a_paragraph_ends_with_a_full_stop(tmp_path: Path, whole: list[str]) -> None:
    title, *rest = lines()
    path = tmp_path / "没有空行.txt"
    path.write_text("\n".join([title, *map(wrapped, rest)]), encoding="utf-8")
    assert taken(path) == ("unchanged", LAW, whole)


def test_articles_in_the_rows_of_a_table_are_read(tmp_path: Path, whole: list[str]) -> None:
    document = docx.Document()
    title, adopted, *rest = lines()
    document.add_paragraph(title)
    document.add_paragraph(adopted)
    table = document.add_table(rows=0, cols=2)
    for line in rest:
        number, _, words = line.partition(" ") if line.startswith("第") else ("", "", line)
        if number:
            cells = table.add_row().cells
            cells[0].text = number
            cells[1].text = words
        else:
            table.rows[-1].cells[1].text += "\n" + words
    path = tmp_path / "表格.docx"
    document.save(str(path))
    assert taken(path) == ("unchanged", LAW, whole)
