"""What to ask about the contacts of an open window: the missing columns of each, worked out once for those alike."""

from __future__ import annotations

from collections.abc import Iterator

from cuijie.rulebook.asking import missing_columns
from cuijie.rulebook.compiled import asked_columns
from cuijie.rulebook.fused.found import NamedMember
from cuijie.rulebook.fused.windows import WindowPass
from cuijie.rulebook.predicate import all_of, evaluate

__all__ = ["Asked", "norms_in"]

_Names = tuple[str, ...]


def norms_in(mask: int) -> Iterator[int]:
    """The places of the norms whose bits are set."""
    return (norm for norm in range(mask.bit_length()) if mask >> norm & 1)


class Asked:
    """The questions of one window rule."""

    def __init__(self, judged: WindowPass) -> None:
        self._judged = judged
        self._nodes = [all_of(judged.linked.breach, norm.applies) for norm in judged.linked.norms]
        self._kept: dict[tuple[int, int, int, bool], tuple[_Names, _Names]] = {}

    def under(self, norm: int, member: NamedMember) -> tuple[_Names, _Names]:
        """The record's columns and the law facts to ask of a contact that may count under *norm*."""
        key = (norm, member.pattern, member.unknown_keys, bool(member.counted >> norm & 1))
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = self._worked_out(*key)
        return found

    def _worked_out(self, norm: int, pattern: int, unknown_keys: int, counted: bool) -> tuple[_Names, _Names]:
        linked, value_of = self._judged.linked, self._judged.patterns.values(pattern)
        node = self._nodes[norm]
        names = () if evaluate(node, value_of) else missing_columns(node, value_of, linked.domains)
        ordinary = [name for name in names if name not in linked.law_facts]
        window = self._judged.window
        places = (*window.per, "day" if window.within_minutes is None else "occurred_at", window.distinct or "")
        keys = [name for bit, name in enumerate(places) if unknown_keys >> bit & 1]
        of_record = asked_columns([*ordinary, *keys], linked.columns, value_of)
        return (
            (*of_record, *(["count"] if counted else [])),
            tuple(name for name in names if name in linked.law_facts),
        )
