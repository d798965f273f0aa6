"""The pages of a paper as pictures: what a person sees before it is printed."""

from __future__ import annotations

import io

from cuijie.desk.errors import ShelfError

__all__ = ["page_count", "sheet"]

_SCALE = 1.5  # of 72 dots an inch: sharp enough on a phone, quick enough to make


def page_count(data: bytes) -> int:
    """How many pages the PDF *data* has."""
    import pypdfium2

    paper = pypdfium2.PdfDocument(data)
    try:
        return len(paper)
    finally:
        paper.close()


def sheet(data: bytes, number: int) -> bytes:
    """Page *number* (from 1) of the PDF *data* as a grey PNG picture.  Raises ShelfError where there is none."""
    import pypdfium2

    paper = pypdfium2.PdfDocument(data)
    try:
        if not 1 <= number <= len(paper):
            raise ShelfError("这份文书没有这一页。", remedy="请重新打开这一页。")
        out = io.BytesIO()
        paper[number - 1].render(scale=_SCALE).to_pil().convert("L").save(out, format="PNG")
    finally:
        paper.close()
    return out.getvalue()
