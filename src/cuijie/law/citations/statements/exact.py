"""The right article with something that is not its own: a number, a part, an exception passed over, a word exchanged."""

from __future__ import annotations

from dataclasses import replace

from cuijie.law.citations import notes
from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.particular_notes import departs_at, word_exchanged
from cuijie.law.citations.quotations.omitted import departs, omitted
from cuijie.law.citations.quotations.quoting import owner_of
from cuijie.law.citations.quotations.swapped import swapped
from cuijie.law.citations.statements.concepts import refuted
from cuijie.law.citations.statements.contrary import contrary
from cuijie.law.citations.statements.opposed import opposed
from cuijie.law.citations.statements.overstated import overstated
from cuijie.law.citations.statements.precise import other_amount, other_part, passes_over_exception
from cuijie.law.citations.verdicts import Verdict

__all__ = ["exchanged", "inexact"]


def exchanged(base: Verdict, citation: CitedArticle) -> Verdict | None:
    """The article's own words with one exchanged for its opposite, or with one left out on which it hangs."""
    key = base.article or ""
    suggest = (f"{base.instrument}/{key}",)
    exchange = swapped(citation)
    if exchange and not any(
        owner_of(claim.words, citation.shape, [key.split(".")[0]]) for claim in citation.said.claims
    ):
        note = word_exchanged(key, exchange.written, exchange.held)
        return replace(base, kind="does_not_say", suggest=suggest, note=note)
    if word := omitted(citation):
        return replace(base, kind="quote_differs", suggest=suggest, note=notes.left_out((word,)))
    found = departs(citation)
    if found and found.owner:
        note = notes.quoted_from(found.owner, key)
        return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{found.owner}",), note=note)
    if found:
        note = departs_at(key, found.before, found.words, found.after)
        return replace(base, kind="quote_differs", suggest=suggest, note=note)
    return None


def inexact(base: Verdict, citation: CitedArticle) -> Verdict | None:
    """The right article with a number that it has not, the wrong one of its parts, or without its exception."""
    key = base.article or ""
    suggest = (f"{base.instrument}/{key}",)
    if refuted(citation.said.sentence):
        return None
    if amount := other_amount(citation):
        note = notes.other_amount(key, amount.written, amount.held, amount.part, misplaced=amount.misplaced)
        return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{amount.part or key}",), note=note)
    if part := other_part(citation):
        note = notes.other_part(key, part)
        return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{part}",), note=note)
    if absolute := passes_over_exception(citation):
        note = notes.has_exception(key, absolute)
        return replace(base, kind="does_not_say", suggest=suggest, note=note)
    if other := opposed(citation):
        note = notes.opposed(key, other.kind, other.words)
        return replace(base, kind="does_not_say", suggest=suggest, note=note)
    if beyond := overstated(citation):
        return replace(base, kind="does_not_say", suggest=suggest, note=beyond)
    if particular := contrary(citation):
        note = notes.contrary(key, particular.words, zh=particular.zh, en=particular.en)
        return replace(base, kind="does_not_say", suggest=suggest, note=note)
    return None
