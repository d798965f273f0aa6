"""R7: one value has one canonical form; the bytes are fixed for good, since hashes and time-stamps rest on them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from enum import IntEnum, StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie import canonical

_TEXT = st.text(st.characters(codec="utf-8"))
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=25,
)


@pytest.mark.parametrize(
    ("value", "golden"),
    [
        (None, b"null"),
        (True, b"true"),
        (0, b"0"),
        (-(10**30), b"-1000000000000000000000000000000"),
        ("催收", '"催收"'.encode()),
        ('引号"\\\n\x00', b'"\xe5\xbc\x95\xe5\x8f\xb7\\"\\\\\\n\\u0000"'),
        ([1, [2, []], {}], b"[1,[2,[]],{}]"),
        ({"b": 1, "a": 2, "": 3}, b'{"":3,"a":2,"b":1}'),
        ({"催": 1, "z": 2, "é": 3, "\U00020bb7": 4, "\uffee": 5}, '{"z":2,"é":3,"催":1,"\uffee":5,"\U00020bb7":4}'.encode()),
        (datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=8))), b'"2026-03-01T00:00:00Z"'),
        (datetime(2026, 3, 1, 0, 0, 0, 120, tzinfo=UTC), b'"2026-03-01T00:00:00.000120Z"'),
        (date(2026, 3, 1), b'"2026-03-01"'),
    ],
)  # fmt: skip
def test_the_bytes_of_each_kind_of_value_are_fixed(value: object, golden: bytes) -> None:
    assert canonical.encode(value) == golden


@given(_VALUES)
def test_decoding_an_encoded_value_gives_it_back(value: canonical.CanonicalValue) -> None:
    assert canonical.decode(canonical.encode(value)) == value


@given(st.dictionaries(_TEXT, st.integers(), min_size=2))
def test_the_order_of_keys_never_matters(value: dict[str, int]) -> None:
    backwards = dict(reversed(list(value.items())))
    assert canonical.encode(backwards) == canonical.encode(value)


@given(_VALUES, _VALUES)
def test_different_values_have_different_digests(one: object, other: object) -> None:
    # True == 1 in Python, so the comparison goes by the encoded form
    assert (canonical.digest(one) == canonical.digest(other)) == (canonical.encode(one) == canonical.encode(other))


@given(st.datetimes(timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_one_instant_has_one_form_whatever_its_zone(instant: datetime, minutes: int) -> None:
    try:
        moved = instant.astimezone(timezone(timedelta(minutes=minutes)))
    except OverflowError:
        return
    assert canonical.encode(moved) == canonical.encode(instant)


@pytest.mark.parametrize(
    "value", [1.0, float("nan"), b"bytes", {1: 2}, {None: 1}, datetime(2026, 1, 1), {1, 2}, object(), [1.5]]  # noqa: DTZ001
)  # fmt: skip
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.encode(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b" 1",
        b"1.0",
        b"NaN",
        b"1e3",
        b'"\\u4e00"',
        b"01",
        b"",
        b"{",
        b"\xff",
        b'"a"\n',
        b"-0",
        b"[" * 100_000,
        b'"\\ud800"',
    ],
)
def test_bytes_that_are_not_the_canonical_form_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 — several parsers' words
        canonical.decode(data)


def test_every_character_is_written_as_the_standard_library_writes_it() -> None:
    whole = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    assert canonical.encode(whole) == json.dumps(whole, ensure_ascii=False).encode()


class Word(StrEnum):
    DEBT = "debt"


class Number(IntEnum):
    ONE = 1


def test_words_and_numbers_of_an_enumeration_are_written_as_what_they_are() -> None:
    assert canonical.encode({Word.DEBT: [Word.DEBT, Number.ONE]}) == b'{"debt":["debt",1]}'
