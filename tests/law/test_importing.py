"""Importing official texts into the user's own text pack."""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from cuijie.law import library
from cuijie.law.errors import TextPackError
from cuijie.law.importing import Imported, import_texts, texts_in
from cuijie.law.locator import Locator
from cuijie.law.page import law_page
from cuijie.law.textpack import TextPack, data_folder

_RIVER = """\
id: xx.river-law.{year}
title: 渡船管理法
version: {year}年文本
short: 渡船法
issuer: 河湾县
number: null
level: 法律
tier: civil
adopted: "{year}-05-06"
in_force: "{year}-07-01"
repealed: {repealed}
successor: {successor}
confidence: verified
seen: [adopted]
provisions:
  - at: "2.1.2"
    label: 第二条第（二）项
    zh: 渡船要备救生圈。
    en: Ferries carry buoys.
    topics: [safety]
"""

_TEXT = """\
# 渡船管理法

{day} 河湾县人民会议通过

<!-- INFO END -->

## 第一章 总 则

第一条 为了渡河平安，制定本法。

第二条 渡船应当符合下列条件：

（一）船体牢固；

（二）备有救生圈。

第三条 本法自公布之日起施行。
"""


def _pack(preface: str, articles: str) -> str:
    return f'{{"instrument": "x", "source": "y", "title": "z", "preface": {preface}, "appendix": [], "articles": {articles}}}'


