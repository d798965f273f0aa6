"""``cuijie next done … --also``: a complaint of several borrowers that was handed in, recorded in each one's case."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cuijie.cli.dates import today
from cuijie.cli.language import t
from cuijie.cli.next.recording import Said, recorded
from cuijie.cli.output import as_typed, print_json, say
from cuijie.errors import BadInput, CuijieError

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.records.remedies import StepDone
    from cuijie.remedies.doing import DoneFacts
    from cuijie.remedies.material import Material

__all__ = ["done_together"]


def done_together(cases: Sequence[Path], step: str, said: Said, *, as_json: bool, passphrase_file: Path | None) -> None:
    """Records *step* in every case that opens, whole in each or not at all; the others are named, and the exit code is 3.

    Raises CuijieError where the first does not open or one that opened cannot take the step: then none has it.
    """
    from cuijie.cli.case.opening import opened
    from cuijie.remedies.documents.group import GROUP
    from cuijie.remedies.from_case import material_of_case

    facts = replace(said.facts(), document=GROUP)
    left: dict[Path, CuijieError] = {}
    found: dict[Path, tuple[Case, Material]] = {}
    with ExitStack() as held:
        for one in dict.fromkeys(cases):
            try:
                case = held.enter_context(opened(one, passphrase_file, writable=True))
            except CuijieError as error:
                if one == cases[0]:
                    raise
                left[one] = error
            else:
                found[one] = (case, material_of_case(case))
        steps = _planned([material for _, material in found.values()], step, facts)
        done: dict[Path, StepDone] = {}
        for (one, (case, material)), full in zip(found.items(), steps, strict=True):
            try:
                with case.batch("step_done", {"step": full}):
                    done[one] = recorded(case, material, full, said, facts)
            except CuijieError as error:
                left[one] = error
    _tell(done, left, as_json=as_json)


def _planned(materials: Sequence[Material], step: str, facts: DoneFacts) -> list[str]:
    """The full step of each case, for the loan from the lender whom *step* names in the first."""
    from cuijie.remedies.documents.group import joint_step
    from cuijie.remedies.doing import full_step, record_done

    rung, _, rest = full_step(materials[0], step).partition("@")
    loan_id = rest.partition(":")[0]
    lender = next((one.lender_name or "" for one in materials[0].state.loans if one.loan_id == loan_id), "").strip()
    steps = [joint_step(material, rung, lender) for material in materials]
    for material, full in zip(materials, steps, strict=True):
        record_done(material, full, facts, today())
    return steps


def _tell(done: dict[Path, StepDone], left: dict[Path, CuijieError], *, as_json: bool) -> None:
    if as_json:
        from cuijie.records import to_plain

        print_json(
            {
                "done": [{"case": str(one), "done": to_plain(record)} for one, record in done.items()],
                "left": [{"case": str(one), "code": error.code, "why": error.message} for one, error in left.items()],
            }
        )
    else:
        for one, record in done.items():
            sha = t(f"，文书 SHA-256 {record.paper_sha256}", f", paper {record.paper_sha256}") * bool(
                record.paper_sha256
            )
            say(f"{as_typed(one)}：已记下 {record.step}，{record.done_on.isoformat()}{sha}。",
                         f"{as_typed(one)}: recorded {record.step}, {record.done_on.isoformat()}{sha}.")  # fmt: skip
        for one, error in left.items():
            say(f"{as_typed(one)}：没有记，里面什么都没有动。{error.message}",
                         f"{as_typed(one)}: not recorded, nothing was changed. {error.message}", err=True)  # fmt: skip
    if left and not done:
        raise BadInput(t("一个案卷也没有记。", "Nothing was recorded."))
    if left:
        raise click.exceptions.Exit(3)
