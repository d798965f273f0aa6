"""Whether a text was plainly sent for something else than collecting: a code, an advert, a receipt, a notice.

The rules on whom and how often to contact speak of contacts made to collect; a lender's other messages are none.
The words are in ``lexicon/purpose.yaml``.
"""

from __future__ import annotations

import re
from functools import cache

from cuijie.reading.expressions import load_expressions
from cuijie.reading.needed import Screened
from cuijie.reading.normalise import normalise
from cuijie.reading.result import Reading
from cuijie.reading.variants import LEXICON

__all__ = ["has_other_purpose"]

_SIGNATURE = re.compile(r"【[^【】]{1,30}】")  # a lender may be called 马上
_KINDS = ("verification_code", "account_notice", "advert", "offers", "pay_out", "still_collects")


@cache
def _rules() -> Screened:
    return load_expressions(LEXICON / "purpose.yaml", _KINDS)


def has_other_purpose(reading: Reading) -> bool:
    """True only where nothing in the words collects and they are of a kind that is known; in doubt False."""
    facts = reading.facts
    if reading.labels or facts.asks_payment or facts.call_back_only or facts.debtor_speaks:
        return False
    is_debtors = reading.recipient == "debtor"  # to others a notice about a loan tells of the loan
    if facts.asks_payment is False:
        return is_debtors  # it confirms a payment and asks for nothing
    text, rules = _SIGNATURE.sub("", normalise(reading.text).text), _rules()

    def says(kind: str) -> bool:
        return rules.search(kind, text) is not None

    if says("still_collects"):
        return False
    return (
        says("verification_code")
        or says("account_notice")
        or (says("advert") and says("offers"))
        or (is_debtors and says("pay_out"))
    )
