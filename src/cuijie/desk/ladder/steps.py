"""The ladder as the page shows it: what can be done now, and what waits for what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from cuijie.clock import Clock, shanghai_day
from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.papers.ids import about_words, paper_id
from cuijie.desk.relations import english_relation
from cuijie.desk.render import spoken_day
from cuijie.desk.standing import CaseView
from cuijie.records.names import spoken_names
from cuijie.remedies.clocks import Deadline
from cuijie.remedies.conditions import OWN_QUESTIONS
from cuijie.remedies.english import english
from cuijie.remedies.from_case import material_of_case
from cuijie.remedies.ics import calendar_text
from cuijie.remedies.ladder import Step, deadlines, ladder
from cuijie.remedies.material import DEBTOR, Material
from cuijie.remedies.rungs import rungs
from cuijie.rulebook.question_words import common_ask

__all__ = [
    "ClockRow",
    "StepCard",
    "StepPaper",
    "calendar_of",
    "clock_rows",
    "clocks_at_hand",
    "first_sender",
    "ladder_of",
    "material",
    "prepare",
    "rung_title",
    "rung_words",
    "step_cards",
    "step_words",
    "whose_words",
]

_WAITS = {
    "step": Words("先做", "First: "),
    "wait": Words("等对方答复：", "Waiting for an answer: "),
    "question": Words("先回答：", "First answer: "),
    "fact": Words("先弄清：", "First find out: "),
    "late": Words("", ""),
}


_COMMANDS = re.compile(  # the ladder speaks to those at a terminal too
    r"，命令行用 cuijie [^）。；]*|（或用 cuijie [^）]*）|; (?:in a terminal: |or )cuijie [^)]*| \(or [^()]*cuijie [^()]*\)"
)
_BY_COMMAND = re.compile(r"用 cuijie next (done|reply) ")
_WAITING = (
    "It was sent. Their time to answer runs from the day it reached them; record that day, and what comes back, here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPaper:
    """The paper of a step in one person's name."""

    document: str
    sender: str
    query: str  # what the paper's address says beside its kind
    whose: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """One step as a card; the same step for several people is one card with a paper for each of them."""

    id: str
    title: Words
    whose: Words
    about: Words | None  # of which of several loans, by its lender
    why: Words
    due: date | None
    is_past: bool  # the day to act by has gone; the note says what can still be done
    note: Words
    blocked: Words
    asks: tuple[tuple[str, Words], ...]  # (question id, words): what only the ladder asks, answered on the spot
    papers: tuple[StepPaper, ...]
    pages: tuple[tuple[str, Words], ...]  # (step id, in whose name): where it is recorded as done
    is_urgent: bool
    details: tuple[tuple[Words, Words], ...]


def material(place: OpenCase) -> Material:
    """The case as remedies see it; gathered again only when the ledger has grown or the assessment is newer.

    It is the very same object as long as nothing in it has changed: what was worked out of it stays good when a paper
    was taken home or a file was looked at.  While a newer assessment is being made, it is as it was: the page says so.
    """
    view, known = place.view(), place.worked.material.known
    if known is not None and (not view.is_current or known[1] == (place.opened.ledger_length(), view.judged)):
        return known[2]
    gathered, length = _gathered(place, view)
    known = place.worked.material.known  # perhaps of another page that gathered it meanwhile
    if known is not None and gathered == known[2]:
        gathered = known[2]
    place.worked.material.known = (None, (length, view.judged), gathered)
    return gathered


def _gathered(place: OpenCase, view: CaseView) -> tuple[Material, int]:
    """What the case is at so many acts of its ledger: what another page writes meanwhile is not among them.

    Gathered by the writer, which stores the numbers of exhibits; by a reader while something else is written.
    """
    if not place.guard.acquire(blocking=False):
        length = place.opened.ledger_length()
        return material_of_case(place.opened, (view.state, view.assessment)), length
    try:
        with place.writing() as case:
            gathered = material_of_case(case, (view.state, view.assessment))
            return gathered, case.ledger_length()  # numbering exhibits may have grown it
    finally:
        place.guard.release()


def _climb(place: OpenCase, clock: Clock) -> tuple[tuple[Step, ...], tuple[Deadline, ...]]:
    """The ladder and the clocks of today, worked out once for each state of the case."""
    held, on = material(place), shanghai_day(clock.now())
    return place.worked.plan.of(held, on, lambda: (ladder(held, on), deadlines(held, on)))


def ladder_of(place: OpenCase, clock: Clock) -> tuple[Step, ...]:
    """Every step of the case as it stands today."""
    return _climb(place, clock)[0]


def prepare(place: OpenCase, clock: Clock) -> None:
    """Works out beforehand what the pages of steps and papers show."""
    with place.reading():
        _climb(place, clock)


