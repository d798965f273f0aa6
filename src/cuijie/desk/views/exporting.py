"""How to get evidence out of a phone: a page for each brand, with pictures drawn by us; needs no case, keeps nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.datafiles import Lines, load_table
from cuijie.desk.errors import ShelfError
from cuijie.desk.render import page

__all__ = ["export_routes"]

_FILE = Path(__file__).parent.parent / "exporting.yaml"


@cache
def _known() -> tuple[tuple[Lines, ...], tuple[Lines, ...]]:
    """The brands, and what is the same on all of them."""
    data = load_table(_FILE)
    return data.tables("brands"), data.tables("any")


def show_export(request: Request) -> Response:
    """The page of one brand (``?brand=``), or the choice of brands."""
    brands, same = _known()
    asked = request.query_params.get("brand", "")
    chosen = next((one for one in brands if one["id"] == asked), None)
    if asked and chosen is None:
        raise ShelfError("没有这个品牌的说明。", remedy="请回到上一页选一个；没有您的品牌，就看“任何安卓手机”。")
    return page(request, "exporting.html", values={"brands": brands, "same": same, "chosen": chosen})


def export_routes() -> list[Route]:
    """The routes of this page."""
    return [Route("/export", show_export)]
