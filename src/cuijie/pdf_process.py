"""The reading process of PDFs: opens an untrusted one apart from the case and its keys; nothing in it is run.

``pdfs`` starts this module, which imports nothing heavy so that it starts at once.  It is given on stdin a line of JSON
(what is asked) and the PDF, and says JSON lines on stdout: ``page`` for each page asked for and at last ``end``, or
``refused``.  A process that ends without such a last line was ended by its limits (of time: for the whole PDF), or has
met more characters than it may: the compiled reader takes some 200 bytes for each, and aborts if it gets none.
"""

from __future__ import annotations

import array
import base64
import io
import json
import sys
import time
from typing import Any

import pypdfium2

from cuijie.reading_limits import at_most, limit_memory, say

__all__ = ["main"]

_UNPLACED = (0.0, 0.0, 0.0, 0.0)


def main(memory_bytes: int, seconds: float) -> None:
    """Tell the pages of the PDF on stdin."""
    limit_memory(memory_bytes)
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    with at_most(seconds):
        try:
            document = pypdfium2.PdfDocument(data, password=asked["password"])
            pages = len(document)
        except (pypdfium2.PdfiumError, ValueError) as error:
            say(kind="refused", is_locked="password" in str(error).lower())
            return
    left = asked["characters"]
    for number in range(1, pages + 1) if asked["numbers"] is None else asked["numbers"]:
        if number > pages:
            break
        with at_most(max(0.01, seconds - time.process_time())):
            try:
                page, characters = _told(document[number - 1], asked)
            except pypdfium2.PdfiumError:
                page, characters = {"is_damaged": True}, 0
        left -= characters
        if left < 0 or characters > asked["on_a_page"]:
            return
        say(kind="page", number=number, pages=pages, **page)
    say(kind="end")


def _told(page: pypdfium2.PdfPage, asked: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """What is asked of a page, and how many characters it has."""
    if asked["what"] == "picture":
        out = io.BytesIO()
        page.render(scale=asked["scale"]).to_pil().convert("L").save(out, format="PNG")
        return {"picture": _packed(out.getvalue())}, 0
    words = page.get_textpage()
    characters = words.count_chars()
    if characters > asked["on_a_page"]:
        return {}, characters
    if asked["what"] == "text":
        return {"text": words.get_text_bounded()}, characters
    return _letters(words, min(characters, asked["on_a_page"]), is_loose=asked["what"] == "loose"), characters


def _letters(words: pypdfium2.PdfTextPage, characters: int, *, is_loose: bool) -> dict[str, Any]:
    """The letters, where each stands, and which the file itself does not have."""
    text = words.get_text_range()[:characters]
    made = [at for at in range(len(text)) if pypdfium2.raw.FPDFText_IsGenerated(words, at) == 1]
    unplaced = {*made, *(at for at, letter in enumerate(text) if letter in "\r\n\ufffe")}
    boxes = array.array("d")
    for at in range(len(text)):
        boxes.extend(_UNPLACED if at in unplaced else words.get_charbox(at, loose=is_loose))
    return {"text": text, "made": made, "boxes": _packed(boxes.tobytes())}


def _packed(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
