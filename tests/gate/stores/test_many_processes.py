"""Many processes on one store, some of them killed: nothing ever passes a cap, and nothing is lost for good."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import timedelta
from pathlib import Path

import pytest

from cuijie.gate import ask_from_plain, settlement_from_plain
from tests.gate.asks import MORNING, MovingClock, a_gate, call
from tests.gate.stores.every import kinds, opened
from tests.gate.stores.test_contract import a_claim, a_count, used

_SPAWN = multiprocessing.get_context("spawn")
_ASKERS = 4


def _ask_for_one_place(kind: str, place: Path, first: int, asks: int, told: Path) -> None:
    store = opened(kind, place)
    counts = [a_count(cap=1)]
    lines = [store.claim(a_claim(f"k{n}", counts)).kind for n in range(first, asks, _ASKERS)]
    told.write_text("\n".join(lines))
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds(shared=True))
def test_of_a_thousand_asks_from_many_processes_for_one_place_one_is_allowed(kind: str, tmp_path: Path) -> None:
    opened(kind, tmp_path).close()
    files = [tmp_path / f"told{n}" for n in range(_ASKERS)]
    started = [
        _SPAWN.Process(target=_ask_for_one_place, args=(kind, tmp_path, n, 1000, file)) for n, file in enumerate(files)
    ]
    for process in started:
        process.start()
    for process in started:
        process.join()
    told = [line for file in files for line in file.read_text().splitlines()]
    assert len(told) == 1000
    assert told.count("reserved") == 1
    assert told.count("full") == 999


def _ask_and_settle_for_ever(kind: str, place: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- a test's dice
    gate = a_gate(opened(kind, place))
    while True:
        debtor = f"d{chance.randrange(3)}"
        ask = ask_from_plain(
            call(debtor_id=debtor, recipient_id=f"r-{debtor}", idempotency_key=f"{seed}-{chance.random()}")
        )
        decision = gate.decide(ask)
        if decision.reservation is not None and chance.random() < 0.5:
            gate.settle(
                settlement_from_plain({"reservation": decision.reservation, "connected": chance.random() < 0.3})
            )


@pytest.mark.slow
@pytest.mark.parametrize("kind", kinds(shared=True))
def test_killed_at_any_moment_no_process_leaves_a_cap_passed_or_a_count_lost(kind: str, tmp_path: Path) -> None:
    opened(kind, tmp_path).close()
    chance = random.Random(7)  # noqa: S311 -- a test's dice
    for round_ in range(4):
        running = [
            _SPAWN.Process(target=_ask_and_settle_for_ever, args=(kind, tmp_path, 10 * round_ + n)) for n in range(3)
        ]
        for process in running:
            process.start()
        time.sleep(1.5 + chance.random())
        for process in running:
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        _nothing_passed(kind, tmp_path)
    clock = MovingClock(MORNING + timedelta(hours=1))
    gate = a_gate(opened(kind, tmp_path), clock=clock)
    gate.expire()
    for debtor in ("d0", "d1", "d2"):
        decision = gate.decide(ask_from_plain(call(debtor_id=debtor, recipient_id=f"r-{debtor}")))
        assert all(limit.in_flight == 0 for limit in decision.limits), "what the killed held has been released"
    gate.store.close()


def _nothing_passed(kind: str, place: Path) -> None:
    gate = a_gate(opened(kind, place))
    for debtor in ("d0", "d1", "d2"):
        ask = ask_from_plain(call(debtor_id=debtor, recipient_id=f"r-{debtor}", number_masked=None))
        for limit in gate.decide(ask).limits:  # number_masked is not known: it asks, and holds nothing
            assert limit.used <= limit.cap
    gate.store.close()


@pytest.mark.parametrize("kind", kinds(shared=True))
def test_what_one_process_reserved_another_sees(kind: str, tmp_path: Path) -> None:
    one, other = opened(kind, tmp_path), opened(kind, tmp_path)
    one.claim(a_claim("k"))
    assert used(other) == (0, 1)
    other.claim(a_claim("l"))
    assert used(one) == (0, 2)
    assert one.claim(a_claim("l")).kind == "repeated"
    one.close()
    other.close()
