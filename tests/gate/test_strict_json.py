"""A name that stands twice in one object is found however it is written, and nothing else is refused for it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.gate.asking.asks import asks_from_text
from cuijie.gate.errors import AskError, RegisterError
from cuijie.gate.registers.rows import rows_from_text
from cuijie.gate.strict_json import NameTwice, decode

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a" : 1, "a"\n:2}',
        '{"a":1,"\\u0061":2}',
        '{"a":"x:y","a":"z"}',
        '{"a":1,"a":2,"t":"10\\u003a00"}',
        '[{"b":{"a":null,"a":null}}]',
        '{"a":1,"a":1}',
    ],
)
def test_a_name_that_stands_twice_is_refused(text: str) -> None:
    with pytest.raises(NameTwice) as refused:
        decode(text.encode())
    assert refused.value.name == "a"


@given(_JSON, st.booleans())
def test_what_names_everything_once_is_read_as_it_is(value: object, is_escaped: bool) -> None:
    assert decode(json.dumps(value, ensure_ascii=is_escaped).encode()) == value


@given(st.dictionaries(st.text(max_size=4), _JSON, min_size=1, max_size=3), st.booleans(), st.data())
def test_whatever_stands_around_it_a_second_field_of_one_name_is_found(
    value: dict[str, object], is_escaped: bool, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(value)))
    whole = json.dumps(value, ensure_ascii=is_escaped)
    twice = f"{whole[:-1]}, {json.dumps(name)}: {json.dumps(data.draw(_JSON))}}}"
    with pytest.raises(NameTwice):
        decode(twice.encode())


def test_the_readers_of_files_say_which_line_names_something_twice() -> None:
    lines = '{"contact_id":"a"}\n{"contact_id":"b","channel":"call","channel":"sms"}'
    with pytest.raises(AskError, match="第 2 行：channel 在同一个对象里写了两次"):
        list(asks_from_text(lines, where="问"))
    with pytest.raises(AskError, match="问：channel 在同一个对象里写了两次"):
        list(asks_from_text('[{"channel":"call","channel":"sms"}]', where="问"))
    with pytest.raises(RegisterError, match="第 1 行：value 在同一个对象里写了两次"):
        rows_from_text('{"column":"in_dispute","value":true,"value":false,"debtor_id":"d1"}', where="登记")
