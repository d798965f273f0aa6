"""The page of the key to which others share their cases: made here, its public half shown and printed."""

from __future__ import annotations

import io

import segno
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk.door.own_key import make_own_key, own_key
from cuijie.desk.render import page
from cuijie.desk.views.frame import only_here, shelf_of
from cuijie.errors import CuijieError

__all__ = ["own_key_routes"]


def _page(request: Request, *, error: CuijieError | None = None) -> Response:
    home = shelf_of(request).home
    key = own_key(home)
    picture = io.BytesIO()
    if key is not None:
        segno.make(key.public, error="m").save(
            picture, kind="svg", scale=4, xmldecl=False, svgns=True, dark="#000", light="#fff"
        )
    values = {"key": key, "home": str(home), "picture": picture.getvalue().decode(), "error": error}
    return page(request, "own_key.html", status=400 if error else 200, values=values)


def show_own_key(request: Request) -> Response:
    """What such a key is for, and the public half of the one that lies here."""
    only_here(request)
    return _page(request)


async def make(request: Request) -> Response:
    """Make the key under a passphrase; or show the form again with what was wrong."""
    only_here(request)
    form = await request.form()
    given = (str(form.get("passphrase", "")), str(form.get("again", "")))
    try:
        await run_in_threadpool(make_own_key, shelf_of(request).home, *given)
    except CuijieError as error:
        return await run_in_threadpool(_page, request, error=error)
    return RedirectResponse("/key", status_code=303)


def own_key_routes() -> list[Route]:
    """The routes of this page."""
    return [Route("/key", show_own_key, methods=["GET"]), Route("/key", make, methods=["POST"])]
