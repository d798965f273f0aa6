"""Steps, replies and lenders put into the sample case, for the tests of the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cuijie.law import library
from cuijie.records import Answer
from cuijie.records.remedies import Reply, ReplyKind, StepDone
from cuijie.remedies.documents.draft import draft
from cuijie.remedies.documents.txt_writer import txt_text
from cuijie.remedies.ladder import Step, ladder
from cuijie.remedies.material import Material
from cuijie.remedies.rungs import rungs
from tests.remedies.sample import ON, at


def steps_of(material: Material, on: date = ON, sender: str = "debtor") -> dict[str, Step]:
    return {step.rung: step for step in ladder(material, on) if step.sender == sender}


def step_done(rung: str, on: date, *, reached: date | None = None, sender: str = "debtor", count: int = 1) -> StepDone:
    step = f"{rung}@loan1:{sender}"
    return StepDone(
        done_id=f"{step}#{count:02d}", step=step, done_on=on, channel=rungs()[rung].channel, reached_on=reached
    )


def with_answers(material: Material, **values: bool) -> Material:
    told = tuple(
        Answer(question=f"{key}@case", value=value, answered_at=at(2026, 3, 1)) for key, value in values.items()
    )
    return replace(material, state=replace(material.state, answers=(*material.state.answers, *told)))


def reply_to(rung: str, kind: ReplyKind, on: date, sender: str = "debtor") -> Reply:
    step = f"{rung}@loan1:{sender}"
    return Reply(reply_id=f"{step}#{kind}{on}", step=step, kind=kind, received_on=on)


def having(material: Material, *, steps: tuple[StepDone, ...] = (), replies: tuple[Reply, ...] = ()) -> Material:
    return replace(material, steps=steps, replies=replies)


def lent_by(
    material: Material,
    lender_type: str | None,
    name: str | None = "某公司（虚构）",
    platform: str | None = "闪云借（虚构）",
) -> Material:
    known = {"lender_type": lender_type, "lender_name": name, "platform_name": platform}
    loan = replace(material.state.loans[0], **known)  # type: ignore[arg-type]
    return replace(material, state=replace(material.state, loans=(loan,)))


def loan_with(material: Material, **known: object) -> Material:
    loan = replace(material.state.loans[0], **known)  # type: ignore[arg-type]
    return replace(material, state=replace(material.state, loans=(loan,)))


def paper_text(document: str, material: Material, sender: str = "debtor") -> str:
    return txt_text(draft(document, material, ON, law=library(), sender=sender))
