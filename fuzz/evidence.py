"""Fuzzing what the evidence part parses: mutated good samples, every format, no crash and no hang.

    python fuzz/evidence.py [--seconds 60] [--seed 1] [--only token]

A finding is an exception outside the documented ones, or an input that takes more than two seconds; it is
written to ``fuzz/findings/`` and ends the run with exit code 1.  ``tests/soak/test_fuzz.py`` runs a short round.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyrage
from pyrage import x25519

from cuijie.bundle import export, verify
from cuijie.casefile import Case, ItemFacts, KdfCost
from cuijie.casefile.age_file import AgeReader
from cuijie.casefile.keys import KeyFile
from cuijie.casefile.ledger.anchor import read_anchor
from cuijie.casefile.ledger.chain import chain_faults
from cuijie.casefile.tokens import TokenFault, Trust, judge
from cuijie.clock import FixedClock
from cuijie.errors import CuijieError

__all__ = ["Finding", "fuzz", "targets"]

_AT = datetime(2027, 6, 1, tzinfo=UTC)
_SLOW_S = 2.0
# a response of a throw-away authority made with OpenSSL, over the byte "x"
_TOKEN = (Path(__file__).parent / "seeds" / "token.tsr").read_bytes()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One input that a target did not take as documented."""

    target: str
    data: bytes
    what: str


@dataclass(frozen=True, kw_only=True)
class Target:
    """One parser: good samples, and a call that may raise only the documented errors."""

    seeds: tuple[bytes, ...]
    run: Callable[[bytes], None]


def _case(folder: Path) -> tuple[bytes, list[bytes], bytes, bytes]:
    """Key file, ledger lines, anchor and bundle of a small case."""
    cost = KdfCost(memory_kib=64, passes=1, lanes=1)
    with Case.create(folder / "case", "fuzz", clock=FixedClock(_AT), cost=cost) as case:
        case.keep(io.BytesIO(b"<smses/>" * 50), ItemFacts(name="a.xml"))
        export(case, folder / "bundle.zip")
        bodies = case.ledger_bodies()
    keys, anchor = (folder / "case" / name for name in ("keys.json", "anchor.json"))
    return keys.read_bytes(), bodies, anchor.read_bytes(), (folder / "bundle.zip").read_bytes()


def targets(folder: Path) -> dict[str, Target]:
    """Every target, with seeds made in *folder*."""
    keys, bodies, anchor, bundle = _case(folder)
    identity = x25519.Identity.generate()
    sealed = pyrage.encrypt(b"plain" * 100, [identity.to_public()])
    scratch = folder / "scratch"
    scratch.mkdir()

    def key_file(data: bytes) -> None:
        (scratch / "keys.json").write_bytes(data)
        KeyFile.read(scratch)

    def anchor_file(data: bytes) -> None:
        (scratch / "anchor.json").write_bytes(data)
        read_anchor(scratch, "00" * 32)

    def bundle_file(data: bytes) -> None:
        (scratch / "bundle.zip").write_bytes(data)
        if verify(scratch / "bundle.zip", clock=FixedClock(_AT)).holds and data != bundle:
            raise AssertionError("an altered bundle was called whole")

    return {
        "token": Target(seeds=(_TOKEN,), run=lambda data: judge(data, b"x", Trust(), now=_AT) and None),
        "age": Target(seeds=(sealed,), run=lambda data: AgeReader(io.BytesIO(data), str(identity), label="x").readall() and None),
        "keys": Target(seeds=(keys,), run=key_file),
        "ledger": Target(seeds=tuple(bodies), run=lambda data: chain_faults(data.splitlines()) and None),
        "anchor": Target(seeds=(anchor,), run=anchor_file),
        "bundle": Target(seeds=(bundle,), run=bundle_file),
    }  # fmt: skip


def _mutated(seed: bytes, chance: random.Random) -> bytes:
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1 if data:
                data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                del data[at : at + chance.choice((1, 2, 8, 200))]
            case 3:
                data[at:at] = data[at : at + chance.choice((1, 8, 200))]
            case 4:
                data[at:at] = chance.randbytes(chance.choice((1, 4, 64)))
            case _:
                del data[at:]
    return bytes(data)


def fuzz(seconds: float, seed: int, only: str | None, folder: Path) -> list[Finding]:
    """Runs every target in turns for *seconds*; answers what was found."""
    chance, chosen = random.Random(seed), targets(folder)  # noqa: S311
    names = [name for name in chosen if only in {None, name}]
    found: list[Finding] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end and not found:
        name = chance.choice(names)
        target = chosen[name]
        data = _mutated(chance.choice(target.seeds), chance)
        started = time.monotonic()
        try:
            target.run(data)
        except (CuijieError, TokenFault, ValueError):
            pass
        except Exception as error:  # a finding is exactly what nobody foresaw
            found.append(Finding(target=name, data=data, what=repr(error)))
        if time.monotonic() - started > _SLOW_S:
            found.append(Finding(target=name, data=data, what="more than two seconds"))
    return found


def main() -> int:
    """Fuzzes and reports; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = fuzz(asked.seconds, asked.seed, asked.only, Path(name))
    place = Path(__file__).parent / "findings"
    for one in found:
        place.mkdir(exist_ok=True)
        path = place / f"{one.target}-{hashlib.sha256(one.data).hexdigest()[:12]}"
        path.write_bytes(one.data)
        sys.stdout.write(f"{one.target}: {one.what} ({path.name})\n")
    sys.stdout.write(f"{len(found)} findings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
