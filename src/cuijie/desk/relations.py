"""What people are to each other, in English."""

from __future__ import annotations

__all__ = ["english_relation"]

_RELATIONS = {
    "群里": "a group", "公开处": "a public place", "本人": "the borrower", "借款人": "the borrower", "借款人本人": "the borrower", "母亲": "mother", "妈妈": "mother",
    "父亲": "father", "爸爸": "father", "姐姐": "elder sister", "妹妹": "younger sister", "哥哥": "elder brother",
    "弟弟": "younger brother", "丈夫": "husband", "妻子": "wife", "配偶": "spouse", "儿子": "son", "女儿": "daughter",
    "家人": "family", "亲戚": "relative", "朋友": "friend", "同学": "classmate", "同事": "colleague", "领导": "superior",
    "单位": "workplace", "邻居": "neighbour", "房东": "landlord", "社区": "neighbourhood", "前夫": "former husband",
    "前妻": "former wife", "男友": "boyfriend", "女友": "girlfriend",
}  # fmt: skip


def english_relation(word: str) -> str:
    """The user's word for a person in English where it is a common one, else as it was written; a name stays."""
    relation, gap, name = word.partition(" ")
    return f"{_RELATIONS.get(relation, relation)}{gap}{name}"
