"""Evidence at full speed: sealing, verifying and taking in, each beside its plain yardstick in the same run.

    python -m benchmarks.evidence [MEGABYTES] [--rounds N]

Prints, per task, our time and the yardstick's (best of the rounds, taken in turns) and their ratio.  The
yardsticks are hashlib (SHA-256 and SHA-512 of the same bytes, each on its own thread, as we do it) and pyrage alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyrage
from pyrage import x25519

from cuijie.bundle.bag import PIECE, Hasher, pieces_of, write_bag
from cuijie.bundle.verify import verify
from cuijie.casefile import Case, ItemFacts, KdfCost

_CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)


def hashlib_alone(path: Path) -> None:
    """Both digests of the file, one thread each, nothing else."""

    def one(name: str) -> None:
        digest = hashlib.new(name)
        with path.open("rb") as stream:
            while piece := stream.read(PIECE):
                digest.update(piece)

    threads = [threading.Thread(target=one, args=(name,)) for name in ("sha256", "sha512")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def seal(path: Path) -> None:
    """What sealing adds to reading: the digests for the manifests."""
    with Hasher() as hasher, path.open("rb") as stream:
        hasher.digest(pieces_of(stream))


def pyrage_alone(path: Path, target: Path) -> None:
    """The file through pyrage to the disk."""
    recipient = x25519.Identity.generate().to_public()
    with path.open("rb") as source, target.open("wb") as sink:
        pyrage.encrypt_io(source, sink, [recipient])
        sink.flush()
        os.fsync(sink.fileno())


def take_in(path: Path, folder: Path, number: int) -> None:
    """The file into a case: hashed, encrypted, durable, in the ledger."""
    with Case.create(folder / f"case-{number}", "benchmark", cost=_CHEAP) as case, path.open("rb") as stream:
        case.keep(stream, ItemFacts(name=path.name))


def _best(rounds: int, *tasks: Callable[[], None]) -> list[float]:
    best = [float("inf")] * len(tasks)
    for _ in range(rounds):
        for number, task in enumerate(tasks):
            started = time.perf_counter()
            task()
            best[number] = min(best[number], time.perf_counter() - started)
    return best


def main() -> None:
    """Runs the three comparisons and prints them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("megabytes", type=int, nargs="?", default=256)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path, counter = folder / "evidence.bin", iter(range(1000))
        with path.open("wb") as sink:
            for _ in range(asked.megabytes):
                sink.write(os.urandom(1 << 20))
        bag = folder / "bag"
        with write_bag(folder / "bag.zip", "bag") as writer, path.open("rb") as stream:
            writer.add("evidence.bin", stream, size=path.stat().st_size)
            writer.close({})
        with zipfile.ZipFile(folder / "bag.zip") as archive:
            archive.extractall(folder)
        rows = [
            ("seal (digest for the manifests) : hashlib", lambda: seal(path), lambda: hashlib_alone(path)),
            ("verify an unpacked bundle : hashlib", lambda: verify(bag), lambda: hashlib_alone(path)),
            ("verify the zip : hashlib", lambda: verify(folder / "bag.zip"), lambda: hashlib_alone(path)),
            ("take in, encrypted : pyrage", lambda: take_in(path, folder, next(counter)), lambda: pyrage_alone(path, folder / "x.age")),
        ]  # fmt: skip
        print(
            f"{asked.megabytes} MiB, best of {asked.rounds}, in turns; peak memory at the end of this run is printed last"
        )
        for title, ours, theirs in rows:
            mine, yardstick = _best(asked.rounds, ours, theirs)
            speed = asked.megabytes / mine
            print(f"{title:45} {mine:7.2f} s : {yardstick:6.2f} s = {mine / yardstick:5.2f}   ({speed:6.0f} MiB/s)")
        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
