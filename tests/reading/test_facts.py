from __future__ import annotations

import pytest

from cuijie.reading import read


@pytest.mark.parametrize(
    "text",
    [
        "【＊＊消费金融】您尾号1234的账户还款500.00元已入账，感谢您的支持。",
        "已收到您的还款5,000元，剩余应还0元。",
        "您的自动扣款已成功，本次还款金额200元。",
        "您的借款已全部结清，感谢您的信任。",
    ],
)
def test_a_receipt_asks_for_no_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is False


@pytest.mark.parametrize(
    "text",
    [
        "还款500元已入账，剩余逾期金额3000元请今日还款",
        "您今天还款成功我就撤案",
        "扣款未成功，请确保余额充足并尽快还款",
        "您的借款今日到期，如您的还款已到账请忽略本短信。",
    ],
)
def test_a_payment_that_is_only_hoped_for_or_not_enough_is_no_receipt(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is True
