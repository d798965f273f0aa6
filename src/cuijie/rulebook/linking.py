"""Joins rules to the law: each norm becomes a predicate of its own, with its dates and those it binds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from cuijie.datafiles import DataFileError
from cuijie.law import LegalDate, Library, Provision
from cuijie.records import Certainty, Tier
from cuijie.rulebook.asking import representatives
from cuijie.rulebook.binding import Bindings, Scope, binding, in_force, in_force_fact, scope_fact
from cuijie.rulebook.columns import CASE_COLUMNS, CONTACT_COLUMNS, FactColumn, law_fact
from cuijie.rulebook.predicate import And, Atom, Node, OneOf, Or, all_of, any_of, columns_of
from cuijie.rulebook.rule import Cited, Further, Norm, Rule

__all__ = ["CERTAINTIES", "LinkedNorm", "LinkedRule", "LinkedSupport", "ceiling", "law_facts_of", "link"]

CERTAINTIES: tuple[Certainty, ...] = ("to_judge", "likely", "established")
_OUTBOUND = Atom("direction", OneOf(("outbound",)))
_NO_BINDINGS = Bindings()
_NEVER = Or(())
_WHOLE = Scope()


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedNorm:
    """A norm with what the law library knows of it; ``applies`` is true where it is in force and binds."""

    norm: Norm
    provision: Provision | None  # None: labelled by the rule file itself
    since: LegalDate | None
    until: LegalDate | None
    binds: tuple[str, ...]
    applies: Node
    certainty: Certainty  # the most that rule and norm together allow
    scope: Scope = _WHOLE  # what the instrument's scope adds; nothing where the rule file says itself whom it binds

    @property
    def id(self) -> str:
        """The provision's id."""
        return self.norm.id


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSupport:
    """What is cited beside the norms; ``applies`` is true where it is in force and binds, and only there it is cited."""

    id: str
    tier: Tier
    applies: Node


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedRule:
    """A rule ready to be judged: what breaks it, which norms carry it, and the columns both read.

    Each is itself alone, so that what is worked out of one can be kept by it.
    """

    rule: Rule
    breach: Node  # the condition, with the direction it is silently limited to
    norms: tuple[LinkedNorm, ...]
    support: tuple[LinkedSupport, ...]
    columns: Mapping[str, FactColumn]  # every column read, law facts among them
    law_facts: tuple[str, ...]
    domains: Mapping[str, tuple[str | bool | int | date, ...]]

    @property
    def speaks(self) -> Node:
        """True where some norm is in force and binds; where false, the rule is silent."""
        return any_of(*(norm.applies for norm in self.norms))

    @property
    def verdict(self) -> Node:
        """The whole judgement of one contact: the condition, under some norm."""
        return all_of(self.breach, self.speaks)


def ceiling(norms: tuple[LinkedNorm, ...]) -> Certainty:
    """The highest certainty that any of these norms allows; ``to_judge`` for none."""
    return max((norm.certainty for norm in norms), key=CERTAINTIES.index, default="to_judge")


def law_facts_of(rules: Iterable[LinkedRule]) -> tuple[str, ...]:
    """Every fact of law that some rule may need (membership, uncertain scopes and dates), by name."""
    return tuple(sorted({name for linked in rules for name in linked.law_facts}))


def link(rule: Rule, law: Library, bindings: Mapping[str, Bindings]) -> LinkedRule:
    """*rule* joined to the law.  Raises DataFileError where a provision is not known or cannot carry a rule."""
    beside: tuple[Cited | Further, ...] = (*rule.support, *rule.further)
    for cited in beside:
        if not law.holds(cited.id):
            raise DataFileError(rule.source, cited.line, "id", f"法律库里没有 {cited.id}")
        _check_tier(rule, cited, law.provision(cited.id))
    norms = tuple(_norm(rule, norm, law, _bindings_of(norm.id, rule, bindings)) for norm in rule.norms)
    breach = rule.when
    if rule.about != "case" and "direction" not in columns_of(breach):
        breach = all_of(breach, _OUTBOUND)
    elif rule.about != "case":
        breach = _whoever_dialled(breach)
    nodes = [all_of(breach, any_of(*(norm.applies for norm in norms)))]
    base = CASE_COLUMNS if rule.about == "case" else CONTACT_COLUMNS
    read = columns_of(nodes[0])
    if "institution_id" in read:
        read = tuple(dict.fromkeys((*read, "actor")))  # whom to ask about depends on who acted
    told = {name: column for words in bindings.values() for name, column in words.facts.items()}
    scopes = {of: scope for words in bindings.values() for of, scope in words.scopes.items()}
    facts = {name: told.get(name) or law_fact(name, *_title(name, norms, scopes)) for name in read if name not in base}
    columns = {name: base.get(name) or facts[name] for name in read}
    return LinkedRule(
        rule=rule,
        breach=breach,
        norms=norms,
        support=tuple(_support(rule, cited, law, _bindings_of(cited.id, rule, bindings)) for cited in rule.support),
        columns=columns,
        law_facts=tuple(facts),
        domains=representatives(nodes, columns),
    )


