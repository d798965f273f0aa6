"""A masked number may be the person whom a whole number names: what it may add is asked about, never counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.small_logs import audited, read, write_log
from tests.rulebook.builders import at, contact

RULE = "cn.harassment.repeated-contacts"  # ten of one person in a day
WHOLE, MASKED = "13800001002", "138****1002"


def judged(folder: Path, *people: tuple[str, str, int]) -> tuple[list[tuple[int, int]], set[tuple[str, int]], int]:
    """The bounds of the windows found, what is asked, and how many windows stay open, of so many calls to each of *people*."""
    made = {"channel": "call", "recipient_role": "debtor", "lender_type": "microloan", "product": "online_consumer"}
    log = [
        contact(f"{place}-{n}", occurred_at=at(5, 9, n), debtor_id=debtor, recipient_id=number, **made)
        for place, (debtor, number, calls) in enumerate(people)
        for n in range(calls)
    ]
    audited(write_log(folder / "log.parquet", log), folder / "out", only=(RULE,))
    found = [(row["at_least"], row["at_most"]) for row in read(folder / "out", "findings")]
    asked = {
        (row["column"], row["contacts"]) for row in read(folder / "out", "questions") if row["owner_kind"] == "log"
    }
    rows = [row for row in read(folder / "out", "summary") if row["rule"] == RULE and row["dimension"] == "all"]
    return found, asked, sum(row["unknown"] for row in rows)


@pytest.mark.parametrize(
    ("people", "found", "asked", "open_windows"),
    [
        ([("d1", WHOLE, 6), ("d1", MASKED, 4)], [], {("recipient_id", 4)}, 2),
        ([("d1", WHOLE, 6), ("d1", MASKED, 3)], [], set(), 0),
        ([("d1", WHOLE, 6), ("d1", "138****1003", 4)], [], set(), 0),
        ([("d1", MASKED, 5), ("d2", MASKED, 5)], [], {("recipient_id", 10)}, 2),
        ([("d1", WHOLE, 10), ("d2", MASKED, 2)], [(10, 12)], {("recipient_id", 2)}, 1),
        ([("d1", WHOLE, 5), ("d1", "1380*****02", 5), ("d2", "13800001102", 5)], [], {("recipient_id", 5)}, 3),
    ],
)
def test_what_a_masked_number_may_add_to_a_person_is_in_the_upper_bound_and_asked(
    tmp_path: Path,
    people: list[tuple[str, str, int]],
    found: list[tuple[int, int]],
    asked: set[tuple[str, int]],
    open_windows: int,
) -> None:
    assert judged(tmp_path, *people) == (found, asked, open_windows)
