"""What was sent or done so far, with what came back: where a person who holds an answer in the hand looks for its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cuijie.datafiles import Words
from cuijie.desk.cases import OpenCase
from cuijie.desk.ladder.doing import REPLY_CHOICES
from cuijie.desk.ladder.steps import material, rung_words, whose_words
from cuijie.desk.papers.ids import about_words

__all__ = ["SentStep", "sent_steps"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentStep:
    """One step that was taken, in one person's name, with what came back to it."""

    id: str
    title: Words
    whose: Words
    about: Words | None  # which of several loans, by its lender
    document: str | None
    sender: str
    done_on: date
    reached_on: date | None
    how: str
    replies: tuple[tuple[date, Words], ...]


def sent_steps(place: OpenCase) -> list[SentStep]:
    """Every step that was taken, the newest first; one taken several times stands once, as last taken."""
    held, words = material(place), dict(REPLY_CHOICES)
    last = {one.step: one for one in sorted(held.steps, key=lambda one: one.done_on)}
    found = [
        SentStep(
            id=id,
            title=rung_words(id),
            whose=whose_words(id.rpartition(":")[2], held),
            about=about_words(held, id.partition("@")[2].partition(":")[0]),
            document=one.document,
            sender=id.rpartition(":")[2],
            done_on=one.done_on,
            reached_on=max(
                (step.reached_on for step in held.steps if step.step == id and step.reached_on), default=None
            ),
            how=" ".join(part for part in (one.via, one.ticket_no) if part),
            replies=tuple(
                (reply.received_on, words.get(reply.kind, Words(reply.kind, reply.kind)))
                for reply in held.replies
                if reply.step == id
            ),
        )
        for id, one in last.items()
    ]
    return sorted(found, key=lambda one: one.done_on, reverse=True)
