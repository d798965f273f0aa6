"""How long a recording is, from its own bytes: frames are counted, headers are believed only where they can be true.

WAV, AMR, AAC (ADTS), MP3, M4A/MP4/3GP, Ogg (Opus, Vorbis, Speex), FLAC and SILK; nothing is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from cuijie.intake.recordings.boxes import movie_of

__all__ = ["Length", "length_of"]

_PIECE: Final = 1 << 20
_FRAMES: Final = 20_000_000  # 110 hours of 20 ms
_LOST: Final = 65_536  # bytes that may be skipped in all while looking for the next whole frame
_LEAST_RATE: Final = 30  # bytes a second that even silence takes: a header that says less is not believed
_CUT_SHORT: Final = "录音没有传完，时长按已有的部分算"
_NO_LENGTH: Final = "看不出时长，文件头可能损坏"


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """Seconds of sound, None where the file does not tell; ``trouble`` says in Chinese what is wrong with it."""

    seconds: float | None = None
    trouble: str | None = None
    has_picture: bool = False  # a film rather than a recording


Measure = Callable[[bytes, int], tuple[int, float] | None]
"""(bytes, seconds) of the frame at a position of a buffer, or None where none begins."""


def length_of(stream: BinaryIO, size: int, media_type: str) -> Length:
    """The length of the recording of *size* bytes in *stream*; unknown kinds have none."""
    match media_type:
        case "audio/wav":
            found = _wav(stream, size)
        case "audio/amr":
            found = _walk(stream, 6, _amr(_AMR_BYTES))
        case "audio/amr-wb":
            found = _walk(stream, 9, _amr(_AMR_WB_BYTES))
        case "audio/aac":
            found = _walk(stream, 0, _adts)
        case "audio/mpeg":
            found = _walk(stream, _after_tag(stream), _mpeg)
        case "audio/silk":
            found = _walk(stream, 10 if stream.read(1) == b"\x02" else 9, _silk)
        case "audio/mp4" | "video/mp4" | "video/quicktime":
            movie = movie_of(stream, size)
            found = Length(seconds=movie.seconds, trouble=movie.trouble, has_picture=movie.has_picture)
        case "audio/ogg":
            found = _ogg(stream, size)
        case "audio/flac":
            found = _flac(stream)
        case _:
            return Length()
    if found.seconds is not None and found.seconds > max(1, size / _LEAST_RATE):
        return Length(trouble=_NO_LENGTH, has_picture=found.has_picture)
    return found


# -- formats whose frames are counted --------------------------------------------------------------


def _walk(stream: BinaryIO, start: int, measure: Measure) -> Length:
    """Counts the frames from *start*, looking for the next one where bytes are damaged."""
    stream.seek(start)
    data, at, is_end = b"", 0, False
    frames, seconds, lost = 0, 0.0, 0
    while frames < _FRAMES:
        if len(data) - at < 16 and not is_end:
            more = stream.read(_PIECE)
            data, at, is_end = data[at:] + more, 0, not more
            continue
        if at >= len(data):
            break
        frame = measure(data, at)
        if frame is None:
            at, lost = at + 1, lost + 1
            if lost > _LOST:
                break
            continue
        wide, lasts = frame
        while at + wide > len(data) and not is_end:
            more = stream.read(_PIECE)
            data, at, is_end = data[at:] + more, 0, not more
        if at + wide > len(data):
            return Length(seconds=seconds, trouble=_CUT_SHORT)
        frames, seconds, at = frames + 1, seconds + lasts, at + wide
    if not frames:
        return Length(trouble=_NO_LENGTH)
    return Length(seconds=seconds, trouble="录音中间有损坏的部分" if lost > 1024 else None)


_AMR_BYTES: Final = {**dict(enumerate((12, 13, 15, 17, 19, 20, 26, 31, 5))), 15: 0}
_AMR_WB_BYTES: Final = {**dict(enumerate((17, 23, 32, 36, 40, 46, 50, 58, 60, 5))), 14: 0, 15: 0}


def _amr(sizes: dict[int, int]) -> Measure:
    def measure(data: bytes, at: int) -> tuple[int, float] | None:
        header = data[at]
        payload = sizes.get((header >> 3) & 0x0F)
        return None if payload is None or header & 0x83 else (1 + payload, 0.02)

    return measure


_ADTS_RATES: Final = (
    96_000,
    88_200,
    64_000,
    48_000,
    44_100,
    32_000,
    24_000,
    22_050,
    16_000,
    12_000,
    11_025,
    8000,
    7350,
)


def _adts(data: bytes, at: int) -> tuple[int, float] | None:
    if len(data) - at < 7 or data[at] != 0xFF or data[at + 1] & 0xF6 != 0xF0:
        return None
    rate = (data[at + 2] >> 2) & 0x0F
    wide = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if rate >= len(_ADTS_RATES) or wide < 7:
        return None
    return wide, 1024 * ((data[at + 6] & 3) + 1) / _ADTS_RATES[rate]


_KILOBITS: Final = {  # by layer III of version 1 or of versions 2 and 2.5
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG_RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8000)}


def _mpeg(data: bytes, at: int) -> tuple[int, float] | None:
    """One frame of layer III; the frame that only carries an encoder's index counts as none of the sound."""
    if len(data) - at < 4 or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return None
    version, bits, rate = (data[at + 1] >> 3) & 3, data[at + 2] >> 4, (data[at + 2] >> 2) & 3
    if version == 1 or bits in (0, 15) or rate == 3:
        return None
    is_first = version == 3
    hertz = _MPEG_RATES[version][rate]
    samples = 1152 if is_first else 576
    wide = samples // 8 * _KILOBITS[is_first][bits] * 1000 // hertz + ((data[at + 2] >> 1) & 1)
    is_index = any(mark in data[at + 4 : at + 44] for mark in (b"Xing", b"Info", b"VBRI"))
    return wide, 0.0 if is_index else samples / hertz


