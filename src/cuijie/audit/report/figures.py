# ruff: noqa: S608 -- names are our own
"""The figures of a report, worked out from the files of one audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa

from cuijie.audit.report.agreeing import Agreement, agreement_of
from cuijie.audit.report.laws import LAW, OWN, STANDARD, LawTier, Rules
from cuijie.audit.report.periods import Periods
from cuijie.audit.report.reading import AuditFolder, Quality, RunFacts
from cuijie.rulebook.rule import Words

__all__ = ["WORST", "Figures", "Question", "Ranked", "RuleFigures", "Sure", "Weights", "figures_of"]

WORST: Mapping[str, Words] = {
    "agency": Words(zh="催收机构", en="Agencies"),
    "collector": Words(zh="催收员", en="Collectors"),
    "template": Words(zh="话术模板", en="Templates"),
    "lender": Words(zh="贷款人", en="Lenders"),
    "number": Words(zh="号码", en="Numbers"),
}
"""The dimensions of the lists of where most was found; a lender is listed only where the log has several."""
_LISTED = 6
_QUESTIONS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sure:
    """A count by how sure it is."""

    established: int = 0
    likely: int = 0
    to_judge: int = 0

    @property
    def all(self) -> int:
        """All three together."""
        return sum(self.parts)

    @property
    def parts(self) -> tuple[int, int, int]:
        """The three, the surest first."""
        return self.established, self.likely, self.to_judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Contacts by the weightiest norm broken; ``untold``: by rules that this computer does not have."""

    law: int = 0
    standard: int = 0
    own: int = 0
    untold: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One row of a list of where most was found."""

    name: str | None
    contacts: int
    findings: int
    sure: Sure


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """What came of one rule."""

    id: str
    version: int
    title: Words
    explain: Words | None
    severity: Words
    is_window: bool
    findings: int
    named: int  # contacts the findings name, each once
    sure: Sure
    unknown: int
    tiers: tuple[LawTier, ...]
    periods: tuple[int, ...]
    hours: tuple[int, ...]
    worst: Mapping[str, tuple[Ranked, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A missing column, over all logs: what it would decide."""

    column: str
    asks: Words
    logs: int
    contacts: int
    verdicts: int
    alone: int
    decides: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything a report shows."""

    run: RunFacts
    quality: Quality
    lenders: tuple[str | None, ...]
    contacts: int
    sure_contacts: Sure  # contacts that some finding names, by the surest of them
    by_weight: Weights  # the same contacts by the weightiest norm that a finding rests on
    sure: Sure
    machine_read: int
    unknown: int
    rules: tuple[RuleFigures, ...]
    silent: tuple[tuple[str, Words, int], ...]  # rules that found nothing: id, title, undecided
    elsewhere: tuple[Words, ...]  # rules about the loan or a complaint, which were not judged
    periods: Periods
    period_contacts: tuple[int, ...]
    period_findings: tuple[Sure, ...]
    hours: tuple[tuple[int, int], ...]  # of each hour: contacts, findings
    map: Mapping[tuple[int, int], int]  # (period, hour) to findings
    worst: Mapping[str, tuple[Ranked, ...]]
    questions: tuple[Question, ...]
    other_questions: int
    agreement: Agreement | None
    is_same_rulebook: bool


class _Alike(NamedTuple):
    """Findings of one rule that rest on the same provisions: how many."""

    rule: str
    version: int
    kind: str
    machine_read: bool
    basis: Sequence[str]
    may_apply: Sequence[str]
    findings: int


def figures_of(audit: AuditFolder) -> Figures:
    """The figures of *audit*.  Raises AuditError if its files are not what an audit writes."""
    rules = Rules(audit.run)
    periods = Periods(audit.quality.first, audit.quality.last)
    totals = _totals(audit)
    lenders = tuple(row[0] for row in audit.rows("SELECT DISTINCT lender_id FROM summary ORDER BY lender_id"))
    questions = _questions(audit)
    per_period, hours = _per_period(audit, periods), _hours(audit)
    alike = _alike(audit)
    sure_contacts, by_weight = _contacts_named(audit, rules, alike)
    worst = _worst(audit, several=len(lenders) > 1)
    return Figures(
        run=audit.run,
        quality=audit.quality,
        lenders=lenders,
        contacts=int(audit.rows(f"{_OF_ALL} WHERE dimension = 'all' AND rule IS NULL")[0][0]),
        sure_contacts=sure_contacts,
        by_weight=by_weight,
        sure=_sum([sure for _, _, sure, _ in totals.values()]),
        machine_read=sum(one.findings for one in alike if one.machine_read),
        unknown=sum(unknown for _, _, _, unknown in totals.values()),
        rules=_rules(audit, rules, alike, totals, per_period, hours, worst),
        silent=tuple(
            (id_, rules.title(id_), totals[id_][3] if id_ in totals else 0)
            for id_ in audit.run.rules
            if (id_ not in totals or not totals[id_][0])
        ),
        elsewhere=tuple(rules.title(id_) for id_ in audit.run.not_judged),
        periods=periods,
        period_contacts=tuple(contacts for contacts, _ in per_period[None]),
        period_findings=tuple(sure for _, sure in per_period[None]),
        hours=tuple(hours[None]),
        map=_map(audit, periods),
        worst=worst.get(None, {}),
        questions=questions[:_QUESTIONS],
        other_questions=max(0, len(questions) - _QUESTIONS),
        agreement=agreement_of(audit.folder),
        is_same_rulebook=rules.is_same,
    )


_OF_ALL = "SELECT CAST(COALESCE(SUM(contacts), 0) AS BIGINT) FROM summary"
_SURE = ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in ("established", "likely", "to_judge"))


def _sure(counts: Sequence[int | None]) -> Sure:
    established, likely, to_judge = (count or 0 for count in counts)
    return Sure(established=established, likely=likely, to_judge=to_judge)


def _sum(every: Sequence[Sure]) -> Sure:
    return Sure(
        established=sum(one.established for one in every),
        likely=sum(one.likely for one in every),
        to_judge=sum(one.to_judge for one in every),
    )


def _totals(audit: AuditFolder) -> dict[str, tuple[int, int, Sure, int]]:
    """Of each rule: findings, contacts named, by surety, undecided."""
    named = dict(
        audit.rows(
            "SELECT rule, COUNT(DISTINCT c) FROM (SELECT rule, unnest(contacts) AS c FROM findings) GROUP BY rule"
        )
    )
    rows = audit.rows(
        f"SELECT rule, CAST(SUM(findings) AS BIGINT), {_SURE}, CAST(SUM(unknown) AS BIGINT) FROM summary"
        " WHERE dimension = 'all' AND rule IS NOT NULL GROUP BY rule"
    )
    return {rule: (found, int(named.get(rule, 0)), _sure(sure), unknown) for rule, found, *sure, unknown in rows}


def _contacts_named(audit: AuditFolder, rules: Rules, alike: Sequence[_Alike]) -> tuple[Sure, Weights]:
    """Contacts named by a finding, each by the surest of its findings, and by the weightiest norm that one rests on."""
    weight_of = {(rule, id_): weight for rule, id_, weight in rules.weights()}
    kinds = dict.fromkeys((one.rule, tuple(one.basis)) for one in alike)
    weighed = [(rule, basis, max((weight_of.get((rule, id_), 0) for id_ in basis), default=0)) for rule, basis in kinds]
    audit.connection.register("cj_weighed", _weighed(weighed))
    rows = audit.rows(
        "SELECT surety, weight, COUNT(*) FROM (SELECT c, MAX(surety) AS surety, MAX(weight) AS weight FROM"
        " (SELECT unnest(f.contacts) AS c, CASE certainty WHEN 'established' THEN 3 WHEN 'likely' THEN 2 ELSE 1 END AS surety,"
        " weight FROM findings AS f JOIN cj_weighed AS w ON f.rule = w.rule AND f.basis = w.basis) GROUP BY c) GROUP BY ALL"
    )
    sure, weights = Counter[int](), Counter[int]()
    for surety, weight, contacts in rows:
        sure[surety] += contacts
        weights[weight] += contacts
    return (
        Sure(established=sure[3], likely=sure[2], to_judge=sure[1]),
        Weights(law=weights[LAW], standard=weights[STANDARD], own=weights[OWN], untold=weights[0]),
    )


def _weighed(rows: Sequence[tuple[str, Sequence[str], int]]) -> Any:
    """What the findings of a rule with this basis weigh, as a table."""
    names = ("rule", "basis", "weight")
    kinds = (pa.string(), pa.list_(pa.string()), pa.int32())
    return pa.table({name: pa.array([row[n] for row in rows], kinds[n]) for n, name in enumerate(names)})


def _rules(
    audit: AuditFolder,
    rules: Rules,
    alike: Sequence[_Alike],
    totals: Mapping[str, tuple[int, int, Sure, int]],
    per_period: Mapping[str | None, Sequence[tuple[int, Sure]]],
    hours: Mapping[str | None, Sequence[tuple[int, int]]],
    worst: Mapping[str | None, _Worst],
) -> tuple[RuleFigures, ...]:
    found = sorted((id_ for id_, total in totals.items() if total[0]), key=lambda id_: (-totals[id_][0], id_))
    kinds = {one.rule: one for one in alike}
    rests, none = _rests(alike), [(0, Sure())] * len(per_period[None])
    on = audit.quality.last or date.max
    return tuple(
        RuleFigures(
            id=id_,
            version=kinds[id_].version,
            title=rules.title(id_),
            explain=rules.explain(id_),
            severity=rules.severity(id_),
            is_window=kinds[id_].kind == "window",
            findings=totals[id_][0],
            named=totals[id_][1],
            sure=totals[id_][2],
            unknown=totals[id_][3],
            tiers=rules.tiers(id_, rests.get(id_, []), on),
            periods=tuple(sure.all for _, sure in per_period.get(id_, none)),
            hours=tuple(findings for _, findings in hours.get(id_, [(0, 0)] * 24)),
            worst=worst.get(id_, {}),
        )
        for id_ in found
    )


def _alike(audit: AuditFolder) -> list[_Alike]:
    fields = "rule, version, kind, COALESCE(machine_read, FALSE), basis, may_apply"
    return [_Alike(*row) for row in audit.rows(f"SELECT {fields}, COUNT(*) FROM findings GROUP BY ALL")]


def _rests(alike: Sequence[_Alike]) -> dict[str, list[tuple[str, int, int]]]:
    """Of each rule the provisions that its findings rest on, and may rest on, those of the most findings first."""
    counts: dict[str, dict[str, tuple[int, int]]] = {}
    for one in alike:
        of_rule = counts.setdefault(one.rule, {})
        for id_, sure, may in (
            *((i, one.findings, 0) for i in one.basis),
            *((i, 0, one.findings) for i in one.may_apply),
        ):
            before = of_rule.get(id_, (0, 0))
            of_rule[id_] = before[0] + sure, before[1] + may
    return {
        rule: sorted(((id_, *both) for id_, both in of_rule.items()), key=lambda line: (-line[1], -line[2], line[0]))
        for rule, of_rule in counts.items()
    }


def _per_period(audit: AuditFolder, periods: Periods) -> dict[str | None, list[tuple[int, Sure]]]:
    """Of each period: contacts, and findings by surety; of each rule, and of all (None)."""
    found: dict[str | None, list[tuple[int, Sure]]] = {None: [(0, Sure())] * len(periods.all)}
    for rule, day, contacts, *counts in audit.rows(
        f"SELECT rule, TRY_CAST(value AS DATE), CAST(SUM(contacts) AS BIGINT), {_SURE} FROM summary"
        " WHERE dimension = 'day' GROUP BY ALL"
    ):
        place = periods.place(day) if day is not None else None
        if place is None:
            continue
        for whose in {rule, None}:
            held = found.setdefault(whose, [(0, Sure())] * len(periods.all))
            before, sure = held[place]
            held[place] = before + (contacts or 0), _sum([sure, _sure(counts)])
    return found


def _hours(audit: AuditFolder) -> dict[str | None, list[tuple[int, int]]]:
    """Of each hour: contacts, findings; of each rule, and of all (None)."""
    found: dict[str | None, list[tuple[int, int]]] = {None: [(0, 0)] * 24}
    for rule, hour, contacts, findings in audit.rows(
        "SELECT rule, TRY_CAST(value AS INTEGER), CAST(SUM(contacts) AS BIGINT), CAST(SUM(findings) AS BIGINT) FROM summary"
        " WHERE dimension = 'hour' AND TRY_CAST(value AS INTEGER) BETWEEN 0 AND 23 GROUP BY ALL"
    ):
        for whose in {rule, None}:
            held = found.setdefault(whose, [(0, 0)] * 24)
            before = held[hour]
            held[hour] = before[0] + (contacts or 0), before[1] + (findings or 0)
    return found


def _map(audit: AuditFolder, periods: Periods) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    rows = audit.rows(
        "SELECT day, hour, COUNT(*) FROM findings WHERE day IS NOT NULL AND hour IS NOT NULL GROUP BY day, hour"
    )
    for day, hour, number in rows:
        place = periods.place(day)
        if place is not None:
            found[place, hour] = found.get((place, hour), 0) + number
    return found


_Worst = Mapping[str, tuple[Ranked, ...]]


def _worst(audit: AuditFolder, *, several: bool) -> dict[str | None, _Worst]:
    """Of each rule, and of all together (None): the values with the most findings; one that is not known is not listed."""
    listed = [dimension for dimension in WORST if several or dimension != "lender"]
    names = ", ".join(f"'{dimension}'" for dimension in listed)
    rows = audit.rows(
        f"SELECT * FROM (SELECT rule, dimension, value, CAST(SUM(findings) AS BIGINT) AS f, {_SURE} FROM summary"
        f" WHERE dimension IN ({names}) AND value IS NOT NULL AND rule IS NOT NULL"
        " GROUP BY GROUPING SETS ((dimension, value), (rule, dimension, value)) HAVING f > 0"
        f" QUALIFY row_number() OVER (PARTITION BY rule, dimension ORDER BY f DESC, value) <= {_LISTED}) AS w"
        " LEFT JOIN (SELECT dimension, value, CAST(SUM(contacts) AS BIGINT) AS contacts FROM summary"
        " WHERE rule IS NULL GROUP BY dimension, value) AS c USING (dimension, value) ORDER BY f DESC, value"
    )
    found: dict[str | None, dict[str, list[Ranked]]] = {}
    for rule, dimension, value, findings, *sure, contacts in rows:
        column = {"template": "template", "number": "from_number"}.get(dimension, f"{dimension}_id")
        found.setdefault(rule, {name: [] for name in listed})[dimension].append(
            Ranked(name=audit.shown(column, value), contacts=contacts or 0, findings=findings, sure=_sure(sure))
        )
    return {rule: {name: tuple(all_) for name, all_ in lists.items() if all_} for rule, lists in found.items()}


def _questions(audit: AuditFolder) -> tuple[Question, ...]:
    rows = audit.rows(
        'SELECT "column", ANY_VALUE(asks), ANY_VALUE(asks_en), COUNT(*), CAST(SUM(contacts) AS BIGINT),'
        " CAST(SUM(verdicts) AS BIGINT) AS v, CAST(SUM(alone) AS BIGINT), list_sort(list_distinct(flatten(list(decides))))"
        ' FROM questions GROUP BY "column" ORDER BY v DESC, "column"'
    )
    return tuple(
        Question(
            column=column,
            asks=Words(zh=asks, en=asks_en),
            logs=logs,
            contacts=contacts,
            verdicts=verdicts,
            alone=alone,
            decides=tuple(decides),
        )
        for column, asks, asks_en, logs, contacts, verdicts, alone, decides in rows
    )
