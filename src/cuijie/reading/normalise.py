"""One plain spelling for whatever people write to get past a filter, with a way back to the original.

Full-width and compatibility forms, traditional characters, zero-width and inserted signs, emoji, split
characters, homophones, letter codes, pinyin and recogniser errors are folded; every character of the folded
text knows the range of the original that it stands for, so a span can always be shown where it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from cuijie.reading.result import Span
from cuijie.reading.variants import Variants, variants

__all__ = ["SIGN", "SIGN_IN_HAN", "Normalised", "fold_of", "normalise"]

_HAN = "\u3400-\u9fff"
# a sign is taken out only where single characters alternate with it: 爆.通.讯.录, 上 门 抓 你, c n m
_DECORATION = "×→←\u2500-\u27bf\U0001f300-\U0001faff"  # boxes, stars, dingbats, and emoji that mean no word
SIGN = rf"[.·•*\-_+~^|/\\#&=,'`\"、…。，!:;<>()\[\]{{}}{_DECORATION} ]"
_INSERTED = re.compile(
    rf"((?<![{_HAN}a-z0-9])[{_HAN}]|(?<![a-z0-9])[a-z])({SIGN}{{1,2}})(?:[{_HAN}a-z]\2)+[{_HAN}a-z](?![a-z0-9])"
)
SIGN_IN_HAN = rf"[.·•*\-_+~^|/\\#&=`@%${_DECORATION}]"
_INSERTED_HAN = re.compile(rf"[{_HAN}](?:{SIGN_IN_HAN}[{_HAN}])+")
# an emoji that comes again and again between single characters means no word there: 爆📞通📞讯📞录
_AGAIN_AND_AGAIN = re.compile(rf"(?<=[{_HAN}])([{_DECORATION}])\ufe0f?[{_HAN}](?:\1\ufe0f?[{_HAN}])+")
_UMLAUT = "\u0308"
_DROPPED_CATEGORIES = frozenset({"Cf", "Mn", "Me", "Cc", "Cn", "Co", "Cs"})


@dataclass(frozen=True, slots=True)
class Normalised:
    """The folded text and, for each of its characters, where it stood in the original."""

    original: str
    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @property
    def is_plain(self) -> bool:
        """True if every character stands for itself: nothing was dropped, taken out or rewritten."""
        return isinstance(self.starts, range)

    def span(self, start: int, end: int) -> Span:
        """The original range of ``text[start:end]``, which must not be empty."""
        return (start, end) if self.is_plain else (self.starts[start], max(self.ends[start:end]))


def _without_tone(char: str) -> str:
    """A letter of pinyin as it is typed: ō → o, ǜ → v; any other character as it is."""
    parts = unicodedata.normalize("NFD", char)
    bare = parts[0]
    if len(parts) == 1 or not bare.isascii():
        return char
    return "v" if _UMLAUT in parts and bare in "uU" else bare


class _Folds(dict[str, str]):
    """One character → its folded form, worked out on first meeting: '' drops it.

    ``uneven``: those met that fold to none or to several.
    """

    def __init__(self, rules: Variants) -> None:
        super().__init__(rules.characters)
        self._simplified = rules.simplified
        self.uneven = {char for char, folded in self.items() if len(folded) != 1}

    def __missing__(self, char: str) -> str:
        folded = "".join(self._one(part) for part in unicodedata.normalize("NFKC", char))
        self[char] = folded
        if len(folded) != 1:
            self.uneven.add(char)
        return folded

    def _one(self, char: str) -> str:
        if char == "\n":
            return char
        if char == "\t" or char.isspace():
            return " "
        if unicodedata.category(char) in _DROPPED_CATEGORIES:
            return ""
        digit = unicodedata.digit(char, None)
        if digit is not None:
            return str(digit)
        return self.get_simplified(_without_tone(char))

    def get_simplified(self, char: str) -> str:
        return self._simplified.get(char, char.lower())


class _Draft:
    """A folded text being rewritten; keeps the way back to the original through every step."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, original: str, folds: _Folds) -> None:
        pieces = [folds[char] for char in original]
        for match in _AGAIN_AND_AGAIN.finditer(original):
            for at in range(match.start(), match.end()):
                if original[at] == match[1]:
                    pieces[at] = ""
        self.text = "".join(pieces)
        if len(self.text) == len(original) and folds.uneven.isdisjoint(original):
            self.starts: Sequence[int] = range(len(original))
            self.ends: Sequence[int] = range(1, len(original) + 1)
            return
        self.starts = [at for at, piece in enumerate(pieces) for _ in piece]
        self.ends = [at + 1 for at, piece in enumerate(pieces) for _ in piece]

    def replace(self, changes: list[tuple[int, int, str]]) -> None:
        """Rewrite the given ranges (in order, apart from each other); each new character stands for its whole range."""
        if not changes:
            return
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end, new in [*changes, (len(self.text), len(self.text), "")]:
            parts += [self.text[at:start], new]
            starts += self.starts[at:start]
            ends += self.ends[at:start]
            if new:
                first, last = self.starts[start], max(self.ends[start:end])
                starts += [first] * len(new)
                ends += [last] * len(new)
            at = end
        self.text, self.starts, self.ends = "".join(parts), starts, ends


_FOLDS: _Folds | None = None


def _folds() -> _Folds:
    global _FOLDS
    if _FOLDS is None:
        _FOLDS = _Folds(variants())
    return _FOLDS


def fold_of(char: str) -> str:
    """What one character folds to: '' if it is dropped."""
    return _folds()[char]


def _inserted(text: str) -> list[tuple[int, int, str]]:
    """The signs standing between single characters, to be taken out."""
    changes: dict[int, tuple[int, int, str]] = {}
    for match in _INSERTED.finditer(text):
        sign = match[2]
        at = match.start(2)
        while at < match.end():
            changes[at] = (at, at + len(sign), "")
            at += len(sign) + 1
    for match in _INSERTED_HAN.finditer(text):
        if len(match[0]) < 5 and match[0][1] in "*@":
            continue  # 王*在: one masked character; 请@张三: a call: no inserted sign
        for at in range(match.start() + 1, match.end(), 2):
            changes[at] = (at, at + 1, "")
    return [changes[at] for at in sorted(changes)]


def normalise(text: str) -> Normalised:
    """The folded form of *text*; its spans always lead back into *text*."""
    rules = variants()
    draft = _Draft(text, _folds())
    if _SIGNS.search(draft.text):
        draft.replace(_inserted(draft.text))
    draft.replace(rules.rewritings(draft.text))
    return Normalised(text, draft.text, draft.starts, draft.ends)


_SIGNS = re.compile(rf"[{_HAN}a-z]{SIGN}{{1,2}}[{_HAN}a-z]{SIGN}{{1,2}}[{_HAN}a-z]|{_INSERTED_HAN.pattern}")