def _after_tag(stream: BinaryIO) -> int:
    """Where the sound begins behind an ID3 tag."""
    head = stream.read(10)
    if len(head) < 10 or not head.startswith(b"ID3"):
        return 0
    wide = 0
    for byte in head[6:10]:
        wide = wide << 7 | byte & 0x7F
    return 10 + wide + (10 if head[5] & 0x10 else 0)


def _silk(data: bytes, at: int) -> tuple[int, float] | None:
    """A chat app's voice message: frames of 20 ms, each with its length before it."""
    if len(data) - at < 2:
        return None
    wide = int.from_bytes(data[at : at + 2], "little")
    return (2, 0.0) if wide == 0xFFFF else (2 + wide, 0.02) if 0 < wide <= 1024 else None


# -- formats whose header tells ----------------------------------------------------------------------


def _wav(stream: BinaryIO, size: int) -> Length:
    stream.seek(12)
    at, rate = 12, 0
    for _ in range(1000):
        stream.seek(at)
        head = stream.read(8)
        if len(head) < 8:
            break
        name, wide = head[:4], int.from_bytes(head[4:], "little")
        if name == b"fmt ":
            fields = stream.read(16)
            rate = struct.unpack_from("<I", fields, 8)[0] if len(fields) == 16 else 0
        elif name == b"data":
            here = max(0, size - at - 8)
            is_open = wide in (0, 0xFFFFFFFF)  # written while recording, never closed
            there = here if is_open else min(wide, here)
            trouble = _CUT_SHORT if there < wide and not is_open else None
            return Length(seconds=there / rate, trouble=trouble) if rate else Length(trouble=_NO_LENGTH)
        at += 8 + wide + (wide & 1)
    return Length(trouble=_NO_LENGTH)


def _ogg(stream: BinaryIO, size: int) -> Length:
    head = stream.read(512)
    if len(head) < 28:
        return Length(trouble=_NO_LENGTH)
    serial, first = head[14:18], head[27 + head[26] :]
    rate, skipped = 0, 0
    if first.startswith(b"OpusHead") and len(first) >= 12:
        rate, skipped = 48_000, int.from_bytes(first[10:12], "little")
    elif first.startswith(b"\x01vorbis") and len(first) >= 16:
        rate = int.from_bytes(first[12:16], "little")
    elif first.startswith(b"Speex   ") and len(first) >= 40:
        rate = int.from_bytes(first[36:40], "little")
    last = _last_granule(stream, size, serial)
    if not rate or last is None:
        return Length(trouble=_NO_LENGTH)
    return Length(seconds=max(0, last - skipped) / rate)


def _last_granule(stream: BinaryIO, size: int, serial: bytes) -> int | None:
    """The position in samples that the last whole page header of the stream states."""
    stream.seek(max(0, size - 3 * 65_536))
    tail = stream.read(3 * 65_536)
    at = len(tail)
    while (at := tail.rfind(b"OggS", 0, at)) >= 0:
        granule = int.from_bytes(tail[at + 6 : at + 14], "little", signed=True)
        if tail[at + 14 : at + 18] == serial and granule >= 0:
            return granule
    return None


def _flac(stream: BinaryIO) -> Length:
    head = stream.read(42)
    if len(head) < 42 or head[4] & 0x7F:
        return Length(trouble=_NO_LENGTH)
    packed = int.from_bytes(head[18:26], "big")
    rate, samples = packed >> 44, packed & (1 << 36) - 1
    return Length(seconds=samples / rate) if rate and samples else Length(trouble=_NO_LENGTH)
