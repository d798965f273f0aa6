"""Checks of money and prevention written into a case: the files they read, the result, one ledger entry for both."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import cuijie
from cuijie.casefile.case import Case
from cuijie.casefile.items import Item, ItemFacts
from cuijie.records.results import CheckKind, CheckResult, PaperProposal

__all__ = ["keep_file", "keep_result", "keep_text"]


def keep_file(case: Case, path: Path) -> Item:
    """The file at *path* as an original of the case.  Raises OSError."""
    with path.open("rb") as stream:
        return case.keep(stream, ItemFacts(name=path.name, owner="debtor"))


def keep_text(case: Case, text: str, name: str) -> Item:
    """A text that was typed or pasted, as an original of the case."""
    about = ItemFacts(name=name, media_type="text/plain", owner="debtor", obtained="由用户粘贴或录入")
    return case.keep(io.BytesIO(text.encode()), about)


def keep_result(
    case: Case,
    kind: CheckKind,
    subject: str,
    content: str,
    about: str,
    *,
    items: Sequence[Item] = (),
    proposals: Sequence[PaperProposal] = (),
) -> CheckResult:
    """The result as a record with the version and time of its making; one that says nothing new is not written again."""
    earlier = [one for one in case.all(CheckResult) if one.kind == kind]
    ids = tuple(one.item_id for one in items)
    last = max((one for one in earlier if one.subject == subject), key=lambda one: one.made_at, default=None)
    made = CheckResult(
        result_id=f"{kind}-{len(earlier) + 1}",
        kind=kind,
        subject=subject,
        made_at=case.clock.now(),
        version=cuijie.__version__,
        items=ids,
        about=about,
        content=content,
        proposals=tuple(proposals),
    )
    if last is not None and _says(last) == _says(made):
        return last
    with case.batch("checked", {"check": kind, "result": made.result_id, "items": list(ids), "version": made.version}):
        case.put(made)
    return made


def _says(one: CheckResult) -> tuple[object, ...]:
    return (one.items, one.version, one.content, one.proposals)
