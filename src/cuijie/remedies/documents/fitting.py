"""A draft made short enough for a form that takes only so many characters: whole points go, no sentence is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cuijie.remedies.documents.blocks import Block, Heading, Item, PageBreak, Run, plain
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.errors import RemedyError

__all__ = ["fitted"]


def _without_annex(blocks: Sequence[Block]) -> list[Block]:
    cut = next((at for at, block in enumerate(blocks) if isinstance(block, PageBreak)), len(blocks))
    return list(blocks[:cut])


def _without(blocks: Sequence[Block], named: str) -> list[Block]:
    """*blocks* but for the sections whose heading ends in *named*, each up to the next heading of its level."""
    kept: list[Block] = []
    level: int | None = None
    for block in blocks:
        if isinstance(block, Heading) and (level is None or block.level <= level):
            level = block.level if plain(block.runs).endswith(named) else None
        if level is None:
            kept.append(block)
    return kept


def _told(blocks: Sequence[Block]) -> list[int]:
    """The places of the points that tell a contact with its exhibit."""
    return [
        at
        for at, block in enumerate(blocks)
        if isinstance(block, Item) and any(run.kind == "exhibit" for run in block.runs) and len(plain(block.runs)) > 20
    ]


def _length(draft: Draft, blocks: Sequence[Block]) -> int:
    return len(txt_text(replace(draft, blocks=tuple(blocks))))


def fitted(draft: Draft, most: int) -> Draft:
    """*draft* in at most *most* characters as plain text.

    The timeline goes first, then the list of provisions, what is left to judge, single contacts from the last on (they are named as
    left to the annex).  Raises RemedyError with the least length if even that does not do.
    """
    blocks: list[Block] = list(draft.blocks)
    if _length(draft, blocks) <= most:
        return draft
    blocks = _without_annex(blocks)
    for section in ("依据", "其他联系"):
        if _length(draft, blocks) > most:
            blocks = _without(blocks, section)
    left = 0
    while _length(draft, blocks) > most and len(told := _told(blocks)) > 1:
        at = told[-1]
        left += 1
        note = Item(number="", runs=(Run(text=f"另有{left}项，见附件《事件时间轴》。"),))
        after = [
            one for one in blocks[at + 1 :] if not (isinstance(one, Item) and "见附件《事件时间轴》" in plain(one.runs))
        ]
        blocks = [*blocks[:at], note, *after]
    if (least := _length(draft, blocks)) > most:
        raise RemedyError(
            f"《{draft.name}》最短也要 {least} 字，放不进 {most} 字。",
            remedy="把请求和事实分栏填写，或者在页面上写“详见附件”，把全文作为附件上传。",
        )
    return replace(draft, blocks=tuple(blocks))
