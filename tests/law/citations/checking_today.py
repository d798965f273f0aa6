"""The citation check as the tests of its kinds ask it: on one day of November 2026."""

from __future__ import annotations

from datetime import date

from cuijie.law.citations import Citation, check_text

__all__ = ["ON", "checked", "wrong_in"]

ON = date(2026, 11, 22)


def checked(text: str) -> tuple[Citation, ...]:
    """All citations of *text*."""
    return check_text(text, ON)


def wrong_in(text: str) -> list[Citation]:
    """Those that are wrong."""
    return [citation for citation in checked(text) if citation.is_wrong]
