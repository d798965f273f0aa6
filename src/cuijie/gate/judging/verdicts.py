"""One rule, one contact that is still to be made: its verdict, what must be known, what must be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from cuijie.gate.deciding.answers import Counting
from cuijie.gate.decision import Duty, Need, RuleVerdict
from cuijie.gate.judging.conduct import conduct
from cuijie.gate.judging.text_reading import ReadColumns
from cuijie.gate.pseudonyms import PERSON_IDS
from cuijie.records import Basis, Certainty
from cuijie.rulebook import LinkedRule, Rulebook, Verdict
from cuijie.rulebook.asking import missing_columns
from cuijie.rulebook.columns import FactColumn, Value
from cuijie.rulebook.compiled import asked_columns, outcome_of
from cuijie.rulebook.judgement import Outcome
from cuijie.rulebook.linking import CERTAINTIES, LinkedNorm
from cuijie.rulebook.predicate import because, evaluate
from cuijie.rulebook.question_words import asked_of_collector
from cuijie.rulebook.windows.members import window_of
from cuijie.rulebook.windows.spans import length_of

__all__ = ["FLIGHT", "INSTITUTIONS", "TIME", "RuleReader", "Said"]

TIME = ("day", "month")
INSTITUTIONS = ("lender_id", "agency_id", "institution_id")
_IDS = (*PERSON_IDS, *INSTITUTIONS)
FLIGHT = ("call", "robot_call")
"""Channels whose contact is in flight until it is known whether somebody answered."""


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says; ``counting`` if it is a window rule that counts the contact, or may."""

    verdict: RuleVerdict
    needs: tuple[Need, ...] = ()
    duties: tuple[Duty, ...] = ()
    counting: Counting | None = None


