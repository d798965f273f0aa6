"""Is this offer of help a trap?  Signs with their places and reasons, and what a safe offer would contain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.prevention.signs import Both, Sign, SignHit, both, compiled, find_signs, sign_of, texts
from cuijie.reading import read

__all__ = ["ScamCheck", "ScamGuide", "check_offer", "scam_guide"]

_TRAPS = frozenset({"fee_scam", "private_payment"})
_FILE = Path(__file__).parent / "data" / "scam.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScamGuide:
    """The signs, the official warning they rest on, and what a safe offer contains."""

    basis: Both
    safe_zh: tuple[str, ...]
    safe_en: tuple[str, ...]
    warnings: tuple[re.Pattern[str], ...]
    signs: tuple[Sign, ...]
    by_reader: Sign  # what the reader of messages sees beyond the patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class ScamCheck:
    """The signs found in one offer, in the order of the text; none found does not make it safe."""

    hits: tuple[SignHit, ...]


@cache
def scam_guide() -> ScamGuide:
    """The guide in our data file.  Raises DataFileError."""
    value = load_yaml(_FILE)
    if not isinstance(value, Lines) or not isinstance(value.get("signs"), list):
        raise DataFileError(str(_FILE), 1, "signs", "应是一列征兆")
    safe = value.get("safe")
    if not isinstance(safe, Lines):
        raise value.wrong("safe", "应是 {zh: […], en: […]}")
    rows = value["signs"]
    return ScamGuide(
        basis=both(value, "basis"),
        safe_zh=texts(safe, "zh"),
        safe_en=texts(safe, "en"),
        warnings=compiled(value, "warnings"),
        signs=tuple(sign_of(row, _FILE) for row in rows) if isinstance(rows, list) else (),
        by_reader=_reader_sign(value),
    )


def _reader_sign(value: Lines) -> Sign:
    row = value.get("by_reader")
    if not isinstance(row, Lines):
        raise value.wrong("by_reader", "应是 {title, why}")
    return Sign(
        id="reads_like_trap", title=both(row, "title"), why=both(row, "why"), provisions=(), patterns=(), unless=(), hits=(), misses=(),
    )  # fmt: skip


def check_offer(text: str) -> ScamCheck:
    """Every sign of a trap in *text*."""
    guide = scam_guide()
    hits = find_signs(text, guide.signs, guide.warnings)
    seen = [hit.span for hit in hits]
    for label in read(text).labels:
        if label.label in _TRAPS and not any(_meet(span, known) for span in label.spans for known in seen):
            hits.extend(SignHit(sign=guide.by_reader, span=span) for span in label.spans[:1])
    return ScamCheck(hits=tuple(sorted(hits, key=lambda hit: hit.span)))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
