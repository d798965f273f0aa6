"""A small case under a passphrase, and what one command did to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cuijie.cli.main import cli
from cuijie.clock import SystemClock
from cuijie.errors import CuijieError
from tests.small_case import CHEAP, PASSPHRASE, fill, new_case


@pytest.fixture
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase of the case where commands look for it."""
    monkeypatch.setenv("CUIJIE_PASSPHRASE", PASSPHRASE)
    for room in ("case", "sharing"):  # the real cost is 0.4 s a time; test_sharing holds it
        monkeypatch.setattr(f"cuijie.casefile.{room}.KdfCost", lambda: CHEAP)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A case with a text and a picture."""
    with new_case(tmp_path / "我的案卷", SystemClock()) as case:
        fill(case)
    return tmp_path / "我的案卷"


class Ran:
    """What one command did."""

    def __init__(self, *words: object, input: str | None = None) -> None:
        try:
            done = CliRunner().invoke(cli, [str(word) for word in words], input=input, catch_exceptions=False)
        except CuijieError as error:  # cli.main says it and ends with this code; the runner stops before
            self.code, self.out, self.err = error.exit_code, "", str(error)
        else:
            self.code, self.out, self.err = done.exit_code, done.stdout, done.stderr

    @property
    def json(self) -> Any:
        return json.loads(self.out)
