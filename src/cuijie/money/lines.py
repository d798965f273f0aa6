"""Which line on interest and fees applies to a loan: by lender, product and day of contract; unknown stays unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from cuijie.datafiles import Lines, Words, load_table
from cuijie.money.lpr import four_times

__all__ = ["Line", "LineKind", "applies", "cap_of", "lines"]

LineKind = Literal["cap", "deducted", "reducible", "outside_table", "penalty", "early"]
_FILE = Path(__file__).parent / "data" / "lines.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: the provision that draws it, whom it binds, for contracts of which days, and how high it is."""

    id: str
    title: Words
    provision: str
    also: tuple[str, ...]
    confidence: str
    kind: LineKind
    cap: str | None
    lenders: tuple[str, ...]
    maybe_for: tuple[str, ...]  # of these lenders only some loans, by a fact that is not asked
    products: tuple[str, ...]
    contract_from: str | None
    contract_until: date | None
    note: Words | None
    unsure_before: date | None  # for contracts of earlier days the rules of that time are not held here
    refund_above: Decimal | None  # what was paid beyond this yearly rate may be claimed back


@cache
def lines() -> tuple[Line, ...]:
    """Every line we hold, in the order in which they are shown.  Raises DataFileError."""
    return tuple(map(_line, load_table(_FILE).tables("lines")))


def _line(row: Lines) -> Line:
    kind = row.text("kind")
    if kind not in get_args(LineKind):
        raise row.wrong("kind", f"应是 {'、'.join(get_args(LineKind))} 之一")
    return Line(
        id=row.text("id"),
        title=row.words("title"),
        provision=row.text("provision"),
        also=row.texts("also"),
        confidence=row.text("confidence"),
        kind=cast(LineKind, kind),
        cap=row.text("cap") if "cap" in row else None,
        lenders=row.texts("lenders"),
        maybe_for=row.texts("maybe_for"),
        products=row.texts("products"),
        contract_from=row.text("contract_from") if "contract_from" in row else None,
        contract_until=row.day("contract_until") if "contract_until" in row else None,
        unsure_before=row.day("unsure_before") if "unsure_before" in row else None,
        note=row.words("note") if "note" in row else None,
        refund_above=Decimal(row.text("refund_above")) if "refund_above" in row else None,
    )


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _among(value: str | None, allowed: tuple[str, ...]) -> bool | None:
    if not allowed:
        return True
    return None if value is None else value in allowed


def _since(day: date | None, start: str | None) -> bool | None:
    """A start known only to the month is unknown within that month."""
    if start is None:
        return True
    if day is None:
        return None
    if len(start) == 7:
        month = f"{day.year:04d}-{day.month:02d}"
        return None if month == start else month > start
    return day >= date.fromisoformat(start)


def applies(line: Line, lender_type: str | None, product: str | None, contract_on: date | None) -> bool | None:
    """Whether *line* speaks for this loan; None where lender, product or day are not known, or do not decide it."""
    return _all(
        [
            None if lender_type in line.maybe_for else _among(lender_type, line.lenders),
            _among(product, line.products),
            _since(contract_on, line.contract_from),
            _not_after(contract_on, line.contract_until),
            None if contract_on and line.unsure_before and contract_on < line.unsure_before else True,
        ]
    )


def _not_after(day: date | None, end: date | None) -> bool | None:
    if end is None:
        return True
    return None if day is None else day <= end


def cap_of(line: Line, contract_on: date | None) -> Decimal | None:
    """The yearly cap of *line* for a contract of that day; None where it has none or the LPR is not held."""
    if line.cap is None:
        return None
    if line.cap == "lpr4":
        return four_times(contract_on) if contract_on else None
    return Decimal(line.cap)
