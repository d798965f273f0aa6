"""What belongs to the next line, bracket or number is not held against the citation before it; numbers told without 条 or law are read."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import check_text

ON = date(2026, 11, 22)


def wrong_in(text: str) -> list[tuple[str | None, str]]:
    return [(citation.article, citation.verdict) for citation in check_text(text, ON) if citation.is_wrong]


@pytest.mark.parametrize("bullet", ["◆", "📌", "▶", "☑", "➊"])
def test_any_picture_or_sign_begins_an_entry_of_a_list(bullet: str) -> None:
    text = f"{bullet}敲诈勒索：《刑法》第274条\n{bullet}冒充公检法：《刑法》第279条\n{bullet}侮辱诽谤：《刑法》第246条"
    assert not wrong_in(text)


def test_in_such_a_list_a_wrong_number_is_still_told() -> None:
    assert wrong_in("◆敲诈勒索：《刑法》第279条\n◆冒充公检法：《刑法》第274条") == [
        ("279", "does_not_say"),
        ("274", "does_not_say"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "禁止恐吓、辱骂。违者个人可能被治安处罚（治安管理处罚法第五十条），公司主管和直接责任人员按同法第十八条一并处罚。",
        "过错责任是民法典第一千一百六十五条，共同侵权是第一千一百六十八条，用人单位是第一千一百九十一条。",
        "依《民法典》第一百八十八条，三年已过；其间答辩人未作过还款承诺，无第一百九十五条所列中断情形。",
        "治安管理处罚法第六十二条第三款不要求冒充的是国家机关，冒充律师招摇撞骗的都可能落进来。",
        "向申请人单位同事透露欠款，与民法典第1034条第3款、第1038条第1款不合。",
        "第二项判令赔礼道歉，依据是《民法典》第一千条第一款；第三项判令赔偿公证费，依据是第一千一百八十二条。",
        "委托我们打电话属委托处理，个保法第21条没有要求单独同意。",
        "《刑法修正案（十一）》增设的第二百九十三条之一，自2021年3月1日起施行；此前多按第二百九十三条第一款第（二）项。",
    ],
)
def test_what_leads_on_denies_or_amends_condemns_nothing(text: str) -> None:
    assert not wrong_in(text)


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("过错责任是民法典1165，共同侵权是1168，用人单位是1191。", ["1165", "1168", "1191"]),
        ("你就说：“《消费者权益保护法》第八条，我有知情权。第二十六条，格式条款要提请注意。”", ["8", "26"]),
        ("民法典一千零三十三条管骚扰；P图发群里，一千零二十四条名誉权。", ["1033", "1024"]),
        ("**关于非法拘禁罪** 刑法第二百三十八条，为索债也一样。", ["238"]),
        ("委托前做个人信息保护影响评估并记录（个保法第五十五条第三项）。", ["55.1.3"]),
    ],
)
def test_numbers_in_speech_and_in_quotations_are_read(text: str, articles: list[str]) -> None:
    assert [citation.article for citation in check_text(text, ON)] == articles


def test_a_count_of_messages_or_of_money_is_no_article() -> None:
    text = "民法典1165，赔偿金额是1200，三百二十一条短信里有五十条辱骂。"
    assert [citation.article for citation in check_text(text, ON)] == ["1165"]


def test_of_a_law_named_in_the_same_sentence_a_missing_paragraph_is_missed_though_the_text_names_other_laws() -> None:
    text = "依《个人信息保护法》第六十五条举报，并依第五十条第三款起诉。另见《网络安全法》。"
    assert wrong_in(text) == [("50.3", "no_such_article")]


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("依据《民法典》第1260条，您应立即归还全部本金及逾期利息，否则上门走访。", "does_not_say"),
        ("《个人信息保护法》第五十条规定处理时限为15个工作日。", "does_not_say"),
        ("依《民法典》第五百六十条规定的费用、利息、主债务的顺序抵充。", "does_not_say"),
        (
            "刑法第二百五十三条之一第三款：单位犯罪的双罚，对单位判处罚金，对直接责任人员依照各该款处罚。",
            "does_not_say",
        ),
        ("依《刑事诉讼法》第二百一十条第（二）项，就公安机关不予追究被告人刑事责任的案件提起自诉。", "does_not_say"),
        ("若24小时内未还，我司将依据《刑事诉讼法》第一百一十二条申请对你刑事拘留。", "does_not_say"),
        (
            "《刑法》第二百九十三条之一规定，有下列情形之一，催收债务，情节严重的，处三年以下有期徒刑、拘役或者管制，并处或者单处罚金。",
            "quote_differs",
        ),
        ("根据刑法第253条之一，泄露一个人的电话就要判三年！", "does_not_say"),
        ("依民事诉讼法第122条，明日对你采取强制拘留措施。", "does_not_say"),
        (
            "《民法典》第一千零三十二条第二款规定：“隐私是公民的生活安宁和不愿被他人知悉的个人秘密与个人活动。”",
            "quote_differs",
        ),
        ("违反：①个保法第10条，“任何单位和个人不得泄露公民个人隐私”；", "quote_differs"),
        (
            "《刑法》第二百五十三条之一　【侵犯公民个人信息罪】向他人出售或者提供公民个人信息的，处三年以下有期徒刑或者拘役，并处或者单处罚金。",
            "quote_differs",
        ),
    ],
)
def test_and_these_are_still_or_newly_condemned(text: str, verdict: str) -> None:
    assert [found for _, found in wrong_in(text)] == [verdict]


@pytest.mark.parametrize(
    "text",
    [
        "《民法典》第一千二百六十条：合同法、侵权责任法自2021年1月1日起废止。",
        "依《民法典》第五百六十一条，按费用、利息、主债务的顺序抵充。",
        "违反：①个保法第25条，“不得公开其处理的个人信息”；",
        "《民法典》第一千零三十二条第一款规定：“自然人享有隐私权。”",
        "刑法第253条之一要“情节严重”才够，不是泄露一个人的电话就要判三年。",
    ],
)
def test_beside_them_the_right_ones_stand(text: str) -> None:
    assert not wrong_in(text)
