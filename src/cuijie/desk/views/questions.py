"""The questions page: everything still open, everything answered, and the act of answering."""

from __future__ import annotations

import math

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cuijie.desk.acts import answer_questions, answers_in, take_back_answers
from cuijie.desk.answered import answered
from cuijie.desk.cases import OpenCase
from cuijie.desk.questions import expanded, question_cards
from cuijie.desk.views.frame import BASE, act, back, case_page, clock_of, held

__all__ = ["question_routes"]

_PAGE = 10
_ANSWERED = 200
_BACK = ("findings", "questions", "timeline", "next", "papers", "more")


def _way_back(form: FormData) -> str:
    """Where the page that asked stands; only a place of this case is gone back to."""
    asked = str(form.get("back", "findings"))
    known = asked.split("#")[0].split("?")[0]
    is_ours = known in _BACK and asked.isascii() and "//" not in asked
    return asked if is_ours else "findings"


def show_questions(request: Request, place: OpenCase) -> Response:
    """All open questions by pages, and the answers given."""
    view = place.view()
    cards, given = question_cards(view), answered(view)
    pages = math.ceil(len(cards) / _PAGE)
    asked = request.query_params.get("page", "")
    number = min(max(1, int(asked)), max(pages, 1)) if asked.isdecimal() and len(asked) < 7 else 1
    first = (number - 1) * _PAGE
    return case_page(
        request, place, "findings", "questions.html", questions=cards[first : first + _PAGE], first=first,
        number=number, pages=pages, answered=given[:_ANSWERED], answered_more=max(0, len(given) - _ANSWERED),
    )  # fmt: skip


def answer(request: Request, place: OpenCase, form: FormData) -> Response:
    """Settle what the card asked and say what that changed."""
    answers = answers_in(form)
    group = str(form.get("group", ""))
    if group:  # one question that stands for all of a number or a day
        answers |= dict.fromkeys(expanded(place.view(), group), str(form.get("value", "")))
    place.tell(answer_questions(place, answers, clock_of(request)), may_undo=True)
    return back(place, _way_back(form))


def take_back(request: Request, place: OpenCase, form: FormData) -> Response:
    """Take back the last answers, or the one that is named."""
    place.tell(take_back_answers(place, [str(one) for one in form.getlist("question")]))
    return back(place, _way_back(form))


def question_routes() -> list[Route]:
    """Routes of asking and answering."""
    return [
        Route(f"{BASE}/questions", held(show_questions)),
        Route(f"{BASE}/answer", act(answer), methods=["POST"]),
        Route(f"{BASE}/take-back", act(take_back), methods=["POST"]),
    ]
