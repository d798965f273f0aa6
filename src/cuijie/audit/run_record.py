"""What every run records of itself, whatever the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from cuijie.audit.errors import AuditError
from cuijie.audit.fingerprints import findings_digest
from cuijie.audit.logs.mapping import ColumnSource, LogMapping, load_mapping, own_names
from cuijie.audit.masking import Mask
from cuijie.audit.options import AuditOptions
from cuijie.rulebook import LinkedRule, Rulebook, load_rulebook
from cuijie.rulebook.columns import Value

__all__ = ["digests_of", "judged_by", "judged_rules", "mapping_of", "parameters_of", "rulebook_of"]

_OUTPUTS = (
    "quality.json",
    "set_aside.parquet",
    "findings.parquet",
    "questions.parquet",
    "summary.parquet",
    "open.parquet",
)


def judged_rules(options: AuditOptions) -> tuple[Rulebook, tuple[LinkedRule, ...]]:
    """The rules to judge by, and those asked for that no log of contacts can answer.  Raises AuditError."""
    book = load_rulebook(options.rules)
    if options.only:
        book = book.only(*options.only)
    beside = tuple(linked for linked in book.rules if linked.rule.about == "case")
    if len(beside) == len(book.rules):
        raise AuditError(
            f"{'、'.join(linked.rule.id for linked in beside)} 说的是借款或投诉本身，联系日志里判不了。",
            remedy="--only 请写说联系的规则；有哪些见 cuijie rules list。",
        )
    return book.only(*(linked.rule.id for linked in book.rules if linked not in beside)), beside


def rulebook_of(book: Rulebook, beside: Sequence[LinkedRule]) -> dict[str, object]:
    """The rules judged by, and those left out, for ``run.json``."""
    judged, left_out = (
        [
            {
                "id": linked.rule.id,
                "version": linked.rule.version,
                "title": {"zh": linked.rule.title.zh, "en": linked.rule.title.en},
            }
            for linked in rules
        ]
        for rules in (book.rules, beside)
    )
    return {"digest": findings_digest(book), "rules": judged, "not_judged": left_out}


def mapping_of(options: AuditOptions, header: Sequence[str]) -> LogMapping:
    """The mapping the user gave, or the log's own column names as ours; whose log it is where no column tells."""
    given, zone = options.mapping, options.zone
    found = own_names(header, zone) if given is None else load_mapping(given, header, zone)
    if options.lender is None or "lender_id" in found.columns:
        return found
    own = ColumnSource(column="lender_id", constant=options.lender)
    return replace(found, columns={**found.columns, "lender_id": own})


def parameters_of(options: AuditOptions) -> dict[str, object]:
    """What was asked for, for ``run.json``."""
    return {
        "log": options.log,
        "table": options.table,
        "engine": options.engine,
        "zone": options.zone,
        "lender": options.lender,
        "only": list(options.only),
        "rules": [str(folder) for folder in options.rules],
        "law_facts": dict(options.law_facts),
        "since": str(options.since) if options.since else None,
        "until": str(options.until) if options.until else None,
        "memory": options.memory,
        "open_rows": options.open_rows,
    }


def judged_by(
    book: Rulebook, mask: Mask, options: AuditOptions, complete: Mapping[str, Value], versions: Mapping[str, str]
) -> dict[str, object]:
    """What judges every day alike: days that another run judged by something else are judged anew."""
    return {
        "rulebook": findings_digest(book),
        "mask": mask.fingerprint,
        "open": options.open_rows,
        "complete": dict(complete),
        **versions,
    }


def digests_of(out: Path) -> dict[str, str]:
    """SHA-256 of each file of the result."""
    found = {}
    for name in _OUTPUTS:
        if (out / name).exists():
            with (out / name).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
