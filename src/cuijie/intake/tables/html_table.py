"""The rows of the tables in a web page, also of one named .xls: cells over several rows or columns, tables in tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, cast

from lxml import etree, html

from cuijie.intake.encoding import detect

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["html_rows"]


def html_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of HTML tables with their numbers; markup is cut to what tables need, so a hostile page can do nothing."""
    encoding = detect(data)
    declared = re.search(rb"charset=[\"']?([\w-]+)", data[:4096], re.IGNORECASE)
    if encoding == "gb18030" or (declared and declared[1].lower() in {b"gbk", b"gb2312"} and encoding != "utf-8"):
        encoding = "gb18030"
    try:
        page = html.document_fromstring(
            data.decode(encoding, "replace"), parser=html.HTMLParser(huge_tree=False, no_network=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    hanging: dict[int, int] = {}  # columns that a cell of a row above still covers, for so many rows
    for number, line in enumerate(page.iter("tr"), 1):
        cells: list[str] = []
        for cell in line:
            if cell.tag not in ("td", "th"):
                continue
            _fill(cells, hanging)
            wide, deep = _span(cell.get("colspan")), _span(cell.get("rowspan"))
            hanging.update(dict.fromkeys(range(len(cells), len(cells) + wide), deep - 1) if deep > 1 else {})
            cells += [_shown(cell), *[""] * (wide - 1)]
        _fill(cells, hanging, till=max(hanging, default=-1) + 1)
        if any(cells):
            yield number, tuple(cells)


def _shown(cell: HtmlElement) -> str:
    """The words of a cell, without those of a table in it: that has rows of its own."""
    own = (
        cell.xpath("./text() | ./*[not(descendant-or-self::table)]//text()")
        if cell.find(".//table") is not None
        else cell.itertext()
    )
    return "".join(map(str, cast("Iterable[str]", own))).strip()


def _span(written: str | None) -> int:
    """How many columns or rows a cell covers; 1 for what is no sensible number."""
    return int(written) if written and written.isdecimal() and 0 < int(written[:6]) <= 100 else 1


def _fill(cells: list[str], hanging: dict[int, int], *, till: int = 0) -> None:
    """Puts an empty cell wherever one of a row above reaches down."""
    while (place := len(cells)) in hanging or place < till:
        cells.append("")
        if place in hanging:
            hanging[place] -= 1
            if hanging[place] == 0:
                del hanging[place]
