"""The draft as Markdown: for reading, comparing and pasting into a web form."""

from __future__ import annotations

import re

from cuijie.remedies.documents.blocks import (
    BLANK,
    Block,
    Cell,
    Fields,
    Heading,
    Item,
    Notice,
    PageBreak,
    Paragraph,
    Table,
)
from cuijie.remedies.documents.cover import cover
from cuijie.remedies.documents.draft import Draft

__all__ = ["md_text"]

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_START = re.compile(
    r"^(\s*\d*)([-+=.)])"
)  # a bullet, a line under a heading, a numbered point: its sign, not its figure


def _escape(text: str) -> str:
    """*text* so that no Markdown reader takes it for markup."""
    return _START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _words(cell: Cell, *, line: str = "  \n") -> str:
    parts = []
    for run in cell:
        text = BLANK if run.kind == "blank" and not run.text.strip() else _escape(run.text)
        parts.append(f"**{text}**" if run.bold and text.strip() else text)
    return "".join(parts).replace("\n", line)


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return "#" * (block.level + 1) + " " + _words(block.runs, line=" ")
        case Paragraph():
            return _words(block.runs)
        case Item():
            return f"{block.number or '·'} {_words(block.runs)}"
        case Notice():
            return "> " + _words(block.runs, line="  \n> ")
        case Fields():
            rows = [_row([row.label, _words(row.runs, line="<br>")]) for row in block.rows]
            return "\n".join([_row(["项目", "内容"]), "|---|---|", *rows])
        case Table():
            head = _row([_words(cell, line="<br>") for cell in block.head])
            rows = [_row([_words(cell, line="<br>") for cell in row]) for row in block.rows]
            return "\n".join([head, "|" + "---|" * len(block.widths), *rows])
        case PageBreak():
            return "---"


def md_text(draft: Draft, *, with_cover: bool = True) -> str:
    """The draft as Markdown text; its words are escaped, so that a quoted message stays just words."""
    top = cover(draft) if with_cover else ()
    blocks = (*top, PageBreak(), *draft.blocks) if top else draft.blocks
    return "\n\n".join(_block(block) for block in blocks) + "\n"
