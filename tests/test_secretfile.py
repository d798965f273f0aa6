"""A secret is made once and whole, whoever else makes it at the same moment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cuijie.audit.masking import load_key
from cuijie.gate.pseudonyms import load_or_make_key
from cuijie.secretfile import make_secret


def another_is_first(monkeypatch: pytest.MonkeyPatch, path: Path, content: bytes) -> None:
    """Another program makes *path* between our look and our making it."""
    real = os.fsync

    def fsync(handle: int) -> None:
        assert not path.exists()  # nobody finds half a secret
        real(handle)
        path.write_bytes(content)
        path.chmod(0o600)

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_secret_is_there_whole_for_its_owner_only(tmp_path: Path) -> None:
    make_secret(tmp_path / "k", b"secret")
    assert (tmp_path / "k").read_bytes() == b"secret"
    assert [path.name for path in tmp_path.iterdir()] == ["k"]
    if os.name == "posix":
        assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("has_links", [True, False])
def test_what_another_program_made_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def refused(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    if not has_links:
        monkeypatch.setattr(os, "link", refused)
        make_secret(tmp_path / "first", b"one")
        assert (tmp_path / "first").read_bytes() == b"one"
        (tmp_path / "first").unlink()
    another_is_first(monkeypatch, tmp_path / "k", b"theirs")
    with pytest.raises(FileExistsError):
        make_secret(tmp_path / "k", b"ours")
    assert (tmp_path / "k").read_bytes() == b"theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["k"]


def test_two_gates_and_two_audits_that_start_together_have_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = load_or_make_key(tmp_path / "before")
    another_is_first(monkeypatch, tmp_path / "gate.key", (tmp_path / "before").read_bytes())
    assert load_or_make_key(tmp_path / "gate.key") == key
    monkeypatch.undo()
    another_is_first(monkeypatch, tmp_path / "audit.key", b"ab" * 32)
    assert load_key(tmp_path / "audit.key") == "ab" * 32
