"""Numbers without a law beside them: of evidence, of another law named before, of a law that nobody wrote down."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import Citation, check_text

ON = date(2026, 11, 22)


def last(text: str) -> Citation:
    return check_text(text, ON)[-1]


@pytest.mark.parametrize(
    "text",
    [
        "上述行为违反《民法典》第一千零三十二条。\n| 1 | 电话 | 通话情况未记录 | 证据1第5条 |",
        "见证据3第2条短信、聊天记录第15条、通话清单第900条，对方违反民法典第一千零三十二条。",
        "对方违反民法典第一千零三十三条，附件二第88条录音和第3条短信可证。",
    ],
)
def test_the_entries_of_a_list_of_evidence_are_no_articles(text: str) -> None:
    found = check_text(text, ON)
    assert [citation.instrument for citation in found] == ["cn.civil-code.2020"]
    assert not found[0].is_wrong


def test_an_article_that_the_law_named_last_has_not_belongs_to_the_other_law_named_before() -> None:
    text = "民法典第六百八十条禁止高利放贷，民间借贷司法解释第二十五条讲四倍LPR。逾期的，第六百七十六条要付逾期利息。"
    assert (last(text).instrument, last(text).verdict) == ("cn.civil-code.2020", "ok")


def test_the_same_interpretation_is_the_interpretation_named_before_and_not_the_code_cited_since() -> None:
    text = (
        "民间借贷司法解释第二十五条讲四倍LPR，逾期利息看民法典第六百七十六条。"
        "职业放贷人的合同无效，同一个司法解释的第十三条第（三）项。"
    )
    assert (last(text).instrument, last(text).verdict) == ("cn.interp-private-lending.2020", "ok")


def test_an_inferred_law_without_the_article_is_left_open_where_the_text_names_others() -> None:
    text = "民间借贷司法解释第二十五条讲四倍LPR，民法典第六百七十六条讲逾期利息。另外，第九千条说要还钱。"
    assert last(text).outcome == "not_confirmed"
    assert last("民法典第六百七十六条讲逾期利息。另外，第九千条说要还钱。").verdict == "no_such_article"


@pytest.mark.parametrize(
    "text",
    [
        "金融账户是敏感个人信息，处理它应取得单独同意，依据个保法第二十九条。",
        "个保法第二十八条把金融账户列为敏感个人信息，处理它要单独同意（第二十九条）。",
        "对方冒充法院执行局工作人员，还让一名律师配合，涉嫌刑法第二百七十九条。",
    ],
)
def test_a_sentence_that_holds_the_matter_of_two_articles_is_right_with_either(text: str) -> None:
    assert not [citation for citation in check_text(text, ON) if citation.is_wrong]


def test_a_paragraph_sign_with_its_paragraph_is_an_article_of_the_law_named_before() -> None:
    text = "处理个人信息要最小必要（《个人信息保护法》§6）；合同所必需只适用于一方当事人（§13第一款第（二）项）。"
    assert (last(text).article, last(text).verdict) == ("13.1.2", "ok")
