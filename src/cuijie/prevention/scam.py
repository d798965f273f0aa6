"""Is this offer of help a trap?  Signs with their places and reasons, and what a safe offer would contain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.prevention.signs import Both, Sign, SignHit, both, compiled, find_signs, sign_of, texts

__all__ = ["ScamCheck", "ScamGuide", "check_offer", "scam_guide"]

_FILE = Path(__file__).parent / "data" / "scam.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScamGuide:
    """The signs, the official warning they rest on, and what a safe offer contains."""

    basis: Both
    safe_zh: tuple[str, ...]
    safe_en: tuple[str, ...]
    warnings: tuple[re.Pattern[str], ...]
    signs: tuple[Sign, ...]


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
    )


def check_offer(text: str) -> ScamCheck:
    """Every sign of a trap in *text*."""
    guide = scam_guide()
    return ScamCheck(hits=tuple(find_signs(text, guide.signs, guide.warnings)))
