"""The plan as ``cuijie next`` prints it: what can be done now, what waits and for what, which clocks run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import as_called, is_english, t
from cuijie.cli.next.words import about_words, clock_words, note_of, own_questions, title_of, why_of
from cuijie.cli.output import headline, say

if TYPE_CHECKING:
    from cuijie.remedies.clocks import Deadline
    from cuijie.remedies.ladder import Step
    from cuijie.remedies.material import Material

__all__ = ["View", "show"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that is shown of one case on one day."""

    material: Material
    steps: tuple[Step, ...]
    running: tuple[Deadline, ...]
    case: str
    on: date


def _who(material: Material, sender: str) -> str:
    from cuijie.records.names import spoken_names

    if sender == "debtor":
        return t("借款人本人", "the borrower")
    return spoken_names(material.state.persons).get(sender) or sender


def _asked(written: str, asks: Mapping[str, str]) -> str:
    from cuijie.remedies.conditions import OWN_QUESTIONS
    from cuijie.remedies.english import english

    name = written.partition("@")[0]
    if is_english():
        return f"{english().questions.get(name, written)} [{written}]"
    if name == "lender_type":
        return "放款机构属于哪一类（银行、消费金融、小额贷款……），用 cuijie case set 填写"
    said = asks.get(written) or OWN_QUESTIONS.get(name)
    return f"{said}［{written}］" if said else written


def _blocked(step: Step, view: View) -> str:
    titles = {one.id: title_of(one) for one in view.steps}
    asks = {question.id: question.asks for question in view.material.questions}
    parts = []
    for one in step.blocked_by:
        kind, _, rest = one.partition(":")
        chinese, english_lead = _WAITS.get(kind, ("", ""))
        lead = t(chinese, english_lead)
        if kind == "question":
            rest = _asked(rest, asks)
        elif kind in {"fact", "late"}:
            lead = "" if rest.startswith(("先", "还没有")) and not is_english() else lead
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


def _due(step: Step, on: date) -> str:
    if step.due_on is None:
        return ""
    day = step.due_on.isoformat()
    if step.due_on < on:
        return t(f"（期限 {day} 已过）", f" (was due {day})")
    return t(f"（最迟 {day}）", f" (by {day})")


def _named(step: Step, view: View) -> str:
    """In whose name, and of several loans for which."""
    name = _who(view.material, step.sender)
    loans = view.material.state.loans
    if len(loans) < 2:
        return t(f"以{name}的名义", f"in the name of {name}")
    loan = next((one for one in loans if one.loan_id == step.loan_id), None)
    which = (
        (loan.lender_name or loan.platform_name or loan.loan_id) if loan else t("还不知道是哪笔借款", "loan not known")
    )
    return t(f"以{name}的名义；{which}", f"in the name of {name}; {which}")


def _show_full(step: Step, view: View) -> None:
    about = about_words(step)
    click.secho(f"● {title_of(step)}{_due(step, view.on)}　{_named(step, view)}", bold=True)
    click.echo(t("  为什么：", "  Why: ") + why_of(step, view.running))
    if note := note_of(step, view.running, view.on):
        click.echo(t("  注意：", "  Note: ") + note)
    if step.document:
        who = "" if step.sender == "debtor" else f" --for {step.sender}"
        who += f" --loan {step.loan_id}" if step.loan_id and len(view.material.state.loans) > 1 else ""
        who += "".join(f" --set {key}={value}" for key, value in step.settings)
        click.echo(
            t("  文书：", "  Paper: ")
            + as_called(f"cuijie draft {view.case} {step.document}{who} -o {step.document}.docx")
        )
    if about is not None:
        _show_about(about, step, view)
    elif step.bring and not is_english():
        click.echo(f"  找什么：{'、'.join(step.bring)}")
    click.echo(t("  做完了记一笔：", "  When done: ") + as_called(f"cuijie next done {view.case} {step.id}"))


def _joined(words: object, separator: str) -> str:
    return separator.join(str(one) for one in words) if isinstance(words, list | tuple) else ""


def _show_about(about: dict[str, object], step: Step, view: View) -> None:
    phone = f"{t('，', ', ')}{about['phone']}" if about["phone"] else ""
    bring = about["bring"] if is_english() else list(step.bring)
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
            said = clock_words(step.about, number)
            click.echo(
                t("  期限：", "  Time: ")
                + f"{said['what']}{t('，', ', ')}{said['length']}{t('——', ' — ')}{said['basis']}"
            )
    click.echo(t("  没有答复怎么办：", "  If they do not answer: ") + str(about["if_silent"]))


