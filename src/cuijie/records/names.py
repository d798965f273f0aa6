"""What people are called: the name itself, without what the borrower says somebody is to them."""

from __future__ import annotations

__all__ = ["bare_name"]

_CALLED = ("同事", "朋友", "同学", "邻居", "亲戚", "领导", "室友", "紧急联系人", "联系人")


def bare_name(name: str) -> str:
    """*name* without a leading word for the relation: 同事周师傅 is 周师傅; a word for a relation alone stays."""
    for word in _CALLED:
        if name.startswith(word):
            return name.removeprefix(word).strip(" ：:-—") or name
    return name
