"""Which encoding a text is in: BOM, then strict UTF-8, then GB18030, or Big5 where only that makes words of it.

Short Chinese texts fool statistics, so the order is fixed and the answer is stated in the report.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import BinaryIO, Final

__all__ = ["Decoded", "decode_text", "detect", "encoding_name", "open_text"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8（带 BOM）",
    "gb18030": "GB18030（GBK）",
    "big5hkscs": "Big5（繁体）",
    "hz": "HZ",
}
# in nearly every text or table of telephone records; the wrong reading of one encoding as the other has hardly any
_COMMON: Final = re.compile(
    "[的是不了我你在有這这個们們還还錢钱請请時时間间號号碼码電电話话對对內内額额訊讯]|日期|姓名"
)
_USUAL: Final = re.compile("[\r\n\t -~\u00a5\u2000-\u206f\u3000-\u9fff\uff00-\uffef]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the encoding it was in, and how many bytes did not fit (each became U+FFFD)."""

    text: str
    encoding: str
    broken: int = 0

    @property
    def encoding_name(self) -> str:
        """The encoding as shown to the user."""
        return encoding_name(self.encoding)


def encoding_name(codec: str) -> str:
    """A codec as shown to the user."""
    return _NAMES.get(codec, codec.upper())


def _fits(data: bytes, encoding: str, *, whole: bool) -> bool:
    # emoji written as two three-byte halves are wrong UTF-8, but nothing else looks like them
    errors = "surrogatepass" if encoding == "utf-8" else "strict"
    try:
        codecs.getincrementaldecoder(encoding)(errors).decode(data, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _bare_utf16(sample: bytes) -> str | None:
    """UTF-16 without its mark that is mostly Chinese: every NUL at one side of its character, and nothing but usual characters."""
    for encoding, side in (("utf-16-le", 1), ("utf-16-be", 0)):
        if sample[1 - side :: 2].count(0) or sample[side::2].count(0) * 20 < len(sample):
            continue
        text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
        if len(_USUAL.findall(text)) * 100 >= len(text) * 97:
            return encoding
    return None


def detect(data: bytes, *, whole: bool = False) -> str:
    """The Python codec name for *data*; *whole* is False if it is only the beginning of a text."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding
    sample = data[:4096]
    if len(sample) >= 4 and sample.count(0) * 10 > len(sample) * 3:  # UTF-16 without its mark
        return "utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be"
    if 0 in sample and (bare := _bare_utf16(sample)) is not None:
        return bare
    if _fits(data, "utf-8", whole=whole):
        return "hz" if b"~{" in data and b"~}" in data and data.isascii() else "utf-8"
    if _is_big5(data, whole=whole):
        return "big5hkscs"
    return "gb18030" if _fits(data, "gb18030", whole=whole) else _less_broken(data)


def _is_big5(data: bytes, *, whole: bool) -> bool:
    """True if *data* reads as words in Big5 and as next to none in GB18030, which takes almost any bytes."""
    if not _fits(data, "big5hkscs", whole=whole):
        return False
    as_big5, as_gb = (len(_COMMON.findall(data.decode(codec, "replace"))) for codec in ("big5hkscs", "gb18030"))
    return as_big5 >= 3 and as_big5 > 4 * as_gb


def _less_broken(data: bytes) -> str:
    """Neither fits whole: the one that breaks less (a damaged file is still mostly one of them)."""
    wrong = {name: data.decode(name, "replace").count("\ufffd") for name in ("utf-8", "gb18030")}
    return "utf-8" if wrong["utf-8"] <= wrong["gb18030"] else "gb18030"


def decode_text(data: bytes) -> Decoded:
    """*data* as text with the encoding found; never raises, what does not fit becomes U+FFFD and is counted."""
    encoding = detect(data, whole=True)
    try:
        return Decoded(text=data.decode(encoding), encoding=encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8" and _fits(data, encoding, whole=True):
            halves = data.decode(encoding, "surrogatepass").encode("utf-16-le", "surrogatepass")
            return Decoded(text=halves.decode("utf-16-le", "replace"), encoding=encoding)
        text = data.decode(encoding, "replace")
        return Decoded(text=text, encoding=encoding, broken=text.count("\ufffd"))


def open_text(stream: BinaryIO, head: bytes) -> tuple[io.TextIOWrapper, str]:
    """A text stream over *stream* (at its start) and its codec name, found from *head*, its first bytes."""
    encoding = detect(head)
    return io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline=""), encoding
