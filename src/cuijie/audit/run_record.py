"""What every run records of itself, whatever the engine."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from cuijie.audit.mapping import LogMapping, load_mapping, own_names
from cuijie.audit.options import AuditOptions

__all__ = ["digests_of", "mapping_of", "parameters_of"]

_OUTPUTS = (
    "quality.json",
    "set_aside.parquet",
    "findings.parquet",
    "questions.parquet",
    "summary.parquet",
    "open.parquet",
)


def mapping_of(options: AuditOptions, header: Sequence[str]) -> LogMapping:
    """The mapping the user gave, or the log's own column names as ours."""
    if options.mapping is None:
        return own_names(header, options.zone)
    return load_mapping(options.mapping, header, options.zone)


def parameters_of(options: AuditOptions) -> dict[str, object]:
    """What was asked for, for ``run.json``."""
    return {
        "log": options.log,
        "table": options.table,
        "engine": options.engine,
        "zone": options.zone,
        "only": list(options.only),
        "rules": [str(folder) for folder in options.rules],
        "law_facts": dict(options.law_facts),
        "since": str(options.since) if options.since else None,
        "until": str(options.until) if options.until else None,
        "memory": options.memory,
        "open_rows": options.open_rows,
    }


def digests_of(out: Path) -> dict[str, str]:
    """SHA-256 of each file of the result."""
    found = {}
    for name in _OUTPUTS:
        if (out / name).exists():
            with (out / name).open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
