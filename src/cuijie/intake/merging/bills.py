"""The payments of overlapping bills: one line met again in another bill is one payment, with both places."""

from __future__ import annotations

from dataclasses import replace

from cuijie.casefile import Case
from cuijie.intake.merging.events import Outcome
from cuijie.records import Payment

__all__ = ["place_payment"]


def place_payment(case: Case, payment: Payment) -> Outcome:
    """Puts *payment* into the case or merges it with the same line of an overlapping bill."""
    item = payment.places[0].partition("#")[0] + "#"
    base, number = payment.payment_id, 1
    while True:
        payment_id = base if number == 1 else f"{base}.{number}"
        known = case.get(Payment, payment_id)
        if known is None:
            case.put(replace(payment, payment_id=payment_id))
            return "kept" if number == 1 else "repeat"
        if payment.places[0] in known.places:
            return "again"
        if not any(place.startswith(item) for place in known.places):
            case.put(replace(known, places=(*known.places, *payment.places)))
            return "merged"
        number += 1
