# ruff: noqa: S608 -- names are our own
"""The figures of a report, worked out from the files of one audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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


def figures_of(audit: AuditFolder) -> Figures:
    """The figures of *audit*.  Raises AuditError if its files are not what an audit writes."""
    rules = Rules(audit.run)
    periods = Periods(audit.quality.first, audit.quality.last)
    totals = _totals(audit)
    lenders = tuple(row[0] for row in audit.rows("SELECT DISTINCT lender_id FROM summary ORDER BY lender_id"))
    questions = _questions(audit)
    per_period = _per_period(audit, periods)
    worst = _worst(audit, several=len(lenders) > 1)
    return Figures(
        run=audit.run,
        quality=audit.quality,
        lenders=lenders,
        contacts=int(audit.rows(f"{_OF_ALL} WHERE dimension = 'all' AND rule IS NULL")[0][0]),
        sure_contacts=_contacts_by_surety(audit),
        by_weight=_contacts_by_weight(audit, rules),
        sure=_sum([sure for _, _, sure, _ in totals.values()]),
        machine_read=int(audit.rows("SELECT COUNT(*) FROM findings WHERE machine_read")[0][0]),
        unknown=sum(unknown for _, _, _, unknown in totals.values()),
        rules=_rules(audit, rules, totals, periods, worst),
        silent=tuple(
            (id_, rules.title(id_), totals[id_][3] if id_ in totals else 0)
            for id_ in audit.run.rules
            if (id_ not in totals or not totals[id_][0])
        ),
        elsewhere=tuple(rules.title(id_) for id_ in audit.run.not_judged),
        periods=periods,
        period_contacts=tuple(contacts for contacts, _ in per_period),
        period_findings=tuple(sure for _, sure in per_period),
        hours=_hours(audit),
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


def _contacts_by_surety(audit: AuditFolder) -> Sure:
    rows = dict(
        audit.rows(
            "SELECT best, COUNT(*) FROM (SELECT c, MAX(CASE certainty WHEN 'established' THEN 3 WHEN 'likely' THEN 2 ELSE 1 END)"
            " AS best FROM (SELECT unnest(contacts) AS c, certainty FROM findings) GROUP BY c) GROUP BY best"
        )
    )
    return Sure(established=rows.get(3, 0), likely=rows.get(2, 0), to_judge=rows.get(1, 0))


def _rules(
    audit: AuditFolder,
    rules: Rules,
    totals: Mapping[str, tuple[int, int, Sure, int]],
    periods: Periods,
    worst: Mapping[str | None, _Worst],
) -> tuple[RuleFigures, ...]:
    found = sorted((id_ for id_, total in totals.items() if total[0]), key=lambda id_: (-totals[id_][0], id_))
    kinds = {
        rule: (version, kind) for rule, version, kind in audit.rows("SELECT DISTINCT rule, version, kind FROM findings")
    }
    rests = _rests(audit)
    on = audit.quality.last or date.max
    return tuple(
        RuleFigures(
            id=id_,
            version=kinds[id_][0],
            title=rules.title(id_),
            explain=rules.explain(id_),
            severity=rules.severity(id_),
            is_window=kinds[id_][1] == "window",
            findings=totals[id_][0],
            named=totals[id_][1],
            sure=totals[id_][2],
            unknown=totals[id_][3],
            tiers=rules.tiers(id_, rests.get(id_, []), on),
            periods=tuple(sure.all for _, sure in _per_period(audit, periods, id_)),
            hours=tuple(findings for _, findings in _hours(audit, id_)),
            worst=worst.get(id_, {}),
        )
        for id_ in found
    )


def _is(rule: str | None) -> str:
    """A condition on a rule; ids are held to letters, digits, dots and hyphens by the rule schema, quotes are doubled."""
    return "rule IS NOT NULL" if rule is None else "rule = '{}'".format(rule.replace("'", "''"))


def _rests(audit: AuditFolder) -> dict[str, list[tuple[str, int, int]]]:
    """Of each rule the provisions that its findings rest on, and may rest on, those of the most findings first."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    for rule, id_, sure, maybe in audit.rows(
        "SELECT rule, id, COUNT(*) FILTER (WHERE sure) AS s, COUNT(*) FILTER (WHERE NOT sure) AS m FROM"
        " (SELECT rule, unnest(basis) AS id, TRUE AS sure FROM findings"
        " UNION ALL SELECT rule, unnest(may_apply), FALSE FROM findings) GROUP BY rule, id ORDER BY s DESC, m DESC, id"
    ):
        found.setdefault(rule, []).append((id_, sure, maybe))
    return found


def _contacts_by_weight(audit: AuditFolder, rules: Rules) -> Weights:
    """Contacts named by a finding, each by the weightiest norm that any of its findings rests on."""
    audit.connection.execute("CREATE OR REPLACE TEMP TABLE weights (rule VARCHAR, id VARCHAR, weight INTEGER)")
    audit.connection.executemany("INSERT INTO weights VALUES (?, ?, ?)", rules.weights())
    ids = {weight: f"COALESCE(list(id) FILTER (WHERE weight = {weight}), [])" for weight in (LAW, STANDARD, OWN)}
    lists = ", ".join(f"{of_weight} AS ids_{weight}" for weight, of_weight in ids.items())
    cases = " ".join(f"WHEN list_has_any(f.basis, w.ids_{weight}) THEN {weight}" for weight in ids)
    rows = dict(
        audit.rows(
            "SELECT best, COUNT(*) FROM (SELECT c, MAX(weight) AS best FROM (SELECT unnest(f.contacts) AS c,"
            f" CASE {cases} ELSE 0 END AS weight FROM findings AS f"
            f" LEFT JOIN (SELECT rule, {lists} FROM weights GROUP BY rule) AS w ON f.rule = w.rule) GROUP BY c) GROUP BY best"
        )
    )
    return Weights(law=rows.get(LAW, 0), standard=rows.get(STANDARD, 0), own=rows.get(OWN, 0), untold=rows.get(0, 0))


def _per_period(audit: AuditFolder, periods: Periods, rule: str | None = None) -> list[tuple[int, Sure]]:
    """Of each period: contacts, and findings by surety (of one rule, or of all)."""
    rows = audit.rows(
        "SELECT TRY_CAST(value AS DATE), CAST(SUM(contacts) FILTER (WHERE rule IS NULL) AS BIGINT), "
        + ", ".join(
            f"CAST(SUM({name}) FILTER (WHERE {_is(rule)}) AS BIGINT)" for name in ("established", "likely", "to_judge")
        )
        + " FROM summary WHERE dimension = 'day' GROUP BY 1"
    )
    contacts = [0] * len(periods.all)
    found = [Sure()] * len(periods.all)
    for day, number, *sure in rows:
        place = periods.place(day) if day is not None else None
        if place is not None:
            contacts[place] += number or 0
            found[place] = _sum([found[place], _sure(sure)])
    return list(zip(contacts, found, strict=True))


def _hours(audit: AuditFolder, rule: str | None = None) -> tuple[tuple[int, int], ...]:
    rows = audit.rows(
        "SELECT TRY_CAST(value AS INTEGER), CAST(SUM(contacts) FILTER (WHERE rule IS NULL) AS BIGINT),"
        f" CAST(SUM(findings) FILTER (WHERE {_is(rule)}) AS BIGINT) FROM summary WHERE dimension = 'hour' GROUP BY 1"
    )
    held = {hour: (contacts or 0, findings or 0) for hour, contacts, findings in rows}
    return tuple(held.get(hour, (0, 0)) for hour in range(24))


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
