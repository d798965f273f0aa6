"""Faults made for real: killed processes, full and read-only disks, huge and many files, lost power."""

from __future__ import annotations

import contextlib
import io
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cuijie.bundle import verify
from cuijie.casefile import Case, ItemFacts
from cuijie.casefile.checking import check_case
from cuijie.casefile.errors import CaseError, CaseLocked, StoreFailed
from cuijie.clock import SystemClock
from cuijie.errors import CuijieError
from cuijie.records import Person
from tests.small_case import PASSPHRASE, keep, new_case

resource = pytest.importorskip("resource", reason="did not run: limits of this kind are POSIX")

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_KILLS = int(os.environ.get("CUIJIE_SOAK_KILLS", "25"))


def _start(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.soak.worker", *words], cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def _kill_after_start(worker: subprocess.Popen[bytes], delay: float) -> int:
    """Kills *worker* some moment after its first act; answers how many acts it reported as done."""
    assert worker.stdout is not None
    assert worker.stderr is not None
    first = worker.stdout.readline()
    assert first, worker.stderr.read().decode()
    time.sleep(delay)
    worker.kill()
    lines = worker.stdout.read().splitlines()
    worker.wait()
    worker.stdout.close()
    worker.stderr.close()
    return 1 + len(lines)


def test_an_import_killed_at_any_moment_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    """R3: every batch reported as done is there whole; the one under way is there whole or not at all."""
    folder, chance = tmp_path / "案卷", random.Random(5)  # noqa: S311
    new_case(folder, SystemClock()).close()
    done = 0
    for _ in range(_KILLS):
        told = _kill_after_start(_start("add", str(folder), str(done)), chance.uniform(0, 0.12))
        with Case.open(folder, PASSPHRASE) as case:
            report = check_case(case)
            assert report.holds, (report.problems, [item for item in report.items if item.state != "untimed"])
            batches = [entry.detail["batch"] for entry in case.ledger() if entry.act == "add"]
            assert batches == list(range(len(batches)))
            assert done + told <= len(batches) <= done + told + 1
            assert len(case.items()) == len(case.all(Person)) == 5 * len(batches)
            assert list((folder / "incoming").iterdir()) == []
            done = len(batches)


def test_an_export_killed_at_any_moment_leaves_a_whole_bundle_or_none(tmp_path: Path) -> None:
    folder, target, chance = tmp_path / "案卷", tmp_path / "包.zip", random.Random(6)  # noqa: S311
    with new_case(folder, SystemClock()) as case:
        for number in range(20):
            keep(case, random.Random(number).randbytes(200_000), f"{number}.jpg")  # noqa: S311
    for _ in range(max(3, _KILLS // 5)):
        _kill_after_start(_start("export", str(folder), str(target)), chance.uniform(0, 0.8))
        assert verify(target).holds
        with Case.open(folder, PASSPHRASE) as case:
            assert check_case(case).holds


def _verdict(folder: Path) -> str:
    try:
        with Case.open(folder, PASSPHRASE) as case:
            report = check_case(case)
            if report.holds:
                return "holds"
            states = {item.state for item in report.items} - {"untimed", "intact"}
            return "found" if states == {"added"} and not report.problems else f"{states} {report.problems}"
    except CaseError as error:
        return next((word for word in ("锚点", "case.db") if word in error.message), error.message)


def test_a_power_cut_that_tears_the_write_ahead_log_is_refused_or_found(tmp_path: Path) -> None:
    folder = tmp_path / "案卷"
    new_case(folder, SystemClock()).close()
    _kill_after_start(_start("add", str(folder), "0"), 0.2)
    log = folder / "case.db-wal"
    if not log.exists():
        pytest.skip("did not run: the killed process left no write-ahead log")
    whole = log.read_bytes()
    for part in (0.0, 0.3, 0.6, 0.95):
        copy = tmp_path / f"torn-{part}"
        shutil.copytree(folder, copy)
        (copy / "case.db-wal").write_bytes(whole[: int(len(whole) * part)])
        # found: the last act is gone with its bytes, and the originals it had kept are named as belonging to none
        assert _verdict(copy) in {"holds", "found", "锚点", "case.db"}


@contextlib.contextmanager
def _tiny_disk(folder: Path, size: str) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("did not run: mounting a small disk needs root")
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("did not run: mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def _take_in_ten_megabytes(case: Case) -> None:
    with case.batch("add"):
        case.put(Person(person_id="p"))
        for number in range(100):
            keep(case, random.Random(number).randbytes(100_000), str(number))  # noqa: S311


def test_a_full_disk_stops_an_import_and_loses_nothing(tmp_path: Path) -> None:
    with _tiny_disk(tmp_path / "disk", "3m") as disk:
        with new_case(disk / "案卷", SystemClock()) as case:
            first = keep(case, b"first" * 1000)
            with pytest.raises(StoreFailed, match="写不进"):
                _take_in_ten_megabytes(case)
            assert [item.item_id for item in case.items()] == [first.item_id]
            assert case.all(Person) == ()
            assert check_case(case).holds
            keep(case, b"small again")
        with Case.open(disk / "案卷", PASSPHRASE) as case:
            assert check_case(case).holds
            assert len(case.items()) == 2


def test_a_disk_full_to_the_last_byte_still_opens_the_case(tmp_path: Path) -> None:
    with _tiny_disk(tmp_path / "disk", "2m") as disk:
        with new_case(disk / "案卷", SystemClock()) as case:
            keep(case, b"first" * 1000)
        with contextlib.suppress(OSError), (disk / "filler").open("wb") as filler:
            while True:
                filler.write(bytes(4096))
        with Case.open(disk / "案卷", PASSPHRASE, writable=False) as case:
            assert check_case(case).holds
        with pytest.raises(CuijieError), Case.open(disk / "案卷", PASSPHRASE) as case:
            keep(case, os.urandom(500_000))
        (disk / "filler").unlink()
        with Case.open(disk / "案卷", PASSPHRASE) as case:
            keep(case, os.urandom(200_000))
            assert check_case(case).holds


def test_a_write_limit_stops_an_import_and_loses_nothing(tmp_path: Path) -> None:
    """A full disk for whoever is not root: no file may grow beyond a limit."""
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        keep(case, b"first")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
        try:
            with pytest.raises(StoreFailed):
                keep(case, os.urandom(1_000_000))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)
        assert check_case(case).holds
        assert len(case.items()) == 1
        keep(case, os.urandom(1_000_000))
        assert check_case(case).holds


def test_a_read_only_disk_can_be_read_and_says_so_when_written(tmp_path: Path) -> None:
    with _tiny_disk(tmp_path / "disk", "8m") as disk:
        with new_case(disk / "案卷", SystemClock()) as case:
            item = keep(case, b"content")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with Case.open(disk / "案卷", PASSPHRASE, writable=False) as case:
            assert case.open_item(item.item_id).read() == b"content"
            assert check_case(case).holds
        with pytest.raises(StoreFailed, match="不能写入"):
            Case.open(disk / "案卷", PASSPHRASE)
        with pytest.raises(StoreFailed, match="建不成"):
            new_case(disk / "另一个", SystemClock())


def test_two_processes_at_once_and_the_lock_ends_with_its_holder(tmp_path: Path) -> None:
    folder = tmp_path / "案卷"
    new_case(folder, SystemClock()).close()
    worker = _start("add", str(folder), "0")
    assert worker.stdout is not None
    worker.stdout.readline()
    try:
        with pytest.raises(CaseLocked, match=f"进程号 {worker.pid}"):
            Case.open(folder, PASSPHRASE)
        for _ in range(5):
            with Case.open(folder, PASSPHRASE, writable=False) as reader:  # reading beside it sees whole batches
                assert len(reader.items()) % 5 == 0
                assert len(reader.ledger()) >= 1
    finally:
        _kill_after_start(worker, 0)
    Case.open(folder, PASSPHRASE).close()


class _Zeros(io.RawIOBase):
    """A sparse file of any size, without the disk."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        part = min(self.left, size if size >= 0 else self.left)
        self.left -= part
        return bytes(part)


@pytest.mark.timeout(600)
def test_a_sparse_file_of_five_gigabytes_is_kept_in_flat_memory(tmp_path: Path) -> None:
    size = int(os.environ.get("CUIJIE_SOAK_BYTES", 5 << 30))
    if shutil.disk_usage(tmp_path).free < size + (2 << 30):
        pytest.skip("did not run: not enough room on the disk")
    sparse = tmp_path / "录像.mp4"
    with sparse.open("wb") as file:
        file.truncate(size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        with sparse.open("rb") as stream:
            item = case.keep(stream, ItemFacts(name=sparse.name))
        assert item.size_bytes == size
        with case.open_item(item.item_id) as stream:
            stream.seek(-5, io.SEEK_END)
            assert stream.read() == bytes(5)
            stream.seek(size // 2)
            assert stream.read(1000) == bytes(1000)
        shutil.rmtree(case.folder / "vault")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 64 * 1024  # KiB


@pytest.mark.timeout(600)
def test_many_small_files_are_one_act_and_all_verify(tmp_path: Path) -> None:
    count = int(os.environ.get("CUIJIE_SOAK_FILES", "3000"))
    with new_case(tmp_path / "案卷", SystemClock()) as case:
        with case.batch("add"):
            for number in range(count):
                keep(case, number.to_bytes(8, "big"), f"{number}.txt")
        assert len(case.items()) == count
    with Case.open(tmp_path / "案卷", PASSPHRASE) as case:
        assert case.ledger_length() == count + 2
    with Case.open(tmp_path / "案卷", PASSPHRASE, writable=False) as case:
        assert check_case(case).holds
