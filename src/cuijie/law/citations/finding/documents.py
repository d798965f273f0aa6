"""Reads the text of a document that is to be checked: plain text, Markdown, HTML, DOCX, PDF; told by its content."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from lxml import etree, html

from cuijie.errors import cause_of
from cuijie.law.citations.finding.rows import row_of
from cuijie.law.errors import LawError
from cuijie.pdfs import UnreadPdf, pdf_pages

__all__ = ["DocumentUnreadable", "decoded", "read_document", "text_of"]

_LARGEST = 64 * 1024 * 1024
"""Bytes that a document, and what a DOCX unpacks to, may have."""

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "header",
        "footer",
        "blockquote",
        "pre",
        "dd",
        "dt",
        "dl",
        "td",
        "th",
        "hr",
        "title",
        "figure",
        "figcaption",
        "main",
        "aside",
        "nav",
        "form",
        "option",
    ]
)
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过法条第规定信息款项"
)
_META = re.compile(rb"<meta[^>]+charset=[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_LOOKS_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|article|meta)\b", re.IGNORECASE | re.DOTALL
)


class DocumentUnreadable(LawError):
    """A document whose text cannot be had: missing, empty, of another kind, damaged, locked, a scan."""

    code = "LW-330"


def read_document(path: Path) -> str:
    """The text of the file at *path*.  Raises DocumentUnreadable, which names the file and what to do."""
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise DocumentUnreadable(f"{name} 是文件夹。", remedy="请给出其中的文件。")
        if path.stat().st_size > _LARGEST:
            raise DocumentUnreadable(f"{name} 太大（超过 64 MB）。", remedy="请只留下要核对的部分。")
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentUnreadable(f"找不到文件 {name}。", remedy="请检查路径。") from error
    except OSError as error:
        raise DocumentUnreadable(f"读不出 {name}（{cause_of(error)}）。", remedy="请检查读取权限。") from error
    return text_of(data, name)


def text_of(data: bytes, name: str) -> str:
    """The text in *data*; *name* is used in errors and its ending only where the content does not tell."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise DocumentUnreadable(f"{name} 是空的。", remedy="请换一个有内容的文件。")
    if data[:1024].lstrip().startswith(b"%PDF"):
        text = _pdf(data, name)
    elif data.startswith(b"PK\x03\x04"):
        text = _docx(data, name)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        raise DocumentUnreadable(f"{name} 是旧版 Word（.doc）。", remedy="请在 Word 或 WPS 里另存为 .docx 再试。")
    elif data.startswith(b"{\\rtf"):
        raise DocumentUnreadable(f"{name} 是 RTF。", remedy="请另存为 .docx 或 .txt 再试。")
    elif _LOOKS_HTML.match(data[:4096]) or name.lower().endswith((".html", ".htm", ".xhtml")):
        text = _html(data, name)
    else:
        text = decoded(data, name)
    if not text.strip():
        raise DocumentUnreadable(f"{name} 里没有文字。", remedy="如果是扫描件，请先做文字识别（OCR）。")
    return text


def decoded(data: bytes, name: str) -> str:
    """*data* as text: UTF-8, UTF-16, GB 18030 or Big5, whichever reads as Chinese.  Raises DocumentUnreadable."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _lines(data.decode(encoding, errors="replace"))
    if b"\x00" in data[:4000]:
        wide = [e for e in ("utf-16-le", "utf-16-be") if (text := _try(data, e)) and _chinese(text) > 0.02]
        if not wide:
            raise DocumentUnreadable(f"{name} 不是文本文件。", remedy="可以核对 txt、md、docx、pdf、html。")
        return _lines(data.decode(max(wide, key=lambda e: _chinese(data.decode(e)))))
    utf8 = _try(data, "utf-8") or _cut_utf8(data)
    if utf8 is not None:
        return _lines(utf8)
    readings = [text for encoding in ("gb18030", "big5") if (text := _try(data, encoding)) is not None]
    best = max(readings, key=_chinese, default=None)
    if best is None or _chinese(best) < 0.01:
        raise DocumentUnreadable(f"认不出 {name} 的文字编码。", remedy="请另存为 UTF-8 文本再试。")
    return _lines(best)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _cut_utf8(data: bytes) -> str | None:
    """UTF-8 whose last character was cut off."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data[: error.start].decode("utf-8") if error.start >= len(data) - 3 and error.start else None
    return None


def _chinese(text: str) -> float:
    return sum(sign in _COMMON for sign in text) / max(len(text), 1)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


