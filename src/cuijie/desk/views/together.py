"""The pages of a complaint of several borrowers: which cases, what is filled in, how it will print, the files; and that it was handed in."""

from __future__ import annotations

from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from cuijie.desk.ladder.doing import DONE_FIELDS
from cuijie.desk.ladder.together import Desktop, Together, lenders
from cuijie.desk.ladder.together_sent import record_sending, sending_of, step_choices
from cuijie.desk.many_cases import CaseRow, case_rows
from cuijie.desk.papers.listing import document_words
from cuijie.desk.papers.making import MEDIA_TYPES
from cuijie.desk.papers.sheets import sheet
from cuijie.desk.render import page
from cuijie.desk.views.frame import clock_of, only_here, shelf_of, today_of
from cuijie.errors import CuijieError
from cuijie.remedies.documents.group import GROUP
from cuijie.remedies.documents.writers import draft_bytes

__all__ = ["together_routes"]

_HERE = "/cases/together"


def _desktop(request: Request) -> Desktop:
    state = request.app.state
    if not hasattr(state, "desktop"):
        state.desktop = Desktop(shelf_of(request), clock_of(request))
    found: Desktop = state.desktop
    return found


def _choose(request: Request, chosen: list[str], error: CuijieError | None = None) -> Response:
    rows = case_rows(shelf_of(request), clock_of(request))
    values = {"lenders": lenders(rows), "waiting": _waiting(rows), "chosen": chosen, "error": error,
              "before": document_words(GROUP)[2]}  # fmt: skip
    return page(request, "together.html", status=400 if error else 200, values=values)


def _waiting(rows: list[CaseRow]) -> list[str]:
    """The open cases that are still being looked through: they come a moment later."""
    return [row.title for row in rows if row.is_open and not row.is_ready]


def show_choice(request: Request) -> Response:
    """The open cases, by lender."""
    only_here(request)
    return _choose(request, [])


async def write(request: Request) -> Response:
    """Writes the paper of the chosen cases, or says why it cannot be."""
    only_here(request)
    async with request.form() as form:
        return await run_in_threadpool(_write, request, form)


def _write(request: Request, form: FormData) -> Response:
    chosen = _chosen(request, form)
    fields = {name.removeprefix("f-"): str(value).strip() for name, value in form.items() if name.startswith("f-")}
    try:
        made = _desktop(request).make(
            chosen, "full" if form.get("naming") == "full" else "masked", {k: v for k, v in fields.items() if v}
        )
    except CuijieError as error:
        return _choose(request, chosen, error)
    return RedirectResponse(f"{_HERE}/{made.id}", status_code=303)


def _chosen(request: Request, form: FormData) -> list[str]:
    """The cases that are ticked one by one, and all the open ones of a lender that is ticked."""
    whole = {str(one) for one in form.getlist("lender")}
    known = lenders(case_rows(shelf_of(request), clock_of(request))) if whole else []
    of_lenders = (row.slug for lender, rows in known if lender in whole for row in rows)
    return list(dict.fromkeys([*(str(one) for one in form.getlist("case")), *of_lenders]))


def _made(request: Request) -> Together:
    only_here(request)
    return _desktop(request).get(request.path_params["id"])


def show_paper(request: Request) -> Response:
    """The paper: its blanks, its pages, its files."""
    made = _made(request)
    name, to, before = document_words(GROUP)
    return page(
        request, "together_paper.html", values={
            "made": made, "name": name, "to": to, "before": before, "bring": made.draft.bring, "fields": DONE_FIELDS,
            "steps": step_choices(),
            "written": dict.fromkeys((one.name for one in DONE_FIELDS), "") | {"done_on": today_of(request).isoformat()},
        },
    )  # fmt: skip


def show_sheet(request: Request) -> Response:
    """One page as a picture."""
    return Response(sheet(_made(request).pdf, request.path_params["number"]), media_type="image/png")


def download(request: Request) -> Response:
    """The paper as a file."""
    made, kind = _made(request), request.path_params["kind"]
    if kind not in ("pdf", "docx"):
        raise HTTPException(404)
    data = made.pdf if kind == "pdf" else draft_bytes(made.draft, ".docx", with_cover=False)
    name = quote(f"集体投诉书.{kind}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(data, media_type=MEDIA_TYPES[f".{kind}"], headers=headers)


def _sent_page(request: Request, form: FormData | None = None, error: CuijieError | None = None) -> Response:
    shelf, desktop, today = shelf_of(request), _desktop(request), today_of(request)
    rows = case_rows(shelf, clock_of(request))
    written = {field.name: str(form.get(field.name, "")) if form else "" for field in DONE_FIELDS}
    values = {
        "lenders": lenders(rows), "waiting": _waiting(rows), "outcomes": () if error else desktop.take_outcomes(), "error": error,
        "locked": [row.title for row in rows if not row.is_open],
        "chosen": [str(one) for one in form.getlist("case")] if form else [],
        "rung": str(form.get("rung", "")) if form else "", "made": str(form.get("made", "")) if form else "",
        "steps": step_choices(), "fields": DONE_FIELDS, "written": written if form else written | {"done_on": today.isoformat()},
    }  # fmt: skip
    return page(request, "together_sent.html", status=400 if error else 200, values=values)


def show_sent(request: Request) -> Response:
    """Where a complaint that was handed in is recorded, and what became of the last recording."""
    only_here(request)
    return _sent_page(request)


async def sent(request: Request) -> Response:
    """Records it in each of the chosen cases."""
    only_here(request)
    async with request.form() as form:
        return await run_in_threadpool(_sent, request, form)


def _sent(request: Request, form: FormData) -> Response:
    desktop = _desktop(request)
    try:
        ours = desktop.pdf_of(str(form.get("made", ""))) if form.get("ours") == "1" else None
        desktop.outcomes = record_sending(shelf_of(request), sending_of(form, ours), clock_of(request))
    except CuijieError as error:
        return _sent_page(request, form, error)
    return RedirectResponse(f"{_HERE}/sent", status_code=303)


def together_routes() -> list[Route]:
    """The routes of these pages."""
    one = f"{_HERE}/{{id}}"
    return [
        Route(_HERE, show_choice, methods=["GET"]),
        Route(_HERE, write, methods=["POST"]),
        Route(f"{_HERE}/sent", show_sent, methods=["GET"]),
        Route(f"{_HERE}/sent", sent, methods=["POST"]),
        Route(one, show_paper),
        Route(f"{one}/page/{{number:int}}", show_sheet),
        Route(f"{one}/{{kind}}", download),
    ]
