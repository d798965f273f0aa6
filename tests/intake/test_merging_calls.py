"""An answered call in the phone's own log and in the operator's bill is one call, though one begins at the ring."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.casefile import Case
from cuijie.intake.contact_lists import operator_calls
from cuijie.intake.contact_lists import table as contact_table
from cuijie.intake.entries import make_entry
from cuijie.intake.merging.events import EventIndex, marks_of, place_entry
from cuijie.intake.merging.shelf import EntryShelf
from cuijie.intake.times.written import parse_time
from cuijie.records import Entry

from . import intake_samples as samples
from .intake_samples import source_of
from .recognising import known


def _call(item: str, at: str, seconds: int | None, number: str = "13800001002") -> Entry:
    source = replace(source_of(b"x"), item_id=item * 32)
    return make_entry(
        source, f"call:{at}", "call", when=parse_time(f"2025-03-06 {at}"), inbound=True, number_raw=number,
        connected=seconds != 0, duration_s=seconds,
    )  # fmt: skip


def _kept(case: Case, *entries: Entry) -> int:
    shelf, index = EntryShelf(case), EventIndex(case)
    for entry in entries:
        _, placed = place_entry(shelf, entry, index)
        shelf.flush()
        for mark in marks_of(placed):
            index.note(mark)
    return len(list(case.all(Entry)))


@pytest.mark.parametrize("answered", ["09:00:07", "09:00:31", "08:59:20"])
def test_three_calls_in_log_and_bill_stay_three(case: Case, answered: str) -> None:
    log = [_call("1", f"{hour}:00:00", 61) for hour in ("09", "10", "11")]
    bill = [_call("2", answered, 62), _call("2", "10:00:12", 61), _call("2", "11:00:40", 60)]
    assert _kept(case, *log, *bill) == 3


@pytest.mark.parametrize(
    "other",
    [
        _call("2", "09:00:30", 90),
        _call("2", "09:01:30", 61),
        _call("2", "09:00:30", 61, "13800001009"),
        _call("2", "09:00:30", None),
    ],
)
def test_another_length_a_later_time_or_another_number_is_another_call(case: Case, other: Entry) -> None:
    assert _kept(case, _call("1", "09:00:00", 61), other) == 2


def test_unanswered_calls_half_a_minute_apart_stay_two(case: Case) -> None:
    assert _kept(case, _call("1", "09:00:00", 0), _call("2", "09:00:30", 0)) == 2


def test_two_short_calls_in_a_row_are_two_in_both_sources(case: Case) -> None:
    log = [_call("1", "09:00:00", 10), _call("1", "09:00:40", 11)]
    bill = [_call("2", "09:00:12", 10), _call("2", "09:00:52", 11)]
    assert _kept(case, *log, *bill) == 2


def test_equal_records_of_one_file_are_each_looked_at_once(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    equal = [replace(_call("1", "09:00:00", 61), places=(f"{'1' * 32}#row:{row}",)) for row in range(60)]
    looked: list[str] = []
    ask = EntryShelf.get

    def counted(shelf: EntryShelf, entry_id: str) -> Entry | None:
        looked.append(entry_id)
        return ask(shelf, entry_id)

    monkeypatch.setattr(EntryShelf, "get", counted)
    for outcome in ("repeat", "again"):
        shelf = EntryShelf(case)
        looked.clear()
        assert {place_entry(shelf, entry, None)[0] for entry in equal[1:]} <= {outcome, "kept"}
        assert len(looked) < 4 * len(equal)
        shelf.flush()
    assert len(list(case.all(Entry))) == len(equal) - 1


def test_a_call_in_a_workbook_to_the_minute_is_that_of_the_operators_list(case: Case) -> None:
    rows = [["时间", "号码", "类型"], ["2025-03-03 21:30:00", "17000001188", "来电"], ["2025-03-03 21:31:00", "17000001188", "来电"]]  # fmt: skip
    lines = [samples.OPERATOR_HEADER, ["2025-03-03 21:30:48", "深圳", "被叫", "17000001188", "62", "国内", "0"]]
    own = samples.entries(known(samples.workbook({"表": rows}), contact_table))
    listed = [
        replace(one, places=("2" * 32 + "#row:2",))
        for one in samples.entries(known(samples.table(lines), operator_calls))
    ]
    assert _kept(case, *own, *listed) == 2
    assert [f"{one.occurred_at:%M:%S}" for one in case.all(Entry) if one.time_precision == "second"] == ["30:48"]
