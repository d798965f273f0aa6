"""Finds every legal citation in a text and says which are wrong, out of date or do not say what they are cited for."""

from cuijie.law.citations.checking import Citation, Outcome, check_text
from cuijie.law.citations.verdicts import CONDEMNING, VerdictKind

__all__ = ["CONDEMNING", "Citation", "Outcome", "VerdictKind", "check_text"]
