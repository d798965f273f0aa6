"""What the user settles on a page: answers to questions, numbers that collect, numbers that are private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.datastructures import FormData

from cuijie.assessment import check_question, parse_answer
from cuijie.casefile import Case
from cuijie.clock import Clock
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.changes import what_changed
from cuijie.desk.errors import ShelfError
from cuijie.records import Answer, Collector, Entry, Tie
from cuijie.records.ties import retied
from cuijie.remedies.conditions import OWN_QUESTIONS

__all__ = [
    "answer_questions",
    "answers_in",
    "goes_with",
    "is_unnamed_in_picture",
    "same_counterpart",
    "take_back_answers",
    "tie_counterpart",
]

_MAX_PARTS = 12
_LADDER_QUESTIONS = frozenset(f"{name}@case" for name in OWN_QUESTIONS)


def answers_in(form: FormData) -> dict[str, str]:
    """The questions that a posted card settles, each with its answer.

    A card to tick settles each of its questions with 是 or 否, or all of them with the one button that was pressed.
    On a card of several questions those left alone stay open.
    """
    found: dict[str, str] = {}
    for number in range(_MAX_PARTS):
        written = str(form.get(f"a{number}", "")).strip()
        if written:
            found.update(dict.fromkeys((str(one) for one in form.getlist(f"q{number}")), written))
    asked = [str(value) for value in form.getlist("question")]
    pressed = str(form.get("value", ""))
    if pressed != "ticked":
        return found | dict.fromkeys(asked, pressed)
    ticked = {str(value) for value in form.getlist("said")}
    return found | {question: "是" if question in ticked else "否" for question in asked}


def answer_questions(place: OpenCase, answers: Mapping[str, str], clock: Clock) -> Words:
    """Store the answers as one act and say what they changed; 不知道 is an answer too.

    Raises AnswerError for a value that does not fit, or a question about nothing in the case; then nothing is stored.
    """
    case, before, now = place.opened, place.view().assessment, clock.now()
    settled = []
    for question, written in answers.items():
        if question not in _LADDER_QUESTIONS:
            check_question(question, before)
        settled.append(Answer(question=question, value=parse_answer(question, written), answered_at=now))
    if not settled:
        raise ShelfError("还没有选答案。", remedy="不清楚的可以选“不知道”，也可以先不答。")
    place.undo = tuple(case.get(Answer, answer.question) or answer.question for answer in settled)
    with case.batch("answered", {"questions": [answer.question for answer in settled]}):
        case.put(*settled)
    return what_changed(place, before)


def take_back_answers(place: OpenCase, questions: Sequence[str] = ()) -> Words:
    """Take back the last answers, or those to *questions*: as if they had not been given.  Raises ShelfError."""
    case, before = place.opened, place.view().assessment
    restored: tuple[Answer | str, ...] = tuple(questions) or place.undo
    if not restored:
        raise ShelfError("没有可以撤回的回答。", remedy="答过的都列在“问过你的和答过的”里。")
    names = [one if isinstance(one, str) else one.question for one in restored]
    with case.batch("answered", {"taken_back": names}):
        for one in restored:
            if isinstance(one, str):
                case.drop(Answer, one)
            else:
                case.put(one)
    place.undo = ()
    return what_changed(place, before, zh="撤回了。", en="Taken back.")


def same_counterpart(entry: Entry, other: Entry) -> bool:
    """The same number; where none is shown, the same name in the same chat of the same owner, or the same picture of one."""
    if entry.number is not None:
        return other.number == entry.number
    if is_unnamed_in_picture(entry) and is_unnamed_in_picture(other):
        return entry.owner == other.owner and _shares_source(entry, other)
    by_name = entry.counterpart_name is not None and other.counterpart_name == entry.counterpart_name
    return by_name and other.number is None and (other.owner, other.group_name) == (entry.owner, entry.group_name)


def is_unnamed_in_picture(entry: Entry) -> bool:
    """Whether a message was read from a picture of a talk of two that shows neither number nor name."""
    is_unnamed = entry.number is None and entry.counterpart_name is None and entry.group_name is None
    return entry.is_inferred and not entry.is_user_converted and entry.kind in ("im", "sms") and is_unnamed


def goes_with(entry: Entry, other: Entry) -> bool:
    """Whether what is said of who called or wrote *entry* holds for *other* too: the same counterpart, or the owner's
    own words to it in the same chat."""
    is_own = entry.number is None and other.number is None and other.inbound is False and other.owner == entry.owner
    in_same_chat = is_own and other.group_name == entry.group_name and _shares_source(entry, other)
    return other.entry_id == entry.entry_id or in_same_chat or same_counterpart(entry, other)


def tie_counterpart(case: Case, entry: Entry, collector: Collector) -> None:
    """Who called or wrote *entry* is *collector*: all of the same number, or of the same name in that chat, are tied.

    A number is remembered for entries still to come; a name is not, for it says too little by itself.
    """
    with case.batch("tied", {"entry": entry.entry_id, "collector": collector.collector_id}):
        if entry.number and entry.number not in collector.numbers:
            case.put(replace(collector, numbers=(*collector.numbers, entry.number)))
        tie = Tie(collector_id=collector.collector_id, basis="user")
        for other in case.all(Entry):
            if other.entry_id == entry.entry_id or (entry.number is None and goes_with(entry, other)):
                case.put(replace(other, tie=tie, is_dismissed=False))
        case.put(*retied(case.all(Entry), case.all(Collector)))


def _shares_source(entry: Entry, other: Entry) -> bool:
    """Whether both stand in one and the same exported chat."""
    return not set(entry.item_ids).isdisjoint(other.item_ids)
