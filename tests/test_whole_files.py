"""A file is the old one or the new one; a secret is made once and whole, whoever else makes it at the same moment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cuijie.audit.masking import load_key
from cuijie.gate.pseudonyms import load_or_make_key
from cuijie.whole_files import make_secret, whole_file, write_whole


def another_is_first(monkeypatch: pytest.MonkeyPatch, path: Path, content: bytes) -> None:
    """Another program makes *path* between our look and our making it."""
    real = os.fsync

    def fsync(handle: int) -> None:
        assert not path.exists()  # nobody finds half a secret
        real(handle)
        path.write_bytes(content)
        path.chmod(0o600)

    monkeypatch.setattr(os, "fsync", fsync)


def test_a_writer_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    write_whole(tmp_path / "f", b"old")
    with pytest.raises(ZeroDivisionError), whole_file(tmp_path / "f") as file:
        file.write(bytes(1 // 0))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("f", b"old")]


@pytest.mark.skipif(os.name != "posix", reason="did not run: no limit for the size of files here")
def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    import resource
    import signal

    write_whole(tmp_path / "f", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(tmp_path / "f", b"x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("f", b"old")]


@pytest.mark.skipif(os.name != "posix", reason="did not run: permissions of another kind here")
def test_a_file_is_for_its_owner_only_if_it_is_private_and_as_the_user_wants_files_otherwise(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write_whole(tmp_path / "ours", b"")
        write_whole(tmp_path / "mine", b"", private=True)
    finally:
        os.umask(mask)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("ours", "mine")] == [0o644, 0o600]


def test_a_name_as_long_as_the_disk_takes_is_written_too(tmp_path: Path) -> None:
    write_whole(tmp_path / ("长" * 85), b"x")
    assert (tmp_path / ("长" * 85)).read_bytes() == b"x"


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
