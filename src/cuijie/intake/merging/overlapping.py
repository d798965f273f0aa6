"""Screenshots of one conversation that overlap: what stands above the first time line of one may be the end of the one before.

Such a message has no time, and its words alone do not tell it from the same words said twice.  The order does: a run
of messages at the end of one picture (or anywhere in it) with which the other begins, on the same sides, in the same
words.  Either of the two may be taken in first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

import msgspec

from cuijie.casefile import Case
from cuijie.intake.merging.events import LIKENESS
from cuijie.records import Entry

__all__ = ["Overlaps", "is_on_screen"]

_TELLING: Final = 8  # signs: one message of so many tells an overlap alone, as do two that differ
_CUT: Final = 4  # signs that are left at least of a bubble cut by the edge
_KINDS: Final = frozenset({"sms", "mms", "im"})
_ON_SCREEN: Final = ("read_by", "ocr")
_MARK: Final = b'"read_by"'

Talk = tuple[str, str, str]
"""Owner, whether a group or a person, and who."""


class _Shown(NamedTuple):
    order: int  # from above
    entry_id: str
    inbound: bool | None
    words: str
    is_timed: bool


_Pair = tuple[_Shown, _Shown]
_Known = dict[Talk, dict[str, dict[int, _Shown]]]  # by conversation, picture and order


def is_on_screen(entry: Entry) -> bool:
    """True for a message read off a picture."""
    return entry.kind in _KINDS and _ON_SCREEN in entry.extra


def _talk_of(entry: Entry) -> Talk | None:
    """Whose conversation with whom; None where the picture does not tell."""
    if entry.group_name:
        return entry.owner, "group", entry.group_name
    who = entry.number or entry.counterpart_name
    return None if who is None else (entry.owner, "person", who)


class Overlaps:
    """The messages that the pictures of a case show, by conversation and picture."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._known: _Known | None = None  # looked for when the first picture needs it

    def twins(self, screen: Sequence[Entry], item_id: str) -> dict[int, str]:
        """By place in *screen* (the messages of the picture *item_id*, from above) the known entries they repeat.

        Only where one of the two has no time; none where it is not clear with what the picture overlaps.
        """
        if (talk := _talk_of(screen[0])) is None:
            return {}
        new = [_shown(entry, order) for order, entry in enumerate(screen)]
        others = [
            [shown[at] for at in sorted(shown)] for item, shown in self._all().get(talk, {}).items() if item != item_id
        ]
        above = _only_longest(_overlap(other, new) for other in others)
        below = _only_longest([(there, here) for here, there in _overlap(new, other)] for other in others)
        pairs = (*below, *above)
        return {here.order: there.entry_id for there, here in pairs if not (here.is_timed and there.is_timed)}

    def note(self, screen: Iterable[Entry]) -> None:
        """Remembers the messages of a picture as they now stand in the case."""
        if self._known is not None:
            for entry in screen:
                _add(self._known, entry)

    def _all(self) -> _Known:
        if self._known is None:
            self._known = {}
            for _, body in self._case.records.bodies(Entry):
                if _MARK in body and is_on_screen(entry := msgspec.json.decode(body, type=Entry)):
                    _add(self._known, entry)
        return self._known


def _add(known: _Known, entry: Entry) -> None:
    if (talk := _talk_of(entry)) is None:
        return
    for place in entry.places:
        item, _, at = place.partition("#")
        order = at.partition("@")[0]
        if order.isdecimal():
            known.setdefault(talk, {}).setdefault(item, {})[int(order)] = _shown(entry, int(order))


def _shown(entry: Entry, order: int) -> _Shown:
    words = "".join((entry.text or "").split())
    return _Shown(order, entry.entry_id, entry.inbound, words, entry.occurred_at is not None)


def _only_longest(runs: Iterable[list[_Pair]]) -> list[_Pair]:
    """The longest of *runs*; none where others as long lead elsewhere."""
    by_length = sorted(runs, key=len, reverse=True)
    if len(by_length) > 1 and len(by_length[0]) == len(by_length[1]) and by_length[0] != by_length[1]:
        return []
    return by_length[0] if by_length else []


def _overlap(past: Sequence[_Shown], begins: Sequence[_Shown]) -> list[_Pair]:
    """The messages of *past* with which the other picture begins, each with its like there; none if that is not clear."""
    for start in range(len(past)):
        pairs = list(zip(past[start:], begins, strict=False))
        last = len(past) - 1 - start
        if all(_alike(one, other, order == 0, order == last) for order, (one, other) in enumerate(pairs)):
            return pairs if _tells([one for one, _ in pairs], past) else []
    return []


def _tells(run: Sequence[_Shown], past: Sequence[_Shown]) -> bool:
    """False where a template sent over and over, or a short word, may as well have been sent once more."""
    words = {one.words for one in run}
    if len(words) > 1:
        return True
    (alone,) = words
    return len(run) == 1 and len(alone) >= _TELLING and sum(one.words == alone for one in past) == 1


def _alike(one: _Shown, other: _Shown, is_first: bool, is_last: bool) -> bool:
    if one.inbound != other.inbound:
        return False
    first, second = one.words, other.words
    if is_first and len(second) >= _CUT and first.endswith(second):
        return True  # cut by the upper edge
    if is_last and len(first) >= _CUT and second.startswith(first):
        return True  # cut by the lower edge
    return first == second or SequenceMatcher(None, first[:500], second[:500], autojunk=False).ratio() >= LIKENESS
