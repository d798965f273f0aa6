"""What a user may write for the closed lists of the records, in Chinese or by id; amounts and numbers too."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

import click

from cuijie.cli.language import t
from cuijie.records.lender_words import LENDER_WORDS, PRODUCT_WORDS

__all__ = [
    "ACTORS",
    "CONSENTS",
    "LENDER_TYPES",
    "NUMBER",
    "PRODUCTS",
    "RELATIONS",
    "ROLES",
    "YESNO",
    "YUAN",
    "ClosedList",
]


class ClosedList(click.ParamType[str]):
    """One id out of a closed list, written as the id or in one of its Chinese names."""

    def __init__(self, name: str, words: Mapping[str, tuple[str, ...]]) -> None:
        self.name = name
        self.words = words
        self._ids = {word.lower(): key for key, names in words.items() for word in (key, *names)}

    def id_of(self, word: str) -> str | None:
        """What *word* stands for; None for a word that is not on the list."""
        return self._ids.get(word.strip().lower())

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The id of *value*; fails naming every accepted word."""
        found = self.id_of(str(value))
        if found is None:
            known = "、".join(names[0] for names in self.words.values())
            self.fail(
                t(f"不认识“{value}”。可以写：{known}。", f"unknown: {value}. One of: {', '.join(self.words)}"),
                param,
                ctx,
            )
        return found

    def title(self, key: str | None) -> str:
        """The first Chinese name of an id (the id itself in English); 不知道 for None."""
        if key is None:
            return t("不知道", "not known")
        return t(self.words[key][0], key)


class _Yuan(click.ParamType[int]):
    name = t("元", "yuan")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Fen of an amount written in yuan, with at most two decimals."""
        text = str(value).strip().replace(",", "").replace("，", "").removesuffix("元").lstrip("¥￥")
        try:
            fen = Decimal(text) * 100
        except InvalidOperation:
            fen = Decimal("-1")
        if fen < 0 or fen != int(fen):
            self.fail(t(f"金额“{value}”看不懂，请写成 5000 或 5000.00。", f"not an amount: {value}"), param, ctx)
        return int(fen)


class _Number(click.ParamType[str]):
    name = t("号码", "number")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """A telephone number in its normal form."""
        from cuijie.records.numbers import normalise

        found = normalise(str(value))
        if not found or not any(character.isdigit() for character in found):
            self.fail(t(f"号码“{value}”看不懂。", f"not a number: {value}"), param, ctx)
        return found


YUAN, NUMBER = _Yuan(), _Number()

LENDER_TYPES = ClosedList(t("类型", "type"), {str(key): words for key, words in LENDER_WORDS.items()})
PRODUCTS = ClosedList(t("产品", "product"), {str(key): words for key, words in PRODUCT_WORDS.items()})
CONSENTS = ClosedList(
    t("同意", "consent"),
    {
        "none": ("没有同意", "没有"),
        "bundled": ("捆绑同意", "一揽子", "不同意就不能用"),
        "specific": ("单独同意", "单独"),
    },
)
ROLES = ClosedList(
    t("身份", "role"),
    {
        "debtor": ("本人", "借款人", "债务人"),
        "co_debtor": ("共同借款人或担保人", "共同借款人", "担保人", "保证人"),
        "heir": ("继承人",),
        "agreed_contact": ("约定联系人", "紧急联系人"),
        "other": ("其他人", "第三人"),
    },
)
RELATIONS = ClosedList(
    t("关系", "relation"),
    {
        "family": ("亲属", "家人", "母亲", "父亲", "妈妈", "爸爸", "妻子", "丈夫", "配偶", "儿子", "女儿", "哥哥", "姐姐", "弟弟", "妹妹", "爷爷", "奶奶", "亲戚"),
        "friend": ("朋友", "同学", "室友"),
        "colleague": ("同事",),
        "employer": ("单位", "领导", "老板", "公司"),
        "community": ("村委会或社区", "社区", "居委会", "村委会", "邻居"),
        "stranger": ("陌生人", "不认识的人"),
    },
)  # fmt: skip
ACTORS = ClosedList(
    t("由谁", "actor"),
    {
        "lender": ("贷款人", "贷款人自己"),
        "agency": ("催收公司", "受托催收机构", "外包"),
        "platform": ("平台", "助贷平台"),
        "assignee": ("债权受让方", "受让方"),
    },
)
YESNO = ClosedList(t("是否", "yes or no"), {"yes": ("是", "有", "y", "true"), "no": ("否", "没有", "n", "false")})
