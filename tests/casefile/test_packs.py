"""Records in packs: however they are stored they read, change and verify alike; older cases are given their packs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie.casefile import Case, KdfCost
from cuijie.casefile.checking import check_case
from cuijie.casefile.database.pack_table import PACK_RECORDS, Stored
from cuijie.casefile.database.record_table import RecordTable, body_of
from cuijie.casefile.database.store import _ADDED, DATABASE, Store
from cuijie.records import Person

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
MANY = 3 * PACK_RECORDS + 40
OLD_SCHEMA = "drop table part; drop index pack_reach; drop table pack; pragma user_version = 1"


def person(number: int, name: str = "甲") -> Person:
    return Person(person_id=f"p-{number:05d}", name=f"{name}{number}")


def new_case(folder: Path) -> Case:
    return Case.create(folder, "密码", cost=CHEAP)


def open_case(folder: Path, *, writable: bool = True) -> Case:
    return Case.open(folder, "密码", writable=writable)


def put_new(case: Case, people: list[Person]) -> None:
    case.put_new(Person, [(one.person_id, body_of(one)) for one in people])


def make_old(folder: Path) -> None:
    """Takes the database back to the layout of the first version."""
    with open_case(folder) as case:
        case._store.run(OLD_SCHEMA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "案卷"


def test_what_is_packed_reads_like_rows_and_lies_in_the_order_of_ids(folder: Path) -> None:
    people = [person(number) for number in range(MANY)]
    with new_case(folder) as case:
        put_new(case, people[::-1])
        put_new(case, [person(MANY + 1)])
        assert case.all(Person) == (*people, person(MANY + 1))
        assert case.get(Person, "p-00300") == people[300]
        assert case.get(Person, "p-00300x") is None
        assert sorted(case.records.ids(Person)) == [one.person_id for one in case.each(Person)]
        assert case.records.stored(Person, ["p-00001", "p-09999"]) == {"p-00001": body_of(people[1])}
        assert check_case(case).problems == ()


@pytest.mark.parametrize("changed", [[5], list(range(200, 500)), [0, 255, 256, 511, 767, 768]])
def test_packed_records_change_and_go_like_rows(folder: Path, changed: list[int]) -> None:
    with new_case(folder) as case:
        put_new(case, [person(number) for number in range(MANY)])
        case.put(*(person(number, "乙") for number in changed))
        assert case.drop(Person, person(changed[-1]).person_id)
        assert not case.drop(Person, person(changed[-1]).person_id)
        expected = [person(n, "乙" if n in changed else "甲") for n in range(MANY) if n != changed[-1]]
        assert list(case.each(Person)) == expected
        assert check_case(case).problems == ()
        length = case.ledger_length()
        case.put(person(changed[0], "乙" if len(changed) > 1 else "甲"), person(100))
        assert (case.ledger_length() == length) == (len(changed) > 1)


def test_packs_that_overlap_are_read_in_order_and_each_record_once(folder: Path) -> None:
    with new_case(folder) as case:
        for start in range(3):
            put_new(case, [person(number) for number in range(start, MANY, 3)])
        assert list(case.each(Person)) == [person(number) for number in range(MANY)]
        seen = []
        for one in case.each(Person):  # and while they are changed
            seen.append(one.person_id)
            if len(seen) % 100 == 0:
                case.put(person((len(seen) + 50) % MANY, "乙"))
        assert seen == sorted(set(seen))
        assert len(seen) == MANY


def _change_and_fail(case: Case) -> None:
    with case.batch("add"):
        case.put(person(7, "乙"))
        put_new(case, [person(2000 + number) for number in range(PACK_RECORDS)])
        raise RuntimeError


def test_a_pack_with_one_record_twice_is_refused_and_an_act_that_fails_takes_its_packs_back(folder: Path) -> None:
    with new_case(folder) as case:
        put_new(case, [person(number) for number in range(PACK_RECORDS)])
        before = case.records_total(), case.ledger_bodies(), case.all(Person)
        with pytest.raises(ValueError, match="twice"):
            put_new(case, [person(1000 + number % 99) for number in range(100)])
        with pytest.raises(RuntimeError):
            _change_and_fail(case)
        assert (case.records_total(), case.ledger_bodies(), case.all(Person)) == before
        assert case.get(Person, "p-00007") == person(7)


@pytest.mark.parametrize("changed", [[600], list(range(600, 650))])
def test_what_moves_while_it_is_read_is_read_once_also_by_another_connection(folder: Path, changed: list[int]) -> None:
    with new_case(folder) as case, case.beside() as reader:
        put_new(case, [person(number) for number in range(3 * PACK_RECORDS)])  # packs alone: no row to wait beside
        for one in (case, reader):
            seen = []
            for met in one.each(Person):
                seen.append(met.person_id)
                if len(seen) == 10:
                    case.put(*(person(number, "乙" if one is case else "丙") for number in changed))
            assert seen == [person(number).person_id for number in range(3 * PACK_RECORDS)]
            changed = [number - 200 for number in changed]


def test_a_case_of_the_first_version_reads_as_it_is_and_is_brought_up_when_written(folder: Path) -> None:
    people = [person(number) for number in range(50)]
    with new_case(folder) as case:
        case.put(*people)
    make_old(folder)
    with open_case(folder, writable=False) as case:
        assert case.all(Person) == tuple(people)
        assert case.get(Person, "p-00100") is None
        assert check_case(case).problems == ()
    with open_case(folder) as case:
        assert case._store.row("pragma user_version") == (3,)
        put_new(case, [person(100 + number) for number in range(PACK_RECORDS)])
    with open_case(folder, writable=False) as case, case.beside() as second:
        assert len(case.all(Person)) == len(second.all(Person)) == 50 + PACK_RECORDS
        assert check_case(case).problems == ()


def test_bringing_an_old_case_up_happens_wholly_or_not_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with new_case(folder) as case:
        case.put(person(1))
    make_old(folder)
    monkeypatch.setitem(_ADDED, 1, "create {kept} table pack (pack_id integer); create fault;{where}")
    with pytest.raises(apsw.SQLError):
        open_case(folder)
    monkeypatch.undo()
    with open_case(folder) as case:
        assert case.all(Person) == (person(1),)


FORMS = [b'{"id":"%b","100%%":%b}', b"%b%b"]
STORED = st.dictionaries(
    st.text("abcdef0123456789-", min_size=1, max_size=6),
    st.binary(max_size=6).map(bytes.hex).map(str.encode)
    | st.tuples(st.sampled_from(FORMS), st.sampled_from([b"1", b"{}"])),
    max_size=90,
)


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(STORED, max_size=4))
def test_whatever_is_packed_comes_back_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, batches: list[dict[str, Stored]]
) -> None:
    store = Store(tmp_path_factory.mktemp("packs") / DATABASE, "00" * 32, writable=True, create=True)
    records, total = RecordTable(store), 0
    expected: dict[str, bytes] = {}
    for batch in batches:
        new = {one: stored for one, stored in batch.items() if one not in expected}
        total += records.put_new(Person, new.items())
        for one, stored in new.items():
            expected[one] = stored if isinstance(stored, bytes) else stored[0] % (one.encode(), stored[1])
    assert list(records.bodies(Person)) == sorted(expected.items())
    assert records.total() == total % (1 << 256)
    assert records.stored(Person, expected) == expected
    store.close()


def test_rows_made_beside_are_written_once_however_many_threads_ask_for_them(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case, case.batch("records"):
        store, may_be_made = case.records._store, threading.Event()

        def rows() -> Iterator[tuple[object, ...]]:
            may_be_made.wait(10)
            yield "Person", "p-1", b"{}", b""

        store.insert_beside("record", rows())
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(store.row, "select count(*) from record") for _ in range(4)]
            may_be_made.set()
            assert [one.result() for one in asked] == [(1,)] * 4
        case.drop(Person, "p-1")
