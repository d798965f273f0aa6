"""Bills as banks, card issuers and shops lay them out: which columns count, which way money went, which currency."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from cuijie.intake import SetAside
from cuijie.intake.documents import letters as documents
from cuijie.intake.found import Attachment
from cuijie.intake.payments import bills
from cuijie.records import Payment

from .intake_samples import table
from .recognising import known, local

_CARD = "招商银行信用卡对账单（个人消费卡账户 2024年01月）"
_Line = tuple[str, int, str | None, str | None]  # day or instant, fen, flow, what it looks like


@pytest.mark.parametrize(
    ("rows", "lines", "asides"),
    [
        pytest.param(
            [[_CARD], ["交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位", "交易地金额"],
             ["", "12/29", "掌上生活还款", "-1.23", "1234", "-1.23"], ["01/02", "01/03", "某影院-分期", "56.78", "1234", "56.78"],
             ["01/03", "01/04", "饭票", "-3.90", "1234", "-3.90(CN)"]],
            [("2023-12-29", 123, "out", "repayment"), ("2024-01-02", 5678, "out", None), ("2024-01-03", 390, None, None)], [],
            id="a card statement without years, spent without a sign"),
        pytest.param(
            [["交易日期", "借方金额", "贷方金额", "余额", "摘要", "对方户名"],
             ["2026-02-03", "1000.00", "", "500.00", "代扣", "晴川消费金融有限公司"],
             ["2026-02-05", "（300.00）", "", "800.00", "退款", "晴川消费金融有限公司"]],
            [("2026-02-03", 100000, "out", "repayment"), ("2026-02-05", 30000, "in", "refund")], [],
            id="an amount in brackets came back"),
        pytest.param(
            [["日期", "还给谁", "金额", "怎么还的"], ["2026.1.13", "晴川借条", "1580.12", "银行卡扣"]],
            [("2026-01-13", 158012, None, None)], [],
            id="a list typed by hand, whose way is asked"),
        pytest.param(
            [["交易日", "记账日", "授权码", "卡号末四位", "金额", "摘要"], ["1230", "20240102", "1", "1234", "56.00", "某店"],
             ["0103", "20240104", "1", "1234", "-900.00", "银联转账还款"]],
            [("2023-12-30", 5600, "out", None), ("2024-01-03", 90000, "out", "repayment")], [],
            id="the year comes from the day of booking"),
        pytest.param(
            [["交易日期", "交易类型", "交易金额", "账户余额", "对方户名", "摘要"],
             ["2025-03-04 21:03:11", "支出", "900.00", "87.50", "晴川消费金融有限公司", "贷款还款"],
             ["2025-03-06 09:03:11", "收入", "5000.00", "5087.50", "晴川消费金融有限公司", "放款"]],
            [("2025-03-04", 90000, "out", "repayment"), ("2025-03-06", 500000, "in", "disbursement")], [],
            id="the kind says the way where no amount has a sign, and the payee's name does not"),
        pytest.param(
            [["交易时间", "借方发生额（支出）", "贷方发生额（收入）", "账户余额", "对方户名", "摘要"],
             ["2025-03-05 09:03:11", "900.00", "", "87.50", "晴川消费金融有限公司", "还款"],
             ["2025-03-06 09:03:11", "", "5,000.00", "5087.50", "晴川消费金融有限公司", "放款"]],
            [("2025-03-05", 90000, "out", "repayment"), ("2025-03-06", 500000, "in", "disbursement")], [],
            id="借方发生额（支出）"),
        pytest.param(
            [["交易时间", "借方发生金额(元)", "贷方发生金额(元)", "账户余额", "对方名称", "摘要"],
             ["2025-03-05 09:03:11", "900.00", "", "87.50", "晴川消费金融有限公司", "还款"],
             ["2025-03-06 09:03:11", "", "5,000.00", "5087.50", "晴川消费金融有限公司", "放款"]],
            [("2025-03-05", 90000, "out", "repayment"), ("2025-03-06", 500000, "in", "disbursement")], [],
            id="借方发生金额(元)"),
        pytest.param(
            [["交易时间", "借方(支出)金额", "贷方(收入)金额", "账户余额", "对手名称", "摘要"],
             ["2025-03-05 09:03:11", "900.00", "", "87.50", "晴川消费金融有限公司", "还款"],
             ["2025-03-06 09:03:11", "", "5,000.00", "5087.50", "晴川消费金融有限公司", "放款"]],
            [("2025-03-05", 90000, "out", "repayment"), ("2025-03-06", 500000, "in", "disbursement")], [],
            id="借方(支出)金额"),
        pytest.param(
            [["交易日期", "记账日期", "交易说明", "交易币种/金额", "入账币种/金额"], ["2025-01-10", "2025-01-10", "退货 某店", "CNY 123.18", "CNY 123.18"],
             ["2025-01-29", "2025-01-29", "信用卡还款 某某", "CNY 666.60", "CNY 666.60"], ["2025-01-11", "2025-01-12", "消费 外店", "USD 2.99", "CNY 21.50"],
             ["2025-01-12", "2025-01-12", "消费 外店", "USD 2.99", "USD 2.99"]],
            [("2025-01-10", 12318, "in", "refund"), ("2025-01-29", 66660, "out", "repayment"), ("2025-01-11", 2150, "out", None)], ["USD"],
            id="the booked amount counts, and foreign money is never read as yuan"),
        pytest.param(
            [["交易日期", "入账日期", "交易摘要", "交易金额", "交易货币", "入账金额", "入账货币"],
             ["2024/12/25", "2024/12/26", "（还款）某某", "-1130.68", "人民币", "-1130.68", "人民币"],
             ["2024/12/25", "2024/12/26", "（消费）外国店", "10.00", "美元", "71.50", "人民币"]],
            [("2024-12-25", 113068, "out", "repayment"), ("2024-12-25", 7150, "out", None)], [],
            id="入账金额 alone is the amount, not income"),
        pytest.param(
            [["中国银行信用卡账单(2025年01月)"], ["交易日", "银行记账日", "卡号后四位", "交易描述", "存入", "支出", "币种"],
             ["2024-12-13", "2024-12-14", "4260", "某店CHN", "", "50.00", "CNY"], ["2024-12-20", "2024-12-20", "", "张某", "361.19", "", "CNY"],
             ["2024-12-22", "2024-12-24", "2875", "某网店JPN", "", "3.72", "USD"]],
            [("2024-12-13", 5000, "out", None), ("2024-12-20", 36119, None, None)], ["USD"],
            id="what came to a card is no income"),
        pytest.param(
            [["卡号后四位", "交易日", "记账日", "交易类型", "商户名称/城市", "交易金额/币种", "记账金额/币种"],
             ["1234", "2022-03-02", "2022-03-03", "消费", "某商店", "12.50/RMB", "12.50/RMB(支出)"],
             ["1234", "2022-03-12", "2022-03-12", "转帐还款", "某分行", "500.00/RMB", "500.00/RMB(存入)"]],
            [("2022-03-02", 1250, "out", None), ("2022-03-12", 50000, "out", "repayment")], [],
            id="currency and way behind the amount"),
        pytest.param(
            [["交易日期", "摘要", "交易场所", "交易金额(收入)", "交易金额(支出)", "交易币种", "记账金额(收入)", "记账金额(支出)", "记账币种", "余额", "对方户名"],
             ["2023-05-02     \t", "消费    \t", "某食品\t", "-   \t", "-   \t", "-  \t", "   \t", "13.40   \t", "人民币   \t", "1,000.00\t", "某公司 \t"],
             ["2023-04-25", "人民币自动转帐还款", "某中心", "4,621.01", "", "人民币", "4,621.01", "", "人民币", "-1,971.63", ""],
             ["人民币合计", "", "", "", "", "", "1,234.56", "9,876.54", ""]],
            [("2023-05-02", 1340, "out", None), ("2023-04-25", 462101, "out", "repayment")], [],
            id="of two pairs of columns the filled one counts"),
        pytest.param(
            [["序号", "交易日期", "交易时间", "交易类型", "借贷", "交易金额", "余额", "对方账号", "对方户名"],
             ["1", "2025-01-01", "00:00:00", "存款利息", "贷 Cr", "1.23", "9", "132", "某行"],
             ["2", "2025-01-02", "13:15:12", "贷款归还", "借 Dr", "3.21", "9", "666", "某"]],
            [("2025-01-01", 123, "in", None), ("2025-01-02", 321, "out", "repayment")], [],
            id="the way in two languages"),
        pytest.param(
            [["交易日期", "摘要", "借方金额（收）", "贷方金额（支）", "账户余额", "交易对手信息"],
             ["2026-03-01", "转账", "", "1200.00", "800.00", "王某 6222000000001234"], ["2026-03-02", "工资", "5000.00", "", "5800.00", "某公司"]],
            [("2026-03-01", 120000, "out", "to_person"), ("2026-03-02", 500000, "in", None)], [],
            id="a bank to which the customer's credit is its debit, says its title"),
        pytest.param(
            [["会计日期", "收支状态", "交易金额", "结存", "对手户名", "备注"], ["2026-03-01", "支", "1", "200.00", "800.00", "某店", "午饭"],
             ["2026-03-02", "收", "30.00", "1", "230.00", "某店", "退"], ["2026-03-02", "收", "1", "300.00", "1", "230.00", "某店", "退", "多"]],
            [("2026-03-01", 120000, "out", None), ("2026-03-02", 3000, "in", None)], ["逗号"],
            id="a thousand's comma nobody quoted"),
        pytest.param(
            [["序号", "交易日", "银行记账日", "卡号后4位", "交易描述", "交易币/金额", "结算币/金额"],
             ["1", "20250105", "20250106", "1234", "某店", "人民币元/20.80", "人民币元/20.80"],
             ["2", "20250107", "20250109", "1234", "外店", "美元/3.00", "人民币元/21.50"]],
            [("2025-01-05", 2080, "out", None), ("2025-01-07", 2150, "out", None)], [],
            id="currency before the amount, parted by a stroke"),
        pytest.param(
            [["Trans Date\n交易日期", "Trans Time\n交易时间", "Dc Flg\n借贷", "Trans Amt\n交易金额", "Balance\n余额", "Payment Receipt\nAccount Name\n对方户名"],
             ["2025-01-02", "13:15:12", "借 Dr", "3.21", "9", "某小额贷款公司"]],
            [("2025-01-02", 321, "out", "repayment")], [],
            id="titles in two languages"),
        pytest.param(
            [["共：1笔记录"], ["交易创建时间", "交易成功时间", "交易类型", "订单标题", "收/支", "支付方式", "订单金额", "实付金额", "交易单号", "商家单号", "备注"],
             ["2025-02-12 20:59:12", "2025-02-12 20:59:20", "还款", "【某月付】主动还款", "支出", "某卡", "¥48.14", "¥48.12", "2502\t", "1\t", "/"]],
            [("2025-02-12", 4812, "out", "repayment")], [],
            id="what was really paid counts, not the price"),
        pytest.param(
            [["交易时间", "交易类型", "交易对方", "商品", "收/支", "金额(元)", "支付方式", "当前状态", "交易单号", "商户单号", "备注"],
             ["2023-09-01 14:22:00", "转账", "某人", "/", "支出", "¥700.00", "零钱", "已全额退款", "1\t", "2\t", "/"],
             ["2023-09-01 14:22:00", "转账-退款", "/", "/", "收入", "¥700.00", "零钱", "已全额退款", "2\t", "\t", "/"]],
            [("2023-09-01", 70000, "out", "to_person"), ("2023-09-01", 70000, "in", "refund")], [],
            id="wholly refunded"),
        pytest.param(
            [["交易日期", "交易金额", "", "余额", "对方信息", ""], ["", "支出", "收入", "", "户名", "账号"],
             ["2025-03-03", "100.00", "", "900.00", "某小额贷款公司", "6222"], ["2025-03-04", "", "200.00", "1,100.00", "李某", "6223"]],
            [("2025-03-03", 10000, "out", "repayment"), ("2025-03-04", 20000, "in", None)], [],
            id="one title over two columns"),
        pytest.param(
            [["卡号后四位", "交易日", "记账日", "交易描述", "入账金额"], ["0662", "2026-04-06", "2026-04-07", "某店", "10.94"],
             ["3355", "2026-03-17", "2026-03-18", "还款", "-2.00"]],
            [("2026-04-06", 1094, "out", None), ("2026-03-17", 200, "out", "repayment")], [],
            id="a card with nothing but what was booked"),
        pytest.param(
            [["交易日期", "交易时间", "交易类型", "交易金额(人民币)", "账户余额", "交易对方"], ["2024-03-10", "12:30:45", "消费", "35.00", "1250.50", "某店"],
             ["2024-03-11", "09:00:00", "贷款归还", "50.00", "1200.50", "某公司"], ["2024-03-11", "09:00:00", "汇入", "10.00", "1210.50", "李某"],
             ["2024-03-12", "09:00:00", "其他", "10.00", "1195.50", "李某"]],
            [("2024-03-10", 3500, "out", None), ("2024-03-11", 5000, "out", "repayment"), ("2024-03-11", 1000, "in", None),
             ("2024-03-12", 1000, None, None)], [],
            id="amounts without any sign go by their words where the balance does not fit"),
        pytest.param(
            [["交易日期", "摘要", "交易金额", "余额"], ["2024-03-10", "转账", "(35.00)", "9"],
             ["2024-03-11", "转账", "50.00CR", "9"], ["2024-03-11", "转账", "7.00 DR", "9"]],
            [("2024-03-10", 3500, "out", "to_person"), ("2024-03-11", 5000, "in", None), ("2024-03-11", 700, "out", "to_person")], [],
            id="a bookkeeper's minus and marks"),
        pytest.param(
            [["账号：6222 币种：美元"], ["交易时间", "记账日", "支出", "收入", "账户余额", "摘要", "对方户名"],
             ["2025-01-02", "2025-01-02", "100.00", "", "9", "汇款", "某"]],
            [], ["美元"],
            id="a whole account in foreign money"),
    ],
)  # fmt: skip
def test_a_layout_is_read_as_its_maker_means_it(rows: list[list[str]], lines: list[_Line], asides: list[str]) -> None:
    found = known(table(rows, "gb18030"), bills)
    read = [one for one in found if isinstance(one, Payment)]
    assert [(local(one)[:10], one.amount_fen, one.flow, one.suggested) for one in read] == lines
    why = [one.why for one in found if isinstance(one, SetAside)]
    assert len(why) == len(asides)
    assert all(word in said for word, said in zip(asides, why, strict=True))


def test_the_name_of_a_card_statement_tells_its_month() -> None:
    rows = [
        ["交易日", "记账日", "交易摘要", "人民币金额", "卡号末四位"],
        ["12/28", "01/04", "手机银行还款", "-1000.00", "0001"],
    ]
    (payment,) = known(table(rows), bills, "2026年01月信用卡账单.csv")[:1]
    assert isinstance(payment, Payment)
    assert local(payment)[:10] == "2025-12-28"


def test_a_payment_wholly_refunded_counts_for_nothing() -> None:
    rows = [["交易时间", "交易对方", "收/支", "金额(元)", "当前状态", "交易单号"], ["2023-09-01 14:22:00", "某人", "支出", "¥700.00", "已全额退款", "1"]]  # fmt: skip
    (payment,) = [one for one in known(table(rows), bills) if isinstance(one, Payment)]
    assert (payment.amount_fen, payment.refunded_fen, payment.is_completed) == (70_000, 70_000, True)


@pytest.mark.parametrize(
    ("written", "name", "account"),
    [("张三/62220001", "张三", "62220001"), ("62220001/张三", "张三", "62220001"), ("62220001000111", None, "62220001000111"), ("----------", None, None),
     ("某某有限公司888888888", "某某有限公司", "888888888"), ("某店2025", "某店2025", None)],
)  # fmt: skip
def test_one_column_for_the_other_side_may_hold_a_name_an_account_or_both(
    written: str, name: str | None, account: str | None
) -> None:
    rows = [["交易日期", "摘要", "交易金额", "余额", "对手信息"], ["20250318", "汇款", "-20.5", "9", written]]
    (payment,) = [one for one in known(table(rows), bills) if isinstance(one, Payment)]
    assert (payment.payee, payment.payee_account) == (name, account)


def test_a_card_statement_in_a_mail_is_a_mail_and_a_bill() -> None:
    """Issuers nest a table for each band, one for the titles and one for each line."""

    def band(*cells: str) -> str:
        inner = "".join(f"<td><div>{cell}</div></td>" for cell in cells)
        return f"<tr><td><span><table><tr><td></td>{inner}</tr></table></span></td></tr>"

    lines = (
        band("交易日<br>Trans Date", "记账日", "交易摘要", "人民币金额", "卡号末四位")
        + band("1220", "1221", "某店", "12.50", "1234")
        + band("", "0105", "手机银行还款", "-1,000.00", "1234")
    )
    page = f"<html><body><table><tr><td>信用卡电子账单 账单周期 2024/12/18-2025/01/17</td></tr><tr><td><table>{lines}</table></td></tr></table></body></html>"
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = (
        "card@bank.example",
        "me@mail.example",
        "账单",
        "Fri, 17 Jan 2025 08:00:00 +0800",
    )
    mail.set_content(page, subtype="html", cte="base64")
    (body,) = [one for one in known(mail.as_bytes(), documents) if isinstance(one, Attachment)]
    assert body.is_file
    found = known(body.data, bills)
    assert [
        (local(one)[:10], one.amount_fen, one.flow, one.suggested) for one in found if isinstance(one, Payment)
    ] == [
        ("2024-12-20", 1250, "out", None),
        ("2025-01-05", 100000, "out", "repayment"),
    ]
    assert not [one for one in found if isinstance(one, SetAside)]
