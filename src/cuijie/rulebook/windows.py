"""Window rules: at least and at most so many contacts, against a limit.

Each norm counts for itself, only what it governs.  *At least* adds the contacts that surely count in a
window they surely belong to; *at most* adds all that may.  A record that stands for several (``count``
NULL) is at least two, with no upper bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter

from cuijie.records import Certainty, ContactRecord
from cuijie.rulebook.asking import missing_columns
from cuijie.rulebook.columns import Value
from cuijie.rulebook.compiled import asked_columns
from cuijie.rulebook.grouping import Keys, groups
from cuijie.rulebook.judgement import WindowJudgement
from cuijie.rulebook.linking import CERTAINTIES, LinkedNorm, LinkedRule, ceiling
from cuijie.rulebook.predicate import Truth, all_of, atoms_of
from cuijie.rulebook.rule import Window

__all__ = ["SEVERAL", "Member", "judge_window", "judge_windows", "members_of", "window_of"]

SEVERAL = 2  # what a record that stands for several counts at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One contact that counts or may count: ``states`` per norm, ``keys`` as grouped by, ``place`` in the log."""

    place: int
    contact: str
    at: datetime | None
    has_time: bool
    weight: int | None
    states: tuple[Truth, ...]
    keys: Keys
    day: date | None
    alone: Value
    value_of: Callable[[str], Value]

    @property
    def least(self) -> int:
        """How many contacts it stands for at the least."""
        return SEVERAL if self.weight is None else self.weight


class _Known:
    """What rows that are alike are missing, remembered for all windows of one rule."""

    def __init__(self, rule: LinkedRule) -> None:
        nodes = [all_of(rule.breach, norm.applies) for norm in rule.norms]
        self.nodes = [(node, tuple(dict.fromkeys(atoms_of(node)))) for node in nodes]
        self.missing: dict[tuple[object, ...], tuple[str, ...]] = {}


def window_of(rule: LinkedRule) -> Window:
    """The window of a window rule."""
    if rule.rule.window is None:
        raise TypeError(f"{rule.rule.id} is no window rule")
    return rule.rule.window


def members_of(
    rule: LinkedRule,
    contacts: Sequence[ContactRecord],
    rows: Sequence[Sequence[Value]],
    names: Sequence[str],
    answers: Callable[[Sequence[Value]], tuple[Truth, ...]],
) -> Iterator[Member]:
    """The contacts that some norm of *rule* counts or may count."""
    window = window_of(rule)
    place_of = {name: place for place, name in enumerate(names)}
    count, day, minute = place_of["count"], place_of["day"], place_of["minute_of_day"]
    alone = place_of[window.alone] if window.alone else None
    per = [place_of[name] for name in window.per]
    for place, (contact, row) in enumerate(zip(contacts, rows, strict=True)):
        states = answers(row)
        weight, on = row[count], row[day]
        if weight == 0 or not any(state is not False for state in states):
            continue
        yield Member(
            place=place,
            contact=contact.contact_id,
            at=contact.occurred_at,
            has_time=row[minute] is not None,
            weight=weight if isinstance(weight, int) else None,
            states=states,
            keys=tuple(row[i] for i in per),
            day=on if isinstance(on, date) else None,
            alone=None if alone is None else row[alone],
            value_of=lambda name, row=row: row[place_of[name]],  # type: ignore[misc]
        )


def judge_windows(rule: LinkedRule, members: Sequence[Member]) -> list[WindowJudgement]:
    """Every window of *rule* that is breached or unknown, in the order of their first contact."""
    by_keys: dict[Keys, list[Member]] = defaultdict(list)
    for member in members:
        by_keys[member.keys].append(member)
    found = []
    known = _Known(rule)
    for keys, unordered in groups(by_keys):
        held = sorted(unordered, key=lambda pair: pair[0].place)
        for end, inside in _spans(window_of(rule), held):
            judged = judge_window(rule, keys, end, inside, known)
            if judged is not None:
                found.append((min(m.place for m, _ in inside), _sortable(judged.keys), judged))
    return [judged for _, _, judged in sorted(found, key=itemgetter(0, 1))]


def _sortable(keys: tuple[tuple[str, object], ...]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for _, value in keys)