def _bindings_of(provision: str, rule: Rule, bindings: Mapping[str, Bindings]) -> Bindings:
    """The words of the jurisdiction whose law *provision* is; of the rule's own where that has none."""
    return bindings.get(provision.partition(".")[0]) or bindings.get(rule.jurisdiction, _NO_BINDINGS)


def _check_tier(rule: Rule, cited: Cited | Further | Norm, provision: Provision) -> None:
    if cited.tier != provision.tier:
        problem = f"{cited.id} 在法律库里是 {provision.tier}，这里写成了 {cited.tier}"
        raise DataFileError(rule.source, cited.line, "id", problem)


def _support(rule: Rule, cited: Cited, law: Library, words: Bindings) -> LinkedSupport:
    provision = law.provision(cited.id)
    if provision.instrument.is_draft:
        return LinkedSupport(id=cited.id, tier=cited.tier, applies=_NEVER)
    try:
        reaches = binding(provision.applies_to, provision.instrument.id, words)
    except KeyError as error:
        raise DataFileError(rule.source, cited.line, "id", f"不认识适用对象 {error.args[0]}") from error
    dates = in_force(provision.in_force, provision.repealed, cited.id)
    return LinkedSupport(id=cited.id, tier=cited.tier, applies=all_of(dates, reaches))


def _dated_by(norm: Norm, provision: Provision | None) -> str:
    """What a question about the date is asked of: the instrument, where it dates the provision, so it is asked once."""
    if norm.since or norm.until or provision is None:
        return norm.id
    of = provision.instrument
    return of.id if (of.in_force, of.repealed) == (provision.in_force, provision.repealed) else norm.id


def _whoever_dialled(node: Node) -> Node:
    """*node* without the test that allows either direction: it holds however an unknown direction turns out."""
    match node:
        case Atom("direction", OneOf(values)) if {"outbound", "inbound"} <= set(values):
            return And(())
        case And(parts):
            return all_of(*(_whoever_dialled(part) for part in parts))
        case _:
            return node


def _title(name: str, norms: tuple[LinkedNorm, ...], scopes: Mapping[str, Scope]) -> tuple[str, str]:
    for linked in norms:
        instrument = linked.norm.id.partition("/")[0]
        title = linked.provision.instrument.title if linked.provision else linked.norm.id
        if name == scope_fact(instrument):
            doubt = scopes.get(instrument, _WHOLE).doubt
            return f"《{title}》{doubt.zh}", f"Does 《{title}》 {doubt.en}"
        if name in {in_force_fact(linked.id), in_force_fact(instrument)}:
            return (
                f"《{title}》当日是否已施行（只知道月份）",
                f"Was 《{title}》 in force that day (only its month is known)",
            )
    return name, name


def _is_no_article(id_: str) -> bool:
    """Whether *id_* names an article that its law, whose articles are known, does not have."""
    from cuijie.law.structure import structure  # only for rules that name what the library does not hold

    instrument, _, at = id_.partition("/")
    shape = structure(instrument)
    return shape is not None and at.partition(".")[0] not in shape.articles


def _norm(rule: Rule, norm: Norm, law: Library, words: Bindings) -> LinkedNorm:
    def wrong(key: str, problem: str) -> NoReturn:
        raise DataFileError(rule.source, norm.line, key, problem)

    provision = law.provision(norm.id) if law.holds(norm.id) else None
    if provision is None and (norm.label is None or norm.since is None or norm.binds is None):
        wrong("id", f"法律库里没有 {norm.id}；内部制度或别的法域的条文要在这里写 label、from、binds")
    instrument = norm.id.partition("/")[0]
    if provision is None and _is_no_article(norm.id):
        wrong("id", f"{instrument} 没有 {norm.id} 这一条")
    if provision is not None and provision.instrument.is_draft:
        wrong("id", f"{norm.id} 是没有生效的草案，不能作 norm")
    if provision is not None:
        _check_tier(rule, norm, provision)
        if (norm.confidence or provision.confidence) == "unverified":
            wrong("id", f"{norm.id} 没有核实，不能作 norm；读到原文后在这里写 confidence: verified")
    since = LegalDate.parse(norm.since) if norm.since else provision.in_force if provision else None
    until = LegalDate.parse(norm.until) if norm.until else provision.repealed if provision else None
    if since and until and until.last <= since.first:
        wrong("until", f"在 {until} 之前还没有开始（{since}）")
    bound = norm.binds or (provision.applies_to if provision else ())
    if words.everyone and words.everyone <= set(bound):
        bound = ("everyone",)
    try:
        reaches = binding(bound, instrument, words, said_by_rule=norm.binds is not None)
    except KeyError as error:
        known = f"everyone，lender_type 或 actor 的取值，或 bindings/{norm.id.partition('.')[0]}.yaml 里的记号"
        wrong("binds", f"不认识适用对象 {error.args[0]}；可以写 {known}")
    dates = in_force(since, until, _dated_by(norm, provision))
    return LinkedNorm(
        norm=norm,
        provision=provision,
        since=since,
        until=until,
        binds=bound,
        applies=all_of(dates, reaches, *([norm.only] if norm.only else [])),
        certainty=min(rule.certainty, norm.certainty, key=CERTAINTIES.index),
        scope=_WHOLE if norm.binds else words.scopes.get(instrument, _WHOLE),
    )
