"""PDFs are read in a process of their own: whatever a hostile one does to it is told in words."""

from __future__ import annotations

import hashlib
import io
import sys
import zlib
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from PIL import Image

from cuijie.errors import BadInput
from cuijie.intake.documents.pdf_text import pdf_lines
from cuijie.intake.found import PasswordNeeded
from cuijie.law.citations.finding.documents import read_document
from cuijie.pdfs import Letter, UnreadPdf, What, pdf_pages
from cuijie.prevention.credit.reading import read_credit_file
from cuijie.prevention.pages import pages_of

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="did not run: only Linux limits a process's memory")


def made(*pages: bytes, broken: int | None = None) -> bytes:
    """A PDF whose pages say these; in the place of page *broken* (from 1) stands something else."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * at) for at in range(len(pages)))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    for at, content in enumerate(pages):
        packed = zlib.compress(content, 9)
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
        objects[10 + 2 * at] = b"(gone)" if at + 1 == broken else page % (11 + 2 * at)
        objects[11 + 2 * at] = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % one for one in objects.items())
    return body + b"trailer<</Root 1 0 R>>\n%%EOF"


def locked(password: bytes) -> bytes:
    """A PDF without pages' words that opens with *password* (the first standard handler, 40 bits)."""
    padding = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    of, key_of_owner = b"0" * 16, b"0" * 32
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5((password + padding)[:32] + key_of_owner + rights + of, usedforsecurity=False).digest()[:5]
    checked = Cipher(ARC4(key), mode=None).encryptor().update(padding)
    parts = (key_of_owner.hex().encode(), checked.hex().encode(), of.hex().encode(), of.hex().encode())
    lock = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>/ID[<%s><%s>]" % parts
    return made(b"").replace(b"/Root 1 0 R", b"/Root 1 0 R" + lock)


def saying(words: bytes, times: int = 1) -> bytes:
    return b"BT /F 10 Tf 10 100 Td " + b"(%s) Tj " % words * times + b"0 -20 Td (2025-03-01  below) Tj ET"


BOMB = saying(b"a" * 1000, 4000)  # of four million characters, in some ten kilobytes


def read(data: bytes, what: What = "text") -> list[str]:
    return [page.text for page in pdf_pages(data, "账单", what=what)]


def test_text_and_letters_are_those_that_pdfium_gives_itself() -> None:
    data = made(saying(b"17000001188"), saying(b"35 s"))
    document = pypdfium2.PdfDocument(data)
    for at, (page, tight, loose) in enumerate(
        zip(*(pdf_pages(data, "账单", what=what) for what in ("text", "tight", "loose")), strict=True)
    ):
        words = document[at].get_textpage()
        assert (page.number, page.pages, page.text) == (at + 1, 2, words.get_text_bounded())
        text = words.get_text_range()
        for found, is_loose in ((tight, False), (loose, True)):
            letters = list(found.letters())
            assert "".join(letter for letter, *_ in letters) == text
            assert [letter for letter in letters if not letter[1]] == own(words, text, is_loose=is_loose)
            assert [letter for letter, is_made, *_ in letters if is_made] == ["\r", "\n"]


def own(words: pypdfium2.PdfTextPage, text: str, *, is_loose: bool) -> list[Letter]:
    """The letters that the file itself has, as pdfium tells them."""
    found: list[Letter] = []
    for at, letter in enumerate(text):
        left, bottom, right, top = words.get_charbox(at, loose=is_loose)
        if pypdfium2.raw.FPDFText_IsGenerated(words, at) != 1:
            found.append((letter, False, left, bottom, right, top))
    return found


def test_pages_come_as_grey_pictures_by_their_numbers() -> None:
    pages = list(pdf_pages(made(saying(b"a"), b"", b""), "账单", what="picture", numbers=[1, 3, 9], scale=2.0))
    pictures = [Image.open(io.BytesIO(page.picture)) for page in pages]
    assert [(page.number, page.pages) for page in pages] == [(1, 3), (3, 3)]
    assert [(one.mode, one.size, one.getextrema() == (255, 255)) for one in pictures] == [
        ("L", (600, 400), False),
        ("L", (600, 400), True),
    ]


@ON_LINUX
@pytest.mark.parametrize("what", ["text", "loose"])
def test_a_pdf_that_asks_for_all_memory_ends_its_process_alone(what: What, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuijie.pdfs._MEMORY_BYTES", 512 << 20)
    pages = pdf_pages(made(saying(b"first"), BOMB), "账单", what=what)
    assert next(pages).text.startswith("first")
    with pytest.raises(UnreadPdf, match=r"“账单”没有读完：第 1 页以后要的内存、.*超过了限度") as refused:
        next(pages)
    assert "另存" in refused.value.remedy


def test_a_pdf_of_more_characters_than_anybody_reads_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    data = made(*[saying(b"a" * 100)] * 3)
    assert len(read(data)) == 3
    monkeypatch.setattr("cuijie.pdfs._CHARACTERS", 250)
    with pytest.raises(UnreadPdf, match="第 2 页以后"):
        read(data)
    monkeypatch.setattr("cuijie.pdfs._ON_A_PAGE", 50)
    with pytest.raises(UnreadPdf, match="没有读完：要的内存"):
        read(data, "tight")


def test_a_pdf_that_takes_too_long_ends_its_process_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cuijie.pdfs._SECONDS", 0.005)
    with pytest.raises(UnreadPdf, match="没有读完：要的内存"):
        read(made(BOMB))


@pytest.mark.parametrize("data", [b"%PDF-1.7 x", made(saying(b"a"))[:60]], ids=["no PDF", "cut off"])
def test_a_damaged_pdf_is_told_apart_from_a_locked_one(data: bytes) -> None:
    with pytest.raises(UnreadPdf, match="损坏了或没有下载完整") as refused:
        read(data)
    assert not refused.value.is_locked


def test_a_damaged_page_is_named_and_intake_reads_those_beside_it() -> None:
    data = made(saying(b"one"), saying(b"two"), saying(b"three"), broken=2)
    with pytest.raises(UnreadPdf, match="第 2 页损坏"):
        read(data)
    assert [(page, text) for page, line, text in pdf_lines(data, "账单", None) if line == 1] == [
        (1, "one"),
        (3, "three"),
    ]


@pytest.mark.parametrize(("given", "said"), [(None, "有密码，打不开"), ("654321", "密码不对")])
def test_a_locked_pdf_asks_for_its_password_and_opens_with_it(given: str | None, said: str) -> None:
    data = locked(b"123456")
    with pytest.raises(UnreadPdf, match=said) as refused:
        list(pdf_pages(data, "账单", given))
    assert refused.value.is_locked
    with pytest.raises(PasswordNeeded, match=said):
        list(pdf_lines(data, "账单", given))
    assert [page.number for page in pdf_pages(data, "账单", "123456")] == [1]


def test_contract_credit_report_and_text_to_check_tell_a_bomb_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cuijie.pdfs._ON_A_PAGE", 50)
    path = tmp_path / "合同.pdf"
    path.write_bytes(made(saying(b"a" * 100)))
    for reads in (pages_of, read_credit_file, read_document):
        with pytest.raises(BadInput, match=r"“合同\.pdf”没有读完：.*超过了限度"):
            reads(path)