@pytest.fixture
def river(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "instruments"
    folder.mkdir(parents=True)
    old = _RIVER.format(year=2031, repealed='"2040-07-01"', successor="xx.river-law.2040")
    new = _RIVER.format(year=2040, repealed="null", successor="null")
    (folder / "xx.river-law.2031.yaml").write_text(old, encoding="utf-8")
    (folder / "xx.river-law.2040.yaml").write_text(new, encoding="utf-8")
    return tmp_path / "data"


def _import(river: Path, *paths: Path, given: str | None = None) -> tuple[Imported, ...]:
    return import_texts(texts_in(paths), library((river,)), TextPack(), given=given)


def _write(folder: Path, name: str, day: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(_TEXT.format(day=day), encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_text_is_recognised_by_title_and_date_in_any_usual_encoding(
    river: Path, tmp_path: Path, encoding: str
) -> None:
    (result,) = _import(river, _write(tmp_path, "甲.md", "2040年5月6日", encoding))
    assert (result.state, result.instrument, result.articles) == ("imported", "xx.river-law.2040", 3)
    assert result.notes == ()


def test_the_date_chooses_the_version(river: Path, tmp_path: Path) -> None:
    (result,) = _import(river, _write(tmp_path, "甲.txt", "2031年5月6日"))
    assert result.instrument == "xx.river-law.2031"


def test_a_text_of_another_year_is_set_aside_with_the_reason(river: Path, tmp_path: Path) -> None:
    (result,) = _import(river, _write(tmp_path, "甲.md", "2036年5月6日"))
    assert result.state == "not_recognised"
    assert "2031年文本" in result.notes[0]
    assert "--as" in result.notes[0]
    assert TextPack().ids() == ()


def test_the_user_may_say_which_version_it_is(river: Path, tmp_path: Path) -> None:
    (result,) = _import(river, _write(tmp_path, "甲.md", "2036年5月6日"), given="xx.river-law.2031")
    assert (result.state, result.instrument) == ("imported", "xx.river-law.2031")


def test_a_docx_as_published_is_read(river: Path, tmp_path: Path) -> None:
    document = docx.Document()
    for line in _TEXT.format(day="（2040年5月6日").replace("# ", "").replace("## ", "").splitlines():
        if line.strip() and not line.startswith("<!--"):
            document.add_paragraph("　　" + line)
    path = tmp_path / "渡船管理法.docx"
    document.save(str(path))
    (result,) = _import(river, path)
    assert (result.state, result.instrument, result.articles) == ("imported", "xx.river-law.2040", 3)


def test_the_decree_above_the_law_is_not_taken_for_its_title(river: Path, tmp_path: Path) -> None:
    decree = (
        "河湾县令\n第七号\n《渡船管理法》已由河湾县人民会议于2040年5月6日通过，现予公布。\n县长　某某\n渡船管理法\n"
    )
    body = _TEXT[_TEXT.index("## ") :].replace("## ", "")
    path = tmp_path / "公报.txt"
    path.write_text(decree + "（2040年5月6日通过）\n目　录\n第一章　总　则\n" + body, encoding="gb18030")
    (result,) = _import(river, path)
    assert (result.state, result.instrument, result.articles) == ("imported", "xx.river-law.2040", 3)


@pytest.mark.parametrize("form", [r"### \1\n\n", r"**\1** ", r"\1　", r"> \1 "])
def test_articles_may_be_marked_up_in_any_way(river: Path, tmp_path: Path, form: str) -> None:
    path = _write(tmp_path, "甲.md", "2040年5月6日")
    path.write_text(re.sub(r"^(第.条) ", form, path.read_text("utf-8"), flags=re.MULTILINE), encoding="utf-8")
    (result,) = _import(river, path)
    assert (result.state, result.articles, result.notes) == ("imported", 3, ())


def test_the_same_text_again_changes_nothing(river: Path, tmp_path: Path) -> None:
    _import(river, _write(tmp_path, "甲.md", "2040年5月6日"))
    (again,) = _import(river, _write(tmp_path, "乙.md", "2040年5月6日", "gb18030"))
    assert again.state == "unchanged"


def test_a_changed_text_takes_the_place_of_the_old(river: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "甲.md", "2040年5月6日")
    _import(river, path)
    path.write_text(path.read_text("utf-8").replace("船体牢固", "船体坚固"), encoding="utf-8")
    (again,) = _import(river, path)
    assert again.state == "imported"
    packed = TextPack().text("xx.river-law.2040")
    place = Locator.from_key("2.1.1")
    assert packed is not None
    assert place is not None
    assert packed.words(place) == ("渡船应当符合下列条件：", "船体坚固；")


def test_what_is_imported_is_printed_with_the_words_that_lead_to_the_item(river: Path, tmp_path: Path) -> None:
    _import(river, _write(tmp_path, "甲.md", "2040年5月6日"))
    held = library((river,))
    match = held.resolve("渡船法第二条第二项")
    assert match.instrument.in_force is not None
    page = law_page(held, match, match.instrument.in_force.first, TextPack())
    assert (page.lead, page.text, page.text_source) == ("渡船应当符合下列条件：", "备有救生圈。", "甲.md")


def test_a_text_with_a_gap_says_so(river: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "甲.md", "2040年5月6日")
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("第二条")] + text[text.index("第三条") :], encoding="utf-8")
    (result,) = _import(river, path)
    assert result.state == "imported"
    assert "缺第 2 条" in result.notes[0]
    assert "第二条第（二）项" in result.notes[1]


def test_a_law_that_is_not_in_the_library_is_not_kept(tmp_path: Path, river: Path) -> None:
    path = tmp_path / "甲.md"
    path.write_text("火星法\n第一条 不得扬尘。\n", encoding="utf-8")
    (result,) = _import(river, path)
    assert result.state == "not_recognised"
    assert "没有收录“火星法”" in result.notes[0]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.md", b"", "没有文字"),
        ("白.txt", b"\n \n", "没有文字"),
        ("乱.txt", b"\x00\x01\xff\xfe\x00abc\x00", "不是文字文件"),
        ("断.docx", b"PK\x03\x04 broken", "不是完好的 DOCX"),
        ("空.docx", b"", "不是完好的 DOCX"),
    ],
)
def test_what_cannot_be_read_is_reported_and_the_rest_comes_in(
    river: Path, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / name).write_bytes(data)
    _write(folder, "甲.md", "2040年5月6日")
    results = {result.path.name: result for result in _import(river, folder)}
    assert results["甲.md"].state == "imported"
    assert results[name].state == "unreadable"
    assert words in results[name].notes[0]


def test_what_is_too_large_to_be_a_law_is_not_opened(river: Path, tmp_path: Path) -> None:
    long, bomb = tmp_path / "长.txt", tmp_path / "炸.docx"
    with long.open("wb") as file:
        file.truncate(20_000_001)
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 101_000_000)
    notes = [result.notes[0] for result in _import(river, long, bomb)]
    assert "超过 20 MB" in notes[0]
    assert "解开后过大" in notes[1]


def test_a_zip_that_is_no_document_is_reported(river: Path, tmp_path: Path) -> None:
    path = tmp_path / "假.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "第一条")
    (result,) = _import(river, path)
    assert "不是完好的 DOCX" in result.notes[0]


def test_words_without_articles_are_no_law(river: Path, tmp_path: Path) -> None:
    path = tmp_path / "信.txt"
    path.write_text("渡船管理法\n你好。\n", encoding="utf-8")
    (result,) = _import(river, path)
    assert (result.state, result.articles) == ("not_recognised", 0)


