"""Bills of Alipay, WeChat Pay, banks and shops: what was received, repaid, or sent to somebody.

The header is searched for by content, preambles vary.  Only completed lines count; closed and failed ones never do,
refunds are kept apart.  What looks like a repayment is a suggestion until the user settles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cuijie.intake.entries import content_id
from cuijie.intake.found import Declared, Found, IntakeError, Note, SetAside
from cuijie.intake.source import Head, Source
from cuijie.intake.tables import Header, Row, body, encoding_note, find_header, first_rows, is_table, rows
from cuijie.intake.times import When, excel_serial, parse_time
from cuijie.intake.vocabulary import money_of
from cuijie.records import Payment, PaymentFlow, PaymentPurpose

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "bill"
TITLE: Final = "支付账单或银行流水"

_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "time": ("交易时间", "付款时间", "交易创建时间", "时间", "记账时间", "创建时间", "支付时间", "入账时间", "交易时刻",
             "transactiontime", "transactiondate&time", "time"),
    "day": ("交易日期", "记账日期", "日期", "入账日期", "交易日", "记帐日期", "发生日期", "交易日期时间", "date", "transactiondate"),
    "category": ("交易分类", "交易类型", "类型", "交易摘要", "摘要", "业务类型", "业务摘要", "摘要描述", "交易名称", "transactiontype", "type"),
    "payee": ("交易对方", "对方户名", "对手信息", "交易对手名称", "对方名称", "收款方", "对手户名", "交易对手", "商户名称",
              "对方账户名称", "对方账户名", "对方账号与户名", "对方", "收/付方名称", "对方姓名", "商家名称", "交易对方户名",
              "对方信息", "对手方", "counterparty", "payee"),
    "account": ("对方账号", "交易对手账号", "对方账户", "对手账号", "对方卡号/账号", "对方帐号", "对方卡号"),
    "goods": ("商品说明", "商品", "商品名称", "客户摘要", "附言", "交易附言", "用途", "交易说明", "备注/商品", "交易描述", "订单标题", "交易备注",
              "交易地点/附言", "交易用途",
              "product", "description", "productname"),
    "flow": ("收/支", "收支", "收付", "借贷标志", "收支类型", "借/贷", "借贷", "资金流向", "收/支/其他", "借贷状态", "收支标识", "收入/支出", "资金方向",
             "income/expense", "in/out"),
    "amount": ("金额", "金额(元)", "交易金额", "发生额", "交易金额(元)", "订单金额", "人民币金额", "金额(人民币)", "实付金额", "记账金额", "金额（元）",
               "amount", "amount(cny)", "amount(rmb)", "amount(yuan)"),
    "paid_in": ("存入金额", "收入", "收入金额", "贷方金额", "存入", "贷方发生额", "转入金额", "收入(元)", "入账金额", "贷方发生额(收入)", "交易金额(收入)",
                "记账金额(收入)", "贷方", "收入金额(元)"),
    "paid_out": ("取出金额", "支出", "支出金额", "借方金额", "取出", "借方发生额", "转出金额", "支出(元)", "借方发生额(支取)", "交易金额(支出)",
                 "记账金额(支出)", "借方", "支出金额(元)"),
    "method": ("收/付款方式", "支付方式", "付款方式", "付款账户", "交易方式", "交易渠道", "paymentmethod"),
    "status": ("交易状态", "当前状态", "状态", "订单状态", "status", "currentstatus"),
    "fund": ("资金状态",),
    "order": ("交易订单号", "交易号", "交易单号", "流水号", "交易流水号", "订单号", "支付宝交易号", "transactionid", "transactionno."),
    "merchant_order": ("商家订单号", "商户单号", "商户订单号"),
    "refund": ("成功退款(元)", "成功退款", "退款金额"),
    "balance": ("余额", "联机余额", "账户余额", "账面余额", "本次余额", "balance"),
    "note": ("备注", "remarks", "note"),
}  # fmt: skip
_DONE: Final = ("交易成功", "支付成功", "还款成功", "已转账", "已收钱", "已存入", "已到账", "对方已收钱", "朋友已收钱", "充值成功",
                "提现已到账", "付款成功", "转账成功", "已完成", "成功", "已支付", "代付成功", "交易完成", "success", "completed", "paid")  # fmt: skip
_NOT_DONE: Final = (
    "关闭",
    "失败",
    "取消",
    "撤销",
    "未支付",
    "等待付款",
    "待付款",
    "已过期",
    "已退还",
    "对方已退还",
    "待接收",
    "冻结",
    "closed",
    "failed",
    "cancel",
)
_LENDING: Final = re.compile(
    r"信用借还|还款|借呗|花呗|微粒贷|白条|金条|有钱花|贷款|消费金融|小额贷款|小贷|网商贷|京东金融|借钱|月付|分期|逾期|代扣|催收|资产管理|融资担保|[Rr]epayment|[Ll]oan"
)
_DISBURSED: Final = re.compile(r"放款|贷款发放|借款到账|贷款入账|借款发放|放贷")
_REPAID: Final = re.compile(r"还款|归还")
_TO_PERSON: Final = re.compile(r"转账|红包|扫二维码|二维码收款|汇款")
_FULL: Final = re.compile(r"(?:19|20)\d{2}(?:[-/.年]|\d{4})")  # a time column that holds the day too
_COMPACT_DAY: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_COMPACT_CLOCK: Final = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
_DASHED: Final = r"\1-\2-\3"
_NUMBER_AND_NAME: Final = re.compile(r"([\d*]{3,32})\s*/\s*(\D.*)")  # one column for both: 243300133/某某公司
_REFUND: Final = re.compile(r"退款")


def _is_bill(fields: set[str]) -> bool:
    money = "amount" in fields or {"paid_in", "paid_out"} <= fields
    told = fields & {"flow", "status", "order", "balance", "method", "account", "fund"}
    return (
        bool(fields & {"time", "day"})
        and money
        and len(fields) >= 4
        and (len(told) >= 2 or ("payee" in fields and bool(told)) or {"paid_in", "paid_out", "balance"} <= fields)
    )


def sniff(head: Head) -> bool:
    """True for a table with time, amount and what only bills have (flow, status, order number, balance)."""
    return is_table(head) and find_header(first_rows(head), _COLUMNS, _is_bill) is not None


def read(source: Source) -> Iterator[Found]:
    """A payment for each line of the bill, closed and failed ones marked as not completed."""
    head = source.head()
    table = first_rows(head)
    header = find_header(table, _COLUMNS, _is_bill)
    if header is None:
        raise IntakeError(f"“{source.name}”里找不到账单的列名。", remedy="请重新导出账单，不要删掉表头。")
    yield from encoding_note(head)
    for row in table[: header.index]:
        if found := re.search(r"共\s*(\d{1,7})\s*笔", " ".join(row.cells)):
            yield Declared(count=int(found[1]))
            break
    suggested = 0
    for titles, row in body(rows(source), _COLUMNS, _is_bill):
        made = _payment(source, titles, row)
        if made is not None:
            suggested += isinstance(made, Payment) and made.suggested in ("repayment", "disbursement")
            yield made
    if suggested:
        yield Note(text=f"其中 {suggested} 笔像是放款或还款，等你确认后才会算进“还了多少”。")


def _payment(source: Source, header: Header, row: Row) -> Payment | SetAside | None:
    cells = {name: header.cell(row, name) for name in header.columns}
    when = _when(cells)
    fen, flow = _amount(cells)
    if when.instant is None:
        looks_real = fen is not None and bool(cells.get("payee") or cells.get("order"))
        return SetAside(at=row.at, why=f"时间写的是“{(when.raw or '')[:40]}”，读不出") if looks_real else None
    if fen is None:
        return SetAside(at=row.at, why=f"金额写的是“{(cells.get('amount') or '')[:30]}”，读不出")
    status = cells.get("status") or None
    done = None if status is None else _is_done(status)
    text = " ".join(cells.get(name, "") for name in ("category", "payee", "goods"))
    refund = _refunded(cells, status)
    order = cells.get("order") or None
    account, payee = _named(cells.get("account")), _named(cells.get("payee"))
    if payee is not None and account is None and (both := _NUMBER_AND_NAME.fullmatch(payee)):
        account, payee = both[1], both[2]
    extra = tuple(
        (name, cells[name]) for name in ("merchant_order", "note", "balance") if cells.get(name) and cells[name] != "/"
    )
    return Payment(
        payment_id=content_id("payment", when, source.owner, fen, flow, payee, order, status, cells.get("balance")),
        owner=source.owner,
        places=(source.place(row.at),),
        amount_fen=fen,
        occurred_at=when.instant,
        time_raw=when.raw,
        time_precision=when.precision,
        flow=flow,
        payee=payee,
        payee_account=account,
        description=_named(cells.get("goods")),
        category=_named(cells.get("category")),
        method=_named(cells.get("method")),
        status=status,
        is_completed=done,
        refunded_fen=refund,
        order_no=order,
        suggested=_suggestion(f"{text} {status or ''}", flow, done),
        extra=extra,
    )


def _named(written: str | None) -> str | None:
    return None if written in (None, "", "/", "--", "-") else written


def _when(cells: dict[str, str]) -> When:
    time, day = cells.get("time", ""), cells.get("day", "")
    if day and not _FULL.match(time) and not re.fullmatch(r"\d{5}\.\d+", time):
        if re.fullmatch(r"\d{5}(?:\.\d+)?", day):
            return excel_serial(float(day))
        clock = _COMPACT_CLOCK.sub(r"\1:\2:\3", time)
        return parse_time(f"{_COMPACT_DAY.sub(_DASHED, day)} {clock}".strip())
    if re.fullmatch(r"\d{5}(?:\.\d+)?", time):
        return excel_serial(float(time))
    return parse_time(re.sub(r"\s+", " ", time))


def _amount(cells: dict[str, str]) -> tuple[int | None, PaymentFlow | None]:
    """(fen without sign, flow) from one amount column with a sign or a flow column, or from two columns."""
    word = cells.get("flow", "")
    if cells.get("amount"):
        fen = money_of(re.sub(r"[(（].*$", "", cells["amount"]))
        if fen is None:
            return None, None
        if word or cells.get("fund"):
            return abs(fen), _flow(word) or _flow(cells.get("fund", ""))
        if cells.get("status") is not None:
            return abs(fen), None  # a wallet's line without 收/支: neither
        return abs(fen), "out" if fen < 0 else "in"
    paid_in, paid_out = money_of(cells.get("paid_in", "")), money_of(cells.get("paid_out", ""))
    if paid_in:
        return abs(paid_in), "in"
    if paid_out:
        return abs(paid_out), "out"
    return (0 if paid_in == 0 or paid_out == 0 else None), None


def _flow(word: str) -> PaymentFlow | None:
    if word in ("支出", "支", "借", "借方", "付", "出", "D", "转出", "已支出", "Expense", "Expenses", "Out"):
        return "out"
    if word in ("收入", "收", "贷", "贷方", "入", "C", "转入", "已收入", "Income", "In"):
        return "in"
    return "neutral" if word in ("/", "不计收支", "中性交易", "其他", "其它", "资金转移", "Neutral") else None


def _is_done(status: str) -> bool | None:
    status = status.lower()
    if any(word in status for word in _NOT_DONE):
        return False
    if status.startswith("已退款") or "退款成功" in status:
        return True
    return True if any(word in status for word in _DONE) else None


def _refunded(cells: dict[str, str], status: str | None) -> int | None:
    if (fen := money_of(cells.get("refund", ""))) is not None and fen > 0:
        return fen
    found = re.search(r"已退款\s*[(（]?[￥¥]?([\d.,]+)", status or "") or re.search(
        r"已退款[(（]?[￥¥]?([\d.,]+)", cells.get("amount", "")
    )
    return money_of(found[1]) if found else None


def _suggestion(text: str, flow: PaymentFlow | None, done: bool | None) -> PaymentPurpose | None:
    """What the line looks like; nothing for a line that was never completed."""
    if done is False:
        return None
    if _REFUND.search(text):
        return "refund"
    if flow == "in":
        return "disbursement" if _DISBURSED.search(text) or _LENDING.search(text) else None
    if flow != "out" and _DISBURSED.search(text) and not _REPAID.search(text):
        return "disbursement"  # 信用借还 stands under 不计收支 both ways: the words tell which
    if _LENDING.search(text):
        return "repayment"
    return "to_person" if flow == "out" and _TO_PERSON.search(text) else None
