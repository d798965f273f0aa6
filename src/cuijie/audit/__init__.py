"""Batch audit of contact logs by the whole rulebook."""

from __future__ import annotations

from cuijie.audit.errors import AuditError, AuditStopped
from cuijie.audit.options import AuditOptions, AuditResult
from cuijie.audit.run import audit

__all__ = ["AuditError", "AuditOptions", "AuditResult", "AuditStopped", "audit"]