def test_a_half_written_docx_of_any_length_is_reported(river: Path, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("渡船管理法")
    whole = tmp_path / "整.docx"
    document.save(str(whole))
    data = whole.read_bytes()
    for cut in range(0, len(data), len(data) // 25):
        path = tmp_path / f"断{cut}.docx"
        path.write_bytes(data[:cut])
        (result,) = _import(river, path)
        assert result.state == "unreadable"


@pytest.mark.parametrize("name", ["没有.md", "没有"])
def test_a_path_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(TextPackError, match="找不到"):
        texts_in([tmp_path / name])


def test_a_folder_without_texts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TextPackError, match=r"没有 \.md"):
        texts_in([tmp_path])


def test_a_format_that_cannot_be_read_is_named(river: Path, tmp_path: Path) -> None:
    path = tmp_path / "法.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0")
    (result,) = _import(river, path)
    assert (result.state, "docx" in result.notes[0]) == ("unreadable", True)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_reported(river: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, "甲.md", "2040年5月6日")
    path.chmod(0)
    (result,) = _import(river, path)
    assert result.state == "unreadable"


@pytest.mark.parametrize(
    "damage",
    [
        "{",
        "[]",
        _pack('"a"', "[]"),
        _pack("[]", "[1]"),
        _pack("[]", '[{"number": "x"}]'),
        '{"instrument": 1}',
        '{"articles": [1]}',
        "\x00",
    ],
)
def test_a_damaged_pack_is_said_and_mended_by_importing_again(river: Path, tmp_path: Path, damage: str) -> None:
    path = _write(tmp_path, "甲.md", "2040年5月6日")
    _import(river, path)
    kept = data_folder() / "law-texts" / "xx.river-law.2040.json"
    kept.write_text(damage, encoding="utf-8")
    with pytest.raises(TextPackError, match="损坏"):
        TextPack().text("xx.river-law.2040")
    held = library((river,))
    page = law_page(held, held.resolve("渡船法第二条第二项"), date(2041, 1, 1), TextPack())
    assert page.text is None
    assert "损坏" in (page.text_problem or "")
    assert _import(river, path)[0].state == "imported"
    assert TextPack().text("xx.river-law.2040") is not None


def test_saying_which_law_it_is_goes_for_one_file_only(river: Path, tmp_path: Path) -> None:
    paths = [_write(tmp_path, "甲.md", "2040年5月6日"), _write(tmp_path, "乙.md", "2031年5月6日")]
    with pytest.raises(TextPackError, match="一个文件"):
        _import(river, *paths, given="xx.river-law.2040")


def test_every_published_text_is_recognised_under_any_file_name(shared: Path, tmp_path: Path) -> None:
    texts = sorted((shared / "law" / "texts").glob("*.md"))
    copies = [tmp_path / f"{number}.md" for number, _ in enumerate(texts)]
    for text, copy in zip(texts, copies, strict=True):
        copy.write_bytes(text.read_bytes())
    results = import_texts(copies, library(), TextPack(tmp_path / "pack"))
    assert [result.instrument for result in results] == [text.stem for text in texts]
    assert [note for result in results for note in result.notes if "附件" not in note] == []


def test_a_law_published_book_by_book_is_put_together(shared: Path, tmp_path: Path) -> None:
    text = (shared / "law" / "texts" / "cn.civil-code.2020.md").read_text("utf-8")
    books = text.split("<!-- INFO END -->")[1:4]
    paths = [tmp_path / f"{number}.md" for number, _ in enumerate(books)]
    for path, book in zip(paths, books, strict=True):
        path.write_text("# 中华人民共和国民法典\n\n" + book, encoding="utf-8")
    pack = TextPack(tmp_path / "pack")
    results = import_texts(paths, library(), pack)
    assert {result.instrument for result in results} == {"cn.civil-code.2020"}
    assert "全文 1260 条" in results[0].notes[0]
    held = pack.text("cn.civil-code.2020")
    assert held is not None
    assert held.source == "0.md、1.md、2.md"
    assert [a.number.main for a in held.law.articles] == list(range(1, len(held.law.articles) + 1))
    assert [r.state for r in import_texts(paths[:1], library(), pack)] == ["unchanged"]


def test_texts_go_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CUIJIE_DATA_DIR", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"


@pytest.mark.parametrize(
    ("platform", "variable", "end"),
    [
        ("win32", "LOCALAPPDATA", "cuijie"),
        ("darwin", None, "Library/Application Support/cuijie"),
        ("linux", "XDG_DATA_HOME", "cuijie"),
    ],
)
def test_each_platform_has_its_own_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, platform: str, variable: str | None, end: str
) -> None:
    monkeypatch.delenv("CUIJIE_DATA_DIR", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
        assert data_folder() == tmp_path / end
    else:
        assert data_folder() == Path.home() / end
