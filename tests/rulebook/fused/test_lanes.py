"""Lanes of work: each in the order in which it came, never two of one lane at a time, and faults are raised."""

from __future__ import annotations

import threading
from functools import partial

import pytest

from cuijie.rulebook.fused.lanes import Lanes


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_lane_does_its_work_in_order_and_one_at_a_time(threads: int) -> None:
    lanes = Lanes(3, threads)
    done: list[list[int]] = [[], [], []]
    at_work = [threading.Lock() for _ in range(3)]

    def work(lane: int, batch: int) -> None:
        with at_work[lane]:  # two at a time would wait here, and come in another order sooner or later
            done[lane].append(batch)

    for batch in range(200):
        lanes.do({lane: partial(work, lane, batch) for lane in range(3) if (batch + lane) % 4})
    lanes.close()
    assert done == [[batch for batch in range(200) if (batch + lane) % 4] for lane in range(3)]


def test_batches_go_ahead_of_a_slow_lane_but_not_without_end() -> None:
    lanes, go = Lanes(2, 2), threading.Event()
    begun: list[int] = []
    for batch in range(3):
        lanes.do({0: partial(go.wait, 240), 1: partial(begun.append, batch)})
    feeder = threading.Thread(target=lanes.do, args=({1: partial(begun.append, 3)},))
    feeder.start()
    feeder.join(0.2)
    assert feeder.is_alive()  # three are under way: the fourth waits for the slow lane
    go.set()
    feeder.join(240)
    lanes.close()
    assert begun == [0, 1, 2, 3]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_fault_in_the_work_is_raised_and_the_other_lanes_are_through(threads: int) -> None:
    lanes = Lanes(2, threads)
    done: list[int] = []

    def batch() -> None:
        lanes.do({1: partial(done.append, 1), 0: partial(divmod, 1, 0)})
        lanes.close()

    with pytest.raises(ZeroDivisionError):
        batch()
    assert done == [1]
