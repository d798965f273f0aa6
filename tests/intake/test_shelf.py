"""Many new entries at once: all of them go in, or none."""

from __future__ import annotations

import pytest

from cuijie.casefile import Case
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.records import Entry

FORM = b'{"entry_id":"%b","kind":"sms","owner":"debtor","places":[],"text":"%b"}'


def shelf_of(case: Case, *ids: str) -> EntryShelf:
    shelf = EntryShelf(case)
    for entry_id in ids:
        assert shelf.add_if_new(entry_id, FORM, b"first")
    return shelf


def words(shelf: EntryShelf, *ids: str) -> list[str | None]:
    return [None if (entry := shelf.get(one)) is None else entry.text for one in ids]


@pytest.mark.parametrize("ids", [("b", "a"), ("b", "b")])
def test_none_of_many_goes_in_where_one_is_there_or_comes_twice(case: Case, ids: tuple[str, ...]) -> None:
    shelf = shelf_of(case, "a")
    assert not shelf.add_all_if_new(ids, [(FORM, b"second")] * 2)
    assert words(shelf, "a", "b") == ["first", None]


def test_ids_that_only_look_known_go_in_all_the_same(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = shelf_of(case, "a")
    monkeypatch.setattr(shelf, "_met", list)
    assert shelf.add_all_if_new(("b", "c"), [(FORM, b"second"), (FORM, b"third")])
    shelf.flush()
    assert words(EntryShelf(case), "a", "b", "c") == ["first", "second", "third"]
    assert sum(1 for _ in case.each(Entry)) == 3
