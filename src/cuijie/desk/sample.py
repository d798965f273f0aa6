"""The fictional exports of the sample case: every person, number, company and word is invented.

A loan of 5,000 yuan from a consumer finance company that does not exist, overdue since mid-October 2026.
The files are written in the true layouts (SMS Backup & Restore XML, a chat in CSV, a hand-written list, a bill of Alipay), so
that the sample goes through the very importers a user's own files go through.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import quoteattr

from cuijie.clock import SHANGHAI
from cuijie.records import Collector, Loan, Person
from cuijie.records.money import LoanTerms

__all__ = ["SampleFile", "sample_collector", "sample_loan", "sample_persons", "sample_terms", "write_sample"]

_LENDER_PORT = "106900000002001"
_COLLECTOR = "17000002101"
_SECOND = "17000002102"
_DEBTOR, _MOTHER, _COLLEAGUE, _CLASSMATE, _SISTER = (f"1380000200{n}" for n in range(1, 6))


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """One fictional export and whose phone it came from (``debtor`` or the word for the person)."""

    path: Path
    owner: str


def sample_loan() -> Loan:
    """The invented loan: who lent, how much, since when overdue; agreed hours are not known."""
    return Loan(
        loan_id="loan-1",
        lender_id="lender-1",
        lender_name="晴川消费金融有限公司（虚构）",
        lender_type="consumer_finance",
        platform_name="小舟借款（虚构）",
        product="online_consumer",
        contract_no="QC-2026-000218",
        contract_on=date(2026, 2, 18),
        overdue_since=date(2026, 10, 15),
        principal_fen=500_000,
        claimed_fen=572_640,
    )


def sample_persons() -> tuple[Person, ...]:
    """The invented people; whether the mother was agreed on as a contact is left open on purpose."""
    return (
        Person(person_id="debtor", name="林舟", role="debtor", relation_word="本人", numbers=(_DEBTOR,)),
        Person(person_id="mother", name="沈兰", relation="family", relation_word="母亲", numbers=(_MOTHER,)),
        Person(
            person_id="colleague",
            name="周宁",
            role="other",
            relation="colleague",
            relation_word="同事",
            numbers=(_COLLEAGUE,),
        ),
        Person(
            person_id="classmate",
            name="何川",
            role="other",
            relation="friend",
            relation_word="同学",
            numbers=(_CLASSMATE,),
        ),
        Person(
            person_id="sister",
            name="林舫",
            role="agreed_contact",
            relation="family",
            relation_word="姐姐",
            numbers=(_SISTER,),
        ),
    )


def sample_collector() -> Collector:
    """Who calls and writes: the lender's own signature and port, and two numbers that name the lender."""
    return Collector(
        collector_id="collector-1",
        name="自称晴川消金委托的催收人员",
        numbers=(_LENDER_PORT, _COLLECTOR, _SECOND),
        signatures=("晴川消金",),
        lender_id="lender-1",
    )


def _at(month: int, day: int, hour: int, minute: int, second: int = 0) -> int:
    return int(datetime(2026, month, day, hour, minute, second, tzinfo=SHANGHAI).timestamp() * 1000)


