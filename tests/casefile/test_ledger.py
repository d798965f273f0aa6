"""R1: every way to tamper with the ledger is noticed, each with its own reason."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cuijie import canonical
from cuijie.casefile.ledger.chain import chain_faults, head_statement, read_entry
from cuijie.casefile.ledger.merkle import inclusion_proofs, leaf_hash, proves, tree_root
from tests.small_case import AT, SteppingClock, keep, new_case, open_case


@pytest.fixture
def bodies(tmp_path: Path) -> list[bytes]:
    with new_case(tmp_path / "案卷") as case:
        for number in range(5):
            case.log("drafted", {"number": number})
        return case.ledger_bodies()


def _edited(body: bytes, **changes: object) -> bytes:
    value = canonical.decode(body)
    assert isinstance(value, dict)
    return canonical.encode({**value, **changes})


def _reasons(bodies: list[bytes]) -> list[tuple[int, str]]:
    return [(fault.seq, fault.why) for fault in chain_faults(bodies)]


def test_a_ledger_as_written_has_no_fault(bodies: list[bytes]) -> None:
    assert _reasons(bodies) == []


def test_an_edited_entry_breaks_the_link_after_it(bodies: list[bytes]) -> None:
    bodies[2] = _edited(bodies[2], actor="别人")
    assert _reasons(bodies) == [(4, "与上一条的哈希接不上：这条或上一条被改动")]


@pytest.mark.parametrize(
    "order", [[0, 2, 1, 3, 4, 5], [0, 1, 1, 2, 3, 4, 5], [0, 1, 3, 4, 5], [1, 2, 3, 4, 5]], ids=["swapped", "doubled", "middle cut", "first cut"]
)  # fmt: skip
def test_entries_moved_doubled_or_cut_out_are_noticed(bodies: list[bytes], order: list[int]) -> None:
    reasons = _reasons([bodies[n] for n in order])
    assert "有条目被插入、删除或调换" in reasons[0][1]


def test_an_entry_in_other_than_canonical_form_is_noticed(bodies: list[bytes]) -> None:
    bodies[3] = bodies[3].replace(b'{"act"', b'{ "act"')
    assert _reasons(bodies)[0] == (4, "这一条不是规范写法，被改动过")


@pytest.mark.parametrize("rubbish", [b"", b"[]", b"1.5", b"\xff", b"{}", b'{"seq":1}', b"[" * 50_000])
def test_rubbish_in_place_of_an_entry_is_a_fault_and_no_crash(bodies: list[bytes], rubbish: bytes) -> None:
    bodies[1] = rubbish
    assert _reasons(bodies)[0][0] == 2


def test_an_empty_ledger_is_a_fault() -> None:
    assert _reasons([]) == [(0, "账是空的，连建立案卷的一条都没有")]


def test_an_entry_holds_time_actor_and_act(bodies: list[bytes]) -> None:
    entry = read_entry(bodies[1])
    assert (entry.seq, entry.actor, entry.act, entry.detail) == (2, "本人", "drafted", {"number": 0})
    assert entry.hash == hashlib.sha256(bodies[1]).hexdigest()
    assert entry.at > AT


def test_a_clock_set_back_is_noted_in_the_entry(tmp_path: Path) -> None:
    clock = SteppingClock()
    with new_case(tmp_path / "案卷", clock) as case:
        clock.instant -= timedelta(hours=3)
        case.log("drafted")
        noted = case.ledger()[-1].clock
    assert noted is not None
    assert noted["kind"] == "back"
    assert 10_700 < int(str(noted["seconds"])) <= 10_800


def test_a_clock_set_back_between_two_openings_is_noted(tmp_path: Path) -> None:
    new_case(tmp_path / "案卷").close()
    with open_case(tmp_path / "案卷", clock=SteppingClock(AT - timedelta(days=30))) as case:
        case.log("drafted")
        assert (case.ledger()[-1].clock or {})["kind"] == "back"


def test_a_clock_that_jumps_forward_within_one_opening_is_noted(tmp_path: Path) -> None:
    clock = SteppingClock()
    with new_case(tmp_path / "案卷", clock) as case:
        case.log("drafted")
        clock.instant += timedelta(days=2)
        case.log("drafted")
        assert (case.ledger()[-1].clock or {})["kind"] == "forward"


def test_a_clock_that_only_ticks_is_not_noted(bodies: list[bytes]) -> None:
    assert all(read_entry(body).clock is None for body in bodies)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=40), st.data())
def test_a_proof_shows_its_entry_and_no_other(entries: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    root, index = tree_root(leaves), data.draw(st.integers(0, len(entries) - 1))
    path = inclusion_proofs(leaves, [index])[index]
    assert proves(entries[index], index, len(entries), path, root)
    assert not proves(entries[index] + b"x", index, len(entries), path, root)
    assert not proves(entries[index], index, len(entries), [*path, root], root)
    assert not proves(entries[index], len(entries), len(entries), path, root)
    if path:
        assert not proves(entries[index], index, len(entries), path[:-1], root)


def test_the_tree_is_that_of_rfc_6962() -> None:
    # the leaves and root of the reference implementation's test vectors (certificate transparency)
    leaves = [
        bytes.fromhex(one)
        for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    ]
    root = tree_root([leaf_hash(leaf) for leaf in leaves])
    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_the_statement_that_is_stamped_changes_with_any_entry(bodies: list[bytes]) -> None:
    changed = [*bodies[:-1], _edited(bodies[-1], act="other")]
    assert head_statement("c", bodies) != head_statement("c", changed) != head_statement("c", bodies[:-1])


def test_acts_on_items_are_in_the_ledger(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        item = keep(case, b"one")
        keep(case, b"one", "别的名字.xml")
        keep(case, b"one", "别的名字.xml")
        case.discard(item.item_id, "误收")
        acts = [entry.act for entry in case.ledger()]
    assert acts == ["created", "kept", "seen_again", "discarded"]
