"""Transcripts in the forms that people and programs write them."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.intake import IntakeError
from cuijie.intake.recordings.transcripts import Segment, read_transcript

WORDS = ["你好，你是林舟吗", "今天必须还钱"]


def timed(text: str | bytes, name: str = "a.txt") -> list[tuple[float | None, float | None, str]]:
    data = text.encode() if isinstance(text, str) else text
    return [(one.start_s, one.end_s, one.text) for one in read_transcript(data, name).segments]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("1\r\n00:00:01,000 --> 00:00:03,500\r\n你好，你是林舟吗\r\n\r\n2\r\n00:00:04,000 --> 00:00:06,000\r\n今天必须还钱\r\n", True),
        ("1\n00:00:01,000 --> 00:00:03,500\n你好，你是林舟吗\n2\n00:00:04,000 --> 00:00:06,000\n今天必须还钱", True),
        ("WEBVTT\n\n00:01.000 --> 00:03.500 align:start\n<c.red>你好，你是林舟吗</c>\n\n00:04.000 --> 00:06.000\n今天必须还钱\n", True),
        ("[00:01.00]你好，你是林舟吗\n[00:04.00]今天必须还钱", False),
        ("00:01 你好，你是林舟吗\n00:04 今天必须还钱", False),
        ("[ti:录音]\n[00:01.00]你好，你是林舟吗\n[00:04.00]今天必须还钱", False),
        ("[00:00:01] 你好，你是林舟吗\n[00:00:04] 今天必须还钱", False),
    ],
)  # fmt: skip
def test_text_forms_with_times(text: str, ends: bool) -> None:
    found = timed(text)
    assert [words for _, _, words in found] == WORDS
    assert [start for start, _, _ in found] == [1, 4]
    assert [end for _, end, _ in found] == ([3.5, 6] if ends else [None, None])


@pytest.mark.parametrize(
    "value",
    [
        {"text": "x", "segments": [{"start": 1.0, "end": 3.5, "text": WORDS[0]}, {"start": 4.0, "end": 6.0, "text": WORDS[1]}]},
        {"transcription": [{"offsets": {"from": 1000, "to": 3500}, "text": WORDS[0]}, {"offsets": {"from": 4000, "to": 6000}, "text": WORDS[1]}]},
        [{"text": "x", "sentence_info": [{"start": 1000, "end": 3500, "text": WORDS[0]}, {"start": 4000, "end": 6000, "text": WORDS[1]}]}],
        {"chunks": [{"timestamp": [1.0, 3.5], "text": WORDS[0]}, {"timestamp": [4.0, 6.0], "text": WORDS[1]}]},
        {"Data": {"ResultDetail": [{"StartMs": 1000, "EndMs": 3500, "FinalSentence": WORDS[0]}, {"StartMs": 4000, "EndMs": 6000, "FinalSentence": WORDS[1]}]}},
        [{"bg": "1000", "ed": "3500", "onebest": WORDS[0]}, {"bg": "4000", "ed": "6000", "onebest": WORDS[1]}],
        [{"start": "00:00:01.000", "end": "00:00:03.500", "text": WORDS[0]}, {"start": "00:00:04.000", "end": "00:00:06.000", "text": WORDS[1]}],
    ],
)  # fmt: skip
def test_json_of_speech_programs(value: Any) -> None:
    found = timed(json.dumps(value), "a.json")
    assert found == [(1, 3.5, WORDS[0]), (4, 6, WORDS[1])]


def test_who_spoke_is_kept() -> None:
    voiced = read_transcript("WEBVTT\n\n00:01.000 --> 00:02.000\n<v 对方>还钱\n".encode(), "a.vtt")
    assert voiced.segments == (Segment(text="还钱", start_s=1, end_s=2, speaker="对方"),)
    assert voiced.text == "对方：还钱"
    numbered = read_transcript(
        json.dumps({"segments": [{"start": 1, "end": 2, "text": "还钱", "spk": 0}]}).encode(), "a"
    )
    assert numbered.text == "说话人0：还钱"


@pytest.mark.parametrize(
    "text",
    [
        "3月3日 通话\n\n说话人1 00:00:01\n你好\n\n说话人2 00:00:04\n我是\n",
        "说话人1(00:00:01): 你好\n说话人2(00:00:04): 我是\n",
        "00:01 说话人1\n你好\n00:04 说话人2\n我是\n",
    ],
)
def test_who_spoke_when_in_the_forms_of_dictation_services(text: str) -> None:
    found = read_transcript(text.encode(), "a.txt").segments
    assert [(one.speaker, one.start_s, one.text) for one in found] == [("说话人1", 1, "你好"), ("说话人2", 4, "我是")]


def test_a_time_of_day_is_no_place_in_a_recording() -> None:
    found = read_transcript("对方 23:06:01\n你好\n我 23:06:05\n我是\n".encode(), "a.txt").segments
    assert [(one.speaker, one.start_s) for one in found] == [("对方", None), ("我", None)]


def test_plain_words_in_gbk_keep_their_lines() -> None:
    found = read_transcript("对方：还钱\r\n\r\n我：请停止".encode("gb18030"), "a.txt")
    assert found.text == "对方：还钱\n我：请停止"
    assert not found.is_timed


def test_a_sentence_with_one_clock_time_is_no_time_mark() -> None:
    assert timed("18:00 之前必须还钱\n听见没有") == [(None, None, "18:00 之前必须还钱"), (None, None, "听见没有")]


def test_the_webvtt_made_of_it_reads_back() -> None:
    first = read_transcript("[00:01] 对方说 <b> & 好\n[01:02:03] 完".encode(), "a.txt")
    again = read_transcript(first.vtt(), "b.vtt")
    assert [one.start_s for one in again.segments] == [1, 3723]


@pytest.mark.parametrize("data", [b"", b" \n\n", b'{"segments": [', b"{}", b"\x00\x01\x02binary\x00", b"WEBVTT\n\n"])
def test_what_holds_no_words_is_refused_in_chinese(data: bytes) -> None:
    with pytest.raises(IntakeError) as told:
        read_transcript(data, "坏.json")
    assert "坏.json" in told.value.message


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_a_transcript_or_a_plain_error(data: bytes) -> None:
    with contextlib.suppress(IntakeError):
        assert read_transcript(data, "x").segments


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["segments", "text", "start", "end", "offsets", "from", "timestamp", "speaker"]), inner
        )
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_a_transcript_or_a_plain_error(value: Any) -> None:
    try:
        found = read_transcript(json.dumps(value).encode(), "x")
    except IntakeError:
        return
    assert found.vtt().startswith(b"WEBVTT")
