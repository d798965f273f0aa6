# ruff: noqa: S608 -- names are our own; values pass through literal()
"""Breached windows that name all their contacts, as a table: worked out in the database, however many there are.

The same as ``windows`` does one by one for what is rarer: marks past the limit, spans of days, keys not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from cuijie.audit.engines.seam import Store
from cuijie.audit.logs.numbers_sql import is_masked
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import FINDINGS
from cuijie.audit.windows.states import certainty_of_window, counts_persons, shared_reasons
from cuijie.audit.windows.window_sql import Groups
from cuijie.rulebook import LinkedRule
from cuijie.rulebook.columns import CONTACT_COLUMNS
from cuijie.rulebook.sql.text import literal
from cuijie.rulebook.windows.members import SEVERAL, window_of

__all__ = ["CONTEXT", "is_plain", "keep_windows", "windows_counted", "windows_found"]

CONTEXT = ("channel", "recipient_role", "debtor_id", "loan_id", "lender_id", "agency_id", "collector_id", "template")
_FIRST = "ORDER BY at_us, contact_id"
_WORDS = pa.list_(pa.string())


def is_plain(linked: LinkedRule) -> bool:
    """Whether the windows of a rule can be told in one statement."""
    window = window_of(linked)
    return window.marks == "all" and not window.slides and not _has_flags(linked)


def _has_flags(linked: LinkedRule) -> bool:
    return any(key in CONTACT_COLUMNS and CONTACT_COLUMNS[key].kind == "bool" for key in window_of(linked).per)


def keep_windows(cluster: Store, local: Store, groups: Groups, members: str) -> None:
    """Put ``window_said``, one row per breached window of one rule in clear, into *local*."""
    linked = groups.linked
    sums = ", ".join(f"g.least_{n}, g.most_{n}" for n in range(len(linked.norms)))
    query = f"SELECT m.*, {sums} FROM {members} AS m JOIN breached_{groups.suffix} AS g ON {groups.same('m', 'g')}"
    if local is cluster:
        local.keep("window_members", query)
    else:
        local.put("window_members", cluster.rows(query))
    local.keep("window_groups", _grouped(linked))
    says = "basis_bits, may_bits, alone_bits, machine_read, masked, first_reasons, every_reason"
    _put_words(local, linked, local.rows(f"SELECT DISTINCT {says} FROM window_groups").to_pylist())
    local.keep("window_said", f"SELECT * FROM window_groups JOIN window_words USING ({says})")


def _grouped(linked: LinkedRule) -> str:
    window, norms = window_of(linked), range(len(linked.norms))
    keys = ", ".join(window.per)
    passed = {n: f"least_{n} > {window.limit}" for n in norms}
    basis = " + ".join(f"CASE WHEN {passed[n]} THEN {2**n} ELSE 0 END" for n in norms)
    may = " + ".join(
        f"CASE WHEN NOT {passed[n]} AND (most_{n} IS NULL OR most_{n} > {window.limit}) THEN {2**n} ELSE 0 END"
        for n in norms
    )
    least = ", ".join(f"CASE WHEN {passed[n]} THEN least_{n} ELSE 0 END" for n in norms)
    endless = " OR ".join(f"({passed[n]} AND most_{n} IS NULL)" for n in norms)
    most = ", ".join(f"CASE WHEN {passed[n]} THEN most_{n} ELSE 0 END" for n in norms)
    shared = ", ".join(
        f"CASE WHEN COUNT({name}) = COUNT(*) AND MIN({name}) = MAX({name}) THEN MIN({name}) END AS own_{name}"
        for name in (*CONTEXT, "hour", "from_number")
    )
    masked = f"COALESCE(bool_or({is_masked('recipient_id')}), FALSE)" if counts_persons(linked) else "FALSE"
    return (
        f"WITH counted AS (SELECT *, {basis} AS basis_bits, {may} AS may_bits,"
        f" greatest({least}, 0) AS at_least, CASE WHEN NOT ({endless}) THEN greatest({most}, 0) END AS at_most"
        f" FROM window_members){_alone(linked)}"
        f" SELECT {keys}, basis_bits, may_bits, at_least, at_most, {_alone_bits(linked)} AS alone_bits,"
        f" list(contact_id {_FIRST}) AS named, MIN(at_us) AS first_us, first(hour {_FIRST}) AS first_hour,"
        f" first(day {_FIRST}) AS first_day, {shared}, bool_or((sure & ~firm) <> 0) AS machine_read, {masked} AS masked,"
        f" first(reasons {_FIRST}) AS first_reasons, list_sort(list(DISTINCT reasons)) AS every_reason"
        " FROM counted WHERE (sure & basis_bits) <> 0 GROUP BY ALL"
    )


def _alone(linked: LinkedRule) -> str:
    """Whether one known value of the ``alone`` column passes the limit by itself."""
    window, norms = window_of(linked), range(len(linked.norms))
    if window.alone is None:
        return ""
    keys = ", ".join(window.per)
    passes = " OR ".join(
        f"((basis_bits & {2**n}) <> 0 AND"
        f" SUM(CASE WHEN (sure & {2**n}) <> 0 THEN COALESCE(count, {SEVERAL}) ELSE 0 END) > {window.limit})"
        for n in norms
    )
    return (
        f", alone AS (SELECT DISTINCT {keys} FROM (SELECT {keys}, {passes} AS passes FROM counted"
        f" WHERE {window.alone} IS NOT NULL GROUP BY {keys}, basis_bits, {window.alone}) AS one WHERE passes)"
    )


def _alone_bits(linked: LinkedRule) -> str:
    """0 where the rule does not ask, 1 where nobody alone passes the limit, 2 where somebody does."""
    window = window_of(linked)
    if window.alone is None:
        return "0"
    keys = ", ".join(window.per)
    return f"CASE WHEN ({keys}) IN (SELECT ({keys}) FROM alone) THEN 2 ELSE 1 END"


def _put_words(local: Store, linked: LinkedRule, kinds: list[dict[str, Any]]) -> None:
    """What is said of the windows alike: norms, certainty and reasons."""
    ids = [norm.id for norm in linked.norms]
    for kind in kinds:
        held = [n for n in range(len(ids)) if kind["basis_bits"] >> n & 1]
        alone = {0: None, 1: False, 2: True}[kind["alone_bits"]]
        kind["basis"] = [ids[n] for n in held]
        kind["may_apply"] = [ids[n] for n in range(len(ids)) if kind["may_bits"] >> n & 1]
        kind["holds_alone"] = alone
        kind["certainty"] = certainty_of_window(linked, held, alone, is_doubted=kind["machine_read"] or kind["masked"])
        kind["because"] = list(shared_reasons(linked, kind["first_reasons"], kind["every_reason"]))
    schema = pa.schema(
        [("basis_bits", pa.int64()), ("may_bits", pa.int64()), ("alone_bits", pa.int64()), ("machine_read", pa.bool_()),
         ("masked", pa.bool_()), ("first_reasons", pa.string()), ("every_reason", _WORDS), ("basis", _WORDS), ("may_apply", _WORDS),
         ("holds_alone", pa.bool_()), ("certainty", pa.string()), ("because", _WORDS)]
    )  # fmt: skip
    local.put("window_words", pa.Table.from_pylist(kinds, schema=schema))


def windows_found(local: Store, linked: LinkedRule, mask: Mask) -> Iterator[Any]:
    """``window_said`` as batches of ``FINDINGS``."""
    rule = linked.rule
    said = {name: f"CAST({name} AS VARCHAR)" for name in window_of(linked).per}
    keys = [f"concat('{name}=', {value})" for name, value in said.items()]
    shown = [f"concat('{name}=', {mask.sql(name, value)})" for name, value in said.items()]
    contact = mask.sql("contact_id", "x")
    columns = {
        "rule": literal(rule.id),
        "version": str(rule.version),
        "kind": "'window'",
        "finding_id": mask.digest_sql(literal(rule.id), *keys),
        "contact_id": mask.sql("contact_id", "named[1]"),
        "contacts": f"[{contact} for x in named]" if contact != "x" else "named",
        "window": f"[{', '.join(shown)}]",
        "limit": str(window_of(linked).limit),
        "severity": literal(rule.severity),
        "claimants": f"CAST([{', '.join(map(literal, rule.protects))}] AS VARCHAR[])",
        "day": "first_day",
        "occurred_at": "make_timestamp(first_us)",
        "hour": "first_hour",
        **{name: mask.sql(name, f"own_{name}") for name in CONTEXT},
    }
    fields = ", ".join(f'{columns.get(name, name)} AS "{name}"' for name in FINDINGS.names)
    for batch in local.batches(f"SELECT {fields} FROM window_said"):
        yield pa.Table.from_batches([batch]).cast(FINDINGS)


def windows_counted(linked: LinkedRule) -> str:
    """The query that gives ``window_said`` as it is counted: one row per finding."""
    names = ("lender_id", "agency_id", "collector_id", "hour", "channel", "template", "from_number")
    own = ", ".join(f"own_{name} AS {name}" for name in names)
    return f"SELECT first_day AS day, {literal(linked.rule.id)} AS rule, certainty, len(named) AS named, {own} FROM window_said"
