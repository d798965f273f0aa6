"""Small silent recordings in the layouts of phone recorders, built byte by byte."""

from __future__ import annotations

import io
import struct
import wave


def wav(seconds: float, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(b"\0\0" * int(seconds * rate))
    return out.getvalue()


def amr(seconds: float) -> bytes:
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * round(seconds * 50)


def amr_wide(seconds: float) -> bytes:
    return b"#!AMR-WB\n" + (b"\x14" + bytes(32)) * round(seconds * 50)


def mp3(seconds: float, *, tag: bool = True, index: bool = False) -> bytes:
    """MPEG-2 layer III, 16 kHz, 32 kbit/s: frames of 36 ms."""
    frame = b"\xff\xf3\x48\xc4" + bytes(140)
    head = b"ID3\x04\0\0" + bytes((0, 0, 1, 0)) + bytes(128) if tag else b""
    first = b"\xff\xf3\x48\xc4" + bytes(9) + b"Xing" + struct.pack(">II", 1, 0x7FFFFFFF) + bytes(119) if index else b""
    return head + first + frame * round(seconds / 0.036)


def adts(seconds: float) -> bytes:
    """AAC at 16 kHz: frames of 64 ms."""
    wide = 7 + 40
    head = bytes((0xFF, 0xF1, 0x60, 0x40, wide >> 3, (wide & 7) << 5 | 0x1F, 0xFC))
    return (head + bytes(40)) * round(seconds / 0.064)


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def m4a(
    seconds: float, *, brand: bytes = b"M4A ", moov_last: bool = True, film: bool = False, stated: int | None = None
) -> bytes:
    ticks = round(seconds * 1000) if stated is None else stated
    mvhd = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, ticks) + bytes(80))
    hdlr = box(b"hdlr", bytes(8) + (b"vide" if film else b"soun") + bytes(13))
    moov = box(b"moov", mvhd + box(b"trak", box(b"mdia", hdlr)))
    mdat = box(b"mdat", bytes(max(16, int(seconds * 1500))))
    return box(b"ftyp", brand + bytes(4)) + (mdat + moov if moov_last else moov + mdat)


def ogg_opus(seconds: float, skipped: int = 312) -> bytes:
    def page(number: int, granule: int, content: bytes) -> bytes:
        sizes = bytes([255] * (len(content) // 255) + [len(content) % 255])
        return b"OggS\0\2" + struct.pack("<qIII", granule, 7, number, 0) + bytes([len(sizes)]) + sizes + content

    head = b"OpusHead\1\1" + struct.pack("<HIhB", skipped, 16_000, 0, 0)
    pages = [page(2 + n, skipped + 48_000 * (n + 1), bytes(2000)) for n in range(int(seconds))]
    return page(0, 0, head) + page(1, 0, b"OpusTags" + bytes(8)) + b"".join(pages)


def flac(seconds: float) -> bytes:
    packed = (16_000 << 44) | (15 << 36) | round(seconds * 16_000)
    return b"fLaC\x80\0\0\x22" + bytes(10) + packed.to_bytes(8, "big") + bytes(16) + bytes(int(seconds * 4000))


def silk(seconds: float) -> bytes:
    return b"\x02#!SILK_V3" + (b"\x14\0" + bytes(20)) * round(seconds * 50) + b"\xff\xff"


MAKERS = {
    "wav": (wav, "audio/wav"),
    "amr": (amr, "audio/amr"),
    "amr-wb": (amr_wide, "audio/amr-wb"),
    "mp3": (mp3, "audio/mpeg"),
    "aac": (adts, "audio/aac"),
    "m4a": (m4a, "audio/mp4"),
    "ogg": (ogg_opus, "audio/ogg"),
    "flac": (flac, "audio/flac"),
    "silk": (silk, "audio/silk"),
}
