"""Web pages that a browser saved as one file (MHTML, ``.mht``): the page among its parts."""

from __future__ import annotations

from cuijie.intake.documents.mail_parts import header, parse_mail, text_of
from cuijie.intake.encoding import decode_text
from cuijie.intake.found import IntakeError

__all__ = ["is_saved_page", "page_in"]


def is_saved_page(head: bytes) -> bool:
    """True for a browser's MHTML: parts of one page, saved and never sent."""
    start = _plain(head[:8192]).lower()
    return b"snapshot-content-location:" in start or (
        b"multipart/related" in start and b"\nreceived:" not in start and (b"saved by" in start or b"save by" in start)
    )


def _plain(data: bytes) -> bytes:
    """*data*, UTF-16 as UTF-8: some save even the page's headers so."""
    return decode_text(data).text.lstrip("\ufeff").encode("utf-8", "replace") if b"\0" in data[:64] else data


def page_in(data: bytes, name: str) -> tuple[str, str | None]:
    """(HTML, where it was saved from) of a page saved as MHTML; *name* is the file's, for the error.

    Raises IntakeError if no page is in it.
    """
    message = parse_mail(_plain(data), name)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            said = header(message, "Snapshot-Content-Location") or header(part, "Content-Location")
            return text_of(part), said[:500] or None
    raise IntakeError(f"网页存档“{name}”里没有网页。", remedy="请在浏览器里重新保存一次，或另存为 PDF。")
