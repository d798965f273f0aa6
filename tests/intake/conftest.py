"""An empty case for every test that asks for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.casefile import Case

from .adding import CHEAP


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    with Case.create(tmp_path / "案卷", "密码", cost=CHEAP) as made:
        yield made
