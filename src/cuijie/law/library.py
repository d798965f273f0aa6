"""The law library: what the law was on a given day, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from cuijie.law.errors import NotInForce
from cuijie.law.holdings import Holdings
from cuijie.law.loading import DATA, Contents, Country, load
from cuijie.law.model import Instrument, Provision
from cuijie.law.resolving import Match, Resolver
from cuijie.law.searching import find

__all__ = ["Library", "library"]

_ANYWHERE = Country()


class Library(Holdings):
    """Instruments and provisions by id, by name and by words, and how papers cite them."""

    def __init__(self, contents: Contents) -> None:
        super().__init__(contents)
        self._countries = dict(contents.countries)
        self._resolver: Resolver | None = None

    def cite(self, id_: str, on: date, article: bool = True) -> str:
        """How a paper cites the provision or instrument on *on*: 《中华人民共和国民法典》第一千零三十三条第（一）项.

        A number that is not verified is never printed.  The version is named where the library holds several.  Raises
        UnknownLaw, and NotInForce where it surely was not in force on that day.
        """
        law = self._of(id_)
        instrument = law.instrument if isinstance(law, Provision) else law
        if law.in_force_on(on) is False:
            raise NotInForce(self._why_not(law, on))
        label = law.label_zh if isinstance(law, Provision) and article else None
        return self._cited(instrument, label)

    def title(self, instrument: Instrument) -> str:
        """The instrument's name as a paper writes it, with its version where the library holds several."""
        return self._cited(instrument, None)

    def read_at(self, instrument: Instrument) -> str | None:
        """Where the official text can be read."""
        places = self._countries.get(instrument.jurisdiction, _ANYWHERE).read_at
        fitting = [place for level, place in places if instrument.level.startswith(level)]
        return fitting[0] if fitting else None

    def search(self, words: str | Iterable[str], *, on: date | None = None) -> tuple[Provision, ...]:
        """The provisions that speak of *words*, the best first; with *on*, only those not surely out of force then."""
        return find(self.contents.provisions, words, on)

    def resolve(self, text: str, on: date | None = None) -> Match:
        """What *text* names: an id, a family with article (``cn.psapl/50``), or a name with article (民法典1032).

        *on* chooses the version (the newest without it).  Raises NotUnderstood or UnknownLaw.
        """
        if self._resolver is None:
            self._resolver = Resolver(self)
        return self._resolver.resolve(text, on)

    def _cited(self, instrument: Instrument, label: str | None) -> str:
        country = self._countries.get(instrument.jurisdiction, _ANYWHERE)
        title = instrument.cited_as or country.titled(instrument.title)
        if instrument.version and len(self._families[instrument.family]) > 1:
            title += f"（{instrument.version}）"
        return title if label is None else f"{title}{country.joint}{label}"

    def _why_not(self, law: Provision | Instrument, on: date) -> str:
        name = self._cited(law.instrument, law.label_zh) if isinstance(law, Provision) else self._cited(law, None)
        if (law.instrument if isinstance(law, Provision) else law).is_draft:
            return f"{name}是没有生效的草案，不能作依据。"
        if law.in_force and law.in_force.reached(on) is False:
            return f"{name}自{law.in_force.words_zh}起施行，{on} 还不适用。"
        successors = [self._cited(self.instrument(s), None) for s in self._replacing(law)]
        after = f"，之后见{'、'.join(successors)}" if successors else ""
        return f"{name}已于{law.repealed.words_zh if law.repealed else ''}失效，{on} 不再适用{after}。"

    def _replacing(self, law: Provision | Instrument) -> list[str]:
        successor = law.instrument.successor if isinstance(law, Provision) else law.successor
        return [successor] if successor in self._instruments and successor else []


@cache
def _library(folders: tuple[Path, ...]) -> Library:
    return Library(load([DATA, *folders]))


def library(folders: Sequence[Path] = ()) -> Library:
    """The library that ships with the program, with the instruments of *folders* added; read once and kept."""
    return _library(tuple(folders))
