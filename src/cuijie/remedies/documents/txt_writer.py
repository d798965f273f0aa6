"""The draft as plain text, to be pasted into the web forms of complaint portals part by part."""

from __future__ import annotations

from cuijie.remedies.documents.blocks import Block, Cell, Fields, Heading, Item, Notice, PageBreak, Paragraph, Table
from cuijie.remedies.documents.draft import Draft

__all__ = ["txt_text"]

_INDENT = "　　"


def _words(cell: Cell) -> str:
    return "".join(run.text for run in cell)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _words(block.runs)
        case Paragraph():
            return (_INDENT if block.style == "body" else "") + _words(block.runs)
        case Item():
            return _INDENT + block.number + _words(block.runs)
        case Notice():
            return _words(block.runs)
        case Fields():
            return "\n".join(f"{row.label}：{_words(row.runs)}" for row in block.rows)
        case Table():
            heads = [_words(cell) for cell in block.head]
            rows = [[_words(cell).replace("\n", "") for cell in row] for row in block.rows]
            return "\n".join(
                "；".join(f"{head}：{cell}" for head, cell in zip(heads, row, strict=True)) for row in rows
            )
        case PageBreak():
            return ""


def txt_text(draft: Draft) -> str:
    """The words of *draft* line by line, without its cover: blanks stay visible as （　　　　）."""
    return "\n".join(part for block in draft.blocks if (part := _block(block))) + "\n"
