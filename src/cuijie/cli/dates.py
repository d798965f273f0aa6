"""Days on the command line: 2026-03-01, 2026/3/1, 20260301 or 2026年3月1日; and today in Shanghai."""

from __future__ import annotations

import re
from datetime import date

import click

from cuijie.cli.language import t
from cuijie.clock import SystemClock, shanghai_day

__all__ = ["DAY", "today"]

_FORMS = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]?"),
)


class _Day(click.ParamType[date]):
    name = t("日期", "date")

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        matches = (form.fullmatch(str(value).strip()) for form in _FORMS)
        parts = next((match.groups() for match in matches if match), ())
        try:
            return date(*(int(part) for part in parts))
        except (TypeError, ValueError):
            self.fail(t(f"“{value}”不是日期，请写成 2026-03-01。", f"not a date: {value!r}"), param, ctx)


DAY = _Day()
"""The type of an option that takes a day."""


def today() -> date:
    """The present day in Asia/Shanghai, by this computer's clock."""
    return shanghai_day(SystemClock().now())
