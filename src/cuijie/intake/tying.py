"""Ties entries to collectors: by the signature of a known lender, by a known number, or by the user's word.

A phone is full of private life, so an entry stays a candidate until one of these holds.  A signature counts only
where a gateway vouches for it: anyone can type 【…】 into a text from a private phone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from cuijie.casefile import Case
from cuijie.intake.contact_columns import CONTACT_PREFIX
from cuijie.records import Collector, Entry, Loan, Tie
from cuijie.records.numbers import is_masked, normalise
from cuijie.records.ties import is_vouched

__all__ = ["Ties", "is_short_for", "mark_collector", "names_loan", "tie_untied"]

_CARD_TAIL = re.compile(r"信用卡(?:中心)?$")
_COMPANY_TAIL = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|信用卡中心|集团|公司)+$")


def _plain(name: str) -> str:
    return re.sub(r"[\s（）()【】\[\]·]", "", name).lower()


def _names_lender(signature: str, name: str) -> bool:
    """True if a signature is the lender's or platform's name, whole or without the company's legal tail."""
    short, long = _plain(signature), _plain(name)
    return bool(short) and (short in (long, _COMPANY_TAIL.sub("", long)) or (len(short) >= 3 and short in long))


class Ties:
    """The collectors and loans of a case, asked entry by entry."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._loans: tuple[Loan, ...] = case.all(Loan)
        self._collectors = list(case.each(Collector))
        self._by_number: dict[str, set[str]] = {}
        self._by_signature: dict[str, set[str]] = {}
        self._asked: dict[str, str | None] = {}
        for who in self._collectors:
            for number in who.numbers:
                if not is_masked(number):
                    self._by_number.setdefault(number, set()).add(who.collector_id)
            for signature in who.signatures:
                self._by_signature.setdefault(_plain(signature), set()).add(who.collector_id)

    def tie(self, entry: Entry) -> Tie | None:
        """Why *entry* counts as a contact of a collector, or None; makes the collector of a known lender."""
        if entry.is_dismissed:
            return None
        if entry.signature is not None and is_vouched(entry):
            signed = self._signed(entry.signature)
            if signed is not None:
                return Tie(collector_id=signed, basis="signature")
        if entry.number is not None and len(known := self._by_number.get(entry.number, set())) == 1:
            return Tie(collector_id=next(iter(known)), basis="number")
        return self._stated(entry) if entry.is_user_converted else None

    def is_sign_known(self, signature: str) -> bool:
        """True if that signature may be a known collector's or name a known lender; makes nothing."""
        return _plain(signature) in self._by_signature or self._loan_named(signature) is not None

    def _signed(self, signature: str) -> str | None:
        """The one collector of that signature, or the known lender that it names; None where several have it."""
        if signature not in self._asked:
            known = self._by_signature.get(_plain(signature))
            self._asked[signature] = (
                self._named(signature) if known is None else next(iter(known)) if len(known) == 1 else None
            )
        return self._asked[signature]

    def _named(self, signature: str) -> str | None:
        loan = self._loan_named(signature)
        return None if loan is None else self._lender(signature, loan)

    def _loan_named(self, signature: str) -> Loan | None:
        for loan in self._loans:
            if any(name and _names_lender(signature, name) for name in (loan.lender_name, loan.platform_name)):
                return loan
        return None

    def _lender(self, signature: str, loan: Loan) -> str:
        collector = Collector(
            collector_id=_collector_id(loan.lender_id or loan.loan_id, signature),
            name=signature,
            signatures=(signature,),
            lender_id=loan.lender_id,
        )
        self._put(collector)
        return collector.collector_id

    def _stated(self, entry: Entry) -> Tie | None:
        """A contact log that names the lender, agency or collector is the user's own word."""
        said = {key.removeprefix(CONTACT_PREFIX): value for key, value in entry.extra if key.startswith(CONTACT_PREFIX)}
        name = said.get("collector_id") or said.get("agency_id") or said.get("lender_id")
        if name is None:
            return None
        lender = said.get("lender_id")
        lender_id = next((loan.lender_id for loan in self._loans if lender and names_loan(loan, lender)), None)
        collector_id = _collector_id(lender_id or lender or "", name)
        if all(known.collector_id != collector_id for known in self._collectors):
            self._put(
                Collector(
                    collector_id=collector_id,
                    name=name,
                    actor="agency" if said.get("agency_id") else None,
                    agency_name=said.get("agency_id"),
                    lender_id=lender_id,
                )
            )
        return Tie(collector_id=collector_id, basis="user")

    def _put(self, collector: Collector) -> None:
        self._collectors = [known for known in self._collectors if known.collector_id != collector.collector_id]
        self._collectors.append(collector)
        self._case.put(collector)


def is_short_for(signature: str, name: str) -> bool:
    """True if a signature may be a short form of a lender's name: 蓝汀消金 of 蓝汀消费金融, 招行 of 招商银行.

    To be proposed only: another institution may be shortened alike.
    """
    short = _CARD_TAIL.sub("", _plain(signature))
    long = _COMPANY_TAIL.sub("", _plain(name).removeprefix("中国"))
    if len(short) < 2 or short in long:
        return False
    if short.endswith("行") and "银行" in long and long.startswith(short[:-1]):
        return True
    letters = iter(long)
    return len(short) >= 3 and long.startswith(short[:2]) and all(letter in letters for letter in short)


def names_loan(loan: Loan, name: str) -> bool:
    """True if *name* is the loan's lender or platform, by id, by full name or as signatures shorten it."""
    names = [value for value in (loan.lender_id, loan.lender_name, loan.platform_name) if value]
    return any(name == value or _names_lender(name, value) for value in names)


def _collector_id(*parts: str) -> str:
    return "c-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()


def mark_collector(case: Case, words: Sequence[str]) -> Collector:
    """The collector whose numbers and signatures the user names in *words*; made, or widened if one is known."""
    numbers = [number for word in words if (number := _as_number(word))]
    signatures = [word.strip("【】 ") for word in words if _as_number(word) is None and word.strip("【】 ")]
    known = next(
        (
            who
            for who in case.each(Collector)
            if set(who.numbers) & set(numbers) or set(who.signatures) & set(signatures)
        ),
        None,
    )
    loans = case.all(Loan)
    base = known or Collector(
        collector_id=_collector_id(*sorted([*numbers, *signatures])),
        name=signatures[0] if signatures else None,
        lender_id=loans[0].lender_id if len(loans) == 1 else None,
    )
    collector = replace(
        base,
        numbers=tuple(dict.fromkeys((*base.numbers, *numbers))),
        signatures=tuple(dict.fromkeys((*base.signatures, *signatures))),
    )
    case.put(collector)
    return collector


def _as_number(word: str) -> str | None:
    number = normalise(word)
    return number if number and number.lstrip("+").isdigit() else None


def tie_untied(case: Case) -> int:
    """Ties the entries without a tie that the collectors and loans known now tie; how many there were."""
    with case.batch("retied") as act:
        ties = Ties(case)
        changed = [
            replace(entry, tie=tie)
            for entry in case.each(Entry)
            if entry.tie is None and (tie := ties.tie(entry)) is not None
        ]
        case.put(*changed)
        act.detail["entries"] = len(changed)
    return len(changed)
