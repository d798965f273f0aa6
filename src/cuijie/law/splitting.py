"""Splits a law text into articles, paragraphs, items and sub-items.

The text may come from Markdown, from DOCX or from a web page: what counts is how each line begins.  A line that is
no item opens a new paragraph, as the courts count them.  Texts without articles (replies, notices, amendments) are
split at their own 一、二、… instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from cuijie.law.numerals import NUMBER, ArticleNumber, number
from cuijie.law.text import Article, Item, LawText, Paragraph

__all__ = ["begins_anew", "clean_line", "split_law"]

_BLANKS = re.compile(r"[\s\u00a0\u2000-\u200b\u3000\ufeff]+")
_MARKUP = re.compile(r"^(?:#{1,6}\s+|>\s*|\*\*(?=第))|\*\*")

_ARTICLE = re.compile(rf"第\s*({NUMBER})\s*条(?:\s*之\s*({NUMBER}))?(\s*)(.*)", re.DOTALL)
_NO_ARTICLE = re.compile(r"[第规所、至和及与或，。；]|之规定|的规定|中")
_ITEM = re.compile(rf"[（(]\s*({NUMBER})\s*[）)]\s*(.*)", re.DOTALL)
_SUBITEM = re.compile(r"([0-9０-９]{1,2})\s*[．.、]\s*(?![0-9０-９])(.+)", re.DOTALL)
_SECTION = re.compile(r"([一二三四五六七八九十]{1,3})、\s*(.+)", re.DOTALL)
_HEADING = re.compile(rf"第\s*{NUMBER}\s*(编|分编|章|节)(?:\s*([^，。；：]{{0,40}}))?")
_APPENDIX = re.compile(r"附\s*(?:件|录|表|：|:)[^，。；]{0,60}|附件?[一二三四五六七八九十0-9]+[^，。；]{0,60}")
_FOOTNOTE = re.compile(r"[①②③④⑤⑥⑦⑧⑨⑩]|\[\d+\]")
_INLINE = re.compile(r"(?<=[：；。])\s*(?=（[一二三四五六七八九十]{1,3}）)")
_RANK = {"编": 0, "分编": 1, "章": 2, "节": 3}


def clean_line(line: str) -> str:
    """*line* without Markdown signs, with one blank for each run of blanks."""
    return _MARKUP.sub("", _BLANKS.sub(" ", line).strip()).strip()


def begins_anew(line: str) -> Literal["", "part", "heading"]:
    """Whether a clean *line* opens an article, an item or an appendix ("part") or is the heading of a chapter."""
    if _heading(line, marked=False) is not None:
        return "heading"
    parts = _ITEM.fullmatch(line), _SUBITEM.fullmatch(line), _SECTION.fullmatch(line), _APPENDIX.fullmatch(line)
    return "part" if _article(line) is not None or any(parts) else ""


class _Builder:
    """Takes the lines of a law one by one and closes articles as the next one begins."""

    def __init__(self, *, by_section: bool) -> None:
        self.by_section = by_section
        self.articles: list[Article] = []
        self.preface: list[str] = []
        self.appendix: list[str] = []
        self._headings: dict[int, str] = {}
        self._number: ArticleNumber | None = None
        self._paragraphs: list[tuple[str, list[Item]]] = []
        self._ended = False

    def take(self, line: str, *, marked_heading: bool) -> None:
        if self._ended or _FOOTNOTE.match(line):
            self.appendix.append(line)
        elif self._number is not None and _APPENDIX.fullmatch(line):
            self._close()
            self._ended = True
            self.appendix.append(line)
        elif (opened := self._opens(line)) is not None:
            self._close()
            self._number, words = opened
            if words:
                self._text(words)
        elif (heading := _heading(line, marked=marked_heading)) is not None:
            self._close()
            self._enter(*heading)
        elif self._number is None:
            self.preface.append(line)
        else:
            self._text(line)

    def finish(self) -> tuple[Article, ...]:
        self._close()
        return tuple(self.articles)

    def _opens(self, line: str) -> tuple[ArticleNumber, str] | None:
        last = self._number or (self.articles[-1].number if self.articles else ArticleNumber(0))
        if self.by_section:
            found = _SECTION.fullmatch(line)
            value = number(found[1]) if found else None
            return (ArticleNumber(value), found[2]) if found and value == last.main + 1 else None
        opened = _article(line)
        return opened if opened and opened[0] > last else None

    def _text(self, line: str) -> None:
        head, *inline = _INLINE.split(line)
        for piece in [head, *inline] if _in_order(inline) else [line]:
            self._piece(piece)

    def _piece(self, line: str) -> None:
        item, detail = _ITEM.fullmatch(line), _SUBITEM.fullmatch(line)
        value = number(item[1]) if item else None
        if item and value and not item[1].isdecimal():
            if not self._paragraphs:
                self._paragraphs.append(("", []))
            self._paragraphs[-1][1].append(Item(number=value, text=item[2]))
            return
        found = detail or (item if item and value else None)
        if found and self._paragraphs and self._paragraphs[-1][1]:
            holder = self._paragraphs[-1][1]
            sub = Item(number=number(found[1]) or 0, text=found[2])
            holder[-1] = Item(number=holder[-1].number, text=holder[-1].text, subitems=(*holder[-1].subitems, sub))
            return
        self._paragraphs.append((line, []))

    def _enter(self, rank: int, title: str) -> None:
        self._headings = {r: t for r, t in self._headings.items() if r < rank} | {rank: title}

    def _close(self) -> None:
        if self._number is None:
            return
        self.articles.append(
            Article(
                number=self._number,
                paragraphs=tuple(Paragraph(text=text, items=tuple(items)) for text, items in self._paragraphs),
                headings=tuple(self._headings[rank] for rank in sorted(self._headings)),
                is_section=self.by_section,
            )
        )
        self._number, self._paragraphs = None, []


def _in_order(pieces: list[str]) -> bool:
    numbers = [number(match[1]) for piece in pieces if (match := _ITEM.match(piece))]
    return len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))


def _article(line: str) -> tuple[ArticleNumber, str] | None:
    match = _ARTICLE.fullmatch(line)
    if match is None:
        return None
    main, inserted = number(match[1]), number(match[2]) if match[2] else 0
    # 第十条第一款规定的… at the start of a line speaks of an article; a blank or a word follows where one begins
    if not main or inserted is None or (not match[3] and _NO_ARTICLE.match(match[4])):
        return None
    return ArticleNumber(main, inserted), match[4]


def _heading(line: str, *, marked: bool) -> tuple[int, str] | None:
    match = _HEADING.fullmatch(line)
    if match:
        unit = line[: match.end(1)].replace(" ", "")
        name = (match[2] or "").replace(" ", "")
        return _RANK[match[1]], f"{unit} {name}".strip()
    section = _SECTION.fullmatch(line)
    if section and len(line) <= 30 and line[-1] not in "。；：，":
        return 2, line
    if marked:
        return (0 if line.endswith("编") else 2), line.replace(" ", "")
    return None


def split_law(lines: Iterable[str]) -> LawText:
    """The law written in *lines* (Markdown or plain).  A text with nothing numbered has no articles, which is no error."""
    pairs = [(clean_line(line), line.lstrip().startswith("#")) for line in lines]
    kept = [(line, marked) for line, marked in pairs if line and not line.startswith("<!--")]
    by_section = _by_section([line for line, _ in kept])
    title, rest = _title(kept)
    builder = _Builder(by_section=by_section)
    for line, marked in rest:
        builder.take(line, marked_heading=marked and not by_section)
    articles = builder.finish()
    return LawText(title=title, preface=tuple(builder.preface), articles=articles, appendix=tuple(builder.appendix))


def _by_section(lines: list[str]) -> bool:
    """Whether the text counts 一、二、… : it has no 第一条, or its first 一、 runs on as a sentence before it."""
    for line in lines:
        opened, section = _article(line), _SECTION.fullmatch(line)
        if opened and opened[0].main == 1:
            return False
        if section and section[1] == "一" and line[-1] in "。；：，”":
            return True
    return not any(_article(line) for line in lines) and any(_SECTION.fullmatch(line) for line in lines)


_TITLE_LAST = re.compile(r"(?:法|法典|条例|办法|规定|规则|解释|批复|决定|意见|通知|指引|修正案|（[一二三四五]）)$")
"""A line that ends so is the last of its title."""
_TITLE_ENDS = re.compile(r"[（(]|[0-9０-９]{4}\s*年|法释|法发|目\s*录|第\s*[一1]\s*[编章节条]|为")


def _title(lines: list[tuple[str, bool]]) -> tuple[str, list[tuple[str, bool]]]:
    taken: list[str] = []
    for line, _ in lines[:4]:
        if taken and (_TITLE_ENDS.match(line) or len(line) > 40 or _TITLE_LAST.search(taken[-1])):
            break
        if not taken and (_article(line) or len(line) > 80):
            break
        taken.append(line)
    return "".join(taken).replace(" ", ""), lines[len(taken) :]
