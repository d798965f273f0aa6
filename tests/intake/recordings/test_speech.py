"""Transcription on this computer: what is missing is named, nothing is fetched, stretches of sound are found."""

from __future__ import annotations

import importlib.util
import io
import wave
from pathlib import Path

import numpy as np
import pytest

from cuijie.intake.recordings.speech import SpeechUnavailable, spans, transcribe


def _sound(seconds: float = 0.5) -> io.BytesIO:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\x10\x20" * int(8000 * seconds))
    out.seek(0)
    return out


@pytest.mark.parametrize(
    ("files", "package", "why"),
    [
        ({"tokens.txt": "a 0"}, None, "没有语音模型"),
        ({"tokens.txt": "a 0", "model.onnx": "x"}, None, "哪一种语音模型"),
        ({"tokens.txt": "a 0", "sense-voice-model.onnx": "x"}, "sherpa_onnx", "sherpa-onnx"),
        ({"model.bin": "x"}, "faster_whisper", "faster-whisper"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_fetched(
    tmp_path: Path, files: dict[str, str], package: str | None, why: str
) -> None:
    if package is not None and importlib.util.find_spec(package) is not None:
        pytest.skip(f"{package} is installed here")
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(SpeechUnavailable) as refused:
        transcribe(_sound(), "audio/wav", tmp_path)
    assert why in refused.value.message
    assert refused.value.remedy


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpeechUnavailable, match="没有找到语音模型的文件夹“模型”"):
        transcribe(_sound(), "audio/wav", tmp_path / "模型")


def test_sound_is_cut_at_pauses_and_never_longer_than_twenty_seconds() -> None:
    second = np.sin(np.arange(16_000, dtype=np.float32) / 5) / 2
    silence = np.zeros(16_000, dtype=np.float32)
    found = list(spans(np.concatenate([silence, second, silence, second, second, silence])))
    assert [(round(start / 16_000), round(end / 16_000)) for start, end in found] == [(1, 2), (3, 5)]
    assert max(end - start for start, end in spans(np.tile(second, 50))) <= 20 * 16_000
