"""What the fault loops run in a process of their own, to be killed at any moment: ``python -m tests.soak.worker``."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from cuijie.bundle import export
from cuijie.casefile import Case
from cuijie.records import Person
from tests.small_case import PASSPHRASE, keep


def take_in(folder: Path, start: int) -> None:
    """Takes in batch after batch: five files and five records each, as an import does."""
    with Case.open(folder, PASSPHRASE) as case:
        number = start
        while True:
            with case.batch("add", {"batch": number}):
                for part in range(5):
                    keep(case, random.Random(number * 5 + part).randbytes(30_000), f"{number}-{part}.jpg")  # noqa: S311
                    case.put(Person(person_id=f"p{number}-{part}"))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()
            number += 1


def export_again(folder: Path, target: Path) -> None:
    """Exports over and over."""
    with Case.open(folder, PASSPHRASE) as case:
        while True:
            export(case, target)
            sys.stdout.write("done\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "add":
        take_in(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        export_again(Path(sys.argv[2]), Path(sys.argv[3]))
