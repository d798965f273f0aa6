# ruff: noqa: S608 -- statements are made of our own words; every value passes through literal()
"""A window rule as one SQL statement over the table ``facts``: the same bounds as ``windows``.

Gives a row per window that is breached or unknown: its keys, where it ends (``until_day`` for ``within`` so many
days, ``until_us``, microseconds since 1970, for minutes), verdict, at least and at most so many, and the contacts that
count or may count.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from cuijie.rulebook.linking import LinkedRule
from cuijie.rulebook.moments import DAY_US, EIGHT_HOURS_US, MINUTE_US
from cuijie.rulebook.rule import Window
from cuijie.rulebook.sql.dialects import Dialect
from cuijie.rulebook.sql.text import predicate_sql
from cuijie.rulebook.windows.members import SEVERAL, window_of
from cuijie.rulebook.windows.spans import IN_MINUTE_US, length_of

__all__ = ["lies_sql", "window_rule_sql"]


def window_rule_sql(linked: LinkedRule, dialect: Dialect) -> str:
    """The statement of a window rule."""
    window = window_of(linked)
    per, norms = list(window.per), range(len(linked.norms))
    keys = ", ".join(f"g.{key}" for key in per)
    until = _until(window)
    last = f"keys_{len(per) - 1}"
    steps = [
        ("counted", _counted(linked, per)),
        *_groups(per),
        ("held", "\n  UNION ALL ".join([_exact(window, last, norms), *_partial(window, last, norms)])),
        ("spans", _spans(window, norms, dialect)),
        (
            "bounds",
            f"  SELECT {keys}, {until}, {_sums(window, norms)},\n    array_agg(contact_id) AS contacts\n"
            f"  FROM spans AS g GROUP BY {keys}, {until}",
        ),
        ("answers", f"  SELECT *, {_answers(norms, window.limit)}\n  FROM bounds"),
        ("judged", f"  SELECT *, {' OR '.join(f'passes_{n}' for n in norms)} AS passes FROM answers"),
    ]
    chain = ",\n".join(f"{name} AS (\n{query}\n)" for name, query in steps)
    return (
        f"WITH {chain}\nSELECT {', '.join(per)}, {until}, CASE WHEN passes THEN 'breach' ELSE 'unknown' END AS verdict,\n"
        f"  {_deciding(norms)},\n  contacts\nFROM judged\nWHERE COALESCE(passes, TRUE)"
    )


def _until(window: Window) -> str:
    return "until_day" if window.within_minutes is None else "until_us"


def _carried_names(window: Window, norms: range) -> list[str]:
    """What is kept of a contact beside its keys."""
    at = ["on_day"] if window.within_minutes is None else ["since_at", "until_at"]
    value = ["counted_value"] if window.distinct is not None else []
    return ["contact_id", "weight", *at, *value, *(f"counts_{n}" for n in norms)]


def _counted(linked: LinkedRule, per: Sequence[str]) -> str:
    window = window_of(linked)
    breach = predicate_sql(linked.breach)
    states = "".join(
        f",\n    ({breach}) AND ({predicate_sql(norm.applies)}) AS counts_{n} /* {norm.id} */"
        for n, norm in enumerate(linked.norms)
    )
    may_count = " OR ".join(f"COALESCE(counts_{n}, TRUE)" for n in range(len(linked.norms)))
    keys = ", ".join(f"{key} AS k_{key}" for key in per)
    at = "day AS on_day" if window.within_minutes is None else lies_sql()
    value = f", {window.distinct} AS counted_value" if window.distinct is not None else ""
    return (
        f"  SELECT * FROM (SELECT contact_id, count AS weight, {at}{value}, {keys}{states}\n  FROM facts) AS every_contact\n"
        f"  WHERE COALESCE(weight, 1) <> 0 AND ({may_count})"
    )


def lies_sql() -> str:
    """Between which moments a contact lies: see ``windows.spans``."""
    exact = "minute_of_day IS NOT NULL AND count = 1"
    in_minute, local = "time_precision = 'minute'", f"(at_us + {EIGHT_HOURS_US})"
    minute, day = f"(at_us - at_us % {MINUTE_US})", f"(at_us - {local} % {DAY_US})"
    since = f"CASE WHEN {exact} THEN CASE WHEN {in_minute} THEN {minute} ELSE at_us END ELSE {day} END"
    until = (
        f"CASE WHEN {exact} THEN CASE WHEN {in_minute} THEN {minute} + {IN_MINUTE_US} ELSE at_us END"
        f" ELSE {day} + {DAY_US - 1} END"
    )
    return f"{since} AS since_at,\n    {until} AS until_at"


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


def _carried(window: Window, norms: range, own: str, sure: str) -> str:
    keys = ", ".join(f"g.{key}" for key in window.per)
    return f"SELECT {keys}, {', '.join(f'm.{name}' for name in _carried_names(window, norms))}, {own} AS own, {sure} AS sure"


def _exact(window: Window, groups: str, norms: range) -> str:
    same = " AND ".join(f"g.{key} IS NOT DISTINCT FROM m.k_{key}" for key in window.per)
    known = " AND ".join(f"g.{key} IS NOT NULL" for key in window.per)
    return f"  {_carried(window, norms, 'TRUE', f'({known})')} FROM {groups} AS g JOIN counted AS m ON {same}"


def _partial(window: Window, groups: str, norms: range) -> list[str]:
    """Contacts with some keys unknown, in every other group that agrees on the known ones."""
    found, per = [], window.per
    for size in range(1, len(per) + 1):
        for gaps in combinations(per, size):
            agree = " AND ".join(f"g.{key} = m.k_{key}" for key in per if key not in gaps) or "TRUE"
            unknown = " AND ".join(f"m.k_{key} IS NULL" for key in gaps)
            other = " OR ".join(f"g.{key} IS NOT NULL" for key in gaps)
            found.append(
                f"{_carried(window, norms, 'FALSE', 'FALSE')} FROM {groups} AS g JOIN counted AS m ON {agree}\n"
                f"    WHERE {unknown} AND ({other})"
            )
    return found


def _spans(window: Window, norms: range, dialect: Dialect) -> str:
    if not window.slides:
        return "  SELECT *, CAST(NULL AS DATE) AS until_day FROM held"
    per, until = window.per, _until(window)
    own = ", ".join(f"h.{name}" for name in (*per, *_carried_names(window, norms), "own"))
    same = " AND ".join(f"h.{key} IS NOT DISTINCT FROM e.{key}" for key in per)
    if window.within_minutes is None:
        ends, inside, sure = _days_ending(window, dialect)
        at, kind = "on_day", "DATE"
    else:
        ends, inside, sure = _minutes_ending(window)
        at, kind = "since_at", "BIGINT"
    return (
        f"  SELECT {own}, {sure} AS sure, e.{until} FROM {ends} JOIN held AS h\n"
        f"    ON {same} AND {inside}\n"
        f"  UNION ALL SELECT {own}, FALSE AS sure, e.{until} FROM {ends} JOIN held AS h\n"
        f"    ON {same} AND h.{at} IS NULL\n"
        f"  UNION ALL SELECT {own}, FALSE AS sure, CAST(NULL AS {kind}) AS {until}\n"
        f"    FROM held AS h WHERE {at} IS NULL"
    )


def _days_ending(window: Window, dialect: Dialect) -> tuple[str, str, str]:
    """Where windows of days end, who is inside, and who surely is."""
    keys, start = ", ".join(window.per), dialect.days_before.format("e.until_day", length_of(window) - 1)
    ends = f"(SELECT DISTINCT {keys}, on_day AS until_day FROM held WHERE on_day IS NOT NULL) AS e"
    return ends, f"h.on_day BETWEEN {start} AND e.until_day", "h.sure"


def _minutes_ending(window: Window) -> tuple[str, str, str]:
    """The same for windows of minutes: see ``windows.spans.ends_of``."""
    keys, length = ", ".join(window.per), length_of(window)
    last = f"CASE WHEN until_at - since_at > {MINUTE_US} THEN since_at ELSE until_at END"
    ends = (
        f"(SELECT {keys}, until_us, MIN(since_at) AS from_us\n"
        f"    FROM (SELECT {keys}, since_at, {last} AS until_us FROM held WHERE since_at IS NOT NULL) AS every_end\n"
        f"    GROUP BY {keys}, until_us) AS e"
    )
    inside = f"h.until_at > e.from_us - {length} AND h.since_at <= e.until_us"
    return ends, inside, f"(h.sure AND h.since_at > e.until_us - {length} AND h.until_at <= e.until_us)"


_ANY_SURE = "MAX(CASE WHEN sure THEN 1 ELSE 0 END) = 1"


def _sums(window: Window, norms: range) -> str:
    said = []
    for n in norms:
        may = f"COALESCE(counts_{n}, TRUE)"
        if window.distinct is None:
            least, most = _numbers(window, n, may)
        else:
            least, most = _values(n, may)
        said += [f"\n    {least} AS least_{n}", f"\n    {most} AS most_{n}"]
    return ",".join(said)


def _numbers(window: Window, n: int, may: str) -> tuple[str, str]:
    """At least and at most so many contacts."""
    least = "1" if window.within_minutes is not None else f"COALESCE(weight, {SEVERAL})"
    return (
        f"CASE WHEN {_ANY_SURE} THEN SUM(CASE WHEN sure AND counts_{n} THEN {least} ELSE 0 END)"
        f" ELSE MAX(CASE WHEN own AND counts_{n} THEN {least} ELSE 0 END) END",
        f"CASE WHEN MAX(CASE WHEN {may} AND weight IS NULL THEN 1 ELSE 0 END) = 0"
        f" THEN SUM(CASE WHEN {may} THEN weight ELSE 0 END) END",
    )


def _values(n: int, may: str) -> tuple[str, str]:
    """At least and at most so many different values."""
    open_ = f"{may} AND counted_value IS NULL"
    return (
        f"CASE WHEN {_ANY_SURE} THEN GREATEST(COUNT(DISTINCT CASE WHEN sure AND counts_{n} THEN counted_value END),"
        f" MAX(CASE WHEN sure AND counts_{n} THEN 1 ELSE 0 END))"
        f" ELSE MAX(CASE WHEN own AND counts_{n} THEN 1 ELSE 0 END) END",
        f"CASE WHEN MAX(CASE WHEN {open_} AND weight IS NULL THEN 1 ELSE 0 END) = 0"
        f" THEN COUNT(DISTINCT CASE WHEN {may} THEN counted_value END) + SUM(CASE WHEN {open_} THEN weight ELSE 0 END) END",
    )


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
