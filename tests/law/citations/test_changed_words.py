"""The article's own words with one changed, words of an older text, of another law, and laws that never were."""

from __future__ import annotations

from datetime import date

import pytest
from checking_today import checked

from cuijie.law.citations import check_text


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("法院可以主动适用诉讼时效的规定（民法典第一百九十三条）。", "不得"),
        ("民法典第五百五十一条第二款说，债权人未作表示的，视为同意。", "不同意"),
        ("请按消费者权益保护法第五十五条第一款处理，即“增加赔偿的金额不足一千元的，为一千元”。", "五百"),
        ("个人信息保护法第四十七条：有下列情形之一的，个人信息处理者可以主动删除个人信息。", "应当"),
    ],
)
def test_one_word_changed_in_the_articles_own_words_is_told_with_the_one_it_has(text: str, held: str) -> None:
    (citation,) = checked(text)
    assert citation.verdict == "does_not_say"
    assert f"“{held}”" in citation.note


@pytest.mark.parametrize(
    "text",
    [
        "人民法院不得主动适用诉讼时效的规定（民法典第一百九十三条）。",
        "法院可以主动适用诉讼时效的规定吗？民法典第一百九十三条说不行。",
        "有人说法院可以主动适用诉讼时效的规定，这是误解，见民法典第一百九十三条。",
        "个保法25条，取得个人单独同意后，处理者可以公开其处理的个人信息。",
    ],
)
def test_the_articles_words_and_what_is_asked_or_refuted_or_conditional_are_left_alone(text: str) -> None:
    assert not [citation for citation in checked(text) if citation.is_wrong]


def test_a_quotation_further_on_in_the_sentence_is_held_against_the_article() -> None:
    (citation,) = checked(
        "《刑法》第一百九十六条第二款规定：“恶意透支，是指持卡人超过规定限额或者规定期限透支，并且经发卡银行催收后仍不归还的行为。”"
    )
    assert citation.verdict == "quote_differs"
    assert "以非法占有为目的" in citation.note


def test_the_words_of_the_former_text_under_todays_number_are_told_as_such() -> None:
    quoted = "“多次发送淫秽、侮辱、恐吓或者其他信息，干扰他人正常生活的”"
    (citation,) = checked(f"{quoted}——2026年起施行的《治安管理处罚法》第五十条第一款第五项")
    assert citation.verdict == "quote_differs"
    (old,) = check_text(f"{quoted}——《治安管理处罚法》第四十二条第五项", date(2024, 5, 1))
    assert not old.is_wrong


@pytest.mark.parametrize(
    "text",
    [
        "当事人因涉嫌诈骗，依《治安管理处罚法》第四十九条处拘留。",
        "我们对收集的信息不泄露、不篡改、不毁损，遵守《网络安全法》第四十二条的要求。",
    ],
)
def test_a_former_number_is_told_by_what_stands_before_it(text: str) -> None:
    (citation,) = checked(text)
    assert citation.verdict == "superseded"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("依《中华人民共和国商账催收管理条例》第八条，我司可以上门。", "no_such_article"),
        ("违反《中华人民共和国金融消费者权益保护法》第十二条。", "no_such_article"),
        ("国内并没有《催收管理条例》。", "not_in_library"),
        ("违反《中国人民银行金融消费者权益保护实施办法》第十二条。", "not_in_library"),
    ],
)
def test_a_law_that_never_was_is_told_unless_the_text_says_so(text: str, verdict: str) -> None:
    (citation,) = checked(text)
    assert citation.verdict == verdict


def test_that_law_has_no_such_article_where_no_other_law_named_has_it_either() -> None:
    text = "复议见《行政复议法》第二十条；办案期限见《治安管理处罚法》第一百一十八条，追责另见该法第一百四十五条。"
    assert checked(text)[-1].verdict == "no_such_article"


def test_the_cells_before_that_of_the_citation_tell_what_is_said_of_it() -> None:
    row = "| 2万—20万元 | 报送不良信息未事先告知本人，情节严重，罚单位 | 《征信业管理条例》第四十条 |"
    (citation,) = checked(row)
    assert citation.suggest == ("cn.credit-reporting-regs.2013/41",)
    assert not checked(row.replace("第四十条", "第四十一条"))[0].is_wrong


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("《民法典》第1032条讲隐私，紧接着1033条第一项把电话、短信点了名。", "1033.1.1"),
        ("治安管理处罚法第五十条第一款第五项讲滋扰，还能开禁止接触令，这条的第二款，要负责人批。", "50.2"),
        ("银行卡规定第三条列了几种：扣划（该条第一项）、向预留的号码催收（第二项）。", "3.1.2"),
        ("最低的那档是消法五十六条第一款第九项。", "56.1.9"),
    ],
)
def test_numbers_without_a_sign_before_them_are_read_where_a_part_follows(text: str, article: str) -> None:
    assert checked(text)[-1].article == article


@pytest.mark.parametrize(
    "text",
    [
        "诽谤入罪看网络诽谤解释第二条第一项，点击五千次或者转发三百次就够。",
        "信用卡办法第七十条给的最长期限是八年。",
        "不服一审判决，民诉法第一百七十一条第一款给你十天上诉。",
        "个人信息保护法第十九条规定保存期限一律为三年。",
        "民诉法第二百二十八条第二款没留例外。",
    ],
)
def test_numbers_and_exceptions_that_are_not_the_articles_are_found(text: str) -> None:
    assert [citation.verdict for citation in checked(text)] == ["does_not_say"]


@pytest.mark.parametrize(
    "text",
    [
        "诽谤入罪看网络诽谤解释第二条第一项，点击五千次或者转发五百次就够。",
        "信用卡办法第七十条，个性化分期最长五年。",
        "信访工作条例第三十四条，办理期限六十日。",
        "刑法二百四十六条第二款，告诉才处理；法院能请公安协助的是第三款。",
        "故意损毁公私财物，治安管理处罚法第五十九条，十天以下。",
    ],
)
def test_numbers_told_in_few_words_are_left_alone_where_the_article_has_them(text: str) -> None:
    assert not [citation for citation in checked(text) if citation.is_wrong]