def _html(data: bytes, name: str) -> str:
    declared = _META.search(data[:4096])
    text = None
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = declared[1].decode("ascii").lower()
        text = _try(data, "gb18030" if encoding in {"gb2312", "gbk"} else encoding) if _known(encoding) else None
    source = text if text is not None else decoded(data, name)
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", source))
    except (etree.ParserError, ValueError) as error:
        raise DocumentUnreadable(f"读不出 {name} 的网页内容。", remedy="请把正文另存为文本再试。") from error
    etree.strip_elements(root, "script", "style", "noscript", "template", with_tail=False)
    for row in list(root.iter("tr")):
        _join_cells(row)
    parts: list[str] = []
    _walk(root, parts)
    return re.sub(r"\n{3,}", "\n\n", _lines("".join(parts))).strip("\n")


def _join_cells(row: etree._Element) -> None:
    """The cells of a row of a table in one line, so that what they say of one another stays together."""
    if row.find(".//table") is not None:
        return
    cells: list[str] = []
    for cell in row.iterchildren("td", "th"):
        parts: list[str] = []
        _walk(cell, parts)
        cells.append("".join(parts))
    if joined := row_of(cells):
        for child in list(row):
            row.remove(child)
        row.text = joined


def _known(encoding: str) -> bool:
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return True


def _walk(root: etree._Element, parts: list[str]) -> None:
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "comment":
            parts.append(element.tail or "")
            continue
        block = element.tag in _BLOCKS
        if event == "start":
            parts.append(("\n" if block else "") + re.sub(r"\s*\n\s*", " ", element.text or ""))
        else:
            parts.append(("\n" if block else "") + re.sub(r"\s*\n\s*", " ", element.tail or ""))


def _docx(data: bytes, name: str) -> str:
    damaged = DocumentUnreadable(f"{name} 不是可读的 DOCX。", remedy="请在 Word 或 WPS 里打开后重新保存为 .docx。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [n for n in archive.namelist() if re.fullmatch(r"word/(?:document|footnotes|endnotes)\d*\.xml", n)]
            if not any(n.startswith("word/document") for n in names):
                raise damaged
            if sum(archive.getinfo(n).file_size for n in names) > _LARGEST:
                raise DocumentUnreadable(f"{name} 展开后太大。", remedy="请只留下要核对的部分。")
            parts = [archive.read(n) for n in sorted(names, key=lambda n: "document" not in n)]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, KeyError, ValueError) as error:
        raise damaged from error
    try:
        return "\n".join(_paragraphs(part) for part in parts)
    except etree.XMLSyntaxError as error:
        raise damaged from error


def _paragraphs(part: bytes) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(part, parser)
    rows = {row: joined for row in root.iter(f"{_W}tr") if (joined := _row(row))}
    lines: list[str] = []
    for element in root.iter(f"{_W}p", f"{_W}tr"):
        if element in rows:
            lines.append(rows[element])
        elif element.tag == f"{_W}p" and not any(above in rows for above in element.iterancestors(f"{_W}tr")):
            lines.append(_words(element))
    return "\n".join(lines)


def _row(row: etree._Element) -> str | None:
    """The cells of a row in one line; None for the rows of a table that only lays out the page."""
    if row.find(f".//{_W}tbl") is not None:
        return None
    return row_of(["\n".join(map(_words, cell.iter(f"{_W}p"))) for cell in row.iter(f"{_W}tc")])


def _words(paragraph: etree._Element) -> str:
    signs: list[str] = []
    for element in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br"):
        if element.tag == f"{_W}t" and _own(element, paragraph):
            signs.append(element.text or "")
        elif element.tag != f"{_W}t" and _own(element, paragraph):
            signs.append("\n" if element.tag == f"{_W}br" else " ")
    return "".join(signs)


def _own(element: etree._Element, paragraph: etree._Element) -> bool:
    """Whether the words are the paragraph's own and not of a paragraph in a text box inside it."""
    return next(element.iterancestors(f"{_W}p"), None) is paragraph and not any(
        True for _ in element.iterancestors(f"{_W}del")
    )


def _pdf(data: bytes, name: str) -> str:
    try:
        pages = [page.text for page in pdf_pages(data, name)]
    except UnreadPdf as error:
        raise DocumentUnreadable(error.message, remedy=error.remedy) from error
    text = _lines("\n".join(pages)).replace("\ufffe", "").replace("\x02", "")
    if not text.strip():
        raise DocumentUnreadable(
            f"{name} 没有文字层（多半是扫描件）。", remedy="请先做文字识别（OCR），再核对识别出的文字。"
        )
    return text
