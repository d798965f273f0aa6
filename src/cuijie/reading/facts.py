"""Facts a text tells that are no violations: who speaks to whom, what is asked, what is refused.

The words are in ``lexicon/facts.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from cuijie.reading.asking import sounds_like_asking
from cuijie.reading.context import contexts
from cuijie.reading.expressions import load_expressions
from cuijie.reading.needed import Screened
from cuijie.reading.result import Facts, LabelHit, Recipient
from cuijie.reading.variants import LEXICON

__all__ = ["facts_of", "speaks_for_a_firm"]

_KINDS = (
    "presses", "speaks_for_a_firm",
    "confirms_payment", "asks_more", "asks_for_nothing", "identified", "refuses_contact", "withdraws_consent", "promises_payment", "disputes_debt",
    "hardship_stated", "reveals_debt", "asks_call_back", "addresses_third_party", "institution",
)  # fmt: skip
# such a text asks for the money by what it is
_ASKING = frozenset({"private_payment", "induce_new_loan", "third_party_pressure"})
# a threat that sets a term or a condition demands what is owed, whether or not it says so: 再不……, ……点前, 否则
_PRESSING = frozenset({
    "threat_violence", "threat_contacts", "public_exposure", "visit_threat", "harass_volume", "false_legal_consequence",
})  # fmt: skip
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


def speaks_for_a_firm(text: str) -> bool:
    """True if a text by nobody marked has the voice of a firm: 您, 我司, 登记, 公告."""
    return _rules().search("speaks_for_a_firm", text) is not None


def _rest_of(judged: str) -> tuple[str, bool]:
    """*judged* without what confirms a payment or asks for none; and whether it confirms one."""
    rules = _rules()
    said = [kind for kind in ("confirms_payment", "asks_for_nothing") if rules.search(kind, judged) is not None]
    rest = judged
    for kind in said:
        rest = rules[kind].sub("。", rest)
    return rest, "confirms_payment" in said


def _asks_by_label(judged: str, labels: Sequence[LabelHit]) -> bool:
    if any(hit.label in _ASKING for hit in labels):
        return True
    threatens = any(hit.label in _PRESSING and hit.certainty == "likely" for hit in labels)
    return threatens and _rules().search("presses", judged) is not None


def facts_of(
    judged: str, own: str, *, original: str, own_only: bool, recipient: Recipient, labels: Sequence[LabelHit] = ()
) -> Facts:
    """Facts of a folded text: *judged* is what the collecting side says, *own* what the person called says.

    *labels* are those read in *judged*.
    """
    rules = _rules()

    def says(kind: str, text: str) -> bool:
        return rules.search(kind, text) is not None

    warns = own_only or contexts().is_warning(judged)
    rest, confirms = _rest_of(judged)
    asks: bool | None = None
    if _asks_by_label(judged, labels):
        asks = True
    elif confirms and not warns:  # a receipt asks for nothing, unless its other sentences do
        asks = says("asks_more", rest)
    elif not warns:
        asks = _yes(sounds_like_asking(rest))
    reveals = asks is True or (not warns and says("reveals_debt", rest))
    signature = _signature(original)
    institution = rules.search("institution", judged)
    claimed = next((part for part in institution.groups() if part), institution[0]) if institution else None
    calls_back = says("asks_call_back", judged)
    third = recipient == "third_party" or says("addresses_third_party", judged)
    identified = signature is not None or says("identified", judged)
    if own == judged and not own_only and signature is not None and f"【{signature}】" in original:
        own = ""  # a firm's own message: nobody refuses or disputes in it
    # who collects or names a firm in a text by nobody marked neither promises payment nor pleads hardship in it
    pleads = "" if (asks or labels or identified) and own == judged and not own_only else own
    return Facts(
        asks_payment=asks,
        caller_identified=_yes(not own_only and identified),
        refuses_contact=_yes(says("refuses_contact", own)),
        withdraws_consent=_yes(says("withdraws_consent", own)),
        debtor_speaks=_yes(own_only),
        promises_payment=_yes(says("promises_payment", pleads)),
        disputes_debt=_yes(says("disputes_debt", own)),
        hardship_stated=_yes(says("hardship_stated", pleads)),
        reveals_debt=_yes(reveals),
        call_back_only=_yes(not own_only and calls_back and not reveals),
        addresses_third_party=_yes(not own_only and third),
        signature=signature,
        claimed_institution=None if own_only else claimed or signature,
    )
