"""Recordings of calls: the sound is the evidence; its name, length and transcript propose one call to confirm.

The proposal joins the same call of a phone log where number (or contact name) and time fit; else it stays a
candidate.  The words come only from a transcript that lies beside the recording, or from a speech model on this
computer; they are marked as a transcript.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import PurePath
from typing import Final

from cuijie.clock import SHANGHAI
from cuijie.intake import media
from cuijie.intake.entries import content_id, make_entry
from cuijie.intake.found import Attachment, Details, Found, IntakeError, Note
from cuijie.intake.recordings.length import Length, length_of
from cuijie.intake.recordings.names import CallName, read_name
from cuijie.intake.recordings.speech import model_folder, transcribe
from cuijie.intake.recordings.transcripts import Transcript, read_transcript
from cuijie.intake.remembered import once
from cuijie.intake.source import Head, Source
from cuijie.intake.streams import sha256_of
from cuijie.intake.times.written import UNKNOWN, When
from cuijie.records import Entry

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "call_of", "describe", "read", "sniff", "unknown_talk", "words_of"]

KIND: Final = "recording"
TITLE: Final = "录音"
IS_EVIDENCE: Final = True

_SOUND_SUFFIXES: Final = {"m4a", "aac", "3ga", "m4b", "m4r"}
_CALL_FOLDERS: Final = ("call", "phonerecord", "通话", "电话")
_FORMATS: Final = {
    "audio/wav": "WAV", "audio/amr": "AMR", "audio/amr-wb": "AMR-WB", "audio/aac": "AAC", "audio/mpeg": "MP3",
    "audio/mp4": "M4A", "audio/ogg": "OGG", "audio/flac": "FLAC", "audio/silk": "SILK", "audio/x-caf": "CAF",
}  # fmt: skip


def sniff(head: Head) -> bool:
    """True for sound by its first bytes; a film container only where its name says that it is a call or sound."""
    return _kind(head) is not None


def _kind(head: Head) -> str | None:
    kind = media.media_type(head.data) if head.data else None
    if kind is None or kind.startswith("audio/"):
        return kind
    if kind not in {"video/mp4", "video/quicktime"}:
        return None
    is_sound = head.suffix in _SOUND_SUFFIXES or read_name(head.name).is_call
    return "audio/mp4" if is_sound and b"vide" not in head.data else None


def describe(source: Source) -> Details:
    """Format, length, and what the name says, as kept with the item."""
    kind = _kind(source.head()) or ""
    name, length = read_name(source.name), _length(source, kind)
    extra = [("duration_s", _whole(length))] if length.seconds is not None else []
    if length.trouble:
        extra.append(("trouble", length.trouble))
    if name.when.instant is not None:
        extra.append(("name_time", name.when.instant.isoformat()))
    if name.number_raw:
        extra.append(("name_number", name.number_raw))
    if name.contact:
        extra.append(("name_contact", name.contact))
    return Details(media_type=kind or None, extra=tuple(extra))


def _length(source: Source, kind: str) -> Length:
    try:
        with source.open() as stream:
            return length_of(stream, source.size, kind)
    except OSError:
        return Length()


def _whole(length: Length) -> str:
    return str(round(length.seconds or 0))


def read(source: Source) -> Iterator[Found]:
    """The proposed call with its transcript, and what the name and the sound tell.

    Raises IntakeError for a file too short to hold any sound.
    """
    if source.size < 16:
        raise IntakeError(
            f"“{source.name}”几乎是空的（{source.size} 字节），不是完整的录音。", remedy="请从手机里重新传一次。"
        )
    kind = _kind(source.head()) or ""
    length, name = _length(source, kind), _plausible(read_name(source.name), source)
    entry = call_of(source, "recording", name, duration_s=None if length.seconds is None else round(length.seconds))
    beside = sorted(source.members.items())
    if entry is None and beside:
        entry = unknown_talk(source, "recording")
    if entry is not None:
        yield from _with_words(source, entry, kind)
        for _, companion in beside:
            yield from words_of(companion, entry)
    if length.trouble:
        yield Note(text=f"{length.trouble}；原件已原样收好。")
    yield Note(text=_one_line(kind, length, name))


def _plausible(name: CallName, source: Source) -> CallName:
    """A time after the file was taken in is no time of a recording: the phone's clock or the pattern is wrong."""
    at, now = name.when.instant, source.taken_in_at
    return replace(name, when=UNKNOWN) if at and now and at > now + timedelta(days=1) else name


