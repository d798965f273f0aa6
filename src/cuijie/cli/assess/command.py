"""``cuijie assess``: what was unlawful, under the law of that day, and which facts are still missing."""

from __future__ import annotations

import gc
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.language import t
from cuijie.cli.output import json_option, passphrase_option, rules_option, say

if TYPE_CHECKING:
    from cuijie.assessment import Assessment, Complaint
    from cuijie.casefile import Case
    from cuijie.cli.assess.page import Keeper

__all__ = ["command"]


@click.command(
    help=t(
        "逐条说明哪些催收违反了什么规定、有多确定、证据如何，还缺哪些事实。CASE 是案卷文件夹，或一份案情 JSON（- 为标准输入）。",
        "Say what was unlawful, under which law of that day, how certain, and what is unknown. CASE is a case folder or a"
        " CASE.json file (- reads standard input).",
    )
)
@click.argument("case", type=click.Path(path_type=Path, allow_dash=True), metavar="CASE|CASE.json")
@rules_option
@click.option("--all", "everything", is_flag=True, help=t("列出全部联系和问题", "list every contact and question"))
@passphrase_option
@json_option
def command(
    case: Path, folders: tuple[Path, ...], everything: bool, passphrase_file: Path | None, as_json: bool
) -> None:
    """Assess a case folder or a CASE.json; exit 1 if a breach is established or likely."""
    gc.disable()  # one short run over many small records: collecting costs a fifth of the time and frees nothing
    names: dict[str, str] = {}
    keeper = None
    if case.is_dir():
        assessment, names, keeper = _of_folder(case, folders, passphrase_file)
    else:
        from cuijie.assessment import assess
        from cuijie.cli.case.json_file import inputs_of
        from cuijie.rulebook import load_rulebook

        assessment = assess(inputs_of(case), load_rulebook(folders))
    if as_json:
        import msgspec

        from cuijie.assessment.plain import plain_assessment

        click.echo(msgspec.json.format(msgspec.json.encode(plain_assessment(assessment)), indent=2).decode())
    else:
        from cuijie.cli.assess.page import BORROWER, page

        called = shlex.quote(str(case)) if case.is_dir() else "CASE"  # answers are kept in a case folder only
        click.echo(page(assessment, case=called, names=names, everything=everything, keeper=keeper or BORROWER))
    if any(finding.certainty != "to_judge" for finding in assessment.findings):
        raise click.exceptions.Exit(1)


def _of_folder(
    folder: Path, folders: tuple[Path, ...], passphrase_file: Path | None
) -> tuple[Assessment, dict[str, str], Keeper]:
    from cuijie.assessment import assess, inputs_from_state
    from cuijie.assessment.answers import of_loan
    from cuijie.cli.assess.page import Keeper
    from cuijie.cli.case.opening import opened
    from cuijie.cli.dates import today
    from cuijie.reading import read
    from cuijie.records.names import spoken_names
    from cuijie.records.remedies import StepDone
    from cuijie.remedies.kin import owing_of
    from cuijie.remedies.material import Material, reader_of
    from cuijie.remedies.situation import keeper_of
    from cuijie.rulebook import load_rulebook

    with opened(folder, passphrase_file) as case:
        state = case.state()
        steps = case.all(StepDone)
        complaints = _complaints(case)
    names = {id: name or id for id, name in spoken_names(state.persons).items()}
    if len(state.loans) > 1:
        owners = ((one, loan) for loan in state.loans for one in (loan.loan_id, loan.lender_id) if one)
        lenders = {one: loan.lender_name or loan.platform_name or loan.loan_id for one, loan in owners}
        of_loans = ((id, loan.loan_id) for id in names for loan in state.loans)
        names |= lenders | {of_loan(id, loan): f"{names[id]}，{lenders[loan]}" for id, loan in of_loans}
    waiting = sum(1 for one in state.entries if one.tie is None and not one.is_dismissed and one.channel is not None)
    if waiting:
        say(
            f"还有 {waiting} 条记录没有认定是不是催收方的，不参加判断；用 cuijie case candidates 查看。",
            f"{waiting} records are not yet tied to a collector and are not judged; see cuijie case candidates.",
            err=True,
        )
    inputs = replace(inputs_from_state(state, read), complaints=complaints)
    groups = {entry.entry_id: entry.group_name for entry in state.entries}
    for contact in inputs.contacts:
        if contact.recipient_id is not None and contact.recipient_id.startswith("group-"):
            group = groups.get(contact.contact_id)
            names[contact.recipient_id] = f"“{group}”" if group else t("公开的地方", "a public place")
    material = Material(state=state, contacts=inputs.contacts, steps=steps)
    whose = keeper_of(material)
    reader = reader_of(material, whose)
    keeper = Keeper(person_id=whose, borrower_lives=reader != "heir", owing=owing_of(reader, today()))
    return assess(inputs, load_rulebook(folders)), names, keeper


def _complaints(case: Case) -> tuple[Complaint, ...]:
    """The complaints of the case on whose answer a clock still runs, as of today."""
    from cuijie.assessment import Complaint
    from cuijie.cli.dates import today
    from cuijie.records.remedies import StepDone

    channels = {done.step: done.channel for done in case.all(StepDone)}
    if not channels:
        return ()
    from cuijie.remedies.from_case import material_of_case
    from cuijie.remedies.ladder import deadlines

    on = today()
    return tuple(
        Complaint(channel=channel, sent_on=clock.started_on, due_on=clock.due_on, is_late=clock.is_past(on))
        for clock in deadlines(material_of_case(case), on)
        if not clock.is_mine and clock.due_on is not None and (channel := channels.get(clock.step)) is not None
    )
