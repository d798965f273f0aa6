"""Words in quotation marks held against the article: whose they are, what they change, what they leave out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cuijie.law.citations import notes
from cuijie.law.citations.finding.reader import Mention
from cuijie.law.citations.quotations.differing import Difference, difference
from cuijie.law.citations.quotations.quoting import compare, dropped_elements, owner_of, shared
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.statements.concepts import concepts_in
from cuijie.law.citations.statements.saying import asserts, narrows
from cuijie.law.citations.verdicts import Verdict
from cuijie.law.locator import Locator
from cuijie.law.structure import Structure
from cuijie.law.textpack import TextPack

__all__ = ["misquoted"]

_DEFINES = re.compile(r"是指|所称")
_PENALTY = re.compile(r"惩罚性赔偿|倍赔偿|罚款|罚金|拘留|有期徒刑")


def misquoted(
    base: Verdict, key: str, quote: str, said: Said, run: Sequence[Mention], shape: Structure, texts: TextPack | None
) -> Verdict | None:
    """The verdict on words in quotation marks that are not those of the article *key*; None where they are."""
    article = shape.articles[key]
    found = compare(quote, shape.prints, key)
    others = [m.place.article.key for m in run if m.place and m.named.versions == (shape.instrument,)]
    if found.outcome in ("other", "changed") and any(
        compare(quote, shape.prints, other).outcome == "same" for other in others if other in shape.articles
    ):
        return None  # the list's other article is the one quoted
    exact = _difference(base, quote, texts)
    if found.outcome == "same" or (exact is not None and exact.is_none):
        missing = (
            dropped_elements(quote, article, said.context)
            if (asserts(f"{said.sentence}{quote}") and not narrows(said.sentence)) or _DEFINES.search(quote)
            else ()
        )
        missing = missing or (exact.left_out if exact and not exact.changed else ())
        if not missing:
            return None
        return replace(base, kind="quote_differs", suggest=(f"{base.instrument}/{key}",), note=notes.left_out(missing))
    if owner := owner_of(quote, shape, [key]):
        note = notes.quoted_from(owner, key)
        return replace(base, kind="does_not_say", suggest=(f"{base.instrument}/{owner}",), note=note)
    if found.outcome == "own_words" or (found.outcome == "other" and _supported(base, key, quote, shape)):
        return None
    note = notes.changed_words(key, found.strange[:30] if found.outcome == "changed" else "")
    if exact is not None and exact.changed:
        note = notes.differs_by(key, exact.changed)
    return replace(base, kind="quote_differs", suggest=(f"{base.instrument}/{key}",), note=note)


def _difference(base: Verdict, quote: str, texts: TextPack | None) -> Difference | None:
    """The quotation beside the article's own words; None where these are not at hand."""
    place = Locator.from_key(base.article or "")
    packed = texts.text(base.instrument or "") if texts and place else None
    article = packed.law.article(place.article) if packed and place else None
    return difference(quote, article.text) if article else None


def _supported(base: Verdict, key: str, words: str, shape: Structure) -> bool:
    fitting = any(c.carried_by(base.instrument or "", key) for c in concepts_in([words]))
    added = _PENALTY.search(words)
    invented = added is not None and shared(added[0], shape.prints, key) < 1.0
    return fitting and shared(words, shape.prints, key) >= 0.5 and not invented and not re.search(r"[0-9]", words)
