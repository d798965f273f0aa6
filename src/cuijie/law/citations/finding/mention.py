"""One citation as it stands in a text: the law it names and the place in it."""

from __future__ import annotations

from dataclasses import dataclass

from cuijie.law.citations.finding.lexicon import Named
from cuijie.law.locator import Locator

__all__ = ["Mention"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One citation as it stands between ``start`` and ``end`` of the view.

    ``group`` is shared by the places of one list, which share what is said of them.  ``refers_back`` marks 该法第…条,
    前款 and articles whose law was named before, ``inferred`` those of them where no word says which; ``loose`` those (上述规定, 前款)
    that may mean several of the articles before, so that nothing said of them is held against one.  ``by_number`` marks a bare document number,
    ``heads_line`` an article that begins a line under the law named before, as in a reprint; ``beside`` one whose law was named in the
    same clause or the one before.
    """

    start: int
    end: int
    named: Named
    place: Locator | None
    group: int
    refers_back: bool = False
    inferred: bool = False
    by_number: bool = False
    heads_line: bool = False
    bracketed: bool = False
    loose: bool = False
    beside: bool = False
