"""Folding many texts at once: those spelled plainly, which most are, are folded with a table, all of them joined.

It finds those that may be spelled in disguise and leaves them to ``normalise``; a test holds both to the same result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import overload

import numpy as np
import numpy.typing as npt

from cuijie.reading.digits import meant_digits
from cuijie.reading.features import Codes
from cuijie.reading.normalise import SIGN, SIGN_IN_HAN, Normalised, fold_of, normalise
from cuijie.reading.variants import variants

__all__ = ["Folding", "fold_many", "shapes_of"]

_PLANE = 0x10000
_ODD = 0xFFFFFFFF
_ANY_DIGIT = 0xE000  # of the private range, which no folded text holds
_Flags = npt.NDArray[np.bool_]
_ORDINARY_LATIN = re.compile(r"(?<![a-z])(?:app|atm|vip|sms|ok|hr|qq|gps|pdf|id|td)(?![a-z])|回t(?![a-z一-鿿 ])")
_LATIN_OR_BLANK = re.compile(r"[a-z*○□〇█_]")


@cache
def _tables() -> tuple[Codes, Codes, _Flags, _Flags, _Flags]:
    """Code → folded code (or odd), code → sound, and which codes are Han or letters, signs, signs within Han."""
    folds = np.full(_PLANE, _ODD, dtype=np.uint32)
    for code in range(_PLANE):
        if not 0xD800 <= code < 0xE000:
            folded = fold_of(chr(code))
            if len(folded) == 1 and ord(folded) < _PLANE:
                folds[code] = ord(folded)
    sounds = np.arange(_PLANE, dtype=np.uint32)
    for code, sound in variants().sounds.items():
        sounds[code] = ord(sound)
    word = np.zeros(_PLANE, dtype=np.bool_)
    word[0x3400:0xA000] = True
    word[ord("a") : ord("z") + 1] = True
    within_han = _matching(SIGN_IN_HAN)
    folds[within_han & (folds != np.arange(_PLANE))] = _ODD  # an emoji that means a word may stand there as a sign
    return folds, sounds, word, _matching(SIGN), within_han


def _matching(character: str) -> _Flags:
    """Which codes the expression of one character matches."""
    matching = np.zeros(_PLANE, dtype=np.bool_)
    matching[[match.start() for match in re.finditer(character, "".join(map(chr, range(_PLANE))))]] = True
    return matching


class Folding(Sequence[Normalised]):
    """Texts folded together.  ``texts`` is what each folds to; its way back is made when it is asked for."""

    def __init__(self, originals: Sequence[str], texts: list[str], odd: _Flags) -> None:
        self.texts = texts
        self._originals = originals
        self._rewritten = {at: normalise(originals[at]) for at in odd.nonzero()[0].tolist()}
        for at, folded in self._rewritten.items():
            texts[at] = folded.text

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> Normalised: ...
    @overload
    def __getitem__(self, at: slice) -> list[Normalised]: ...
    def __getitem__(self, at: int | slice) -> Normalised | list[Normalised]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self)))]
        text = self.texts[at]
        return self._rewritten.get(at) or Normalised(
            self._originals[at], text, range(len(text)), range(1, len(text) + 1)
        )

    def is_plain(self, at: int) -> bool:
        """True if the text was found to be spelled plainly, so that every character stands for itself."""
        return at not in self._rewritten or self._rewritten[at].is_plain


def fold_many(texts: Sequence[str]) -> Folding:
    """What ``normalise`` gives for each text."""
    if not texts:
        return Folding([], [], np.zeros(0, dtype=np.bool_))
    block = _Folded(texts)
    return Folding(texts, block.rows(), block.odd_rows())


def shapes_of(texts: Sequence[str]) -> list[str | None]:
    """Each text folded, every digit whose value cannot matter as one sign: texts of one shape have the same labels.

    None for a text whose characters do not fold one to one.  That words are spelled plainly is not looked at here.
    """
    if not texts:
        return []
    block = _Folded(texts)
    return block.shapes()


class _Folded:
    """All texts joined by newlines and folded character by character."""

    def __init__(self, texts: Sequence[str]) -> None:
        folds, self._sounds, self._word, self._sign, self._inner = _tables()
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        self._ends = np.cumsum(lengths + 1) - 1  # where each text ends, its newline left out
        self._starts = self._ends - lengths
        codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        low = np.minimum(codes, _PLANE - 1)
        self._codes = np.where(codes < _PLANE, folds[low], np.uint32(_ODD))
        self._odd = np.zeros(len(texts), dtype=np.bool_)
        unfoldable = np.flatnonzero(self._codes == _ODD)
        self._mark(unfoldable)
        self._unfoldable = np.unique(np.searchsorted(self._ends, unfoldable)).tolist()
        self._codes[unfoldable] = ord(" ")
        self._text = self._codes.tobytes().decode("utf-32-le")

    def shapes(self) -> list[str | None]:
        """See ``shapes_of``."""
        codes = self._codes.copy()
        free = (codes >= ord("0")) & (codes <= ord("9"))
        for start, end in meant_digits(self._text):
            free[start:end] = False
        codes[free] = _ANY_DIGIT
        masked = codes.tobytes().decode("utf-32-le")
        shapes: list[str | None] = [masked[start:end] for start, end in self._borders()]
        for row in self._unfoldable:
            shapes[row] = None
        return shapes

    def rows(self) -> list[str]:
        """The folded texts."""
        return [self._text[start:end] for start, end in self._borders()]

    def _borders(self) -> Iterator[tuple[int, int]]:
        return zip(self._starts.tolist(), self._ends.tolist(), strict=True)

    def row(self, at: int) -> str:
        """The folded text at this place."""
        return self._text[int(self._starts[at]) : int(self._ends[at])]

    def odd_rows(self) -> _Flags:
        """Which texts may be spelled in disguise, and so must be read in full."""
        self._mark(self._with_inserted_signs())
        rules = variants()
        self._mark(np.array([start for start, _, _ in rules.fixed(self._text)], dtype=np.int64))
        heard = self._sounds[self._codes].tobytes().decode("utf-32-le")
        self._mark(np.array([start for start, _, _ in rules.by_sound(self._text, heard)], dtype=np.int64))
        latin = np.unique(np.searchsorted(self._ends, [m.start() for m in _LATIN_OR_BLANK.finditer(self._text)]))
        for at in latin.tolist():
            text = self.row(at)
            if not self._odd[at] and _LATIN_OR_BLANK.search(_ORDINARY_LATIN.sub("", text)):
                self._odd[at] = bool(rules.by_letters(text))
        return self._odd

    def _mark(self, positions: npt.NDArray[np.int64]) -> None:
        """The texts that hold these positions are odd."""
        if len(positions):
            self._odd[np.searchsorted(self._ends, positions)] = True

    def _with_inserted_signs(self) -> npt.NDArray[np.int64]:
        codes = self._codes
        if len(codes) < 7:
            return np.arange(len(codes), dtype=np.int64)
        word, sign, inner = self._word[codes], self._sign[codes], self._inner[codes]
        within = np.flatnonzero(word[:-2] & inner[1:-1] & word[2:])
        one = word[:-4] & sign[1:-3] & word[2:-2] & (codes[3:-1] == codes[1:-3]) & word[4:]
        two = word[:-6] & sign[1:-5] & sign[2:-4] & word[3:-3] & sign[4:-2] & sign[5:-1] & word[6:]
        return np.concatenate([within, np.flatnonzero(one), np.flatnonzero(two)])
