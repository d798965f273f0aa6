"""What the statistical model sees of a folded text: hashed runs of one to four characters.

Digits count as one digit, every punctuation mark as one mark, so that amounts and a recogniser's missing commas
matter little.  The same arithmetic serves one text and a million texts joined.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

__all__ = ["LONGEST_RUN", "Keys", "codes_of", "keys_of", "squashed"]

Keys = npt.NDArray[np.uint32]

LONGEST_RUN = 4
_MULTIPLIER = np.uint32(0x9E3779B1)
_DIGITS = re.compile(r"\d[\d,.]*")
_MASKS = re.compile(r"[*某x]{2,}|\*")
_MARKS = re.compile(r"[^\w0*]+")


def squashed(text: str) -> str:
    """*text* with numbers, masks and punctuation made alike, and a mark at both ends."""
    text = _DIGITS.sub("0", text)
    text = _MASKS.sub("*", text)
    return "|" + _MARKS.sub("|", text.replace("*", "\u2217")).replace("\u2217", "*").strip("|") + "|"


def codes_of(text: str) -> Keys:
    """The code points of *text*."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def keys_of(codes: Keys, length: int) -> Keys:
    """The key of each run of *length* characters; the run at position i starts there."""
    count = len(codes) - length + 1
    if count <= 0:
        return np.empty(0, dtype=np.uint32)
    keys = codes[:count] * _MULTIPLIER + np.uint32(length)
    for step in range(1, length):
        keys = (keys ^ (keys >> np.uint32(15))) * _MULTIPLIER + codes[step : step + count]
    return keys ^ (keys >> np.uint32(13))
