"""The timeline shows only what was asked for: by person, number, finding; on a large case by pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.records import Entry

from .client import Desk, desk_of
from .conftest import PASSPHRASE


@pytest.fixture
def desk(sample_case: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "样例案卷"
    shutil.copytree(sample_case, folder)
    with desk_of([folder], tmp_path / "home") as running:
        running.shelf.open("1", PASSPHRASE)
        yield running


def shown(desk: Desk, query: str) -> list[str]:
    return re.findall(r'<article class="contact[^"]*" id="([^"]+)"', desk.get(f"/c/1/timeline?{query}").text)


def test_a_number_shows_its_contacts_and_no_others(desk: Desk) -> None:
    case = desk.place().opened
    wanted = {one.entry_id for one in case.all(Entry) if one.number == "17000002102" and one.tie}
    assert wanted
    assert set(shown(desk, "number=17000002102")) == wanted


def test_a_finding_shows_the_contacts_it_names(desk: Desk) -> None:
    finding = desk.place().view().assessment.findings[0]
    assert set(shown(desk, f"rule={finding.rule}")) == set(finding.contacts)


def test_person_and_number_narrow_together(desk: Desk) -> None:
    both = shown(desk, "person=mother&number=17000002102")
    assert set(both) == set(shown(desk, "person=mother")) & set(shown(desk, "number=17000002102"))
    assert both


@pytest.mark.parametrize("query", ["number=nobody", "rule=nosuch", "person=%3Cscript%3E", "page=99999999999999999999"])
def test_what_nothing_fits_shows_nothing_and_breaks_nothing(desk: Desk, query: str) -> None:
    answer = desk.get(f"/c/1/timeline?{query}")
    assert answer.status == 200
    assert '<script>"' not in answer.text
    assert shown(desk, query) == []
