"""Numbers, terms and words that a lawyer's set of wrong citations changed, and the right ones beside them."""

from __future__ import annotations

import pytest
from checking_today import ON, wrong_in

from cuijie.law.citations import check_text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("| 外发名单 | 《网络数据安全管理条例》第十二条第一款 | 处理情况记录至少保存5年 |", ("5年", "3年")),
        (
            "| 不报送报表 | 逾期不改正的，处五万元以上三十万元以下 | 《银行业监督管理法》第四十七条 |",
            ("五万元", "十万元"),
        ),
        ("罚款逾期不缴，每日按百分之五加处，《行政处罚法》第七十二条第一款第（一）项。", ("百分之五", "百分之三")),
        (
            "损失难以确定的，依《最高人民法院关于审理利用信息网络侵害人身权益民事纠纷案件适用法律若干问题的规定》"
            "第十二条第二款由法院在一百万元以下酌定。",
            ("一百万元", "五十万元"),
        ),
        ("根据《征信业管理条例》第十六条第一款，不良信息自不良行为发生之日起保存五年。", ("发生", "终止")),
        (
            "《个人信息保护法》第六十九条第一款，该款要求个人证明处理者有过错。",
            ("个人证明处理者有", "处理者证明自己没有"),
        ),
        ("债权转让的通知“不得撤销，但是经债务人同意的除外”，见《民法典》第五百四十六条第二款。", ("债务人", "受让人")),
        (
            "“以暴力或者其他方法公然侮辱他人或者捏造事实诽谤他人的，处三年以下有期徒刑、拘役、管制或者剥夺政治权利。”"
            "（《刑法》第二百四十六条第一款）",
            ("他人的，处", "他人，情节严重的，处"),
        ),
    ],
)
def test_a_particular_changed_is_wrong_and_the_articles_own_is_not(wrong: str, right: tuple[str, str]) -> None:
    assert wrong_in(wrong)
    assert not wrong_in(wrong.replace(*right))


def test_a_law_told_to_be_in_force_still_is_not_excused_by_the_law_that_replaced_it() -> None:
    text = "新办法取代的《消费金融公司试点管理办法》目前继续有效，其条款仍应一并适用。"
    assert [citation.verdict for citation in wrong_in(text)] == ["repealed"]
    assert not wrong_in("《消费金融公司试点管理办法》已被新办法取代，不再有效。")


def test_the_same_article_written_out_in_part_is_a_citation() -> None:
    text = "短信轰炸见《民法典》第一千零三十三条第（一）项，同条开头即写明“除法律另有规定或者权利人明确同意外”。"
    assert [citation.text for citation in check_text(text, ON)][-1] == "同条"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (
            "| 行政法规 | 《征信业管理条例》（中国人民银行令〔2013〕第1号） | 报送 |",
            ("中国人民银行令〔2013〕第1号", "国务院令第631号"),
        ),
        (
            "| 自律 | 《金融机构个人消费类贷款催收工作指引（试行）》（国家金融监督管理总局2026年1月30日发布） | 会员 |",
            ("国家金融监督管理总局", "中国银行业协会"),
        ),
    ],
)
def test_a_title_with_anothers_order_or_issuer_in_brackets_is_wrong(wrong: str, right: tuple[str, str]) -> None:
    assert wrong_in(wrong)
    assert not wrong_in(wrong.replace(*right))
