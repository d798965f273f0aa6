"""Writes src/cuijie/law/structure/data from a folder of law texts (Markdown, the file's name is the instrument's id).

Counts, keyword subjects, elements, amounts and fingerprints are written; the words are not.

    python scripts/build_law_structure.py FOLDER
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from law_keywords import Terms

from cuijie.law.splitting import split_law
from cuijie.law.structure.building import part_prints_of, row_of
from cuijie.law.structure.fingerprints import pack, prints_of
from cuijie.law.text import LawText

_DATA = Path(__file__).parent.parent / "src" / "cuijie" / "law" / "structure" / "data"


def _write(instrument: str, law: LawText, terms: Terms) -> None:
    rows = {article.number.key: row_of(article, terms.subject(article.text)) for article in law.articles}
    by_section = any(article.is_section for article in law.articles)
    lines = [f"{json.dumps(key)}: {json.dumps(row, ensure_ascii=False)}" for key, row in rows.items()]
    head = f'{{"by_section": {json.dumps(by_section)}, "articles": {{\n'
    (_DATA / f"{instrument}.json").write_text(head + ",\n".join(lines) + "\n}}\n", encoding="utf-8")
    prints = prints_of(instrument, ((article.number.key, article.text) for article in law.articles))
    (_DATA / f"{instrument}.fp").write_bytes(pack(prints))
    (_DATA / f"{instrument}.parts.fp").write_bytes(pack(part_prints_of(instrument, law)))


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
