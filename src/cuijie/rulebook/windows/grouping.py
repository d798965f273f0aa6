"""Which contacts a window can hold, when some of the keys they are grouped by are not known.

A record whose key is NULL may belong to every group that agrees on its known keys, and to a group of its
own that no known key names.  Such a group has None at that place: *some lender not named*.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from cuijie.rulebook.columns import Value

__all__ = ["Keys", "closed", "groups"]

Keys = tuple[Value, ...]
_Member = TypeVar("_Member")
_Mask = tuple[bool, ...]


def _mask(keys: Keys) -> _Mask:
    return tuple(key is not None for key in keys)


def _cut(keys: Keys, mask: _Mask) -> Keys:
    return tuple(key if known else None for key, known in zip(keys, mask, strict=True))


def closed(found: Iterable[Keys]) -> list[Keys]:
    """*found* with every way in which records of partly known keys may together be one group."""
    every = dict.fromkeys(found)
    fresh = [keys for keys in every if None in keys]
    while fresh:
        by_mask: dict[_Mask, list[Keys]] = defaultdict(list)
        for keys in every:
            by_mask[_mask(keys)].append(keys)
        joined: dict[Keys, None] = {}
        for mask, members in by_mask.items():
            index: dict[tuple[_Mask, Keys], list[Keys]] = defaultdict(list)
            masks = {tuple(a and b for a, b in zip(mask, _mask(part), strict=True)) for part in fresh}
            for common in masks:
                for keys in members:
                    index[common, _cut(keys, common)].append(keys)
            for part in fresh:
                common = tuple(a and b for a, b in zip(mask, _mask(part), strict=True))
                for keys in index.get((common, _cut(part, common)), ()):
                    joined[tuple(a if a is not None else b for a, b in zip(part, keys, strict=True))] = None
        fresh = [keys for keys in joined if keys not in every and None in keys]
        every.update(joined)
    return list(every)


def groups(by_keys: Mapping[Keys, Sequence[_Member]]) -> Iterator[tuple[Keys, list[tuple[_Member, bool]]]]:
    """Every group with the members it may hold and whether each surely belongs (all its keys known and equal)."""
    masks = {_mask(keys) for keys in by_keys}
    for group in closed(by_keys):
        own = _mask(group)
        held: list[tuple[_Member, bool]] = []
        for mask in masks:
            if all(have or not want for want, have in zip(mask, own, strict=True)):
                sure = mask == own and all(own)
                held += [(member, sure) for member in by_keys.get(_cut(group, mask), ())]
        yield group, held
