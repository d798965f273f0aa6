"""Packs changed by somebody who has the key of the database: every way is found, and stays found."""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from cuijie import canonical
from cuijie.casefile import Case
from cuijie.casefile.checking import check_case
from cuijie.casefile.database.pack_table import PACK_RECORDS
from cuijie.casefile.database.record_table import body_of
from cuijie.casefile.errors import CaseDamaged, StoreFailed
from cuijie.records import Person

from .test_packs import new_case, person, put_new

SECOND = person(PACK_RECORDS).person_id  # the first of the second pack


def three_packs(folder: Path) -> Case:
    case = new_case(folder)
    put_new(case, [person(number) for number in range(3 * PACK_RECORDS)])
    return case


def body(case: Case, number: int) -> bytes:
    row = case._store.row("select body from pack where pack_id = ?", (number,))
    assert row is not None
    return bytes(row[0])


def write(case: Case, number: int, packed: bytes) -> None:
    case._store.run("update pack set body = ? where pack_id = ?", (packed, number))


def edit(case: Case, *, digest: bool = False) -> None:
    plain = zlib.decompress(body(case, 2)).replace("甲300".encode(), "甲999".encode())
    write(case, 2, zlib.compress(plain))
    if digest:
        made = hashlib.sha256(canonical.encode(["Person", SECOND]) + plain).digest()
        case._store.run("update pack set digest = ? where pack_id = 2", (made,))


def swap(case: Case) -> None:
    one, other = body(case, 1), body(case, 2)
    write(case, 1, other)
    write(case, 2, one)


def replay(case: Case) -> None:
    old = body(case, 2)
    case.put(*(person(number, "乙") for number in range(300, 400)))
    case._store.run("update pack set body = ? where first = ?", (old, SECOND))


WAYS: dict[str, Callable[[Case], None]] = {
    "a value": edit,
    "a value and the digest beside it": lambda case: edit(case, digest=True),
    "two packs swapped": swap,
    "an older pack": replay,
    "a pack taken away": lambda case: case._store.run("delete from pack where pack_id = 2"),
    "a pack twice": lambda case: case._store.run(
        "insert into pack select 9, kind, first, last, body, digest from pack where pack_id = 2"
    ),
    "another kind": lambda case: case._store.run("update pack set kind = 'Entry' where pack_id = 2"),
    "a reach that hides records": lambda case: case._store.run("update pack set last = first where pack_id = 2"),
    "no pack at all": lambda case: write(case, 2, b"x"),
    "cut off": lambda case: write(case, 2, body(case, 2)[:200]),
    "something behind it": lambda case: write(case, 2, body(case, 2) + b"x"),
    "lines that are no records": lambda case: write(case, 2, zlib.compress(b"[]\nx\x1f3\x1fy")),
    "forms that are none": lambda case: write(case, 2, zlib.compress(b"x\ny")),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_of_changing_a_pack_is_found_and_told(tmp_path: Path, way: str) -> None:
    with three_packs(tmp_path / "案卷") as case:
        assert check_case(case).problems == ()
        WAYS[way](case)
        (problem,) = check_case(case).problems
        assert "绕过程序" in problem
        for read in (lambda: case.all(Person), lambda: case.get(Person, "p-00300")):
            with contextlib.suppress(CaseDamaged):  # said in words, or read and accused
                read()


@pytest.mark.parametrize("changed", [[301], list(range(400, 450)), [5]])
def test_changing_a_record_beside_a_tampered_one_does_not_make_the_sum_right_again(
    tmp_path: Path, changed: list[int]
) -> None:
    with three_packs(tmp_path / "案卷") as case:
        edit(case, digest=changed == [5])
        if changed == [5]:  # nor does a sum that was made right in the database, but not in the ledger
            case._store.set_meta("records", f"{case.records_total():x}")
        case.put(*(person(number, "乙") for number in changed))
        assert len(check_case(case).problems) == 1


def test_changing_a_tampered_row_does_not_make_the_sum_right_again(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        case.put(person(1))
        case._store.run("update record set body = ?", (body_of(person(1, "丙")),))
        case.put(person(1, "乙"))
        assert len(check_case(case).problems) == 1


def _go_on_after_a_failure(case: Case, first: int) -> None:
    with case.batch("add"):
        case.put(person(1))
        case._store.run("rollback")  # what SQLite does by itself where the disk is full or fails
        put_new(case, [person(first + number) for number in range(PACK_RECORDS)])


def test_what_comes_after_sqlite_took_an_act_back_is_not_committed_without_the_ledger(tmp_path: Path) -> None:
    with new_case(tmp_path / "案卷") as case:
        with pytest.raises(StoreFailed, match="全部撤回"):
            _go_on_after_a_failure(case, 100)
        assert case.all(Person) == ()
        assert check_case(case).problems == ()
