"""Every kind of wrong citation, and right ones that look like it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from citation_corpus import annotated, measure
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.law.citations import CONDEMNING, Citation, check_text
from cuijie.law.citations.statements.concepts import concepts, pitfalls
from cuijie.law.library import library
from cuijie.law.structure import structure

ON = date(2026, 11, 21)
CORPUS = sorted((Path(__file__).parent / "corpus").glob("*"))


def check(text: str, on: date = ON) -> list[Citation]:
    return list(check_text(text, on))


def only(text: str, on: date = ON) -> Citation:
    (citation,) = check(text, on)
    return citation


@pytest.mark.parametrize(
    ("text", "verdict", "suggested"),
    [
        ("根据新修订的《治安管理处罚法》第四十二条，多次发送侮辱信息可以处罚。", "superseded", "cn.psapl.2025/50"),
        ("消费者权益保护法第四十九条规定退一赔一。", "does_not_say", "cn.consumer-law.2013/55"),
        ("《刑法》第二百九十三条【催收非法债务罪】。", "does_not_say", "cn.criminal-law.1997/293-1"),
        ("依据《合同法》第六十条应当按约还款（事发2023年）。", "repealed", "cn.civil-code.2020/509"),
        ("从侵权责任法看，平台要担责。", "repealed", "cn.civil-code.2020"),
        ("《物权法》也有规定。", "repealed", "cn.civil-code.2020"),
        ("2026年2月的骚扰违反治安管理处罚法第四十二条。", "superseded", "cn.psapl.2025/50"),
        ("2025年7月的骚扰违反治安管理处罚法第五十条第一款第五项。", "not_in_force", "cn.psapl.2012/42"),
        ("2020年3月的事，违反个人信息保护法第十条。", "not_in_force", None),
        ("个人信息保护法第四十七条规定的最小必要原则。", "does_not_say", "cn.pipl.2021/6"),
        ("民法典1033条：『任何人不得打扰他人休息』。", "quote_differs", "cn.civil-code.2020/1033"),
        ("个人信息保护法第八十八条。", "no_such_article", None),
        ("民法典第一千零三十三条第二款。", "no_such_article", None),
        ("民法典第一千零三十三条第（七）项。", "no_such_article", None),
        ("刑法第二百九十三条之二。", "no_such_article", None),
        ("《征信业管理条例》禁止催收打电话。", "does_not_say", None),
        ("向银保监会投诉。", "authority_gone", None),
        ("国家标准规定催收违者拘留。", "does_not_say", None),
        ("持牌消金公司利率不得超过四倍LPR（民间借贷规定）。", "does_not_say", "cn.interp-private-lending.2020/1"),
        ("持牌消费金融公司的利率不得超过LPR四倍。", "does_not_say", "cn.interp-private-lending.2020/1"),
        ("泄露我二十个联系人，构成侵犯公民个人信息罪。", "does_not_say", "cn.interp-personal-info-crime.2017/5"),
        ("违反公约第十七条，可处罚款。", "does_not_say", None),
        ("《互联网金融逾期债务催收自律公约》第十六条规定8点至22点之外不得催收。", "does_not_say", None),
        ("《互联网应用程序个人信息收集使用规定（征求意见稿）》要求平台遵守。", "not_in_force", None),
        ("《治安管理处罚法》第五十条：情节较轻的处五百元以下罚款。", "does_not_say", "cn.psapl.2025/50"),
        ("《保险法》第十六条。", "not_in_library", None),
        ("《征信业务管理办法》第二十条。", "text_not_held", None),
        ("《消费金融公司管理办法》第八十五条。", "no_such_article", None),
        ("治安管理处罚法第四十二条", "superseded", "cn.psapl.2025/50"),
        ("请按治安管理处罚法42条处理。", "superseded", "cn.psapl.2025/50"),
        ("依据《治安管理处罚法》第42条，公安机关可以拘留。", "superseded", "cn.psapl.2025/50"),
        ("根据《中华人民共和国治安管理处罚法》第四十二条之规定，请求处罚。", "superseded", "cn.psapl.2025/50"),
        ("《治安管理处罚法》第七十八条规定公安机关对报案应当受理登记。", "superseded", "cn.psapl.2025/90"),
        ("《网络安全法》第六十四条规定侵害个人信息的罚款。", "superseded", "cn.cybersecurity-law.2025/71"),
        ("民法典第一百八十八条规定诉讼时效期间为两年。", "does_not_say", "cn.civil-code.2020/188"),
        ("民法典第一千一百八十二条规定了精神损害赔偿。", "does_not_say", "cn.civil-code.2020/1183"),
        ("个人信息保护法第十六条规定个人有权撤回其同意。", "does_not_say", "cn.pipl.2021/15"),
        ("个人信息保护法第二十一条规定向第三方提供应取得单独同意。", "does_not_say", "cn.pipl.2021/23"),
        ("《征信业管理条例》第十六条规定每年免费获取信用报告。", "does_not_say", "cn.credit-reporting-regs.2013/17"),
        ("《民事诉讼法》第二十三条规定合同履行地法院管辖。", "does_not_say", "cn.civil-procedure.2023/24"),
        ("《行政诉讼法》第四十六条规定三个月内起诉。", "does_not_say", "cn.admin-litigation.2017/46"),
        ("《合同法解释二》第二十九条。", "repealed", "cn.civil-code.2020"),
        (
            "民法典第一千零三十三条：“任何组织不得以电话、短信等方式侵扰他人的私人生活安宁，违者支付惩罚性赔偿”。",
            "quote_differs",
            "cn.civil-code.2020/1033",
        ),
    ],
)
def test_each_kind_of_error_is_named(text: str, verdict: str, suggested: str | None) -> None:
    citation = only(text)
    assert citation.verdict == verdict, citation.note
    assert citation.note
    if suggested:
        assert citation.suggest[0] == suggested


@pytest.mark.parametrize(
    "text",
    [
        "2025年7月的骚扰违反治安管理处罚法第四十二条。",
        "2012年修正的《治安管理处罚法》第四十二条，2026年起改为第五十条。",
        "原《合同法》第二百条已被民法典第六百七十条取代。",
        "2019年5月签订的合同，适用《合同法》第二百零六条。",
        "银保监会令2022年第9号第四十一条仍然有效。",
        "原银保监会，现国家金融监督管理总局。",
        "2022年银保监会印发了通知。",
        "四倍LPR的上限不适用于银行和消费金融公司，见民间借贷规定第一条。",
        "刑法第二百九十三条之一只针对高利放贷等产生的非法债务，银行债务不适用。",
        "GB/T 45251-2025是推荐性国家标准，没有罚则，不能据此处罚。",
        "你们在晚上11点打电话，违反了民法典第1033条。",
        "征信业管理条例没有禁止催收打电话。",
        "民法典第六百七十五条：违规催收不等于不用还钱。",
        "符合民事诉讼法第一百二十二条规定情形的，应当受理。",
        "个人信息保护法第六条、第十三条、第十五条分别规定了最小必要、合法性基础和撤回同意。",
        "把人关起来要债，刑法第二百三十八条管着。",
        "催收员发短信称“再不还钱就把你的照片发到村里”，根据《治安管理处罚法》第五十条，可以拘留。",
        "依据民法典第1033条，“爆通讯录式的疯狂催收行为”属于侵权。",
        "依据《民法典》第一千零三十五条、第一千零三十八条，您侵犯了我的隐私权。",
        "根据民法典第1032条、1033条、1024条，我要求精神损害赔偿。",
        "很多人以为银行贷款也有四倍LPR的上限，这是误解。",
        "催收员声称逾期就构成刑法第二百六十六条诈骗罪，其实不是。",
        "民法典第1032条、1033条，个保法第10条规定了隐私权的保护。",
        "民法典施行前签订的合同适用合同法，例如《合同法》第二百条。",
        "民间借贷看《民间借贷规定》第二十五条。\n刑法修正案（十一）第三十四条增设了催收非法债务罪。",
        "民间借贷看《民间借贷规定》第二十五条。\n按某市物业管理规定第五十六条办理。",
        "违反民法典1033条，精神损失费五万元。",
        "《个人信息保护法》第六条、第十三条、第四十七条。上述规定明确了最小必要原则。",
        "《治安管理处罚法》第五十条规定了对威胁、侮辱、骚扰的处罚，构成敲诈勒索的适用第五十八条。",
        "民法典第1024条、第1183条规定，受害人可以请求赔礼道歉、精神损害赔偿。",
        "他们读取我的通讯录，违反个保法第六条、第十条、第十三条和民法典第1035条。",
        "银保监会2022年第9号令《银行保险机构消费者权益保护管理办法》仍然有效。",
        "2016年签订的合同，按民间借贷司法解释第二十六条，年利率超过36%的部分无效。",
        "新治安管理处罚法第四十二条",
        "《治安管理处罚法》第四十二条规定了擅入铁路轨道。",
        "个人信息保护法第十六条：不得以撤回同意为由拒绝服务。",
    ],
)
def test_right_citations_are_not_condemned(text: str) -> None:
    assert [c for c in check(text) if c.is_wrong] == []


def test_an_article_without_第_after_a_comma_belongs_to_the_law_named_before() -> None:
    verdicts = [
        (c.article, c.verdict) for c in check("民法典第675条规定按期还款，676条规定逾期利息，1032条规定了格式条款。")
    ]
    assert verdicts == [("675", "ok"), ("676", "ok"), ("1032", "does_not_say")]
    assert len(check("依民法典第675条，共收到短信，30条要求还款。")) == 1


def test_a_list_is_judged_one_by_one() -> None:
    first, second, third = check("民法典第四百九十六条、第四百九十七条、第六百八十条规定了格式条款。")
    assert [c.verdict for c in (first, second, third)] == ["ok", "ok", "does_not_say"]
    assert [c.article for c in (first, second, third)] == ["496", "497", "680"]


def test_the_day_decides_which_law_speaks() -> None:
    text = "该行为违反治安管理处罚法第四十二条，属于多次发送恐吓信息干扰他人正常生活。"
    assert only(text, date(2025, 12, 31)).verdict == "ok"
    assert only(text, date(2026, 1, 1)).verdict == "superseded"
    assert only("《合同法》第六十条。", date(2020, 12, 31)).verdict == "ok"
    assert only("《合同法》第六十条。", date(2021, 1, 1)).verdict == "repealed"


def test_a_quotation_cut_short_of_its_condition_is_found_and_the_missing_words_are_named() -> None:
    citation = only("《刑法》第二百九十三条规定“追逐、拦截、辱骂、恐吓他人的”就是寻衅滋事罪。")
    assert citation.verdict == "quote_differs"
    assert "情节恶劣" in citation.note


def test_a_true_quotation_under_the_wrong_number_names_the_right_one() -> None:
    citation = only("《民法典》第六百八十条规定“借款的利息不得预先在本金中扣除”。")
    assert (citation.verdict, citation.suggest) == ("does_not_say", ("cn.civil-code.2020/670",))


def test_json_has_the_agreed_keys_and_the_span_points_at_the_words() -> None:
    text = "请看：个人信息保护法 13 条 1 款 2 项。"
    citation = only(text)
    assert citation.as_json() == {
        "text": "个人信息保护法 13 条 1 款 2 项",
        "span": [3, 23],
        "instrument": "cn.pipl.2021",
        "article": "13.1.2",
        "verdict": "ok",
        "suggest": [],
        "note": "",
        "note_en": "",
        "outcome": "right",
        "is_refuted": False,
    }
    assert text[3:23] == citation.text


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_on_the_annotated_corpus_every_wrong_citation_is_found_and_no_right_one_condemned(path: Path) -> None:
    measured = measure(path)
    assert measured.lines == ()
    assert (measured.found, measured.caught, measured.condemned) == (measured.expected, measured.wrong, 0)


def test_the_corpus_has_citations_of_every_verdict() -> None:
    verdicts = {e.verdict for path in CORPUS for e in annotated(path.read_text(encoding="utf-8"))[1]}
    assert verdicts >= CONDEMNING | {"ok", "not_in_library", "text_not_held"}


def test_every_id_that_a_concept_or_pitfall_names_exists() -> None:
    held = library()
    named = {id_ for concept in concepts() for id_ in (*concept.homes, *concept.also)}
    named |= {id_ for pitfall in pitfalls() for id_ in pitfall.suggest}
    for id_ in sorted(named):
        instrument, _, key = id_.partition("/")
        shape = structure(instrument)
        assert key == "*" or held.holds(id_) or (shape is not None and key in shape.articles), id_


@settings(max_examples=60)
@given(st.text(alphabet="《》民法典刑个保第一二三十条款项规定：“”，。\n银保监会2023年根据", max_size=150))
def test_any_text_gets_verdicts_and_never_fails(text: str) -> None:
    for citation in check(text):
        start, end = citation.span
        assert text[start:end] == citation.text
