"""Before a contract is signed: what to look at, and the message that asks the emergency contact first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cuijie.datafiles import DataFileError, Lines, load_yaml
from cuijie.prevention.contract import CLAUSES_FILE
from cuijie.prevention.signs import Both, both, texts

__all__ = ["SigningGuide", "signing_guide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningGuide:
    """The checklist in both languages, and the message to the person who is to be named."""

    checks: tuple[Both, ...]
    message: Both


@cache
def signing_guide() -> SigningGuide:
    """The guide in our data file.  Raises DataFileError."""
    value = load_yaml(CLAUSES_FILE)
    before = value.get("before_signing") if isinstance(value, Lines) else None
    if not isinstance(value, Lines) or not isinstance(before, Lines):
        raise DataFileError(str(CLAUSES_FILE), 1, "before_signing", "应是 {zh: […], en: […]}")
    zh, en = texts(before, "zh"), texts(before, "en")
    if len(zh) != len(en):
        raise before.wrong("zh", "中英文的条数应一样多")
    return SigningGuide(
        checks=tuple(Both(zh=one, en=other) for one, other in zip(zh, en, strict=True)),
        message=both(value, "contact_message"),
    )
