"""Citations in English: Article 45 of the PIPL, Art. 45 PIPL, PIPL Articles 44 and 47.  The view has no blanks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cuijie.law.citations.finding.lexicon import Named
from cuijie.law.citations.finding.mention import Mention
from cuijie.law.citations.finding.naming import NameFound
from cuijie.law.locator import Locator
from cuijie.law.numerals import ArticleNumber

__all__ = ["with_english"]

_NUMBER = r"[0-9]{1,4}(?:-[0-9](?![0-9]))?(?:（[0-9]{1,2}）)*"
_ARTICLES = re.compile(rf"(?:Articles?|Arts?\.?)(?P<list>{_NUMBER}(?:(?:，and|，|and|&|to){_NUMBER})*)(?![0-9])")
_ONE = re.compile(r"([0-9]{1,4})(?:-([0-9])(?![0-9]))?((?:（[0-9]{1,2}）)*)")
_BEHIND = re.compile(
    r"(?:of|under|in)?(?:the)?(?:PRC|China['’]?s|Chinese|new|revised|amended|current|old|former)*(?:the)?"
)
_AHEAD = re.compile(r"(?:['’]s|，|（[^（）\n]{0,60}）|-|《|》|：)*")
_REACH = 800


def with_english(text: str, names: Sequence[NameFound], mentions: list[Mention]) -> list[Mention]:
    """The *mentions* of the view with those in English, in order; a law named within one of these is no citation of its own."""
    starting = {name.start: name for name in names}
    ending = {name.end: name for name in names}
    english = [name for name in names if text[name.start : name.end].isascii()]
    found: list[Mention] = []
    for match in _ARTICLES.finditer(text):
        behind = _BEHIND.match(text, match.end())
        after = starting.get(behind.end()) if behind else None
        ahead = _ahead(text, match.start(), ending)
        beside = after if after and after.named else ahead if ahead and ahead.named else None
        law = beside.named if beside else _named_last(match.start(), [*english, *mentions, *found])
        if law is None:
            continue
        span = (
            ahead.start if beside is ahead and ahead else match.start(),
            after.end if after is beside and after else match.end(),
        )
        group = 1 + max((mention.group for mention in (*mentions, *found)), default=0)
        found += _mentions(match, span, law, group, back=beside is None)
    spans = [(mention.start, mention.end) for mention in found]
    kept = [m for m in mentions if m.place or not any(start <= m.start < end for start, end in spans)]
    return sorted([*kept, *found], key=lambda mention: mention.start)


def _ahead(text: str, start: int, ending: Mapping[int, NameFound]) -> NameFound | None:
    """The law named right before: PIPL, Article 69."""
    ends = [end for end in ending if end <= start and _AHEAD.fullmatch(text, end, start)]
    return ending[max(ends)] if ends else None


def _named_last(start: int, named: Sequence[Mention | NameFound]) -> Named | None:
    before = [one for one in named if start - _REACH <= one.end <= start]
    return max(before, key=lambda one: one.end).named if before else None


def _mentions(match: re.Match[str], span: tuple[int, int], law: Named, group: int, *, back: bool) -> list[Mention]:
    """One mention for each number; the first begins where the citation does, the last ends there."""
    at = match.start("list")
    held = [one for one in _ONE.finditer(match["list"]) if int(one[1])]
    found = [
        Mention(
            start=at + one.start(),
            end=at + one.end(),
            named=law,
            place=_place(one),
            group=group,
            refers_back=back,
            inferred=back,
        )
        for one in held
    ]
    if found:
        found[0] = replace(found[0], start=span[0])
        found[-1] = replace(found[-1], end=span[1])
    return found


def _place(one: re.Match[str]) -> Locator:
    """Article 66(2) names a paragraph."""
    parts = [int(part) for part in re.findall(r"[0-9]+", one[3])]
    article = ArticleNumber(int(one[1]), int(one[2] or 0))
    return Locator(article=article, paragraph=parts[0] if parts else None, item=parts[1] if len(parts) > 1 else None)
