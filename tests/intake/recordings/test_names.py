"""What recorders write into file names: each maker's form, names full of traps, and names that say nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.clock import SHANGHAI
from cuijie.intake.recordings.names import read_name
from cuijie.records.numbers import normalise

AT = "2026-03-04 12:30:05"


@pytest.mark.parametrize(
    ("file_name", "number", "contact", "at"),
    [
        ("通话录音@李某(13800001004)_20260304123005.mp3", "13800001004", "李某", AT),
        ("通话录音@170 0000 2101(17000002101)_20260304123005.mp3", "17000002101", None, AT),
        ("李某(13800001004)_20260304123005.mp3", "13800001004", "李某", AT),
        ("170 0000 2101_20260304123005.mp3", "17000002101", None, AT),
        ("录音 170 0000 2101_260304_123005.wav", "17000002101", None, AT),
        ("Recording 170-0000-2101 2026-03-04 12.30.05.m4a", "17000002101", None, AT),
        ("李某@13800001004_20260304123005.amr", "13800001004", "李某", AT),
        ("17000002101_20260304123005.m4a", "17000002101", None, AT),
        ("李某_13800001004_20260304123005.m4a", "13800001004", "李某", AT),
        ("17000002101 2026-03-04 12-30-05.m4a", "17000002101", None, AT),
        ("李某 2026-03-04 12-30-05.amr", None, "李某", AT),
        ("李某-2603041230.amr", None, "李某", "2026-03-04 12:30:00"),
        ("录音_20260304_123005_17000002101.mp3", "17000002101", None, AT),
        ("20260304_123005.124+0800_in_17000002101_李某.oga", "17000002101", "李某", AT),
        ("record_17000002101_1772598605000.mp3", "17000002101", None, AT),
        ("2026年03月04日 12时30分05秒 17000002101.mp3", "17000002101", None, AT),
        ("20260304123005_17000002101_1.amr", "17000002101", None, AT),
        ("[17000002101]_[20260304123005].amr", "17000002101", None, AT),
        ("95188-2603041230.amr", "95188", None, "2026-03-04 12:30:00"),
        ("95188客服-20260304123005.mp3", "95188", "客服", AT),
        ("2026.3.4 17000002101 威胁录音.m4a", "17000002101", "威胁录音", "2026-03-04 00:00:00"),
        ("20260304 123005-1A2B3C4D.m4a", None, None, AT),
        ("WeChat_20260304123005.mp3", None, None, AT),
        ("17000002101-20260304123005.mp3", "17000002101", None, AT),
        ("021-00002001-20260304123005.mp3", "02100002001", None, AT),
        ("通话录音 李某_260304_123005.m4a", None, "李某", AT),
        ("Call recording 李某_260304_123005.m4a", None, "李某", AT),
        ("通话录音 +86 170 0000 2101_260304_123005.m4a", "17000002101", None, AT),
        ("phone_20260304-123005_17000002101.amr", "17000002101", None, AT),
        ("2026-03-04 12-30-05 (phone) 李某 (+8617000002101).m4a", "17000002101", "李某", AT),
        ("a@b_c-d(旧)@13800001004_20260304123005.amr", "13800001004", "a@b_c-d(旧)", AT),
        ("小张(催收)(17000002101)_20260304123005.mp3", "17000002101", "小张(催收)", AT),
        ("小张2101-20260304123005.mp3", None, "小张2101", AT),
        ("17000002101_20260304123005(1).mp3", "17000002101", None, AT),
        ("17000002101_20260304123005 - 副本.amr.mp3", "17000002101", None, AT),
        ("138****1004_20260304123005.mp3", "138****1004", None, AT),
        ("[李某]_[13800001004]_[20260304123005].amr", "13800001004", "李某", AT),
        ("17000002101 (17000002101) [2026-03-04 12-30-05] [Incoming].mp3", "17000002101", None, AT),
        ("2026-03-04 12-30-05 (whatsapp) 李某 ↗.m4a", None, "李某", AT),
        ("call_12-30-05_IN_17000002101.amr", "17000002101", None, None),
        ("20260304_123005.124816+0800_+8617000002101.flac", "17000002101", None, AT),
        ("2026-03-04_12.30.05_out_sim1_17000002101_李某.oga", "17000002101", "李某", AT),
        ("20260304_123005.124+0800_out_sim1_95555_李某.m4a", "95555", "李某", AT),
        ("17000002101_260304_123005577.amr", "17000002101", None, AT),
        ("CallRecord_20260304-123005_17000002101.m4a", "17000002101", None, AT),
        ("李某 (17000002101 手机) 2026-03-04_123005_in.amr", "17000002101", "李某", AT),
        ("1772598605000_in_17000002101.amr", "17000002101", None, AT),
        ("李某_17000002101_20260304_123005_SIM1_incoming.m4a", "17000002101", "李某", AT),
        ("↗李某17000002101 20260304-123005.m4a", "17000002101", "李某", AT),
        ("2026-03-04 12-30-05 (phone) 未知号码 ↙.amr", None, None, AT),
        ("录音_20260304_123005.m4a", None, None, AT),
        ("录音 001.m4a", None, None, None),
        ("周某-晴天.mp3", None, None, None),
        ("李某-2603041299.amr", None, None, None),
        ("2603041230.amr", None, None, None),
        ("", None, None, None),
    ],
)
def test_a_name_gives_number_contact_and_start(
    file_name: str, number: str | None, contact: str | None, at: str | None
) -> None:
    found = read_name(file_name)
    when = found.when.instant
    assert normalise(found.number_raw) == number
    assert found.contact == contact
    assert (when.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if when else None) == at


def test_minutes_are_said_to_be_minutes_and_the_zone_is_assumed() -> None:
    found = read_name("李某-2603041230.amr").when
    assert (found.precision, found.basis) == ("minute", "local_assumed")


@pytest.mark.parametrize(
    ("word", "inbound"),
    [
        ("来电", True),
        ("呼入", True),
        ("去电", False),
        ("呼出", False),
        ("[呼出]", False),
        ("（呼入）", True),
        ("↙", True),
    ],
)
def test_a_direction_that_is_written_is_taken_and_no_other(word: str, inbound: bool) -> None:
    found = read_name(f"{word}_17000002101_20260304_123005.m4a")
    assert (found.inbound, found.number_raw, found.is_call) == (inbound, "17000002101", True)
    assert read_name("17000002101_20260304_123005.m4a").inbound is None
    assert read_name("→17000002101_20260304_123005.m4a") == read_name("17000002101_20260304_123005.m4a")


def test_a_hidden_number_is_said_to_be_hidden() -> None:
    found = read_name("未知号码_20260304123005.mp3")
    assert (found.number_raw, found.number_shown, found.is_call) == (None, False, True)


@given(st.text(max_size=80))
def test_any_name_is_survived(file_name: str) -> None:
    found = read_name(file_name)
    assert found.contact is None or found.contact.strip()


@given(st.text(st.characters(categories=("L",)), min_size=1, max_size=12).filter(lambda name: name.strip()))
def test_a_bracketed_number_is_found_behind_any_contact_name(name: str) -> None:
    found = read_name(f"{name}(13800001004)_20260304123005.mp3")
    assert found.number_raw == "13800001004"
    assert found.when.instant is not None
