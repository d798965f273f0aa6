"""Parquet files put behind each other without reading a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cuijie.audit.outputs import FINDINGS, write_options
from cuijie.audit.parquet_joining import join_parquet

_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "rule": st.sampled_from(["a", "b"]) | st.none(),
            "contacts": st.lists(st.text(max_size=8), max_size=3),
            "limit": st.integers(0, 2**60) | st.none(),
            "machine_read": st.booleans() | st.none(),
        }
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(_ROWS, min_size=1, max_size=20))
def test_joined_files_hold_the_rows_of_each_in_turn_for_every_reader(tmp_path: Path, parts: list[Any]) -> None:
    paths = []
    for number, rows in enumerate(parts):
        paths.append(tmp_path / f"{number}.parquet")
        pq.write_table(pa.Table.from_pylist(rows, schema=FINDINGS), paths[-1], row_group_size=16, **write_options())
    whole = pa.concat_tables([pq.read_table(path) for path in paths])
    join_parquet(paths, tmp_path / "whole.parquet")
    assert pq.read_table(tmp_path / "whole.parquet").equals(whole)
    with duckdb.connect() as database:
        counted = database.execute("SELECT COUNT(*) FROM read_parquet(?)", [str(tmp_path / "whole.parquet")]).fetchall()
    assert counted == [(whole.num_rows,)]


def test_what_is_no_parquet_file_is_refused_and_nothing_is_left_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"not at all parquet")
    with pytest.raises(ValueError, match="Parquet"):
        join_parquet([tmp_path / "a.parquet"], tmp_path / "whole.parquet")
    assert not (tmp_path / "whole.parquet").exists()
