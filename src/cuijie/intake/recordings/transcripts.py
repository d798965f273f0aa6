"""Transcripts that people or programs wrote: subtitles (SRT, VTT, LRC), speech programs' JSON, plain text.

A transcript is never the evidence itself: the words are marked as such, and the recording stays beside them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from cuijie.intake.encoding import decode_text
from cuijie.intake.found import IntakeError

__all__ = ["Segment", "Transcript", "read_transcript"]

_CHARACTERS: Final = 500_000
_SEGMENTS: Final = 50_000
_STAMP: Final = r"(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_CUE: Final = re.compile(rf"^\s*({_STAMP})\s*-->\s*({_STAMP})(?:\s.*)?$")
_LRC: Final = re.compile(r"^\s*\[(\d{1,3}:\d{2}(?:[.:]\d{1,3})?)\]\s*(.*)$")
_LRC_TAG: Final = re.compile(r"\s*\[[A-Za-z]{2,8}:[^\]]*\]\s*")  # [ti:…], [ar:…]
_TIMED: Final = re.compile(rf"^\s*[\[(（【]?({_STAMP})(?:\s*[-–~至]+\s*({_STAMP}))?[\])）】]?\s*(\S.*)$")
_HEADED: Final = re.compile(  # 说话人1 00:00:01, 张三(00:01): …
    rf"^\s*(?P<who>[^\d\s:：，,。.？?！!()（）\[\]]{{1,12}}(?:\s?\d{{1,2}})?)(?:\s+|\s*[(（\[])(?P<at>{_STAMP})[)）\]]?\s*[:：]?\s*(?P<rest>.*)$"
)
_SPEAKER: Final = re.compile(r"(?:说话人|发言人|讲话人|speaker|spk)\s?\w{1,3}", re.IGNORECASE)
_LONGEST_S: Final = 6 * 3600  # a later stamp is a time of day, not a place in a recording
_VOICE: Final = re.compile(r"^<v(?:\.[^ >]*)?\s+([^>]{1,60})>\s*")
_TAG: Final = re.compile(r"</?[a-zA-Z][^>]{0,80}>")
_LISTS: Final = (
    "segments",
    "transcription",
    "sentences",
    "sentenceinfo",
    "results",
    "utterances",
    "chunks",
    "paragraphs",
    "resultdetail",
)
_WRAPPERS: Final = ("result", "data")
_WORDS: Final = ("text", "sentence", "transcript", "content", "onebest", "finalsentence")
_STARTS: Final = ("start", "starttime", "begintime", "startms", "begin", "bg")
_ENDS: Final = ("end", "endtime", "endms", "ed")
_SPEAKERS: Final = ("speaker", "spk", "speakerid", "channel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Words and, where the transcript says so, from when to when (seconds from the start) and by whom."""

    text: str
    start_s: float | None = None
    end_s: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """What was said, in order."""

    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        """The words alone, one segment a line, with who spoke where that is known."""
        return "\n".join(f"{one.speaker}：{one.text}" if one.speaker else one.text for one in self.segments)

    @property
    def is_timed(self) -> bool:
        """True if any segment says when it was spoken."""
        return any(one.start_s is not None for one in self.segments)

    def vtt(self) -> bytes:
        """As WebVTT, the form a browser's player reads; a segment without a time follows the one before it."""
        lines, at = ["WEBVTT", ""], 0.0
        for one in self.segments:
            start = at if one.start_s is None else one.start_s
            at = max(start, one.end_s if one.end_s is not None else start + 2)
            words = one.text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "→")
            voice = f"<v {re.sub(r'[<>&]', '', one.speaker)}>" if one.speaker else ""
            lines += [f"{_clock(start)} --> {_clock(at)}", voice + words, ""]
        return "\n".join(lines).encode()


