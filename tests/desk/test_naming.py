"""Who was contacted, where it was a chat group: named by its name, and not asked what only a person can say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.datastructures import FormData

from cuijie.casefile import Case
from cuijie.desk import render
from cuijie.desk.acts import answers_in
from cuijie.desk.contacts.timeline import contacted_people
from cuijie.desk.pictures import pictures
from cuijie.records import Collector, Entry, Loan, Person, Tie

from .client import CHEAP, Desk, desk_of
from .uploads import WORDS


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Case.create(tmp_path / "记事", WORDS, cost=CHEAP) as case:
        case.put(
            Person(person_id="debtor", role="debtor"),
            Loan(loan_id="loan-1", lender_id="lender-1", lender_name="远山（虚构）", lender_type="microloan"),
            Collector(collector_id="c-1", name="催收甲", numbers=("17000002101",)),
            Entry(
                entry_id="e-1",
                kind="im",
                owner="debtor",
                places=(),
                occurred_at=datetime(2026, 10, 28, 4, tzinfo=UTC),
                inbound=True,
                group_name="幸福一家人",
                counterpart_name="催收甲",
                text="群里的陈小样欠钱不还，大家让他还钱",
                text_kind="verbatim",
                tie=Tie(collector_id="c-1", basis="user"),
            ),
        )
    with desk_of([tmp_path / "记事"], tmp_path / "home") as running:
        running.shelf.open("1", WORDS)
        yield running


def test_a_chat_group_is_named_and_no_question_takes_it_for_a_person(desk: Desk) -> None:
    assert "→ 群“幸福一家人”" in desk.get("/c/1/findings").text
    assert "群“幸福一家人”" in desk.get("/c/1/timeline").text
    assert "本人同意过被联系吗" not in desk.get("/c/1/questions").text


def test_what_was_written_in_a_group_counts_for_the_group_and_not_for_the_owner_of_the_phone(desk: Desk) -> None:
    view = desk.place().view()
    assert contacted_people(view) == [("group", "群里", 1)]
    assert [lane.person_id for lane in pictures(view).lanes] == ["group"]
    assert pictures(view).debtor_contacts == 0
    page = desk.get("/c/1/timeline")
    assert "群里 1" in page.words
    assert "人被联系" not in page.words
    assert desk.get("/c/1/timeline?person=group").text.count('<article class="contact') == 1
    assert '<article class="contact' not in desk.get("/c/1/timeline?person=debtor").text


def test_a_quotation_loses_the_line_ends_of_its_page_and_no_other_blank() -> None:
    page = render._ENVIRONMENT.from_string("{{ text | unwrapped }}")
    assert page.render(text="告知欠款情\n况。服务费\n500 元 a\nb") == "告知欠款情况。服务费 500 元 a b"


def test_not_knowing_is_an_answer_where_one_may_write_too() -> None:
    card = [("question", "lender_id@e-1"), ("value", ""), ("value", "不知道")]  # the empty field, then what was pressed
    assert answers_in(FormData(card)) == {"lender_id@e-1": "不知道"}


def test_a_page_that_answers_a_form_leads_back_to_where_the_form_stood(desk: Desk) -> None:
    fields = urlencode({"label": "某律师", "key": "age1"}).encode()
    form = "application/x-www-form-urlencoded"
    here = f"{desk.origin}/c/1/evidence?x=1"
    for referer, place in ((here, "/c/1/evidence%3Fx%3D1"), ("https://evil.example/c/1", "/")):
        page = desk.ask(
            "POST", "/c/1/evidence/share", fields, Cookie=desk.cookie, Origin=desk.origin, Content_Type=form, Referer=referer
        )  # fmt: skip
        assert page.status == 400
        assert "整行粘贴" in page.text
        assert f"/language?to=en&amp;back={place}" in page.text
