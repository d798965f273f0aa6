"""What a lender should change in an outgoing text before it is sent, and why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from cuijie.datafiles import Lines, Words, load_table
from cuijie.reading.result import RULE_OF_LABEL, LabelHit, Span
from cuijie.reading.variants import LEXICON

__all__ = ["Advice", "Change", "advice", "changes"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Why a label's wording must not go out and what may stand instead, in both languages."""

    title_en: str
    why: Words
    instead: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change to make: the passages, the rule they would breach, why, and what to write instead."""

    label: str
    rule: str
    spans: tuple[Span, ...]
    advice: Advice


@cache
def advice() -> dict[str, Advice]:
    """The advice for every label.  Raises DataFileError naming file, line and key."""
    source = load_table(LEXICON / "advice.yaml", "文件要是“标签: 说明”的形式")
    return {label: _advice(source, label) for label in RULE_OF_LABEL}


def _advice(source: Lines, label: str) -> Advice:
    row = source.table(label, "缺少这个标签的说明")
    return Advice(title_en=row.text("title_en"), why=row.words("why"), instead=row.words("instead"))


def changes(hits: tuple[LabelHit, ...]) -> tuple[Change, ...]:
    """What must change in a text with these labels, one entry per label."""
    return tuple(
        Change(label=hit.label, rule=RULE_OF_LABEL[hit.label], spans=hit.spans, advice=advice()[hit.label])
        for hit in hits
    )
