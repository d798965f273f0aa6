"""What is said of a step that was done, kept in a case with the files that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from cuijie.cli.dates import today

if TYPE_CHECKING:
    from cuijie.casefile import Case
    from cuijie.records.remedies import StepDone
    from cuijie.remedies.doing import DoneFacts
    from cuijie.remedies.material import Material

__all__ = ["Said", "recorded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the user says of the step: when, how, under which number, and the files that show it."""

    on: date | None
    paper: Path | None
    proofs: tuple[Path, ...]
    reached: date | None
    ticket: str | None
    via: str | None
    note: str | None
    answers: str | None

    def facts(self) -> DoneFacts:
        """What was said, no file kept yet."""
        from cuijie.remedies.doing import DoneFacts

        return DoneFacts(
            done_on=self.on,
            reached_on=self.reached,
            ticket_no=self.ticket,
            via=self.via,
            note=self.note,
            answers=self.answers,
        )


def recorded(case: Case, material: Material, step: str, said: Said, facts: DoneFacts) -> StepDone:
    """The record of *step*, put into the open *case* with the files of *said*; the caller makes it one act."""
    from cuijie.cli.remedy_source import keep_file
    from cuijie.remedies.doing import record_done

    sent = keep_file(case, said.paper, "paper_sent") if said.paper else None
    facts = replace(
        facts,
        paper_item=sent.item_id if sent else None,
        paper_sha256=sent.sha256 if sent else None,
        proof_items=tuple(keep_file(case, proof, "proof").item_id for proof in said.proofs),
    )
    record = record_done(material, step, facts, today())
    case.put(record)
    return record
