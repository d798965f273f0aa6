"""The ladder in words, Chinese or English: titles, reasons and notes of steps, and the JSON of ``cuijie next``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import is_english, t

if TYPE_CHECKING:
    from cuijie.remedies.channels import Channel
    from cuijie.remedies.clocks import Deadline
    from cuijie.remedies.ladder import Step
    from cuijie.remedies.material import Material

__all__ = [
    "about_words",
    "clock_words",
    "deadline_json",
    "help_first",
    "help_words",
    "note_of",
    "own_questions",
    "rung_title",
    "say_help",
    "step_json",
    "title_of",
    "why_of",
]

_CLUES = {
    "案卷里已有的线索（请与合同核对，不能当作结论）：": " Clues in the case (check them against the contract; they conclude nothing): ",
    "到账流水的付款方：": "payer of the disbursement: ",
    "短信署名：": "message signature: ",
    "案卷里记的催收方：": "the collector noted in the case: ",
    "平台：": "platform: ",
    "；": "; ",
    "。": ".",
}


def rung_title(rung: str, chinese: str) -> str:
    """The title of a rung in the language of this run."""
    from cuijie.remedies.english import english

    if not is_english() or rung not in english().rungs:
        return chinese
    title = english().rungs[rung][0]
    return f"Waiting: {title}" if chinese.startswith("等待") else title


def help_words(chinese: str) -> str:
    """What is said to somebody who does not want to live, in the language of this run."""
    from cuijie.remedies.english import english

    return english().rungs["help_first"][1] if is_english() else chinese


def help_first(texts: Iterable[str]) -> None:
    """Words of not wanting to live in what was just written are answered before anything else."""
    from cuijie.remedies.rungs import rungs
    from cuijie.remedies.urgent_words import words_of_despair

    if any(words_of_despair(text) for text in texts):
        rung = rungs()["help_first"]
        click.echo(rung_title(rung.id, rung.title) + t("：", ": ") + help_words(rung.why) + "\n")


def say_help(steps: Sequence[Step]) -> None:
    """Where what was written speaks of not wanting to live, that is answered before anything else."""
    if steps and steps[0].rung == "help_first":
        click.echo(rung_title("help_first", steps[0].title) + t("：", ": ") + help_words(steps[0].why))


def title_of(step: Step) -> str:
    """The title of a step in the language of this run."""
    return rung_title(step.rung, step.title)


def why_of(step: Step, running: Sequence[Deadline]) -> str:
    """Why now, in the language of this run."""
    from cuijie.remedies.english import english
    from cuijie.remedies.rungs import rungs

    if not is_english():
        return step.why
    if step.title.startswith("等待"):
        own = [one for one in running if one.step == step.id and not one.is_mine]
        if own:
            return f"{english().clock(own[0])}: waiting for their answer. {english().basis(own[0].basis)}"
        if "中止" in step.why:
            return "They told you that the matter is suspended: the clock stands still until they resume it (cuijie next reply … 恢复)."
        return "Sent; the day of arrival is not recorded yet, and the time runs only from it. Add it with cuijie next done --reached."
    extra = step.why.removeprefix(rungs()[step.rung].why)
    for chinese, said in _CLUES.items():
        extra = extra.replace(chinese, said)
    return english().rungs[step.rung][1] + extra


def note_of(step: Step, running: Sequence[Deadline], on: date) -> str | None:
    """What to know of the step's own limit, in the language of this run."""
    from cuijie.remedies.english import english

    if not is_english() or not step.due_note:
        return step.due_note
    own = next((one for one in running if one.step == step.id), None)
    return None if own is None else english().step_note(own, on)


def about_words(step: Step) -> dict[str, object] | None:
    """A step's channel in the language of this run, by the keys of the JSON."""
    from cuijie.remedies.english import english

    about = step.about
    if about is None:
        return None
    words: object = english().channels[about.id] if is_english() and about.id in english().channels else about
    plain: dict[str, object] = {key: getattr(words, key) for key in ("name", "where", "can", "cannot", "cost")}
    plain |= {"refuses": list(getattr(words, "refuses")), "bring": list(getattr(words, "bring"))}  # noqa: B009
    plain |= {"if_silent": getattr(words, "silent"), "confidence": about.confidence}  # noqa: B009
    plain["phone"] = english().phone(about.phone) if is_english() and about.phone else about.phone
    plain["limits"] = list(
        english().limits(about.limits, has_form=about.has_form) if is_english() else about.shown_limits
    )
    plain["clocks"] = [clock_words(about, number) for number in range(len(about.clocks))]
    return plain


def clock_words(about: Channel, number: int) -> dict[str, str]:
    """One clock of a channel: what, how long, on which basis."""
    from cuijie.remedies.english import english

    rule = about.clocks[number]
    if not is_english():
        return {"what": rule.what, "length": rule.shown_length, "basis": rule.shown_basis}
    return {
        "what": english().clocks.get(f"{about.id}/{rule.id}", rule.what),
        "length": english().length(rule),
        "basis": english().basis(rule.shown_basis),
    }


def step_json(step: Step, running: tuple[Deadline, ...], on: date) -> dict[str, object]:
    """A step as JSON; the keys are stable, the words in the language of this run."""
    about = about_words(step)
    bring = list(step.bring) if about is None or not is_english() else about.pop("bring")
    if about is not None:
        about.pop("bring", None)
    return {
        "id": step.id,
        "channel": step.channel,
        "document": step.document,
        "settings": dict(step.settings),
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "why": why_of(step, running),
        "blocked_by": list(step.blocked_by),
        "title": title_of(step),
        "track": step.track,
        "sender": step.sender,
        "loan_id": step.loan_id,
        "due_note": note_of(step, running, on),
        "bring": bring,
        "about": about,
        "deadlines": [deadline_json(one) for one in running if one.step == step.id],
    }


def deadline_json(deadline: Deadline) -> dict[str, object]:
    """A deadline as JSON."""
    from cuijie.remedies.english import english

    in_english = is_english()
    return {
        "id": deadline.id,
        "step": deadline.step,
        "what": english().clock(deadline) if in_english else deadline.what,
        "mine": deadline.is_mine,
        "started_on": deadline.started_on.isoformat(),
        "due_on": deadline.due_on.isoformat() if deadline.due_on else None,
        "earliest_on": deadline.earliest_on.isoformat(),
        "latest_on": deadline.latest_on.isoformat(),
        "look_again_on": deadline.safe_on.isoformat(),
        "basis": english().basis(deadline.basis) if in_english else deadline.basis,
        "note": english().note(deadline) if in_english else deadline.note,
    }


def own_questions(material: Material) -> tuple[str, ...]:
    """What the user may tell unasked, because a yes opens a step of its own: not answered yet."""
    from cuijie.remedies.material import DEBTOR
    from cuijie.remedies.situation import keeper_of

    told = {answer.question.partition("@")[0] for answer in material.state.answers}
    has_data = any(finding.rule.startswith(("cn.contact-list", "cn.third-party")) for finding in material.findings)
    asked = [("credit_wrong", bool(material.state.loans) and keeper_of(material) == DEBTOR), ("many_users", has_data)]
    return tuple(name for name, is_asked in asked if is_asked and name not in told)
