"""A few questions at a time, what an answer changed, and taking it back."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from cuijie.desk.questions import question_cards
from cuijie.records import Answer, Loan, Person

from ..client import Desk

ROLE = "recipient_role@mother"


def shown_cards(desk: Desk, page: str = "findings") -> list[str]:
    return re.findall(r'<section class="card candidate" id="q\d+">.*?</section>', desk.get(f"/c/1/{page}").text, re.S)


def test_at_most_three_questions_are_asked_at_a_time_and_the_rest_is_one_calm_line(desk: Desk) -> None:
    assert len(question_cards(desk.place().view())) > 3
    assert len(shown_cards(desk)) == 3
    assert "其余的不急" in desk.get("/c/1/findings").words


def test_what_decides_most_is_asked_first_and_single_calls_after_loan_and_people(desk: Desk) -> None:
    cards = question_cards(desk.place().view())
    ranks = [card.rank for card in cards]
    assert ranks == sorted(ranks)
    easy = [card.weight for card in cards if card.rank == 0]
    assert easy == sorted(easy, reverse=True)
    assert ROLE in cards[0].ids
    words = [number for number, card in enumerate(cards) if card.words]
    people = [number for number, card in enumerate(cards) if card.is_of_person]
    assert max(people) < min(words)


def test_what_a_borrower_can_hardly_know_is_asked_after_what_they_can(desk: Desk) -> None:
    cards = question_cards(desk.place().view())
    ranks = {
        id.partition("@")[0] if id != "number_source@debtor" else id: card.rank for card in cards for id in card.ids
    }
    assert ranks["recorded"] == max(card.rank for card in cards)
    assert ranks["number_source@debtor"] > ranks["contact_list_consent"]


def test_what_is_asked_of_one_person_is_one_card(desk: Desk) -> None:
    cards = question_cards(desk.place().view())
    of_mother = [card for card in cards if any(id.endswith("@mother") for id in card.ids)]
    assert len(of_mother) == 1
    assert of_mother[0].parts[0].ids == (ROLE,)


def test_every_open_question_of_the_assessment_stands_on_exactly_one_card(desk: Desk) -> None:
    view = desk.place().view()
    on_cards = [id for card in question_cards(view) for id in card.ids]
    assert sorted(on_cards) == sorted(question.id for question in view.assessment.questions)


def test_an_answer_says_what_it_changed_once_and_can_be_taken_back(desk: Desk) -> None:
    before = desk.place().view().assessment.findings
    answer = desk.post("/c/1/answer", {"q0": ROLE, "a0": "other", "back": "findings#questions"})
    assert answer.location == "/c/1/findings#questions"
    first = desk.get("/c/1/findings")
    assert "因此" in first.words
    assert "撤回刚才的回答" in first.words
    assert "因此" not in desk.get("/c/1/findings").words
    assert desk.place().view().assessment.findings != before
    desk.post("/c/1/take-back", {"back": "findings"})
    assert desk.place().view().assessment.findings == before
    assert desk.place().opened.get(Answer, ROLE) is None


def test_taking_back_a_second_answer_restores_the_first(desk: Desk) -> None:
    desk.post("/c/1/answer", {"question": ROLE, "value": "other"})
    desk.post("/c/1/answer", {"question": ROLE, "value": "agreed_contact"})
    desk.post("/c/1/take-back", {})
    kept = desk.place().opened.get(Answer, ROLE)
    assert kept is not None
    assert kept.value == "other"


def test_parts_left_alone_stay_open(desk: Desk) -> None:
    refused = "recipient_consent@mother"
    desk.post("/c/1/answer", {"q0": ROLE, "a0": "other", "q1": refused, "a1": ""})
    assert [one.question for one in desk.place().opened.all(Answer)] == [ROLE]


def test_not_knowing_is_an_answer_and_is_not_asked_again(desk: Desk) -> None:
    desk.post("/c/1/answer", {"question": ROLE, "value": "不知道"})
    cards = question_cards(desk.place().view())
    assert all(ROLE not in card.ids for card in cards)
    page = desk.get("/c/1/questions").words
    assert "你答过的" in page
    assert "不知道" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"question": ROLE, "value": "皇帝"},
        {"question": "recipient_role@nobody", "value": "other"},
        {"question": "text@mother", "value": "other"},
        {"question": ROLE, "value": ""},
        {},
    ],
)
def test_an_answer_that_fits_nothing_is_refused_and_nothing_is_stored(desk: Desk, fields: dict[str, str]) -> None:
    assert desk.post("/c/1/answer", fields).status in {400, 403}
    assert desk.place().opened.all(Answer) == ()


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "../../open", "findings//evil"])
def test_an_answer_goes_back_only_to_a_page_of_the_case(desk: Desk, where: str) -> None:
    answer = desk.post("/c/1/answer", {"question": ROLE, "value": "other", "back": where})
    assert answer.location == "/c/1/findings"


def test_what_the_people_page_says_later_counts_over_the_answer(desk: Desk) -> None:
    desk.post("/c/1/answer", {"question": ROLE, "value": "agreed_contact"})
    page = desk.get("/c/1/facts/people").text
    assert page.count('value="agreed_contact" checked') == 2
    desk.post("/c/1/facts/people", {"person_id": "mother", "relation_word": "母亲", "role": "other"})
    assert desk.place().opened.all(Answer) == ()
    mother = desk.place().opened.get(Person, "mother")
    assert mother is not None
    assert mother.role == "other"


def test_a_guarantor_in_a_case_of_two_loans_is_asked_about_for_each_on_one_card_and_on_his_page(desk: Desk) -> None:
    case = desk.place().opened
    mother = case.get(Person, "mother")
    assert mother is not None
    first = case.all(Loan)[0].loan_id
    desk.post("/c/1/facts/people", {"person_id": "mother", "relation_word": "母亲", "role": "co_debtor"})
    desk.post("/c/1/facts/loan", {"loan_id": "", "lender_name": "示例小贷"})
    asked = f"recipient_role@mother/{first}"
    (card,) = (card for card in question_cards(desk.place().view()) if asked in card.ids)
    assert card.is_of_person
    assert any(part.asks.zh.startswith("就“") and part.ids == (asked,) for part in card.parts)
    desk.post("/c/1/answer", {"question": asked, "value": "other"})
    assert not any(asked in card.ids for card in question_cards(desk.place().view()))
    lender = case.all(Loan)[0].lender_name
    assert re.search(rf"母亲[^，]*，{lender}", desk.get("/c/1/questions").words)
    page = desk.get("/c/1/facts/people").text
    assert re.search(rf'name="role@{first}" value="other" checked', page)
    general = re.findall(r'name="role" value="([^"]*)"', page)
    assert set(general) == {"other", "heir", ""}  # a contract is asked about once, under its own loan
    posted = {"person_id": "mother", "relation_word": "母亲", "role": "", f"role@{first}": "co_debtor"}
    desk.post("/c/1/facts/people", posted)
    kept = case.get(Person, "mother")
    assert kept is not None
    assert (kept.role, kept.loan_roles) == (None, ((first, "co_debtor"),))
    assert case.all(Answer) == ()


def test_whether_a_child_is_a_minor_is_asked_on_the_first_card_and_recorded_as_done_only_after_it(desk: Desk) -> None:
    case = desk.place().opened
    mother = case.get(Person, "mother")
    assert mother is not None
    with case.batch("people"):
        case.put(replace(mother, relation_word="女儿"))
    cards = re.findall(r'<section class="card (?:urgent|step)".*?</section>', desk.get("/c/1/next").text, re.S)
    (asked,) = (card for card in cards[:3] if "孩子也被联系了" in card)
    assert 'value="minor@case"' in asked
    assert "记一笔" not in asked
    desk.post("/c/1/answer", {"question": "minor@case", "value": "是", "back": "next"})
    told = desk.get("/c/1/next").text
    assert 'value="minor@case"' not in told
    assert "/step/child_contacted" in told
