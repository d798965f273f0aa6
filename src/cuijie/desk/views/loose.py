"""Pages that stand without a case as well: nothing of them is kept, an upload lies on disk only for the request."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from cuijie.casefile import Item
from cuijie.desk.cases import OpenCase
from cuijie.desk.render import page
from cuijie.desk.taking_in.files import safe_name
from cuijie.desk.views.frame import case_page, shelf_of

__all__ = ["from_vault", "loose", "tool_page", "uploaded"]

Loose = Callable[[Request, FormData], Response]


def loose(view: Loose) -> Callable[[Request], Awaitable[Response]]:
    """Runs *view* with the form (empty for a GET) off the event loop."""

    @wraps(view)
    async def endpoint(request: Request) -> Response:
        if request.method != "POST":
            return await run_in_threadpool(view, request, FormData())
        async with request.form() as form:
            return await run_in_threadpool(view, request, form)

    return endpoint


def tool_page(
    request: Request, place: OpenCase | None, template: str, *, status: int = 200, **values: object
) -> Response:
    """The page inside its case, or standing alone with the open cases it could go into."""
    if place is not None:
        return case_page(request, place, "more", template, status=status, cases=(), **values)
    found = {"slug": None, "cases": _open_cases(request), "told": None, **values}
    return page(request, template, status=status, values=found)


def _open_cases(request: Request) -> list[tuple[str, str]]:
    """(slug, title) of the cases that are open now."""
    return [(place.slug, place.title) for place in shelf_of(request).places() if place.case is not None]


@contextmanager
def uploaded(form: FormData, name: str = "file") -> Iterator[list[Path]]:
    """The uploaded files of one field on disk, under their own safe names, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="cuijie-look-") as folder:
        paths = []
        for number, upload in enumerate(form.getlist(name)):
            if isinstance(upload, UploadFile) and upload.filename:
                path = Path(folder) / str(number) / safe_name(upload.filename)
                path.parent.mkdir()
                with path.open("wb") as out:
                    shutil.copyfileobj(upload.file, out, 1 << 20)
                paths.append(path)
        yield paths


@contextmanager
def from_vault(place: OpenCase, item: Item) -> Iterator[Path]:
    """An original of the case on disk, under its own safe name, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="cuijie-look-") as folder, place.opened.open_item(item.item_id) as kept:
        path = Path(folder) / safe_name(item.about.name)
        with path.open("wb") as out:
            shutil.copyfileobj(kept, out, 1 << 20)
        yield path