_DEBTOR_SMS = (  # (time, number, type 1 received / 2 sent, words)
    (
        _at(10, 13, 9, 30, 5),
        _LENDER_PORT,
        1,
        "【晴川消金】您尾号0218的借款将于10月14日到期，请留足余额。如需延期请致电客服。退订回T",
    ),
    (_at(10, 14, 18, 2, 11), "106900000009001", 1, "【快递驿站】您的包裹已到小区东门，取件码3-2-11。"),
    (
        _at(10, 16, 9, 31, 40),
        _LENDER_PORT,
        1,
        "【晴川消金】您的借款已逾期1天，当前应还5214.00元。如有困难，可致电客服协商还款安排。退订回T",
    ),
    (_at(10, 17, 12, 10, 2), _MOTHER, 1, "周末回来吃饭吗？给你留了排骨。"),
    (
        _at(10, 20, 11, 20, 31),
        _COLLECTOR,
        1,
        "林舟，今天之内不还，我们就把你的事告诉你通讯录里的每一个人，先从你妈和你们单位开始。",
    ),
    (_at(10, 20, 12, 1, 9), _COLLECTOR, 2, "我在筹钱，可以分期。请不要联系我的家人和同事。"),
    (_at(10, 21, 23, 6, 48), _COLLECTOR, 1, "别装睡。你已经涉嫌诈骗，公安明天就立案抓人，你儿子以后也别想考公务员。"),
    (_at(10, 22, 15, 44, 0), _MOTHER, 1, "刚才有个人打电话来说你欠钱不还，说话很难听，怎么回事？"),
    (_at(10, 23, 21, 2, 17), _SECOND, 1, "你这种老赖、废物，出门小心点，我们知道你孩子在哪个幼儿园。"),
    (
        _at(10, 26, 10, 0, 3),
        _LENDER_PORT,
        1,
        "【晴川消金】您可在App内查看还款明细，或致电客服申请分期。我们不会要求您向个人账户付款。",
    ),
    (_at(10, 28, 16, 30, 55), _SECOND, 1, "公司系统慢，先把钱转到我个人微信，五千二，今天转了给你免罚息。"),
)
_DEBTOR_CALLS = (  # (time, number, seconds, type 1 incoming / 2 outgoing / 3 missed)
    (_at(10, 16, 10, 12), "02000002001", 64, 1),
    (_at(10, 18, 19, 40), _MOTHER, 310, 1),
    (_at(10, 20, 9, 2), _COLLECTOR, 48, 1),
    (_at(10, 20, 11, 15), _COLLECTOR, 95, 1),
    (_at(10, 20, 15, 33), _COLLECTOR, 41, 1),
    (_at(10, 20, 19, 58), _COLLECTOR, 37, 1),
    (_at(10, 21, 22, 41), _COLLECTOR, 35, 1),
    (_at(10, 22, 8, 0), _COLLECTOR, 0, 3),
    (_at(10, 23, 20, 55), _SECOND, 0, 3),
)
_MOTHER_CALLS = (
    (_at(10, 22, 15, 30), _COLLECTOR, 122, 1),
    (_at(10, 22, 15, 36), _COLLECTOR, 18, 1),
    (_at(10, 24, 9, 10), _SECOND, 77, 1),
    (_at(10, 25, 20, 4), _SECOND, 26, 1),
    (_at(10, 25, 21, 0), "13800002099", 240, 1),
)
_MOTHER_SMS = (
    (_at(10, 22, 15, 50), _COLLECTOR, 1, "您儿子林舟欠款5386元一直拒还，请您督促他今天还清，不然大家都不好看。"),
    (_at(10, 24, 9, 20), _SECOND, 2, "我不是借款人，也没有同意过。请不要再打给我。"),
    (_at(10, 25, 20, 6), _SECOND, 1, "他不还就只能找你，你替他先垫上两千。"),
)
_CLASSMATE_CHAT = (  # a chat the classmate typed out of the phone: user-converted
    ("2026-10-23 14:20:31", "对方", "你是何川吧？你同学林舟借钱不还，是个老赖，麻烦你转告他赶紧还。"),
    ("2026-10-23 14:22:05", "我", "你是谁？我不清楚，别找我。"),
    ("2026-10-23 14:25:48", "对方", "再不还我们就在你们同学群里公布他的身份证照片。"),
)
_COLLEAGUE_NOTE = (  # what the colleague remembers of a call that left no file
    ("联系时间", "方式", "方向", "来电号码", "被联系人", "是否接通", "通话时长", "内容", "文字来源"),
    (
        "2026-10-23 10:05",
        "电话",
        "来电",
        _SECOND,
        "周宁",
        "是",
        "60",
        "对方自称晴川消金委托，说林舟有一笔款逾期，让他转告单位领导处理。",
        "概述",
    ),
)


def _xml(root: str, rows: list[str]) -> str:
    head = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n<!--虚构样例-->\n"
    return f'{head}<{root} count="{len(rows)}" type="full">\n' + "\n".join(rows) + f"\n</{root}>\n"


