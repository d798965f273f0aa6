"""The law library: what the law was on a given day, and how to cite it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from cuijie.law.errors import NotInForce, UnknownLaw
from cuijie.law.loading import DATA, Contents, Country, load
from cuijie.law.model import Authority, Instrument, Provision, Renumbering
from cuijie.law.naming import normal
from cuijie.law.resolving import Match, Resolver
from cuijie.law.searching import find

__all__ = ["Library", "library"]

_ANYWHERE = Country()


class Library:
    """Instruments and provisions by id, by name and by words; dates decide which version speaks."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self._instruments = {instrument.id: instrument for instrument in contents.instruments}
        self._provisions = {provision.id: provision for provision in contents.provisions}
        self._countries = dict(contents.countries)
        self._families: dict[str, list[Instrument]] = {}
        for instrument in contents.instruments:
            self._families.setdefault(instrument.family, []).append(instrument)
        self._resolver: Resolver | None = None

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Every instrument, ordered by id."""
        return self.contents.instruments

    @property
    def provisions(self) -> tuple[Provision, ...]:
        """Every provision, in the order of its instrument."""
        return self.contents.provisions

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """The authorities that no longer exist under their names."""
        return self.contents.authorities

    def authority(self, name: str) -> Authority | None:
        """The authority that went by *name* and no longer exists; None for any other name."""
        wanted = normal(name)
        found = (a for a in self.contents.authorities if wanted in {normal(known) for known in (a.name, *a.also)})
        return next(found, None)

    @property
    def renumberings(self) -> tuple[Renumbering, ...]:
        """The tables of articles that were renumbered."""
        return self.contents.renumberings

    def instrument(self, id_: str) -> Instrument:
        """The instrument with this id; raises UnknownLaw."""
        found = self._instruments.get(id_)
        if found is None:
            raise UnknownLaw(f"法律库里没有 {id_}。")
        return found

    def provision(self, id_: str) -> Provision:
        """The provision with this id; raises UnknownLaw."""
        found = self._provisions.get(id_)
        if found is None:
            raise UnknownLaw(f"法律库里没有 {id_}。")
        return found

    def note_en(self, id_: str) -> str | None:
        """The note of a provision or an instrument by id, of an authority by its name, in English; None without one."""
        return dict(self.contents.notes_en).get(id_)

    def holds(self, id_: str) -> bool:
        """Whether *id_* is an instrument or a provision of the library."""
        return id_ in self._provisions or id_ in self._instruments

    def provisions_of(self, instrument_id: str) -> tuple[Provision, ...]:
        """The provisions that the library holds of one instrument."""
        return tuple(p for p in self.contents.provisions if p.instrument.id == instrument_id)

    def in_force(self, id_: str, on: date) -> bool | None:
        """Whether the provision or instrument is in force on *on*; None where a date known to the month leaves it open.

        Raises UnknownLaw.
        """
        return self._of(id_).in_force_on(on)

    def versions(self, family: str) -> tuple[Instrument, ...]:
        """All versions of one law (``cn.psapl``), the oldest first; empty where the family is unknown."""
        found = self._families.get(family, [])
        return tuple(sorted(found, key=lambda i: (i.in_force.first if i.in_force else date.max, i.id)))

    def version_on(self, family: str, on: date) -> Instrument | None:
        """The version in force on *on*, or that may be (a date known to the month); None where there is none."""
        by_answer = {version.in_force_on(on): version for version in self.versions(family)}
        return by_answer.get(True) or by_answer.get(None)

    def successors(self, id_: str) -> tuple[str, ...]:
        """The ids under which this place lives on in the law that replaced it (not all are held as provisions).

        Where the tables know no more than the article, an item leads to the article.
        """
        instrument, _, key = id_.partition("/")
        tables = [table for table in self.contents.renumberings if table.old == instrument]
        return tuple(f"{table.new}/{new}" for table in tables for new in _nearest(table.articles, key))

    def predecessors(self, id_: str) -> tuple[str, ...]:
        """The ids under which this place stood in the law that its own law replaced."""
        instrument, _, key = id_.partition("/")
        tables = [table for table in self.contents.renumberings if table.new == instrument]
        return tuple(f"{table.old}/{old}" for table in tables for old in _nearest(_reversed(table), key))

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

    def _of(self, id_: str) -> Provision | Instrument:
        return self.provision(id_) if "/" in id_ else self.instrument(id_)

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


def _nearest(table: Mapping[str, tuple[str, ...]], key: str) -> tuple[str, ...]:
    return table.get(key) or table.get(key.split(".", 1)[0], ())


def _reversed(table: Renumbering) -> dict[str, tuple[str, ...]]:
    backward: dict[str, tuple[str, ...]] = {}
    for old, new in table.articles.items():
        for key in new:
            backward[key] = (*backward.get(key, ()), old)
    return backward


@cache
def _library(folders: tuple[Path, ...]) -> Library:
    return Library(load([DATA, *folders]))


def library(folders: Sequence[Path] = ()) -> Library:
    """The library that ships with the program, with the instruments of *folders* added; read once and kept."""
    return _library(tuple(folders))