def _clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def read_transcript(data: bytes, name: str) -> Transcript:
    """The transcript in *data*, its form told by its content.

    Raises IntakeError for text that holds no words, for JSON without segments, and for binary files.
    """
    decoded = decode_text(data)
    text = decoded.text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or decoded.broken > len(text) // 20:
        raise IntakeError(f"“{name}”不是文字稿。", remedy="文字稿请存成 TXT、SRT、VTT 或 JSON。")
    if len(text) > _CHARACTERS:
        raise IntakeError(f"“{name}”有 {len(text)} 个字，超过一份文字稿的上限 {_CHARACTERS}。", remedy="请分成几份。")
    segments = tuple(one for one in _segments(text, name) if one.text)[:_SEGMENTS]
    if not segments:
        raise IntakeError(f"“{name}”里没有找到文字。", remedy="请看看是不是没有保存。")
    return Transcript(segments=segments)


def _segments(text: str, name: str) -> Iterator[Segment]:
    lines = text.split("\n")
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from _json(msgspec.json.decode(text.encode("utf-8", "replace")))
            return
        except (msgspec.DecodeError, RecursionError) as error:
            if not any(_LRC.match(line) or _TIMED.match(line) for line in lines):
                raise IntakeError(f"“{name}”不是完整的 JSON 文字稿。", remedy="请重新导出一次。") from error
    if any(_CUE.match(line) for line in lines):
        yield from _cues(lines)
    elif sum(_LRC.match(line) is not None for line in lines) >= 2:
        yield from _stamped(lines, _LRC)
    elif sum(_TIMED.match(line) is not None for line in lines) >= 2:
        yield from _stamped(lines, _TIMED)
    elif sum(_HEADED.match(line) is not None for line in lines) >= 2:
        yield from _headed(lines)
    elif not text.startswith("WEBVTT"):  # which would be one without any words
        yield from (_spoken(line.strip(), None, None) for line in lines)


def _cues(lines: Sequence[str]) -> Iterator[Segment]:
    """SRT and WebVTT: a line of times, then words up to an empty line."""
    at: tuple[float | None, float | None] | None = None
    words: list[str] = []
    for line in (*lines, ""):
        found = _CUE.match(line)
        if (found or not line.strip()) and at is not None:
            if found and words and words[-1].strip().isdecimal():
                words.pop()  # the next cue's number, where no empty line stands before it
            yield _spoken(" ".join(words).strip(), *at)
            at, words = None, []
        if found:
            at = _seconds(found[1]), _seconds(found[2])
        elif at is not None and line.strip():
            words.append(line.strip())


def _stamped(lines: Sequence[str], form: re.Pattern[str]) -> Iterator[Segment]:
    """Lines that begin with a time; a line without one goes on with the words before it."""
    start: float | None = None
    end: float | None = None
    words: list[str] = []
    for line in lines:
        found = form.match(line)
        if found is None:
            if line.strip() and not _LRC_TAG.fullmatch(line):
                words.append(line.strip())
            continue
        if words:
            yield _by_label(words, start, end)
        start, words = _seconds(found[1]), [found[found.lastindex or 1].strip()]
        end = _seconds(found[2]) if form is _TIMED and found[2] else None
    yield _by_label(words, start, end)


def _by_label(words: Sequence[str], start: float | None, end: float | None) -> Segment:
    """The words of one stamp, of which the first line may only say who speaks (说话人1)."""
    if len(words) > 1 and _SPEAKER.fullmatch(words[0]):
        return replace(_spoken(" ".join(words[1:]), start, end), speaker=words[0])
    return _spoken(" ".join(words).strip(), start, end)


def _headed(lines: Sequence[str]) -> Iterator[Segment]:
    """Lines that begin with who speaks and when, the words behind or below; what stands above the first is no speech."""
    who: str | None = None
    start: float | None = None
    words: list[str] = []
    for line in lines:
        if found := _HEADED.match(line):
            if who is not None:
                yield replace(_spoken(" ".join(words), start, None), speaker=who)
            at = _seconds(found["at"])
            who, start, words = found["who"].strip(), at if at < _LONGEST_S else None, []
            line = found["rest"]
        if line.strip():
            words.append(line.strip())
        if who is None:
            words = []
    yield replace(_spoken(" ".join(words), start, None), speaker=who)


