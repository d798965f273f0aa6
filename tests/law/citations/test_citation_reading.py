"""Finding citations: names, lists, ranges, numerals, references back; and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.law.citations.finding.articles import read_references
from cuijie.law.citations.finding.lexicon import lexicon
from cuijie.law.citations.finding.reader import read_mentions
from cuijie.law.citations.finding.view import view_of


def places(text: str) -> list[str]:
    return [reference.place.keys[0] for reference in read_references(text, 0)]


def found(text: str) -> list[tuple[str, str | None]]:
    """Each mention as (id of the newest version or title, key)."""
    view = view_of(text)
    return [
        (m.named.versions[-1] if m.named.versions else m.named.title, m.place.keys[0] if m.place else None)
        for m in read_mentions(view, lexicon())
    ]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("第一千零三十二条、第一千零三十三条规定", ["1032", "1033"]),
        ("第十三、十四条", ["13", "14"]),
        ("第三条至第五条", ["3", "4", "5"]),
        ("第三至五条", ["3", "4", "5"]),
        ("第1032条、1033条", ["1032", "1033"]),
        ("1032、1033规定", ["1032", "1033"]),
        ("13条1款2项", ["13.1.2"]),
        ("第二百五十三条之一第一款", ["253-1.1"]),
        ("253之一", ["253-1"]),
        ("第五十条第一款第（一）项、第（五）项和第二款", ["50.1.1", "50.1.5", "50.2"]),
        ("第五十条第一款第（一）、（五）项", ["50.1.1", "50.1.5"]),
        ("第十三条第一款第一项至第三项", ["13.1.1", "13.1.2", "13.1.3"]),
        ("第九十六条第一款、第二款", ["96.1", "96.2"]),
        ("第六百六十七条至第六百八十条", ["667", "680"]),
        ("2023年", []),
        ("第零条", []),
    ],
)
def test_articles_paragraphs_and_items_are_read_in_lists_and_ranges(text: str, keys: list[str]) -> None:
    assert places(text) == keys


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《中华人民共和国民法典》第一千零三十二条", [("cn.civil-code.2020", "1032")]),
        ("民法典合同编第509条", [("cn.civil-code.2020", "509")]),
        ("《民法典》第四编第六章第1032条", [("cn.civil-code.2020", "1032")]),
        ("个保法13条1款2项", [("cn.pipl.2021", "13.1.2")]),
        ("个人信息保护发第四十七条", [("cn.pipl.2021", "47")]),
        ("《个人信息保户法》第六条", [("cn.pipl.2021", "6")]),
        ("治安处罚法第五十条", [("cn.psapl.2025", "50")]),
        ("消法14条和消保法二十九条", [("cn.consumer-law.2013", "14"), ("cn.consumer-law.2013", "29")]),
        ("刑法253之一", [("cn.criminal-law.1997", "253-1")]),
        ("民法典1032和1033", [("cn.civil-code.2020", "1032"), ("cn.civil-code.2020", "1033")]),
        ("民法典２０条", [("cn.civil-code.2020", "20")]),
        ("《中華人民共和國民法典》第一千零二十四條", [("cn.civil-code.2020", "1024")]),
        ("〈民法典〉第 1 0 3 2 条", [("cn.civil-code.2020", "1032")]),
        ("《保险法》第16条", [("保险法", "16")]),
        ("银保监会令2022年第9号", [("cn.bank-insurance-consumer.2022", None)]),
        ("GB/T 45251-2025", [("cn.gbt45251.2025", None)]),
        ("GB/T45251", [("cn.gbt45251.2025", None)]),
        (
            "《最高人民法院关于适用〈中华人民共和国民法典〉合同编通则若干问题的解释》第十条",
            [("cn.interp-contract-general.2023", "10")],
        ),
        (
            "最高人民法院关于适用《中华人民共和国民法典》合同编通则若干问题的解释第十条",
            [("cn.interp-contract-general.2023", "10")],
        ),
    ],
)
def test_a_law_is_known_by_every_name_it_is_given(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("《个人信息保护法》第十三条要求同意。该法第二十九条另有规定。", ["13", "29"]),
        ("个保法第十三条；同法第三十条。", ["13", "30"]),
        ("《民法典》第一千零三十二条保护隐私，第一千零三十三条列举行为。", ["1032", "1033"]),
        ("《个人信息保护法》第二十一条。该条第三款规定不得转委托。", ["21", "21.3"]),
        ("民法典第一千零三十三条，其中第（一）项最直接。", ["1033", "1033.1.1"]),
        ("《征信业管理条例》第十五条。该条例第十六条也一样。", ["15", "16"]),
        ("《征信业管理条例》（以下简称《条例》）第十五条。《条例》第十六条也一样。", ["15", "16"]),
        ("民法典第六百八十条第一款。前款规定不容变通。", ["680.1", "680.1"]),
    ],
)
def test_references_back_are_resolved(text: str, keys: list[str]) -> None:
    assert [key for _, key in found(text)] == keys


@pytest.mark.parametrize(
    "text",
    [
        "根据《借款合同》第五条，贵司应当说明。合同第八条、第九条也有约定。",
        "本合同第三条约定利率。",
        "合同法律关系、罪刑法定、民法典型案例、律师法律服务、取消法定代表人。",
        "请看《人民日报》和《还款计划书》。",
        "第一条 甲方借款。\n第二条 乙方还款。\n第三条 争议按第二条处理。",
    ],
)
def test_what_is_no_citation_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_contract_article_after_a_law_is_not_the_laws() -> None:
    assert found("依《民法典》第五百零九条。合同第五条约定利息，第七条约定罚息。") == [("cn.civil-code.2020", "509")]


def test_a_citation_broken_by_a_line_end_is_read_and_its_place_is_exact() -> None:
    text = "根据《中华人民共和国个人\n信息保护法》第二十\n八条处理。"
    view = view_of(text)
    (mention,) = read_mentions(view, lexicon())
    start, end = view.span(mention.start, mention.end)
    assert text[start:end] == "《中华人民共和国个人\n信息保护法》第二十\n八条"


@given(st.text(alphabet="《》民法典第一二三十条款项（）、，。\n 0123和至该法前款“”", max_size=120))
def test_any_text_is_read_and_spans_point_into_it(text: str) -> None:
    view = view_of(text)
    for mention in read_mentions(view, lexicon()):
        start, end = view.span(mention.start, mention.end)
        assert 0 <= start < end <= len(text)


@given(st.text(max_size=200))
def test_the_view_never_invents_characters(text: str) -> None:
    view = view_of(text)
    assert len(view.text) == len(view.at) <= len(text)
    assert list(view.at) == sorted(set(view.at))
