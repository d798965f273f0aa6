"""The rewritings of ``lexicon/variants.yaml``, ready for use: what is written → what is meant."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from cuijie.datafiles import DataFileError, Lines, load_yaml

__all__ = ["LEXICON", "Variants", "variants"]

LEXICON = Path(__file__).with_name("lexicon")

_Change = tuple[int, int, str]
_LATIN_OR_BLANK = re.compile(r"[a-z*○□〇█_]")
_LETTER = re.compile(r"[a-z]")
_BLANKS = "*○□〇█_"


class _Mixed(NamedTuple):
    """A phrase, the expression of its spellings partly in letters, and its syllables of three letters and more."""

    pattern: re.Pattern[str]
    phrase: str
    syllables: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """All rewritings: single characters, fixed words, and phrases known by their sound."""

    characters: MappingProxyType[str, str]
    simplified: MappingProxyType[str, str]
    _words: tuple[tuple[str, str], ...]
    _word_finder: AhoCorasick
    sounds: dict[int, str]
    _phrases: tuple[str, ...]
    _sound_finder: AhoCorasick
    _mixed: tuple[_Mixed, ...] = field(repr=False)
    _holders: Mapping[str, Sequence[int]] = field(repr=False)

    @property
    def spellings(self) -> tuple[str, ...]:
        """The fixed spellings that are rewritten."""
        return tuple(spelling for spelling, _ in self._words)

    def rewritings(self, text: str) -> list[_Change]:
        """The changes to make in *text* (already folded by character), in order and apart from each other."""
        found = list(self.fixed(text))
        found += self.by_sound(text, text.translate(self.sounds))
        if _LATIN_OR_BLANK.search(text):
            found += self.by_letters(text)
        found.sort(key=lambda change: (change[0], change[0] - change[1]))
        apart: list[_Change] = []
        for change in found:
            if not apart or change[0] >= apart[-1][1]:
                apart.append(change)
        return apart

    def fixed(self, text: str) -> list[_Change]:
        """The fixed spellings in a folded text."""
        return [
            (start, end, self._words[index][1])
            for index, start, end in self._word_finder.find_matches_as_indexes(text)
            if _stands_alone(text, start, end)
        ]

    def by_sound(self, text: str, heard: str) -> list[_Change]:
        """The phrases in a folded text that only sound like themselves; *heard* is the text by its sounds."""
        changes: list[_Change] = []
        for index, start, end in self._sound_finder.find_matches_as_indexes(heard):
            phrase = self._phrases[index]
            wrong = sum(a != b for a, b in zip(text[start:end], phrase, strict=True))
            if 0 < wrong <= len(phrase) - 1 - (len(phrase) == 3):  # at least two of three characters stand
                changes.append((start, end, phrase))
        return changes

    def by_letters(self, text: str) -> list[_Change]:
        """The phrases in a folded text that are partly written in letters, pinyin or blanks."""
        kept = Counter(at for char in frozenset(text) for at in self._holders.get(char, ()))
        chosen = {at for at, count in kept.items() if 2 * count >= len(self._mixed[at].phrase)}
        letters = len(_LETTER.findall(text))
        # more than two letters for each character that is not written: a whole syllable of three is among them
        if letters > 2 * len(self._mixed[-1].phrase):
            chosen.update(
                at
                for at, (_, phrase, syllables) in enumerate(self._mixed)
                if letters > 2 * (len(phrase) - kept[at]) and any(syllable in text for syllable in syllables)
            )
        changes: list[_Change] = []
        for pattern, phrase, _ in (self._mixed[at] for at in sorted(chosen)):
            for match in pattern.finditer(text):
                if _is_disguise(match[0], phrase) and _stands_alone(text, match.start(), match.end()):
                    changes.append((match.start(), match.end(), phrase))
        return changes


def _stands_alone(text: str, start: int, end: int) -> bool:
    """False if the Latin letters at an edge of the range go on outside it (a word, not a code)."""
    before = start > 0 and _LETTER.match(text[start]) and _LETTER.match(text[start - 1])
    after = end < len(text) and _LETTER.match(text[end - 1]) and _LETTER.match(text[end])
    return not before and not after


def _is_disguise(written: str, phrase: str) -> bool:
    """True if *written* still shows the phrase: one of its characters at least, or whole syllables, one blank at most."""
    kept = sum(char in written for char in phrase)
    blanks = sum(char in _BLANKS for char in written)
    if written == phrase or blanks > 1:
        return False
    return kept * 2 >= len(phrase) or (blanks == 0 and len(_LETTER.findall(written)) > 2 * (len(phrase) - kept))


def _mixed_pattern(phrase: str, syllables: list[str], alike: dict[str, str]) -> re.Pattern[str]:
    """*phrase* with some characters given by pinyin, by their first letter, by a blank or by a like-sounding one."""
    blanks = _BLANKS + "x" if len(phrase) > 2 else ""
    parts = []
    for char, sound in zip(phrase, syllables, strict=True):
        letters = [sound] if len(sound) == 1 else [sound, sound[0]]
        # a letter or a whole syllable, never part of a longer word; blanks between are spelling, not sense
        latin = "|".join(f"{one} ?" for one in letters)
        same = alike.get(char, char) + blanks
        parts.append(f"(?:[{re.escape(same)}]|{latin})")
    return re.compile("".join(parts))


def _pairs(section: object, source: Lines, key: str) -> list[tuple[str, str]]:
    if not isinstance(section, Lines):
        raise source.wrong(key, "这里要写成“意思: [写法, 写法]”")
    pairs = []
    for meaning, spellings in section.items():
        if not isinstance(spellings, list) or not all(isinstance(one, str) and one for one in spellings):
            raise section.wrong(meaning, "写法要是一列文字")
        pairs += [(str(one), meaning) for one in spellings]
    return pairs


def _alike(section: object, source: Lines) -> dict[str, str]:
    """Character → all characters that sound alike, from rows such as ``tong: 通同桶``."""
    if not isinstance(section, Lines):
        raise source.wrong("sounds", "这里要写成“拼音: 同音字”")
    alike: dict[str, str] = {}
    for syllable, characters in section.items():
        if not isinstance(characters, str) or len(characters) < 2:
            raise section.wrong(syllable, "同音字至少两个，连着写")
        for char in characters:
            alike[char] = "".join(dict.fromkeys(alike.get(char, char) + characters))
    return alike


def _sound_of(alike: dict[str, str]) -> dict[int, str]:
    """Character (code point) → the one character that stands for its sound; the first listed sound counts."""
    sounds: dict[int, str] = {}
    for char, others in alike.items():
        known = next((sounds[ord(other)] for other in others if ord(other) in sounds), others[0])
        sounds.setdefault(ord(char), known)
    return sounds


def _simplified() -> dict[str, str]:
    """Traditional → simplified, one character at a time (words do not matter once every text is folded alike)."""
    from opencc import OpenCC  # here: only the first reading pays for it

    han = [chr(code) for code in itertools.chain(range(0x3400, 0xA000), range(0xF900, 0xFB00))]
    folded = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {a: b for a, b in zip(han, folded, strict=True) if a != b and len(b) == 1}


@cache
def variants() -> Variants:
    """The rewritings in force.  Raises DataFileError naming file, line and key."""
    path = LEXICON / "variants.yaml"
    source = load_yaml(path)
    if not isinstance(source, Lines):
        raise DataFileError(str(path), 1, "", "文件要是“键: 值”的形式")
    characters = dict(_pairs(source.get("characters"), source, "characters"))
    simplified = _simplified() | {char: characters.pop(char) for char in list(characters) if len(characters[char]) == 1}
    words = [pair for section in ("words", "english") for pair in _pairs(source.get(section), source, section)]
    alike = _alike(source.get("sounds"), source)
    phrases = source.get("phrases")
    if not isinstance(phrases, Lines):
        raise source.wrong("phrases", "这里要写成“词: 拼音”")
    sounds = _sound_of(alike)
    mixed, heard = [], []
    for phrase, spelled in phrases.items():
        syllables = str(spelled).split()
        if len(syllables) != len(phrase):
            raise phrases.wrong(phrase, "拼音的音节数和字数不一样")
        long = tuple(syllable for syllable in syllables if len(syllable) > 2)
        mixed.append(_Mixed(_mixed_pattern(phrase, syllables, alike), phrase, long))
        if len(phrase) > 2:
            heard.append(phrase)
    mixed.sort(key=lambda one: -len(one.phrase))
    holders: dict[str, list[int]] = {}
    for at, one in enumerate(mixed):
        for char in one.phrase:
            holders.setdefault(char, []).append(at)
    longest = MatchKind.LeftmostLongest
    return Variants(
        characters=MappingProxyType(characters),
        simplified=MappingProxyType(simplified),
        _words=tuple(words),
        _word_finder=AhoCorasick([spelling for spelling, _ in words], matchkind=longest),
        sounds=sounds,
        _phrases=tuple(heard),
        _sound_finder=AhoCorasick([phrase.translate(sounds) for phrase in heard], matchkind=longest),
        _mixed=tuple(mixed),
        _holders=holders,
    )
