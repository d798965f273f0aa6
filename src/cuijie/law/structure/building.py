"""The shape of a law made from its text: rows for the structure files, and shapes of texts that the user has imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from cuijie.law.structure.amounts import amounts_in
from cuijie.law.structure.elements import elements_in
from cuijie.law.structure.fingerprints import Prints, prints_of, short_prints_of
from cuijie.law.structure.phrases import phrases_in
from cuijie.law.structure.shapes import Structure, shape_from
from cuijie.law.structure.slots import slots_in
from cuijie.law.structure.terms import terms_of_law
from cuijie.law.text import Article, LawText, Paragraph

__all__ = ["part_prints_of", "row_of", "shape_of"]

_SUBJECT = 18  # characters of an article by which its reader knows it


def row_of(article: Article, keywords: str = "") -> Mapping[str, object]:
    """What the structure files hold of one article: counts, *keywords*, elements, amounts, terms, and the names of its parts."""
    row: dict[str, object] = {"items": [len(paragraph.items) for paragraph in article.paragraphs]}
    if keywords:
        row["keywords"] = keywords
    if elements := _elements(article):
        row["elements"] = elements
    if amounts := _amounts(article):
        row["amounts"] = amounts
    if slots := _slots(article):
        row["slots"] = slots
    if phrases := [phrase.packed for phrase in phrases_in(article.text)]:
        row["phrases"] = phrases
    row["terms"] = [" ".join(terms_of_law(article.part(at) or "")) for at in range(1, len(article.paragraphs) + 1)]
    if parts := [key.partition(".")[2] for key, _ in _parts(article)]:
        row["parts"] = parts
    return row


def part_prints_of(instrument: str, law: LawText) -> Prints:
    """The fingerprints of the paragraphs and items of articles that have several."""
    return short_prints_of(instrument, [part for article in law.articles for part in _parts(article)])


def shape_of(instrument: str, law: LawText) -> Structure | None:
    """The shape of a text at hand, its articles known by their first words; None where it has no articles."""
    if not law.articles or any(article.is_section for article in law.articles):
        return None
    return shape_from(
        instrument,
        {article.number.key: row_of(article, _begins(article)) for article in law.articles},
        prints=prints_of(instrument, ((article.number.key, article.text) for article in law.articles)),
        parts=part_prints_of(instrument, law),
    )


def _begins(article: Article) -> str:
    words = article.text.split("\n", 1)[0]
    return words if len(words) <= _SUBJECT else words[:_SUBJECT] + "…"


def _elements(article: Article) -> list[list[int | str]]:
    found: list[list[int | str]] = []
    for p, paragraph in enumerate(article.paragraphs, 1):
        parts = [(0, paragraph.text), *((item.number, item.text) for item in paragraph.items)]
        found += ([p, i, *element] for i, words in parts for element in elements_in(words, article.text))
    return found


def _amounts(article: Article) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for p, paragraph in enumerate(article.paragraphs, 1):
        items = ((f"{p}.{item.number}", article.part(p, item.number) or "") for item in paragraph.items)
        parts = [(f"{p}", paragraph.text), *items]
        for key, words in parts:
            if amounts := amounts_in(words):
                found[key] = sorted({str(amount) for amount in amounts})
    return found


def _slots(article: Article) -> list[list[str]]:
    """Each amount with what it is of, where the article has several of its kind."""
    found = [slot for one in article.paragraphs for text in _texts(one) for slot in slots_in(text)]
    kinds = Counter(slot.amount.kind for slot in {replace(slot, marks=frozenset()) for slot in found})
    return [[str(slot.amount), slot.packed, slot.bound] for slot in found if kinds[slot.amount.kind] > 1]


def _texts(paragraph: Paragraph) -> Iterator[str]:
    yield paragraph.text
    yield from (item.text for item in paragraph.items)


def _parts(article: Article) -> Iterator[tuple[str, str]]:
    """The paragraphs and items of an article that has several, each with its words."""
    key = article.number.key
    for p, paragraph in enumerate(article.paragraphs, 1):
        if len(article.paragraphs) > 1:
            yield f"{key}.{p}", article.part(p) or ""
        if len(paragraph.items) > 1:
            yield from ((f"{key}.{p}.{item.number}", article.part(p, item.number) or "") for item in paragraph.items)
