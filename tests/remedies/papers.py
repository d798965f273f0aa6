"""Every paper and the sample case drafted into it, for the tests of papers."""

from __future__ import annotations

from cuijie.law import library
from cuijie.remedies.documents.blocks import Paragraph, Run, blocks_runs, plain
from cuijie.remedies.documents.catalogue import documents
from cuijie.remedies.documents.claims import Claim, check
from cuijie.remedies.documents.draft import Draft, draft
from cuijie.remedies.material import Material
from tests.remedies.sample import ON, sample

EVERY = [
    (id, sender)
    for id, spec in documents().items()
    for sender in ("debtor", "p1")
    if ("debtor" if sender == "debtor" else "contacted") in spec.who and not spec.is_group
]


def drafted(document: str, material: Material | None = None, sender: str = "debtor", **fields: str) -> Draft:
    return draft(document, material or sample(), ON, law=library(), sender=sender, fields=fields)


def claims_in(text: str, *, is_debtor: bool = True) -> tuple[Claim, ...]:
    return check((Paragraph(runs=(Run(text=text, kind="data"),)),), is_debtor=is_debtor)


def words_of(made: Draft) -> str:
    return "".join(run.text for run in blocks_runs(made.blocks))


def text_of(block: object) -> str:
    runs = getattr(block, "runs", None)
    return plain(runs) if runs else ""
