"""Whom a norm binds and when it is in force, written as predicates like any other condition.

What is not known of the law (a date known to the month, membership, a scope nobody has verified) is a
column of its own, a *law fact*: left NULL it makes the norm's answer unknown, and is asked about like any
missing fact.  The words of a jurisdiction stand in ``bindings/<prefix>.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, load_table
from cuijie.law import LegalDate
from cuijie.records.contact import Actor, LenderType
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS, FactColumn, law_fact
from cuijie.rulebook.errors import PredicateError
from cuijie.rulebook.loading.parsing import parse_predicate
from cuijie.rulebook.predicate import And, Atom, Node, Not, OneOf, Or, Span, all_of, any_of
from cuijie.rulebook.rule import Words

__all__ = ["Bindings", "Scope", "binding", "in_force", "in_force_fact", "load_bindings", "scope_fact"]

_SHARED = {name: column for name, column in CONTACT_COLUMNS.items() if name in CASE_COLUMNS}
_ALWAYS = And(())
_NEVER = Or(())
_REACH = Words(zh="是否及于这一贷款人或产品", en="reach this lender or product")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What the scope of one instrument adds to (or puts in place of) its ``applies_to``."""

    only: Node = _ALWAYS
    uncertain: Node = _NEVER
    maybe: Node = _NEVER
    binds: Node | None = None
    doubt: Words = _REACH  # what is in doubt of it, after "《title》" and "Does 《title》"
    note: Words | None = None  # what a reader must know of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bindings:
    """The words of one jurisdiction; an empty one knows only lender types, actors and ``everyone``."""

    tokens: Mapping[str, Node] = field(default_factory=dict)
    everyone: frozenset[str] = frozenset()
    open: Node = _NEVER
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    facts: Mapping[str, FactColumn] = field(default_factory=dict)
    asks: Mapping[str, Words] = field(default_factory=dict)

    def token(self, word: str) -> Node | None:
        """The predicate that *word* stands for; None if it is not known."""
        if word in self.tokens:
            return self.tokens[word]
        if word in LenderType.__args__:  # type: ignore[attr-defined]
            return Atom("lender_type", OneOf((word,)))
        return Atom("actor", OneOf((word,))) if word in Actor.__args__ else None  # type: ignore[attr-defined]


def _fact_name(kind: str, id_: str) -> str:
    return f"{kind}__{re.sub(r'[^a-z0-9]+', '_', id_.lower()).strip('_')}"


def scope_fact(instrument: str) -> str:
    """The law fact "this instrument reaches that lender or product after all"."""
    return _fact_name("applies", instrument)


def in_force_fact(provision: str) -> str:
    """The law fact "this provision was in force on that day", where its dates do not tell."""
    return _fact_name("in_force", provision)


def binding(words_: tuple[str, ...], instrument: str, bindings: Bindings, *, said_by_rule: bool = False) -> Node:
    """True for those whom a norm of *instrument* that names *words_* binds; False for others; unknown where open.

    A word that nobody knows raises KeyError.  What a rule file says itself (*said_by_rule*) leaves nothing open.
    """
    scope = bindings.scopes.get(instrument, Scope())
    reaches = Atom(scope_fact(instrument), OneOf((True,)))
    named = _named(words_, bindings)
    if not said_by_rule and (named != _ALWAYS or scope.binds is not None):
        unsettled = [scope.maybe, *([bindings.open] if scope.binds is None else [])]
        named = any_of(scope.binds or named, *(all_of(part, reaches) for part in unsettled if part != _NEVER))
    settled = _ALWAYS if scope.uncertain == _NEVER else any_of(Not(scope.uncertain), reaches)
    return all_of(named, scope.only, settled)


def _named(words_: tuple[str, ...], bindings: Bindings) -> Node:
    if not words_ or "everyone" in words_ or (bindings.everyone and bindings.everyone <= set(words_)):
        return _ALWAYS
    parts = []
    for word in words_:
        meaning = bindings.token(word)
        if meaning is None:
            raise KeyError(word)
        parts.append(meaning)
    return any_of(*parts)


def in_force(since: LegalDate | None, until: LegalDate | None, provision: str) -> Node:
    """True on the days on which a norm with these dates is in force; unknown where the dates do not tell."""
    told = Atom(in_force_fact(provision), OneOf((True,)))
    started = told if since is None else _reached(since, told)
    return started if until is None else all_of(started, Not(_reached(until, Not(told))))


def _reached(day: LegalDate, told: Node) -> Node:
    if day.first == day.last:
        return Atom("day", Span(day.first, None))
    within = Atom("day", Span(day.first, day.last - timedelta(days=1)))
    return any_of(Atom("day", Span(day.last, None)), all_of(within, told))


def load_bindings(folders: tuple[Path, ...] = ()) -> dict[str, Bindings]:
    """The bindings of each jurisdiction, by prefix: ours, then those under ``bindings/`` in the given folders."""
    found = dict(_ours())
    for folder in folders:
        found |= _under(folder)
    return found


@cache
def _ours() -> Mapping[str, Bindings]:
    return _under(Path(__file__).parent)


_PARTS = "应是一个映射：facts、tokens、everyone、open、instruments"


def _under(folder: Path) -> dict[str, Bindings]:
    return {path.stem: _read(load_table(path, _PARTS)) for path in sorted((folder / "bindings").glob("*.yaml"))}


def _read(value: Lines) -> Bindings:
    value.refuse_others(("facts", "tokens", "everyone", "open", "instruments"))
    facts = _mapping(value, "facts")
    for name in facts:
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,60}", name) or name in {*CONTACT_COLUMNS, *CASE_COLUMNS}:
            raise facts.wrong(name, "事实的名字只用小写字母、数字和下划线，且不与已有的列同名")
    entries = {name: _mapping(facts, name) for name in facts}
    columns = {name: law_fact(name, entry.text("title")) for name, entry in entries.items()}
    tokens = _mapping(value, "tokens")
    scopes = _mapping(value, "instruments")
    return Bindings(
        tokens={word: _node(tokens, word, columns) for word in tokens},
        everyone=frozenset(value.texts("everyone")),
        open=_node(value, "open", columns) if "open" in value else _NEVER,
        scopes={name: _scope(_mapping(scopes, name), columns) for name in scopes},
        facts=columns,
        asks={name: entry.words("ask") for name, entry in entries.items()},
    )


def _scope(value: Lines, facts: Mapping[str, FactColumn]) -> Scope:
    value.refuse_others(("only", "uncertain", "maybe", "binds", "doubt", "note"))
    return Scope(
        doubt=value.words("doubt") if "doubt" in value else _REACH,
        note=value.words("note") if "note" in value else None,
        **{key: _node(value, key, facts) for key in value if key not in ("doubt", "note")},
    )


def _mapping(value: Lines, key: str) -> Lines:
    inner = value.get(key, Lines(value.source, value.line))
    if not isinstance(inner, Lines):
        raise value.wrong(key, "应是一个映射")
    return inner


def _node(value: Lines, key: str, facts: Mapping[str, FactColumn]) -> Node:
    try:
        return parse_predicate(value.text(key), {**_SHARED, **facts})
    except PredicateError as error:
        raise value.wrong(key, error.message) from error
