"""Messages of a picture whose title is only a contact's name: the text with the number may lie in a backup of the phone.

A phone shows the name instead of the number, and a picture does not tell whether it is of texts or of a chat.
"""

from __future__ import annotations

from typing import Final, Protocol

from cuijie.records import Entry

__all__ = ["Named", "is_titled", "is_titled_twin"]

_TEXTS: Final = frozenset({"sms", "mms"})


class Named(Protocol):
    """What of an entry tells whether it is known by a name alone."""

    @property
    def kind(self) -> str:
        """What happened: sms, mms, im …"""
        ...

    @property
    def number(self) -> str | None:
        """The other side's number in its normal form."""
        ...

    @property
    def counterpart_name(self) -> str | None:
        """The other side's name."""
        ...

    @property
    def group_name(self) -> str | None:
        """The group in which it was said."""
        ...

    @property
    def is_inferred(self) -> bool:
        """Whether a machine proposes it."""
        ...


def is_titled(entry: Named) -> bool:
    """True for a message read off a picture that tells a name and no number, outside a group."""
    is_message = entry.kind == "im" or entry.kind in _TEXTS
    named = entry.counterpart_name is not None and entry.number is None and entry.group_name is None
    return entry.is_inferred and is_message and named


def is_titled_twin(one: Entry, other: Entry) -> bool:
    """True if one is such a message, and the other a text of the same owner with that very contact and a number."""
    for shown, text in ((one, other), (other, one)):
        if is_titled(shown) and text.kind in _TEXTS and text.number is not None:
            return shown.owner == text.owner and shown.counterpart_name == text.counterpart_name
    return False
