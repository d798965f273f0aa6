"""The evidence bundle: out of a case, and its verification by anyone."""

from cuijie.bundle.errors import BundleError
from cuijie.bundle.export import ExportReport, export
from cuijie.bundle.redaction import PROFILES, Profile
from cuijie.bundle.verify import verify
from cuijie.casefile.report import Checked, CheckedStamp, VerifyReport

__all__ = [
    "PROFILES",
    "BundleError",
    "Checked",
    "CheckedStamp",
    "ExportReport",
    "Profile",
    "VerifyReport",
    "export",
    "verify",
]
