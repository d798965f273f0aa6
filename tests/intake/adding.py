"""What tests of taking files into a case start from."""

from __future__ import annotations

from pathlib import Path

from cuijie.casefile import KdfCost
from cuijie.intake import AddReport, FileReport
from cuijie.records import Loan

from .intake_samples import ms

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
AT = ms("2025-03-03 21:03:11")
LOAN = Loan(loan_id="loan-1", lender_id="lender-1", lender_name="晴川消费金融有限公司", platform_name="小舟借款")


def put(tmp_path: Path, name: str, data: bytes) -> Path:
    """A file of that name (and folders) with *data*."""
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def one(report: AddReport) -> FileReport:
    """The only file of *report*, every entry of which is accounted for."""
    (file,) = report.files
    assert file.read == file.kept + file.merged + file.left_out + len(file.set_aside)
    return file
