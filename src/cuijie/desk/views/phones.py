"""Bringing a phone in: the link as a picture to scan, the fingerprint to compare, opening and closing the way in."""

from __future__ import annotations

import io

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk.door.entrance import Entrance
from cuijie.desk.errors import ShelfError
from cuijie.desk.render import page
from cuijie.errors import CuijieError

__all__ = ["phone_routes"]


def _entrance(request: Request) -> Entrance:
    entrance: Entrance | None = request.app.state.entrance
    if entrance is None:
        raise ShelfError("手机入口只能在运行催界的那台电脑上开关。", remedy="请在那台电脑的页面上操作。")
    return entrance


def _page(request: Request, *, error: CuijieError | None = None) -> Response:
    entrance = _entrance(request)
    address = entrance.invite()
    certificate = entrance.certificate
    values = {
        "address": address, "picture": _picture(address) if address else "", "error": error,
        "code": certificate.code if certificate else "", "fingerprint": certificate.fingerprint if certificate else "",
    }  # fmt: skip
    return page(request, "phone_in.html", status=400 if error else 200, values=values)


def _picture(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(
        out, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, light="#fff", dark="#000"
    )
    return out.getvalue().decode()


def show(request: Request) -> Response:
    """The link and how to check it; each showing makes a new link."""
    return _page(request)


async def let_in(request: Request) -> Response:
    """Open the way in."""
    form = await request.form()
    is_plain = form.get("plain") == "1"
    try:
        await run_in_threadpool(lambda: _entrance(request).open(encrypted=not is_plain))
    except CuijieError as error:
        return _page(request, error=error)
    return RedirectResponse("/phone", status_code=303)


async def shut(request: Request) -> Response:
    """Close it: phones that are in are out."""
    await run_in_threadpool(_entrance(request).close)
    return RedirectResponse("/phone", status_code=303)


def phone_routes() -> list[Route]:
    """Routes of the way in for phones."""
    return [
        Route("/phone", show),
        Route("/phone/open", let_in, methods=["POST"]),
        Route("/phone/close", shut, methods=["POST"]),
    ]
