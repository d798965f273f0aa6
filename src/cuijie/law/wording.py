"""The library's own terms in plain words, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from cuijie.law.model import Confidence, KnownFrom, Tier

__all__ = ["APPLIES_TO", "CONFIDENCE", "KNOWN_FROM_WORDS", "LEVELS", "TIER"]

TIER: Mapping[Tier, tuple[str, str]] = {
    "criminal": ("刑事", "criminal"),
    "public_security": ("治安管理处罚", "public-security penalty"),
    "administrative": ("行政", "administrative"),
    "civil": ("民事", "civil"),
    "regulator": ("监管规则", "regulator's rule"),
    "standard": ("推荐性国家标准或技术指南，本身不是处罚依据", "recommended standard or guide; no basis for a penalty"),
    "self_discipline": ("行业自律，只约束会员，本身不是处罚依据", "self-regulation of members; no basis for a penalty"),
    "policy": ("机构自己的规定，不是法律", "a lender's own policy, not law"),
}

CONFIDENCE: Mapping[Confidence, tuple[str, str]] = {
    "verified": ("已与公布的文本核对", "checked against the published text"),
    "secondary": ("来自报道、转载等二手资料，引用前请核对官方文本", "from secondary sources; check the official text"),
    "unverified": ("没有核实，不要引用", "not verified; do not cite"),
}

KNOWN_FROM_WORDS: Mapping[KnownFrom, tuple[str, str]] = {
    "full_text": ("概括自全文", "summarised from the full text"),
    "quoted": ("概括自他处引用的原文", "summarised from quotations"),
    "near_quote": ("概括自接近原文的转述", "summarised from a near quotation"),
    "press_summary": ("概括自新闻或发布消息，不是原文", "summarised from press releases, not the text"),
    "back_translation": ("概括自外文译本，不是原文", "summarised from a foreign translation"),
    "none": ("没有读到原文，据转述", "text not read; by hearsay of commentary"),
}

APPLIES_TO: Mapping[str, tuple[str, str]] = {
    "bank": ("银行（含信用卡）", "banks and credit cards"),
    "consumer_finance": ("消费金融公司", "consumer-finance companies"),
    "microloan": ("小额贷款公司", "microloan companies"),
    "platform": ("助贷、网络平台", "platforms"),
    "third_party_agency": ("第三方催收机构", "collection agencies"),
    "debt_assignee": ("债权受让方", "assignees"),
    "individual": ("个人", "individuals"),
    "nifa_member": ("中国互联网金融协会会员", "members of the internet-finance association"),
}
LEVELS: Mapping[str, str] = {
    "法律": "law",
    "法律（征求意见稿）": "draft law",
    "行政法规": "administrative regulation",
    "地方性法规": "local regulation",
    "党内法规": "Party regulation",
    "司法解释": "judicial interpretation",
    "规范性文件（司法）": "judicial document",
    "部门规章": "departmental rule",
    "部门规章（征求意见稿）": "draft departmental rule",
    "部门规范性文件": "departmental document",
    "规范性文件": "normative document",
    "规范性文件（地方）": "local normative document",
    "规范性文件（技术指南）": "technical guide",
    "机构改革方案": "plan of institutional reform",
    "国家标准（推荐性）": "recommended national standard",
    "国家标准（草案）": "draft national standard",
    "自律规范": "self-discipline",
    "自律规范（地方）": "local self-discipline",
}
"""What the levels of instruments are called in English."""
