"""A law as published: articles (条), paragraphs (款), items (项) and sub-items (目), and how its parts are named."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.law.numerals import ArticleNumber, chinese

__all__ = ["Article", "Item", "LawText", "Paragraph"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item（一） or sub-item 1. with its words, the number sign left out."""

    number: int
    text: str
    subitems: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One 款: its words up to the items, and the items."""

    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, or one numbered section of a text that has no articles (``is_section``)."""

    number: ArticleNumber
    paragraphs: tuple[Paragraph, ...]
    headings: tuple[str, ...] = ()
    is_section: bool = False

    def part(self, paragraph: int | None = None, item: int | None = None, subitem: int | None = None) -> str | None:
        """The words of a paragraph, item or sub-item (counted from 1), None where there is no such part.

        An item without its paragraph is looked for in the one paragraph that has items, the way 第…条第（一）项
        is written of articles with a single paragraph.
        """
        if paragraph is None and item is None:
            return self.text
        found = self._paragraph(paragraph)
        if found is None or item is None:
            return None if found is None else _paragraph_text(found)
        chosen = _numbered(found.items, item)
        if chosen is None or subitem is None:
            return None if chosen is None else _item_text(chosen)
        detail = _numbered(chosen.subitems, subitem)
        return None if detail is None else detail.text

    def lead(self, paragraph: int | None, item: int) -> str | None:
        """The words before the items, without which an item says nothing; None where there is no such item."""
        found = self._paragraph(paragraph)
        return found.text if found and _numbered(found.items, item) else None

    def _paragraph(self, wanted: int | None) -> Paragraph | None:
        if wanted is None:
            holders = [p for p in self.paragraphs if p.items]
            return holders[0] if len(holders) == 1 else None
        return self.paragraphs[wanted - 1] if 0 < wanted <= len(self.paragraphs) else None

    @property
    def text(self) -> str:
        """All its words, one line for each paragraph, item and sub-item."""
        return "\n".join(_paragraph_text(paragraph) for paragraph in self.paragraphs)


@dataclass(frozen=True, slots=True, kw_only=True)
class LawText:
    """A law as published: title, the lines between title and first article, articles, and what stands after them."""

    title: str
    preface: tuple[str, ...]
    articles: tuple[Article, ...]
    appendix: tuple[str, ...] = ()

    def article(self, wanted: ArticleNumber) -> Article | None:
        """The article with this number, None where the text has none."""
        return next((article for article in self.articles if article.number == wanted), None)

    def joined(self, other: LawText) -> LawText:
        """This text with the articles of *other* that it lacks: laws are also published book by book."""
        own = {article.number for article in self.articles}
        added = [article for article in other.articles if article.number not in own]
        return LawText(
            title=self.title,
            preface=self.preface,
            articles=tuple(sorted([*self.articles, *added], key=lambda article: article.number)),
            appendix=self.appendix or other.appendix,
        )

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers that the sequence of articles leaves out: a sign that the text is damaged or not read well."""
        present = {article.number.main for article in self.articles}
        return tuple(n for n in range(1, max(present, default=0)) if n not in present)


def _numbered(items: tuple[Item, ...], wanted: int) -> Item | None:
    return next((item for item in items if item.number == wanted), None)


def _item_text(item: Item) -> str:
    return "\n".join([item.text, *(f"{detail.number}．{detail.text}" for detail in item.subitems)])


def _paragraph_text(paragraph: Paragraph) -> str:
    lines = [paragraph.text] if paragraph.text else []
    lines += [f"（{chinese(item.number)}）{_item_text(item)}" for item in paragraph.items]
    return "\n".join(lines)
