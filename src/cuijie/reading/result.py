"""What a reading says: labels with spans in the original text, and facts that are no violations.

A label is read by a machine: it is at most *likely* until a person confirms it.  A fact is True, False or
None (the text does not tell).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["RULE_OF_LABEL", "Facts", "LabelHit", "Reading", "ReadingCertainty", "Recipient", "Span"]

Span = tuple[int, int]
"""Half-open range of code points in the original text."""

Recipient = Literal["debtor", "third_party", "unknown"]
ReadingCertainty = Literal["likely", "to_judge"]

RULE_OF_LABEL: dict[str, str] = {
    "threat_violence": "cn.threat.violence",
    "threat_contacts": "cn.threat.contacts",
    "third_party_disclosure": "cn.third-party.debt-disclosed",
    "third_party_pressure": "cn.third-party.asked-to-pay",
    "insult": "cn.insult",
    "obscene": "cn.obscene",
    "impersonate_authority": "cn.impersonation",
    "false_legal_consequence": "cn.false-consequence",
    "public_exposure": "cn.exposure.public",
    "visit_threat": "cn.visit.coercive",
    "harass_volume": "cn.harassment.volume",
    "induce_new_loan": "cn.new-debt.induced",
    "private_payment": "cn.payment.private-account",
    "fee_scam": "cn.scam.fee",
}
"""The rule whose text condition each label is.  The rule may still need facts that no text carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelHit:
    """One label and the passages that show it.

    ``score`` is the reader's confidence between 0 and 1; ``certainty`` is the word for it.  ``patterns`` names
    the lexicon patterns that spoke, empty where only the statistical model did.
    """

    label: str
    spans: tuple[Span, ...]
    certainty: ReadingCertainty
    score: float
    patterns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What else the text tells.  None is *the text does not tell*, never a default for no.

    ``asks_payment``: the collecting side asks for money owed, now or by a date; False for a text that only
    confirms a payment or that the debt is settled.
    ``caller_identified``: the collecting side names its institution (a signature counts).
    ``refuses_contact``: the reader of the message, or the person called, says to stop contacting them.
    ``withdraws_consent``: the debtor takes back consent to the use of personal information.
    ``debtor_speaks``: the whole text is the debtor's or a relative's own; nothing in it is judged.
    ``reveals_debt``: the text says or lets one infer that somebody owes, as a demand does and a mere receipt does not.
    ``call_back_only``: it asks only that somebody ring back, and names no debt.
    ``addresses_third_party``: it is spoken to someone other than the debtor.
    ``signature``: the 【…】 of an SMS.  ``claimed_institution``: who the sender says they are.
    """

    asks_payment: bool | None = None
    caller_identified: bool | None = None
    refuses_contact: bool | None = None
    withdraws_consent: bool | None = None
    debtor_speaks: bool | None = None
    promises_payment: bool | None = None
    disputes_debt: bool | None = None
    hardship_stated: bool | None = None
    reveals_debt: bool | None = None
    call_back_only: bool | None = None
    addresses_third_party: bool | None = None
    signature: str | None = None
    claimed_institution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything read in one text: its labels in the fixed order of ``records.LABELS``, and its facts."""

    text: str
    recipient: Recipient
    labels: tuple[LabelHit, ...]
    facts: Facts

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names alone."""
        return tuple(hit.label for hit in self.labels)
