"""DOCX by python-docx: A4, 宋体/仿宋/黑体 with East-Asian fonts set on every run, editable in Word, WPS, LibreOffice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from typing import Any  # python-docx ships no types: its objects stay inside this module

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph as TextParagraph

from cuijie.garbage import garbage_left_alone
from cuijie.remedies.documents.blocks import (
    Block,
    Cell,
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
from cuijie.remedies.documents.sheets import Sheet, sheets_of

__all__ = ["docx_bytes"]

_SONG, _FANG, _HEI, _LATIN = "宋体", "仿宋", "黑体", "Times New Roman"
_BLANK_COLOUR = RGBColor(0x8A, 0x1F, 0x1F)
_UPRIGHT = {"top": 2.8, "bottom": 2.6, "left": 2.8, "right": 2.6}  # cm
_LYING = {"top": 2.4, "bottom": 2.4, "left": 2.2, "right": 2.2}
_BODY_PT, _TABLE_PT, _FIELD_PT = 14.0, 10.5, 12.0  # 四号、五号、小四
_LINE_PT, _CELL_LINE_PT = 26.0, 15.0
_COVER = (12.0, 20.0)  # the page of remarks: smaller, so that it stays one page


def _set_fonts(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for name, value in (("w:ascii", _LATIN), ("w:hAnsi", _LATIN), ("w:cs", _LATIN), ("w:eastAsia", font)):
        fonts.set(qn(name), value)
    fonts.set(qn("w:hint"), "eastAsia")  # “”…— in Chinese shape


@cache
def _run_form(font: str, size: float, bold: bool, blank: bool) -> Any:
    """The properties of a run of that form, built once: a long table has thousands of runs of a few forms."""
    run = Document().add_paragraph().add_run()
    properties = run._element.get_or_add_rPr()
    _set_fonts(properties, font)
    run.font.size = Pt(size)
    run.bold = bold
    if blank:
        run.font.color.rgb = _BLANK_COLOUR
    return properties


def _add_run(paragraph: Any, text: str, *, font: str, size: float, bold: bool = False, blank: bool = False) -> None:
    for number, line in enumerate(text.split("\n")):
        run = paragraph.add_run()
        run._element.append(deepcopy(_run_form(font, size, bold, blank)))
        if number:
            run.add_break(WD_BREAK.LINE)
        run.add_text(line)


def _add_runs(paragraph: Any, runs: Cell, *, font: str, size: float, bold: bool = False) -> None:
    for run in runs:
        _add_run(paragraph, run.text, font=font, size=size, bold=bold or run.bold, blank=run.kind == "blank")


def _indent_first(paragraph: Any, characters: int, size: float) -> None:
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(characters * 100))
    indent.set(qn("w:firstLine"), str(int(characters * size * 20)))


def _space(
    paragraph: Any, *, line: float | None = None, fixed: float = _LINE_PT, before: float = 0, after: float = 0
) -> None:
    form = paragraph.paragraph_format
    if line is None:  # fixed, so that pages break alike whatever font stands in for 仿宋
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(fixed)
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.MULTIPLE, line
    form.space_before, form.space_after = Pt(before), Pt(after)


# What may follow each of our own elements: Word wants its elements in the order of the schema.
_AFTER = {
    "w:pBdr": ("w:shd", "w:tabs", "w:autoSpaceDE", "w:autoSpaceDN", "w:spacing", "w:ind", "w:jc", "w:rPr"),
    "w:tblBorders": ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook"),
    "w:pgNumType": ("w:cols", "w:titlePg", "w:docGrid"),
}


def _border(element: Any, tag: str, sides: Sequence[str]) -> None:
    borders = OxmlElement(tag)
    space = "4" if tag == "w:pBdr" else "0"
    for side in sides:
        one = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", space), ("color", "000000")):
            one.set(qn(f"w:{key}"), value)
        borders.append(one)
    element.insert_element_before(borders, *_AFTER[tag])


def _add_field(paragraph: Any, code: str) -> None:
    for kind, text in (("begin", None), (None, code), ("separate", None), ("result", "1"), ("end", None)):
        run = paragraph.add_run()
        _set_fonts(run._element.get_or_add_rPr(), _SONG)
        run.font.size = Pt(9)
        if kind == "result":
            run.add_text(text or "")
        elif kind is None:
            instruction = OxmlElement("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._element.append(instruction)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._element.append(mark)


class _Writer:
    def __init__(self) -> None:
        self.document: Any = Document()
        self.width = 0.0  # text width in cm
        self.size, self.line = _BODY_PT, _LINE_PT
        self._styles()

    def _styles(self) -> None:
        normal = self.document.styles["Normal"]
        _set_fonts(normal.element.get_or_add_rPr(), _FANG)
        normal.font.size = Pt(_BODY_PT)
        language = OxmlElement("w:lang")
        for key, value in (("val", "en-US"), ("eastAsia", "zh-CN")):
            language.set(qn(f"w:{key}"), value)
        normal.element.get_or_add_rPr().append(language)
        for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):  # no blank between Chinese and digits
            switch = OxmlElement(tag)
            switch.set(qn("w:val"), "0")
            normal.element.get_or_add_pPr().append(switch)
        for level in (1, 2):
            style = self.document.styles[f"Heading {level}"]
            _set_fonts(style.element.get_or_add_rPr(), _HEI)
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.font.size = Pt(_BODY_PT)

    def section(self, sheet: Sheet, *, is_first: bool, numbered: bool, restart: bool) -> None:
        """Begin the sheet's pages: size, margins, page numbers."""
        section = self.document.sections[0] if is_first else self.document.add_section(WD_SECTION.NEW_PAGE)
        lying = sheet.is_landscape
        self.size, self.line = (_BODY_PT, _LINE_PT) if numbered else _COVER
        section.orientation = WD_ORIENT.LANDSCAPE if lying else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Cm(29.7), Cm(21.0)) if lying else (Cm(21.0), Cm(29.7))
        margins = _LYING if lying else _UPRIGHT
        for side, value in margins.items():
            setattr(section, f"{side}_margin", Cm(value))
        self.width = (29.7 if lying else 21.0) - margins["left"] - margins["right"]
        section.footer.is_linked_to_previous = False
        footer = section.footer.paragraphs[0]
        for run in list(footer.runs):
            run._element.getparent().remove(run._element)
        numbering = section._sectPr.find(qn("w:pgNumType"))
        if numbering is not None:
            section._sectPr.remove(numbering)
        if restart:
            numbering = OxmlElement("w:pgNumType")
            numbering.set(qn("w:start"), "1")
            section._sectPr.insert_element_before(numbering, *_AFTER["w:pgNumType"])
        if numbered:
            footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
            for text, code in (("第 ", "PAGE"), (" 页", "")):
                _add_run(footer, text, font=_SONG, size=9)
                if code:
                    _add_field(footer, code)

    def paragraph(self, runs: Cell, *, indent: int = 0, align: Any = None, size: float | None = None) -> Any:
        """One paragraph of running text."""
        paragraph = self.document.add_paragraph()
        _space(paragraph, fixed=self.line)
        if indent:
            _indent_first(paragraph, indent, self.size)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if align is None else align
        _add_runs(paragraph, runs, font=_FANG, size=size or self.size)
        return paragraph

    def heading(self, block: Heading) -> None:
        """The title centred in bold Songti, sections in Heiti."""
        if block.level == 0:
            paragraph = self.document.add_paragraph()
            _space(paragraph, line=1.3, before=6, after=14)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _add_runs(paragraph, block.runs, font=_SONG, size=22, bold=True)
            return
        paragraph = self.document.add_paragraph(style=f"Heading {block.level}")
        _space(paragraph, fixed=self.line, before=6 if block.level == 1 else 2)
        _indent_first(paragraph, 2, self.size)
        paragraph.paragraph_format.keep_with_next = True
        _add_runs(paragraph, block.runs, font=_HEI, size=self.size, bold=True)

    def cell(self, cell: Any, runs: Cell, *, font: str = _SONG, size: float = _TABLE_PT, centre: bool = False) -> None:
        """Fill one table cell."""
        paragraph = cell.paragraphs[0]
        _space(paragraph, fixed=_CELL_LINE_PT if size < _FIELD_PT else 19, before=2, after=2)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centre else WD_ALIGN_PARAGRAPH.LEFT
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        _add_runs(paragraph, runs, font=font, size=size)

    def grid(self, widths: Sequence[float], count: int) -> Any:
        """A bordered table of fixed column widths in cm; rows are not cut across pages."""
        table = self.document.add_table(rows=count, cols=len(widths))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        _border(table._tbl.tblPr, "w:tblBorders", ("top", "left", "bottom", "right", "insideH", "insideV"))
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, width in zip(row.cells, widths, strict=True):
                cell.width = Cm(width)
        return table

    def table(self, block: Table) -> None:
        """A table whose head is repeated on each page."""
        share = self.width / sum(block.widths)
        grid = self.grid([width * share for width in block.widths], 2)
        head = grid.rows[0]
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, runs in zip(head.cells, block.head, strict=True):
            shade = OxmlElement("w:shd")
            for key, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEDED")):
                shade.set(qn(f"w:{key}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
            self.cell(cell, runs, font=_HEI, centre=True)
        self.rows(grid.rows[1], block.rows)
        self.gap()

    def rows(self, form: Any, rows: Sequence[Sequence[Cell]]) -> None:
        """The rows of a table in place of the empty row *form*, which is set out once and copied for each of them."""
        for cell in form.cells:
            self.cell(cell, ())
        table = form._tr.getparent()
        table.remove(form._tr)
        for cells in rows:
            row = deepcopy(form._tr)
            table.append(row)
            for place, runs in zip(row.iter(qn("w:p")), cells, strict=True):
                _add_runs(TextParagraph(place, form), runs, font=_SONG, size=_TABLE_PT)

    def fields(self, block: Fields) -> None:
        """A form of two columns."""
        grid = self.grid([3.6, self.width - 3.6], len(block.rows))
        for row, field in zip(grid.rows, block.rows, strict=True):
            self.cell(row.cells[0], (Run(text=field.label),), font=_HEI, size=_FIELD_PT, centre=True)
            self.cell(row.cells[1], field.runs, font=_FANG, size=_FIELD_PT)
        self.gap()

    def gap(self) -> None:
        """A little air below a table (and the paragraph Word wants there)."""
        paragraph = self.document.add_paragraph()
        _space(paragraph, line=1.0)
        paragraph.paragraph_format.line_spacing = Pt(6)

    def notice(self, block: Notice) -> None:
        """A boxed remark."""
        paragraph = self.paragraph(block.runs, size=_FIELD_PT)
        _border(paragraph._p.get_or_add_pPr(), "w:pBdr", ("top", "left", "bottom", "right"))

    def block(self, block: Block, *, is_kept: bool = False) -> None:
        """Write one block; *is_kept* with what comes after it."""
        aligns = {"right": WD_ALIGN_PARAGRAPH.RIGHT, "center": WD_ALIGN_PARAGRAPH.CENTER, "flush": None, "body": None}
        match block:
            case Heading():
                self.heading(block)
            case Paragraph():
                written = self.paragraph(
                    block.runs, indent=2 if block.style == "body" else 0, align=aligns[block.style]
                )
                written.paragraph_format.keep_with_next = is_kept or block.style in {"flush", "right"}
                if block.style == "right":
                    written.paragraph_format.right_indent = Pt(_BODY_PT * 2)
                    written.paragraph_format.keep_together = True
            case Item():
                written = self.paragraph(
                    (Run(text=block.number), *block.runs) if block.number else block.runs, indent=2
                )
                written.paragraph_format.keep_with_next = True if is_kept else None
            case Fields():
                self.fields(block)
            case Table():
                self.table(block)
            case Notice():
                self.notice(block)
            case PageBreak():
                raise ValueError("sheets are cut before they are written")


def _same_every_time(data: bytes, stamp: tuple[int, int, int, int, int, int]) -> bytes:
    """*data* with the times inside the package fixed, so that one draft gives one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for info in before.infolist():
            after.writestr(zipfile.ZipInfo(info.filename, stamp), before.read(info), zipfile.ZIP_DEFLATED)
    return out.getvalue()


@garbage_left_alone()
def docx_bytes(draft: Draft, *, with_cover: bool = True) -> bytes:
    """The draft as DOCX, the same bytes for the same draft."""
    writer = _Writer()
    top = sheets_of(cover(draft)) if with_cover else ()
    paper = sheets_of(draft.blocks, landscape=draft.is_landscape)
    for number, sheet in enumerate((*top, *paper)):
        is_paper = number >= len(top)
        writer.section(sheet, is_first=number == 0, numbered=is_paper, restart=number == len(top))
        for block, is_kept in sheet.laid():
            writer.block(block, is_kept=is_kept)
    stamp = datetime(draft.on.year, draft.on.month, draft.on.day, tzinfo=UTC)
    package = writer.document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        package.rels.pop(key)  # the picture of python-docx's own template
    core = writer.document.core_properties
    core.title, core.author, core.comments, core.language = draft.title, "", "", "zh-CN"
    core.created = core.modified = stamp.replace(tzinfo=None)
    out = io.BytesIO()
    writer.document.save(out)
    return _same_every_time(out.getvalue(), (draft.on.year, draft.on.month, draft.on.day, 0, 0, 0))
