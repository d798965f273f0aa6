"""What the gate answers: may this contact be made, by which rules, and what must be kept to if it is.

The keys of ``Decision`` in JSON are those of the stable interface: decision, rules, needs, duties, limits,
retry_at, reservation; the others are additions.  These are frozen structs rather than dataclasses: some are made
several times for each contact, and a struct costs a tenth.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from cuijie.records import Basis, Certainty
from cuijie.rulebook import Verdict

__all__ = [
    "Answer",
    "Decision",
    "Duty",
    "Limit",
    "Need",
    "Note",
    "ReadLabel",
    "Reason",
    "ReasonCode",
    "RuleVerdict",
    "Settled",
    "SettledState",
]

Answer = Literal["allow", "deny", "cannot_decide"]
ReasonCode = Literal[
    "rule", "limit", "needs", "store_unreachable", "rulebook_stale", "clock"
]  # fmt: skip
SettledState = Literal["settled", "late", "repeated", "cancelled", "corrected"]


class RuleVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule says of the contact that is asked for, on the law of its day.

    A window rule is a *breach* if this contact would go past its limit.  ``advisory``: shown, and by the
    lender's setting not decisive.  ``by_machine``: it rests on words read by a machine, so ``certainty`` is at
    most likely; it denies all the same.
    """

    id: str
    verdict: Verdict
    title: str
    basis: tuple[Basis, ...] = ()
    because: tuple[str, ...] = ()  # the columns that made it so
    certainty: Certainty | None = None  # of a breach
    advisory: bool = False
    by_machine: bool = False


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that can be known before the contact and without which the gate cannot decide."""

    column: str  # of the contact record, or a law fact such as member_cba
    asks: str  # the question in Chinese
    asks_en: str
    owner: str  # contact, recipient, loan or lender: whose fact it is
    decides: tuple[str, ...]  # rule ids


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What the collector must do or leave undone during and after the contact, for the rules to stay kept."""

    column: str
    says: str
    says_en: str
    rules: tuple[str, ...]


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of the debt and decides nothing: a dispute, hardship, talks, the debtor's wish to be left alone.

    ``basis`` is what the law wants of the lender then; without one the sentence is advice, and says so.
    """

    column: str  # in_dispute, hardship_known, in_negotiation or recipient_refused, which is true
    says: str
    says_en: str
    basis: tuple[Basis, ...] = ()


class Limit(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How much of one limit is used, this contact not counted in.

    ``used`` holds all that counts or may count: contacts settled and ``in_flight``, those asked for and not yet
    settled.  ``cap`` is the most that keeps the rule.  ``per`` are the columns it is counted by, ``window`` the
    span of time: a day (2026-03-01), a month (2026-03), ``2026-02-23/2026-03-01`` for a sliding one, or of minutes
    ``2026-03-02 09:59:00/2026-03-02 10:59:00`` (after the first, up to and with the second).
    """

    rule: str
    used: int
    in_flight: int
    cap: int
    per: tuple[str, ...]
    window: str


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the answer is not allow, in a stable word and in a sentence."""

    code: ReasonCode
    says: str
    says_en: str


class ReadLabel(msgspec.Struct, frozen=True, kw_only=True):
    """A label that the machine read in the text of the ask, with its places in code points."""

    label: str
    spans: tuple[tuple[int, int], ...]
    certainty: str


class Decision(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The gate's answer to one ask.  ``allow`` holds a reservation that must be settled; the others hold none."""

    decision: Answer
    rules: tuple[RuleVerdict, ...] = ()
    needs: tuple[Need, ...] = ()
    duties: tuple[Duty, ...] = ()
    limits: tuple[Limit, ...] = ()
    retry_at: datetime | None = None  # the earliest time at which it would be allowed, where waiting helps
    reservation: str | None = None
    expires_at: datetime | None = None  # of the reservation, if nobody says that the contact began
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Note, ...] = ()
    read: tuple[ReadLabel, ...] = ()
    ignored: tuple[str, ...] = ()  # columns given that nobody can know before the contact
    overruled: tuple[str, ...] = ()  # columns in which the registers say otherwise than the ask
    contact_id: str = ""
    idempotency_key: str = ""
    judged_at: datetime | None = None  # the time of the contact that was judged
    decided_at: datetime | None = None  # by the gate's clock
    rulebook: str = ""  # digest of the rulebook that decided


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a reservation.

    ``late``: it had expired, and what happened was counted after all.  ``corrected``: it had been settled otherwise;
    what is told now counts as well.  ``rules`` are those the contact broke as
    it happened (not recorded, not named, a limit passed), ``over`` the limits now passed, ``notes`` what is expected
    because of what the debtor said.
    """

    state: SettledState
    reservation: str
    rules: tuple[RuleVerdict, ...] = ()
    over: tuple[Limit, ...] = ()
    notes: tuple[Note, ...] = ()
