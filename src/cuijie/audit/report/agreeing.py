"""How far people agree with the audit: precision per rule with its interval, and Cohen's kappa; kept in the result's folder."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cuijie.audit.errors import AuditError
from cuijie.audit.work import write_json

__all__ = [
    "FILE",
    "Agreement",
    "Judged",
    "RuleAgreement",
    "agreement_of",
    "kappa",
    "keep_agreement",
    "wilson",
    "worked_out",
]

FILE = "agreement.json"
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row a person judged: of which stratum, what the audit and the person say (True: a breach)."""

    rule: str | None  # None: the audit found nothing in this contact
    certainty: str | None
    person: bool
    second: bool | None = None  # what a second person says

    @property
    def audit(self) -> bool:
        """What the audit says."""
        return self.rule is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAgreement:
    """Of one rule (and certainty; None: all): how many were judged and confirmed, with the 95 % interval of the share."""

    rule: str
    certainty: str | None
    judged: int
    confirmed: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What people said of a sample.  ``kappa`` is of the sample, ``kappa_log`` of the log (rows weighted by their stratum)."""

    judged: int
    unclear: int
    found_judged: int
    found_confirmed: int
    found_low: float
    found_high: float
    clear_judged: int
    clear_missed: int
    clear_low: float
    clear_high: float
    kappa: float | None
    kappa_log: float | None
    second_judged: int
    second_kappa: float | None
    rules: tuple[RuleAgreement, ...]
    source: str
    source_sha256: str
    findings_sha256: str


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % Wilson score interval of the share *hits* / *of*; (0, 1) of nothing."""
    if not of:
        return 0.0, 1.0
    share, z2 = hits / of, _Z95 * _Z95
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = _Z95 * math.sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    return (0.0 if hits == 0 else max(0.0, middle - half)), (1.0 if hits == of else min(1.0, middle + half))


def kappa(pairs: Iterable[tuple[bool, bool, float]]) -> float | None:
    """Cohen's kappa of weighted pairs; None where a side says only one thing, and agreement by chance is certain."""
    cells: Counter[tuple[bool, bool]] = Counter()
    for one, other, weight in pairs:
        cells[one, other] += weight  # type: ignore[assignment]  # weights are not whole numbers
    total = float(sum(cells.values()))
    left, right = (float(cells[True, True] + cells[True, False]), float(cells[True, True] + cells[False, True]))
    if not total or left in (0.0, total) or right in (0.0, total):
        return None
    agreed = float(cells[True, True] + cells[False, False]) / total
    chance = (left * right + (total - left) * (total - right)) / (total * total)
    return (agreed - chance) / (1 - chance)


def worked_out(
    judged: Sequence[Judged],
    sizes: Mapping[tuple[str | None, str | None], int],
    *,
    unclear: int,
    source: str,
    source_sha256: str,
    findings_sha256: str,
) -> Agreement:
    """The agreement of *judged* rows; *sizes* says how large each stratum is in the log."""
    drawn = Counter((one.rule, one.certainty) for one in judged)
    found, clear = [one for one in judged if one.audit], [one for one in judged if not one.audit]
    confirmed, missed = sum(one.person for one in found), sum(one.person for one in clear)
    low, high = wilson(confirmed, len(found))
    clear_low, clear_high = wilson(missed, len(clear))
    doubled = [one for one in judged if one.second is not None]
    return Agreement(
        judged=len(judged),
        unclear=unclear,
        found_judged=len(found),
        found_confirmed=confirmed,
        found_low=low,
        found_high=high,
        clear_judged=len(clear),
        clear_missed=missed,
        clear_low=clear_low,
        clear_high=clear_high,
        kappa=kappa((one.audit, one.person, 1.0) for one in judged),
        kappa_log=kappa(
            (one.audit, one.person, sizes[one.rule, one.certainty] / drawn[one.rule, one.certainty]) for one in judged
        ),
        second_judged=len(doubled),
        second_kappa=kappa((one.person, bool(one.second), 1.0) for one in doubled),
        rules=_rules(found),
        source=source,
        source_sha256=source_sha256,
        findings_sha256=findings_sha256,
    )


def _rules(found: Sequence[Judged]) -> tuple[RuleAgreement, ...]:
    rows = []
    for rule in sorted({one.rule for one in found if one.rule}):
        own = [one for one in found if one.rule == rule]
        kinds = sorted({one.certainty or "" for one in own})
        for certainty in (None, *(kinds if len(kinds) > 1 else ())):
            held = [one for one in own if certainty is None or one.certainty == certainty]
            hits = sum(one.person for one in held)
            low, high = wilson(hits, len(held))
            rows.append(
                RuleAgreement(rule=rule, certainty=certainty, judged=len(held), confirmed=hits, low=low, high=high)
            )
    return tuple(rows)


def keep_agreement(folder: Path, agreement: Agreement) -> None:
    """Record *agreement* in the result's folder."""
    write_json(folder / FILE, asdict(agreement))


def agreement_of(folder: Path) -> Agreement | None:
    """The agreement recorded in *folder*; None if there is none.  Raises AuditError for a damaged one."""
    path = folder / FILE
    if not path.exists():
        return None
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rules = tuple(RuleAgreement(**row) for row in told.pop("rules"))
        return Agreement(rules=rules, **told)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise AuditError(f"{path} 读不出来。", remedy="请再跑一次 cuijie audit agree，或去掉这个文件。") from error
