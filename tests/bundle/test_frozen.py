"""R12: what earlier releases wrote is read and verified for ever: bundles, and cases."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cuijie.bundle import verify
from cuijie.casefile.checking import check_case
from cuijie.clock import FixedClock
from tests.small_case import open_case

_TESTS = Path(__file__).parents[1]
_BUNDLES = sorted((_TESTS / "bundle" / "frozen").glob("*.zip"))
_CASES = sorted((_TESTS / "casefile" / "frozen").glob("*.zip"))
_YEARS_LATER = FixedClock(datetime(2045, 1, 1, tzinfo=UTC))


def test_there_is_something_frozen() -> None:
    assert _BUNDLES
    assert _CASES


@pytest.mark.parametrize("path", _BUNDLES, ids=lambda path: path.stem)
def test_a_bundle_of_an_earlier_release_still_verifies_long_after_its_certificates_ran_out(path: Path) -> None:
    trusted = path.with_name(f"{path.stem}-authority.pem").read_bytes()
    report = verify(path, trusted=trusted, clock=_YEARS_LATER)
    assert report.holds, report
    assert {item.state for item in report.items} == {"intact"}


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.stem)
def test_a_case_of_an_earlier_release_still_opens_and_verifies(path: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    with open_case(tmp_path / "案卷", clock=_YEARS_LATER) as case:
        report = check_case(case)
        assert report.holds, report
        assert report.anchored > 0
        assert case.state().entries[0].text is not None
        case.log("drafted")
