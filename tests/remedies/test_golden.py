"""Every paper against its golden form: the DOCX's XML brought to one line a paragraph, the PDF's pages, words and fonts.

To renew after a change that is meant: ``pytest tests/remedies/test_golden.py --update-golden``, then read the diff.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree  # our own output, not foreign XML

import pytest

from cuijie.law import library
from cuijie.remedies.documents.blocks import blocks_runs
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.draft import Draft, draft
from cuijie.remedies.documents.fonts import find_fonts
from cuijie.remedies.documents.group import group_draft
from cuijie.remedies.documents.writers import draft_bytes
from cuijie.remedies.errors import FontMissing
from tests.remedies.sample import ON, sample

_GOLDEN = Path(__file__).with_name("golden")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_EVERY = [
    (id, sender)
    for id, spec in documents().items()
    for sender in ("debtor", "p1")
    if ("debtor" if sender == "debtor" else "contacted") in spec.who and (sender == "debtor" or not spec.is_group)
]


def _made(document: str, sender: str) -> Draft:
    if documents()[document].is_group:
        return group_draft([sample(), sample(3)], ON, law=library())
    return draft(document, sample(), ON, law=library(), sender=sender)


def _attributes(element: ElementTree.Element) -> str:
    own = ",".join(f"{key.removeprefix(_W)}={value}" for key, value in sorted(element.attrib.items()))
    return f"{element.tag.removeprefix(_W)}({own})" if own else element.tag.removeprefix(_W)


def _properties(element: ElementTree.Element | None) -> str:
    return " ".join(sorted(_attributes(one) for one in element)) if element is not None else ""


def _runs(paragraph: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """(properties, text) of the paragraph's runs, neighbours of the same form joined."""
    form, text = "", ""
    for run in paragraph.iter(f"{_W}r"):
        own = _properties(run.find(f"{_W}rPr"))
        words = "".join(
            (one.text or "") if one.tag in {f"{_W}t", f"{_W}instrText"} else "⏎" if one.tag == f"{_W}br" else ""
            for one in run
        )
        if text and own != form:
            yield form, text
            text = ""
        form, text = own, text + words
    if text:
        yield form, text


def _normal(document: bytes) -> str:
    """The body's XML as lines: what each paragraph and each run looks like and says, in order."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))  # noqa: S314 - our own output
    forms: dict[str, str] = {}
    lines: list[str] = []

    def name(form: str) -> str:
        return forms.setdefault(form, f"F{len(forms) + 1}")

    for element in body.iter():
        match element.tag.removeprefix(_W):
            case "p":
                said = "".join(f"[{name(form)}]{text}" for form, text in _runs(element))
                lines.append(f"p {name(_properties(element.find(f'{_W}pPr')))} {said}".rstrip())
            case "tbl" | "tr" | "sectPr" as tag:
                lines.append(f"{tag} {_properties(element) if tag == 'sectPr' else ''}".rstrip())
    return "\n".join([*lines, "", *(f"{short} = {form}" for form, short in forms.items())]) + "\n"


def _pages(data: bytes) -> list[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    try:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def _described(data: bytes) -> str:
    """The PDF in a few lines: its pages, how each begins, its words as a fingerprint, its fonts."""
    pages = _pages(data)
    words = hashlib.sha256("".join(pages).encode()).hexdigest()
    fonts = sorted({one.decode() for one in re.findall(rb"/FontName\s*/[A-Z]{6}\+([\w-]+)", data)})
    begins = [f"{number}: {page[:24]}" for number, page in enumerate(pages, 1)]
    return "\n".join([f"pages {len(pages)}", f"sha256 {words}", f"fonts {' '.join(fonts)}", *begins]) + "\n"


def _compare(path: Path, got: str, *, renew: bool) -> None:
    if renew:
        path.parent.mkdir(exist_ok=True)
        path.write_text(got, encoding="utf-8")
    assert path.is_file(), f"{path.name} is not there: run with --update-golden and read it"
    assert got == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_a_word_document_is_the_golden_one(document: str, sender: str, request: pytest.FixtureRequest) -> None:
    renew = bool(request.config.getoption("--update-golden"))
    got = _normal(draft_bytes(_made(document, sender), ".docx"))
    assert "python-docx" not in got
    _compare(_GOLDEN / f"{document}-{sender}.docx.txt", got, renew=renew)


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_every_run_of_every_word_document_names_its_east_asian_font(document: str, sender: str) -> None:
    with zipfile.ZipFile(io.BytesIO(draft_bytes(_made(document, sender), ".docx"))) as package:
        parts = [name for name in package.namelist() if re.fullmatch(r"word/(document|footer\d*)\.xml", name)]
        for part in parts:
            root = ElementTree.fromstring(package.read(part))  # noqa: S314 - our own output
            for run in root.iter(f"{_W}r"):
                fonts = run.find(f"{_W}rPr/{_W}rFonts")
                assert fonts is not None, (part, "".join(run.itertext()))
                assert fonts.get(f"{_W}eastAsia") in {"宋体", "仿宋", "黑体"}


@pytest.mark.parametrize(("document", "sender"), _EVERY)
def test_a_pdf_is_the_golden_one_with_every_word_and_its_fonts_inside(
    document: str, sender: str, request: pytest.FixtureRequest
) -> None:
    try:
        families = find_fonts().text_families
    except FontMissing:
        pytest.skip("no Chinese font on this computer (the set-up fetches one)")
    made = _made(document, sender)
    data = draft_bytes(made, ".pdf")
    text = "".join(_pages(data))
    assert "\ufffd" not in text  # a glyph without a character: a box on the page
    for run in blocks_runs(made.blocks):
        for line in run.text.split("\n"):
            plain = re.sub(r"[\s\u200b]", "", line)
            assert len(plain) > 12 or plain in text, plain
    embedded = len(re.findall(rb"/FontFile[23]?\s", data))
    described = len(re.findall(rb"/Type\s*/FontDescriptor", data))
    assert 0 < described == embedded
    assert all(re.match(rb"[A-Z]{6}\+", one) for one in re.findall(rb"/FontName\s*/(\S+)", data))  # subsets
    if families[0] != "Noto Serif SC":
        pytest.skip(f"the golden pages are set in Noto Serif SC, this computer has {families[0]}")
    renew = bool(request.config.getoption("--update-golden"))
    _compare(_GOLDEN / f"{document}-{sender}.pdf.txt", _described(data), renew=renew)


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{document}-{sender}.{suffix}.txt" for document, sender in _EVERY for suffix in ("docx", "pdf")}
    assert {path.name for path in _GOLDEN.iterdir()} == wanted