def _seconds(stamp: str) -> float:
    parts = stamp.replace(",", ".").split(":")
    if len(parts) == 3 and "." not in stamp and len(parts[0]) == 2 and len(parts[2]) == 3:
        parts = [parts[0], f"{parts[1]}.{parts[2]}"]  # an LRC that writes 01:02:500
    seconds = 0.0
    for part in parts:
        seconds = seconds * 60 + float(part)
    return seconds


def _spoken(words: str, start: float | None, end: float | None) -> Segment:
    voice = _VOICE.match(words)
    plain = _TAG.sub("", words[voice.end() :] if voice else words).replace("&lt;", "<").replace("&gt;", ">")
    return Segment(
        text=plain.replace("&amp;", "&").strip(), start_s=start, end_s=end, speaker=voice[1].strip() if voice else None
    )


# -- JSON of speech programs ---------------------------------------------------------------------------


def _json(value: object) -> Iterator[Segment]:
    rows = _rows(value)
    if rows is not None:
        for row in rows:
            if isinstance(row, Mapping):
                yield _row(row)
            elif isinstance(row, str):
                yield Segment(text=row.strip())
    elif isinstance(value, Mapping) and isinstance(words := value.get("text"), str):
        for line in words.split("\n"):
            yield Segment(text=line.strip())


def _rows(value: object) -> Sequence[object] | None:
    """The list of what was said, also inside what a service wraps around it (``{"Data": {"ResultDetail": […]}}``)."""
    if isinstance(value, list):
        if len(value) == 1 and isinstance(value[0], Mapping) and (inner := _rows(value[0])) is not None:
            return inner
        return value
    if not isinstance(value, Mapping):
        return None
    plain = _plain_keys(value)
    found = next((rows for key in _LISTS if isinstance(rows := plain.get(key), list)), None)
    return found or next((rows for key in _WRAPPERS if (rows := _rows(plain.get(key))) is not None), None)


def _plain_keys(row: Mapping[object, object]) -> dict[str, object]:
    """The keys as compared: ``BeginTime`` and ``begin_time`` are one."""
    return {str(key).lower().replace("_", ""): value for key, value in row.items()}


def _row(written: Mapping[object, object]) -> Segment:
    row = _plain_keys(written)
    words = next((found for key in _WORDS if isinstance(found := row.get(key), str)), "")
    start, end = _number(row, _STARTS), _number(row, _ENDS)
    offsets, stamp, more = row.get("offsets"), row.get("timestamp"), row.get("additions")
    if isinstance(offsets, Mapping):  # milliseconds
        start, end = (
            None if part is None else part / 1000 for part in (_number(offsets, ("from",)), _number(offsets, ("to",)))
        )
    elif isinstance(stamp, list) and len(stamp) == 2 and not isinstance(stamp[0], list):
        start, end = (float(part) if isinstance(part, int | float) else None for part in stamp)
    elif start is not None and end is not None and _is_milliseconds(row, start, end, words):
        start, end = start / 1000, end / 1000
    told = {**_plain_keys(more), **row} if isinstance(more, Mapping) else row
    who = next((told[key] for key in _SPEAKERS if isinstance(told.get(key), str | int)), None)
    return Segment(text=words.strip(), start_s=start, end_s=end, speaker=_speaker(who))


def _is_milliseconds(row: Mapping[str, object], start: float, end: float, words: str) -> bool:
    """Whole numbers that would make a few words last minutes are milliseconds."""
    is_whole = all(not isinstance(row.get(key), float) for key in (*_STARTS, *_ENDS))
    return is_whole and end - start > max(30, 5 * len(words))


def _number(row: Mapping[str, object], keys: Sequence[str]) -> float | None:
    for key in keys:
        value = row.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
            return float(value)
        if isinstance(value, str) and re.fullmatch(_STAMP, value):
            return _seconds(value)
        if isinstance(value, str) and re.fullmatch(r"\d{1,8}(?:\.\d+)?", value):
            return float(value)
    return None


def _speaker(who: object) -> str | None:
    if isinstance(who, int):
        return f"说话人{who}"
    return who.strip() or None if isinstance(who, str) else None
