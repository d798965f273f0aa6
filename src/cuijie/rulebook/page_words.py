"""The words a rule's page is written in, Chinese first, English second."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span, negation_inward
from cuijie.rulebook.rule import Window
from cuijie.rulebook.sql_text import predicate_sql

__all__ = [
    "BINDS",
    "CERTAINTY",
    "CONFIDENCE",
    "EXPECT",
    "PROTECTS",
    "SEVERITY",
    "TIERS",
    "condition_lines",
]

_Pairs = Mapping[str, tuple[str, str]]

TIERS: _Pairs = {
    "criminal": ("刑事", "criminal"),
    "public_security": ("治安管理", "public security"),
    "administrative": ("行政", "administrative"),
    "civil": ("民事", "civil"),
    "regulator": ("监管规定", "regulator"),
    "standard": ("国家标准（推荐性）", "national standard (recommended)"),
    "self_discipline": ("行业自律", "self-discipline"),
    "policy": ("内部制度（不是法律）", "internal policy (not law)"),
}
SEVERITY: _Pairs = {
    "advisory": ("提示", "advisory"),
    "ordinary": ("一般", "ordinary"),
    "serious": ("严重", "serious"),
    "grave": ("特别严重", "grave"),
}
CERTAINTY: _Pairs = {
    "established": ("已能认定", "established"),
    "likely": ("很可能", "likely"),
    "to_judge": ("需要人判断", "to be judged by a person"),
}
CONFIDENCE: _Pairs = {
    "verified": ("条文已核对全文", "checked against the full text"),
    "secondary": ("条文来自可靠转载或报道", "from reliable secondary sources"),
    "unverified": ("条文未读到原文", "text not seen"),
}
PROTECTS: _Pairs = {
    "debtor": ("借款人", "the borrower"),
    "recipient": ("被联系的人（以自己的名义）", "the person contacted"),
}
EXPECT: _Pairs = {
    "breach": ("违反", "breach "),
    "clear": ("没有", "clear  "),
    "unknown": ("未知", "unknown"),
    "silent": ("不适用", "silent "),
}
BINDS: _Pairs = {
    "everyone": ("所有人", "everyone"),
    "bank": ("银行", "banks"),
    "consumer_finance": ("消费金融公司", "consumer finance companies"),
    "microloan": ("小额贷款公司", "microloan companies"),
    "platform": ("助贷平台", "platforms"),
    "third_party_agency": ("第三方催收机构", "collection agencies"),
    "individual": ("个人出借人", "private lenders"),
    "debt_assignee": ("债权受让方", "assignees"),
    "nifa_member": ("中国互联网金融协会会员", "NIFA members"),
}
_VALUES: Mapping[str, str] = {
    "call": "电话",
    "robot_call": "机器人电话",
    "sms": "短信",
    "im": "即时消息",
    "email": "邮件",
    "letter": "信函",
    "visit": "上门",
    "public_post": "公开发布",
    "debtor": "借款人本人",
    "co_debtor": "共同借款人、担保人",
    "heir": "继承人",
    "agreed_contact": "约定的联系人",
    "other": "其他",
    "outbound": "对方打来（发来）",
    "inbound": "己方打去（发去）",
    "none": "没有",
    "bundled": "一揽子",
    "specific": "单独明确",
    "contact_list": "通讯录",
    "call_log": "通话记录",
    "public": "公开渠道",
    "bought": "购买",
    "lender": "贷款人",
    "agency": "催收机构",
    "platform": "平台",
    "assignee": "受让方",
    "home": "住处",
    "workplace": "单位",
    "credit_card": "信用卡",
    "online_consumer": "网络消费贷款",
}


def condition_lines(linked: LinkedRule, english: bool) -> Iterator[str]:
    """The condition line by line: each conjunct of the predicate as a plain sentence (in English, as SQL)."""
    node = negation_inward(linked.breach)
    parts = node.parts if isinstance(node, And) else (node,)
    window = linked.rule.window
    if window is not None:
        yield _counting(linked, window, english)
    if english:
        yield from (f"- {predicate_sql(part)}" for part in parts)
        return
    for part in parts:
        yield f"- {_said(linked, part)}"


def _counting(linked: LinkedRule, window: Window, english: bool) -> str:
    if english:
        span = f"within any {window.within_days} days" if window.within_days else "each"
        return f"per {', '.join(window.per)} ({span}), more than {window.limit} contacts of which:"
    per = "、".join(_title(linked, name) for name in window.per)
    span = f"任意连续 {window.within_days} 个自然日内" if window.within_days else "自然日（月）内"
    return f"同一（{per}）{span}，下列联系合计超过 {window.limit} 次："


def _title(linked: LinkedRule, name: str) -> str:
    titles = {
        "day": "日期",
        "month": "月份",
        "debtor_id": "借款人",
        "lender_id": "贷款人",
        "recipient_id": "被联系的号码",
    }
    if name in titles:
        return titles[name]
    found = linked.columns.get(name)
    return found.title_zh if found else name


def _said(linked: LinkedRule, node: Node) -> str:
    match node:
        case Atom(name, OneOf((bool(value),))):
            title = _title(linked, name)
            return f"{title}：{'是' if value else '否'}"
        case Atom(name, OneOf(values)):
            return f"{_title(linked, name)}是{'或'.join(_value(v) for v in values)}"
        case Atom(name, Span(low, high)):
            return f"{_title(linked, name)}{_span(name, low, high)}"
        case Not(Atom(name, OneOf((bool(value),)))):
            return f"{_title(linked, name)}：{'否' if value else '是'}"
        case Not(Atom(name, OneOf(values))):
            return f"{_title(linked, name)}不是{'、'.join(_value(v) for v in values)}"
        case And(parts):
            return "（" + "，且".join(_said(linked, p) for p in parts) + "）"
        case Or(parts):
            return "；或".join(_said(linked, p) for p in parts)
        case Not(part):  # pragma: no cover -- negations have been moved to the atoms
            return f"并非（{_said(linked, part)}）"
    raise TypeError(type(node).__name__)


def _value(value: object) -> str:
    return f"{_VALUES.get(str(value), value)}"


def _span(name: str, low: int | date | None, high: int | date | None) -> str:
    def shown(bound: int | date) -> str:
        return (
            f" {bound // 60}:{bound % 60:02d} " if name == "minute_of_day" and isinstance(bound, int) else f" {bound} "
        )

    if low is not None and high is not None:
        return f"在{shown(low)}到{shown(high)}之间（含）"
    if low is not None:
        return f"不早于{shown(low)}" if name in {"minute_of_day", "day", "hour"} else f"不小于{shown(low)}"
    return f"不晚于{shown(high or 0)}" if name in {"minute_of_day", "day", "hour"} else f"不大于{shown(high or 0)}"
