# ruff: noqa: S608 -- names are our own; values pass through literal()
"""Two runs side by side: how each rule's rate moved, and, of the same log, what is newly found and what no longer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from cuijie.audit.errors import AuditError
from cuijie.audit.outputs import write_options
from cuijie.audit.report.laws import Rules
from cuijie.audit.report.reading import AuditFolder, RunFacts
from cuijie.rulebook.rule import Words
from cuijie.rulebook.sql.text import literal

__all__ = ["Comparison", "Example", "RuleChange", "Side", "compared", "write_changes"]

_EXAMPLES = 20
_CHANGES: Any = pa.schema(
    [
        ("change", pa.string()),  # gained, lost, surer, less_sure
        ("rule", pa.string()),
        ("finding_id", pa.string()),
        ("contact_id", pa.string()),
        ("day", pa.date32()),
        ("lender_id", pa.string()),
        ("before", pa.string()),
        ("after", pa.string()),
    ]
)
"""One row per finding that is in one run only, or whose certainty changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two runs."""

    folder: str
    contacts: int
    first: str
    last: str
    findings: int
    rulebook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A finding that one run has and the other has not."""

    finding_id: str
    contact_id: str
    day: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule in both runs: findings, contacts named, undecided; gains and losses where the runs can be held together."""

    rule: str
    title: Words
    versions: tuple[int | None, int | None]
    findings: tuple[int, int]
    named: tuple[int, int]
    unknown: tuple[int, int]
    gained: int | None
    lost: int | None
    surer: int | None
    less_sure: int | None
    newly: tuple[Example, ...]
    no_longer: tuple[Example, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed from the earlier run to the later one.

    ``logs`` is ``same``, ``overlapping``, ``different``, or ``named``: a table of the same name, whose rows have no digest.
    ``is_matched`` says that findings were held against each other one by one, which needs a common log and ids masked
    alike.  ``causes`` names what else differs.
    """

    before: Side
    after: Side
    logs: str
    is_matched: bool
    causes: tuple[str, ...]
    rules: tuple[RuleChange, ...]


def compared(before: AuditFolder, after: AuditFolder) -> Comparison:
    """The comparison of *before* and *after*.  Raises AuditError."""
    logs = _logs(before, after)
    matched = logs != "different" and before.run.mask_key == after.run.mask_key
    rules, earlier, sums = Rules(after.run), Rules(before.run), (_sums(before), _sums(after))
    order = list(dict.fromkeys((*after.run.rules, *before.run.rules)))
    counts = _counts(before, after) if matched else {}
    found = []
    for id_ in order:
        old, new = (side.get(id_, (0, 0, 0)) for side in sums)
        if not any((*old, *new)):
            continue
        count = {kind: counts.get((id_, kind), 0) if matched else None for kind in _KINDS}
        found.append(
            RuleChange(
                rule=id_,
                title=(rules if id_ in after.run.rules else earlier).title(id_),
                versions=(before.run.rules.get(id_), after.run.rules.get(id_)),
                findings=(old[0], new[0]),
                named=(old[1], new[1]),
                unknown=(old[2], new[2]),
                gained=count["gained"],
                lost=count["lost"],
                surer=count["surer"],
                less_sure=count["less_sure"],
                newly=_examples(before, after, id_, "gained") if count["gained"] else (),
                no_longer=_examples(before, after, id_, "lost") if count["lost"] else (),
            )
        )
    found.sort(key=lambda one: (-((one.gained or 0) + (one.lost or 0)), -max(one.findings), one.rule))
    return Comparison(
        before=_side(before),
        after=_side(after),
        logs=logs,
        is_matched=matched,
        causes=_causes(before, after),
        rules=tuple(found),
    )


_KINDS = ("gained", "lost", "surer", "less_sure")


def _logs(before: AuditFolder, after: AuditFolder) -> str:
    if _ends_before(before.run, after.run) or _ends_before(after.run, before.run):
        return "different"
    old, new = ({one.sha256 for one in side.run.inputs if one.sha256} for side in (before, after))
    if not old and not new and before.run.inputs == after.run.inputs:
        return "named"
    period = (before.run.since, before.run.until) == (after.run.since, after.run.until)
    if old and old == new:
        return "same" if period else "overlapping"
    return "overlapping" if old & new else "different"


def _ends_before(one: RunFacts, other: RunFacts) -> bool:
    """Whether *one* judged only days before those of *other*: two months of one log have no contact in common."""
    return bool(one.until and other.since and one.until < other.since)


