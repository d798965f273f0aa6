"""What a legal-aid lawyer's set taught: rules told wrongly, and right sentences that look like them."""

from __future__ import annotations

import pytest
from checking_today import ON, wrong_in

from cuijie.law.citations import check_text


@pytest.mark.parametrize(
    "text",
    [
        "行政复议法第六十二条规定，自受理之日起三个月内作出复议决定。",
        "《个人信息保护法》第十五条规定，同意一经作出不得撤回。",
        "个保法第16条规定你有权随时撤回同意。",
        "个保法29条把银行账号列为敏感个人信息。",
        "个保法第29条规定读取通讯录必须取得单独同意。",
        "号码由借款人填报，依个人信息保护法第十三条第一款第二项，为履行借款合同所必需，无须联系人同意。",
        "两高网络诽谤解释第二条，被转发五千次以上才构成诽谤。",
        "侵犯公民个人信息解释第五条，通信记录五十条以上即达标。",
        "信用卡管理办法第七十条要求催收函披露持卡人姓名和欠款余额。",
        "民诉法第二百五十四条允许法院扣光您的工资。",
        "刑法第293条之一规定，骚扰式催收一律构成催收非法债务罪。",
        "GB/T 45251规定每天最多打6次。",
        "按2025年互联网法院管辖规定第一条，网络小额借款纠纷仍由互联网法院管。",
        "评价每年至少1次，这是GB/T 45251-2025的要求；违反该国家标准的将处十万元以下罚款。",
    ],
)
def test_a_rule_told_wrongly_is_found(text: str) -> None:
    assert [citation.verdict for citation in wrong_in(text)] == ["does_not_say"]


@pytest.mark.parametrize(
    "text",
    [
        "根据个保法第十三条，为订立借款合同所必需，读取借款人本人信息不需要同意；读取通讯录则要同意。",
        "行政复议法第六十二条：六十日，最多延长三十日，合计三个月。",
        "行政复议法第二十条：两个月内申请复议。",
        "公安机关应当依照治安管理处罚法第一百一十八条在一个月内办结。",
        "依据个人信息保护法第十五条，合同中写明“不得撤回授权”的条款没有法律依据。",
        "个人信息保护法第十六条：不得以撤回同意为由拒绝提供服务。",
        "个保法第29条规定，处理敏感个人信息应当取得单独同意。",
        "依个保法第29条，若通讯录中含敏感信息，须取得单独同意。",
        "个人信息保护法第十三条第一款第二项，为履行借款合同所必需的借款人信息，无须另行取得同意。",
        "同一诽谤信息转发五百次或点击五千次（两高网络诽谤解释第二条）。",
        "侵犯公民个人信息解释第五条：征信信息五十条、通信记录五百条、其他五千条以上。",
        "民诉法第二百五十四条规定应当保留生活必需费用，法院不能把工资扣光。",
        "刑法第二百九十三条之一只管高利放贷等产生的非法债务，并非任何催收都构成。",
        "银行业协会指引：未接通的当天尝试最多6次。",
        "2025年管辖规定第一条没有列小额借款，互联网法院不管网贷。",
    ],
)
def test_its_look_alike_is_left_alone(text: str) -> None:
    assert not wrong_in(text)


def test_a_new_article_that_the_text_says_is_not_the_one_is_not_held_against_it() -> None:
    text = "事情发生在2025年秋天，适用旧法也就是2012年修正的治安管理处罚法第42条，不是新法第50条。"
    assert not wrong_in(text)
    assert [c.verdict for c in wrong_in(text.replace("不是新法", "也适用新法"))] == ["not_in_force"]


def test_loans_made_before_a_year_do_not_date_the_sentence_before() -> None:
    text = "民法典第六百七十条：应当按照实际借款数额返还借款。2020年以前借的，当时的《合同法》第二百条也是这样写的。"
    assert not wrong_in(text)


def test_an_interpretation_named_by_its_year_alone_is_no_article_of_the_law_before() -> None:
    text = "刑法第246条要求情节严重。两高2013年解释第二条写的是点击五千次。"
    assert [citation.article for citation in check_text(text, ON)] == ["246"]
    known = "刑法第253条之一：情节严重。两高2017年解释第五条，普通个人信息要五千条以上。"
    assert [citation.instrument for citation in check_text(known, ON)][1] == "cn.interp-personal-info-crime.2017"


def test_what_stands_behind_a_semicolon_with_a_citation_of_its_own_is_held_against_that_only() -> None:
    text = (
        "个人之间的借款，按民间借贷司法解释第二十五条，超过LPR四倍的部分法院不支持；"
        "持牌消费金融公司同样受该解释第二十五条四倍LPR限制。"
    )
    assert [citation.text for citation in wrong_in(text)] == ["该解释第二十五条"]


def test_the_same_article_and_that_guidance_are_read_where_something_is_said_of_them() -> None:
    card = "《商业银行信用卡业务监督管理办法》第六十八条管第三人。同一条还说催收录音至少保存五年，同一条线路不算。"
    assert [(c.text, c.verdict) for c in check_text(card, ON)][1:] == [("同一条", "does_not_say")]
    guide = (
        "中国银行业协会《金融机构个人消费类贷款催收工作指引（试行）》已施行。未经债务人同意，该指引严禁22:00后催收。"
    )
    assert [c.text for c in check_text(guide, ON)][1:] == ["该指引"]
