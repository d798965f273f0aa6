"""The store in Redis beyond the common contract: round trips, lost scripts and connections, restarts, a real cluster."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis

from cuijie.gate import Settings, ask_from_plain, open_gate
from cuijie.gate.errors import SettingsError, StoreDamaged, StoreUnreachable
from cuijie.gate.stores.contract import Count, Dump, Seen
from cuijie.gate.stores.memory import MemoryStore
from cuijie.gate.stores.redis_keys import Keys
from cuijie.gate.stores.redis_store import RedisStore, open_redis
from tests.gate.asks import MORNING, a_gate, book, call
from tests.gate.stores import test_contract as contract
from tests.gate.stores.redis_server import RedisServer, open_redis_at, shared_server
from tests.gate.stores.test_contract import HOME, a_claim, a_count, an_entry, settle, used

OTHER = "cd" * 16


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    found = RedisServer(tmp_path, "--appendonly", "yes", "--appendfsync", "always")
    yield found
    found.stop()


def _commands(server: RedisServer) -> int:
    with redis.Redis(port=server.port) as client:
        told = client.info("commandstats")
        # what a script calls inside the server is no trip
        return sum(
            int(one["calls"])
            for name, one in told.items()
            if name in {"cmdstat_evalsha", "cmdstat_eval", "cmdstat_get", "cmdstat_lrange", "cmdstat_script|load"}
        )


def test_a_decision_is_one_round_trip(server: RedisServer) -> None:
    gate = a_gate(RedisStore(server.url, wait_s=10))
    gate.decide(ask_from_plain(call()))  # the script is known from now on, and the long part of the answer kept
    before = _commands(server)
    for number in range(10):
        gate.decide(ask_from_plain(call(debtor_id=f"one-trip-{number}", recipient_id=f"n{number}")))
    assert _commands(server) - before == 2 * 10  # the script itself looks at the store's mark: a GET, and no trip
    gate.store.close()


def test_a_register_entered_elsewhere_is_noticed_at_the_next_decision(server: RedisServer) -> None:
    one, other = a_gate(RedisStore(server.url, wait_s=10)), a_gate(RedisStore(server.url, wait_s=10))
    asked: dict[str, Any] = {
        "recipient_role": "agreed_contact",
        "debtor_reachable": False,
        "recipient_consent": True,
        "recipient_refused": False,
    }
    assert one.decide(ask_from_plain(call(**asked))).decision != "deny"
    from cuijie.gate.registers.rows import row_from_plain

    row = {"column": "recipient_refused", "value": True, "recipient_id": "13800001002", "lender_id": "acme"}
    other.registers.enter([row_from_plain(row, where="row")])
    assert one.decide(ask_from_plain(call(**asked))).decision == "deny"
    one.store.close()
    other.store.close()


def test_a_server_that_forgot_the_scripts_is_given_them_again(server: RedisServer) -> None:
    store = RedisStore(server.url, wait_s=10)
    assert store.claim(a_claim("a")).kind == "reserved"
    with redis.Redis(port=server.port) as client:
        client.script_flush()
    assert store.claim(a_claim("b")).kind == "reserved"
    with redis.Redis(port=server.port) as client:
        client.script_flush()
    assert [claimed.kind for claimed in store.claim_many([a_claim("c"), a_claim("d")])] == ["reserved", "full"]
    store.close()


def test_killed_and_started_again_the_server_holds_all_that_was_answered(server: RedisServer) -> None:
    store = RedisStore(server.url, wait_s=2)
    assert store.is_durable
    assert store.claim(a_claim("a")).kind == "reserved"
    settle(store, "a", [a_count()])
    store.claim(a_claim("b"))
    store.enter([an_entry("e1")])
    server.stop()
    with pytest.raises(StoreUnreachable):
        store.claim(a_claim("c"))
    server.start()
    assert used(store) == (1, 1)
    assert store.claim(a_claim("b")).kind == "repeated"
    assert [entry.id for entry in store.registers([HOME]).entries] == ["e1"]
    store.close()


def test_a_server_that_came_back_empty_allows_nothing_until_a_gate_is_started_anew(server: RedisServer) -> None:
    gate = a_gate(RedisStore(server.url, wait_s=10))
    asked = ask_from_plain(call(debtor_id="before"))
    assert gate.decide(asked).decision == "allow"
    with redis.Redis(port=server.port) as client:
        client.flushall()
    for ask in (asked, ask_from_plain(call(debtor_id="after"))):
        decision = gate.decide(ask)
        assert (decision.decision, [reason.code for reason in decision.reasons]) == ("deny", ["store_unreachable"])
        assert "不见了" in decision.reasons[0].says
    for look in (gate.store.ping, gate.store.clock_marks):
        with pytest.raises(StoreUnreachable, match="不见了"):
            look()
    anew = a_gate(RedisStore(server.url, wait_s=10))
    assert anew.decide(ask_from_plain(call(debtor_id="anew"))).decision == "allow"
    # somebody else has begun the store anew: what this gate counted and remembers is gone all the same
    assert gate.decide(ask_from_plain(call(debtor_id="again"))).decision == "deny"
    with pytest.raises(StoreUnreachable, match="不见了"):
        gate.store.ping()
    for one in (gate, anew):
        one.store.close()


def test_an_empty_server_is_a_new_one_only_for_a_new_key_or_a_new_log(server: RedisServer, tmp_path: Path) -> None:
    without_log = Settings(store=server.url, key_file=tmp_path / "key")
    for _ in range(2):  # made with its key, and started again
        open_gate(without_log, rulebook=book()).store.close()
    with redis.Redis(port=server.port) as client:
        client.flushall()
    with pytest.raises(StoreDamaged, match="密钥早就有了"):
        open_gate(without_log, rulebook=book())
    open_gate(replace(without_log, log=str(tmp_path / "log.db")), rulebook=book()).store.close()
    open_gate(without_log, rulebook=book()).store.close()


def test_a_server_that_hangs_is_not_waited_for(server: RedisServer) -> None:
    store = RedisStore(server.url, wait_s=0.3)
    gate = a_gate(store)
    assert server.process is not None
    os.kill(server.process.pid, signal.SIGSTOP)
    os.waitpid(server.process.pid, os.WUNTRACED)  # it stands still only once all its threads do
    try:
        started = time.monotonic()
        decision = gate.decide(ask_from_plain(call()))
        assert decision.decision == "deny"
        assert [reason.code for reason in decision.reasons] == ["store_unreachable"]
        assert time.monotonic() - started < 60
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    store.close()


def test_a_store_taken_in_by_half_is_used_by_no_gate(server: RedisServer) -> None:
    before = MemoryStore()
    before.claim(a_claim("a"))
    before.enter([an_entry("refused")])
    whole = list(before.dump())
    assert len(whole) > 2

    def broken_off() -> Iterator[Dump]:
        yield whole[0]
        raise KeyboardInterrupt

    half, other = RedisStore(server.url, wait_s=10), RedisStore(server.url, prefix="other", wait_s=10)
    with pytest.raises(KeyboardInterrupt):
        half.load(broken_off())
    with pytest.raises(StoreDamaged, match="只有一部分"):
        a_gate(half)
    assert other.load(whole) == len(whole)
    a_gate(other)
    for store in (half, other):
        store.close()


def test_a_server_that_throws_data_away_is_refused(tmp_path: Path) -> None:
    server = RedisServer(tmp_path, "--maxmemory", "50mb", "--maxmemory-policy", "allkeys-lru")
    with pytest.raises(SettingsError, match="noeviction"):
        RedisStore(server.url)
    server.stop()


def test_a_full_server_denies_instead_of_miscounting(server: RedisServer) -> None:
    store = RedisStore(server.url, wait_s=10)
    assert store.claim(a_claim("a")).kind == "reserved"
    with redis.Redis(port=server.port) as client:
        client.config_set("maxmemory", 1)
    with pytest.raises(StoreUnreachable, match=r"OutOfMemory|OOM"):
        store.claim(a_claim("b"))
    store.close()


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("redis://127.0.0.1:1/0", StoreUnreachable),
        ("redis://127.0.0.1:6379/0?prefix=a:b", SettingsError),
        ("redis://127.0.0.1:6379/0?wait_s=soon", SettingsError),
        ("redis://127.0.0.1:6379/0?wait_s=0", SettingsError),
        ("http://127.0.0.1", SettingsError),
    ],
)
def test_an_address_that_cannot_be_used_is_told_in_words(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_redis(url)


def test_a_prefix_keeps_gates_apart() -> None:
    one, other = (open_redis(f"{shared_server()}?prefix=apart{n}{os.getpid()}&wait_s=10") for n in (1, 2))
    one.claim(a_claim("a"))
    assert (used(one), used(other)) == ((0, 1), (0, 0))
    one.close()
    other.close()


def test_braces_in_a_home_do_not_tear_its_keys_apart() -> None:
    tags = {key[key.index("{") : key.index("}") + 1] for key in Keys("p").of_home("lender_id:a{b}c}d")}
    assert len(tags) == 1


def test_keys_hold_pseudonyms_only_and_end_by_themselves(tmp_path: Path) -> None:
    store = open_redis_at(tmp_path)
    gate = a_gate(store)
    gate.decide(ask_from_plain(call(debtor_id="canary-debtor", recipient_id="13800001777", loan_id="canary-loan")))
    with redis.Redis.from_url(shared_server()) as client:
        names = list(client.scan_iter(f"{store._keys.prefix}:*"))
        held = b"".join(name + (client.dump(name) or b"") for name in names)
        lasting = {name.decode().split(":")[1] for name in names if client.ttl(name) == -1}
    assert names
    assert b"canary" not in held
    assert b"13800001777" not in held
    assert lasting <= {"k", "key"}  # the long parts of answers, and which key the pseudonyms are of
    store.close()


# --- a real cluster -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if shutil.which("redis-cli") is None:
        pytest.skip("did not run: redis-cli is not installed")
    servers = [
        RedisServer(tmp_path_factory.mktemp("node"), "--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
        for _ in range(3)
    ]
    nodes = [f"127.0.0.1:{server.port}" for server in servers]
    command = ["redis-cli", "--cluster", "create", *nodes, "--cluster-replicas", "0", "--cluster-yes"]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    for _ in range(2000):
        told = [
            subprocess.run(
                ["redis-cli", "-p", str(s.port), "cluster", "info"], capture_output=True, text=True, check=True
            ).stdout
            for s in servers
        ]
        if all("cluster_state:ok" in one and "cluster_known_nodes:3" in one for one in told):
            break
        time.sleep(0.1)
    yield servers[0].url
    for server in servers:
        server.stop()


def _in_cluster(url: str, place: Path) -> RedisStore:
    return RedisStore(url, prefix=f"t{abs(hash(str(place)))}", wait_s=10)


# A key used for two debtors is not noticed as reused in a cluster: it lies with each debtor's own data.
_ONLY_ON_ONE = {
    "test_a_key_is_one_key_for_all_debtors",
    "test_everything_moves_to_another_store",
    "test_no_window_ever_holds_more_than_its_cap",
}
_COMMON = [name for name in vars(contract) if name.startswith("test_") and name not in _ONLY_ON_ONE]


@pytest.mark.slow
@pytest.mark.parametrize("name", _COMMON)
def test_a_cluster_keeps_the_common_contract(name: str, cluster: str, tmp_path: Path) -> None:
    store = _in_cluster(cluster, tmp_path)
    getattr(contract, name)(store)
    store.close()


def _far(cap: int) -> list[Count]:
    """Counts of one claim that lie on two machines."""
    elsewhere = Count(home=OTHER, key=f"number|{OTHER}", bucket=MORNING.toordinal(), span=1, cap=cap, amount=1)
    return [a_count(cap=5), elsewhere]


@pytest.mark.slow
def test_in_a_cluster_a_claim_over_two_machines_holds_all_or_none(cluster: str, tmp_path: Path) -> None:
    store = _in_cluster(cluster, tmp_path)
    counts = _far(2)
    assert [store.claim(a_claim(f"k{n}", counts)).kind for n in range(3)] == ["reserved", "reserved", "full"]
    assert store.claim(a_claim("k2", counts)).full == (1,)
    assert [used(store, count) for count in counts] == [(0, 2), (0, 2)]
    again = store.claim(a_claim("k0", counts))
    assert (again.kind, again.first, [used.held for used in again.usage]) == ("repeated", "reserved", [0, 0])
    assert settle(store, "k0", counts) == "settled"
    assert settle(store, "k0", counts) == "repeated"
    assert settle(store, "k1", [], made=False) == "settled"
    assert [used(store, count) for count in counts] == [(1, 0), (1, 0)]
    store.close()


@pytest.mark.slow
def test_in_a_cluster_what_a_dying_gate_held_elsewhere_expires(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _in_cluster(cluster, tmp_path)
    counts, real = _far(1), store._calls.claim

    def dies(claim: Any, seen: Any, homes: Any, of_home: Any, *, is_main: bool, **more: Any) -> Any:
        if is_main:
            raise KeyboardInterrupt
        return real(claim, seen, homes, of_home, is_main=is_main, **more)

    monkeypatch.setattr(store._calls, "claim", dies)
    with pytest.raises(KeyboardInterrupt):
        store.claim(a_claim("a", counts))
    monkeypatch.undo()
    assert used(store, counts[1]) == (0, 1)
    later = MORNING + timedelta(hours=1)
    assert store.claim(a_claim("b", counts, now=later, expires_at=later + timedelta(minutes=5))).kind == "reserved"
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize(("lost", "kind"), [(1, "reserved"), (2, "repeated")], ids=["elsewhere", "its own"])
def test_in_a_cluster_a_claim_of_which_an_answer_was_lost_on_the_way_is_held_everywhere_and_once(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int, kind: str
) -> None:
    store = _in_cluster(cluster, tmp_path)
    counts, real, asked = _far(2), store._link.run, list[Any]()

    def asked_again(*script: Any) -> Any:
        asked.append(real(*script))
        return real(*script) if len(asked) == lost else asked[-1]

    with monkeypatch.context() as link:
        link.setattr(store._link, "run", asked_again)
        assert store.claim(a_claim("a", counts)).kind == kind
    assert [used(store, count) for count in counts] == [(0, 1), (0, 1)]
    assert settle(store, "a", [], made=False) == "settled"
    assert [used(store, count) for count in counts] == [(0, 0), (0, 0)]
    store.close()


@pytest.mark.slow
def test_in_a_cluster_an_answer_is_kept_whole_though_the_gate_died_before_it_could_tell_it(
    cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = _in_cluster(cluster, tmp_path)
    counts = _far(2)
    store.claim(a_claim("before", counts))
    real, told = store._link.run, list[Any]()

    def lost_on_the_way(*script: Any) -> Any:
        told.append(real(*script))
        if len(told) == 2:  # its own home's answer, the last of the two
            raise KeyboardInterrupt
        return told[-1]

    monkeypatch.setattr(store._link, "run", lost_on_the_way)
    with pytest.raises(KeyboardInterrupt):
        store.claim(a_claim("a", counts))
    monkeypatch.undo()
    again = store.claim(a_claim("a", counts))
    assert (again.kind, again.first, [used.held for used in again.usage]) == ("repeated", "reserved", [1, 1])
    store.close()


@pytest.mark.slow
def test_in_a_cluster_a_register_of_another_machine_is_not_overlooked(cluster: str, tmp_path: Path) -> None:
    one, other = _in_cluster(cluster, tmp_path), _in_cluster(cluster, tmp_path)
    seen = one.registers([HOME, OTHER])
    other.enter([an_entry("e", OTHER)])
    assert one.claim(a_claim("k", seen=seen)).kind == "stale"
    assert one.claim(a_claim("k", seen=one.registers([HOME, OTHER]))).kind == "reserved"
    assert Seen() != seen
    one.close()
    other.close()
