"""Times, durations, money and the words of tables: understood as written, unknown where they say too little."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.entries import signature_of
from cuijie.intake.times.written import excel_serial, from_apple, from_epoch, parse_time
from cuijie.intake.vocabulary import channel_of, direction_of, duration_of, money_of, relation_of, role_of


@pytest.mark.parametrize(
    ("written", "instant", "precision"),
    [
        ("2025-03-03 08:03:42", "2025-03-03T08:03:42", "second"),
        ("2025/3/3 8:03", "2025-03-03T08:03:00", "minute"),
        ("2025年3月3日 08时03分42秒", "2025-03-03T08:03:42", "second"),
        ("2025年3月3日", "2025-03-03T00:00:00", "day"),
        ("2025.03.03", "2025-03-03T00:00:00", "day"),
        ("2025年3月3日 下午3:15", "2025-03-03T15:15:00", "minute"),
        ("2025-03-03 凌晨0:05", "2025-03-03T00:05:00", "minute"),
        ("2025-03-03 中午12:30", "2025-03-03T12:30:00", "minute"),
        ("2025-03-03 晚上9点", "2025-03-03T21:00:00", "minute"),
        ("2025-03-03 晚上12:10", "2025-03-04T00:10:00", "minute"),
        ("2025-03-03 上午12:10", "2025-03-03T12:10:00", "minute"),
        ("2025-03-03 上午12:10:05", "2025-03-03T00:10:05", "second"),
        ("2025-03-07 8:43:38 PM", "2025-03-07T20:43:38", "second"),
        ("2025-03-07 12:05:00 AM", "2025-03-07T00:05:00", "second"),
        ("20250303080342", "2025-03-03T08:03:42", "second"),
        ("20250303", "2025-03-03T00:00:00", "day"),
        ("2025-03-03 24:00", "2025-03-04T00:00:00", "minute"),
        ("2025-03-03 10:11-10:20", "2025-03-03T10:11:00", "minute"),
        ("03.03.2025 21:03:11", "2025-03-03T21:03:11", "second"),
    ],
)
def test_local_times_are_understood_and_their_zone_is_said_to_be_assumed(
    written: str, instant: str, precision: str
) -> None:
    when = parse_time(written)
    assert when.instant == datetime.fromisoformat(instant).replace(tzinfo=SHANGHAI)
    assert (when.precision, when.basis, when.raw) == (precision, "local_assumed", written)


@pytest.mark.parametrize(
    "written", ["2025-13-01 10:00", "2025-02-30", "25:61", "8:30", "09-18 14:07", "昨天 21:03", "abc", "--"]
)
def test_what_says_too_little_or_cannot_be_stays_unknown(written: str) -> None:
    assert parse_time(written).instant is None


def test_a_day_or_a_year_given_beside_completes_a_time() -> None:
    assert parse_time("8:30", day=date(2025, 3, 3)).instant == datetime(2025, 3, 3, 8, 30, tzinfo=SHANGHAI)
    assert parse_time("09-18 14:07", year=2024).instant == datetime(2024, 9, 18, 14, 7, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "written",
    ["2025-03-03T00:03:42Z", "2025-03-03T08:03:42+08:00", "2025-03-02T19:03:42-05:00", "2025-03-03 00:03:42 UTC",
     "03.03.2025 08:03:42 UTC+08:00", "2025-03-03 08:03:42 GMT+8", "Mon Mar 03 2025 08:03:42 GMT+0800 (中国标准时间)"],
)  # fmt: skip
def test_a_written_zone_is_kept(written: str) -> None:
    when = parse_time(written)
    assert when.instant == datetime(2025, 3, 3, 0, 3, 42, tzinfo=UTC)
    assert when.basis == "stated"


def test_summer_time_of_the_eighties_is_known() -> None:
    when = parse_time("1990-07-01 12:00:00").instant
    assert when is not None
    assert when.astimezone(UTC).hour == 3


@pytest.mark.parametrize(
    "written", ["1740976205123", "1740976205", 1740976205.123, "1740976205123000", "1740976205123000000"]
)
def test_the_unit_of_an_epoch_is_told_by_its_size(written: str | float) -> None:
    when = from_epoch(written)
    assert when.instant is not None
    assert when.instant.replace(microsecond=0) == datetime(2025, 3, 3, 4, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize("written", [None, "", "0", "-1", "bad", "null", "9" * 19, "12"])
def test_zero_and_nonsense_are_no_time(written: str | None) -> None:
    assert from_epoch(written).instant is None


@given(st.integers(200_000, 2_800_000_000))
def test_apple_seconds_and_nanoseconds_agree(seconds: int) -> None:
    instant = datetime.fromtimestamp(seconds + 978_307_200, tz=UTC)
    assert from_apple(seconds).instant == from_apple(seconds * 1_000_000_000).instant == instant


def test_excel_days_are_local_and_whole_ones_are_bare_days() -> None:
    assert excel_serial(45719.3359375).instant == datetime(2025, 3, 3, 8, 3, 45, tzinfo=SHANGHAI)
    assert excel_serial(45719.0).precision == "day"
    assert excel_serial(3.0).instant is None


@given(st.text(max_size=40))
def test_no_text_makes_the_time_reader_fail(written: str) -> None:
    when = parse_time(written, day=date(2025, 1, 1), year=2025)
    assert when.instant is None or when.instant.tzinfo is not None


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("1分2秒", 62), ("62秒", 62), ("62", 62), ("00:01:02", 62), ("1小时2分3秒", 3723), ("1'02\"", 62), ("0:01:02", 62), ("1:02", 62), ("3分钟", 180),
     ("--", None), ("", None), ("很久", None), ("62.0", 62)],
)  # fmt: skip
def test_durations_in_every_hand(written: str, seconds: int | None) -> None:
    assert duration_of(written) == seconds


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("¥1,234.50", 123_450),
        ("0.29", 29),
        ("-3.00", -300),
        ("235.60999999999999", None),
        ("12元", 1200),
        ("1e3", None),
        ("", None),
        ("12.345", None),
    ],
)
def test_money_is_exact_to_the_fen_or_unknown(written: str, fen: int | None) -> None:
    assert money_of(written) == fen


@given(st.integers(0, 10**11))
def test_every_amount_comes_back(fen: int) -> None:
    assert money_of(f"￥{fen // 100:,}.{fen % 100:02d}") == fen


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("【晴川消费】您好", "晴川消费"),
        ("您好【晴川消费】", "晴川消费"),
        ("您好【晴川消费】拒收请回复R", "晴川消费"),
        ("见附件【重要】和其他内容一起", None),
        ("没有署名", None),
        ("【】空", None),
        (None, None),
    ],
)
def test_the_signature_stands_at_the_start_or_the_end(text: str | None, signature: str | None) -> None:
    assert signature_of(text) == signature


def test_words_of_tables_mean_what_people_mean_and_others_nothing() -> None:
    assert [channel_of(word)[0] for word in ("电话", "机器人电话", "短信", "微信", "上门", "飞鸽")] == [
        "call",
        "call",
        "sms",
        "im",
        "visit",
        None,
    ]
    assert [direction_of(word) for word in ("来电", "主叫", "呼转")] == [True, False, None]
    assert [relation_of(word) for word in ("我的母亲", "同事", "老板", "路人")] == [
        "family",
        "colleague",
        "employer",
        None,
    ]
    assert [role_of(word) for word in ("本人", "紧急联系人", "母亲")] == ["debtor", "agreed_contact", None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "utf-16-le"])
@pytest.mark.parametrize("text", ["还钱", "短", "abc", "通话详单 13800001001", "第一行\r\n第二行，逗号"])
def test_encodings_are_found_even_for_short_texts(text: str, encoding: str) -> None:
    if encoding == "utf-16-le" and not text.isascii():
        pytest.skip("UTF-16 without its mark and without Latin letters cannot be told from anything")
    assert decode_text(text.encode(encoding)).text.lstrip("\ufeff") == text


def test_a_beginning_cut_inside_a_character_is_still_its_encoding() -> None:
    assert detect("还钱还钱".encode()[:-1]) == "utf-8"
    assert detect("还钱还钱".encode("gb18030")[:-1]) == "gb18030"
