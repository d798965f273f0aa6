"""What made the check condemn a right citation, kind by kind, and beside each what is still wrong."""

from __future__ import annotations

import pytest
from checking_today import ON, wrong_in

from cuijie.law.citations import check_text


@pytest.mark.parametrize(
    "text",
    [
        "《民法典》第六百七十五条写明还款期限。借款人到期归还，符合同法第六百七十五条。",
        "《民法典》第五百零九条说的是全面履行，结合同法第五百七十七条看，违约要承担责任。",
        "公司法人代表张某收到了函件。",
        "他被判缓刑法院也没有限制他出行。",
    ],
)
def test_a_short_name_whose_first_sign_closes_the_word_before_is_no_name(text: str) -> None:
    assert not wrong_in(text)


def test_a_repealed_law_named_after_another_word_is_still_told() -> None:
    assert [c.verdict for c in wrong_in("依合同法第一百零七条，借款人应当继续履行。")] == ["repealed"]


@pytest.mark.parametrize(
    "text",
    [
        "机构依《征信业管理条例》第二十九条第一款报送信贷信息；不良记录依该条例第十六条保存十年。",
        "机构依《征信业管理条例》第二十九条第一款报送信贷信息，不良记录依该条例第十六条保存十年。",
    ],
)
def test_what_leads_to_the_next_citation_is_said_of_that_one_only(text: str) -> None:
    assert [citation.article for citation in wrong_in(text)] == ["16"]


def test_the_next_bullet_says_nothing_of_the_citation_that_ends_the_one_before() -> None:
    text = (
        "- 知情权。《中华人民共和国消费者权益保护法》第八条第一款\n- 自主选择权。第九条\n- 公平交易权。第十条第一款\n"
    )
    assert not wrong_in(text)


def test_a_line_broken_before_an_item_still_belongs_to_its_article() -> None:
    text = (
        "复议期限的计算方法见《中华人民共和国行政复议法实施条例》第二十四条第一款\n第（二）项的规定办理，请各部门知悉。"
    )
    assert "24.1.2" in {citation.article for citation in check_text(text, ON)}


def test_a_statement_with_a_bracket_of_its_own_belongs_to_the_bracket() -> None:
    text = (
        "受让人还要留意《民法典》第六百八十条第一款的原则和违约金的酌减办法：约定超过损失百分之三十的，"
        "一般可以认定过高（《最高人民法院关于适用〈中华人民共和国民法典〉合同编通则若干问题的解释》第六十五条第二款）。"
    )
    assert not wrong_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "银行发短信催过款，依《最高人民法院关于审理银行卡民事纠纷案件若干问题的规定》第三条第（二）项诉讼时效中断。",
        "本案涉及姓名权，依《中华人民共和国民事诉讼法》第一百六十六条第（一）项不宜走小额诉讼程序。",
    ],
)
def test_the_item_for_all_other_cases_is_never_the_better_one(text: str) -> None:
    assert not wrong_in(text)


def test_an_item_that_another_item_clearly_tells_is_still_wrong() -> None:
    text = "《民法典》第一千零三十三条第（二）项禁止以电话、短信、即时通讯工具侵扰他人的私人生活安宁。"
    assert [citation.article for citation in wrong_in(text)] == ["1033.1.2"]


def test_a_term_is_the_articles_own_however_its_number_is_written() -> None:
    text = "没有履行期限规定的，依《行政复议法实施条例》第二十四条第一款第（二）项自行政机关收到申请满六十日起计算。"
    assert not wrong_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "| 国家标准 | GB/T 45251-2025 | 推荐性，供内部对照，不单独产生行政处罚 |",
        "问：协会的公约能罚款吗？答：《互联网金融逾期债务催收自律公约（试行）》只约束会员，不设罚款。",
    ],
)
def test_a_penalty_denied_is_no_penalty_claimed(text: str) -> None:
    assert not wrong_in(text)


def test_a_penalty_claimed_of_a_standard_is_still_wrong() -> None:
    assert wrong_in("违反GB/T 45251-2025，不改正的将被行政处罚。")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("《刑法》第二百九十三条之一限于“催收高利放贷等产生的非法债务”，银行贷款不适用，不构成犯罪。", False),
        ("依《刑法》第二百四十六条，“以暴力或者其他方法公然侮辱他人或者捏造事实诽谤他人”的，一律判刑。", True),
    ],
)
def test_what_a_quotation_leaves_out_counts_only_where_the_article_is_held_to_apply(text: str, wrong: bool) -> None:
    assert bool(wrong_in(text)) is wrong


def test_the_interpretation_of_a_repealed_law_is_told_as_one_citation() -> None:
    text = "按最高人民法院关于适用担保法若干问题的解释第三十二条，保证期间为两年。"
    assert [(c.text, c.verdict) for c in check_text(text, ON)] == [(text[1:26], "repealed")]


