"""Many cases on one desk: opened together, searched, and what is due across all of them in one list."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.clock import SystemClock, shanghai_day
from cuijie.desk.many_cases import Opening, case_rows, due_rows
from cuijie.records.remedies import StepDone

from .client import until
from .conftest import PASSPHRASE, Workbench, serving

CLOCK = SystemClock()


@pytest.fixture
def three(sample_case: Path, tmp_path: Path) -> Iterator[Workbench]:
    folders = [tmp_path / name for name in ("甲的案卷", "乙的案卷", "丙的案卷")]
    for number, folder in enumerate(folders):
        shutil.copytree(sample_case, folder)
        with Case.open(folder, PASSPHRASE, clock=CLOCK) as case:
            if number < 2:
                sent = shanghai_day(CLOCK.now()) - timedelta(days=10 - number)
                case.put(
                    StepDone(
                        done_id=f"d{number}",
                        step="complaint_lender@loan-1:debtor",
                        done_on=sent,
                        reached_on=sent,
                        channel="institution_complaint",
                    )
                )
    with serving(folders, tmp_path / "home") as running:
        yield running


def opened(workbench: Workbench, passphrase: str = PASSPHRASE) -> Opening:
    opening = Opening(workbench.shelf, passphrase)
    until(lambda: opening.is_over)
    until(lambda: all(row.is_ready or not row.is_open for row in case_rows(workbench.shelf, CLOCK)))
    return opening


def test_one_passphrase_opens_every_case_it_fits_and_a_wrong_one_none(three: Workbench) -> None:
    assert opened(three, "not-this-one").opened == 0
    assert not any(row.is_open for row in case_rows(three.shelf, CLOCK))
    assert opened(three).opened == 3
    assert all(row.contacts and row.findings for row in case_rows(three.shelf, CLOCK))


def test_what_is_due_is_told_across_cases_in_the_order_of_days(three: Workbench) -> None:
    opened(three)
    rows = case_rows(three.shelf, CLOCK)
    dues = due_rows(rows, CLOCK, days=400)
    assert [one.clock.on for one in dues] == sorted(one.clock.on for one in dues)
    theirs = [one for one in dues if not one.clock.is_mine]
    assert [one.case for one in theirs][:2] == ["甲的案卷", "乙的案卷"]  # the first complained a day earlier
    assert "丙的案卷" not in {one.case for one in theirs}
    assert all((one.clock.on - shanghai_day(CLOCK.now())).days <= 3 for one in due_rows(rows, CLOCK, days=3))


def test_a_case_is_found_by_title_and_once_open_by_the_names_in_it(three: Workbench) -> None:
    assert [row.title for row in case_rows(three.shelf, CLOCK, "乙的")] == ["乙的案卷"]
    assert case_rows(three.shelf, CLOCK, "沈兰") == []
    opened(three)
    assert len(case_rows(three.shelf, CLOCK, "沈兰")) == 3
