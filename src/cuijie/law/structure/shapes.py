"""How many articles, paragraphs and items each law has, what each article is about, and the words it hangs on.

The files in ``data`` are written by ``scripts/build_law_structure.py`` from a folder of law texts; the subjects in
``subjects`` are written by hand, in our own words, and win over the machine's keywords; those in ``spoken`` say how
people put what an article provides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cuijie.datafiles import load_table
from cuijie.errors import CouldNotFinish
from cuijie.law.structure.amounts import Amount
from cuijie.law.structure.fingerprints import Prints, unpack
from cuijie.law.structure.phrases import Phrase, unpacked_phrase
from cuijie.law.structure.slots import Slot, unpacked

__all__ = [
    "ArticleShape",
    "Element",
    "Structure",
    "StructureDamaged",
    "shape_from",
    "spoken_of",
    "structure",
    "structures",
    "with_shapes",
]

_HERE = Path(__file__).parent


class StructureDamaged(CouldNotFinish):
    """A structure file of the program itself cannot be read."""

    code = "LW-310"
    remedy = "请重新安装 cuijie。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A word on which an article's consequence hangs (情节严重, 数额较大 …) and what stands right before it.

    ``before`` is a 16-bit hash of the up to ten normalised characters before the word in its clause, ``after``
    of the eight that follow it (0 where they stand more than once in the article).
    """

    paragraph: int
    item: int
    word: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleShape:
    """One article: the number of items of each of its paragraphs, its subject, its elements.

    ``spoken`` is how people say what it provides, in our own words; "" for articles that are rarely spoken of.
    ``amounts`` are the terms, sums and shares of its paragraphs ("1") and items ("1.2"); ``terms`` are the codes of
    ``structure/terms.py`` that each paragraph has; ``slots`` what each of several numbers is of, ``phrases`` what must,
    may or must not be done; ``parts`` names those of its paragraphs
    and items of which there are several.
    """

    key: str
    items: tuple[int, ...]
    subject: str
    written_by_hand: bool
    elements: tuple[Element, ...] = ()
    spoken: str = ""
    amounts: Mapping[str, frozenset[Amount]] = field(default_factory=dict)
    terms: tuple[frozenset[str], ...] = ()
    slots: tuple[Slot, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    parts: tuple[str, ...] = ()

    def has(self, paragraph: int | None, item: int | None) -> bool:
        """Whether there is such a paragraph and item (counted from 1; an item alone may be in any paragraph)."""
        if paragraph is not None and not 1 <= paragraph <= len(self.items):
            return False
        if item is None:
            return True
        return item <= (max(self.items, default=0) if paragraph is None else self.items[paragraph - 1])

    def with_item(self, item: int) -> int | None:
        """The one paragraph (counted from 1) that has *item*; None where none or several have it."""
        holders = [at for at, count in enumerate(self.items, 1) if count >= item]
        return holders[0] if len(holders) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Structure:
    """The shape of one instrument; ``by_section`` where it counts 一、二、… and has no articles."""

    instrument: str
    articles: Mapping[str, ArticleShape]
    by_section: bool = False
    _prints: list[Prints] = field(default_factory=list, repr=False, compare=False)
    _parts: list[Prints] = field(default_factory=list, repr=False, compare=False)

    @property
    def last(self) -> str:
        """The key of the last article."""
        return next(reversed(list(self.articles)), "")

    @property
    def prints(self) -> Prints:
        """The fingerprints of the articles, read when first asked for.  Raises StructureDamaged."""
        if not self._prints:
            self._prints.append(self._read(f"{self.instrument}.fp", list(self.articles)))
        return self._prints[0]

    @property
    def part_prints(self) -> Prints:
        """The fingerprints of their paragraphs and items, short runs only, by key (50.1.2).  Raises StructureDamaged."""
        if not self._parts:
            keys = [f"{key}.{part}" for key, article in self.articles.items() for part in article.parts]
            self._parts.append(self._read(f"{self.instrument}.parts.fp", keys))
        return self._parts[0]

    def _read(self, name: str, keys: list[str]) -> Prints:
        try:
            return unpack((_HERE / "data" / name).read_bytes(), self.instrument, keys)
        except (OSError, ValueError) as error:
            raise StructureDamaged(f"读不出指纹文件 {name}。") from error


def _written(folder: str, instrument: str) -> Mapping[str, str]:
    """What we wrote of the articles of *instrument* in one of the folders ``subjects`` and ``spoken``."""
    path = _HERE / folder / f"{instrument}.yaml"
    if not path.exists():
        return {}
    value = load_table(path)
    return {key: value.text(key) for key in value}


def spoken_of(instrument: str) -> Mapping[str, str]:
    """How people say what its articles provide, by key, also where the text was never read.  Raises DataFileError."""
    return _written("spoken", instrument)


def _article(key: str, row: Mapping[str, object], by_hand: str | None, spoken: str) -> ArticleShape:
    items, elements = row.get("items"), row.get("elements") or []
    amounts, parts, terms = row.get("amounts") or {}, row.get("parts") or [], row.get("terms") or []
    slots, phrases = row.get("slots") or [], row.get("phrases") or []
    if not isinstance(amounts, dict) or not (
        isinstance(items, list)
        and isinstance(elements, list)
        and isinstance(parts, list)
        and isinstance(terms, list)
        and isinstance(slots, list)
        and isinstance(phrases, list)
    ):
        raise StructureDamaged(f"第 {key} 条的记录不完整。")
    return ArticleShape(
        key=key,
        items=tuple(int(count) for count in items),
        subject=by_hand or str(row.get("keywords") or ""),
        written_by_hand=by_hand is not None,
        elements=tuple(
            Element(paragraph=int(p), item=int(i), word=str(word), before=int(before), after=int(after))
            for p, i, word, before, after in elements
        ),
        spoken=spoken,
        amounts={part: frozenset(map(Amount.parse, found)) for part, found in amounts.items()},
        terms=tuple(frozenset(str(codes).split()) for codes in terms),
        slots=tuple(unpacked(str(amount), str(marks), str(bound)) for amount, marks, bound in slots),
        phrases=tuple(unpacked_phrase(str(packed)) for packed in phrases),
        parts=tuple(map(str, parts)),
    )


_at_hand: ContextVar[Callable[[str], Structure | None] | None] = ContextVar("texts at hand", default=None)


@contextmanager
def with_shapes(of: Callable[[str], Structure | None]) -> Iterator[None]:
    """Inside, ``structure`` also knows the instruments whose shape *of* can tell from a text of the user's own."""
    token = _at_hand.set(of)
    try:
        yield
    finally:
        _at_hand.reset(token)


def structure(instrument: str) -> Structure | None:
    """The shape of *instrument*, None where its text was never read.  Raises StructureDamaged."""
    of = _at_hand.get()
    return _shipped(instrument) or (of(instrument) if of else None)


@lru_cache(maxsize=128)
def _shipped(instrument: str) -> Structure | None:
    path = _HERE / "data" / f"{instrument}.json"
    if instrument not in structures():
        return None
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        by_hand, spoken = _written("subjects", instrument), spoken_of(instrument)
        rows = value["articles"].items()
        articles = {key: _article(key, row, by_hand.get(key), spoken.get(key, "")) for key, row in rows}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StructureDamaged(f"读不出结构文件 {path.name}。") from error
    return Structure(instrument=instrument, articles=articles, by_section=bool(value.get("by_section")))


def shape_from(
    instrument: str, rows: Mapping[str, Mapping[str, object]], *, prints: Prints, parts: Prints
) -> Structure:
    """The shape of a text that the user has: *rows* and prints as ``building`` makes them."""
    articles = {key: _article(key, row, None, "") for key, row in rows.items()}
    return Structure(instrument=instrument, articles=articles, _prints=[prints], _parts=[parts])


@lru_cache(maxsize=1)
def structures() -> frozenset[str]:
    """The ids of all instruments whose shape is known."""
    return frozenset(path.name.removesuffix(".json") for path in (_HERE / "data").glob("*.json"))
