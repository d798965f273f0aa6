"""The texts that a user has imported, kept in the user's own data folder, one file per instrument."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from cuijie.law.errors import TextPackError
from cuijie.law.locator import Locator
from cuijie.law.numerals import ArticleNumber
from cuijie.law.text import Article, Item, LawText, Paragraph
from cuijie.whole_files import write_whole

__all__ = ["PackedText", "TextPack", "data_folder"]


def data_folder() -> Path:
    """The folder of the user's own data: ``CUIJIE_DATA_DIR``, or what the platform means for it."""
    given = os.environ.get("CUIJIE_DATA_DIR")
    if given:
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "cuijie"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "cuijie"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "cuijie"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedText:
    """One imported text: whose it is, the files it came from, and its articles."""

    instrument: str
    source: str
    law: LawText

    def words(self, place: Locator) -> tuple[str | None, str | None]:
        """The words that lead to the items where *place* is an item, and the words at *place*; None for what is not."""
        article = self.law.article(place.article)
        if article is None:
            return None, None
        lead = article.lead(place.paragraph, place.item) if place.item else None
        return lead, article.part(place.paragraph, place.item, place.subitem)


class TextPack:
    """The imported texts of one user; reads a text when it is first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or data_folder() / "law-texts"
        self._read: dict[str, PackedText | None] = {}

    def ids(self) -> tuple[str, ...]:
        """The instruments whose text was imported."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.json")))

    def text(self, instrument_id: str) -> PackedText | None:
        """The imported text of the instrument, None where there is none; raises TextPackError for a damaged file."""
        if instrument_id not in self._read:
            self._read[instrument_id] = self._load(instrument_id)
        return self._read[instrument_id]

    def keep(self, packed: PackedText) -> bool:
        """Writes *packed*, whole or not at all; False where the same words had been imported before."""
        before = self.readable(packed.instrument)
        if before is not None and before.law == packed.law:
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._path(packed.instrument), json.dumps(_to_json(packed), ensure_ascii=False).encode())
        self._read[packed.instrument] = packed
        return True

    def readable(self, instrument_id: str) -> PackedText | None:
        """The imported text, None also where it is damaged: what is imported now takes its place."""
        try:
            return self._load(instrument_id)
        except TextPackError:
            return None

    def _path(self, instrument_id: str) -> Path:
        return self.folder / f"{instrument_id}.json"

    def _load(self, instrument_id: str) -> PackedText | None:
        path = self._path(instrument_id)
        try:
            return _from_json(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise TextPackError(
                f"本地文本 {path.name} 损坏或读不出来。", remedy="用 cuijie law import 重新导入，或删去这个文件。"
            ) from error


def _to_json(packed: PackedText) -> dict[str, object]:
    law = packed.law
    return {
        "instrument": packed.instrument,
        "source": packed.source,
        "title": law.title,
        "preface": law.preface,
        "appendix": law.appendix,
        "articles": [
            {
                "number": article.number.key,
                "section": article.is_section,
                "headings": article.headings,
                "paragraphs": [
                    [paragraph.text, [_item_to_json(item) for item in paragraph.items]]
                    for paragraph in article.paragraphs
                ],
            }
            for article in law.articles
        ],
    }


def _item_to_json(item: Item) -> list[object]:
    return [item.number, item.text, [_item_to_json(detail) for detail in item.subitems]]


def _item(value: list[object]) -> Item:
    number, text, subitems = value
    if not isinstance(number, int) or not isinstance(text, str) or not isinstance(subitems, list):
        raise TypeError("no item")
    return Item(number=number, text=text, subitems=tuple(_item(detail) for detail in subitems))


def _from_json(value: dict[str, object]) -> PackedText:
    articles = value["articles"]
    if not isinstance(articles, list):
        raise TypeError("no list of articles")
    return PackedText(
        instrument=str(value["instrument"]),
        source=str(value["source"]),
        law=LawText(
            title=str(value["title"]),
            preface=_texts(value["preface"]),
            appendix=_texts(value["appendix"]),
            articles=tuple(_article(entry) for entry in articles),
        ),
    )


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("no list of texts")
    return tuple(map(str, value))


def _article(entry: dict[str, object]) -> Article:
    number = ArticleNumber.from_key(str(entry["number"]))
    paragraphs = entry["paragraphs"]
    if number is None or not isinstance(paragraphs, list):
        raise TypeError("no article")
    return Article(
        number=number,
        is_section=bool(entry["section"]),
        headings=_texts(entry["headings"]),
        paragraphs=tuple(Paragraph(text=str(text), items=tuple(map(_item, items))) for text, items in paragraphs),
    )
