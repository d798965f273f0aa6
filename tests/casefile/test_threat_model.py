"""R41: every promise of the threat model names a test that exists, and the page is reviewed in time."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from cuijie.rulebook.edition import checked_on

_PAGE = Path(__file__).parents[2] / "docs" / "threat-model.md"


def test_every_test_named_in_the_threat_model_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", _PAGE.read_text(encoding="utf-8")))
    there = set()
    for path in Path(__file__).parents[1].rglob("test_*.py"):
        there |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    assert named
    assert named - there == set()


def test_no_edition_of_the_rulebook_is_newer_than_the_threat_model_may_be_old() -> None:
    """Held against the day that a new edition bears, not against today: what was released stays as it was."""
    found = re.search(r"again by (\d{4}-\d\d-\d\d)", _PAGE.read_text(encoding="utf-8"))
    assert found is not None
    assert checked_on() <= date.fromisoformat(found[1])
