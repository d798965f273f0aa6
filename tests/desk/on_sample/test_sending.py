"""From the blanks of a paper to the paper as sent, the clock that runs, and the reply."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import quote

import pytest

from cuijie.clock import SystemClock, shanghai_day
from cuijie.desk.papers.listing import paper_rows
from cuijie.desk.questions import question_cards
from cuijie.desk.taking_in import arriving
from cuijie.records import Answer, Loan
from cuijie.records.remedies import PaperField, Reply, StepDone

from ..client import Desk

PAPER = "/c/1/paper/cease_letter_lender?for=debtor"


def today() -> date:
    return shanghai_day(SystemClock().now())


def step_of(desk: Desk) -> str:
    page = desk.get(PAPER).text
    return page.split('href="/c/1/step/')[1].split('"')[0]


def test_a_blank_filled_in_on_the_page_is_kept_and_no_longer_missing(desk: Desk) -> None:
    before = desk.get(PAPER)
    assert "处要你填" in before.words
    answer = desk.post(PAPER, {"f-reply_channel": "电话 13800002001，工作日9时至18时"})
    assert answer.location == PAPER
    page = desk.get(PAPER)
    assert "工作日9时至18时" in page.words
    (kept,) = desk.place().opened.all(PaperField)
    assert (kept.field_id, kept.value) == ("debtor:reply_channel", "电话 13800002001，工作日9时至18时")


def test_an_emptied_blank_goes_back_to_what_the_case_knows(desk: Desk) -> None:
    desk.post(PAPER, {"f-deadline_days": "7日"})
    assert [one.value for one in desk.place().opened.all(PaperField)] == ["7日"]
    desk.post(PAPER, {"f-deadline_days": " "})
    assert desk.place().opened.all(PaperField) == ()
    assert "15日" in desk.get(PAPER).words


def test_a_paper_for_an_office_that_takes_no_such_lender_says_so_in_the_list_and_comes_last(desk: Desk) -> None:
    (loan,) = desk.place().opened.all(Loan)
    desk.place().opened.put(replace(loan, lender_type="microloan", platform_name=None))
    rows = [row for row in paper_rows(desk.place()) if not row.trouble]
    marked = {row.id for row in rows if row.mark}
    assert "nfra_complaint" in marked
    assert not marked & {"local_fin_complaint", "police_report"}
    assert {row.id for row in rows[-len([row for row in rows if row.mark]) :]} == marked
    card = desk.get("/c/1/papers").text.split('id="nfra_complaint-debtor')[1].partition("<details")[0]
    assert "一般不管这类机构" in card


def test_of_several_loans_each_has_its_own_papers_steps_and_blanks(desk: Desk) -> None:
    (first,) = desk.place().opened.all(Loan)
    assert "关于" not in desk.get("/c/1/paper/repayment_negotiation").words.partition("下载")[0]
    second = replace(first, loan_id="loan-2", lender_id="second", lender_name="乙地银行", platform_name=None)
    desk.place().opened.put(second)
    papers = desk.get("/c/1/papers").text
    assert f"/paper/repayment_negotiation?for=debtor&amp;loan={first.loan_id}" in papers
    other = "/c/1/paper/repayment_negotiation?for=debtor&loan=loan-2"
    assert other.replace("&", "&amp;") in papers
    assert desk.post(other, {"f-proposal": "每月还五百元"}).location == other
    page = desk.get(other)
    assert "关于乙地银行的借款" in page.words
    assert "每月还五百元" in page.words
    mine = desk.get(f"/c/1/paper/repayment_negotiation?loan={first.loan_id}")
    assert f"关于{first.lender_name}的借款" in mine.words
    assert "每月还五百元" not in mine.words
    assert desk.get(other.replace("/paper/", "/papers/").replace("?", ".pdf?")).status == 200
    assert (
        "乙地银行" not in desk.get("/c/1/paper/repayment_negotiation").words
    )  # none named: the main one, and it is said
    assert f"关于{first.lender_name}的借款" in desk.get("/c/1/paper/repayment_negotiation").words
    unknown = desk.get("/c/1/paper/repayment_negotiation?loan=loan-9")
    assert unknown.status == 400
    assert "案卷里没有借款 loan-9" in unknown.words
    steps = desk.get("/c/1/next")
    assert f"loan={first.loan_id}" in steps.text
    assert f"关于{first.lender_name}的借款" in steps.words
    replies = desk.get("/c/1/replies").words
    assert f"{first.lender_name} · 借款人本人" in replies
    assert "乙地银行 · 借款人本人" in replies


def test_of_several_loans_a_question_says_which_it_is_about(desk: Desk) -> None:
    (first,) = desk.place().opened.all(Loan)
    assert not any("的借款" in card.about.zh for card in question_cards(desk.place().view()))
    second = replace(first, loan_id="loan-2", lender_id="second", lender_name="乙地银行")
    desk.place().opened.put(replace(first, lender_type=None), second)
    asked = [card.about.zh for card in question_cards(desk.place().view()) if "lender_type@" in card.ids[0]]
    assert any(f"说的是{first.lender_name}的借款" in about for about in asked), asked


def test_a_field_that_the_paper_does_not_have_is_refused(desk: Desk) -> None:
    assert desk.post(PAPER, {"f-nosuch": "x"}).status == 400
    assert desk.place().opened.all(PaperField) == ()


@pytest.mark.parametrize("path", ["/c/1/paper/nosuch", "/c/1/paper/cease_letter_lender?for=nobody"])
def test_a_paper_or_person_that_is_not_there_is_said(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    assert answer.status == 400
    assert "没有" in answer.words


@pytest.mark.slow
def test_the_pages_are_shown_as_they_will_print(desk: Desk) -> None:
    page = desk.get("/c/1/paper/cease_letter_lender/page/1?for=debtor")
    assert page.headers["Content-Type"] == "image/png"
    assert page.body.startswith(b"\x89PNG")
    assert desk.get("/c/1/paper/cease_letter_lender/page/99?for=debtor").status == 403


@pytest.mark.slow
def test_our_paper_is_frozen_as_sent_and_the_clock_runs_from_its_arrival(desk: Desk) -> None:
    step = step_of(desk)
    sent = (today() - timedelta(days=5)).isoformat()
    reached = (today() - timedelta(days=3)).isoformat()
    fields = {"done_on": sent, "via": "EMS", "ticket_no": "EX000000001CN", "reached_on": reached, "ours": "1"}
    answer = desk.post(f"/c/1/step/{step}/done", fields, [("proof", "签收.png", b"\x89PNG fake proof")])
    assert answer.location == "/c/1/next", answer.words
    case = desk.place().opened
    (done,) = case.all(StepDone)
    assert (done.via, done.ticket_no) == ("EMS", "EX000000001CN")
    assert done.paper_item is not None
    with case.open_item(done.paper_item) as stream:
        paper = stream.read()
    assert paper.startswith(b"%PDF")
    assert hashlib.sha256(paper).hexdigest() == done.paper_sha256
    assert len(done.proof_items) == 1
    assert "记下了" in desk.get("/c/1/next").words
    assert "正在走的期限" in desk.get("/c/1/next").words
    calendar = desk.get("/c/1/deadlines.ics").text
    assert "BEGIN:VEVENT" in calendar
    assert "晴川" not in calendar


def test_the_file_that_was_really_sent_is_kept_instead_of_ours(desk: Desk) -> None:
    step = step_of(desk)
    scan = b"%PDF-1.4 signed scan"
    desk.post(f"/c/1/step/{step}/done", {"done_on": "", "ours": "1"}, [("paper", "../../扫描.pdf", scan)])
    (done,) = desk.place().opened.all(StepDone)
    assert done.done_on == today()
    assert done.paper_sha256 == hashlib.sha256(scan).hexdigest()
    assert done.paper_item is not None
    assert desk.place().opened.item(done.paper_item).about.name == "扫描.pdf"


def test_a_reply_is_recorded_and_the_next_step_named(desk: Desk) -> None:
    step = step_of(desk)
    yesterday = (today() - timedelta(days=1)).isoformat()
    desk.post(f"/c/1/step/{step}/done", {"done_on": yesterday, "reached_on": yesterday, "ours": ""})
    for _ in range(2):  # a button pressed twice
        answer = desk.post(f"/c/1/step/{step}/reply", {"kind": "refused", "received_on": "", "note": "说按合同办"})
        assert answer.location == "/c/1/next", answer.words
    (reply,) = desk.place().opened.all(Reply)
    assert (reply.kind, reply.note) == ("refused", "说按合同办")
    assert "拒绝" in desk.get(f"/c/1/step/{step}").words


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"done_on": "2099-01-01"}, "还没有到"),
        ({"done_on": "前天"}, "看不懂这个日期"),
        ({"done_on": today().isoformat(), "reached_on": "2020-01-01"}, "早于"),
    ],
)
def test_days_that_cannot_be_are_said_and_nothing_is_recorded(desk: Desk, fields: dict[str, str], said: str) -> None:
    answer = desk.post(f"/c/1/step/{step_of(desk)}/done", fields)
    assert answer.status == 400
    assert said in answer.words
    assert desk.place().opened.all(StepDone) == ()


def test_an_empty_proof_is_refused_and_nothing_is_recorded(desk: Desk) -> None:
    answer = desk.post(f"/c/1/step/{step_of(desk)}/done", {"done_on": ""}, [("proof", "空.png", b"")])
    assert "空文件" in answer.words
    assert desk.place().opened.all(StepDone) == ()


@pytest.mark.parametrize("step", ["nosuch", "cease_lender@loan-9:debtor", "../../x", "cease_lender@loan-1:nobody"])
def test_a_step_that_is_not_there_is_said(desk: Desk, step: str) -> None:
    assert desk.get(f"/c/1/step/{quote(step, safe='')}").status in {400, 404}


def test_a_reply_to_a_step_that_was_not_recorded_asks_for_its_day_and_records_both(desk: Desk) -> None:
    step = step_of(desk)
    answer = desk.post(f"/c/1/step/{step}/reply", {"kind": "refused"})
    assert answer.status == 400
    assert "这一步是哪天做的" in answer.words
    assert (desk.place().opened.all(Reply), desk.place().opened.all(StepDone)) == ((), ())
    yesterday = today() - timedelta(days=1)
    assert desk.post(f"/c/1/step/{step}/reply", {"kind": "refused", "done_on": yesterday.isoformat()}).status == 303
    (done,) = desk.place().opened.all(StepDone)
    assert done.done_on == yesterday
    (reply,) = desk.place().opened.all(Reply)
    assert reply.step == done.step


def test_the_place_for_a_reply_is_found_from_wherever_it_is_looked_for(desk: Desk) -> None:
    step = step_of(desk)
    link = f"/c/1/step/{step}#reply"
    assert 'href="/c/1/replies"' in desk.get("/c/1/more").text
    assert 'href="/c/1/replies"' in desk.get("/c/1/told").text
    assert link in desk.get("/c/1/replies").text
    assert link not in desk.get("/c/1/next").text
    desk.post(f"/c/1/step/{step}/done", {"done_on": today().isoformat(), "ours": ""})
    for path in ("next", "papers", "replies", PAPER.removeprefix("/c/1/")):
        assert link in desk.get(f"/c/1/{path}").text, path
    desk.post(f"/c/1/step/{step}/reply", {"kind": "refused"})
    for path in ("next", "papers", "replies"):
        page = desk.get(f"/c/1/{path}")
        assert link in page.text, path  # what comes later is recorded too
        assert "答复：拒绝" in page.words


def test_what_only_the_ladder_asks_is_answered_where_it_blocks(desk: Desk) -> None:
    desk.post("/c/1/answer", {"question": "many_users@case", "value": "不知道", "back": "next"})
    kept = {one.question: one.value for one in desk.place().opened.all(Answer)}
    assert kept["many_users@case"] is None


def test_the_kind_of_lender_told_as_an_answer_opens_the_steps_that_wait_for_it(desk: Desk) -> None:
    case = desk.place().opened
    (loan,) = case.all(Loan)
    with case.batch("loan"):
        case.put(replace(loan, lender_type=None))
    question = f"lender_type@{loan.lender_id or loan.loan_id}"
    waiting = desk.get("/c/1/next").words
    assert "先回答：贷款人是哪类机构" in waiting
    assert question not in waiting
    desk.post("/c/1/answer", {"question": question, "value": "consumer_finance", "back": "next"})
    assert "先回答：贷款人是哪类机构" not in desk.get("/c/1/next").words


def test_only_an_answer_is_offered_to_be_taken_back(desk: Desk) -> None:
    desk.post("/c/1/answer", {"question": "recipient_role@mother", "value": "不知道"})
    desk.post(PAPER, {"f-reply_channel": "电话 13800002001"})
    assert "撤回刚才的回答" not in desk.get(PAPER).words


def test_steps_papers_and_days_are_in_english_where_that_is_chosen(desk: Desk) -> None:
    page = desk.ask(path="/c/1/next", Cookie=f"{desk.cookie}; cuijie_lang=en").words
    assert "In the name of: the borrower" in page
    assert "23 Apr 2027" in page
    papers = desk.ask(path="/c/1/papers", Cookie=f"{desk.cookie}; cuijie_lang=en").words
    assert "Notice to stop (lender)" in papers
    desk.post(f"/c/1/step/{step_of(desk)}/done", {"done_on": "2026-11-20", "ours": ""})
    desk.post("/c/1/answer", {"question": "recipient_role@mother", "value": "不知道"})
    sent = desk.ask(path="/c/1/replies", Cookie=f"{desk.cookie}; cuijie_lang=en").words
    assert "Fri 20 Nov 2026" in sent
    given = desk.ask(path="/c/1/questions", Cookie=f"{desk.cookie}; cuijie_lang=en").words
    assert "I do not know" in given.partition("Your answers")[2]


def test_the_first_page_names_what_a_locked_case_has_left_undone(desk: Desk) -> None:
    place = desk.place()
    assert "没有做完" not in desk.get("/").words
    arriving.note(place.opened, arriving.Begun(id="0011223344556677", kind="bundle"))
    desk.post("/lock", {})
    assert "有 1 件事没有做完" in desk.get("/").words
