"""Words in quotation marks held against the article: whose they are, what they change, what they leave out."""

from __future__ import annotations

import re
from dataclasses import replace

from cuijie.law.citations import notes
from cuijie.law.citations.cited import CitedArticle
from cuijie.law.citations.quotations.differing import Difference, difference
from cuijie.law.citations.quotations.quoting import compare, cover, dropped_elements, owner_of, shared
from cuijie.law.citations.statements.concepts import concepts_in
from cuijie.law.citations.statements.saying import asserts, narrows
from cuijie.law.citations.verdicts import Verdict
from cuijie.law.locator import Locator
from cuijie.law.structure import Structure, normalise
from cuijie.law.textpack import TextPack

__all__ = ["misquoted", "not_its_words"]

# 第…条规定：“……: told to be the very words
_AS_IT_STANDS = re.compile(r"[》”」]?(?:明确|明文)?(?:规定|载明|写明|原文)(?:如下|是|为)?：“")
# 第…条，“不得……”；
_BARE_QUOTE = re.compile(r"[》”」]?[，：]?[“「『]([^“”「」『』\n]{8,40})[”」』](?=[；。，）]|$)")
_RULES, _LEAST_RULE, _HARDLY = re.compile(r"不得|应当|禁止|必须|有权"), 8, 0.45
_DEFINES = re.compile(r"是指|所称")
_PENALTY = re.compile(r"惩罚性赔偿|倍赔偿|罚款|罚金|拘留|有期徒刑")


def misquoted(base: Verdict, quote: str, citation: CitedArticle, texts: TextPack | None) -> Verdict | None:
    """The verdict on words in quotation marks that are not those of the article; None where they are."""
    said, shape, key = citation.said, citation.shape, citation.key
    found = compare(quote, shape.prints, key)
    others = [m.place.article.key for m in citation.run if m.place and m.named.versions == (shape.instrument,)]
    if found.outcome in ("other", "changed") and any(
        compare(quote, shape.prints, other).outcome == "same" for other in others if other in shape.articles
    ):
        return None  # the list's other article is the one quoted
    exact = _difference(base, quote, texts)
    if found.outcome == "same" or (exact is not None and exact.is_none):
        missing = (
            dropped_elements(quote, citation.article, said.context)
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
    excused = _supported(base, key, quote, shape) and not _AS_IT_STANDS.match(said.after)
    if found.outcome == "own_words" or (found.outcome == "other" and excused):
        return None
    note = notes.changed_words(key, found.strange[:30] if found.outcome == "changed" else "")
    if exact is not None and exact.changed:
        note = notes.differs_by(key, exact.changed)
    return replace(base, kind="quote_differs", suggest=(f"{base.instrument}/{key}",), note=note)


def not_its_words(base: Verdict, citation: CitedArticle) -> Verdict | None:
    """A rule in quotation marks right behind the citation, with nothing more in its clause, that has hardly a word of the article."""
    shape, key = citation.shape, citation.key
    found = _BARE_QUOTE.match(citation.said.after)
    if found is None or len(normalise(found[1])) < _LEAST_RULE or not _RULES.search(found[1]):
        return None
    strange = cover(found[1], shape.prints, key) == 0.0 and shared(found[1], shape.prints, key) <= _HARDLY
    if not strange or concepts_in([found[1]]):
        return None
    return replace(base, kind="quote_differs", suggest=(f"{base.instrument}/{key}",), note=notes.changed_words(key, ""))


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
