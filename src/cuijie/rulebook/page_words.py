"""The words a rule's page is written in, Chinese first, English second."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "BINDS",
    "CERTAINTY",
    "CONFIDENCE",
    "EXPECT",
    "PROTECTS",
    "SEVERITY",
    "TIERS",
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
    "clear": ("不违反", "clear  "),
    "unknown": ("未知", "unknown"),
    "silent": ("不适用", "silent "),
}
BINDS: _Pairs = {
    "bank": ("银行", "banks"),
    "consumer_finance": ("消费金融公司", "consumer finance companies"),
    "microloan": ("小额贷款公司", "microloan companies"),
    "platform": ("助贷平台", "platforms"),
    "third_party_agency": ("第三方催收机构", "collection agencies"),
    "individual": ("个人出借人", "private lenders"),
    "debt_assignee": ("债权受让方", "assignees"),
    "nifa_member": ("中国互联网金融协会会员", "NIFA members"),
}
