"""Law texts copied from a page: lines broken at its edge are put together again, page numbers left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from cuijie.law.splitting import begins_anew, clean_line

__all__ = ["unwrapped"]

_PAGE = re.compile(r"[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?")
_STOPS = tuple("。；：？！”」）")
_INDENTS = ("\u3000\u3000", "    ", "\t")


def unwrapped(lines: Sequence[str]) -> Iterator[list[str]]:
    """The ways to read *lines* as broken at the page's edge: what ends a paragraph, one reading after the other."""
    kept = [line for line in lines if not _PAGE.fullmatch(line.strip())]
    written = [line for line in kept if line.strip()]
    edge = _edge(written)
    yield list(_joined(kept, lambda before, line: not clean_line(before)))
    yield list(_joined(written, lambda before, line: line.startswith(_INDENTS)))
    yield list(_joined(written, lambda before, line: before.endswith(_STOPS)))
    yield list(_joined(written, lambda before, line: before.endswith(_STOPS) and len(before) < edge - 1))


def _edge(lines: Sequence[str]) -> int:
    """The length at which most lines break: what the longest lines commonly have."""
    often = Counter(map(len, lines))
    return max((length for length, times in often.items() if times > len(lines) / 20), default=0)


def _joined(lines: Sequence[str], parted: Callable[[str, str], bool]) -> Iterator[str]:
    """From the first article on, each line behind the one before it, unless a paragraph ended there or this opens one."""
    held = before = ""
    is_law = False
    for raw in lines:
        line = clean_line(raw)
        anew = begins_anew(line)
        is_law = is_law or anew == "part"
        if not is_law or not line or anew or parted(before, raw) or begins_anew(clean_line(before)) == "heading":
            yield held
            held = line
        else:
            held += line
        before = raw
    yield held
