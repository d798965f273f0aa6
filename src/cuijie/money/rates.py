"""Rates of a loan, each with its name: they differ by convention, so none is ever just "the rate".

* period rate: the internal rate of return per period of even flows;
* nominal annual: period rate × periods a year (compared with lines such as 24 % unless stated otherwise);
* effective annual: (1 + period rate)^periods − 1;
* XIRR: effective annual rate of dated flows, actual days over 365;
* simple annual: all cost over the sum of principal × time in use, nothing compounded (the 单利 convention of
  the central bank's 公告〔2021〕第3号 as reported; must be called simple where shown).

Every rate is a root of a present-value function.  A series that changes sign more than once may have several
roots or none; both are said, never hidden behind the first one found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

__all__ = ["Roots", "effective_annual", "nominal_annual", "period_rate", "simple_annual", "xirr"]

_DIGITS = 40
_SHOWN = Decimal("1e-12")
_LOWEST, _HIGHEST = Decimal("-0.9999"), Decimal("1e12")
_STEPS = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Every rate at which a series of flows is worth nothing, lowest first; empty if there is none."""

    rates: tuple[Decimal, ...]

    @property
    def only(self) -> Decimal | None:
        """The rate if there is exactly one."""
        return self.rates[0] if len(self.rates) == 1 else None


def _grid() -> list[Decimal]:
    """Points at which signs are compared: dense near zero, where loans are, and logarithmic far out."""
    low = [_LOWEST + (Decimal(0) - _LOWEST) * n / 120 for n in range(120)]
    factor = (Decimal(1) + _HIGHEST).ln() / _STEPS
    return low + [(factor * n).exp() - 1 for n in range(_STEPS + 1)]


def _roots(value: Callable[[Decimal], Decimal]) -> Roots:
    with localcontext() as context:
        context.prec = _DIGITS
        found: list[Decimal] = []
        points = _grid()
        before, at_before = points[0], value(points[0])
        for point in points[1:]:
            at_point = value(point)
            if at_before == 0:
                found.append(before)
            elif (at_before < 0) != (at_point < 0) and at_point != 0:
                found.append(_bisect(value, before, point, at_before < 0))
            before, at_before = point, at_point
    return Roots(rates=tuple(rate.quantize(_SHOWN) for rate in found))


def _bisect(value: Callable[[Decimal], Decimal], low: Decimal, high: Decimal, is_low_negative: bool) -> Decimal:
    width = _SHOWN / 1000
    while high - low > width * (1 + abs(low)):
        middle = (low + high) / 2
        if (value(middle) < 0) == is_low_negative:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def period_rate(flows_fen: Sequence[int]) -> Roots:
    """Rates per period of even flows, seen from the borrower (first received, then paid); fen."""
    if not any(fen > 0 for fen in flows_fen) or not any(fen < 0 for fen in flows_fen):
        return Roots(rates=())
    amounts = [Decimal(fen) for fen in flows_fen]

    def value(rate: Decimal) -> Decimal:
        factor, total = 1 / (1 + rate), Decimal(0)
        for amount in reversed(amounts):
            total = total * factor + amount
        return total

    return _roots(value)


def xirr(flows: Sequence[tuple[date, int]]) -> Roots:
    """Effective annual rates of dated flows (day, signed fen), actual days over 365."""
    if not any(fen > 0 for _, fen in flows) or not any(fen < 0 for _, fen in flows):
        return Roots(rates=())
    first = min(day for day, _ in flows)
    by_day: dict[int, Decimal] = {}
    for day, fen in flows:
        by_day[(day - first).days] = by_day.get((day - first).days, Decimal(0)) + fen
    series = sorted(by_day.items())

    def value(rate: Decimal) -> Decimal:
        daily = (-(1 + rate).ln() / 365).exp()
        total, factor, at = Decimal(0), Decimal(1), 0
        for day, amount in series:
            factor *= daily ** (day - at)
            at = day
            total += amount * factor
        return total

    return _roots(value)


def nominal_annual(rate: Decimal, periods_a_year: int) -> Decimal:
    """Period rate × periods a year."""
    return rate * periods_a_year


def effective_annual(rate: Decimal, periods_a_year: int) -> Decimal:
    """(1 + period rate) compounded over a year."""
    with localcontext() as context:
        context.prec = _DIGITS
        return ((1 + rate) ** periods_a_year - 1).quantize(_SHOWN)


def simple_annual(cost_fen: int, outstanding: Sequence[tuple[int, int]]) -> Decimal | None:
    """All cost over principal × time: *outstanding* is (principal fen, days in use) spans; days over 365.

    None where nothing was in use for any time.
    """
    used = sum(principal * days for principal, days in outstanding)
    if used <= 0:
        return None
    with localcontext() as context:
        context.prec = _DIGITS
        return (Decimal(cost_fen) * 365 / used).quantize(_SHOWN)
