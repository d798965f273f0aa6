"""In what sense a passage stands: denied, warned of, quoted, or said by the debtor.

The words that make a context are in ``lexicon/contexts.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cuijie.reading.expressions import load_expressions
from cuijie.reading.needed import Screened
from cuijie.reading.variants import LEXICON

__all__ = ["Contexts", "contexts"]

_CLAUSE_END = re.compile(r"[,.。;；!?！？\n:：]")
_QUOTED = re.compile(r"“[^”\n]{1,80}”|「[^」\n]{1,80}」|『[^』\n]{1,80}』|\"[^\"\n]{1,80}\"")
_KINDS = (
    "denial", "undoes_denial", "denied_after", "warning", "not_a_warning", "own_words", "not_own_words", "family",
    "everyday", "not_everyday", "told", "spoken_to", "money",
)  # fmt: skip
_STORY = 24  # characters from which on words about others are a story; a shorter text may be a threat
_REACH = 14  # characters before a hit in which a denial still governs it


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """The compiled expressions of the contexts, by kind."""

    expressions: Screened

    def denies(self, text: str, start: int, end: int) -> bool:
        """True if the passage ``text[start:end]`` is denied in its own clause: 我们不会……, 严禁……."""
        before = text[max(0, start - _REACH) : start]
        clause = _CLAUSE_END.split(before)[-1]
        denials = list(self.expressions["denial"].finditer(clause))
        if denials and not self.expressions["undoes_denial"].search(clause[denials[-1].end() :]):
            return True
        return self.expressions["denied_after"].match(text, end) is not None

    def is_warning(self, text: str) -> bool:
        """True if the text as a whole warns, teaches, reports or forbids, and does not collect.

        What stands between quotation marks is what it warns of: collecting there does not count.
        """
        return self._says("warning", text) and not self._says("not_a_warning", _QUOTED.sub("", text))

    def without_quotations(self, text: str) -> str:
        """A text that warns, with what it quotes blanked, so that positions stay."""
        return _QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)

    def is_everyday(self, text: str, *, addressed: bool) -> bool:
        """True if nothing in the text is about money owed, and it is a relative's or, unless *addressed*, about pastimes."""
        told = self._says("family", text) or (not addressed and self._says("everyday", text))
        return told and not self._says("not_everyday", text)

    def is_told(self, text: str) -> bool:
        """True if the text tells of others, borrowers and collectors, and says nothing to anybody."""
        return len(text) >= _STORY and self._says("told", text) and not self._says("spoken_to", text)

    def speaks_of_money(self, text: str) -> bool:
        """True if any word of money, debts or courts stands in the text."""
        return self._says("money", text)

    def is_own_words(self, text: str) -> bool:
        """True if the text as a whole is the debtor's or a relative's, speaking to the collector."""
        return self._says("own_words", text) and not self._says("not_own_words", text)

    def _says(self, kind: str, text: str) -> bool:
        return self.expressions.search(kind, text) is not None


@cache
def contexts() -> Contexts:
    """The contexts that come with Cuijie."""
    return Contexts(expressions=load_expressions(LEXICON / "contexts.yaml", _KINDS))
