"""What the statistical model sees of a folded text: hashed runs of one to four characters.

Digits count as one digit, every punctuation mark as one mark, so that amounts and a recogniser's missing commas
matter little.  The same arithmetic serves one text and a hundred thousand texts joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

__all__ = ["Block", "Codes", "Rows", "block_of", "classes", "keys_of", "run_keys", "runs_of"]

Codes = npt.NDArray[np.uint32]
Rows = npt.NDArray[np.int32]

_LONGEST_RUN = 4
_MULTIPLIER = np.uint32(0x9E3779B1)
_LENGTHS = np.arange(1, _LONGEST_RUN + 1, dtype=np.uint32)[:, None]
_FIRST_SHIFT, _LAST_SHIFT = np.uint32(15), np.uint32(13)
_MARK, _DIGIT, _MASK = ord("|"), ord("0"), ord("*")
_PLANE = 0x10000


class Block:
    """Texts joined: the codes of all of them, and the row each code belongs to."""

    __slots__ = ("codes", "rows", "texts")

    def __init__(self, codes: Codes, rows: Rows, texts: int) -> None:
        self.codes, self.rows, self.texts = codes, rows, texts

    def whole_runs(self) -> npt.NDArray[np.bool_]:
        """For each length and place: does a run begin here that does not go over the end of its text?"""
        whole = np.zeros((_LONGEST_RUN, len(self.codes)), dtype=np.bool_)
        whole[0] = True
        for over in range(1, _LONGEST_RUN):
            whole[over, :-over] = self.rows[:-over] == self.rows[over:]
        return whole


@cache
def classes() -> Codes:
    """Code point of the basic plane → the code that stands for it."""
    table = np.arange(_PLANE, dtype=np.uint32)
    for code in range(_PLANE):
        char = chr(code)
        if char.isdigit():
            table[code] = _DIGIT
        elif not char.isalnum():
            table[code] = _MARK
    table[[_MASK, ord("某")]] = _MASK
    return table


def block_of(texts: Sequence[str]) -> Block:
    """The texts joined, each between two marks, repeated marks, digits and masks drawn together."""
    joined = "|" + "|\n|".join(texts) + "|"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    borders = np.cumsum(lengths + 3) - 1  # the newline after each text
    rows = np.zeros(len(codes), dtype=np.int32)
    rows[borders[:-1]] = 1
    rows = np.cumsum(rows, dtype=np.int32)
    low = np.minimum(codes, _PLANE - 1)
    classed = np.where(codes < _PLANE, classes()[low], codes)
    same = (classed[1:] == classed[:-1]) & (rows[1:] == rows[:-1])
    collapsible = (classed[1:] == _MARK) | (classed[1:] == _DIGIT) | (classed[1:] == _MASK)
    kept = np.concatenate([[True], ~(same & collapsible)])
    return Block(classed[kept], rows[kept], len(texts))


def keys_of(codes: Codes) -> Codes:
    """The keys of all runs: a row per length, and in it the key of the run that starts at each place.

    Where a run would go over the end the key says nothing.
    """
    keys = codes * _MULTIPLIER + _LENGTHS
    for step in range(1, _LONGEST_RUN):
        longer = keys[step:, :-step]
        longer[:] = (longer ^ (longer >> _FIRST_SHIFT)) * _MULTIPLIER + codes[step:]
    keys ^= keys >> _LAST_SHIFT
    return keys


@cache
def _plainclasses() -> dict[int, int]:
    """The codes of the basic plane that stand for another one."""
    return {code: int(stands) for code, stands in enumerate(classes().tolist()) if code != stands}


_REPEATED = re.compile(r"([|0*])\1+")


@lru_cache(maxsize=4)
def run_keys(text: str) -> Codes:
    """The keys of all runs of one text, repeats included: what ``block_of`` would give for it alone.

    The first look and the model ask for the same text one after the other.
    """
    squashed = _REPEATED.sub(r"\1", f"|{text}|".translate(_plainclasses()))
    codes = np.frombuffer(squashed.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    keys = keys_of(codes)
    return np.concatenate([keys[over, : max(0, len(codes) - over)] for over in range(_LONGEST_RUN)])


def runs_of(texts: Sequence[str]) -> tuple[Codes, Rows]:
    """The keys of all runs of some texts, repeats included, and the text each belongs to, in the order of the texts."""
    if len(texts) == 1:
        runs = run_keys(texts[0])
        return runs, np.zeros(len(runs), dtype=np.int32)
    block = block_of(texts)
    whole = block.whole_runs()
    return keys_of(block.codes).T[whole.T], np.repeat(block.rows, whole.sum(axis=0))
