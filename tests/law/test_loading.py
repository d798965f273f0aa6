"""The library's files: what is wrong with one is said with file, line and key; any country can be added."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

import cuijie
from cuijie.datafiles import DataFileError
from cuijie.law import library
from cuijie.law.loading import DATA, load, load_topics
from cuijie.law.locator import Locator
from cuijie.law.model import Provision
from cuijie.law.structure import structure

_GOOD = """\
id: xx.river-law.2031
title: River Act
short: RA
issuer: The assembly
number: null
level: act
tier: civil
adopted: "2031-01-01"
in_force: "2031-02-01"
repealed: null
successor: null
confidence: verified
seen: [adopted]
provisions:
  - at: "7.1"
    label: § 7(1)
    zh: 渡船须牢固。
    en: Ferries must be sound.
    topics: [safety]
"""


def _folder(tmp_path: Path, text: str, **others: str) -> Path:
    (tmp_path / "instruments").mkdir()
    (tmp_path / "instruments" / "xx.river-law.2031.yaml").write_text(text, encoding="utf-8")
    for name, content in others.items():
        (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
    return tmp_path


def test_another_country_needs_a_folder_and_no_code(tmp_path: Path) -> None:
    held = library((_folder(tmp_path, _GOOD),))
    assert held.cite("xx.river-law.2031/7.1", date(2031, 3, 1)) == "River Act § 7(1)"
    assert held.in_force("xx.river-law.2031/7.1", date(2031, 1, 31)) is False
    match = held.resolve("River Act § 7(1)")
    assert match.provision is not None
    assert match.provision.id == "xx.river-law.2031/7.1"
    assert held.provision("cn.pipl.2021/13").instrument.short == "个人信息保护法"


def test_a_country_says_how_it_cites(tmp_path: Path) -> None:
    country = '- prefix: xx\n  title_form: "<{title}>"\n  joint: " at "\n  read_at: {act: the gazette}\n'
    held = library((_folder(tmp_path, _GOOD, countries=country),))
    assert held.cite("xx.river-law.2031/7.1", date(2031, 3, 1)) == "<River Act> at § 7(1)"
    assert held.read_at(held.instrument("xx.river-law.2031")) == "the gazette"


@pytest.mark.parametrize(
    ("before", "after", "line", "key"),
    [
        ("title: River Act\n", "", 1, "title"),
        ("tier: civil", "tier: zivil", 7, "tier"),
        ('in_force: "2031-02-01"', 'in_force: "2031-02-30"', 9, "in_force"),
        ("confidence: verified", "confidence: sure", 12, "confidence"),
        ("seen: [adopted]", "seen: [title]", 13, "seen"),
        ('  - at: "7.1"', "  - at: 7.1", 15, "at"),
        ('  - at: "7.1"', '  - at: "7 .1"', 15, "at"),
        ("    label: § 7(1)", "    lable: § 7(1)", 16, "lable"),
        ("    zh: 渡船须牢固。", "    zh: 7", 17, "zh"),
        ("    topics: [safety]", "    topics: safety", 19, "topics"),
        ("id: xx.river-law.2031", "id: River Law", 1, "id"),
        ("provisions:", "provisionen:", 14, "provisionen"),
        ("short: RA", "short: RA\ncolour: red", 4, "colour"),
        ("seen: [adopted]", "seen: [adopted]\ndraft: maybe", 14, "draft"),
    ],
)
def test_a_slip_is_named_with_file_line_and_key(tmp_path: Path, before: str, after: str, line: int, key: str) -> None:
    assert before in _GOOD
    with pytest.raises(DataFileError) as caught:
        load([_folder(tmp_path, _GOOD.replace(before, after, 1))])
    assert (caught.value.line, caught.value.key) == (line, key)
    assert "xx.river-law.2031.yaml" in str(caught.value)


@pytest.mark.parametrize("provisions", ["provisions: none\n", "provisions: [1]\n", "provisions: {at: 1}\n"])
def test_provisions_are_a_list_of_groups(tmp_path: Path, provisions: str) -> None:
    text = _GOOD[: _GOOD.index("provisions:")] + provisions
    with pytest.raises(DataFileError) as caught:
        load([_folder(tmp_path, text)])
    assert caught.value.line == 14


@pytest.mark.parametrize("text", ["", "- 1\n", "just words\n"])
def test_a_file_that_is_no_instrument_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DataFileError, match="键: 值"):
        load([_folder(tmp_path, text)])


def test_marks_come_in_pairs(tmp_path: Path) -> None:
    country = '- {prefix: xx, title_form: "<{title}>", inner_marks: "(", read_at: {}}\n'
    with pytest.raises(DataFileError, match="一对"):
        load([_folder(tmp_path, _GOOD, countries=country)])


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path, _GOOD)
    (folder / "instruments" / "zz.yaml").write_text(_GOOD, encoding="utf-8")
    with pytest.raises(DataFileError, match="另一个文件"):
        load([folder])


def test_a_place_written_twice_is_refused(tmp_path: Path) -> None:
    twice = _GOOD + _GOOD[_GOOD.index("  - at") :]
    with pytest.raises(DataFileError, match="写了两次"):
        load([_folder(tmp_path, twice)])


def test_an_empty_folder_is_no_library(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="instruments"):
        load([tmp_path])


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("renumbered", "- {old: xx.river-law.2031, new: xx.gone.2040}\n", "没有 xx.gone.2040"),
        ("renumbered", "- {old: xx.river-law.2031, new: xx.river-law.2031}\n", "没有失效日期"),
        ("renumbered", "old: 1\n", "应是一列"),
        ("authorities", "- {name: 渡船局, by: 命令, confidence: verified}\n", "必须填写日期"),
        ("countries", "- {prefix: xx, title_form: Act, read_at: {}}\n", "title"),
    ],
)
def test_the_tables_beside_are_checked_too(tmp_path: Path, name: str, text: str, words: str) -> None:
    with pytest.raises(DataFileError, match=words):
        load([_folder(tmp_path, _GOOD, **{name: text})])


def test_a_table_of_numbers_takes_numbers_only(tmp_path: Path) -> None:
    repealed = _GOOD.replace("repealed: null", 'repealed: "2040-01-01"')
    table = "- old: xx.river-law.2031\n  new: xx.river-law.2031\n  confidence: verified\n  articles: {a: 1}\n"
    with pytest.raises(DataFileError, match="条号") as caught:
        load([_folder(tmp_path, repealed, renumbered=table)])
    assert (caught.value.line, caught.value.key) == (4, "a")


# --- the data that ships

LIBRARY = library()
_SOURCES = Path(cuijie.__file__).parent
_ID = re.compile(r"(?<![\w./-])cn\.[a-z0-9-]+(?:\.[0-9]{4})?(?:/[a-z0-9]++(?:[.-][a-z0-9]++)*+)?+(?![\w/-]|\.[\x22'])")
_VERSIONED = re.compile(r"cn\.[a-z0-9-]+\.[0-9]{4}|cn\.cba-creditcard-guide")


def _files_with_ids() -> list[Path]:
    kinds = {".yaml", ".yml", ".md", ".csv", ".toml", ".j2"}
    return sorted(path for path in _SOURCES.rglob("*") if path.suffix in kinds)


def _law_ids(text: str) -> set[str]:
    return {found for found in _ID.findall(text) if _VERSIONED.match(found)}


def test_ids_are_recognised_in_text() -> None:
    text = (
        "见 cn.pipl.2021/13.1.1、`cn.gbt45251.2025/5.3.hours`；cn.psapl.2025/50. cn.third-party.not-agreed cn.pipl.2021"
    )
    assert _law_ids(text) == {
        "cn.pipl.2021/13.1.1",
        "cn.gbt45251.2025/5.3.hours",
        "cn.psapl.2025/50",
        "cn.pipl.2021",
    }


@pytest.mark.parametrize("path", _files_with_ids(), ids=lambda path: str(path.relative_to(_SOURCES)))
def test_every_law_named_in_a_data_file_is_in_the_library(path: Path) -> None:
    named = _law_ids(path.read_text(encoding="utf-8"))
    # the citation reader speaks of articles that no rule rests on: those must exist in the law itself
    known = _in_the_law if "law" in path.relative_to(_SOURCES).parts else LIBRARY.holds
    assert {id_ for id_ in named if not known(id_)} == set()


def _in_the_law(id_: str) -> bool:
    instrument, _, key = id_.partition("/")
    shape, place = structure(instrument), Locator.from_key(key)
    article = shape.articles.get(place.article.key) if shape and place else None
    return LIBRARY.holds(id_) or bool(article and place and article.has(place.paragraph, place.item))


def test_every_law_named_in_code_is_in_the_library() -> None:
    named = {id_ for path in _SOURCES.rglob("*.py") for id_ in _law_ids(path.read_text(encoding="utf-8"))}
    assert {id_ for id_ in named if not LIBRARY.holds(id_)} == set()


def test_successors_follow_without_a_gap_or_are_said_to_overlap() -> None:
    for instrument in LIBRARY.instruments:
        if instrument.successor is None:
            continue
        following = LIBRARY.instrument(instrument.successor)
        if instrument.repealed and following.in_force and instrument.family == following.family:
            assert instrument.repealed.first <= following.in_force.last


def test_every_subject_has_its_words() -> None:
    named = {topic for provision in LIBRARY.provisions for topic in provision.topics}
    assert named <= {topic.id for topic in load_topics(DATA / "topics.yaml")}


def test_no_label_says_that_it_is_not_verified() -> None:
    assert [
        p.id
        for p in LIBRARY.provisions
        if p.label_zh and re.search(r"未核实|未取得|目次|[（(](?![一二三四五六七八九十]+）)", p.label_zh)
    ] == []


def _is_article(provision: Provision) -> bool:
    return provision.instrument.numbering == "article" and provision.place is not None


def test_labels_and_ids_say_the_same() -> None:
    def agrees(provision: Provision) -> bool:
        place = provision.place
        assert place is not None
        return (provision.label_zh or "").startswith((place.label, place.label.replace("第一款第（", "第（")))

    assert [p.id for p in LIBRARY.provisions if _is_article(p) and not agrees(p)] == []


def test_paraphrases_are_there_in_both_languages_and_short() -> None:
    assert [p.id for p in LIBRARY.provisions if not 4 <= len(p.paraphrase_zh) <= 160] == []
    assert [p.id for p in LIBRARY.provisions if not 4 <= len(p.paraphrase_en) <= 320] == []
    assert [p.id for p in LIBRARY.provisions if not re.search(r"[\u4e00-\u9fff]", p.paraphrase_zh)] == []
    assert [p.id for p in LIBRARY.provisions if re.search(r"[\u4e00-\u9fff]", p.paraphrase_en)] == []


def test_paraphrases_copy_no_sentence_of_the_law(shared: Path) -> None:
    texts = {path.stem: re.sub(r"\s", "", path.read_text("utf-8")) for path in (shared / "law" / "texts").glob("*.md")}

    def longest(provision: Provision) -> int:
        text, words = texts.get(provision.instrument.id, ""), re.sub(r"\s", "", provision.paraphrase_zh)
        runs = (
            n
            for start in range(len(words))
            for n in range(1, len(words) - start + 1)
            if words[start : start + n] in text
        )
        return max(runs, default=0)

    assert [p.id for p in LIBRARY.provisions if longest(p) >= 20] == []


def test_every_place_in_the_library_is_in_the_published_text(shared: Path) -> None:
    from cuijie.law.splitting import split_law

    for path in sorted((shared / "law" / "texts").glob("*.md")):
        law = split_law(path.read_text("utf-8").splitlines())
        for provision in LIBRARY.provisions_of(path.stem):
            place = provision.place
            if place is None:
                continue
            article = law.article(place.article)
            assert article is not None, provision.id
            assert article.part(place.paragraph, place.item, place.subitem), provision.id
            single = len(article.paragraphs) == 1
            assert not (single and place.paragraph == 1 and "第一款" in (provision.label_zh or "")), provision.id
