"""Asks and settlements are read strictly: what is wrong is said in words, with its place."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.gate.asking.asks import ask_from_plain, asks_from_text, settlement_from_plain
from cuijie.gate.errors import AskError
from tests.gate.asks import call


def test_an_ask_is_flat_or_holds_its_contact() -> None:
    flat = ask_from_plain(call(idempotency_key="k"))
    columns = {name: value for name, value in call(idempotency_key="k").items() if name != "idempotency_key"}
    assert ask_from_plain({"contact": columns, "idempotency_key": "k"}) == flat
    assert ask_from_plain({"contact": columns}, idempotency_key="k") == flat
    assert flat.contact.contact_id == "k"
    assert flat.contact.direction == "outbound"


def test_the_contacts_id_is_the_key_where_none_is_given() -> None:
    ask = ask_from_plain({"contact_id": "c1", "channel": "call"})
    assert ask.idempotency_key == "c1"
    assert ask_from_plain({"channel": "call"}).idempotency_key != ask_from_plain({"channel": "call"}).idempotency_key


def test_an_empty_id_is_not_known() -> None:
    assert ask_from_plain({"debtor_id": " ", "recipient_id": " 138 "}).contact.debtor_id is None


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ([], "应是一个 JSON 对象"),
        ({"contact": 1}, "contact 应是一个对象"),
        ({"contact": {}, "x": 1}, "不认识 x"),
        ({"chanel": "call"}, "不认识 chanel"),
        ({"channel": "call", "member_cba": True}, "不认识 member_cba：它不是这一次联系的事实，而是登记里的事实"),
        ({"channel": "call", "agreed_hours": "20:00-23:00"}, "登记里的事实"),
        ({"channel": "phone"}, "只能是 call、robot_call"),
        ({"number_masked": "no"}, "number_masked 的取值 'no' 不对，应是 true、false 或 null"),
        ({"occurred_at": "2026-03-02T10:00:00"}, "没有时区"),
        ({"occurred_at": "明天"}, "应是带时区的时间"),
        ({"occurred_at": "1026-03-02T10:00:00+08:00"}, "年份 1026 不对"),
        ({"count": 0}, "count 应是 1 到 1000"),
        ({"count": 1.5}, "应是整数"),
        ({"duration_s": -1}, "0 到 86400"),
        ({"debtor_id": 5}, "debtor_id 的取值不对，应是文字"),
        ({"debtor_id": "x" * 300}, "debtor_id 太长"),
        ({"text": "x" * 20_001}, "text 太长"),
        ({"idempotency_key": ""}, "应是不空的文字"),
        ({"idempotency_key": "x" * 300}, "太长"),
        ({"contact_id": ""}, "contact_id 是空的"),
    ],
)
def test_a_wrong_ask_is_refused_in_words(value: Any, says: str) -> None:
    with pytest.raises(AskError) as caught:
        ask_from_plain(value, where="第 7 行")
    assert says in caught.value.message
    assert "第 7 行" in caught.value.message


def test_an_error_never_repeats_a_persons_number_or_words() -> None:
    with pytest.raises(AskError) as caught:
        ask_from_plain({"recipient_id": 13800001002})
    assert "13800001002" not in str(caught.value)


def test_header_and_body_must_not_differ_in_the_key() -> None:
    with pytest.raises(AskError, match="不一样"):
        ask_from_plain(call(idempotency_key="a"), idempotency_key="b")


def test_many_asks_come_as_lines_or_as_a_list() -> None:
    values = [call(), call()]
    lines = "\ufeff" + "\n\n".join(json.dumps(value) for value in values)
    assert list(asks_from_text(lines, where="f")) == list(asks_from_text(json.dumps(values), where="f"))
    assert len(list(asks_from_text(json.dumps(values[0], indent=2), where="f"))) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "空的"), (" \n", "空的"), ("[]", "空列表"), ('{"channel"', "第 1 行"), ('{"channel": "sms"}\n{', "第 2 行"), ("[1]", "第 1 条"), ("[" * 5000, "第 1 行")],
)  # fmt: skip
def test_a_file_that_holds_no_asks_is_refused_with_the_line(text: str, says: str) -> None:
    with pytest.raises(AskError, match=says):
        list(asks_from_text(text, where="f"))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (1, "应是一个 JSON 对象"),
        ({}, "缺少 reservation"),
        ({"reservation": ""}, "是空的"),
        ({"reservation": "r", "connected": "yes"}, "connected 的取值不对"),
        ({"reservation": "r", "recorded": 1}, "recorded：只能是 true、false"),
        ({"reservation": "r", "says_insult": "no"}, "says_insult"),
        ({"reservation": "r", "duration_s": 100_000}, "0 到 86400"),
        ({"reservation": "r", "ended_at": "2026-03-02T10:00:00"}, "没有时区"),
        ({"reservation": "r", "conected": True}, "不认识 conected"),
        ({"reservation": "r", "connected": False, "duration_s": 60}, "不会有通话时长"),
        ({"reservation": "r", "made": False, "connected": True}, "made: false"),
        ({"reservation": "r", "made": False, "recipient_refused": True}, "made: false"),
    ],
)
def test_a_wrong_settlement_is_refused_in_words(value: Any, says: str) -> None:
    with pytest.raises(AskError, match=says):
        settlement_from_plain(value)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(value=_json, columns=st.dictionaries(st.sampled_from(sorted(call())), _json, max_size=5))
def test_no_json_brings_the_reader_down(value: Any, columns: dict[str, Any]) -> None:
    for given_value in (value, columns, {"contact": columns}):
        with suppress(AskError):  # anything else fails the test
            ask_from_plain(given_value)
        with suppress(AskError):
            settlement_from_plain(given_value)
