"""The workbench's pages put together: routes, static files, and errors in the user's words."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from cuijie.clock import Clock
from cuijie.desk import assets
from cuijie.desk.cases import CaseShelf, OpenCase
from cuijie.desk.door.entrance import Entrance
from cuijie.desk.door.security import Door, Guard
from cuijie.desk.errors import CaseIsLocked, ShelfError
from cuijie.desk.render import page
from cuijie.desk.views.home import home_routes
from cuijie.errors import CuijieError

__all__ = ["make_app"]

_MAX_BODY_BYTES = 128 << 20  # of a form; files come in by a door of their own, as long as _MAX_UPLOAD_BYTES
MultiPartParser.spool_max_size = _MAX_BODY_BYTES  # what a form brings is held in memory, never on the disk in plain
_MAX_UPLOAD_BYTES = 4 << 30  # one request; larger files come in by ``cuijie add``
_HERE = Path(__file__).parent


def _vendor(request: Request) -> Response:
    found = assets.web_file(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    return FileResponse(found, media_type="text/javascript")


def _told(request: Request, error: Exception) -> Response:
    """A fault of ours or the user's as a page: what happened, what is safe, what to do."""
    if isinstance(error, CaseIsLocked) and "slug" in request.path_params:
        return page(request, "locked.html", status=403, values={"locked": request.path_params["slug"]})
    if isinstance(error, CuijieError):
        status, said = 403 if isinstance(error, ShelfError) else 400, error
    elif isinstance(error, HTTPException):
        text = "没有这一页。" if error.status_code == 404 else "这个请求不对。"
        status, said = error.status_code, ShelfError(text, remedy="请回到首页再试。")
    else:
        said = ShelfError(
            f"程序内部出错（{type(error).__name__}），这一步没有做完。",
            remedy="案卷没有损坏。请回到上一页再试；还是不行，请把这行字告诉开发者。",
        )
        status = 500
    values = {"error": said, "is_missing": status == 404, "back": _came_from(request)}
    return page(request, "trouble.html", status=status, values=values)


def _came_from(request: Request) -> str:
    """The page of ours whose form was sent; empty for what was only asked for."""
    came = urlsplit(request.headers.get("referer", ""))
    is_ours = request.method == "POST" and came.netloc == request.headers.get("host")
    return came._replace(scheme="", netloc="").geturl() if is_ours and not came.path.startswith("//") else ""


class _Rest:
    """Every page but the first: imported on a thread of its own once the first is answered, or as soon as one is asked for."""

    def __init__(self) -> None:
        self._router: Future[Router] = Future()
        self._begun = threading.Lock()

    def begin(self) -> None:
        """Begins importing, unless it has begun."""
        if self._begun.acquire(blocking=False):
            threading.Thread(target=self._import, name="importing", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Waits until the pages are there, and passes the request on."""
        self.begin()
        router = await asyncio.shield(asyncio.wrap_future(self._router))  # one request given up takes no other with it
        await router(scope, receive, send)

    def _import(self) -> None:
        try:
            from cuijie.desk.views.every import every_route

            self._router.set_result(Router(every_route()))
        except BaseException as error:  # every page that waits for it says so
            self._router.set_exception(error)


def _offer_begun(place: OpenCase) -> None:
    from cuijie.desk.case_jobs import offer_begun

    offer_begun(place)


def _prepare(place: OpenCase, clock: Clock) -> None:
    from cuijie.desk.ladder.steps import prepare

    prepare(place, clock)


def make_app(shelf: CaseShelf, door: Door, *, is_lan: bool = False, entrance: Entrance | None = None) -> Starlette:
    """The ASGI application of one workbench run over the cases of *shelf*, behind *door*.

    *is_lan* says that other devices of the network reach it: they may not choose folders of this computer.
    *entrance* is the way in for them, which only the page on this computer opens and closes.
    """
    app = Starlette(
        routes=[
            *home_routes(),
            Route("/vendor/{name}", _vendor),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        middleware=[Middleware(Guard, door=door, max_body_bytes=_MAX_BODY_BYTES, max_upload_bytes=_MAX_UPLOAD_BYTES)],
        exception_handlers={CuijieError: _told, HTTPException: _told, Exception: _told},
    )
    app.router.default = rest = _Rest()
    app.state.on_first_page = rest.begin
    shelf.on_open, shelf.on_ready = _offer_begun, lambda place: _prepare(place, shelf.clock)
    app.state.shelf = shelf
    app.state.door = door
    app.state.is_lan = is_lan
    app.state.entrance = entrance
    app.state.max_upload_bytes = _MAX_UPLOAD_BYTES
    return app
