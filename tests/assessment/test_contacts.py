"""From entries on phones to contact records: what is tied, whose phone, what was refused before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cuijie.assessment import AnswerError, assess, contacts_of, inputs_from_state, parse_answer, to_ask
from cuijie.assessment.timeline import plain_timeline, timeline_of
from cuijie.clock import SHANGHAI
from cuijie.reading import read
from cuijie.records import LABELS, Answer, CaseState, Collector, Entry, Loan, Person, Tie

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # ten in the morning in Beijing
LOAN = Loan(loan_id="loan-1", lender_type="microloan", product="online_consumer", agreed_hours="none")
MOTHER = Person(person_id="p1", role="other", relation="family", relation_word="母亲")
COLLECTOR = Collector(collector_id="k1", actor="agency", agency_name="示例催收")
TIE = Tie(collector_id="k1", basis="number")


def entry(entry_id: str = "e1", **changes: object) -> Entry:
    usual = Entry(
        entry_id=entry_id,
        kind="call",
        owner="debtor",
        places=("item#1",),
        occurred_at=AT,
        time_precision="second",
        inbound=True,
        number="17000001188",
        number_shown=True,
        connected=False,
        tie=TIE,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def state(*entries: Entry, **changes: object) -> CaseState:
    usual = CaseState(loans=(LOAN,), persons=(MOTHER,), collectors=(COLLECTOR,), entries=entries)
    return replace(usual, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "unfit",
    [
        entry(tie=None),
        entry(is_dismissed=True),
        entry(is_proof_of_contact=False),
        entry(kind="payment"),
        entry(kind="other"),
    ],
    ids=["no tie", "private", "draft", "payment", "other"],
)
def test_what_is_no_tied_contact_is_never_judged(unfit: Entry) -> None:
    assert contacts_of(state(unfit), read) == ()


@pytest.mark.parametrize(
    ("refused_at", "contact", "found"),
    [
        ("2026-03-02T00:00", "2026-03-02T08:30:00", None),  # a day alone: before or after breakfast, nobody knows
        ("2026-03-02T00:00", "2026-03-01T23:59:59", False),
        ("2026-03-02T00:00", "2026-03-03T00:00:00", True),
        ("2026-03-02T19:10", "2026-03-02T19:10:40", None),  # the minute alone
        ("2026-03-02T19:10", "2026-03-02T19:11:00", True),
        ("2026-03-02T19:10:05", "2026-03-02T19:10:40", True),
        ("2026-03-02T19:10:05", "2026-03-02T19:10:05", False),
    ],
)
def test_a_refusal_settles_only_the_contacts_its_time_tells_apart(
    refused_at: str, contact: str, found: bool | None
) -> None:
    said, at = (datetime.fromisoformat(one).replace(tzinfo=SHANGHAI) for one in (refused_at, contact))
    called = entry("e1", owner="p1", occurred_at=at)
    (record,) = contacts_of(state(called, persons=(replace(MOTHER, refused_at=said),)), read)
    assert record.recipient_refused is found


def test_a_contact_of_the_day_of_a_refusal_is_not_settled_by_the_hour_of_it() -> None:
    called = entry("e1", owner="p1", time_precision="day", occurred_at=datetime(2026, 3, 2, tzinfo=SHANGHAI))
    mother = replace(MOTHER, refused_at=datetime(2026, 3, 2, 14, 5, 6, tzinfo=SHANGHAI))
    (record,) = contacts_of(state(called, persons=(mother,)), read)
    assert record.recipient_refused is None


def test_a_call_to_a_phone_is_a_contact_with_its_owner() -> None:
    found = contacts_of(state(entry("a"), entry("b", owner="p1")), read)
    assert [(c.recipient_id, c.recipient_role, c.recipient_relation) for c in found] == [
        ("debtor", "debtor", None),
        ("p1", "other", "family"),
    ]


def test_an_owner_nobody_described_has_no_role() -> None:
    (found,) = contacts_of(state(entry(owner="p9")), read)
    assert found.recipient_role is None
    assert found.recipient_id == "p9"


@pytest.mark.parametrize(("inbound", "direction"), [(True, "outbound"), (False, "inbound"), (None, None)])
def test_direction_is_seen_from_the_lender(inbound: bool | None, direction: str | None) -> None:
    (found,) = contacts_of(state(entry(inbound=inbound)), read)
    assert found.direction == direction


@pytest.mark.parametrize(
    ("changes", "source"),
    [
        ({}, "export"),
        ({"is_user_converted": True, "is_inferred": True}, "user_file"),
        ({"is_inferred": True, "extra": (("read_by", "ocr"),)}, "screenshot"),
        ({"is_inferred": True}, "inferred"),
        ({"kind": "letter", "is_inferred": True}, "letter"),
    ],
)
def test_only_what_was_read_from_a_picture_is_called_one(changes: dict[str, object], source: str) -> None:
    (evidence,) = inputs_from_state(state(entry(**changes)), read).evidence.values()
    assert evidence.source == source


def test_a_group_is_somebody_else_and_shows_no_name() -> None:
    (found,) = contacts_of(state(entry(kind="im", group_name="幸福小区业主群")), read)
    assert found.recipient_role == "other"
    assert found.recipient_id is not None
    assert "小区" not in found.recipient_id


def test_no_group_is_asked_what_only_a_person_can_have_said_and_a_debt_told_to_it_is_public() -> None:
    post = entry(kind="im", group_name="业主群", connected=None, text="李样欠款三万元不还", text_kind="verbatim")
    for place, public in ((post, True), (replace(post, group_name=None, owner="p1"), False)):
        assessed = assess(inputs_from_state(state(place), read))
        asked = {question.id.partition("@")[0] for question in assessed.questions}
        assert asked.isdisjoint({"recipient_refused", "recipient_consent", "number_source"}) is public
        assert (
            any(one.rule == "cn.exposure.public" and one.certainty == "likely" for one in assessed.findings) is public
        )


@pytest.mark.parametrize(
    ("number", "shown", "masked"),
    [("17000001188", True, False), (None, False, True), ("138****0001", True, None), ("+85200000000", True, None)],
)
def test_only_a_hidden_number_is_masked_and_a_half_shown_one_is_unknown(
    number: str | None, shown: bool, masked: bool | None
) -> None:
    (found,) = contacts_of(state(entry(number=number, number_shown=shown)), read)
    assert found.number_masked is masked


def test_a_collector_of_a_case_with_two_loans_and_no_lender_belongs_to_neither() -> None:
    (found,) = contacts_of(state(entry(), loans=(LOAN, replace(LOAN, loan_id="loan-2"))), read)
    assert found.loan_id is None
    assert found.lender_id is None


def test_contacts_come_in_the_order_of_time_and_those_without_one_last() -> None:
    found = contacts_of(
        state(entry("late", occurred_at=AT + timedelta(hours=1)), entry("never", occurred_at=None), entry("early")),
        read,
    )
    assert [c.contact_id for c in found] == ["early", "late", "never"]


def test_a_refusal_that_was_recorded_holds_for_later_contacts_only() -> None:
    mother = replace(MOTHER, refused_at=AT)
    found = contacts_of(
        state(
            entry("before", owner="p1", occurred_at=AT - timedelta(minutes=1)),
            entry("after", owner="p1", occurred_at=AT + timedelta(minutes=1)),
            persons=(mother,),
        ),
        read,
    )
    assert [c.recipient_refused for c in found] == [False, True]


def test_a_refusal_read_in_her_message_makes_a_later_call_likely_unlawful() -> None:
    wrote = entry("wrote", kind="sms", owner="p1", inbound=False, text="请不要再打给我了", connected=None)
    later = entry("later", owner="p1", occurred_at=AT + timedelta(minutes=5))
    findings = {f.rule: f.certainty for f in assess(inputs_from_state(state(wrote, later), read)).findings}
    assert findings["cn.third-party.after-refusal"] == "likely"
    assert findings["cn.third-party.not-agreed"] == "established"


def answer(question: str, value: str | bool | None, minutes: int = 0) -> Answer:
    return Answer(question=question, value=value, answered_at=AT + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("2026-03-02", [False, None, None, True]),  # of the same day nothing is guessed
        ("2026-03-02 10:30", [False, False, True, True]),
        (True, [True, True, True, True]),
    ],
)
def test_the_day_of_a_refusal_settles_each_contact_by_its_own_time(
    said: str | bool, refused: list[bool | None]
) -> None:
    hours = {"day before": -24, "same morning": 0, "same evening": 9, "day after": 24}
    calls = (entry(name, owner="p1", occurred_at=AT + timedelta(hours=h)) for name, h in hours.items())
    found = contacts_of(state(*calls, answers=(answer("recipient_refused@p1", said),)), read)
    assert [c.recipient_refused for c in found] == refused


def test_a_refusal_may_be_answered_with_its_day_and_nonsense_is_said() -> None:
    assert parse_answer("recipient_refused@p1", "2026-03-02") == "2026-03-02"
    assert parse_answer("consent_withdrawn@loan-1", "没有") is False
    with pytest.raises(AnswerError, match="2026-13-40"):
        parse_answer("recipient_refused@p1", "2026-13-40")
    with pytest.raises(AnswerError, match="不知道"):
        parse_answer("lender_id@c-1", " ")


def test_what_was_said_in_one_conversation_is_asked_for_once() -> None:
    found = assess(inputs_from_state(state(entry(connected=True, duration_s=40)), read))
    asked = to_ask(found.questions, found.inputs.contacts)
    assert sum(q.id.startswith("says_") for q in found.questions) > 1
    assert list(asked.spoken) == ["e1"]
    assert asked.answers == len(asked.single) + 1
    answered = frozenset({asked.single[0].id})
    assert to_ask(found.questions, found.inputs.contacts, answered).answers == asked.answers - 1


def test_words_that_are_kept_are_not_asked_for_again_but_what_is_unsure_in_them() -> None:
    unsure = entry(
        kind="sms",
        text="【某某消金】您的贷款已逾期5天，我们一直联系不上您，只能试着联系您预留的联系人。",
        text_kind="verbatim",
        connected=None,
    )
    found = assess(inputs_from_state(state(unsure), read))
    asked = to_ask(found.questions, found.inputs.contacts)
    assert not asked.spoken
    assert {question.id for question in asked.single if question.id.startswith("says_")} == {"says_threat_contacts@e1"}


def test_what_a_person_confirms_is_established() -> None:
    threat = entry(kind="sms", text="再不还钱就弄死你全家", text_kind="verbatim", connected=None)
    before = {f.rule: f.certainty for f in assess(inputs_from_state(state(threat), read)).findings}
    confirmed = state(threat, answers=(answer("says_threat_violence@e1", True),))
    after = {f.rule: f.certainty for f in assess(inputs_from_state(confirmed, read)).findings}
    assert before["cn.threat.violence"] == "likely"
    assert after["cn.threat.violence"] == "established"


def test_a_person_may_say_that_the_machine_read_wrong() -> None:
    threat = entry(kind="sms", text="再不还钱就弄死你全家", text_kind="verbatim", connected=None)
    denied = state(threat, answers=(answer("says_threat_violence@e1", False),))
    assert "cn.threat.violence" not in {f.rule for f in assess(inputs_from_state(denied, read)).findings}


def test_of_two_answers_the_later_counts() -> None:
    answers = (answer("recipient_role@p9", "agreed_contact", 5), answer("recipient_role@p9", "other"))
    (found,) = contacts_of(state(entry(owner="p9"), answers=answers), read)
    assert found.recipient_role == "agreed_contact"


def test_not_knowing_leaves_the_question_open_and_last() -> None:
    case = state(entry(owner="p9"), answers=(answer("recipient_role@p9", None),))
    inputs = inputs_from_state(case, read)
    assert inputs.not_known == {"recipient_role@p9"}
    assert assess(inputs).questions[-1].id == "recipient_role@p9"


def test_membership_once_answered_decides() -> None:
    pay = entry(kind="sms", text="请转到我个人微信", text_kind="verbatim", connected=None)
    answers = (answer("says_private_payment@e1", True), answer("member_nifa@lender", True))
    findings = {f.rule for f in assess(inputs_from_state(state(pay, answers=answers), read)).findings}
    assert "cn.payment.private-account" in findings


def test_a_time_worked_out_from_a_picture_makes_a_night_call_only_likely_until_confirmed() -> None:
    night = entry(occurred_at=AT + timedelta(hours=13), is_inferred=True)
    before = {f.rule: f.certainty for f in assess(inputs_from_state(state(night), read)).findings}
    confirmed = state(night, answers=(answer("occurred_at@e1", "2026-03-02 23:00"), answer("direction@e1", "outbound")))
    after = {f.rule: f.certainty for f in assess(inputs_from_state(confirmed, read)).findings}
    assert before["cn.time.quiet-hours"] == "likely"
    assert after["cn.time.quiet-hours"] == "established"


def test_agreed_hours_may_be_the_answer() -> None:
    night = entry(occurred_at=AT + timedelta(hours=13))
    open_loan = replace(LOAN, agreed_hours=None)
    case = state(night, loans=(open_loan,), answers=(answer("hours_agreed@loan-1", "22:00-23:30"),))
    assert "cn.time.quiet-hours" not in {f.rule for f in assess(inputs_from_state(case, read)).findings}


def test_the_timeline_shows_candidates_and_says_so() -> None:
    rows = timeline_of(
        state(entry("a", tie=None), entry("b"), entry("c", is_dismissed=True), entry("d", kind="payment"))
    )
    assert [(row.record.contact_id, row.standing) for row in rows] == [("a", "candidate"), ("b", "tied")]
    plain = plain_timeline(rows)["contacts"]
    assert isinstance(plain, list)
    assert plain[0]["standing"] == "candidate"
    assert plain[1]["from_number"] == "17000001188"


def test_private_entries_are_shown_when_asked_for() -> None:
    assert [row.standing for row in timeline_of(state(entry(is_dismissed=True)), with_private=True)] == ["private"]


def test_words_said_to_one_lender_were_not_heard_by_another() -> None:
    loans = tuple(replace(LOAN, loan_id=f"loan-{one}", lender_id=f"lender-{one}") for one in (1, 2))
    collectors = tuple(Collector(collector_id=f"k{one}", lender_id=f"lender-{one}") for one in (1, 2))
    said = entry("e1", kind="sms", owner="p1", inbound=False, text="我不是借款人，不要再联系我。", text_kind="verbatim")
    later = [
        entry(f"later-{one}", owner="p1", occurred_at=AT + timedelta(days=1), tie=Tie(collector_id=f"k{one}", basis="user"))
        for one in (1, 2)
    ]  # fmt: skip
    found = contacts_of(state(said, *later, loans=loans, collectors=collectors), read)
    assert {one.contact_id: one.recipient_refused for one in found if one.contact_id != "e1"} == {
        "later-1": True,
        "later-2": None,
    }


@pytest.mark.parametrize(
    ("account", "found"),
    [
        ("骂我是老赖，说再不还就打死我全家", {"says_insult", "says_threat_violence"}),
        ("我说我会去投诉，他说随便你，再不还就上门", {"says_visit_threat"}),
        ("我骂了他一句，他挂了", set()),
    ],
)
def test_an_account_in_ones_own_words_tells_what_the_collector_said_and_never_what_he_did_not(
    account: str, found: set[str]
) -> None:
    told = entry(connected=True, text=account, text_kind="summary")
    (record,) = contacts_of(state(told), read)
    says = {label: getattr(record, f"says_{label}") for label in LABELS}
    assert {f"says_{label}" for label, value in says.items() if value} == found
    assert False not in says.values(), "what an account leaves out may still have been said"


def test_a_code_from_the_lender_is_shown_and_not_judged_until_somebody_says_that_it_collected() -> None:
    code = entry(
        kind="sms", owner="p1", connected=None, text="【示例小贷】验证码 482913，五分钟内有效", text_kind="verbatim"
    )
    inputs = inputs_from_state(state(code), read)
    assert inputs.contacts == ()
    assert [one.contact_id for one in inputs.other_purpose] == ["e1"]
    assert assess(inputs).findings == ()
    collects = Answer(question="asks_payment@e1", value=True, answered_at=AT)
    found = assess(inputs_from_state(state(code, answers=(collects,)), read)).findings
    assert "cn.third-party.not-agreed" in {finding.rule for finding in found}
