"""Recordings in a case: the proposed call, how it joins the phone log, and transcripts beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.casefile import Case, KdfCost
from cuijie.intake import FileReport, add
from cuijie.records import Entry

from ..intake_samples import call_row, ms, xml
from . import sounds

NUMBER = "17000002101"
NAME = f"{NUMBER}_20260303123005.amr"


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "案卷", "密码", cost=KdfCost(memory_kib=64, passes=1, lanes=1)) as made:
        yield made


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def log(folder: Path, at: str, *, seconds: int, name: str = "(Unknown)", number: str = NUMBER) -> Path:
    row = call_row(number, ms(at), kind=1, duration=seconds, contact_name=name)
    return put(folder, f"calls-{ms(at)}.xml", xml("calls", [row]))


def taken(case: Case, *paths: Path) -> tuple[FileReport, ...]:
    reports = add(case, list(paths)).files
    assert all(report.error is None for report in reports)
    return reports


def test_a_recording_proposes_a_call_to_confirm(case: Case, tmp_path: Path) -> None:
    (report,) = taken(case, put(tmp_path, NAME, sounds.amr(62)))
    (entry,) = case.all(Entry)
    assert (entry.kind, entry.number, entry.duration_s, entry.is_inferred) == ("call", NUMBER, 62, True)
    assert (entry.inbound, entry.connected, entry.tie) == (None, None, None)
    assert (entry.time_precision, entry.zone_basis) == ("second", "local_assumed")
    assert any("1 分 2 秒" in note for note in report.notes)


@pytest.mark.parametrize("log_first", [True, False])
def test_it_joins_the_call_of_the_phone_log_in_either_order(case: Case, tmp_path: Path, log_first: bool) -> None:
    paths = [log(tmp_path, "2026-03-03 12:29:50", seconds=70), put(tmp_path, NAME, sounds.amr(62))]
    taken(case, *(paths if log_first else paths[::-1]))
    (entry,) = case.all(Entry)
    assert len(entry.places) == 2
    assert (entry.duration_s, entry.inbound, entry.is_inferred) == (70, True, False)
    assert entry.occurred_at is not None
    assert int(entry.occurred_at.timestamp() * 1000) == ms("2026-03-03 12:29:50")


@pytest.mark.parametrize(
    ("at", "seconds", "joins"),
    [
        ("2026-03-03 12:30:10", 70, True),  # the phone's two clocks may differ by a little
        ("2026-03-03 12:30:11", 70, False),
        ("2026-03-03 12:29:05", 70, True),
        ("2026-03-03 12:29:04", 70, False),
        ("2026-03-03 12:30:00", 57, True),
        ("2026-03-03 12:30:00", 56, False),
        ("2026-03-03 12:30:00", 0, False),  # a missed call has no recording
    ],
)
def test_it_joins_only_within_the_window_and_length(
    case: Case, tmp_path: Path, at: str, seconds: int, joins: bool
) -> None:
    taken(case, log(tmp_path, at, seconds=seconds), put(tmp_path, NAME, sounds.amr(62)))
    assert len(case.all(Entry)) == (1 if joins else 2)


def test_it_never_joins_a_call_of_another_number(case: Case, tmp_path: Path) -> None:
    taken(
        case,
        log(tmp_path, "2026-03-03 12:30:00", seconds=70, number="17000009101"),
        put(tmp_path, NAME, sounds.amr(62)),
    )
    assert len(case.all(Entry)) == 2


@pytest.mark.parametrize("log_first", [True, False])
def test_a_contact_name_alone_joins_the_call_with_that_contact(case: Case, tmp_path: Path, log_first: bool) -> None:
    paths = [
        log(tmp_path, "2026-03-03 12:29:50", seconds=70, name="李某"),
        put(tmp_path, "李某-2603031230.amr", sounds.amr(62)),
    ]
    taken(case, *(paths if log_first else paths[::-1]))
    (entry,) = case.all(Entry)
    assert (entry.number, entry.counterpart_name, len(entry.places)) == (NUMBER, "李某", 2)


def test_another_contact_name_joins_nothing(case: Case, tmp_path: Path) -> None:
    taken(
        case,
        log(tmp_path, "2026-03-03 12:29:50", seconds=70, name="王某"),
        put(tmp_path, "李某-2603031230.amr", sounds.amr(62)),
    )
    assert len(case.all(Entry)) == 2


def test_two_short_calls_of_one_minute_stay_two_recordings(case: Case, tmp_path: Path) -> None:
    taken(case, put(tmp_path, NAME, sounds.amr(10)), put(tmp_path, f"{NUMBER}_20260303123045.amr", sounds.amr(11)))
    assert len(case.all(Entry)) == 2


def test_one_recording_kept_twice_in_two_formats_is_one_call(case: Case, tmp_path: Path) -> None:
    taken(case, put(tmp_path, NAME, sounds.amr(9)), put(tmp_path, f"{NUMBER}_20260303123005.mp3", sounds.mp3(9)))
    (entry,) = case.all(Entry)
    assert len(entry.places) == 2


def test_recordings_of_which_nothing_is_known_stay_apart(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "Sounds" / "CallRecord"
    taken(case, put(folder, "a.wav", sounds.wav(3)), put(folder, "b.wav", sounds.wav(3) + b"\0\0"))
    assert len(case.all(Entry)) == 2


def test_a_voice_memo_is_evidence_and_asks_what_it_is(case: Case, tmp_path: Path) -> None:
    (report,) = taken(case, put(tmp_path, "录音 001.m4a", sounds.m4a(5, brand=b"mp42")))
    assert case.all(Entry) == ()
    assert report.kind == "recording"
    assert any("请在工作台补上" in note for note in report.notes)


def test_a_recording_that_comes_again_under_the_recorders_name_is_read_by_it(case: Case, tmp_path: Path) -> None:
    taken(case, put(tmp_path, "文件1.amr", sounds.amr(62)))
    assert not case.all(Entry)
    taken(case, put(tmp_path, NAME, sounds.amr(62)))
    (entry,) = case.all(Entry)
    assert entry.number == NUMBER
    assert len(case.items()) == 1


def test_a_film_is_no_recording(case: Case, tmp_path: Path) -> None:
    (report,) = taken(case, put(tmp_path, "VID_20260303_123005.mp4", sounds.m4a(5, brand=b"isom", film=True)))
    assert report.kind == "media"


def test_a_time_in_the_future_is_not_believed(case: Case, tmp_path: Path) -> None:
    taken(case, put(tmp_path, f"{NUMBER}_20980303123005.amr", sounds.amr(3)))
    (entry,) = case.all(Entry)
    assert entry.occurred_at is None


# -- transcripts -------------------------------------------------------------------------------------

SRT = "1\n00:00:01,000 --> 00:00:03,500\n你好，你是林舟吗\n\n2\n00:00:04,000 --> 00:00:06,000\n今天必须还钱\n"


def test_a_transcript_beside_the_recording_becomes_its_words(case: Case, tmp_path: Path) -> None:
    put(tmp_path, NAME.replace(".amr", ".srt"), SRT)
    (report,) = taken(case, put(tmp_path, NAME, sounds.amr(7)))
    (entry,) = case.all(Entry)
    assert (entry.text, entry.text_kind) == ("你好，你是林舟吗\n今天必须还钱", "transcript")
    assert len(entry.places) == 2
    (timed,) = entry.attachments
    with case.open_item(timed) as stream:
        assert b"00:00:04.000 --> 00:00:06.000\n\xe4\xbb\x8a" in stream.read()
    assert (report.kept, report.merged) == (1, 1)


def test_a_transcript_typed_later_joins_the_call_it_is_named_after(case: Case, tmp_path: Path) -> None:
    recording = put(tmp_path, NAME, sounds.amr(62))
    taken(case, log(tmp_path, "2026-03-03 12:29:50", seconds=70), recording)
    (report,) = taken(case, put(tmp_path, NAME.replace(".amr", ".txt"), "对方：再不还就找你妈\n我：请停止骚扰\n"))
    (entry,) = case.all(Entry)
    assert report.kind == "transcript"
    assert (entry.text, entry.text_kind, len(entry.places)) == ("对方：再不还就找你妈\n我：请停止骚扰", "transcript", 3)


def test_adding_recording_and_transcript_again_changes_nothing(case: Case, tmp_path: Path) -> None:
    words = put(tmp_path, NAME.replace(".amr", ".srt"), SRT)
    recording = put(tmp_path, NAME, sounds.amr(7))
    taken(case, recording)
    before = case.all(Entry)
    assert [report.is_known for report in taken(case, recording, words)] == [True, True]
    assert case.all(Entry) == before


def test_a_transcript_found_only_the_second_time_is_still_taken(case: Case, tmp_path: Path) -> None:
    recording = put(tmp_path, NAME, sounds.amr(7))
    taken(case, recording)
    put(tmp_path, NAME + ".txt", "今天必须还钱")
    taken(case, recording)
    (entry,) = case.all(Entry)
    assert entry.text == "今天必须还钱"


def test_words_of_an_unknown_recording_wait_for_the_user(case: Case, tmp_path: Path) -> None:
    put(tmp_path, "录音 001.txt", "今天必须还钱")
    taken(case, put(tmp_path, "录音 001.wav", sounds.wav(3)))
    (entry,) = case.all(Entry)
    assert (entry.kind, entry.text, entry.text_kind, entry.occurred_at) == ("other", "今天必须还钱", "transcript", None)


def test_two_transcripts_of_unknown_calls_stay_two(case: Case, tmp_path: Path) -> None:
    taken(case, put(tmp_path, "a.srt", SRT), put(tmp_path, "b.srt", SRT.replace("今天", "明天")))
    assert len(case.all(Entry)) == 2


def test_a_speech_programs_json_is_a_transcript(case: Case, tmp_path: Path) -> None:
    data = {"text": "x", "segments": [{"start": 0.5, "end": 2.0, "text": "今天必须还钱", "speaker": "对方"}]}
    (report,) = taken(case, put(tmp_path, NAME.replace(".amr", ".json"), json.dumps(data)))
    (entry,) = case.all(Entry)
    assert report.kind == "transcript"
    assert (entry.number, entry.text) == (NUMBER, "对方：今天必须还钱")


def test_a_broken_transcript_beside_it_is_named_and_the_recording_taken(case: Case, tmp_path: Path) -> None:
    put(tmp_path, NAME.replace(".amr", ".json"), '{"segments": [')
    (report,) = taken(case, put(tmp_path, NAME, sounds.amr(7)))
    (entry,) = case.all(Entry)
    assert entry.text is None
    assert any("没有当作文字稿" in note for note in report.notes)


# -- speech model ------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", [(), ("model.onnx",), ("model.onnx", "tokens.txt")])
def test_a_missing_or_strange_model_is_said_and_the_recording_taken(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...]
) -> None:
    folder = tmp_path / "模型"
    folder.mkdir()
    for name in files:
        put(folder, name, "x")
    monkeypatch.setenv("CUIJIE_SPEECH_MODEL", str(folder))
    (report,) = taken(case, put(tmp_path, NAME, sounds.wav(3)))
    (entry,) = case.all(Entry)
    assert entry.text is None
    assert any("没有转写" in note and "模型" in note for note in report.notes)


def test_a_model_folder_that_is_not_there_is_said(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUIJIE_SPEECH_MODEL", str(tmp_path / "没有"))
    (report,) = taken(case, put(tmp_path, NAME, sounds.wav(3)))
    assert any("没有找到语音模型的文件夹" in note for note in report.notes)