def step_cards(place: OpenCase, clock: Clock) -> tuple[list[StepCard], list[StepCard]]:
    """(what can be done now or presses for an answer, what has to wait), in the order of the ladder."""
    held, on = material(place), shanghai_day(clock.now())
    steps = ladder_of(place, clock)
    titles = {step.id: Words(step.title, _english(step)[0]) for step in steps}
    groups: dict[tuple[str, str | None, bool, date | None], list[Step]] = {}
    for step in sorted(steps, key=lambda one: one.sender != first_sender(held)):
        groups.setdefault((step.rung, step.loan_id, step.is_open, step.due_on), []).append(step)
    rank = {step.id: number for number, step in enumerate(steps)}
    ordered = sorted(groups.values(), key=lambda group: min(rank[step.id] for step in group))
    notes = {one.step: english().step_note(one, on) for one in reversed(_climb(place, clock)[1])}
    cards = [(_card(group, held, titles, notes.get(group[0].id), on), group[0]) for group in ordered]
    now = [card for card, step in cards if step.is_open or step.is_pressing]
    return now, [card for card, step in cards if not step.is_open and not step.is_pressing]


def _whose(step: Step, held: Material) -> Words:
    return whose_words(step.sender, held)


def first_sender(held: Material) -> str:
    """In whose name papers come first: the borrower's, unless only others were contacted."""
    contacted = {one.recipient_id for one in held.contacts if one.direction == "outbound"}
    others = [one.person_id for one in held.state.persons if one.role != "debtor" and one.person_id in contacted]
    return others[0] if others and DEBTOR not in contacted else DEBTOR


def whose_words(sender: str, held: Material) -> Words:
    """In whose name, in the user's own word."""
    if sender == DEBTOR:
        return Words("借款人本人", "the borrower")
    word = spoken_names(held.state.persons).get(sender)
    return Words(word, english_relation(word)) if word else Words("被联系人", "the person contacted")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRow:
    """One clock that runs."""

    on: date  # by which to act, or from which to look again
    due: Words
    what: Words
    title: Words
    about: Words | None  # which of several loans, by its lender
    whose: Words | None  # in whose name, where clocks of several people run
    step: str
    is_mine: bool
    is_past: bool
    basis: Words
    note: Words


def clock_rows(place: OpenCase, clock: Clock) -> list[ClockRow]:
    """Every clock that runs for the case, the nearest first."""
    return _clock_rows(material(place), _climb(place, clock)[1], shanghai_day(clock.now()))


def clocks_at_hand(place: OpenCase, clock: Clock) -> list[ClockRow] | None:
    """The same where it is worked out already, else None: for a page about many cases."""
    on, known = shanghai_day(clock.now()), place.worked.plan.known
    return None if known is None or known[1] != on else _clock_rows(known[0], known[2][1], on)


def _clock_rows(held: Material, running: tuple[Deadline, ...], on: date) -> list[ClockRow]:
    """One row a clock; the same clock of several people, ending on the same day, is one row."""
    shown: dict[tuple[date, str, str, str], list[Deadline]] = {}
    for one in running:
        shown.setdefault((one.latest_on, one.step.rpartition(":")[0], one.what, one.note or ""), []).append(one)
    is_of_several = len({one.step.rpartition(":")[2] for one in running}) > 1
    return [_clock_row(held, same, on, names_whose=is_of_several) for same in shown.values()]


def _clock_row(held: Material, same: list[Deadline], on: date, *, names_whose: bool) -> ClockRow:
    one = same[0]
    whose = [whose_words(each.step.rpartition(":")[2], held) for each in same] if names_whose else []
    note = (one.late if one.is_past(on) and one.late else one.note) or ""
    return ClockRow(
        on=one.safe_on,
        due=_spoken(one),
        what=Words(one.what, english().clock(one)),
        title=rung_words(one.step),
        about=about_words(held, one.step.partition("@")[2].partition(":")[0]),
        whose=Words("、".join(word.zh for word in whose), ", ".join(word.en for word in whose)) if whose else None,
        step=one.step,
        is_mine=one.is_mine,
        is_past=one.is_past(on),
        basis=Words(one.basis, english().basis(one.basis)),
        note=Words(note, english().note(one) or ""),
    )


def _spoken(one: Deadline) -> Words:
    """The last day, or the two between which it lies while a year's holidays are not published."""
    first, last = spoken_day(one.earliest_on), spoken_day(one.latest_on)
    if one.due_on:
        return Words(first, spoken_day(one.due_on, "en"))
    return Words(
        f"{first}至{last}之间", f"between {spoken_day(one.earliest_on, 'en')} and {spoken_day(one.latest_on, 'en')}"
    )


def rung_title(step: str) -> str:
    """The title of the step with that id."""
    known = rungs().get(step.partition("@")[0])
    return known.title if known else step