MARK: Final = (("recording", "name"),)
"""On every entry that a recording proposes; merging knows it by this."""


def call_of(source: Source, at: str, name: CallName, *, duration_s: int | None = None) -> Entry | None:
    """The call that a name proposes, or None where neither name nor folder says that there was one."""
    folder = PurePath(source.folder.replace("\\", "/")).name.lower()
    has_who = name.number_raw is not None or name.contact is not None
    if not (name.is_call or has_who or any(word in folder for word in _CALL_FOLDERS)):
        return None
    entry = make_entry(
        source, at, "call", when=name.when, inbound=name.inbound, number_raw=name.number_raw,
        number_shown=name.number_shown, name=name.contact, duration_s=duration_s, is_inferred=True, extra=MARK,
    )  # fmt: skip
    return entry if has_who and name.when.instant is not None else _by_content(source, entry)


def unknown_talk(source: Source, at: str) -> Entry:
    """Words of which nothing tells whose they are or when they were said: the user will."""
    return _by_content(source, make_entry(source, at, "other", is_inferred=True, extra=MARK))


def _by_content(source: Source, entry: Entry) -> Entry:
    """With an id from the file itself: two recordings of which nothing is known are two."""
    when = When(instant=entry.occurred_at, raw=entry.time_raw)
    return replace(entry, entry_id=content_id(entry.kind, when, source.owner, source.item_id))


def _with_words(source: Source, entry: Entry, kind: str) -> Iterator[Found]:
    """The call; with the words of a speech model where the user has one and no transcript lies beside it."""
    model = model_folder()
    if model is None or source.members:
        yield entry
        return
    try:
        with source.open() as stream:
            fingerprint = sha256_of(stream)
            stream.seek(0)
            heard = once("recording", fingerprint, lambda: transcribe(stream, kind, model))
    except IntakeError as error:
        yield entry
        yield Note(text=f"没有转写：{error.message}{error.remedy}")
        return
    if not heard.transcript.segments:
        yield entry
        yield Note(text="转写没有听出话来。")
        return
    piece = _timed_words(source, heard.transcript, heard.tool)
    yield piece
    yield replace(entry, text=heard.transcript.text, text_kind="transcript", attachments=(piece.key,))
    yield Note(text="话是机器转写的，请对照录音改正。")


def _timed_words(source: Source, transcript: Transcript, tool: str) -> Attachment:
    data = transcript.vtt()
    return Attachment(
        key=hashlib.sha256(data).hexdigest(),
        name=f"{source.name}.vtt",
        media_type="text/vtt",
        data=data,
        at=source.place("transcript"),
        kind="transcript",
        tool=tool,
    )


def words_of(source: Source, entry: Entry) -> Iterator[Found]:
    """*entry* once more with the words of the transcript file *source*: as a further piece of evidence of it."""
    try:
        transcript = read_transcript(source.read_all(8 << 20), source.name)
    except IntakeError as error:
        yield Note(text=f"旁边的“{source.name}”没有当作文字稿：{error.message}{error.remedy}")
        return
    attachments: tuple[str, ...] = ()
    if transcript.is_timed:
        piece = _timed_words(source, transcript, "cuijie")
        yield piece
        attachments = (piece.key,)
    yield replace(
        entry,
        places=(source.place("transcript"),),
        text=transcript.text,
        text_kind="transcript",
        attachments=attachments,
        extra=(*entry.extra, ("transcript", source.name)),
    )
    yield Note(text=f"“{source.name}”作为文字稿收下（{len(transcript.segments)} 段），标明是转写，请对照录音。")


def _one_line(kind: str, length: Length, name: CallName) -> str:
    parts = [f"{_FORMATS.get(kind, '')} 录音".strip()]
    if length.seconds is not None:
        minutes, seconds = divmod(round(length.seconds), 60)
        parts.append(f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒")
    if length.has_picture:
        parts.append("里面也有画面")
    if name.number_raw or name.contact:
        parts.append("文件名里有" + ("号码" if name.number_raw else "联系人名字"))
    if name.when.instant is not None:
        local = name.when.instant.astimezone(SHANGHAI)
        parts.append(f"开始于 {local:%Y-%m-%d %H:%M}（手机自己的时钟，按北京时间）")
    line = "，".join(parts) + "。"
    if name.when.instant is None or not (name.number_raw or name.contact or name.number_shown is False):
        line += "文件名没有说全是和谁、什么时候通的话，请在工作台补上。"
    return line
