"""What people are called: by the name itself, or by the user's own word for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from cuijie.records.case import Person

__all__ = ["bare_name", "spoken_names"]

_CALLED = ("同事", "朋友", "同学", "邻居", "亲戚", "领导", "室友", "紧急联系人", "联系人")


def bare_name(name: str) -> str:
    """*name* without a leading word for the relation: 同事周师傅 is 周师傅; a word for a relation alone stays."""
    for word in _CALLED:
        if name.startswith(word):
            return name.removeprefix(word).strip(" ：:-—") or name
    return name


def spoken_names(persons: Iterable[Person]) -> Mapping[str, str]:
    """The user's own word for everyone by person id (母亲), else the name; who shares a word has the name beside it.

    Empty where neither is known.
    """
    people = tuple(persons)
    shared = Counter(one.relation_word for one in people)
    return {one.person_id: _spoken(one, is_shared=shared[one.relation_word] > 1) for one in people}


def _spoken(person: Person, *, is_shared: bool) -> str:
    word, name = person.relation_word or "", person.name or ""
    if not (word and name and is_shared):
        return word or name
    return name if name.startswith(word) else f"{word} {name}"
