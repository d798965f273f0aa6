"""The list of many cases: due days across them, search, opening all of them at once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk.many_cases import CaseRow, Opening, case_rows, due_rows
from cuijie.desk.render import page
from cuijie.desk.views.frame import clock_of, only_here, shelf_of

__all__ = ["many_routes"]


def show_many(request: Request) -> Response:
    """Every case with what is due in it."""
    only_here(request)
    asked = request.query_params.get("q", "").strip()
    shelf, clock = shelf_of(request), clock_of(request)
    rows = case_rows(shelf, clock, asked)
    opening: Opening | None = getattr(request.app.state, "opening", None)
    values = {
        "asked": asked, "rows": rows, "dues": due_rows(rows, clock), "opening": opening,
        "is_same_lender": _is_same_lender(rows),
        "locked": sum(not row.is_open for row in rows),
        "is_waiting": any(row.is_open and not row.is_ready for row in rows) or (opening is not None and not opening.is_over),
    }  # fmt: skip
    return page(request, "many.html", values=values)


def _is_same_lender(rows: list[CaseRow]) -> bool:
    """Whether two of the open cases have a lender in common: then their borrowers can complain together."""
    known = [lender for row in rows if row.is_open for lender in row.lenders]
    return len(known) > len(set(known))


async def open_many(request: Request) -> Response:
    """Try one passphrase on every locked case."""
    only_here(request)
    form = await request.form()
    known: Opening | None = getattr(request.app.state, "opening", None)
    if known is None or known.is_over:
        request.app.state.opening = Opening(shelf_of(request), str(form.get("passphrase", "")))
    return RedirectResponse("/cases", status_code=303)


def many_routes() -> list[Route]:
    """The routes of this page."""
    return [Route("/cases", show_many), Route("/cases/open", open_many, methods=["POST"])]
