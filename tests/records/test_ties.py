"""What ties an entry to a collector, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cuijie.records import Collector, Entry, Tie
from cuijie.records.ties import bare_signature, retied, tie_of

_ACME = Collector(collector_id="c1", numbers=("17000001188",), signatures=("测试消金",))
_OTHER = Collector(collector_id="c2", numbers=("17000001199",), signatures=("【样例催收】",))


def _entry(**facts: object) -> Entry:
    return replace(Entry(entry_id="e1", kind="sms", owner="debtor", places=("i#1",)), **facts)


@pytest.mark.parametrize("written", ["【测试消金】", "测试消金", "［测试消金］", "【 测试消金 】"])
def test_a_signature_is_the_same_in_any_brackets(written: str) -> None:
    assert bare_signature(written) == "测试消金"


def test_a_signature_ties_before_a_number() -> None:
    entry = _entry(signature="【测试消金】", number="17000001199")
    assert tie_of(entry, (_ACME, _OTHER)) == Tie(collector_id="c1", basis="signature")


def test_a_known_number_ties() -> None:
    assert tie_of(_entry(number="17000001199"), (_ACME, _OTHER)) == Tie(collector_id="c2", basis="number")


def test_a_number_never_ties_by_its_ending_nor_when_masked() -> None:
    assert tie_of(_entry(number="0001188"), (_ACME,)) is None
    masked = Collector(collector_id="c3", numbers=("170****1188",))
    assert tie_of(_entry(number="170****1188"), (masked,)) is None


def test_two_collectors_of_one_number_leave_the_entry_a_candidate() -> None:
    twin = replace(_ACME, collector_id="c9", signatures=())
    assert tie_of(_entry(number="17000001188"), (_ACME, twin)) is None


def test_the_users_tick_and_dismissal_are_never_changed() -> None:
    ticked = _entry(number="17000001188", tie=Tie(collector_id="c2", basis="user"))
    dismissed = _entry(number="17000001188", is_dismissed=True)
    assert list(retied((ticked, dismissed), (_ACME, _OTHER))) == []


def test_a_tie_goes_when_its_collector_is_gone() -> None:
    tied = _entry(number="17000001188", tie=Tie(collector_id="c1", basis="number"))
    assert [entry.tie for entry in retied((tied,), ())] == [None]


def test_a_signature_typed_on_a_private_phone_ties_nothing() -> None:
    assert tie_of(_entry(signature="【测试消金】", number="13800001003"), (_ACME,)) is None
    assert tie_of(_entry(signature="【测试消金】", number="106900000001001", inbound=False), (_ACME,)) is None
    assert tie_of(_entry(signature="【测试消金】", number="106900000001001"), (_ACME,)) is not None
