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

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from itertools import pairwise

__all__ = ["Roots", "effective_annual", "nominal_annual", "period_rate", "simple_annual", "xirr"]

_DIGITS = 40
_SHOWN = Decimal("1e-12")
_LOWEST, _HIGHEST = Decimal("-0.9999"), Decimal("1e12")
_STEPS = 480
_ROUGH = 1e-11  # share of the summed terms below which a float does not say the sign


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """Every rate at which a series of flows is worth nothing, lowest first; empty if there is none."""

    rates: tuple[Decimal, ...]

    @property
    def only(self) -> Decimal | None:
        """The rate if there is exactly one."""
        return self.rates[0] if len(self.rates) == 1 else None


class _Worth:
    """The worth of a series (period or day, fen) at a growth of 1 + rate: its sign fast, its zero exactly."""

    def __init__(self, series: Sequence[tuple[int, int]], per_year: int) -> None:
        self._series = [(at, Decimal(fen)) for at, fen in series]
        self._rough = [(at / per_year, float(fen)) for at, fen in series]
        self._per_year = per_year
        self._last = self._rough[-1][0]

    def sign(self, growth: Decimal) -> int:
        """-1, 0 or 1.  Floats decide only far from zero; near it, exact decimals do."""
        base = float(growth)
        # worth at the first or at the last day has the same sign; the one whose factors stay below 1 cannot overflow
        shift = 0.0 if base >= 1 else self._last
        total = size = 0.0
        for at, fen in self._rough:
            term = fen * base ** (shift - at)
            total += term
            size += abs(term)
        if abs(total) > _ROUGH * size:
            return 1 if total > 0 else -1
        exact = self._exactly(growth)
        return (exact > 0) - (exact < 0)

    def _exactly(self, growth: Decimal) -> Decimal:
        step = 1 / growth if self._per_year == 1 else (-growth.ln() / self._per_year).exp()
        total, factor, at = Decimal(0), Decimal(1), 0
        for point, fen in self._series:
            factor *= step ** (point - at)
            at = point
            total += fen * factor
        return total


@cache
def _grid() -> tuple[Decimal, ...]:
    """Growths at which signs are compared: dense near 1, where loans are, and logarithmic far out."""
    with localcontext() as context:
        context.prec = _DIGITS
        low = [1 + _LOWEST - _LOWEST * n / 120 for n in range(120)]
        factor = (Decimal(1) + _HIGHEST).ln() / _STEPS
        return (*low, *((factor * n).exp() for n in range(_STEPS + 1)))


def _roots(worth: _Worth) -> Roots:
    with localcontext() as context:
        context.prec = _DIGITS
        found: list[Decimal] = []
        signs = [(growth, worth.sign(growth)) for growth in _grid()]
        for (before, sign_before), (point, sign) in pairwise(signs):
            if sign_before == 0:
                found.append(before - 1)
            elif sign_before * sign < 0:
                found.append(_bisect(worth, before, point, sign_before) - 1)
        return Roots(rates=tuple(rate.quantize(_SHOWN) for rate in found))


def _bisect(worth: _Worth, low: Decimal, high: Decimal, sign_low: int) -> Decimal:
    width = _SHOWN / 1000
    while high - low > width * (1 + abs(low - 1)):
        middle = (low + high) / 2
        if worth.sign(middle) == sign_low:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _has_both_signs(amounts: Sequence[int]) -> bool:
    return any(fen > 0 for fen in amounts) and any(fen < 0 for fen in amounts)


def period_rate(flows_fen: Sequence[int]) -> Roots:
    """Rates per period of even flows, seen from the borrower (first received, then paid); fen."""
    if not _has_both_signs(flows_fen):
        return Roots(rates=())
    return _roots(_Worth(list(enumerate(flows_fen)), 1))


def xirr(flows: Sequence[tuple[date, int]]) -> Roots:
    """Effective annual rates of dated flows (day, signed fen), actual days over 365."""
    by_day: dict[date, int] = {}
    for day, fen in flows:
        by_day[day] = by_day.get(day, 0) + fen
    if not _has_both_signs(list(by_day.values())):
        return Roots(rates=())
    first = min(by_day)
    return _roots(_Worth([((day - first).days, fen) for day, fen in sorted(by_day.items())], 365))


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
