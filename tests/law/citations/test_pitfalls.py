"""Right articles under wrong statements, old numbers and invented quotations; and their true look-alikes left alone."""

from __future__ import annotations

from datetime import date

import pytest

from cuijie.law.citations import check_text

ON = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "verdict", "suggest"),
    [
        ("按照民法典第561条，你每期还款先冲本金，再冲利息和违约金。", "does_not_say", "cn.civil-code.2020/561"),
        (
            "《民法典》第五百四十五条规定，债权转让必须征得债务人同意，否则无效。",
            "does_not_say",
            "cn.civil-code.2020/546",
        ),
        ("冒充律师发函，触犯刑法第二百七十九条。", "does_not_say", "cn.lawyers-law.2017/55"),
        (
            "刑法第二百四十六条，公然侮辱的，派出所必须当场立案，不立案就是渎职。",
            "does_not_say",
            "cn.criminal-law.1997/246",
        ),
        ("公安机关应当在24小时内立案，这是治安管理处罚法第九十条。", "does_not_say", "cn.psapl.2025/90"),
        (
            "我欠的是银行信用卡，催收员天天骂我，刑法293条之一，够得上三年以下。",
            "does_not_say",
            "cn.criminal-law.1997/293-1",
        ),
        ("法院可依据民事诉讼法第二百四十三条扣留你的工资收入。", "superseded", "cn.civil-procedure.2023/254"),
        (
            "依据民事诉讼法第二百五十三条，你要加倍支付迟延履行期间的债务利息。",
            "superseded",
            "cn.civil-procedure.2023/264",
        ),
        ("依民事诉讼法第二百四十四条拍卖您的房产。", "superseded", "cn.civil-procedure.2023/255"),
        (
            "《民法典》第一千零三十二条白纸黑字：“任何机构不得以任何理由联系借款人的亲友，违者赔偿十万元。”",
            "quote_differs",
            "cn.civil-code.2020/1032",
        ),
        (
            "《治安管理处罚法》第五十条原话怎么写的？“任何人不得以任何方式骚扰亲友，违者一律拘留十日。”",
            "quote_differs",
            "cn.psapl.2025/50",
        ),
        (
            "反复滋扰、纠缠，正是《治安管理处罚法》第五十条第一款第（六）项所指的行为。",
            "does_not_say",
            "cn.psapl.2025/50.1.5",
        ),
        (
            "向征信机构提供不良信息应当事先告知本人，《征信业管理条例》第十八条有要求。",
            "does_not_say",
            "cn.credit-reporting-regs.2013/15",
        ),
        (
            "《金融机构个人消费类贷款催收工作指引（试行）》规定每天与债务人接通的电话可以打6次。",
            "does_not_say",
            "cn.cba-collection.2026/frequency",
        ),
    ],
)
def test_a_wrong_statement_that_travels_is_found(text: str, verdict: str, suggest: str) -> None:
    citation = check_text(text, ON)[0]
    assert citation.verdict == verdict
    assert suggest in citation.suggest


@pytest.mark.parametrize(
    "text",
    [
        "民法典第五百六十一条规定的抵充顺序是费用、利息、主债务，所以先算费用和利息，最后才轮到本金。",
        "依照民法典第五百六十一条先抵费用、再抵利息，后抵本金；客服说先还本金后还利息是错的。",
        "民法典第五百四十五条没有要求债权转让取得债务人同意，第五百四十六条只要求通知。",
        "民法典第五百五十一条：债务转移应当经债权人同意，债权转让不在此列。",
        "刑法第二百七十九条是冒充国家机关工作人员招摇撞骗；冒充律师的，依律师法第五十五条处理。",
        "刑法第二百四十六条的侮辱罪告诉的才处理，情节严重才构成。",
        "《治安管理处罚法》第九十条规定公安机关对报案应当立即立案并进行调查。",
        "民事诉讼法第二百四十四条讲的是执行回转，已拍卖的财产应当返还。",
        "依照民事诉讼法第二百五十三条，法院可以查询、扣押、冻结、划拨被执行人的存款。",
        "依照民事诉讼法第二百五十五条，法院有权查封、扣押、冻结、拍卖、变卖被执行人的财产。",
        "民法典第一千零三十八条写得很清楚：未经自然人同意，不得向他人非法提供其个人信息。",
        "偷拍、散布他人隐私，正是《治安管理处罚法》第五十条第一款第（六）项所指的行为。",
        "不良信息保存五年，这一点征信业管理条例第十六条有要求。",
        "《民法典》第六百八十条规定禁止高利放贷，小贷公司综合成本不得超过24%是监管要求。",
        "根据《民法典》第一千零三十二条，你必须停止骚扰。",
        "《最高人民法院关于民事诉讼证据的若干规定》第十一条（原件）。",
        "我从来没签过字，合同法没了，民法典第四百九十条有规定。",
        "催收员写信说要卸我一条腿，正是治安管理处罚法第五十条第一款第（一）项所指的行为。",
        "治安管理处罚法新旧对照：旧法第四十二条，新法第五十条短信骚扰、滋扰都在里面。",
        "按《金融机构个人消费类贷款催收工作指引（试行）》，电话未接通时，同一号码当天尝试拨打不宜超过6次。",
    ],
)
def test_its_true_look_alike_is_left_alone(text: str) -> None:
    assert not [citation for citation in check_text(text, ON) if citation.is_wrong]
