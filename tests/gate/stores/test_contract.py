"""What every store promises, whatever it is made of."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie.gate.errors import KeyfileError, StoreDamaged
from cuijie.gate.stores.contract import Claim, Count, GateStore, RegisterEntry, Seen, SettleClaim
from cuijie.gate.stores.memory import MemoryStore
from tests.gate.asks import MORNING
from tests.gate.stores.every import opened

HOME = "ab" * 16
DAY = MORNING.toordinal()
_LATER = timedelta(minutes=15)


def a_count(*, cap: int = 3, amount: int = 1, bucket: int = DAY, span: int = 1, name: str = "rule") -> Count:
    return Count(home=HOME, key=f"{name}|{HOME}|acme", bucket=bucket, span=span, cap=cap, amount=amount)


def a_claim(key: str, counts: Sequence[Count] = (), **changes: Any) -> Claim:
    values: dict[str, Any] = {
        "home": HOME,
        "idempotency_key": key,
        "digest": f"digest of {key}",
        "reservation": f"{HOME}.{key}",
        "reserve": True,
        "counts": tuple(counts) or (a_count(),),
        "answer": f"answer to {key}".encode(),
        "facts": b"facts",
        "now": MORNING,
        "expires_at": MORNING + _LATER,
        "seen": Seen(),
    }
    return Claim(**{**values, **changes})


def used(store: GateStore, count: Count | None = None, at: timedelta = timedelta()) -> tuple[int, int]:
    (usage,) = store.usage([count or a_count()], MORNING + at)
    return usage.settled, usage.held


def settle(store: GateStore, key: str, counts: Sequence[Count], **changes: Any) -> str:
    values: dict[str, Any] = {"digest": f"settlement of {key}", "now": MORNING, "made": True, **changes}
    return store.settle(SettleClaim(reservation=f"{HOME}.{key}", counts=tuple(counts), **values)).kind


def an_entry(id_: str, home: str = HOME, **changes: Any) -> RegisterEntry:
    values: dict[str, Any] = {"column": "recipient_refused", "value": True, "keys": (("recipient_id", home),)}
    return RegisterEntry(id=id_, home=home, entered_at=MORNING, **{**values, **changes})


def test_claims_are_held_up_to_the_cap_and_told_how_much_was_used(store: GateStore) -> None:
    kinds = [store.claim(a_claim(f"k{n}")) for n in range(4)]
    assert [claimed.kind for claimed in kinds] == ["reserved", "reserved", "reserved", "full"]
    assert [claimed.usage[0].held for claimed in kinds] == [0, 1, 2, 3]
    assert kinds[-1].full == (0,)
    assert used(store) == (0, 3)


def test_claims_made_together_count_those_before_them_and_know_a_repetition_among_them(store: GateStore) -> None:
    told = store.claim_many([a_claim(key) for key in ("k0", "k1", "k0", "k2", "k3")])
    assert [claimed.kind for claimed in told] == ["reserved", "reserved", "repeated", "reserved", "full"]
    assert [claimed.usage[0].held for claimed in told] == [0, 1, 0, 2, 3]
    assert store.claim_many([]) == []
    assert used(store) == (0, 3)


def test_a_claim_holds_all_counts_or_none(store: GateStore) -> None:
    narrow, wide = a_count(cap=0, name="narrow"), a_count(name="wide")
    claimed = store.claim(a_claim("k", [wide, narrow]))
    assert (claimed.kind, claimed.full) == ("full", (1,))
    assert used(store, wide) == (0, 0)
    assert store.reservation(f"{HOME}.k") is None


def test_an_amount_that_would_pass_the_cap_is_refused_whole(store: GateStore) -> None:
    assert store.claim(a_claim("a", [a_count(amount=2)])).kind == "reserved"
    assert store.claim(a_claim("b", [a_count(amount=2)])).kind == "full"
    assert store.claim(a_claim("c", [a_count(amount=1)])).kind == "reserved"


def test_the_same_key_and_body_get_the_same_answer_and_hold_nothing_more(store: GateStore) -> None:
    first = store.claim(a_claim("k"))
    again = store.claim(a_claim("k", reservation=f"{HOME}.other", answer=b"another answer"))
    assert (again.kind, again.first, again.answer) == ("repeated", first.kind, b"answer to k")
    assert again.usage == first.usage
    assert used(store) == (0, 1)


def test_a_full_answer_is_repeated_with_what_was_full(store: GateStore) -> None:
    store.claim(a_claim("k", [a_count(cap=0)]))
    again = store.claim(a_claim("k", [a_count(cap=0)]))
    assert (again.kind, again.first, again.full) == ("repeated", "full", (0,))


def test_the_same_key_with_another_body_is_refused(store: GateStore) -> None:
    store.claim(a_claim("k"))
    assert store.claim(a_claim("k", digest="another")).kind == "key_reused"
    assert used(store) == (0, 1)


def test_a_key_is_one_key_for_all_debtors(store: GateStore) -> None:
    store.claim(a_claim("k"))
    other = "cd" * 16
    count = Count(home=other, key=f"rule|{other}|acme", bucket=DAY, span=1, cap=3, amount=1)
    claim = a_claim("k", [count], digest="another", home=other, reservation=f"{other}.k")
    assert store.claim(claim).kind == "key_reused"


def test_a_claim_that_reserves_nothing_keeps_its_answer_and_tells_the_usage(store: GateStore) -> None:
    store.claim(a_claim("held"))
    noted = store.claim(a_claim("k", reserve=False))
    assert (noted.kind, noted.usage[0].held) == ("noted", 1)
    assert used(store) == (0, 1)
    store.amend(HOME, "k", b"amended")
    assert store.claim(a_claim("k", reserve=False)).answer == b"amended"


def test_an_allowed_answer_is_never_amended(store: GateStore) -> None:
    store.claim(a_claim("k"))
    store.amend(HOME, "k", b"amended")
    assert store.claim(a_claim("k")).answer == b"answer to k"


def test_a_reservation_that_nobody_began_expires_and_frees_its_place(store: GateStore) -> None:
    store.claim(a_claim("k", [a_count(cap=1)]))
    just_before = MORNING + _LATER - timedelta(microseconds=1)
    assert store.claim(a_claim("early", [a_count(cap=1)], now=just_before)).kind == "full"
    assert store.claim(a_claim("late", [a_count(cap=1)], now=MORNING + _LATER)).kind == "reserved"
    held = store.reservation(f"{HOME}.k")
    assert held is not None
    assert held.state == "expired"


def test_expire_names_what_it_released(store: GateStore) -> None:
    store.claim(a_claim("k"))
    assert store.expire(MORNING) == ()
    assert store.expire(MORNING + _LATER) == (f"{HOME}.k",)
    assert store.expire(MORNING + _LATER) == ()
    assert used(store, at=_LATER) == (0, 0)


def test_a_reservation_that_began_never_expires(store: GateStore) -> None:
    store.claim(a_claim("k"))
    begun = store.begin(f"{HOME}.k", MORNING)
    assert begun is not None
    assert begun.state == "begun"
    assert store.expire(MORNING + timedelta(days=3)) == ()
    assert used(store, at=timedelta(days=3)) == (0, 1)


def test_a_contact_that_begins_after_its_time_is_held_anew(store: GateStore) -> None:
    store.claim(a_claim("k"))
    store.expire(MORNING + _LATER)
    begun = store.begin(f"{HOME}.k", MORNING + _LATER)
    assert begun is not None
    assert begun.state == "begun"
    assert used(store, at=_LATER) == (0, 1)


def test_what_never_was_cannot_begin_or_be_settled(store: GateStore) -> None:
    assert store.begin(f"{HOME}.nothing", MORNING) is None
    assert store.reservation(f"{HOME}.nothing") is None
    assert settle(store, "nothing", [a_count()]) == "unknown"
    assert used(store) == (0, 0)


def test_a_settlement_puts_true_amounts_in_place_of_held_ones(store: GateStore) -> None:
    answered, unanswered = a_count(name="answered"), a_count(name="unanswered")
    store.claim(a_claim("k", [answered, unanswered]))
    assert settle(store, "k", [answered]) == "settled"
    assert used(store, answered) == (1, 0)
    assert used(store, unanswered) == (0, 0)


def test_a_settlement_may_count_what_was_not_reserved(store: GateStore) -> None:
    store.claim(a_claim("k"))
    other = a_count(name="other", cap=0)
    assert settle(store, "k", [a_count(), other]) == "settled"
    assert used(store, other) == (1, 0)


def test_a_contact_never_made_counts_nothing(store: GateStore) -> None:
    store.claim(a_claim("k"))
    assert settle(store, "k", [], made=False) == "settled"
    assert used(store) == (0, 0)
    held = store.reservation(f"{HOME}.k")
    assert held is not None
    assert held.state == "cancelled"


def test_a_settlement_after_the_reservation_expired_counts_all_the_same(store: GateStore) -> None:
    store.claim(a_claim("k"))
    assert settle(store, "k", [a_count()], now=MORNING + _LATER) == "late"
    assert used(store, at=_LATER) == (1, 0)


def test_only_the_first_settlement_counts(store: GateStore) -> None:
    store.claim(a_claim("k"))
    assert settle(store, "k", [a_count()]) == "settled"
    assert settle(store, "k", [a_count()]) == "repeated"
    assert settle(store, "k", [], digest="another") == "conflict"
    assert used(store) == (1, 0)


def test_a_settled_reservation_does_not_begin_again(store: GateStore) -> None:
    store.claim(a_claim("k"))
    settle(store, "k", [a_count()])
    begun = store.begin(f"{HOME}.k", MORNING)
    assert begun is not None
    assert begun.state == "settled"
    assert used(store) == (1, 0)


def test_contacts_made_without_the_gate_count_whatever_the_cap(store: GateStore) -> None:
    store.add([a_count(cap=1, amount=5)])
    assert used(store) == (5, 0)
    assert store.claim(a_claim("k")).kind == "full"


def test_days_do_not_add_up_and_a_sliding_window_does(store: GateStore) -> None:
    store.add([a_count(bucket=DAY - 6, amount=2), a_count(bucket=DAY - 7, amount=9)])
    assert used(store) == (0, 0)
    assert used(store, a_count(span=7)) == (2, 0)
    (usage,) = store.usage([a_count(span=7)], MORNING)
    assert usage.first_bucket == DAY - 6


def test_a_planned_contact_counts_in_the_windows_that_reach_back(store: GateStore) -> None:
    store.claim(a_claim("later", [a_count(bucket=DAY + 3, span=7, cap=1)]))
    assert store.claim(a_claim("now", [a_count(span=7, cap=1)])).kind == "full"
    assert store.claim(a_claim("before", [a_count(bucket=DAY - 4, span=7, cap=1)])).kind == "reserved"


@given(
    days=st.lists(st.integers(min_value=0, max_value=20), max_size=60), span=st.integers(1, 9), cap=st.integers(0, 4)
)
def test_no_window_ever_holds_more_than_its_cap(days: list[int], span: int, cap: int) -> None:
    store = MemoryStore()
    taken: list[int] = []
    for number, day in enumerate(days):
        claimed = store.claim(a_claim(f"k{number}", [a_count(bucket=DAY + day, span=span, cap=cap)]))
        most = max(sum(first <= d < first + span for d in taken) for first in range(day - span + 1, day + 1))
        assert (claimed.kind == "reserved") == (most + 1 <= cap)
        assert claimed.usage[0].held == most
        if claimed.kind == "reserved":
            taken.append(day)


def test_registers_come_back_by_home_in_the_order_of_entry(store: GateStore) -> None:
    other = "cd" * 16
    store.enter([an_entry("1"), an_entry("2", other), an_entry("3")])
    assert [entry.id for entry in store.registers([HOME]).entries] == ["1", "3"]
    assert {entry.id for entry in store.registers([HOME, other, "ef" * 16]).entries} == {"1", "2", "3"}
    assert store.registers([HOME]).entries[0] == an_entry("1")


def test_a_register_entry_with_the_same_id_is_entered_once(store: GateStore) -> None:
    store.enter([an_entry("1")])
    store.enter([an_entry("1", value=False), an_entry("2", until=MORNING, ends="1", since=MORNING)])
    entries = store.registers([HOME]).entries
    assert [entry.id for entry in entries] == ["1", "2"]
    assert entries[0].value is True
    assert entries[1].ends == "1"


def test_what_was_entered_is_never_overlooked_by_a_claim_made_after(store: GateStore) -> None:
    (seen,) = store.remembered([[HOME]])
    store.enter([an_entry("1")])
    (fresh,) = store.remembered([[HOME]])
    claimed = store.claim(a_claim("k", seen=fresh))
    assert claimed.kind == "stale" or [entry.id for entry in fresh.entries] == ["1"]
    assert seen.entries == ()
    assert [entry.id for entry in store.registers([HOME]).entries] == ["1"]


def test_long_parts_are_kept_under_their_digest(store: GateStore) -> None:
    assert store.kept("d") is None
    store.keep("d", b"body")
    store.keep("d", b"body")
    assert store.kept("d") == b"body"


def test_a_store_belongs_to_one_key(store: GateStore) -> None:
    store.identify("one")
    store.identify("one")
    with pytest.raises(KeyfileError):
        store.identify("other")


def test_a_store_that_may_not_be_new_and_is_empty_is_refused_and_stays_so(store: GateStore) -> None:
    if isinstance(store, MemoryStore):
        store.identify("one", may_be_new=False)  # nobody expects it to have kept anything
        return
    for _ in range(2):
        with pytest.raises(StoreDamaged, match="不见了"):
            store.identify("one", may_be_new=False)
    store.identify("one")
    store.identify("one", may_be_new=False)


def test_everything_moves_to_another_store(store_kind: str, store: GateStore, tmp_path: Path) -> None:
    store.claim(a_claim("settled"))
    settle(store, "settled", [a_count()])
    store.claim(a_claim("held"))
    store.claim(a_claim("begun", [a_count(name="begun")]))
    store.begin(f"{HOME}.begun", MORNING)
    store.enter([an_entry("1"), an_entry("2", value=False)])
    store.keep("d", b"body")
    for kind in ("memory", "sqlite"):
        place = tmp_path / f"from {store_kind} to {kind}"
        place.mkdir()
        new = opened(kind, place)
        assert new.load(store.dump()) > 0
        assert used(new) == (1, 1)
        assert new.claim(a_claim("held")).kind == "repeated"
        assert [entry.value for entry in new.registers([HOME]).entries] == [True, False]
        assert new.kept("d") == b"body"
        assert new.expire(MORNING + _LATER) == (f"{HOME}.held",)
        assert used(new, a_count(name="begun"), _LATER) == (0, 1)
        assert settle(new, "begun", [a_count(name="begun")]) == "settled"
        with pytest.raises(StoreDamaged):
            new.load(store.dump())
        new.close()


def test_forgetting_drops_what_is_past_and_keeps_what_counts(store: GateStore) -> None:
    long_ago = MORNING - timedelta(days=40)
    old = a_claim("old", [a_count(bucket=DAY - 40)], now=long_ago, expires_at=long_ago + _LATER)
    store.claim(old)
    settle(store, "old", [a_count(bucket=DAY - 40)], now=long_ago)
    store.claim(a_claim("new"))
    store.add([a_count(bucket=24_314, name="month")])
    assert sum(store.forget(MORNING - timedelta(days=35))) >= 2
    assert store.reservation(f"{HOME}.old") is None
    assert store.claim(a_claim("new")).kind == "repeated"
    assert used(store) == (0, 1)
    assert used(store, a_count(bucket=DAY - 40)) == (0, 0)
    assert used(store, a_count(bucket=24_314, name="month")) == (1, 0)


def test_what_began_and_was_never_settled_is_kept_as_long_as_answers_and_holds_nothing_after(store: GateStore) -> None:
    far = [a_count(bucket=DAY + 500), a_count(bucket=24_400, name="elsewhere")]
    for name in ("begun", "held"):
        store.claim(a_claim(name, far))
    store.begin(f"{HOME}.begun", MORNING)
    list(store.forget(MORNING))
    assert store.reservation(f"{HOME}.begun") is not None
    assert used(store, far[0]) == (0, 2)
    assert sum(store.forget(MORNING + timedelta(days=45))) >= 1
    assert store.reservation(f"{HOME}.begun") is None
    assert store.reservation(f"{HOME}.held") is not None
    assert [used(store, count) for count in far] == [(0, 1)] * 2  # only what may still be settled
    assert settle(store, "begun", far) == "unknown"


def test_of_many_threads_asking_for_one_place_one_gets_it(store: GateStore) -> None:
    asks, told = 200, []
    barrier = threading.Barrier(20)

    def ask(first: int) -> None:
        barrier.wait()
        for number in range(first, asks, 20):
            told.append(store.claim(a_claim(f"k{number}", [a_count(cap=1)])).kind)

    threads = [threading.Thread(target=ask, args=(first,)) for first in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["full"] * (asks - 1) + ["reserved"]


def test_a_batch_is_as_good_as_one_by_one(store: GateStore) -> None:
    with store.batch():
        kinds = [store.claim(a_claim(f"k{n}")).kind for n in range(5)]
    assert kinds == ["reserved"] * 3 + ["full"] * 2
    assert used(store) == (0, 3)


def test_a_store_that_is_there_answers(store: GateStore) -> None:
    store.ping()
