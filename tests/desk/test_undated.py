"""A contact of which nobody has said the day yet: asked for first, written in one place, the same on every page."""

from __future__ import annotations

from datetime import UTC, datetime

from cuijie.desk.contacts.timeline import undated
from cuijie.records import Answer, Entry

from .client import Desk

TOLD = {"kind": "call", "recipient": "母亲", "connected": "yes", "said": "说儿子欠钱不还，要她替还"}


def told(desk: Desk) -> str:
    assert desk.post("/c/1/told", TOLD).status == 303
    (entry,) = desk.place().opened.all(Entry)
    assert undated(desk.place().view()) == [entry.entry_id]
    return entry.entry_id


def test_while_no_contact_has_a_day_the_day_is_what_is_asked_first_on_the_page_where_it_is_written(desk: Desk) -> None:
    entry = told(desk)
    shown = desk.get("/c/1/findings").text
    assert shown.count(f'href="/c/1/e/{entry}#correct"') == 2  # beside what is missing, and as the first question
    assert shown.index("这次联系是哪天几点") < shown.index('class="fold"')
    assert "data-source" not in desk.get("/c/1/timeline").text  # a picture of days without a day says nothing
    assert '<details id="correct" open' in desk.get(f"/c/1/e/{entry}").text


def test_a_day_that_was_written_counts_over_one_answered_before_and_is_what_is_judged(desk: Desk) -> None:
    entry, now = told(desk), datetime.now(UTC)
    desk.place().opened.put(Answer(question=f"occurred_at@{entry}", value="2025-05-03T22:10", answered_at=now))
    assert "2025年5月3日" in desk.get("/c/1/timeline").words
    when = {"occurred_at": "2025-06-04", "occurred_at_time": "22:20", "text": TOLD["said"], "text_kind": "summary"}
    assert desk.post(f"/c/1/e/{entry}/correct", when | {"inbound": "yes", "owner": ""}).status == 303
    for page in ("timeline", f"e/{entry}"):
        words = desk.get(f"/c/1/{page}").words
        assert "2025年6月4日" in words, page
        assert "2025年5月3日" not in words, page
    (judged,) = desk.place().view().contacts
    assert judged.occurred_at == datetime(2025, 6, 4, 14, 20, tzinfo=UTC)
