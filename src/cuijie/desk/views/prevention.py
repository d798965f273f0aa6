"""Contract, phone, credit report, offers of help, a budget: looked at without a case, or kept in one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.casefile import Item
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.money import budget as budget_desk
from cuijie.desk.money.fields import BUDGET_FIELDS
from cuijie.desk.prevention import contract as contract_desk
from cuijie.desk.prevention import credit as credit_desk
from cuijie.desk.prevention import phone as phone_desk
from cuijie.desk.prevention import scam as scam_desk
from cuijie.desk.views.frame import BASE, act, back, clock_of, held, today_of
from cuijie.desk.views.loose import from_vault, loose, tool_page, uploaded
from cuijie.errors import CuijieError
from cuijie.money.case_loans import HOUSEHOLD
from cuijie.prevention.signing import signing_guide
from cuijie.records import Loan
from cuijie.records.money import HouseholdBudget
from cuijie.records.results import CheckKind, CheckResult, newest

__all__ = ["prevention_routes"]

Look = Callable[[Request, OpenCase | None, FormData], object]
Keep = Callable[[Request, OpenCase, FormData], CheckResult | None]
"""None: a job of the case is at it, and shown on the page."""
_MOST_FILES = 20
_DOCUMENTS = (".pdf", ".docx", ".doc", ".rtf")
_PATHS: dict[CheckKind, str] = {"contract": "contract", "phone": "apps", "credit": "credit", "scam": "scam"}


def _page(
    request: Request, place: OpenCase | None, kind: CheckKind, *, found: object = None, error: CuijieError | None = None
) -> Response:
    earlier = [one for one in newest(place.opened.all(CheckResult)) if one.kind == kind] if place else []
    more: dict[str, object] = {"guide": signing_guide()} if kind == "contract" else {}
    if kind == "scam":
        more["safe"] = scam_desk.safe_offer()
    if kind == "contract" and place:
        more["loans"], more["at_hand"] = place.opened.all(Loan), _papers_at_hand(place, earlier)
    status = 400 if error else 200
    return tool_page(
        request, place, f"{kind}.html", status=status, found=found, error=error, earlier=earlier[::-1], **more
    )


def _loose(kind: CheckKind, look: Look) -> Route:
    """The page without a case: nothing is kept."""

    def show(request: Request, form: FormData) -> Response:
        if request.method != "POST":
            return _page(request, None, kind)
        try:
            return _page(request, None, kind, found=look(request, None, form))
        except CuijieError as error:
            return _page(request, None, kind, error=error)

    return Route(f"/{_PATHS[kind]}", loose(show), methods=["GET", "POST"])


def _of_case(
    kind: CheckKind, look: Look, keep: Keep, kept: Callable[[Request, OpenCase, CheckResult], object]
) -> list[Route]:
    """The page inside a case: looked at, kept, and opened again later."""

    def show(request: Request, place: OpenCase) -> Response:
        return _page(request, place, kind)

    def post(request: Request, place: OpenCase, form: FormData) -> Response:
        try:
            if not form.get("keep"):
                return _page(request, place, kind, found=look(request, place, form))
            result = keep(request, place, form)
        except CuijieError as error:
            return _page(request, place, kind, error=error)
        return back(place, f"{_PATHS[kind]}/{result.result_id}" if result else f"{_PATHS[kind]}#jobs")

    def again(request: Request, place: OpenCase) -> Response:
        return _page(request, place, kind, found=kept(request, place, _result(request, place)))

    return [
        Route(f"{BASE}/{_PATHS[kind]}", held(show), methods=["GET"]),
        Route(f"{BASE}/{_PATHS[kind]}", act(post), methods=["POST"]),
        Route(f"{BASE}/{_PATHS[kind]}/{{result}}", held(again), methods=["GET"]),
    ]


def _result(request: Request, place: OpenCase) -> CheckResult:
    found = place.opened.get(CheckResult, request.path_params["result"])
    if found is None:
        raise ShelfError("案卷里没有这一次检查。", remedy="请回到上一页再选一次。")
    return found


def _numbers(form: FormData, name: str) -> list[int]:
    asked = [str(value) for value in form.getlist(name)]
    return [int(one) for one in asked if one.isdecimal() and len(one) < 5]


def _one(paths: list[Path]) -> Path:
    if not paths:
        raise ShelfError("没有收到文件。", remedy="请选择文件再试一次。")
    return paths[0]


# -- contract --------------------------------------------------------------------------------------


def _look_contract(request: Request, place: OpenCase | None, form: FormData) -> object:
    with uploaded(form) as paths:
        return contract_desk.look(_one(paths), today_of(request))


def _papers_at_hand(place: OpenCase, earlier: Sequence[CheckResult]) -> list[Item]:
    """What was taken in already and may be a contract: not to be looked for on the phone a second time."""
    read = {item_id for one in earlier for item_id in one.items}
    originals = (one for one in place.opened.items() if one.parent_id is None and one.item_id not in read)
    return [one for one in originals if one.about.name.lower().endswith(_DOCUMENTS)]


def _keep_contract(request: Request, place: OpenCase, form: FormData) -> CheckResult | None:
    if asked := form.get("item"):
        known = next((one for one in _papers_at_hand(place, ()) if one.item_id == asked), None)
        if known is None:
            raise ShelfError("案卷里没有这份文件。", remedy="请回到上一页再选一次。")
        with from_vault(place, known) as path:
            return contract_desk.keep(place, path)
    with uploaded(form) as paths:
        return contract_desk.keep(place, _one(paths))


def confirm_terms(request: Request, place: OpenCase, form: FormData) -> Response:
    """The user confirms what the contract says of the loan."""
    result = _result(request, place)
    loans = [one.loan_id for one in place.opened.all(Loan)]
    asked = str(form.get("loan_id", ""))
    loan_id = asked if asked in loans else (loans[0] if loans else "loan-1")
    try:
        place.tell(contract_desk.confirm(place, result, _numbers(form, "term"), loan_id))
    except CuijieError as error:
        found = contract_desk.kept_page(result, today_of(request))
        return _page(request, place, "contract", found=found, error=error)
    return back(place, f"contract/{result.result_id}")


# -- phone -----------------------------------------------------------------------------------------


def _look_phone(request: Request, place: OpenCase | None, form: FormData) -> object:
    with uploaded(form) as paths:
        _one(paths)
        return phone_desk.look(paths[:_MOST_FILES])


def _keep_phone(request: Request, place: OpenCase, form: FormData) -> CheckResult:
    with uploaded(form) as paths:
        _one(paths)
        return phone_desk.keep(place, paths[:_MOST_FILES])


# -- credit report ---------------------------------------------------------------------------------


def _credit_form(form: FormData) -> tuple[str | None, list[str]]:
    known = [line.strip() for line in str(form.get("known", "")).splitlines() if line.strip()]
    return str(form.get("password", "")) or None, known


def _look_credit(request: Request, place: OpenCase | None, form: FormData) -> object:
    password, known = _credit_form(form)
    with uploaded(form) as paths:
        return credit_desk.look(_one(paths), password, known, today_of(request))


def _keep_credit(request: Request, place: OpenCase, form: FormData) -> CheckResult:
    password, known = _credit_form(form)
    with uploaded(form) as paths:
        return credit_desk.keep(place, _one(paths), password, known, today_of(request))


def dispute(request: Request, place: OpenCase, form: FormData) -> Response:
    """What the user disputes goes into the letter."""
    result = _result(request, place)
    try:
        place.tell(credit_desk.dispute(place, result, _numbers(form, "flag")))
    except CuijieError as error:
        found = credit_desk.kept_page(result, today_of(request))
        return _page(request, place, "credit", found=found, error=error)
    return back(place, "paper/credit_dispute")


# -- offers of help --------------------------------------------------------------------------------


def _words(form: FormData) -> str:
    return str(form.get("text", "")).replace("\r\n", "\n")


def _look_scam(request: Request, place: OpenCase | None, form: FormData) -> object:
    return scam_desk.look(_words(form), today_of(request))


def _keep_scam(request: Request, place: OpenCase, form: FormData) -> CheckResult:
    return scam_desk.keep(place, _words(form))


# -- the budget before borrowing -------------------------------------------------------------------


def _budget_page(request: Request, place: OpenCase | None, form: FormData) -> Response:
    known = place.opened.get(HouseholdBudget, HOUSEHOLD) if place else None
    if request.method != "POST":
        return tool_page(
            request, place, "budget.html", fields=BUDGET_FIELDS, values=budget_desk.budget_values(known), troubles={},
            found=None, error=None,
        )  # fmt: skip
    found, troubles = budget_desk.work_out(form, clock_of(request))
    values = {field.name: str(form.get(field.name, "") or "") for field in BUDGET_FIELDS}
    return tool_page(
        request, place, "budget.html", status=400 if troubles else 200, fields=BUDGET_FIELDS, values=values,
        troubles=troubles, found=found, error=None,
    )  # fmt: skip


def prevention_routes() -> list[Route]:
    """Routes of the checks, inside a case and outside."""
    return [
        _loose("contract", _look_contract),
        _loose("phone", _look_phone),
        _loose("credit", _look_credit),
        _loose("scam", _look_scam),
        Route("/budget", loose(lambda request, form: _budget_page(request, None, form)), methods=["GET", "POST"]),
        Route(f"{BASE}/budget", held(lambda request, place: _budget_page(request, place, FormData())), methods=["GET"]),
        Route(f"{BASE}/budget", act(_budget_page), methods=["POST"]),
        *_of_case(
            "contract", _look_contract, _keep_contract,
            lambda request, place, result: contract_desk.kept_page(result, today_of(request)),
        ),
        *_of_case("phone", _look_phone, _keep_phone, lambda request, place, result: phone_desk.kept_page(place, result)),
        *_of_case(
            "credit", _look_credit, _keep_credit,
            lambda request, place, result: credit_desk.kept_page(result, today_of(request)),
        ),
        *_of_case(
            "scam", _look_scam, _keep_scam,
            lambda request, place, result: scam_desk.kept_page(result, today_of(request)),
        ),
        Route(f"{BASE}/contract/{{result}}/confirm", act(confirm_terms), methods=["POST"]),
        Route(f"{BASE}/credit/{{result}}/dispute", act(dispute), methods=["POST"]),
    ]  # fmt: skip
