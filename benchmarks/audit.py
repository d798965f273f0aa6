"""The audit's inner loop beside the same rules written by hand, on one generated log, each engine in its own process.

    python -m benchmarks.audit [ROWS] [--text] [--rounds N] [--log FILE] [--engine NAME …]

Prints per engine the wall time of the whole process, of the work alone, the ratio to a bare DuckDB scan of the same
columns, and the peak memory; and whether the rows that break each rule are the same.  The best of the rounds counts,
the engines taken in turns.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

_SCAN, _OURS, _WHOLE = "bare scan", "fused pass", "fused pass, whole rulebook"
_ENGINES = (_SCAN, _OURS, "DuckDB SQL", "Polars", "pandas", _WHOLE)


def _work(engine: str, log: Path, text: bool, result: Path) -> None:
    """Run one engine here and tell how long it took; what it found goes to *result*."""
    start = time.perf_counter()
    if engine in (_OURS, _WHOLE):
        from benchmarks.audit_fused import by_fused, twelve, whole

        found = by_fused(log, text, twelve(text) if engine == _OURS else whole(text))
    else:
        from benchmarks.audit_by_hand import BY_HAND, scan_alone

        found = iter((BY_HAND | {_SCAN: scan_alone})[engine](log, text).items())
    seconds = time.perf_counter() - start
    _write(found, result)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "peak_mib": used.ru_maxrss / 1024}))


def _write(found: Iterator[tuple[str, Any]], result: Path) -> None:
    """The rows of each rule in order, as ``np.load`` reads them, written one rule after the other."""
    with zipfile.ZipFile(result, "w") as archive:
        for rule, rows in found:
            with archive.open(f"{rule}.npy", "w", force_zip64=True) as to:
                np.lib.format.write_array(to, np.sort(rows))


def _measured(engine: str, log: Path, text: bool, folder: Path) -> dict[str, float]:
    """One engine in a process of its own: wall time of all of it, of the work, and its peak memory."""
    command = [sys.executable, "-m", "benchmarks.audit", "--work", engine, "--log", str(log)]
    command += ["--result", str(folder / f"{_ENGINES.index(engine)}.npz"), *(["--text"] if text else [])]
    start = time.perf_counter()
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(
        folder / "compiled"
    )  # modules compiled beforehand, as where a package is installed
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=kept)
    wall = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{engine} ended with {done.returncode}: {done.stderr}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return {"wall": wall, **told}


def _differences(folder: Path, engines: list[str]) -> list[str]:
    """Rules of which two engines do not find the same rows."""
    compared = [engine for engine in engines if engine not in (_SCAN, _WHOLE)]
    found = {engine: np.load(folder / f"{_ENGINES.index(engine)}.npz") for engine in compared}
    first = found[compared[0]] if compared else None
    rules = [rule for rule in first.files if not rule.startswith("(")] if first is not None else []
    return [
        f"{rule}: {engine} finds {found[engine][rule].shape[0]} rows, {compared[0]} {first[rule].shape[0]}"
        for engine in compared[1:]
        for rule in rules
        if first is not None and not np.array_equal(found[engine][rule], first[rule])
    ]


def _table(best: dict[str, dict[str, float]], rows: int, log: Path) -> None:
    scan = best.get(_SCAN, {}).get("wall")
    versions = {
        name: importlib.metadata.version(name) for name in ("duckdb", "polars", "pandas", "pyarrow", "numba", "numpy")
    }
    print(
        f"\n{rows:,} contacts, {log.stat().st_size / 2**20:.0f} MiB of Parquet, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(", ".join(f"{name} {version}" for name, version in versions.items()), end="\n\n")
    print(f"| {'engine':<27} | process s | work s | CPU s | × scan | × fastest by hand | peak MiB |")
    print(f"|{'-' * 29}|----------:|-------:|------:|-------:|------------------:|---------:|")
    by_hand = [said["wall"] for engine, said in best.items() if engine in ("DuckDB SQL", "Polars", "pandas")]
    for engine, said in best.items():
        scans = f"{said['wall'] / scan:.1f}" if scan else ""
        faster = f"{min(by_hand) / said['wall']:.2f} × faster" if by_hand and engine != _SCAN else ""
        print(
            f"| {engine:<27} | {said['wall']:9.2f} | {said['seconds']:6.2f} | {said['cpu']:5.1f} | {scans:>6} | {faster:>17} | {said['peak_mib']:8.0f} |"
        )


def main() -> None:
    """Run the comparison, or (with ``--work``) one engine for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--text", action="store_true", help="with a column of texts and three hundred patterns")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--log", type=Path, help="an existing log of benchmarks.contact_log")
    parser.add_argument("--engine", action="append", choices=_ENGINES, help="only these")
    parser.add_argument("--work", choices=_ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--result", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work:
        _work(given.work, given.log, given.text, given.result)
        return
    engines = [engine for engine in _ENGINES if not given.engine or engine in given.engine]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        from benchmarks.contact_log import write_log

        write_log(folder / "small.parquet", 20_000, text=given.text)
        for engine in engines:  # modules and kernels are compiled once on a machine, and not in the run that counts
            _measured(engine, folder / "small.parquet", given.text, folder)
        log = given.log or folder / "log.parquet"
        if not log.exists():
            write_log(log, given.rows, text=given.text)
        best: dict[str, dict[str, float]] = {}
        for number in range(given.rounds):
            for engine in engines:
                said = _measured(engine, log, given.text, folder)
                print(
                    f"round {number + 1}: {engine}: {said['wall']:.2f} s, {said['peak_mib']:.0f} MiB", file=sys.stderr
                )
                if engine not in best or said["wall"] < best[engine]["wall"]:
                    best[engine] = said
        import pyarrow.parquet as pq

        _table(best, pq.ParquetFile(log).metadata.num_rows, log)
        differences = _differences(folder, engines)
        print("\n" + ("\n".join(differences) or "Every engine finds the same rows for every rule."))
        raise SystemExit(1 if differences else 0)


if __name__ == "__main__":
    main()
