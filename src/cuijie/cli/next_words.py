"""The ladder in words, Chinese or English: what ``cuijie next`` prints and puts into its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import LANGUAGE, as_called, t

if TYPE_CHECKING:
    from cuijie.remedies.channels import Channel
    from cuijie.remedies.clocks import Deadline
    from cuijie.remedies.ladder import Step
    from cuijie.remedies.material import Material

__all__ = ["View", "deadline_json", "help_words", "own_questions", "rung_title", "show", "step_json"]

_WAITS = {
    "step": ("先做", "first: "),
    "wait": ("等对方答复：", "waiting for the answer to: "),
    "question": ("先回答：", "first answer: "),
    "fact": ("先弄清：", "first find out: "),
    "late": ("", ""),
}
_FACTS = {
    "放款机构的全称": "the lender's full name",
    "先把证据收进案卷": "take in evidence",
    "还没有可以写进文书的发现": "nothing yet that a paper may state",
    "期限已过": "the time has passed",
}
_CLUES = {
    "案卷里已有的线索（请与合同核对，不能当作结论）：": " Clues in the case (check them against the contract; they conclude nothing): ",
    "到账流水的付款方：": "payer of the disbursement: ",
    "短信署名：": "message signature: ",
    "来电自称：": "the caller said: ",
    "平台：": "platform: ",
    "；": "; ",
    "。": ".",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that is shown of one case on one day."""

    material: Material
    steps: tuple[Step, ...]
    running: tuple[Deadline, ...]
    case: str
    on: date


def _is_english() -> bool:
    return LANGUAGE == "en"


def rung_title(rung: str, chinese: str) -> str:
    """The title of a rung in the language of this run."""
    from cuijie.remedies.english import english

    if not _is_english() or rung not in english().rungs:
        return chinese
    title = english().rungs[rung][0]
    return f"Waiting: {title}" if chinese.startswith("等待") else title


def help_words(chinese: str) -> str:
    """What is said to somebody who does not want to live, in the language of this run."""
    from cuijie.remedies.english import english

    return english().rungs["help_first"][1] if _is_english() else chinese


def _title(step: Step) -> str:
    return rung_title(step.rung, step.title)


def _why(step: Step, running: Sequence[Deadline]) -> str:
    from cuijie.remedies.english import english
    from cuijie.remedies.rungs import rungs

    if not _is_english():
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


def _note(step: Step, running: Sequence[Deadline], on: date) -> str | None:
    from cuijie.remedies.english import english

    if not _is_english() or not step.due_note:
        return step.due_note
    own = next((one for one in running if one.step == step.id), None)
    if own is None:
        return None
    if own.is_past(on):
        return "The time may have passed and it may be refused; if there was good reason for the delay, say so. Conduct that goes on can still be reported."
    return english().note(own)


def _who(material: Material, sender: str) -> str:
    person = material.people().get(sender)
    if sender == "debtor":
        return t("借款人本人", "the borrower")
    return (person.relation_word or person.name or sender) if person else sender


def _asked(written: str, asks: Mapping[str, str]) -> str:
    from cuijie.remedies.conditions import OWN_QUESTIONS
    from cuijie.remedies.english import english

    name = written.partition("@")[0]
    if _is_english():
        return f"{english().questions.get(name, written)} [{written}]"
    if name == "lender_type":
        return "放款机构属于哪一类（银行、消费金融、小额贷款……），用 cuijie case set 填写"
    said = asks.get(written) or OWN_QUESTIONS.get(name)
    return f"{said}［{written}］" if said else written


def _blocked(step: Step, view: View) -> str:
    titles = {one.id: _title(one) for one in view.steps}
    asks = {question.id: question.asks for question in view.material.questions}
    parts = []
    for one in step.blocked_by:
        kind, _, rest = one.partition(":")
        chinese, english_lead = _WAITS.get(kind, ("", ""))
        lead = t(chinese, english_lead)
        if kind == "question":
            rest = _asked(rest, asks)
        elif kind in {"fact", "late"}:
            lead = "" if rest.startswith(("先", "还没有")) and not _is_english() else lead
            rest = t(rest, _FACTS.get(rest, rest))
        elif rest in titles:
            lead, rest = t(chinese.rstrip("："), english_lead), t(f"“{titles[rest]}”", f"“{titles[rest]}”")
        parts.append(f"{lead}{rest}")
    return t("；", "; ").join(parts)


def _between(deadline: Deadline) -> str:
    """The day, or the two between which it lies."""
    if deadline.due_on is not None:
        return deadline.due_on.isoformat()
    first, last = deadline.earliest_on.isoformat(), deadline.latest_on.isoformat()
    return t(
        f"{first}至{last}之间（放假安排未公布，到时核对）",
        f"between {first} and {last} (holidays not published yet, check again)",
    )


def _due(step: Step) -> str:
    return t(f"（最迟 {step.due_on.isoformat()}）", f" (by {step.due_on.isoformat()})") if step.due_on else ""


