"""Signs found in a text by patterns that lawyers edit: what the sign is, why it matters, where it stands.

Used for offers of help (``scam``) and for loan contracts (``contract``).  The text is folded by the reading room, so
full-width, traditional and split writing is met; spans point into the text as it was given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cuijie.datafiles import Lines, Words
from cuijie.reading.normalise import normalise

__all__ = ["Sign", "SignHit", "compiled", "find_signs", "sign_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One kind of sign: its patterns, the contexts that make the same words harmless, and its examples."""

    id: str
    title: Words
    why: Words
    provisions: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    hits: tuple[str, ...]
    misses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignHit:
    """One place where a sign stands: code points of the text as given."""

    sign: Sign
    span: tuple[int, int]
    certain: bool = True  # met by a pattern; False: seen by a trained reader, to be looked at by a person


_COMMA = re.compile(r"[,，]")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]?")


def find_signs(text: str, signs: tuple[Sign, ...], warnings: tuple[re.Pattern[str], ...] = ()) -> list[SignHit]:
    """Every sign in *text*, each at its first clear place per sentence; a sentence that warns of it shows none."""
    folded = normalise(text)
    found: list[SignHit] = []
    for sentence in _SENTENCE.finditer(folded.text):
        words, start = sentence[0], sentence.start()
        if any(pattern.search(words) for pattern in warnings):
            continue
        for sign in signs:
            if (hit := _clear_place(sign, words)) is not None:
                found.append(SignHit(sign=sign, span=folded.span(start + hit[0], start + hit[1])))
    return found


def _clear_place(sign: Sign, words: str) -> tuple[int, int] | None:
    """The first place of *sign* that no harmless context in the same parts of the sentence excuses.

    "No fee at all, just a deposit of 500 first" is excused in its first part only.
    """
    harmless = [match.span() for pattern in sign.unless for match in pattern.finditer(words)]
    for pattern in sign.patterns:
        for hit in pattern.finditer(words):
            begin = max((comma.end() for comma in _COMMA.finditer(words, 0, hit.start())), default=0)
            comma = _COMMA.search(words, hit.end())
            end = comma.start() if comma else len(words)
            if not any(start < end and begin < stop for start, stop in harmless):
                return hit.span()
    return None


def compiled(row: Lines, key: str) -> tuple[re.Pattern[str], ...]:
    """The patterns under *key*.  Raises DataFileError naming the one that is none."""
    patterns = []
    for written in row.texts(key):
        try:
            patterns.append(re.compile(written, re.IGNORECASE))
        except re.error as error:
            raise row.wrong(key, f"“{written}”不是有效的表达式（{error}）") from error
    return tuple(patterns)


def sign_of(row: Lines) -> Sign:
    """One sign as written in a data file.  Raises DataFileError."""
    examples = row.table("examples", "应写 {hit: […], miss: […]}")
    return Sign(
        id=str(row["id"]),
        title=row.words("title"),
        why=row.words("why"),
        provisions=row.texts("provisions"),
        patterns=compiled(row, "patterns"),
        unless=compiled(row, "unless"),
        hits=examples.texts("hit"),
        misses=examples.texts("miss"),
    )
