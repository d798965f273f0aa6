"""``cuijie answer``: settle one unknown of a case; 不知道 is an answer too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_option, print_json, say
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.assessment import Assessment

__all__ = ["command"]


@click.command(
    help=t(
        "回答一个还不清楚的事实。QUESTION 是 assess 列出的编号（列@谁），VALUE 是 是/否、选项或“不知道”。",
        "Settle one unknown fact. QUESTION is an id that assess lists (column@owner); VALUE is yes/no, a choice or 不知道.",
    )
)
@click.argument("case", type=click.Path(path_type=Path))
@click.argument("question")
@click.argument("value")
@passphrase_option
@json_option
def command(case: Path, question: str, value: str, passphrase_file: Path | None, as_json: bool) -> None:
    """Record an answer and say what it changes."""
    from cuijie.assessment import check_question, parse_answer, to_ask
    from cuijie.assessment.asking import answered_by
    from cuijie.cli.case.opening import opened
    from cuijie.clock import SystemClock
    from cuijie.records import Answer
    from cuijie.remedies.conditions import OWN_QUESTIONS

    settled = parse_answer(question, _in_its_words(question, value))
    with opened(case, passphrase_file, writable=True) as folder:
        before = _assessed(folder.state())
        of_loan = question.partition("@")[0] == "lender_id" and settled is not None
        if of_loan and len(loans := folder.state().loans) > 1:
            raise BadInput(
                t("替哪笔借款催，要按催收方写明。", "For which loan is told for each collector."),
                remedy=f"cuijie case collector {case} {t('催收方名称', 'COLLECTOR')} --loan {'|'.join(one.loan_id for one in loans)}",
            )
        settles = answered_by(question, before.inputs)
        if question.partition("@")[0] not in OWN_QUESTIONS:
            check_question(settles[0], before)
        with folder.batch("answered", {"question": question}):
            now = SystemClock().now()
            folder.put(*(Answer(question=one, value=settled, answered_at=now) for one in settles))
        after = _assessed(folder.state())
    old = {(finding.rule, finding.contacts): finding for finding in before.findings}
    changed = sorted({f.rule for f in after.findings if old.get((f.rule, f.contacts)) != f} | _gone(before, after))
    if as_json:
        print_json(
            {
                "question": question,
                "value": settled,
                "findings": len(after.findings),
                "questions": len(after.questions),
                "changed": changed,
            }
        )
        return
    click.echo(t("记下了：不知道。", "Noted: not known.") if settled is None else t("记下了。", "Noted."))
    if settled is True:
        _say_since_when(question, before)
    if changed:
        say(f"有变化的规则：{'、'.join(changed)}。", f"Rules that changed: {', '.join(changed)}.")
    left = to_ask(after.questions, after.inputs.contacts, after.inputs.not_known).answers
    say(
        f"现在有 {len(after.findings)} 项发现，还有 {left} 个事实没有弄清。用 cuijie assess 查看。",
        f"{len(after.findings)} findings now, {left} facts still open. See cuijie assess.",
    )


def _in_its_words(question: str, value: str) -> str:
    """The id behind a word that ``cuijie case`` takes for the same fact; any other word as it was written."""
    from cuijie.cli.case.words import ACTORS, CONSENTS, LENDER_TYPES, PRODUCTS, RELATIONS, ROLES

    taken = {
        "actor": ACTORS, "contact_list_consent": CONSENTS, "lender_type": LENDER_TYPES, "product": PRODUCTS,
        "recipient_relation": RELATIONS, "recipient_role": ROLES,
    }  # fmt: skip
    words = taken.get(question.partition("@")[0])
    return (words.id_of(value) if words else None) or value


def _say_since_when(question: str, before: Assessment) -> None:
    """A plain yes to "before this contact?" speaks of every contact asked about, the first one too."""
    from cuijie.assessment.answers import is_dated
    from cuijie.assessment.explaining import local_time

    asked = {contact for one in before.questions if one.id == question for contact in one.contacts}
    times = [local_time(contact) for contact in before.inputs.contacts if contact.contact_id in asked]
    if is_dated(question) and times and times[0]:
        say(
            f"这表示在 {times[0]} 那次联系之前就说过。要是后来才说的，请改写日期再答一次，例如 2026-03-05 或“2026-03-05 19:10”。",
            f"This says it was said before the contact of {times[0]}. If later, answer again with the day or the moment.",
        )


def _assessed(state: object) -> Assessment:
    from cuijie.assessment import assess, inputs_from_state
    from cuijie.reading import read
    from cuijie.records import CaseState

    if not isinstance(state, CaseState):
        raise TypeError("a case's state is a CaseState")
    return assess(inputs_from_state(state, read))


def _gone(before: Assessment, after: Assessment) -> set[str]:
    left = {finding.rule for finding in after.findings}
    return {finding.rule for finding in before.findings if finding.rule not in left}
