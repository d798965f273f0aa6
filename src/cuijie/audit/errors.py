"""What an audit cannot do, in the user's words."""

from __future__ import annotations

from cuijie.errors import BadInput, CouldNotFinish

__all__ = ["AuditError", "AuditStopped"]


class AuditError(BadInput):
    """The log, the mapping, a register or an option cannot be used as it is."""

    code = "AU-001"


class AuditStopped(CouldNotFinish):
    """The machine could not go on (disk full, engine gone); what is done is kept, the same command goes on from there."""

    code = "AU-002"
    remedy = "已完成的部分都在，处理好之后再跑同一条命令，会从断点继续。"
