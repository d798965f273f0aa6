"""The timeline shows only what was asked for: by person, number, finding; on a large case by pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from cuijie.clock import shanghai_day
from cuijie.desk.views import case
from cuijie.records import Entry

from ..client import Desk


def shown(desk: Desk, query: str) -> list[str]:
    return re.findall(r'<article class="contact[^"]*" id="([^"]+)"', desk.get(f"/c/1/timeline?{query}").text)


def test_a_number_shows_its_contacts_and_no_others(desk: Desk) -> None:
    wanted = {one.entry_id for one in desk.place().opened.all(Entry) if one.number == "17000002102" and one.tie}
    assert wanted
    assert set(shown(desk, "number=17000002102")) == wanted


def test_a_finding_shows_the_contacts_it_names(desk: Desk) -> None:
    finding = desk.place().view().assessment.findings[0]
    assert set(shown(desk, f"rule={finding.rule}")) == set(finding.contacts)


def test_person_and_number_narrow_together(desk: Desk) -> None:
    both = shown(desk, "person=mother&number=17000002102")
    assert set(both) == set(shown(desk, "person=mother")) & set(shown(desk, "number=17000002102"))
    assert both


def test_a_day_is_jumped_to_on_the_page_where_it_stands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case, "_PAGE", 2)
    days = sorted(
        shanghai_day(one.occurred_at)
        for one in desk.place().opened.all(Entry)
        if one.occurred_at and one.tie and one.channel and not one.is_dismissed
    )
    for day in (days[0], days[len(days) // 2], days[-1]):
        to = desk.get(f"/c/1/timeline?on={day.isoformat()}").location
        path, _, anchor = to.partition("#")
        assert anchor == f"d-{day.isoformat()}"
        assert f'id="{anchor}"' in desk.get(path).text
    before = desk.get(f"/c/1/timeline?on={(days[0] - timedelta(days=40)).isoformat()}").location
    assert before == f"/c/1/timeline?page=1#d-{days[0].isoformat()}"
    after = desk.get(f"/c/1/timeline?on={(days[-1] + timedelta(days=40)).isoformat()}").location
    assert after.endswith(f"#d-{days[-1].isoformat()}")
    assert desk.get("/c/1/timeline?on=yesterday").status == 200


@pytest.mark.parametrize("query", ["number=nobody", "rule=nosuch", "person=%3Cscript%3E", "page=99999999999999999999"])
def test_what_nothing_fits_shows_nothing_and_breaks_nothing(desk: Desk, query: str) -> None:
    answer = desk.get(f"/c/1/timeline?{query}")
    assert answer.status == 200
    assert '<script>"' not in answer.text
    assert shown(desk, query) == []
