"""What to ask of which contact of an open window: only what can still carry the count past the limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cuijie.rulebook.asking import missing_columns
from cuijie.rulebook.compiled import asked_columns
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.predicate import all_of, atoms_of
from cuijie.rulebook.rule import Window
from cuijie.rulebook.windows.members import Member, window_of

__all__ = ["Known", "missing_of"]

_Held = Sequence[tuple[Member, bool]]
_Asked = tuple[tuple[str, str], ...]


class Known:
    """What contacts that are alike are missing, remembered for all windows of one rule."""

    def __init__(self, rule: LinkedRule) -> None:
        self._domains = rule.domains
        nodes = [all_of(rule.breach, norm.applies) for norm in rule.norms]
        self._nodes = [(node, tuple(dict.fromkeys(atoms_of(node)))) for node in nodes]
        self._missing: dict[tuple[object, ...], tuple[str, ...]] = {}

    def missing(self, norm: int, member: Member) -> tuple[str, ...]:
        """The facts for which it is not known whether *member* counts under *norm*."""
        if member.states[norm]:
            return ()
        node, atoms = self._nodes[norm]
        # What is missing hangs on how each test comes out, not on the values: rows alike are worked out once.
        values = map(member.value_of, (atom.column for atom in atoms))
        alike = (norm, *(None if v is None else a.test.holds(v) for a, v in zip(atoms, values, strict=True)))
        found = self._missing.get(alike)
        if found is None:
            found = self._missing[alike] = missing_columns(node, member.value_of, self._domains)
        return found


def missing_of(
    rule: LinkedRule, members: _Held, norms: Sequence[int], known: Known
) -> tuple[_Asked, _Asked, tuple[str, ...]]:
    """What to ask of which contact: only of those that can still carry the count over the limit."""
    window = window_of(rule)
    facts: dict[tuple[str, str], None] = {}
    law: dict[tuple[str, str], None] = {}
    contacts: dict[int, str] = {}
    blurred = window.within_minutes is not None and any(not sure and _is_exact(m) for m, sure in members)
    for norm in norms:
        counted = [(m, sure) for m, sure in members if m.states[norm] is not False]
        for (member, sure), asks_count in _open(window, counted, norm, blurred):
            contacts[member.place] = member.contact
            names = known.missing(norm, member)
            ordinary = [name for name in names if name not in rule.law_facts]
            keys = _unknown_keys(window, member, sure, blurred)
            for column in asked_columns([*ordinary, *keys], rule.columns, member.value_of):
                facts[member.contact, column] = None
            if asks_count:
                facts[member.contact, "count"] = None
            for name in names:
                if name in rule.law_facts:
                    law[member.contact, name] = None
    return tuple(facts), tuple(law), tuple(contacts[place] for place in sorted(contacts))


def _is_exact(member: Member) -> bool:
    """Whether keys and time are known: if such a one may be in a window, it hangs on when others were."""
    return None not in member.keys and _has_instant(member)


def _unknown_keys(window: Window, member: Member, sure: bool, blurred: bool) -> list[str]:
    """What is not known of where the contact belongs, and of the value that is counted."""
    names = [name for name, key in zip(window.per, member.keys, strict=True) if key is None and not sure]
    if window.within_days is not None and member.lies is None:
        names.append("day")
    if window.within_minutes is not None and (blurred or not sure) and not _has_instant(member):
        names.append("occurred_at")
    if window.distinct is not None and member.value is None:
        names.append(window.distinct)
    return names


def _has_instant(member: Member) -> bool:
    return member.lies is not None and member.lies[0] == member.lies[1]


def _open(window: Window, counted: _Held, norm: int, blurred: bool) -> Iterator[tuple[tuple[Member, bool], bool]]:
    """The members whose open facts can decide, and whether ``count`` is one of them."""
    if window.distinct is not None:
        yield from _deciding_values(counted, norm, blurred)
        return
    settled = [blurred and not _has_instant(m) for m, _ in counted]
    yield from _deciding(counted, norm, window.limit, settled)


def _deciding_values(counted: _Held, norm: int, blurred: bool) -> Iterator[tuple[tuple[Member, bool], bool]]:
    """Of different values: every number from "at least" to "at most" can come about, so whatever is not there yet."""
    there = {m.value for m, sure in counted if sure and m.states[norm] and m.value is not None}
    for member, sure in counted:
        if member.value is None or member.value not in there or (blurred and sure and not _has_instant(member)):
            yield (member, sure), False


def _deciding(
    counted: _Held, norm: int, limit: int, blurs: Sequence[bool]
) -> Iterator[tuple[tuple[Member, bool], bool]]:
    """The members whose open facts can carry the count past the limit, and whether ``count`` is one of them.

    *blurs*: of which of them the time is asked because it says who else is in the window.
    """
    settled = sum(m.least for m, sure in counted if sure and m.states[norm])
    is_open = [not sure or m.states[norm] is None or m.weight is None for m, sure in counted]
    ones = all(m.weight == 1 for (m, _), still in zip(counted, is_open, strict=True) if still)
    for place, (pair, still) in enumerate(zip(counted, is_open, strict=True)):
        if not still:
            if blurs[place]:
                yield pair, False
            continue
        if ones:  # every count from "at least" to "at most" can come about, so each of them can be the one
            yield pair, False
            continue
        member, sure = pair
        others = settled - (member.least if sure and member.states[norm] else 0)
        reach = _sums(others, [other for n, other in enumerate(counted) if n != place], norm, limit)
        if any(member.weight is None or total + member.weight > limit for total in reach):
            yield pair, member.weight is None and others + member.least <= limit


def _sums(start: int, others: _Held, norm: int, limit: int) -> set[int]:
    """Every count within the limit that the others can come to."""
    sums = {start} if start <= limit else set()
    for member, sure in others:
        fixed = sure and member.states[norm] is True
        if member.weight is None:
            lowest = 0 if fixed else member.least
            more = {t for total in sums for t in range(total + lowest, limit + 1)}
        elif fixed:
            continue
        else:
            more = {total + member.weight for total in sums if total + member.weight <= limit}
        sums |= more
    return sums
