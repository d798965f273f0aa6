"""Measures the citation check on annotated texts: ⟦verdict:words⟧ marks one citation and what should be held of it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cuijie.law.citations import CONDEMNING, Citation, check_text

__all__ = ["Measured", "annotated", "measure"]

_MARK = re.compile(r"⟦(\w+)(?:=([\w./,-]+))?:([^⟧]+)⟧")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    verdict: str
    span: tuple[int, int]
    text: str
    suggest: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Counts of one text and a line for each difference."""

    expected: int
    found: int
    wrong: int
    caught: int
    condemned: int
    same_verdict: int
    lines: tuple[str, ...]
    confusion: Counter[tuple[str, str]]


def annotated(source: str) -> tuple[str, list[Expected]]:
    """The text without marks, and the expected citations with their places."""
    plain, expected, at = "", [], 0
    for mark in _MARK.finditer(source):
        plain += source[at : mark.start()]
        expected.append(
            Expected(verdict=mark[1], span=(len(plain), len(plain) + len(mark[3])), text=mark[3], suggest=mark[2])
        )
        plain += mark[3]
        at = mark.end()
    return plain + source[at:], expected


def measure(path: Path, on: date = date(2026, 11, 21)) -> Measured:
    """The check's results on the annotated text at *path*."""
    text, expected = annotated(path.read_text(encoding="utf-8"))
    found = list(check_text(text, on))
    lines: list[str] = []
    confusion: Counter[tuple[str, str]] = Counter()
    matched = 0
    caught = wrong = condemned = same = 0
    left = list(found)
    for want in expected:
        hits = [c for c in left if c.span[0] < want.span[1] and want.span[0] < c.span[1]]
        best = _best(hits, want)
        for hit in hits if best and best.span == want.span else [best] if best else []:
            if hit in left and (hit is best or hit.span == best.span):
                left.remove(hit)
        got = best.verdict if best else "not_found"
        matched += best is not None
        is_wrong = want.verdict in CONDEMNING
        wrong += is_wrong
        caught += is_wrong and got in CONDEMNING
        condemned += (not is_wrong) and best is not None and best.is_wrong
        same += got == want.verdict
        confusion[want.verdict, got] += 1
        if got != want.verdict and not (best and best.is_refuted):
            lines.append(f"{path.stem}: {want.text} expected {want.verdict}, got {got} {best.note if best else ''}")
        elif want.suggest and best and want.suggest.split(",")[0] not in best.suggest:
            lines.append(f"{path.stem}: {want.text} should suggest {want.suggest}, suggests {list(best.suggest)}")
    for extra in left:
        confusion["(none)", extra.verdict] += 1
        condemned += extra.is_wrong
        if extra.is_wrong or extra.verdict != "ok":
            lines.append(f"{path.stem}: not expected: {extra.text} {extra.verdict} {extra.note}")
    return Measured(
        expected=len(expected),
        found=matched,
        wrong=wrong,
        caught=caught,
        condemned=condemned,
        same_verdict=same,
        lines=tuple(lines),
        confusion=confusion,
    )


def _best(hits: list[Citation], want: Expected) -> Citation | None:
    def rank(hit: Citation) -> tuple[int, bool, int]:
        overlap = min(hit.span[1], want.span[1]) - max(hit.span[0], want.span[0])
        return overlap, hit.verdict == want.verdict, -abs(hit.span[0] - want.span[0])

    return max(hits, key=rank, default=None)
