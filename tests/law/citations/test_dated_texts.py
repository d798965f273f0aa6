"""A text that bears its own day is judged by the law of that day, and 今年, 去年, 上个月 are told by it."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import Citation, check_text
from cuijie.law.citations.finding.dateline import written_on
from cuijie.law.dates import LegalDate

ON = date(2026, 11, 22)


def dated(day: str, text: str) -> tuple[Citation, ...]:
    return check_text(f"# 催收二三事\n\n博客“石榴”　{day}\n\n{text}\n", ON)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("题目\n2021年4月15日\n正文。", "2021-04-15"),
        ("题目\n发布时间：2021-04-15 10:23\n正文。", "2021-04-15"),
        ("题目\n发布时间：2021-04-15　来源：债务常识栏目\n正文。", "2021-04-15"),
        ("楼主：某某　2021-04-15\n正文。", "2021-04-15"),
        ("题目？\n（2021-04-15 普法号整理）\n正文。", "2021-04-15"),
        ("题目（2021年4月旧文）\n正文。", "2021-04"),
        ("问：某事怎么办？\n答（2021年4月）：先留证据，再报警，然后去起诉，别的都不必急着做。", "2021-04"),
        ("题目\n正文很长。\n二〇二一年四月十五日\n", "2021-04-15"),
        ("题目\n2021年4月\n正文。", "2021-04"),
        ("题目\n" + "正文。\n" * 6 + "2021年4月\n", None),
        ("《治安管理处罚法》（2025年6月修订）解读\n正文。", None),
        ("题目\n出生日期：2001年4月15日\n正文。", None),
        ("题目\n借款合同签订于2021年4月15日\n正文。", None),
        ("题目\n2021年4月15日我逾期了。\n正文。", None),
        ("题目\n2021年2月30日\n正文。", None),
        ("", None),
    ],
)
def test_the_day_of_a_text_stands_under_its_title_or_below_its_last_line(text: str, day: str | None) -> None:
    assert written_on(text) == (day and LegalDate.parse(day))


@pytest.mark.parametrize(
    "text",
    [
        "反复发恐吓短信，治安管理处罚法第四十二条第五项，处五日以下拘留或者五百元以下罚款。",
        "去年11月被催收逼到住院，精神损害赔偿仍看《侵权责任法》第二十二条。",
        "今年1月1日起，合同法、侵权责任法都退场了。",
        "投诉银行，现在打12378找银保监会。",
        "刑法上个月添了新罪，刑法第二百九十三条之一今年3月1日起施行，专管拿暴力、胁迫、跟踪骚扰催收高利放贷等非法债务。",
        "《个人信息保护法》草案第四十七条也写了删除权，还没有通过。",
    ],
)
def test_what_was_right_on_the_day_of_the_text_is_not_condemned(text: str) -> None:
    assert not [citation for citation in dated("2021年4月15日", text) if citation.is_wrong]


def test_what_has_changed_since_the_day_of_the_text_is_told() -> None:
    (citation,) = dated("2025年4月15日", "发恐吓短信，治安管理处罚法第四十二条第五项，处五日以下拘留。")
    assert citation.verdict == "ok"
    assert "2025年4月15日" in citation.note
    assert "第五十条" in citation.note


def test_a_law_that_was_not_there_on_the_day_of_the_text_is_told() -> None:
    (citation,) = dated("2021年4月15日", "《个人信息保护法》第四十七条已经施行，撤回同意也能要求删除。")
    assert citation.verdict == "not_in_force"


def test_the_words_of_a_quotation_before_belong_to_the_citation_before_them() -> None:
    text = (
        "《个人信息保护法》第十四条第一款要求同意“由个人在充分知情的前提下自愿、明确作出”。"
        "《网络数据安全管理条例》第二十二条第一款第一项也禁止以误导、欺诈、胁迫等方式取得同意。"
    )
    assert not [citation for citation in check_text(text, ON) if citation.is_wrong]


def test_the_year_of_a_case_told_beside_dates_its_own_sentence_only() -> None:
    told = "根据《治安管理处罚法》第四十二条，发侮辱信息可处拘留。2022年典型案例中，某公司被认定寻衅滋事。"
    assert [citation.verdict for citation in check_text(told, ON)] == ["superseded"]
    own = "2022年典型案例中，公安机关依《治安管理处罚法》第四十二条拘留了催收员五日。"
    assert [citation.verdict for citation in check_text(own, ON)] == ["ok"]


def test_a_line_that_is_only_a_citation_heads_the_next() -> None:
    (citation,) = check_text("《民法典》第188条\n普通诉讼时效期间为五年。\n", ON)
    assert citation.is_wrong
    assert not [c for c in check_text("《民法典》第188条\n普通诉讼时效期间为三年。\n", ON) if c.is_wrong]
    assert check_text("《民法典》第188条\n特此投诉，请在五年内处理完毕。\n", ON)[0].outcome == "right"


def test_an_article_named_in_the_very_words_of_the_article_quoted_keeps_the_number_of_its_day() -> None:
    words = "人民法院应当依据民事诉讼法第一百一十一条、第一百一十二条和第一百一十三条之规定，依法予以罚款、拘留。"
    quoted = check_text(f"《民间借贷规定》第十九条规定，恶意制造、参与虚假诉讼，{words}", ON)
    assert not [citation for citation in quoted if citation.is_wrong]
    assert [citation for citation in check_text(f"恶意制造、参与虚假诉讼，{words}", ON) if citation.is_wrong]


def test_a_text_right_when_published_tells_what_has_changed_since_unless_a_day_is_asked_for() -> None:
    text = "催收违法吗\n发布时间：2025-07-11 03:33:11\n根据《治安管理处罚法》第四十二条，发送恐吓信息干扰生活的可以拘留。\n"
    (then,) = check_text(text, ON)
    assert (then.verdict, then.suggest) == ("ok", ("cn.psapl.2025/50",))
    assert "当时是对的" in then.note
    (asked,) = check_text(text, ON, by_its_day=False)
    assert asked.verdict == "superseded"


def test_last_year_in_a_text_without_a_day_dates_its_own_sentence() -> None:
    old = "警察按《治安管理处罚法》第四十二条罚了催收员五百元。"
    assert not [c for c in check_text(f"去年10月的事，{old}", date(2026, 11, 22)) if c.is_wrong]
    assert [c.verdict for c in check_text(f"去年出过一件事。{old}", date(2026, 11, 22))] == ["superseded"]
