"""The lines of a web page as a reader sees them, for chats saved as a page of no known form."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from cuijie.intake.documents.saved_page import is_saved_page, page_in
from cuijie.intake.encoding import decode_text

__all__ = ["page_lines", "page_titles"]

_BLOCKS: Final = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip


_TITLE: Final = re.compile(r"<(?:title|h1)\b[^>]*>\s*([^<]+)", re.IGNORECASE)
_TITLED: Final = 8192  # characters in which a page's title stands


def page_titles(text: str) -> list[str]:
    """What the page *text* is titled, in its head and above its words; nothing where it is no page."""
    return [unescape(found).strip() for found in _TITLE.findall(text[:_TITLED])] if "<" in text[:64] else []


def page_lines(data: bytes) -> list[str]:
    """The lines of a web page as a reader sees them: one for each block, its inline parts joined by a blank."""
    from lxml import etree, html

    if is_saved_page(data):
        data = page_in(data, "")[0].encode("utf-8", "replace")
    try:
        page = html.document_fromstring(
            decode_text(data).text, parser=html.HTMLParser(huge_tree=False, no_network=True, encoding=None)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    etree.strip_elements(page, "script", "style", "title", "noscript", etree.Comment, with_tail=False)
    parts: list[str] = []
    for event, element in etree.iterwalk(page, events=("start", "end")):
        is_block = element.tag in _BLOCKS and "float" not in (element.get("style") or "")
        parts.append("\n" if is_block else " ")
        written = element.text if event == "start" else element.tail
        parts.append(re.sub(r"\s+", " ", written or ""))
    return [line.strip() for line in re.sub(r" +", " ", "".join(parts)).splitlines() if line.strip()]
