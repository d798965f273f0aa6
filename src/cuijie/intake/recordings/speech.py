"""Transcription on this computer with a speech model that the user has; nothing is ever downloaded.

The model's folder is named by ``CUIJIE_SPEECH_MODEL`` or given.  Needs the sherpa-onnx package, or faster-whisper for a
model in its form (``model.bin``); formats other than WAV also need an ffmpeg program on this computer.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from cuijie.intake.found import IntakeError
from cuijie.intake.recordings.transcripts import Segment, Transcript

if TYPE_CHECKING:
    import numpy as np

    Samples = np.ndarray[Any, np.dtype[np.float32]]

__all__ = ["Heard", "SpeechUnavailable", "model_folder", "spans", "transcribe"]

_MODEL_VARIABLE: Final = "CUIJIE_SPEECH_MODEL"
_HERTZ: Final = 16_000
_HOURS: Final = 4
_SECONDS_AT_MOST: Final = 600
_LONGEST: Final = 20 * _HERTZ  # samples in one piece
_STEP: Final = _HERTZ // 50
_PAUSE: Final = 20  # steps of 20 ms: a pause of 0.4 s ends a piece


class SpeechUnavailable(IntakeError):
    """Transcription is not possible here: what is missing and what to do."""

    code = "IN-022"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A transcript and what made it."""

    transcript: Transcript
    tool: str  # package, version and model folder


def model_folder() -> Path | None:
    """The model folder that the environment names, or None."""
    named = os.environ.get(_MODEL_VARIABLE, "").strip()
    return Path(named) if named else None


def transcribe(stream: BinaryIO, media_type: str, model: Path) -> Heard:
    """The words of the recording in *stream* with the model in the folder *model*.

    Raises SpeechUnavailable where the package, the model or the decoder is missing or does not fit.
    """
    if not model.is_dir():
        raise SpeechUnavailable(
            f"没有找到语音模型的文件夹“{model.name}”。", remedy=f"请检查 {_MODEL_VARIABLE} 写的位置。"
        )
    is_whisper = (model / "model.bin").is_file()
    kind, files = ("", {}) if is_whisper else _model_files(model)
    package = "faster-whisper" if is_whisper else "sherpa-onnx"
    if importlib.util.find_spec(package.replace("-", "_")) is None:
        raise SpeechUnavailable(
            f"要用这个模型在本机转写录音，需要安装 {package} 组件（不联网，也不会替你下载模型）。",
            remedy="装好后再收一次；也可以自己听写，把文字存成同名的 .txt 放在录音旁边。",
        )
    samples = _samples(stream, media_type)
    try:
        heard = _whispered(model, samples) if is_whisper else _heard(_recogniser(kind, files), samples)
        segments = tuple(one for one in heard if one.text)
    except SpeechUnavailable:
        raise
    except (RuntimeError, ValueError, TypeError, AttributeError, OSError, LookupError) as error:
        raise SpeechUnavailable(
            f"“{model.name}”里的语音模型用不了（{type(error).__name__}）。",
            remedy=f"请换一个 {package} 支持的中文模型，文件要齐全。",
        ) from error
    return Heard(transcript=Transcript(segments=segments), tool=f"{package} {metadata.version(package)} · {model.name}")


# -- the model -----------------------------------------------------------------------------------------


def _model_files(folder: Path) -> tuple[str, dict[str, str]]:
    """(constructor, its files) for the kinds of model a folder may hold, smaller (int8) files first."""
    found = sorted(folder.glob("*.onnx"), key=lambda path: ("int8" not in path.name, path.name))

    def named(word: str) -> str | None:
        return next((str(path) for path in found if word in path.name.lower()), None)

    tokens = next((str(path) for path in sorted(folder.glob("*tokens*.txt"))), None)
    if tokens is None or not found:
        raise SpeechUnavailable(
            f"“{folder.name}”里没有语音模型（要有 .onnx 文件和 tokens.txt，或 faster-whisper 的 model.bin）。",
            remedy="请给出 sherpa-onnx 或 faster-whisper 中文模型解压后的文件夹。",
        )
    encoder, decoder, joiner, plain = named("encoder"), named("decoder"), named("joiner"), named("model")
    if encoder and decoder and joiner:
        return "from_transducer", {"encoder": encoder, "decoder": decoder, "joiner": joiner, "tokens": tokens}
    if encoder and decoder:
        return "from_whisper", {"encoder": encoder, "decoder": decoder, "tokens": tokens}
    label = f"{folder.name} {found[0].name}".lower()
    if plain and "sense" in label:
        return "from_sense_voice", {"model": plain, "tokens": tokens}
    if plain and "paraformer" in label:
        return "from_paraformer", {"paraformer": plain, "tokens": tokens}
    raise SpeechUnavailable(
        f"看不出“{folder.name}”里是哪一种语音模型。",
        remedy="文件夹名请保留模型原名（含 sense-voice、paraformer、zipformer 或 whisper）。",
    )


