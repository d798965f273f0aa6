"""How long recordings are: each format, cut-off files, headers that lie, and any bytes at all."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cuijie.intake import media
from cuijie.intake.recordings.length import Length, length_of

from . import sounds


def length(data: bytes, kind: str) -> Length:
    return length_of(io.BytesIO(data), len(data), kind)


@pytest.mark.parametrize("name", sorted(sounds.MAKERS))
@pytest.mark.parametrize("seconds", [2, 61])
def test_each_format_is_known_and_measured(name: str, seconds: int) -> None:
    make, kind = sounds.MAKERS[name]
    data = make(seconds)
    assert media.media_type(data) == kind
    found = length(data, kind)
    assert found.seconds == pytest.approx(seconds, abs=0.1)
    assert found.trouble is None


@pytest.mark.parametrize("name", ["wav", "amr", "amr-wb", "mp3", "aac", "silk"])
def test_a_recording_that_was_cut_off_is_measured_as_far_as_it_goes(name: str) -> None:
    make, kind = sounds.MAKERS[name]
    data = make(10)
    found = length(data[: len(data) // 2 - 3], kind)
    assert found.seconds == pytest.approx(5, abs=0.2)
    assert found.trouble


def test_an_mp3_index_that_lies_is_not_believed() -> None:
    assert length(sounds.mp3(3, index=True), "audio/mpeg").seconds == pytest.approx(3, abs=0.1)


def test_a_header_of_years_on_a_small_file_is_not_believed() -> None:
    found = length(sounds.m4a(3, stated=2_000_000_000), "audio/mp4")
    assert found.seconds is None
    assert found.trouble


def test_a_header_before_the_sound_is_found_too() -> None:
    assert length(sounds.m4a(7, moov_last=False), "audio/mp4").seconds == pytest.approx(7)


def test_an_unfinished_m4a_says_so() -> None:
    data = sounds.m4a(7)
    found = length(data[: len(data) - 200], "audio/mp4")
    assert found.seconds is None
    assert found.trouble
    assert "没有写完" in found.trouble


def test_a_wav_whose_recorder_was_killed_is_measured_by_its_bytes() -> None:
    data = bytearray(sounds.wav(4))
    data[40:44] = b"\xff\xff\xff\xff"
    assert length(bytes(data), "audio/wav").seconds == pytest.approx(4)


def test_damage_in_the_middle_costs_only_what_is_damaged() -> None:
    data = bytearray(sounds.mp3(20))
    data[20_000:24_000] = b"\0" * 4000
    found = length(bytes(data), "audio/mpeg")
    assert found.seconds == pytest.approx(19, abs=0.3)
    assert found.trouble


def test_utf16_text_is_no_mp3() -> None:
    assert media.media_type("通话".encode("utf-16")) is None


_KINDS = sorted({kind for _, kind in sounds.MAKERS.values()})


@given(
    name=st.sampled_from(sorted(sounds.MAKERS)),
    hurts=st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=12)), max_size=6),
    cut=st.integers(0, 8000),
)
@example(name="m4a", hurts=[(0, b"\0\0\0\1")], cut=8000)
@example(name="m4a", hurts=[(0, b"\0\0\0\0")], cut=8000)
def test_hurt_files_give_a_possible_length_or_none(name: str, hurts: list[tuple[int, bytes]], cut: int) -> None:
    make, kind = sounds.MAKERS[name]
    data = bytearray(make(1))
    for at, piece in hurts:
        data[at : at + len(piece)] = piece
    found = length(bytes(data[:cut]), kind)
    assert found.seconds is None or 0 <= found.seconds <= max(1, len(data))


@given(st.binary(max_size=600), st.sampled_from(_KINDS))
def test_any_bytes_are_survived(data: bytes, kind: str) -> None:
    found = length(data, kind)
    assert found.seconds is None or found.seconds >= 0
