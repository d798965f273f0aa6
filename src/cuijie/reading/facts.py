"""Facts a text tells that are no violations: who speaks to whom, what is asked, what is refused.

The words are in ``lexicon/facts.yaml``.
"""

from __future__ import annotations

import re
from functools import cache

from cuijie.reading.context import contexts
from cuijie.reading.expressions import load_expressions
from cuijie.reading.needed import Screened
from cuijie.reading.result import Facts, Recipient
from cuijie.reading.variants import LEXICON

__all__ = ["facts_of", "presses", "speaks_for_a_firm"]

_KINDS = (
    "asks_payment", "presses", "speaks_for_a_firm",
    "confirms_payment", "thanks_payment", "identified", "refuses_contact", "withdraws_consent", "promises_payment", "disputes_debt",
    "hardship_stated", "reveals_debt", "asks_call_back", "addresses_third_party", "institution",
)  # fmt: skip
_SIGNATURE = re.compile(r"^\s*(?:【([^【】\n]{1,30})】|\[([^\[\]\n]{2,20})\])|【([^【】\n]{1,30})】\s*$")


@cache
def _rules() -> Screened:
    return load_expressions(LEXICON / "facts.yaml", _KINDS)


def _signature(text: str) -> str | None:
    match = _SIGNATURE.search(text)
    return next((part for part in match.groups() if part), None) if match else None


def _yes(found: bool) -> bool | None:
    """A text that does not say a thing leaves it unknown."""
    return True if found else None


def presses(judged: str) -> bool:
    """True if what the collecting side says sets a term or a condition: 再不……, ……点前, 否则."""
    return _rules().search("presses", judged) is not None


def speaks_for_a_firm(text: str) -> bool:
    """True if a text by nobody marked has the voice of a firm: 您, 我司, 登记, 公告."""
    return _rules().search("speaks_for_a_firm", text) is not None


def facts_of(judged: str, own: str, *, original: str, own_only: bool, recipient: Recipient) -> Facts:
    """Facts of a folded text: *judged* is what the collecting side says, *own* what the person called says."""
    rules = _rules()

    def says(kind: str, text: str) -> bool:
        return rules.search(kind, text) is not None

    def asks_for_payment(text: str) -> bool | None:
        # A receipt or a notice of settlement asks for nothing, unless its other sentences do.
        receipt = rules.search("confirms_payment", text)
        rest = rules["confirms_payment"].sub("。", text) if receipt else text
        rest = rules["thanks_payment"].sub("。", rest)
        return True if says("asks_payment", rest) else False if receipt else None

    signature = _signature(original)
    institution = rules.search("institution", judged)
    claimed = next((part for part in institution.groups() if part), institution[0]) if institution else None
    reveals, calls_back = says("reveals_debt", judged), says("asks_call_back", judged)
    third = recipient == "third_party" or says("addresses_third_party", judged)
    identified = signature is not None or says("identified", judged)
    return Facts(
        asks_payment=None if own_only or contexts().is_warning(judged) else asks_for_payment(judged),
        caller_identified=_yes(not own_only and identified),
        refuses_contact=_yes(says("refuses_contact", own)),
        withdraws_consent=_yes(says("withdraws_consent", own)),
        debtor_speaks=_yes(own_only),
        promises_payment=_yes(says("promises_payment", own)),
        disputes_debt=_yes(says("disputes_debt", own)),
        hardship_stated=_yes(says("hardship_stated", own)),
        reveals_debt=_yes(not own_only and reveals),
        call_back_only=_yes(not own_only and calls_back and not reveals),
        addresses_third_party=_yes(not own_only and third),
        signature=signature,
        claimed_institution=None if own_only else claimed or signature,
    )
