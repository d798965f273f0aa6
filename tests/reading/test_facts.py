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
        "您的贷款已结清，感谢您按时还款。",
    ],
)
def test_a_receipt_asks_for_no_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is False


@pytest.mark.parametrize(
    "text",
    [
        "感谢您一直按时、足额还款，您的额度已提升",
        "您已成功申请延期还款，新的还款日为5月10日",
        "如需延期还款，可致电客服办理",
    ],
)
def test_thanks_and_a_deferral_ask_for_no_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is None


@pytest.mark.parametrize(
    "text", ["您已逾期，感谢您尽快还款", "感谢您的配合，请按时还款", "延期还款到期了，今天必须还款"]
)
def test_a_civil_reminder_still_asks_for_payment(text: str) -> None:
    assert read(text, recipient="debtor").facts.asks_payment is True


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
