"""A draft made short enough for a form that takes only so many characters: whole points go, no sentence is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from cuijie.remedies.documents.blocks import Block, Heading, Item, PageBreak, Run, plain
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.errors import RemedyError

__all__ = ["fitted"]

_LEFT = re.compile(r"其余(\d+)项见(?:附件|证据)")


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


def _gravity(block: Block) -> tuple[int, ...]:
    """That of the contact a point tells; of everything else, nothing."""
    return max((run.gravity for run in block.runs), default=()) if isinstance(block, Item) else ()


def _without_what_is_left_to_judge(blocks: Sequence[Block]) -> list[Block]:
    """*blocks* without that section, unless the gravest contact of the paper stands there alone."""
    kept = _without(blocks, "其他联系")
    weights = [max(map(_gravity, some), default=()) for some in (blocks, kept)]
    return kept if weights[0] == weights[1] else list(blocks)


def _left(blocks: Sequence[Block]) -> int:
    """How many contacts the paper itself leaves to its annex or the evidence."""
    return sum(int(found.group(1)) for block in blocks if (found := _note(block)))


def _note(block: Block) -> re.Match[str] | None:
    return _LEFT.match(plain(block.runs)) if isinstance(block, Item) else None


def _with_note(blocks: Sequence[Block], left: int, where: str) -> list[Block]:
    """*blocks* with, behind the last contact told, how many are *left* and *where* they stand."""
    kept = [one for one in blocks if not _note(one)]
    at = _told(kept)[-1] + 1
    note = Item(number="", runs=(Run(text=f"其余{left}项见{where}。"),))
    return [*kept[:at], note, *kept[at:]] if left else kept


def _length(draft: Draft, blocks: Sequence[Block]) -> int:
    return len(txt_text(replace(draft, blocks=tuple(blocks))))


def fitted(draft: Draft, most: int) -> Draft:
    """*draft* in at most *most* characters as plain text.

    The timeline goes first, then the list of provisions, what is left to judge, what is no contact, single contacts: the
    least grave and of these the last first (the paper says how many and where they stand).  Raises RemedyError with the
    least length if even that does not do.
    """
    blocks: list[Block] = list(draft.blocks)
    if _length(draft, blocks) <= most:
        return draft
    blocks = _without_annex(blocks)
    where = "证据" if len(blocks) == len(draft.blocks) else "附件《事件时间轴》和证据"
    if _length(draft, blocks) > most:
        blocks = _without(blocks, "依据")
    if _length(draft, blocks) > most:
        blocks = _without_what_is_left_to_judge(blocks)
    while _length(draft, blocks) > most and len(told := _told(blocks)) > 1:
        lightest = min(told, key=lambda at: (_gravity(blocks[at]), -at))
        left = _left(blocks) + bool(_gravity(blocks[lightest]))
        blocks = _with_note([*blocks[:lightest], *blocks[lightest + 1 :]], left, where)
    if (least := _length(draft, blocks)) > most:
        raise RemedyError(
            f"《{draft.name}》最短也要 {least} 字，放不进 {most} 字。",
            remedy="把请求和事实分栏填写，或者在页面上写“详见附件”，把全文作为附件上传。",
        )
    return replace(draft, blocks=tuple(blocks))