def _spans(
    window: Window, held: Sequence[tuple[Member, bool]]
) -> Iterator[tuple[date | None, list[tuple[Member, bool]]]]:
    """The window itself, or for ``within`` one window of so many days up to each day on which something happened."""
    if window.within_days is None:
        yield None, list(held)
        return
    length = timedelta(days=window.within_days - 1)
    dated = sorted(((m.day, m, sure) for m, sure in held if m.day is not None), key=lambda d: (d[0], d[1].place))
    undated = [(m, False) for m, _ in held if m.day is None]
    first = last = 0
    for end in sorted({day for day, _, _ in dated}):
        while dated[first][0] < end - length:
            first += 1
        while last < len(dated) and dated[last][0] <= end:
            last += 1
        inside = [(m, sure) for _, m, sure in dated[first:last]] + undated
        yield end, sorted(inside, key=lambda pair: pair[0].place)
    if undated:
        yield None, undated


def _bounds(members: Sequence[tuple[Member, bool]], norm: int) -> tuple[int, int | None]:
    """At least and at most so many; in a group nobody names, each record at least counts with itself."""
    least = sum(m.least for m, sure in members if sure and m.states[norm])
    alone = max((m.least for m, sure in members if m.states[norm]), default=0) if not any(s for _, s in members) else 0
    counted = [m.weight for m, _ in members if m.states[norm] is not False]
    most = None if None in counted else sum(w for w in counted if w is not None)
    return max(least, alone), most


def _passes(bounds: tuple[int, int | None], limit: int) -> Truth:
    least, most = bounds
    return True if least > limit else False if most is not None and most <= limit else None


def judge_window(
    rule: LinkedRule,
    keys: Keys,
    end: date | None,
    members: Sequence[tuple[Member, bool]],
    known: _Known | None = None,
) -> WindowJudgement | None:
    """What *rule* says of the window with these members; None where it is not breached and cannot be."""
    window = window_of(rule)
    if len(members) <= window.limit and all(member.weight == 1 for member, _ in members):
        return None  # most windows of any log: too few to reach the limit whatever their facts
    bounds = [_bounds(members, norm) for norm in range(len(rule.norms))]
    answers = [_passes(pair, window.limit) for pair in bounds]
    if all(answer is False for answer in answers):
        return None
    named = dict(zip(window.per, keys, strict=True)) | ({} if window.within_days is None else {"day": end})
    deciding = [n for n, answer in enumerate(answers) if answer is (True if True in answers else None)]
    norms = tuple(rule.norms[n] for n, answer in enumerate(answers) if answer)
    mosts = [bounds[n][1] for n in deciding]
    common = {
        "rule": rule.rule.id,
        "version": rule.rule.version,
        "keys": tuple(named.items()),
        "at_least": max(bounds[n][0] for n in deciding),
        "at_most": None if None in mosts else max(most for most in mosts if most is not None),
        "limit": window.limit,
        "may_apply": tuple(rule.norms[n].id for n, answer in enumerate(answers) if answer is None),
    }
    if not norms:
        missing, law_missing, asked = _missing(rule, members, deciding, known or _Known(rule))
        return WindowJudgement(
            verdict="unknown",
            contacts=asked,
            missing=missing,
            law_missing=law_missing,
            **common,  # type: ignore[arg-type]
        )
    marked = _marked(window, members, deciding)
    alone = None if window.alone is None else any(_alone(members, n) > window.limit for n in deciding)
    return WindowJudgement(
        verdict="breach",
        contacts=tuple(m.contact for m in marked),
        basis=tuple(norm.id for norm in norms),
        holds_alone=alone,
        certainty=_certainty(norms, alone),
        **common,  # type: ignore[arg-type]
    )


def _certainty(norms: tuple[LinkedNorm, ...], alone: bool | None) -> Certainty:
    most = ceiling(norms)
    return min(most, "likely", key=CERTAINTIES.index) if alone is False else most


def _alone(members: Sequence[tuple[Member, bool]], norm: int) -> int:
    """The most that one known value of the ``alone`` column surely counts by itself."""
    by_value: dict[object, int] = defaultdict(int)
    for member, sure in members:
        if sure and member.states[norm] and member.alone is not None:
            by_value[member.alone] += member.least
    return max(by_value.values(), default=0)


