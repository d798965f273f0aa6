"""The ladder as the page shows it: what can be done now, and what waits for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cuijie.clock import Clock, shanghai_day
from cuijie.desk.cases import OpenCase
from cuijie.desk.render import spoken_day
from cuijie.desk.standing import CaseView
from cuijie.desk.words import Both, both
from cuijie.remedies.clocks import Deadline
from cuijie.remedies.conditions import OWN_QUESTIONS
from cuijie.remedies.english import english
from cuijie.remedies.from_case import material_of_case
from cuijie.remedies.ics import calendar_text
from cuijie.remedies.ladder import Step, deadlines, ladder
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.rungs import rungs

__all__ = [
    "ClockRow",
    "StepCard",
    "StepPaper",
    "calendar_of",
    "clock_rows",
    "clocks_at_hand",
    "ladder_of",
    "material",
    "prepare",
    "rung_title",
    "step_cards",
    "whose_words",
]

_WAITS = {"step": "先做", "wait": "等对方答复：", "question": "先回答：", "fact": "先弄清：", "late": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPaper:
    """The paper of a step in one person's name."""

    document: str
    sender: str
    whose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """One step as a card; the same step for several people is one card with a paper for each of them."""

    id: str
    title: Both
    whose: str
    why: Both
    due: str
    note: str
    blocked: str
    papers: tuple[StepPaper, ...]
    pages: tuple[tuple[str, str], ...]  # (step id, in whose name): where it is recorded as done
    is_urgent: bool
    details: tuple[tuple[Both, Both], ...]


def material(place: OpenCase) -> Material:
    """The case as remedies see it; gathered again only when the ledger has grown or the assessment is newer.

    While a newer assessment is being made, it is as it was: the page says so.
    """
    view = place.view()
    if place.material is not None and not view.is_current:
        return place.material[1]
    if place.material is None or place.material[0] != (place.opened.ledger_length(), view.judged):
        gathered = _gathered(place, view)
        place.material = ((place.opened.ledger_length(), view.judged), gathered)  # numbering exhibits may have grown it
    return place.material[1]


def _gathered(place: OpenCase, view: CaseView) -> Material:
    """Gathered by the writer, which stores the numbers of exhibits; by a reader while something else is written."""
    if not place.guard.acquire(blocking=False):
        return material_of_case(place.opened, (view.state, view.assessment))
    try:
        with place.writing() as case:
            return material_of_case(case, (view.state, view.assessment))
    finally:
        place.guard.release()


def _climb(place: OpenCase, clock: Clock) -> tuple[tuple[Step, ...], tuple[Deadline, ...]]:
    """The ladder and the clocks of today, worked out once for each state of the case."""
    held, on = material(place), shanghai_day(clock.now())
    if place.climbed is None or place.climbed[0] is not held or place.climbed[1] != on:
        place.climbed = (held, on, ladder(held, on), deadlines(held, on))
    return place.climbed[2:]


def ladder_of(place: OpenCase, clock: Clock) -> tuple[Step, ...]:
    """Every step of the case as it stands today."""
    return _climb(place, clock)[0]


def prepare(place: OpenCase, clock: Clock) -> None:
    """Works out beforehand what the pages of steps and papers show."""
    with place.reading():
        _climb(place, clock)


def step_cards(place: OpenCase, clock: Clock) -> tuple[list[StepCard], list[StepCard]]:
    """(what can be done now, what has to wait), in the order of the ladder."""
    held = material(place)
    steps = ladder_of(place, clock)
    titles = {step.id: step.title for step in steps}
    groups: dict[tuple[str, bool, date | None], list[Step]] = {}
    for step in sorted(steps, key=lambda one: one.sender != DEBTOR):
        groups.setdefault((step.rung, step.is_open, step.due_on), []).append(step)
    rank = {step.id: number for number, step in enumerate(steps)}
    ordered = sorted(groups.values(), key=lambda group: min(rank[step.id] for step in group))
    cards = [_card(group, held, titles) for group in ordered]
    return [card for card in cards if not card.blocked], [card for card in cards if card.blocked]


def _whose(step: Step, held: Material) -> str:
    return whose_words(step.sender, held)


