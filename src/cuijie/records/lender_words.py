"""What people call each kind of lender and product, one list for every form and option: the first word is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from cuijie.records.contact import LenderType, Product

__all__ = ["LENDER_WORDS", "PRODUCT_WORDS", "by_word"]

_Value = TypeVar("_Value", bound=str)

LENDER_WORDS: Mapping[LenderType, tuple[str, ...]] = {
    "commercial_bank": ("银行", "商业银行"),
    "credit_card_center": ("信用卡中心",),
    "consumer_finance": ("消费金融公司", "消费金融", "消金"),
    "auto_finance_trust": ("汽车金融或信托", "汽车金融", "信托"),
    "microloan": ("小额贷款公司", "小贷", "小额贷款", "网络小贷"),
    "guarantee": ("融资担保公司", "担保公司", "担保"),
    "loan_facilitator": ("助贷平台", "助贷", "贷款中介"),
    "debt_assignee": ("债权受让方", "资产管理公司", "AMC"),
    "collection_agency": ("催收公司", "催收机构"),
    "p2p_residual": ("P2P存量", "p2p", "网贷平台"),
    "unlicensed": ("无牌照放贷", "无牌照", "高利贷", "714高炮", "714", "高炮", "境外App"),
    "pawn_lease_factoring": ("典当、租赁或保理", "典当", "融资租赁", "保理"),
    "rental_disguised": ("以租代贷", "租机贷"),
    "private_person": ("个人", "自然人", "民间借贷"),
}
PRODUCT_WORDS: Mapping[Product, tuple[str, ...]] = {
    "credit_card": ("信用卡",),
    "online_consumer": ("网络消费贷款", "网贷", "网络贷款", "消费贷"),
    "other": ("其他",),
}


def by_word(words: Mapping[_Value, tuple[str, ...]]) -> dict[str, _Value]:
    """Every word of *words* with what it stands for."""
    return {name: value for value, names in words.items() for name in names}
