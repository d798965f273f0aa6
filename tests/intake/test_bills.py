"""Bills of wallets and banks: completed lines, exact amounts, suggestions only."""

from __future__ import annotations

import pytest

from cuijie.intake import Found, SetAside
from cuijie.intake.payments import bills
from cuijie.records import Payment

from . import intake_samples as samples
from .intake_samples import table
from .recognising import known, local

WECHAT = [
    "交易时间",
    "交易类型",
    "交易对方",
    "商品",
    "收/支",
    "金额(元)",
    "支付方式",
    "当前状态",
    "交易单号",
    "商户单号",
    "备注",
]


def payments(found: list[Found]) -> list[Payment]:
    return [one for one in found if isinstance(one, Payment)]


def test_alipay_lines_keep_state_flow_and_order_number_as_text() -> None:
    rows = [
        ["导出信息："], ["共4笔记录"], ["----支付宝（中国）网络技术有限公司  电子客户回单----"], samples.BILL_HEADER,
        ["2025-03-18 10:00:00", "信用借还", "晴川消费金融有限公司", "fin***@example.com", "贷款还款,第3期", "支出", "5386.52", "银行卡(1001)", "交易成功",
         "202503000000000003\t",
         "M3\t", "", ""],
        ["2025-03-18 09:59:00", "信用借还", "晴川消费金融有限公司", "/", "贷款还款", "支出", "5386.52", "", "交易关闭", "202503000000000004\t", "M4\t", "", ""],
        ["2025-03-20 11:05:00 ", "转账红包", "*强", "138****1188", "转账", "支出", "2,000.00", "余额", "交易成功", "5\t", "", "", ""],
        ["2025-03-02 00:00:01", "退款", "商家*店", "/", "退款-数据线", "不计收支", "19.90", "花呗", "退款成功", "6\t", "", "", ""],
    ]  # fmt: skip
    found = known(table(rows, "gb18030"), bills)
    assert [(one.amount_fen, one.flow, one.is_completed, one.suggested) for one in payments(found)] == [
        (538_652, "out", True, "repayment"), (538_652, "out", False, None), (200_000, "out", True, "to_person"), (1_990, "neutral", True, "refund"),
    ]  # fmt: skip
    assert payments(found)[0].order_no == "202503000000000003"


@pytest.mark.parametrize(("goods", "status", "suggested"), [
    ("放款", "放款成功", "disbursement"), ("借呗放款至银行卡", "交易成功", "disbursement"), ("贷款还款,放款机构晴川", "还款成功", "repayment"),
    ("借呗", "放款成功", "disbursement"), ("借呗还款", "还款成功", "repayment"),
])  # fmt: skip
def test_a_loan_paid_out_on_a_neutral_alipay_line_is_no_repayment(goods: str, status: str, suggested: str) -> None:
    row = ["2025-03-18 10:00:00", "信用借还", "晴川消费金融有限公司", "/", goods, "不计收支", "9400.00", "银行卡", status, "3", "M3", "", ""]  # fmt: skip
    found = payments(known(table([samples.BILL_HEADER, row], "gb18030"), bills))
    assert [(one.is_completed, one.suggested) for one in found] == [(True, suggested)]


def test_wechat_amounts_refunds_and_neutral_lines() -> None:
    rows = [
        ["微信支付账单明细"], ["----微信支付账单明细列表----"], WECHAT,
        ["2025-03-22 21:40:10", "转账", "小周", "转账备注:微信转账", "支出", "¥2000.00", "零钱", "对方已收钱", "1000050001\t", "1\t", "/"],
        ["2025-03-18 10:01:00", "信用卡还款", "某银行信用卡还款", "/", "/", "¥1000.00", "零钱", "支付成功", "42\t", "1\t", "服务费¥1.00"],
        ["2025-03-10 08:00:00", "商户消费", "便利店", "早餐,豆浆", "支出", "¥99.00", "零钱", "已退款(￥9.00)", "43\t", "1\t", "/"],
    ]  # fmt: skip
    first, second, third = payments(known(table(rows), bills))
    assert (first.amount_fen, first.suggested, first.payee) == (200_000, "to_person", "小周")
    assert (second.flow, second.suggested) == ("neutral", "repayment")
    assert (third.refunded_fen, third.is_completed) == (900, True)


