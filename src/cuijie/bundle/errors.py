"""What can go wrong with a bundle."""

from __future__ import annotations

from typing import ClassVar

from cuijie.errors import BadInput, CouldNotFinish, CuijieError

__all__ = ["BundleError", "BundleNotWritten", "NotABundle", "NothingToBundle", "SigningFailed", "TooSmallParts"]


class BundleError(CuijieError):
    """The branch of every error about a bundle."""

    code: ClassVar[str] = "BD-000"


class NotABundle(BundleError, BadInput):
    """The file is not a bundle that can be looked into at all."""

    code = "BD-001"


class NothingToBundle(BundleError, BadInput):
    """No item of the case goes into the bundle as asked."""

    code = "BD-002"


class TooSmallParts(BundleError, BadInput):
    """The size limit cannot be kept."""

    code = "BD-003"


class BundleNotWritten(BundleError, CouldNotFinish):
    """The disk did not take the bundle; nothing half-written is left."""

    code = "BD-004"


class SigningFailed(BundleError, BadInput):
    """The user's certificate could not sign the catalogue."""

    code = "BD-005"
