"""The cells of one row of a table, written in one line as Markdown writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["row_of"]

_MOST = 400  # characters; a longer cell is a column of a page and not a note in a table
_ENDED = re.compile(r"(?<![。！？；：，、.!?;:,])\s*\n\s*")


def row_of(cells: Sequence[str]) -> str | None:
    """``| 事由 | 依据 |``; None for a single cell and for cells so long that the table only lays out a page."""
    told = [_ENDED.sub("；", cell.strip()) for cell in cells]
    told = [re.sub(r"\s*\n\s*", " ", cell) for cell in told]
    if sum(map(bool, told)) < 2 or max(map(len, told)) > _MOST:
        return None
    return f"| {' | '.join(told)} |"
