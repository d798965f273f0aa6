"""Rules told wrongly under their own number, each beside the rule as it is."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import check_text

ON = date(2026, 11, 22)

# the article, what it says, what it does not
_TOLD = [
    ("民法典第一百八十六条", "受损害方可以选择请求违约责任或者侵权责任", "受损害方只能请求违约责任，不能请求侵权责任"),
    ("民法典第一百九十二条", "义务人已经自愿履行的不得请求返还", "义务人自愿履行后可以请求返还"),
    ("民法典第五百五十一条", "债务转移给第三人应当经债权人同意", "债务转移给第三人通知债权人即可，不需要其同意"),
    ("民法典第五百三十三条", "受不利影响的一方可以重新协商", "受不利影响的一方可以直接解除合同，不必协商"),
    ("民法典第五百七十七条", "违约要继续履行、采取补救措施或者赔偿损失", "违约只需赔偿损失，不用继续履行"),
    ("民法典第四百九十八条", "应作出不利于提供格式条款一方的解释", "应作出有利于提供格式条款一方的解释"),
    (
        "民法典第九百九十六条",
        "违约造成严重精神损害的可以同时请求精神损害赔偿",
        "违约造成精神损害的，不能请求精神损害赔偿",
    ),
    ("民法典第一千条", "法院公布裁判文书的费用由行为人负担", "法院公布裁判文书的费用由受害人负担"),
    ("民法典第一千一百九十一条", "执行工作任务侵权的由用人单位承担责任", "执行工作任务侵权的由员工自己承担责任"),
    (
        "民法典第一千零三十六条",
        "合理处理自然人自行公开的信息不承担民事责任",
        "处理自然人自行公开的信息一律要承担民事责任",
    ),
    ("个保法第十五条", "撤回同意不影响此前处理的效力", "撤回同意后，以前的处理自动变成违法"),
    ("个保法第十六条", "不得以个人不同意为由拒绝提供服务，必需的除外", "可以以个人不同意为由拒绝提供服务"),
    ("个保法第二十五条", "处理者不得公开个人信息，取得单独同意的除外", "处理者可以公开逾期客户的个人信息"),
    ("个保法第二十九条", "处理敏感个人信息应当取得单独同意", "处理敏感个人信息应当取得监护人同意"),
    ("个保法第五十条", "拒绝行使权利的请求应当说明理由", "拒绝行使权利的请求可以不说明理由"),
    ("个保法第五十五条", "委托处理个人信息应当事前进行影响评估", "委托处理个人信息应当事后进行影响评估"),
    ("个保法第六十六条", "情节严重的处五千万元以下罚款", "情节严重的罚款为违法所得一倍以上十倍以下"),
    ("治安管理处罚法第四十七条", "非法侵入他人住宅的处十日以上十五日以下拘留", "非法侵入他人住宅的处五日以下拘留"),
    ("治安管理处罚法第五十六条", "出售个人信息情节较轻的处五日以下拘留", "出售个人信息情节较重的处五日以下拘留"),
    ("治安管理处罚法第一百一十八条", "办案期限自立案之日起不超过三十日", "办案期限自立案之日起十五日"),
    ("刑法第二百五十三条之一", "出售公民个人信息情节严重的才构成犯罪", "泄露一条个人信息就构成犯罪，泄露一条就判刑"),
    ("民事诉讼法第一百二十八条", "被告不提出答辩状的不影响审理", "被告不答辩的视为承认原告的全部诉讼请求"),
    (
        "民间借贷规定第二十五条",
        "约定利率超过合同成立时一年期LPR四倍的不支持",
        "约定利率超过起诉时一年期LPR四倍的不支持",
    ),
    ("民间借贷规定第二十九条", "逾期利息、违约金可以一并主张，总计不超过四倍", "逾期利息、违约金只能选一个主张"),
    ("民间借贷规定第三十条", "借款人可以提前偿还借款", "借款人不得提前还款"),
]
_FORMS = ["{article}规定，{words}。", "{words}（{article}）。", "{words}。——{article}"]


@pytest.mark.parametrize(("article", "rule", "otherwise"), _TOLD)
@pytest.mark.parametrize("form", _FORMS)
def test_a_rule_told_otherwise_is_found_and_the_rule_itself_left_alone(
    form: str, article: str, rule: str, otherwise: str
) -> None:
    assert [c for c in check_text(form.format(article=article, words=otherwise), ON) if c.is_wrong]
    assert not [c for c in check_text(form.format(article=article, words=rule), ON) if c.is_wrong]


@pytest.mark.parametrize(
    "text",
    [
        "债权转让，通知债务人即可。——民法典546。",
        "平台说“借款人填的你，等于你同意”。个保法14条：同意要本人在充分知情的前提下自愿、明确作出。",
        "出售公民个人信息，情节特别严重的，三年以上七年以下（刑法第二百五十三条之一第一款）。",
        "消费者权益保护法第三十九条，发生争议不必协商，可以直接投诉。",
        "催收员张贴我的照片和欠款金额，民法典第1024条说得很清楚，不得用侮辱、诽谤等方式侵害他人名誉权。",
        "《民法典》第一百八十六条，违约责任和侵权责任只能选一个主张。",
        "有文章讲：“《民事诉讼法》第二百五十条规定申请执行的期间为三年。”错，是二年。",
        "治安管理处罚法第五十条，威胁人身安全的，一次就可以拘留。",
        "常见错误引用：“《治安管理处罚法》第四十二条”。",
    ],
)
def test_what_only_looks_otherwise_is_left_alone(text: str) -> None:
    assert not [c for c in check_text(text, ON) if c.is_wrong]


def test_a_judgment_of_an_earlier_text_that_is_not_held_is_not_called_too_early() -> None:
    text = "民事判决书（裁判日期2023年11月6日）\n\n当事人对自己的主张有责任提供证据（《民事诉讼法》第六十七条）。"
    assert [c.verdict for c in check_text(text, ON)] == ["text_not_held"]


def test_a_number_whose_topic_stands_before_the_citation_is_held_against_it() -> None:
    text = "《民事诉讼法》：判决不服，15日内上诉；裁定不服，第一百七十一条规定也是{}日。"
    assert [c.is_wrong for c in check_text(text.format(15), ON)][-1]
    assert not [c.is_wrong for c in check_text(text.format(10), ON)][-1]


def test_a_bare_number_in_brackets_is_of_the_article_cited_last() -> None:
    found = check_text("民法典188条是三年，以前《民法通则》是两年。超过时效可以抗辩（192条）。", ON)
    assert (found[-1].instrument, found[-1].article) == ("cn.civil-code.2020", "192")


def test_the_old_law_is_the_former_text_of_the_law_named_last() -> None:
    found = check_text("新《治安管理处罚法》第五十条管这个。旧法第四十二条也管，罚款上限五百元。", ON)
    assert [(c.text, c.instrument, c.is_wrong) for c in found][1:] == [("第四十二条", "cn.psapl.2012", False)]


def test_an_interpretation_named_paragraphs_before_is_held_against_nothing_said_of_another() -> None:
    text = "《合同编通则解释》第六十五条讲违约金。\n\n侵犯公民个人信息罪，普通信息五千条起（司法解释第五条）。"
    assert not [c for c in check_text(text, ON) if c.is_wrong]


@pytest.mark.parametrize(
    "text",
    [
        # the penalty is the article's, the act another's
        "治安管理处罚法第五十五条规定出售、提供个人信息的，处十日以上十五日以下拘留。",
        "催收上门不走怎么办？非法侵入住宅，治安上是治安管理处罚法第四十条，十日以上十五日以下拘留。",
        # a duty told away
        "根据《个人信息保护法》第二十一条，签订协议后我行对受托人的处理活动不再负有监督义务。",
        "依据《民法典》第四百九十六条第二款，一经勾选即视为同意，提供方不负提示义务。",
        # nothing but a number before the citation
        "胜诉后多久内可以申请执行？三年内，民诉法第二百五十条。",
        "行政处罚法第三十六条，一般两年，涉及金融安全且有危害后果的延长至三年（同条）。",
        # the office, and its rank
        "冒充律师的，罚款看律师法第五十五条，公安局罚一到五倍。",
        "个人信息保护法第六十六条第二款：情节严重的，由市级以上部门处五千万元以下罚款。",
        "按民诉法第二百五十五条我们公司就能上门查封拍卖你家东西。",
        # a fine of an article, or of a law, that has none
        "出售个人信息，罚款最高五万元（治安管理处罚法第五十六条）。",
        "依据《民法典》第一千零二十四条，您将被处以十五日拘留。",
        "行政处罚法第七十三条规定，申请行政复议期间，行政处罚停止执行。",
        "《民法典》第五百四十六条，债权转让通知可以随时撤销。",
        "《民法典》第七百条，保证人承担责任后不得向债务人追偿。",
        "消费者权益保护法第三十九条，发生争议必须先经消费者协会调解。",
        "征信业管理条例第十七条，每查询一次信用报告收费十元。",
        "治安管理处罚法第二十二条，两年内曾受过治安处罚的从重处罚。",
        "涉嫌《刑法》第二百九十三条之一。最高刑为五年有期徒刑（二百九十三条之一）。",
    ],
)
def test_a_penalty_a_duty_a_number_or_an_office_of_another_is_found(text: str) -> None:
    assert any(citation.is_wrong for citation in check_text(text, ON))


@pytest.mark.parametrize(
    "text",
    [
        "治安管理处罚法第五十六条规定出售、提供个人信息的，处十日以上十五日以下拘留。",
        "个人信息保护法第五十七条第二款：能够避免危害的，处理者可以不通知个人，此时不负有通知义务。",
        "个保法第21条：平台不用管员工私事，但要监督外包公司。",
        "多久能上诉？十五日内，民事诉讼法第一百七十一条。",
        "他欠我三万元，民法典第675条。",
        "根据治安管理处罚法第五十条，经批准责令其六个月内禁止接触您（第五十条第二款）。",
        "恶意透支要以非法占有为目的，经发卡行两次有效催收超过三个月不还，刑法196条。",
        "律师法第47条：由设区的市级司法行政部门给予警告，区县级司法局无权处罚。",
        "反电信网络诈骗法第四十四条，公安局罚违法所得一到十倍。",
        "我们公司可以依据民事诉讼法第二百五十五条申请法院查封您的财产。",
        "罚款一千元以下（治安管理处罚法第五十条）。",
        "民法典第1024条保护名誉权，公然侮辱的还可能被治安拘留十日。",
        "银行卡规定第二条第一款：发卡行已经提示说明的，条款对持卡人当然有约束力。",
        "以前叫银保监会，现在叫国家金融监督管理总局。",
        "治安第五十条管的是滋扰，同条第二款有禁止接触令。",
        "普通程序六十日内作决定，行政复议法第六十二条，最多延长三十日（同条）。",
        "情节较重的，处五日以上十日以下拘留，《治安管理处罚法》第四十条。",
        "民法典第546条，债权转让通知发出后可以撤销，但要受让人同意。",
        "民法典第一千一百九十一条，可以向有重大过失的员工追偿，一般过失不能追偿。",
        "行政诉讼法第四十四条：可以直接起诉，法律规定应当先复议的先复议。",
        "由主管部门依照《个人信息保护法》第六十六条处理；构成违反治安管理行为的，移送公安机关处理（该法第七十一条）。",
        "您对支付令未提出异议又不履行的，委托人可以申请强制执行（《民事诉讼法》第二百二十七条第三款）。",
    ],
)
def test_their_look_alikes_are_left_alone(text: str) -> None:
    assert not any(citation.is_wrong for citation in check_text(text, ON))
