"""Before a contract is signed: what to look at, and the message that asks the emergency contact first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cuijie.datafiles import Words, load_table
from cuijie.prevention.contract import CLAUSES_FILE

__all__ = ["SigningGuide", "signing_guide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningGuide:
    """The checklist in both languages, and the message to the person who is to be named."""

    checks: tuple[Words, ...]
    message: Words


@cache
def signing_guide() -> SigningGuide:
    """The guide in our data file.  Raises DataFileError."""
    value = load_table(CLAUSES_FILE)
    before = value.table("before_signing", "应是 {zh: […], en: […]}")
    zh, en = before.texts("zh"), before.texts("en")
    if len(zh) != len(en):
        raise before.wrong("zh", "中英文的条数应一样多")
    return SigningGuide(
        checks=tuple(Words(zh=one, en=other) for one, other in zip(zh, en, strict=True)),
        message=value.words("contact_message"),
    )
