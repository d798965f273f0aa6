"""The words for how certain a finding is, how high its law stands, and how strong its evidence is."""

from __future__ import annotations

from cuijie.assessment.strength import Level
from cuijie.records import Certainty, Tier
from cuijie.rulebook import Words

__all__ = ["CERTAINTY_WORDS", "LEVEL_WORDS", "TIER_WORDS"]

CERTAINTY_WORDS: dict[Certainty, Words] = {
    "established": Words(zh="已能认定", en="established"),
    "likely": Words(zh="很可能", en="likely"),
    "to_judge": Words(zh="需要人判断", en="for a person to judge"),
}
TIER_WORDS: dict[Tier, Words] = {
    "criminal": Words(zh="刑事", en="criminal law"),
    "public_security": Words(zh="治安处罚", en="public security"),
    "administrative": Words(zh="行政", en="administrative law"),
    "civil": Words(zh="民事和个人信息", en="civil and personal information law"),
    "regulator": Words(zh="监管规则", en="regulator's rules"),
    "standard": Words(zh="国家推荐性标准", en="recommended national standard"),
    "self_discipline": Words(zh="行业自律", en="self-regulation"),
    "policy": Words(zh="机构内部规定（不是法律）", en="the lender's own policy (not law)"),
}
LEVEL_WORDS: dict[Level, Words] = {
    "strong": Words(zh="较强", en="fairly strong"),
    "fair": Words(zh="一般", en="fair"),
    "weak": Words(zh="较弱", en="weak"),
}