def _recogniser(kind: str, files: dict[str, str]) -> Any:
    make = getattr(import_module("sherpa_onnx").OfflineRecognizer, kind)
    more = {"language": "zh"} if kind == "from_whisper" else {"use_itn": True} if kind == "from_sense_voice" else {}
    return make(**files, num_threads=2, **more)


def _heard(recogniser: Any, samples: Samples) -> Iterator[Segment]:
    for start, end in spans(samples):
        stream = recogniser.create_stream()
        stream.accept_waveform(_HERTZ, samples[start:end])
        recogniser.decode_stream(stream)
        yield Segment(text=str(stream.result.text).strip(), start_s=start / _HERTZ, end_s=end / _HERTZ)


def _whispered(folder: Path, samples: Samples) -> Iterator[Segment]:
    """The segments of a faster-whisper model, which tells their times itself."""
    if not (folder / "tokenizer.json").is_file():  # the package would fetch it from the network
        raise SpeechUnavailable(
            f"“{folder.name}”里缺 tokenizer.json，没有它就要联网，所以没有用。",
            remedy="请把模型的全部文件放进这个文件夹。",
        )
    model = import_module("faster_whisper").WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=2, local_files_only=True
    )
    segments, _ = model.transcribe(samples, language="zh", beam_size=5)
    for one in segments:
        yield Segment(text=str(one.text).strip(), start_s=float(one.start), end_s=float(one.end))


# -- the sound -----------------------------------------------------------------------------------------


def spans(samples: Samples) -> Iterator[tuple[int, int]]:
    """(first, last) sample of each stretch of sound between pauses; none is longer than 20 seconds."""
    import numpy as np

    steps = len(samples) // _STEP
    if not steps:
        return
    loud = np.sqrt(np.mean(samples[: steps * _STEP].reshape(steps, _STEP) ** 2, axis=1))
    quiet_level, loud_level = np.percentile(loud, (20, 95))
    floor = max(0.003, min(float(quiet_level) * 2, float(loud_level) / 4))  # talk without pauses is all sound
    start, quiet = -1, 0
    for number in range(steps):
        is_loud = bool(loud[number] > floor)
        if start < 0 and is_loud:
            start, quiet = max(0, number - 5), 0
        if start < 0:
            continue
        quiet = 0 if is_loud else quiet + 1
        if quiet >= _PAUSE or (number - start) * _STEP >= _LONGEST - _STEP:
            yield start * _STEP, (number + 1) * _STEP
            start = -1
    if start >= 0:
        yield start * _STEP, len(samples)


def _samples(stream: BinaryIO, media_type: str) -> Samples:
    """The sound as 16 kHz mono between -1 and 1."""
    import numpy as np

    if media_type == "audio/wav" and (plain := _plain_wave(stream)) is not None:
        return plain
    program = shutil.which("ffmpeg")
    if program is None:
        raise SpeechUnavailable(
            "这种录音要先解码才能转写，本机没有 ffmpeg。", remedy="请安装 ffmpeg，或自己听写成同名的 .txt。"
        )
    stream.seek(0)
    command = [program, "-v", "quiet", "-protocol_whitelist", "pipe", "-i", "pipe:0", "-vn", "-t", str(_HOURS * 3600)]
    command += ["-f", "s16le", "-ac", "1", "-ar", str(_HERTZ), "pipe:1"]
    try:
        done = subprocess.run(command, input=stream.read(), capture_output=True, timeout=_SECONDS_AT_MOST, check=False)  # noqa: S603 — a fixed command, no shell
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SpeechUnavailable("录音解码没有成功。", remedy="请自己听写成同名的 .txt。") from error
    if not done.stdout:
        raise SpeechUnavailable("录音解码没有成功，文件可能损坏。", remedy="请自己听写成同名的 .txt。")
    sound = np.frombuffer(done.stdout[: len(done.stdout) // 2 * 2], dtype="<i2")
    return (sound / 32_768).astype(np.float32)


def _plain_wave(stream: BinaryIO) -> Samples | None:
    """16-bit WAV resampled; None for other kinds of WAV, which need the decoder."""
    import numpy as np

    try:
        with wave.open(stream) as sound:
            if sound.getsampwidth() != 2 or not 4000 <= sound.getframerate() <= 192_000:
                return None
            rate, channels = sound.getframerate(), sound.getnchannels()
            data = sound.readframes(rate * 3600 * _HOURS)
    except (wave.Error, EOFError):
        return None
    mono = (
        np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], dtype="<i2")
        .reshape(-1, channels)
        .mean(axis=1)
    )
    if not len(mono):
        return None
    at = np.linspace(0, len(mono) - 1, max(1, len(mono) * _HERTZ // rate))
    resampled: Samples = (np.interp(at, np.arange(len(mono)), mono) / 32_768).astype(np.float32)
    return resampled
