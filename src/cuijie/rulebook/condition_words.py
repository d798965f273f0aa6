"""A rule's condition as plain sentences, in Chinese or in English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from cuijie.rulebook.column_words import column_words, value_pair
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span, negation_inward
from cuijie.rulebook.rule import Window

__all__ = ["condition_lines", "condition_sentence"]

_COUNTED_PER = {
    "day": ("自然日（北京时间）", "day"),
    "month": ("自然月（北京时间）", "month"),
    "debtor_id": ("借款人", "borrower"),
    "lender_id": ("贷款人", "lender"),
    "recipient_id": ("被联系的号码", "number contacted"),
}


def condition_lines(linked: LinkedRule, english: bool) -> Iterator[str]:
    """The condition line by line: each conjunct of the predicate as a plain sentence."""
    node = negation_inward(linked.breach)
    parts = node.parts if isinstance(node, And) else (node,)
    window = linked.rule.window
    if window is not None:
        yield _counting(window, english)
    yield from (f"- {_said(part, english)}" for part in parts)


def condition_sentence(node: Node, english: bool) -> str:
    """A condition in one sentence, such as what a norm wants besides the rule's own."""
    plain = negation_inward(node)
    parts = plain.parts if isinstance(plain, And) else (plain,)
    return (" and " if english else "，且").join(_said(part, english) for part in parts)


def _counting(window: Window, english: bool) -> str:
    per = [_named(name, english) for name in window.per]
    if english:
        what = f"different values of “{_named(window.distinct, True)}”" if window.distinct else "contacts"
        return f"For the same {', '.join(per)}: {_span_of(window, True)}more than {window.limit} {what} among contacts of which"
    group = f"{'、'.join(f'同一{name}' for name in per)}{_span_of(window, False)}"
    if window.distinct:
        return f"{group}，下列联系涉及的不同的{_named(window.distinct, False)}超过 {window.limit} 个："
    return f"{group}，下列联系合计超过 {window.limit} 次："


def _named(name: str, english: bool) -> str:
    return _COUNTED_PER.get(name, column_words(name))[english]


def _span_of(window: Window, english: bool) -> str:
    """Within what time; contacts exactly so many minutes apart are not in one window."""
    if window.within_minutes is not None:
        hours, rest = divmod(window.within_minutes, 60)
        if english:
            said = f"{window.within_minutes} minutes" if rest else f"{hours} hour{'s' if hours > 1 else ''}"
            return f"less than {said} apart, "
        return f"、任意 {window.within_minutes} 分钟之内" if rest else f"、任意 {hours} 小时之内"
    if window.within_days is not None:
        return f"within any {window.within_days} days, " if english else f"、任意连续 {window.within_days} 个自然日内"
    return "" if english else "之内"


def _said(node: Node, english: bool) -> str:
    match node:
        case Atom(name, OneOf(values)):
            return _is(name, values, english)
        case Atom(name, Span(low, high)):
            return f"{column_words(name)[english]}{_span(name, low, high, english)}"
        case Not(Atom(name, OneOf((bool(value),)))):
            return _is(name, (not value,), english)
        case Not(Atom(name, OneOf(values))):
            shown = _values(name, values, english)
            return f"{column_words(name)[1]}: not {shown}" if english else f"{column_words(name)[0]}不是{shown}"
        case And(parts):
            joined = (" and " if english else "，且").join(_said(part, english) for part in parts)
            return f"({joined})" if english else f"（{joined}）"
        case Or(parts):
            return ("; or " if english else "；或").join(_said(part, english) for part in parts)
        case Not(part):  # pragma: no cover -- negations have been moved to the atoms
            return f"not ({_said(part, True)})" if english else f"并非（{_said(part, False)}）"
    raise TypeError(type(node).__name__)


def _is(name: str, values: tuple[object, ...], english: bool) -> str:
    chinese, words = column_words(name)
    match values:
        case (bool(value),):
            return f"{words}: {'yes' if value else 'no'}" if english else f"{chinese}：{'是' if value else '否'}"
    shown = _values(name, values, english)
    return f"{words}: {shown}" if english else f"{chinese}：{shown}"


def _values(name: str, values: tuple[object, ...], english: bool) -> str:
    joint = " or " if english else "／" if name == "lender_type" else "或"  # some lenders' names have an 或 in them
    return joint.join(value_pair(name, value)[english] for value in values)


def _span(name: str, low: int | date | None, high: int | date | None, english: bool) -> str:
    is_time = name in {"minute_of_day", "day", "hour"}
    if low is not None and high is not None:
        between = f"{_bound(name, low)} to {_bound(name, high)}", f"在 {_bound(name, low)} 到 {_bound(name, high)} 之间"
        return f": {between[0]} (both included)" if english else f"{between[1]}（含）"
    if low is not None:
        zh, en = ("不早于", "from") if is_time else ("不小于", "at least")
        return f": {en} {_bound(name, low)}" if english else f"{zh} {_bound(name, low)}"
    if name == "minute_of_day" and isinstance(high, int):
        before = _bound(name, high + 1)  # a minute lasts until the next one begins
        return f": before {before}" if english else f"早于 {before}"
    zh, en = ("不晚于", "until") if is_time else ("不大于", "at most")
    last = _bound(name, high or 0)
    return f": {en} {last}{' (included)' if is_time else ''}" if english else f"{zh} {last}"


def _bound(name: str, bound: int | date) -> str:
    return f"{bound // 60}:{bound % 60:02d}" if name == "minute_of_day" and isinstance(bound, int) else f"{bound}"
