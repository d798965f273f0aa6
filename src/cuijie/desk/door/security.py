"""The door of the workbench: who may speak to it, and what a page may do.

A page of another site can make the browser send requests to this machine, also under a host name that it
has pointed here (DNS rebinding).  So every request must name a host of ours and carry the session key that
only the printed address holds; every request that changes something must come from our own origin.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CONTENT_POLICY", "Door", "Guard"]

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # no-referrer would turn the Origin of our own forms into "null"
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_SAFE_METHODS = {"GET", "HEAD"}
_COOKIE = "cuijie_key"
_INVITES = 3
_UPLOAD = re.compile(r"/c/\d{1,6}/add")


@dataclass(frozen=True, slots=True)
class Door:
    """Which host names are ours, and the key of this run."""

    hosts: frozenset[str]  # as in the Host header: "127.0.0.1:8300"
    scheme: str = "http"
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    invites: list[str] = field(default_factory=list)  # keys of links that open once, the newest last
    unlocked: dict[str, object] = field(default_factory=dict)  # at a phone's door: the open cases it knew the words of

    def invite(self) -> str:
        """A key for a link that opens the workbench once: whoever finds the link later is refused.

        Of links that nobody used only the newest few open.
        """
        made = secrets.token_urlsafe(24)
        self.invites.append(made)
        del self.invites[:-_INVITES]
        return made

    def admits(self, key: str) -> bool:
        """True for the key of this run, and once for that of an invitation."""
        if self.fits(key):
            return True
        found = next((one for one in self.invites if hmac.compare_digest(key.encode(), one.encode())), None)
        if found is None:
            return False
        self.invites.remove(found)
        return True

    def is_ours(self, host: str) -> bool:
        """True if *host* is a name this workbench answers to."""
        return host.lower() in self.hosts

    def fits(self, key: str) -> bool:
        """True if *key* is the key of this run; takes the same time for every wrong one."""
        return hmac.compare_digest(key.encode(), self.key.encode())


class Guard:
    """ASGI middleware that lets in only our own browser page and seals every answer with the policies above."""

    def __init__(self, app: ASGIApp, door: Door, *, max_body_bytes: int, max_upload_bytes: int) -> None:
        self._app, self._door = app, door
        self._max_body_bytes, self._max_upload_bytes = max_body_bytes, max_upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, hand over the key as a cookie, or pass the request on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        target = refusal or self._app
        await target(scope, receive, _sealed(send))

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        headers = Headers(scope=scope)
        if not self._door.is_ours(headers.get("host", "")):
            return PlainTextResponse("这个地址不属于催界。", status_code=421)
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        given = dict(query).get("key")
        if given is not None and scope["method"] == "GET":
            return self._hand_over(scope, given, query)
        if not self._door.fits(_cookie(headers)):
            return PlainTextResponse(
                "请从启动催界时给出的地址打开。这一页是上一次运行时的；案卷没有受影响。", status_code=403
            )
        if scope["method"] not in _SAFE_METHODS and not self._is_same_origin(headers):
            return PlainTextResponse("这个请求不是从催界的页面发出的，已拒绝。", status_code=403)
        return self._too_long(scope, headers)

    def _too_long(self, scope: Scope, headers: Headers) -> ASGIApp | None:
        """Files are taken in by one door and stored as they come; every other body is held in memory, and is short."""
        if "transfer-encoding" in headers:
            return PlainTextResponse("没有说明长度，已拒绝。", status_code=411)
        limit = self._max_upload_bytes if _UPLOAD.fullmatch(scope["path"]) else self._max_body_bytes
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            return PlainTextResponse("这个文件太大，请用命令行 cuijie add 收进来。", status_code=413)
        return None

    def _hand_over(self, scope: Scope, given: str, query: Iterable[tuple[str, str]]) -> ASGIApp:
        if not self._door.admits(given):
            return PlainTextResponse("地址里的钥匙不对或已过期，请从启动催界时给出的地址打开。", status_code=403)
        rest = urlencode([pair for pair in query if pair[0] != "key"])
        answer = RedirectResponse(scope["path"] + (f"?{rest}" if rest else ""), status_code=303)
        answer.set_cookie(
            _COOKIE, self._door.key, httponly=True, samesite="strict", secure=self._door.scheme == "https", path="/"
        )
        return answer

    def _is_same_origin(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return headers.get("origin", "") == f"{self._door.scheme}://{headers.get('host', '').lower()}"


def _cookie(headers: Headers) -> str:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _sealed(send: Send) -> Send:
    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sealed
