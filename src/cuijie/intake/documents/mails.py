"""E-mail as files (.eml): messages with their own headers, parts and enclosures.

A mail sent on as an enclosure is a mail of its own: its headers say when it came and from whom.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Final

from cuijie.intake.android.synced_mail import is_synced, synced
from cuijie.intake.contact_columns import person_id_of
from cuijie.intake.contact_lists import operator_calls
from cuijie.intake.documents.mail_parts import MAIL_BYTES, enclosed_parts, file_name, header, parse_mail, written_body
from cuijie.intake.documents.own_lists import own_list
from cuijie.intake.documents.quoted_mails import QUOTED_NOTE, Quoted, addresses, parted, quoted_entry
from cuijie.intake.entries import make_entry
from cuijie.intake.found import Attachment, Found, IntakeError, Note
from cuijie.intake.payments import bills
from cuijie.intake.source import Head, Source
from cuijie.intake.times.written import When, parse_time
from cuijie.records import Person

__all__ = ["read_mail"]

Plain = Callable[[str], str]
_DEPTH: Final = 5  # mails in mails
_ORNAMENT_BYTES: Final = 20 * 1024  # a smaller picture is a logo or a smile, not a screenshot
_MAILS_WITH_PICTURES: Final = 50  # of a mailbox: reading every picture of a life would take days
_SENT: Final = re.compile(r"\b(?:sent|已发送?|已发邮件|寄件備份|寄件备份)", re.IGNORECASE)
_CAME: Final = re.compile(r"\binbox\b|收件[箱匣]", re.IGNORECASE)
_CHAT: Final = re.compile(r"聊天[记記][录錄]")  # apps send a conversation as a mail's own words
_DRAFT: Final = re.compile(r"\bdrafts?\b|草稿", re.IGNORECASE)


def read_mail(source: Source, plain: Plain) -> Iterator[Found]:
    """The mail and those enclosed in it as entries, other enclosures as files of their own; *plain* makes text of HTML.

    A mailbox (mbox: mails one after another, each begun by a line ``From …``) gives each of its mails.
    """
    if not source.head().data.startswith(b"From "):
        yield from _mail(source, parse_mail(source.read_all(MAIL_BYTES), source.name), "mail", plain, 0)
        return
    mails = pictures = 0
    for data in _mailbox(source):
        mails += 1
        for found in _mail(source, parse_mail(data, source.name), "mail" if mails == 1 else f"mail:{mails}", plain, 0):
            if mails > _MAILS_WITH_PICTURES and isinstance(found, Attachment) and _is_picture(found.media_type):
                pictures += found.is_file
                found = replace(found, is_file=False)
            if mails == 1 or not isinstance(found, Note):
                yield found
    if mails > 1:
        yield Note(text=f"这是邮箱的整份导出，里面有 {mails} 封邮件；与催收无关的请在确认时标为无关。")
    if pictures:
        yield Note(text=f"邮件很多，后面的 {pictures} 张图片已收好但没有认字；要认的请从邮件里另存出来，再收一次。")


def _mailbox(source: Source) -> Iterator[bytes]:
    """The mails of a mailbox one by one, as bytes without their first line.  Raises IntakeError for one too long."""
    lines: list[bytes] = []
    size, is_after_blank = 0, True
    with source.open() as stream:
        for line in stream:
            if is_after_blank and line.startswith(b"From ") and b":" in line:
                if size:
                    yield b"".join(lines)
                lines, size = [], 0
            else:
                lines.append(line[1:] if line.startswith(b">From ") else line)
                size += len(line)
            if size > MAIL_BYTES:
                raise IntakeError(f"邮箱“{source.name}”里有一封邮件超过 {MAIL_BYTES // 2**20} MB，没有读下去。")
            is_after_blank = not line.strip()
    if size:
        yield b"".join(lines)


def _mail(source: Source, message: Message, at: str, plain: Plain, depth: int) -> Iterator[Found]:
    keys: list[str] = []
    for number, part in enumerate(enclosed_parts(message), 1):
        place = f"attachment:{number}" if at == "mail" else f"{at}/attachment:{number}"
        if part.get_content_type() == "message/rfc822":
            inner = part.get_payload(0) if part.is_multipart() else None
            if isinstance(inner, Message) and depth < _DEPTH:
                who = _who_sent_on(_addresses(inner, "To"), message, _inbound(message))
                yield from _reached(who)
                yield from _mail(_of(source, who), inner, f"{at}/mail:{number}", plain, depth + 1)
            else:
                yield Note(text=f"{place}：邮件里套了太多层邮件，最里面的没有读。")
        elif (attachment := _attachment(part, number, place)) is not None:
            keys.append(attachment.key)
            yield attachment
    words, page = written_body(message)
    if page and _is_list(page):
        yield _file(page.encode(), "邮件正文.html", "text/html", f"{at}/body")
    body = words.strip() or plain(page).strip()
    subject = header(message, "Subject")
    if _CHAT.search(f"{subject}\n{body[:300]}") and (chat := own_list(subject or "邮件正文", body, "")) is not None:
        yield replace(chat, at=f"{at}/body")
    if is_synced(message):
        yield synced(source, message, at, body, tuple(dict.fromkeys(keys)))
        return
    inbound = _inbound(message)
    own, quoted = parted(body)
    labels = header(message, "X-Gmail-Labels")
    yield make_entry(
        source,
        at,
        "email",
        when=_sent(message),
        inbound=inbound,
        name=header(message, "To" if inbound is False else "From") or None,
        text="\n".join(part for part in (subject, own) if part) or None,
        attachments=tuple(dict.fromkeys(keys)),
        is_proof_of_contact=not _DRAFT.search(labels),
        extra=tuple(
            (name.lower(), value[:500])
            for name in ("From", "To", "Cc", "Message-ID")
            if (value := header(message, name))
        ),
    )
    for number, mail in enumerate(quoted, 1):
        who = _who_sent_on(addresses(mail.to), message, inbound)
        yield from _reached(who)
        way = True if who else _way_of(mail, message, inbound)
        yield quoted_entry(_of(source, who), f"{at}/quoted:{number}", mail, inbound=way)
    if quoted:
        yield Note(text=QUOTED_NOTE.format(len(quoted)))
    if depth:
        yield Note(text="邮件里套着另一封邮件，已作为单独的一封读出；它的时间和发件人以它自己的邮件头为准。")
    elif inbound is None:
        yield Note(text="邮件里看不出是收到的还是发出的（没有投递线路，或是发给自己的），请确认。")


def _way_of(mail: Quoted, outer: Message, inbound: bool | None) -> bool | None:
    """The way of a quoted mail: as the outer one where the same wrote it, the other way where its reader did."""
    sender = addresses(mail.sender)
    if sender & _addresses(outer, "From"):
        return inbound
    if sender & _addresses(outer, "To"):
        return None if inbound is None else not inbound
    return True if addresses(mail.to) & _addresses(outer, "From") else None  # who got it sends it on


def _who_sent_on(got: set[str], outer: Message, inbound: bool | None) -> str:
    """The address that *got* a mail and sent it on to somebody else; empty where the owner did, or nobody."""
    passed_on = got & _addresses(outer, "From")
    is_for_others = bool(_addresses(outer, "To") - passed_on)
    return min(passed_on) if passed_on and is_for_others and inbound is not False else ""


def _reached(address: str) -> Iterator[Found]:
    """Who got a mail that was sent on: whose address it is nobody says, so it is asked."""
    if address:
        yield Person(person_id=person_id_of(address), name=address)
        yield Note(
            text=f"里面有发给 {address}、再由那里转来的邮件：记作那个人收到的，是借款人的什么人还不知道，请写明"
            f"（网页在“被联系的人”里；命令行：cuijie case person 案卷 {address} --relation 儿子，是借款人自己的邮箱就写 --role 本人）。",
            is_asked=True,
        )


def _of(source: Source, address: str) -> Source:
    return replace(source, owner=person_id_of(address)) if address else source


def _addresses(message: Message, name: str) -> set[str]:
    return addresses(header(message, name))


def _inbound(message: Message) -> bool | None:
    """The way of a mail by its labels and its line of delivery; one sent to oneself, and a draft, tells none."""
    labels = header(message, "X-Gmail-Labels")
    if _DRAFT.search(labels) or _SENT.search(labels):
        return False
    if not (message.get("Received") or message.get("Delivered-To") or _CAME.search(labels)):
        return None
    return None if _addresses(message, "From") & _addresses(message, "To") else True


def _attachment(part: Message, number: int, place: str) -> Attachment | None:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload:
        return None
    name = file_name(part)
    kind = part.get_content_type()
    if name is None and kind.startswith("text/"):
        return replace(_file(payload, f"正文续{number}", kind, place), is_file=False)
    is_ornament = _is_picture(kind) and len(payload) < _ORNAMENT_BYTES
    return replace(_file(payload, name or f"附件{number}", kind, place), is_file=not is_ornament)


def _file(data: bytes, name: str, kind: str, place: str) -> Attachment:
    return Attachment(
        key=hashlib.sha256(data).hexdigest(), name=name, media_type=kind, data=data, at=place, is_file=True
    )


def _is_picture(media_type: str | None) -> bool:
    return (media_type or "").startswith("image/")


def _is_list(page: str) -> bool:
    """True for a mail whose own words hold a bill or a list of calls as a table: so card issuers send theirs."""
    head = Head(name="邮件正文.html", data=page.encode(), size=len(page))
    return "<t" in page and (bills.sniff(head) or operator_calls.sniff(head))


def _sent(message: Message) -> When:
    raw = header(message, "Date")
    try:
        instant: datetime = parsedate_to_datetime(raw)
    except (ValueError, TypeError, IndexError):
        return parse_time(raw) if raw else When()
    if instant.tzinfo is None:
        return parse_time(instant.isoformat())
    return When(instant=instant, raw=raw, precision="second", basis="stated")
