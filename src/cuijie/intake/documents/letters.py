"""Letters and pages: PDF, DOCX, DOC, OFD, ODT, RTF, PPT, PPTX, e-mail, saved web pages (HTML, MHTML), plain text.  Kept as evidence; their words are read out.

What reads like a collection letter becomes a *letter* entry for the user to confirm; an e-mail becomes an *email*
entry with its own headers.  Everything else is evidence and nothing more.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from cuijie.intake.containers.compound_file import COMPOUND_MAGIC
from cuijie.intake.documents.letter_words import is_contract, is_dunning, letter_in
from cuijie.intake.documents.mail_parts import MAIL_BYTES, begins_mail
from cuijie.intake.documents.mails import read_mail
from cuijie.intake.documents.own_lists import own_list, page_of
from cuijie.intake.documents.pdf_text import pdf_lines
from cuijie.intake.documents.quoted_mails import QUOTED_NOTE, parted, quoted_entry
from cuijie.intake.documents.rtf_text import rtf_text
from cuijie.intake.documents.saved_page import is_saved_page, page_in
from cuijie.intake.documents.scanned_pdf import recognised
from cuijie.intake.documents.slide_text import is_slide_file, slide_text
from cuijie.intake.documents.word_file import hindrance, is_word_file, word_text
from cuijie.intake.documents.zipped_document import zipped_kind, zipped_text
from cuijie.intake.encoding import decode_text, detect
from cuijie.intake.found import Details, Found, IntakeError, Note
from cuijie.intake.source import Head, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = ["IS_EVIDENCE", "KIND", "TITLE", "describe", "is_mail", "read", "sniff"]

KIND: Final = "document"
TITLE: Final = "信函、邮件或文档"
IS_EVIDENCE: Final = True

_TEXT_CHARACTERS: Final = 60_000
_BYTES: Final = 128 * 2**20
_CREDIT: Final = re.compile(r"个人信用报告|征信报告")


def _kind(head: Head) -> str | None:
    data = head.data
    if data.startswith(b"%PDF"):
        return "pdf"
    if data.startswith(b"PK\x03\x04") and (
        b"word/" in data or (head.whole is not None and b"word/document.xml" in head.whole())
    ):
        return "docx"
    if zipped := zipped_kind(head):
        return zipped
    if data.startswith(COMPOUND_MAGIC):
        return "doc" if is_word_file(head) else "ppt" if is_slide_file(head) else None
    if b"\0" in data[:1024] and not detect(data).startswith("utf-16"):
        return None
    text = data[:4096].decode(detect(data[:4096]), "replace").lstrip("\ufeff \r\n\t").lower()
    if begins_mail(data) and not text.startswith("<"):
        return "mht" if is_saved_page(data) else "eml"
    if text.startswith(("<!doctype html", "<html")) or "<body" in text:
        return "html"
    if text.startswith("{\\rtf"):
        return "rtf"
    # 1,000 characters: what was cut off at the end of 4,096 bytes may be the half of one
    printable = sum(character.isprintable() or character.isspace() for character in text)
    return (
        "txt"
        if text and printable >= len(text) * 0.97 and "\ufffd" not in text[:1000] and not text.startswith("<")
        else None
    )


def sniff(head: Head) -> bool:
    """True for PDF, DOCX, DOC, OFD, ODT, RTF, PPT, PPTX, e-mail, HTML and plain text; asked last, after every format of records."""
    return not head.names and bool(head.data) and _kind(head) is not None


def is_mail(head: Head) -> bool:
    """True for a mail or a mailbox, whose enclosures are files of their own."""
    return bool(head.data) and not head.names and _kind(head) == "eml"


def describe(source: Source) -> Details:
    """The media type."""
    types = {
        "pdf": "application/pdf", "doc": "application/msword", "rtf": "application/rtf", "ofd": "application/ofd",
        "odt": "application/vnd.oasis.opendocument.text", "ppt": "application/vnd.ms-powerpoint",
        "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "eml": "message/rfc822", "mht": "multipart/related", "html": "text/html", "txt": "text/plain",
        "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    }  # fmt: skip
    return Details(media_type=types.get(_kind(source.head()) or ""))


def read(source: Source) -> Iterator[Found]:
    """A letter or an e-mail as an entry, or only a note on what the document is."""
    kind = _kind(source.head())
    if kind == "eml":
        yield from read_mail(source, _html_text)
        return
    if kind == "mht" and (place := page_in(source.read_all(MAIL_BYTES), source.name)[1]):
        yield Note(text=f"网页存档，保存自 {place}。")
    if kind == "doc" and (why := hindrance(source.read_all(_BYTES), source.name)):
        yield Note(text=why)
        return
    text = _words(source, kind or "txt").strip()
    if not text and kind == "pdf":
        text = yield from recognised(source, source.read_all(_BYTES))
    if not text:
        yield Note(text="里面没有可以读出的文字，已作为证据收好。")
        return
    note = f"读出文字 {len(text)} 字。"
    is_of_others = _CREDIT.search(text[:2000]) or is_contract(text) or _is_of_institution(text)
    if (
        (kind in _WRITTEN or (kind == "html" and _is_note(source)))
        and not is_of_others
        and (found := own_list(source.name, text, _page(source, kind))) is not None
    ):
        yield found
        yield Note(text=note + "里面是自己记的流水或清单，已按“" + found.name + "”逐条读出。")
    elif quoted := parted(text)[1]:
        yield from (quoted_entry(source, f"mail:{mail.line}", mail, inbound=None) for mail in quoted)
        yield Note(text=note + QUOTED_NOTE.format(len(quoted)) + "是收到的还是发出的，请确认。")
    elif _CREDIT.search(text[:2000]):
        yield Note(text=note + "看起来是征信报告：用 cuijie credit 查里面的错误。")
    elif is_contract(text):
        yield Note(text=note + "看起来是合同或授权书：用 cuijie contract 查条款。")
    elif _is_own_account(text):
        yield Note(
            text=note + "看起来是你自己（或家人、同事）写的情况说明，不是对方的函件，没有当作记录读；"
            "要作为陈述收下，用 cuijie add --statement；要逐次记下，每行以日期开头写一次联系，再收一次。"
        )
    elif (
        is_dunning(text)
        and kind not in ("html", "mht")
        and text[:1] not in "[{"
        and not _ROW.match(text)
        and not _PASTED.match(text)
        and len(_TIME_LINE.findall(text)) < 2
    ):
        yield from letter_in(source, text)
        yield Note(text=note)
    else:
        yield Note(text=note + _hint(text))


_SELF: Final = re.compile(r"本人|我(?!们?公司|司|行|所|方|部|处|院|局|中心|单位|平台|律)")  # no lender says 我
_INSTITUTION: Final = re.compile(  # who speaks so writes for a lender or a law office
    r"(?<!称)(?:我[司行]|[我本]公司|本[所行](?!为))"
)
_ADDRESSED: Final = re.compile(r"您|你|贵|先生|女士|债务人|借款人")


def _is_of_institution(text: str) -> bool:
    """True for a lender's or a law office's words; who tells of people that came 到我公司 tells more of 我."""
    return len(_INSTITUTION.findall(text)) > len(_SELF.findall(text))


def _is_own_account(text: str) -> bool:
    """True for an account in the first person, who was dunned rather than who duns."""
    return len(_SELF.findall(text)) > max(1, len(_ADDRESSED.findall(text)))


_PARTED: Final = (  # stand on lines of their own, or apart
    "address", "blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre", "section", "table", "td",
    "title", "tr",
)  # fmt: skip
_WRITTEN: Final = frozenset({"docx", "doc", "odt", "rtf"})  # as people write themselves


def _is_note(source: Source) -> bool:
    """True for a page as note apps write it: one of the web has links and scripts."""
    return re.search(rb"<(?:a|script|iframe|form)\b", source.read_all(_BYTES), re.IGNORECASE) is None


def _page(source: Source, kind: str) -> str:
    return page_of(_docx(source.read_all(_BYTES), source.name)) if kind == "docx" else ""


_ROW: Final = re.compile(r"^\s*\"?20\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[^,;\t|\n]{0,20}[,;\t|]", re.MULTILINE)
_NUMBERED: Final = re.compile(
    r"^(?=.*(?<!\d)(?:1\d{10}|0\d{2,3}-?\d{7,8}|95\d{3}|106\d{5,17})(?!\d))(?=.*20\d{2}[-/.年]).{0,120}$", re.MULTILINE
)
_CELLS: Final = re.compile(r"[,，;\t|]")  # parts the cells of a table
_UNDATED: Final = re.compile(
    r"(?<![\d年/.-])(?:\d{1,2}月\d{1,2}[日号]?|\d{1,2}[-/]\d{1,2})\s*(?:[上下中]午|晚上)?\s*\d{1,2}[:：点]"
)
_SAID: Final = re.compile(r"^(?=.*[\u4e00-\u9fff])[^\s:：]{1,12}[:：]", re.MULTILINE)
_PASTED: Final = re.compile(  # a text begins with its sender's signature or number, a letter does not
    r"\s*(?:【[^【】\n\d]{1,20}】|(?:发件人|发信人|来自|号码)\s*[:：]\s*\+?\d{5,20}\s*\n)"
)
_TIME_LINE: Final = re.compile(
    r"^\s*20\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*(?:星期.|周.)?\s*(?:[上下中]午|晚上|凌晨)?\s*\d{1,2}:\d{2}(?::\d{2})?\s*$",
    re.MULTILINE,
)
_TIMED: Final = re.compile(  # a day with its clock time, or a program's count of seconds since 1970
    r"20\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T ]{1,2}\d{1,2}:\d{2}|20\d{6}T\d{6}|(?<![\d.])1[4-9]\d{8}(?:\d{3})?(?![\d.])"
)
_APP: Final = re.compile(r"^package: name='|^\s*\{[^}]{0,400}\"(?:apk|application|trackers)\"", re.MULTILINE)


def _hint(text: str) -> str:
    """What to do with text that looks like records but cannot be read as such."""
    if '"timeStamp"' in text[:4000] and '"accessor"' in text[:4000]:
        return "看起来是 iPhone 的“App 隐私报告”：用 cuijie phone read 看哪个应用读过通讯录。"
    listed = _NUMBERED.findall(text[:4000])
    if len(_ROW.findall(text[:4000])) >= 2 or sum(len(_CELLS.findall(line)) > 1 for line in listed) >= 2:
        return "看起来是表格，但没有列名，或列名认不出：最上面一行请写 时间,方式,号码,内容 这样的列名，再收一次，就能逐条读出。"
    if len(listed) >= 2:
        return (
            "看起来是通话或短信的清单，但不是表格，没法逐条读出：请复制到表格里，最上面一行写列名"
            "（时间,方式,号码,时长,内容），存成 CSV 或 xlsx 再收一次。"
        )
    if len(_UNDATED.findall(text[:4000])) >= 2 and not re.search(r"20\d{2}\s*年", text[:4000]):
        return "里面的日期没有写年份，没有当作记录读；补上年份（例如 2025年3月4日 21:03）再收一次。"
    if _PASTED.match(text) or len(_TIME_LINE.findall(text[:4000])) >= 2:
        return (
            "看起来是复制出来的短信，看不出是哪个号码发的，没有当作记录读：请用备份应用导出短信，"
            "或截图（号码和时间要露出来），或写成 时间,方式,号码,内容 的表格再收。"
        )
    if _APP.search(text[:4000]):
        return "看起来是一个应用的权限清单：用 cuijie phone read 看它能不能读通讯录。"
    if text.startswith(("[", "{", "<", "BEGIN:")) and len(_TIMED.findall(text[:20_000])) >= 2:
        return "看起来是一份记录（聊天、短信或通话），但这种格式认不出，没有逐条读出：请在导出的工具里换成 CSV、Excel 或文本再导出一次，或截图。"
    if len(_SAID.findall(text[:4000])) >= 2 and not re.search(r"\d[:：]\d{2}", text[:4000]):
        return "看起来是复制出来的聊天，没有时间，没法当作记录读：请截图（时间要露出来），或在每条前面写上时间再收。"
    return ""


def _words(source: Source, kind: str) -> str:
    data = source.read_all(_BYTES)
    if kind == "pdf":
        return "\n".join(line for _, _, line in pdf_lines(data, source.name, source.password))[:_TEXT_CHARACTERS]
    if kind == "docx":
        return _docx_text(data, source.name)
    if kind == "doc":
        return word_text(data, source.name)[:_TEXT_CHARACTERS]
    if kind == "ppt":
        return slide_text(data, source.name)[:_TEXT_CHARACTERS]
    if kind in ("ofd", "odt", "pptx"):
        return zipped_text(data, source.name)[:_TEXT_CHARACTERS]
    if kind == "rtf":
        return rtf_text(data)[:_TEXT_CHARACTERS]
    if kind == "mht":
        return _html_text(page_in(data, source.name)[0])
    if kind == "html":
        return _html_text(decode_text(data).text)
    return decode_text(data).text[:_TEXT_CHARACTERS]


def _docx(data: bytes, name: str) -> _Element:
    """The document in a DOCX.  Raises IntakeError for a damaged one."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            info = archive.getinfo("word/document.xml")
            if info.file_size > _BYTES:
                raise IntakeError(f"“{name}”里的正文太大，没有读。")
            xml = archive.read(info)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        return etree.fromstring(xml, parser)
    except (
        zipfile.BadZipFile,
        KeyError,
        RuntimeError,
        OSError,
        EOFError,
        NotImplementedError,
        ValueError,
        etree.XMLSyntaxError,
    ) as error:
        raise IntakeError(
            f"文档“{name}”损坏或没有下载完整，打不开。", remedy="请重新下载，或另存为 PDF 再收。"
        ) from error


def _docx_text(data: bytes, name: str) -> str:
    tree = _docx(data, name)
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    lines = ("".join(part.text or "" for part in paragraph.iter(f"{space}t")) for paragraph in tree.iter(f"{space}p"))
    return "\n".join(lines)[:_TEXT_CHARACTERS]


_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # no page may hold them, some mails do


def _html_text(text: str) -> str:
    from lxml import etree, html

    try:
        page = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False, no_network=True, encoding=None))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return re.sub(r"<[^>]*>", " ", text)[:_TEXT_CHARACTERS]
    etree.strip_elements(page, "script", "style", "noscript", with_tail=False)
    for element in page.iter(*_PARTED):
        mark = " " if element.tag == "td" else "\n"
        element.text = mark + _CONTROL.sub(" ", element.text or "")
        element.tail = mark + _CONTROL.sub(" ", element.tail or "")
    words = "".join(str(part) for part in page.itertext())
    return re.sub(r"\s*\n\s*", "\n", words)[:_TEXT_CHARACTERS]
