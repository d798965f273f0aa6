# ruff: noqa: S608 -- names are our own
"""Several lenders side by side for a supervisor: rates per rule with their denominators; lenders are never added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cuijie.audit.errors import AuditError
from cuijie.audit.report.agreeing import wilson
from cuijie.audit.report.laws import Rules
from cuijie.audit.report.reading import AuditFolder
from cuijie.rulebook.rule import Words

__all__ = ["Beside", "LenderRate", "LenderSide", "RuleBeside", "beside"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderSide:
    """One lender of one run: its contacts, how many some finding names, and the state of its data."""

    name: str
    folder: str
    contacts: int
    named: int
    unknown: int  # verdicts that lack a fact
    read: int | None  # None: the run holds several lenders, the rows cannot be told apart
    set_aside: int | None
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LenderRate:
    """One rule at one lender: contacts named of all contacts, with the 95 % interval of the share."""

    lender: str
    ran: bool  # False: this run did not hold the rule
    findings: int
    named: int
    contacts: int
    low: float
    high: float
    unknown: int

    @property
    def share(self) -> float | None:
        """Named of all; None where there was nothing to judge."""
        return self.named / self.contacts if self.contacts and self.ran else None

    @property
    def order(self) -> tuple[float, str]:
        """The highest share first."""
        return -(self.share if self.share is not None else -1.0), self.lender


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBeside:
    """One rule at every lender."""

    rule: str
    title: Words
    rates: tuple[LenderRate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The lenders side by side.

    ``is_same_rulebook`` False: the runs were judged by different rules.  ``not_audited``: lenders whose logs could not
    be used, with the reason.
    """

    lenders: tuple[LenderSide, ...]
    rules: tuple[RuleBeside, ...]
    is_same_rulebook: bool
    not_audited: tuple[tuple[str, str], ...] = ()


def beside(audits: Sequence[AuditFolder]) -> Beside:
    """The lenders of *audits*.  Raises AuditError if there are fewer than two."""
    found = [(audit, lender) for audit in audits for lender in _lenders(audit)]
    if len(found) < 2:
        raise AuditError(
            "只有一家贷款人，没有可以并排的。", remedy="给两个以上的结果文件夹，或一个含多家贷款人的结果。"
        )
    met = [lender for _, lender in found]
    names = [
        f"{lender or '?'}（{audit.folder.resolve().name}）" if met.count(lender) > 1 else lender or "?"
        for audit, lender in found
    ]
    counts = [_counts(audit, lender) for audit, lender in found]
    sides = tuple(
        _side(audit, lender, name, alone=_lenders(audit) == [lender])
        for (audit, lender), name in zip(found, names, strict=True)
    )
    rules = Rules(audits[0].run)
    order = dict.fromkeys(rule for audit in audits for rule in audit.run.rules)
    rows = []
    for id_ in order:
        rates = tuple(
            _rate(id_, audit, side, count) for (audit, _), side, count in zip(found, sides, counts, strict=True)
        )
        if any(rate.findings or rate.unknown for rate in rates):
            rows.append(RuleBeside(rule=id_, title=rules.title(id_), rates=rates))
    rows.sort(key=lambda row: -max(rate.share or 0.0 for rate in row.rates))
    return Beside(lenders=sides, rules=tuple(rows), is_same_rulebook=len({audit.run.rulebook for audit in audits}) == 1)


def _lenders(audit: AuditFolder) -> list[str | None]:
    return [
        row[0]
        for row in audit.rows("SELECT DISTINCT lender_id FROM summary WHERE dimension = 'all' ORDER BY lender_id")
    ]


def _where(lender: str | None) -> str:
    return "lender_id IS NULL" if lender is None else "lender_id = '{}'".format(lender.replace("'", "''"))


def _counts(audit: AuditFolder, lender: str | None) -> dict[str, tuple[int, int, int]]:
    named = dict(
        audit.rows(
            f"SELECT rule, COUNT(DISTINCT c) FROM (SELECT rule, unnest(contacts) AS c FROM findings WHERE {_where(lender)}) GROUP BY rule"
        )
    )
    rows = audit.rows(
        "SELECT rule, CAST(SUM(findings) AS BIGINT), CAST(SUM(unknown) AS BIGINT) FROM summary"
        f" WHERE dimension = 'all' AND rule IS NOT NULL AND {_where(lender)} GROUP BY rule"
    )
    return {rule: (findings, int(named.get(rule, 0)), unknown) for rule, findings, unknown in rows}


def _side(audit: AuditFolder, lender: str | None, name: str, *, alone: bool) -> LenderSide:
    contacts, unknown = audit.rows(
        "SELECT CAST(COALESCE(SUM(contacts) FILTER (WHERE rule IS NULL), 0) AS BIGINT), CAST(COALESCE(SUM(unknown), 0) AS BIGINT)"
        f" FROM summary WHERE dimension = 'all' AND {_where(lender)}"
    )[0]
    named = audit.rows(
        f"SELECT COUNT(DISTINCT c) FROM (SELECT unnest(contacts) AS c FROM findings WHERE {_where(lender)})"
    )[0][0]
    quality = audit.quality
    return LenderSide(
        name=name,
        folder=audit.folder.resolve().name,
        contacts=contacts,
        named=named,
        unknown=unknown,
        read=quality.read if alone else None,
        set_aside=quality.set_aside if alone else None,
        first=str(quality.first or ""),
        last=str(quality.last or ""),
    )


def _rate(rule: str, audit: AuditFolder, side: LenderSide, counts: dict[str, tuple[int, int, int]]) -> LenderRate:
    findings, named, unknown = counts.get(rule, (0, 0, 0))
    low, high = wilson(named, side.contacts)
    return LenderRate(
        lender=side.name,
        ran=rule in audit.run.rules,
        findings=findings,
        named=named,
        contacts=side.contacts,
        low=low,
        high=high,
        unknown=unknown,
    )
