"""What wallets, banks and card issuers call the columns of their bills; of several names the first is preferred."""

from __future__ import annotations

from typing import Final

__all__ = ["BILL_COLUMNS", "is_bill"]

BILL_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "time": ("交易时间", "付款时间", "支付时间", "交易成功时间", "交易完成时间", "交易创建时间", "创建时间", "时间", "记账时间", "入账时间", "交易时刻",
             "下单时间", "transactiontime", "transactiondate&time", "time"),
    "day": ("交易日期", "交易日", "发生日期", "发生日", "交易日期时间", "日期", "date", "transactiondate"),
    "booked": ("记账日期", "记帐日期", "记账日", "记帐日", "入账日期", "入帐日期", "入账日", "银行记账日", "postingdate", "postdate"),
    "category": ("交易分类", "交易类型", "类型", "交易摘要", "摘要", "业务类型", "业务摘要", "摘要描述", "交易名称", "交易类别", "业务种类", "摘要说明",
                 "transactiontype", "type"),
    "payee": ("交易对方", "对方户名", "对手信息", "交易对手名称", "对方名称", "收款方", "对手户名", "交易对手", "商户名称",
              "对方账户名称", "对方账户名", "对方帐户名", "对方账号与户名", "对方", "收/付方名称", "收(付)方名称", "对方姓名", "商家名称", "交易对方户名",
              "对方信息", "对手方", "对方账户户名", "交易对手户名", "对方客户名称", "对方单位名称", "交易对方名称", "收付款方", "收/付款人", "对方户名/账号",
              "商户名称/城市", "对方帐户户名", "对方名", "交易方户名", "交易方名称", "counterparty", "payee"),
    "account": ("对方账号", "交易对手账号", "对方账户", "对手账号", "对方卡号/账号", "对方帐号", "对方卡号", "对方账号/卡号", "交易对方账号", "收(付)方账号",
                "对方帐户", "交易对手卡号", "交易方账户", "交易方账号"),
    "goods": ("商品说明", "商品", "商品名称", "客户摘要", "附言", "交易附言", "用途", "交易说明", "备注/商品", "交易描述", "订单标题", "交易备注",
              "交易地点/附言", "交易用途", "交易详情", "交易场所", "交易信息", "商品信息", "product", "description", "productname"),
    "flow": ("收/支", "收支", "收付", "借贷标志", "收支类型", "借/贷", "借贷", "资金流向", "收/支/其他", "借贷状态", "收支标识", "收入/支出", "资金方向",
             "借贷方向", "借贷标记", "借贷标识", "借/贷标志", "收支方向", "收付标志", "收付方向", "收付标识", "交易方向", "收/付", "支出/收入",
             "income/expense", "in/out"),
    "amount": ("记账金额", "入账币种/金额", "记账金额/币种", "实付金额", "实际支付金额", "人民币金额", "金额(人民币)", "交易金额", "交易金额(元)", "金额",
               "金额(元)", "发生额", "交易额", "订单金额", "收入/支出金额", "收支金额", "收/支金额", "交易币种/金额", "交易金额/币种", "发生金额", "交易发生额",
               "amount", "amount(cny)", "amount(rmb)", "amount(yuan)", "transactionamount"),
    "paid_in": ("记账金额(收入)", "交易金额(收入)", "存入金额", "收入", "收入金额", "贷方金额", "存入", "贷方发生额", "转入金额", "收入(元)", "入账金额",
                "贷方发生额(收入)", "贷方", "收入金额(元)", "存入金额(元)", "转入", "存入额", "贷方发生额(元)", "入账", "收入发生额", "收款金额"),
    "paid_out": ("记账金额(支出)", "交易金额(支出)", "取出金额", "支出", "支出金额", "借方金额", "取出", "借方发生额", "转出金额", "支出(元)",
                 "借方发生额(支取)", "借方", "支出金额(元)", "支取金额", "支取", "转出", "支取额", "借方发生额(元)", "出账金额", "出账", "支出发生额", "付款金额"),
    "currency": ("记账币种", "入账货币", "入账币种", "币种", "币别", "货币", "交易币种", "交易货币", "币种名称", "currency"),
    "card": ("卡号末四位", "卡号后四位", "卡末四位", "卡号(末四位)", "卡号尾号", "卡尾号", "卡号末4位", "卡末4位", "卡片末四位", "卡号"),
    "method": ("收/付款方式", "支付方式", "付款方式", "付款账户", "交易方式", "交易渠道", "paymentmethod"),
    "status": ("交易状态", "当前状态", "状态", "订单状态", "status", "currentstatus"),
    "fund": ("资金状态",),
    "order": ("交易订单号", "交易号", "交易单号", "流水号", "交易流水号", "订单号", "支付宝交易号", "日志号", "核心流水号", "银行交易流水号", "transactionid",
              "transactionno."),
    "merchant_order": ("商家订单号", "商户单号", "商户订单号", "商家单号"),
    "refund": ("成功退款(元)", "成功退款", "退款金额"),
    "balance": ("余额", "联机余额", "账户余额", "账面余额", "本次余额", "交易后余额", "可用余额", "当前余额", "余额(元)", "账户余额(元)", "结余", "balance"),
    "note": ("备注", "remarks", "note"),
}  # fmt: skip


def is_bill(fields: set[str]) -> bool:
    """True if columns of these fields are a bill's: a time, an amount, and what only bills have beside it."""
    is_card = bool(fields & {"booked", "card"})
    money = "amount" in fields or {"paid_in", "paid_out"} <= fields or ("paid_in" in fields and is_card)
    told = fields & {"flow", "status", "order", "balance", "method", "account", "fund", "booked", "currency", "card"}
    return (
        bool(fields & {"time", "day", "booked"})
        and money
        and len(fields) >= 4
        and (len(told) >= 2 or ("payee" in fields and bool(told)) or "balance" in fields or {"day", "booked"} <= fields)
    )
