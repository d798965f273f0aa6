"""The load that is timed gives the same rows as the rules written by hand, so that the times can be held side by side."""

from pathlib import Path

import numpy as np
from benchmarks.audit_by_hand import by_duckdb
from benchmarks.audit_fused import by_fused, twelve
from benchmarks.contact_log import write_log


def test_the_rules_of_the_benchmark_find_what_is_written_by_hand(tmp_path: Path) -> None:
    write_log(tmp_path / "log.parquet", 5_000)
    by_hand = by_duckdb(tmp_path / "log.parquet", False)
    found = dict(by_fused(tmp_path / "log.parquet", False, twelve(False)))
    assert {rule: np.sort(found[rule]).tolist() for rule in by_hand} == {
        rule: np.sort(rows).tolist() for rule, rows in by_hand.items()
    }
    assert sum(map(len, by_hand.values())) > 1_000