def whose_words(sender: str, held: Material) -> str:
    """In whose name, in the user's own word."""
    if sender == DEBTOR:
        return "借款人本人"
    person = held.people().get(sender)
    return (person.relation_word or person.name or "被联系人") if person else "被联系人"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One clock that runs."""

    on: date  # by which to act, or from which to look again
    due: str
    what: str
    title: str
    step: str
    is_mine: bool
    is_past: bool
    basis: str
    note: str


def clock_rows(place: OpenCase, clock: Clock) -> list[ClockRow]:
    """Every clock that runs for the case, the nearest first."""
    return _clock_rows(_climb(place, clock)[1], shanghai_day(clock.now()))


def clocks_at_hand(place: OpenCase, clock: Clock) -> list[ClockRow] | None:
    """The same where it is worked out already, else None: for a page about many cases."""
    on = shanghai_day(clock.now())
    return None if place.climbed is None or place.climbed[1] != on else _clock_rows(place.climbed[3], on)


def _clock_rows(running: tuple[Deadline, ...], on: date) -> list[ClockRow]:
    return [
        ClockRow(
            on=one.safe_on,
            due=_spoken(one),
            what=one.what,
            title=rung_title(one.step),
            step=one.step,
            is_mine=one.is_mine,
            is_past=one.is_past(on),
            basis=one.basis,
            note=(one.late if one.is_past(on) and one.late else one.note) or "",
        )
        for one in running
    ]


def _spoken(one: Deadline) -> str:
    """The last day, or the two between which it lies while a year's holidays are not published."""
    first, last = spoken_day(one.earliest_on), spoken_day(one.latest_on)
    return first if one.due_on else f"{first}至{last}之间"


def rung_title(step: str) -> str:
    """The title of the step with that id."""
    known = rungs().get(step.partition("@")[0])
    return known.title if known else step


def calendar_of(place: OpenCase, clock: Clock) -> str:
    """The running clocks as a calendar file; it names no person, number or lender."""
    now = clock.now()
    running = _climb(place, clock)[1]
    return calendar_text(running, {one.step: rung_title(one.step) for one in running}, now, shanghai_day(now))


def _card(steps: list[Step], held: Material, titles: dict[str, str]) -> StepCard:
    step = steps[0]
    return StepCard(
        id=step.id,
        title=both(step.title, _english(step)[0]),
        whose="、".join(dict.fromkeys(_whose(one, held) for one in steps)),
        why=both(step.why, _english(step)[1]),
        due=spoken_day(step.due_on) if step.due_on else "",
        note=step.due_note or "",
        blocked="；".join(dict.fromkeys(_waiting(why, titles) for one in steps for why in one.blocked_by)),
        papers=tuple(
            StepPaper(document=one.document, sender=one.sender, whose=_whose(one, held))
            for one in steps
            if one.document
        ),
        pages=tuple((one.id, _whose(one, held)) for one in steps),
        is_urgent=step.track == "urgent",
        details=_details(step),
    )


def _english(step: Step) -> tuple[str, str]:
    """Title and reason in English; what depends on the case (clues, what is waited for) stays as it is."""
    known = english().rungs.get(step.rung)
    if known is None:
        return step.title, step.why
    if step.title.startswith("等待"):
        return f"Waiting: {known[0]}", step.why
    return known


def _waiting(written: str, titles: dict[str, str]) -> str:
    kind, _, rest = written.partition(":")
    asked = OWN_QUESTIONS.get(rest.partition("@")[0], rest)
    return f"{_WAITS.get(kind, '')}{titles.get(rest, asked)}"


def _details(step: Step) -> tuple[tuple[Both, Both], ...]:
    about = step.about
    rows: list[tuple[Both, Both]] = []
    if about is not None:
        words = english().channels[about.id]
        phone = f"，{about.phone}" if about.phone else ""
        spoken = f", {english().phone(about.phone)}" if about.phone else ""
        clocks = "; ".join(
            f"{english().clocks[f'{about.id}/{rule.id}']} ({english().basis(rule.shown_basis)})"
            for rule in about.clocks
        )
        limits = "; ".join(english().limits(about.limits, has_form=about.has_form))
        rows = [
            (
                both("去哪里", "Where"),
                both(f"{about.name}{phone}；{about.where}", f"{words.name}{spoken}; {words.where}"),
            ),
            (both("能做到", "What it can do"), both(about.can, words.can)),
            (both("做不到", "What it cannot do"), both(about.cannot, words.cannot)),
            (both("费用", "Cost"), both(about.cost, words.cost)),
            (
                both("会被拒绝的情形", "It will be refused for"),
                both("；".join(about.refuses), "; ".join(words.refuses)),
            ),
            (both("材料的限制", "Limits"), both("；".join(about.shown_limits), limits)),
            (
                both("期限", "Clocks"),
                both("；".join(f"{one.what}（{one.shown_basis}）" for one in about.clocks), clocks),
            ),
            (both("没有答复怎么办", "If nobody answers"), both(about.silent, words.silent)),
        ]
    if step.bring:
        said = "、".join(step.bring)
        own = english().channels[about.id].bring if about is not None and step.bring == about.bring else None
        rows.insert(1, (both("带什么", "What to bring"), both(said, ", ".join(own) if own else said)))
    return tuple((head, text) for head, text in rows if text["zh"])
