"""The right article with another number, in another paragraph or item, without its exception, or of another day."""

from __future__ import annotations

import re
from datetime import date

import pytest

from cuijie.law.citations import Citation, check_text

ON = date(2026, 11, 22)


def only(text: str) -> Citation:
    (citation,) = check_text(text, ON)
    return citation


@pytest.mark.parametrize(
    ("text", "written", "held"),
    [
        ("《民事诉讼法》第二百五十条规定申请执行的期间是三年。", "三年", "2年"),
        ("《治安管理处罚法》第一百一十八条规定办案期限是六十日。", "六十日", "30日"),
        ("消法25条，十五天无理由退货。", "十五天", "7日"),
        ("《消费者权益保护法》第四十六条规定十五个工作日内处理并告知。", "十五个工作日", "7日"),
        ("民法典586条，定金不得超过主合同标的额的30%。", "30%", "20%"),
        ("敲诈勒索司法解释第三条，一年内敲诈三次以上算多次。", "一年", "2年"),
        ("个保法66条，情节严重最高罚一个亿。", "一个亿", "5000万元"),
        ("没有约定的，保证期间为主债务履行期限届满之日起二年——《民法典》第692条第2款。", "二年", "6个月"),
    ],
)
def test_a_number_that_the_article_has_not_is_named_with_those_it_has(text: str, written: str, held: str) -> None:
    citation = only(text)
    assert citation.verdict == "does_not_say"
    assert written in citation.note
    assert held in citation.note


@pytest.mark.parametrize(
    "text",
    [
        "民法典188条，一般三年，最长二十年，过了就别指望法院了。",
        "派出所按《治安管理处罚法》第五十条对催收员甲行政拘留三日、罚款三百元。",
        "被告人犯催收非法债务罪，依照刑法第二百九十三条之一，判处有期徒刑一年六个月，并处罚金二万元。",
        "消法55条，我买的课3980元，三倍就是11940元。",
        "根据《民法典》第六百七十五条，我会在三个月内分三期把5000元还清。",
        "刑法第253条之一：情节严重的三年以下，特别严重的三年到七年。",
        "治安处罚法第九十七条，传唤询问不超过8小时，可能拘留的不超过24小时。",
        "《治安管理处罚法》第五十条的罚款上限由五百元提高到一千元。",
        "《治安管理处罚法》第一百一十八条，办案期限三十日，再延长三十日，最长六十日。",
        "民法典第1195条，我发了通知，平台拖了15天才删。",
        "一般二年，涉及公民生命健康安全、金融安全且有危害后果的五年（行政处罚法第三十六条第一款）。",
    ],
)
def test_numbers_of_the_law_of_a_case_and_of_the_past_are_left_alone(text: str) -> None:
    assert not [citation for citation in check_text(text, ON) if citation.is_wrong]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("《治安管理处罚法》第五十条第一款第一项，公然侮辱他人或者捏造事实诽谤他人。", "cn.psapl.2025/50.1.2"),
        ("个保法第四十七条第一款第（一）项，个人撤回同意的应当删除。", "cn.pipl.2021/47.1.3"),
        ("个保法66条第一款，情节严重的处五千万元以下罚款。", "cn.pipl.2021/66.2"),
    ],
)
def test_the_paragraph_or_item_that_has_it_is_suggested(text: str, part: str) -> None:
    citation = only(text)
    assert (citation.verdict, citation.suggest) == ("does_not_say", (part,))


def test_a_rule_with_an_exception_is_not_absolute() -> None:
    citation = only("民法典第一千一百九十三条规定定作人对承揽人致害一律不承担责任。")
    assert citation.verdict == "does_not_say"
    assert "例外" in citation.note
    assert not only("民法典第一千一百九十三条规定定作人对承揽人致害不承担责任，但有过错的除外。").is_wrong


def test_what_is_wrong_of_that_article_is_wrong_of_the_citation_it_stands_for() -> None:
    found = check_text("应按《反电信网络诈骗法》第三十一条处理，该条禁止制造、使用批量插卡设备和改号软件。", ON)
    assert [citation.verdict for citation in found] == ["does_not_say", "does_not_say"]


