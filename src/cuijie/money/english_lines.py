"""Lines of the money form written in English, brought to the words that the form and the letters know."""

from __future__ import annotations

import re

__all__ = ["in_chinese"]

_WORDS: tuple[tuple[str, str], ...] = (
    ("asked for instalments", "申请分期"), ("part(?:ial)? payment", "部分还款"), ("demand(?:ed)?", "催收"), ("promised?", "承诺"),
    ("contract account", "合同账户"), ("company account", "对公账户"), ("personal account", "个人账户"),
    ("down payment", "首付"), ("instal?lments", "分期"), ("extension", "展期"), ("settlement", "结清"),
    (r"(\d+) ?times", r"\1期"), ("each", "每期"), ("total", "共"),
    ("mortgage", "房贷"), ("car loan", "车贷"), ("credit card", "信用卡"), ("balance", "余额"), ("monthly|a month", "月供"),
    ("(?:yearly )?rate", "年利率"), ("not secured|unsecured", "无抵押"), ("secured", "有抵押"), ("sued", "起诉"),
    ("principal", "本金"), ("interest", "利息"), ("penalty", "违约金"), ("service fee", "服务费"), ("fees?", "费用"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(rf"(?<![A-Za-z])(?:{english})(?![A-Za-z])", re.IGNORECASE), zh) for english, zh in _WORDS)


def in_chinese(line: str) -> str:
    """*line* with our English words as the Chinese ones that they stand for; anything else stays as it is."""
    for pattern, word in _PATTERNS:
        line = pattern.sub(word, line)
    return line
