"""The workbench of these tests: the sample case, open, a copy for each of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..client import Desk, desk_of
from ..conftest import PASSPHRASE


@pytest.fixture
def desk(sample_case: Path, tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "样例案卷"
    shutil.copytree(sample_case, folder)
    with desk_of([folder], tmp_path / "home") as running:
        running.shelf.open("1", PASSPHRASE)
        yield running
