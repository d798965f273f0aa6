"""看审计报告: a report that ``cuijie audit`` wrote, chosen by its folder, shown in a frame that can run and fetch nothing."""

from __future__ import annotations

import secrets
from pathlib import Path

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cuijie.desk.errors import ShelfError
from cuijie.desk.render import language_of, page
from cuijie.desk.views.frame import only_here
from cuijie.desk.views.loose import loose
from cuijie.errors import cause_of

__all__ = ["audit_report_routes"]

_PAGES = {
    "report.html": ("审计报告", "The report"),
    "report.en.html": ("审计报告（英文）", "The report in English"),
    "compare.html": ("两次审计的比较", "Two audits compared"),
    "lenders.html": ("多家贷款人并排", "Lenders side by side"),
}
_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
_LARGEST = 64 << 20
_MOST_CHOSEN = 20


def _chosen(request: Request) -> dict[str, Path]:
    """The folders chosen in this run, under names that say nothing of them."""
    if not hasattr(request.app.state, "audit_folders"):
        request.app.state.audit_folders = {}
    found: dict[str, Path] = request.app.state.audit_folders
    return found


def _folder(written: str) -> Path:
    given = written.strip().strip("\"'")
    path = Path(given).expanduser()
    if path.suffix.lower() == ".html":
        path = path.parent
    if not given or not path.is_absolute():
        raise ShelfError("请写结果文件夹的完整路径。", remedy="就是 cuijie audit … -o 后面的那个文件夹。")
    if not any((path / name).is_file() for name in _PAGES):
        raise ShelfError(
            "这个文件夹里没有审计报告。", remedy="里面应有 report.html；没有的话先运行 cuijie audit report 文件夹。"
        )
    return path


def _show(request: Request, form: FormData) -> Response:
    """The form, and below it the report of the folder that was chosen."""
    only_here(request)
    written, trouble, shown = str(form.get("folder", "")), None, None
    if request.method == "POST":
        try:
            folder = _folder(written)
        except (ShelfError, OSError, ValueError, RuntimeError) as error:  # "~nobody" has no home
            trouble = error if isinstance(error, ShelfError) else ShelfError("打不开这个文件夹。")
        else:
            shown = _remember(request, folder)
    there = [name for name in _PAGES if shown and (_chosen(request)[shown] / name).is_file()]
    asked = str(form.get("page", "")) or ("report.en.html" if language_of(request) == "en" else "report.html")
    values = {
        "folder": written,
        "trouble": trouble,
        "shown": shown,
        "pages": [(name, _PAGES[name]) for name in there],
        "current": asked if asked in there else next(iter(there), None),
    }
    return page(request, "audit_report.html", status=400 if trouble else 200, values=values)


def _remember(request: Request, folder: Path) -> str:
    chosen = _chosen(request)
    for name, held in chosen.items():
        if held == folder:
            return name
    while len(chosen) >= _MOST_CHOSEN:
        del chosen[next(iter(chosen))]
    name = secrets.token_urlsafe(12)
    chosen[name] = folder
    return name


def frame(request: Request) -> Response:
    """One page of a chosen folder, sealed: no script, no request, no form, in a world of its own."""
    only_here(request)
    folder, name = _chosen(request).get(request.path_params["chosen"]), request.path_params["name"]
    if folder is None or name not in _PAGES:
        raise HTTPException(404)
    path = folder / name
    try:
        if path.stat().st_size > _LARGEST:
            raise ShelfError("这份报告太大，打不开。", remedy="请直接用浏览器打开这个文件。")
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ShelfError(f"读不出报告：{cause_of(error)}。", remedy="请核对文件夹，再选一次。") from error
    except UnicodeDecodeError as error:
        raise ShelfError("这个文件不是催界写的报告。", remedy="请再运行一次 cuijie audit report。") from error
    return HTMLResponse(text, headers={"Content-Security-Policy": _POLICY})


def audit_report_routes() -> list[Route]:
    """The page and its frame."""
    return [
        Route("/audit", loose(_show), methods=["GET", "POST"]),
        Route("/audit/{chosen}/{name}", frame),
    ]
