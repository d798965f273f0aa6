"""What a case holds for its papers and its ladder, gathered in one go; exhibit numbers given here are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeVar

from cuijie.clock import SHANGHAI
from cuijie.records import CaseState, Payment
from cuijie.records.remedies import Exhibit, PaperField, Reply, StepDone
from cuijie.records.results import CheckResult
from cuijie.records.revisions import EntryNote
from cuijie.remedies.exhibits import KeptItem, number_exhibits
from cuijie.remedies.material import CustodyLine, Material
from cuijie.remedies.wording import day

if TYPE_CHECKING:
    from cuijie.assessment import Assessment

__all__ = ["ActFacts", "CaseFacts", "exhibits_of_case", "material_of_case"]

_Record = TypeVar("_Record")
_OWN_STATEMENT = "本人陈述"  # how the case says that somebody of it told this themselves
_LONGEST_NOTE = 64_000  # bytes; longer texts are exports and books, not notes
_ACTS = {
    "kept": "收入原件",
    "seen_again": "再次收到同一内容",
    "restored": "用同一内容补回",
    "derived": "由原件制作副本",
    "discarded": "移出",
}


class ActFacts(Protocol):
    """What remedies need of an act in the ledger (``casefile.LedgerEntry``)."""

    @property
    def at(self) -> datetime: ...  # noqa: D102
    @property
    def act(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> Mapping[str, object]: ...  # noqa: D102


class CaseFacts(Protocol):
    """What remedies need of an open case (``casefile.Case``)."""

    @property
    def is_writable(self) -> bool:
        """Whether records may be put."""
        ...

    def state(self) -> CaseState:
        """The records of the case."""
        ...

    def items(self) -> Sequence[KeptItem]:
        """Everything kept."""
        ...

    def open_item(self, item_id: str) -> BinaryIO:
        """The bytes of something kept."""
        ...

    def all(self, kind: type[_Record]) -> tuple[_Record, ...]:
        """Every record of one kind."""
        ...

    def put(self, *records: object) -> None:
        """Store records."""
        ...

    def ledger(self) -> Sequence[ActFacts]:
        """Every act, oldest first."""
        ...


def exhibits_of_case(case: CaseFacts, state: CaseState | None = None) -> tuple[Exhibit, ...]:
    """The case's exhibits under the numbers they keep; new numbers are stored if the case can be written.

    *state* is the case's state where the caller has it already.
    """
    known = case.all(Exhibit)
    exhibits = number_exhibits(case.items(), (state or case.state()).entries, known)
    if case.is_writable and (new := set(exhibits) - set(known)):
        case.put(*sorted(new, key=lambda exhibit: exhibit.number))
    return exhibits


def _custody(case: CaseFacts, exhibits: Sequence[Exhibit]) -> tuple[CustodyLine, ...]:
    by_id = {exhibit.exhibit_id: exhibit for exhibit in exhibits}
    lines: list[CustodyLine] = []
    for one in case.ledger():
        exhibit = by_id.get(str(one.detail.get("item", "")))
        if exhibit is None or one.act not in _ACTS:
            continue
        local = one.at.astimezone(SHANGHAI)
        what = f"证据{exhibit.number}，{exhibit.name}"
        lines.append(CustodyLine(when=f"{day(local.date())}{local:%H:%M:%S}", act=_ACTS[one.act], what=what))
    return tuple(lines)


def material_of_case(case: CaseFacts, assessed: tuple[CaseState, Assessment] | None = None) -> Material:
    """The case, assessed with our rulebook and reader, with its exhibits, steps, replies and filled-in fields.

    *assessed* is the case's state and assessment where the caller has them already.
    """
    from cuijie.assessment import assess, inputs_from_state
    from cuijie.assessment.told_again import joined
    from cuijie.reading import read

    state = assessed[0] if assessed else case.state()
    assessment = assessed[1] if assessed else assess(inputs_from_state(state, read))
    exhibits = exhibits_of_case(case, state)
    return Material(
        state=_settled(replace(state, entries=tuple(joined(state.entries, assessment.inputs.told_again)))),
        contacts=assessment.inputs.contacts,
        findings=assessment.findings,
        questions=assessment.questions,
        exhibits=exhibits,
        custody=_custody(case, exhibits),
        payments=case.all(Payment),
        steps=case.all(StepDone),
        replies=case.all(Reply),
        fields=case.all(PaperField),
        notes=(*(one.text for one in case.all(EntryNote)), *_written(case, state)),
        results=case.all(CheckResult),
        refusing=assessment.inputs.refusing,
    )


def _written(case: CaseFacts, state: CaseState) -> Iterator[str]:
    """Statements, diaries, and short plain texts in which no contact stands: what somebody of the case wrote themselves."""
    yield from (entry.text for entry in state.entries if entry.text_kind == "summary" and entry.text)
    read = {item for entry in state.entries for item in entry.item_ids}
    for item in case.items():
        about, is_statement = item.about, item.about.obtained == _OWN_STATEMENT
        is_text = about.media_type == "text/plain" or about.name.lower().endswith((".txt", ".md"))
        is_own = is_statement or item.item_id not in read
        if is_text and is_own and item.parent_id is None and item.size_bytes <= _LONGEST_NOTE:
            with case.open_item(item.item_id) as stream:
                data = stream.read()
            yield _decoded(data)


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _settled(state: CaseState) -> CaseState:
    """*state* with its loans and people as questions about them were answered."""
    from cuijie.assessment import AnswerBook

    book = AnswerBook(state.answers)
    return replace(
        state,
        loans=tuple(map(book.apply_to_loan, state.loans)),
        persons=tuple(map(book.apply_to_person, state.persons)),
    )
