"""One filled case and its bundle for each module of bundle tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.bundle import export
from cuijie.casefile import Case
from tests.small_case import fill, new_case


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with new_case(tmp_path_factory.mktemp("case") / "案卷") as case:
        fill(case)
        yield case


@pytest.fixture(scope="module")
def bundle(case: Case, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("bundle") / "证据包.zip"
    export(case, path)
    return path.read_bytes()


@pytest.fixture
def unpacked(bundle: bytes, tmp_path: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "证据包"
