"""The names a law goes by: full title, short names, document number, each in one normal form for comparing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cuijie.law.model import Instrument

__all__ = ["names_of", "normal"]

_IGNORED = re.compile(r"[\s《》〈〉<>“”\"'‘’「」『』·]+")
_STATE = "中华人民共和国"
_ISSUED = re.compile(r"^.{2,60}?(?=关于)")
_NUMBER = re.compile(r"[^\s（）()、，0-9〔年第]+(?:〔[0-9]{4}〕|[0-9]{4}年)?第?[0-9]+号")
_TRIAL = re.compile(r"[（(]试行[）)]$")


def normal(text: str) -> str:
    """*text* without blanks and quotation signs, full-width signs made narrow, in lower case."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).lower()


def names_of(instrument: Instrument) -> Iterator[str]:
    """Every accepted name of *instrument*, as written; the same for all versions of one law."""
    title = instrument.title
    yield title
    if title.startswith(_STATE):
        yield title.removeprefix(_STATE)
    if "关于" in title and not title.startswith("关于"):
        yield _ISSUED.sub("", title)
    if _TRIAL.search(title):
        yield _TRIAL.sub("", title)
    yield instrument.short
    yield from instrument.also
    # 主席令 are counted anew with each president and name no law by themselves
    yield from (found for found in _NUMBER.findall(instrument.number or "") if not found.startswith("主席令"))