@pytest.mark.parametrize(
    ("header", "line", "fen", "flow"),
    [
        (["记账日期", "货币", "交易金额", "联机余额", "交易摘要", "对手信息"], ["2024-01-01", "CNY", "-1,000.00", "271.66", "转账汇款", "张三"], 100_000, "out"),
        (["顺序号", "交易日期", "交易类型", "存入金额", "取出金额", "余额", "交易对手名称"],
         ["1", "2025/12/05  07:22:32", "汇入", "10.00", "", "1991.33", "某公司"], 1_000, "in"),
        (["交易日期", "交易时间", "交易金额", "本次余额", "对方户名", "对方账号"], ["20250318", "100102", "+500.00", "9", "某公司", "62"], 50_000, "in"),
        (["交易日期", "交易时间", "收入", "支出", "余额", "交易类型", "交易备注"],
         ["\t20250303", "\t12:30:05", "", "812.35", "1,000.00", "快捷支付", "还款"], 81_235, "out"),
        (["交易日期", "摘要", "记账金额(收入)", "记账金额(支出)", "余额", "对方户名"], ["2025-03-18", "放款", "5,000.00", "", "9", "某小额贷款公司"], 500_000, "in"),
        (["序号", "摘要", "币别", "交易日期", "交易金额", "账户余额", "对方账号与户名"], ["1", "消费", "人民币元", "20250318", "-20.5", "9", "62/某店"], 2_050, "out"),
    ],
)  # fmt: skip
def test_statements_of_several_banks(header: list[str], line: list[str], fen: int, flow: str) -> None:
    (payment,) = payments(known(table([["户名：某某"], header, line, ["合计"]]), bills))
    assert (payment.amount_fen, payment.flow) == (fen, flow)
    assert payment.time_precision in ("day", "second")


def test_amounts_never_pass_through_floats_and_odd_ones_are_set_aside() -> None:
    rows = [
        samples.BILL_HEADER,
        *(
            ["2025-03-18 10:00:00", "x", "y", "", "", "支出", amount, "", "交易成功", str(n), "", "", ""]
            for n, amount in enumerate(["0.29", "1e3", "12.345", "￥8"])
        ),
    ]
    found = known(table(rows), bills)
    assert [one.amount_fen for one in payments(found)] == [29, 800]
    assert len([one for one in found if isinstance(one, SetAside)]) == 2


def test_a_wechat_workbook_with_serial_times_and_plain_numbers() -> None:
    line = [45738.9031250, "转账", "小周", "/", "支出", 2000.5, "零钱", "对方已收钱", "1000050001", "1", "/"]
    (payment,) = payments(
        known(
            samples.workbook({"微信支付账单": [["微信支付账单明细"], ["共1笔记录"], WECHAT, line]}), bills, "微信.xlsx"
        )
    )
    assert (payment.amount_fen, local(payment)) == (200_050, "2025-03-22 21:40:30")


def test_one_column_for_the_number_and_the_name_of_the_other_side() -> None:
    header = ["序号", "摘要", "交易日期", "交易金额", "账户余额", "交易地点/附言", "对方账号与户名"]
    line = ["1", "消费", "20250318", "-20.5", "9", "微信支付-王某", "243300133/某某支付有限公司"]
    (payment,) = payments(known(table([header, line]), bills))
    assert (payment.payee, payment.payee_account) == ("某某支付有限公司", "243300133")
    assert payment.description == "微信支付-王某"


def test_a_lenders_own_list_counts_what_was_repaid_and_not_what_was_lent() -> None:
    rows = [
        ["序号", "借条编号", "出借人", "借款金额(元)", "还款时间", "本期还款(元)", "还款状态"],
        ["1", "JT001", "徐某某", "5000.00", "2025-03-05 12:00:00", "1,050.00", "还款成功"],
        ["2", "JT001", "徐某某", "5000.00", "2025-04-05 12:00:00", "1,050.00", "扣款失败"],
    ]
    assert [(one.amount_fen, one.payee, one.suggested) for one in payments(known(table(rows), bills))] == [
        (105_000, "徐某某", "repayment"), (105_000, "徐某某", None),
    ]  # fmt: skip


def test_a_sentence_below_the_table_is_no_line_that_was_cut_off() -> None:
    rows = "交易日期\t交易金额\t账户余额\t摘要\n20250901\t-12.34\t100.00\t消费\n"
    found = known(f"{rows}\t以上数据仅供参考，以柜台为准。".encode(), bills)
    assert [one.amount_fen for one in payments(found)] == [1_234]
