"""What a lawyer's set of November 2026 taught: right citations that were condemned, and the wrong ones beside them."""

from __future__ import annotations

import pytest
from checking_today import wrong_in

from cuijie.law.citations.finding.dateline import written_on


@pytest.mark.parametrize(
    "text",
    [
        "【存档】2018 年 9 月 14 日　某都市报法治版\n\n法院依照《侵权责任法》第六条、第十五条、第二十二条，判令赔偿精神抚慰金3000元。",
        "【存档】2018 年 9 月 14 日　某都市报法治版\n\n民警依据《治安管理处罚法》第四十二条对催收员处以行政拘留。",
        "【存档】2018 年 9 月 14 日\n\n年利率超过36%的部分，依据当时的《民间借贷规定》第二十六条，约定无效。",
        "治安上，去年（2025 年 3 月）那次，按当时的治安管理处罚法第四十条第三项处理。\n今年同样的事按新法第四十七条第一款第三项。",
    ],
)
def test_a_text_whose_date_has_blanks_or_a_newspaper_behind_it_is_judged_by_its_day(text: str) -> None:
    assert not wrong_in(text)


def test_a_bracketed_month_inside_a_sentence_does_not_date_the_text() -> None:
    assert written_on("去年（2019 年 3 月）我朋友那次是老办法。\n\n正文。") is None
    assert str(written_on("答（2019 年 3 月）：是老办法。\n\n正文。")) == "2019-03"
    assert str(written_on("标题\n\n正文。\n\n（写于 2019 年 3 月）")) == "2019-03"


@pytest.mark.parametrize(
    "text",
    [
        "申请人愿依《民事诉讼法》第一百零四条第一款提供担保，并在采取保全措施后六十日内起诉（第一百零四条第三款）。",
        "发广告要取得同意，《广告法》第四十三条，违者对广告主处五千元以上三万元以下罚款（《广告法》第六十二条第一款）。",
        "网站上的同类内容见《互联网信息服务管理办法》第十五条第（八）项，网站发现应当立即停止传输、保存记录并报告，《互联网信息服务管理办法》第十六条。",
    ],
)
def test_a_clause_that_ends_in_the_next_citation_is_not_held_against_the_one_before(text: str) -> None:
    assert not [citation for citation in wrong_in(text) if citation.span[0] < text.index("条")]


@pytest.mark.parametrize(
    "text",
    [
        "我所将依《民事诉讼法》第一百零四条申请诉前财产保全，情况紧急时法院48小时内裁定。",
        "合同里写了仲裁条款的，法院会告诉你去仲裁，《民事诉讼法》第一百二十七条第（二）项。",
        "以非法占有为目的虚增债务的，一般以诈骗罪定罪，刑法第二百六十六条。",
        "| 被拒绝以后起诉 | 个保法第50条第2款 | 拒绝我的请求，我可以告 |",
        "此前，这项工作由银保监会负责，2023年机构改革后已划转。",
        "2. 委托催收必须取得单独同意。（×）解析：《个人信息保护法》第二十一条。",
        "采取措施后三十日内起诉，见《民事诉讼法》第一百零四条第三款。",
    ],
)
def test_what_names_the_articles_own_matter_is_left_alone(text: str) -> None:
    assert not wrong_in(text)


def test_a_number_beyond_a_short_reply_or_a_repealed_law_is_the_other_laws() -> None:
    text = (
        "看《民间借贷规定》第一条第一款。小贷呢？《最高人民法院关于新民间借贷司法解释适用范围问题的批复》说不适用。\n"
        "第二十五条以合同成立时LPR的四倍为界。第二十七条规定：预先在本金中扣除利息的，应当将实际出借的金额认定为本金。"
    )
    assert [(citation.text, citation.suggest) for citation in wrong_in(text)] == [
        ("第二十七条", ("cn.interp-private-lending.2020/26",))
    ]
    estate = (
        "《民法典》第一千一百六十一条讲限定继承。《继承法》第三十三条早废了。\n第一千一百五十九条要求先清偿税款和债务。"
    )
    assert not wrong_in(estate)


@pytest.mark.parametrize(
    "text",
    [
        "《个人信息保护法》第六条：“处理个人信息应当具有明确、合理的目的，并应当与处理目的直接相关，"
        "只有在具有特定的目的和充分的必要性，并采取严格保护措施的情形下方可处理。”",  # two articles in one quotation
        "《民法典》第五百四十六条第一款：“债权人转让债权，未经债务人同意的，该转让对债务人不发生效力。”",
        "《民法典》第六百八十条写了“超过本金的部分视为没有利息”。",
        "罚则在《反电信网络诈骗法》第四十四条——“没有违法所得或者违法所得不足五万元的，处五十万元以下罚款”。",
        "对个人储蓄存款，有权拒绝任何单位或者个人查询、冻结、扣划，法律另有规定的除外（《商业银行法》第三十条）。",
        "| 上诉期 | 《民事诉讼法》第一百七十一条 | 判决送达之日起十日内 |",
        "超过两年没被发现的就不罚了（《治安管理处罚法》第二十五条）",
        "按照《治安管理处罚法》第50条，最高可处十五日拘留并处5000元罚款。",
        "平台收到通知不处理的，对损害的全部承担连带责任（民法典1195条第2款）。",
        "《民法典》第1065条第3款说，夫妻约定财产归各自所有的，无论债权人知不知道，都只能用借款一方的财产清偿。",
        "委托催收必须取得债务人单独同意。（√）解析：《个人信息保护法》第二十一条。",
        "我司按《网络安全法》第四十三条有关更正、删除的规定处理。",
        "根据《民事诉讼法》第二百六十六条，只要借款逾期满九十日，无须法院判决即可限制您出境。",
        "请依《个人信息保护法》第六十六条第一款处理：责令改正，没收违法所得；拒不改正的，并处五十万元以下罚款。",
    ],
)
def test_its_wrong_citations_are_found(text: str) -> None:
    assert wrong_in(text)
