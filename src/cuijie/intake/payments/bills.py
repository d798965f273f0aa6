"""Bills of Alipay, WeChat Pay, banks and shops: what was received, repaid, or sent to somebody.

The header is searched for by content, preambles vary.  Only completed lines count; closed and failed ones never do,
refunds are kept apart.  What looks like a repayment is a suggestion until the user settles it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, Literal

from cuijie.intake.entries import content_id
from cuijie.intake.found import Declared, Found, Note, SetAside
from cuijie.intake.payments.amounts import Amount, amount_of, flow_of, foreign_of, rejoined
from cuijie.intake.payments.balance import BalanceLine, flows_by_balance
from cuijie.intake.payments.columns import BILL_COLUMNS, is_bill
from cuijie.intake.source import Head, Source
from cuijie.intake.tables.reading import Row, encoding_note, first_rows, rows, rows_ahead
from cuijie.intake.tables.titles import Header, body, is_titled, needed_header, unread_notes
from cuijie.intake.times.written import When, excel_serial, parse_time
from cuijie.intake.vocabulary import money_of
from cuijie.records import Payment, PaymentFlow, PaymentPurpose

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "bill"
TITLE: Final = "支付账单或银行流水"

_DONE: Final = ("交易成功", "确认收货", "充值完成", "支付成功", "还款成功", "已转账", "已收钱", "已存入", "已到账", "对方已收钱", "朋友已收钱", "充值成功",
                "提现已到账", "付款成功", "转账成功", "已完成", "成功", "已支付", "代付成功", "交易完成", "已还", "结清", "success", "completed", "paid")  # fmt: skip
_NOT_DONE: Final = (
    "关闭",
    "失败",
    "取消",
    "撤销",
    "未支付",
    "等待付款",
    "待付款",
    "待还",
    "未还",
    "未结清",
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
_SPENT: Final = re.compile(r"消费|支付|付款|支取|取款|取现|扣款|代扣|转出|汇出|还款|归还|缴费|手续费|支出|购买")
_CAME: Final = re.compile(r"存入|转入|汇入|工资|收入|退款|退货|利息|结息|充值|放款|代发|入账|收款")
_TO_PERSON: Final = re.compile(r"转账|红包|扫二维码|二维码收款|汇款")
_FULL: Final = re.compile(r"(?:19|20)\d{2}(?:[-/.年]|\d{4})")  # a time column that holds the day too
_COMPACT_DAY: Final = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_COMPACT_CLOCK: Final = re.compile(r"^(\d{2})(\d{2})(\d{2})$")
_CLOCK_PARTS: Final = r"\1:\2:\3"
_DASHED: Final = r"\1-\2-\3"
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?")  # a workbook's day number
_NO_YEAR: Final = re.compile(r"(?=\d{4}$|\d{1,2}\D)(0?[1-9]|1[0-2])\s*[-/.月]?\s*([0-2]?\d|3[01])日?")
_STATEMENT: Final = re.compile(r"账单|statement", re.IGNORECASE)
_MONTH: Final = re.compile(r"(20\d{2})\s*[-/年.]\s*(1[0-2]|0?[1-9])(?!\d)")
_ACCOUNT_CURRENCY: Final = re.compile(
    r"(?:币种|币别|货币|账户|账号|帐户|帐号|currency)[^\n]*?[\s:：(（]?(美元|港币|港元|欧元|日元|英镑|澳元|加元|USD|HKD|EUR|JPY|GBP)",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"[\d*]{8,32}")
_NAME_AND_NUMBER: Final = re.compile(r"(\D[^/]*?)(?:\s*/\s*(?=.{3,32}$)|\s+(?=.{8,32}$))([\d*]+)")  # 张三/62220001
_NUMBER_AT_END: Final = re.compile(r"([^\d/]*[\u4e00-\u9fff)）])([\d*]{9,32})")  # 张三62220001: two lines of a cell
_NUMBER_AND_NAME: Final = re.compile(
    r"([\d*]{3,32}(?=\s*/)|[\d*]{8,32}(?=\s))\s*/?\s*([^\d/].*)"
)  # one column for both: 243300133/某某公司
_REFUND: Final = re.compile(r"退款|退货|退回")


def sniff(head: Head) -> bool:
    """True for a table with time, amount and what only bills have (flow, status, order number, balance)."""
    return is_titled(head, BILL_COLUMNS, is_bill)


def read(source: Source) -> Iterator[Found]:
    """A payment for each line of the bill, closed and failed ones marked as not completed."""
    head = source.head()
    table = first_rows(head)
    header = needed_header(head, BILL_COLUMNS, is_bill, remedy="请重新导出账单，不要删掉表头。")
    yield from encoding_note(head)
    preamble = "\n".join(" ".join(row.cells) for row in table[: header.index])
    if found := re.search(r"共\s*[:：]?\s*(\d{1,7})\s*笔", preamble):
        yield Declared(count=int(found[1]))
    reader = _Reader(source, preamble, has_signs=_has_signs(table, header))
    if reader.needs_balance(header):
        yield from reader.learn(body(rows_ahead(source), BILL_COLUMNS, is_bill))
    unread: dict[str, int] = {}
    for number, (titles, line) in enumerate(body(rows(source), BILL_COLUMNS, is_bill, unread)):
        if (row := rejoined(line, titles)) is None:
            yield SetAside(at=line.at, why="这一行的格子比标题多，金额里的逗号像是把一格分成了两格")
        elif (made := reader.payment(titles, row, number)) is not None:
            yield made
    yield from unread_notes(unread)
    if reader.suggested:
        yield Note(text=f"其中 {reader.suggested} 笔像是放款或还款，等你确认后才会算进“还了多少”。")
    if reader.is_card:
        yield Note(text="这是信用卡账单：写着还款的算你还的，消费不算还款。")


class _Reader:
    """Lines to payments, with what the text above the table says of all of them."""

    def __init__(self, source: Source, preamble: str, *, has_signs: bool) -> None:
        self._source, self._has_signs = source, has_signs
        lines = [*preamble.splitlines(), source.name]
        months = [found for line in lines if _STATEMENT.search(line) for found in _MONTH.finditer(line)]
        self._closed_in = max(((int(found[1]), int(found[2])) for found in months), default=None)
        abroad = _ACCOUNT_CURRENCY.search(preamble)
        self._foreign = foreign_of(abroad[1]) if abroad else None
        self.suggested = 0
        self.is_card = False
        self._by_balance: dict[int, Literal["in", "out"]] = {}

    def needs_balance(self, header: Header) -> bool:
        """True if no amount has a sign and no column tells the way, but a balance may."""
        return not self._has_signs and {"amount", "balance"} <= header.columns.keys() and "flow" not in header.columns

    def learn(self, table: Iterable[tuple[Header, Row]]) -> Iterator[Note]:
        """Looks through all rows for what the balances tell of the ways, each stretch below one header by itself."""
        parts: list[tuple[Header, dict[int, BalanceLine]]] = []
        for number, (header, line) in enumerate(table):
            if not parts or parts[-1][0] is not header:
                parts.append((header, {}))
            row = rejoined(line, header)
            cells = {} if row is None else {name: header.cell(row, name) for name in header.columns}
            money = amount_of(cells, has_out=False)
            if money.is_signed or (cells and _is_card(header, cells)):
                return
            if not money.foreign and (cells.get("balance") or money.fen is not None):
                parts[-1][1][number] = BalanceLine(
                    fen=money.fen,
                    balance=money_of(cells.get("balance", "")),
                    when=_when(cells, self._closed_in).instant,
                    told=_flow_by_words(cells),
                )
        for _, lines in parts:
            yield from self._told_by_balance(lines)

    def _told_by_balance(self, lines: dict[int, BalanceLine]) -> Iterator[Note]:
        if all(line.told for line in lines.values()):
            return
        ways = flows_by_balance(list(lines.values()))
        numbers = list(lines)
        self._by_balance |= {numbers[index]: way for index, way in (ways or {}).items()}
        if ways:
            yield Note(
                text=f"金额没有正负号：按余额的增减认出 {len(ways)} 笔是收入还是支出（相邻两笔的余额差都正好等于金额），请核对。"
            )
        elif ways is None:
            yield Note(text="金额没有正负号，余额的增减又和金额、先后对不上，没有按余额认收支方向。")

    def payment(self, header: Header, row: Row, number: int) -> Payment | SetAside | None:
        """What the line of that *number* tells; None for totals and remarks."""
        cells = {name: header.cell(row, name) for name in header.columns}
        when = _when(cells, self._closed_in)
        money = amount_of(cells, has_out="paid_out" in header.columns)
        if when.instant is None:
            looks_real = money.fen is not None and any(
                cells.get(name) for name in ("payee", "order", "category", "goods")
            )
            return (
                SetAside(at=row.at, why=_no_time(when))
                if looks_real and any(map(str.isdigit, when.raw or ""))
                else None
            )
        if money.fen is None:
            written = cells.get("amount") or cells.get("repaid") or cells.get("paid_in") or cells.get("paid_out") or ""
            return SetAside(at=row.at, why=f"金额写的是“{written[:30]}”，读不出")
        if (foreign := money.foreign or self._foreign) is not None:
            return SetAside(
                at=row.at, why=f"金额是{foreign[:10]}，不是人民币，没有换算；请按入账的人民币金额自己记一笔"
            )
        text = " ".join(cells.get(name, "") for name in ("category", "payee", "goods"))
        text += " 还款" if cells.get("repaid") else ""
        if is_card := _is_card(header, cells):
            self.is_card = True
            money = replace(money, flow=_card_flow(text, money))
        elif money.is_by_sign and not self._has_signs:
            money = replace(money, flow=self._by_balance.get(number) or _flow_by_words(cells))
        made = _payment(self._source, row, cells, when, money, _suggestion(text, cells, money.flow, is_card=is_card))
        self.suggested += made.suggested in ("repayment", "disbursement")
        return made


def _flow_by_words(cells: dict[str, str]) -> PaymentFlow | None:
    """Which way money went where no amount of the bill has a sign; who got it tells nothing (消费金融 is no spending)."""
    kind = cells.get("category", "")
    if (told := flow_of(kind)) in ("in", "out"):
        return told
    text = f"{kind} {cells.get('goods', '')}"
    return "out" if _SPENT.search(text) else "in" if _CAME.search(text) else None


def _has_signs(table: Iterable[Row], header: Header) -> bool:
    """True if an amount of the bill has a sign: where none has, the sign tells no way."""
    name = "amount" if "amount" in header.columns else "paid_in"
    return any(
        header.cell(row, name).lstrip("(（¥￥ ")[:1] in ("-", "+", "−") or header.cell(row, name)[:1] == "("
        for row in table
    )


def _is_card(header: Header, cells: dict[str, str]) -> bool:
    """True for a card's statement: it has the day of booking or the card's end and no balance, or the line owes."""
    if "flow" in header.columns or "status" in header.columns:
        return False
    if "balance" in header.columns:
        return cells["balance"].startswith("-") and any(character.isdigit() for character in cells["balance"])
    return bool({"booked", "card"} & header.columns.keys())


def _card_flow(text: str, money: Amount) -> PaymentFlow | None:
    """Which way money went for the owner: cards write what was spent without a sign, and what came to them is no income."""
    if _REFUND.search(text):
        return "in"
    if _REPAID.search(text):
        return "out"
    return "out" if money.flow == ("in" if money.is_by_sign else "out") else None


def _payment(
    source: Source, row: Row, cells: dict[str, str], when: When, money: Amount, suggested: PaymentPurpose | None
) -> Payment:
    fen = money.fen or 0
    status = cells.get("status") or None
    order = cells.get("order") or None
    payee, account = _other_side(cells)
    extra = tuple(
        (name, cells[name]) for name in ("merchant_order", "note", "balance") if cells.get(name) and cells[name] != "/"
    )
    return Payment(
        payment_id=content_id(
            "payment", when, source.owner, fen, money.flow, payee, order, status, cells.get("balance")
        ),
        owner=source.owner,
        places=(source.place(row.at),),
        amount_fen=fen,
        occurred_at=when.instant,
        time_raw=when.raw,
        time_precision=when.precision,
        flow=money.flow,
        payee=payee,
        payee_account=account,
        description=_named(cells.get("goods")),
        category=_named(cells.get("category")),
        method=_named(cells.get("method")),
        status=status,
        is_completed=None if status is None else _is_done(status),
        refunded_fen=_refunded(cells, status, money),
        order_no=order,
        suggested=suggested,
        extra=extra,
    )


def _other_side(cells: dict[str, str]) -> tuple[str | None, str | None]:
    """(name, account) of the other side, also where one column holds both or only the account."""
    payee, account = _named(cells.get("payee")), _named(cells.get("account"))
    if payee is None or account is not None:
        return payee, account
    if both := _NUMBER_AND_NAME.fullmatch(payee):
        return both[2], both[1]
    if both := _NAME_AND_NUMBER.fullmatch(payee) or _NUMBER_AT_END.fullmatch(payee):
        return both[1], both[2]
    return (None, payee) if _NUMBER.fullmatch(payee) else (payee, None)


def _named(written: str | None) -> str | None:
    return None if written is None or not written.strip("-—/") or written in ("（空）", "(空)") else written


def _when(cells: dict[str, str], closed_in: tuple[int, int] | None) -> When:
    time = cells.get("time", "")
    days = [day for name in ("day", "booked") if (day := cells.get(name, "").strip("-—/"))]
    if not days or _FULL.match(time) or re.fullmatch(r"\d{5}\.\d+", time):
        return excel_serial(float(time)) if _SERIAL.fullmatch(time) else parse_time(re.sub(r"\s+", " ", time))
    day = days[0]
    if short := _NO_YEAR.fullmatch(day):
        year = _year_of(int(short[1]), days[-1], closed_in)
        if year is None:
            return When(raw=day)
        day = f"{year}-{short[1]}-{short[2]}"
    if _SERIAL.fullmatch(day):
        return excel_serial(float(day) + (float(time) if re.fullmatch(r"0?\.\d+", time) else 0))
    clock = _COMPACT_CLOCK.sub(_CLOCK_PARTS, time.zfill(6) if re.fullmatch(r"\d{5}", time) else time)
    return parse_time(f"{_COMPACT_DAY.sub(_DASHED, day)} {clock}".strip())


def _year_of(month: int, booked: str, closed_in: tuple[int, int] | None) -> int | None:
    """The year of a day written without one: that of the day of booking, else of the month the statement closes in."""
    told = parse_time(_COMPACT_DAY.sub(_DASHED, booked)).instant if _FULL.match(booked) else None
    end = (told.year, told.month) if told is not None else closed_in
    return None if end is None else end[0] - (month > end[1])


def _no_time(when: When) -> str:
    told = "没有年份，也看不出是哪个月的账单" if _NO_YEAR.fullmatch(when.raw or "") else "读不出"
    return f"时间写的是“{(when.raw or '')[:40]}”，{told}"


def _is_done(status: str) -> bool | None:
    status = status.lower()
    if any(word in status for word in _NOT_DONE):
        return False
    if status.startswith("已退款") or "退款成功" in status or "全额退款" in status:
        return True
    return True if any(word in status for word in _DONE) else None


def _refunded(cells: dict[str, str], status: str | None, money: Amount) -> int | None:
    if (fen := money_of(cells.get("refund", ""))) is not None and fen > 0:
        return fen
    if "全额退款" in (status or "") and money.flow == "out":
        return money.fen
    found = re.search(r"已退款\s*[(（]?[￥¥]?([\d.,]+)", status or "") or re.search(
        r"已退款[(（]?[￥¥]?([\d.,]+)", cells.get("amount", "")
    )
    return money_of(found[1]) if found else None


def _suggestion(text: str, cells: dict[str, str], flow: PaymentFlow | None, *, is_card: bool) -> PaymentPurpose | None:
    """What the line looks like; nothing for a line that was never completed."""
    status = cells.get("status") or ""
    if status and _is_done(status) is False:
        return None
    if _REFUND.search(text if flow == "out" else f"{text} {status}"):  # 已退款 of a payment is its refunded_fen
        return "refund"
    text = f"{text} {status}"
    if is_card:  # 分期, 白条 and the like are what was bought there
        return "repayment" if flow == "out" and _REPAID.search(text) else None
    if flow == "in":
        return (
            "disbursement" if _DISBURSED.search(text) or (_LENDING.search(text) and not _REPAID.search(text)) else None
        )
    if flow != "out" and _DISBURSED.search(text) and not _REPAID.search(text):
        return "disbursement"  # 信用借还 stands under 不计收支 both ways: the words tell which
    if _LENDING.search(text):
        return "repayment"
    return "to_person" if flow == "out" and _TO_PERSON.search(text) else None
