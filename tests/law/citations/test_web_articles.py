"""How articles on web pages cite and tell, kind by kind: cases told as examples, reprints behind a comma, titles that hold the article."""

from __future__ import annotations

import pytest
from checking_today import ON, wrong_in

from cuijie.law.citations import check_text


def verdicts(text: str) -> list[str]:
    return [citation.verdict for citation in check_text(text, ON)]


OLD_NUMBER = "《治安管理处罚法》第四十二条明确，反复发恐吓短信的可以拘留。"


@pytest.mark.parametrize(
    "case",
    [
        "2022年四川某案例中，催收员因此被拘留。",
        "2023年成都锦江区法院的判例认定催收违法。",
        "2024年云南某网贷平台因卖通讯录被查处。",
    ],
)
@pytest.mark.parametrize("apart", ["", "\n"])
def test_anothers_case_told_as_an_example_dates_its_own_sentence_only(case: str, apart: str) -> None:
    assert verdicts(f"{case}{apart}{OLD_NUMBER}") == ["superseded"]


@pytest.mark.parametrize("own", ["2024年我借的钱，平台天天发短信。", "2024年3月，某平台发来恐吓短信。"])
def test_what_happened_to_the_writer_still_dates_the_text(own: str) -> None:
    assert verdicts(f"{own}{OLD_NUMBER}") == ["ok"]


def test_a_law_that_is_not_held_is_judged_by_the_days_of_the_text_too() -> None:
    line = "利率看最高人民法院《关于人民法院审理借贷案件的若干意见》第6条。"
    assert verdicts(f"民间借贷小议\n2013-05-06王小明李小红\n{line}") == ["ok"]
    assert verdicts(f"民间借贷小议\n2017-05-06王小明李小红\n{line}") == ["repealed"]
    assert verdicts(line) == ["repealed"]


def test_a_title_may_hold_its_article() -> None:
    (found,) = check_text("这样做违反《民法典第一千零三十二条》的规定。", ON)
    assert (found.instrument, found.article, found.verdict) == ("cn.civil-code.2020", "1032", "ok")
    assert verdicts("这样做违反《民法典第一千三百条》。") == ["no_such_article"]


def test_a_reprint_behind_a_comma_that_goes_on_with_another_article_is_told() -> None:
    own = "个人信息保护法第二十九条规定，处理敏感个人信息应当取得个人的单独同意"
    assert verdicts(f"{own}。") == ["ok"]
    anothers = "个人信息处理者处理不满十四周岁未成年人个人信息的，应当取得未成年人的父母或者其他监护人的同意"
    (found,) = check_text(f"{own}。{anothers}。", ON)
    assert (found.verdict, found.suggest) == ("does_not_say", ("cn.pipl.2021/31",))


def test_the_clause_speaks_of_the_article_before_it() -> None:
    said = "债务人可以看《商业银行信用卡业务监督管理办法》第六十八条。该条款规定每天催收不得超过三次。"
    assert verdicts(said) == ["ok", "does_not_say"]


@pytest.mark.parametrize(
    "text",
    [
        "依《刑法》第二百九十三条之一及最高人民法院司法解释，要看三点。",  # sources, and nothing told
        "根据《民法典》第1033条，私人生活安宁受保护，非法催收可追究责任。",  # what may be done about it
        "最高检在2022年的案例里说，人身权益受侵害的财产损失，看《民法典》第1182条。",  # no upper bound
        "根据《民法典》第1034条，你涉嫌非法处理个人信息。",
        "《刑法》第253条之一规定：违反国家有关规定，向他人出售、提供公民个人信息，或者窃取公民个人信息，"
        "情节严重的，处三年以下有期徒刑或者拘役；情节特别严重的，处三年以上七年以下有期徒刑，并处罚金。",  # two of its paragraphs in one sentence
    ],
)
def test_right_citations_told_the_way_of_web_pages_are_left_alone(text: str) -> None:
    assert not wrong_in(text)


@pytest.mark.parametrize(
    "text",
    [
        # an article at the head of a line that the law named last does not have
        "《民法典》与原《合同法》对照\n原《合同法》第八十条\n债权人转让权利的，应当通知债务人。\n"
        "第六百九十六条\n债权人转让债权，未通知保证人的，该转让对保证人不发生效力。",
        # what the next citation's article says is not this one's
        "它在刑法第293条之后增加第293条之一：“催收高利放贷等产生的非法债务，情节严重的，处三年以下有期徒刑、拘役或者管制”",
        "年利率12%接近LPR四倍（约13.8%），有被调减的风险。依据：《民法典》第六百八十条。",
    ],
)
def test_what_belongs_to_another_article_or_to_the_case_is_not_held_against_the_one_cited(text: str) -> None:
    assert not wrong_in(text)


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("《民法典》千零二十四条规定名誉权。", "1024"),
        ("《民法典》靠前千零三十四条规定个人信息的定义。", "1034"),
        ("觸犯《刑法》第二百十三條關於綁架罪的規定。", "213"),
    ],
)
def test_numbers_that_pages_write_otherwise_are_read(text: str, article: str) -> None:
    assert [citation.article for citation in check_text(text, ON)] == [article]


def test_a_crime_named_in_traditional_signs_is_held_against_the_article() -> None:
    (found,) = check_text("觸犯《刑法》第249條有關綁架罪的規定。", ON)
    assert (found.verdict, found.suggest) == ("does_not_say", ("cn.criminal-law.1997/239",))


def test_an_old_number_of_insults_is_told_though_nothing_is_said_of_it() -> None:
    text = (
        "有人在业主群里公然侮辱我，还编造我没有做过的事，平台一直没有处理，我反映了好几次也没有结果，邻居们现在见了我都绕着走，"
        "孩子在学校也被人议论，我只好写这封信。\n依据《治安管理处罚法》第四十二条，请求删除这些内容并封禁账号。"
    )
    assert verdicts(text) == ["superseded"]


def test_what_an_article_is_said_to_have_made_a_rule_on_is_its_subject() -> None:
    (found,) = check_text("《民事诉讼法》第一百零二条对于诉前财产保全作出了明确规定。", ON)
    assert (found.verdict, found.suggest) == ("does_not_say", ("cn.civil-procedure.2023/104",))
    assert verdicts("《民事诉讼法》第一百零四条对于诉前财产保全作出了明确规定。") == ["ok"]


def test_the_number_of_before_2023_for_limits_on_spending_is_old() -> None:
    assert verdicts("限制消费的依据是《民事诉讼法》第二百五十五条。") == ["superseded"]


def test_the_former_number_in_brackets_is_that_of_the_text_before() -> None:
    behind = "《网络安全法》（2025年修正）第四十三条\n（旧第四十一条）收集使用须合法正当必要、公开规则、经同意，不得收集无关信息。"
    assert verdicts(behind) == ["ok", "ok"]
    assert verdicts(
        "《治安管理处罚法》（2025年修订）第五十八条（原第四十九条）规定了盗窃、诈骗、敲诈勒索等侵财行为。"
    ) == ["ok", "ok"]


def test_a_year_beside_the_banks_rules_is_no_hour_of_night() -> None:
    ok = "依据《银行保险机构消费者权益保护管理办法》第四十一条（2022年12月公布），不得以暴力恐吓等方式催收。"
    assert verdicts(ok) == ["ok"]
    assert verdicts("《银行保险机构消费者权益保护管理办法》第四十一条规定22时以后不得催收。") == ["does_not_say"]
