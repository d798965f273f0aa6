"""The evidence page: what is kept, whether it holds, time-stamps, who can open it, the bundle."""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cuijie.bundle import PROFILES, Profile
from cuijie.casefile.report import VerifyReport
from cuijie.clock import shanghai_day
from cuijie.desk import keeping
from cuijie.desk.cases import OpenCase
from cuijie.desk.views.frame import BASE, act, back, case_page, clock_of, held
from cuijie.desk.words import both
from cuijie.errors import CuijieError

__all__ = ["evidence_routes"]

_MAX_PEM = 1 << 20


def _page(
    request: Request, place: OpenCase, *, report: VerifyReport | None = None, error: CuijieError | None = None
) -> Response:
    case = place.opened
    found = {one.path.partition("/")[0]: one for one in report.items} if report else {}
    known = {one.item_id for one in case.items()}
    return case_page(
        request, place, "more", "evidence.html", status=400 if error else 200, items=keeping.kept(place), report=report,
        found=found, states=keeping.ITEM_STATES, strangers=[one for id, one in found.items() if id not in known],
        stamps=keeping.stamps(place), recipients=case.sharing.recipients(), error=error, profiles=PROFILES,
        entries=case.ledger_length(),
    )  # fmt: skip


def show_evidence(request: Request, place: OpenCase) -> Response:
    """Everything kept, and what can be done with it."""
    return _page(request, place)


def check(request: Request, place: OpenCase, form: FormData) -> Response:
    """Read every original again and say of each whether it holds."""
    return _page(request, place, report=keeping.check(place))


def bundle(request: Request, place: OpenCase, form: FormData) -> Response:
    """The evidence bundle as a download."""
    profile: Profile = "complaint" if form.get("profile") == "complaint" else "full"
    try:
        pieces = keeping.bundle_pieces(place, profile)
    except CuijieError as error:
        return _page(request, place, error=error)
    word = "遮盖" if profile == "complaint" else "完整"
    name = f"证据包-{word}-{shanghai_day(clock_of(request).now()).isoformat()}.zip"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def stamp(request: Request, place: OpenCase, form: FormData) -> Response:
    """Ask the authority the user names for the time, or queue it."""
    upload = form.get("ca")
    pem = upload.file.read(_MAX_PEM) if isinstance(upload, UploadFile) and upload.filename else None
    try:
        place.tell(keeping.ask_stamp(place, str(form.get("authority", "")), pem, now=form.get("now") == "1"))
    except CuijieError as error:
        return _page(request, place, error=error)
    return back(place, "evidence#stamps")


def share(request: Request, place: OpenCase, form: FormData) -> Response:
    """Let another key open the case."""
    try:
        place.tell(keeping.share(place, str(form.get("key", "")), str(form.get("label", ""))))
    except CuijieError as error:
        return _page(request, place, error=error)
    return back(place, "evidence#share")


def unshare(request: Request, place: OpenCase, form: FormData) -> Response:
    """Take a key off the list."""
    try:
        gone = place.opened.sharing.remove(str(form.get("recipient", "")))
    except CuijieError as error:
        return _page(request, place, error=error)
    place.tell(
        both(
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
