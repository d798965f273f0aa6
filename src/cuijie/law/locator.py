"""Where in a law: article, paragraph, item, sub-item; as ids write it and as people write it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from cuijie.law.numerals import NUMBER, ArticleNumber, chinese, number

__all__ = ["Locator"]

_TEXT = re.compile(
    rf"第?\s*(?P<article>{NUMBER})\s*(?:条(?:\s*之\s*(?P<inserted>{NUMBER}))?|(?P<bare>(?:\s*之\s*{NUMBER})?))"
    rf"(?:\s*第?\s*(?P<paragraph>{NUMBER})\s*款)?"
    rf"(?:\s*第?\s*[（(]?\s*(?P<item>{NUMBER})\s*[）)]?\s*项)?"
    rf"(?:\s*第?\s*[（(]?\s*(?P<subitem>{NUMBER})\s*[）)]?\s*目)?"
)
_DOTTED = re.compile(
    r"(?P<article>[0-9]+(?:-[0-9]+)?)(?:\.(?P<paragraph>[0-9]+)(?:\.(?P<item>[0-9]+)(?:\.(?P<subitem>[0-9]+))?)?)?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Locator:
    """A place in a law; an ``item`` without ``paragraph`` is how articles of one paragraph are cited."""

    article: ArticleNumber
    paragraph: int | None = None
    item: int | None = None
    subitem: int | None = None

    @classmethod
    def from_key(cls, key: str) -> Self | None:
        """The place that an id's key writes (``253-1``, ``50.1.5``); None for named keys."""
        match = _DOTTED.fullmatch(key)
        article = ArticleNumber.from_key(match["article"]) if match else None
        if match is None or article is None:
            return None
        parts = [int(match[name]) if match[name] else None for name in ("paragraph", "item", "subitem")]
        return cls(article=article, paragraph=parts[0], item=parts[1], subitem=parts[2])

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """The place that *text* names: 第十三条第一款第（二）项, 13条1款2项, 1032, 253条之一; None where it names none."""
        match = _TEXT.fullmatch(text.strip())
        if match is None:
            return None
        inserted_text = match["inserted"] or (match["bare"] or "").replace("之", "").strip()
        article, inserted = number(match["article"]), number(inserted_text) if inserted_text else 0
        parts = [number(match[name]) if match[name] else None for name in ("paragraph", "item", "subitem")]
        if not article or inserted is None or any(part == 0 for part in parts):
            return None
        return cls(article=ArticleNumber(article, inserted), paragraph=parts[0], item=parts[1], subitem=parts[2])

    @property
    def keys(self) -> tuple[str, ...]:
        """The ids' keys that may stand for this place, the most exact first, the whole article last."""
        paragraph = self.paragraph or (1 if self.item else None)
        parts = [self.article.key]
        for value in (paragraph, self.item, self.subitem):
            if value is None:
                break
            parts.append(str(value))
        return tuple(".".join(parts[:length]) for length in range(len(parts), 0, -1))

    @property
    def label(self) -> str:
        """As papers write it: 第十三条第一款第（二）项."""
        label = self.article.label
        if self.paragraph:
            label += f"第{chinese(self.paragraph)}款"
        if self.item:
            label += f"第（{chinese(self.item)}）项"
        return label + (f"第{self.subitem}目" if self.subitem else "")
