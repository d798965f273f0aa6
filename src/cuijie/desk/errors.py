"""What the workbench itself cannot do, in the user's words."""

from __future__ import annotations

from cuijie.errors import BadInput

__all__ = ["CaseIsLocked", "ShelfError"]


class ShelfError(BadInput):
    """A case that is not on the shelf, is locked, or was asked for too often; a form that cannot be used."""

    code = "DK-001"


class CaseIsLocked(ShelfError):
    """A page or act of a case whose passphrase has to be given first; its page asks for it and leads back."""

    def __init__(self) -> None:
        super().__init__("这个案卷已锁定。", remedy="请输入密码打开。")
