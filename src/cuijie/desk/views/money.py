"""What is really owed: with a case or without one; the letter, the plan, the check before borrowing again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.money import case as money_case
from cuijie.desk.money.fields import GROUPS, MONEY_FIELDS
from cuijie.desk.money.form import MoneyInput, read_money, written_money
from cuijie.desk.money.page import AccountPage, account_page
from cuijie.desk.views.frame import BASE, act, back, clock_of, held, today_of
from cuijie.desk.views.loose import loose, tool_page, uploaded
from cuijie.errors import CuijieError
from cuijie.intake.payments.bill_files import payments_in
from cuijie.money import LETTER, LoanFacts, candidates, pick
from cuijie.money.case_loans import facts_of
from cuijie.money.written_lines import flows_written
from cuijie.records import Loan, Payment
from cuijie.records.money import LoanTerms

__all__ = ["money_routes"]

_PAYEE_KINDS = (
    ("lender", "这就是放款方", "the lender"),
    ("会员费", "会员费、服务费", "a fee"),
    ("担保费", "担保费", "guarantee fee"),
)


def _page(
    request: Request, place: OpenCase | None, *, values: Mapping[str, str], found: AccountPage | None = None,
    troubles: Mapping[str, Words] | None = None, error: CuijieError | None = None, **more: object,
) -> Response:  # fmt: skip
    shown: dict[str, object] = {
        "loans": (), "loan_id": "", "names": (), "left_out": (), "notes": (), "kinds": _PAYEE_KINDS, "letter": LETTER,
        "fields": MONEY_FIELDS, "total": None, "is_settled": False, "all_settled": False,
    }  # fmt: skip
    return tool_page(
        request, place, "money.html", status=400 if troubles or error else 200, groups=GROUPS, values=values,
        troubles=troubles or {}, error=error, found=found, **(shown | more),
    )  # fmt: skip


# -- with a case -----------------------------------------------------------------------------------


def show_case(request: Request, place: OpenCase) -> Response:
    """The account of one loan of the case."""
    seen = money_case.loan_of_case(place, request.query_params.get("loan", ""))
    is_new = request.query_params.get("loan") == "new"
    terms = seen.money.terms_of(seen.loan.loan_id)
    values = written_money(seen.loan, terms, seen.money.budget)
    if is_new:
        values = written_money(Loan(loan_id=""), LoanTerms(loan_id=""), seen.money.budget)
    is_settled = seen.loan.debt_settled is True and not is_new
    is_empty = is_new or seen.facts == LoanFacts(household=seen.facts.household)
    found = None if is_empty else account_page(seen.facts, today_of(request))
    return _page(
        request, place, values=values, found=found, loans=seen.money.loans, left_out=seen.left_out,
        loan_id="" if is_new else seen.loan.loan_id, names=() if is_new else money_case.unnamed(seen),
        total=None if is_new else money_case.all_together(place, seen.money, today_of(request)),
        is_settled=is_settled,
        all_settled=bool(seen.money.loans) and all(one.debt_settled is True for one in seen.money.loans),
    )  # fmt: skip


def save_case(request: Request, place: OpenCase, form: FormData) -> Response:
    """Write the form into the case."""
    loan_id = str(form.get("loan_id", ""))
    money = money_case.loan_of_case(place, loan_id).money
    given, troubles = read_money(form, money.terms_of(loan_id))
    if given is None:
        return _again(request, place, form, loans=money.loans, loan_id=loan_id, troubles=troubles)
    try:
        saved = money_case.save_money(place, loan_id, given, clock_of(request))
    except CuijieError as error:
        return _again(request, place, form, loans=money.loans, loan_id=loan_id, error=error)
    place.tell(Words("记下了，也重新算过了。", "Saved and worked out again."))
    return back(place, f"money?loan={saved}")


def _again(request: Request, place: OpenCase | None, form: FormData, **more: object) -> Response:
    written = {field.name: str(form.get(field.name, "") or "") for field in MONEY_FIELDS}
    return _page(request, place, values=written, **more)  # type: ignore[arg-type]  # the keywords of _page


def confirm_name(request: Request, place: OpenCase, form: FormData) -> Response:
    """Who a name in the bills is."""
    loan_id = str(form.get("loan_id", "")) or "loan-1"
    name, role = str(form.get("name", "")), str(form.get("role", ""))
    place.tell(money_case.confirm_name(place, loan_id, name, role, clock_of(request)))
    return back(place, f"money?loan={loan_id}")


def choose_offer(request: Request, place: OpenCase, form: FormData) -> Response:
    """One offer into the letter."""
    asked = str(form.get("offer", ""))
    number = int(asked) if asked.isdecimal() and len(asked) < 4 else -1
    loan_id = str(form.get("loan_id", ""))
    place.tell(money_case.choose_offer(place, loan_id, number, clock_of(request)))
    return back(place, f"paper/repayment_negotiation?loan={quote(loan_id)}")


# -- without one -----------------------------------------------------------------------------------


def loose_money(request: Request, form: FormData) -> Response:
    """The same account from a form that is not kept; bills may be looked at too."""
    empty = written_money(Loan(loan_id=""), LoanTerms(loan_id=""), None)
    if request.method != "POST":
        return _page(request, None, values=empty)
    given, troubles = read_money(form, LoanTerms(loan_id=""))
    if given is None:
        return _again(request, None, form, troubles=troubles)
    notes: list[str] = []
    try:
        payments = _bills(form, notes)
    except CuijieError as error:
        return _again(request, None, form, error=error)
    try:
        return _loose_page(request, given, payments, notes)
    except CuijieError as error:  # sums that make no schedule
        return _again(request, None, form, error=error)


def _loose_page(request: Request, given: MoneyInput, payments: list[Payment], notes: list[str]) -> Response:
    loan = replace(Loan(loan_id=""), **given.loan)  # type: ignore[arg-type]  # the form's fields are the loan's
    facts = facts_of(loan, given.terms, given.budget)
    is_empty = facts == LoanFacts(household=facts.household)
    found = None if is_empty else account_page(facts, today_of(request))
    rows = [(one, _lines_of(payments, one.name)) for one in candidates(payments)]
    values = written_money(loan, given.terms, given.budget)
    return _page(request, None, values=values, found=found, names=rows, notes=notes)


def _lines_of(payments: list[Payment], name: str) -> dict[str, str]:
    """The lines of the form that the payments of one name come to, if it is the lender."""
    picked = pick(payments, (name,))
    return {"received": flows_written(picked.received), "paid": flows_written(picked.paid)}


def _bills(form: FormData, notes: list[str]) -> list[Payment]:
    found: list[Payment] = []
    with uploaded(form, "bill") as paths:
        for path in paths:
            lines = payments_in(path, notes, password=str(form.get("bill_password", "")) or None)
            if lines is None:
                notes.append(f"“{path.name}”不像支付账单或银行流水，没有算。请用原样导出的 CSV、xls，不要改表头。")
            found += lines or []
    return found


def money_routes() -> list[Route]:
    """Routes of money, inside a case and outside."""
    return [
        Route("/money", loose(loose_money), methods=["GET", "POST"]),
        Route(f"{BASE}/money", held(show_case), methods=["GET"]),
        Route(f"{BASE}/money", act(save_case), methods=["POST"]),
        Route(f"{BASE}/money/names", act(confirm_name), methods=["POST"]),
        Route(f"{BASE}/money/offer", act(choose_offer), methods=["POST"]),
    ]
