"""The check with texts that the user has imported (here invented words under real titles)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cuijie.law.citations import Citation, check_text
from cuijie.law.citations.quotations.differing import difference
from cuijie.law.splitting import split_law
from cuijie.law.textpack import PackedText, TextPack

ON = date(2026, 11, 22)
CONVENTION = "cn.nifa-convention.2018"
WORDS = (
    "互联网金融逾期债务催收自律公约（试行）",
    "第一条 苹果商会的会员应当在每月五日以前清点库房。",
    "第二条 有下列情形之一的，会员不得转让梨树：",
    "（一）梨树不满三年，情节严重的；",
    "（二）邻居未经书面同意的。",
    "第三条 本公约由苹果商会负责解释。",
)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> TextPack:
    pack = TextPack(tmp_path_factory.mktemp("texts"))
    pack.keep(PackedText(instrument=CONVENTION, source="invented.md", law=split_law(WORDS)))
    return pack


def first(text: str, texts: TextPack | None) -> Citation:
    return check_text(text, ON, texts=texts)[0]


def test_a_law_without_fingerprints_is_checked_once_its_text_is_at_hand(texts: TextPack) -> None:
    text = "自律公约第九条规定会员应当清点库房。"
    assert first(text, None).verdict != "no_such_article"
    assert first(text, texts).verdict == "no_such_article"
    assert first(text, None).verdict != "no_such_article"


def test_a_quotation_is_compared_word_by_word_and_the_difference_shown(texts: TextPack) -> None:
    citation = first("自律公约第一条规定：“苹果商会的会员应当在每月九日以前清点库房”。", texts)
    assert citation.verdict == "quote_differs"
    assert "九" in citation.note
    assert "五" in citation.note
    assert "“五" in citation.note_en or "五”" in citation.note_en


def test_a_true_quotation_is_right_and_one_without_its_condition_is_not(texts: TextPack) -> None:
    assert first("自律公约第三条：“本公约由苹果商会负责解释”。", texts).outcome == "right"
    cut = first("自律公约第一条规定：“苹果商会的会员应当清点库房”。", texts)
    assert cut.verdict == "quote_differs"
    assert "在每月五日以前" in cut.note


@pytest.mark.parametrize(
    ("quote", "changed", "left_out"),
    [
        ("会员应当在每月五日以前清点库房", (), ()),
        ("会员应当在每月5日以前清点库房", (), ()),
        ("会员可以在每月五日以前清点库房", (("可以", "应当"),), ()),
        ("苹果商会的会员应当……清点库房", (), ()),
        ("苹果商会的会员应当清点库房门窗", (("门窗", ""),), ("在每月五日以前",)),
    ],
)
def test_what_differs_and_what_was_left_out(
    quote: str, changed: tuple[tuple[str, str], ...], left_out: tuple[str, ...]
) -> None:
    found = difference(quote, "苹果商会的会员应当在每月五日以前清点库房。")
    assert found is not None
    assert (found.changed, found.left_out) == (changed, left_out)
    assert found.is_none == (not changed and not left_out)


def test_words_of_something_else_cannot_be_compared() -> None:
    assert difference("完全不相干的一句话在这里", "苹果商会的会员应当在每月五日以前清点库房。") is None


def test_a_damaged_text_is_said(tmp_path: Path) -> None:
    (tmp_path / f"{CONVENTION}.json").write_text("{", encoding="utf-8")
    with pytest.raises(Exception, match="损坏"):
        check_text("自律公约第一条规定：“苹果商会的会员应当清点库房”。", ON, texts=TextPack(tmp_path))
