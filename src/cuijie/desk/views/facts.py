"""What the case is about: the loan, the people, who collects; first as three short steps, later to correct."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import segno
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.assessment.said_before import precision_of_day_or_moment
from cuijie.casefile.recovery_page import grouped
from cuijie.datafiles import Words
from cuijie.desk import facts
from cuijie.desk.cases import OpenCase
from cuijie.desk.errors import ShelfError
from cuijie.desk.forms import Field, Value, as_written, form_values, read_form
from cuijie.desk.money.loan_form import LOAN_FIELDS, LOAN_MORE
from cuijie.desk.people_forms import PERSON_FIELDS, ROLE_IN, SELF_FIELDS, collector_fields, person_fields
from cuijie.desk.views.frame import BASE, act, back, case_page, clock_of, early
from cuijie.errors import CuijieError
from cuijie.records import Collector, Loan, Person

__all__ = ["fact_routes"]

_Save = Callable[[Mapping[str, Value]], object]


def _is_first(request: Request) -> bool:
    return request.query_params.get("first") == "1"


def _saved(
    request: Request, place: OpenCase, form: FormData, fields: Sequence[Field], save: _Save
) -> tuple[dict[str, Words], CuijieError | None]:
    """Reads and saves a form; what stood in the way, if anything did."""
    values, troubles = read_form(fields, form, clock_of(request).now())
    if troubles:
        return troubles, None
    try:
        save(values)
    except CuijieError as error:
        return {}, error
    return {}, None


def _written(fields: Sequence[Field], form: FormData) -> dict[str, str]:
    return {field.name: as_written(field, form) for field in fields}


# -- the loan --------------------------------------------------------------------------------------


def _loan_page(
    request: Request, place: OpenCase, loan_id: str, values: dict[str, str], *, status: int = 200,
    troubles: Mapping[str, Words] | None = None, error: CuijieError | None = None,
) -> Response:  # fmt: skip
    return case_page(
        request, place, "more", "loan.html", status=status, loans=facts.loans_of(place.opened), loan_id=loan_id,
        fields=LOAN_FIELDS, more=LOAN_MORE, values=values, troubles=troubles or {}, error=error,
        first=_is_first(request),
    )  # fmt: skip


def show_loan(request: Request, place: OpenCase) -> Response:
    """The loan to fill in or correct; ``?loan=new`` for another."""
    loans = facts.loans_of(place.opened)
    asked = request.query_params.get("loan", "")
    loan = next((one for one in loans if one.loan_id == asked), loans[0] if loans and asked != "new" else None)
    values = form_values((*LOAN_FIELDS, *LOAN_MORE), loan or Loan(loan_id="loan-1"))
    if values["agreed_hours"] == "none":
        values["agreed_hours"] = "没有"
    return _loan_page(request, place, loan.loan_id if loan else "", values)


def save_loan(request: Request, place: OpenCase, form: FormData) -> Response:
    """Write the loan."""
    fields, loan_id = (*LOAN_FIELDS, *LOAN_MORE), str(form.get("loan_id", ""))
    troubles, error = _saved(
        request, place, form, fields, lambda values: facts.save_loan(place.opened, loan_id, values)
    )
    if troubles or error:
        return _loan_page(request, place, loan_id, _written(fields, form), status=400, troubles=troubles, error=error)
    place.tell(Words("借款情况记下了。", "The loan is saved."))
    return back(place, "facts/people?first=1" if _is_first(request) else "facts/loan")


# -- the people ------------------------------------------------------------------------------------


def _people_page(
    request: Request, place: OpenCase, *, status: int = 200, wrong: str | None = None,
    written: dict[str, str] | None = None, troubles: Mapping[str, Words] | None = None,
    error: CuijieError | None = None,
) -> Response:  # fmt: skip
    people = list(facts.persons_of(place.opened))
    if all(one.person_id != facts.DEBTOR for one in people):
        people.insert(0, Person(person_id=facts.DEBTOR, role="debtor", relation_word="借款人本人"))
    new_fields = person_fields(place.opened.all(Loan))
    cards = [(one, _fields_of(place, one.person_id), _as_told(one, new_fields)) for one in people]
    return case_page(
        request, place, "more", "people.html", status=status, cards=cards, new_fields=new_fields,
        blank=_as_told(Person(person_id="new"), new_fields), wrong=wrong, written=written or {},
        troubles=troubles or {}, error=error, first=_is_first(request),
    )  # fmt: skip


def _as_told(person: Person, fields: Sequence[Field]) -> dict[str, str]:
    """A person as *fields* show them: a refusal of a bare day has no time."""
    roles = dict(person.loan_roles)
    values = form_values(PERSON_FIELDS, person)
    values |= {one.name: roles.get(one.name.removeprefix(ROLE_IN), "") for one in fields if one.name not in values}
    if person.refused_at is not None and precision_of_day_or_moment(person.refused_at) == "day":
        values = {**values, "refused_at": values.get("refused_at", "").partition("T")[0]}
    return values


def _fields_of(place: OpenCase, person_id: str) -> tuple[Field, ...]:
    return SELF_FIELDS if person_id == facts.DEBTOR else person_fields(place.opened.all(Loan))


def show_people(request: Request, place: OpenCase) -> Response:
    """The people around the loan."""
    return _people_page(request, place)


def save_person(request: Request, place: OpenCase, form: FormData) -> Response:
    """Write one person, or take one off the list."""
    person_id = str(form.get("person_id", ""))
    if form.get("remove"):
        facts.remove_person(place.opened, person_id)
        return back(place, "facts/people")
    fields = _fields_of(place, person_id)
    troubles, error = _saved(
        request, place, form, fields, lambda values: facts.save_person(place.opened, person_id, values)
    )
    if troubles or error:
        return _people_page(
            request, place, status=400, wrong=person_id, written=_written(fields, form), troubles=troubles, error=error
        )
    place.tell(Words("记下了。还有别人就接着写。", "Saved. Go on with the next person, if there is one."))
    return back(place, "facts/people" + ("?first=1" if _is_first(request) else ""))


# -- who collects ----------------------------------------------------------------------------------


def _collectors_page(
    request: Request, place: OpenCase, *, status: int = 200, wrong: str | None = None,
    written: dict[str, str] | None = None, troubles: Mapping[str, Words] | None = None,
    error: CuijieError | None = None,
) -> Response:  # fmt: skip
    fields = collector_fields(place.opened.all(Loan))
    cards = [(one, form_values(fields, one)) for one in facts.collectors_of(place.opened)]
    theirs: dict[str, list[datetime | None]] = {}
    for entry in place.glance().state.entries:
        if entry.tie is not None:
            theirs.setdefault(entry.tie.collector_id, []).append(entry.occurred_at)
    return case_page(
        request, place, "more", "collectors.html", status=status, cards=cards, fields=fields, theirs=theirs,
        blank=form_values(fields, Collector(collector_id="new")), wrong=wrong, written=written or {},
        troubles=troubles or {}, error=error, first=_is_first(request),
    )  # fmt: skip


def show_collectors(request: Request, place: OpenCase) -> Response:
    """Who calls and writes."""
    return _collectors_page(request, place)


def save_collector(request: Request, place: OpenCase, form: FormData) -> Response:
    """Write one collector and tie what it explains, or take one off the list."""
    collector_id = str(form.get("collector_id", ""))
    if form.get("remove"):
        moved = facts.remove_collector(place.opened, collector_id)
        place.tell(Words(f"已删去，{moved} 条记录回到待确认。", f"Removed; {moved} records wait for a tick again."))
        return back(place, "facts/collectors")
    moved, fields = 0, collector_fields(place.opened.all(Loan))

    def save(values: Mapping[str, Value]) -> None:
        nonlocal moved
        moved = facts.save_collector(place.opened, collector_id, values)

    troubles, error = _saved(request, place, form, fields, save)
    if troubles or error:
        return _collectors_page(
            request, place, status=400, wrong=collector_id, written=_written(fields, form),
            troubles=troubles, error=error,
        )  # fmt: skip
    if moved:
        place.tell(Words(f"记下了，{moved} 条记录归到了他们名下。", f"Saved; {moved} records now count as theirs."))
    else:
        place.tell(
            Words("记下了。以后收进来的记录也会这样归拢。", "Saved. Records still to come are sorted by it too.")
        )
    return back(place, "facts/collectors" + ("?first=1" if _is_first(request) else ""))


# -- the recovery key ------------------------------------------------------------------------------


def show_recovery(request: Request, place: OpenCase) -> Response:
    """What a recovery key is, before one is made."""
    has_one = any(one.kind == "recovery" for one in place.opened.sharing.recipients())
    return case_page(request, place, "more", "recovery.html", has_one=has_one, secret=None, picture="", made_on=None)


def make_recovery(request: Request, place: OpenCase, form: FormData) -> Response:
    """Make the key and show it once, to print."""
    if not form.get("understood"):
        raise ShelfError("还没有确认。", remedy="请先勾选“我知道”，再制作恢复密钥。")
    secret = place.opened.sharing.recovery_key()
    return case_page(
        request, place, "more", "recovery.html", has_one=True, secret=grouped(secret), picture=_qr(secret),
        made_on=clock_of(request).now(),
    )  # fmt: skip


def _qr(secret: str) -> str:
    picture = io.BytesIO()
    segno.make(secret, error="m").save(
        picture, kind="svg", scale=5, xmldecl=False, svgns=True, dark="#000", light="#fff"
    )
    return picture.getvalue().decode()


def fact_routes() -> list[Route]:
    """Routes under ``/c/{slug}/facts``."""
    return [
        Route(f"{BASE}/facts/loan", early(show_loan), methods=["GET"]),
        Route(f"{BASE}/facts/loan", act(save_loan), methods=["POST"]),
        Route(f"{BASE}/facts/people", early(show_people), methods=["GET"]),
        Route(f"{BASE}/facts/people", act(save_person), methods=["POST"]),
        Route(f"{BASE}/facts/collectors", early(show_collectors), methods=["GET"]),
        Route(f"{BASE}/facts/collectors", act(save_collector), methods=["POST"]),
        Route(f"{BASE}/recovery", early(show_recovery), methods=["GET"]),
        Route(f"{BASE}/recovery", act(make_recovery), methods=["POST"]),
    ]