def _about(step: Step) -> dict[str, object] | None:
    """A step's channel in the language of this run, by the keys of the JSON."""
    from cuijie.remedies.english import english

    about = step.about
    if about is None:
        return None
    words: object = english().channels[about.id] if _is_english() and about.id in english().channels else about
    plain: dict[str, object] = {key: getattr(words, key) for key in ("name", "where", "can", "cannot", "cost")}
    plain |= {"refuses": list(getattr(words, "refuses")), "bring": list(getattr(words, "bring"))}  # noqa: B009
    plain |= {"if_silent": getattr(words, "silent"), "confidence": about.confidence}  # noqa: B009
    plain["phone"] = english().phone(about.phone) if _is_english() and about.phone else about.phone
    plain["limits"] = list(
        english().limits(about.limits, has_form=about.has_form) if _is_english() else about.shown_limits
    )
    plain["clocks"] = [_clock_words(about, number) for number in range(len(about.clocks))]
    return plain


def _clock_words(about: Channel, number: int) -> dict[str, str]:
    from cuijie.remedies.english import english

    rule = about.clocks[number]
    if not _is_english():
        return {"what": rule.what, "length": rule.shown_length, "basis": rule.shown_basis}
    return {
        "what": english().clocks.get(f"{about.id}/{rule.id}", rule.what),
        "length": english().length(rule),
        "basis": english().basis(rule.shown_basis),
    }


def step_json(step: Step, running: tuple[Deadline, ...], on: date) -> dict[str, object]:
    """A step as JSON; the keys are stable, the words in the language of this run."""
    about = _about(step)
    bring = list(step.bring) if about is None or not _is_english() else about.pop("bring")
    if about is not None:
        about.pop("bring", None)
    return {
        "id": step.id,
        "channel": step.channel,
        "document": step.document,
        "settings": dict(step.settings),
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "why": _why(step, running),
        "blocked_by": list(step.blocked_by),
        "title": _title(step),
        "track": step.track,
        "sender": step.sender,
        "loan_id": step.loan_id,
        "due_note": _note(step, running, on),
        "bring": bring,
        "about": about,
        "deadlines": [deadline_json(one) for one in running if one.step == step.id],
    }


def deadline_json(deadline: Deadline) -> dict[str, object]:
    """A deadline as JSON."""
    from cuijie.remedies.english import english

    is_english = _is_english()
    return {
        "id": deadline.id,
        "step": deadline.step,
        "what": english().clock(deadline) if is_english else deadline.what,
        "mine": deadline.is_mine,
        "started_on": deadline.started_on.isoformat(),
        "due_on": deadline.due_on.isoformat() if deadline.due_on else None,
        "earliest_on": deadline.earliest_on.isoformat(),
        "latest_on": deadline.latest_on.isoformat(),
        "look_again_on": deadline.safe_on.isoformat(),
        "basis": english().basis(deadline.basis) if is_english else deadline.basis,
        "note": english().note(deadline) if is_english else deadline.note,
    }


def own_questions(material: Material) -> tuple[str, ...]:
    """What the user may tell unasked, because a yes opens a step of its own: not answered yet."""
    told = {answer.question.partition("@")[0] for answer in material.state.answers}
    has_data = any(finding.rule.startswith(("cn.contact-list", "cn.third-party")) for finding in material.findings)
    asked = [("credit_wrong", bool(material.state.loans)), ("many_users", has_data)]
    return tuple(name for name, is_asked in asked if is_asked and name not in told)


def _show_full(step: Step, view: View) -> None:
    about = _about(step)
    name = _who(view.material, step.sender)
    click.secho(f"● {_title(step)}{_due(step)}　{t(f'以{name}的名义', f'in the name of {name}')}", bold=True)
    click.echo(t("  为什么：", "  Why: ") + _why(step, view.running))
    if note := _note(step, view.running, view.on):
        click.echo(t("  注意：", "  Note: ") + note)
    if step.document:
        who = "" if step.sender == "debtor" else f" --for {step.sender}"
        who += "".join(f" --set {key}={value}" for key, value in step.settings)
        click.echo(
            t("  文书：", "  Paper: ")
            + as_called(f"cuijie draft {view.case} {step.document}{who} -o {step.document}.docx")
        )
    if about is not None:
        _show_about(about, step, view)
    elif step.bring and not _is_english():
        click.echo(f"  找什么：{'、'.join(step.bring)}")
    click.echo(t("  做完了记一笔：", "  When done: ") + as_called(f"cuijie next done {view.case} {step.id}"))


def _joined(words: object, separator: str) -> str:
    return separator.join(str(one) for one in words) if isinstance(words, list | tuple) else ""


