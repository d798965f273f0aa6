"""Writes src/cuijie/law/structure/data from a folder of law texts (Markdown, the file's name is the instrument's id).

Counts, keyword subjects, elements, amounts and fingerprints are written; the words are not.

    python scripts/build_law_structure.py FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from cuijie.law.splitting import split_law
from cuijie.law.structure.amounts import amounts_in
from cuijie.law.structure.elements import elements_in
from cuijie.law.structure.fingerprints import pack, prints_of, short_prints_of
from cuijie.law.structure.keywords import Terms
from cuijie.law.text import Article, LawText

_DATA = Path(__file__).parent.parent / "src" / "cuijie" / "law" / "structure" / "data"


def _elements(article: Article) -> list[list[int | str]]:
    found: list[list[int | str]] = []
    for p, paragraph in enumerate(article.paragraphs, 1):
        parts = [(0, paragraph.text), *((item.number, item.text) for item in paragraph.items)]
        found += ([p, i, *element] for i, words in parts for element in elements_in(words, article.text))
    return found


def _amounts(article: Article) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for p, paragraph in enumerate(article.paragraphs, 1):
        parts = [(f"{p}", paragraph.text), *((f"{p}.{item.number}", item.text) for item in paragraph.items)]
        for key, words in parts:
            if amounts := amounts_in(words):
                found[key] = sorted({str(amount) for amount in amounts})
    return found


def _parts(article: Article) -> Iterator[tuple[str, str]]:
    """The paragraphs and items of an article that has several, each with its words."""
    key = article.number.key
    for p, paragraph in enumerate(article.paragraphs, 1):
        if len(article.paragraphs) > 1:
            yield f"{key}.{p}", article.part(p) or ""
        if len(paragraph.items) > 1:
            yield from ((f"{key}.{p}.{item.number}", article.part(p, item.number) or "") for item in paragraph.items)


def _row(article: Article, terms: Terms) -> dict[str, object]:
    row: dict[str, object] = {"items": [len(paragraph.items) for paragraph in article.paragraphs]}
    if keywords := terms.subject(article.text):
        row["keywords"] = keywords
    if elements := _elements(article):
        row["elements"] = elements
    if amounts := _amounts(article):
        row["amounts"] = amounts
    if parts := [key.partition(".")[2] for key, _ in _parts(article)]:
        row["parts"] = parts
    return row


def _write(instrument: str, law: LawText, terms: Terms) -> None:
    rows = {article.number.key: _row(article, terms) for article in law.articles}
    by_section = any(article.is_section for article in law.articles)
    lines = [f"{json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in rows.items()]
    head = f'{{"by_section": {json.dumps(by_section)}, "articles": {{\n'
    (_DATA / f"{instrument}.json").write_text(head + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    prints = prints_of(instrument, ((article.number.key, article.text) for article in law.articles))
    (_DATA / f"{instrument}.fp").write_bytes(pack(prints))
    parts = [part for article in law.articles for part in _parts(article)]
    (_DATA / f"{instrument}.parts.fp").write_bytes(pack(short_prints_of(instrument, parts)))


def main() -> int:
    """Read the folder, write the data; 2 where the folder holds no texts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="folder of texts named <instrument id>.md")
    paths = sorted(parser.parse_args().folder.glob("*.md"))
    if not paths:
        print("no *.md texts in that folder", file=sys.stderr)
        return 2
    laws = {path.stem: split_law(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    terms = Terms(article.text for law in laws.values() for article in law.articles)
    _DATA.mkdir(exist_ok=True)
    for instrument, law in laws.items():
        _write(instrument, law, terms)
        print(f"{instrument}: {len(law.articles)} articles, missing {list(law.missing)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
