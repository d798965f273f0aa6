"""CASE.json as people write it: what is read, and how a mistake is named."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from cuijie.assessment import CaseJsonError, assess, inputs_from_case_json, unknown_keys
from cuijie.errors import BadInput
from cuijie.reading import read
from tests.assessment.cases import MICROLOAN, assessed, case, certainties, contact, open_facts


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "最外层不是对象"),
        ("x", "最外层不是对象"),
        ({}, "缺少“contacts”"),
        ({"contacts": {}}, "应是一个列表"),
        ({"contacts": [1]}, "第 1 条联系不是对象"),
        ({"contacts": [{"channel": "call"}]}, "缺少 contact_id"),
        ({"contacts": [{"contact_id": ""}]}, "contact_id 是空的"),
        ({"contacts": [{"contact_id": "a"}, {"contact_id": "a"}]}, "第 2 条联系（a）：contact_id 与前面的重复"),
        ({"contacts": [{"contact_id": "a"}, {"contact_id": "b", "channel": "fax"}]}, "第 2 条联系（b），列 channel"),
        (
            {"contacts": [{"contact_id": "a", "connected": "yes"}]},
            "列 connected：取值 'yes' 不对，应是 true、false 或 null",
        ),
        ({"contacts": [{"contact_id": "a", "count": 1.5}]}, "列 count"),
        ({"contacts": [{"contact_id": "a", "count": -1}]}, "count 不能是负数"),
        ({"contacts": [{"contact_id": "a", "count": 0}]}, "第 1 条联系（a）：count 是 0"),
        ({"contacts": [{"contact_id": 5}]}, "列 contact_id：取值 5 不对，应是加引号的文字"),
        ({"contacts": [{"contact_id": "a", "occurred_at": "昨晚"}]}, "列 occurred_at"),
        ({"contacts": [{"contact_id": "a", "occurred_at": "2026-02-29T10:00:00+08:00"}]}, "应是确有的、带时区的时间"),
        ({"contacts": [{"contact_id": "a", "occurred_at": "2026-03-01T22:30:00"}]}, "occurred_at 没有时区"),
        ({"contacts": [{"contact_id": "a", "occurred_at": "0001-01-01T00:00:00+08:00"}]}, "年份 1 不对"),
        ({"contacts": [{"contact_id": "a", "occurred_at": "9999-12-31T23:00:00-12:00"}]}, "年份 9999 不对"),
        ({"contacts": [], "loan": []}, "“loan”应是一个对象"),
        (
            {"contacts": [], "loan": {"lender_type": "bank"}},
            "loan.lender_type：取值 'bank' 不对，只能是 commercial_bank",
        ),
        ({"contacts": [], "loan": {"contract_on": "2024年"}}, "loan.contract_on：取值 '2024年' 不对，应是日期"),
    ],
)
def test_a_wrong_shape_is_named_with_its_contact_and_column(value: object, words: str) -> None:
    with pytest.raises(CaseJsonError, match="(?s)" + words.replace("(", r"\(").replace(")", r"\)")):
        inputs_from_case_json(value)


def test_hours_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(BadInput, match="25:00"):
        inputs_from_case_json({"contacts": [], "loan": {"agreed_hours": "25:00-26:00"}})


@pytest.mark.parametrize("none", ["none", "无", "没有约定"])
def test_that_no_hours_were_agreed_may_be_said_in_chinese(none: str) -> None:
    value = case(MICROLOAN, contact(occurred_at="2026-03-01T22:30+08:00"), agreed_hours=none)
    assert certainties(assessed(value))["cn.time.quiet-hours"] == "established"


@pytest.mark.parametrize(("written", "precision"), [(None, "minute"), ("second", "second"), ("day", "day")])
def test_a_time_to_the_minute_is_known_to_the_minute_unless_said_otherwise(written: str | None, precision: str) -> None:
    value = {"contacts": [{"contact_id": "a", "occurred_at": "2026-03-01T14:30Z", "time_precision": written}]}
    (read_back,) = inputs_from_case_json(value).contacts
    assert read_back.time_precision == precision
    assert read_back.occurred_at is not None
    assert read_back.occurred_at.isoformat() == "2026-03-01T14:30:00+00:00"


def test_no_contacts_and_no_loan_is_an_empty_case() -> None:
    inputs = inputs_from_case_json({"contacts": []})
    assert inputs.contacts == ()
    assert inputs.loans[0].lender_type is None


def test_a_bare_date_is_a_day_without_an_hour() -> None:
    value = {"contacts": [{"contact_id": "a", "occurred_at": "2026-03-01"}]}
    found = inputs_from_case_json(value).contacts[0]
    assert found.time_precision == "day"
    assert found.occurred_at is not None
    assert found.occurred_at.date() == date(2026, 3, 1)


def test_keys_that_mean_nothing_are_told_and_ready_columns_are_not() -> None:
    value = {"loan": {"bank": 1}, "contacts": [{"contact_id": "a", "hour": 3, "says_insults": True}], "extra": 1}
    assert unknown_keys(value) == ("extra", "loan.bank", "contacts.says_insults")


def test_contacts_that_name_neither_debtor_nor_lender_are_one_case() -> None:
    calls = [
        {**contact(f"c{i}", occurred_at=f"2026-03-02T10:{i:02d}:00+08:00"), "debtor_id": None, "lender_id": None}
        for i in range(4)
    ]
    found = assessed(case(MICROLOAN, *calls)).findings
    assert [finding.contacts for finding in found] == [("c0", "c1", "c2", "c3")]


def test_a_gap_among_contacts_of_one_lender_is_that_lender() -> None:
    calls = [contact(f"c{i}", occurred_at=f"2026-03-02T10:{i:02d}:00+08:00", loan_id="loan-7") for i in range(4)]
    calls[2] |= {"lender_id": None, "loan_id": None, "debtor_id": None}
    assert len(assessed(case(MICROLOAN, *calls)).findings) == 1


def test_what_the_loan_tells_holds_for_a_contact_that_names_its_own_loan() -> None:
    value = case(MICROLOAN, contact(occurred_at="2026-03-02T23:00:00+08:00", loan_id="loan-7"))
    assert certainties(assessed(value)) == {"cn.time.quiet-hours": "established"}


def test_a_contact_may_say_otherwise_than_its_loan() -> None:
    value = case(MICROLOAN, contact(occurred_at="2026-03-02T23:00:00+08:00", hours_agreed=True))
    assert certainties(assessed(value)) == {}


def unread(**changes: object) -> dict[str, object]:
    """A text message whose words nobody has judged yet."""
    open_columns = [key for key in contact() if key.startswith("says_")] + ["asks_payment", "caller_identified"]
    return contact(**{"channel": "sms", "connected": None, **dict.fromkeys(open_columns), **changes})


INSULT = "你就是个废物无赖，不要脸的老赖，滚"


def test_words_read_by_the_machine_make_a_finding_at_most_likely() -> None:
    value = case(MICROLOAN, unread(text=INSULT, text_kind="verbatim"))
    found = certainties_with_reader(value)
    assert found["cn.insult"] == "likely"


def test_a_fact_given_in_the_record_is_taken_as_a_fact() -> None:
    value = case(MICROLOAN, unread(text=INSULT, text_kind="verbatim", says_insult=True))
    assert certainties_with_reader(value)["cn.insult"] == "established"


def test_a_given_no_stands_against_what_the_machine_would_read() -> None:
    value = case(MICROLOAN, unread(text=INSULT, text_kind="verbatim", says_insult=False))
    assert "cn.insult" not in certainties_with_reader(value)


def test_without_words_the_labels_stay_unknown() -> None:
    assert "says_insult@c1" in open_facts(assessed(case(MICROLOAN, unread())))


def test_what_the_debtor_wrote_is_not_the_collectors() -> None:
    value = case(MICROLOAN, unread(text=INSULT, text_kind="verbatim", direction="inbound"))
    assert certainties_with_reader(value) == {}


def certainties_with_reader(value: dict[str, object]) -> dict[str, str]:
    before = copy.deepcopy(value)
    found = certainties(assess(inputs_from_case_json(value, read)))
    assert value == before, "the value handed in is left as it was"
    return found


def test_a_public_post_about_the_debt_is_public_whatever_its_words() -> None:
    post = unread(
        channel="public_post", direction=None, recipient_role=None, text="张小样欠债不还，身份证照片如图，大家转发"
    )
    found = certainties_with_reader(case(MICROLOAN, post))
    assert found["cn.exposure.public"] == "likely"
    assert found["cn.third-party.debt-disclosed"] == "likely"


def test_an_insult_counts_whoever_dialled_even_if_nobody_noted_it() -> None:
    value = case(MICROLOAN, contact(direction=None, says_insult=True))
    assert certainties(assessed(value))["cn.insult"] == "established"


def test_a_refusal_written_to_one_lender_holds_for_its_later_contacts() -> None:
    def call(name: str, hour: int, **changes: object) -> dict[str, object]:
        at = f"2026-03-02T{hour:02d}:00:00+08:00"
        mother = {"recipient_role": "agreed_contact", "recipient_id": "mother", "recipient_refused": None}
        return contact(name, **{**mother, "debtor_reachable": False, "occurred_at": at, **changes})

    said = {"channel": "sms", "connected": None, "direction": "inbound", "text": "请不要再给我打电话发短信了"}
    later, refusal, before = call("later", 12), call("refusal", 11, **said), call("before", 10)
    value = case(
        MICROLOAN, later, refusal, before, call("stranger", 13, lender_id="M"), call("aunt", 13, recipient_id="a")
    )
    inputs = inputs_from_case_json(value, read)
    refused = {one.contact_id: one.recipient_refused for one in inputs.contacts}
    assert refused == {"later": True, "refusal": None, "before": None, "stranger": None, "aunt": None}
    assert "recipient_refused" in inputs.machine_read["later"]
    assert [one.contact_id for one in inputs.contacts] == ["later", "refusal", "before", "stranger", "aunt"]


def test_where_a_window_by_months_lacks_the_day_it_is_the_time_that_is_asked_for() -> None:
    whole = {"channel": "sms", "text": INSULT, "text_kind": "verbatim", "direction": "outbound", "count": 1}
    days = ["2026-11-02T10:00:00+08:00", "2026-11-03T10:00:00+08:00", None]
    contacts = [unread(contact_id=f"c{n}", occurred_at=day, **whole) for n, day in enumerate(days)]
    found = open_facts(assess(inputs_from_case_json(case(MICROLOAN, *contacts), read)))
    assert "cn.harassment.repeated-abuse" in found["occurred_at@c2"]
    assert not any(id.startswith("month@") for id in found)
