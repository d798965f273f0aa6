"""Asking a time-stamping authority over HTTP: the one place of the casefile that goes to the network.

Only to an address the user named, only with a hash, never with content.
"""

from __future__ import annotations

import email.utils
import http.client
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cuijie.clock import Clock
from cuijie.errors import BadInput

__all__ = ["Answer", "AuthorityBusy", "ask", "check_address", "request_for"]

_LIMIT = 1 << 20  # an answer is a few kilobytes; more is not a time-stamp
_TIMEOUT_S = 20
_LONGEST_WAIT = timedelta(days=7)


class AuthorityBusy(Exception):
    """No usable answer this time: ``words`` for the user, ``not_before`` if the authority said when to come back."""

    def __init__(self, words: str, not_before: datetime | None = None) -> None:
        super().__init__(words)
        self.words, self.not_before = words, not_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the authority sent back."""

    body: bytes


def check_address(url: str) -> str:
    """*url* if it can be an authority's address; raises BadInput."""
    parts = urlsplit(url.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadInput(f"“{url}”不是时间戳机构的网址。", remedy="网址以 http:// 或 https:// 开头，由您选的机构提供。")
    return url.strip()


def request_for(data: bytes) -> tuple[bytes, int]:
    """A time-stamp request over *data* (SHA-256, certificates asked for) and its nonce."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    request = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .cert_request(cert_request=True)
        .build()
    )
    return request.as_bytes(), request.nonce or 0


def ask(url: str, request: bytes, clock: Clock) -> Answer:
    """Posts *request* to *url*; raises AuthorityBusy for anything but an answer of type time-stamp-reply."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    post = urllib.request.Request(check_address(url), data=request, headers=headers, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(post, timeout=_TIMEOUT_S) as reply:  # noqa: S310
            body = reply.read(_LIMIT + 1)
            kind = reply.headers.get_content_type()
    except urllib.error.HTTPError as error:
        with error:
            wait = _wait(error.headers.get("Retry-After"), clock.now())
        raise AuthorityBusy(f"时间戳机构暂不受理（HTTP {error.code}）", wait) from error
    except (urllib.error.URLError, http.client.HTTPException, ssl.SSLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise AuthorityBusy(f"连不上时间戳机构（{type(reason).__name__}）") from error
    if len(body) > _LIMIT:
        raise AuthorityBusy("时间戳机构的回答大得不合情理，没有接收")
    if not body.startswith(b"\x30"):
        raise AuthorityBusy(f"时间戳机构回的不是时间戳（{kind}）")
    return Answer(body=body)


def _wait(written: str | None, now: datetime) -> datetime | None:
    if not written:
        return None
    try:
        until = (
            now + timedelta(seconds=int(written))
            if written.strip().isdigit()
            else email.utils.parsedate_to_datetime(written)
        )
    except (ValueError, OverflowError):
        return None
    return min(until, now + _LONGEST_WAIT) if until.tzinfo else None
