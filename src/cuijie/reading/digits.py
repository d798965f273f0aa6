"""Which digits of a text can matter to its labels, so that texts alike but for amounts and dates are read once.

The model takes any digit for one and the same; a regular expression looks at a digit's value only where one is
written in it.  Every such piece of every expression and word list is collected here; a digit of a text that stands
in none of them is free: whatever its value, the labels and their spans are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from re import _constants as _op  # type: ignore[attr-defined]  # the standard library's own reading of a pattern
from re import _parser  # type: ignore[attr-defined]
from typing import cast

from ahocorasick_rs import AhoCorasick

from cuijie.reading.context import contexts
from cuijie.reading.lexicon import group_words, lexicon
from cuijie.reading.variants import variants

__all__ = ["literals_with_digits", "meant_digits"]

_DIGIT = re.compile(r"[0-9]")
_ALL = frozenset("0123456789")
_Piece = tuple[object, object]


@cache
def _digit_literals() -> tuple[str, ...]:
    """Every piece with a digit in it of the expressions and words that labels hang on."""
    found = {word for words in group_words().values() for word in words}
    found.update(variants().spellings)
    for pattern in lexicon().patterns:
        found |= literals_with_digits(pattern.regex)
        if pattern.unless is not None:
            found |= literals_with_digits(pattern.unless)
    for expression in contexts().expressions.values():
        found |= literals_with_digits(expression)
    return tuple(sorted(word for word in found if _DIGIT.search(word)))


def literals_with_digits(expression: re.Pattern[str]) -> set[str]:
    """Pieces of which one stands wherever *expression* looks at a digit's value."""
    return set(_in_sequence(_parser.parse(expression.pattern)))


@cache
def _finder() -> AhoCorasick:
    return AhoCorasick(list(_digit_literals()))


def meant_digits(text: str) -> Iterator[tuple[int, int]]:
    """The ranges of a folded text whose digits must be left as they are."""
    for _, start, end in _finder().find_matches_as_indexes(text, overlapping=True):
        yield start, end


def _in_sequence(parsed: Iterable[_Piece]) -> Iterator[str]:
    run = ""
    for op, value in [*parsed, (None, None)]:
        if op is _op.LITERAL:
            run += chr(value)  # type: ignore[arg-type]
            continue
        if _DIGIT.search(run):
            yield run
        run = ""
        yield from _in_piece(op, value)


def _in_piece(op: object, value: object) -> Iterator[str]:
    if op is _op.IN:
        yield from _in_class(value)  # type: ignore[arg-type]
    elif op is _op.BRANCH:
        for branch in value[1]:  # type: ignore[index]
            yield from _in_sequence(branch)
    elif op in (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT):
        yield from _in_sequence(value[2])  # type: ignore[index]
    elif op is _op.SUBPATTERN:
        yield from _in_sequence(value[3])  # type: ignore[index]
    elif op is _op.ATOMIC_GROUP:
        yield from _in_sequence(value)  # type: ignore[arg-type]
    elif op in (_op.ASSERT, _op.ASSERT_NOT):
        yield from _in_sequence(value[1])  # type: ignore[index]
    elif op not in (None, _op.ANY, _op.AT, _op.CATEGORY, _op.NOT_LITERAL) or (
        op is _op.NOT_LITERAL and chr(value) in _ALL  # type: ignore[arg-type]
    ):
        yield from _ALL  # a reference back, or what a later Python may bring: any digit may matter


def _in_class(members: Iterable[_Piece]) -> Iterator[str]:
    digits: set[str] = set()
    for op, value in members:
        if op is _op.LITERAL and chr(value) in _ALL:  # type: ignore[arg-type]
            digits.add(chr(value))  # type: ignore[arg-type]
        elif op is _op.RANGE:
            first, last = cast("tuple[int, int]", value)
            digits |= {digit for digit in _ALL if first <= ord(digit) <= last}
        elif op is _op.CATEGORY and value in (_op.CATEGORY_DIGIT, _op.CATEGORY_WORD):
            digits |= _ALL
    if digits != _ALL:
        yield from digits
