"""A case made on the page from nothing, and what is written into it there."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.casefile import Case
from cuijie.clock import SystemClock
from cuijie.desk.quick_check import QuickAnswers, check_quickly
from cuijie.records import Answer, Collector, Entry, Loan, Person

from .client import Desk, desk_of

WORDS = "four plain words here"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_of([], tmp_path / "催界案卷") as running:
        yield running


@pytest.fixture
def made(desk: Desk) -> Desk:
    answer = desk.post("/new", {"name": "记事", "passphrase": WORDS, "again": WORDS})
    assert answer.location == "/c/1/facts/loan?first=1", answer.words
    return desk


def test_a_case_made_on_the_page_lies_in_the_home_folder_and_opens_with_its_passphrase(made: Desk) -> None:
    folder = made.shelf.home / "记事"
    made.place().close()
    with Case.open(folder, WORDS) as case:
        assert case.ledger()[0].act == "created"


@pytest.mark.parametrize(
    "name", ["", "  ", "../外面", "a/b", "a\\b", ".藏", "坏:名", "长" * 60, "换\n行", "零\0字", "尾."]
)
def test_a_name_that_no_folder_can_have_is_refused_and_nothing_is_made(desk: Desk, name: str) -> None:
    answer = desk.post("/new", {"name": name, "passphrase": WORDS, "again": WORDS})
    assert answer.status == 400
    assert "这个名字不能用" in answer.words
    assert not desk.shelf.home.exists()


@pytest.mark.parametrize(
    ("one", "again", "said"), [(WORDS, "other words", "不一样"), ("short", "short", "太短"), ("", "", "空的")]
)
def test_a_passphrase_that_will_not_do_is_refused_and_nothing_is_made(
    desk: Desk, one: str, again: str, said: str
) -> None:
    answer = desk.post("/new", {"name": "记事", "passphrase": one, "again": again})
    assert answer.status == 400
    assert said in answer.words
    assert WORDS not in answer.text
    assert not desk.shelf.home.exists()


def test_who_does_not_know_whether_she_was_agreed_hears_what_either_would_mean(made: Desk) -> None:
    told = [("who", "family"), ("how", "call"), ("said", "disclosed"), ("when", "2026-10-21"), ("when_time", "15:41")]
    words = made.post("/check", told).words
    assert "只凭这些还不能说" in words
    assert "都不是 ：就有 联系未约定的第三人催收、向第三人透露债务" in words
    assert "是填写的联系人 ：就有 向第三人透露债务" in words
    assert "：就有" not in made.post("/check", [*told, ("agreed", "no"), ("lender", "consumer_finance")]).words


def test_a_name_in_use_is_said_and_the_case_that_has_it_stays(made: Desk) -> None:
    answer = made.post("/new", {"name": "记事", "passphrase": WORDS, "again": WORDS})
    assert "已经有了" in answer.words
    assert "记事" in made.get("/").words


def test_cases_that_lie_in_the_home_folder_stand_on_the_shelf_locked(tmp_path: Path) -> None:
    Case.create(tmp_path / "以前的", WORDS).close()
    (tmp_path / "不是案卷").mkdir()
    with desk_of([], tmp_path) as desk:
        words = desk.get("/").words
        assert "以前的" in words
        assert "不是案卷" not in words
        assert desk.get("/c/1/more").status == 403


def test_the_loan_is_written_as_it_was_said_and_what_was_not_said_stays_unknown(made: Desk) -> None:
    answer = made.post(
        "/c/1/facts/loan?first=1",
        {
            "loan_id": "", "lender_name": "远山小额贷款有限公司", "lender_type": "microloan", "overdue_since": "2026-09-01",
            "agreed_hours": "没有", "principal_fen": "5,000.50",
        },
    )  # fmt: skip
    assert answer.location == "/c/1/facts/people?first=1"
    (loan,) = made.place().opened.all(Loan)
    assert (loan.lender_type, loan.agreed_hours, loan.principal_fen) == ("microloan", "none", 500_050)
    assert loan.lender_id == "lender-1"
    assert (loan.product, loan.contract_on, loan.debt_settled) == (None, None, None)


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("overdue_since", "2026-13-40", "看不懂这个日期"),
        ("principal_fen", "五千", "看不懂这个金额"),
        ("principal_fen", "nan", "看不懂这个金额"),
        ("agreed_hours", "晚上", "读不懂"),
        ("lender_type", "bank'; drop", "请从列出的里面选"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field_and_nothing_typed_is_lost(
    made: Desk, field: str, written: str, said: str
) -> None:
    answer = made.post("/c/1/facts/loan", {"loan_id": "", "lender_name": "远山银行", field: written})
    assert answer.status == 400
    assert said in answer.words
    assert 'value="远山银行"' in answer.text
    assert made.place().opened.all(Loan) == ()


def test_what_is_written_on_the_page_counts_over_an_earlier_answer(made: Desk) -> None:
    case = made.place().opened
    made.post("/c/1/facts/loan", {"loan_id": "", "lender_name": "远山"})
    case.put(Answer(question="lender_type@lender-1", value="microloan", answered_at=case.clock.now()))
    assert 'value="microloan" checked' in made.get("/c/1/facts/loan").text
    made.post("/c/1/facts/loan", {"loan_id": "loan-1", "lender_name": "远山", "lender_type": "commercial_bank"})
    assert case.all(Answer) == ()
    assert 'value="commercial_bank" checked' in made.get("/c/1/facts/loan").text


def test_a_person_is_written_with_relation_numbers_and_whether_agreed(made: Desk) -> None:
    made.post("/c/1/facts/people", {"person_id": "debtor", "name": "林舟", "numbers": "138 0000 2001"})
    made.post(
        "/c/1/facts/people",
        {"person_id": "", "relation_word": "母亲", "numbers": "+86 13800002002\n0571-8800 1234", "role": "other"},
    )
    people = {one.person_id: one for one in made.place().opened.all(Person)}
    assert people["debtor"].numbers == ("13800002001",)
    mother = people["person-1"]
    assert (mother.relation, mother.role) == ("family", "other")
    assert mother.numbers == ("13800002002", "057188001234")
    assert mother.consented is None


def test_a_colleague_who_keeps_the_case_alone_is_oneself_and_signs_nothing_for_the_borrower(made: Desk) -> None:
    made.post("/c/1/facts/people", {"person_id": "", "relation_word": "同事", "name": "周敏", "role": "other"})
    told = {"kind": "call", "recipient": "", "occurred_at": "2026-10-20", "said": "你同事欠钱不还，叫他还"}
    refused = made.post("/c/1/told", told)
    assert refused.status == 400
    assert "请写明联系了谁" in refused.words
    for recipient in ("同事", "", "我"):
        assert made.post("/c/1/told", told | {"recipient": recipient}).status == 303
    (colleague,) = made.place().opened.all(Person)
    assert {entry.owner for entry in made.place().opened.all(Entry)} == {colleague.person_id}
    papers = made.get("/c/1/papers").words
    assert "以同事的名义" in papers
    assert "以借款人本人的名义" not in papers


def test_after_one_collector_the_first_steps_ask_for_the_next_and_lead_to_the_evidence(made: Desk) -> None:
    told = {"collector_id": "", "name": "小李", "numbers": "17000002101"}
    answer = made.post("/c/1/facts/collectors?first=1", told)
    assert answer.location == "/c/1/facts/collectors?first=1"
    words = made.get(answer.location).words
    assert "记下了。" in words
    assert "0 条" not in words
    assert "写好了，去收材料" in words


def test_nobody_without_a_name_or_a_relation_is_written(made: Desk) -> None:
    answer = made.post("/c/1/facts/people", {"person_id": "", "numbers": "13800002002"})
    assert answer.status == 400
    assert "这个人是谁" in answer.words
    assert made.place().opened.all(Person) == ()


def test_a_collectors_numbers_tie_what_was_taken_in_before_and_taking_it_off_unties(made: Desk) -> None:
    export = (
        '<?xml version="1.0" encoding="UTF-8"?><smses count="1"><sms address="17000002101" date="1793200000000" '
        'type="1" body="再不还就去你单位" read="1" status="-1" /></smses>'
    ).encode()
    made.post("/c/1/add", {"owner": "debtor"}, [("file", "sms-1.xml", export)])
    case = made.place().opened
    assert [entry.tie for entry in case.all(Entry)] == [None]
    made.post("/c/1/facts/collectors", {"collector_id": "", "name": "没报名字的人", "numbers": "17000002101"})
    (collector,) = case.all(Collector)
    assert [entry.tie.collector_id for entry in case.all(Entry) if entry.tie] == [collector.collector_id]
    assert "1 条记录归到了他们名下" in made.get("/c/1/facts/collectors").words
    made.post("/c/1/facts/collectors", {"collector_id": collector.collector_id, "remove": "1"})
    assert [entry.tie for entry in case.all(Entry)] == [None]


def test_the_recovery_key_is_shown_once_and_opens_the_case(made: Desk) -> None:
    assert made.post("/c/1/recovery", {}).status == 403
    text = made.post("/c/1/recovery", {"understood": "1"}).text
    secret = text.split('class="key">')[1].split("<")[0].replace(" ", "")
    assert secret not in made.get("/c/1/recovery").text.replace(" ", "")
    folder = made.place().folder
    made.place().close()
    with Case.open(folder, secret) as case:
        assert case.is_writable


def test_the_five_taps_become_the_first_record_of_a_new_case(desk: Desk) -> None:
    taps = {
        "quick-who": "family", "quick-agreed": "no", "quick-how": "call", "quick-said": "disclosed",
        "quick-when": "2026-03-01T22:41", "quick-lender": "consumer_finance",
    }  # fmt: skip
    shown = desk.post("/new", {"from": "check", **taps})
    assert shown.status == 200
    assert "第一条记录" in shown.words
    answer = desk.post("/new", {"name": "记事", "passphrase": WORDS, "again": WORDS, **taps})
    assert answer.location.endswith("first=1")
    case = desk.place().opened
    (entry,) = case.all(Entry)
    assert entry.is_user_converted
    assert entry.text_kind == "summary"
    found = {one.rule for one in desk.place().view().assessment.findings}
    assert {"cn.third-party.not-agreed", "cn.third-party.debt-disclosed"} <= found


def test_taps_without_a_time_are_kept_without_one(desk: Desk) -> None:
    taps = {"quick-who": "debtor", "quick-how": "sms", "quick-said": "contacts"}
    desk.post("/new", {"name": "记事", "passphrase": WORDS, "again": WORDS, **taps})
    (entry,) = desk.place().opened.all(Entry)
    assert entry.occurred_at is None


def test_a_check_without_a_time_asks_for_it_and_establishes_nothing(made: Desk) -> None:
    told = {"who": "family", "agreed": "no", "how": "call", "said": "disclosed", "lender": "consumer_finance"}
    undated = made.post("/check", told).words
    assert "没有说是哪一天" in undated
    assert "假定就在这几天，按你说的，这次联系有 2 处问题" in undated
    assert "已能认定" not in undated
    at_night = made.post("/check", {**told, "when": "2026-10-21", "when_time": "22:41"}).words
    assert "已能认定" in at_night
    assert "假定" not in at_night
    assert not check_quickly(QuickAnswers(who="debtor", how="call", said=("violence",)), SystemClock()).findings


@pytest.mark.parametrize(
    ("lender", "hour", "is_told"),
    [("consumer_finance", "23:10", True), ("credit_card_center", "07:59", True), ("", "23:10", True),
     ("unlicensed", "23:10", False), ("consumer_finance", "15:10", False), ("consumer_finance", "", False)],
)  # fmt: skip
def test_a_check_at_night_says_that_the_hour_may_be_what_was_wrong(
    made: Desk, lender: str, hour: str, is_told: bool
) -> None:
    told = {"who": "debtor", "how": "call", "said": "pay", "lender": lender, "when": "2026-10-21", "when_time": hour}
    assert ("就有 夜间催收" in made.post("/check", told).words) is is_told


def test_a_check_of_a_day_that_has_not_come_says_so(made: Desk) -> None:
    answer = made.post("/check", {"who": "family", "when": "2099-01-01"})
    assert answer.status == 400
    assert "这一天在将来" in answer.words


def test_a_first_record_in_the_future_is_not_kept_and_said(desk: Desk) -> None:
    taps = {"quick-who": "family", "quick-how": "call", "quick-when": "2099-01-01T10:00"}
    desk.post("/new", {"name": "记事", "passphrase": WORDS, "again": WORDS, **taps})
    assert desk.place().opened.all(Entry) == ()
    assert "没有收进去" in desk.get("/c/1/facts/loan?first=1").words


def test_a_locked_page_asks_for_the_passphrase_and_leads_back_to_itself(made: Desk) -> None:
    made.post("/lock", {})
    page = made.get("/c/1/timeline?number=17000002101")
    assert page.status == 403
    back = re.search(r'name="back" value="([^"]+)"', page.text)
    assert back is not None
    answer = made.post("/open", {"slug": "1", "passphrase": WORDS, "back": html.unescape(back[1])})
    assert answer.location == "/c/1/timeline?number=17000002101"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example/c/1/", "/c/2/timeline", "/c/1/../../leave", ""]
)
def test_a_passphrase_leads_nowhere_but_into_its_own_case(made: Desk, back: str) -> None:
    made.post("/lock", {})
    assert made.post("/open", {"slug": "1", "passphrase": WORDS, "back": back}).location == "/c/1/timeline"


@pytest.mark.parametrize(("field", "day"), [("overdue_since", "2999-01-01"), ("contract_on", "0206-03-05")])
def test_a_day_that_cannot_have_been_is_asked_about_beside_its_field(made: Desk, field: str, day: str) -> None:
    answer = made.post("/c/1/facts/loan", {"loan_id": "loan-1", field: day})
    assert (answer.status, "看看年份对不对" in answer.words) == (400, True)
