"""Facts that a contact log states and that an entry has no field for: kept as the user's own answers.

What belongs to the single contact is answered for it.  What belongs to a person, a loan or a lender holds for all
their contacts, so it is answered only where all rows of the log agree; where they do not, it stays a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from cuijie.casefile import Case
from cuijie.intake.contact_columns import CONTACT_PREFIX
from cuijie.intake.tying import names_loan
from cuijie.intake.vocabulary import yes_no
from cuijie.records import COLUMNS, Answer, Column, Entry, Loan
from cuijie.records.lender_words import LENDER_WORDS, PRODUCT_WORDS, by_word

__all__ = ["StatedFacts"]

_ASKED: Final = {column.name: column for column in COLUMNS if column.type == "bool" or column.values}
_ON_THE_PERSON: Final = frozenset({"recipient_role", "recipient_relation"})  # fields of the Person already
_LOAN_ID: Final = "loan-1"
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SOLE_LENDER: Final = "lender"  # as question ids name a lender without an id
_NUMBER_SOURCES: Final = {
    "本人提供": "debtor", "借款人提供": "debtor", "自己填的": "debtor", "通讯录": "contact_list", "手机通讯录": "contact_list",
    "读取通讯录": "contact_list", "通话记录": "call_log", "公开": "public", "公开信息": "public", "网上": "public",
    "购买": "bought", "买来的": "bought", "其他": "other",
}  # fmt: skip
_WORDS: Final[dict[str, dict[str, str]]] = {
    "lender_type": {word: value for word, value in by_word(LENDER_WORDS).items()},
    "product": {word: value for word, value in by_word(PRODUCT_WORDS).items()},
    "number_source": _NUMBER_SOURCES,
}
_HOURS: Final = re.compile(r"\d{1,2}:\d{2}-\d{1,2}:\d{2}(?:[,，、;；]\s*\d{1,2}:\d{2}-\d{1,2}:\d{2})*")


class StatedFacts:
    """What the rows of one source state, until its end tells what they agree on."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._values: dict[str, set[str | bool]] = {}
        self._unread: dict[str, set[str]] = {}  # words that are no value of their column
        self._loans: tuple[Loan, ...] | None = None

    def note(self, entry: Entry) -> None:
        """Remembers the facts among the entry's ``contact.…`` extras; words that are no value are left out."""
        said = {key.removeprefix(CONTACT_PREFIX): word for key, word in entry.extra if key.startswith(CONTACT_PREFIX)}
        for name, written in said.items():
            column = _ASKED.get(name)
            if column is None or name in _ON_THE_PERSON:
                continue
            if (value := _value(column, written)) is None:
                self._unread.setdefault(name, set()).add(written.strip()[:20])
                continue
            owner = self._owner(column, entry, said)
            if owner is not None:
                self._values.setdefault(f"{name}@{owner}", set()).add(value)

    def settle(self, answered_at: datetime) -> Iterator[str]:
        """Puts what the rows agree on into the case; yields a remark for what they or an earlier answer gainsay."""
        for name, words in self._unread.items():
            yield f"“{name}”一列写的“{'”“'.join(sorted(words)[:3])}”不认识，没有采用，以后会单独问你。"
        for question, values in self._values.items():
            column, _, owner = question.partition("@")
            known = self._case.get(Answer, question)
            if len(values) > 1 or (known is not None and known.value is not None and {known.value} != values):
                yield f"“{column}”对“{owner}”前后说法不一，没有采用，以后会单独问你。"
            elif known is None:
                self._case.put(Answer(question=question, value=next(iter(values)), answered_at=answered_at))

    def _owner(self, column: Column, entry: Entry, said: dict[str, str]) -> str | None:
        if column.owner == "contact":
            return entry.entry_id
        if column.owner == "recipient":
            return None if entry.group_name else entry.owner
        loan = self._loan(said)
        if loan is None:
            return None
        return loan.loan_id if column.owner == "loan" else loan.lender_id or _SOLE_LENDER

    def _loan(self, said: dict[str, str]) -> Loan | None:
        """The loan a row speaks of: the one it names, or the only one; a case without any gets it from the log."""
        if self._loans is None:
            self._loans = self._case.all(Loan)
        if not self._loans:
            lender = said.get("lender_id", "")
            is_name = bool(_HAN.search(lender))
            loan = Loan(
                loan_id=_LOAN_ID, lender_id=None if is_name else lender or None, lender_name=lender if is_name else None
            )
            self._loans = (loan,)
            self._case.put(loan)
        names = [said[name] for name in ("loan_id", "lender_id") if said.get(name)]
        named = [loan for loan in self._loans if any(loan.loan_id == name or names_loan(loan, name) for name in names)]
        if named:
            return named[0] if len(named) == 1 else None
        only = self._loans[0] if len(self._loans) == 1 else None
        is_other = only is not None and said.get("lender_id") and (only.lender_name or only.lender_id)
        return None if is_other else only


def _value(column: Column, written: str) -> str | bool | None:
    if column.name == "hours_agreed" and _HOURS.fullmatch(written.replace("：", ":")):
        return written.replace("：", ":")
    if column.type == "bool":
        return yes_no(written)
    if (words := _WORDS.get(column.name)) is not None:
        written = words.get(written.strip(), written)
    return written if written in column.values else None
