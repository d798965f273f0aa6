"""A lender group's contact log for benchmarks: invented, seeded, in the order of time, as large as wanted.

    python -m benchmarks.contact_log ROWS FILE.parquet [--text]

Everything the twelve rules and the rulebook read of a log is in it; what a log never knows (memberships of
associations) is not.  About one contact in twenty breaks something.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from benchmarks.text_patterns import texts

__all__ = ["DAYS", "write_log"]

DAYS = 92  # 1 March to 31 May 2026
_START = datetime(2026, 2, 28, 16, tzinfo=UTC)  # midnight of 1 March in Beijing
_ROWS_A_GROUP = 1 << 17
_DAY_US = 86_400_000_000
_LENDERS = 20
_TYPES = ("commercial_bank", "consumer_finance", "microloan", "credit_card_center")
_PRODUCTS = ("credit_card", "online_consumer")
_CHANNELS = ("call", "robot_call", "sms", "im", "letter", "visit")
_ROLES = ("debtor", "agreed_contact", "other")


def write_log(path: Path, rows: int, *, seed: int = 20261122, text: bool = False) -> None:
    """*rows* contacts of 92 days to *path*, row group by row group, in the order of time."""
    writer = None
    try:
        for table in _pieces(rows, seed, text):
            writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd", compression_level=1)
            writer.write_table(table, row_group_size=_ROWS_A_GROUP)
    finally:
        if writer is not None:
            writer.close()


def _pieces(rows: int, seed: int, text: bool) -> Iterator[Any]:
    """Tables of some hundred thousand rows each; each covers the span of time that is its share of the log."""
    debtors = max(50, rows // 50)
    chance = np.random.default_rng(seed)
    for first in range(0, rows, 4 * _ROWS_A_GROUP):
        size = min(4 * _ROWS_A_GROUP, rows - first)
        yield _table(chance, first, size, (first / rows, (first + size) / rows), debtors, text)


def _at(chance: np.random.Generator, size: int, share: tuple[float, float]) -> Any:
    """Instants in order: mostly between 8:00 and 22:00, a few at night."""
    start, end = (int(part * DAYS * _DAY_US) for part in share)
    drawn = chance.integers(start, end, 2 * size)
    hour = drawn % _DAY_US // 3_600_000_000
    by_day = drawn[(hour >= 8) & (hour < 22)]
    by_night = drawn[(hour < 8) | (hour >= 22)][: size // 50]
    by_day = by_day[: size - by_night.shape[0]]
    rest = chance.integers(start, end, size - by_day.shape[0] - by_night.shape[0])
    micros = np.sort(np.concatenate([by_day, by_night, rest])) // 1_000_000 * 1_000_000
    return micros + int(_START.timestamp()) * 1_000_000


def _words(values: tuple[str, ...], picked: Any) -> Any:
    return pa.DictionaryArray.from_arrays(pa.array(picked, pa.int8()), pa.array(values)).cast(pa.string())


def _named(prefix: str, numbers: Any, width: int = 8) -> Any:
    digits = np.char.zfill(numbers.astype(f"U{width}"), width)
    return pa.array(np.char.add(prefix, digits))


def _table(
    chance: np.random.Generator, first: int, size: int, share: tuple[float, float], debtors: int, text: bool
) -> Any:
    hounded = chance.random(size) < 0.3  # one debtor in fifty is contacted some eight times a day
    debtor = np.where(hounded, chance.integers(0, debtors // 50, size) * 50, chance.integers(0, debtors, size))
    lender = (debtor * 7 + (chance.random(size) < 0.1)) % _LENDERS
    channel = chance.choice(len(_CHANNELS), size, p=(0.55, 0.12, 0.25, 0.05, 0.02, 0.01))
    role = chance.choice(len(_ROLES), size, p=(0.93, 0.05, 0.02))
    other = chance.integers(0, 8, size)
    recipient = np.where(role == 0, debtor * 9, debtor * 9 + 1 + other)
    call = channel <= 1
    connected = call & (chance.random(size) < 0.35)
    agency = chance.integers(0, 30, size)
    by_agency = chance.random(size) < 0.6
    written = np.isin(channel, (2, 3))
    columns = {
        "contact_id": _named("c", np.arange(first, first + size), 9),
        "debtor_id": _named("d", debtor),
        "lender_id": _named("b", lender, 2),
        "agency_id": _masked(_named("a", agency, 2), by_agency),
        "collector_id": _named("k", chance.integers(0, 4000, size), 4),
        "recipient_id": _named("1380", recipient, 9),
        "actor": _words(("lender", "agency"), by_agency.astype(np.int8)),
        "lender_type": _words(_TYPES, lender % 4),
        "product": _words(_PRODUCTS, (debtor % 2).astype(np.int8)),
        "channel": _words(_CHANNELS, channel),
        "occurred_at": pa.array(_at(chance, size, share), pa.timestamp("us", tz="UTC")),
        "time_precision": _words(("second",), np.zeros(size, np.int8)),
        "direction": _words(("outbound", "inbound"), (chance.random(size) < 0.02).astype(np.int8)),
        "count": pa.array(np.ones(size, np.int32)),
        "connected": _masked(pa.array(connected), call),
        "duration_s": _masked(pa.array(np.where(connected, chance.integers(5, 600, size), 0).astype(np.int32)), call),
        "recipient_role": _words(_ROLES, role),
        "asks_payment": pa.array(chance.random(size) < 0.9),
        "caller_identified": pa.array(chance.random(size) < 0.97),
        "recorded": pa.array(chance.random(size) < 0.995),
        "hours_agreed": pa.array(chance.random(size) < 0.1),
        "recipient_consent": _masked(pa.array(chance.random(size) < 0.5), role > 0),
        "debt_settled": pa.array(chance.random(size) < 0.001),
    }
    if text:
        columns["text"] = _masked(texts(chance, size), written)
    return pa.table(columns)


def _masked(array: Any, known: Any) -> Any:
    return pa.compute.if_else(pa.array(known), array, pa.scalar(None, array.type))


def main() -> None:
    """Write one log."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--text", action="store_true")
    given = parser.parse_args()
    write_log(given.file, given.rows, text=given.text)


if __name__ == "__main__":
    main()
