"""A right ask is read in one step; whatever is not right is read again, and both ways agree."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.gate import strict_json
from cuijie.gate.asking import contact_columns
from cuijie.gate.asking.asks import Ask, ask_from_plain, ordinary_ask
from cuijie.gate.asking.contact_columns import contact_of
from cuijie.gate.errors import AskError
from cuijie.gate.registers.rows import row_from_plain
from cuijie.records import COLUMNS
from tests.gate.asks import call

_ODD = st.sampled_from(
    [None, "", " ", " x ", "x", "张三", "a\u200bb", "\x00", "x" * 300, 0, 1, 3.0, 10**30, True, [], {}]
)
_TIMES = st.sampled_from([
    "2026-03-02T10:00:00+08:00", "2026-03-02", "2026-03-02T10:00:00", "9999-12-31T23:59:59Z", "infinity", "2026-03-02T02:00:00Z",
])  # fmt: skip
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{column.name: st.sampled_from([*column.values, None]) if column.values else _ODD for column in COLUMNS},
    "occurred_at": _TIMES | _ODD,
    "strange": _ODD,
}
_COLUMNS = st.lists(st.sampled_from(sorted(_VALUES)), max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({"contact_id": st.just("c1"), **{name: _VALUES[name] for name in names}})
)


def _read(columns: dict[str, Any]) -> object:
    try:
        return contact_of(dict(columns), "询问")
    except AskError as error:
        return str(error), error.at


@given(_COLUMNS)
def test_one_step_reads_what_column_by_column_reads(columns: dict[str, Any]) -> None:
    try:
        slowly: object = contact_columns._with_words(dict(columns), "询问")
    except AskError as error:
        slowly = str(error), error.at
    assert _read(columns) == slowly


def _slowly(body: bytes, key: str | None) -> object:
    try:
        return ask_from_plain(strict_json.decode(body), idempotency_key=key)
    except (AskError, msgspec.ValidationError) as error:
        return str(error)


def _columns_of(ask: Ask) -> tuple[object, ...]:
    return (ask.idempotency_key, *(getattr(ask.contact, column.name) for column in COLUMNS))


@given(
    _COLUMNS,
    st.sampled_from([{}, {"idempotency_key": "k1"}, {"idempotency_key": None}, {"contact_id": None}]),
    st.booleans(),
)
def test_what_is_read_from_the_body_in_one_step_is_what_is_read_in_many(
    columns: dict[str, Any], more: dict[str, Any], is_tight: bool
) -> None:
    told = columns | more
    key = "k1" if told["contact_id"] is None else None  # else each would draw a key of its own
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":") if is_tight else None).encode()
    at_once, slowly = ordinary_ask(body, key), _slowly(body, key)
    assert at_once is None or (isinstance(slowly, Ask) and _columns_of(at_once) == _columns_of(slowly))


@pytest.mark.parametrize(
    "body",
    [
        b'{"contact_id":"c1","channel":"sms","channel":"call"}',
        b'{"contact_id":"c1","channel":null,"channel":"call"}',
        b'{"contact_id":"c1","channel":"call","channel":null}',
        b'{"contact_id":"c1","channel":null,"channel":null,"debtor_id":"d1"}',
        b'{"contact_id":"c1","chan\\u006eel":"sms","channel":"call"}',
        b'{"contact_id":"c1" :"c2"}',
        b'{"contact_id":"c1","channel" :"sms","channel":"call"}',
        b'{"contact_id":"c1","channel"\n:"sms","channel"\t:"call","debtor_id":":x"}',
        b'{"contact_id":"c1","channel" :null,"channel":"call","debtor_id":"d"}',
        b'{"contact_id":"c1","count":null}',
        b'{"contact_id":"c1","debtor_id":""}',
        b'{"contact_id":"c1"}{}',
        b'{"contact": {"contact_id":"c1"}}',
        b'["c1"]',
        b'{"contact_id":"c1","occurred_at":"1970-01-01T00:00:00Z"}',
        b'\xff{"contact_id":"c1"}',
        '{"contact_id":"a\u200bb"}'.encode(),
    ],
)
def test_what_is_not_ordinary_is_left_to_be_read_in_steps(body: bytes) -> None:
    assert ordinary_ask(body) is None


def test_an_ordinary_body_with_nulls_is_read_in_one_step() -> None:
    body = b'{"contact_id":"c1","channel":"call","debtor_id": null,"from_number":null,"idempotency_key":"k"}'
    ask = ordinary_ask(body)
    assert ask is not None
    assert (ask.idempotency_key, ask.contact.contact_id, ask.contact.count) == ("k", "c1", 1)
    assert ordinary_ask(body, "k") is None


@pytest.mark.parametrize("name", ["debtor_id", "recipient_id", "lender_id", "contact_id"])
@pytest.mark.parametrize("seen", ["138\u200b00001002", "\u202d13800001002\u202c", "d\x00", "x\u3164", "\ufeffd"])
def test_an_id_with_characters_that_nobody_sees_is_refused(name: str, seen: str) -> None:
    with pytest.raises(AskError, match="看不见的字符") as refused:
        ask_from_plain(call(**{name: seen}))
    assert refused.value.at == name


@pytest.mark.parametrize("role", ["debtor", "co_debtor", "heir", "agreed_contact"])
def test_a_public_post_has_no_single_recipient(role: str) -> None:
    with pytest.raises(AskError, match="公开发布") as refused:
        ask_from_plain(call(channel="public_post", recipient_role=role))
    assert refused.value.at == "recipient_role"
    assert ask_from_plain(call(channel="public_post", recipient_role="other"))


def test_a_register_does_not_take_such_an_id_either() -> None:
    row = {"column": "recipient_refused", "value": True, "recipient_id": "138\u200b00001002", "lender_id": "acme"}
    with pytest.raises(Exception, match="看不见的字符"):
        row_from_plain(row, where="登记")
