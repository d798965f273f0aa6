"""Tying entries to collectors: by a sender's signature, by a known number, or by the user's own tick.

A phone is full of private life, so an entry that nothing ties stays a candidate: shown, never judged.
What the user ticked or dismissed is never changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cuijie.records.case import Collector, Entry, Tie
from cuijie.records.numbers import classify, is_masked

__all__ = ["bare_signature", "is_vouched", "retied", "tie_of"]


def bare_signature(written: str) -> str:
    """A sender's signature without its brackets and blanks: 【某某消金】 and ［某某消金］ are one."""
    return "".join(written.split()).strip("【】[]［］〔〕")


def is_vouched(entry: Entry) -> bool:
    """True if a gateway may stand behind the entry's signature: on a private phone anyone can type 【…】."""
    is_private = entry.number is not None and classify(entry.number) in {"mobile", "landline"}
    return entry.inbound is not False and not is_private


def tie_of(entry: Entry, collectors: Iterable[Collector]) -> Tie | None:
    """The tie that *collectors* give to *entry*: by signature, else by number; None where none or several match."""
    known = tuple(collectors)
    if entry.signature and is_vouched(entry):
        sign = bare_signature(entry.signature)
        by_sign = {one.collector_id for one in known if sign and sign in map(bare_signature, one.signatures)}
        if len(by_sign) == 1:
            return Tie(collector_id=by_sign.pop(), basis="signature")
    if entry.number and not is_masked(entry.number):
        by_number = {one.collector_id for one in known if entry.number in one.numbers}
        if len(by_number) == 1:
            return Tie(collector_id=by_number.pop(), basis="number")
    return None


def retied(entries: Iterable[Entry], collectors: Iterable[Collector]) -> Iterator[Entry]:
    """Those of *entries* whose tie changes with the *collectors* known now, with the new tie."""
    known = tuple(collectors)
    ids = {one.collector_id for one in known}
    for entry in entries:
        is_users = entry.tie is not None and entry.tie.basis == "user" and entry.tie.collector_id in ids
        if entry.is_dismissed or is_users:
            continue
        tie = tie_of(entry, known)
        if tie != entry.tie:
            yield replace(entry, tie=tie)
