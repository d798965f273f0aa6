"""The number of today with the words of an older text of the same law."""

from __future__ import annotations

from dataclasses import replace

from cuijie.law.citations.age import historical
from cuijie.law.citations.particular_notes import old_wording
from cuijie.law.citations.quotations.quoting import cover, owner_of
from cuijie.law.citations.statements.claims import Said
from cuijie.law.citations.verdicts import Verdict
from cuijie.law.library import Library
from cuijie.law.model import Instrument
from cuijie.law.structure import Structure, normalise, structure

__all__ = ["quotes_older_text"]

_LEAST, _TODAYS, _WORD_FOR_WORD = 14, 0.9, 0.99


def quotes_older_text(
    library: Library, instrument: Instrument, base: Verdict, said: Said, shape: Structure | None
) -> Verdict | None:
    """The verdict where a quotation is word for word that of an older version and not that of the one in force."""
    key = (base.article or "").split(".")[0]
    if shape is None or key not in shape.articles or historical(said):
        return None
    family = library.versions(instrument.family)
    older = [text for one in family[: family.index(instrument)] if (text := structure(one.id))]
    for quote in said.quotes:
        if len(normalise(quote)) < _LEAST or cover(quote, shape.prints, key) >= _TODAYS:
            continue
        if any(_verbatim(quote, text) for text in older):
            note = old_wording(key, instrument.in_force)
            return replace(base, kind="quote_differs", suggest=(f"{instrument.id}/{key}",), note=note)
    return None


def _verbatim(quote: str, text: Structure) -> bool:
    owner = owner_of(quote, text)
    return owner is not None and cover(quote, text.prints, owner) >= _WORD_FOR_WORD
