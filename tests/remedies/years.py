"""The years whose holidays are known, for tests that step beyond them."""

from datetime import date
from itertools import count

from cuijie.remedies.workdays import is_workday

__all__ = ["last_known_year"]


def last_known_year() -> int:
    """The last year of which it is known which days are worked."""
    return next(year for year in count(2026) if is_workday(date(year + 1, 3, 3)) is None)