def _show_about(about: dict[str, object], step: Step, view: View) -> None:
    phone = f"{t('，', ', ')}{about['phone']}" if about["phone"] else ""
    bring = about["bring"] if _is_english() else list(step.bring)
    lines = [
        (t("去哪里：", "Where: "), f"{about['name']}{phone}{t('；', '; ')}{about['where']}"),
        (t("能做到：", "It can: "), about["can"]),
        (t("做不到：", "It cannot: "), about["cannot"]),
        (t("费用：", "Cost: "), about["cost"]),
        (t("带什么：", "Bring: "), _joined(bring, t("、", ", "))),
        (t("会被拒绝的情形：", "Refused if: "), _joined(about["refuses"], t("；", "; "))),
        (t("材料的限制：", "Limits: "), _joined(about["limits"], t("；", "; "))),
    ]
    for lead, words in lines:
        if words:
            click.echo(f"  {lead}{words}")
    lender = next((loan.lender_type for loan in view.material.state.loans if loan.loan_id == step.loan_id), None)
    for number, rule in enumerate(step.about.clocks if step.about else ()):
        if rule.holds(view.on, lender) and step.about is not None:
            said = _clock_words(step.about, number)
            click.echo(
                t("  期限：", "  Time: ")
                + f"{said['what']}{t('，', ', ')}{said['length']}{t('——', ' — ')}{said['basis']}"
            )
    click.echo(t("  没有答复怎么办：", "  If they do not answer: ") + str(about["if_silent"]))


def _line(step: Step) -> str:
    return f"○ {_title(step)}{_due(step)}　{step.id}"


def _show_open(steps: list[Step], view: View, in_full: int) -> None:
    own = [step for step in steps if step.sender == "debtor"]
    for step in own[:in_full]:
        _show_full(step, view)
    for step in own[in_full:]:
        click.echo(_line(step))
    for sender in dict.fromkeys(step.sender for step in steps if step.sender != "debtor"):
        name = _who(view.material, sender)
        click.secho(t(f"\n{name}可以用自己的名义", f"\nIn the name of {name}"), bold=True)
        for step in (one for one in steps if one.sender == sender):
            if in_full >= len(steps):
                _show_full(step, view)
            else:
                click.echo(_line(step))
    if in_full < len(steps):
        click.echo(t("（每一项的详情：加 --all）", "(details of each: --all)"))


def _show_blocked(steps: list[Step], view: View) -> None:
    click.secho(t("\n还要等", "\nWaiting"), bold=True)
    for step in steps:
        due = f"（{step.due_on.isoformat()}）" if step.due_on else ""
        why = _why(step, view.running) if step.title.startswith("等待") else _blocked(step, view)
        name = _who(view.material, step.sender)
        click.echo(f"◌ {_title(step)}{due}　{t(f'以{name}的名义', f'in the name of {name}')}　{why}")


def _show_deadlines(view: View) -> None:
    from cuijie.remedies.english import english

    click.secho(t("\n期限", "\nDeadlines"), bold=True)
    for one in view.running:
        who = t("我要做", "mine") if one.is_mine else t("对方", "theirs")
        past = t("（已过）", " (past)") if one.is_past(view.on) else ""
        what = english().clock(one) if _is_english() else one.what
        click.echo(f"{_between(one)}{past}　{who}　{what}　{_who(view.material, one.step.rpartition(':')[2])}")


def _show_questions(view: View) -> None:
    from cuijie.remedies.conditions import OWN_QUESTIONS
    from cuijie.remedies.english import english

    if view.material.questions:
        from cuijie.assessment import to_ask

        count = to_ask(view.material.questions).answers
        click.echo(
            t(
                f"\n还有 {count} 个事实不清楚，答得越多，能写进文书的越多：cuijie assess {view.case}",
                f"\n{count} open questions: cuijie assess {view.case}",
            )
        )
    for name in own_questions(view.material):
        asked = english().questions[name] if _is_english() else OWN_QUESTIONS[name]
        click.echo(
            t(
                f"{asked}有的话：cuijie answer {view.case} {name}@case 是",
                f"{asked} If so: cuijie answer {view.case} {name}@case 是",
            )
        )


def show(view: View, in_full: int) -> None:
    """Print the plan: help first, then what can be done now, what waits, the clocks, and what may still be told."""
    if not view.steps:
        click.echo(
            t("现在没有要做的事。先收进证据：cuijie add。", "Nothing to do yet: take in evidence first (cuijie add).")
        )
        return
    now = [step for step in view.steps if step.is_open]
    for step in [one for one in now if one.rung == "help_first"][:1]:
        click.secho(f"● {_title(step)}", bold=True)
        click.echo(f"  {_why(step, view.running)}")
    if now := [step for step in now if step.rung != "help_first"]:
        click.secho(t("\n现在可以做", "\nNow"), bold=True)
        _show_open(now, view, in_full)
    if blocked := [step for step in view.steps if not step.is_open]:
        _show_blocked(blocked, view)
    if view.running:
        _show_deadlines(view)
    _show_questions(view)
    click.echo(
        t(
            "\n任何时候，有人在门口、有人身威胁：先拨打110，别的以后再说。",
            "\nWhenever somebody is at the door or threatens you: call 110 first, everything else can wait.",
        )
    )
