"""Words left out of the article's own or put among them; penalties, sums and crimes that a law nowhere has."""

from __future__ import annotations

import pytest
from checking_today import checked


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (
            "《民法典》第一千一百八十三条规定：“侵害自然人人身权益造成精神损害的，被侵权人有权请求精神损害赔偿。”",
            "严重",
        ),
        (
            "《民法典》第一千一百八十三条规定，侵害自然人人身权益造成精神损害的，被侵权人有权请求精神损害赔偿。",
            "严重",
        ),
        ("《个人信息保护法》第二十九条：处理敏感个人信息应当取得个人的同意。", "单独"),
    ],
)
def test_a_word_on_which_the_article_hangs_is_missed_in_its_own_words(text: str, word: str) -> None:
    (citation,) = checked(text)
    assert citation.is_wrong
    assert word in citation.note


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("《民法典》第1033条第一项：“以电话、短信、电子邮件、传单等方式侵扰他人的私人生活安宁”。", "以电话短信"),
        ("PIPL第21条第3款原文“未经个人同意，受托人不得转委托他人处理个人信息”。", "未经个人"),
        ("《民法典》第1032条第2款：“隐私是自然人的私人生活安宁和不愿为他人知晓的私密空间、私密信息。”", "信息"),
        (
            "《个人信息保护法》第二十三条规定：“个人信息处理者向其他个人信息处理者提供其处理的个人信息的，"
            "应当向个人告知接收方的名称、联系方式和个人信息的种类，并取得个人的单独同意。”",
            "联系",
        ),
        (
            "刑法第一百九十六条规定：有下列情形之一，进行信用卡诈骗活动，数额较大的，处五年以下有期徒刑或者拘役：（一）使用伪造的信用卡的；"
            "（二）使用作废的信用卡的；（三）冒用他人信用卡的；（四）恶意透支的。",
            "漏了字",
        ),
    ],
)
def test_any_words_left_out_of_a_quotation_or_of_a_numbered_list_are_told(text: str, told: str) -> None:
    (citation,) = checked(text)
    assert citation.verdict == "quote_differs"
    assert told in citation.note


@pytest.mark.parametrize(
    "text",
    [
        "《治安管理处罚法》第五十条第一款规定：“多次发送淫秽、侮辱、恐吓等信息或者采取滋扰、纠缠、跟踪等方法，干扰他人正常生活的，"
        "处五日以下拘留或者一千元以下罚款。”",  # an item with the penalty of all
        "《民法典》第一千一百八十三条第一款：侵害自然人人身权益造成严重精神损害的，可以要求精神损害赔偿。",  # no reprint
        "《个人信息保护法》第六条：“收集个人信息，应当限于……最小范围，不得过度收集个人信息。”",
        "《民间借贷规定》第二十六条：预先在本金中扣除利息的，应当将实际出借的金额认定为本金。",
    ],
)
def test_what_a_quotation_may_leave_out_is_left_alone(text: str) -> None:
    assert not [citation for citation in checked(text) if citation.is_wrong]


def test_strange_words_amid_a_reprint_are_told() -> None:
    text = (
        "《中华人民共和国民法典》第一千零二十四条规定：民事主体享有名誉权。任何组织或者个人不得以侮辱、诽谤等方式侵害他人的名誉权。"
        "名誉是对民事主体的品德、声望、才能、信用等的社会评价。"
    )
    assert not [citation for citation in checked(text) if citation.is_wrong]
    (changed,) = checked(text.replace("声望", "名誉"))
    assert changed.verdict == "quote_differs"
    assert "名誉" in changed.note


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("《民法典》第一千一百八十五条规定侵害个人信息的惩罚性赔偿。", "does_not_say"),
        ("根据《刑法》第238条，非法拘禁他人超过24小时即构成犯罪。", "does_not_say"),
        ("可依据《个人信息保护法》第66条要求监管部门处以违法所得十倍罚款。", "does_not_say"),
        ("《个人信息保护法》第七十二条规定催收机构违法联系第三人的，应赔偿每人五百元。", "does_not_say"),
        (
            "《商业银行信用卡业务监督管理办法》第68条：不得向与债务无关的第三人催收，且每日催收不得超过3次。",
            "does_not_say",
        ),
        ("根据《刑法修正案（十一）》第293条，催收非法债务的最高判三年。", "no_such_article"),
        ("你没有催收资格证，违反《催收行业管理条例》。", "no_such_article"),
        ("最高人民法院2022年发布的《关于审理民间借贷案件适用法律若干问题的规定》管这个。", "does_not_say"),
        ("12378银保监投诉专线可以投诉。", "authority_gone"),
        ("恶意逃废债罪最高判七年。", "does_not_say"),
        ("若三日内不还，将依据《民事诉讼法》第二百六十六条直接将您列入失信被执行人名单。", "does_not_say"),
    ],
)
def test_what_the_law_nowhere_has_is_told(text: str, verdict: str) -> None:
    assert verdict in [citation.verdict for citation in checked(text)]


@pytest.mark.parametrize(
    "text",
    [
        "《消费者权益保护法》规定了惩罚性赔偿，只管欺诈。",
        "刑法里没有恶意逃废债罪这个罪名。",
        "国家层面至今没有《催收管理条例》，网上传的都是假的。",
        "《刑法修正案（十一）》第三十四条增设了催收非法债务罪。",
        "判决生效后还不履行的，法院依《民事诉讼法》第二百六十六条可以把被执行人列入失信被执行人名单。",
        "精神损害须严重，才可按《民法典》第一千一百八十三条要求赔偿。",
        "贵司所称“紧急联系人承担连带保证责任”，缺乏《民法典》第六百八十八条意义上的约定。",
        "《个人信息保护法》第六十九条，过错推定；《民法典》第一千零三十四条是基础条文。",
        "【正当防卫】被非法拘禁时的防卫，看《刑法》第二十条。",
        "公开他人信息，造成名誉受损，《民法典》第一千零二十四条管。",
        "民法典第1064条规定夫妻共同债务。全国公开的裁判文书中该条文第一款被援引8249次，第二款被援引3994次。",
    ],
)
def test_its_true_neighbours_are_left_alone(text: str) -> None:
    assert not [citation for citation in checked(text) if citation.is_wrong]


def test_a_number_without_a_law_is_the_one_of_the_law_that_says_it() -> None:
    text = (
        "平台先申请支付令，收到后十五日内提异议，民诉法第二百二十七条第二款。超过二十万的债权另看民诉法解释第四百二十七条。"
        "\n简易程序三个月审结，特殊情况经院长批准再延一个月，第一百六十四条。"
    )
    assert checked(text)[-1].instrument == "cn.civil-procedure.2023"
