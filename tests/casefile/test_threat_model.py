"""R41: every promise of the threat model names a test that exists, and the page is reviewed in time."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from cuijie.clock import SystemClock, shanghai_day

_PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"


def test_every_test_named_in_the_threat_model_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", _PAGE.read_text(encoding="utf-8")))
    there = set()
    for path in Path(__file__).parents[1].rglob("test_*.py"):
        there |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named - there == set()


def test_the_threat_model_was_reviewed_in_time() -> None:
    found = re.search(r"again by (\d{4}-\d\d-\d\d)", _PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert shanghai_day(SystemClock().now()) <= date.fromisoformat(found[1])
