"""Splitting a published law into articles, paragraphs, items and sub-items."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.numerals import ArticleNumber
from cuijie.law.splitting import split_law
from cuijie.law.text import Article, Item, LawText, Paragraph

_LAW = """
# 河湾县渡船管理条例

2031年5月6日 河湾县第三届会议通过

<!-- INFO END -->

## 第一章　总 则

第一条　为了渡河平安，制定本条例。

第二条 渡船应当符合下列条件：

（一）船体牢固；

（二）备有下列器具：

1．救生圈；

2．船桨。

本条第一款第（二）项的器具应当每年查验。

第二条之一 夜间不得开船。

## 第二章 罚 则

第三条 违反第二条第一款规定的，处一百元罚款。
第二条规定的船主不在此限。

① 本条例的数额以本县公告为准。

附件：渡船名录

第九条 附件里的话不是条文。
"""


def _law(text: str = _LAW) -> LawText:
    return split_law(text.splitlines())


def test_articles_and_their_headings_are_found() -> None:
    law = _law()
    assert law.title == "河湾县渡船管理条例"
    assert [article.number.key for article in law.articles] == ["1", "2", "2-1", "3"]
    assert law.articles[0].headings == ("第一章 总则",)
    assert law.articles[3].headings == ("第二章 罚则",)
    assert law.preface == ("2031年5月6日 河湾县第三届会议通过",)


def test_paragraphs_items_and_subitems_are_counted_as_courts_do() -> None:
    article = _law().articles[1]
    assert len(article.paragraphs) == 2
    assert article.part(1, 1) == "船体牢固；"
    assert article.part(1, 2, 1) == "救生圈；"
    assert article.part(2) == "本条第一款第（二）项的器具应当每年查验。"
    assert article.part(1, 3) is None
    assert article.part(3) is None
    assert article.part(1, 2, 9) is None


def test_an_item_cited_without_its_paragraph_is_found_where_only_one_has_items() -> None:
    assert _law().articles[1].part(None, 1) == "船体牢固；"
    assert _law().articles[0].part(None, 1) is None


def test_a_line_that_speaks_of_an_article_does_not_open_one() -> None:
    article = _law().articles[3]
    assert len(article.paragraphs) == 2
    assert article.paragraphs[1].text == "第二条规定的船主不在此限。"


def test_footnotes_and_appendices_are_no_part_of_the_last_article() -> None:
    law = _law()
    assert law.articles[-1].number == ArticleNumber(3)
    assert law.appendix == ("① 本条例的数额以本县公告为准。", "附件：渡船名录", "第九条 附件里的话不是条文。")


def test_the_whole_article_reads_as_published() -> None:
    assert _law().articles[1].text.splitlines() == [
        "渡船应当符合下列条件：",
        "（一）船体牢固；",
        "（二）备有下列器具：",
        "1．救生圈；",
        "2．船桨。",
        "本条第一款第（二）项的器具应当每年查验。",
    ]


def test_items_run_together_in_one_line_are_taken_apart() -> None:
    law = _law("某办法\n第一条 有下列情形之一的，停航：（一）大风；（二）大雾；（三）结冰。\n")
    assert [item.text for item in law.articles[0].paragraphs[0].items] == ["大风；", "大雾；", "结冰。"]


def test_a_reference_to_an_item_is_not_taken_for_an_item() -> None:
    law = _law("某办法\n第一条 依照第二条第（一）项办理；不适用第（二）项。\n")
    assert law.articles[0].paragraphs[0].items == ()


def test_arabic_numbers_and_full_width_blanks_are_read() -> None:
    law = _law("某办法\n第1条　甲。\n第２条　乙。\n第2条之1　丙。")
    assert [article.number.key for article in law.articles] == ["1", "2", "2-1"]


def test_a_text_without_articles_is_split_at_its_sections() -> None:
    law = _law("关于渡船的批复\n河湾县：\n一、渡船归县管。\n二、夜间停航。\n包括大雾。\n（一）例外一；\n")
    assert [article.part(1) for article in law.articles] == ["渡船归县管。", "夜间停航。"]
    assert all(article.is_section for article in law.articles)
    assert law.articles[1].part(2, 1) == "例外一；"


def test_an_amendment_is_split_at_its_sections_not_at_the_articles_it_quotes() -> None:
    law = _law(
        "河湾县条例修正案\n一、将条例第三条修改为：\n“第三条 处二百元罚款。”\n二、增加一条，作为第三条之一：\n“第三条之一 停航三日。”"
    )
    assert [article.number.key for article in law.articles] == ["1", "2"]
    assert "第三条之一 停航三日" in law.articles[1].text


def test_section_headings_between_articles_are_headings() -> None:
    law = _law("某规定\n一、当事人举证\n第一条 甲。\n二、法院调查\n第二条 乙。")
    assert [article.headings for article in law.articles] == [("一、当事人举证",), ("二、法院调查",)]
    assert [article.number.main for article in law.articles] == [1, 2]


def test_a_table_of_contents_opens_no_articles() -> None:
    law = _law("某条例\n目 录\n第一章 总则\n第二章 附则\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。")
    assert [article.headings for article in law.articles] == [("第一章 总则",), ("第二章 附则",)]


def test_items_before_any_words_belong_to_a_paragraph_of_their_own() -> None:
    article = _law("某条例\n第一条\n（一）甲；\n（二）乙。").articles[0]
    assert article.part(1, 2) == "乙。"
    assert article.text == "（一）甲；\n（二）乙。"


def test_arabic_items_below_an_item_are_its_subitems() -> None:
    article = _law("某条例\n第一条 有下列情形：\n（一）甲：\n（1）子；\n（2）丑。").articles[0]
    assert article.part(1, 1, 2) == "丑。"


def test_books_of_one_law_are_put_in_order() -> None:
    first, second = _law("某法\n第一条 甲。\n第二条 乙。"), _law("某法\n第三条 丙。")
    joined = second.joined(first)
    assert [article.number.main for article in joined.articles] == [1, 2, 3]
    assert joined.joined(first) == joined


def test_a_gap_in_the_numbers_is_told() -> None:
    assert _law("某条例\n第一条 甲。\n第四条 乙。").missing == (2, 3)


def test_a_title_over_two_lines_is_joined() -> None:
    law = _law("河湾县人民会议\n关于修桥的决定\n（2031年1月1日通过）\n第一条 甲。")
    assert law.title == "河湾县人民会议关于修桥的决定"


_WORDS = st.text(alphabet="渡船应当牢固夜间停航甲乙丙丁，", min_size=1, max_size=30).map(lambda words: f"渡{words}航")
_SUBITEMS = st.lists(_WORDS, max_size=3)


@st.composite
def _paragraphs(draw: st.DrawFn) -> Paragraph:
    items = draw(st.lists(st.tuples(_WORDS, _SUBITEMS), max_size=4))
    return Paragraph(
        text=draw(_WORDS) + "：",
        items=tuple(
            Item(
                number=at,
                text=words + "；",
                subitems=tuple(Item(number=n, text=detail + "。") for n, detail in enumerate(details, 1)),
            )
            for at, (words, details) in enumerate(items, 1)
        ),
    )


@st.composite
def _laws(draw: st.DrawFn) -> LawText:
    counts = draw(st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=1, max_size=6))
    numbers = [ArticleNumber(main, sub) for main, extra in enumerate(counts, 1) for sub in range(extra + 1)]
    return LawText(
        title="河湾县渡船条例",
        preface=("2031年5月6日通过",),
        articles=tuple(
            Article(number=number, paragraphs=tuple(draw(st.lists(_paragraphs(), min_size=1, max_size=3))))
            for number in numbers
        ),
    )


@given(_laws(), st.sampled_from([" ", "　", "　　"]), st.sampled_from(["\n", "\n\n", "\r\n"]), st.booleans())
def test_a_law_written_out_is_read_back_the_same(law: LawText, blank: str, end: str, arabic: bool) -> None:
    lines = [law.title, *law.preface]
    for article in law.articles:
        label = article.number.label
        if arabic:
            label = f"第{article.number.main}条" + (f"之{article.number.inserted}" if article.number.inserted else "")
        first, *others = article.text.splitlines()
        lines += [f"{blank}{label}{blank}{first}", *(f"{blank}{line}" for line in others)]
    assert split_law(end.join(lines).splitlines()) == law


@given(st.text(alphabet="第一二十条之款项章节（）1．、\n 　#编。：；附件", max_size=120))
def test_any_text_splits_without_error_into_articles_in_order(text: str) -> None:
    articles = split_law(text.splitlines()).articles
    assert [a.number for a in articles] == sorted({a.number for a in articles})


_COUNTS = {
    "cn.civil-code.2020": 1260,
    "cn.pipl.2021": 74,
    "cn.psapl.2012": 119,
    "cn.psapl.2025": 144,
    "cn.cybersecurity-law.2016": 79,
    "cn.cybersecurity-law.2025": 81,
    "cn.civil-procedure.2023": 306,
    "cn.evidence-rules.2019": 100,
    "cn.litigation-fees.2006": 56,
}


@pytest.mark.parametrize(("name", "count"), _COUNTS.items())
def test_published_texts_are_split_whole(name: str, count: int) -> None:
    folder = os.environ.get("CUIJIE_SHARED")
    if not folder:
        pytest.skip("CUIJIE_SHARED is not set: no published texts on this machine")
    law = split_law((Path(folder) / "law" / "texts" / f"{name}.md").read_text(encoding="utf-8").splitlines())
    assert law.articles[-1].number.main == count
    assert law.missing == ()
    assert all(article.text for article in law.articles)