@pytest.mark.parametrize("bar", ["｜", "|", "\t"])
def test_rows_of_a_table_are_not_read_as_one_wrapped_line(bar: str) -> None:
    rows = [
        ["1", "外包商再分包给个人工作室，未报我行同意", "《个人信息保护法》第二十一条第三款", "终止再分包"],
        ["2", "名单里有未成年子女的学校，属于敏感信息", "《个人信息保护法》第二十八条第一款", "删除"],
        ["3", "未做个人信息保护影响评估就开始新项目了", "《个人信息保护法》第五十五条", "补做"],
    ]
    assert not wrong_in("\n".join(bar.join(row) for row in rows))


def test_a_negation_of_another_verb_does_not_deny_what_follows_at_once() -> None:
    assert not wrong_in("对征信机构不满，也可以不投诉直接起诉，《征信业管理条例》第二十六条第三款。")


def test_the_check_tells_how_far_it_is_in_citations() -> None:
    told: list[tuple[int, int]] = []
    text = "依《民法典》第六百七十五条还款。\n依《个人信息保护法》第四十七条删除。\n"
    found = check_text(text, ON, progress=lambda done, total: told.append((done, total)))
    assert len(found) == 2
    assert told == [(0, 2), (1, 2)]


@pytest.mark.parametrize("heading", ["《民法典》第六百七十五条\n", "《民法典》第六百七十五条："])
def test_an_article_named_in_a_reprint_below_its_heading_is_left_alone(heading: str) -> None:
    text = (
        f"法律依据：\n{heading}借款人应当按照约定的期限返还借款。对借款期限没有约定或者约定不明确，"
        "依据本法第五百一十条的规定仍不能确定的，借款人可以随时返还；贷款人可以催告借款人在合理期限内返还。"
    )
    assert not wrong_in(text)


def test_traditional_characters_are_held_against_the_article_too() -> None:
    right = "《中華人民共和國民法典》第六百七十五條規定，借款人應當按照約定的期限返還借款。"
    (citation,) = check_text(right, ON)
    assert citation.outcome == "right"
    assert wrong_in(right.replace("六百七十五", "六百七十"))


@pytest.mark.parametrize(
    "text",
    [
        "依《民事诉讼法》第二十八条，因侵权行为提起的诉讼由侵权行为地或者被告住所地法院管辖。",
        "因侵权行为提起的诉讼由侵权行为地或者被告住所地法院管辖（《民事诉讼法》第二十八条）。",
    ],
)
def test_a_long_conclusion_in_the_words_of_another_article_is_that_ones(text: str) -> None:
    assert [c.suggest for c in wrong_in(text)] == [("cn.civil-procedure.2023/29",)]
    assert not wrong_in(text.replace("二十八", "二十九"))
    assert not wrong_in("依《民事诉讼法》第一百二十二条向有管辖权的人民法院起诉。")


def test_the_sentence_a_crime_carries_tells_no_article_from_another() -> None:
    assert not wrong_in("催收非法债务罪即《刑法》第293条之一，法定最高刑为三年有期徒刑。")


def test_a_law_told_to_be_missing_in_its_day_is_not_condemned() -> None:
    assert not wrong_in("2018年5月3日\n\n爆通讯录这事儿，民法上现在没有专门的个人信息法，但也不是没得用。")


@pytest.mark.parametrize(
    "text",
    [
        "根据《个人信息保护法》第四十七条，请贵司于收到本函之日起七日内删除本人全部信息。",
        "贵司应依《个人信息保护法》第四十七条删除其全部信息，并于收函后七日内书面答复。",
        "依据《个人信息保护法》第四十五条要求查阅、复制，请在15个工作日内提供。",
        "请贵司依《个人信息保护法》第五十条说明理由，并在10日内书面答复本人。",
        "根据《民法典》第一千一百九十五条，请平台在24小时内删除上述内容。",
        "依据《治安管理处罚法》第九十条，请在三日内告知是否立案。",
    ],
)
def test_a_term_that_the_writer_sets_is_not_told_of_the_article(text: str) -> None:
    assert not wrong_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "根据《个人信息保护法》第四十七条，平台应当在七日内删除。",
        "根据《民法典》第一千一百九十五条，平台收到通知后应当在24小时内删除。",
    ],
)
def test_a_term_told_of_an_article_that_has_none_is_still_wrong(text: str) -> None:
    assert [c.verdict for c in wrong_in(text)] == ["does_not_say"]


def test_four_times_behind_an_article_is_no_part_of_its_number() -> None:
    (citation,) = check_text("年利率以《民间借贷规定》第二十五条之四倍LPR为限。", ON)
    assert (citation.article, citation.is_wrong) == ("25", False)
