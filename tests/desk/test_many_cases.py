"""Many cases on one desk: opened together, searched, and what is due across all of them in one list."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.clock import SystemClock, shanghai_day
from cuijie.desk.many_cases import Opening, case_rows, due_rows
from cuijie.records import Loan
from cuijie.records.remedies import StepDone

from .client import CHEAP, Desk, desk_of, until
from .conftest import PASSPHRASE

CLOCK = SystemClock()


@pytest.fixture
def three(sample_case: Path, tmp_path: Path) -> Iterator[Desk]:
    folders = [tmp_path / name for name in ("甲的案卷", "乙的案卷", "丙的案卷")]
    for number, folder in enumerate(folders):
        shutil.copytree(sample_case, folder)
        with Case.open(folder, PASSPHRASE, clock=CLOCK) as case:
            if number < 2:
                # further apart than any holidays: what ends on a day off ends on the next working day
                sent = shanghai_day(CLOCK.now()) - timedelta(days=13 - 12 * number)
                case.put(
                    StepDone(
                        done_id=f"d{number}",
                        step="complaint_lender@loan-1:debtor",
                        done_on=sent,
                        reached_on=sent,
                        channel="institution_complaint",
                    )
                )
    with desk_of(folders, tmp_path / "home") as running:
        yield running


def opened(workbench: Desk, passphrase: str = PASSPHRASE) -> Opening:
    opening = Opening(workbench.shelf, passphrase)
    until(lambda: opening.is_over)
    until(lambda: all(row.is_ready or not row.is_open for row in case_rows(workbench.shelf, CLOCK)))
    return opening


def test_of_many_cases_the_first_page_folds_the_locked_ones_and_opens_them_by_one_passphrase(tmp_path: Path) -> None:
    folders = [tmp_path / f"第{number}号" for number in range(5)]
    for folder in folders:
        Case.create(folder, PASSPHRASE, cost=CHEAP).close()
    with desk_of(folders, tmp_path / "home") as running:
        first = running.get("/").text
        assert "用同一个密码打开 5 件" in first
        assert first.count('<details class="fold">') == 6
        assert '<details class="fold" open>' in running.get("/?open=3").text
        assert 'href="/?open=3#p3"' in running.get("/cases").text
        running.shelf.open("3", PASSPHRASE)
        assert running.get("/").text.count('<details class="fold">') == 5


def test_one_passphrase_opens_every_case_it_fits_and_a_wrong_one_none(three: Desk) -> None:
    assert opened(three, "not-this-one").opened == 0
    assert not any(row.is_open for row in case_rows(three.shelf, CLOCK))
    assert opened(three).opened == 3
    assert all(row.contacts and row.findings for row in case_rows(three.shelf, CLOCK))


def test_what_is_due_is_told_across_cases_in_the_order_of_days(three: Desk) -> None:
    opened(three)
    rows = case_rows(three.shelf, CLOCK)
    dues = due_rows(rows, CLOCK, days=400)
    assert [one.clock.on for one in dues] == sorted(one.clock.on for one in dues)
    theirs = [one for one in dues if not one.clock.is_mine]
    assert [one.case for one in theirs][:2] == ["甲的案卷", "乙的案卷"]  # the first complained earlier
    assert "丙的案卷" not in {one.case for one in theirs}
    assert all((one.clock.on - shanghai_day(CLOCK.now())).days <= 3 for one in due_rows(rows, CLOCK, days=3))


def test_a_case_is_found_by_title_and_once_open_by_the_names_in_it(three: Desk) -> None:
    assert [row.title for row in case_rows(three.shelf, CLOCK, "乙的")] == ["乙的案卷"]
    assert case_rows(three.shelf, CLOCK, "沈兰") == []
    opened(three)
    assert len(case_rows(three.shelf, CLOCK, "沈兰")) == 3


def test_the_clocks_of_a_case_are_there_on_the_next_day_too(three: Desk) -> None:
    opened(three)
    place = three.place()
    plan = place.worked.plan
    assert plan.known is not None
    plan.known = (plan.known[0], plan.known[1] - timedelta(days=1), plan.known[2])
    assert all(row.is_ready for row in case_rows(three.shelf, CLOCK))


def test_borrowers_of_one_lender_complain_together_from_their_open_cases(three: Desk) -> None:
    assert "先把要合并的案卷都打开" in three.get("/cases/together").words
    opened(three)
    second = three.place("2").opened
    other = replace(second.all(Loan)[0], loan_id="loan-9", lender_id="other", lender_name="另一家（虚构）")
    second.put(other)  # it owes another lender too
    until(lambda: "另一家（虚构）" in three.get("/cases/together").words)
    assert "可以一起投诉" in three.get("/cases").words
    lengths = [place.opened.ledger_length() for place in three.shelf.places()]
    chosen = [("case", "1"), ("case", "2"), ("naming", "masked")]
    lender = three.place().opened.all(Loan)[0].lender_name or ""
    whole = three.get(three.post("/cases/together", [("lender", lender), ("naming", "masked")]).location)
    assert "甲的案卷、乙的案卷" in whole.words  # all that are open, without a tick for each
    address = three.post("/cases/together", chosen).location
    page = three.get(address)
    assert "甲的案卷、乙的案卷" in page.words
    assert "联系电话" in page.words
    again = three.post("/cases/together", [*chosen, ("f-phone", "13800002009"), ("f-receiver", "某某协会")]).location
    assert three.get(f"{again}/pdf").body.startswith(b"%PDF")
    assert three.get(f"{again}/page/1").body.startswith(b"\x89PNG")
    with zipfile.ZipFile(io.BytesIO(three.get(f"{again}/docx").body)) as document:
        words = document.read("word/document.xml").decode()
    assert "13800002009" in words
    assert "林某" in words
    assert "林舟" not in words
    assert [place.opened.ledger_length() for place in three.shelf.places()] == lengths
    three.place("2").close()
    assert three.get(f"{again}/pdf").status == 403  # locked: what was drafted from it is gone too


@pytest.mark.parametrize(
    ("chosen", "said"), [(["1"], "至少要选两个"), (["1", "9"], "至少要选两个"), (["1", "2"], "不是同一家")]
)
def test_cases_that_do_not_go_together_are_said(three: Desk, chosen: list[str], said: str) -> None:
    opened(three)
    case = three.place("2").opened
    case.put(*(replace(loan, lender_name="另一家（虚构）") for loan in case.all(Loan)))
    answer = three.post("/cases/together", [("case", one) for one in chosen])
    assert answer.status == 400
    assert said in answer.words


def test_a_phone_does_not_see_the_list_of_cases(three: Desk, tmp_path: Path) -> None:
    opened(three)
    with desk_of([three.place().folder], tmp_path / "other", is_lan=True) as phone:
        for path in ("/cases", "/cases/together"):
            assert phone.get(path).status == 403
        assert phone.post("/cases/open", {"passphrase": PASSPHRASE}).status == 403
        assert "/cases" not in phone.get("/").text
