"""An error that the text quotes to call it wrong is no error of the text; what it asserts itself still is."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import check_text

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    "text",
    [
        "网上有文章说依《个人信息保护法》第八十八条可以罚五千万，这种说法是错的，该法没有这一条。",
        "说法二：“合同法第一百零七条规定违约要赔”。❌ 现在是《民法典》第五百七十七条。",
        "不少帖子还教人向银保监会投诉，那块牌子前年就摘了。",
        "问：催收函里写“依合同法第二百零六条”，有效吗？\n答：一看就是旧模板，合同法2021年就废止了。",
        "别再抄侵权责任法第六条了，过错责任现在看《民法典》第一千一百六十五条。",
        "上一期我们写成了《民法典》第一千零三十三条第八项，该条只有六项，特此更正。",
        "图里写“刑法第252条，侵犯通信自由，打电话给联系人可判一年”。不对，那一条只管信件。",
        "银监会还管吗？早就不叫这个名字了。",
    ],
)
def test_what_others_say_and_the_text_calls_wrong_is_not_condemned(text: str) -> None:
    assert not [citation for citation in check_text(text, ON) if citation.is_wrong]


def test_the_note_tells_what_is_wrong_of_it_all_the_same() -> None:
    text = "网上流传“个人信息保护法第八十八条”，其实没有这一条。"
    [found] = check_text(text, ON)
    assert (found.verdict, found.outcome, found.is_refuted) == ("no_such_article", "right", True)
    assert "文中自己指出" in found.note
    assert "第七十四条为止" in found.note


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("网上有人说欠债不用还。根据合同法第二百零六条，借款人应当还款。", "repealed"),
        ("有人说《个人信息保护法》第八十八条可以罚五千万，这话没错，放心引用。", "no_such_article"),
        ("有观点引用个人信息保护法第四十七条规定的最小必要原则，本文赞同。", "does_not_say"),
        ("民法典第1033条规定晚上10点以后不得催收，这也不对吗？", "does_not_say"),
    ],
)
def test_what_the_text_agrees_with_or_says_itself_is_still_condemned(text: str, verdict: str) -> None:
    assert [citation.verdict for citation in check_text(text, ON) if citation.is_wrong] == [verdict]
