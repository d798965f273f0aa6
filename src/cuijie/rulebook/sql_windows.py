# ruff: noqa: S608 -- statements are made of our own words; every value passes through literal()
"""A window rule as one SQL statement over the table ``facts``: the same bounds as ``windows``.

Gives a row per window that is breached or unknown: its keys, ``until_day`` (for ``within``), verdict, at
least and at most so many, and the contacts that count or may count.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from cuijie.rulebook.dialects import Dialect
from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.sql_text import predicate_sql
from cuijie.rulebook.windows import SEVERAL, window_of

__all__ = ["window_rule_sql"]


def window_rule_sql(linked: LinkedRule, dialect: Dialect) -> str:
    """The statement of a window rule."""
    window = window_of(linked)
    per, norms = list(window.per), range(len(linked.norms))
    keys = ", ".join(f"g.{key}" for key in per)
    last = f"keys_{len(per) - 1}"
    steps = [
        ("counted", _counted(linked, per)),
        *_groups(per),
        ("held", "\n  UNION ALL ".join([_exact(per, last, norms), *_partial(per, last, norms)])),
        ("spans", _spans(per, window.within_days, norms, dialect)),
        (
            "bounds",
            f"  SELECT {keys}, until_day, {_sums(norms)},\n    array_agg(contact_id) AS contacts\n"
            f"  FROM spans AS g GROUP BY {keys}, until_day",
        ),
        ("answers", f"  SELECT *, {_answers(norms, window.limit)}\n  FROM bounds"),
        ("judged", f"  SELECT *, {' OR '.join(f'passes_{n}' for n in norms)} AS passes FROM answers"),
    ]
    chain = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in steps)
    return (
        f"WITH {chain}\nSELECT {', '.join(per)}, until_day, CASE WHEN passes THEN 'breach' ELSE 'unknown' END AS verdict,\n"
        f"  {_deciding(norms)},\n  contacts\nFROM judged\nWHERE COALESCE(passes, TRUE)"
    )


def _counted(linked: LinkedRule, per: Sequence[str]) -> str:
    breach = predicate_sql(linked.breach)
    states = "".join(
        f",\n    ({breach}) AND ({predicate_sql(norm.applies)}) AS counts_{n} /* {norm.id} */"
        for n, norm in enumerate(linked.norms)
    )
    may_count = " OR ".join(f"COALESCE(counts_{n}, TRUE)" for n in range(len(linked.norms)))
    keys = ", ".join(f"{key} AS k_{key}" for key in per)
    return (
        f"  SELECT * FROM (SELECT contact_id, count AS weight, day AS on_day, {keys}{states}\n  FROM facts) AS every_contact\n"
        f"  WHERE COALESCE(weight, 1) <> 0 AND ({may_count})"
    )


def _groups(per: Sequence[str]) -> list[tuple[str, str]]:
    """The groups that occur, and those that records of partly known keys may form together."""
    steps = [("keys_0", f"  SELECT DISTINCT {', '.join(f'k_{key} AS {key}' for key in per)} FROM counted")]
    unknown = " + ".join(f"CASE WHEN {key} IS NULL THEN {2**n} ELSE 0 END" for n, key in enumerate(per))
    agree = " AND ".join(f"(p.{key} IS NULL OR q.{key} IS NULL OR p.{key} = q.{key})" for key in per)
    joined = ", ".join(f"COALESCE(p.{key}, q.{key}) AS {key}" for key in per)
    for number in range(1, len(per)):
        before = f"keys_{number - 1}"
        partly = f"(SELECT * FROM (SELECT *, {unknown} AS gaps FROM {before}) AS gauged WHERE gaps > 0)"
        steps.append(
            (
                f"keys_{number}",
                f"  SELECT {', '.join(per)} FROM {before}\n  UNION SELECT {joined}\n"
                f"  FROM {partly} AS p JOIN {partly} AS q ON p.gaps < q.gaps AND {agree}",
            )
        )
    return steps


def _carried(per: Sequence[str], norms: range, sure: str) -> str:
    keys = ", ".join(f"g.{key}" for key in per)
    return (
        f"SELECT {keys}, m.contact_id, m.weight, m.on_day, {', '.join(f'm.counts_{n}' for n in norms)}, {sure} AS sure"
    )


def _exact(per: Sequence[str], groups: str, norms: range) -> str:
    same = " AND ".join(f"g.{key} IS NOT DISTINCT FROM m.k_{key}" for key in per)
    known = " AND ".join(f"g.{key} IS NOT NULL" for key in per)
    return f"  {_carried(per, norms, f'({known})')} FROM {groups} AS g JOIN counted AS m ON {same}"


def _partial(per: Sequence[str], groups: str, norms: range) -> list[str]:
    """Contacts with some keys unknown, in every other group that agrees on the known ones."""
    found = []
    for size in range(1, len(per) + 1):
        for gaps in combinations(per, size):
            agree = " AND ".join(f"g.{key} = m.k_{key}" for key in per if key not in gaps) or "TRUE"
            unknown = " AND ".join(f"m.k_{key} IS NULL" for key in gaps)
            other = " OR ".join(f"g.{key} IS NOT NULL" for key in gaps)
            found.append(
                f"{_carried(per, norms, 'FALSE')} FROM {groups} AS g JOIN counted AS m ON {agree}\n"
                f"    WHERE {unknown} AND ({other})"
            )
    return found


def _spans(per: Sequence[str], within: int | None, norms: range, dialect: Dialect) -> str:
    if within is None:
        return "  SELECT *, CAST(NULL AS DATE) AS until_day FROM held"
    keys = ", ".join(per)
    same = " AND ".join(f"h.{key} IS NOT DISTINCT FROM e.{key}" for key in per)
    start = dialect.days_before.format("e.until_day", within - 1)
    ends = f"(SELECT DISTINCT {keys}, on_day AS until_day FROM held WHERE on_day IS NOT NULL) AS e"
    carried = ", ".join(f"h.{name}" for name in ("contact_id", "weight", "on_day", *(f"counts_{n}" for n in norms)))
    own = ", ".join(f"h.{key}" for key in per)
    return (
        f"  SELECT {own}, {carried}, h.sure, e.until_day FROM {ends} JOIN held AS h\n"
        f"    ON {same} AND h.on_day BETWEEN {start} AND e.until_day\n"
        f"  UNION ALL SELECT {own}, {carried}, FALSE AS sure, e.until_day FROM {ends} JOIN held AS h\n"
        f"    ON {same} AND h.on_day IS NULL\n"
        f"  UNION ALL SELECT {own}, {carried}, FALSE AS sure, CAST(NULL AS DATE) AS until_day\n"
        f"    FROM held AS h WHERE on_day IS NULL"
    )


def _sums(norms: range) -> str:
    any_sure = "MAX(CASE WHEN sure THEN 1 ELSE 0 END) = 1"
    said = []
    for n in norms:
        least = f"COALESCE(weight, {SEVERAL})"
        said.append(
            f"\n    CASE WHEN {any_sure} THEN SUM(CASE WHEN sure AND counts_{n} THEN {least} ELSE 0 END)"
            f" ELSE MAX(CASE WHEN counts_{n} THEN {least} ELSE 0 END) END AS least_{n}"
        )
        may = f"COALESCE(counts_{n}, TRUE)"
        said.append(
            f"\n    CASE WHEN MAX(CASE WHEN {may} AND weight IS NULL THEN 1 ELSE 0 END) = 0"
            f" THEN SUM(CASE WHEN {may} THEN weight ELSE 0 END) END AS most_{n}"
        )
    return ",".join(said)


def _answers(norms: range, limit: int) -> str:
    return ", ".join(
        f"CASE WHEN least_{n} > {limit} THEN TRUE WHEN most_{n} <= {limit} THEN FALSE END AS passes_{n}" for n in norms
    )


def _deciding(norms: range) -> str:
    """The bounds of the norms that decide: the widest of those that are breached, else of those left open."""
    here = [f"passes_{n} IS NOT DISTINCT FROM passes" for n in norms]
    least = [f"CASE WHEN {decides} THEN least_{n} END" for n, decides in zip(norms, here, strict=True)]
    most = [f"CASE WHEN {decides} THEN most_{n} END" for n, decides in zip(norms, here, strict=True)]
    unbounded = " OR ".join(f"({decides} AND most_{n} IS NULL)" for n, decides in zip(norms, here, strict=True))
    return f"{_widest(least)} AS at_least,\n  CASE WHEN {unbounded} THEN NULL ELSE {_widest(most)} END AS at_most"


def _widest(values: Sequence[str]) -> str:
    return values[0] if len(values) == 1 else f"GREATEST({', '.join(values)})"
