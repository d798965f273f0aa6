"""PDF by typst: one fixed page program, the paper as JSON, fonts embedded and subset."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cuijie.garbage import garbage_left_alone
from cuijie.remedies.documents.blocks import (
    Block,
    Cell,
    FieldRow,
    Fields,
    Heading,
    Item,
    Notice,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from cuijie.remedies.documents.cover import cover
from cuijie.remedies.documents.draft import Draft
from cuijie.remedies.documents.fonts import Fonts, find_fonts, missing_characters, require_characters
from cuijie.remedies.documents.sheets import sheets_of, words_of
from cuijie.remedies.errors import RemedyError

__all__ = ["pdf_bytes"]

_LONG = re.compile("[!-~]{12,}")  # numbers of contracts; file names, links, fingerprints
_EVEN_UNMARKED = 20  # so long that it is broken anywhere; shorter ones after a hyphen, a telephone number never
_MASKED = re.compile(r"(\*{4})(?=\d)")
_PROGRAM = Path(__file__).with_name("paper.typ")
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\U000e0000-\U000e007f\u20e3]")


def _one(run: Run, text: str) -> dict[str, object]:
    broken = _MASKED.sub("\\1\u200b", _LONG.sub(_with_breaks, text))
    return {"text": broken, "kind": run.kind, "bold": run.bold}


def _with_breaks(found: re.Match[str]) -> str:
    code = found.group()  # unbroken, it would stretch the line before it
    parts = re.findall(".{1,8}" if len(code) >= _EVEN_UNMARKED else "[^-]*-|[^-]+", code)
    return "\u200b".join(parts)  # a place to break, not a character


def _runs(cell: Cell) -> list[dict[str, object]]:
    return [_one(run, run.text) for run in cell]


def _lines(cell: Cell) -> list[list[dict[str, object]]]:
    lines: list[list[dict[str, object]]] = [[]]
    for run in cell:
        first, *others = run.text.split("\n")
        lines[-1].append(_one(run, first))
        lines.extend([_one(run, other)] for other in others)
    return lines


def _plain(block: Block) -> dict[str, object]:
    match block:
        case Heading():
            return {"type": "heading", "level": block.level, "runs": _runs(block.runs)}
        case Paragraph():
            return {"type": "paragraph", "style": block.style, "runs": _runs(block.runs)}
        case Item():
            return {"type": "item", "number": block.number, "runs": _runs(block.runs)}
        case Notice():
            return {"type": "notice", "runs": _runs(block.runs)}
        case Fields():
            rows = [{"label": row.label, "lines": _lines(row.runs)} for row in block.rows]
            return {"type": "fields", "rows": rows}
        case Table():
            return {
                "type": "table",
                "widths": list(block.widths),
                "head": [_runs(cell) for cell in block.head],
                "rows": [[_lines(cell) for cell in row] for row in block.rows],
            }
        case PageBreak():
            raise RemedyError("页面没有分好。")


def _pages(blocks: tuple[Block, ...], *, landscape: bool) -> list[dict[str, object]]:
    sheets = sheets_of(blocks, landscape=landscape)
    return [
        {
            "landscape": sheet.is_landscape,
            "first": number == 0,
            "last": number == len(sheets) - 1,
            "blocks": [{**_plain(block), "sticky": is_kept} for block, is_kept in sheet.laid()],
        }
        for number, sheet in enumerate(sheets)
    ]


def _named(run: Run, fonts: Fonts) -> Run:
    """Pictographs in quoted or filled-in words that the fonts lack, named instead of dropped or boxed."""
    if run.kind not in {"quote", "data"} or not _EMOJI.search(run.text):
        return run
    lacking = set(missing_characters(run.text, fonts))
    text = _EMOJI.sub(
        lambda found: (
            ("" if "\ufe00" <= found.group() <= "\ufe0f" else f"〔表情符号U+{ord(found.group()):04X}〕")
            if found.group() in lacking
            else found.group()
        ),
        run.text,
    )
    return replace(run, text=text)


def _name_pictographs(blocks: tuple[Block, ...], fonts: Fonts) -> tuple[Block, ...]:
    def cell(runs: Cell) -> Cell:
        return tuple(_named(run, fonts) for run in runs)

    def one(block: Block) -> Block:
        match block:
            case Heading() | Paragraph() | Item() | Notice():
                return replace(block, runs=cell(block.runs))
            case Fields():
                return Fields(rows=tuple(FieldRow(label=row.label, runs=cell(row.runs)) for row in block.rows))
            case Table():
                return replace(block, rows=tuple(tuple(cell(each) for each in row) for row in block.rows))
            case PageBreak():
                return block

    return tuple(one(block) for block in blocks)


def _compile(paper: dict[str, object], folders: Sequence[Path], stamp: datetime) -> bytes:
    import typst

    return typst.compile(
        _PROGRAM,
        font_paths=list(folders),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"paper": json.dumps(paper, ensure_ascii=False)},
        timestamp=stamp,
    )


@garbage_left_alone()
def pdf_bytes(draft: Draft, *, with_cover: bool = True) -> bytes:
    """The draft as PDF, A4, the same bytes for the same draft and fonts.

    Raises FontMissing if there is no Chinese font, GlyphMissing naming each character the fonts lack.
    """
    fonts = find_fonts()
    top = cover(draft) if with_cover else ()
    top, blocks = _name_pictographs(top, fonts), _name_pictographs(draft.blocks, fonts)
    require_characters(words_of(top) + words_of(blocks) + draft.title, fonts)
    paper: dict[str, object] = {
        "title": draft.title,
        "text_families": list(fonts.text_families),
        "heading_families": list(fonts.heading_families),
        "cover": _pages(top, landscape=False) if top else [],
        "sheets": _pages(blocks, landscape=draft.is_landscape),
    }
    return _compile(paper, fonts.folders, datetime(draft.on.year, draft.on.month, draft.on.day, tzinfo=UTC))