def rung_words(step: str) -> Words:
    """The same in both languages."""
    known = english().rungs.get(step.partition("@")[0])
    return Words(rung_title(step), known[0] if known else step)


def calendar_of(place: OpenCase, clock: Clock) -> str:
    """The running clocks as a calendar file; it names no person, number or lender."""
    now = clock.now()
    running = _climb(place, clock)[1]
    return calendar_text(running, {one.step: rung_title(one.step) for one in running}, now, shanghai_day(now))


def _card(steps: list[Step], held: Material, titles: dict[str, Words], note: str | None, on: date) -> StepCard:
    step = steps[0]
    waits = dict.fromkeys(why for one in steps for why in one.blocked_by)
    said = [_waiting(why, titles) for why in waits]
    names = {one.zh: one for one in (_whose(one, held) for one in steps)}
    return StepCard(
        id=step.id,
        title=step_words(step)[0],
        whose=Words("、".join(names), ", ".join(one.en for one in names.values())),
        about=about_words(held, step.loan_id),
        why=step_words(step)[1],
        due=step.due_on,
        is_past=step.due_on is not None and step.due_on < on,
        note=Words(step.due_note or "", (note if step.due_note else None) or ""),
        blocked=Words(
            "；".join(dict.fromkeys(one.zh for one in said)), "; ".join(dict.fromkeys(one.en for one in said))
        ),
        asks=tuple(
            (id, _asked(id))
            for kind, _, id in (why.partition(":") for why in waits)
            if kind == "question" and id.partition("@")[0] in OWN_QUESTIONS
        ),
        papers=tuple(
            StepPaper(
                document=one.document,
                sender=one.sender,
                query=paper_id(held, one.document, one.sender, one.loan_id).query,
                whose=_whose(one, held),
            )
            for one in steps
            if one.document
        ),
        pages=tuple((one.id, _whose(one, held)) for one in steps),
        is_urgent=step.track == "urgent",
        details=_details(step),
    )


def step_words(step: Step) -> tuple[Words, Words]:
    """Title and reason of *step* in both languages."""
    title, why = _english(step)
    return Words(step.title, title), Words(_on_page(step.why), _on_page(why))


def _on_page(text: str) -> str:
    """A reason as a page says it: without the commands that do the same."""
    return _COMMANDS.sub("", _BY_COMMAND.sub("在这一步的页面", text)).replace("网页在", "在")


def _english(step: Step) -> tuple[str, str]:
    """Title and reason in English; what depends on the case (clues, what is waited for) stays as it is."""
    known = english().rungs.get(step.rung)
    if known is None:
        return step.title, step.why
    if step.title.startswith("等待"):
        return f"Waiting: {known[0]}", _WAITING
    return known


def _waiting(written: str, titles: dict[str, Words]) -> Words:
    kind, _, rest = written.partition(":")
    lead, said = _WAITS.get(kind, Words("", "")), titles.get(rest) or _asked(rest)
    zh = f"“{said.zh}”" if kind in ("step", "wait") and rest in titles else said.zh.rstrip("。")
    return Words(f"{lead.zh}{zh}", f"{lead.en}{said.en.rstrip('.')}")


def _asked(question: str) -> Words:
    """A question in words; what is no question, in its own."""
    name = question.partition("@")[0]
    if name in OWN_QUESTIONS:
        return Words(OWN_QUESTIONS[name], english().questions[name])
    known = common_ask(name)
    return known if known else Words(question, question)


def _details(step: Step) -> tuple[tuple[Words, Words], ...]:
    about = step.about
    rows: list[tuple[Words, Words]] = []
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
                Words("去哪里", "Where"),
                Words(f"{about.name}{phone}；{about.where}", f"{words.name}{spoken}; {words.where}"),
            ),
            (Words("能做到", "What it can do"), Words(about.can, words.can)),
            (Words("做不到", "What it cannot do"), Words(about.cannot, words.cannot)),
            (Words("费用", "Cost"), Words(about.cost, words.cost)),
            (
                Words("会被拒绝的情形", "It will be refused for"),
                Words("；".join(about.refuses), "; ".join(words.refuses)),
            ),
            (Words("材料的限制", "Limits"), Words("；".join(about.shown_limits), limits)),
            (
                Words("期限", "Clocks"),
                Words("；".join(f"{one.what}（{one.shown_basis}）" for one in about.clocks), clocks),
            ),
            (Words("没有答复怎么办", "If nobody answers"), Words(about.silent, words.silent)),
        ]
    if step.bring:
        said = "、".join(step.bring)
        own = english().channels[about.id].bring if about is not None and step.bring == about.bring else None
        rows.insert(1, (Words("带什么", "What to bring"), Words(said, ", ".join(own) if own else said)))
    return tuple((head, text) for head, text in rows if text.zh)
