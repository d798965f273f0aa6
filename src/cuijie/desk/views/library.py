"""Law library, citation check, text lint and rules: pages that need no case and keep nothing."""

from __future__ import annotations

from datetime import date

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.desk import library_desk
from cuijie.desk.errors import ShelfError
from cuijie.desk.render import language_of, page
from cuijie.desk.views.frame import today_of
from cuijie.errors import CuijieError
from cuijie.law import library

__all__ = ["library_routes"]


def _day(request: Request, written: str) -> date:
    if not written.strip():
        return today_of(request)
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise ShelfError(f"看不懂这个日期：{written[:20]}", remedy="请写成 2026-03-05。") from error


def show_law(request: Request) -> Response:
    """Search the library, as of a day."""
    asked, on = request.query_params.get("q", "").strip(), _day(request, request.query_params.get("on", ""))
    rows = library_desk.law_rows(asked, on) if asked else []
    direct = None
    if asked:
        try:
            direct = library_desk.law_at(asked, on)
        except CuijieError:
            direct = None  # plain words name no law; the search answers them
    return page(request, "law.html", values={"asked": asked, "on": on, "rows": rows, "direct": direct})


def show_article(request: Request) -> Response:
    """One law or article on one day."""
    asked, on = request.query_params.get("id", ""), _day(request, request.query_params.get("on", ""))
    found = library_desk.law_at(asked, on)
    held = library()
    named = {id: held.provision(id).label_zh or id for id in (*found.predecessors, *found.successors) if _is_held(id)}
    values = {
        "found": found, "on": on, "facts": library_desk.law_facts(found), "named": named,
        "contents": [library_desk.law_row(one) for one in found.contents],
        "kin": [library_desk.law_row(one) for one in found.kin],
    }  # fmt: skip
    return page(request, "article.html", values=values)


def _is_held(id: str) -> bool:
    return any(one.id == id for one in library().provisions)


async def check(request: Request) -> Response:
    """Which citations in a pasted text are wrong or out of date?"""
    form = await request.form() if request.method == "POST" else FormData()
    text, on = str(form.get("text", "")), _day(request, str(form.get("on", "")))
    rows, error = None, None
    if request.method == "POST":
        try:
            rows = await run_in_threadpool(library_desk.checked_citations, text, on)
        except CuijieError as trouble:
            error = trouble
    values = {"text": text, "on": on, "rows": rows, "error": error}
    return page(request, "citations.html", status=400 if error else 200, values=values)


async def lint(request: Request) -> Response:
    """What must change in a text before a lender sends it?"""
    form = await request.form() if request.method == "POST" else FormData()
    text, recipient = str(form.get("text", "")).replace("\r\n", "\n"), str(form.get("recipient", ""))
    result, error = None, None
    if request.method == "POST":
        try:
            result = await run_in_threadpool(library_desk.linted, text, recipient)
        except CuijieError as trouble:
            error = trouble
    values = {"text": text, "recipient": recipient, "result": result, "error": error}
    return page(request, "lint.html", status=400 if error else 200, values=values)


def show_rules(request: Request) -> Response:
    """Every rule of the rulebook."""
    return page(request, "rules.html", values={"rules": library_desk.rule_rows(), "text": None, "rule": None})


def show_rule(request: Request) -> Response:
    """One rule in full."""
    rule = request.path_params["rule"]
    text = library_desk.rule_text(rule, english=language_of(request) == "en")
    return page(request, "rules.html", values={"rules": (), "text": text, "rule": rule})


def library_routes() -> list[Route]:
    """Routes of the library and the lender's desk."""
    return [
        Route("/law", show_law),
        Route("/law/article", show_article),
        Route("/law/check", check, methods=["GET", "POST"]),
        Route("/lint", lint, methods=["GET", "POST"]),
        Route("/rules", show_rules),
        Route("/rules/{rule}", show_rule),
    ]