def _sms_xml(messages: tuple[tuple[int, str, int, str], ...]) -> str:
    return _xml(
        "smses",
        [
            f'  <sms protocol="0" address="{number}" date="{at}" type="{kind}" subject="null" body={quoteattr(body)} '
            f'toa="null" sc_toa="null" service_center="null" read="1" status="-1" locked="0" '
            f'date_sent="{at if kind == 1 else 0}" sub_id="1" readable_date="" contact_name="(Unknown)" />'
            for at, number, kind, body in messages
        ],
    )


def _calls_xml(calls: tuple[tuple[int, str, int, int], ...]) -> str:
    return _xml(
        "calls",
        [
            f'  <call number="{number}" duration="{seconds}" date="{at}" type="{kind}" presentation="1" '
            f'subscription_id="1" post_dial_digits="" subscription_component_name="null" readable_date="" '
            f'contact_name="(Unknown)" />'
            for at, number, seconds, kind in calls
        ],
    )


_LENDER, _CLUB = "晴川消费金融有限公司（虚构）", "小舟会员（虚构）"
_BILL = (
    ("交易时间", "交易分类", "交易对方", "对方账号", "商品说明", "收/支", "金额", "收/付款方式", "交易状态", "交易订单号", "商家订单号", "备注"),
    ("2026-02-18 10:03:11", "信用借还", _LENDER, "/", "放款到账", "收入", "4700.00", "余额", "交易成功", "S01", "", ""),
    ("2026-02-18 10:05:40", "日用百货", "街角便利店（虚构）", "/", "早餐", "支出", "12.50", "余额", "交易成功", "S02", "", ""),
    ("2026-02-20 09:12:05", "生活服务", _CLUB, "/", "借款权益会员", "支出", "29.90", "余额", "交易成功", "S03", "", ""),
    *(
        (f"2026-{month:02d}-15 08:30:00", "信用借还", _LENDER, "/", "按期还款", "不计收支", "100.00", "银行卡", "还款成功",
         f"S{month + 1:02d}", "", "")
        for month in range(3, 10)
    ),
)  # fmt: skip
"""A bill of the year: 300 yuan kept back when the loan was paid out, a membership, seven months of interest."""


def sample_terms() -> LoanTerms:
    """What the contract of the loan says: eight months, interest monthly, the principal at the end; whom the bill names."""
    return LoanTerms(
        loan_id="loan-1",
        method="interest_first",
        periods=8,
        annual_rate=Decimal("0.24"),
        first_due_on=date(2026, 3, 15),
        bill_names=(_LENDER,),
        payees=((_CLUB, "fee"),),
    )


def _csv(rows: tuple[tuple[str, ...], ...], header: tuple[str, ...] | None = None) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows((header, *rows) if header else rows)
    return out.getvalue()


def write_sample(folder: Path) -> tuple[SampleFile, ...]:
    """Write the fictional exports into *folder* and say whose each is; raises OSError if it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = (
        ("sms-20261101093000.xml", "debtor", _sms_xml(_DEBTOR_SMS)),
        ("calls-20261101093000.xml", "debtor", _calls_xml(_DEBTOR_CALLS)),
        ("母亲手机-calls-20261101101500.xml", "母亲", _calls_xml(_MOTHER_CALLS)),
        ("母亲手机-sms-20261101101500.xml", "母亲", _sms_xml(_MOTHER_SMS)),
        ("同学微信聊天-整理.csv", "同学", _csv(_CLASSMATE_CHAT, ("时间", "发送人", "内容"))),
        ("同事接到的电话-手记.csv", "同事", _csv(_COLLEAGUE_NOTE)),
        ("支付宝账单-20261101.csv", "debtor", _csv(_BILL)),
    )
    files = []
    for name, owner, text in texts:
        path = folder / name
        path.write_text(text, encoding="utf-8-sig" if name.endswith(".csv") else "utf-8")
        files.append(SampleFile(path=path, owner=owner))
    return tuple(files)
