"""What an audit loads, in a process of its own."""

import subprocess
import sys

import pytest

_SCRIPT = """
import sys
from pathlib import Path
import pyarrow as pa
from cuijie.audit.engines.duckdb_store import open_duckdb

with open_duckdb("100MB", Path(sys.argv[1])) as store:
    store.put("given", pa.table({"number": pa.array([1, None])}))
    print(store.rows("SELECT * FROM given").to_pylist(), "pandas" in sys.modules)
import pandas
print(pa.Table.from_pandas(pandas.DataFrame({"number": [2]})).to_pylist(), pa.array(pandas.Series(["a", None])).null_count)
"""


def test_arrow_loads_pandas_only_for_who_hands_it_pandas(tmp_path):
    pytest.importorskip("pandas")

    said = subprocess.run([sys.executable, "-c", _SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True)

    assert said.stdout.splitlines() == ["[{'number': 1}, {'number': None}] False", "[{'number': 2}] 1"]
