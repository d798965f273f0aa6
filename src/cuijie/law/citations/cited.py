"""One article as a text cites it: what is said of it, and the shape of the law that this is held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.statements.claims import Said
from cuijie.law.locator import Locator
from cuijie.law.structure import ArticleShape, Structure

__all__ = ["CitedArticle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedArticle:
    """An article that the law has; *run* are the citations that share what is said, this one among them."""

    mention: Mention
    place: Locator
    said: Said
    run: Sequence[Mention]
    shape: Structure

    @property
    def key(self) -> str:
        """Its number: 1032, 253-1."""
        return self.place.article.key

    @property
    def article(self) -> ArticleShape:
        """What is known of its text."""
        return self.shape.articles[self.key]

    @property
    def subject(self) -> str:
        """What it is about, where somebody wrote that down; else empty."""
        return self.article.subject if self.article.written_by_hand else ""

    @property
    def keys(self) -> set[str]:
        """All articles of this law that the run cites."""
        here = (m.place.article.key for m in self.run if m.place and self.shape.instrument in m.named.versions)
        return set(here) & set(self.shape.articles)

    @property
    def is_one_law(self) -> bool:
        """Whether the run cites articles of this law and nothing else."""
        return all(m.place is not None and self.shape.instrument in m.named.versions for m in self.run)