def test_the_day_since_when_a_law_is_in_force_is_checked() -> None:
    assert only("《个人信息保护法》自2021年9月1日起施行。").verdict == "does_not_say"
    assert only("《个人信息保护法》自2021年11月1日起施行。").verdict == "ok"


def test_a_new_text_expressly_cited_for_earlier_events_was_not_in_force() -> None:
    found = check_text("2025年6月他闯入住宅，派出所依据新《治安管理处罚法》第四十七条作出拘留决定。", ON)
    assert [citation.verdict for citation in found] == ["not_in_force"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("《民法典》第六百七十条规定利息不得预先在本金中扣除。", "right"),
        ("依据《民法典》第六百七十条。", "right"),
        ("《民法典》第六百七十条规定宠物医院可以收取疫苗押金。", "not_confirmed"),
        ("《民法典》第六百七十条规定债权人转让债权未通知债务人的，对债务人不发生效力。", "wrong"),
        ("《不存在的管理办法》第三条规定利息。", "not_confirmed"),
    ],
)
def test_a_citation_is_right_wrong_or_not_confirmed(text: str, outcome: str) -> None:
    assert only(text).outcome == outcome


@pytest.mark.parametrize(
    "text",
    [
        "《民法典》第六百七十条规定债权人转让债权未通知债务人的，对债务人不发生效力。",
        "依据《合同法》第六十条，应当按约还款。",
        "《民法典》第一千三百条规定不得骚扰。",
        "《个人信息保护法》第十三条第九款。",
        "消法25条，十五天无理由退货。",
        "《民法典》第六百七十条规定宠物医院可以收取疫苗押金。",
        "向银保监会投诉。",
        "国标GB/T 45251规定违者拘留。",
    ],
)
def test_every_note_is_told_in_english_too(text: str) -> None:
    citation = only(text)
    assert citation.note
    assert citation.note_en
    assert not set("。，；：、") & set(re.sub("《.*?》|“.*?”", "", citation.note_en))


def test_of_a_law_without_text_our_paraphrases_tell_where_a_statement_belongs() -> None:
    text = "《商业银行信用卡业务监督管理办法》第七十条，里面写不得对与债务无关的第三人催收。"
    assert only(text).suggest == ("cn.creditcard-measures.2011/68",)
    assert not only("《商业银行信用卡业务监督管理办法》第七十条，可以协商个性化分期，最长五年。").is_wrong


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("约定违约金过高请求调整，应引《民法典》第五百八十四条。", "cn.civil-code.2020/585"),
        ("收到投诉的部门七个工作日内要处理，《消费者权益保护法》第三十九条。", "cn.consumer-law.2013/46"),
        ("有证据证明正在侵害人格权的，可以去法院申请禁令。条文是《民法典》第九百九十六条。", "cn.civil-code.2020/997"),
        ("给别的公司用要单独同意👉《个人信息保护法》第21条写的。", "cn.pipl.2021/23"),
        ("请求消费者权益保护法第五十四条的三倍赔偿，这个跟催收不是一码事。", "cn.consumer-law.2013/55"),
    ],
)
def test_what_stands_before_a_citation_or_is_named_by_a_noun_is_held_against_it(text: str, instead: str) -> None:
    citation = only(text)
    assert citation.verdict == "does_not_say"
    assert instead in citation.suggest


def test_an_article_that_may_be_another_named_laws_and_an_authority_said_to_be_gone_are_left_alone() -> None:
    text = "《网络安全法》也换了条号。《治安管理处罚法》第六十二条管冒充警察。第五十一条是殴打他人。"
    assert not [citation for citation in check_text(text, ON) if citation.is_wrong]
    assert not check_text("“银保监会会盯你”。这机构早就没了，2023年起是金融监管总局。", ON)


def test_the_criminal_law_is_found_where_it_is_applied() -> None:
    assert only("数额较大的，可适用刑法第二百七十五条；").article == "275"
    assert only("只能用刑法第二百七十五条。").article == "275"
    assert not check_text("罪刑法定，酷刑法庭不采。", ON)
