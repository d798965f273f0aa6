"""Window rules: at least and at most so many, against a limit.

Each norm counts for itself, only what it governs.  *At least* adds the contacts that surely count in a
window they surely belong to; *at most* adds all that may.  A record that stands for several (``count``
NULL) is at least two, with no upper bound.  Where different values are counted, a value not known is at least one
where no other is known, and at most a new one for each contact the record stands for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter

from cuijie.records import Certainty
from cuijie.rulebook.columns import Value
from cuijie.rulebook.judgement import WindowJudgement
from cuijie.rulebook.linking import CERTAINTIES, LinkedNorm, LinkedRule, ceiling
from cuijie.rulebook.predicate import Truth
from cuijie.rulebook.rule import Window
from cuijie.rulebook.windows.asks import Known, missing_of
from cuijie.rulebook.windows.grouping import Keys, groups
from cuijie.rulebook.windows.members import Member, window_of
from cuijie.rulebook.windows.spans import end_key, ends_of, is_within, length_of

__all__ = ["judge_window", "judge_windows", "spans_in"]

_Held = Sequence[tuple[Member, bool]]


def judge_windows(rule: LinkedRule, members: Sequence[Member]) -> list[WindowJudgement]:
    """Every window of *rule* that is breached or unknown, in the order of their first contact."""
    by_keys: dict[Keys, list[Member]] = defaultdict(list)
    for member in members:
        by_keys[member.keys].append(member)
    found = []
    known = Known(rule)
    for keys, unordered in groups(by_keys):
        held = sorted(unordered, key=lambda pair: pair[0].place)
        for end, inside in spans_in(window_of(rule), held):
            judged = judge_window(rule, keys, end, inside, known)
            if judged is not None:
                found.append((min(m.place for m, _ in inside), _sortable(judged.keys), judged))
    return [judged for _, _, judged in sorted(found, key=itemgetter(0, 1))]


def _sortable(keys: tuple[tuple[str, object], ...]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for _, value in keys)


def spans_in(window: Window, held: _Held) -> Iterator[tuple[int | None, list[tuple[Member, bool]]]]:
    """The window itself, or of windows that slide one up to each time at which something happened."""
    if not window.slides:
        yield None, list(held)
        return
    length = length_of(window)
    lying = sorted(((m.lies, m, sure) for m, sure in held if m.lies is not None), key=lambda d: (d[0][0], d[1].place))
    nowhere = [(m, False) for m, _ in held if m.lies is None]
    longest = max((until - since for (since, until), _, _ in lying), default=0)
    ends = ends_of(lies for lies, _, _ in lying)
    earlier = max((last - first for last, first in ends.items()), default=0)
    begin = end = 0
    for last, first in ends.items():
        while lying[begin][0][0] + longest <= last - earlier - length:
            begin += 1
        while end < len(lying) and lying[end][0][0] <= last:
            end += 1
        inside = [
            (m, sure and is_within(lies, last, length))
            for lies, m, sure in lying[begin:end]
            if lies[1] > first - length
        ]
        yield last, sorted(inside + nowhere, key=lambda pair: pair[0].place)
    if nowhere:
        yield None, nowhere


def _bounds(keys: Keys, members: _Held, norm: int) -> tuple[int, int | None]:
    """At least and at most so many; where nobody surely belongs, each record with these very keys at least counts with itself."""
    least = sum(m.least for m, sure in members if sure and m.states[norm])
    counted = [m.weight for m, _ in members if m.states[norm] is not False]
    most = None if None in counted else sum(w for w in counted if w is not None)
    return max(least, _by_itself(keys, members, norm)), most


def _bounds_of_values(keys: Keys, members: _Held, norm: int) -> tuple[int, int | None]:
    """At least and at most so many different values."""
    surely = {m.value for m, sure in members if sure and m.states[norm]}
    least = max(len(surely - {None}), min(len(surely), 1))
    counted = [m for m, _ in members if m.states[norm] is not False]
    open_ = [m.weight for m in counted if m.value is None]
    known = len({m.value for m in counted} - {None})
    most = None if None in open_ else known + sum(w for w in open_ if w is not None)
    return max(least, _by_itself(keys, members, norm)), most


def _by_itself(keys: Keys, members: _Held, norm: int) -> int:
    own = () if _any_sure(members) else (m for m, _ in members if m.keys == keys)
    return max((m.least for m in own if m.states[norm]), default=0)


def _passes(bounds: tuple[int, int | None], limit: int) -> Truth:
    least, most = bounds
    return True if least > limit else False if most is not None and most <= limit else None


def judge_window(
    rule: LinkedRule,
    keys: Keys,
    end: int | None,
    members: _Held,
    known: Known | None = None,
) -> WindowJudgement | None:
    """What *rule* says of the window with these members; None where it is not breached and cannot be.

    *end* is where a window that slides ends (see ``windows.spans``).
    """
    window = window_of(rule)
    if len(members) <= window.limit and all(member.weight == 1 for member, _ in members):
        return None  # most windows of any log: too few to reach the limit whatever their facts
    bounds_of = _bounds if window.distinct is None else _bounds_of_values
    bounds = [bounds_of(keys, members, norm) for norm in range(len(rule.norms))]
    answers = [_passes(pair, window.limit) for pair in bounds]
    if all(answer is False for answer in answers):
        return None
    named = dict(zip(window.per, keys, strict=True)) | dict([end_key(window, end)] if window.slides else [])
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
        missing, law_missing, asked = missing_of(rule, members, deciding, known or Known(rule))
        return WindowJudgement(
            verdict="unknown",
            contacts=asked,
            missing=missing,
            law_missing=law_missing,
            **common,  # type: ignore[arg-type]
        )
    marked = _marked(window, keys, members, deciding)
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


def _alone(members: _Held, norm: int) -> int:
    """The most that one known value of the ``alone`` column surely counts by itself."""
    by_value: dict[object, int] = defaultdict(int)
    for member, sure in members:
        if sure and member.states[norm] and member.alone is not None:
            by_value[member.alone] += member.least
    return max(by_value.values(), default=0)


def _marked(window: Window, keys: Keys, members: _Held, norms: Sequence[int]) -> list[Member]:
    """The contacts the finding names: all that surely count, or those past the limit in the order of time."""
    certain = {m.place: m for n in norms for m, sure in members if m.states[n] and (sure or not _any_sure(members))}
    if not _any_sure(members):
        certain = {place: m for place, m in certain.items() if m.keys == keys and m.least > window.limit}
    every = [certain[place] for place in sorted(certain)]
    if window.marks == "all" or not all(m.has_time for m in every):
        return every
    past = _past(window, every, norms)
    return [m for m in every if m.place in past]


def _past(window: Window, every: Sequence[Member], norms: Sequence[int]) -> set[int]:
    """Those past the limit in the order of time: of different values all contacts of each value past it."""
    past: set[int] = set()
    for norm in norms:
        total, met = 0, dict[Value, int]()
        for member in sorted((m for m in every if m.states[norm]), key=attrgetter("at", "place")):
            if window.distinct is None:
                total += member.least
            elif member.value is None:
                total = 1  # it may be one of those met already
            else:
                total = met.setdefault(member.value, len(met) + 1)
            if total > window.limit:
                past.add(member.place)
    return past


def _any_sure(members: _Held) -> bool:
    return any(sure for _, sure in members)
