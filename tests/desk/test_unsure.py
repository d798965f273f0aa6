"""Who is not known to collect: asked once for each number, never about the people of the case, answered for all of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cuijie.desk.contacts.unsure import counterparts
from cuijie.records import Collector, Entry, Loan, Person, Tie

from .client import Desk
from .uploads import sms

DEBT, PRIVATE, MOTHER = "17000009901", "13800001002", "13800001003"


def taken_in(desk: Desk) -> None:
    files = [
        ("file", "a.xml", sms(3, "【远山】您的借款已逾期，请尽快还款", start=1).replace(b"17000002101", DEBT.encode())),
        ("file", "b.xml", sms(4, "周末回来吃饭吗", start=50).replace(b"17000002101", PRIVATE.encode())),
        ("file", "c.xml", sms(2, "有人打电话说你欠款不还", start=90).replace(b"17000002101", MOTHER.encode())),
    ]
    desk.place().opened.put(Person(person_id="mother", relation_word="母亲", numbers=(MOTHER,)))
    desk.settled("/c/1/add", {"owner": "debtor"}, files)


def say(desk: Desk, number: str, said: str) -> str:
    entry = next(one.entry_id for one in desk.place().opened.all(Entry) if one.number == number)
    answer = desk.post("/c/1/unsure", {"entry": entry, "said": said})
    assert answer.location == "/c/1/unsure", answer.words
    return desk.get("/c/1/unsure").words


def ties(desk: Desk, number: str) -> set[str | None]:
    return {one.tie.collector_id if one.tie else None for one in desk.place().opened.all(Entry) if one.number == number}


def test_each_number_is_asked_about_once_the_likely_one_first_and_the_mother_never(desk: Desk) -> None:
    taken_in(desk)
    asked = counterparts(desk.place().view())
    assert [(one.number, one.contacts, one.is_likely) for one in asked] == [(DEBT, 3, True), (PRIVATE, 4, False)]
    assert "7 条记录没有确认" in desk.get("/c/1/timeline").words
    assert MOTHER not in desk.get("/c/1/unsure").words


def test_a_collector_that_is_not_on_the_list_yet_is_made_by_the_same_press(desk: Desk) -> None:
    taken_in(desk)
    say(desk, DEBT, "new")
    (made,) = [one for one in desk.place().opened.all(Collector) if DEBT in one.numbers]
    assert made.lender_id == "lender-1"
    assert ties(desk, DEBT) == {made.collector_id}
    assert ties(desk, PRIVATE) == {None}


def test_with_several_loans_it_is_said_for_which_lender_they_collect_and_told_later_if_unknown(desk: Desk) -> None:
    taken_in(desk)
    case = desk.place().opened
    (first,) = case.all(Loan)
    case.put(replace(first, loan_id="loan-2", lender_id="lender-2", lender_name="乙地银行"))
    assert "是催收，替乙地银行催" in desk.get("/c/1/unsure").words
    say(desk, DEBT, "new@lender-2")
    say(desk, PRIVATE, "new@nobody")
    by_number = {number: one for one in case.all(Collector) for number in one.numbers}
    assert (by_number[DEBT].lender_id, by_number[PRIVATE].lender_id) == ("lender-2", None)
    shown = desk.get("/c/1/facts/collectors").words
    assert "替哪一家催" in shown
    assert shown.index("还不知道替谁") < shown.index("替乙地银行 ·")  # what is still to be said stands first
    told = {"collector_id": by_number[PRIVATE].collector_id, "numbers": PRIVATE, "lender_id": "lender-1"}
    assert desk.post("/c/1/facts/collectors", told).status == 303
    kept = case.get(Collector, by_number[PRIVATE].collector_id)
    assert kept is not None
    assert kept.lender_id == "lender-1"
    assert desk.post("/c/1/facts/collectors", told | {"lender_id": "nobody"}).status == 400


def test_of_several_loans_who_gave_no_name_is_not_taken_for_the_collector_of_the_first(desk: Desk) -> None:
    case = desk.place().opened
    told = {"kind": "call", "said": "催还款，没说是哪家"}
    desk.post("/c/1/told", told)
    (first,) = case.all(Loan)
    case.put(replace(first, loan_id="loan-2", lender_id="lender-2", lender_name="乙地银行"))
    desk.post("/c/1/told", told | {"said": "楼下贴了纸"})
    desk.post("/c/1/told", told | {"said": "又打来"})
    by_id = {one.collector_id: one for one in case.all(Collector)}
    whose = {one.text: by_id[one.tie.collector_id].lender_id for one in case.all(Entry) if one.tie}
    assert whose == {"催还款，没说是哪家": "lender-1", "楼下贴了纸": None, "又打来": None}
    said = {"lender_id": "lender-2"}
    case.put(Collector(collector_id="c-unnamed"))  # of a note in a diary: two men who gave no name
    assert desk.post("/c/1/facts/collectors", said | {"collector_id": "c-unnamed"}).status == 303
    assert case.get(Collector, "c-unnamed") == Collector(collector_id="c-unnamed", lender_id="lender-2")
    named = next(one.collector_id for one in by_id.values() if one.name or one.agency_name)
    assert desk.post("/c/1/facts/collectors", said | {"collector_id": named}).status == 400


def test_many_numbers_of_one_kind_are_answered_by_one_press_once_one_of_them_is_known(desk: Desk) -> None:
    numbers = [f"1700000990{number}" for number in range(1, 7)]
    text = "【远山】您的借款已逾期，请尽快还款"
    files = [
        ("file", f"{n}.xml", sms(3, text, start=10 * n).replace(b"17000002101", number.encode()))
        for n, number in enumerate(numbers)
    ]
    desk.settled("/c/1/add", {"owner": "debtor"}, files)
    say(desk, numbers[0], "c-1")
    page = desk.get("/c/1/unsure").text
    form = page[page.index('aria-labelledby="alike-c-1"') :].partition("</form>")[0]
    entries = re.findall(r'name="entry" value="([^"]+)"', form)
    assert len(entries) == 5
    assert all(number in form for number in numbers[1:])
    desk.post("/c/1/unsure", [("said", "c-1"), *(("entry", one) for one in entries)])
    assert [ties(desk, number) for number in numbers] == [{"c-1"}] * 6
    assert "都是催收，同一家" not in desk.get("/c/1/unsure").words


def test_private_is_not_asked_about_again_until_it_is_brought_back(desk: Desk) -> None:
    taken_in(desk)
    assert PRIVATE not in say(desk, PRIVATE, "private").partition("你说过")[0]
    assert PRIVATE in say(desk, PRIVATE, "back").partition("你说过")[0]


def test_what_is_put_off_stays_put_off_until_the_case_is_locked_and_nothing_is_written(desk: Desk) -> None:
    taken_in(desk)
    length = desk.place().opened.ledger_length()
    assert DEBT not in say(desk, DEBT, "later")
    assert desk.place().opened.ledger_length() == length
    desk.post("/lock", {})
    desk.shelf.open("1", "four plain words")
    assert DEBT in desk.get("/c/1/unsure").words


def test_an_entry_or_collector_that_is_not_there_is_said(desk: Desk) -> None:
    taken_in(desk)
    entry = desk.place().opened.all(Entry)[0].entry_id
    assert desk.post("/c/1/unsure", {"entry": "nosuch", "said": "private"}).status == 403
    assert desk.post("/c/1/unsure", {"entry": entry, "said": "nosuch"}).status == 403
    assert ties(desk, DEBT) == {None}


def _in_picture(number: int) -> Entry:
    return Entry(
        entry_id=f"e-{number}", kind="im", owner="debtor", places=(f"picture#{number}",), inbound=number != 2,
        occurred_at=datetime(2026, 10, 28, 4, number, tzinfo=UTC), text=f"第{number}句：再不还钱就去你单位", text_kind="verbatim",
        is_inferred=True,
    )  # fmt: skip


def test_a_picture_that_names_nobody_is_one_conversation_asked_about_once(desk: Desk) -> None:
    desk.place().opened.put(*(_in_picture(number) for number in (1, 2, 3)))
    (asked,) = counterparts(desk.place().view())
    assert (asked.contacts, asked.in_picture) == (2, True)  # what the owner wrote goes with it
    desk.post("/c/1/unsure", {"entry": asked.entry_id, "said": "private"})
    assert all(one.is_dismissed for one in desk.place().opened.all(Entry))
    desk.post("/c/1/unsure", {"entry": asked.entry_id, "said": "back"})
    desk.post("/c/1/unsure", {"entry": asked.entry_id, "said": "c-1"})
    assert all(one.tie is not None for one in desk.place().opened.all(Entry))
    assert (
        "一共看了 2 次催收联系" in desk.get("/c/1/findings").words
    )  # what the owner wrote is no contact of a collector


def test_in_a_picture_of_a_group_that_names_nobody_each_message_is_asked_about_by_itself(desk: Desk) -> None:
    case = desk.place().opened
    case.put(*(replace(_in_picture(number), group_name="阳光业主群") for number in (1, 3)))
    first, second = counterparts(desk.place().view())
    assert (first.contacts, second.contacts) == (1, 1)
    assert "群“阳光业主群”里的人" in desk.get("/c/1/unsure").words
    desk.post("/c/1/unsure", {"entry": first.entry_id, "said": "c-1"})
    assert [one.tie is not None for one in case.all(Entry) if one.entry_id == second.entry_id] == [False]


@pytest.mark.parametrize(("name", "is_asked"), [("妈妈", False), ("陈露(同事)", False), ("陈露露", True)])
def test_a_chat_with_somebody_of_the_case_is_known_by_the_name_it_has_in_the_phone(
    desk: Desk, name: str, is_asked: bool
) -> None:
    desk.place().opened.put(
        Person(person_id="mother", relation_word="母亲"),
        Person(person_id="p2", name="陈露", relation_word="同事"),
        replace(_in_picture(1), counterpart_name=name),
    )
    assert bool(counterparts(desk.place().view())) is is_asked
    assert ("没有确认" in desk.get("/c/1/timeline").words) is is_asked


def test_before_anything_is_known_to_be_collection_every_page_leads_to_that_question(desk: Desk) -> None:
    taken_in(desk)
    for page in ("timeline", "findings", "next"):
        answer = desk.get(f"/c/1/{page}")
        assert answer.text.count("/c/1/unsure") == 1, page  # said once


def test_while_numbers_look_like_collection_every_page_leads_to_them_first_and_then_no_longer(desk: Desk) -> None:
    taken_in(desk)
    say(desk, DEBT, "c-1")
    assert "认得出像催收的都说过了" in desk.get("/c/1/unsure").words
    other = sms(2, "【远山】您的借款已逾期，请尽快还款", start=150).replace(b"17000002101", b"17000009907")
    desk.settled("/c/1/add", {"owner": "debtor"}, [("file", "d.xml", other)])
    for page in ("timeline", "findings", "next"):
        assert "看上去有 1 个号码或聊天像催收" in desk.get(f"/c/1/{page}").words, page
    assert "接着说说哪些是催收" in desk.get("/c/1/more").words
    say(desk, "17000009907", "c-1")
    for page in ("timeline", "findings", "next"):
        assert "先说说哪些是催收" not in desk.get(f"/c/1/{page}").words, page
    say(desk, PRIVATE, "private")
    assert "接着说说哪些是催收" not in desk.get("/c/1/more").words


def test_a_phone_is_taken_for_its_owners_in_the_borrowers_case_also_where_another_was_contacted_most(
    desk: Desk,
) -> None:
    taken_in(desk)
    say(desk, DEBT, "c-1")
    case = desk.place().opened
    for one in case.all(Entry):
        if one.number == DEBT:
            case.put(replace(one, owner="mother"))
    assert '<option value="debtor" selected>' in desk.get("/c/1/more").text


def test_the_kind_that_a_lenders_own_name_says_stands_beside_the_question_and_answers_nothing(desk: Desk) -> None:
    taken_in(desk)
    case = desk.place().opened
    (loan,) = case.all(Loan)
    case.put(replace(loan, lender_name="远山小额贷款有限公司（虚构）", lender_type=None))
    say(desk, DEBT, "c-1")
    assert "从名字看是小额贷款公司" in desk.get("/c/1/questions").words
    assert case.all(Loan)[0].lender_type is None


def test_what_was_called_a_collector_on_another_page_is_not_said_to_be_private(desk: Desk) -> None:
    taken_in(desk)
    say(desk, DEBT, "c-1")
    entry = next(one.entry_id for one in desk.place().opened.all(Entry) if one.number == DEBT)
    answer = desk.post("/c/1/unsure", {"entry": entry, "said": "private"})
    assert "这次没有改" in answer.words
    assert ties(desk, DEBT) == {"c-1"}


def test_a_case_folder_that_is_moved_away_is_missed_at_once_and_found_again(desk: Desk) -> None:
    folder = desk.place().folder
    away = folder.rename(folder.with_name("移走了"))
    for answer in (desk.get("/c/1/more"), desk.post("/c/1/unsure", {"entry": "", "said": "later"})):
        assert "不在原来的地方" in answer.words
    assert not folder.exists()  # nothing makes it anew, empty
    away.rename(folder)
    assert desk.get("/c/1/more").status == 200


@pytest.mark.parametrize("others", [1, 4])
def test_collectors_without_name_and_number_are_offered_in_words(desk: Desk, others: int) -> None:
    taken_in(desk)
    desk.place().opened.put(*(Collector(collector_id=f"c-hidden-{number}") for number in range(others)))
    assert "没报名字的催收方" in desk.get("/c/1/unsure").words
    assert "c-hidden" not in desk.get("/c/1/facts/collectors").words


def test_of_contacts_for_an_unknown_one_of_several_lenders_it_is_asked_which_not_its_kind(desk: Desk) -> None:
    taken_in(desk)
    case = desk.place().opened
    (first,) = case.all(Loan)
    case.put(replace(first, loan_id="loan-2", lender_id="lender-2", lender_name="乙地银行"))
    say(desk, DEBT, "new")
    words = desk.get("/c/1/findings").words
    assert "有 3 次联系还不知道是替哪一家催的" in words
    assert "贷款人是哪类机构" not in words
    assert "3 次 · 2026年" in desk.get("/c/1/facts/collectors").words


def _text(number: int, collector: str, text: str) -> Entry:
    return Entry(
        entry_id=f"t-{number}", kind="sms", owner="debtor", places=(f"texts#{number}",), inbound=True, number="10690000001",
        occurred_at=datetime(2026, 10, 28, 14, number, tzinfo=UTC), text=text, text_kind="verbatim",
        tie=Tie(collector_id=collector, basis="user"),
    )  # fmt: skip


def test_only_what_was_sent_to_collect_is_counted_and_a_finding_says_for_which_lender(desk: Desk) -> None:
    case = desk.place().opened
    (first,) = case.all(Loan)
    case.put(replace(first, loan_id="loan-2", lender_id="lender-2", lender_name="乙地银行"))
    case.put(Collector(collector_id="c-2", lender_id="lender-2", numbers=("10690000001",)))
    case.put(
        _text(1, "c-1", "再不还钱就打断你的腿"),
        _text(2, "c-2", "再不还钱就打断你的腿"),
        _text(3, "c-2", "【乙地银行】您的验证码是 482913，5 分钟内有效。"),
    )
    findings = desk.get("/c/1/findings").words
    assert "一共看了 2 次催收联系，看出 1 项问题" in findings
    assert "另有 1 条看来不是催收" in findings
    assert "1 次联系 · 为远山（虚构）催收" in findings
    assert "1 次联系 · 为乙地银行催收" in findings
    assert "2 次催收联系" in desk.get("/c/1/timeline").words


def test_a_contact_that_may_be_told_twice_is_said_beside_both_numbers_until_it_is_known(desk: Desk) -> None:
    listed = Entry(
        entry_id="e-1", kind="call", owner="debtor", places=("log#1",), occurred_at=datetime(2026, 6, 3, 2, 20, tzinfo=UTC),
        time_precision="second", inbound=True, number="17000002101", number_shown=True, connected=True,
        tie=Tie(collector_id="c-1", basis="number"),
    )  # fmt: skip
    told = {"text": "催我还款", "text_kind": "summary", "is_user_converted": True, "time_precision": "minute"}
    desk.place().opened.put(listed, replace(listed, entry_id="e-2", places=("note#1",), **told))
    said = "时间线上有 1 次，可能和另一条记录说的是同一次"
    timeline, findings = (desk.get(f"/c/1/{page}").words for page in ("timeline", "findings"))
    assert ("2 次催收联系" in timeline, "一共看了 1 次催收联系" in findings) == (True, True)
    assert said in timeline
    assert said in findings
    desk.post("/c/1/answer", {"question": "same_contact@e-2", "value": "否"})
    assert said not in desk.get("/c/1/timeline").words


def test_a_call_that_nobody_answered_is_not_asked_for_its_words(desk: Desk) -> None:
    missed = Entry(
        entry_id="e-1", kind="call", owner="debtor", places=("log#1",), occurred_at=datetime(2026, 6, 3, 2, 20, tzinfo=UTC),
        time_precision="second", inbound=True, number="17000002101", number_shown=True, connected=False,
        tie=Tie(collector_id="c-1", basis="number"),
    )  # fmt: skip
    desk.place().opened.put(missed, replace(missed, entry_id="e-2", connected=True))
    assert "没有接通，也没有留下文字" in (silent := desk.get("/c/1/e/e-1").words)
    assert ("这次说了什么" in silent, "这次说了什么" in desk.get("/c/1/e/e-2").words) == (False, True)
