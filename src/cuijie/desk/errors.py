"""What the workbench itself cannot do, in the user's words."""

from __future__ import annotations

from cuijie.errors import BadInput

__all__ = ["ShelfError"]


class ShelfError(BadInput):
    """A case that is not on the shelf, is locked, or was asked for too often; a form that cannot be used."""

    code = "DK-001"
