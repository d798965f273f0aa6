"""What a long command says of itself on a terminal, and nowhere else."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from cuijie.cli.progress import doing


class Screen(io.StringIO):
    """A terminal that tells when something was written on it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def flush(self) -> None:
        self.written.set()


def test_what_takes_longer_than_a_moment_is_said_and_wiped_away_when_it_is_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with doing("正在写文书……", after_s=0):
        assert screen.written.wait(60)
        assert screen.getvalue() == "\r正在写文书……"
    assert screen.getvalue().endswith("\r")


def test_what_is_done_at_once_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with doing("正在写文书……", after_s=3600):
        pass
    assert screen.getvalue() == ""


def test_nothing_is_said_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with doing("正在写文书……", after_s=0):
        pass
    assert capsys.readouterr().err == ""
