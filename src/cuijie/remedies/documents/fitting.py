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


def _without_grounds(blocks: Sequence[Block]) -> list[Block]:
    kept: list[Block] = []
    skipping = False
    for block in blocks:
        if isinstance(block, Heading) and block.level == 1:
            skipping = plain(block.runs).endswith("依据")
        if not skipping:
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

    The timeline goes first, then the list of provisions, then single contacts from the last on (they are named as
    left to the annex).  Raises RemedyError with the least length if even that does not do.
    """
    blocks: list[Block] = list(draft.blocks)
    if _length(draft, blocks) <= most:
        return draft
    blocks = _without_annex(blocks)
    if _length(draft, blocks) > most:
        blocks = _without_grounds(blocks)
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
