"""The page that lies on top of a draft and is taken off before it goes out: blanks, cautions, words to look at."""

from __future__ import annotations

from cuijie.remedies.documents.blocks import Block, Heading, Item, Notice, Paragraph, Run
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.wording import numeral

__all__ = ["cover"]


def _listed(number: int, title: str, lines: list[str]) -> list[Block]:
    items: list[Block] = [
        Item(number=f"{number}．", runs=(Run(text=line, kind="data"),)) for number, line in enumerate(lines, 1)
    ]
    return [Heading(level=1, runs=(Run(text=f"{numeral(number)}、{title}"),)), *items]


def cover(draft: Draft) -> tuple[Block, ...]:
    """The blocks of the cover page; empty if there is nothing to say before the paper is used."""
    missing = [field.label for field in draft.missing]
    words = [f"“{claim.words}”：{claim.why.zh}。{claim.instead.zh}。" for claim in draft.claims]
    lists = [
        ("使用前请先看", list(draft.before)),
        ("还没有填的内容（文中红色括号处）", missing),
        ("请再斟酌的措辞", words),
        ("要一起带上或附上的材料", list(draft.bring)),
    ]
    parts = [
        block
        for number, (title, lines) in enumerate((one for one in lists if one[1]), 1)
        for block in _listed(number, title, lines)
    ]
    if not (draft.before or missing or words):
        return ()
    return (
        Heading(level=0, runs=(Run(text="起草说明"),)),
        Notice(
            runs=(
                Run(
                    text=f"这一页只给你自己看，交出《{draft.title}》之前请取下。请从头到尾读一遍，确认每一句都是事实，再签名。"
                ),
            )
        ),
        *parts,
        Paragraph(
            runs=(
                Run(
                    text="本文书由软件按你案卷里的材料起草，不是法律意见。拿不准的，可以先拨打12348咨询（以官方最新公告为准）。"
                ),
            )
        ),
    )
