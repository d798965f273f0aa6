# ruff: noqa: S608 -- names are our own
"""What the engine said of the days in hand, as rows of the output files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from cuijie.audit.engines.seam import Profile, Said, Store
from cuijie.audit.masking import Mask
from cuijie.audit.outputs import FINDINGS, OPEN
from cuijie.audit.windows.states import Breached, at_most_likely
from cuijie.audit.windows.window_tables import CONTEXT
from cuijie.records import Certainty
from cuijie.rulebook import LinkedRule, Rulebook

__all__ = ["findings", "keep_outcomes", "open_rows", "window_findings"]

_WORDS = pa.list_(pa.string())


def _certainty_of(said: Said) -> Certainty:
    """The most that can be said: what a machine read is at most likely."""
    return at_most_likely(said.outcome.certainty) if said.machine_read else said.outcome.certainty


def keep_outcomes(
    cluster: Store, local: Store, book: Rulebook, profiles: Sequence[Profile], used: Sequence[int]
) -> None:
    """Put ``says`` (profile, outcome, is_breach) into *cluster* and ``outcomes`` (what each of them is) into *local*."""
    numbers: dict[Said, int] = {}
    pairs = [(p, numbers.setdefault(said, len(numbers))) for p in used for said in profiles[p].said]
    breaches = [said.outcome.verdict == "breach" for p in used for said in profiles[p].said]
    cluster.put(
        "says",
        pa.table(
            {
                "profile": pa.array([p for p, _ in pairs], pa.int64()),
                "outcome": pa.array([o for _, o in pairs], pa.int64()),
                "is_breach": pa.array(breaches, pa.bool_()),
            }
        ),
    )
    every = list(numbers)
    rules = [book.rules[said.place].rule for said in every]
    columns: dict[str, tuple[list[Any], Any]] = {
        "outcome": ([*range(len(every))], pa.int64()),
        "rule": ([rule.id for rule in rules], pa.string()),
        "version": ([rule.version for rule in rules], pa.int32()),
        "verdict": ([said.outcome.verdict for said in every], pa.string()),
        "because": ([list(said.because) for said in every], _WORDS),
        "basis": ([list(said.outcome.basis) for said in every], _WORDS),
        "may_apply": ([list(said.outcome.may_apply) for said in every], _WORDS),
        "missing": ([list(said.outcome.missing) for said in every], _WORDS),
        "law_missing": ([list(said.outcome.law_missing) for said in every], _WORDS),
        "certainty": ([_certainty_of(said) for said in every], pa.string()),
        "severity": ([rule.severity for rule in rules], pa.string()),
        "claimants": ([list(rule.protects) for rule in rules], _WORDS),
        "machine_read": ([said.machine_read for said in every], pa.bool_()),
    }
    local.put("outcomes", pa.table({name: pa.array(values, kind) for name, (values, kind) in columns.items()}))


def _context(mask: Mask, alias: str) -> list[str]:
    shown = [f"{mask.sql(name, f'{alias}.{name}')} AS {name}" for name in CONTEXT]
    return [f"{alias}.day AS day", f"make_timestamp({alias}.at_us) AS occurred_at", f"{alias}.hour AS hour", *shown]


def findings(local: Store, hits: str, windows: str, mask: Mask) -> Iterator[Any]:
    """Batches of ``FINDINGS``: the breaches among *hits* (shown columns and ``outcome``) and *windows*, sorted by day."""
    contact = mask.sql("contact_id", "h.contact_id")
    said = {
        "kind": "'contact'",
        "finding_id": mask.digest_sql("o.rule", "h.contact_id"),
        "contact_id": contact,
        "contacts": f"[{contact}]",
        "window": "CAST([] AS VARCHAR[])",
        "at_least": "CAST(NULL AS BIGINT)",
        "at_most": "CAST(NULL AS BIGINT)",
        "limit": "CAST(NULL AS BIGINT)",
        "holds_alone": "CAST(NULL AS BOOLEAN)",
    }
    own = [
        f'{said[name]} AS "{name}"' if name in said else f"o.{name}"
        for name in FINDINGS.names[: FINDINGS.names.index("day")]
    ]
    query = (
        f"SELECT {', '.join([*own, *_context(mask, 'h')])} FROM {hits} AS h JOIN outcomes AS o ON h.outcome = o.outcome"
        f" WHERE o.verdict = 'breach' UNION ALL SELECT * FROM {windows}"
        " ORDER BY day NULLS LAST, rule, contact_id, finding_id"
    )
    for batch in local.batches(query):
        yield pa.Table.from_batches([batch]).cast(FINDINGS)


def open_rows(local: Store, hits: str, mask: Mask) -> Iterator[Any]:
    """Batches of ``OPEN`` for what cannot be decided among *hits*, sorted by day."""
    own = ["o.rule", "o.version", f"{mask.sql('contact_id', 'h.contact_id')} AS contact_id"]
    own += ["o.missing", "o.law_missing", "o.because", "o.may_apply"]
    query = (
        f"SELECT {', '.join([*own, *_context(mask, 'h')])} FROM {hits} AS h JOIN outcomes AS o ON h.outcome = o.outcome"
        " WHERE o.verdict = 'unknown' ORDER BY day NULLS LAST, o.rule, contact_id"
    )
    for batch in local.batches(query):
        yield pa.Table.from_batches([batch]).cast(OPEN)


def window_findings(found: Sequence[tuple[LinkedRule, Breached]], mask: Mask) -> Any:
    """Breached windows as a table of ``FINDINGS``."""
    rows = [_window_row(linked, breached, mask) for linked, breached in found]
    return pa.Table.from_pylist(rows, schema=FINDINGS)


def _window_row(linked: LinkedRule, breached: Breached, mask: Mask) -> dict[str, object]:
    judged, rule = breached.judged, linked.rule
    keys = [(key, None if value is None else str(value)) for key, value in judged.keys]
    contacts = [mask.shown("contact_id", contact) for contact in judged.contacts]
    first = breached.rows[0]
    shared = {name: first[name] for name in CONTEXT if all(row[name] == first[name] for row in breached.rows)}
    return {
        "rule": rule.id,
        "version": rule.version,
        "kind": "window",
        "finding_id": mask.digest(rule.id, *(f"{key}={value}" for key, value in keys)),
        "contact_id": contacts[0],
        "contacts": contacts,
        "window": [f"{key}={mask.shown(key, value)}" for key, value in keys if value is not None],
        "at_least": judged.at_least,
        "at_most": judged.at_most,
        "limit": judged.limit,
        "holds_alone": judged.holds_alone,
        "because": list(breached.because),
        "basis": list(judged.basis),
        "may_apply": list(judged.may_apply),
        "certainty": breached.certainty,
        "severity": rule.severity,
        "claimants": list(rule.protects),
        "machine_read": breached.machine_read,
        "day": first["day"],
        "occurred_at": first["at_us"],
        "hour": first["hour"],
        **{name: mask.shown(name, value) for name, value in shared.items()},
    }
