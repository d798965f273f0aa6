from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.report.results import result


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a masked result (``out``) and its key; not to be changed."""
    folder = tmp_path_factory.mktemp("audited")
    result(folder)
    return folder


@pytest.fixture
def masked(made: Path, tmp_path: Path) -> Callable[[], Path]:
    """A copy of the result that a test may change."""

    def copy() -> Path:
        shutil.copytree(made, tmp_path / "copy", dirs_exist_ok=True)
        return tmp_path / "copy" / "out"

    return copy