def _line(step: Step, view: View) -> str:
    return f"○ {title_of(step)}{_due(step, view.on)}　{step.id}"


def _show_open(steps: list[Step], view: View, in_full: int) -> None:
    from cuijie.remedies.situation import keeper_of

    keeper = keeper_of(view.material)
    own = [step for step in steps if step.sender == keeper]
    for step in own[:in_full]:
        _show_full(step, view)
    for step in own[in_full:]:
        click.echo(_line(step, view))
    for sender in dict.fromkeys(step.sender for step in steps if step.sender != keeper):
        name = _who(view.material, sender)
        headline(f"\n{name}可以用自己的名义", f"\nIn the name of {name}")
        for step in (one for one in steps if one.sender == sender):
            if in_full >= len(steps):
                _show_full(step, view)
            else:
                click.echo(_line(step, view))
    if in_full < len(steps):
        say("（每一项的详情：加 --all）", "(details of each: --all)")


def _show_pressing(steps: list[Step], view: View) -> None:
    for step in {one.rung: one for one in reversed(steps)}.values():  # whoever asks, it is one answer
        click.secho(f"● {title_of(step)}", bold=True)
        click.echo(t("  为什么：", "  Why: ") + why_of(step, view.running))
        click.echo(f"  {_blocked(step, view)}")
        for kind, _, asked in (one.partition(":") for one in step.blocked_by):
            if kind == "question":
                told = as_called(f"cuijie answer {view.case} {asked} 是")
                click.echo(t(f"  是的话：{told}（不是就写“否”）", f"  If so: {told} (否 if not)"))


def _show_blocked(steps: list[Step], view: View) -> None:
    headline("\n还要等", "\nWaiting")
    for step in steps:
        due = f"（{step.due_on.isoformat()}）" if step.due_on else ""
        why = why_of(step, view.running) if step.title.startswith("等待") else _blocked(step, view)
        click.echo(f"◌ {title_of(step)}{due}　{_named(step, view)}　{why}")


def _show_deadlines(view: View) -> None:
    from cuijie.remedies.english import english

    headline("\n期限", "\nDeadlines")
    for one in view.running:
        who = t("我要做", "mine") if one.is_mine else t("对方", "theirs")
        past = t("（已过）", " (past)") if one.is_past(view.on) else ""
        what = english().clock(one) if is_english() else one.what
        click.echo(f"{_between(one)}{past}　{who}　{what}　{_who(view.material, one.step.rpartition(':')[2])}")


def _show_questions(view: View) -> None:
    from cuijie.remedies.conditions import OWN_QUESTIONS
    from cuijie.remedies.english import english

    if view.material.questions:
        from cuijie.assessment import to_ask

        count = to_ask(view.material.questions, view.material.contacts).answers
        say(
            f"\n还有 {count} 个事实不清楚，答得越多，能写进文书的越多：cuijie assess {view.case}",
            f"\n{count} open questions: cuijie assess {view.case}",
        )
    for name in own_questions(view.material):
        asked = english().questions[name] if is_english() else OWN_QUESTIONS[name]
        say(
            f"{asked}有的话：cuijie answer {view.case} {name}@case 是",
            f"{asked} If so: cuijie answer {view.case} {name}@case 是",
        )


def show(view: View, in_full: int) -> None:
    """Print the plan: help first, what presses, what can be done now, what waits, the clocks, what may still be told."""
    if not view.steps:
        say("现在没有要做的事。先收进证据：cuijie add。", "Nothing to do yet: take in evidence first (cuijie add).")
        return
    now = [step for step in view.steps if step.is_open]
    for step in [one for one in now if one.rung == "help_first"][:1]:
        click.secho(f"● {title_of(step)}", bold=True)
        click.echo(f"  {why_of(step, view.running)}")
    if pressing := [step for step in view.steps if step.is_pressing]:
        headline("\n先说一声", "\nFirst of all")
        _show_pressing(pressing, view)
    if now := [step for step in now if step.rung != "help_first"]:
        headline("\n现在可以做", "\nNow")
        _show_open(now, view, in_full)
    if blocked := [step for step in view.steps if not step.is_open and not step.is_pressing]:
        _show_blocked(blocked, view)
    if view.running:
        _show_deadlines(view)
    _show_questions(view)
    say(
        "\n任何时候，有人在门口、有人身威胁：先拨打110，别的以后再说。",
        "\nWhenever somebody is at the door or threatens you: call 110 first, everything else can wait.",
    )
