"""Why an access matters, how to take it back on each make of phone, which apps look like loan apps."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Words, load_table
from cuijie.prevention.apps.access import AppAccess

__all__ = ["PhoneGuide", "looks_like_loan_app", "phone_guide"]

_FILE = Path(__file__).parent.parent / "data" / "permissions.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneGuide:
    """The words of our data file."""

    accesses: dict[str, Words]
    revoke: dict[str, Words]
    after: Words
    loan_words: tuple[str, ...]


@cache
def phone_guide() -> PhoneGuide:
    """The guide.  Raises DataFileError."""
    value = load_table(_FILE)
    accesses, revoke = value.table("accesses"), value.table("revoke")
    return PhoneGuide(
        accesses={name: accesses.words(name) for name in accesses},
        revoke={name: revoke.words(name) for name in revoke},
        after=value.words("after"),
        loan_words=value.texts("loan_words"),
    )


def looks_like_loan_app(app: AppAccess) -> bool:
    """True if the app's name or package holds a word of lending: a hint for the eye, not a finding."""
    name = f"{app.label or ''} {app.package}".lower()
    return any(word in name for word in phone_guide().loan_words)