def _marked(window: Window, members: Sequence[tuple[Member, bool]], norms: Sequence[int]) -> list[Member]:
    """The contacts the finding names: all that surely count, or those past the limit in the order of time."""
    certain = {m.place: m for n in norms for m, sure in members if m.states[n] and (sure or not _any_sure(members))}
    if not _any_sure(members):
        certain = {place: m for place, m in certain.items() if m.least > window.limit}
    every = [certain[place] for place in sorted(certain)]
    if window.marks == "all" or not all(m.has_time for m in every):
        return every
    over: set[int] = set()
    for norm in norms:
        total = 0
        for member in sorted((m for m in every if m.states[norm]), key=lambda m: (m.at, m.place)):
            total += member.least
            if total > window.limit:
                over.add(member.place)
    return [m for m in every if m.place in over]


def _any_sure(members: Sequence[tuple[Member, bool]]) -> bool:
    return any(sure for _, sure in members)


_Asked = tuple[tuple[str, str], ...]


def _missing(
    rule: LinkedRule, members: Sequence[tuple[Member, bool]], norms: Sequence[int], known: _Known
) -> tuple[_Asked, _Asked, tuple[str, ...]]:
    """What to ask of which contact: only of those that can still carry the count over the limit."""
    facts: dict[tuple[str, str], None] = {}
    law: dict[tuple[str, str], None] = {}
    contacts: dict[int, str] = {}
    for norm in norms:
        counted = [(m, sure) for m, sure in members if m.states[norm] is not False]
        for (member, sure), asks_count in _deciding(counted, norm, window_of(rule).limit):
            contacts[member.place] = member.contact
            names = _row_missing(rule, norm, member, known)
            ordinary = [name for name in names if name not in rule.law_facts]
            keys = () if sure else _key_columns(rule, member)
            for column in asked_columns([*ordinary, *keys], rule.columns, member.value_of):
                facts[member.contact, column] = None
            if asks_count:
                facts[member.contact, "count"] = None
            for name in names:
                if name in rule.law_facts:
                    law[member.contact, name] = None
    return tuple(facts), tuple(law), tuple(contacts[place] for place in sorted(contacts))


def _row_missing(rule: LinkedRule, norm: int, member: Member, known: _Known) -> tuple[str, ...]:
    if member.states[norm]:
        return ()
    node, atoms = known.nodes[norm]
    # What is missing hangs on how each test comes out, not on the values: rows alike are worked out once.
    values = map(member.value_of, (atom.column for atom in atoms))
    alike = (norm, *(None if v is None else a.test.holds(v) for a, v in zip(atoms, values, strict=True)))
    found = known.missing.get(alike)
    if found is None:
        found = known.missing[alike] = missing_columns(node, member.value_of, rule.domains)
    return found


def _key_columns(rule: LinkedRule, member: Member) -> list[str]:
    window = window_of(rule)
    names = [name for name, key in zip(window.per, member.keys, strict=True) if key is None]
    if window.within_days is not None and member.day is None:
        names.append("day")
    return names


def _deciding(
    counted: Sequence[tuple[Member, bool]], norm: int, limit: int
) -> Iterator[tuple[tuple[Member, bool], bool]]:
    """The members whose open facts can carry the count past the limit, and whether ``count`` is one of them."""
    settled = sum(m.least for m, sure in counted if sure and m.states[norm])
    is_open = [not sure or m.states[norm] is None or m.weight is None for m, sure in counted]
    ones = all(m.weight == 1 for (m, _), still in zip(counted, is_open, strict=True) if still)
    for place, (pair, still) in enumerate(zip(counted, is_open, strict=True)):
        if not still:
            continue
        if ones:  # every count from "at least" to "at most" can come about, so each of them can be the one
            yield pair, False
            continue
        member, sure = pair
        others = settled - (member.least if sure and member.states[norm] else 0)
        reach = _sums(others, [other for n, other in enumerate(counted) if n != place], norm, limit)
        if any(member.weight is None or total + member.weight > limit for total in reach):
            yield pair, member.weight is None and others + member.least <= limit


def _sums(start: int, others: Sequence[tuple[Member, bool]], norm: int, limit: int) -> set[int]:
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
