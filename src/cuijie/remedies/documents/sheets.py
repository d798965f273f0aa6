"""A draft cut into sheets: runs of blocks on upright or lying pages, and the words in it, for both writers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from cuijie.remedies.documents.blocks import Block, Item, PageBreak, Paragraph, Table, blocks_runs, plain

__all__ = ["Sheet", "sheets_of", "words_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Blocks that share one page direction, beginning on a new page."""

    blocks: tuple[Block, ...]
    is_landscape: bool = False

    def laid(self) -> Iterator[tuple[Block, bool]]:
        """Each block, and whether it stays on the page of the next: the last words, and what leads in a list or table."""
        last = self._last_words
        for block, following in zip_longest(self.blocks, self.blocks[1:]):
            yield block, block is last or _leads_in(block, following)

    @property
    def _last_words(self) -> Block | None:
        """What stands before the signature: nobody signs a page that says nothing."""
        body = list(self.blocks)
        while body and isinstance(body[-1], Paragraph) and body[-1].style in {"flush", "right"}:
            body.pop()
        is_signed = 0 < len(body) < len(self.blocks)
        return body[-1] if is_signed and isinstance(body[-1], Paragraph | Item) else None


def _leads_in(block: Block, following: Block | None) -> bool:
    if not isinstance(block, Paragraph) or block.style != "body":
        return False
    return isinstance(following, Table) or plain(block.runs).endswith("：")


def sheets_of(blocks: tuple[Block, ...], *, landscape: bool = False) -> tuple[Sheet, ...]:
    """*blocks* cut at their page breaks; the first sheet lies if *landscape*."""
    sheets: list[Sheet] = []
    current: list[Block] = []
    for block in blocks:
        if isinstance(block, PageBreak):
            sheets.append(Sheet(blocks=tuple(current), is_landscape=landscape))
            current, landscape = [], block.landscape
        else:
            current.append(block)
    sheets.append(Sheet(blocks=tuple(current), is_landscape=landscape))
    return tuple(sheet for sheet in sheets if sheet.blocks)


def words_of(blocks: tuple[Block, ...]) -> str:
    """Every character that will be printed."""
    return "".join(run.text for run in blocks_runs(blocks))
