"""The fused pass as an audit feeds it: batches, order, columns left out, windows judged as soon as they are over."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuijie import kernel as numba_kernel
from cuijie.clock import SHANGHAI
from cuijie.records import ContactRecord
from cuijie.rulebook import Rulebook, RulebookError, load_rulebook
from cuijie.rulebook.arrow_form import contacts_table
from cuijie.rulebook.fused import waiting as fused_waiting
from cuijie.rulebook.fused import windows as fused_windows
from cuijie.rulebook.fused.one_pass import FusedPass
from cuijie.rulebook.fused.reach import Reached
from cuijie.rulebook.fused.table import Interner
from tests.rulebook.builders import at, contact, toy_book, toy_rule, write_rule

_WINDOWS = {
    "day": "window: {per: [debtor_id, lender_id, day], marks: over}\n",
    "month": "window: {per: [debtor_id, month], marks: all, alone: lender_id}\n",
    "week": "window: {per: [debtor_id], within: 7 days, marks: over}\n",
    "hours": "window: {per: [debtor_id, lender_id], within: 20 hours, marks: over}\n",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    folder: Path = tmp_path_factory.mktemp("rules")
    for name, window in _WINDOWS.items():
        text = toy_rule("contacts() filter (where connected) > 2", "window", window)
        write_rule(folder, text.replace("xx.toy.loud", f"xx.toy.{name}"), f"{name}.yaml")
    write_rule(folder, toy_rule("says_insult AND hour >= 12").replace("xx.toy.loud", "xx.toy.word"), "word.yaml")
    return load_rulebook([folder], ours=False)


def _log(number: int, seed: int, undated: int = 0, lacking: int = 0) -> tuple[ContactRecord, ...]:
    chance = np.random.default_rng(seed)
    start = datetime(2026, 3, 1, 9, tzinfo=SHANGHAI)
    minutes = np.sort(chance.integers(0, 60 * 24 * 45, number))
    return tuple(
        contact(
            f"c{n}",
            occurred_at=None if n < undated else start + timedelta(minutes=int(minute)),
            debtor_id=None if chance.integers(0, 400) < lacking else f"d{chance.integers(0, 6)}",
            lender_id=f"b{chance.integers(0, 2)}",
            connected=[True, True, False, None][chance.integers(0, 4)],
            count=[1, 1, 1, 2, None][chance.integers(0, 5)],
            says_insult=[True, False, None][chance.integers(0, 3)],
        )
        for n, minute in enumerate(minutes)
    )


def _windows(book: Rulebook, log: tuple[ContactRecord, ...], rows: int, known: set[str] | None) -> Sequence[object]:
    """Every window found, with the contacts it names, in an order of its own."""
    judging = FusedPass(book.rules, partly_known=known)
    table = contacts_table(log)
    for start in range(0, len(log), rows):
        judging.feed(table.slice(start, rows).combine_chunks().to_batches()[0])
    judging.close()
    return sorted(
        (one.linked.rule.id, keys, str(row.end), row.breach, row.at_least, str(row.at_most), row.seen,
         [(m.place, m.asked, m.counted) for m in part.members(row)])
        for one in judging.window_rules
        for part in one.found
        for row, keys in zip(part.rows(), part.keys.tolist(), strict=True)
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), undated=st.sampled_from([0, 0, 3]), lacking=st.sampled_from([0, 0, 4]))
def test_windows_judged_as_they_end_or_kept_in_files_are_those_judged_at_the_end(
    book: Rulebook, seed: int, undated: int, lacking: int
) -> None:
    log = _log(400, seed, undated, lacking)
    at_the_end = _windows(book, log, 400, None)
    assert at_the_end
    known = {"debtor_id"} if lacking else set[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fused_windows, "_AT_ONCE", 10)
        assert _windows(book, log, 23, known) == at_the_end
        patch.setattr(fused_waiting, "_IN_MEMORY", 30)
        patch.setattr(fused_waiting, "_A_LOT", 8)
        assert _windows(book, log, 23, known) == at_the_end
        assert _windows(book, log, 23, None) == at_the_end


def test_what_waits_beyond_a_limit_lies_in_files_that_are_given_back(
    book: Rulebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fused_waiting, "_IN_MEMORY", 30)
    monkeypatch.setattr(fused_windows, "_AT_ONCE", 10)
    judging = FusedPass(book.only("xx.toy.week").rules, partly_known=(), threads=1)
    waiting = judging.window_rules[0]._waiting
    in_memory, in_files = [], []
    for batch in contacts_table(_log(600, 1)).to_batches(max_chunksize=20):
        judging.feed(batch)
        in_memory.append(sum(map(len, waiting._held)))
        in_files.append(sum(file.rows for file in waiting._files))
    assert max(in_memory) <= 30 < max(in_files) < 600
    (every,) = waiting.lots(1 << 40, whole=True)
    assert (np.diff(every.place) > 0).all(), "in the order in which they came"
    judging.close()
    assert len(waiting) == 0


def test_a_disk_that_is_full_is_told_in_words(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tempfile.TemporaryFile

    def full(*, prefix: str | None = None, **others: Any) -> object:
        if prefix is None:  # another's: numba tries its cache with one
            return real(**others)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fused_waiting, "_IN_MEMORY", 30)
    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    judging = FusedPass(book.only("xx.toy.week").rules, threads=1)
    with pytest.raises(RulebookError, match="临时文件写不了"):
        judging.feed(contacts_table(_log(60, 1)).to_batches()[0])


def test_a_window_is_let_go_once_a_later_day_has_begun(book: Rulebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused_windows, "_AT_ONCE", 1)
    judging = FusedPass(book.only("xx.toy.day").rules, partly_known=())
    table = contacts_table(_log(600, 1))
    (one,) = judging.window_rules
    most = 0
    for batch in table.to_batches(max_chunksize=20):
        judging.feed(batch)
        judging.take()
        most = max(most, len(one._waiting))
    assert 0 < most <= 60


def test_rows_out_of_order_are_refused(book: Rulebook) -> None:
    judging = FusedPass(book.rules)
    late, early = contact("c1", occurred_at=at(2)), contact("c2", occurred_at=at(1))
    judging.feed(_batch(late))
    with pytest.raises(RulebookError, match="先后"):
        judging.feed(_batch(early))
    with pytest.raises(RulebookError, match="先后"):
        FusedPass(book.rules).feed(_batch(late, early))


def _batch(*given_: ContactRecord) -> Any:
    return contacts_table(given_).to_batches()[0]


def _cells(**columns: Any) -> Any:
    return pa.RecordBatch.from_pydict(columns)


_NOON = pa.array([datetime(2026, 3, 1, 4, 30, tzinfo=SHANGHAI)] * 4, pa.timestamp("ms", tz="Asia/Shanghai"))


def test_columns_a_log_does_not_have_are_unknown_and_rows_without_a_count_count_once(tmp_path: Path) -> None:
    counting = toy_book(
        tmp_path, "contacts() filter (where channel = 'sms') > 3", "window", "window: {per: [debtor_id, day]}\n"
    )
    judging = FusedPass(counting.rules)
    judging.feed(_cells(debtor_id=["d1"] * 4, occurred_at=_NOON, channel=["sms"] * 4, direction=["outbound"] * 4))
    judging.close()
    (one,) = judging.window_rules
    (row,) = one.found[0].rows()
    assert (row.breach, row.at_least, row.at_most) == (True, 4, 4)
    unknown = FusedPass(counting.rules)
    unknown.feed(_cells(debtor_id=["d1"] * 4, occurred_at=_NOON, channel=["sms"] * 4))
    unknown.close()
    (row,) = unknown.window_rules[0].found[0].rows()
    assert (row.breach, row.at_least, row.at_most) == (False, 0, 4)


@pytest.mark.parametrize(
    "form",
    [
        lambda words: pa.array(words),
        lambda words: pa.array(words, pa.large_string()),
        lambda words: pa.array(words, pa.string_view()),
        lambda words: pa.array(words).dictionary_encode(),
        lambda words: pa.array(["x", *words]).slice(1),
        lambda words: pa.array([None, *words]).dictionary_encode().slice(1),
    ],
)
def test_every_form_of_text_is_read_alike(tmp_path: Path, form: Any) -> None:
    acting = toy_book(tmp_path, "channel = 'sms' AND debtor_id = 'd1'")
    judging = FusedPass(acting.rules)
    channel, debtor = form(["sms", None, "call", "sms"]), form(["d1", "d1", "d1", None])
    judging.feed(_cells(debtor_id=debtor, occurred_at=_NOON, channel=channel, direction=form(["outbound"] * 4)))
    judging.close()
    verdicts = {
        place: judging.contact_rules[0].outcomes[pattern].verdict
        for found in judging.take()
        for place, pattern in zip(found.place.tolist(), found.pattern.tolist(), strict=True)
    }
    assert verdicts == {0: "breach", 1: "unknown", 3: "unknown"}


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        ("occurred_at", pa.array([datetime(2026, 3, 1)] * 4, pa.timestamp("us")), "时区"),  # noqa: DTZ001
        ("occurred_at", pa.array(["2026-03-01"] * 4), "时刻"),
        ("says_insult", pa.array([1, 0, 1, 0]), "是非"),
        ("debtor_id", pa.array([1, 2, 3, 4]), "文字"),
        ("count", pa.array([1.5] * 4), "整数"),
    ],
)
def test_a_column_of_the_wrong_kind_is_named(book: Rulebook, column: str, cells: Any, said: str) -> None:
    with pytest.raises(RulebookError, match=f"{column}|{said}"):
        FusedPass(book.rules).feed(_cells(**{column: cells}))


def test_only_what_the_rules_read_is_asked_of_a_log(book: Rulebook) -> None:
    wanted = FusedPass(book.rules).columns
    assert {"occurred_at", "count", "connected", "debtor_id", "says_insult", "direction"} <= wanted
    assert not wanted & {"text", "contact_id", "collector_id", "day", "institution_id", "recorded"}


def test_kernels_run_where_compiled_code_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def njit(*, nogil: bool, cache: bool = False) -> Any:
        asked.append(cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return lambda function: function

    monkeypatch.setattr(numba_kernel, "njit", njit)

    @numba_kernel.kernel
    def twice(number: int) -> int:
        return 2 * number

    assert (twice(21), asked) == (42, [True, False])


def test_many_keys_are_numbered_alike_however_often_they_come() -> None:
    chance = np.random.default_rng(5)
    keys = chance.integers(1, 5000, 40_000).astype(np.uint64)
    table = Interner(16)
    numbers = np.concatenate([table.numbers(part) for part in np.array_split(keys, 7)])
    assert len(table) == len(set(keys.tolist()))
    assert (table.keys[numbers] == keys).all()
    assert (table.found(keys) == numbers).all()
    assert table.found(np.array([0, 9999], np.uint64)).tolist() == [-1, -1]


def test_a_day_of_many_debtors_remembers_who_was_reached() -> None:
    number = 30_000
    debtor = np.tile(np.arange(1, number + 1, dtype=np.uint64), 2)
    at_us = np.arange(2 * number, dtype=np.int64) * 1_000  # all within one minute of one day
    every = np.ones(2 * number, np.bool_)
    later = Reached(16).later(debtor, np.full(2 * number, 7, np.uint64), at_us, every, debtor % np.uint64(2) == 0)
    assert later.tolist() == [False] * number + (debtor[:number] % np.uint64(2) == 0).tolist()
