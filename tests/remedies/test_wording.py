"""Dates, amounts and numerals as papers write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.remedies.wording import amount, capital_amount, day, moment, numeral, plain_text

_DIGITS = {word: number for number, word in enumerate("零壹贰叁肆伍陆柒捌玖")}
_PLACES = {"拾": 10, "佰": 100, "仟": 1000}


def _read_back(written: str) -> int:
    """The fen a capital amount stands for, read by another road than it was written."""
    text = written.removeprefix("人民币").removesuffix("整")
    sign = -1 if text.startswith("负") else 1
    whole, _, rest = text.removeprefix("负").rpartition("元") if "元" in text else ("", "", text.removeprefix("负"))
    total = section = digit = 0
    for word in whole:
        if word in _DIGITS:
            digit = _DIGITS[word]
        elif word in _PLACES:
            section, digit = section + digit * _PLACES[word], 0
        else:
            total = (
                (total + section + digit) * {"万": 10**4, "亿": 10**8}[word]
                if word == "亿"
                else total + (section + digit) * 10**4
            )
            section = digit = 0
    fen = (total + section + digit) * 100
    for word, unit in (("角", 10), ("分", 1)):
        if word in rest:
            fen += _DIGITS[rest[rest.index(word) - 1]] * unit
    return sign * fen


@pytest.mark.parametrize(
    ("fen", "written"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (30, "人民币叁角"),
        (105, "人民币壹元零伍分"),
        (100_000, "人民币壹仟元整"),
        (100_500, "人民币壹仟零伍元整"),
        (500_000, "人民币伍仟元整"),
        (1_000_000, "人民币壹万元整"),
        (1_000_100, "人民币壹万零壹元整"),
        (10_001_000, "人民币壹拾万零壹拾元整"),
        (168_032, "人民币壹仟陆佰捌拾元叁角贰分"),
        (10_000_000_000_000, None),
        (10_000_100_000_105, None),
    ],
)
def test_amounts_are_written_in_capitals_as_banks_write_them(fen: int, written: str | None) -> None:
    if written is None:
        assert _read_back(capital_amount(fen)) == fen
    else:
        assert capital_amount(fen) == written


@given(st.integers(min_value=-(10**14) + 1, max_value=10**14 - 1))
def test_a_capital_amount_reads_back_as_the_same_amount(fen: int) -> None:
    written = capital_amount(fen)
    assert _read_back(written) == fen
    assert "零零" not in written
    assert not written.endswith("零")


def test_an_amount_beyond_the_agreed_names_is_refused() -> None:
    with pytest.raises(ValueError, match="超出"):
        capital_amount(10**14)


def test_amounts_stand_in_digits_and_capitals() -> None:
    assert amount(500_000) == "5000.00元（人民币伍仟元整）"


def test_dates_are_written_without_padding() -> None:
    assert day(date(2026, 3, 1)) == "2026年3月1日"


def test_a_moment_is_told_in_beijing_time_and_no_finer_than_known() -> None:
    instant = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
    assert moment(instant, "minute") == "2026年3月1日22时05分"
    assert moment(instant, "day") == "2026年3月1日（时刻不详）"


@pytest.mark.parametrize(("number", "word"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_numerals_are_chinese(number: int, word: str) -> None:
    assert numeral(number) == word


def test_text_loses_what_cannot_be_printed_and_keeps_its_lines() -> None:
    assert plain_text("a\u202eb\x00c\r\nd\u200b") == "abc\nd"
