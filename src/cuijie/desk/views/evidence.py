"""The evidence page: what is kept, whether it holds, time-stamps, who can open it, the bundle."""

from __future__ import annotations

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.bundle import PROFILES
from cuijie.datafiles import Words
from cuijie.desk import case_jobs, keeping
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.jobs import JobKind
from cuijie.desk.views.frame import BASE, act, back, case_page, held
from cuijie.errors import CuijieError

__all__ = ["evidence_routes"]

_MAX_PEM = 1 << 20
_BRIEFLY_S = 1.0


def _page(
    request: Request,
    place: OpenCase,
    *,
    error: CuijieError | None = None,
    form: FormData | None = None,
    wrong: str = "",
) -> Response:
    """*wrong*: the part of the page whose *form* was refused; there the error stands, beside what was written."""
    case = place.opened
    checked_at, report = place.report or (None, None)
    found = {one.path.partition("/")[0]: one for one in report.items} if report else {}
    known, items = {one.item_id for one in case.items()}, keeping.kept(place)
    return case_page(
        request, place, "more", "evidence.html", status=400 if error else 200, items=items, report=report, checked_at=checked_at,
        found=found, states=keeping.ITEM_STATES, strangers=[one for id, one in found.items() if id not in known],
        stamps=keeping.stamps(place), recipients=case.sharing.recipients(), profiles=PROFILES, error=error,
        wrong=wrong, written={name: str(form.get(name, "")) if form else "" for name in ("authority", "label", "key")},
        entries=case.ledger_length(), folder=place.folder, originals=[one for one in items if not one.is_derived],
    )  # fmt: skip


def show_evidence(request: Request, place: OpenCase) -> Response:
    """Everything kept, and what can be done with it."""
    return _page(request, place)


def _briefly(place: OpenCase, kind: JobKind, *, profile: str = "", about: str = "") -> None:
    """Begins long work; what is done in a moment is shown done on the very next page."""
    job = case_jobs.begin(place, kind, profile=profile, about=about)
    with place.letting_others_write():
        if place.jobs is not None:
            place.jobs.wait(job, _BRIEFLY_S)


def check(request: Request, place: OpenCase, form: FormData) -> Response:
    """Read every original again and say of each whether it holds."""
    _briefly(place, "check")
    return back(place, "evidence#jobs")


def bundle(request: Request, place: OpenCase, form: FormData) -> Response:
    """Make the evidence bundle; it is fetched when it is ready."""
    if not place.opened.items():
        raise ShelfError("还没有材料，没有什么可以导出。", remedy="先收进短信备份、截图或录音。")
    known = {one.item_id for one in place.opened.items()}
    is_masked = form.get("profile") == "complaint"
    also = sorted({str(one) for one in form.getlist("also")} & known) if is_masked else []
    _briefly(place, "bundle", profile="complaint" if is_masked else "full", about=" ".join(also))
    return back(place, "evidence#jobs")


def stamp(request: Request, place: OpenCase, form: FormData) -> Response:
    """Ask the authority the user names for the time, or queue it."""
    upload = form.get("ca")
    pem = upload.file.read(_MAX_PEM) if isinstance(upload, UploadFile) and upload.filename else None
    try:
        keeping.ask_stamp(place, str(form.get("authority", "")), pem)
    except CuijieError as error:
        return _page(request, place, error=error, form=form, wrong="stamps")
    if form.get("now") == "1":
        _briefly(place, "stamp")
    else:
        place.tell(Words("已经排队，还没有联网。", "Queued; nothing was sent."))
    return back(place, "evidence#stamps")


def share(request: Request, place: OpenCase, form: FormData) -> Response:
    """Let another key open the case."""
    try:
        place.tell(keeping.share(place, str(form.get("key", "")), str(form.get("label", ""))))
    except CuijieError as error:
        return _page(request, place, error=error, form=form, wrong="share")
    return back(place, "evidence#share")


def unshare(request: Request, place: OpenCase, form: FormData) -> Response:
    """Take a key off the list."""
    try:
        with place.alone() as case:
            gone = case.sharing.remove(str(form.get("recipient", "")))
    except CuijieError as error:
        return _page(request, place, error=error)
    place.tell(
        Words(
            f"已移除{gone.label}。今后收进的材料对方打不开；已经复制走的收不回来。",
            "Removed. New items are closed to them; what they copied cannot be called back.",
        )
    )
    return back(place, "evidence#share")


def evidence_routes() -> list[Route]:
    """Routes under ``/c/{slug}/evidence``."""
    here = f"{BASE}/evidence"
    return [
        Route(here, held(show_evidence)),
        Route(f"{here}/check", act(check), methods=["POST"]),
        Route(f"{here}/bundle", act(bundle), methods=["POST"]),
        Route(f"{here}/stamp", act(stamp), methods=["POST"]),
        Route(f"{here}/share", act(share), methods=["POST"]),
        Route(f"{here}/unshare", act(unshare), methods=["POST"]),
    ]
