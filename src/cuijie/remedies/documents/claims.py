"""The claims check: words that say more than a person's papers can show, read in every draft.

The collector's own words are quoted, not claimed, and are left alone; names of laws are names.  A word that must
not leave (a threat, or that the debt need not be paid) refuses the draft; any other is listed with a milder wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cuijie.datafiles import Lines, Words, load_table
from cuijie.remedies.documents.blocks import (
    Block,
    Cell,
    Fields,
    Heading,
    Item,
    Notice,
    PageBreak,
    Paragraph,
    Run,
    Table,
)

__all__ = ["Claim", "ClaimRule", "check", "claim_rules"]

_FILE = Path(__file__).parent.parent / "data" / "claims.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One place where a draft says more than it can support."""

    words: str
    sentence: str
    why: Words
    instead: Words
    is_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRule:
    """One wording that goes too far, why, the provision that says so where one does, and a milder wording."""

    pattern: re.Pattern[str]
    why: Words
    instead: Words
    provision: str | None
    is_refused: bool
    is_about_own_debt: bool  # a contacted person indeed owes nothing


_REPORTED = re.compile(r"(?:称|说|声称|认为|以为|污蔑|指责)[^，。；]{0,12}$")
"""What makes the words after it those of somebody else."""
_SOFT = re.compile(r"(?:涉嫌|疑似|是否|有无|可能|不下|不构成|不属于)(?:已经)?(?:构成)?$")
"""What makes a word after it a question or a suspicion rather than a claim."""


@cache
def claim_rules() -> tuple[ClaimRule, ...]:
    """Every wording that goes too far, as our data file has them.  Raises DataFileError."""
    return tuple(map(_rule, load_table(_FILE).tables("claims")))


def _rule(row: Lines) -> ClaimRule:
    row.refuse_others(("pattern", "why", "instead", "provision", "refused", "own_debt"))
    return ClaimRule(
        pattern=row.pattern("pattern"),
        why=row.words("why"),
        instead=row.words("instead"),
        provision=row.text("provision") if "provision" in row else None,
        is_refused=row.flag("refused"),
        is_about_own_debt=row.flag("own_debt"),
    )


def _sentences(runs: Cell) -> Iterable[str]:
    # The collector's words and the names of laws are blanked out, so that neither is read as our claim.
    text = "".join(
        "〇" * len(run.text) if run.kind in {"quote", "law", "blank", "exhibit"} else run.text for run in runs
    )
    text = re.sub(r"《[^》]*》", lambda found: "〇" * len(found.group()), text)
    yield from (part for part in re.split(r"(?<=[。；！？\n])", text) if part.strip())


def _check_runs(runs: Cell, *, is_debtor: bool) -> Iterable[Claim]:
    for sentence in _sentences(runs):
        for rule in claim_rules():
            if rule.is_about_own_debt and not is_debtor:
                continue
            for found in rule.pattern.finditer(sentence):
                before = sentence[: found.start()]
                if _REPORTED.search(before) or (not rule.is_refused and _SOFT.search(before)):
                    continue
                yield Claim(
                    words=found.group(),
                    sentence=sentence.replace("〇", "…").strip(),
                    why=rule.why,
                    instead=rule.instead,
                    is_refused=rule.is_refused,
                )


def _cells(block: Block) -> Iterable[Cell]:
    match block:
        case Heading() | Paragraph() | Item() | Notice():
            yield block.runs
        case Fields():
            for field in block.rows:
                yield (Run(text=field.label + "："), *field.runs)
        case Table():
            for row in block.rows:
                yield from row
        case PageBreak():
            return


def check(blocks: Iterable[Block], *, is_debtor: bool = True) -> tuple[Claim, ...]:
    """Every claim in *blocks* that needs support or another wording, in reading order, each once.

    *is_debtor* says whose paper it is: only a debtor's may not say that nothing need be paid.
    """
    cells = (cell for block in blocks for cell in _cells(block))
    return tuple(dict.fromkeys(claim for cell in cells for claim in _check_runs(cell, is_debtor=is_debtor)))
