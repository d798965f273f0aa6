"""The sample case: fictional exports taken in by the real importers, with some facts left unknown."""

from __future__ import annotations

import tempfile
from pathlib import Path

from cuijie.casefile import Case, KdfCost
from cuijie.desk.acts import tie_counterpart
from cuijie.desk.sample import sample_collector, sample_loan, sample_persons, sample_terms, write_sample
from cuijie.intake.add import add
from cuijie.money.keeping import confirm_names
from cuijie.records import Entry

__all__ = ["build_demo"]


def build_demo(folder: Path, passphrase: str, *, cost: KdfCost | None = None) -> dict[str, object]:
    """Make the sample case in *folder* (new or empty) and return the report of what was taken in.

    Raises CaseError if the folder is in use.
    """
    with (
        tempfile.TemporaryDirectory(prefix="cuijie-sample-") as exports,
        Case.create(folder, passphrase, cost=cost) as case,
    ):
        case.put(sample_loan(), sample_terms(), sample_collector(), *sample_persons())
        files: list[object] = []
        for file in write_sample(Path(exports)):
            report = add(case, [file.path], owner=file.owner)
            files.extend(one.plain() for one in report.files)
        # the classmate's chat names no number: the sample's user ticked it as the collector's
        for entry in case.all(Entry):
            if entry.kind == "im" and entry.inbound and entry.tie is None:
                tie_counterpart(case, entry, sample_collector())
        terms = sample_terms()
        confirm_names(case, terms.loan_id, terms.bill_names, dict(terms.payees))
        return {"case": str(folder), "files": files}
