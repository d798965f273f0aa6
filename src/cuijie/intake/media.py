"""Pictures and films kept as evidence with their metadata; nothing is read out of them here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cuijie.intake.found import Details, Found, IntakeError, Note
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import from_epoch, parse_time

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "describe", "media_type", "read", "sniff"]

KIND: Final = "media"
TITLE: Final = "图片或视频"
IS_EVIDENCE: Final = True

_MAX_PIXELS: Final = 400_000_000
_SIGNS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"#!AMR-WB", "audio/amr-wb"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"caff", "audio/x-caf"),
    (0, b"#!SILK_V3", "audio/silk"),
    (1, b"#!SILK_V3", "audio/silk"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)


def media_type(data: bytes) -> str | None:
    """The media type by the file's own first bytes."""
    for offset, sign, name in _SIGNS:
        if data[offset : offset + len(sign)] == sign:
            return name
    if data[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp", b"AVI ": "video/x-msvideo"}.get(data[8:12])
    if data[4:8] == b"ftyp":
        brand = data[8:12]
        if brand in {b"heic", b"heix", b"mif1", b"hevc", b"heim"}:
            return "image/heic"
        if brand == b"avif":
            return "image/avif"
        return "audio/mp4" if brand.startswith(b"M4A") else "video/quicktime" if brand == b"qt  " else "video/mp4"
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xF6 == 0xF0:
        return "audio/aac"
    # layer III only: FF FE also begins UTF-16 text
    if len(data) > 2 and data[0] == 0xFF and data[1] & 0xE6 == 0xE2 and data[2] >> 4 not in (0, 15):
        return "audio/mpeg"
    return None


def sniff(head: Head) -> bool:
    """True for picture and film bytes, and for sound that nothing else took."""
    return bool(head.data) and media_type(head.data) is not None


def describe(source: Source) -> Details:
    """What the file and its name say: size in pixels, camera and time from EXIF or the name."""
    data = source.head().data
    kind = media_type(data)
    extra: list[tuple[str, str]] = []
    details = Details(media_type=kind)
    if kind and kind.startswith("image/"):
        details = _picture(source, kind)
        extra.extend(details.extra)
    extra.extend(_name_facts(source.name))
    return Details(
        media_type=kind, device=details.device, created_at=details.created_at, extra=tuple(dict(extra).items())
    )


def _name_facts(name: str) -> list[tuple[str, str]]:
    """The local time that a screenshot tool, a camera or a chat app wrote into the file name."""
    stem = name.rpartition(".")[0] or name
    if saved := re.search(r"(?:mmexport|wx_camera_)(\d{13})", stem):
        when = from_epoch(saved[1])
        return [("name_time", when.instant.isoformat())] if when.instant else []
    if shot := re.match(
        r"(?:Screenshot|截屏|截图|IMG|微信图片|VID|PXL)[_\s-]*(\d{4}[-_]?\d{2}[-_]?\d{2}[-_ ]?\d{2}[-.]?\d{2}[-.]?\d{2})",
        stem,
    ):
        when = parse_time("".join(c for c in shot[1] if c.isdigit())[:14])
        return [("name_time", when.instant.isoformat())] if when.instant else []
    return []


def _picture(source: Source, kind: str) -> Details:
    from PIL import ExifTags, Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _MAX_PIXELS
    if kind == "image/heic":
        _register_heic()
    try:
        with source.open() as stream, Image.open(stream) as picture:
            extra = [("pixels", f"{picture.width}x{picture.height}")]
            exif = picture.getexif()
            base, detail = dict(exif), dict(exif.get_ifd(ExifTags.IFD.Exif))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Details(media_type=kind, extra=(("trouble", "图片打不开"),))
    device = " ".join(str(base[tag]).strip("\0 ") for tag in (271, 272) if base.get(tag)) or None
    written = str(detail.get(36867) or base.get(306) or "").replace(":", "-", 2)
    zone = str(detail.get(36881) or "")
    when = parse_time(written + zone if written else None)
    if written:
        extra.append(("exif_time", written + zone))
    return Details(media_type=kind, device=device, created_at=when.instant, extra=tuple(extra))


def _register_heic() -> None:
    try:
        import pi_heif
    except ImportError:
        return
    pi_heif.register_heif_opener()


def read(source: Source) -> Iterator[Found]:
    """No records: the file is the evidence.  Raises IntakeError for an empty or hopelessly short file."""
    head = source.head()
    if source.size < 16:
        raise IntakeError(
            f"“{source.name}”几乎是空的（{source.size} 字节），不是完整的图片或视频。", remedy="请从手机里重新传一次。"
        )
    details = dict(describe(source).extra)
    if details.get("trouble"):
        yield Note(text=f"{details['trouble']}，文件可能损坏；原件已原样收好。")
    kind = media_type(head.data) or ""
    yield Note(text=_one_line(kind, details))


def _one_line(kind: str, details: dict[str, str]) -> str:
    parts = ["图片" if kind.startswith("image") else "视频"]
    if "pixels" in details:
        parts.append(details["pixels"].replace("x", "×") + " 像素")
    if "name_time" in details:
        parts.append("文件名里有时间 " + details["name_time"][:16].replace("T", " "))
    elif "exif_time" in details:
        parts.append("拍摄信息里有时间 " + details["exif_time"][:16])
    return "，".join(parts) + "。作为证据收好；里面的文字或声音还没有读。"
