"""Where ``draft`` and ``next`` get their material: a case folder, or a CASE.json that nothing is written back to."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cuijie.cli.case.opening import opened
from cuijie.cli.language import t
from cuijie.cli.output import say
from cuijie.cli.progress import doing
from cuijie.errors import BadInput

if TYPE_CHECKING:
    from cuijie.casefile import Case, Item
    from cuijie.records.contact import RecipientRole
    from cuijie.remedies.material import Material

__all__ = ["keep_file", "opened_material"]


def _from_json(path: Path) -> Material:
    from cuijie.assessment import assess
    from cuijie.cli.case.json_file import inputs_of
    from cuijie.records import CaseState, Person
    from cuijie.remedies.material import Material

    assessment = assess(inputs_of(path))
    people = {
        one.recipient_id: Person(person_id=one.recipient_id, role=one.recipient_role, relation=one.recipient_relation)
        for one in assessment.inputs.contacts
        if one.recipient_id and one.recipient_id != "debtor" and one.recipient_role != "debtor"
    }
    roles: dict[str, dict[str, RecipientRole]] = {}
    for one in assessment.inputs.contacts:
        if one.recipient_id in people and one.loan_id and one.recipient_role:
            roles.setdefault(one.recipient_id, {})[one.loan_id] = one.recipient_role
    for person_id, by_loan in roles.items():
        if len(set(by_loan.values())) > 1:  # a guarantor of one loan, of another an outsider
            people[person_id] = replace(people[person_id], role=None, loan_roles=tuple(sorted(by_loan.items())))
    return Material(
        state=CaseState(loans=assessment.inputs.loans, persons=tuple(people.values())),
        contacts=assessment.inputs.contacts,
        findings=assessment.findings,
        questions=assessment.questions,
        refusing=assessment.inputs.refusing,
    )


@contextlib.contextmanager
def opened_material(
    source: Path, passphrase_file: Path | None, *, writable: bool = False
) -> Iterator[tuple[Case | None, Material]]:
    """The material in *source*, and the open case it stands in (None for a CASE.json)."""
    if source.suffix.lower() == ".json" and source.is_file():
        yield None, _from_json(source)
        return
    from cuijie.casefile.errors import CaseLocked
    from cuijie.remedies.from_case import material_of_case

    with contextlib.ExitStack() as stack:
        try:
            case = stack.enter_context(opened(source, passphrase_file, writable=writable))
        except CaseLocked:
            if not writable:
                raise
            case = stack.enter_context(opened(source, passphrase_file))
            say(
                "案卷正在别处开着（例如工作台），这次只读：填写的内容不会记进案卷。",
                "The case is open elsewhere: reading only, fields are not kept.",
                err=True,
            )
        with doing(t("正在核对案卷里的记录……", "Going through the records…")):
            material = material_of_case(case)
        yield case, material


def keep_file(case: Case, path: Path, kind: str) -> Item:
    """Take the file at *path* into the case exactly as it is: a paper as sent, a proof, a reply."""
    import mimetypes

    from cuijie.casefile import ItemFacts

    if not path.is_file():
        raise BadInput(
            t(f"找不到文件 {path}（或者它是文件夹）。", f"No such file: {path}."),
            remedy=t("请给出实际寄出、收到的那份文件。", "Name the file that was sent or received."),
        )
    if path.stat().st_size == 0:
        raise BadInput(t(f"{path} 是空文件，没有收进。", f"{path} is empty."))
    about = ItemFacts(
        name=path.name,
        kind=kind,
        media_type=mimetypes.guess_type(path.name)[0],
        owner="debtor",
        obtained="案卷主人提供",
    )
    with path.open("rb") as stream:
        return case.keep(stream, about)
