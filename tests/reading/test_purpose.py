"""Messages that were plainly not sent to collect, and those that only look so."""

import pytest

from cuijie.reading import read
from cuijie.reading.purpose import has_other_purpose


@pytest.mark.parametrize(
    "text",
    [
        "【马上易贷】您的动态码为8823，您正在登录，如非本人操作请致电客服4006000000",
        "482913是您的验证码，十分钟内有效【某某贷】",
        "【某某金融】最高20万额度待领取，利率低至3%，点击查看，拒收请回复R",
        "【某某借条】您的登录密码修改成功，如非本人操作请联系客服",
    ],
)
def test_codes_adverts_and_notices_of_the_account_collect_from_nobody(text):
    for recipient in ("debtor", "third_party", "unknown"):
        assert has_other_purpose(read(text, recipient=recipient, channel="sms"))


@pytest.mark.parametrize(
    "text", ["【某某金融】您尾号1234的借款已还款成功500元。", "【某某借条】您申请的借款8000元已放款成功，请注意查收。"]
)
def test_a_notice_about_a_loan_is_one_only_for_who_has_the_loan(text):
    assert has_other_purpose(read(text, recipient="debtor", channel="sms"))
    assert not has_other_purpose(read(text, recipient="third_party", channel="sms"))


@pytest.mark.parametrize(
    "text",
    [
        "【某某金融】您的额度即将被冻结，请处理欠款，退订回T",
        "【某某金融】您有一份法务文件待领取，点击查看，回T退订",
        "【某某金融】限时减免优惠，请联系经办人领取，拒收回R",
        "【某某金融】本期账单已出，应还1200元，可领取减息券，退订回T",
        "请提供验证码核实身份后再协商",
        "您好，请转告张三回电",
        "张三在吗？",
    ],
)
def test_what_may_collect_counts_as_collecting(text):
    for recipient in ("debtor", "third_party"):
        assert not has_other_purpose(read(text, recipient=recipient, channel="sms"))
