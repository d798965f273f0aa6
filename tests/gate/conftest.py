"""Stores of every kind, closed at the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.gate.stores.contract import GateStore
from tests.gate.stores.every import kinds, opened


@pytest.fixture(params=kinds())
def store_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(store_kind: str, tmp_path: Path) -> Iterator[GateStore]:
    found = opened(store_kind, tmp_path)
    yield found
    found.close()