def _causes(before: AuditFolder, after: AuditFolder) -> tuple[str, ...]:
    found = []
    if before.run.rulebook != after.run.rulebook:
        found.append("rulebook")
    if before.run.versions.get("reader") != after.run.versions.get("reader"):
        found.append("reader")
    if before.run.registers != after.run.registers:
        found.append("registers")
    if before.run.law_facts != after.run.law_facts:
        found.append("law_facts")
    if before.run.mask_key != after.run.mask_key:
        found.append("mask")
    return tuple(found)


def _side(audit: AuditFolder) -> Side:
    contacts, findings = audit.rows(
        "SELECT CAST(COALESCE(SUM(contacts) FILTER (WHERE rule IS NULL), 0) AS BIGINT), CAST(COALESCE(SUM(findings), 0) AS BIGINT)"
        " FROM summary WHERE dimension = 'all'"
    )[0]
    quality = audit.quality
    return Side(
        folder=audit.folder.resolve().name,
        contacts=contacts,
        first=str(quality.first or ""),
        last=str(quality.last or ""),
        findings=findings,
        rulebook=audit.run.rulebook,
    )


def _sums(audit: AuditFolder) -> dict[str, tuple[int, int, int]]:
    named = dict(
        audit.rows(
            "SELECT rule, COUNT(DISTINCT c) FROM (SELECT rule, unnest(contacts) AS c FROM findings) GROUP BY rule"
        )
    )
    rows = audit.rows(
        "SELECT rule, CAST(SUM(findings) AS BIGINT), CAST(SUM(unknown) AS BIGINT) FROM summary"
        " WHERE dimension = 'all' AND rule IS NOT NULL GROUP BY rule"
    )
    return {rule: (findings, int(named.get(rule, 0)), unknown) for rule, findings, unknown in rows}


def _query(before: AuditFolder, after: AuditFolder) -> str:
    old, new = (literal(str(side.folder / "findings.parquet")) for side in (before, after))
    rank = "CASE {}.certainty WHEN 'established' THEN 3 WHEN 'likely' THEN 2 ELSE 1 END"
    return (
        f"SELECT CASE WHEN o.finding_id IS NULL THEN 'gained' WHEN n.finding_id IS NULL THEN 'lost'"
        f" WHEN {rank.format('n')} > {rank.format('o')} THEN 'surer' ELSE 'less_sure' END AS change,"
        " COALESCE(n.rule, o.rule) AS rule, COALESCE(n.finding_id, o.finding_id) AS finding_id,"
        " COALESCE(n.contact_id, o.contact_id) AS contact_id, COALESCE(n.day, o.day) AS day,"
        " COALESCE(n.lender_id, o.lender_id) AS lender_id, o.certainty AS before, n.certainty AS after"
        f" FROM read_parquet({old}) AS o FULL JOIN read_parquet({new}) AS n ON o.finding_id = n.finding_id AND o.rule = n.rule"
        " WHERE o.finding_id IS NULL OR n.finding_id IS NULL OR o.certainty <> n.certainty ORDER BY rule, change, day, finding_id"
    )


def _counts(before: AuditFolder, after: AuditFolder) -> dict[tuple[str, str], int]:
    """How many findings of each rule changed in each way."""
    rows = after.rows(f"SELECT rule, change, COUNT(*) FROM ({_query(before, after)}) GROUP BY rule, change")
    return {(rule, change): number for rule, change, number in rows}


def _examples(before: AuditFolder, after: AuditFolder, rule: str, change: str) -> tuple[Example, ...]:
    side = after if change == "gained" else before
    rows = after.rows(
        f"SELECT f.finding_id, f.contact_id, CAST(f.day AS VARCHAR), f.because FROM ({_query(before, after)}) AS c"
        f" JOIN read_parquet({literal(str(side.folder / 'findings.parquet'))}) AS f USING (finding_id)"
        f" WHERE c.rule = {literal(rule)} AND c.change = {literal(change)} ORDER BY f.day, f.finding_id LIMIT {_EXAMPLES}"
    )
    return tuple(
        Example(
            finding_id=id_,
            contact_id=side.shown("contact_id", contact) or "",
            day=day or "",
            because=tuple(because or ()),
        )
        for id_, contact, day, because in rows
    )


def write_changes(before: AuditFolder, after: AuditFolder, path: Path) -> None:
    """Every change as one row of a Parquet file (``_CHANGES``).  Raises AuditError if *path* cannot be written."""
    table = after.connection.sql(_query(before, after)).to_arrow_table()
    shown = [after.shown("contact_id", value) for value in table["contact_id"].to_pylist()]
    table = table.set_column(3, "contact_id", pa.array(shown, pa.string())).cast(_CHANGES)
    try:
        pq.write_table(table, path, **write_options())
    except OSError as error:
        raise AuditError(f"写不了 {path}。", remedy="换一个能写的文件夹。") from error
