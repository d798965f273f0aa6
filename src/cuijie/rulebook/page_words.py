"""The words a rule's page is written in, Chinese first, English second."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "CERTAINTY",
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
