"""The fuzz target of every importer: ``fuzz_one`` takes any bytes; the only error it lets through is IntakeError.

Run it for longer by hand: ``python -m tests.intake.fuzz_importers SECONDS`` from the repository's folder mutates the small samples at random
(or, where atheris is installed, lets it guide the mutations by coverage).
"""

from __future__ import annotations

import random
import sys
import time

from cuijie.intake import IntakeError
from cuijie.intake.registry import findings, importers

from . import intake_samples as samples

__all__ = ["fuzz_one"]


def fuzz_one(data: bytes) -> None:
    """Every importer looks at *data*, and those that know it read it."""
    source = samples.source_of(data, "fuzz", password="1234")
    head = source.head()
    for importer in importers():
        try:
            for _ in findings(importer, source) if importer.sniff(head) else ():
                pass
        except IntakeError as error:  # of looking into it too: then it is another importer's
            if not error.message:
                raise AssertionError("an error without words") from error


def _mutated(chance: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        if chance.random() < 0.5:
            data[at : at + chance.randint(0, 30)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 30)))
        else:
            other = chance.choice(seeds)
            start = chance.randrange(len(other))
            data[at:at] = other[start : start + chance.randint(1, 400)]
    return bytes(data)


def _main(seconds: float) -> None:
    seeds = [data for _, data in samples.small_files().values()]
    try:
        import atheris
    except ImportError:
        chance, end, count = random.Random(), time.monotonic() + seconds, 0  # noqa: S311
        while time.monotonic() < end:
            begun = time.monotonic()
            data = _mutated(chance, seeds)
            fuzz_one(data)
            count += 1
            if time.monotonic() - begun > 2:
                raise AssertionError(f"hung for {time.monotonic() - begun:.1f} s on {data!r}") from None
        sys.stdout.write(f"{count} inputs, no crash\n")
    else:
        atheris.Setup(sys.argv[:1], fuzz_one)
        atheris.Fuzz()


if __name__ == "__main__":
    _main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
