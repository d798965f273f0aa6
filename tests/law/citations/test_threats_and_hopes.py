"""Right articles misused to threaten a debtor or to promise that a debt is gone, and laws named by their year."""

from __future__ import annotations

import pytest
from checking_today import wrong_in


@pytest.mark.parametrize(
    "text",
    [
        "依《商业银行法》第七条，银行不得委托外面的公司催收。",
        "有一条加重借款人责任，整个借款合同就作废，见《民法典》第四百九十七条。",
        "《民法典》第一千零八十九条：离婚后共同债务各承担一半。",
        "《民法典》第五百三十三条：裁员、降薪的，可以停付利息。",
        "《刑法》第二百二十五条：信用卡年化收费超过36%就构成非法经营。",
        "刑法第一百九十六条：只要透支逾期三个月就是恶意透支，要判五年。",
        "依据刑法第三百一十三条，逾期不还构成拒不执行罪，判三年。",
        "刑法第二百七十六条，欠债不还判刑三年。",
        "依《刑事诉讼法》第一百一十九条，你逾期不还，公安机关将对你刑事拘留三十日。",
        "举报材料可以寄给信息产业部。",
    ],
)
def test_a_known_misuse_is_told(text: str) -> None:
    assert len(wrong_in(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "《个人信息保护法》第二十一条第三款，未经同意，受托人不得转委托他人催收。",
        "《民法典》第四百九十七条，这一条款无效，并不意味着整个合同无效。",
        "《民法典》第一千零八十九条，双方协议各承担一半债务，协议不成由法院判决。",
        "《民法典》第五百三十三条，失业一般不属于情势变更，不能因此停付利息。",
        "刑法第二百二十五条：未经批准经营放贷、年化利率畸高的，可能构成非法经营罪。",
        "刑法第三百一十三条，对法院的判决有能力执行而拒不执行，情节严重的构成犯罪。",
        "《电信服务规范》由原信息产业部发布。",
    ],
)
def test_what_sounds_like_a_misuse_and_is_none_is_left_alone(text: str) -> None:
    assert not wrong_in(text)


def test_the_year_of_another_law_is_no_event_for_a_renumbered_one() -> None:
    old = "网友说：《治安管理处罚法》第四十二条写得明白，多次发送侮辱、恐吓信息的可以拘留。\n\n"
    (number,) = wrong_in(old + "够不够数，要看两高2017年个人信息解释第五条第一款第（五）项。")
    assert number.verdict == "superseded"
    assert not wrong_in("2024年9月的事，警方按治安管理处罚法第四十二条处理。")


def test_a_label_of_a_statement_does_not_make_it_an_application() -> None:
    (term,) = wrong_in("执行：申请执行的期间是三年（《民事诉讼法》第二百五十条）。")
    assert "2年" in term.note
