"""Words beside a right citation that are another's: a number's sentence, a quotation's owner, a list's object, a party of both kinds."""

from __future__ import annotations

import pytest
from checking_today import ON, wrong_in

from cuijie.law.citations import check_text


def test_words_of_a_sentence_without_numbers_do_not_put_a_number_in_anothers_place() -> None:
    assert not wrong_in("| 时效 | 《民法典》第188条 | 三年，从知道或应当知道权利受损和义务人之日起 |")
    (other,) = wrong_in("《治安管理处罚法》第五十六条第一款规定，违规提供个人信息的，处五日以上十日以下拘留。")
    assert "10日" in other.note


@pytest.mark.parametrize(
    "text",
    [
        "旧法“处五日以下拘留或者五百元以下罚款”，《治安管理处罚法》第五十条把罚款提到一千元。",
        "客服说“三天内不还就要坐牢，全家都会被拘留”，《民法典》第六百七十五条写的是按期返还借款。",
        "合同约定“逾期一日按照全部本金的百分之五计收违约金”，《民法典》第五百八十五条第二款允许请求适当减少。",
    ],
)
def test_a_quotation_with_an_owner_of_its_own_is_not_the_articles_behind_the_comma(text: str) -> None:
    assert not wrong_in(text)


def test_a_quotation_without_an_owner_before_a_citation_is_still_the_articles() -> None:
    (changed,) = wrong_in("“借款人应当按照约定的期限提前双倍返还借款和利息”，《民法典》第六百七十五条。")
    assert changed.verdict in ("quote_differs", "does_not_say")


def test_what_is_not_done_may_be_what_a_list_takes_in() -> None:
    law = "《行政复议法》第十一条第（十一）项"
    assert not wrong_in(f"{law}将申请履行保护人身权利的职责，行政机关拒绝履行或者不予答复列入复议范围。")
    assert wrong_in(f"{law}规定，行政机关不履行保护人身权利职责的，不可以申请行政复议。")


@pytest.mark.parametrize("who", ["债权人有权", "贷款人可以", "借款人可以"])
def test_either_side_is_a_party(who: str) -> None:
    assert not wrong_in(f"依据《民法典》第五百六十三条第一款第（三）项，经催告后合理期限内仍未履行的，{who}解除合同。")


def test_a_repealed_interpretation_with_the_laws_title_inside_is_told_by_its_own() -> None:
    (gone,) = wrong_in("《最高人民法院关于适用〈中华人民共和国合同法〉若干问题的解释（二）》第二十九条：百分之三十。")
    assert gone.verdict == "repealed"
    assert "解释（二）" in gone.note


@pytest.mark.parametrize(
    "text",
    [
        "因转让增加的履行费用由您承担（《民法典》第五百五十条）。",
        "《民法典》第一千一百九十一条：工作人员执行任务造成损害的，由受害人承担。",
    ],
)
def test_what_one_bears_is_not_borne_by_another(text: str) -> None:
    (other,) = wrong_in(text)
    assert "由谁承担" in other.note


@pytest.mark.parametrize(
    "text",
    [
        "因债权转让增加的履行费用，由让与人负担，《民法典》第五百五十条。",
        "诉讼费用由被告负担，依据《诉讼费用交纳办法》第二十九条。",
        "《民法典》第五百六十一条，实现债权的费用由债务人承担。",
    ],
)
def test_who_does_bear_it_is_not_condemned(text: str) -> None:
    assert not wrong_in(text)


def test_an_article_whose_subject_is_named_before_it_is_confirmed() -> None:
    (told,) = check_text("被告另行主张名誉权，可依《民法典》第一千零二十四条另行起诉。", ON)
    assert told.outcome == "right"
