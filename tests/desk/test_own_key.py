"""The key that a lawyer makes on the page: handed out in public, sealed in private, and it opens what is shared with it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import Desk, desk_of
from .conftest import PASSPHRASE

KEY_WORDS = "five quite plain words"
MADE = {"passphrase": KEY_WORDS, "again": KEY_WORDS}


@pytest.fixture
def lawyer(sample_case: Path, tmp_path: Path) -> Iterator[Desk]:
    """A lawyer's workbench with somebody's case, locked, and no key yet."""
    shutil.copytree(sample_case, tmp_path / "home" / "共享来的")
    with desk_of([], tmp_path / "home") as running:
        running.get("/")
        yield running


def test_a_case_shared_with_the_key_opens_with_the_keys_own_passphrase(lawyer: Desk) -> None:
    answer = lawyer.post("/key", MADE)
    assert answer.location == "/key", answer.words
    page, file = lawyer.get("/key").text, (lawyer.shelf.home / "我的钥匙.age").read_text()
    public = re.search(r"age1[0-9a-z]{58}", page)
    assert public is not None
    assert public[0] in file
    assert "AGE-SECRET-KEY" not in page + file  # shown nowhere, kept nowhere as it is
    assert lawyer.post("/open", {"slug": "1", "passphrase": KEY_WORDS}).status == 403  # not shared yet
    lawyer.post("/open", {"slug": "1", "passphrase": PASSPHRASE})
    lawyer.post("/c/1/evidence/share", {"key": public[0], "label": "王律师"})
    lawyer.post("/lock", {})
    assert lawyer.post("/open", {"slug": "1", "passphrase": "some other words"}).status == 403
    assert lawyer.post("/open", {"slug": "1", "passphrase": KEY_WORDS}).status == 303
    before = (lawyer.shelf.home / "我的钥匙.age").read_bytes()
    assert lawyer.post("/key", MADE).status == 400  # one that is there is never written over
    assert (lawyer.shelf.home / "我的钥匙.age").read_bytes() == before


@pytest.mark.parametrize(("again", "says"), [("other words", "不一样"), ("", "不一样")])
def test_a_key_is_not_made_of_a_passphrase_written_two_ways(lawyer: Desk, again: str, says: str) -> None:
    answer = lawyer.post("/key", {"passphrase": KEY_WORDS, "again": again})
    assert (answer.status, says in answer.words) == (400, True)
    assert not (lawyer.shelf.home / "我的钥匙.age").exists()


def test_a_folder_that_cannot_be_written_is_told_and_no_key_is_shown(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the folder should be")
    with desk_of([], tmp_path / "home") as running:
        answer = running.post("/key", MADE)
        assert "没有做成" in answer.words
        assert "age1" not in running.get("/key").text
