"""The report of an audit: page and PDF, comparisons, samples for people to judge, and how far they agree."""

from __future__ import annotations

from cuijie.audit.report.board import write_pdf
from cuijie.audit.report.page import write_html

__all__ = ["write_html", "write_pdf"]