class RuleReader:
    """Asks single rules; *places* tells where a column stands in a row of facts."""

    def __init__(
        self,
        book: Rulebook,
        rules: Sequence[LinkedRule],
        places: Mapping[str, int],
        advise_only: frozenset[str],
        *,
        agencies_apart: bool,
    ) -> None:
        self._book = book
        self.rules = rules
        self._places = places
        self._advise_only = advise_only
        self._agencies_apart = agencies_apart

    def contact(self, linked: LinkedRule, row: Sequence[Value], words: ReadColumns) -> Said:
        """What a contact rule says of the facts in *row*."""
        facts = dict(zip(self._places, row, strict=True))
        outcome = outcome_of(linked, facts.get)
        if outcome.verdict != "unknown":
            return Said(verdict=self._verdict(linked, outcome, facts, words))
        in_hand = [name for name in conduct() if name in outcome.missing and name not in words.doubtful]
        duties, facts = self._duties(linked, facts, in_hand)
        kept = evaluate(linked.verdict, facts.get)
        if kept is False:
            return Said(verdict=self._verdict(linked, outcome, facts, words), duties=duties)
        if kept is True:  # it cannot be made lawfully, whatever the collector does
            return Said(verdict=self._verdict(linked, outcome_of(linked, facts.get), facts, words))
        needs = self._needs(linked, facts)
        verdict = self._verdict(linked, outcome, facts, words)
        return Said(verdict=verdict, duties=duties, needs=() if verdict.advisory else needs)

    def _duties(
        self, linked: LinkedRule, facts: dict[str, Value], in_hand: Sequence[str]
    ) -> tuple[tuple[Duty, ...], dict[str, Value]]:
        """The first single duty that keeps the rule, else all of them; and the facts once they are done."""
        wanted = {name: conduct()[name].value for name in in_hand}
        for name, value in wanted.items():
            done = facts | {name: value}
            if evaluate(linked.verdict, done.get) is False:
                return (self._duty(linked, name),), done
        return tuple(self._duty(linked, name) for name in in_hand), facts | wanted

    def _duty(self, linked: LinkedRule, name: str) -> Duty:
        said = conduct()[name].words
        return Duty(column=name, says=said.zh, says_en=said.en, rules=(linked.rule.id,))

    def window(self, linked: LinkedRule, rows: Sequence[Sequence[Value]], words: ReadColumns, place: int) -> Said:
        """Whether the window rule at *place* counts the contact, however it turns out (*rows*: answered, not answered)."""
        window = window_of(linked)
        wanted = {name: conduct()[name].value for name in linked.columns if name in conduct()}
        told = [dict(zip(self._places, row, strict=True)) for row in rows]
        duties = tuple(
            self._duty(linked, name)
            for name in wanted
            if told[0].get(name) is None and evaluate(linked.verdict, told[0].get) is not False
        )
        kept = [facts | {n: v for n, v in wanted.items() if facts.get(n) is None} for facts in told]
        answers = [evaluate(linked.verdict, facts.get) for facts in kept]
        if not any(answer is not False for answer in answers):
            speaks = any(evaluate(linked.speaks, facts.get) is not False for facts in kept)
            verdict = self._plain(linked, "clear" if speaks else "silent")
            return Said(verdict=verdict, duties=duties)
        counting = next(
            facts for answer in (True, None) for said, facts in zip(answers, kept, strict=True) if said is answer
        )
        needed = (*window.per, *([window.distinct] if window.distinct is not None else []), "count")
        missing = [name for name in needed if counting.get(name) is None]
        if missing:
            asked = asked_columns(missing, self._columns(missing), counting.get)
            verdict = self._plain(linked, "unknown", basis=self._basis(linked, counting))
            needs = () if verdict.advisory else tuple(self._need(linked, name) for name in asked)
            return Said(verdict=verdict, duties=duties, needs=needs)
        verdict = self._plain(linked, "clear", basis=self._basis(linked, counting))
        certain = any(answer is True for answer in answers)
        return Said(verdict=verdict, duties=duties, counting=self._counting(linked, verdict, counting, certain, place))

    def _counting(
        self, linked: LinkedRule, verdict: RuleVerdict, facts: Mapping[str, Value], certain: bool, place: int
    ) -> Counting:
        window = window_of(linked)
        is_disputed = window.alone is not None and not self._agencies_apart
        apart = (window.alone,) if window.alone is not None and not is_disputed else ()
        columns = tuple(dict.fromkeys((*(name for name in window.per if name not in TIME), *apart)))
        values = (*columns, window.distinct) if window.distinct is not None else ()
        alone = (*columns, window.alone) if window.alone is not None and is_disputed else ()
        known = bool(alone) and facts.get(alone[-1]) is not None
        full = self._full(linked, verdict, facts)
        unknown = msgspec.structs.replace(verdict, verdict="unknown", because=because(linked.verdict, facts.get))
        return Counting(
            rule=linked.rule.id,
            place=place,
            certain=certain,
            advisory=verdict.advisory,
            cap=window.limit,
            span=length_of(window) or 1,
            by_month=not window.slides and "day" not in window.per,
            by_minute=window.within_minutes is not None,
            columns=columns,
            values=values,
            alone=alone if known else (),
            fixed={name: str(facts.get(name)) for name in (*columns, *values, *alone) if name not in _IDS},
            when_full=full if certain else unknown,
            when_full_together=_at_most_likely(full) if certain and is_disputed else None,
            if_full=() if certain else self._needs(linked, facts),
        )

    def _columns(self, names: Sequence[str]) -> dict[str, FactColumn]:
        return {name: found for name in names if (found := self._book.column(name)) is not None}

    def _needs(self, linked: LinkedRule, facts: Mapping[str, Value]) -> tuple[Need, ...]:
        """What must be known: the contact's own facts first, facts of law only when nothing else is missing."""
        missing = missing_columns(linked.verdict, facts.get, linked.domains)
        own = asked_columns([n for n in missing if n not in linked.law_facts], linked.columns, facts.get)
        return tuple(self._need(linked, name) for name in own or [n for n in missing if n in linked.law_facts])

    def _need(self, linked: LinkedRule, name: str) -> Need:
        asked = asked_of_collector(self._book.ask(name, linked.rule.id))
        column = self._book.column(name)
        owner = "contact" if column is None else column.owner
        return Need(column=name, asks=asked.zh, asks_en=asked.en, owner=owner, decides=(linked.rule.id,))

    def _plain(self, linked: LinkedRule, verdict: Verdict, basis: tuple[Basis, ...] = ()) -> RuleVerdict:
        advisory = linked.rule.id in self._advise_only
        title = linked.rule.title.zh
        return RuleVerdict(id=linked.rule.id, verdict=verdict, title=title, basis=basis, advisory=advisory)

    def _verdict(
        self, linked: LinkedRule, outcome: Outcome, facts: Mapping[str, Value], words: ReadColumns
    ) -> RuleVerdict:
        by_machine = outcome.verdict == "breach" and _rests_on(words.machine, linked, outcome, facts)
        certainty: Certainty | None = None
        if outcome.verdict == "breach":
            most: Certainty = "likely" if by_machine else "established"
            certainty = min(outcome.certainty, most, key=CERTAINTIES.index)
        applying = [norm for norm in linked.norms if norm.id in outcome.basis]
        return RuleVerdict(
            id=linked.rule.id,
            verdict=outcome.verdict,
            title=linked.rule.title.zh,
            basis=_cited(linked, applying, facts) if outcome.verdict in ("breach", "unknown") else (),
            because=outcome.because,
            certainty=certainty,
            advisory=linked.rule.id in self._advise_only,
            by_machine=by_machine,
        )

    def _basis(self, linked: LinkedRule, facts: Mapping[str, Value]) -> tuple[Basis, ...]:
        return _cited(linked, [norm for norm in linked.norms if evaluate(norm.applies, facts.get)], facts)

    def _full(self, linked: LinkedRule, verdict: RuleVerdict, facts: Mapping[str, Value]) -> RuleVerdict:
        """The verdict of a window rule whose limit this contact would pass."""
        reasons = because(linked.breach, facts.get)
        applying = [norm.certainty for norm in linked.norms if evaluate(norm.applies, facts.get)]
        certainty = max(applying, key=CERTAINTIES.index, default=None)
        return msgspec.structs.replace(verdict, verdict="breach", because=reasons, certainty=certainty)


def _rests_on(columns: Sequence[str], linked: LinkedRule, breach: Outcome, facts: Mapping[str, Value]) -> bool:
    """Whether without these *columns* it would be no breach."""
    if not set(columns).intersection(breach.because):
        return False
    others = {name: value for name, value in facts.items() if name not in columns}
    return outcome_of(linked, others.get).verdict != "breach"


def _at_most_likely(verdict: RuleVerdict) -> RuleVerdict:
    """As the audit has it where only the sum over several institutions passes a limit."""
    certainty = verdict.certainty and min(verdict.certainty, "likely", key=CERTAINTIES.index)
    return msgspec.structs.replace(verdict, certainty=certainty)


def _cited(linked: LinkedRule, norms: Sequence[LinkedNorm], facts: Mapping[str, Value]) -> tuple[Basis, ...]:
    """The *norms*, and beside them what is in force that day and binds."""
    if not norms:
        return ()
    beside = [cited for cited in linked.support if evaluate(cited.applies, facts.get)]
    carried = [Basis(id=norm.id, tier=norm.norm.tier, role="norm") for norm in norms]
    return (*carried, *(Basis(id=cited.id, tier=cited.tier, role="support") for cited in beside))
