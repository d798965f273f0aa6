"""A transcript brought by itself: it joins the recording or call that its file name tells of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cuijie.intake.found import Found, IntakeError, Note
from cuijie.intake.recordings import call_of, unknown_talk, words_of
from cuijie.intake.recordings.names import read_name
from cuijie.intake.recordings.transcripts import read_transcript
from cuijie.intake.source import Head, Source

__all__ = ["KIND", "TITLE", "read", "sniff"]

KIND: Final = "transcript"
TITLE: Final = "录音的文字稿"

_ALWAYS: Final = {"srt", "vtt", "lrc"}
_SPEECH_KEYS: Final = (b'"segments"', b'"transcription"', b'"sentence_info"', b'"utterances"')


def sniff(head: Head) -> bool:
    """True for subtitles with times, speech programs' JSON, and plain text named as a recorder names a call."""
    if not head.data or b"\0" in head.data[:64]:
        return False
    if head.suffix == "json":
        is_ours = any(key in head.data for key in _SPEECH_KEYS) and b'"text"' in head.data
    elif head.suffix == "txt":
        name = read_name(head.name)
        is_ours = name.when.instant is not None and (name.is_call or name.number_raw is not None)
    else:
        is_ours = head.suffix in _ALWAYS
    if not is_ours:
        return False
    try:
        return head.suffix in {"txt", "json"} or read_transcript(head.data, head.name).is_timed
    except IntakeError:
        return False


def read(source: Source) -> Iterator[Found]:
    """The words as a transcript of the call that the name tells of.  Raises IntakeError where there are none."""
    read_transcript(source.read_all(8 << 20), source.name)
    entry = call_of(source, "transcript", read_name(source.name))
    if entry is None:
        entry = unknown_talk(source, "transcript")
        yield Note(text="文件名没有说是哪一通电话，请在工作台补上号码和时间，或改成和录音一样的名字。")
    yield from words_of(source, entry)
