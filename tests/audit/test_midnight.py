"""Midnight sharp in a log: an hour where the column tells hours, a date without one where it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.audit.small_logs import audited, read

ONE, TWO = "t", "[d, t]"
MIDNIGHT, NOON = "2026-03-05 00:00:00", "2026-03-05 12:00:00"


def at_night(tmp_path: Path, rows: list[str], column: str = ONE) -> tuple[list[str], dict[str, int]]:
    """The contacts found to be at night, and the notes of the quality report."""
    log, mapping, out = tmp_path / "log.csv", tmp_path / "m.yaml", tmp_path / "out"
    header = "id,t" if column == ONE else "id,d,t"
    log.write_text("\n".join([header, *(f"c{n},{row}" for n, row in enumerate(rows))]) + "\n", encoding="utf-8")
    mapping.write_text(
        "columns:\n  contact_id: id\n  channel: {constant: call}\n  hours_agreed: {constant: false}\n  product: {constant: online_consumer}\n"
        f"  lender_type: {{constant: consumer_finance}}\n  direction: {{constant: outbound}}\n  occurred_at: {{from: {column}}}\n",
        encoding="utf-8",
    )
    audited(log, out, mapping=mapping, only=("cn.time.quiet-hours",))
    notes: dict[str, int] = json.loads((out / "quality.json").read_text(encoding="utf-8"))["notes"]
    return [row["contact_id"] for row in read(out, "findings")], notes


@pytest.mark.parametrize(
    ("rows", "column", "found", "notes"),
    [
        ([MIDNIGHT, NOON, NOON], ONE, ["c0"], {"midnight": 1}),
        ([MIDNIGHT, "2026-03-05", NOON], ONE, ["c0"], {"midnight": 1, "no_time_of_day": 1}),
        ([MIDNIGHT, MIDNIGHT, NOON], ONE, [], {"no_time_of_day": 2}),
        ([MIDNIGHT], ONE, [], {"no_time_of_day": 1}),
        (["46086", "46086.5"], ONE, ["c0"], {"midnight": 1}),
        (["20260305,0", "20260305,1", "20260305,123456"], TWO, ["c0", "c1"], {"midnight": 1}),
        ([f"{MIDNIGHT},", f"{MIDNIGHT},00:00:00", f"{MIDNIGHT},12:00"], TWO, ["c1"], {"midnight": 1, "no_time_of_day": 1}),
    ],
)  # fmt: skip
def test_midnight_is_an_hour_where_as_many_times_of_the_column_tell_one(
    tmp_path: Path, rows: list[str], column: str, found: list[str], notes: dict[str, int]
) -> None:
    assert at_night(tmp_path, rows, column) == (found, notes)


def test_a_rare_hour_after_midnight_is_met_beyond_the_rows_looked_at_first(tmp_path: Path) -> None:
    many = ["20260305,123456"] * 2_500
    assert at_night(tmp_path, [*many, "20260305,59"], TWO)[0] == ["c2500"]
