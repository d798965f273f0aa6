"""The page of one contact: its words and pictures, what a person confirms, puts right, notes or calls private."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.contacts import correcting
from cuijie.desk.contacts.closeup import closeup
from cuijie.desk.contacts.media import serve_item
from cuijie.desk.errors import ShelfError
from cuijie.desk.forms import Field, as_written, form_values, read_form
from cuijie.desk.ladder.steps import material
from cuijie.desk.taking_in.told_form import TOLD_FIELDS, is_oneself, tell_by_hand
from cuijie.desk.views.frame import BASE, act, back, case_page, clock_of, early, held
from cuijie.errors import CuijieError
from cuijie.records import Entry
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.situation import keeper_of

__all__ = ["contact_routes"]


def _page(
    request: Request, place: OpenCase, entry_id: str, *, status: int = 200, values: dict[str, str] | None = None,
    troubles: dict[str, Words] | None = None, error: CuijieError | None = None,
) -> Response:  # fmt: skip
    seen = closeup(place, entry_id)
    return case_page(
        request, place, "timeline", "contact.html", status=status, seen=seen, troubles=troubles or {}, error=error,
        values=values or _as_it_is(seen.fields, seen.entry),
    )  # fmt: skip


def show_contact(request: Request, place: OpenCase) -> Response:
    """One contact seen closely."""
    return _page(request, place, request.path_params["entry"])


def confirm(request: Request, place: OpenCase, form: FormData) -> Response:
    """A person says what was said."""
    entry_id = request.path_params["entry"]
    said = [str(one) for one in form.getlist("said")]
    place.tell(correcting.confirm_words(place, entry_id, said, clock_of(request)), may_undo=True)
    return back(place, f"e/{entry_id}")


def correct(request: Request, place: OpenCase, form: FormData) -> Response:
    """Put right what was read."""
    entry_id = request.path_params["entry"]
    fields = closeup(place, entry_id).fields
    values, troubles = read_form(fields, form, clock_of(request).now())
    written = {field.name: as_written(field, form) for field in fields}
    if troubles:
        return _page(request, place, entry_id, status=400, values=written, troubles=troubles)
    shown = _as_it_is(fields, correcting.entry_of(place.opened, entry_id))
    # a field that shows less than the record holds (seconds, line ends) changes only if a person changed it
    changes = {name: value for name, value in values.items() if _plain(written[name]) != _plain(shown[name])}
    if changes.get("owner") is None:  # not known who was contacted: it stays with whose phone or paper it is from
        changes.pop("owner", None)
    try:
        place.tell(correcting.correct_entry(place, entry_id, changes, clock_of(request)))
    except CuijieError as error:
        return _page(request, place, entry_id, status=400, values=written, error=error)
    return back(place, f"e/{entry_id}")


def _as_it_is(fields: Sequence[Field], entry: Entry) -> dict[str, str]:
    """The entry as its fields show it: of a bare day no time, which nobody knows."""
    values = form_values(fields, entry)
    if entry.time_precision == "day":
        values["occurred_at"] = values["occurred_at"].partition("T")[0]
    return values


def _plain(written: str) -> str:
    return written.replace("\r\n", "\n").strip()


def undo(request: Request, place: OpenCase, form: FormData) -> Response:
    """The entry as it was."""
    place.tell(correcting.undo_correction(place, request.path_params["entry"]))
    return back(place, f"e/{request.path_params['entry']}")


def note(request: Request, place: OpenCase, form: FormData) -> Response:
    """A note beside the entry."""
    correcting.write_note(place.opened, request.path_params["entry"], str(form.get("note", "")), clock_of(request))
    return back(place, f"e/{request.path_params['entry']}")


def private(request: Request, place: OpenCase, form: FormData) -> Response:
    """Private, or brought back."""
    entry_id = request.path_params["entry"]
    place.tell(correcting.set_private(place, entry_id, private=form.get("private") == "1"))
    return back(place, f"e/{entry_id}")


def item(request: Request, place: OpenCase) -> Response:
    """A picture or recording from the vault, sealed off from the page's rights."""
    found = serve_item(place.opened, request.path_params["item"], request.headers.get("range"))
    return Response(found.data, status_code=found.status, media_type=found.media_type, headers=found.headers)


def show_told(request: Request, place: OpenCase) -> Response:
    """The form for a contact that left no file."""
    return _told_page(request, place, dict.fromkeys((field.name for field in TOLD_FIELDS), ""))


def _told_page(
    request: Request, place: OpenCase, values: dict[str, str], *, troubles: dict[str, Words] | None = None,
    error: CuijieError | None = None,
) -> Response:  # fmt: skip
    return case_page(
        request, place, "timeline", "told.html", status=400 if troubles or error else 200, fields=TOLD_FIELDS,
        values=values, troubles=troubles or {}, error=error, persons=place.view().state.persons,
    )  # fmt: skip


def told(request: Request, place: OpenCase, form: FormData) -> Response:
    """Keep what the user tells."""
    values, troubles = read_form(TOLD_FIELDS, form, clock_of(request).now())
    written = {field.name: as_written(field, form) for field in TOLD_FIELDS}
    so_far = material(place)
    if is_oneself(values) and _is_anybodys(so_far):
        troubles["recipient"] = Words(
            "现在还看不出这份案卷是借款人的，还是被联系的人的：请写明联系了谁，例如“借款人”“同事”。",
            "It is not known yet whether this is the borrower's case: say who was contacted.",
        )
    if troubles:
        return _told_page(request, place, written, troubles=troubles)
    try:
        entry = tell_by_hand(place.opened, values, keeper_of(so_far))
    except ShelfError:
        raise
    except CuijieError as error:
        return _told_page(request, place, written, error=error)
    return back(place, f"e/{entry.entry_id}")


def _is_anybodys(so_far: Material) -> bool:
    """True where nobody was contacted yet and somebody is named, but no borrower: “myself” may be either."""
    people = {person.person_id for person in so_far.state.persons}
    return not so_far.contacts and bool(people) and DEBTOR not in people


def contact_routes() -> list[Route]:
    """Routes of one contact, and of pictures and recordings."""
    one = f"{BASE}/e/{{entry}}"
    return [
        Route(f"{BASE}/told", early(show_told), methods=["GET"]),
        Route(f"{BASE}/told", act(told), methods=["POST"]),
        Route(one, held(show_contact)),
        Route(f"{one}/confirm", act(confirm), methods=["POST"]),
        Route(f"{one}/correct", act(correct), methods=["POST"]),
        Route(f"{one}/undo", act(undo), methods=["POST"]),
        Route(f"{one}/note", act(note), methods=["POST"]),
        Route(f"{one}/private", act(private), methods=["POST"]),
        Route(f"{BASE}/item/{{item}}", early(item)),
    ]
