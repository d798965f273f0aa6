"""The right article with a particular that is not its own: kind, body, actor, manner, place of a number, penalty, year."""

from __future__ import annotations

import pytest
from checking_today import checked


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("个人信息保护法第29条：处理敏感信息只需口头同意即可。", "口头同意"),
        ("个人信息保护法第二十三条：向其他处理者提供个人信息应当取得个人书面同意。", "书面同意"),
        ("民法典第195条规定，权利人提起诉讼的，诉讼时效中止。", "中止"),
        ("《治安管理处罚法》第五十条第二款还规定，经人民法院批准，可以责令其一定期限内禁止接触被侵害人。", "人民法院"),
        ("《个人信息保护法》第十五条规定个人撤回同意须经平台批准后方可生效。", "批准"),
        ("《个人信息保护法》第六十九条确立的是无过错责任，贵司不得以没有过错为由免责。", "无过错责任"),
        ("个保法25条规定处理者可以公开其处理的个人信息。", "可以"),
        ("民法典第九百九十五条规定，停止侵害、赔礼道歉请求权适用三年诉讼时效。", "适用"),
        ("《民法典》第五百八十五条规定违约金过分高于损失的，人民法院应当依职权予以减少。", "依职权"),
        ("《征信业管理条例》第二十五条规定，异议处理结果可以口头答复异议人。", "口头"),
        ("《个人信息保护法》第五十七条规定，发生泄露的，用户应当立即采取补救措施并通知主管部门。", "立即采取补救措施"),
    ],
)
def test_a_particular_that_the_article_excludes_is_named(text: str, told: str) -> None:
    wrong = [citation for citation in checked(text) if citation.verdict == "does_not_say"]
    assert wrong, checked(text)
    assert told in wrong[0].note


@pytest.mark.parametrize(
    "text",
    [
        "《个人信息保护法》第二十九条规定处理敏感个人信息应当取得个人的单独同意或者书面同意。",
        "个保法25条，取得个人单独同意后，处理者可以公开其处理的个人信息。",
        "您书面同意还款，诉讼时效会重新计算（民法典第一百九十五条）。",
        "根据《民法典》第一千一百九十九条关于幼儿园学校的过错推定的规定，请处理。",
        "民法典第692条，保证期间不发生中止、中断和延长。",
        "《治安管理处罚法》第五十条第二款规定，经公安机关负责人批准，可以责令一定期限内禁止接触被侵害人。",
        "个保法第六十五条，任何人都可以向网信部门投诉，也可以向法院起诉。",
        "个保法第六十九条：平台不能证明自己没有过错的，就要赔。",
        "行政诉讼法第47条，公安两个月还不履行的可以起诉。",
        "治安管理处罚法第十六条，一个行为最多十五天，合并执行最长二十天。",
        "民诉法251条，法院执行员接到申请后可以立即采取强制执行措施。",
    ],
)
def test_what_the_article_provides_in_plain_words_is_not_condemned(text: str) -> None:
    assert not [citation for citation in checked(text) if citation.is_wrong]


def test_a_number_of_another_case_of_the_article_is_told_with_the_right_one() -> None:
    (citation,) = checked("行政复议法第六十二条规定，情况复杂的可以延长，最多六十日。")
    assert citation.verdict == "does_not_say"
    assert "30日" in citation.note
    (appeal,) = checked("民诉法第一百七十一条规定，不服裁定的上诉期为十五日。")
    assert "10日" in appeal.note
    assert not [c for c in checked("民法典第188条：诉讼时效三年，最长二十年。") if c.is_wrong]


def test_a_term_told_before_the_citation_is_held_against_it() -> None:
    (citation,) = checked("法律援助机构收到申请后十五日内审查作出决定，《法律援助法》第四十三条第一款。")
    assert citation.verdict == "does_not_say"
    assert "7日" in citation.note
    right = "法律援助机构收到申请后七日内审查作出决定，《法律援助法》第四十三条第一款。"
    assert not [c for c in checked(right) if c.is_wrong]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("《中华人民共和国民法典》自2020年1月1日起施行。", "2021年1月1日"),
        ("《反电信网络诈骗法》（2021年12月1日起施行）管诈骗。", "2022年12月1日"),
        ("2020年施行的《民法典》取代了合同法。", "2021年1月1日"),
        ("2025年實施的《民法典》第1032條進一步明確隱私權保護範圍。", "2021年1月1日"),
        ("《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》（法释〔2021〕17号）", "法释〔2020〕17号"),
    ],
)
def test_a_wrong_year_of_a_law_or_number_is_named(text: str, right: str) -> None:
    assert right in checked(text)[0].note
    assert checked(text)[0].verdict == "does_not_say"


@pytest.mark.parametrize(
    "text",
    [
        "《个人信息保护法》（2021年8月20日通过，2021年11月1日起施行）第四条。",
        "《治安管理处罚法》（2025年6月27日修订，2026年1月1日起施行）新增了禁止接触。",
        "消费者权益保护法自1994年1月1日起施行，后经修正。",
    ],
)
def test_a_right_day_or_one_of_an_older_text_is_not_condemned(text: str) -> None:
    assert not [citation for citation in checked(text) if citation.is_wrong]


def test_the_articles_of_a_notice_that_somebody_received_are_no_citations() -> None:
    found = checked("告知书第一条说：“触犯刑法第一百九十六条。”告知书第二条说：“不还款处三年以下有期徒刑并处罚金。”")
    assert [citation.article for citation in found] == ["196"]
